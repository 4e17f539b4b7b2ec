//! The titles that wait for a decision, as the store keeps them.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::clock::age;
use crate::domain::{AnilistId, Entry, Reason, Waiting};
use crate::plan::{Title, TitlePlan, Wait};
use crate::store::{WaitingChange, Write};
use crate::sync::resolve::AllWaiting;

/// How often a waiting title's ids are looked up again while the datasets stay the same.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// One run's try at the waiting titles.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// The version of the datasets.
    pub version: String,
}

impl Attempt {
    /// Whether a title is spared: its ids were looked up in vain with the same datasets within a day.
    pub fn spares(&self, row: &Waiting) -> bool {
        row.reason != Reason::RefusedByTrakt
            && row.tried_with == self.version
            && age(row.tried_at, self.at).is_some_and(|age| age < REST)
    }
}

/// From when on a title is looked up again for no other reason than the time; none when it is at once.
pub(super) fn rests_until(row: &Waiting, version: &str) -> Option<Timestamp> {
    let rests = row.reason != Reason::RefusedByTrakt && row.tried_with == version;
    rests.then(|| row.tried_at + REST)
}

/// Titles that have a place, and of which single episodes wait because Trakt lacks them.
pub fn partly_waiting(waiting: &AllWaiting) -> HashSet<AnilistId> {
    let is_lacking = |reason| matches!(reason, Reason::RefusedByTrakt | Reason::EpisodesMissing);
    let some_wait =
        waiting.values().filter(|row| !row.episodes.is_empty() && is_lacking(row.reason));
    some_wait.map(|row| row.entry.media.id).collect()
}

/// What became of a title's plays so far.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The entry's own numbers that Trakt did not know.
    pub refused: Vec<u32>,
    /// The entry's own numbers that were to be posted and are not settled yet.
    pub outstanding: Vec<u32>,
}

/// How what waits of a title changes. None when it stays as it is.
///
/// A title waits no longer only when all of it is settled: what waited and is to be posted now
/// waits on until Trakt has it, and what lies beyond a lowered progress waits on.
pub fn change(planned: &TitlePlan, outcome: &Outcome, attempt: &Attempt) -> Option<Write> {
    let title = &planned.title;
    let before = title.waiting.as_deref();
    if before.is_some_and(|row| row.episodes.is_empty()) && !outcome.outstanding.is_empty() {
        return None;
    }
    let kept = before.map(|row| still_waiting(row, &title.entry, outcome)).unwrap_or_default();
    let Some((reason, detail, episodes)) =
        waiting(planned.waiting.as_ref(), outcome, &kept, before)
    else {
        return before.map(|read| Write::ChangeWaiting(WaitingChange::off(read)));
    };
    let last = before.filter(|_| title.rests);
    let row = Waiting {
        entry: Entry::clone(&title.entry),
        reason,
        detail,
        episodes,
        ignored: before.is_some_and(|before| before.ignored),
        since: before.map_or(attempt.at, |before| before.since),
        tried_at: last.map_or(attempt.at, |before| before.tried_at),
        tried_with: last.map_or_else(|| attempt.version.clone(), |b| b.tried_with.clone()),
    };
    (before != Some(&row)).then(|| Write::ChangeWaiting(WaitingChange::to(before, row)))
}

/// Waiting episodes that this run has not settled.
fn still_waiting(row: &Waiting, entry: &Entry, outcome: &Outcome) -> Vec<u32> {
    let watched = entry.watched();
    let open = |abs: &u32| *abs > watched || outcome.outstanding.contains(abs);
    row.episodes.iter().copied().filter(open).collect()
}

fn waiting(
    waiting: Option<&Wait>,
    outcome: &Outcome,
    kept: &[u32],
    before: Option<&Waiting>,
) -> Option<(Reason, String, Vec<u32>)> {
    let (reason, detail, planned) = match (waiting, before) {
        (Some(waiting), _) if waiting.episodes.is_empty() => {
            return Some((waiting.reason, waiting.detail.clone(), Vec::new()));
        }
        (Some(waiting), _) => (waiting.reason, waiting.detail.clone(), waiting.episodes.as_slice()),
        (None, Some(row)) if !kept.is_empty() => (row.reason, row.detail.clone(), [].as_slice()),
        (None, _) => {
            let detail = "Trakt answered not_found when it was posted".to_owned();
            (Reason::RefusedByTrakt, detail, [].as_slice())
        }
    };
    let mut episodes = [planned, outcome.refused.as_slice(), kept].concat();
    episodes.sort_unstable();
    episodes.dedup();
    (!episodes.is_empty()).then_some((reason, detail, episodes))
}

/// What the list now says of waiting titles that no plan looks at: one that is ignored keeps up
/// with its entry, and one of which nothing is watched any more waits no longer.
pub fn keep_up(unwatched: &[AnilistId], list: &[Title], waiting: &AllWaiting) -> Vec<Write> {
    let unwatched =
        unwatched.iter().filter_map(|id| waiting.get(id)).map(|row| WaitingChange::off(row));
    let ignored = list.iter().filter_map(|title| {
        let row = title.waiting.as_deref().filter(|row| row.ignored)?;
        let now = || Waiting { entry: Entry::clone(&title.entry), ..row.clone() };
        (row.entry != *title.entry).then(|| WaitingChange::to(Some(row), now()))
    });
    unwatched.chain(ignored).map(Write::ChangeWaiting).collect()
}
