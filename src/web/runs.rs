//! What earlier runs did.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::params::{Segment, segment, shown};
use crate::app::App;
use crate::domain::RunId;
use crate::error::{Error, Result};
use crate::store::RunRow;

/// Runs that are kept and served.
const RUNS: u32 = 50;

pub(super) async fn runs(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    let items = app.store.runs(&app.account, RUNS).await?;
    Ok(Json(json!({ "count": items.len(), "items": items })))
}

pub(super) async fn run(State(app): State<Arc<App>>, id: Segment) -> Result<Json<RunRow>> {
    let id = segment(id);
    let missing = || {
        let message = format!("there is no run with this number: {}", shown(&id));
        Error::not_found(message, "GET /api/runs lists the last 50")
    };
    let number: RunId = id.parse().map_err(|_| missing())?;
    app.store.run(&app.account, number).await?.map(Json).ok_or_else(missing)
}
