//! MangaDex, version 5: search, one manga, and what was uploaded of it, with its rules about headers and
//! the oddities of its answers.

use serde_json::{Map, Value, json};

use anilist_trakt_sync_core::domain::AiringStatus;

use super::covers;
use super::http::{Reply, Request};
use super::server::State;
use super::world::{Manga, World};

/// The most titles that a search gives.
const MOST: usize = 100;

/// The titles that a search gives unless it says.
const DEFAULT: usize = 10;

/// Answers one request below `/mangadex`.
pub(super) fn answer(state: &mut State, request: &Request) -> Reply {
    if let Some(rule) = broken_rule(request) {
        state.stats.header_violations.push(format!("MangaDex {rule}"));
        return Reply::html(403, "403 Forbidden");
    }
    let reply = match (request.method.as_str(), &request.segments()[..]) {
        ("GET", ["manga"]) => search(&state.world, request),
        ("GET", ["manga", id]) => found(
            &state.world,
            id,
            |manga| json!({"result": "ok", "response": "entity", "data": row(manga, shown(request))}),
        ),
        ("GET", ["manga", id, "aggregate"]) => found(&state.world, id, uploaded),
        _ => {
            let route = format!("MangaDex {} /{}", request.method, request.path);
            state.stats.unknown_routes.push(route);
            failure(404, "No route found")
        }
    };
    reply.with("x-ratelimit-limit", "5").with("x-ratelimit-remaining", "4")
}

/// A program says who it is, is no browser, and comes through no proxy that says so.
fn broken_rule(request: &Request) -> Option<&'static str> {
    match request.header("user-agent") {
        None => Some("user-agent missing"),
        Some(name) if name.starts_with("Mozilla/") => Some("user-agent of a browser"),
        Some(_) => request.header("via").map(|_| "via header"),
    }
}

/// The route's name in the log.
pub(super) fn route_name(request: &Request) -> String {
    let path = match &request.segments()[..] {
        ["manga", _] => "/manga/{id}".to_owned(),
        ["manga", _, "aggregate"] => "/manga/{id}/aggregate".to_owned(),
        _ => format!("/{}", request.path),
    };
    format!("{} {path}", request.method)
}

fn search(world: &World, request: &Request) -> Reply {
    let limit = request.param("limit").map_or(Ok(DEFAULT), str::parse);
    let Some(limit) = limit.ok().filter(|limit| *limit <= MOST) else {
        return failure(400, "Error validating /limit: Maximum value of 100 exceeded");
    };
    let ids = request.params("ids[]");
    let is_named = |manga: &&Manga| {
        ids.is_empty() || manga.mangadex.as_deref().is_some_and(|id| ids.contains(&id))
    };
    let of_text = |manga: &Manga| match request.param("title") {
        Some(text) => likeness(manga.names(), text),
        None => Some(0),
    };
    let named = known(world).filter(is_named);
    let mut rows: Vec<(usize, &Manga)> =
        named.filter_map(|manga| Some((of_text(manga)?, manga))).collect();
    if request.param("order[relevance]") == Some("desc") {
        rows.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    } else {
        // Else those come first of which a chapter was uploaded last.
        rows.reverse();
    }
    let (total, shown) = (rows.len(), shown(request));
    let rows: Vec<Value> =
        rows.into_iter().take(limit).map(|(_, manga)| row(manga, shown)).collect();
    if rows.is_empty() {
        return Reply::empty(204);
    }
    let page = json!({"limit": limit, "offset": 0, "total": total});
    let mut body = json!({"result": "ok", "response": "collection", "data": rows});
    if let (Value::Object(body), Value::Object(page)) = (&mut body, page) {
        body.extend(page);
    }
    Reply::json(200, &body)
}

/// How much names are like a text; none where they are not. Also AniList's measure here.
pub(super) fn likeness(names: [&str; 3], text: &str) -> Option<usize> {
    let text = text.trim().to_lowercase();
    let of_name = |name: &str| {
        let name = name.to_lowercase();
        if name == text {
            return Some(3);
        }
        let has_all = text.split_whitespace().all(|word| name.contains(word));
        (has_all && !text.is_empty()).then(|| 1 + usize::from(name.starts_with(&text)))
    };
    names.into_iter().filter_map(of_name).max()
}

fn known(world: &World) -> impl Iterator<Item = &Manga> {
    world.manga.iter().filter(|manga| manga.mangadex.is_some())
}

fn found(world: &World, id: &str, body: impl Fn(&Manga) -> Value) -> Reply {
    let is_it = |manga: &&Manga| {
        manga.mangadex.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(id))
    };
    match known(world).find(is_it) {
        Some(manga) => Reply::json(200, &body(manga)),
        None => failure(404, "Manga could not be found"),
    }
}

fn failure(status: u16, title: &str) -> Reply {
    let error = json!({
        "id": "00000000-0000-4000-8000-000000000000", "status": status, "title": title,
        "detail": title, "context": null,
    });
    Reply::json(status, &json!({"result": "error", "errors": [error]}))
}

/// How much is told of what belongs to a title.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Related {
    /// What it is, and its id.
    Named,
    /// Of covers, the file too.
    WithCovers,
}

fn shown(request: &Request) -> Related {
    let with_covers = request.params("includes[]").contains(&"cover_art");
    if with_covers { Related::WithCovers } else { Related::Named }
}

fn row(manga: &Manga, related: Related) -> Value {
    let stamp = "2026-01-01T00:00:00+00:00";
    let last = |number: u32| if manga.is_finished() { number.to_string() } else { String::new() };
    // While it comes out, one writes nothing, and another an empty text.
    let last_chapter = match manga.chapters % 2 {
        0 if !manga.is_finished() => Value::Null,
        _ => json!(last(manga.chapters)),
    };
    json!({
        "id": manga.mangadex, "type": "manga",
        "attributes": {
            "title": {"en": manga.english},
            "altTitles": [{"ja-ro": manga.romaji}, {"ja": manga.native}],
            "description": [], "isLocked": false, "links": links(manga), "originalLanguage": "ja",
            "lastVolume": last(manga.volumes), "lastChapter": last_chapter,
            "publicationDemographic": null, "status": status(manga.status), "year": manga.year,
            "contentRating": "safe", "tags": [], "state": "published",
            "chapterNumbersResetOnNewVolume": false, "availableTranslatedLanguages": ["en"],
            "latestUploadedChapter": null, "version": 1, "createdAt": stamp, "updatedAt": stamp,
        },
        "relationships": [cover(manga, related)],
    })
}

/// Its cover. The file is at `/covers/{manga}/{file}`, and a small one behind `.256.jpg` or `.512.jpg`.
fn cover(manga: &Manga, related: Related) -> Value {
    let number = manga.mangadex.as_deref().and_then(covers::number_of);
    let id = format!("00000000-0000-4000-a000-{:012}", number.unwrap_or_default());
    let mut cover = json!({"id": id, "type": "cover_art"});
    if related == Related::WithCovers {
        cover["attributes"] =
            json!({"fileName": format!("{id}.png"), "volume": "1", "locale": "ja"});
    }
    cover
}

/// What is known of it elsewhere. A map that is empty is a list.
fn links(manga: &Manga) -> Value {
    let mut links = Map::new();
    links.extend(manga.anilist.map(|id| ("al".to_owned(), json!(id.to_string()))));
    links.extend(manga.mal.map(|id| ("mal".to_owned(), json!(id.to_string()))));
    if links.is_empty() { json!([]) } else { Value::Object(links) }
}

fn status(status: AiringStatus) -> &'static str {
    match status {
        AiringStatus::Finished => "completed",
        AiringStatus::Cancelled => "cancelled",
        AiringStatus::Hiatus => "hiatus",
        _ => "ongoing",
    }
}

/// Its chapters in their volumes. Those that are in none yet are under `none`.
fn uploaded(manga: &Manga) -> Value {
    let each = manga.chapters.div_ceil(manga.volumes.max(1)).max(1);
    let mut volumes: Map<String, Value> = Map::new();
    for number in 1..=manga.chapters {
        let volume = match manga.volumes {
            0 => "none".to_owned(),
            _ => number.div_ceil(each).to_string(),
        };
        let id = format!("00000000-0000-4000-9000-{number:012}");
        let chapter = json!({"chapter": number.to_string(), "id": id, "others": [], "count": 1});
        let new = json!({"volume": volume, "count": each, "chapters": {}});
        let entry = volumes.entry(volume).or_insert(new);
        entry["chapters"][number.to_string()] = chapter;
    }
    let volumes = if volumes.is_empty() { json!([]) } else { Value::Object(volumes) };
    json!({"result": "ok", "volumes": volumes})
}
