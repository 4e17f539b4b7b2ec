//! Which show or film an entry belongs to, and corrections of single episodes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::body::{Body, json_object};
use super::params::{
    Query, Way, anilist_id, body_anilist_id, natural, of_query, positive, positive_u32, required,
    shown, way,
};
use crate::app::App;
use crate::domain::{AnilistId, ImdbId, TraktShowId, TvdbId};
use crate::error::{Error, Result};
use crate::store::{Mapping, MappingKind, MediaType, Override, Write};
use crate::sync::explanation::explain_with;

pub(super) async fn mappings(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    let all = app.store.mappings(&app.account).await?;
    let ids: Vec<AnilistId> = all.iter().map(|mapping| mapping.anilist_id).collect();
    let placements = app.store.placements(&app.account, &ids).await?;
    let row = |mapping: &Mapping| {
        let mut row = json!(mapping);
        row["verdict"] = json!(placements.get(&mapping.anilist_id).map(|placed| placed.verdict));
        row
    };
    let of = |kind: MappingKind| -> Vec<Value> {
        all.iter().filter(|mapping| mapping.kind == kind).map(row).collect()
    };
    Ok(Json(json!({ "manual": of(MappingKind::Manual), "auto": of(MappingKind::Auto) })))
}

/// Saves a mapping, or says what it would come to.
pub(super) async fn set_manual(
    State(app): State<Arc<App>>,
    query: Query,
    body: Body,
) -> Result<Json<Value>> {
    let way = way(&query)?;
    let mapping = read_mapping(&app, &json_object(body)?)?;
    if way == Way::Dry {
        return Ok(Json(json!(explain_with(&app, mapping).await?)));
    }
    let id = mapping.anilist_id;
    tracing::info!("[Mapping] AniList {id} is mapped by hand to Trakt {}", mapping.trakt_id);
    app.store.write(&app.account, vec![Write::Mapping(mapping)]).await?;
    Ok(Json(json!({ "success": true, "added": id })))
}

fn read_mapping(app: &App, body: &Value) -> Result<Mapping> {
    Ok(Mapping {
        anilist_id: required(body_anilist_id(body)?, "anilistId")?,
        trakt_id: required(positive(body, "traktId")?, "traktId")?,
        tmdb_id: positive_u32(body, "tmdbId")?,
        imdb_id: imdb_id(body)?,
        tvdb_id: positive_u32(body, "tvdbId")?.map(TvdbId),
        kind: MappingKind::Manual,
        media_type: media_type(body)?,
        season: season(body)?,
        offset: natural(body, "offset")?,
        source: "manual".to_owned(),
        title: body["title"].as_str().map(shown),
        cover: None,
        updated_at: app.clock.now(),
    })
}

fn season(body: &Value) -> Result<Option<u16>> {
    let Some(number) = natural(body, "season")? else { return Ok(None) };
    u16::try_from(number).map(Some).map_err(|_| {
        Error::bad_request(format!("season is too large: {number}"), "write Trakt's season number")
    })
}

fn imdb_id(body: &Value) -> Result<Option<ImdbId>> {
    let text = match &body["imdbId"] {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    text.parse().map(Some).map_err(|_| {
        let message = format!("imdbId is not like tt1234567: {}", shown(&text));
        Error::bad_request(message, "copy it from the title's IMDb address")
    })
}

fn media_type(body: &Value) -> Result<Option<MediaType>> {
    match &body["type"] {
        Value::Null => Ok(None),
        Value::String(text) => match text.as_str() {
            "" => Ok(None),
            "show" => Ok(Some(MediaType::Show)),
            "movie" => Ok(Some(MediaType::Movie)),
            other => Err(bad_type(other)),
        },
        other => Err(bad_type(&other.to_string())),
    }
}

fn bad_type(value: &str) -> Error {
    let message = format!("type is neither show nor movie: {}", shown(value));
    Error::bad_request(message, "write show or movie, or leave it out")
}

pub(super) async fn remove_manual(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<Value>> {
    let id = anilist_id(&query)?;
    let all = app.store.mappings(&app.account).await?;
    let is_it = |m: &Mapping| m.anilist_id == id && m.kind == MappingKind::Manual;
    if !all.iter().any(is_it) {
        let message = format!("there is no manual mapping of AniList {id}");
        return Err(Error::not_found(message, "GET /api/mappings lists them"));
    }
    app.store.write(&app.account, vec![Write::RemoveMapping(id)]).await?;
    Ok(Json(json!({ "success": true })))
}

pub(super) async fn overrides(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    let items = app.store.overrides(&app.account).await?;
    Ok(Json(json!({ "count": items.len(), "items": items })))
}

pub(super) async fn set_override(State(app): State<Arc<App>>, body: Body) -> Result<Json<Value>> {
    let body = json_object(body)?;
    let correction = Override {
        trakt_id: TraktShowId(required(positive(&body, "traktId")?, "traktId")?),
        abs: required(positive_u32(&body, "abs")?, "abs")?,
        season: required(season(&body)?, "season")?,
        episode: required(natural(&body, "episode")?, "episode")?,
        anilist_id: body_anilist_id(&body)?,
    };
    app.store.write(&app.account, vec![Write::Override(correction)]).await?;
    Ok(Json(json!({ "success": true })))
}

pub(super) async fn remove_override(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<Value>> {
    let show = TraktShowId(of_query(&query, "traktId", positive)?);
    let abs = of_query(&query, "abs", positive_u32)?;
    let entry: Option<AnilistId> =
        query.contains_key("anilistId").then(|| anilist_id(&query)).transpose()?;
    let all = app.store.overrides(&app.account).await?;
    let is_it = |o: &&Override| o.trakt_id == show && o.abs == abs && o.anilist_id == entry;
    let Some(found) = all.iter().find(is_it) else {
        let message = format!("there is no correction of episode {abs} of Trakt show {show}");
        return Err(Error::not_found(message, "GET /api/overrides lists them"));
    };
    app.store.write(&app.account, vec![Write::RemoveOverride(found.clone())]).await?;
    Ok(Json(json!({ "success": true })))
}
