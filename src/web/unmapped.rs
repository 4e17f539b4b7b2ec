//! Titles that wait for a decision.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::params::{Segment, parse_anilist_id, segment};
use crate::app::App;
use crate::domain::AnilistId;
use crate::error::{Error, Result};
use crate::mapping::remembered::moved;
use crate::store::{Unmapped, Write};

pub(super) async fn unmapped(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    let rows = app.store.unmapped(&app.account).await?;
    let count = rows.iter().filter(|row| !row.ignored).count();
    let items: Vec<Value> = rows.iter().map(waiting).collect();
    Ok(Json(json!({ "count": count, "items": items })))
}

fn waiting(row: &Unmapped) -> Value {
    json!({
        "anilistId": row.entry.media.id,
        "title": row.entry.media.titles.display(),
        "reason": row.reason,
        "sentence": row.reason.sentence(),
        "detail": row.detail,
        "episodes": row.episodes,
        "watched": row.entry.watched(),
        "ignored": row.ignored,
        "since": row.since,
        "hint": row.reason.hint(),
        "suggestions": format!("/api/suggestions?anilistId={}", row.entry.media.id),
    })
}

pub(super) async fn ignore(state: State<Arc<App>>, id: Segment) -> Result<Json<Value>> {
    set_ignored(&state.0, &segment(id), Ignored::Yes).await
}

/// Leaves what was posted in an earlier place as it is, and counts it as settled.
pub(super) async fn keep(State(app): State<Arc<App>>, id: Segment) -> Result<Json<Value>> {
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
    writes.extend(waiting.map(|waiting| without(waiting, &kept)));
    app.store.write(&app.account, writes).await?;
    Ok(Json(json!({ "success": true, "kept": kept })))
}

fn nothing_moved(id: AnilistId) -> Error {
    let message = format!("nothing of this title was posted elsewhere before: {id}");
    Error::not_found(message, "GET /api/unmapped lists what waits, each with its reason")
}

/// A title on the queue of which these episodes wait no longer.
fn without(waiting: Unmapped, settled: &[u32]) -> Write {
    let episodes: Vec<u32> =
        waiting.episodes.iter().copied().filter(|abs| !settled.contains(abs)).collect();
    if episodes.is_empty() {
        return Write::RemoveUnmapped(waiting.entry.media.id);
    }
    Write::Unmapped(Unmapped { episodes, ..waiting })
}

pub(super) async fn unignore(state: State<Arc<App>>, id: Segment) -> Result<Json<Value>> {
    set_ignored(&state.0, &segment(id), Ignored::No).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ignored {
    Yes,
    No,
}

async fn set_ignored(app: &App, id: &str, ignored: Ignored) -> Result<Json<Value>> {
    let id = parse_anilist_id(id)?;
    let rows = app.store.unmapped(&app.account).await?;
    let Some(row) = rows.into_iter().find(|row| row.entry.media.id == id) else {
        let message = format!("nothing waits for a decision under AniList {id}");
        return Err(Error::not_found(message, "GET /api/unmapped lists what does"));
    };
    let row = Unmapped { ignored: ignored == Ignored::Yes, ..row };
    app.store.write(&app.account, vec![Write::Unmapped(row)]).await?;
    Ok(Json(json!({ "success": true })))
}
