//! The person's lists, read.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::documents::{self, status_word};
use super::query::Filters;
use super::{Asked, document, not_found, own_problem, problem, sees, word};
use crate::http::Reply;
use crate::world::{Kitsu, KitsuEntry, KitsuWork};

/// The most entries of a page.
const MOST: usize = 500;

const FILTERS: [&str; 8] =
    ["user_id", "userId", "kind", "status", "anime_id", "manga_id", "since", "id"];

pub(super) fn entries(kitsu: &Kitsu, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let filters = asked.filters(&FILTERS)?;
    if filters.is_empty() {
        return Err(own_problem(400, "No filters specified"));
    }
    let since = since(&filters)?;
    let is_it = |entry: &&KitsuEntry| {
        is_let_through(kitsu, &filters, entry)
            && since.is_none_or(|since| entry.updated_at >= since)
    };
    let rows = kitsu.entries.iter().filter(is_it).filter(|entry| sees(kitsu, asked, entry));
    let page = asked.page(rows.collect(), MOST)?;
    let data: Vec<Value> = page.rows.iter().map(|entry| shown(kitsu, asked, entry)).collect();
    let works = page.rows.iter().filter_map(|entry| included(kitsu, asked, entry));
    let works: Vec<Value> = works.map(|work| documents::work(asked, work)).collect();
    Ok(document(200, &page.document(&data, &works)))
}

pub(super) fn entry(kitsu: &Kitsu, asked: &Asked<'_>, id: u64) -> Result<Reply, Reply> {
    let entry = find(kitsu, asked, id)?;
    Ok(document(200, &one(kitsu, asked, entry)))
}

/// The entry of this number, if whoever asks sees it.
pub(super) fn find<'a>(
    kitsu: &'a Kitsu,
    asked: &Asked<'_>,
    id: u64,
) -> Result<&'a KitsuEntry, Reply> {
    let known = kitsu.entries.iter().find(|entry| entry.id == id);
    known.filter(|entry| sees(kitsu, asked, entry)).ok_or_else(|| not_found(&id.to_string()))
}

/// The document of one entry.
pub(super) fn one(kitsu: &Kitsu, asked: &Asked<'_>, entry: &KitsuEntry) -> Value {
    let mut body = json!({"data": shown(kitsu, asked, entry)});
    if let Some(work) = included(kitsu, asked, entry) {
        body["included"] = json!([documents::work(asked, work)]);
    }
    body
}

fn shown(kitsu: &Kitsu, asked: &Asked<'_>, entry: &KitsuEntry) -> Value {
    let work = kitsu.work(entry.kind, entry.work);
    documents::entry(asked, entry, work.is_some_and(|work| kitsu.shows_work(work)))
}

fn included<'a>(kitsu: &'a Kitsu, asked: &Asked<'_>, entry: &KitsuEntry) -> Option<&'a KitsuWork> {
    let is_asked_for = asked.includes(word(entry.kind)) || asked.includes("media");
    let work = kitsu.work(entry.kind, entry.work).filter(|_| is_asked_for)?;
    kitsu.shows_work(work).then_some(work)
}

fn is_let_through(kitsu: &Kitsu, filters: &Filters<'_>, entry: &KitsuEntry) -> bool {
    let (user, work) = (kitsu.person.id.to_string(), entry.work.to_string());
    let of_kind = |kind: &str, name: &str| {
        filters.get(name).is_none() || (word(entry.kind) == kind && filters.lets(name, &work))
    };
    filters.lets("user_id", &user)
        && filters.lets("userId", &user)
        && filters.lets("kind", word(entry.kind))
        && filters.lets("status", status_word(entry.native.0.status))
        && filters.lets("id", &entry.id.to_string())
        && of_kind("anime", "anime_id")
        && of_kind("manga", "manga_id")
}

fn since(filters: &Filters<'_>) -> Result<Option<Timestamp>, Reply> {
    let Some(text) = filters.get("since") else { return Ok(None) };
    let detail = format!("{text} is not a valid value for since.");
    text.parse().map(Some).map_err(|_| problem(400, "103", "Invalid filter value", &detail))
}
