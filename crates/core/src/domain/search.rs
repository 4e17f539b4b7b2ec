//! What a text search on Trakt finds.

use super::{ImdbId, MediaType, TvdbId};

/// A show or film that a text search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// What it is.
    pub kind: MediaType,
    /// Trakt's id among things of that kind.
    pub trakt_id: u64,
    /// Its title, empty when Trakt has none.
    pub title: String,
    /// The year of its first release.
    pub year: Option<i16>,
    /// TMDB's id, of the same kind.
    pub tmdb: Option<u32>,
    /// IMDb's id.
    pub imdb: Option<ImdbId>,
    /// TheTVDB's id, of shows.
    pub tvdb: Option<TvdbId>,
}
