//! The titles that wait for a decision, as the store keeps them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::plan::{TitlePlan, Waiting};
use crate::domain::{AnilistId, Reason};
use crate::store::{Unmapped, Write};

/// How a title's place in the queue changes after `refused` (the entry's own numbers) came back
/// from Trakt as not found. None when it stays as it is.
pub fn change(
    title: &TitlePlan,
    refused: &[u32],
    queue: &HashMap<AnilistId, Unmapped>,
    now: Timestamp,
) -> Option<Write> {
    let id = title.entry.media.id;
    let before = queue.get(&id);
    let Some((reason, detail, episodes)) = waiting(title.waiting.as_ref(), refused) else {
        return before.map(|_| Write::RemoveUnmapped(id));
    };
    let row = Unmapped {
        entry: title.entry.clone(),
        reason,
        detail,
        episodes,
        ignored: before.is_some_and(|before| before.ignored),
        since: before.map_or(now, |before| before.since),
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
