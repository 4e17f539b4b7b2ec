//! Looking for a show or film on Trakt by its title.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadInput, Elsewhere, List};
use super::asker::Asker;
use super::bodies;
use super::params::{Query, shown};
use crate::domain::{MediaType, SearchHit};
use crate::hub::error::{Error, Result};
use crate::hub::trakt_titles;

/// The longest title that is looked for.
const LONGEST: usize = 200;

/// A show or film on Trakt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hit {
    /// Which of the two.
    kind: bodies::MediaType,
    /// Trakt's id of it.
    trakt_id: u64,
    /// Its title, empty when Trakt has none.
    title: String,
    /// The year of its first release.
    year: Option<i16>,
}

/// Looks for shows and films on Trakt by their title.
#[utoipa::path(
    get, path = "/api/search", tag = "mapping",
    params(
        ("q" = String, Query, min_length = 1, max_length = 200, description = "The title, or a part of it."),
        ("type" = Option<bodies::MediaType>, Query, description = "Only shows, or only films."),
    ),
    responses((status = 200, body = List<Hit>), BadInput, Elsewhere),
)]
pub(super) async fn search(Asker(person): Asker, query: Query) -> Result<Json<List<Hit>>> {
    let text = query.get("q").map(|text| text.trim()).unwrap_or_default();
    if text.is_empty() || text.len() > LONGEST {
        let message = format!("q is not a title of 1 to {LONGEST} characters: {}", shown(text));
        return Err(Error::bad_request(message, "add ?q= with the title, or a part of it"));
    }
    let mut items = Vec::new();
    for kind in kinds(&query)? {
        let hits = person.trakt.client().search_text(text, *kind, None).await?;
        items.extend(hits.into_iter().map(describe));
    }
    trakt_titles::keep(&person.services).await;
    Ok(Json(List::of(items)))
}

fn kinds(query: &Query) -> Result<&'static [MediaType]> {
    match query.get("type").map(String::as_str) {
        None | Some("") => Ok(&[MediaType::Show, MediaType::Movie]),
        Some("show") => Ok(&[MediaType::Show]),
        Some("movie") => Ok(&[MediaType::Movie]),
        Some(other) => {
            let message = format!("type is neither show nor movie: {}", shown(other));
            Err(Error::bad_request(message, "write show or movie, or leave it out for both"))
        }
    }
}

fn describe(hit: SearchHit) -> Hit {
    Hit { kind: hit.kind.into(), trakt_id: hit.trakt_id, title: hit.title, year: hit.year }
}
