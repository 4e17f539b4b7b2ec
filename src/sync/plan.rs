//! What a run will post, and what it will not. Pure: the same inputs give the same plan, and
//! planning again after it was applied gives an empty one.

mod corrections;
mod rewatches;

use std::collections::{BTreeSet, HashMap};

pub use self::corrections::Corrections;
pub use self::rewatches::{RewatchStep, Rewatches};
use jiff::Timestamp;

use super::dates::{Calendar, WatchLog, watched_at};
use super::in_flight::{Held, Untaken, untaken};
use super::recent::There;
use crate::domain::{
    AnilistId, Entry, Episode, Item, Placement, Play, Reason, Rewatched, Slot, Source,
    TraktEpisodeId, TraktShowId, Verdict, Watched,
};
use crate::mapping::place::{Decision, Shows};
use crate::store::{Override, Progress, Unmapped};

/// All that a plan depends on.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// Entries with watched episodes, in the order in which they are to be posted.
    pub entries: &'a [Entry],
    /// Where they belong; none for an entry that could not be looked up yet.
    pub decisions: &'a HashMap<AnilistId, Decision>,
    /// The shows they belong to.
    pub shows: &'a Shows,
    /// Per-episode corrections.
    pub overrides: &'a [Override],
    /// What earlier runs have settled.
    pub progress: &'a HashMap<AnilistId, Progress>,
    /// What waits for a decision.
    pub queue: &'a HashMap<AnilistId, Unmapped>,
    /// What Trakt's history holds, whoever put it there; none before it was read.
    pub watched: Option<&'a Watched>,
    /// What is there whatever the history says.
    pub there: &'a There,
    /// What was sent and may still appear there.
    pub held: &'a Held,
    /// What Trakt passed over when it was posted.
    pub untaken: &'a Untaken,
    /// What is done about rewatches.
    pub rewatches: Rewatches,
    /// When episodes were watched.
    pub log: &'a WatchLog,
    /// The zone of dates, and the time of planning.
    pub calendar: &'a Calendar,
    /// Plays beyond this many are left for the next run.
    pub max_plays: usize,
}

/// What a run will do, title by title.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// One for each entry that is not ignored.
    pub titles: Vec<TitlePlan>,
    /// Plays left for the next run because there are too many.
    pub left_out: usize,
}

/// What a run will do for one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct TitlePlan {
    /// The entry.
    pub entry: Entry,
    /// How far its placement can be trusted; none when it could not be looked up yet.
    pub verdict: Option<Verdict>,
    /// Who proposed its placement.
    pub source: Option<Source>,
    /// What was settled before.
    pub settled_before: u32,
    /// How far its rewatches were settled before.
    pub rewatched_before: Rewatched,
    /// What was settled beyond that before.
    pub beyond: BTreeSet<Rewatched>,
    /// Its unsettled episodes in order.
    pub steps: Vec<Step>,
    /// The unsettled episodes of its rewatches in order.
    pub rewatches: Vec<RewatchStep>,
    /// Why some or all of them wait.
    pub waiting: Option<Waiting>,
}

/// One episode of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The entry's own number.
    pub abs: u32,
    /// What happens to it.
    pub action: Action,
}

/// What happens to an episode.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Trakt has it already.
    Already,
    /// An earlier run settled it, and not all that is before it; or a rewatch that Trakt passed
    /// over.
    Settled,
    /// It is posted.
    Post(Play),
    /// It is posted by a later run.
    Later,
    /// It was sent, and it is not known yet whether Trakt has it.
    Held,
    /// It waits for a decision.
    Wait,
    /// It was watched again, and the account keeps one play of each.
    OnlyOnce,
}

/// Why episodes of an entry wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Why.
    pub reason: Reason,
    /// The facts, for a person.
    pub detail: String,
    /// Which episodes; empty when all do.
    pub episodes: Vec<u32>,
    /// Whether it waited in the same way before.
    pub news: News,
}

/// Whether something is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It was so before.
    Old,
    /// It is so since now.
    New,
}

impl Plan {
    /// Everything to post, in order: what was watched for the first time, then each rewatch of
    /// anything, so that a batch seldom meets the same episode twice.
    pub fn plays(&self) -> impl Iterator<Item = &Play> {
        let firsts = self.titles.iter().flat_map(|title| &title.steps).map(|step| &step.action);
        let of = |number| {
            let steps = self.titles.iter().flat_map(|title| &title.rewatches);
            steps.filter(move |step| step.rewatch == number).map(|step| &step.action)
        };
        let steps = self.titles.iter().flat_map(|title| &title.rewatches);
        let last = steps.map(|step| step.rewatch).max().unwrap_or(0);
        firsts.chain((1..=last).flat_map(of)).filter_map(Action::play)
    }

    /// Episodes of rewatches that the account does not keep.
    pub fn only_once(&self) -> usize {
        self.titles.iter().map(TitlePlan::only_once).sum()
    }

    /// Plays that were sent, and of which it is not known yet whether Trakt has them.
    pub fn held(&self) -> usize {
        let actions = self.titles.iter().flat_map(TitlePlan::actions);
        actions.filter(|action| **action == Action::Held).count()
    }

    /// Entries that could not be looked up yet.
    pub fn undecided(&self) -> usize {
        self.titles.iter().filter(|title| title.is_undecided()).count()
    }

    /// Whether nothing is left for a later run.
    pub fn is_complete(&self) -> bool {
        self.left_out == 0 && self.held() == 0 && self.undecided() == 0
    }
}

impl TitlePlan {
    /// What is posted of this entry.
    pub fn plays(&self) -> impl Iterator<Item = &Play> {
        self.actions().filter_map(Action::play)
    }

    /// What happens to its episodes, and to those of its rewatches.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        let rewatches = self.rewatches.iter().map(|step| &step.action);
        self.steps.iter().map(|step| &step.action).chain(rewatches)
    }

    /// Episodes of rewatches that the account does not keep.
    pub fn only_once(&self) -> usize {
        self.rewatches.iter().filter(|step| step.action == Action::OnlyOnce).count()
    }

    /// Episodes that Trakt had and earlier runs did not know of.
    pub fn already(&self) -> usize {
        self.steps.iter().filter(|step| step.action == Action::Already).count()
    }

    /// Whether it could not be looked up yet.
    pub fn is_undecided(&self) -> bool {
        self.verdict.is_none()
    }

    /// Episodes that wait for a decision.
    pub fn waiting_episodes(&self) -> usize {
        self.steps.iter().filter(|step| step.action == Action::Wait).count()
    }

    /// Episodes that newly wait for a decision.
    pub fn newly_waiting(&self) -> usize {
        match &self.waiting {
            Some(Waiting { news: News::New, .. }) => self.waiting_episodes(),
            _ => 0,
        }
    }

    /// The number up to which every episode is settled or waits, given which plays were accepted.
    /// Episodes that wait do not move it by themselves, and it never goes back.
    pub fn settled_through(&self, accepted: impl Fn(&Play) -> bool) -> u32 {
        let mut through = self.settled_before;
        for step in &self.steps {
            match &step.action {
                Action::Already | Action::Settled => through = through.max(step.abs),
                Action::Post(play) if accepted(play) => through = through.max(step.abs),
                Action::Wait => {}
                Action::Post(_) | Action::Later | Action::Held | Action::OnlyOnce => break,
            }
        }
        through
    }

    /// How far it is settled, given which plays are and which of these Trakt took.
    pub fn progress(
        &self,
        is_settled: impl Fn(&Play) -> bool,
        accepted: impl Fn(&Play) -> bool,
        now: Timestamp,
    ) -> Progress {
        let taken = self.plays().filter(|play| accepted(play));
        let taken = taken.map(|play| Rewatched { rewatch: play.rewatch, abs: play.abs });
        let settled = self.rewatches.iter().filter(|step| step.action == Action::Settled);
        let settled = settled.map(|step| Rewatched { rewatch: step.rewatch, abs: step.abs });
        let row = Progress {
            last_abs: self.settled_through(&is_settled),
            rewatched: self.rewatched_through(&is_settled),
            beyond: self.beyond.clone(),
            ..Progress::nothing(self.entry.media.id, now)
        };
        row.with(taken.chain(settled))
    }

    /// Whether that says more than what was settled before.
    pub fn is_further(&self, row: &Progress) -> bool {
        row.last_abs > self.settled_before
            || row.rewatched > self.rewatched_before
            || row.beyond != self.beyond
    }

    /// How far its rewatches are settled, given which plays were accepted.
    pub fn rewatched_through(&self, accepted: impl Fn(&Play) -> bool) -> Rewatched {
        rewatches::through(self.rewatched_before, &self.rewatches, accepted)
    }
}

impl Action {
    fn play(&self) -> Option<&Play> {
        match self {
            Self::Post(play) => Some(play),
            Self::Already
            | Self::Settled
            | Self::Later
            | Self::Held
            | Self::Wait
            | Self::OnlyOnce => None,
        }
    }
}

/// Plans what to post.
pub fn plan(inputs: &Inputs<'_>) -> Plan {
    let mut planner = Planner {
        inputs,
        corrections: Corrections::new(inputs.overrides),
        claimed: HashMap::new(),
        again: HashMap::new(),
    };
    let mut titles = planner.titles();
    if inputs.rewatches != Rewatches::Off {
        for title in &mut titles {
            planner.rewatches(title);
        }
    }
    limit(titles, inputs.max_plays)
}

/// Leaves the plays beyond the first `max` for later, those of rewatches first.
fn limit(mut titles: Vec<TitlePlan>, max: usize) -> Plan {
    let (mut posted, mut left_out) = (0, 0);
    let mut pass = |action: &mut Action| {
        if !matches!(action, Action::Post(_)) {
            return;
        }
        if posted < max {
            posted += 1;
        } else {
            *action = Action::Later;
            left_out += 1;
        }
    };
    for step in titles.iter_mut().flat_map(|title| &mut title.steps) {
        pass(&mut step.action);
    }
    for step in titles.iter_mut().flat_map(|title| &mut title.rewatches) {
        pass(&mut step.action);
    }
    Plan { titles, left_out }
}

struct Planner<'a> {
    inputs: &'a Inputs<'a>,
    corrections: Corrections<'a>,
    /// Which entry a play of this plan is for: two entries never post the same episode.
    claimed: HashMap<Item, AnilistId>,
    /// How many rewatches of an item this plan posts.
    again: HashMap<Item, u32>,
}

/// Where an episode goes, or why it does not.
enum Destination {
    Listed(Item, Option<TraktEpisodeId>),
    Nowhere(Reason, String),
}

impl Planner<'_> {
    /// The surest placements claim their episodes first; the order of the entries stays.
    fn titles(&mut self) -> Vec<TitlePlan> {
        let entries = self.inputs.entries;
        let mut order: Vec<usize> = (0..entries.len()).filter(|&i| !self.is_ignored(i)).collect();
        order.sort_by_key(|&i| self.verdict(&entries[i]) != Some(Verdict::Verified));
        let mut titles: Vec<(usize, TitlePlan)> =
            order.into_iter().map(|i| (i, self.title(&entries[i]))).collect();
        titles.sort_by_key(|(i, _)| *i);
        titles.into_iter().map(|(_, title)| title).collect()
    }

    fn is_ignored(&self, index: usize) -> bool {
        let id = self.inputs.entries[index].media.id;
        self.inputs.queue.get(&id).is_some_and(|waiting| waiting.ignored)
    }

    fn verdict(&self, entry: &Entry) -> Option<Verdict> {
        self.inputs.decisions.get(&entry.media.id).map(|decision| decision.verdict)
    }

    fn title(&mut self, entry: &Entry) -> TitlePlan {
        let id = entry.media.id;
        let progress = self.inputs.progress.get(&id);
        let settled_before = progress.map_or(0, |row| row.last_abs);
        let decision = self.inputs.decisions.get(&id);
        let mut title = TitlePlan {
            entry: entry.clone(),
            verdict: decision.map(|d| d.verdict),
            source: decision.and_then(|d| d.source),
            settled_before,
            rewatched_before: progress.map(|row| row.rewatched).unwrap_or_default(),
            beyond: progress.map(|row| row.beyond.clone()).unwrap_or_default(),
            steps: Vec::new(),
            rewatches: Vec::new(),
            waiting: None,
        };
        let Some(decision) = decision else { return title };
        let unsettled = self.unsettled(entry, decision, settled_before);
        if unsettled.iter().any(|&abs| !self.is_known(entry, decision, abs)) {
            title.verdict = None;
            return title;
        }
        for abs in unsettled {
            self.step(&mut title, decision, abs);
        }
        self.finish_waiting(&mut title);
        title
    }

    /// Episodes that no earlier run has settled, and those that wait or moved.
    fn unsettled(&self, entry: &Entry, decision: &Decision, settled: u32) -> Vec<u32> {
        let watched = entry.watched();
        let queued = self.inputs.queue.get(&entry.media.id);
        let waiting = queued.map(|waiting| waiting.episodes.as_slice()).unwrap_or_default();
        let id = entry.media.id;
        let show = decision.placement.as_ref().and_then(Placement::show);
        let corrected = |abs: u32| self.corrections.of(id, show, abs).is_some();
        let moved = decision.moved.iter().map(|m| m.abs).filter(|&abs| !corrected(abs));
        let mut before: Vec<u32> = waiting.iter().copied().chain(moved).collect();
        before.retain(|&abs| abs <= settled.min(watched));
        before.sort_unstable();
        before.dedup();
        before.into_iter().chain(settled + 1..=watched).collect()
    }

    fn step(&mut self, title: &mut TitlePlan, decision: &Decision, abs: u32) {
        let action = match self.destination(&title.entry, decision, abs) {
            _ if title.beyond.contains(&Rewatched { rewatch: 0, abs }) => Action::Settled,
            Destination::Nowhere(reason, detail) => {
                wait(title, abs, reason, detail);
                Action::Wait
            }
            Destination::Listed(item, id) if self.plays_there(&item, id) > 0 => Action::Already,
            Destination::Listed(item, episode_id) => match moved_away(decision, abs) {
                None => self.claim(title, decision, abs, item, episode_id),
                Some(detail) => {
                    wait(title, abs, Reason::Moved, detail);
                    Action::Wait
                }
            },
        };
        title.steps.push(Step { abs, action });
    }

    fn claim(
        &mut self,
        title: &mut TitlePlan,
        decision: &Decision,
        abs: u32,
        item: Item,
        episode_id: Option<TraktEpisodeId>,
    ) -> Action {
        let anilist_id = title.entry.media.id;
        if let Some(other) = self.claimed.insert(item, anilist_id) {
            self.claimed.insert(item, other);
            if decision.standoff.shares_with.contains(&other) {
                return Action::Already;
            }
            let detail = format!("the same episode is claimed by AniList {other}");
            wait(title, abs, Reason::Conflict, detail);
            return Action::Wait;
        }
        if self.inputs.held.has(anilist_id, abs, &item) {
            return Action::Held;
        }
        let watched_at = watched_at(&title.entry, abs, self.inputs.log, self.inputs.calendar);
        let play = Play { anilist_id, abs, item, episode_id, watched_at, rewatch: 0 };
        if self.inputs.untaken.has(&play) {
            wait(title, abs, Reason::RefusedByTrakt, untaken::SENTENCE.to_owned());
            return Action::Wait;
        }
        Action::Post(play)
    }

    /// How often Trakt has it, as far as is known.
    fn plays_there(&self, item: &Item, episode: Option<TraktEpisodeId>) -> u32 {
        let shown = self.inputs.watched.map_or(0, |watched| watched.plays(item));
        shown.max(self.inputs.there.plays(item, episode))
    }

    /// What a person says that an episode is.
    fn corrected(
        &self,
        entry: &Entry,
        decision: &Decision,
        abs: u32,
    ) -> Option<(TraktShowId, Slot)> {
        let placed_on = decision.placement.as_ref().and_then(Placement::show);
        self.corrections.of(entry.media.id, placed_on, abs)
    }

    /// Whether it is known what Trakt lists where an episode goes. A show that nobody has looked at
    /// says nothing: an entry on it is left for the next call, and nobody is told that it lacks
    /// something.
    fn is_known(&self, entry: &Entry, decision: &Decision, abs: u32) -> bool {
        let corrected = self.corrected(entry, decision, abs).map(|(show, _)| show);
        let placed = || match decision.placement.as_ref()?.item(abs)? {
            Item::Episode { show, .. } => Some(show),
            Item::Movie { .. } => None,
        };
        corrected.or_else(placed).is_none_or(|show| self.inputs.shows.contains_key(&show))
    }

    fn destination(&self, entry: &Entry, decision: &Decision, abs: u32) -> Destination {
        if let Some((show, slot)) = self.corrected(entry, decision, abs) {
            return self.listed(show, slot);
        }
        let Some(placement) = &decision.placement else {
            return self.nowhere(entry, decision);
        };
        if let (Some(contest), Some(item)) = (decision.contest(abs), placement.item(abs)) {
            return Destination::Nowhere(Reason::Conflict, contest.sentence(item));
        }
        match placement.item(abs) {
            Some(Item::Episode { show, slot }) => self.listed(show, slot),
            Some(film @ Item::Movie { .. }) => Destination::Listed(film, None),
            None => {
                let detail = format!("Trakt lists {} episodes of it", placement.len());
                Destination::Nowhere(Reason::EpisodesMissing, detail)
            }
        }
    }

    /// Why an entry has no place. That Trakt refused the only one it had says more than that there
    /// is none now.
    fn nowhere(&self, entry: &Entry, decision: &Decision) -> Destination {
        let reason = decision.reason.unwrap_or(Reason::NoCandidate);
        let is_lost = matches!(reason, Reason::NoCandidate | Reason::NotOnTrakt);
        let before = self.inputs.queue.get(&entry.media.id);
        match before.filter(|row| is_lost && row.reason == Reason::RefusedByTrakt) {
            Some(refused) => Destination::Nowhere(refused.reason, refused.detail.clone()),
            None if decision.detail.is_empty() => {
                Destination::Nowhere(reason, reason.sentence().to_owned())
            }
            None => Destination::Nowhere(reason, decision.detail.clone()),
        }
    }

    /// The episode, if Trakt lists it. A number that is not listed is never made up.
    fn listed(&self, show: TraktShowId, slot: Slot) -> Destination {
        let Some(listing) = self.inputs.shows.get(&show).and_then(Option::as_ref) else {
            let detail = format!("Trakt has no show with this number: {show}");
            return Destination::Nowhere(Reason::EpisodesMissing, detail);
        };
        if let Some(Episode { id, .. }) = listing.episode(slot) {
            return Destination::Listed(Item::Episode { show, slot }, Some(*id));
        }
        let detail = format!("Trakt's show {show} has no {slot}");
        Destination::Nowhere(Reason::EpisodesMissing, detail)
    }

    /// An entry of which everything waits is queued as a whole, and what was queued in the same
    /// way before is no news.
    fn finish_waiting(&self, title: &mut TitlePlan) {
        let Some(waiting) = &mut title.waiting else { return };
        if title.settled_before == 0 && waiting.episodes.len() == title.steps.len() {
            waiting.episodes.clear();
        }
        let before = self.inputs.queue.get(&title.entry.media.id);
        let same = before.is_some_and(|before| {
            before.episodes == waiting.episodes && before.entry.watched() == title.entry.watched()
        });
        waiting.news = if same { News::Old } else { News::New };
    }
}

/// Why an episode is not posted in a title of which something moved: one that was posted elsewhere
/// waits for a person; the others only when the new place is not beyond doubt.
fn moved_away(decision: &Decision, abs: u32) -> Option<String> {
    let first = decision.moved.first()?;
    let itself = decision.moved.iter().find(|moved| moved.abs == abs);
    match itself {
        Some(moved) => Some(moved.to_string()),
        None if decision.verdict == Verdict::Verified => None,
        None => Some(first.to_string()),
    }
}

/// The first reason speaks for all, but for one that only a person can settle.
fn wait(title: &mut TitlePlan, abs: u32, reason: Reason, detail: String) {
    let Some(waiting) = &mut title.waiting else {
        title.waiting = Some(Waiting { reason, detail, episodes: vec![abs], news: News::New });
        return;
    };
    waiting.episodes.push(abs);
    if reason == Reason::Moved && waiting.reason != Reason::Moved {
        (waiting.reason, waiting.detail) = (reason, detail);
    }
}
