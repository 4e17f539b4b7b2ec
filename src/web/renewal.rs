//! Asking the sources again what they know of titles of the library.

use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Gate;
use super::answers::{Elsewhere, Missing, Refused};
use super::asker::Asker;
use super::bodies::LibraryItem;
use super::library::{item_of, number};
use super::params::Segment;
use crate::hub::error::Result;
use crate::hub::renewal::{self, Filled};

/// Takes over what the source of a title says of it now: title, cover, format, maximum, ids. Status,
/// progress and all else that the person says stay, and so do a title and a maximum of their own.
#[utoipa::path(
    post, path = "/api/library/items/{id}/refresh", tag = "library",
    params(("id" = u64, Path, description = "The item's number.")),
    responses((status = 200, body = LibraryItem), Missing, Refused, Elsewhere),
)]
pub(super) async fn refresh(Asker(person): Asker, id: Segment) -> Result<Json<LibraryItem>> {
    let id = number(id)?;
    let changed = renewal::renew(&person, id).await?;
    Ok(Json(item_of(&changed, id)?.into()))
}

/// What filling maxima came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BackfillReport {
    /// Titles that were asked for.
    checked: usize,
    /// Those that have a maximum now.
    filled: usize,
    /// Those of which no source knows it.
    unknown: usize,
    /// Those whose source did not answer.
    failed: usize,
    /// Those that were not asked for, as a source asked to wait or does not answer. Asking again goes on
    /// with them.
    left: usize,
    /// From when on the source may be asked again, where it says so.
    again_at: Option<Timestamp>,
}

/// Gives every title of everybody the maximum that its source knows, where it has none. One that a person
/// set is never touched. Asking again goes on where this stopped.
#[utoipa::path(
    post, path = "/api/admin/backfill-max", tag = "library",
    responses((status = 200, body = BackfillReport)),
)]
pub(super) async fn backfill(Extension(gate): Extension<Gate>) -> Result<Json<BackfillReport>> {
    let filled = renewal::fill_maxima(&gate.people).await?;
    let Filled { checked, filled, unknown, failed, left, again_at } = filled;
    Ok(Json(BackfillReport { checked, filled, unknown, failed, left, again_at }))
}
