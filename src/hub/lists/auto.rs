//! Syncing lists by itself: after a change here, and on schedule.
//!
//! What was changed here is known by the library's own state and not by a list of changes, so that nothing is lost when
//! the process dies, and several changes of a title are one write.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::feed;
use super::integration::{self, Way};
use super::lock::ListLock;
use super::run::{Run, Wanted};
use super::sync::enabled;
use crate::domain::RunTrigger;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::hub::schedule::Schedule;
use crate::store::keys;

/// A service that was suspended, or a change by another process, is noticed within this.
const NAP: Duration = Duration::from_secs(30);

/// After a run that could not begin, the next try.
const AGAIN: Duration = Duration::from_secs(10);

/// So long changes are gathered at most, as a multiple of the pause that ends it.
const GATHERED: u32 = 10;

/// Syncs a person's lists whenever it is time, until the service ends.
pub async fn keep(person: Arc<Person>) {
    let edits = person.services.shelves.edits(person.store.account());
    let mut last = person.services.clock.now();
    let mut is_feed_off = true;
    while !person.services.is_stopping() {
        let person = person.fresh().await;
        if is_feed_off {
            is_feed_off = switch_feed_on(&person).await.is_err();
        }
        let pause = match next(&person, &mut last).await {
            Ok(Next::Wait(pause)) => pause,
            Ok(Next::Gather) => {
                gather(&person, &edits).await;
                go(&person).await
            }
            Ok(Next::Go) => go(&person).await,
            // A store that does not answer now is asked again.
            Err(_) => NAP,
        };
        tokio::select! {
            () = person.services.stopping() => {}
            () = tokio::time::sleep(pause) => {}
            () = edits.notified() => {}
        }
    }
}

/// Switches AniList's feed on again, where a process died that had switched it off.
async fn switch_feed_on(person: &Arc<Person>) -> Result<()> {
    if !feed::is_off(person).await? {
        return Ok(());
    }
    let lock = ListLock::acquire(person).await?;
    let done = feed::restore(lock.person()).await;
    lock.release().await;
    done
}

/// What is to be done now.
enum Next {
    Wait(Duration),
    Gather,
    Go,
}

async fn next(person: &Person, last: &mut Timestamp) -> Result<Next> {
    if !is_wanted(person).await? {
        return Ok(Next::Wait(NAP));
    }
    let states = person.store.config(&[keys::LIBRARY, keys::LISTS_STATE]).await?;
    if states[0] != states[1] {
        return Ok(Next::Gather);
    }
    let (now, zone) = (person.services.clock.now(), person.settings.timezone.clone());
    let Some(due) = due(person, *last, zone) else { return Ok(Next::Wait(NAP)) };
    if due > now {
        let left = Duration::try_from(due.duration_since(now)).unwrap_or_default();
        return Ok(Next::Wait(left.min(NAP)));
    }
    *last = now;
    Ok(Next::Go)
}

fn due(person: &Person, last: Timestamp, zone: TimeZone) -> Option<Timestamp> {
    Schedule::parse(&person.services.auto.schedule, zone)?.after(last)
}

/// Whether any list is synced by itself.
async fn is_wanted(person: &Person) -> Result<bool> {
    let all = integration::all(person).await?;
    Ok(all.iter().any(|(_, one)| one.is_synced_by_itself()))
}

/// Waits until nothing was changed for a moment.
async fn gather(person: &Person, edits: &tokio::sync::Notify) {
    let pause = person.services.auto.push_delay;
    for _ in 0..GATHERED {
        if tokio::time::timeout(pause, edits.notified()).await.is_err() {
            return;
        }
    }
}

/// Syncs all lists that are synced by themselves, and says how long nothing more is to be done.
async fn go(person: &Arc<Person>) -> Duration {
    match sync(person).await {
        Ok(()) => Duration::ZERO,
        Err(Error::RunInProgress { .. }) => AGAIN,
        Err(error) => {
            tracing::warn!("[Lists] Lists could not be synced by themselves: {error}");
            NAP
        }
    }
}

async fn sync(person: &Arc<Person>) -> Result<()> {
    let mut parts = enabled(person).await?;
    parts.retain(|part| part.integration.is_synced_by_itself());
    if parts.is_empty() {
        return Ok(());
    }
    let wanted = Wanted { way: Way::Bidirectional, trigger: RunTrigger::Auto };
    Run::begin(person, parts, &wanted).await?.to_its_end().await;
    Ok(())
}
