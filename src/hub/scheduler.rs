//! Syncing by itself, for those who have no scheduler of their own.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::domain::RunMode;
use crate::hub::error::Error;
use crate::hub::live::Event;
use crate::hub::person::Person;
use crate::hub::schedule::Schedule;
use crate::sync::resume::Automation;
use crate::sync::run::run;
use crate::sync::{Mode, Trigger};

/// How long the scheduler sleeps at most. A machine that was suspended, or whose clock was set, is
/// noticed within this.
const NAP: Duration = Duration::from_secs(30);
/// What is left of a run goes on no earlier than this.
const SOONEST: SignedDuration = SignedDuration::from_mins(1);

/// Syncs whenever the schedule says so, until the service ends.
pub async fn keep(person: Arc<Person>, schedule: Schedule) {
    let mut news = person.live.subscribe();
    let mut due = first(&person, &schedule).await;
    while let Some(at) = due.filter(|_| !person.services.is_stopping()) {
        let now = person.services.clock.now();
        // A clock that was set back makes what was due by it too late.
        let at = schedule.after(now).map_or(at, |next| at.min(next));
        due = Some(at);
        if now < at {
            let left = Duration::try_from(at.duration_since(now)).unwrap_or_default();
            tokio::select! {
                () = person.services.stopping() => {}
                () = tokio::time::sleep(left.min(NAP)) => {}
                () = full_run_ended(&mut news) => due = next(&person, &schedule).await,
            }
            continue;
        }
        let earliest = match run(&person, Mode::Full, Trigger::Auto).await {
            // How a run ended is logged by itself.
            Ok(_) => person.services.clock.now(),
            Err(Error::RunInProgress { since }) => {
                let since = format!("{since:.0}");
                tracing::info!("[Schedule] A run has been going on since {since}, so none began");
                person.services.clock.now() + SOONEST
            }
            Err(_) => person.services.clock.now() + SOONEST,
        };
        // What ended meanwhile is known by now.
        news = news.resubscribe();
        due = next(&person, &schedule).await.map(|at| at.max(earliest));
    }
}

/// Waits until a full run ends in this process: what it left goes on.
async fn full_run_ended(news: &mut Receiver<Arc<Event>>) {
    loop {
        match news.recv().await {
            Ok(event) => match &*event {
                Event::RunEnded(end) if end.mode == RunMode::Full => return,
                _ => {}
            },
            // Some news were missed; this may have been among them.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

async fn first(person: &Person, schedule: &Schedule) -> Option<Timestamp> {
    // A store that is not there yet does not tell; then nothing is made up for.
    let stored = Automation::read(person).await.unwrap_or_default();
    let due = schedule.due(stored.last, person.services.clock.now());
    due.into_iter().chain(stored.next_attempt).min()
}

/// The next moment of the schedule, or before it when what a run left goes on.
async fn next(person: &Person, schedule: &Schedule) -> Option<Timestamp> {
    let stored = Automation::read(person).await.unwrap_or_default();
    schedule.after(person.services.clock.now()).into_iter().chain(stored.next_attempt).min()
}
