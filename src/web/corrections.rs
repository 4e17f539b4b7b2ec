//! All corrections as one file that people can share.

use axum::Json;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;

use super::answers::BadBody;
use super::asker::Asker;
use super::bodies::{Corrections, ImportSummary};
use super::body::{Body, json_object_within};
use super::params::{Query, switch};
use crate::hub::corrections::{self, Trial};
use crate::hub::error::{Error, Result};
use crate::placing::share::{Mistakes, Policy, Share};

/// The largest file that is taken, in bytes: ten thousand corrections fit.
pub(super) const LIMIT: usize = 4 << 20;

/// All corrections as one file that can be shared. It names no account.
#[utoipa::path(
    get, path = "/api/corrections", tag = "mapping",
    responses((status = 200, body = Corrections)),
)]
pub(super) async fn export(Asker(person): Asker) -> Result<impl IntoResponse> {
    let text = corrections::all(&person).await?.write();
    let text = text.map_err(|cause| Error::Internal(cause.to_string()))?;
    let named = "attachment; filename=\"anilist-trakt-corrections.json\"";
    Ok(([(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, named)], text))
}

/// Takes over what a file of corrections says.
#[utoipa::path(
    post, path = "/api/corrections", tag = "mapping",
    params(
        ("replace" = Option<u8>, Query, maximum = 1, description = "1: the file wins over the person's own corrections."),
        ("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is changed; the answer says what would be."),
    ),
    request_body(content = Corrections, example = json!({"format": "anilist-trakt-sync/corrections", "version": 1, "mappings": [{"anilistId": 9969, "traktId": 34_742, "type": "show", "season": 5}], "overrides": []})),
    responses((status = 200, body = ImportSummary), BadBody),
)]
pub(super) async fn import(
    Asker(person): Asker,
    query: Query,
    body: Body,
) -> Result<Json<ImportSummary>> {
    let policy = if switch(&query, "replace")? { Policy::Replace } else { Policy::Keep };
    let trial = if switch(&query, "dry")? { Trial::Dry } else { Trial::Real };
    let share =
        Share::read(&json_object_within(body, LIMIT)?).map_err(|mistakes| refused(&mistakes))?;
    Ok(Json(corrections::import(&person, &share, policy, trial).await?.into()))
}

fn refused(mistakes: &Mistakes) -> Error {
    Error::bad_request(mistakes.to_string(), "GET /api/corrections gives a file in the right form")
}
