//! What is going on, as it happens: server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures_util::stream::{Stream, StreamExt as _, unfold};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::asker::Asker;
use super::bodies;
use crate::hub::live::Event;
use crate::hub::person::Person;

/// How often something is sent, so that whatever stands in between does not end the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What goes on, as it happens: server-sent events `run`, `run-ended`, `log` and `dataset`.
///
/// Begins with the run that goes on, if one does. Ends when the service does.
#[utoipa::path(
    get, path = "/api/events", tag = "watch",
    responses((status = 200, content_type = "text/event-stream", body = String)),
)]
pub(super) async fn events(
    Asker(person): Asker,
) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    // Subscribed first, so that nothing falls between the two.
    let sources =
        Sources { own: person.live.subscribe(), shared: person.services.news.subscribe() };
    let now = person.live.run().map(|run| Arc::new(Event::Run(run)));
    let events = unfold((person, now, sources), |(person, now, mut sources)| async move {
        let event = match now {
            Some(event) => event,
            None => next(&person, &mut sources).await?,
        };
        Some((event, (person, None, sources)))
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

/// The next event; none when the service is about to end, which an open stream would hold up.
async fn next(person: &Person, sources: &mut Sources) -> Option<Arc<Event>> {
    loop {
        let event = tokio::select! {
            () = person.services.stopping() => return None,
            event = sources.own.recv() => event,
            event = sources.shared.recv() => event,
        };
        match event {
            Ok(event) => return Some(event),
            // A listener that was too slow has missed some; the next ones tell how things stand.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

fn sent(event: &Event) -> Option<Sent> {
    let body = bodies::Event::from(event.clone());
    Sent::default().event(event.name()).json_data(body).ok()
}
