//! The mapping files: how they stand, and fetching them again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::params::Query;
use crate::app::App;
use crate::error::Result;
use crate::mapping::datasets::Dataset;
use crate::mapping::datasets::loader::Loader;
use crate::store::{DatasetInfo, keys};

pub(super) async fn otaku(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    if !only_looks(&query) {
        return refresh(&app.datasets.otaku).await;
    }
    let info = app.datasets.otaku.info().await?;
    let mut answer = standing(info.as_ref());
    answer["lastActivity"] = json!(info.and_then(|info| info.last_activity));
    Ok(Json(answer))
}

pub(super) async fn fribbs(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    if !only_looks(&query) {
        return refresh(&app.datasets.fribbs).await;
    }
    let mut answer = standing(app.datasets.fribbs.info().await?.as_ref());
    let last = app.store.config(&app.account, &[keys::LAST_RUN_AUTO]).await?;
    answer["lastFullSync"] = json!(last.into_iter().flatten().next());
    Ok(Json(answer))
}

pub(super) async fn anibridge(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    if !only_looks(&query) {
        return refresh(&app.datasets.anibridge).await;
    }
    Ok(Json(standing(app.datasets.anibridge.info().await?.as_ref())))
}

/// Any value but an empty one asks to look and not to fetch.
fn only_looks(query: &Query) -> bool {
    query.get("check").is_some_and(|value| !value.is_empty())
}

fn standing(info: Option<&DatasetInfo>) -> Value {
    json!({
        "count": info.map_or(0, |info| info.count),
        "lastSync": info.map(|info| info.last_sync),
    })
}

async fn refresh<D: Dataset + 'static>(loader: &Loader<D>) -> Result<Json<Value>> {
    let refreshed = loader.refresh().await.inspect_err(|error| {
        tracing::warn!("[{}] Refresh failed, the old index stays: {error}", D::NAME);
    })?;
    Ok(Json(json!({
        "success": true,
        "count": refreshed.info.count,
        "lastSync": refreshed.info.last_sync,
        "changed": refreshed.changed,
    })))
}
