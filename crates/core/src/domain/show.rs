//! A Trakt show as Trakt lists it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::digest::Digest;
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

/// In a digest a title follows this where the next episode would begin.
const NO_SEASON: u16 = u16::MAX;

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
    /// What a special is called. None for an episode of a season: its number says enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Box<str>>,
}

impl Episode {
    /// The day of its first broadcast (UTC), if Trakt knows it.
    pub fn aired_on(&self) -> Option<Date> {
        Some(self.first_aired?.to_zoned(TimeZone::UTC).date())
    }

    /// A digest with all of it, so that no two episodes have the same.
    fn digested(&self, before: Digest) -> Digest {
        let optional = |before: Digest, is_there: bool, bytes: &[u8]| {
            before.with(&[u8::from(is_there)]).with(bytes)
        };
        let Self { slot, number_abs, first_aired, id, title } = self;
        let digest = before.with(&slot.season.to_le_bytes()).with(&slot.number.to_le_bytes());
        let digest = digest.with(&id.0.to_le_bytes());
        let abs = number_abs.unwrap_or(0).to_le_bytes();
        let digest = optional(digest, number_abs.is_some(), &abs);
        let nanosecond = first_aired.map_or(0, Timestamp::as_nanosecond).to_le_bytes();
        let digest = optional(digest, first_aired.is_some(), &nanosecond);
        // Written only where there is one, so that a listing without titles keeps its digest.
        title.as_ref().map_or(digest, |title| {
            digest.with(&NO_SEASON.to_le_bytes()).with(title.as_bytes()).with(&[0])
        })
    }
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

/// A season as Trakt lists it. Some do not begin with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Season {
    /// Its number; 0 holds the specials.
    pub season: u16,
    /// The number of its first episode.
    pub first: u32,
    /// The number of its last.
    pub last: u32,
    /// How many there are.
    pub episodes: u32,
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

    /// The seasons in order, without their episodes.
    pub fn outline(&self) -> Vec<Season> {
        let mut seasons: Vec<Season> = Vec::new();
        for Slot { season, number } in self.episodes.iter().map(|episode| episode.slot) {
            match seasons.last_mut().filter(|last| last.season == season) {
                Some(last) => {
                    (last.last, last.episodes) = (last.last.max(number), last.episodes + 1);
                }
                None => seasons.push(Season { season, first: number, last: number, episodes: 1 }),
            }
        }
        seasons
    }

    /// The episode in a slot.
    pub fn episode(&self, slot: Slot) -> Option<&Episode> {
        self.episodes.binary_search_by_key(&slot, |e| e.slot).ok().map(|i| &self.episodes[i])
    }

    /// A digest of all its episodes: their slots, ids, absolute numbers and air times. It changes
    /// when any of them does, and does not depend on the order in which Trakt listed them.
    pub fn digest(&self) -> Digest {
        self.episodes.iter().fold(Digest::EMPTY, |digest, episode| episode.digested(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn episode(number: u32) -> Episode {
        Episode {
            slot: Slot { season: 1, number },
            number_abs: Some(number),
            first_aired: Some(Timestamp::UNIX_EPOCH),
            id: TraktEpisodeId(u64::from(number) + 100),
            title: None,
        }
    }

    fn digest(episodes: &[Episode]) -> Digest {
        Show::new(TraktShowId(1), episodes.to_vec()).digest()
    }

    #[test]
    fn the_same_listing_in_another_order_has_the_same_digest() {
        let (first, second) = (episode(1), episode(2));
        assert_eq!(digest(&[first.clone(), second.clone()]), digest(&[second, first]));
    }

    #[test]
    fn whatever_changes_in_a_listing_changes_its_digest() {
        let base = episode(1);
        let later = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_nanos(1);
        let listings = [
            vec![base.clone()],
            vec![],
            vec![base.clone(), episode(2)],
            vec![Episode { slot: Slot { season: 1, number: 2 }, ..base.clone() }],
            vec![Episode { slot: Slot { season: 2, number: 1 }, ..base.clone() }],
            vec![Episode { number_abs: Some(0), ..base.clone() }],
            vec![Episode { number_abs: None, ..base.clone() }],
            vec![Episode { first_aired: Some(later), ..base.clone() }],
            vec![Episode { first_aired: None, ..base.clone() }],
            vec![Episode { title: Some("".into()), ..base.clone() }],
            vec![Episode { title: Some("No Regrets".into()), ..base.clone() }],
            vec![Episode { id: TraktEpisodeId(7), ..base }],
        ];
        let mut digests: Vec<_> = listings.iter().map(|listing| digest(listing)).collect();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), listings.len());
    }

    /// Stored digests are compared with new ones, also by the next version of the program.
    #[test]
    fn a_digest_stays_the_same_from_build_to_build() {
        assert_eq!(digest(&[episode(1), episode(2)]).to_string(), "ff415520669bb55c");
    }
}
