//! A person's lists at other services: connecting them, and what is set for each.

mod asked;
pub(super) mod conflicts;
pub(super) mod connecting;
pub(super) mod plan;
pub(super) mod site;
pub(super) mod syncing;

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadBody, Missing};
use super::asker::Asker;
use super::bodies::{Integration, IntegrationStatus};
use super::body::{Body, json_fields};
use super::params::Segment;
use crate::hub::error::Result;
use crate::hub::lists::connect::{self, Standing};
use crate::hub::lists::integration;
use crate::hub::person::Person;
use crate::merge::ListService;

/// How each list stands, and Trakt.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Integrations {
    /// AniList.
    anilist: IntegrationStatus,
    /// `MyAnimeList`.
    myanimelist: IntegrationStatus,
    /// Kitsu.
    kitsu: IntegrationStatus,
    /// Trakt, which has a history in place of a list.
    trakt: IntegrationStatus,
}

/// How the lists of the person who asks are connected and synced. No service is asked.
#[utoipa::path(
    get, path = "/api/v1/integrations/settings", tag = "lists",
    responses((status = 200, body = Integrations)),
)]
pub(super) async fn settings(Asker(person): Asker) -> Result<Json<Integrations>> {
    let person = person.as_stored().await?;
    let all = connect::standing(&person).await?;
    let of = |service| status(&all, service);
    Ok(Json(Integrations {
        anilist: of(ListService::Anilist),
        myanimelist: of(ListService::Myanimelist),
        kitsu: of(ListService::Kitsu),
        trakt: connect::of_trakt(&person).await?.into(),
    }))
}

fn status(all: &[Standing], service: ListService) -> IntegrationStatus {
    let found = all.iter().find(|standing| standing.service == service);
    let counts = found.map(|found| found.counts).unwrap_or_default();
    IntegrationStatus::of(service, found, counts)
}

/// How a list stands after something was done about it.
async fn status_of(person: &Person, service: ListService) -> Result<IntegrationStatus> {
    Ok(status(&connect::standing(person).await?, service))
}

/// What is set for a list. What is left out stays as it is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct IntegrationChange {
    /// Whether it is synced at all.
    sync_enabled: Option<bool>,
    /// Whether it is synced by itself: on schedule, and after a change here.
    auto_sync: Option<bool>,
    /// Progress, volumes and repeats.
    sync_reading_progress: Option<bool>,
    /// Scores.
    sync_ratings: Option<bool>,
    /// The status.
    sync_status: Option<bool>,
    /// When something was started and finished.
    sync_dates: Option<bool>,
    /// Notes.
    sync_notes: Option<bool>,
    /// Whether an entry is private.
    sync_private: Option<bool>,
    /// Anime.
    sync_anime: Option<bool>,
    /// Manga.
    sync_manga: Option<bool>,
    /// bidirectional, `to_external` or `from_external`.
    direction: Option<String>,
    /// What a deletion there means: forget, ask or `carry_over`.
    deletes: Option<String>,
    /// Which way single fields go, by their names: both, in, out or off. Those that are left out stay.
    #[schema(value_type = Option<Object>)]
    fields: Option<()>,
}

/// Sets how a list is synced; all that is named, or nothing.
#[utoipa::path(
    put, path = "/api/v1/integrations/{service}", tag = "lists",
    params(("service" = String, Path, description = "anilist, myanimelist or kitsu.")),
    request_body(content = IntegrationChange, example = json!({"auto_sync": true, "direction": "bidirectional", "deletes": "ask", "fields": {"score": "out"}})),
    responses((status = 200, body = Integration), Missing, BadBody),
)]
pub(super) async fn change(
    Asker(person): Asker,
    service: Segment,
    body: Body,
) -> Result<Json<Integration>> {
    let (service, changes) = (asked::service(service)?, asked::changes(&json_fields(body)?)?);
    let take = |kept: &mut integration::Integration| {
        for change in &changes {
            change.apply(&mut kept.set);
        }
    };
    integration::change(&person, service, take).await?;
    whole(&person, service).await.map(Json)
}

/// All that is told of a list.
async fn whole(person: &std::sync::Arc<Person>, service: ListService) -> Result<Integration> {
    let person = person.as_stored().await?;
    let all = connect::standing(&person).await?;
    let found = all.into_iter().find(|standing| standing.service == service);
    let found = found.and_then(Integration::of);
    found.ok_or_else(|| crate::hub::error::Error::Internal("a list is gone at once".to_owned()))
}
