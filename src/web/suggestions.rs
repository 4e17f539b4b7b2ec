//! A few places for one title, for a person to choose from.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadInput, Elsewhere, Missing};
use super::asker::Asker;
use super::bodies::{AnilistId, Format, Suggestion, Verdict, each};
use super::params::{Query, anilist_id};
use crate::hub::error::Result;
use crate::hub::trakt_titles;
use crate::sync::suggestions::{Suggested, suggest};

/// Places for a title.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Choices {
    /// The entry.
    anilist_id: AnilistId,
    /// Its title.
    title: String,
    /// What kind of work it is.
    format: Option<Format>,
    /// The year in which it began.
    year: Option<i16>,
    /// How many episodes AniList says that it has.
    episode_count: Option<u32>,
    /// How far its present place can be trusted.
    verdict: Verdict,
    /// At most eight, the best first.
    suggestions: Vec<Suggestion>,
    /// Why not everything could be searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    search_error: Option<String>,
}

/// A few places for one title, for a person to choose from.
#[utoipa::path(
    get, path = "/api/suggestions", tag = "mapping",
    params(("anilistId" = AnilistId, Query, minimum = 1, description = "The entry's AniList id, or the address of its page.")),
    responses((status = 200, body = Choices), BadInput, Missing, Elsewhere),
)]
pub(super) async fn suggestions(Asker(person): Asker, query: Query) -> Result<Json<Choices>> {
    let id = anilist_id(&query)?;
    let suggested = suggest(&person, id).await?;
    trakt_titles::keep(&person.services).await;
    Ok(Json(describe(suggested)))
}

fn describe(suggested: Suggested) -> Choices {
    let media = suggested.entry.media;
    Choices {
        anilist_id: media.id.into(),
        title: media.titles.display().to_owned(),
        format: media.format.map(Into::into),
        year: media.start_date.year,
        episode_count: media.episodes,
        verdict: suggested.verdict.into(),
        suggestions: each(suggested.suggestions),
        search_error: suggested.search_error,
    }
}
