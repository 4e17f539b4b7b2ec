//! One run, from its lock to its report.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::afresh;
use super::ahead::look_ahead;
use super::apply::{Applied, apply};
use super::backup;
use super::carried;
use super::collect::ReadBefore;
use super::guard;
use super::halt::unless_halted;
use super::idle::{self, IdleNote, Look, Start};
use super::lock::RunLock;
use super::modes::{Mode, Trigger};
use super::prepare::{Prepared, Reach, prepare_watched};
use super::report::{self, Times};
use super::resume::{self, Left};
use super::run_log;
use super::running::Running;
use super::waiting;
use crate::domain::{History, Report, RunId, RunRow};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::hub::trakt_titles;
use crate::plan::{Action, Plan, TitlePlan};
use crate::sync::resolve::Interruption;

/// Runs a mode in a task of its own, so that a caller who hangs up does not stop it half-way.
pub async fn run(person: &Arc<Person>, mode: Mode, trigger: Trigger) -> Result<Report> {
    let running = locked_run(Arc::clone(person), mode, trigger);
    let task = person.services.tasks.spawn(running.instrument(person.span()));
    task.await.map_err(|cause| Error::Internal(format!("the run ended early: {cause}")))?
}

async fn locked_run(person: Arc<Person>, mode: Mode, trigger: Trigger) -> Result<Report> {
    let recorded = RunLock::during(&person, |lock| Box::pin(recorded_run(lock, mode, trigger)));
    let (row, outcome) = recorded.await?;
    // Whoever goes on with what is left finds the lock free.
    person.live.end(&row);
    outcome
}

/// The run as it is kept, and how it ended.
async fn recorded_run(
    lock: &RunLock,
    mode: Mode,
    trigger: Trigger,
) -> Result<(RunRow, Result<Report>)> {
    let row = run_log::number(lock.person(), mode.of_run(), trigger).await?;
    lock.is_of(row.id);
    let mut start = Start::read(lock.person(), mode).await?;
    // What is set now counts to the end of the run.
    let person = &*match mode {
        Mode::Full => lock.person().with_stored(start.settings.as_deref()).await?,
        Mode::Completed | Mode::Watching | Mode::Show(_) => lock.person().as_stored().await?,
    };
    person.set.must_be_whole()?;
    let before = Left::before(start.next_attempt.as_deref());
    let noted = resume::began(mode, trigger, before, row.started_at);
    idle::begin(person, mode, &row, (&mut start, noted)).await?;
    let watched = person.live.begin(&row);
    let running = Running { id: row.id, mode, trigger, teller: watched.teller() };
    let (mut outcome, note) = match execute(person, lock, &running, &start).await {
        Ok((report, note)) => (Ok(report), note),
        Err(error) => (Err(error), None),
    };
    let left = resume::ended(mode, before, &mut outcome, person.services.clock.now());
    let (row, mut writes) = run_log::closing(person, row, &outcome);
    writes.extend(left);
    if !idle::end(person, row.id, note.as_ref(), &writes).await? {
        // What people asked for while this run knew nothing of it. The next run does it otherwise.
        if let Err(error) = afresh::honour(person).await {
            tracing::warn!("What was asked for during the run could not be done yet: {error}");
        }
        person.store.write(writes).await?;
    }
    run_log::ended(person, &row, &outcome);
    trakt_titles::keep(&person.services).await;
    Ok((row, outcome))
}

/// A report, and what is noted when nothing is left to do.
type Done = (Report, Option<IdleNote>);

async fn execute(
    person: &Person,
    lock: &RunLock,
    running: &Running,
    start: &Start,
) -> Result<Done> {
    let &Running { id, mode, trigger, .. } = running;
    if mode != Mode::Full || start.has_afresh() {
        afresh::honour(person).await?;
    }
    let changes = match idle::look(person, &running.teller, start).await {
        Err(error) => return postponed(person, mode, id, error),
        Ok(Look::Nothing(note)) => {
            let (plan, applied) = (Plan::default(), Applied::default());
            let report = report::report(id, mode, &plan, &applied, None, times(person));
            return Ok((report, Some(note)));
        }
        Ok(Look::Everything(changes)) => changes,
    };
    let left = carried::take(person, id, trigger);
    let read_before = changes.map_or(left, ReadBefore::Changes);
    let reach = Reach::OneRun(read_before);
    let mut prepared = match prepare_watched(person, mode, &running.teller, reach).await {
        Err(error) => return postponed(person, mode, id, error),
        Ok(prepared) => prepared,
    };
    lock.found(prepared.in_flight.stored.clone()).await;
    if let (Some(plays), false) = (prepared.jump, trigger == Trigger::Confirmed) {
        return Err(Error::TooManyPlays { plays });
    }
    let mut first = prepared.in_flight.writes.clone();
    let Prepared { collected, titles, waiting, .. } = &prepared;
    first.extend(waiting::keep_up(&collected.unwatched, titles, waiting));
    if prepared.plan.plays().next().is_some() {
        if let Some((message, hint)) = guard::wrong_clock(person) {
            return Err(Error::Refused { message, hint });
        }
        match unless_halted(person, &running.teller, backup::make(person, prepared.backup)).await {
            Err(error) => return postponed(person, mode, id, error),
            Ok(saved) => first.extend(saved),
        }
    }
    lock.settle(&prepared.in_flight.rest, first).await?;
    let watched = prepared.watched.take();
    let applied = post(person, lock, running, &prepared, watched).await?;
    let interrupted = prepared.grounds.interrupted.as_ref();
    let report = report::report(id, mode, &prepared.plan, &applied, interrupted, times(person));
    if mode == Mode::Full {
        if let Some(write) = prepared.collected.unread.change()? {
            person.store.write(vec![write]).await?;
        }
        let mark = move_window(person, &prepared, &applied).await?;
        if !report.is_partial() {
            let note = idle::after(person, lock, (&prepared, &applied), mark).await?;
            return Ok((report, note));
        }
    }
    if report.is_partial() {
        carried::leave(person, id, mode, prepared.collected);
    }
    Ok((report, None))
}

/// Posts the plan, and meanwhile looks up what later runs will post.
async fn post(
    person: &Person,
    lock: &RunLock,
    running: &Running,
    prepared: &Prepared,
    watched: Option<History>,
) -> Result<Applied> {
    let posted = CancellationToken::new();
    let posting = async {
        let applied = apply(person, lock, running, prepared, watched).await;
        posted.cancel();
        applied
    };
    let ahead = look_ahead(person, &running.teller, prepared, posted.clone());
    let (applied, ()) = tokio::join!(posting, ahead);
    applied
}

/// A service said when to come again, or the run was stopped, before there was a plan: nothing was
/// done, and the next call goes on from there. Any other error is one.
fn postponed(person: &Person, mode: Mode, id: RunId, error: Error) -> Result<Done> {
    let (until, cause) = match error {
        Error::Provider(error) if error.fault.retry_at().is_some() => {
            (error.fault.retry_at(), error.to_string())
        }
        Error::Halted { cause } => (None, cause),
        error => return Err(error),
    };
    tracing::warn!("The run has to wait: {cause}");
    let interruption = Interruption { until, cause };
    let (plan, applied) = (Plan::default(), Applied::default());
    Ok((report::report(id, mode, &plan, &applied, Some(&interruption), times(person)), None))
}

/// This machine's time, and the services'.
fn times(person: &Person) -> Times {
    Times { own: person.services.clock.now(), services: person.services.outbound.true_time() }
}

/// Moves the window of the incremental sync, but never past a change that is not settled. The
/// first sync moves it only once the whole list is settled. Gives where it stands, if that is known.
async fn move_window(
    person: &Person,
    prepared: &Prepared,
    applied: &Applied,
) -> Result<Option<i64>> {
    let collected = &prepared.collected;
    let unsettled = prepared.plan.titles.iter().filter(|title| is_unsettled(title, applied));
    let left = unsettled.map(|planned| &planned.title).chain(prepared.later());
    let oldest = left.map(|title| title.entry.updated_at).min();
    // What changed while the list was read may have been read before it changed.
    let newest = collected.newest.map(|at| at.min(collected.began)).max(collected.since);
    let to = match (oldest, collected.since) {
        (None, _) => newest,
        (Some(_), None) => None,
        (Some(oldest), Some(since)) => Some(oldest.max(since)).min(newest),
    };
    let is_held = collected.unread.holds(collected.since, collected.began);
    match to.filter(|to| Some(*to) != collected.since && !is_held) {
        Some(to) => {
            let is_moved = afresh::move_mark(person, collected.mark.as_deref(), to).await?;
            Ok(is_moved.then_some(to))
        }
        None => Ok(collected.since),
    }
}

/// Whether something of the title is neither accepted nor waiting.
fn is_unsettled(title: &TitlePlan, applied: &Applied) -> bool {
    title.is_undecided()
        || title.actions().any(|action| match action {
            Action::Later | Action::Held => true,
            Action::Post(play) => !applied.is_settled(play),
            Action::Already | Action::Settled | Action::Wait | Action::OnlyOnce => false,
        })
}
