//! What is going on, as it happens: server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures_util::stream::{Stream, StreamExt as _, unfold};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::access::Caller;
use super::asker::Asker;
use super::bodies;
use crate::hub::live::Event;
use crate::hub::person::Person;

/// How often something is sent, so that whatever stands in between does not end the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What goes on, as it happens: server-sent events `run`, `run-ended`, `log` and `dataset`.
///
/// Begins with the run that goes on, if one does. Ends when the service does. Who is no administrator
/// hears the log lines of their own runs and requests.
#[utoipa::path(
    get, path = "/api/events", tag = "watch",
    responses((status = 200, content_type = "text/event-stream", body = String)),
)]
pub(super) async fn events(
    Asker(person): Asker,
    Extension(caller): Extension<Caller>,
) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    // Subscribed first, so that nothing falls between the two.
    let sources =
        Sources { own: person.live.subscribe(), shared: person.services.news.subscribe() };
    let now = person.live.run().map(|run| Arc::new(Event::Run(run)));
    let listener = Listener { person, caller, sources };
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
}

/// Somebody who listens.
struct Listener {
    person: Arc<Person>,
    caller: Caller,
    sources: Sources,
}

impl Listener {
    /// The next event; none when the service is about to end, which an open stream would hold up.
    async fn next(&mut self) -> Option<Arc<Event>> {
        let Self { person, sources, .. } = self;
        loop {
            let event = tokio::select! {
                () = person.services.stopping() => return None,
                event = sources.own.recv() => event,
                event = sources.shared.recv() => event,
            };
            match event {
                Ok(event) if is_for(&event, &self.caller, person) => return Some(event),
                // Somebody else's; or a listener that was too slow has missed some, and the next ones
                // tell how things stand.
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
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
