//! Titles by name and by id.

use serde_json::{Value, json};

use anilist_trakt_sync_core::library::Kind;

use super::super::http::{Reply, Request};
use super::super::mangadex::likeness;
use super::super::server::State;
use super::super::world::{MalTitle, Shade};
use super::{bad_request, lists, not_found};

pub(super) fn search(state: &State, request: &Request, kind: Kind) -> Reply {
    let text = request.param("q").unwrap_or_default();
    if !(3..=64).contains(&text.chars().count()) {
        return bad_request("invalid q");
    }
    let limit = request.param("limit").map_or(Some(100), |text| text.parse().ok());
    let Some(limit) = limit.filter(|limit| (1..=100).contains(limit)) else {
        return bad_request("invalid limit");
    };
    let fields = request.param("fields").unwrap_or_default();
    let shows_all = request.param("nsfw") == Some("true");
    let found = state.world.mal.titles.iter().filter(|((of, _), title)| {
        let is_like = likeness([&title.name, "", ""], text).is_some();
        *of == kind && is_like && (shows_all || title.shade == Shade::White)
    });
    let rows = found.map(|((_, id), title)| json!({"node": node(*id, title, fields, kind)}));
    Reply::json(200, &json!({"data": rows.take(limit).collect::<Vec<_>>(), "paging": {}}))
}

pub(super) fn detail(state: &State, request: &Request, (kind, id): (Kind, u32)) -> Reply {
    let Some(title) = state.world.mal.titles.get(&(kind, id)) else { return not_found() };
    let fields = request.param("fields").unwrap_or_default();
    let mut body = node(id, title, fields, kind);
    let entry = state.world.mal.entries.get(&(kind, id));
    if let (Some((_, asked)), Some(entry)) = (fields.split_once("my_list_status{"), entry) {
        let asked = asked.split('}').next().unwrap_or_default();
        body["my_list_status"] = lists::status(entry, asked, kind);
    }
    Reply::json(200, &body)
}

/// A title as it is written. Some of it comes only where it is asked for.
pub(super) fn node(id: u32, title: &MalTitle, fields: &str, kind: Kind) -> Value {
    let word = match kind {
        Kind::Anime => "anime",
        Kind::Manga => "manga",
    };
    let picture = format!("https://cdn.myanimelist.net/images/{word}/1/{id}.jpg");
    let mut body = json!({"id": id, "title": title.name, "main_picture": {"medium": picture}});
    let (total, format, status) = match kind {
        Kind::Anime => ("num_episodes", "tv", "finished_airing"),
        Kind::Manga => ("num_chapters", "manga", "finished"),
    };
    let shade = match title.shade {
        Shade::White => "white",
        Shade::Gray => "gray",
        Shade::Black => "black",
    };
    for (name, value) in [
        (total, json!(title.total)),
        ("num_volumes", json!(title.volumes)),
        ("media_type", json!(format)),
        ("status", json!(status)),
        ("nsfw", json!(shade)),
        ("start_date", json!("2019-04")),
        ("alternative_titles", json!({"synonyms": [], "en": title.name, "ja": ""})),
    ] {
        let is_of_kind = name != "num_volumes" || kind == Kind::Manga;
        if is_of_kind && fields.split(',').any(|one| one == name) {
            body[name] = value;
        }
    }
    body
}
