//! Status, logs, progress and health.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::answers::{BadInput, Done, List};
use super::asker::Asker;
use super::bodies::{self, Connection, LogLine, Running, each};
use super::envelope::told;
use super::params::{Query, anilist_id};
use super::readiness::{self, Configuration};
use crate::domain::{AnilistId, Settled};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::hub::standing::Standing;
use crate::sync::afresh::start_afresh;

/// Log lines that are served.
const LOG_LINES: u32 = 200;
/// Log lines that a store keeps at most.
const KEPT_LINES: u32 = 1000;

/// How the service stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    /// When the last full sync began that a person asked for. What failed, or posted nothing because
    /// it had to wait, is no sync, here and below.
    last_manual_sync: Option<String>,
    /// When the last one began that a scheduler asked for.
    last_automated_sync: Option<String>,
    /// When the service syncs by itself (`SYNC_SCHEDULE`), or before when a scheduler's call runs
    /// nothing.
    next_automated_sync: Option<Timestamp>,
    /// When the completed part of the library was last synced.
    last_completed_sync: Option<String>,
    /// When the part that is being watched was.
    last_watching_sync: Option<String>,
    /// Whether a person asks who signed in, and could sign out.
    signed_in: bool,
    /// The run that goes on, if one does.
    running: Option<Running>,
    /// How many titles wait for a decision.
    unmapped: usize,
}

/// How the service stands: when it last synced, whether it does now, how many titles wait.
#[utoipa::path(get, path = "/api/status", tag = "watch", responses((status = 200, body = Status)))]
pub(super) async fn status(
    Asker(person): Asker,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Status>> {
    let standing = Standing::of(&person).await?;
    Ok(Json(Status {
        last_manual_sync: standing.last_manual_sync,
        last_automated_sync: standing.last_automated_sync,
        next_automated_sync: standing.next_automated_sync,
        last_completed_sync: standing.last_completed_sync,
        last_watching_sync: standing.last_watching_sync,
        signed_in: caller.has_cookie(),
        running: standing.running.map(Into::into),
        unmapped: standing.waiting,
    }))
}

/// The newest 200 log lines, newest first. Who is no administrator sees those of their own runs and
/// requests.
#[utoipa::path(
    get, path = "/api/logs", tag = "watch",
    responses((status = 200, body = Vec<LogLine>)),
)]
pub(super) async fn logs(
    Asker(person): Asker,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Vec<LogLine>>> {
    let read = if caller.is_administrator() { LOG_LINES } else { KEPT_LINES };
    let mut lines = person.store.shared().logs(read).await?;
    lines.retain(|line| caller.may_read_line(line.account.as_ref(), &person));
    lines.truncate(LOG_LINES as usize);
    Ok(Json(each(lines)))
}

/// How far titles are synced: the newest, or one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ProgressAnswer {
    /// The most recently changed first.
    Newest(List<ProgressRow>),
    /// That of `anilistId`.
    One(ProgressOfOne),
}

/// How far a title is synced.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProgressRow {
    /// The entry.
    anilist_id: bodies::AnilistId,
    /// The entry's own number of the last settled episode.
    last_abs: u32,
    /// Last change.
    updated_at: Timestamp,
    /// Its title, if it is known.
    title: Option<String>,
    /// Its picture, through this service.
    cover: Option<String>,
}

/// How far one title is synced.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProgressOfOne {
    /// The entry.
    anilist_id: bodies::AnilistId,
    /// The entry's own number of the last settled episode; 0 when nothing is.
    last_abs: u32,
}

/// How far titles are synced, or one of them.
#[utoipa::path(
    get, path = "/api/progress", tag = "watch",
    params(
        ("limit" = Option<String>, Query, description = "How many rows, 1 to 500. What is not a number means 50."),
        ("anilistId" = Option<bodies::AnilistId>, Query, minimum = 1, description = "Only this entry: its AniList id, or the address of its page."),
    ),
    responses((status = 200, body = ProgressAnswer), BadInput),
)]
pub(super) async fn progress(Asker(person): Asker, query: Query) -> Result<Json<ProgressAnswer>> {
    if query.contains_key("anilistId") {
        return progress_of_one(&person, &query).await.map(ProgressAnswer::One).map(Json);
    }
    let rows = person.store.latest_settled(limit(&query)).await?;
    let ids: Vec<AnilistId> = rows.iter().map(|row| row.anilist_id).collect();
    let mut known = person.store.some_mappings(&ids).await?;
    let paths = person.services.cover_paths().await?;
    let item = |row: Settled| {
        let mapping = known.remove(&row.anilist_id);
        let (title, cover) = mapping.map_or((None, None), |known| (known.title, known.cover));
        let cover = cover.and_then(|cover| paths.of(&cover));
        let Settled { anilist_id, last_abs, updated_at, .. } = row;
        ProgressRow { anilist_id: anilist_id.into(), last_abs, updated_at, title, cover }
    };
    let rows = rows.into_iter().map(item).collect();
    Ok(Json(ProgressAnswer::Newest(List::of(rows))))
}

/// 1 to 500; anything that is not a number means 50.
fn limit(query: &Query) -> u32 {
    let wanted = query.get("limit").and_then(|text| text.trim().parse::<i64>().ok());
    wanted.map_or(50, |n| u32::try_from(n.clamp(1, 500)).unwrap_or(50))
}

async fn progress_of_one(person: &Person, query: &Query) -> Result<ProgressOfOne> {
    let anilist_id = anilist_id(query)?;
    let progress = person.store.settled().await?;
    let last_abs = progress.get(&anilist_id).map_or(0, |row| row.last_abs);
    Ok(ProgressOfOne { anilist_id: anilist_id.into(), last_abs })
}

/// Starts a title afresh. What Trakt has already is still not posted again.
#[utoipa::path(
    delete, path = "/api/progress", tag = "sync",
    params(("anilistId" = bodies::AnilistId, Query, minimum = 1, description = "The entry's AniList id, or the address of its page.")),
    responses((status = 200, body = Done), BadInput),
)]
pub(super) async fn forget_progress(Asker(person): Asker, query: Query) -> Result<Json<Done>> {
    let id = anilist_id(&query)?;
    start_afresh(&person, id).await?;
    tracing::info!("[Progress] AniList {id} will be synced afresh");
    Ok(Json(Done::YES))
}

/// How the other services stand.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Connections {
    /// One each.
    connections: Vec<Connection>,
}

/// How the accounts and hosts stand that this service depends on, each with the next step.
#[utoipa::path(
    get, path = "/api/connections", tag = "watch",
    responses((status = 200, body = Connections)),
)]
pub(super) async fn connections(Asker(person): Asker) -> Result<Json<Connections>> {
    let connections = crate::hub::connections::connections(person.clients()).await?;
    Ok(Json(Connections { connections: each(connections) }))
}

/// That the service is well.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// That the service can be used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Always `ready`.
    status: &'static str,
    /// Whether its settings are enough to sync with.
    configuration: Configuration,
}

/// What is counted and measured, in the text format that Prometheus reads.
#[utoipa::path(
    get, path = "/metrics", tag = "watch",
    responses((status = 200, content_type = "application/openmetrics-text", body = String)),
)]
pub(super) async fn metrics(Asker(person): Asker) -> Result<Response> {
    let text = person.metrics_text().await;
    let text = text.map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(([(CONTENT_TYPE, crate::hub::metrics::CONTENT_TYPE)], text).into_response())
}

/// Whether the process is alive. Needs no token.
#[utoipa::path(get, path = "/healthz", tag = "watch", responses((status = 200, body = Health)))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The same, under the name that the tracker's clients know.
#[utoipa::path(get, path = "/health", tag = "watch", responses((status = 200, body = Health)))]
pub(super) async fn health() -> Json<Health> {
    healthz().await
}

/// Whether the store answers and can be written to, and how the settings stand. Settings that are
/// missing leave it ready: the page leads a person to them. Needs no token; one look in five
/// seconds is made for all who ask.
#[utoipa::path(get, path = "/readyz", tag = "watch", responses((status = 200, body = Readiness)))]
pub(super) async fn readyz(
    Asker(person): Asker,
    Extension(looked): Extension<readiness::Readiness>,
) -> Response {
    match looked.of(&person).await {
        Ok(configuration) => Json(Readiness { status: "ready", configuration }).into_response(),
        Err(error) => told(&error),
    }
}
