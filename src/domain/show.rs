//! A Trakt show as Trakt lists it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{TraktEpisodeId, TraktShowId};

/// An episode's place in its show. Season 0 holds the specials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// Trakt's season number.
    pub season: u16,
    /// The number within the season. Some long shows keep counting across seasons.
    pub number: u32,
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "S{}E{}", self.season, self.number)
    }
}

/// One episode Trakt lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// Where it stands.
    #[serde(flatten)]
    pub slot: Slot,
    /// Trakt's absolute number, often missing.
    #[serde(rename = "abs", default, skip_serializing_if = "Option::is_none")]
    pub number_abs: Option<u32>,
    /// When it first aired, if Trakt knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_aired: Option<Timestamp>,
    /// Trakt's id of the episode, which outlives a renumbering.
    pub id: TraktEpisodeId,
}

/// At which of the show's absolute numbers a Trakt season starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakpoint {
    /// Trakt's season number, from 1.
    pub season: u16,
    /// The absolute number of the season's first episode, from 1.
    pub starts_at: u32,
}

/// A show with every episode Trakt lists, specials included, in order of season and number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// Trakt's id.
    pub id: TraktShowId,
    episodes: Vec<Episode>,
}

impl Show {
    /// A show from its episodes in any order; a slot listed twice is kept once.
    pub fn new(id: TraktShowId, mut episodes: Vec<Episode>) -> Self {
        episodes.sort_by_key(|episode| episode.slot);
        episodes.dedup_by_key(|episode| episode.slot);
        Self { id, episodes }
    }

    /// All episodes in order; specials (season 0) come first.
    pub fn episodes(&self) -> &[Episode] {
        &self.episodes
    }

    /// The episodes of one season in order, empty when Trakt lists no such season.
    pub fn season(&self, season: u16) -> &[Episode] {
        let start = self.episodes.partition_point(|e| e.slot.season < season);
        let end = self.episodes.partition_point(|e| e.slot.season <= season);
        &self.episodes[start..end]
    }

    /// Every episode but the specials, in order.
    pub fn regular(&self) -> &[Episode] {
        &self.episodes[self.episodes.partition_point(|e| e.slot.season == 0)..]
    }

    /// The season numbers Trakt lists, in order.
    pub fn seasons(&self) -> impl Iterator<Item = u16> + '_ {
        self.episodes.chunk_by(|a, b| a.slot.season == b.slot.season).map(|s| s[0].slot.season)
    }

    /// The episode in a slot.
    pub fn episode(&self, slot: Slot) -> Option<&Episode> {
        self.episodes.binary_search_by_key(&slot, |e| e.slot).ok().map(|i| &self.episodes[i])
    }
}
