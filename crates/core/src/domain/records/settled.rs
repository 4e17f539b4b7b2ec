//! How far an entry is synced.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{AnilistId, Rewatched};

/// How far an entry is synced: every episode up to `last_abs` was accepted, was there already, or
/// waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    /// The entry.
    pub anilist_id: AnilistId,
    /// The entry's own number of the last settled episode.
    pub last_abs: u32,
    /// How far its rewatches are settled.
    #[serde(default, skip_serializing_if = "Rewatched::is_none")]
    pub rewatched: Rewatched,
    /// What is settled beyond that, where something before it is not: what was sent together may
    /// arrive in part. Episodes of the first time are those of rewatch 0.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub beyond: BTreeSet<Rewatched>,
    /// Last change.
    pub updated_at: Timestamp,
}

impl Settled {
    /// Of an entry of which nothing is settled.
    pub fn nothing(anilist_id: AnilistId, updated_at: Timestamp) -> Self {
        let (rewatched, beyond) = (Rewatched::default(), BTreeSet::new());
        Self { anilist_id, last_abs: 0, rewatched, beyond, updated_at }
    }

    /// With this settled too. What goes on from the mark moves it.
    #[must_use]
    pub fn with(mut self, settled: impl IntoIterator<Item = Rewatched>) -> Self {
        self.beyond.extend(settled);
        while let Some(next) = self.last_abs.checked_add(1)
            && self.beyond.remove(&Rewatched { rewatch: 0, abs: next })
        {
            self.last_abs = next;
        }
        let Self { last_abs, rewatched, .. } = self;
        self.beyond.retain(|one| match one.rewatch {
            0 => one.abs > last_abs,
            _ => *one > rewatched,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(last_abs: u32, settled: &[(u32, u32)]) -> (u32, Vec<(u32, u32)>) {
        let before = Settled::nothing(AnilistId(1), Timestamp::UNIX_EPOCH);
        let rewatched = Rewatched { rewatch: 1, abs: 2 };
        let settled = settled.iter().map(|&(rewatch, abs)| Rewatched { rewatch, abs });
        let after = Settled { last_abs, rewatched, ..before }.with(settled);
        assert_eq!(after.rewatched, rewatched);
        (after.last_abs, after.beyond.into_iter().map(|one| (one.rewatch, one.abs)).collect())
    }

    #[test]
    fn what_goes_on_from_the_mark_moves_it_and_the_rest_is_kept() {
        assert_eq!(settled(3, &[(0, 4), (0, 5)]), (5, vec![]));
        assert_eq!(settled(3, &[(0, 5), (0, 6)]), (3, vec![(0, 5), (0, 6)]));
        assert_eq!(settled(0, &[(0, 2), (0, 1), (0, 4)]), (2, vec![(0, 4)]));
        assert_eq!(settled(3, &[(0, 1), (0, 3)]), (3, vec![]));
    }

    #[test]
    fn rewatches_are_kept_beyond_their_own_mark() {
        assert_eq!(settled(3, &[(1, 2), (1, 3), (2, 1)]), (3, vec![(1, 3), (2, 1)]));
    }

    #[test]
    fn the_last_number_there_is_moves_nothing_past_it() {
        assert_eq!(settled(u32::MAX, &[(0, 1)]), (u32::MAX, vec![]));
    }
}
