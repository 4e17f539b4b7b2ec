//! Status, logs, progress and health.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::Caller;
use super::params::{Query, anilist_id};
use crate::app::App;
use crate::error::Result;
use crate::store::{LogLine, Progress, RunState, Write, keys};
use crate::sync::lock::running_since;
use crate::sync::run::next_automated_run;

/// Log lines that are served.
const LOG_LINES: u32 = 200;

pub(super) async fn status(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>> {
    let names =
        [keys::LAST_RUN, keys::LAST_RUN_AUTO, keys::LAST_RUN_COMPLETED, keys::LAST_RUN_WATCHING];
    let times = app.store.config(&app.account, &names).await?;
    let waiting = app.store.unmapped(&app.account).await?;
    Ok(Json(json!({
        "lastManualSync": times[0],
        "lastAutomatedSync": times[1],
        "nextAutomatedSync": times[1].as_deref().and_then(next_automated),
        "lastCompletedSync": times[2],
        "lastWatchingSync": times[3],
        "signedIn": caller == Caller::Person,
        "running": running(&app).await?,
        "unmapped": waiting.iter().filter(|row| !row.ignored).count(),
    })))
}

/// Before this, the scheduler's next call runs nothing.
fn next_automated(last: &str) -> Option<Timestamp> {
    last.parse().ok().map(next_automated_run)
}

/// The run that goes on, if one does. A run of a killed process is still recorded as running,
/// so the lock decides.
async fn running(app: &App) -> Result<Value> {
    let Some(since) = running_since(app).await? else { return Ok(Value::Null) };
    let newest = app.store.runs(&app.account, 1).await?.into_iter().next();
    let running = newest.filter(|run| run.state == RunState::Running);
    let (id, mode) = running.map(|run| (run.id, run.mode)).unzip();
    Ok(json!({ "mode": mode, "since": since, "runId": id }))
}

pub(super) async fn logs(State(app): State<Arc<App>>) -> Result<Json<Vec<LogLine>>> {
    Ok(Json(app.store.logs(LOG_LINES).await?))
}

pub(super) async fn progress(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    if query.contains_key("anilistId") {
        return progress_of_one(&app, &query).await;
    }
    let rows = app.store.latest_progress(&app.account, limit(&query)).await?;
    let mappings = app.store.mappings(&app.account).await?;
    let known: HashMap<_, _> =
        mappings.into_iter().map(|mapping| (mapping.anilist_id, mapping)).collect();
    let item = |row: &Progress| {
        json!({
            "anilistId": row.anilist_id,
            "lastAbs": row.last_abs,
            "updatedAt": row.updated_at,
            "title": known.get(&row.anilist_id).map(|mapping| &mapping.title),
            "cover": known.get(&row.anilist_id).map(|mapping| &mapping.cover),
        })
    };
    let items: Vec<Value> = rows.iter().map(item).collect();
    Ok(Json(json!({ "count": items.len(), "items": items })))
}

/// 1 to 500; anything that is not a number means 50.
fn limit(query: &Query) -> u32 {
    let wanted = query.get("limit").and_then(|text| text.trim().parse::<i64>().ok());
    wanted.map_or(50, |n| u32::try_from(n.clamp(1, 500)).unwrap_or(50))
}

async fn progress_of_one(app: &App, query: &Query) -> Result<Json<Value>> {
    let id = anilist_id(query)?;
    let progress = app.store.progress(&app.account).await?;
    let last_abs = progress.get(&id).map_or(0, |row| row.last_abs);
    Ok(Json(json!({ "anilistId": id, "lastAbs": last_abs })))
}

pub(super) async fn forget_progress(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<Value>> {
    let id = anilist_id(&query)?;
    // The next full sync reads the whole list again, as an old entry is not among the changes.
    let from_the_start = Write::Config { key: keys::LAST_SYNC_TIMESTAMP, value: None };
    let writes = vec![Write::RemoveProgress(id), Write::RemovePlacement(id), from_the_start];
    app.store.write(&app.account, writes).await?;
    tracing::info!("[Progress] AniList {id} will be synced afresh");
    Ok(Json(json!({ "success": true })))
}

pub(super) async fn connections(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    Ok(Json(json!({ "connections": crate::connections::connections(&app).await? })))
}

pub(super) async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    app.store.ping().await?;
    Ok(Json(json!({ "status": "ready" })))
}
