//! Watching something again: further plays of what Trakt has already, each with its own number.
//!
//! AniList counts finished rewatches and, while one goes on, its episodes. Trakt numbers nothing,
//! but counts plays; so the rewatch with the number `n` is there once an item has more than `n`
//! plays, whoever logged them, and it is posted only on top of exactly `n`.

use std::cmp::Ordering;

use super::dates::rewatched_at;
use super::planner::{Destination, Planner};
use super::{Action, TitlePlan};
use crate::domain::{Entry, Item, Play, Rewatched, TraktEpisodeId};

/// What is done about rewatches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewatches {
    /// Nobody asked for them.
    Off,
    /// They are posted.
    Post,
    /// They were asked for, and the Trakt account keeps one play of each.
    OnlyOnce,
}

/// One episode of a rewatch.
#[derive(Debug, Clone, PartialEq)]
pub struct RewatchStep {
    /// The number of the rewatch, from 1.
    pub rewatch: u32,
    /// The entry's own number of the episode.
    pub abs: u32,
    /// What happens to it.
    pub action: Action,
}

/// How far rewatches are settled once these plays are: up to the first that is not.
pub(super) fn through(
    before: Rewatched,
    steps: &[RewatchStep],
    is_settled: impl Fn(&Play) -> bool,
) -> Rewatched {
    let settled = steps.iter().take_while(|step| match &step.action {
        Action::Already | Action::Settled => true,
        Action::Post(play) => is_settled(play),
        Action::Later | Action::Held | Action::Wait | Action::OnlyOnce => false,
    });
    let last = settled.last().map(|step| Rewatched { rewatch: step.rewatch, abs: step.abs });
    last.unwrap_or(before).max(before)
}

impl Planner<'_> {
    /// Plans what was watched again, after all that was watched for the first time.
    pub(super) fn rewatches(&mut self, planned: &mut TitlePlan) {
        let title = &planned.title;
        let Some(decision) = &title.decision else { return };
        if planned.is_undecided() || self.is_kept_private(&title.entry) {
            return;
        }
        for (rewatch, abs) in title.entry.rewatches(title.settled.rewatched) {
            let is_known = self.is_known(&title.entry, decision, abs);
            let action = match self.destination(title, decision, abs) {
                _ if title.settled.beyond.contains(&Rewatched { rewatch, abs }) => Action::Settled,
                _ if !is_known => Action::Later,
                Destination::Listed(item, id) if self.moved_away(decision, abs).is_none() => {
                    self.again(&title.entry, (rewatch, abs), item, id)
                }
                Destination::Listed(..) | Destination::Nowhere(..) => Action::Wait,
            };
            planned.rewatches.push(RewatchStep { rewatch, abs, action });
        }
    }

    /// A rewatch is posted on top of exactly as many plays as were before it: where the first play
    /// is missing, nothing is made up.
    fn again(
        &mut self,
        entry: &Entry,
        (rewatch, abs): (u32, u32),
        item: Item,
        episode_id: Option<TraktEpisodeId>,
    ) -> Action {
        if self.inputs.trakt.held.has(entry.media.id, abs, &item) {
            return Action::Held;
        }
        let planned = u32::from(self.claimed.contains_key(&item))
            + self.again.get(&item).copied().unwrap_or(0);
        let there = match self.inputs.trakt.history {
            Some(_) => self.inputs.trakt.plays(&item, episode_id).saturating_add(planned),
            // Before the history is read, all that is not settled may have to be posted.
            None => rewatch,
        };
        match there.cmp(&rewatch) {
            Ordering::Greater => Action::Already,
            Ordering::Less => Action::Wait,
            Ordering::Equal if self.inputs.rewatches == Rewatches::OnlyOnce => Action::OnlyOnce,
            Ordering::Equal => {
                let (log, calendar) = (self.inputs.log, self.inputs.calendar);
                let watched_at = rewatched_at(entry, (rewatch, abs), log, calendar);
                let anilist_id = entry.media.id;
                let play = Play { anilist_id, abs, item, episode_id, watched_at, rewatch };
                if self.inputs.trakt.passed_over(&play) {
                    return Action::Settled;
                }
                *self.again.entry(item).or_default() += 1;
                Action::Post(play)
            }
        }
    }
}
