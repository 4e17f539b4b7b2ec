//! What shows and films are called on Trakt, for a page that shows their numbers.

use std::collections::HashSet;

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadInput, List};
use super::asker::Asker;
use super::bodies;
use super::params::{Query, shown};
use crate::domain::{MediaType, OnTrakt};
use crate::hub::error::{Error, Result};
use crate::hub::trakt_titles;

/// The most titles of one question.
const MOST: usize = 100;

/// A show or film on Trakt, and what it is called.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TraktName)]
pub(super) struct Named {
    /// Which of the two.
    kind: bodies::MediaType,
    /// Trakt's id of it.
    trakt_id: u64,
    /// None where Trakt was asked lately and has no such title, or no name for it.
    trakt_title: Option<bodies::TraktTitle>,
}

/// What shows and films are called on Trakt. Trakt is asked for a few of those that are not known, each once
/// for everybody. One that is left out was not asked for yet, or Trakt cannot be asked now: ask for it again.
#[utoipa::path(
    get, path = "/api/trakt-titles", tag = "mapping",
    params(
        ("shows" = Option<String>, Query, description = "Trakt's ids of shows, with commas between them; 100 at most, with the films."),
        ("movies" = Option<String>, Query, description = "The same of films."),
    ),
    responses((status = 200, body = List<Named>), BadInput),
)]
pub(super) async fn titles(Asker(person): Asker, query: Query) -> Result<Json<List<Named>>> {
    let mut wanted = ids(&query, "shows", MediaType::Show)?;
    wanted.extend(ids(&query, "movies", MediaType::Movie)?);
    if wanted.is_empty() || wanted.len() > MOST {
        let message = format!("these are not 1 to {MOST} shows and films: {}", wanted.len());
        return Err(Error::bad_request(message, "add ?shows= or ?movies= with Trakt's ids"));
    }
    let told = trakt_titles::ask(&person.services, &wanted).await?;
    let named = |what: OnTrakt| {
        let trakt_title = told.get(&what)?.as_ref().map(Into::into);
        Some(Named { kind: what.kind.into(), trakt_id: what.id, trakt_title })
    };
    Ok(Json(List::of(wanted.into_iter().filter_map(named).collect())))
}

/// The ids that a query gives by this name, each once, in their order: that of the page.
fn ids(query: &Query, name: &str, kind: MediaType) -> Result<Vec<OnTrakt>> {
    let text = query.get(name).map(String::as_str).unwrap_or_default();
    let mut ids = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let id = part.parse().ok().filter(|id| *id > 0).ok_or_else(|| {
            let message =
                format!("{name} has what is not a positive whole number: {}", shown(part));
            Error::bad_request(message, "write Trakt's ids with commas between them")
        })?;
        ids.push(OnTrakt { kind, id });
    }
    let mut seen = HashSet::new();
    ids.retain(|what| seen.insert(*what));
    Ok(ids)
}
