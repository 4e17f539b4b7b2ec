//! One watched episode or film, as Trakt's history is to have it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::ids::{AnilistId, TraktEpisodeId};
use super::placement::Item;

/// When a play happened. Trakt keeps minutes and wants UTC with a `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatchedAt {
    /// Trakt's `unknown`, which reads back as 1970-01-01.
    Unknown,
    /// A moment, cut to the minute.
    At(Timestamp),
}

impl WatchedAt {
    /// A moment, cut to the minute below.
    pub fn at(moment: Timestamp) -> Self {
        let seconds = moment.as_second();
        Self::At(Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(moment))
    }
}

impl fmt::Display for WatchedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::At(moment) => write!(f, "{moment:.3}"),
        }
    }
}

impl Serialize for WatchedAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WatchedAt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "unknown" {
            return Ok(Self::Unknown);
        }
        text.parse().map(Self::at).map_err(serde::de::Error::custom)
    }
}

/// One of the times that something was watched. Trakt has no number for it: it is there when there
/// are more plays of the item than rewatches before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Viewing {
    /// What was watched.
    pub item: Item,
    /// 0 the first time, then the number of the rewatch.
    pub rewatch: u32,
}

/// One watched episode or film on its way to Trakt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Play {
    /// The entry it comes from.
    pub anilist_id: AnilistId,
    /// The entry's own episode number, from 1.
    pub abs: u32,
    /// What was watched.
    #[serde(flatten)]
    pub item: Item,
    /// Trakt's id of the episode; none for a film.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode_id: Option<TraktEpisodeId>,
    /// When: a moment, or `unknown`.
    pub watched_at: WatchedAt,
    /// 0 the first time, then the number of the rewatch.
    #[serde(default, skip_serializing_if = "is_first")]
    pub rewatch: u32,
}

impl Play {
    /// Which of the times it is that the item was watched.
    pub fn viewing(&self) -> Viewing {
        Viewing { item: self.item, rewatch: self.rewatch }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_first(rewatch: &u32) -> bool {
    *rewatch == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_cut_to_the_minute_and_ends_in_z() {
        let moment = "2024-02-11T21:03:59.7Z".parse().unwrap();
        assert_eq!(WatchedAt::at(moment).to_string(), "2024-02-11T21:03:00.000Z");
        assert_eq!(WatchedAt::Unknown.to_string(), "unknown");
    }

    #[test]
    fn a_moment_before_1970_is_cut_downwards_too() {
        let moment = "1969-12-31T23:59:59Z".parse().unwrap();
        assert_eq!(WatchedAt::at(moment).to_string(), "1969-12-31T23:59:00.000Z");
    }
}
