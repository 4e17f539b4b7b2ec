//! Why an entry is placed where it is.

use axum::Json;

use super::answers::{BadInput, Elsewhere, Missing};
use super::asker::Asker;
use super::bodies::{AnilistId, Explanation};
use super::params::{Query, anilist_id};
use crate::hub::error::Result;
use crate::sync::explanation;

/// Why a title is placed where it is: every candidate with what speaks for and against it.
#[utoipa::path(
    get, path = "/api/explain", tag = "mapping",
    params(("anilistId" = AnilistId, Query, minimum = 1, description = "The entry's AniList id, or the address of its page.")),
    responses((status = 200, body = Explanation), BadInput, Missing, Elsewhere),
)]
pub(super) async fn explain(Asker(person): Asker, query: Query) -> Result<Json<Explanation>> {
    let id = anilist_id(&query)?;
    Ok(Json(explanation::explain(&person, id).await?.into()))
}
