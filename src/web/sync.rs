//! Runs and previews.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::params::{Query, Way, anilist_id, switch, way};
use super::plan;
use crate::app::App;
use crate::domain::{AnilistId, Entry, Placement, TraktShowId};
use crate::error::{Error, Result};
use crate::store::keys;
use crate::sync::collect::collect;
use crate::sync::dates::{Calendar, watched_at};
use crate::sync::run::{next_automated_run, run};
use crate::sync::single::{Located, locate};
use crate::sync::{Mode, Trigger};

pub(super) async fn full(State(app): State<Arc<App>>, query: Query) -> Result<Response> {
    run_or_preview(&app, &query, Mode::Full).await
}

/// Runs a mode, or says what it would post: the answer of `GET /api/plan`.
async fn run_or_preview(app: &Arc<App>, query: &Query, mode: Mode) -> Result<Response> {
    Ok(match way(query)? {
        Way::Dry => Json(plan::preview(app, mode).await?).into_response(),
        Way::ForReal => Json(run(app, mode, trigger(query)?).await?).into_response(),
    })
}

/// A person asks, and may have said that many plays are meant.
fn trigger(query: &Query) -> Result<Trigger> {
    Ok(if switch(query, "confirm")? { Trigger::Confirmed } else { Trigger::Manual })
}

/// A full sync when the last automated one began over six hours ago, or never did.
pub(super) async fn cron(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    if way(&query)? == Way::Dry {
        return plan::preview(&app, Mode::Full).await.map(Json);
    }
    let stored = app.store.config(&app.account, &[keys::LAST_RUN_AUTO]).await?;
    let last = stored.into_iter().flatten().next().and_then(|text| text.parse().ok());
    if let Some(last) = last {
        let next = next_automated_run(last);
        if app.clock.now() < next {
            let answer = json!({ "message": "Skipped sync", "lastRun": last, "nextRun": next });
            return Ok(Json(answer));
        }
    }
    let report = run(&app, Mode::Full, Trigger::Auto).await?;
    Ok(Json(json!(report)))
}

pub(super) async fn completed(State(app): State<Arc<App>>, query: Query) -> Result<Response> {
    run_or_preview(&app, &query, Mode::Completed).await
}

pub(super) async fn watching(State(app): State<Arc<App>>, query: Query) -> Result<Response> {
    run_or_preview(&app, &query, Mode::Watching).await
}

pub(super) async fn preview_completed(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<Value>> {
    preview(&app, &query, Mode::Completed).await
}

pub(super) async fn preview_watching(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<Value>> {
    preview(&app, &query, Mode::Watching).await
}

/// What a library mode would look at. A GET never runs anything.
async fn preview(app: &App, query: &Query, mode: Mode) -> Result<Json<Value>> {
    if query.get("preview").map(String::as_str) != Some("1") {
        let message = "a GET only previews, and preview=1 is missing";
        return Err(Error::bad_request(message, "add ?preview=1, or POST to run it"));
    }
    let collected = collect(app, mode).await?;
    let calendar = Calendar { zone: app.config.timezone.clone(), now: app.clock.now() };
    let item = |entry: &Entry| {
        json!({
            "anilistShowId": entry.media.id,
            "titleEnglish": entry.media.titles.english,
            "titleRomaji": entry.media.titles.romaji,
            "progress": entry.watched(),
            "watchedAt": watched_at(entry, entry.watched(), &collected.log, &calendar),
        })
    };
    let items: Vec<Value> = collected.entries.iter().map(item).collect();
    Ok(Json(json!({ "count": items.len(), "items": items })))
}

/// Stores a title's show and placement, and posts nothing.
pub(super) async fn look(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    let id = anilist_id(&query)?;
    let located = located(&app, id).await?;
    Ok(Json(json!({ "success": true, "count": episode_count(&located) })))
}

/// The same, and posts what the list says was watched of it.
pub(super) async fn show(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    let id = anilist_id(&query)?;
    if way(&query)? == Way::Dry {
        return plan::preview(&app, Mode::Show(id)).await.map(Json);
    }
    let located = located(&app, id).await?;
    let report = run(&app, Mode::Show(id), Trigger::Manual).await?;
    let mut answer = json!(report);
    answer["success"] = json!(true);
    answer["count"] = json!(episode_count(&located));
    Ok(Json(answer))
}

async fn located(app: &App, id: AnilistId) -> Result<Located> {
    let located = locate(app, id).await?;
    if located.decision.placement.is_none() {
        let message = format!("No Trakt mapping found for AniList {id}");
        return Err(Error::not_found(message, "make one at /manual"));
    }
    Ok(located)
}

/// The regular episodes of the show, or 1 for a film.
fn episode_count(located: &Located) -> usize {
    match located.decision.placement.as_ref().and_then(Placement::show) {
        None => 1,
        Some(show) => regular_episodes(located, show),
    }
}

fn regular_episodes(located: &Located, show: TraktShowId) -> usize {
    let show = located.shows.get(&show).and_then(Option::as_ref);
    show.map_or(0, |show| show.regular().len())
}
