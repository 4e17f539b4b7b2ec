//! Posts a plan in batches. Nothing else writes to Trakt.
//!
//! Before a batch leaves it is recorded as in flight. After the answer its progress is saved and
//! the record removed in one step, and only then does the next batch leave. When the answer is
//! lost, Trakt's history is read back before anything is sent again.

use std::collections::{HashMap, HashSet, VecDeque};

use super::in_flight::InFlight;
use super::lock::RunLock;
use super::plan::{Action, Plan, Step, TitlePlan};
use super::queue::{self, Attempt, Outcome};
use super::run::Running;
use super::watched::{Freshness, watched};
use crate::app::App;
use crate::domain::{AnilistId, Item, Play, Viewing};
use crate::error::{Error, Result};
use crate::live::Phase;
use crate::mapping::resolve::{Interruption, Queue};
use crate::outbound::{Fault, ProviderError};
use crate::store::{PlayOutcome, Progress, RunPlay, RunPlays, Write, keys};
use crate::trakt::Refused;

/// After so many lost answers in one run, what is left waits for the next.
const MAX_LOST_ANSWERS: u32 = 3;

/// What came of a plan.
#[derive(Debug, Default)]
pub struct Applied {
    /// Plays that Trakt has now.
    pub accepted: HashSet<Viewing>,
    /// Requests that were sent.
    pub batches: u32,
    /// Plays that Trakt does not know.
    pub refused: HashMap<AnilistId, Vec<u32>>,
    /// Rewatches that Trakt does not know, although it has the first play.
    pub refused_again: HashSet<Viewing>,
    /// Set when the rest has to wait.
    pub interrupted: Option<Interruption>,
}

impl Applied {
    /// How many episodes were added.
    pub fn episodes(&self) -> usize {
        self.accepted.iter().filter(|play| matches!(play.item, Item::Episode { .. })).count()
    }

    /// How many of all were rewatches.
    pub fn rewatches(&self) -> usize {
        self.accepted.iter().filter(|play| play.rewatch > 0).count()
    }

    /// How many Trakt did not know.
    pub fn refused_plays(&self) -> usize {
        self.refused.values().map(Vec::len).sum::<usize>() + self.refused_again.len()
    }

    /// Whether a play was taken, or waits because it was not.
    pub fn is_settled(&self, play: &Play) -> bool {
        let refused = || match play.rewatch {
            0 => self.refused.get(&play.anilist_id).is_some_and(|abs| abs.contains(&play.abs)),
            _ => self.refused_again.contains(&play.viewing()),
        };
        self.accepted.contains(&play.viewing()) || refused()
    }

    /// How many films were added.
    pub fn movies(&self) -> usize {
        self.accepted.len() - self.episodes()
    }
}

/// Posts what the plan says. The lock is the proof that nobody else does so meanwhile.
pub(super) async fn apply(
    app: &App,
    lock: &RunLock,
    running: &Running,
    plan: &Plan,
    queue: &Queue,
    attempt: &Attempt,
) -> Result<Applied> {
    let mut applier = Applier::new(app, lock, running, plan, (queue, attempt));
    applier.save_what_needs_no_post().await?;
    applier.post_all().await?;
    Ok(applier.applied)
}

struct Applier<'a> {
    app: &'a App,
    lock: &'a RunLock,
    running: &'a Running,
    /// The number of the last batch.
    group: u32,
    titles: HashMap<AnilistId, &'a TitlePlan>,
    queue: &'a Queue,
    attempt: &'a Attempt,
    pending: VecDeque<Play>,
    lost_answers: u32,
    /// The record of the batch in flight, as it was written.
    in_flight: Option<String>,
    applied: Applied,
}

/// An answer that did not arrive, or does not tell enough.
struct Lost {
    cause: String,
    may_still_land: bool,
}

/// What is known after a batch was sent.
enum Sent {
    /// Trakt answered; these were not found.
    Answered(Vec<Play>),
    /// The answer was lost or does not tell what was added.
    Lost(Lost),
    /// Nothing was applied, and the rest has to wait.
    Stopped(ProviderError),
}

impl<'a> Applier<'a> {
    fn new(
        app: &'a App,
        lock: &'a RunLock,
        running: &'a Running,
        plan: &'a Plan,
        (queue, attempt): (&'a Queue, &'a Attempt),
    ) -> Self {
        let titles = plan.titles.iter().map(|title| (title.entry.media.id, title)).collect();
        let pending = plan.plays().cloned().collect();
        let applied = Applied::default();
        Self {
            app,
            lock,
            running,
            group: 0,
            titles,
            queue,
            attempt,
            pending,
            lost_answers: 0,
            in_flight: None,
            applied,
        }
    }

    /// Titles that Trakt has already, and those that wait, are settled in one write.
    async fn save_what_needs_no_post(&mut self) -> Result<()> {
        let ids: Vec<AnilistId> = self.titles.keys().copied().collect();
        let writes = self.settled(&ids);
        self.write(writes).await
    }

    /// Tells how far it is to whoever watches.
    fn tell(&self) {
        let now = self.app.clock.now();
        let done = self.applied.accepted.len() + self.applied.refused_plays();
        let size = self.app.config.limits.batch_size;
        let batch = usize::try_from(self.applied.batches).unwrap_or(usize::MAX);
        self.running.watch.tell(|run| {
            run.phase = Phase::Posting;
            (run.done, run.total) = (done, done + self.pending.len());
            (run.batch, run.batches) = (batch, batch + self.pending.len().div_ceil(size));
            run.posting_since.get_or_insert(now);
        });
    }

    async fn post_all(&mut self) -> Result<()> {
        self.tell();
        while !self.pending.is_empty() && self.applied.interrupted.is_none() {
            if let Some(cause) = self.lock.must_stop(self.app) {
                self.applied.interrupted = Some(Interruption { until: None, cause });
                return Ok(());
            }
            let batch = self.next_batch();
            self.post(batch).await?;
            self.tell();
        }
        Ok(())
    }

    /// The next plays, as many as may go in one request. Nothing goes twice in one: Trakt does not
    /// say what it makes of that.
    fn next_batch(&mut self) -> Vec<Play> {
        let most = self.app.config.limits.batch_size.min(self.pending.len());
        let mut items = HashSet::new();
        let fitting = self.pending.iter().take(most).take_while(|play| items.insert(play.item));
        let size = fitting.count();
        self.pending.drain(..size).collect()
    }

    async fn post(&mut self, batch: Vec<Play>) -> Result<()> {
        self.record_in_flight(&batch).await?;
        if self.lock.is_lost() {
            // A store that was slow may have let the lease end. Whoever has the lock now finds
            // the record, and the history says that nothing came of it.
            batch.into_iter().rev().for_each(|play| self.pending.push_front(play));
            return Ok(());
        }
        self.applied.batches += 1;
        match self.send(&batch).await {
            Sent::Answered(refused) => self.settle(batch, &refused, &[]).await,
            Sent::Lost(lost) => self.read_back(batch, lost).await,
            Sent::Stopped(error) => self.stop(batch, error).await,
        }
    }

    async fn send(&self, batch: &[Play]) -> Sent {
        match self.app.trakt.add_history(batch).await {
            Ok(added) => match added.refused {
                Refused { unattributed: 0, plays } => Sent::Answered(plays),
                Refused { unattributed, .. } => {
                    let cause = format!("Trakt did not say which {unattributed} it does not know");
                    Sent::Lost(Lost { cause, may_still_land: false })
                }
            },
            Err(error) if error.fault.leaves_outcome_open() => Sent::Lost(Lost {
                cause: error.to_string(),
                may_still_land: may_still_land(&error.fault),
            }),
            Err(error) => Sent::Stopped(error),
        }
    }

    async fn record_in_flight(&mut self, batch: &[Play]) -> Result<()> {
        self.group += 1;
        let record = self.record(batch)?;
        self.in_flight.clone_from(&record);
        self.write(vec![Write::Config { key: keys::IN_FLIGHT, value: record }]).await
    }

    /// The record of plays that may arrive, if there are any.
    fn record(&self, plays: &[Play]) -> Result<Option<String>> {
        if plays.is_empty() {
            return Ok(None);
        }
        let plays = self.sent(plays, |_| PlayOutcome::Accepted);
        InFlight::Adding(plays).text().map(Some)
    }

    /// The plays of the last batch as they are kept with the run.
    fn sent(&self, plays: &[Play], outcome: impl Fn(&Play) -> PlayOutcome) -> RunPlays {
        let of_run = |play: &Play| {
            let title = self.titles.get(&play.anilist_id);
            RunPlay {
                title: title.map(|title| title.entry.media.titles.display().to_owned()),
                source: title.and_then(|title| title.source),
                verdict: title.and_then(|title| title.verdict),
                outcome: outcome(play),
                history_id: None,
                play: play.clone(),
            }
        };
        let plays = plays.iter().map(of_run).collect();
        RunPlays { run: self.running.id, group: self.group, plays }
    }

    /// Writes, and in the same step forgets that the batch was in flight, but for what may arrive
    /// yet. When the record is another's by now, that stays: its owner has taken over, and what is
    /// written is true anyway.
    async fn write_settled(&mut self, writes: Vec<Write>, yet: Option<String>) -> Result<()> {
        let record = self.in_flight.take();
        let mut both = writes.clone();
        both.push(Write::Config { key: keys::IN_FLIGHT, value: yet });
        let (store, account) = (&self.app.store, &self.app.account);
        if store.write_if(account, keys::IN_FLIGHT, record.as_deref(), both).await? {
            return Ok(());
        }
        self.write(writes).await
    }

    /// Saves what was accepted and what was not found, with the run that sent it, and forgets that
    /// it was in flight. What may arrive yet stays recorded as such.
    async fn settle(&mut self, batch: Vec<Play>, refused: &[Play], yet: &[Play]) -> Result<()> {
        let unknown: HashSet<Item> = refused.iter().map(|play| play.item).collect();
        let sent = self.sent(&batch, |play| {
            let is_unknown = unknown.contains(&play.item);
            if is_unknown { PlayOutcome::Refused } else { PlayOutcome::Accepted }
        });
        let accepted = batch.iter().filter(|play| !unknown.contains(&play.item)).count();
        self.app.metrics.plays("accepted", accepted);
        self.app.metrics.plays("refused", batch.len() - accepted);
        let mut ids = Vec::new();
        for play in batch {
            ids.push(play.anilist_id);
            match (unknown.contains(&play.item), play.rewatch) {
                (false, _) => self.applied.accepted.insert(play.viewing()),
                (true, 0) => {
                    self.applied.refused.entry(play.anilist_id).or_default().push(play.abs);
                    continue;
                }
                (true, _) => self.applied.refused_again.insert(play.viewing()),
            };
        }
        ids.dedup();
        let mut writes = self.settled(&ids);
        // The kept copy of the history lacks what was just added. Trakt's mark tells that too,
        // unless the history had changed at that very time before.
        writes.push(Write::Config { key: keys::TRAKT_WATCHED, value: None });
        if !sent.plays.is_empty() {
            writes.push(Write::RunPlays(sent));
            self.group += 1;
        }
        let yet = self.record(yet)?;
        self.write_settled(writes, yet).await
    }

    /// After a lost answer only Trakt's history tells what was added. What it has is settled; the
    /// rest is sent again.
    async fn read_back(&mut self, batch: Vec<Play>, lost: Lost) -> Result<()> {
        let Lost { cause, may_still_land } = lost;
        tracing::warn!("The answer to a batch was lost, reading Trakt's history back: {cause}");
        self.lost_answers += 1;
        let history = match watched(self.app, Freshness::ReadAgain).await {
            Ok(history) => history,
            Err(Error::Provider(error)) if passes(&error.fault) => {
                // The batch stays recorded as in flight; the next run reads back first.
                self.interrupt(&error);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let (has, has_not): (Vec<Play>, Vec<Play>) =
            batch.into_iter().partition(|play| history.has(play.viewing()));
        // What may arrive yet is this run's play even when a later one finds it.
        let yet = if may_still_land { has_not.as_slice() } else { &[] };
        self.settle(has, &[], yet).await?;
        has_not.into_iter().rev().for_each(|play| self.pending.push_front(play));
        let enough = may_still_land || self.lost_answers >= MAX_LOST_ANSWERS;
        if enough && !self.pending.is_empty() {
            self.applied.interrupted = Some(Interruption { until: None, cause });
        }
        Ok(())
    }

    /// Nothing of the batch was applied: it is in flight no more. A fault that a person must mend
    /// ends the run with an error.
    async fn stop(&mut self, batch: Vec<Play>, error: ProviderError) -> Result<()> {
        batch.into_iter().rev().for_each(|play| self.pending.push_front(play));
        self.write_settled(Vec::new(), None).await?;
        if passes(&error.fault) {
            self.interrupt(&error);
            Ok(())
        } else {
            Err(Error::Provider(error))
        }
    }

    fn interrupt(&mut self, error: &ProviderError) {
        tracing::warn!("The run has to wait: {error}");
        let until = error.fault.retry_at();
        self.applied.interrupted = Some(Interruption { until, cause: error.to_string() });
    }

    /// Progress and queue of these titles as they stand now.
    fn settled(&self, ids: &[AnilistId]) -> Vec<Write> {
        let now = self.app.clock.now();
        let mut writes = Vec::new();
        for id in ids {
            let Some(title) = self.titles.get(id) else { continue };
            if title.is_undecided() {
                continue;
            }
            let last_abs = title.settled_through(|play| self.applied.is_settled(play));
            let rewatched = title.rewatched_through(|play| self.applied.is_settled(play));
            if last_abs > title.settled_before || rewatched > title.rewatched_before {
                let row = Progress { anilist_id: *id, last_abs, rewatched, updated_at: now };
                writes.push(Write::Progress(row));
            }
            writes.extend(queue::change(title, &self.outcome(title), self.queue, self.attempt));
        }
        writes
    }

    fn outcome(&self, title: &TitlePlan) -> Outcome {
        let refused = self.applied.refused.get(&title.entry.media.id).cloned().unwrap_or_default();
        let open = |step: &&Step| match &step.action {
            Action::Post(play) => !self.applied.is_settled(play),
            Action::Later => true,
            Action::Already | Action::Wait | Action::OnlyOnce => false,
        };
        let outstanding = title.steps.iter().filter(open).map(|step| step.abs).collect();
        Outcome { refused, outstanding }
    }

    async fn write(&self, writes: Vec<Write>) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        Ok(self.app.store.write(&self.app.account, writes).await?)
    }
}

/// Whether Trakt may still be working on a write that was given up, so that it could land after the
/// history was read back. Then the rest is not sent again at once.
pub(super) fn may_still_land(fault: &Fault) -> bool {
    matches!(fault, Fault::TimedOut | Fault::Outage { status: 504 | 522 | 524 })
}

/// Whether waiting helps.
pub(super) fn passes(fault: &Fault) -> bool {
    fault.retry_at().is_some() || fault.leaves_outcome_open() || matches!(fault, Fault::Blocked)
}
