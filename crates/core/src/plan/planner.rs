//! Where each episode goes, or why it does not.

use std::collections::HashMap;

use super::corrections::Corrections;
use super::dates::watched_at;
use super::{Action, Inputs, News, Step, TitlePlan, Waiting};
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
    /// The surest placements claim their episodes first; the order of the entries stays.
    pub(super) fn titles(&mut self) -> Vec<TitlePlan> {
        let entries = self.inputs.entries;
        let mut order: Vec<usize> = (0..entries.len()).filter(|&i| !self.is_ignored(i)).collect();
        order.sort_by_key(|&i| self.verdict(entries[i]) != Some(Verdict::Verified));
        let mut titles: Vec<(usize, TitlePlan)> =
            order.into_iter().map(|i| (i, self.title(entries[i]))).collect();
        titles.sort_unstable_by_key(|(i, _)| *i);
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
        if self.is_kept_private(entry) {
            self.keep_private(&mut title);
            return title;
        }
        let Some(decision) = decision else { return title };
        let unsettled = self.unsettled(entry, decision, settled_before);
        if unsettled.iter().any(|&abs| !self.is_known(entry, decision, abs)) {
            title.verdict = None;
            return title;
        }
        title.steps.reserve_exact(unsettled.len());
        for abs in unsettled {
            self.step(&mut title, decision, abs);
        }
        self.finish_waiting(&mut title);
        title
    }

    /// Whether it is private on AniList and stays so.
    pub(super) fn is_kept_private(&self, entry: &Entry) -> bool {
        entry.private && !self.inputs.posts_private
    }

    /// All that is not settled waits.
    fn keep_private(&self, title: &mut TitlePlan) {
        for abs in title.settled_before + 1..=title.entry.watched() {
            wait(title, abs, Reason::Private, Reason::Private.sentence().to_owned());
            title.steps.push(Step { abs, action: Action::Wait });
        }
        self.finish_waiting(title);
    }

    /// Episodes that no earlier run has settled, and those that wait or moved. What is only a part
    /// of a film is nothing by itself.
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
        let is_part = |abs: &u32| {
            decision.placement.as_ref().is_some_and(|place| place.is_part(*abs)) && !corrected(*abs)
        };
        let all = before.into_iter().chain(settled + 1..=watched);
        all.filter(|abs| !is_part(abs)).collect()
    }

    fn step(&mut self, title: &mut TitlePlan, decision: &Decision, abs: u32) {
        let action = match self.destination(&title.entry, decision, abs) {
            _ if title.beyond.contains(&Rewatched { rewatch: 0, abs }) => Action::Settled,
            Destination::Nowhere(reason, detail) => {
                wait(title, abs, reason, detail);
                Action::Wait
            }
            Destination::Listed(item, id) if self.inputs.trakt.plays(&item, id) > 0 => {
                Action::Already
            }
            Destination::Listed(item, episode_id) => match self.moved_away(decision, abs) {
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
        if self.inputs.trakt.held.has(anilist_id, abs, &item) {
            return Action::Held;
        }
        let watched_at = watched_at(&title.entry, abs, self.inputs.log, self.inputs.calendar);
        let play = Play { anilist_id, abs, item, episode_id, watched_at, rewatch: 0 };
        if self.inputs.trakt.passed_over(&play) {
            wait(title, abs, Reason::RefusedByTrakt, UNTAKEN.to_owned());
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

    pub(super) fn destination(&self, entry: &Entry, decision: &Decision, abs: u32) -> Destination {
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
