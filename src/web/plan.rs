//! What a run would post, without posting it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadInput, Elsewhere, Missing, Refused};
use super::params::{Query, anilist_id, shown};
use crate::app::App;
use crate::domain::{AnilistId, Item, Play, Reason, Source, Verdict, WatchedAt};
use crate::error::{Error, Result};
use crate::sync::Mode;
use crate::sync::plan::{Plan, TitlePlan, Waiting};
use crate::sync::prepare::{Prepared, prepare};

/// What a run would post now, and what not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Plan)]
pub(super) struct PlanBody {
    /// `full`, `completed`, `watching` or `show`.
    mode: &'static str,
    /// What is counted.
    counts: PlanCounts,
    /// What it would post, in the order in which it would.
    plays: Vec<PlannedPlay>,
    /// What it would not, and why.
    skipped: Vec<SkippedTitle>,
    /// Whether one run would do all of it.
    complete: bool,
    /// When to go on, if a service said so.
    next_attempt: Option<Timestamp>,
    /// Why not everything could be looked at.
    cause: Option<String>,
    /// Whether it posts far more than usual, so that a person has to say that it is meant.
    needs_confirm: bool,
}

/// How many of what a plan has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlanCounts {
    /// Titles that were looked at.
    entries: usize,
    /// Watched episodes and films of these.
    found: usize,
    /// To be posted.
    to_post: usize,
    /// On Trakt already.
    already_synced: usize,
    /// Waiting for a decision.
    skipped_unmapped: usize,
    /// More than one run does, not looked up yet, or sent and not known to have arrived.
    left_for_later: usize,
}

/// A play that would be posted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlannedPlay {
    /// The entry.
    anilist_id: AnilistId,
    /// Its title.
    title: String,
    /// The entry's own episode number.
    abs: u32,
    /// When it was watched: a moment, or `unknown`.
    #[schema(value_type = String)]
    watched_at: WatchedAt,
    /// Who proposed the place.
    source: Option<Source>,
    /// How far the place can be trusted.
    verdict: Option<Verdict>,
    /// Which rewatch it is; absent the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    rewatch: Option<u32>,
    /// What it is on Trakt.
    #[serde(flatten)]
    item: Item,
}

/// A title, or some of its episodes, that would not be posted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SkippedTitle {
    /// The entry.
    anilist_id: AnilistId,
    /// Its title.
    title: String,
    /// Why.
    reason: Reason,
    /// Why exactly, for a person.
    detail: String,
    /// The entry's own numbers; empty when it is the whole entry.
    episodes: Vec<u32>,
    /// The next step.
    hint: &'static str,
}

/// Exactly the plays that a run would post, and what it would skip and why.
#[utoipa::path(
    get, path = "/api/plan", tag = "sync",
    params(
        ("mode" = inline(Option<PlanMode>), Query, description = "What part of the list. It is needed unless anilistId is given."),
        ("anilistId" = Option<AnilistId>, Query, minimum = 1, description = "Only this entry: its AniList id, or the address of its page."),
    ),
    responses((status = 200, body = PlanBody), BadInput, Missing, Refused, Elsewhere),
)]
pub(super) async fn plan(State(app): State<Arc<App>>, query: Query) -> Result<Json<PlanBody>> {
    let mode = mode(&query)?;
    preview(&app, mode).await.map(Json)
}

/// What a run of the mode would post now.
pub(super) async fn preview(app: &App, mode: Mode) -> Result<PlanBody> {
    Ok(describe(mode, &prepare(app, mode).await?))
}

/// The modes that a plan can be asked for.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "it describes what is read from the query, to name what is wrong")]
enum PlanMode {
    /// What changed, or the whole list the first time.
    Full,
    /// What was watched to the end.
    Completed,
    /// What is being watched.
    Watching,
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

fn describe(mode: Mode, prepared: &Prepared) -> PlanBody {
    let plan = &prepared.plan;
    let interrupted = prepared.grounds.interrupted.as_ref();
    let held = &prepared.in_flight.held;
    let titles: HashMap<AnilistId, &TitlePlan> =
        plan.titles.iter().map(|title| (title.entry.media.id, title)).collect();
    let plays: Vec<PlannedPlay> =
        plan.plays().filter_map(|p| Some(planned(titles.get(&p.anilist_id)?, p))).collect();
    let skipped = plan.titles.iter().flat_map(|title| {
        title.waiting.as_ref().map(|w| skipped(title, w)).into_iter().chain(once(title))
    });
    PlanBody {
        mode: mode.name(),
        counts: counts(plan, plays.len()),
        plays,
        skipped: skipped.collect(),
        complete: plan.is_complete() && interrupted.is_none(),
        next_attempt: interrupted.and_then(|interruption| interruption.until).or(held.until),
        cause: interrupted
            .map(|interruption| interruption.cause.clone())
            .or_else(|| (!held.is_empty()).then(|| held.sentence())),
        needs_confirm: prepared.jump.is_some(),
    }
}

fn counts(plan: &Plan, to_post: usize) -> PlanCounts {
    let already_synced: usize = plan.titles.iter().map(TitlePlan::already).sum();
    let skipped_unmapped: usize = plan.titles.iter().map(TitlePlan::waiting_episodes).sum();
    PlanCounts {
        entries: plan.titles.len(),
        found: to_post + already_synced + skipped_unmapped + plan.left_out + plan.held(),
        to_post,
        already_synced,
        skipped_unmapped,
        left_for_later: plan.left_out + plan.held() + plan.undecided(),
    }
}

fn planned(title: &TitlePlan, play: &Play) -> PlannedPlay {
    PlannedPlay {
        anilist_id: play.anilist_id,
        title: title.entry.media.titles.display().to_owned(),
        abs: play.abs,
        watched_at: play.watched_at,
        source: title.source,
        verdict: title.verdict,
        rewatch: (play.rewatch > 0).then_some(play.rewatch),
        item: play.item,
    }
}

/// Rewatches that the account does not keep.
fn once(title: &TitlePlan) -> Option<SkippedTitle> {
    let (reason, plays) = (Reason::WatchOnlyOnce, title.only_once());
    let detail = format!("{}: {plays} plays", reason.sentence());
    (plays > 0).then(|| of_title(title, reason, detail, Vec::new()))
}

fn skipped(title: &TitlePlan, waiting: &Waiting) -> SkippedTitle {
    of_title(title, waiting.reason, waiting.detail.clone(), waiting.episodes.clone())
}

fn of_title(title: &TitlePlan, reason: Reason, detail: String, episodes: Vec<u32>) -> SkippedTitle {
    SkippedTitle {
        anilist_id: title.entry.media.id,
        title: title.entry.media.titles.display().to_owned(),
        reason,
        detail,
        episodes,
        hint: reason.hint(),
    }
}
