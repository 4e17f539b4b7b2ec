//! What a run will do, and all that this rests on: read, compared and planned, posting nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::backup::Backup;
use super::collect::{Collected, ReadBefore, collect_after};
use super::guard;
use super::halt::in_time;
use super::history_index::HistoryIndex;
use super::in_flight::{InFlight, Look, Told, Untaken};
use super::modes::Mode;
use super::recent::Recent;
use super::single::waiting;
use super::waiting::{Attempt, partly_waiting};
use super::waits;
use super::watched::{Freshness, watched};
use crate::domain::{AnilistId, Entry, History, Override, Play, Rewatched, Settled};
use crate::hub::error::{Error, Result};
use crate::hub::live::{Phase, Teller};
use crate::hub::person::Person;
use crate::outbound::{Fault, ProviderError};
use crate::placing::place::Shows;
use crate::plan::dates::{Calendar, WatchLog};
use crate::plan::portion::{self, Portion};
use crate::plan::{Action, Held, Inputs, OnTrakt, Plan, Rewatches, There, Title, plan};
use crate::store::{Write, keys};
use crate::sync::resolve::{AllWaiting, Budget, Depth, Interruption, Memory, Request, Resolver};
use jiff::Timestamp;

/// How long one run may look things up and post. What is left follows in the next call; a
/// serverless platform would end the request at 300 seconds.
pub(super) const BUDGET: Duration = Duration::from_mins(4);

/// What the decisions rest on, taken together.
#[derive(Debug)]
pub struct Grounds {
    /// Set when look-ups had to stop early.
    pub interrupted: Option<Interruption>,
    /// The datasets.
    pub(super) version: String,
    /// Whether something was posted elsewhere before.
    pub(super) has_moved: bool,
    /// Whether something was found out that was not known before.
    pub(super) has_news: bool,
    /// When the first of the copies of shows that were young enough is so no longer.
    pub(super) young_until: Option<Timestamp>,
}

/// A plan with everything it was made from.
#[derive(Debug)]
pub struct Prepared {
    /// What the list says.
    pub collected: Collected,
    /// What the plan rests on.
    pub grounds: Grounds,
    /// What is to be done.
    pub plan: Plan,
    /// The titles of the list, those that are left to others included.
    pub titles: Vec<Title>,
    /// How much of the list the run deals with.
    pub(super) portion: Portion,
    /// What was settled before, of any entry.
    pub settled: HashMap<AnilistId, Settled>,
    /// What waited before, on the list or not.
    pub waiting: AllWaiting,
    /// The try at what waits.
    pub attempt: Attempt,
    /// What of earlier runs was in flight. The plan rests on the history as it was read after that.
    pub in_flight: Standing,
    /// Whether Trakt's history is saved, if something is to be posted.
    pub(super) backup: Backup,
    /// Whether nobody was asked for more than the list, and nothing was found out that was not known.
    pub(super) is_quiet: bool,
    /// What Trakt's history holds, if it was read.
    pub(super) watched: Option<History>,
    /// How many plays there are, when these are so many that a person has to say so.
    pub jump: Option<usize>,
}

impl Prepared {
    /// What the run leaves to others.
    pub(super) fn later(&self) -> impl Iterator<Item = &Title> {
        self.portion.rest(&self.titles)
    }
}

/// What was in flight, and what the history tells of it.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The record, as the store has it.
    pub(super) stored: Option<String>,
    /// What is to be stored of what arrived.
    pub(super) writes: Vec<Write>,
    /// What is in flight still.
    pub rest: InFlight,
    /// What was answered and not taken, which is in flight until its titles are dealt with.
    untaken: Untaken,
    /// When that was found out.
    at: Timestamp,
    /// What must not be sent meanwhile.
    pub held: Held,
    /// The runs of which Trakt took something not long ago.
    pub recent: Recent,
}

impl Standing {
    /// What is in flight once all that needs no post is saved, and what is to be saved with it.
    pub fn dealt_with(&self, plan: &Plan) -> (InFlight, Vec<Write>) {
        let titles = plan.titles.iter().filter(|planned| !planned.is_undecided());
        let titles: HashSet<AnilistId> = titles.map(|planned| planned.title.id()).collect();
        self.untaken.dealt_with(&self.rest, |id| titles.contains(&id), self.at)
    }
}

/// Reads everything and plans, posting nothing.
pub async fn prepare(person: &Person, mode: Mode) -> Result<Prepared> {
    let prepared = prepare_watched(person, mode, &Teller::nobody(), Reach::Everything).await;
    if let Err(Error::Provider(ProviderError { fault: Fault::RateLimited { .. }, .. })) = prepared {
        person.store.write(vec![waits::note(person)]).await?;
    }
    prepared
}

/// How far a preparation goes.
#[derive(Debug)]
pub(super) enum Reach {
    /// Every title is placed.
    Everything,
    /// So many are placed as make up what a run posts.
    OneRun(ReadBefore),
}

/// The same for a run that somebody watches.
pub(super) async fn prepare_watched(
    person: &Person,
    mode: Mode,
    teller: &Teller,
    reach: Reach,
) -> Result<Prepared> {
    waits::recall(person).await?;
    in_time(person, teller, Box::pin(prepare_to_its_end(person, mode, teller, reach))).await
}

async fn prepare_to_its_end(
    person: &Person,
    mode: Mode,
    teller: &Teller,
    reach: Reach,
) -> Result<Prepared> {
    let deadline = person.services.clock.instant() + BUDGET;
    let (most, read_before) = match reach {
        Reach::Everything => (usize::MAX, ReadBefore::Nothing),
        Reach::OneRun(read_before) => (person.settings.max_plays_per_run, read_before),
    };
    let mut state = State::read(person).await?;
    let is_open = |entry: &Entry| state.is_open(person, entry);
    let mut collected = collect_after(person, mode, read_before, &is_open).await?;
    let asked = person.services.outbound.tally().all();
    guard::refuse_vanished_list(person, mode, &collected, &state.settled).await?;
    state.add_waiting(mode, &mut collected);
    teller.tell(|run| (run.phase, run.titles) = (Phase::Placing, collected.entries.len()));
    let asking = Budget::new(person.means(), deadline, teller.clone());
    let resolver = Resolver::new(asking, &state.overrides, &state.waiting).await?;
    let attempt =
        Attempt { at: person.services.clock.now(), version: resolver.version().to_owned() };
    state.titles = collected.entries.iter().map(|entry| state.title(entry, &attempt)).collect();
    let mut portion = Portion::of(state.titles.len());
    let (plan, grounds) =
        state.place(person, resolver, &mut portion, (&collected.log, most)).await?;
    let plan = plan.leaving(portion.later(&state.titles));
    let jump = guard::jump(person, mode, collected.since, &plan).await?;
    let is_quiet = !grounds.has_news && person.services.outbound.tally().all() == asked;
    let (in_flight, watched, backup) = state.standing(person);
    Ok(Prepared {
        collected,
        grounds,
        plan,
        titles: state.titles,
        portion,
        settled: state.settled,
        waiting: state.waiting,
        attempt,
        in_flight,
        backup,
        is_quiet,
        watched,
        jump,
    })
}

/// What earlier runs and people left in the store.
struct State {
    /// How far entries are settled.
    settled: HashMap<AnilistId, Settled>,
    /// What waits for a decision.
    waiting: AllWaiting,
    /// The titles of the list, with what of that is theirs.
    titles: Vec<Title>,
    overrides: Vec<Override>,
    /// The record of what is in flight, as the store has it.
    in_flight: Option<String>,
    /// The runs of which Trakt took something last, as the store has them.
    recent: String,
    has_backup: bool,
    /// The history, once it was read.
    seen: Option<Seen>,
}

/// What is planned: the titles of the list, the shows that they are on, and when episodes were watched.
type Planned<'a> = (&'a Portion, &'a Shows, &'a WatchLog);

/// The history, and what it tells of what was in flight.
struct Seen {
    watched: History,
    /// What is there and was not found where it was sent to.
    there: There,
    standing: Standing,
}

impl State {
    async fn read(person: &Person) -> Result<Self> {
        let keys = [keys::IN_FLIGHT, keys::JUST_ACCEPTED, keys::TRAKT_BACKUP];
        let config = person.store.config(&keys).await?;
        let [in_flight, recent, backup] = <[_; 3]>::try_from(config).unwrap_or_default();
        Ok(Self {
            settled: person.store.settled().await?,
            waiting: waiting(person).await?,
            titles: Vec::new(),
            overrides: person.store.overrides().await?,
            in_flight,
            recent: recent.unwrap_or_default(),
            has_backup: backup.is_some(),
            seen: None,
        })
    }

    /// An entry with what is kept of it.
    fn title(&self, entry: &Arc<Entry>, attempt: &Attempt) -> Title {
        let title = Title::join(Arc::clone(entry), &self.settled, &self.waiting);
        let rests = title.waiting.as_ref().is_some_and(|row| attempt.spares(row));
        Title { rests, ..title }
    }

    /// Whether the entry says more than earlier runs have settled, and does not wait as it is.
    fn is_open(&self, person: &Person, entry: &Entry) -> bool {
        let id = entry.media.id;
        let none = Settled::nothing(id, Timestamp::UNIX_EPOCH);
        let Settled { last_abs, rewatched, beyond, .. } = self.settled.get(&id).unwrap_or(&none);
        let is_open = |(rewatch, abs)| !beyond.contains(&Rewatched { rewatch, abs });
        let is_news = (last_abs.saturating_add(1)..=entry.watched()).any(|abs| is_open((0, abs)))
            || (person.settings.rewatches && entry.rewatches(*rewatched).any(is_open));
        is_news && self.waiting.get(&id).is_none_or(|row| row.entry != *entry)
    }

    /// Titles that wait are tried again by every full sync, without asking AniList for them.
    fn add_waiting(&self, mode: Mode, collected: &mut Collected) {
        if mode != Mode::Full {
            return;
        }
        let entries = collected.entries.iter().map(|entry| entry.media.id);
        let seen: HashSet<_> = entries.chain(collected.unwatched.iter().copied()).collect();
        let waiting = self.waiting.values().filter(|row| !row.ignored);
        let again = waiting.map(|row| &row.entry).filter(|entry| !seen.contains(&entry.media.id));
        collected.entries.extend(again.cloned().map(Arc::new));
        collected.entries.sort_by_key(|entry| (entry.updated_at, entry.media.id));
    }

    /// Places as much of the list as makes up so many plays, and plans it.
    async fn place(
        &mut self,
        person: &Person,
        resolver: Resolver<'_>,
        portion: &mut Portion,
        (log, most): (&WatchLog, usize),
    ) -> Result<(Plan, Grounds)> {
        let mut resolver = resolver.doubting(partly_waiting(&self.waiting));
        let mut wanted = most;
        loop {
            self.place_more(person, &mut resolver, portion, wanted).await?;
            let is_over = portion.is_all() || resolver.is_stopped();
            if !is_over && !portion.has(wanted) {
                continue;
            }
            resolver.teller().phase(Phase::Comparing);
            let plan = self.plan(person, (portion, resolver.shows(), log)).await?;
            let missing = most.saturating_sub(plan.first_plays());
            if is_over || missing == 0 {
                let grounds = Grounds {
                    interrupted: resolver.interruption().cloned(),
                    version: resolver.version().to_owned(),
                    has_moved: self.has_moved(),
                    has_news: resolver.has_news(),
                    young_until: resolver.young_until(),
                };
                return Ok((plan, grounds));
            }
            wanted = portion.plays() + missing;
        }
    }

    /// Lets the portion grow, and places what is new in it.
    async fn place_more(
        &mut self,
        person: &Person,
        resolver: &mut Resolver<'_>,
        portion: &mut Portion,
        wanted: usize,
    ) -> Result<()> {
        let beside = |first| resolver.beside(&self.titles, first);
        let mut new = portion.grow(wanted, &self.titles, beside);
        let mut depth = Depth::Named;
        if portion.is_all() {
            // What is still open is looked for once nothing else can be posted.
            let is_open = |&index: &usize| self.titles[index].decision.is_none();
            (new, depth) = ((0..self.titles.len()).filter(is_open).collect(), Depth::Anywhere);
        }
        if new.len() > portion::LEAST && portion.plays() > 0 && self.seen.is_none() {
            // So many look-ups may use up what may be asked, and without it nothing is posted.
            self.seen = Some(self.look(person).await?);
        }
        for new in new.chunks(portion::MOST) {
            let titles = new.iter().map(|&index| &self.titles[index]).collect();
            let (settled, memory) = (&self.settled, Memory::Use);
            let decisions = resolver.decide_on(Request { titles, settled, memory, depth }).await?;
            for (&index, decision) in new.iter().zip(decisions) {
                self.titles[index].decision = decision.map(Arc::new);
            }
        }
        Ok(())
    }

    /// Plans with what Trakt has, which is only read when there is something to post or a batch
    /// was in flight. For that, the history also says what is settled.
    async fn plan(&mut self, person: &Person, planned: Planned<'_>) -> Result<Plan> {
        if self.seen.is_none() {
            if self.in_flight.is_none()
                && let Some(plan) = self.without_history(person, planned)
            {
                return Ok(plan);
            }
            self.seen = Some(self.look(person).await?);
        }
        let Some(Seen { watched, there, standing }) = &self.seen else {
            return Ok(Plan::default());
        };
        let untaken: Vec<Play> = standing.untaken.plays().cloned().collect();
        let (history, held) = (Some(watched), &standing.held);
        let trakt = OnTrakt { history, there, held, untaken: &untaken };
        self.plan_fully(person, planned, trakt).await
    }

    /// Reads the history.
    async fn look(&mut self, person: &Person) -> Result<Seen> {
        let mut seen = match self.in_flight.clone() {
            Some(stored) => self.settle(person, stored).await?,
            None => Seen {
                watched: watched(person, Freshness::WhenUnchanged).await?,
                there: There::default(),
                standing: Standing::default(),
            },
        };
        let recent = self.recent(person);
        recent.add_to(&mut seen.there, person).await?;
        seen.standing.recent = recent;
        Ok(seen)
    }

    fn recent(&self, person: &Person) -> Recent {
        Recent::read(Some(&self.recent), person.services.outbound.true_time())
    }

    /// What was in flight, what the history holds, and whether that is saved.
    fn standing(&mut self, person: &Person) -> (Standing, Option<History>, Backup) {
        if let Some(Seen { watched, standing, .. }) = self.seen.take() {
            let backup = self.backup(&watched);
            return (standing, Some(watched), backup);
        }
        let standing = Standing { recent: self.recent(person), ..Standing::default() };
        (standing, None, Backup::Made)
    }

    /// The plan, if it is the same whatever the history holds.
    fn without_history(&self, person: &Person, planned: Planned<'_>) -> Option<Plan> {
        let (there, held) = (&There::default(), &Held::default());
        let none = OnTrakt { history: None, there, held, untaken: &[] };
        let draft = self.plan_against(person, planned, none, asked_for(person));
        (!self.has_moved() && draft.plays().next().is_none() && draft.left_out == 0)
            .then_some(draft)
    }

    /// Reads the history for what was in flight. What arrived is settled where it was sent, wherever
    /// its title is placed now.
    async fn settle(&mut self, person: &Person, stored: String) -> Result<Seen> {
        let now = person.services.outbound.true_time();
        let watched = watched(person, Freshness::ReadAgain).await?;
        let in_flight = InFlight::read(&stored, now);
        let kept = in_flight.kept(person).await?;
        let look = Look { settled: &self.settled, waiting: &self.waiting, kept: &kept, now };
        let in_place = |play: &Play| watched.has(play.viewing());
        let renumbered = renumbered(person, in_flight.given_up(in_place, look).collect()).await?;
        let arrived = |play: &Play| in_place(play) || renumbered.contains(&play);
        let Told { writes, rest, held, untaken } = in_flight.told(arrived, look);
        let mut there = There::default();
        for play in renumbered {
            there.add(play);
        }
        for write in &writes {
            if let Write::Settled(row) = write {
                let titles = self.titles.iter_mut().filter(|title| title.id() == row.anilist_id);
                titles.for_each(|title| title.settled = row.clone());
                self.settled.insert(row.anilist_id, row.clone());
            }
        }
        let (stored, recent) = (Some(stored), Recent::default());
        let standing = Standing { stored, writes, rest, untaken, at: now, held, recent };
        Ok(Seen { watched, there, standing })
    }

    /// Plans with the history. Whether the account keeps rewatches is asked only where there are
    /// any to post.
    async fn plan_fully(
        &self,
        person: &Person,
        planned: Planned<'_>,
        trakt: OnTrakt<'_>,
    ) -> Result<Plan> {
        let plan = self.plan_against(person, planned, trakt, asked_for(person));
        let mut rewatches = plan.titles.iter().flat_map(|title| &title.rewatches);
        let some = rewatches.any(|step| matches!(step.action, Action::Post(_) | Action::Later));
        if some && !person.trakt.allows_rewatches().await? {
            return Ok(self.plan_against(person, planned, trakt, Rewatches::OnlyOnce));
        }
        Ok(plan)
    }

    /// Whether something was posted elsewhere before.
    fn has_moved(&self) -> bool {
        let mut decisions = self.titles.iter().filter_map(|title| title.decision.as_ref());
        decisions.any(|decision| !decision.moved.is_empty())
    }

    fn backup(&self, watched: &History) -> Backup {
        if self.has_backup {
            Backup::Made
        } else if watched.is_empty() {
            Backup::NothingThere
        } else {
            Backup::Missing
        }
    }

    fn plan_against(
        &self,
        person: &Person,
        (portion, shows, log): Planned<'_>,
        trakt: OnTrakt<'_>,
        rewatches: Rewatches,
    ) -> Plan {
        let calendar = Calendar {
            zone: person.settings.timezone.clone(),
            now: person.services.outbound.true_time(),
        };
        let titles: Vec<&Title> = portion.of_list(&self.titles).collect();
        plan(&Inputs {
            titles: &titles,
            shows,
            overrides: &self.overrides,
            trakt,
            rewatches,
            posts_private: person.settings.posts_private,
            log,
            calendar: &calendar,
            max_plays: person.settings.max_plays_per_run,
        })
    }
}

/// Those of the plays that are there under another number: an episode's id stays when its season is
/// renumbered. Costs requests only where there are plays to look for.
async fn renumbered<'a>(person: &Person, plays: Vec<&'a Play>) -> Result<Vec<&'a Play>> {
    if plays.is_empty() {
        return Ok(plays);
    }
    let history = HistoryIndex::read(person, plays.iter().copied()).await?;
    Ok(plays.into_iter().filter(|play| history.has(play)).collect())
}

fn asked_for(person: &Person) -> Rewatches {
    if person.settings.rewatches { Rewatches::Post } else { Rewatches::Off }
}
