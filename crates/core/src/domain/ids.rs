//! One newtype for every kind of id, so that a film's number can never be taken for a show's.

use std::fmt;
use std::num::NonZeroU64;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! numeric_id {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

numeric_id! {
    /// An AniList media id; it names one entry of a list.
    AnilistId(u32);
    /// A MyAnimeList id.
    MalId(u32);
    /// A Trakt show. Trakt numbers films and shows separately, and the numbers overlap.
    TraktShowId(u64);
    /// A Trakt film.
    TraktMovieId(u64);
    /// A Trakt episode; it stays the same when a season is renumbered.
    TraktEpisodeId(u64);
    /// One play in a Trakt history (64 bits).
    HistoryId(u64);
    /// A TMDB television show.
    TmdbShowId(u32);
    /// A TMDB film.
    TmdbMovieId(u32);
    /// A TheTVDB series.
    TvdbId(u32);
    /// One execution of a sync mode; grows from 1.
    RunId(u64);
}

impl AnilistId {
    /// The id as people give it: a number from 1, or the address of the title, such as
    /// `https://anilist.co/anime/21/ONE-PIECE`.
    pub fn pasted(text: &str) -> Option<Self> {
        let text = text.trim();
        let path = text.split_once("anilist.co/anime/").map(|(_, path)| path);
        let digits = path.and_then(|path| path.split(['/', '?', '#']).next()).unwrap_or(text);
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|id| all_digits && *id > 0).map(Self)
    }
}

/// An IMDb title id such as `tt1234567`: eight bytes, as the mapping files have tens of thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImdbId(NonZeroU64);

/// The digits that IMDb's ids have. Leading zeros are part of them.
const IMDB_DIGITS: RangeInclusive<usize> = 7..=10;

/// The bits beside the number that hold how many digits it is written with.
const WIDTH_BITS: u32 = 4;

impl fmt::Display for ImdbId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = (self.0.get() & ((1 << WIDTH_BITS) - 1)) as usize;
        write!(f, "tt{:0width$}", self.0.get() >> WIDTH_BITS)
    }
}

/// The text is not `tt` followed by at least seven digits.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an IMDb id is `tt` followed by seven or more digits")]
pub struct InvalidImdbId;

impl FromStr for ImdbId {
    type Err = InvalidImdbId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("tt").ok_or(InvalidImdbId)?;
        let is_id =
            IMDB_DIGITS.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let number: u64 = digits.parse().ok().filter(|_| is_id).ok_or(InvalidImdbId)?;
        // Not zero, as the width is not.
        let packed = number << WIDTH_BITS | digits.len() as u64;
        NonZeroU64::new(packed).map(Self).ok_or(InvalidImdbId)
    }
}

impl Serialize for ImdbId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ImdbId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The id of a show or film in a catalogue other than Trakt's. A TMDB number means nothing without
/// saying whether a show or a film is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExternalId {
    /// TMDB's, of a show or a film.
    Tmdb(u32),
    /// IMDb's.
    Imdb(ImdbId),
    /// TheTVDB's, always of a series.
    Tvdb(TvdbId),
}

/// Whose list and history a record belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(String);

impl AccountId {
    /// The account of this name.
    pub fn new(id: String) -> Self {
        Self(id)
    }

    /// The id as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for AccountId {
    /// The one person of today.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imdb_id_is_tt_and_digits() {
        assert_eq!("tt0213338".parse::<ImdbId>().map(|id| id.to_string()), Ok("tt0213338".into()));
        for good in ["tt0000000", "tt9999999999", "tt00000001"] {
            assert_eq!(good.parse::<ImdbId>().map(|id| id.to_string()), Ok(good.into()));
        }
        assert_eq!(size_of::<Option<ImdbId>>(), 8, "the mapping files have tens of thousands");
        let long = "tt12345678901";
        for bad in ["", "tt", "tt12", "0213338", "tt02133x8", "nm0213338", "tt+213338", long] {
            assert_eq!(bad.parse::<ImdbId>(), Err(InvalidImdbId), "{bad}");
        }
    }
}
