//! Takes the plays that one run added off Trakt again, and nothing else.
//!
//! First the history is read and each play's id is kept with it; then these ids are removed, a
//! batch at a time. An id is never another play's, so that what was sent and not answered is simply
//! sent again, and an undo that was cut off is called again.
//!
//! The progress of the entries stays: it says up to where a person's list was dealt with, and
//! without that the next run would post the same plays again at once.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use serde_json::json;

use super::apply::{may_still_land, passes};
use super::in_flight::InFlight;
use super::lock::{RunLock, running_since};
use super::modes::Trigger;
use super::record;
use super::report::Report;
use super::standing::{Standing, accepted, taken};
use crate::app::App;
use crate::domain::{HistoryId, Item, RunId};
use crate::error::{Error, Result};
use crate::mapping::resolve::Interruption;
use crate::outbound::ProviderError;
use crate::store::{PlayOutcome, RunPlay, RunPlays, RunRow, RunState, Write, keys};
use crate::trakt::Removed;

/// The name of such a run in routes and records.
pub const MODE: &str = "undo";

/// After so many answers in one undo that were lost, what is left waits for the next call.
const MAX_LOST_ANSWERS: u32 = 3;

/// Runs that are kept.
const RUNS: u32 = 50;

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
pub async fn undo(app: &Arc<App>, id: RunId) -> Result<Report> {
    let task = app.tasks.spawn(locked_undo(Arc::clone(app), id));
    task.await.map_err(|cause| Error::Internal(format!("the undo ended early: {cause}")))?
}

async fn locked_undo(app: Arc<App>, id: RunId) -> Result<Report> {
    let lock = RunLock::acquire(&app).await?;
    let outcome = recorded_undo(&app, &lock, id).await;
    if let Err(error) = lock.release().await {
        tracing::warn!("The run lock could not be given back: {error}");
    }
    outcome
}

async fn recorded_undo(app: &App, lock: &RunLock, id: RunId) -> Result<Report> {
    let target = Target::read(app, id).await?;
    let row = record::begin(app, MODE, Trigger::Manual, None).await?;
    let mut undo = Undo::new(app, lock, row.id, target);
    let outcome = undo.execute().await.map(|()| undo.report());
    record::end(app, row, &outcome).await?;
    outcome
}

/// Says what an undo would do, changing nothing.
pub async fn preview(app: &App, id: RunId) -> Result<Preview> {
    let mut target = Target::read(app, id).await?;
    if target.row.state == RunState::Running
        && let Some(since) = running_since(app).await?
    {
        return Err(Error::RunInProgress { since });
    }
    let in_flight = target.own_in_flight().cloned();
    let sent = in_flight.iter().flat_map(|group| &group.plays);
    let plays = accepted(&target.groups).chain(sent).map(|sent| &sent.play);
    let standing = Standing::read(app, plays).await?;
    target.groups.extend(in_flight.map(|group| arrived(group, &standing)));
    let left_alone = standing.pin(&mut target.groups, &posted_later(app, id).await?);
    let plays: Vec<RunPlay> = accepted(&target.groups).cloned().collect();
    let already_gone = taken(&target.groups).count() - plays.len();
    Ok(Preview { plays, already_gone, left_alone })
}

/// The plays of a batch in flight that the history has.
fn arrived(mut group: RunPlays, standing: &Standing) -> RunPlays {
    group.plays.retain(|sent| standing.has(&sent.play));
    group
}

/// The run that is undone.
struct Target {
    row: RunRow,
    groups: Vec<RunPlays>,
    in_flight: Option<InFlight>,
}

impl Target {
    /// Reads a run that can be undone.
    async fn read(app: &App, id: RunId) -> Result<Self> {
        let row = app.store.run(&app.account, id).await?.ok_or_else(|| {
            let message = format!("there is no run with this number: {id}");
            Error::not_found(message, "GET /api/runs lists the last 50")
        })?;
        if row.mode == MODE {
            let message = format!("an undo cannot be undone: {id}");
            let hint = "DELETE /api/progress?anilistId= lets the next sync post a title again";
            return Err(Error::bad_request(message, hint));
        }
        let groups = app.store.run_plays(&app.account, id).await?;
        let in_flight = read_in_flight(app).await?;
        let target = Self { row, groups, in_flight };
        if taken(&target.groups).next().is_none() && target.own_in_flight().is_none() {
            let message = format!("the run added no plays, so there is nothing to undo: {id}");
            return Err(Error::Refused {
                message,
                hint: "GET /api/runs tells what each run added",
            });
        }
        Ok(target)
    }

    /// The batch of this run of which nothing is known yet, if the process ended just then.
    fn own_in_flight(&self) -> Option<&RunPlays> {
        let adding = self.in_flight.as_ref().and_then(InFlight::adding);
        adding.filter(|group| group.run == self.row.id)
    }
}

async fn read_in_flight(app: &App) -> Result<Option<InFlight>> {
    let stored = app.store.config(&app.account, &[keys::IN_FLIGHT]).await?;
    Ok(stored.into_iter().flatten().next().map(|text| InFlight::read(&text)))
}

/// What runs after this one posted.
async fn posted_later(app: &App, id: RunId) -> Result<HashSet<Item>> {
    let mut items = HashSet::new();
    for run in app.store.runs(&app.account, RUNS).await? {
        // A run that did not end has no report.
        let nothing = run.mode == MODE || run.report["synced"] == 0;
        if run.id > id && !nothing {
            let groups = app.store.run_plays(&app.account, run.id).await?;
            items.extend(taken(&groups).map(|sent| sent.play.item));
        }
    }
    Ok(items)
}

/// A play that is to be removed: its place among the run's plays, and its id.
#[derive(Debug, Clone, Copy)]
struct Pinned {
    group: usize,
    at: usize,
    id: HistoryId,
}

struct Undo<'a> {
    app: &'a App,
    lock: &'a RunLock,
    run: RunId,
    target: Target,
    pending: VecDeque<Pinned>,
    /// What was sent and not answered: what is missing of it afterwards was removed by that.
    unanswered: HashSet<HistoryId>,
    /// The record of the batch in flight, as it was written.
    in_flight: Option<String>,
    lost_answers: u32,
    removed: usize,
    left_alone: usize,
    interrupted: Option<Interruption>,
}

impl<'a> Undo<'a> {
    fn new(app: &'a App, lock: &'a RunLock, run: RunId, target: Target) -> Self {
        Self {
            app,
            lock,
            run,
            target,
            pending: VecDeque::new(),
            unanswered: HashSet::new(),
            in_flight: None,
            lost_answers: 0,
            removed: 0,
            left_alone: 0,
            interrupted: None,
        }
    }

    async fn execute(&mut self) -> Result<()> {
        match self.find().await {
            Err(Error::Provider(error)) if error.fault.retry_at().is_some() => {
                self.interrupt(&error);
            }
            found => found?,
        }
        self.remove_all().await?;
        if self.interrupted.is_none() && self.target.row.undone_by.is_none() {
            self.target.row.undone_by = Some(self.run);
            self.write(vec![Write::Run(self.target.row.clone())]).await?;
        }
        Ok(())
    }

    /// Finds the plays in the history and keeps their ids.
    async fn find(&mut self) -> Result<()> {
        self.read_back().await?;
        let plays: Vec<_> = accepted(&self.target.groups).map(|sent| sent.play.clone()).collect();
        if plays.is_empty() {
            return Ok(());
        }
        let standing = Standing::read(self.app, plays.iter()).await?;
        let later = posted_later(self.app, self.target.row.id).await?;
        self.left_alone = standing.pin(&mut self.target.groups, &later);
        self.write(self.target.groups.iter().cloned().map(Write::RunPlays).collect()).await?;
        self.pending = pinned(&self.target.groups);
        Ok(())
    }

    /// A batch that was in flight when a process ended belongs to the run that sent it, as far as
    /// the history has it.
    async fn read_back(&mut self) -> Result<()> {
        let Some(in_flight) = self.target.in_flight.take() else { return Ok(()) };
        let Some(sent) = in_flight.adding() else { return Ok(()) };
        let (store, account) = (&self.app.store, &self.app.account);
        let plays = sent.plays.iter().map(|sent| &sent.play);
        let standing = Standing::read(self.app, plays).await?;
        let progress = store.progress(account).await?;
        let queue = store.unmapped(account).await?;
        let queue = queue.into_iter().map(|row| (row.entry.media.id, row)).collect();
        let now = self.app.clock.now();
        let has = |play: &_| standing.has(play);
        self.write(in_flight.settled(has, &progress, &queue, now)).await?;
        if sent.run == self.target.row.id {
            self.target.groups.push(arrived(sent.clone(), &standing));
        }
        Ok(())
    }

    async fn remove_all(&mut self) -> Result<()> {
        while !self.pending.is_empty() && self.interrupted.is_none() {
            if let Some(cause) = self.lock.must_stop(self.app) {
                self.interrupted = Some(Interruption { until: None, cause });
                return Ok(());
            }
            let size = self.app.config.limits.batch_size.min(self.pending.len());
            let batch: Vec<Pinned> = self.pending.drain(..size).collect();
            self.remove(batch).await?;
        }
        Ok(())
    }

    async fn remove(&mut self, batch: Vec<Pinned>) -> Result<()> {
        let ids: Vec<HistoryId> = batch.iter().map(|play| play.id).collect();
        self.record_in_flight(&ids).await?;
        if self.lock.is_lost() {
            // Whoever has the lock now finds the record and reads the history again.
            self.put_back(&batch);
            return Ok(());
        }
        match self.app.trakt.remove_history(&ids).await {
            Ok(removed) => self.answered(&batch, &removed).await,
            Err(error) if error.fault.leaves_outcome_open() => {
                let give_up = may_still_land(&error.fault);
                self.lost(&batch, error.to_string(), give_up);
                Ok(())
            }
            Err(error) => self.stop(&batch, error).await,
        }
    }

    async fn record_in_flight(&mut self, ids: &[HistoryId]) -> Result<()> {
        let undoes = self.target.row.id;
        let record = InFlight::Removing { run: self.run, undoes, ids: ids.to_vec() };
        let text = record.text()?;
        self.in_flight = Some(text.clone());
        self.write(vec![
            Write::Config { key: keys::IN_FLIGHT, value: Some(text) },
            Write::Config { key: keys::TRAKT_WATCHED, value: None },
        ])
        .await
    }

    async fn answered(&mut self, batch: &[Pinned], removed: &Removed) -> Result<()> {
        let told = usize::try_from(removed.removed).unwrap_or(usize::MAX);
        let untold = batch.len().saturating_sub(told.saturating_add(removed.missing.len()));
        if untold > 0 {
            let cause = format!("Trakt did not say what became of {untold} plays");
            self.lost(batch, cause, false);
            return Ok(());
        }
        let missing: HashSet<HistoryId> = removed.missing.iter().copied().collect();
        let mut touched = Vec::new();
        for play in batch {
            let was_there = !missing.contains(&play.id) || self.unanswered.contains(&play.id);
            self.removed += usize::from(was_there);
            self.target.groups[play.group].plays[play.at].outcome =
                if was_there { PlayOutcome::Removed } else { PlayOutcome::Gone };
            touched.push(play.group);
        }
        touched.dedup();
        let groups = touched.iter().map(|&group| self.target.groups[group].clone());
        self.settle(groups.map(Write::RunPlays).collect()).await
    }

    /// The answer does not tell enough: the same is sent again, a few times.
    fn lost(&mut self, batch: &[Pinned], cause: String, give_up: bool) {
        tracing::warn!("The answer to a removal was lost: {cause}");
        self.lost_answers += 1;
        self.unanswered.extend(batch.iter().map(|play| play.id));
        self.put_back(batch);
        if give_up || self.lost_answers >= MAX_LOST_ANSWERS {
            self.interrupted = Some(Interruption { until: None, cause });
        }
    }

    /// Nothing of the batch was removed. A fault that a person must mend ends the undo.
    async fn stop(&mut self, batch: &[Pinned], error: ProviderError) -> Result<()> {
        self.put_back(batch);
        self.settle(Vec::new()).await?;
        if !passes(&error.fault) {
            return Err(Error::Provider(error));
        }
        self.interrupt(&error);
        Ok(())
    }

    fn put_back(&mut self, batch: &[Pinned]) {
        batch.iter().rev().for_each(|play| self.pending.push_front(*play));
    }

    fn interrupt(&mut self, error: &ProviderError) {
        tracing::warn!("The undo has to wait: {error}");
        let until = error.fault.retry_at();
        self.interrupted = Some(Interruption { until, cause: error.to_string() });
    }

    /// Writes, and in the same step forgets that a batch was in flight, unless the record is
    /// another's by now.
    async fn settle(&mut self, writes: Vec<Write>) -> Result<()> {
        let record = self.in_flight.take();
        let mut both = writes.clone();
        both.push(Write::Config { key: keys::IN_FLIGHT, value: None });
        both.push(Write::Config { key: keys::TRAKT_WATCHED, value: None });
        let (store, account) = (&self.app.store, &self.app.account);
        if store.write_if(account, keys::IN_FLIGHT, record.as_deref(), both).await? {
            return Ok(());
        }
        self.write(writes).await
    }

    async fn write(&self, writes: Vec<Write>) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        Ok(self.app.store.write(&self.app.account, writes).await?)
    }

    fn report(&self) -> Report {
        let interrupted = self.interrupted.as_ref();
        let remaining = accepted(&self.target.groups).count();
        let gone = taken(&self.target.groups).count() - remaining - self.removed;
        let undoes = self.target.row.id;
        Report {
            run_id: self.run,
            message: self.message(),
            state: if interrupted.is_some() { "partial" } else { "complete" },
            next_attempt: interrupted.and_then(|interruption| interruption.until),
            cause: interrupted.map(|interruption| interruption.cause.clone()),
            remaining,
            counts: json!({
                "undoes": undoes,
                "removed": self.removed,
                "alreadyGone": gone,
                "leftAlone": self.left_alone,
            }),
        }
    }

    fn message(&self) -> String {
        let id = self.target.row.id;
        match (&self.interrupted, self.removed) {
            (Some(_), _) => "Undo partly done; the next call goes on from here.".to_owned(),
            (None, 0) => format!("Nothing was left to undo of run {id}."),
            (None, _) => format!(
                "Undo complete! No sync posts these plays again, unless you start the title afresh: run {id}"
            ),
        }
    }
}

fn pinned(groups: &[RunPlays]) -> VecDeque<Pinned> {
    let mut pending = VecDeque::new();
    for (group, RunPlays { plays, .. }) in groups.iter().enumerate() {
        for (at, sent) in plays.iter().enumerate() {
            if sent.outcome == PlayOutcome::Accepted
                && let Some(id) = sent.history_id
            {
                pending.push_back(Pinned { group, at, id });
            }
        }
    }
    pending
}
