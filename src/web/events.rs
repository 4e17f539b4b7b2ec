//! What is going on, as it happens: server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures_util::stream::{Stream, StreamExt as _, unfold};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::access::{Caller, Gate};
use super::asker::Asker;
use super::bodies;
use crate::hub::live::Event;
use crate::hub::person::Person;

/// How often it is looked whether who listens still may, where nothing happens here. What another process
/// changed is noticed five seconds later at most.
const LOOK: Duration = Duration::from_secs(5);
/// The same where nobody signs in, as long as nobody has an account.
const LOOK_SELDOM: Duration = Duration::from_secs(30);

/// How often something is sent, so that whatever stands in between does not end the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What goes on, as it happens: server-sent events `run`, `run-ended`, `log` and `dataset`.
///
/// Begins with the run that goes on, if one does. Ends when the service does, and within seconds when what
/// was shown opens no door any more. Who is no administrator hears the log lines of their own runs and
/// requests.
#[utoipa::path(
    get, path = "/api/events", tag = "watch",
    responses((status = 200, content_type = "text/event-stream", body = String)),
)]
pub(super) async fn events(
    Asker(person): Asker,
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    // Subscribed first, so that nothing falls between the two.
    let sources = Sources {
        own: person.live.subscribe(),
        shared: person.services.news.subscribe(),
        accounts: person.services.accounts.changes(),
    };
    let now = person.live.run().map(|run| Arc::new(Event::Run(run)));
    let listener = Listener { person, gate, caller, headers, sources };
    let events = unfold((listener, now), |(mut listener, now)| async move {
        let event = match now {
            Some(event) => event,
            None => listener.next().await?,
        };
        Some((event, (listener, None)))
    });
    let sent = events.filter_map(|event| async move { sent(&event) });
    Sse::new(sent.map(Ok)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// Where events come from.
struct Sources {
    /// The person's runs.
    own: Receiver<Arc<Event>>,
    /// What concerns everybody.
    shared: Receiver<Arc<Event>>,
    /// Who there is, and what opens the door to them.
    accounts: watch::Receiver<()>,
}

/// Somebody who listens.
struct Listener {
    person: Arc<Person>,
    gate: Gate,
    /// Who that was when it was last looked.
    caller: Caller,
    /// What was shown.
    headers: HeaderMap,
    sources: Sources,
}

impl Listener {
    /// The next event; none when the service is about to end, which an open stream would hold up, or when
    /// who listens may do so no more.
    async fn next(&mut self) -> Option<Arc<Event>> {
        loop {
            let Self { person, caller, sources, .. } = self;
            let event = tokio::select! {
                () = person.services.stopping() => return None,
                event = sources.own.recv() => Some(event),
                event = sources.shared.recv() => Some(event),
                Ok(()) = sources.accounts.changed() => None,
                () = tokio::time::sleep(look_every(caller)) => None,
            };
            self.look().await?;
            match event {
                Some(Ok(event)) if is_for(&event, &self.caller, &self.person) => {
                    return Some(event);
                }
                // Nothing happened; it is somebody else's; or a listener that was too slow has missed
                // some, and the next ones tell how things stand.
                None | Some(Ok(_) | Err(RecvError::Lagged(_))) => {}
                Some(Err(RecvError::Closed)) => return None,
            }
        }
    }

    /// Looks who listens now. Their role may have changed; none where they may listen no more. A store that
    /// does not answer changes nothing.
    async fn look(&mut self) -> Option<()> {
        if let Ok(now) = self.gate.again(&self.caller, &self.headers).await {
            self.caller = now.filter(|now| now.is_as(&self.caller))?;
        }
        Some(())
    }
}

fn look_every(caller: &Caller) -> Duration {
    if *caller == Caller::Anyone { LOOK_SELDOM } else { LOOK }
}

fn is_for(event: &Event, caller: &Caller, person: &Person) -> bool {
    match event {
        Event::Log(line) => caller.may_read_line(line.account.as_ref(), person),
        Event::Run(_) | Event::RunEnded(_) | Event::Dataset(_) => true,
    }
}

fn sent(event: &Event) -> Option<Sent> {
    let body = bodies::Event::from(event.clone());
    Sent::default().event(event.name()).json_data(body).ok()
}
