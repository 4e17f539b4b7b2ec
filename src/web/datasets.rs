//! The mapping files: how they stand, and fetching them again.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::answers::Elsewhere;
use super::asker::Asker;
use super::params::pairs;
use crate::domain::DatasetInfo;
use crate::hub::datasets::{Loader, Published};
use crate::hub::error::{Error, Result};
use crate::hub::standing::last_automated_sync;

/// A mapping file: how it stands, or what a refresh did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum DatasetAnswer<S> {
    /// It was asked for again.
    Refreshed(Refreshed),
    /// With `check`: how it stands.
    Standing(S),
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

/// How Otaku's file stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OtakuStanding {
    /// How many AniList entries it has.
    count: u64,
    /// When it was last fetched or found unchanged.
    last_sync: Option<Timestamp>,
    /// When its makers last changed it.
    last_activity: Option<Timestamp>,
}

/// How Fribbs' file stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FribbsStanding {
    /// How many AniList entries it has.
    count: u64,
    /// When it was last fetched or found unchanged.
    last_sync: Option<Timestamp>,
    /// When the last automated sync began.
    last_full_sync: Option<String>,
}

/// How AniBridge's file stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AnibridgeStanding {
    /// How many AniList entries it has.
    count: u64,
    /// When it was last fetched or found unchanged.
    last_sync: Option<Timestamp>,
}

/// Fetches the Otaku mapping file again, or says how it stands.
#[utoipa::path(
    method(get, post), path = "/api/refresh-otaku", tag = "mapping",
    params(("check" = Option<String>, Query, description = "With any value but an empty one, nothing is fetched.")),
    responses((status = 200, body = DatasetAnswer<OtakuStanding>), Elsewhere),
)]
pub(super) async fn otaku(
    Asker(person): Asker,
    asked: Asked,
) -> Result<Json<DatasetAnswer<OtakuStanding>>> {
    let file = &person.services.datasets.otaku;
    if asked == Asked::Fetch {
        return refresh(file).await;
    }
    let info = file.info().await?;
    let (count, last_sync) = in_force(info.as_ref());
    let last_activity = info.and_then(|info| info.last_activity);
    Ok(Json(DatasetAnswer::Standing(OtakuStanding { count, last_sync, last_activity })))
}

/// Fetches the Fribbs mapping file again, or says how it stands.
#[utoipa::path(
    method(get, post), path = "/api/refresh-fribbs", tag = "mapping",
    params(("check" = Option<String>, Query, description = "With any value but an empty one, nothing is fetched.")),
    responses((status = 200, body = DatasetAnswer<FribbsStanding>), Elsewhere),
)]
pub(super) async fn fribbs(
    Asker(person): Asker,
    asked: Asked,
) -> Result<Json<DatasetAnswer<FribbsStanding>>> {
    let file = &person.services.datasets.fribbs;
    if asked == Asked::Fetch {
        return refresh(file).await;
    }
    let info = file.info().await?;
    let (count, last_sync) = in_force(info.as_ref());
    let last_full_sync = last_automated_sync(&person).await?;
    Ok(Json(DatasetAnswer::Standing(FribbsStanding { count, last_sync, last_full_sync })))
}

/// Fetches the AniBridge mapping file again, or says how it stands.
#[utoipa::path(
    method(get, post), path = "/api/refresh-anibridge", tag = "mapping",
    params(("check" = Option<String>, Query, description = "With any value but an empty one, nothing is fetched.")),
    responses((status = 200, body = DatasetAnswer<AnibridgeStanding>), Elsewhere),
)]
pub(super) async fn anibridge(
    Asker(person): Asker,
    asked: Asked,
) -> Result<Json<DatasetAnswer<AnibridgeStanding>>> {
    let file = &person.services.datasets.anibridge;
    if asked == Asked::Fetch {
        return refresh(file).await;
    }
    let info = file.info().await?;
    let (count, last_sync) = in_force(info.as_ref());
    Ok(Json(DatasetAnswer::Standing(AnibridgeStanding { count, last_sync })))
}

/// What is asked of a mapping file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// How it stands, which is no secret.
    Look,
    /// To fetch it again, for everybody.
    Fetch,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Error;

    /// Any value of `check` but an empty one asks to look. All but looking is for administrators.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let checks: Vec<_> = pairs(parts.uri.query().unwrap_or_default().as_bytes())
            .filter(|(name, _)| name == "check")
            .collect();
        let asked = match checks.last() {
            Some((_, value)) if !value.is_empty() => Self::Look,
            _ => Self::Fetch,
        };
        if asked == Self::Fetch || parts.method != Method::GET {
            let caller = parts.extensions.get::<Caller>().ok_or(Error::Unauthorized)?;
            caller.must_be_administrator()?;
        }
        Ok(asked)
    }
}

/// How many entries the index has, and when it was last fetched or found unchanged.
fn in_force(info: Option<&DatasetInfo>) -> (u64, Option<Timestamp>) {
    info.map_or((0, None), |info| (info.count, Some(info.last_sync)))
}

async fn refresh<D: Published + 'static, S>(loader: &Loader<D>) -> Result<Json<DatasetAnswer<S>>> {
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
