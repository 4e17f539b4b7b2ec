//! A run as it stands in the history of runs, from its beginning to its end.

use tracing::Instrument as _;

use super::modes::Trigger;
use super::waits;
use crate::domain::{KEPT_RUNS, Report, RunId, RunMode, RunReport, RunRow, RunState, RunTrigger};
use crate::hub::error::Result;
use crate::hub::person::Person;
use crate::store::{Write, keys};

/// A run with a number of its own, not stored yet.
pub(super) async fn number(person: &Person, mode: RunMode, trigger: Trigger) -> Result<RunRow> {
    Ok(RunRow {
        id: person.store.next_run_id().await?,
        mode,
        trigger: trigger.of_run(),
        started_at: person.services.clock.now(),
        finished_at: None,
        state: RunState::Running,
        report: RunReport::NONE,
        undone_by: None,
    })
}

/// Stores a run as running, and what else is to be noted when it begins.
pub(super) async fn begin(person: &Person, row: &RunRow, mut writes: Vec<Write>) -> Result<()> {
    writes.push(Write::Run(row.clone()));
    person.store.write(writes).await?;
    log_begin(row);
    Ok(())
}

/// The same, if the note of an earlier run still is this one. Says whether it is.
pub(super) async fn begin_if(
    person: &Person,
    row: &RunRow,
    note: Option<&str>,
    mut writes: Vec<Write>,
) -> Result<bool> {
    writes.push(Write::Run(row.clone()));
    let is_same = person.store.write_if(keys::IDLE, note, writes).await?;
    if is_same {
        log_begin(row);
    }
    Ok(is_same)
}

fn log_begin(row: &RunRow) {
    tracing::info!("[Sync] {} run {} began", row.mode, row.id);
}

/// Whether a run stays in the store when a new one comes.
pub(super) async fn keeps_beside_a_new_one(person: &Person, id: RunId) -> Result<bool> {
    let newest = person.store.runs(KEPT_RUNS - 1).await?;
    Ok(newest.iter().any(|run| run.id == id))
}

/// Stores how a run ended. Gives the run as it is kept.
pub(super) async fn end(person: &Person, row: RunRow, outcome: &Result<Report>) -> Result<RunRow> {
    let (row, writes) = closing(person, row, outcome);
    person.store.write(writes).await?;
    ended(person, &row, outcome);
    Ok(row)
}

/// A run that ended as it is to be kept, and all that is to be stored of that.
pub(super) fn closing(
    person: &Person,
    mut row: RunRow,
    outcome: &Result<Report>,
) -> (RunRow, Vec<Write>) {
    row.finished_at = Some(person.services.clock.now());
    (row.state, row.report) = match outcome {
        Ok(report) => (report.state, RunReport::Done(Box::new(report.clone()))),
        Err(error) => (RunState::Failed, RunReport::Failed(error.failure())),
    };
    let mut writes = vec![Write::Run(row.clone()), waits::note(person)];
    if outcome.as_ref().is_ok_and(Report::is_a_sync) {
        let value = Some(row.started_at.to_string());
        writes.extend(last_sync_key(&row).map(|key| Write::Config { key, value }));
    }
    (row, writes)
}

/// Tells that a run ended, once that is stored.
pub(super) fn ended(person: &Person, row: &RunRow, outcome: &Result<Report>) {
    log(row, outcome);
    person.services.metrics.run_ended(row);
    if let Some(notifier) = person.notifier() {
        // In a task of its own: nobody waits for the other end, but the end of the process does.
        person.services.tasks.spawn(notifier.run_ended(row.clone()).in_current_span());
    }
}

/// Where it is kept when such a run last synced something.
fn last_sync_key(row: &RunRow) -> Option<&'static str> {
    match (row.mode, row.trigger) {
        (RunMode::Full, RunTrigger::Auto) => Some(keys::LAST_SYNC_AUTO),
        (RunMode::Full, RunTrigger::Manual) => Some(keys::LAST_RUN),
        (RunMode::Completed, _) => Some(keys::LAST_RUN_COMPLETED),
        (RunMode::Watching, _) => Some(keys::LAST_RUN_WATCHING),
        (RunMode::Show | RunMode::Undo | RunMode::Lists, _) => None,
    }
}

fn log(row: &RunRow, outcome: &Result<Report>) {
    match outcome {
        Ok(report) => tracing::info!(
            "[Sync] {} run {} {}: {} {}",
            row.mode,
            row.id,
            if report.is_partial() { "partial" } else { "complete" },
            serde_json::to_string(&report.counts).unwrap_or_default(),
            report.cause.as_deref().unwrap_or_default()
        ),
        Err(error) => tracing::error!("[Sync] {} run {} failed: {error}", row.mode, row.id),
    }
}
