//! Where each episode goes, or why it does not.

use std::collections::HashMap;

use super::corrections::Corrections;
use super::dates::watched_at;
use super::{Action, Inputs, News, Step, Title, TitlePlan, Wait};
use crate::domain::{
    AnilistId, Entry, Episode, Item, Placement, Play, Reason, Rewatched, Slot, TraktEpisodeId,
    TraktShowId, Verdict,
};
use crate::placing::decision::Decision;

/// What a person is told of a play that Trakt passed over.
const UNTAKEN: &str = "Trakt answered when it was posted, and neither took nor refused it";

/// Goes through the entries and their episodes.
pub(super) struct Planner<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    corrections: Corrections<'a>,
    /// Which entry a play of this plan is for: two entries never post the same episode.
    pub(super) claimed: HashMap<Item, AnilistId>,
    /// How many rewatches of an item this plan posts.
    pub(super) again: HashMap<Item, u32>,
}

/// Where an episode goes, or why it does not.
pub(super) enum Destination {
    Listed(Item, Option<TraktEpisodeId>),
    Nowhere(Reason, String),
}

impl<'a> Planner<'a> {
    pub(super) fn new(inputs: &'a Inputs<'a>) -> Self {
        let corrections = Corrections::new(inputs.overrides);
        Self { inputs, corrections, claimed: HashMap::new(), again: HashMap::new() }
    }
}

impl Planner<'_> {
    /// The surest placements claim their episodes first; the order of the titles stays.
    pub(super) fn titles(&mut self) -> Vec<TitlePlan> {
        let titles = self.inputs.titles.iter().filter(|title| !title.is_ignored());
        let mut order: Vec<(usize, &Title)> = titles.copied().enumerate().collect();
        order.sort_by_key(|(_, title)| title.verdict() != Some(Verdict::Verified));
        let planned = order.into_iter().map(|(i, title)| (i, self.title(title)));
        let mut planned: Vec<(usize, TitlePlan)> = planned.collect();
        planned.sort_unstable_by_key(|(i, _)| *i);
        planned.into_iter().map(|(_, planned)| planned).collect()
    }

    fn title(&mut self, title: &Title) -> TitlePlan {
        let mut planned = TitlePlan {
            title: title.clone(),
            verdict: title.verdict(),
            steps: Vec::new(),
            rewatches: Vec::new(),
            waiting: None,
        };
        if self.is_kept_private(&title.entry) {
            keep_private(&mut planned);
            return planned;
        }
        let Some(decision) = &title.decision else { return planned };
        let unsettled = self.unsettled(title, decision);
        if unsettled.iter().any(|&abs| !self.is_known(&title.entry, decision, abs)) {
            planned.verdict = None;
            return planned;
        }
        planned.steps.reserve_exact(unsettled.len());
        for abs in unsettled {
            self.step(&mut planned, decision, abs);
        }
        finish_waiting(&mut planned);
        planned
    }

    /// Whether it is private on AniList and stays so.
    pub(super) fn is_kept_private(&self, entry: &Entry) -> bool {
        entry.private && !self.inputs.posts_private
    }

    /// Episodes that no earlier run has settled, and those that wait or moved. What is only a part
    /// of a film is nothing by itself.
    fn unsettled(&self, title: &Title, decision: &Decision) -> Vec<u32> {
        let (watched, settled) = (title.entry.watched(), title.settled.last_abs);
        let waiting = title.waiting.as_ref().map(|row| row.episodes.as_slice()).unwrap_or_default();
        let show = decision.placement.as_ref().and_then(Placement::show);
        let corrected = |abs: u32| self.corrections.of(title.id(), show, abs).is_some();
        let moved = decision.moved.iter().map(|m| m.abs).filter(|&abs| !corrected(abs));
        let mut before: Vec<u32> = waiting.iter().copied().chain(moved).collect();
        before.retain(|&abs| abs <= settled.min(watched));
        before.sort_unstable();
        before.dedup();
        let is_part = |abs: &u32| {
            decision.placement.as_ref().is_some_and(|place| place.is_part(*abs)) && !corrected(*abs)
        };
        let all = before.into_iter().chain(settled + 1..=watched);
        all.filter(|abs| !is_part(abs)).collect()
    }

    fn step(&mut self, planned: &mut TitlePlan, decision: &Decision, abs: u32) {
        let action = match self.destination(&planned.title, decision, abs) {
            _ if planned.title.settled.beyond.contains(&Rewatched { rewatch: 0, abs }) => {
                Action::Settled
            }
            Destination::Nowhere(reason, detail) => {
                wait(planned, abs, reason, detail);
                Action::Wait
            }
            Destination::Listed(item, id) if self.inputs.trakt.plays(&item, id) > 0 => {
                Action::Already
            }
            Destination::Listed(item, episode_id) => match self.moved_away(decision, abs) {
                None => self.claim(planned, decision, abs, item, episode_id),
                Some(detail) => {
                    wait(planned, abs, Reason::Moved, detail);
                    Action::Wait
                }
            },
        };
        planned.steps.push(Step { abs, action });
    }

    fn claim(
        &mut self,
        planned: &mut TitlePlan,
        decision: &Decision,
        abs: u32,
        item: Item,
        episode_id: Option<TraktEpisodeId>,
    ) -> Action {
        let anilist_id = planned.title.id();
        if let Some(other) = self.claimed.insert(item, anilist_id) {
            self.claimed.insert(item, other);
            if decision.standoff.shares_with.contains(&other) {
                return Action::Already;
            }
            let detail = format!("the same episode is claimed by AniList {other}");
            wait(planned, abs, Reason::Conflict, detail);
            return Action::Wait;
        }
        if self.inputs.trakt.held.has(anilist_id, abs, &item) {
            return Action::Held;
        }
        let (log, calendar) = (self.inputs.log, self.inputs.calendar);
        let watched_at = watched_at(&planned.title.entry, abs, log, calendar);
        let play = Play { anilist_id, abs, item, episode_id, watched_at, rewatch: 0 };
        if self.inputs.trakt.passed_over(&play) {
            wait(planned, abs, Reason::RefusedByTrakt, UNTAKEN.to_owned());
            return Action::Wait;
        }
        Action::Post(play)
    }

    /// Why an episode is not posted in a title of which something moved: one that was posted elsewhere
    /// waits for a person; the others only when the new place is not beyond doubt. What Trakt has at
    /// the new place moved along with it, and needs nobody.
    pub(super) fn moved_away(&self, decision: &Decision, abs: u32) -> Option<String> {
        let stayed =
            || decision.moved.iter().filter(|moved| self.inputs.trakt.plays(&moved.is, None) == 0);
        let first = stayed().next()?;
        match stayed().find(|moved| moved.abs == abs) {
            Some(moved) => Some(moved.to_string()),
            None if decision.verdict == Verdict::Verified => None,
            None => Some(first.to_string()),
        }
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
    pub(super) fn is_known(&self, entry: &Entry, decision: &Decision, abs: u32) -> bool {
        let corrected = self.corrected(entry, decision, abs).map(|(show, _)| show);
        let placed = || match decision.placement.as_ref()?.item(abs)? {
            Item::Episode { show, .. } => Some(show),
            Item::Movie { .. } => None,
        };
        corrected.or_else(placed).is_none_or(|show| self.inputs.shows.contains_key(&show))
    }

    pub(super) fn destination(&self, title: &Title, decision: &Decision, abs: u32) -> Destination {
        if let Some((show, slot)) = self.corrected(&title.entry, decision, abs) {
            return self.listed(show, slot);
        }
        let Some(placement) = &decision.placement else { return nowhere(title, decision) };
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
}

/// Why an entry has no place. That Trakt refused the only one it had says more than that there
/// is none now.
fn nowhere(title: &Title, decision: &Decision) -> Destination {
    let reason = decision.reason.unwrap_or(Reason::NoCandidate);
    let is_lost = matches!(reason, Reason::NoCandidate | Reason::NotOnTrakt);
    let before = title.waiting.as_ref();
    match before.filter(|row| is_lost && row.reason == Reason::RefusedByTrakt) {
        Some(refused) => Destination::Nowhere(refused.reason, refused.detail.clone()),
        None if decision.detail.is_empty() => {
            Destination::Nowhere(reason, reason.sentence().to_owned())
        }
        None => Destination::Nowhere(reason, decision.detail.clone()),
    }
}

/// All that is not settled waits.
fn keep_private(planned: &mut TitlePlan) {
    for abs in planned.title.settled.last_abs + 1..=planned.title.entry.watched() {
        wait(planned, abs, Reason::Private, Reason::Private.sentence().to_owned());
        planned.steps.push(Step { abs, action: Action::Wait });
    }
    finish_waiting(planned);
}

/// A title of which everything waits does so as a whole, and what waited in the same way before is no
/// news.
fn finish_waiting(planned: &mut TitlePlan) {
    let Some(waiting) = &mut planned.waiting else { return };
    let title = &planned.title;
    if title.settled.last_abs == 0 && waiting.episodes.len() == planned.steps.len() {
        waiting.episodes.clear();
    }
    let same = title.waiting.as_ref().is_some_and(|before| {
        before.episodes == waiting.episodes && before.entry.watched() == title.entry.watched()
    });
    waiting.news = if same { News::Old } else { News::New };
}

/// The first reason speaks for all, but for one that only a person can settle.
fn wait(planned: &mut TitlePlan, abs: u32, reason: Reason, detail: String) {
    let Some(waiting) = &mut planned.waiting else {
        planned.waiting = Some(Wait { reason, detail, episodes: vec![abs], news: News::New });
        return;
    };
    waiting.episodes.push(abs);
    if reason == Reason::Moved && waiting.reason != Reason::Moved {
        (waiting.reason, waiting.detail) = (reason, detail);
    }
}
