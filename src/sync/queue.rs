//! The titles that wait for a decision, as the store keeps them.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::plan::{TitlePlan, Waiting};
use crate::domain::{AnilistId, Reason};
use crate::store::{Unmapped, Write};

/// How often a waiting title's ids are looked up again while the datasets stay the same.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// One run's try at the waiting titles.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// The version of the datasets.
    pub version: String,
    /// Titles whose ids were looked up in vain not long ago, and were not looked up again.
    pub rested: HashSet<AnilistId>,
}

impl Attempt {
    /// A try that spares what was looked up with the same datasets within a day.
    pub fn new(at: Timestamp, version: &str, queue: &HashMap<AnilistId, Unmapped>) -> Self {
        let is_recent = |row: &&Unmapped| {
            row.reason != Reason::RefusedByTrakt
                && row.tried_with == version
                && at.duration_since(row.tried_at) < REST
        };
        let rested = queue.values().filter(is_recent).map(|row| row.entry.media.id).collect();
        Self { at, version: version.to_owned(), rested }
    }
}

/// How a title's place in the queue changes after `refused` (the entry's own numbers) came back
/// from Trakt as not found. None when it stays as it is.
pub fn change(
    title: &TitlePlan,
    refused: &[u32],
    queue: &HashMap<AnilistId, Unmapped>,
    attempt: &Attempt,
) -> Option<Write> {
    let id = title.entry.media.id;
    let before = queue.get(&id);
    let Some((reason, detail, episodes)) = waiting(title.waiting.as_ref(), refused) else {
        return before.map(|_| Write::RemoveUnmapped(id));
    };
    let last = before.filter(|_| attempt.rested.contains(&id));
    let row = Unmapped {
        entry: title.entry.clone(),
        reason,
        detail,
        episodes,
        ignored: before.is_some_and(|before| before.ignored),
        since: before.map_or(attempt.at, |before| before.since),
        tried_at: last.map_or(attempt.at, |before| before.tried_at),
        tried_with: last.map_or_else(|| attempt.version.clone(), |b| b.tried_with.clone()),
    };
    (before != Some(&row)).then_some(Write::Unmapped(row))
}

fn waiting(waiting: Option<&Waiting>, refused: &[u32]) -> Option<(Reason, String, Vec<u32>)> {
    match waiting {
        Some(waiting) if waiting.episodes.is_empty() => {
            Some((waiting.reason, waiting.detail.clone(), Vec::new()))
        }
        Some(waiting) => {
            let mut episodes = [waiting.episodes.as_slice(), refused].concat();
            episodes.sort_unstable();
            episodes.dedup();
            Some((waiting.reason, waiting.detail.clone(), episodes))
        }
        None if refused.is_empty() => None,
        None => {
            let detail = "Trakt answered not_found when it was posted".to_owned();
            Some((Reason::RefusedByTrakt, detail, refused.to_vec()))
        }
    }
}
