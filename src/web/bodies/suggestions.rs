//! Places for a person to choose from.

use serde::Serialize;
use utoipa::ToSchema;

use super::ids::AnilistId;
use super::places::{MediaType, Slot};
use crate::placing::suggest;

/// One place that an entry may belong to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Suggestion {
    /// Who proposed it: a source, or `search`.
    origin: &'static str,
    /// Show or film.
    kind: MediaType,
    /// Trakt's id of it.
    trakt_id: u64,
    /// Its title, if a search told it.
    title: Option<String>,
    /// The year of its first release, if a search told it.
    year: Option<i16>,
    /// The season that the entry's first episode is in.
    season: Option<u16>,
    /// How many of that season's episodes come before it.
    offset: Option<u32>,
    /// The slot of the entry's first episode; none for a film.
    first: Option<Slot>,
    /// The slot of the last episode that Trakt lists.
    last: Option<Slot>,
    /// How many of the entry's episodes exist there; a film counts as one.
    episodes: u32,
    /// What speaks for and against it.
    because: String,
    /// The body for `POST /api/manual-map` that accepts it; none when no such body gives just
    /// these episodes.
    map: Option<ManualMap>,
}

impl From<suggest::Suggestion> for Suggestion {
    fn from(suggestion: suggest::Suggestion) -> Self {
        Self {
            origin: suggestion.origin.name(),
            kind: suggestion.kind.into(),
            trakt_id: suggestion.trakt_id,
            title: suggestion.title,
            year: suggestion.year,
            season: suggestion.season,
            offset: suggestion.offset,
            first: suggestion.first.map(Into::into),
            last: suggestion.last.map(Into::into),
            episodes: suggestion.episodes,
            because: suggestion.because,
            map: suggestion.map.map(Into::into),
        }
    }
}

/// What `POST /api/manual-map` takes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ManualMap {
    /// The entry.
    anilist_id: AnilistId,
    /// The show or film.
    trakt_id: u64,
    /// Which of the two.
    #[serde(rename = "type")]
    kind: MediaType,
    /// The season of a show.
    #[serde(skip_serializing_if = "Option::is_none")]
    season: Option<u16>,
    /// How many of the season's episodes come before the entry's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u32>,
    /// The entry's title.
    title: String,
}

impl From<suggest::ManualMap> for ManualMap {
    fn from(map: suggest::ManualMap) -> Self {
        Self {
            anilist_id: map.anilist_id.into(),
            trakt_id: map.trakt_id,
            kind: map.kind.into(),
            season: map.season,
            offset: map.offset,
            title: map.title,
        }
    }
}
