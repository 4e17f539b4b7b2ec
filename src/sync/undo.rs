//! Takes the plays that one run added off Trakt again, and nothing else.
//!
//! First the history is read and each play's id is kept with it; then these ids are removed, a
//! batch at a time. An id is never another play's, so that what was sent and not answered is simply
//! sent again, and an undo that was cut off is called again.
//!
//! How far the entries are settled stays: it says up to where a person's list was dealt with, and
//! without that the next run would post the same plays again at once.

mod removal;
mod target;

use std::sync::Arc;

use self::removal::Removal;
use self::target::{Target, arrived, posted_later};
use tracing::Instrument as _;

use super::history_index::{HistoryIndex, Unseen, accepted, found, taken};
use super::lock::{RunLock, running_since};
use super::modes::Trigger;
use super::run_log;
use super::waits;
use crate::domain::{Report, RunId, RunMode, RunPlay, RunPlays, RunState};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;

/// What an undo would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What it would remove, with the ids on Trakt.
    pub plays: Vec<RunPlay>,
    /// How many plays of the run are not on Trakt any more.
    pub already_gone: usize,
    /// How many other plays of the same episodes and films stay.
    pub left_alone: usize,
}

/// Undoes a run, in a task of its own, so that a caller who hangs up does not stop it half-way.
pub async fn undo(person: &Arc<Person>, id: RunId) -> Result<Report> {
    let undoing = locked_undo(Arc::clone(person), id).instrument(person.span());
    let task = person.services.tasks.spawn(undoing);
    task.await.map_err(|cause| Error::Internal(format!("the undo ended early: {cause}")))?
}

async fn locked_undo(person: Arc<Person>, id: RunId) -> Result<Report> {
    RunLock::during(&person, |lock| Box::pin(recorded_undo(lock, id))).await
}

async fn recorded_undo(lock: &RunLock, id: RunId) -> Result<Report> {
    let person = lock.person();
    waits::recall(person).await?;
    let target = Target::read(person, id).await?;
    let keeps = run_log::keeps_beside_a_new_one(person, id).await?;
    let row = run_log::number(person, RunMode::Undo, Trigger::Manual).await?;
    if keeps {
        run_log::begin(person, &row, Vec::new()).await?;
    }
    let watched = person.live.begin(&row);
    lock.found(target.stored.clone()).await;
    let mut removal = Removal::new(person, lock, (row.id, watched.teller()), target);
    let outcome = removal.execute().await.map(|()| removal.report());
    // An undo of the oldest run takes its place only once there is nothing left to go on with.
    if keeps || outcome.as_ref().is_ok_and(|report| !report.is_partial()) {
        let row = run_log::end(person, row, &outcome).await?;
        person.live.end(&row);
    }
    outcome
}

/// Says what an undo would do, changing nothing.
pub async fn preview(person: &Person, id: RunId) -> Result<Preview> {
    let mut target = Target::read(person, id).await?;
    if target.row.state == RunState::Running
        && let Some(since) = running_since(person).await?
    {
        return Err(Error::RunInProgress { since });
    }
    let in_flight: Vec<RunPlays> = target.own_in_flight().cloned().collect();
    let sent = in_flight.iter().flat_map(|group| &group.plays);
    let plays = accepted(&target.groups).chain(sent).map(|sent| &sent.play);
    let history = HistoryIndex::read(person, plays).await?;
    for group in in_flight {
        target.put(arrived(group, &history));
    }
    let unseen = Unseen::until(target.shown_from(person.services.outbound.true_time()));
    let left_alone = history.pin(&mut target.groups, &posted_later(person, id).await?, unseen);
    let plays: Vec<RunPlay> = found(&target.groups).cloned().collect();
    let already_gone = taken(&target.groups).count() - accepted(&target.groups).count();
    Ok(Preview { plays, already_gone, left_alone })
}
