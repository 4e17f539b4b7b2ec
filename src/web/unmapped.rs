//! Titles that wait for a decision.

use axum::Json;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadInput, Done, List, Missing};
use super::asker::Asker;
use super::bodies::{AnilistId, Reason};
use super::params::{Segment, parse_anilist_id, segment};
use crate::domain;
use crate::hub::error::Result;
use crate::hub::names::{Names, named_in};
use crate::hub::person::Person;
use crate::hub::waiting::{self, Ignored};

/// A title, or some of its episodes, waiting for a decision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Waiting {
    /// The entry.
    anilist_id: AnilistId,
    /// Its title.
    title: String,
    /// Where this service shows its cover; none where AniList told of none.
    cover: Option<String>,
    /// Why it waits.
    reason: Reason,
    /// The same, for a person.
    sentence: &'static str,
    /// What exactly is wrong.
    detail: String,
    /// The entry's own numbers that wait; empty when the whole entry does.
    episodes: Vec<u32>,
    /// How many episodes were watched.
    watched: u32,
    /// A person chose not to be asked again.
    ignored: bool,
    /// When it was first queued.
    since: Timestamp,
    /// The next step.
    hint: &'static str,
    /// Where to ask for places to choose from.
    suggestions: String,
}

/// The titles that wait for a decision, ignored ones included; these do not count. One that was
/// placed by hand waits no longer.
#[utoipa::path(
    get, path = "/api/unmapped", tag = "mapping",
    responses((status = 200, body = List<Waiting>)),
)]
pub(super) async fn unmapped(Asker(person): Asker) -> Result<Json<List<Waiting>>> {
    let rows = waiting::all(&person).await?;
    let count = rows.iter().filter(|row| row.is_open()).count();
    let spoken_of = rows.iter().flat_map(|row| named_in(&row.detail));
    let names = Names::of(&person.services, &person.store, spoken_of).await?;
    let paths = person.services.cover_paths().await?;
    let items = rows.into_iter().map(|row| {
        let cover = row.entry.media.cover.as_deref().and_then(|cover| paths.of(cover));
        described(row, &names, cover)
    });
    let items = items.collect();
    Ok(Json(List { count, items }))
}

fn described(row: domain::Waiting, names: &Names, cover: Option<String>) -> Waiting {
    Waiting {
        anilist_id: row.entry.media.id.into(),
        title: row.entry.media.titles.display().to_owned(),
        cover,
        reason: row.reason.into(),
        sentence: row.reason.sentence(),
        watched: row.entry.watched(),
        hint: row.reason.hint(),
        suggestions: format!("/api/suggestions?anilistId={}", row.entry.media.id),
        detail: names.told(&row.detail),
        episodes: row.episodes,
        ignored: row.ignored,
        since: row.since,
    }
}

/// Leaves a title alone: nobody is asked about it again.
#[utoipa::path(
    post, path = "/api/unmapped/{id}/ignore", tag = "mapping",
    params(("id" = AnilistId, Path, minimum = 1, description = "The entry's AniList id.")),
    responses((status = 200, body = Done), BadInput, Missing),
)]
pub(super) async fn ignore(asker: Asker, id: Segment) -> Result<Json<Done>> {
    set_ignored(&asker.0, &segment(id), Ignored::Yes).await
}

/// What stays as it was posted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Kept {
    /// Always true.
    success: bool,
    /// The entry's own numbers.
    kept: Vec<u32>,
}

/// Leaves what was posted in an earlier place as it is, and counts it as settled.
#[utoipa::path(
    post, path = "/api/unmapped/{id}/keep", tag = "mapping",
    params(("id" = AnilistId, Path, minimum = 1, description = "The entry's AniList id.")),
    responses((status = 200, body = Kept), BadInput, Missing),
)]
pub(super) async fn keep(Asker(person): Asker, id: Segment) -> Result<Json<Kept>> {
    let id = parse_anilist_id(&segment(id))?;
    let kept = waiting::keep(&person, id).await?;
    Ok(Json(Kept { success: true, kept }))
}

/// Asks about an ignored title again.
#[utoipa::path(
    delete, path = "/api/unmapped/{id}/ignore", tag = "mapping",
    params(("id" = AnilistId, Path, minimum = 1, description = "The entry's AniList id.")),
    responses((status = 200, body = Done), BadInput, Missing),
)]
pub(super) async fn unignore(asker: Asker, id: Segment) -> Result<Json<Done>> {
    set_ignored(&asker.0, &segment(id), Ignored::No).await
}

async fn set_ignored(person: &Person, id: &str, ignored: Ignored) -> Result<Json<Done>> {
    waiting::set_ignored(person, parse_anilist_id(id)?, ignored).await?;
    Ok(Json(Done::YES))
}
