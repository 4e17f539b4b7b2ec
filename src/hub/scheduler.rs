//! Syncing by itself, for those who have no scheduler of their own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::domain::{AccountId, RunMode};
use crate::hub::error::Error;
use crate::hub::lists::{alive, auto};
use crate::hub::live::Event;
use crate::hub::people::People;
use crate::hub::person::Person;
use crate::sync::resume::Automation;
use crate::sync::run::run;
use crate::sync::{Mode, Trigger};

/// How long the scheduler sleeps at most. A machine that was suspended, or whose clock was set, is
/// noticed within this.
const NAP: Duration = Duration::from_secs(30);
/// What is left of a run goes on no earlier than this.
const SOONEST: SignedDuration = SignedDuration::from_mins(1);

/// Keeps the schedule of everybody. Who comes later, or goes, is noticed within half a minute.
pub async fn keep_all(people: Arc<People>) {
    let services = Arc::clone(people.services());
    let mut kept: HashMap<AccountId, AbortOnDropHandle<()>> = HashMap::new();
    while !services.is_stopping() {
        // A store that does not answer changes nothing: who was known is still there.
        if let Ok(accounts) = services.accounts.all().await {
            let mut ids: Vec<AccountId> =
                accounts.into_iter().filter(|one| !one.disabled).map(|one| one.id).collect();
            if ids.is_empty() {
                ids.push(AccountId::default());
            }
            kept.retain(|id, _| ids.contains(id));
            for id in ids {
                let person = people.of(&id);
                let span = person.span();
                let keeping = || {
                    let all = async move {
                        let of_lists = auto::keep(Arc::clone(&person));
                        tokio::join!(keep(Arc::clone(&person)), of_lists, alive::keep(person));
                    };
                    AbortOnDropHandle::new(tokio::spawn(all.instrument(span)))
                };
                kept.entry(id).or_insert_with(keeping);
            }
        }
        tokio::select! {
            () = services.stopping() => {}
            () = tokio::time::sleep(NAP) => {}
        }
    }
    for (_, keeping) in kept {
        // Each ends by itself now; a run in it comes to its next safe point.
        drop(keeping.await);
    }
}

/// Syncs whenever the person's schedule says so, until the service ends. Another schedule counts as
/// soon as it is set.
pub async fn keep(person: Arc<Person>) {
    let mut person = person.fresh().await;
    let mut news = person.live.subscribe();
    let mut due = first(&person).await;
    while !person.services.is_stopping() {
        let changed = person.in_force.changed();
        let now_set = person.fresh().await;
        let is_other = now_set.schedule != person.schedule;
        person = now_set;
        if is_other {
            due = next(&person).await;
        }
        let now = person.services.clock.now();
        // A clock that was set back makes what was due by it too late.
        due = due.map(|at| after(&person, now).map_or(at, |next| at.min(next)));
        if due.is_none_or(|at| now < at) {
            tokio::select! {
                () = person.services.stopping() => {}
                () = tokio::time::sleep(left(due, now).min(NAP)) => {}
                () = changed => {}
                () = full_run_ended(&mut news) => due = next(&person).await,
            }
            continue;
        }
        let earliest = sync(&person).await;
        // What ended meanwhile is known by now.
        news = news.resubscribe();
        due = next(&person).await.map(|at| at.max(earliest));
    }
}

/// Syncs, and says when the next sync may begin.
async fn sync(person: &Arc<Person>) -> Timestamp {
    match run(person, Mode::Full, Trigger::Auto).await {
        // How a run ended is logged by itself.
        Ok(_) => person.services.clock.now(),
        Err(Error::RunInProgress { since }) => {
            let since = format!("{since:.0}");
            tracing::info!("[Schedule] A run has been going on since {since}, so none began");
            person.services.clock.now() + SOONEST
        }
        Err(_) => person.services.clock.now() + SOONEST,
    }
}

/// How long it is until then; a nap where nothing is due.
fn left(due: Option<Timestamp>, now: Timestamp) -> Duration {
    due.map_or(NAP, |at| Duration::try_from(at.duration_since(now)).unwrap_or_default())
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

fn after(person: &Person, now: Timestamp) -> Option<Timestamp> {
    person.schedule.as_ref()?.after(now)
}

async fn first(person: &Person) -> Option<Timestamp> {
    let schedule = person.schedule.as_ref()?;
    // A store that is not there yet does not tell; then nothing is made up for.
    let stored = Automation::read(person).await.unwrap_or_default();
    let due = schedule.due(stored.last, person.services.clock.now());
    due.into_iter().chain(stored.next_attempt).min()
}

/// The next moment of the schedule, or before it when what a run left goes on.
async fn next(person: &Person) -> Option<Timestamp> {
    let schedule = person.schedule.as_ref()?;
    let stored = Automation::read(person).await.unwrap_or_default();
    schedule.after(person.services.clock.now()).into_iter().chain(stored.next_attempt).min()
}
