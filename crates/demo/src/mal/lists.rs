//! The person's lists, in pages.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::{Kind, Status};

use super::super::http::{Reply, Request};
use super::super::server::State;
use super::super::world::{Again, Mal, MalEntry, MalTitle, Shade};
use super::{bad_request, titles};

/// The most rows on a page, on which one more has been seen.
const MOST: usize = 1_000;

/// Rows on a page, unless it is said.
const DEFAULT: usize = 100;

type Row<'a> = (u32, &'a MalTitle, &'a MalEntry);

pub(super) fn answer(state: &State, request: &Request, kind: Kind) -> Reply {
    let number =
        |name, default| request.param(name).map_or(Some(default), |text| text.parse().ok());
    let limit = number("limit", DEFAULT).filter(|limit| (1..=MOST).contains(limit));
    let (Some(limit), Some(offset)) = (limit, number("offset", 0)) else {
        return bad_request("invalid limit or offset");
    };
    let mut rows = shown(&state.world.mal, request, kind);
    match request.param("sort") {
        Some("list_updated_at") => rows.sort_by_key(|(.., entry)| Reverse(entry.updated_at)),
        None | Some("anime_title" | "manga_title") => rows.sort_by_key(|(_, title, _)| &title.name),
        Some(_) => return bad_request("invalid sort"),
    }
    let more = usize::from(limit == MOST);
    let page = rows.iter().skip(offset).take(limit + more);
    let data: Vec<Value> = page.map(|row| written(row, request, kind)).collect();
    let mut paging = json!({});
    if offset + limit < rows.len() {
        paging["next"] = json!(address(state, request, offset + limit));
    }
    Reply::json(200, &json!({"data": data, "paging": paging}))
}

fn shown<'a>(mal: &'a Mal, request: &Request, kind: Kind) -> Vec<Row<'a>> {
    let shows_all = request.param("nsfw") == Some("true");
    let status = request.param("status");
    let entries = mal.entries.iter().filter(|((of, _), _)| *of == kind);
    let rows =
        entries.filter_map(|((_, id), entry)| Some((*id, mal.titles.get(&(kind, *id))?, entry)));
    let is_shown = |(_, title, _): &Row<'_>| shows_all || title.shade == Shade::White;
    // What is watched again is found with what is watched, also where it is written as completed.
    let is_asked = |(.., entry): &Row<'_>| {
        status.is_none_or(|status| status == word(entry.native.0.status, kind))
    };
    rows.filter(is_shown).filter(is_asked).collect()
}

fn written((id, title, entry): &Row<'_>, request: &Request, kind: Kind) -> Value {
    let fields = request.param("fields").unwrap_or_default();
    let asked = fields.split_once("list_status{").map_or("", |(_, rest)| rest);
    let asked = asked.split('}').next().unwrap_or_default();
    json!({"node": titles::node(*id, title, fields, kind), "list_status": status(entry, asked, kind)})
}

fn address(state: &State, request: &Request, offset: usize) -> String {
    let base = state.world.mal.pages_at.clone().unwrap_or_else(|| format!("{}/mal", state.url));
    let kept = request.query.iter().filter(|(name, _)| name != "offset" && name != "fields");
    let query = kept.fold(String::new(), |query, (name, value)| format!("{query}&{name}={value}"));
    format!("{base}/{}?offset={offset}{query}", request.path)
}

/// An entry as it is written. Some of it comes only where it is asked for.
pub(super) fn status(entry: &MalEntry, asked: &str, kind: Kind) -> Value {
    let native = &entry.native.0;
    let is_asked = |name: &str| asked.split(',').any(|one| one.trim() == name);
    let shown = match (native.status, entry.again) {
        (Status::Current, Again::Completed) if native.repeating => Status::Completed,
        (status, _) => status,
    };
    let mut body = json!({
        "status": word(shown, kind), "score": native.score, "updated_at": time(entry.updated_at),
    });
    let [progress, repeating, repeats] = names(kind);
    body[progress] = json!(native.progress.number(0));
    body[repeating] = json!(native.repeating);
    if kind == Kind::Manga {
        body["num_volumes_read"] = json!(native.volumes.number(0));
    }
    for (name, date) in [("start_date", native.started), ("finish_date", native.finished)] {
        if date != FuzzyDate::default() {
            body[name] = json!(date.to_string());
        }
    }
    if is_asked(repeats) {
        body[repeats] = json!(native.repeats);
    }
    if is_asked("comments") {
        body["comments"] = json!(escaped(native.notes.as_deref().unwrap_or_default()));
    }
    body
}

/// What progress, flag and count of repeats are called where they are read.
fn names(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::Anime => ["num_episodes_watched", "is_rewatching", "num_times_rewatched"],
        Kind::Manga => ["num_chapters_read", "is_rereading", "num_times_reread"],
    }
}

pub(super) fn word(status: Status, kind: Kind) -> &'static str {
    match (status, kind) {
        (Status::Planning, Kind::Anime) => "plan_to_watch",
        (Status::Planning, Kind::Manga) => "plan_to_read",
        (Status::Current, Kind::Anime) => "watching",
        (Status::Current, Kind::Manga) => "reading",
        (Status::Completed, _) => "completed",
        (Status::OnHold, _) => "on_hold",
        (Status::Dropped, _) => "dropped",
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// As for a page.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#039;")
}
