//! Which show or film an entry belongs to, and corrections of single episodes.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ids::{AnilistId, ImdbId, TraktShowId, TvdbId};
use super::places::MediaType;
use crate::domain;
use crate::placing::share;

words! {
    /// Who made a mapping.
    MappingKind of domain::MappingKind, "lowercase" { Manual, Auto }
}

/// Which Trakt show or film an entry belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Mapping {
    /// The entry.
    anilist_id: AnilistId,
    /// Trakt's id of the show or film; which of the two, `media_type` says.
    trakt_id: u64,
    /// TMDB's id, of a show or film as `media_type` says.
    tmdb_id: Option<u32>,
    /// IMDb's id.
    imdb_id: Option<ImdbId>,
    /// TheTVDB's id.
    tvdb_id: Option<TvdbId>,
    /// Who made it. `type` on the wire, as documented.
    #[serde(rename = "type")]
    kind: MappingKind,
    /// Show or film; none when a person did not say.
    media_type: Option<MediaType>,
    /// Pins the placement to a season.
    season: Option<u16>,
    /// Episodes of that season before the entry's first.
    offset: Option<u32>,
    /// Which source decided (`manual`, `otaku`, `fribbs`, …).
    source: String,
    /// The entry's title when the mapping was made.
    title: Option<String>,
    /// The entry's picture, at AniList's own image host.
    cover: Option<String>,
    /// Last change.
    updated_at: Timestamp,
}

impl From<domain::Mapping> for Mapping {
    fn from(mapping: domain::Mapping) -> Self {
        Self {
            anilist_id: mapping.anilist_id.into(),
            trakt_id: mapping.trakt_id,
            tmdb_id: mapping.tmdb_id,
            imdb_id: mapping.imdb_id.map(Into::into),
            tvdb_id: mapping.tvdb_id.map(Into::into),
            kind: mapping.kind.into(),
            media_type: mapping.media_type.map(Into::into),
            season: mapping.season,
            offset: mapping.offset,
            source: mapping.source,
            title: mapping.title,
            cover: mapping.cover,
            updated_at: mapping.updated_at,
        }
    }
}

/// A correction of one episode: the show's (or entry's) number `abs` is this slot.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Override {
    /// The show it corrects.
    trakt_id: TraktShowId,
    /// The entry's own episode number.
    #[schema(minimum = 1, maximum = 4_294_967_295_u32)]
    abs: u32,
    /// The right season.
    #[schema(maximum = 65_535)]
    season: u16,
    /// The right number in it.
    #[schema(maximum = 4_294_967_295_u32)]
    episode: u32,
    /// Limits the correction to this entry.
    anilist_id: Option<AnilistId>,
}

impl From<domain::Override> for Override {
    fn from(correction: domain::Override) -> Self {
        let domain::Override { trakt_id, abs, season, episode, anilist_id } = correction;
        Self {
            trakt_id: trakt_id.into(),
            abs,
            season,
            episode,
            anilist_id: anilist_id.map(Into::into),
        }
    }
}

/// The file as it is written and read.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the file that `placing::share` writes and reads")]
pub(in crate::web) struct Corrections {
    /// `anilist-trakt-sync/corrections`.
    #[schema(pattern = "^anilist-trakt-sync/corrections$")]
    format: String,
    /// 1.
    #[schema(minimum = 1, maximum = 1)]
    version: u64,
    /// The mappings made by hand.
    mappings: Vec<SharedMapping>,
    /// The per-episode corrections.
    overrides: Vec<Override>,
}

/// A mapping made by hand.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes the file that `placing::share` writes and reads")]
struct SharedMapping {
    /// The entry.
    anilist_id: AnilistId,
    /// Trakt's id of the show or film.
    #[schema(minimum = 1)]
    trakt_id: u64,
    /// Show or film.
    #[schema(rename = "type")]
    media_type: Option<MediaType>,
    /// Pins it to a season.
    #[schema(maximum = 65_535)]
    season: Option<u16>,
    /// Episodes of that season before the entry's first.
    #[schema(maximum = 4_294_967_295_u32)]
    offset: Option<u32>,
    /// TMDB's id.
    #[schema(minimum = 1, maximum = 4_294_967_295_u32)]
    tmdb_id: Option<u32>,
    /// IMDb's id.
    imdb_id: Option<ImdbId>,
    /// TheTVDB's id.
    tvdb_id: Option<TvdbId>,
    /// The entry's title, for who reads the file.
    title: Option<String>,
}

/// What a merge comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportSummary {
    /// Corrections there were none of before.
    added: usize,
    /// Corrections that take the place of the person's own.
    replaced: usize,
    /// Corrections that were the same already.
    unchanged: usize,
    /// The person's own that the file contradicts and that stay, each as a sentence.
    kept: Vec<String>,
}

impl From<share::Summary> for ImportSummary {
    fn from(summary: share::Summary) -> Self {
        let share::Summary { added, replaced, unchanged, kept } = summary;
        Self { added, replaced, unchanged, kept }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use utoipa::PartialSchema;

    use super::*;
    use crate::placing::share::Share;

    fn names(object: &Value) -> BTreeSet<&str> {
        object.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[track_caller]
    fn is_described_by<S: PartialSchema>(object: &Value) {
        let schema = serde_json::to_value(S::schema()).unwrap();
        assert_eq!(names(object), names(&schema["properties"]));
    }

    /// Its form is that of the file, which `placing` writes and reads, and not made from these types.
    #[test]
    fn a_file_of_corrections_has_just_the_fields_that_are_described() {
        let mapping = json!({
            "anilistId": 1, "traktId": 2, "type": "show", "season": 3, "offset": 4, "tmdbId": 5,
            "imdbId": "tt1234567", "tvdbId": 6, "title": "A title",
        });
        let correction = json!({"traktId": 2, "abs": 1, "season": 0, "episode": 7, "anilistId": 1});
        let file = json!({
            "format": "anilist-trakt-sync/corrections", "version": 1,
            "mappings": [mapping], "overrides": [correction],
        });
        let written = Share::read(&file).unwrap().write().unwrap();
        let written: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(written, file);
        is_described_by::<Corrections>(&written);
        is_described_by::<SharedMapping>(&written["mappings"][0]);
        is_described_by::<Override>(&written["overrides"][0]);
    }
}
