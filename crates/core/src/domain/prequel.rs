//! How a work stands to the works that it continues.

use super::entry::{Format, FuzzyDate};
use super::ids::AnilistId;

/// A work that another one continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prequel {
    /// AniList's id.
    pub id: AnilistId,
    /// What kind of work it is; AniList leaves it out for some.
    pub format: Option<Format>,
    /// How many episodes it has, if that is known.
    pub episodes: Option<u32>,
    /// When its first episode aired.
    pub start_date: FuzzyDate,
}

/// How a work stands to others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// The works it continues.
    pub prequels: Vec<Prequel>,
}

impl Prequel {
    /// Whether its episodes are counted among those of a show's seasons. A film or an extra stands
    /// beside them.
    pub fn is_series(&self) -> bool {
        matches!(self.format, Some(Format::Tv | Format::TvShort | Format::Ona))
    }
}
