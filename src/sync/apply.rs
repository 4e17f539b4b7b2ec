//! Posts a plan in batches. Nothing else adds to Trakt's history.
//!
//! Before a batch leaves it is recorded as in flight. After the answer what it settled is saved and
//! the record removed in one step, and only then does the next batch leave. When the answer is
//! lost, Trakt's history is read back: what it has is settled. What it lacks may still arrive, so
//! it stays recorded and is not sent again by this run; the other plays go on.

use std::collections::{HashMap, HashSet, VecDeque};

use super::guard;
use super::halt::unless_halted;
use super::in_flight::{Batch, InFlight, Sent};
use super::lock::RunLock;
use super::prepare::Prepared;
use super::recent::Recent;
use super::running::Running;
use super::waiting::{self, Attempt, Outcome};
use super::watched::{Freshness, watched, with_added};
use crate::domain::{
    AnilistId, History, Item, Play, PlayOutcome, RunPlay, RunPlays, Service, Viewing,
};
use crate::hub::connections::Written;
use crate::hub::error::{Error, Result};
use crate::hub::live::Phase;
use crate::hub::person::Person;
use crate::outbound::{Fault, ProviderError, Turn};
use crate::plan::{Action, Held, Plan, Posting, Step, TitlePlan};
use crate::store::{Write, keys};
use crate::sync::resolve::Interruption;
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
    /// What was sent and may still arrive.
    pub held: Held,
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
    person: &Person,
    lock: &RunLock,
    running: &Running,
    prepared: &Prepared,
    watched: Option<History>,
) -> Result<Applied> {
    let (in_flight, writes) = prepared.in_flight.dealt_with(&prepared.plan);
    let mut applier = Applier::new(person, lock, running, prepared);
    applier.in_flight = in_flight;
    applier.save_what_needs_no_post(writes).await?;
    applier.post_all().await?;
    if let Some(watched) = watched {
        applier.keep_history(watched).await?;
    }
    Ok(applier.applied)
}

struct Applier<'a> {
    person: &'a Person,
    lock: &'a RunLock,
    running: &'a Running,
    /// The number of the last batch.
    group: u32,
    plan: &'a Plan,
    attempt: &'a Attempt,
    pending: VecDeque<Posting<'a>>,
    lost_answers: u32,
    /// Whether the last write met a sign-in that had ended.
    is_renewed: bool,
    /// What was sent and not answered, by this run and those before.
    in_flight: InFlight,
    /// The runs of which Trakt took something not long ago.
    recent: Recent,
    applied: Applied,
}

/// What is known after a batch was sent.
enum Answer {
    /// Trakt answered; these were not found.
    Told(Vec<Play>),
    /// The answer was lost; this is why.
    Lost(String),
    /// Trakt answered, and does not tell what was added.
    Unclear(String),
    /// Nothing was applied, and the same may be sent again, in another turn.
    SignInRenewed,
    /// Nothing was applied, and the rest has to wait.
    Stopped(ProviderError),
}

impl<'a> Applier<'a> {
    fn new(
        person: &'a Person,
        lock: &'a RunLock,
        running: &'a Running,
        Prepared { plan, in_flight: standing, attempt, .. }: &'a Prepared,
    ) -> Self {
        let applied = Applied { held: standing.held.clone(), ..Applied::default() };
        Self {
            person,
            lock,
            running,
            group: 0,
            plan,
            attempt,
            pending: in_order(plan),
            lost_answers: 0,
            is_renewed: false,
            in_flight: InFlight::default(),
            recent: standing.recent.clone(),
            applied,
        }
    }

    /// Titles that Trakt has already, and those that wait, are settled in one write, with what is
    /// in flight no more since they wait.
    async fn save_what_needs_no_post(&mut self, mut writes: Vec<Write>) -> Result<()> {
        writes.extend(self.settled(&self.plan.titles));
        self.lock.settle(&self.in_flight, writes).await
    }

    /// Tells how far it is to whoever watches.
    fn tell(&self) {
        let now = self.person.services.clock.now();
        let done = self.applied.accepted.len() + self.applied.refused_plays();
        let size = self.person.settings.batch_size;
        let batch = usize::try_from(self.applied.batches).unwrap_or(usize::MAX);
        self.running.teller.tell(|run| {
            run.phase = Phase::Posting;
            (run.done, run.total) = (done, done + self.pending.len() + self.plan.left_out);
            (run.batch, run.batches) = (batch, batch + self.pending.len().div_ceil(size));
            run.posting_since.get_or_insert(now);
        });
    }

    async fn post_all(&mut self) -> Result<()> {
        self.tell();
        while !self.pending.is_empty() && self.applied.interrupted.is_none() {
            if !self.person.services.outbound.is_time_known()
                && let Err(error) = self.person.trakt.last_activities().await
            {
                return self.stop(Vec::new(), error).await;
            }
            let wrong_clock = || guard::wrong_clock(self.person).map(|(cause, _)| cause);
            if let Some(cause) = self.lock.must_stop(self.person).await?.or_else(wrong_clock) {
                self.applied.interrupted = Some(Interruption { until: None, cause });
                return Ok(());
            }
            let batch = self.next_batch();
            self.post(batch).await?;
            self.tell();
        }
        Ok(())
    }

    /// Where others go on from this run, they need not read the history again: it is what it was, and
    /// what was added. That is known as long as every answer was clear.
    async fn keep_history(&mut self, watched: History) -> Result<()> {
        let is_undecided = self.plan.undecided() > 0;
        let goes_on = self.plan.left_out > 0 || !self.pending.is_empty() || is_undecided;
        let is_clear = self.applied.held.is_empty() && self.in_flight.batches.is_empty();
        if !goes_on || !is_clear || self.applied.accepted.is_empty() {
            return Ok(());
        }
        let added = self.applied.accepted.iter().map(|viewing| viewing.item);
        self.lock.settle(&self.in_flight, vec![with_added(self.person, watched, added)?]).await
    }

    /// The next plays, as many as may go in one request. Nothing goes twice in one: Trakt does not
    /// say what it makes of that.
    fn next_batch(&mut self) -> Vec<Posting<'a>> {
        let most = self.person.settings.batch_size.min(self.pending.len());
        let mut items = HashSet::new();
        let fitting =
            self.pending.iter().take(most).take_while(|posting| items.insert(posting.play.item));
        let size = fitting.count();
        self.pending.drain(..size).collect()
    }

    async fn post(&mut self, planned: Vec<Posting<'a>>) -> Result<()> {
        // The turn comes first, so that nothing but sending lies between the proof that the lock is
        // still this run's and the request.
        let turn = match self.person.trakt.write_turn().await {
            Ok(turn) => turn,
            Err(error) => return self.stop(planned, error).await,
        };
        let began = self.person.services.clock.now();
        let plays: Vec<Play> = planned.iter().map(|posting| posting.play.clone()).collect();
        let batch = self.batch(&planned);
        let is_owner = self.lock.record(&self.in_flight.and(batch.clone())).await?;
        if !is_owner || self.lock.is_lost() || self.lock.may_have_slept(began) {
            // Whoever has the lock now finds the record, and waits until the history can tell that
            // nothing came of it.
            self.put_back(planned);
            return Ok(());
        }
        self.applied.batches += 1;
        match self.send(turn, &plays).await {
            Answer::Told(refused) => {
                self.is_renewed = false;
                self.settle(&planned, &refused).await
            }
            Answer::SignInRenewed if self.is_renewed => {
                // A new sign-in that is not taken either is a dead one.
                self.stop(planned, Fault::SignedOut.at(Service::TRAKT)).await
            }
            Answer::SignInRenewed => {
                self.is_renewed = true;
                self.put_back(planned);
                self.lock.settle(&self.in_flight, Vec::new()).await
            }
            Answer::Lost(cause) => self.read_back(planned, batch, cause).await,
            Answer::Unclear(cause) => {
                self.read_back(planned, Batch { answered: true, ..batch }, cause).await
            }
            Answer::Stopped(error) => self.stop(planned, error).await,
        }
    }

    async fn send(&self, turn: Turn, plays: &[Play]) -> Answer {
        match self.person.trakt.add_history(self.lock.proof(), turn, plays).await {
            Ok(Written::SignInRenewed) => Answer::SignInRenewed,
            Ok(Written::Answered(added)) => match added.refused {
                Refused { unattributed: 0, plays } => Answer::Told(plays),
                Refused { unattributed, .. } => Answer::Unclear(format!(
                    "Trakt did not say which {unattributed} it does not know"
                )),
            },
            Err(error) if error.fault.leaves_outcome_open() => Answer::Lost(error.to_string()),
            Err(error) => Answer::Stopped(error),
        }
    }

    /// The next batch, as it is recorded.
    fn batch(&mut self, planned: &[Posting<'_>]) -> Batch {
        self.group += 1;
        let plays = self.sent(planned, |_| PlayOutcome::Accepted);
        Batch::new(self.person.services.outbound.true_time(), Sent::Adding(plays))
    }

    fn put_back(&mut self, planned: Vec<Posting<'a>>) {
        planned.into_iter().rev().for_each(|posting| self.pending.push_front(posting));
    }

    /// The plays of the last batch as they are kept with the run.
    fn sent(&self, batch: &[Posting<'_>], outcome: impl Fn(&Play) -> PlayOutcome) -> RunPlays {
        let of_run = |Posting { of, play }: &Posting<'_>| RunPlay {
            title: Some(of.title.name().to_owned()),
            source: of.source(),
            verdict: of.verdict,
            outcome: outcome(play),
            history_id: None,
            play: Play::clone(play),
        };
        let plays = batch.iter().map(of_run).collect();
        RunPlays { run: self.running.id, group: self.group, plays }
    }

    /// Saves what was accepted and what was not found, with the run that sent it. In the same step
    /// it is in flight no more.
    async fn settle(&mut self, batch: &[Posting<'_>], refused: &[Play]) -> Result<()> {
        let unknown: HashSet<Item> = refused.iter().map(|play| play.item).collect();
        let sent = self.sent(batch, |play| {
            let is_unknown = unknown.contains(&play.item);
            if is_unknown { PlayOutcome::Refused } else { PlayOutcome::Accepted }
        });
        let accepted = batch.iter().filter(|posting| !unknown.contains(&posting.play.item)).count();
        self.person.services.metrics.plays("accepted", accepted);
        self.person.services.metrics.plays("refused", batch.len() - accepted);
        for Posting { play, .. } in batch {
            match (unknown.contains(&play.item), play.rewatch) {
                (false, _) => self.applied.accepted.insert(play.viewing()),
                (true, 0) => {
                    self.applied.refused.entry(play.anilist_id).or_default().push(play.abs);
                    continue;
                }
                (true, _) => self.applied.refused_again.insert(play.viewing()),
            };
        }
        let mut titles: Vec<&TitlePlan> = batch.iter().map(|posting| posting.of).collect();
        titles.dedup_by_key(|planned| planned.title.id());
        let mut writes = self.settled(titles);
        // The kept copy of the history lacks what was just added. Trakt's mark tells that too,
        // unless the history had changed at that very time before.
        writes.push(Write::Config { key: keys::TRAKT_WATCHED, value: None });
        if accepted > 0 {
            writes.push(
                self.recent.note(self.running.id, self.person.services.outbound.true_time())?,
            );
        }
        if !sent.plays.is_empty() {
            writes.push(Write::RunPlays(sent));
        }
        self.lock.settle(&self.in_flight, writes).await
    }

    /// After a lost answer only Trakt's history tells what was added. What it has is settled. The
    /// rest may be added yet, or be added and not shown, so it stays in flight.
    async fn read_back(
        &mut self,
        planned: Vec<Posting<'a>>,
        batch: Batch,
        cause: String,
    ) -> Result<()> {
        tracing::warn!("The answer to a batch was lost, reading Trakt's history back: {cause}");
        self.lost_answers += 1;
        let reading = watched(self.person, Freshness::ReadAgain);
        let history = match unless_halted(self.person, &self.running.teller, reading).await {
            Ok(history) => history,
            Err(Error::Halted { cause }) => {
                self.hold(batch, &planned);
                self.applied.interrupted = Some(Interruption { until: None, cause });
                return Ok(());
            }
            Err(Error::Provider(error)) if error.fault.passes() => {
                self.hold(batch, &planned);
                self.interrupt(&error);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let (has, has_not): (Vec<_>, Vec<_>) =
            planned.into_iter().partition(|posting| history.has(posting.play.viewing()));
        if !has_not.is_empty() {
            self.hold(batch, &has_not);
        }
        self.settle(&has, &[]).await?;
        if self.lost_answers >= MAX_LOST_ANSWERS && !self.pending.is_empty() {
            self.applied.interrupted = Some(Interruption { until: None, cause });
        }
        Ok(())
    }

    /// Leaves what may still arrive to a later run, and with it every other play of the same.
    fn hold(&mut self, mut batch: Batch, missing: &[Posting<'_>]) {
        let missing = || missing.iter().map(|posting| posting.play);
        // A machine that slept may have sent it later than it thought.
        batch.sent_at = batch.sent_at.max(self.person.services.outbound.true_time());
        self.applied.held.plays(batch.known_from(), missing());
        self.in_flight.batches.push(batch.only(|play| missing().any(|own| own == play)));
        let held = &self.applied.held;
        self.pending
            .retain(|Posting { play, .. }| !held.has(play.anilist_id, play.abs, &play.item));
    }

    /// Nothing of the batch was applied: it is in flight no more. A fault that a person must mend
    /// ends the run with an error.
    async fn stop(&mut self, planned: Vec<Posting<'a>>, error: ProviderError) -> Result<()> {
        self.put_back(planned);
        self.lock.settle(&self.in_flight, Vec::new()).await?;
        if error.fault.passes() {
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

    /// How far these titles are settled and what of them waits, as it stands now.
    fn settled<'t>(&self, titles: impl IntoIterator<Item = &'t TitlePlan>) -> Vec<Write> {
        let now = self.person.services.clock.now();
        let mut writes = Vec::new();
        for planned in titles.into_iter().filter(|planned| !planned.is_undecided()) {
            let is_settled = |play: &Play| self.applied.is_settled(play);
            let accepted = |play: &Play| self.applied.accepted.contains(&play.viewing());
            let row = planned.settled(is_settled, accepted, now);
            if planned.is_further(&row) {
                writes.push(Write::Settled(row));
            }
            writes.extend(waiting::change(planned, &self.outcome(planned), self.attempt));
        }
        writes
    }

    fn outcome(&self, planned: &TitlePlan) -> Outcome {
        let refused = self.applied.refused.get(&planned.title.id()).cloned().unwrap_or_default();
        let open = |step: &&Step| match &step.action {
            Action::Post(play) => !self.applied.is_settled(play),
            Action::Later | Action::Held => true,
            Action::Already | Action::Settled | Action::Wait | Action::OnlyOnce => false,
        };
        let outstanding = planned.steps.iter().filter(open).map(|step| step.abs).collect();
        Outcome { refused, outstanding }
    }
}

/// The plays of a plan as they are sent: what was watched for the first time, then each rewatch, by
/// entry. Records of entries whose numbers are near stand together in a store that is a file, so a
/// batch of them changes few of its pages.
fn in_order(plan: &Plan) -> VecDeque<Posting<'_>> {
    let mut all: Vec<Posting<'_>> = plan.postings().collect();
    all.sort_by_key(|posting| (posting.play.rewatch, posting.play.anilist_id));
    all.into()
}
