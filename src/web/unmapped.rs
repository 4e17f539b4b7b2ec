//! Titles that wait for a decision.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadInput, Done, List, Missing};
use super::params::{Segment, parse_anilist_id, segment};
use crate::app::App;
use crate::domain::{AnilistId, Reason, Unmapped};
use crate::error::{Error, Result};
use crate::mapping::remembered::moved;
use crate::store::{Requeue, Write};

/// A title, or some of its episodes, waiting for a decision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Waiting {
    /// The entry.
    anilist_id: AnilistId,
    /// Its title.
    title: String,
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
pub(super) async fn unmapped(State(app): State<Arc<App>>) -> Result<Json<List<Waiting>>> {
    let mut rows = app.store.unmapped(&app.account).await?;
    rows.retain(|row| row.is_open() || row.ignored);
    let count = rows.iter().filter(|row| row.is_open()).count();
    Ok(Json(List { count, items: rows.into_iter().map(waiting).collect() }))
}

fn waiting(row: Unmapped) -> Waiting {
    Waiting {
        anilist_id: row.entry.media.id,
        title: row.entry.media.titles.display().to_owned(),
        reason: row.reason,
        sentence: row.reason.sentence(),
        watched: row.entry.watched(),
        hint: row.reason.hint(),
        suggestions: format!("/api/suggestions?anilistId={}", row.entry.media.id),
        detail: row.detail,
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
pub(super) async fn ignore(state: State<Arc<App>>, id: Segment) -> Result<Json<Done>> {
    set_ignored(&state.0, &segment(id), Ignored::Yes).await
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
pub(super) async fn keep(State(app): State<Arc<App>>, id: Segment) -> Result<Json<Kept>> {
    let id = parse_anilist_id(&segment(id))?;
    let evidence = app.store.evidence(&app.account, id).await?.unwrap_or_default();
    let row = app.store.placements(&app.account, &[id]).await?.remove(&id);
    let Some(mut row) = row.filter(|row| !moved(row).is_empty()) else {
        return Err(nothing_moved(id));
    };
    let kept: Vec<u32> = moved(&row).iter().map(|moved| moved.abs).collect();
    for place in &mut row.earlier {
        place.kept = true;
    }
    let queue = app.store.unmapped(&app.account).await?;
    let waiting = queue.into_iter().find(|waiting| waiting.entry.media.id == id);
    let mut writes = vec![Write::Placement { row, evidence }];
    writes.extend(waiting.map(|waiting| without(&waiting, &kept)));
    app.store.write(&app.account, writes).await?;
    Ok(Json(Kept { success: true, kept }))
}

fn nothing_moved(id: AnilistId) -> Error {
    let message = format!("nothing of this title was posted elsewhere before: {id}");
    Error::not_found(message, "GET /api/unmapped lists what waits, each with its reason")
}

/// A title on the queue of which these episodes wait no longer.
fn without(waiting: &Unmapped, settled: &[u32]) -> Write {
    let episodes: Vec<u32> =
        waiting.episodes.iter().copied().filter(|abs| !settled.contains(abs)).collect();
    if episodes.is_empty() {
        return Write::Requeue(Requeue::off(waiting));
    }
    let rest = Unmapped { episodes, ..waiting.clone() };
    Write::Requeue(Requeue::to(Some(waiting), rest))
}

/// Asks about an ignored title again.
#[utoipa::path(
    delete, path = "/api/unmapped/{id}/ignore", tag = "mapping",
    params(("id" = AnilistId, Path, minimum = 1, description = "The entry's AniList id.")),
    responses((status = 200, body = Done), BadInput, Missing),
)]
pub(super) async fn unignore(state: State<Arc<App>>, id: Segment) -> Result<Json<Done>> {
    set_ignored(&state.0, &segment(id), Ignored::No).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ignored {
    Yes,
    No,
}

async fn set_ignored(app: &App, id: &str, ignored: Ignored) -> Result<Json<Done>> {
    let id = parse_anilist_id(id)?;
    let rows = app.store.unmapped(&app.account).await?;
    let Some(row) = rows.into_iter().find(|row| row.entry.media.id == id) else {
        let message = format!("nothing waits for a decision under AniList {id}");
        return Err(Error::not_found(message, "GET /api/unmapped lists what does"));
    };
    let now = Unmapped { ignored: ignored == Ignored::Yes, ..row.clone() };
    let change = Requeue::to(Some(&row), now);
    app.store.write(&app.account, vec![Write::Requeue(change)]).await?;
    Ok(Json(Done::YES))
}
