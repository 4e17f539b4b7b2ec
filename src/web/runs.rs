//! What earlier runs did, and taking it back.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadInput, Done, Elsewhere, List, Missing, Refused};
use super::asker::Asker;
use super::bodies::{self, Report, RunMode, RunPlay, RunRow, each};
use super::params::{Query, Segment, Way, part, segment, shown, way};
use crate::domain::{self, KEPT_RUNS, OnTrakt, RunId};
use crate::hub::error::{Error, Result};
use crate::hub::lists::{self, told};
use crate::hub::person::Person;
use crate::hub::trakt_titles;
use crate::sync::undo::{self, Preview};

/// The most plays in one answer.
const PLAYS: usize = 500;

/// The last 50 runs, newest first.
#[utoipa::path(
    get, path = "/api/runs", tag = "watch",
    responses((status = 200, body = List<RunRow>)),
)]
pub(super) async fn runs(Asker(person): Asker) -> Result<Json<List<RunRow>>> {
    Ok(Json(List::of(each(person.store.runs(KEPT_RUNS).await?))))
}

/// A run with its plays.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeRun {
    #[serde(flatten)]
    row: RunRow,
    /// A part of its plays, in the order in which they were sent.
    plays: Vec<NamedPlay>,
    /// How many come before these.
    offset: usize,
    /// How many there are.
    total: usize,
    /// What a run over lists told services, in the order in which they answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    writes: Vec<ListWrite>,
}

/// One write to a service.
#[derive(Debug, Serialize, ToSchema)]
struct ListWrite {
    /// anilist, myanimelist or kitsu.
    service: &'static str,
    /// The item of the library.
    item_id: u64,
    /// Its name.
    title: String,
    /// The service's id of the entry.
    entry_id: u64,
    /// changed, added or deleted.
    deed: &'static str,
    /// The fields that became others, as they were, in the service's own values.
    #[schema(value_type = Object)]
    before: serde_json::Value,
    /// The same as they became.
    #[schema(value_type = Object)]
    after: serde_json::Value,
    /// Whether it was taken back.
    undone: bool,
}

impl From<told::Told> for ListWrite {
    fn from(told: told::Told) -> Self {
        Self {
            service: told.service.id(),
            item_id: told.item.0,
            title: told.title,
            entry_id: told.entry,
            deed: told.deed.name(),
            before: serde_json::json!(told.before),
            after: serde_json::json!(told.after),
            undone: told.undone,
        }
    }
}

/// A play with what its show or film is called on Trakt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NamedPlay {
    #[serde(flatten)]
    sent: RunPlay,
    /// None until Trakt has told.
    trakt_title: Option<bodies::TraktTitle>,
}

/// One run with its plays, a part of them at a time.
#[utoipa::path(
    get, path = "/api/runs/{id}", tag = "watch",
    params(
        ("id" = bodies::RunId, Path, description = "The run's number."),
        ("offset" = Option<String>, Query, description = "How many plays to leave out. What is not a number means 0."),
        ("limit" = Option<String>, Query, description = "How many plays, 1 to 500. What is not a number means 500."),
    ),
    responses((status = 200, body = WholeRun), Missing),
)]
pub(super) async fn run(Asker(person): Asker, id: Segment, query: Query) -> Result<Json<WholeRun>> {
    let id = number(id)?;
    let row = person.store.run(id).await?.ok_or_else(|| missing(&id.to_string()))?;
    let wanted = part(&query, PLAYS);
    let offset = wanted.start;
    let (plays, total) = person.store.some_run_plays(id, wanted).await?;
    let on_trakt = plays.iter().map(|sent| OnTrakt::from(sent.play.item));
    let titles = trakt_titles::of(&person.services, on_trakt).await?;
    let named = |sent: domain::RunPlay| {
        let trakt_title = titles.get(&OnTrakt::from(sent.play.item)).map(Into::into);
        NamedPlay { sent: sent.into(), trakt_title }
    };
    let plays = plays.into_iter().map(named).collect();
    let told =
        if row.mode == domain::RunMode::Lists { told::of(&person, id).await? } else { Vec::new() };
    let writes = told.into_iter().map(|(_, told)| told.into()).collect();
    Ok(Json(WholeRun { row: row.into(), plays, offset: offset.min(total), total, writes }))
}

/// What an undo did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum UndoAnswer {
    /// It was done.
    Done(Box<Report>),
    /// With `dry=1`: what it would do.
    Dry(UndoPreview),
}

/// What an undo would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UndoPreview {
    /// `undo`.
    mode: RunMode,
    /// The run it would take back.
    undoes: bodies::RunId,
    /// What it would remove, with the ids on Trakt.
    plays: Vec<RunPlay>,
    /// How many plays.
    counts: UndoPreviewCounts,
}

/// How many plays an undo would concern.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UndoPreviewCounts {
    /// It would remove these.
    to_remove: usize,
    /// These are not on Trakt any more.
    already_gone: usize,
    /// Other plays of the same episodes and films, which stay.
    left_alone: usize,
}

/// Takes the plays of a run off Trakt again, or says which these are.
#[utoipa::path(
    post, path = "/api/runs/{id}/undo", tag = "sync",
    params(
        ("id" = bodies::RunId, Path, description = "The run's number."),
        ("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is removed; the answer says what would be."),
    ),
    responses((status = 200, body = UndoAnswer), BadInput, Missing, Refused, Elsewhere),
)]
pub(super) async fn undo(
    Asker(person): Asker,
    id: Segment,
    query: Query,
) -> Result<Json<UndoAnswer>> {
    let id = number(id)?;
    Ok(Json(match way(&query)? {
        Way::ForReal if is_of_lists(&person, id).await? => {
            UndoAnswer::Done(Box::new(lists::undo::undo(&person, id).await?.into()))
        }
        Way::Dry => UndoAnswer::Dry(describe(id, undo::preview(&person, id).await?)),
        Way::ForReal => UndoAnswer::Done(Box::new(undo::undo(&person, id).await?.into())),
    }))
}

/// Whether a run told lists at services, and nothing to Trakt.
async fn is_of_lists(person: &Person, id: RunId) -> Result<bool> {
    let run = person.store.run(id).await?;
    Ok(run.is_some_and(|run| run.mode == domain::RunMode::Lists))
}

/// Lets the run stop at its next safe point.
#[utoipa::path(
    post, path = "/api/runs/{id}/cancel", tag = "sync",
    params(("id" = bodies::RunId, Path, description = "The run's number.")),
    responses((status = 200, body = Done), Missing, Refused),
)]
pub(super) async fn cancel(Asker(person): Asker, id: Segment) -> Result<Json<Done>> {
    let id = number(id)?;
    if person.live.cancel(id) {
        tracing::info!("[Sync] run {id} was asked to stop");
        return Ok(Json(Done::YES));
    }
    Err(Error::Refused {
        message: format!("this run does not go on here: {id}"),
        hint: "GET /api/status tells which run goes on; another process is asked at its own address",
    })
}

fn describe(undoes: RunId, Preview { plays, already_gone, left_alone }: Preview) -> UndoPreview {
    let counts = UndoPreviewCounts { to_remove: plays.len(), already_gone, left_alone };
    UndoPreview { mode: RunMode::Undo, undoes: undoes.into(), plays: each(plays), counts }
}

fn number(id: Segment) -> Result<RunId> {
    let id = segment(id);
    id.parse().map_err(|_| missing(&id))
}

fn missing(id: &str) -> Error {
    let message = format!("there is no run with this number: {}", shown(id));
    Error::not_found(message, "GET /api/runs lists the last 50")
}
