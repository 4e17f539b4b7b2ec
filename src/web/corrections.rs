//! All corrections as one file that people can share.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;

use super::body::{Body, json_object_within};
use super::params::{Query, switch};
use crate::app::App;
use crate::error::{Error, Result};
use crate::mapping::share::{Mistakes, Policy, Share, Summary, merge};

/// The largest file that is taken, in bytes: ten thousand corrections fit.
pub(super) const LIMIT: usize = 4 << 20;

pub(super) async fn export(State(app): State<Arc<App>>) -> Result<impl IntoResponse> {
    let mappings = app.store.mappings(&app.account).await?;
    let overrides = app.store.overrides(&app.account).await?;
    let text = Share::of(&mappings, &overrides).write();
    let text = text.map_err(|cause| Error::Internal(cause.to_string()))?;
    let named = "attachment; filename=\"anilist-trakt-corrections.json\"";
    Ok(([(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, named)], text))
}

pub(super) async fn import(
    State(app): State<Arc<App>>,
    query: Query,
    body: Body,
) -> Result<Json<Summary>> {
    let policy = if switch(&query, "replace")? { Policy::Replace } else { Policy::Keep };
    let dry = switch(&query, "dry")?;
    let share =
        Share::read(&json_object_within(body, LIMIT)?).map_err(|mistakes| refused(&mistakes))?;
    let mappings = app.store.mappings(&app.account).await?;
    let overrides = app.store.overrides(&app.account).await?;
    let (writes, summary) = merge(&share, &mappings, &overrides, policy, app.clock.now());
    if !dry && !writes.is_empty() {
        app.store.write(&app.account, writes).await?;
        tracing::info!("[Mapping] A file brought {} corrections", summary.added + summary.replaced);
    }
    Ok(Json(summary))
}

fn refused(mistakes: &Mistakes) -> Error {
    Error::bad_request(mistakes.to_string(), "GET /api/corrections gives a file in the right form")
}
