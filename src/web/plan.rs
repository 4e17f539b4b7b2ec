//! What a run would post, without posting it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::params::{Query, anilist_id, shown};
use crate::app::App;
use crate::domain::{AnilistId, Item, Play, Reason};
use crate::error::{Error, Result};
use crate::sync::Mode;
use crate::sync::plan::{Plan, TitlePlan, Waiting};
use crate::sync::run::{Prepared, prepare};

pub(super) async fn plan(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    let mode = mode(&query)?;
    preview(&app, mode).await.map(Json)
}

/// What a run of the mode would post now.
pub(super) async fn preview(app: &App, mode: Mode) -> Result<Value> {
    Ok(describe(mode, &prepare(app, mode).await?))
}

fn mode(query: &Query) -> Result<Mode> {
    if query.contains_key("anilistId") {
        return anilist_id(query).map(Mode::Show);
    }
    match query.get("mode").map(String::as_str) {
        Some("full") => Ok(Mode::Full),
        Some("completed") => Ok(Mode::Completed),
        Some("watching") => Ok(Mode::Watching),
        other => {
            let given = shown(other.unwrap_or("nothing"));
            let message = format!("mode is none of full, completed, watching: {given}");
            Err(Error::bad_request(message, "add ?mode=full, or ?anilistId= for one title"))
        }
    }
}

fn describe(mode: Mode, prepared: &Prepared) -> Value {
    let plan = &prepared.plan;
    let interrupted = prepared.placed.interrupted.as_ref();
    let titles: HashMap<AnilistId, &TitlePlan> =
        plan.titles.iter().map(|title| (title.entry.media.id, title)).collect();
    let plays: Vec<Value> =
        prepared.plan.plays().filter_map(|p| Some(play(titles.get(&p.anilist_id)?, p))).collect();
    let skipped: Vec<Value> = plan
        .titles
        .iter()
        .flat_map(|title| {
            title.waiting.as_ref().map(|w| skip(title, w)).into_iter().chain(once(title))
        })
        .collect();
    json!({
        "mode": mode.name(),
        "counts": counts(plan, plays.len()),
        "plays": plays,
        "skipped": skipped,
        "complete": plan.is_complete() && interrupted.is_none(),
        "nextAttempt": interrupted.and_then(|interruption| interruption.until),
        "cause": interrupted.map(|interruption| &interruption.cause),
        "needsConfirm": prepared.jump.is_some(),
    })
}

fn counts(plan: &Plan, to_post: usize) -> Value {
    let already: usize = plan.titles.iter().map(TitlePlan::already).sum();
    let waiting: usize = plan.titles.iter().map(TitlePlan::waiting_episodes).sum();
    json!({
        "entries": plan.titles.len(),
        "found": to_post + already + waiting + plan.left_out,
        "toPost": to_post,
        "alreadySynced": already,
        "skippedUnmapped": waiting,
        "leftForLater": plan.left_out + plan.undecided(),
    })
}

fn play(title: &TitlePlan, play: &Play) -> Value {
    let mut row = json!({
        "anilistId": play.anilist_id,
        "title": title.entry.media.titles.display(),
        "abs": play.abs,
        "watchedAt": play.watched_at,
        "source": title.source,
        "verdict": title.verdict,
    });
    if play.rewatch > 0 {
        row["rewatch"] = json!(play.rewatch);
    }
    match play.item {
        Item::Movie { movie } => {
            row["kind"] = json!("movie");
            row["movie"] = json!(movie);
        }
        Item::Episode { show, slot } => {
            row["kind"] = json!("episode");
            row["show"] = json!(show);
            row["season"] = json!(slot.season);
            row["number"] = json!(slot.number);
        }
    }
    row
}

/// Rewatches that the account does not keep.
fn once(title: &TitlePlan) -> Option<Value> {
    let reason = Reason::WatchOnlyOnce;
    let plays = title.only_once();
    (plays > 0).then(|| {
        json!({
            "anilistId": title.entry.media.id,
            "title": title.entry.media.titles.display(),
            "reason": reason,
            "detail": format!("{}: {plays} plays", reason.sentence()),
            "episodes": [],
            "hint": reason.hint(),
        })
    })
}

fn skip(title: &TitlePlan, waiting: &Waiting) -> Value {
    json!({
        "anilistId": title.entry.media.id,
        "title": title.entry.media.titles.display(),
        "reason": waiting.reason,
        "detail": waiting.detail,
        "episodes": waiting.episodes,
        "hint": waiting.reason.hint(),
    })
}
