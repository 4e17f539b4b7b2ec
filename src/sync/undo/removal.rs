//! Finding the plays of a run in the history, and removing them batch by batch.

use std::collections::{HashSet, VecDeque};

use super::target::{Target, arrived, posted_later};
use crate::domain::{
    HistoryId, Play, PlayOutcome, Report, ReportCounts, RunId, RunPlays, RunState, Service,
    UndoCounts,
};
use crate::hub::connections::Written;
use crate::hub::error::{Error, Result};
use crate::hub::live::{Phase, Teller};
use crate::hub::person::Person;
use crate::outbound::{Fault, ProviderError};
use crate::plan::Held;
use crate::store::{Write, keys};
use crate::sync::halt::unless_halted;
use crate::sync::history_index::{HistoryIndex, Unseen, accepted, taken};
use crate::sync::in_flight::{Batch, InFlight, Look, Sent, Told};
use crate::sync::lock::RunLock;
use crate::sync::resolve::Interruption;
use crate::sync::resume::next_attempt;
use crate::sync::single::waiting;
use crate::trakt::Removed;

/// After so many answers in one undo that were lost, what is left waits for the next call.
const MAX_LOST_ANSWERS: u32 = 3;

/// A play that is to be removed: its place among the run's plays, and its id.
#[derive(Debug, Clone, Copy)]
struct Pinned {
    group: usize,
    at: usize,
    id: HistoryId,
}

pub(super) struct Removal<'a> {
    person: &'a Person,
    lock: &'a RunLock,
    run: RunId,
    teller: Teller,
    target: Target,
    pending: VecDeque<Pinned>,
    /// What was sent and not answered: what is missing of it afterwards was removed by that.
    unanswered: HashSet<HistoryId>,
    /// What was sent and not answered, by this undo and runs before.
    in_flight: InFlight,
    /// Plays of the run that may still arrive.
    held: Held,
    lost_answers: u32,
    /// Whether the last write met a sign-in that had ended.
    is_renewed: bool,
    removed: usize,
    left_alone: usize,
    interrupted: Option<Interruption>,
}

impl<'a> Removal<'a> {
    pub(super) fn new(
        person: &'a Person,
        lock: &'a RunLock,
        (run, teller): (RunId, Teller),
        target: Target,
    ) -> Self {
        Self {
            person,
            lock,
            run,
            teller,
            target,
            pending: VecDeque::new(),
            unanswered: HashSet::new(),
            in_flight: InFlight::default(),
            held: Held::default(),
            lost_answers: 0,
            is_renewed: false,
            removed: 0,
            left_alone: 0,
            interrupted: None,
        }
    }

    pub(super) async fn execute(&mut self) -> Result<()> {
        self.teller.phase(Phase::Comparing);
        let teller = self.teller.clone();
        match unless_halted(self.person, &teller, Box::pin(self.find())).await {
            Err(Error::Provider(error)) if error.fault.retry_at().is_some() => {
                self.interrupt(&error);
            }
            Err(Error::Halted { cause }) => {
                self.interrupted = Some(Interruption { until: None, cause });
            }
            found => found?,
        }
        self.remove_all().await?;
        if self.interrupted.is_none() && !self.held.is_empty() {
            let (until, cause) = (self.held.until, self.held.unseen_sentence());
            self.interrupted = Some(Interruption { until, cause });
        }
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
        let history = HistoryIndex::read(self.person, plays.iter()).await?;
        let later = posted_later(self.person, self.target.row.id).await?;
        let shown_from = self.target.shown_from(self.person.services.outbound.true_time());
        let unseen = Unseen::until(shown_from);
        self.left_alone = history.pin(&mut self.target.groups, &later, unseen);
        if let Some(until) = shown_from {
            let unseen = accepted(&self.target.groups).filter(|sent| sent.history_id.is_none());
            self.held.plays(until, unseen.map(|sent| &sent.play));
        }
        self.write(self.target.groups.iter().cloned().map(Write::RunPlays).collect()).await?;
        self.pending = pinned(&self.target.groups);
        Ok(())
    }

    /// A batch that was in flight belongs to the run that sent it, as far as the history has it.
    /// What may still arrive is left to a later call.
    async fn read_back(&mut self) -> Result<()> {
        if self.target.stored.is_none() {
            return Ok(());
        }
        // What time it is, Trakt tells: nobody may have been asked yet.
        self.person.trakt.last_activities().await?;
        let now = self.person.services.outbound.true_time();
        let in_flight = std::mem::take(&mut self.target.in_flight).at(now);
        let run = self.target.row.id;
        let plays = in_flight.adding().flat_map(|batch| &batch.plays).map(|sent| &sent.play);
        let history = HistoryIndex::read(self.person, plays).await?;
        let store = &self.person.store;
        let settled = store.settled().await?;
        let waiting = waiting(self.person).await?;
        let has = |play: &Play| history.has(play);
        let kept = in_flight.kept(self.person).await?;
        let look = Look { settled: &settled, waiting: &waiting, kept: &kept, now };
        let Told { writes, rest, .. } = in_flight.told(has, look);
        for batch in in_flight.adding().filter(|batch| batch.run == run) {
            self.target.put(arrived(batch.clone(), &history));
        }
        self.held = rest.held_of(run, now);
        self.in_flight = rest.without_removals_of(run);
        self.lock.settle(&self.in_flight, writes).await
    }

    /// Tells how far it is to whoever watches.
    fn tell(&self, batch: usize) {
        let size = self.person.settings.batch_size;
        let now = self.person.services.clock.now();
        self.teller.tell(|run| {
            run.phase = Phase::Posting;
            (run.done, run.total) = (self.removed, self.removed + self.pending.len());
            (run.batch, run.batches) = (batch, batch + self.pending.len().div_ceil(size));
            run.posting_since.get_or_insert(now);
        });
    }

    async fn remove_all(&mut self) -> Result<()> {
        let mut batches = 0;
        self.tell(batches);
        while !self.pending.is_empty() && self.interrupted.is_none() {
            if let Some(cause) = self.lock.must_stop(self.person).await? {
                self.interrupted = Some(Interruption { until: None, cause });
                return Ok(());
            }
            let size = self.person.settings.batch_size.min(self.pending.len());
            let batch: Vec<Pinned> = self.pending.drain(..size).collect();
            self.remove(batch).await?;
            batches += 1;
            self.tell(batches);
        }
        Ok(())
    }

    async fn remove(&mut self, batch: Vec<Pinned>) -> Result<()> {
        let turn = match self.person.trakt.write_turn().await {
            Ok(turn) => turn,
            Err(error) => return self.stop(&batch, error).await,
        };
        let ids: Vec<HistoryId> = batch.iter().map(|play| play.id).collect();
        let began = self.person.services.clock.now();
        let record = self.in_flight.and(self.batch(&ids));
        let is_owner = self.lock.record(&record).await?;
        if !is_owner || self.lock.is_lost() || self.lock.may_have_slept(began) {
            // Whoever has the lock now finds the record and reads the history again.
            self.put_back(&batch);
            return Ok(());
        }
        match self.person.trakt.remove_history(self.lock.proof(), turn, &ids).await {
            Ok(Written::Answered(removed)) => {
                self.is_renewed = false;
                self.answered(&batch, &removed).await
            }
            Ok(Written::SignInRenewed) if self.is_renewed => {
                // A new sign-in that is not taken either is a dead one.
                self.stop(&batch, Fault::SignedOut.at(Service::TRAKT)).await
            }
            Ok(Written::SignInRenewed) => {
                self.is_renewed = true;
                self.put_back(&batch);
                self.settle(Vec::new()).await
            }
            Err(error) if error.fault.leaves_outcome_open() => {
                let give_up = matches!(error.fault, Fault::TimedOut);
                self.lost(&batch, error.to_string(), give_up);
                Ok(())
            }
            Err(error) => self.stop(&batch, error).await,
        }
    }

    /// The next batch, as it is recorded.
    fn batch(&self, ids: &[HistoryId]) -> Batch {
        let undoes = self.target.row.id;
        let sent = Sent::Removing { run: self.run, undoes, ids: ids.to_vec() };
        Batch::new(self.person.services.outbound.true_time(), sent)
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
            self.person.services.metrics.plays("removed", usize::from(was_there));
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
        if !error.fault.passes() {
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

    /// Writes, and in the same step forgets that the batch was in flight. The kept copy of the
    /// history has what was just removed.
    async fn settle(&mut self, mut writes: Vec<Write>) -> Result<()> {
        writes.push(Write::Config { key: keys::TRAKT_WATCHED, value: None });
        self.lock.settle(&self.in_flight, writes).await
    }

    async fn write(&self, writes: Vec<Write>) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        Ok(self.person.store.write(writes).await?)
    }

    pub(super) fn report(&self) -> Report {
        let interrupted = self.interrupted.as_ref();
        let remaining = accepted(&self.target.groups).count();
        let gone = taken(&self.target.groups).count() - remaining - self.removed;
        let undoes = self.target.row.id;
        Report {
            run_id: self.run,
            message: self.message(),
            state: if interrupted.is_some() { RunState::Partial } else { RunState::Complete },
            next_attempt: interrupted
                .and_then(|i| next_attempt(i, self.person.services.clock.now())),
            cause: interrupted.map(|interruption| interruption.cause.clone()),
            remaining,
            rewatches: None,
            counts: ReportCounts::Undo(UndoCounts {
                undoes,
                removed: self.removed,
                already_gone: gone,
                left_alone: self.left_alone,
            }),
        }
    }

    fn message(&self) -> String {
        let id = self.target.row.id;
        match (&self.interrupted, self.removed) {
            (Some(_), _) => "Undo partly done; the next call goes on from here.".to_owned(),
            (None, 0) => format!("Nothing was left to undo of run {id}."),
            (None, _) => format!(
                "Run {id} is undone; no sync posts its plays again unless a title is started afresh."
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
