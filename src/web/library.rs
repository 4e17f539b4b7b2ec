//! What a person watches and reads: listed, added, changed, counted.

pub(super) mod calendar;
pub(super) mod files;
mod listing;

use axum::Json;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::answers::{BadBody, Invalid, List, Missing, Refused};
use super::asker::Asker;
use super::bodies::{ItemChange, LibraryItem, LibraryStats, LibrarySummary, each};
use super::body::{Body, json_fields};
use super::params::{Query, Segment, segment, shown};
use crate::hub::error::{Error, Result};
use crate::hub::library::Changed;
use crate::hub::lists::memory;
use crate::library::{Author, Draft, Edit, Item, ItemId, New, Status, Step, Summary, Unit};
use crate::merge::ListService;

/// The most changes of a title in one answer: as many as are kept.
const CHANGES: u32 = 200;

/// The library: all of it by number, or what is asked for. The headers tell how many there are
/// (X-Total-Count), where the other pages are (Link), and which state it is (`ETag`): a request with that
/// as If-None-Match is answered by 304 as long as nothing changed.
#[utoipa::path(
    get, path = "/api/library/items", tag = "library",
    params(
        ("type" = Option<String>, Query, description = "anime or manga."),
        ("status" = Option<String>, Query, description = "One or several statuses, with commas between."),
        ("q" = Option<String>, Query, description = "What one of its names has in it."),
        ("service" = Option<String>, Query, description = "Where it has an id: anilist, myanimelist, kitsu or mangadex; or local."),
        ("sort" = Option<String>, Query, description = "added (the default), updated_at, title, score or progress."),
        ("order" = Option<String>, Query, description = "asc (the default) or desc."),
        ("limit" = Option<String>, Query, description = "How many, 1 to 100,000. Default: all."),
        ("offset" = Option<String>, Query, description = "How many to pass over."),
    ),
    responses(
        (status = 200, body = Vec<LibraryItem>),
        (status = 304, description = "It is as it was."),
        Invalid,
    ),
)]
pub(super) async fn items(
    Asker(person): Asker,
    query: Query,
    headers: HeaderMap,
) -> Result<Response> {
    let listing = listing::read(&query)?;
    let library = person.library().read().await?;
    let state = listing::state(person.store.account(), &library);
    if listing::has(&headers, &state) {
        return Ok(listing::unchanged(state));
    }
    let page = listing.of(&library);
    let about = listing::headers(&query, &listing, page.total, state);
    let items: Vec<LibraryItem> = page.items.iter().map(|item| item.as_ref().into()).collect();
    Ok((about, Json(items)).into_response())
}

/// A new title. All fields of an item but its number and its times may be there.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct NewItem {
    /// As the person reads it.
    title: String,
    /// anime or manga.
    r#type: String,
    /// anilist, mangadex, myanimelist, kitsu or local, which is the default.
    source: Option<String>,
    /// Where its picture is.
    cover_url: Option<String>,
    /// planning (the default), watching, reading, completed, on-hold or dropped.
    status: Option<String>,
    /// Episodes watched or chapters read.
    #[schema(minimum = 0, maximum = 100_000)]
    progress: Option<u32>,
}

/// Adds a title. One that the library has, by an id at a service, is refused and named.
#[utoipa::path(
    post, path = "/api/library/items", tag = "library",
    request_body(content = NewItem, example = json!({"title": "Frieren", "type": "anime", "source": "anilist", "status": "watching", "progress": 3})),
    responses((status = 200, body = LibraryItem), BadBody, Refused),
)]
pub(super) async fn add(Asker(person): Asker, body: Body) -> Result<Json<LibraryItem>> {
    let new = New::read(&json_fields(body)?)?;
    let changed = person.library().change(Author::You, |draft| draft.add(new.clone())).await?;
    let id = changed.outcome;
    Ok(Json(item_of(&changed, id)?.into()))
}

/// One title.
#[utoipa::path(
    get, path = "/api/library/items/{id}", tag = "library",
    params(("id" = u64, Path, description = "The item's number.")),
    responses((status = 200, body = LibraryItem), Missing),
)]
pub(super) async fn item(Asker(person): Asker, id: Segment) -> Result<Json<LibraryItem>> {
    let id = number(id)?;
    let library = person.library().read().await?;
    let item = library.get(id).ok_or(crate::library::Refused::Absent(id))?;
    Ok(Json(item.as_ref().into()))
}

/// Changes of a title. What is left out stays; null clears.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct ItemEdit {
    /// planning, watching, reading, completed, on-hold or dropped. Each service's own words are
    /// understood too.
    status: Option<String>,
    /// Episodes watched or chapters read.
    #[schema(minimum = 0, maximum = 100_000)]
    progress: Option<u32>,
    /// 0 to 100; 0 is none.
    #[schema(minimum = 0, maximum = 100)]
    score: Option<u8>,
    /// 2021, 2021-05 or 2021-05-03.
    started: Option<String>,
    /// 2021, 2021-05 or 2021-05-03.
    finished: Option<String>,
    /// Up to 6,000 characters.
    notes: Option<String>,
    /// Whether a progress above the known maximum is meant.
    force: Option<bool>,
}

/// Changes a title: any field of it but its number, type, source and times.
#[utoipa::path(
    patch, path = "/api/library/items/{id}", tag = "library",
    params(("id" = u64, Path, description = "The item's number.")),
    request_body(content = ItemEdit, example = json!({"status": "completed", "progress": 28, "score": 90, "finished": "2026-11-28", "notes": null})),
    responses((status = 200, body = LibraryItem), Missing, BadBody, Refused),
)]
pub(super) async fn change(
    Asker(person): Asker,
    id: Segment,
    body: Body,
) -> Result<Json<LibraryItem>> {
    let (id, edit) = (number(id)?, Edit::read(&json_fields(body)?)?);
    let changed = person.library().change(Author::You, |draft| draft.edit(id, &edit)).await?;
    Ok(Json(item_of(&changed, id)?.into()))
}

/// That it was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Removed {
    /// Always true, also where there was nothing.
    ok: bool,
}

/// Removes a title with its history. One that is not there is removed already.
#[utoipa::path(
    delete, path = "/api/library/items/{id}", tag = "library",
    params(
        ("id" = u64, Path, description = "The item's number."),
        ("services" = Option<String>, Query, description = "Where its entry is deleted as well with the next sync: anilist, myanimelist and kitsu, with commas between, or all. Default: nowhere."),
    ),
    responses((status = 200, body = Removed), Missing, Invalid),
)]
pub(super) async fn remove(
    Asker(person): Asker,
    id: Segment,
    query: Query,
) -> Result<Json<Removed>> {
    let id = number(id)?;
    let wish = wish(&query)?;
    let remove = |draft: &mut Draft<'_>| {
        let wished = draft.remove(id) && !wish.is_empty();
        Ok(((), wished.then(|| memory::wish(id, &wish)).transpose()?.into_iter().collect()))
    };
    person.library().change_with(Author::You, |_, draft| remove(draft)).await?;
    Ok(Json(Removed { ok: true }))
}

/// The services where an entry is to be deleted as well.
fn wish(query: &Query) -> Result<Vec<ListService>> {
    let Some(words) = query.get("services") else { return Ok(Vec::new()) };
    let mut wish = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match ListService::named(word) {
            Some(service) => wish.push(service),
            None if word == "all" => wish.extend(ListService::ALL),
            None => {
                return Err(Error::Invalid {
                    field: "services".into(),
                    message: format!("there is no such list: {}", shown(word)),
                    hint: "name anilist, myanimelist or kitsu, or all",
                });
            }
        }
    }
    Ok(wish)
}

/// One more, or one less.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct StepBody {
    /// 1 or -1. Default: 1.
    by: Option<i8>,
    /// episode, chapter or volume. Default: episode of anime, chapter of manga.
    unit: Option<String>,
}

/// What a step came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stepped {
    /// The title as it is now.
    item: LibraryItem,
    /// What to send with PATCH to take the step back.
    #[schema(value_type = Object)]
    undo: Map<String, Value>,
    /// The status that now suggests itself: completed, where all of it was watched or read.
    offer: Option<&'static str>,
}

/// Counts one episode, chapter or volume more or less. The first step of what is planned begins it.
#[utoipa::path(
    post, path = "/api/library/items/{id}/step", tag = "library",
    params(("id" = u64, Path, description = "The item's number.")),
    request_body(content = StepBody, example = json!({"by": 1, "unit": "episode"})),
    responses((status = 200, body = Stepped), Missing, BadBody),
)]
pub(super) async fn step(Asker(person): Asker, id: Segment, body: Body) -> Result<Json<Stepped>> {
    let (id, body) = (number(id)?, json_fields(body)?);
    let step = Step { unit: unit(&body)?, forward: forward(&body)? };
    let changed = person.library().change(Author::You, |draft| draft.step(id, step)).await?;
    let item = item_of(&changed, id)?;
    let made = changed.touched.iter().flat_map(|touched| &touched.changes).next();
    let undo = made.map(|change| change.undo(item)).unwrap_or_default();
    Ok(Json(Stepped { item: item.into(), undo, offer: offer(item) }))
}

/// All of it was watched or read, and it is not said yet.
fn offer(item: &Item) -> Option<&'static str> {
    let Item { work, entry, kind, .. } = item;
    let done = work.max_progress.is_some_and(|most| entry.progress >= most);
    let said = entry.status == Status::Completed && !entry.repeating;
    (done && !said).then(|| Status::Completed.word(*kind))
}

fn unit(body: &Map<String, Value>) -> Result<Option<Unit>> {
    match body.get("unit").map(Value::as_str) {
        None => Ok(None),
        Some(Some("episode")) => Ok(Some(Unit::Episode)),
        Some(Some("chapter")) => Ok(Some(Unit::Chapter)),
        Some(Some("volume")) => Ok(Some(Unit::Volume)),
        Some(_) => {
            let hint = "it is episode for anime, and chapter or volume for manga";
            Err(Error::invalid("unit", "nothing is counted so", hint))
        }
    }
}

fn forward(body: &Map<String, Value>) -> Result<bool> {
    match body.get("by").map(Value::as_i64) {
        None | Some(Some(1)) => Ok(true),
        Some(Some(-1)) => Ok(false),
        Some(_) => Err(Error::invalid("by", "a step is one", "send 1 or -1")),
    }
}

/// Who changed what of a title, and when; the newest first. The last 200 changes are kept.
#[utoipa::path(
    get, path = "/api/library/items/{id}/history", tag = "library",
    params(("id" = u64, Path, description = "The item's number.")),
    responses((status = 200, body = List<ItemChange>), Missing),
)]
pub(super) async fn history(Asker(person): Asker, id: Segment) -> Result<Json<List<ItemChange>>> {
    let changes = person.library().changes(number(id)?, CHANGES).await?;
    Ok(Json(List::of(each(changes))))
}

/// The library in a few numbers.
#[utoipa::path(
    get, path = "/api/library/summary", tag = "library",
    responses((status = 200, body = LibrarySummary)),
)]
pub(super) async fn summary(Asker(person): Asker) -> Result<Json<LibrarySummary>> {
    let library = person.library().read().await?;
    Ok(Json(Summary::of(&library).into()))
}

/// What was watched and read, over time and by kind.
#[utoipa::path(
    get, path = "/api/library/stats", tag = "library",
    responses((status = 200, body = LibraryStats)),
)]
pub(super) async fn stats(Asker(person): Asker) -> Result<Json<LibraryStats>> {
    Ok(Json(person.library().stats().await?.into()))
}

pub(super) fn number(id: Segment) -> Result<ItemId> {
    let id = segment(id);
    id.parse().map(ItemId).map_err(|_| {
        let message = format!("there is no such item: {}", shown(&id));
        Error::not_found(message, "look in the library for its number")
    })
}

/// The item after a change. Another may have removed it since.
pub(super) fn item_of<T>(changed: &Changed<T>, id: ItemId) -> Result<&Item> {
    let put = changed.touched.iter().flat_map(|touched| &touched.put);
    let item = put.into_iter().find(|item| item.id == id).or_else(|| changed.library.get(id));
    item.map(AsRef::as_ref).ok_or_else(|| crate::library::Refused::Absent(id).into())
}
