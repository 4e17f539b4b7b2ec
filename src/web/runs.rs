//! What earlier runs did, and taking it back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::params::{Query, Segment, Way, part, segment, shown, way};
use crate::app::App;
use crate::domain::RunId;
use crate::error::{Error, Result};
use crate::store::RunPlay;
use crate::sync::undo::{self, Preview};

/// Runs that are kept and served.
const RUNS: u32 = 50;

/// The most plays in one answer.
const PLAYS: usize = 500;

pub(super) async fn runs(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    let items = app.store.runs(&app.account, RUNS).await?;
    Ok(Json(json!({ "count": items.len(), "items": items })))
}

/// One run with its plays, a part of them at a time.
pub(super) async fn run(
    State(app): State<Arc<App>>,
    id: Segment,
    query: Query,
) -> Result<Json<Value>> {
    let id = number(id)?;
    let row = app.store.run(&app.account, id).await?.ok_or_else(|| missing(&id.to_string()))?;
    let groups = app.store.run_plays(&app.account, id).await?;
    let all: Vec<RunPlay> = groups.into_iter().flat_map(|group| group.plays).collect();
    let (offset, plays) = part(&query, &all, PLAYS);
    let mut answer = json!(row);
    answer["plays"] = json!(plays);
    answer["offset"] = json!(offset);
    answer["total"] = json!(all.len());
    Ok(Json(answer))
}

/// Takes the plays of a run off Trakt again, or says which these are.
pub(super) async fn undo(
    State(app): State<Arc<App>>,
    id: Segment,
    query: Query,
) -> Result<Response> {
    let id = number(id)?;
    Ok(match way(&query)? {
        Way::Dry => Json(describe(id, &undo::preview(&app, id).await?)).into_response(),
        Way::ForReal => Json(undo::undo(&app, id).await?).into_response(),
    })
}

/// Lets the run stop at its next safe point.
pub(super) async fn cancel(State(app): State<Arc<App>>, id: Segment) -> Result<Json<Value>> {
    let id = number(id)?;
    if app.live.cancel(id) {
        tracing::info!("[Sync] run {id} was asked to stop");
        return Ok(Json(json!({ "success": true })));
    }
    Err(Error::Refused {
        message: format!("this run does not go on here: {id}"),
        hint: "GET /api/status tells which run goes on; another process is asked at its own address",
    })
}

fn describe(id: RunId, Preview { plays, already_gone, left_alone }: &Preview) -> Value {
    let counts = json!({
        "toRemove": plays.len(),
        "alreadyGone": already_gone,
        "leftAlone": left_alone,
    });
    json!({ "mode": undo::MODE, "undoes": id, "plays": plays, "counts": counts })
}

fn number(id: Segment) -> Result<RunId> {
    let id = segment(id);
    id.parse().map_err(|_| missing(&id))
}

fn missing(id: &str) -> Error {
    let message = format!("there is no run with this number: {}", shown(id));
    Error::not_found(message, "GET /api/runs lists the last 50")
}
