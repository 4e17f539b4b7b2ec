//! What tells a film from others.

use jiff::civil::Date;

use super::ids::ImdbId;

/// A film as Trakt describes it. What it does not tell is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Film {
    /// Its title, often the English one.
    pub title: Option<String>,
    /// The year of its first release.
    pub year: Option<i16>,
    /// The day of its first release.
    pub released: Option<Date>,
    /// TMDB's number of it.
    pub tmdb: Option<u32>,
    /// IMDb's.
    pub imdb: Option<ImdbId>,
}
