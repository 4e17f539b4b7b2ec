//! Syncing lists, and what a person says before the first sync and after a guard stopped one.

use axum::Json;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::asked;
use crate::domain::RunTrigger;
use crate::hub::error::{Error, Result};
use crate::hub::lists::integration::{self, Adds, Answer, Meeting, Way};
use crate::hub::lists::planning::choice;
use crate::hub::lists::sync;
use crate::merge::{Field, ListService};
use crate::web::answers::{BadBody, Done, Invalid, Missing, Refused};
use crate::web::asker::Asker;
use crate::web::body::{Body, json_fields, json_object_or_none};
use crate::web::params::{Segment, shown};

/// What is to be synced.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct SyncBody {
    /// anilist, myanimelist, kitsu, or all.
    integration_type: String,
    /// Whether everything is read anew. Default: false.
    force_full_sync: Option<bool>,
    /// bidirectional (the default), `to_external` or `from_external`.
    sync_direction: Option<String>,
}

/// A sync that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct SyncBegun {
    /// What is synced.
    integration_type: &'static str,
    /// Always `in_progress`: GET /settings tells how it ends.
    status: &'static str,
    /// One sentence.
    message: &'static str,
    /// When it began.
    started_at: Timestamp,
}

/// Begins a sync of one list or of all, and answers at once.
#[utoipa::path(
    post, path = "/api/v1/integrations/sync", tag = "lists",
    request_body(content = SyncBody, example = json!({"integration_type": "all"})),
    responses((status = 200, body = SyncBegun), Missing, BadBody, Invalid, Refused),
)]
pub(in crate::web) async fn sync_lists(
    Asker(person): Asker,
    body: Body,
) -> Result<Json<SyncBegun>> {
    let body = json_fields(body)?;
    let is_all = body.get("integration_type").is_some_and(|word| word == "all");
    let service = if is_all { None } else { Some(asked::service_of(&body)?) };
    switch(&body, "force_full_sync")?;
    let way = way(&body)?;
    let started_at = person.services.clock.now();
    sync::begin(&person, service, way, RunTrigger::Manual).await?;
    Ok(Json(SyncBegun {
        integration_type: service.map_or("all", ListService::id),
        status: "in_progress",
        message: "The sync has begun",
        started_at,
    }))
}

fn switch(body: &Map<String, Value>, field: &'static str) -> Result<bool> {
    match body.get(field) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => {
            Err(Error::invalid(field, "it is neither true nor false", "write true or false"))
        }
    }
}

fn way(body: &Map<String, Value>) -> Result<Way> {
    match body.get("sync_direction").map(Value::as_str) {
        None | Some(Some("bidirectional")) => Ok(Way::Bidirectional),
        Some(Some("to_external")) => Ok(Way::ToExternal),
        Some(Some("from_external")) => Ok(Way::FromExternal),
        Some(_) => Err(Error::invalid(
            "sync_direction",
            "there is no such direction",
            "write bidirectional, to_external or from_external",
        )),
    }
}

/// The answer to the preview of a first sync.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct FirstSyncBody {
    /// Whether what is only there comes here. Default: true.
    add_here: Option<bool>,
    /// Whether what is only here goes there. Default: true.
    add_there: Option<bool>,
    /// Where the two differ, by field: library, anilist, myanimelist, kitsu, furthest, or an object with a value.
    #[schema(value_type = Object)]
    choose: Option<Map<String, Value>>,
    /// Whether AniList's activity is switched off while the first push lasts. Default: false.
    quiet_feed: Option<bool>,
}

/// Answers the preview of a first sync. Nothing is written anywhere before that. Which titles are added can be said
/// anew at any time.
#[utoipa::path(
    post, path = "/api/v1/integrations/{service}/first-sync", tag = "lists",
    params(("service" = String, Path, description = "anilist, myanimelist or kitsu.")),
    request_body(content = FirstSyncBody, example = json!({"add_here": true, "add_there": true, "choose": {"progress": "furthest"}})),
    responses((status = 200, body = Done), Missing, BadBody, Invalid),
)]
pub(in crate::web) async fn first_sync(
    Asker(person): Asker,
    service: Segment,
    body: Body,
) -> Result<Json<Done>> {
    let service = asked::service(service)?;
    let body = match json_object_or_none(body)? {
        Value::Object(body) => body,
        _ => Map::new(),
    };
    let flag = |field, default: bool| match body.get(field) {
        None => Ok(default),
        Some(_) => switch(&body, field),
    };
    let adds = Adds { here: flag("add_here", true)?, there: flag("add_there", true)? };
    let answer = Answer { choose: choices(&body)?, quiet_feed: flag("quiet_feed", false)? };
    connected(&person, service).await?;
    integration::change(&person, service, |integration| {
        integration.adds = adds;
        if integration.meeting != Meeting::Known {
            integration.meeting = Meeting::Answered(answer.clone());
        }
    })
    .await?;
    Ok(Json(Done::YES))
}

fn choices(body: &Map<String, Value>) -> Result<BTreeMap<String, Value>> {
    let wrong = |message: String| Error::Invalid {
        field: "choose".into(),
        message,
        hint: "name fields of an item, each with library, anilist, myanimelist, kitsu, furthest, or {\"value\": …}",
    };
    match body.get("choose") {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(choose)) => choose
            .iter()
            .map(|(name, word)| {
                let field = Field::named(name)
                    .ok_or_else(|| wrong(format!("there is no such field: {}", shown(name))))?;
                choice(field, word).ok_or_else(|| {
                    wrong(format!("it says nothing of the field {}", shown(name)))
                })?;
                Ok((name.clone(), word.clone()))
            })
            .collect(),
        Some(_) => Err(wrong("it is no object".to_owned())),
    }
}

/// Lets the next sync do what a guard stopped, once.
#[utoipa::path(
    post, path = "/api/v1/integrations/{service}/guard/confirm", tag = "lists",
    params(("service" = String, Path, description = "anilist, myanimelist or kitsu.")),
    responses((status = 200, body = Done), Missing),
)]
pub(in crate::web) async fn confirm_guard(
    Asker(person): Asker,
    service: Segment,
) -> Result<Json<Done>> {
    let service = asked::service(service)?;
    connected(&person, service).await?;
    integration::change(&person, service, |integration| integration.confirmed = true).await?;
    Ok(Json(Done::YES))
}

async fn connected(person: &crate::hub::person::Person, service: ListService) -> Result<()> {
    match integration::of(person, service).await? {
        Some(integration) if integration.person.is_some() => Ok(()),
        _ => {
            let message = format!("you are not signed in there: {}", service.name());
            Err(Error::not_found(message, "connect it in the settings"))
        }
    }
}
