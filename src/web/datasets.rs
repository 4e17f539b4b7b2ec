//! The mapping files: how they stand, and fetching them again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Elsewhere;
use super::params::Query;
use crate::app::App;
use crate::error::Result;
use crate::mapping::datasets::Dataset;
use crate::mapping::datasets::loader::Loader;
use crate::store::{DatasetInfo, keys};

/// A mapping file: how it stands, or what a refresh did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum DatasetAnswer {
    /// It was asked for again.
    Refreshed(Refreshed),
    /// With `check`: how it stands.
    Standing(Standing),
}

/// What a refresh of a mapping file did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refreshed {
    /// Always true.
    success: bool,
    /// How many AniList entries it has.
    count: u64,
    /// When it was fetched or found unchanged.
    last_sync: Timestamp,
    /// Whether there was a new one.
    changed: bool,
}

/// How a mapping file stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Standing {
    /// How many AniList entries it has.
    count: u64,
    /// When it was last fetched or found unchanged.
    last_sync: Option<Timestamp>,
    /// Of Otaku: when its makers last changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_activity: Option<Option<Timestamp>>,
    /// Of Fribbs: when the last automated sync was.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_full_sync: Option<Option<String>>,
}

/// Fetches the Otaku mapping file again, or says how it stands.
#[utoipa::path(
    method(get, post), path = "/api/refresh-otaku", tag = "mapping",
    params(("check" = Option<String>, Query, description = "With any value but an empty one, nothing is fetched.")),
    responses((status = 200, body = DatasetAnswer), Elsewhere),
)]
pub(super) async fn otaku(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<DatasetAnswer>> {
    if !only_looks(&query) {
        return refresh(&app.datasets.otaku).await;
    }
    let info = app.datasets.otaku.info().await?;
    let mut standing = standing(info.as_ref());
    standing.last_activity = Some(info.and_then(|info| info.last_activity));
    Ok(Json(DatasetAnswer::Standing(standing)))
}

/// Fetches the Fribbs mapping file again, or says how it stands.
#[utoipa::path(
    method(get, post), path = "/api/refresh-fribbs", tag = "mapping",
    params(("check" = Option<String>, Query, description = "With any value but an empty one, nothing is fetched.")),
    responses((status = 200, body = DatasetAnswer), Elsewhere),
)]
pub(super) async fn fribbs(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<DatasetAnswer>> {
    if !only_looks(&query) {
        return refresh(&app.datasets.fribbs).await;
    }
    let mut standing = standing(app.datasets.fribbs.info().await?.as_ref());
    let last = app.store.config(&app.account, &[keys::LAST_RUN_AUTO]).await?;
    standing.last_full_sync = Some(last.into_iter().flatten().next());
    Ok(Json(DatasetAnswer::Standing(standing)))
}

/// Fetches the AniBridge mapping file again, or says how it stands.
#[utoipa::path(
    method(get, post), path = "/api/refresh-anibridge", tag = "mapping",
    params(("check" = Option<String>, Query, description = "With any value but an empty one, nothing is fetched.")),
    responses((status = 200, body = DatasetAnswer), Elsewhere),
)]
pub(super) async fn anibridge(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<DatasetAnswer>> {
    if !only_looks(&query) {
        return refresh(&app.datasets.anibridge).await;
    }
    let standing = standing(app.datasets.anibridge.info().await?.as_ref());
    Ok(Json(DatasetAnswer::Standing(standing)))
}

/// Any value but an empty one asks to look and not to fetch.
fn only_looks(query: &Query) -> bool {
    query.get("check").is_some_and(|value| !value.is_empty())
}

fn standing(info: Option<&DatasetInfo>) -> Standing {
    Standing {
        count: info.map_or(0, |info| info.count),
        last_sync: info.map(|info| info.last_sync),
        last_activity: None,
        last_full_sync: None,
    }
}

async fn refresh<D: Dataset + 'static>(loader: &Loader<D>) -> Result<Json<DatasetAnswer>> {
    let refreshed = loader.refresh().await.inspect_err(|error| {
        tracing::warn!("[{}] Refresh failed, the old index stays: {error}", D::NAME);
    })?;
    Ok(Json(DatasetAnswer::Refreshed(Refreshed {
        success: true,
        count: refreshed.info.count,
        last_sync: refreshed.info.last_sync,
        changed: refreshed.changed,
    })))
}
