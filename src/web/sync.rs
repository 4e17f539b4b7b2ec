//! Runs and previews.

use std::sync::Arc;

use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Caller, Gate};
use super::answers::{BadInput, Elsewhere, List, Missing, Refused};
use super::asker::Asker;
use super::bodies::{self, Report};
use super::params::{Query, Way, anilist_id, switch, way};
use super::plan::{PlanBody, preview as plan};
use super::plans::Plans;
use super::visit::Visit;
use crate::domain::{AnilistId, Entry, Placement, TraktShowId, WatchedAt};
use crate::hub::error::{Error, Result};
use crate::hub::lists::alive;
use crate::hub::person::Person;
use crate::hub::round;
use crate::plan::dates::{Calendar, watched_at};
use crate::sync::collect::collect;
use crate::sync::resume::Automation;
use crate::sync::run::run;
use crate::sync::single::{Located, locate};
use crate::sync::{Mode, Trigger};

/// What a run did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum RunAnswer {
    /// It ran.
    Ran(Box<Report>),
    /// With `dry=1`: what it would post.
    Dry(Box<PlanBody>),
}

/// Syncs what changed on the list; the whole list the first time. By GET for schedulers only: a
/// browser that opens the address is refused.
#[utoipa::path(
    method(get, post), path = "/api/full-sync", tag = "sync",
    params(
        ("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is posted; the answer is the first part of the plan."),
        ("confirm" = Option<u8>, Query, maximum = 1, description = "1: far more plays than usual are meant."),
    ),
    responses((status = 200, body = RunAnswer), BadInput, Refused, Elsewhere),
)]
pub(super) async fn full(
    Asker(person): Asker,
    Extension(plans): Extension<Plans>,
    visit: Visit,
    query: Query,
) -> Result<Json<RunAnswer>> {
    if way(&query)? == Way::ForReal {
        visit.must_be_meant()?;
    }
    run_or_preview(&person, &plans, &query, Mode::Full).await
}

/// Runs a mode, or says what it would post: the answer of `GET /api/plan`.
async fn run_or_preview(
    person: &Arc<Person>,
    plans: &Plans,
    query: &Query,
    mode: Mode,
) -> Result<Json<RunAnswer>> {
    let trigger = trigger(query)?;
    Ok(Json(match way(query)? {
        Way::Dry => RunAnswer::Dry(Box::new(plan(person, plans, mode).await?)),
        Way::ForReal => RunAnswer::Ran(Box::new(run(person, mode, trigger).await?.into())),
    }))
}

/// A person asks, and may have said that many plays are meant.
fn trigger(query: &Query) -> Result<Trigger> {
    Ok(if switch(query, "confirm")? { Trigger::Confirmed } else { Trigger::Manual })
}

/// What a scheduler's call came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum CronAnswer {
    /// It ran.
    Ran(Box<Report>),
    /// It was too early.
    Skipped(Skipped),
    /// With several accounts and the scheduler's own secret: everybody's due syncs.
    Round(Round),
    /// With `dry=1`: what a run would post.
    Dry(Box<PlanBody>),
}

/// Everybody's due syncs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Round {
    /// Whose sync ran, the one that waited longest first.
    ran: Vec<Ran>,
    /// The names of those whose sync is due as well; the next call goes on with them.
    left: Vec<String>,
}

/// One person's sync.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ran {
    /// The name of the account.
    username: String,
    /// `complete`, `partial`, `failed`, or `running` where another run goes on.
    state: &'static str,
    /// One sentence.
    message: String,
}

impl From<round::Round> for Round {
    fn from(round: round::Round) -> Self {
        let ran = |(account, ended): (crate::domain::Account, Result<_>)| {
            let (state, message) = round::told(&ended);
            Ran { username: account.username, state, message }
        };
        Self {
            ran: round.ran.into_iter().map(ran).collect(),
            left: round.left.into_iter().map(|account| account.username).collect(),
        }
    }
}

/// The last automated run began less than six hours ago and left nothing, or what a run left does not
/// go on yet.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Skipped {
    /// One sentence.
    message: &'static str,
    /// When the last automated run began; null when none ever did.
    last_run: Option<Timestamp>,
    /// From when on a call runs again.
    next_run: Timestamp,
}

/// A full sync when the last automated one began over six hours ago, or never did, or when what a full
/// sync left can go on. With several accounts, the scheduler's secret starts everybody's due syncs, the
/// oldest first, until four minutes are over. A browser that opens the address is refused.
#[utoipa::path(
    get, path = "/api/cron", tag = "sync",
    params(("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is posted; the answer is the first part of the plan.")),
    responses((status = 200, body = CronAnswer), BadInput, Refused, Elsewhere),
)]
pub(super) async fn cron(
    Asker(person): Asker,
    Extension(plans): Extension<Plans>,
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    visit: Visit,
    query: Query,
) -> Result<Json<CronAnswer>> {
    if way(&query)? == Way::Dry {
        let plan = plan(&person, &plans, Mode::Full).await?;
        return Ok(Json(CronAnswer::Dry(Box::new(plan))));
    }
    visit.must_be_meant()?;
    if caller == Caller::Scheduler
        && let Some(accounts) = round::several(&gate.people).await?
    {
        let round = round::go(&gate.people, accounts).await?;
        return Ok(Json(CronAnswer::Round(round.into())));
    }
    alive::look(&person).await;
    let automation = Automation::read(&person).await?;
    if let Some(next_run) = automation.due().filter(|due| person.services.clock.now() < *due) {
        let last_run = automation.last;
        let skipped = Skipped { message: "Skipped sync", last_run, next_run };
        return Ok(Json(CronAnswer::Skipped(skipped)));
    }
    let report = run(&person, Mode::Full, Trigger::Auto).await;
    // A platform that calls us by its clock may stop us as soon as we have answered.
    person.telling.settled().await;
    Ok(Json(CronAnswer::Ran(Box::new(report?.into()))))
}

/// Syncs everything that was watched to the end.
#[utoipa::path(
    post, path = "/api/completed-sync", tag = "sync",
    params(
        ("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is posted; the answer is the first part of the plan."),
        ("confirm" = Option<u8>, Query, maximum = 1, description = "1: far more plays than usual are meant."),
    ),
    responses((status = 200, body = RunAnswer), BadInput, Refused, Elsewhere),
)]
pub(super) async fn completed(
    Asker(person): Asker,
    Extension(plans): Extension<Plans>,
    query: Query,
) -> Result<Json<RunAnswer>> {
    run_or_preview(&person, &plans, &query, Mode::Completed).await
}

/// Syncs everything that is being watched.
#[utoipa::path(
    post, path = "/api/watching-sync", tag = "sync",
    params(
        ("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is posted; the answer is the first part of the plan."),
        ("confirm" = Option<u8>, Query, maximum = 1, description = "1: far more plays than usual are meant."),
    ),
    responses((status = 200, body = RunAnswer), BadInput, Refused, Elsewhere),
)]
pub(super) async fn watching(
    Asker(person): Asker,
    Extension(plans): Extension<Plans>,
    query: Query,
) -> Result<Json<RunAnswer>> {
    run_or_preview(&person, &plans, &query, Mode::Watching).await
}

/// A title that a run over a part of the library looks at.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Looked {
    /// The entry.
    anilist_show_id: bodies::AnilistId,
    /// Its English title.
    title_english: Option<String>,
    /// Its title in Latin letters.
    title_romaji: Option<String>,
    /// How many episodes were watched.
    progress: u32,
    /// When its last one was: a moment, or `unknown`.
    #[schema(value_type = String)]
    watched_at: WatchedAt,
}

/// The titles that a run over what was completed looks at.
#[utoipa::path(
    get, path = "/api/completed-sync", tag = "sync",
    params(("preview" = u8, Query, minimum = 1, maximum = 1, description = "1: a GET only previews.")),
    responses((status = 200, body = List<Looked>), BadInput, Refused, Elsewhere),
)]
pub(super) async fn preview_completed(
    Asker(person): Asker,
    query: Query,
) -> Result<Json<List<Looked>>> {
    preview(&person, &query, Mode::Completed).await
}

/// The titles that a run over what is being watched looks at.
#[utoipa::path(
    get, path = "/api/watching-sync", tag = "sync",
    params(("preview" = u8, Query, minimum = 1, maximum = 1, description = "1: a GET only previews.")),
    responses((status = 200, body = List<Looked>), BadInput, Refused, Elsewhere),
)]
pub(super) async fn preview_watching(
    Asker(person): Asker,
    query: Query,
) -> Result<Json<List<Looked>>> {
    preview(&person, &query, Mode::Watching).await
}

/// What a library mode would look at. A GET never runs anything.
async fn preview(person: &Person, query: &Query, mode: Mode) -> Result<Json<List<Looked>>> {
    if query.get("preview").map(String::as_str) != Some("1") {
        let message = "a GET only previews, and preview=1 is missing";
        return Err(Error::bad_request(message, "add ?preview=1, or POST to run it"));
    }
    let collected = collect(person, mode).await?;
    let calendar = Calendar {
        zone: person.settings.timezone.clone(),
        now: person.services.outbound.true_time(),
    };
    let item = |entry: &Entry| Looked {
        anilist_show_id: entry.media.id.into(),
        title_english: entry.media.titles.english.clone(),
        title_romaji: entry.media.titles.romaji.clone(),
        progress: entry.watched(),
        watched_at: watched_at(entry, entry.watched(), &collected.log, &calendar),
    };
    Ok(Json(List::of(collected.entries.iter().map(|entry| item(entry)).collect())))
}

/// A title has a place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Found {
    /// Always true.
    success: bool,
    /// The regular episodes of its show, or 1 for a film.
    count: usize,
}

/// Stores a title's show and placement, and posts nothing.
#[utoipa::path(
    get, path = "/api/sync", tag = "sync",
    params(("anilistId" = bodies::AnilistId, Query, minimum = 1, description = "The entry's AniList id, or the address of its page.")),
    responses((status = 200, body = Found), BadInput, Missing, Elsewhere),
)]
pub(super) async fn look(Asker(person): Asker, query: Query) -> Result<Json<Found>> {
    let id = anilist_id(&query)?;
    let located = located(&person, id).await?;
    Ok(Json(Found { success: true, count: episode_count(&located) }))
}

/// What a run of one title did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ShowAnswer {
    /// It ran.
    Ran(Box<ShowReport>),
    /// With `dry=1`: what it would post.
    Dry(Box<PlanBody>),
}

/// What a run of one title did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShowReport {
    #[serde(flatten)]
    report: Report,
    #[serde(flatten)]
    found: Found,
}

/// Posts what the list says was watched of one title.
#[utoipa::path(
    post, path = "/api/sync", tag = "sync",
    params(
        ("anilistId" = bodies::AnilistId, Query, minimum = 1, description = "The entry's AniList id, or the address of its page."),
        ("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is posted; the answer is the first part of the plan."),
    ),
    responses((status = 200, body = ShowAnswer), BadInput, Missing, Refused, Elsewhere),
)]
pub(super) async fn show(
    Asker(person): Asker,
    Extension(plans): Extension<Plans>,
    query: Query,
) -> Result<Json<ShowAnswer>> {
    let id = anilist_id(&query)?;
    if way(&query)? == Way::Dry {
        let plan = plan(&person, &plans, Mode::Show(id)).await?;
        return Ok(Json(ShowAnswer::Dry(Box::new(plan))));
    }
    let located = located(&person, id).await?;
    let report = run(&person, Mode::Show(id), Trigger::Manual).await?.into();
    let found = Found { success: true, count: episode_count(&located) };
    Ok(Json(ShowAnswer::Ran(Box::new(ShowReport { report, found }))))
}

async fn located(person: &Person, id: AnilistId) -> Result<Located> {
    let located = locate(person, id).await?;
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
