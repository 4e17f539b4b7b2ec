//! Kitsu: its sign-in and its JSON:API, with the oddities that its server's source has (hummingbird-me/kitsu-server).

mod catalogue;
mod documents;
mod list;
mod query;
mod sign_in;
mod write;

use jiff::Timestamp;
use serde_json::json;

use super::http::{Credential, Reply, Request};
use super::server::State;
use super::world::{Kitsu, KitsuToken};
use anilist_trakt_sync_core::library::Kind;

/// JSON:API's media type, which must be named.
const JSON_API: &str = "application/vnd.api+json";

/// One request, seen through its token.
struct Asked<'a> {
    request: &'a Request,
    /// Whether it is the person who asks.
    is_person: bool,
    now: Timestamp,
    /// What comes before the paths of the API.
    base: String,
}

/// Answers one request below `/kitsu`.
pub(super) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    if request.path == "api/oauth/token" && request.method == "POST" {
        return sign_in::answer(state, request, now);
    }
    if let Some(reply) = broken_rule(state, request) {
        return reply;
    }
    let token = match request.credential() {
        Credential::Bearer(token) => state.world.kitsu.tokens.look(token, now),
        Credential::Missing | Credential::Other => KitsuToken::Unknown,
    };
    if token == KitsuToken::Dead {
        state.stats.refused_tokens += 1;
        let error = json!({"errors": [{"title": "Invalid token", "status": "401"}]});
        return document(401, &error).with("www-authenticate", "Bearer");
    }
    let base = format!("{}/kitsu/api/edge", state.url);
    let asked = Asked { request, is_person: token == KitsuToken::Good, now, base };
    route(state, &asked).unwrap_or_else(|refused| refused)
}

fn route(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let method = asked.request.method.as_str();
    let segments = asked.request.segments();
    let Some(path) = segments.strip_prefix(&["api", "edge"]) else {
        return Err(unknown(state, asked));
    };
    match (method, path) {
        ("GET", ["users"]) => catalogue::users(&state.world.kitsu, asked),
        ("GET", ["users", id, "linked-accounts"]) => {
            catalogue::linked(&state.world.kitsu, asked, id)
        }
        ("GET", ["library-entries"]) => list::entries(&state.world.kitsu, asked),
        ("POST", ["library-entries"]) => write::create(state, asked),
        ("GET", ["library-entries", id]) => list::entry(&state.world.kitsu, asked, number(id)?),
        ("PATCH", ["library-entries", id]) => write::change(state, asked, number(id)?),
        ("DELETE", ["library-entries", id]) => write::remove(state, asked, number(id)?),
        ("GET", ["mappings"]) => catalogue::mappings(&state.world.kitsu, asked),
        ("GET", ["anime"]) => catalogue::works(&state.world.kitsu, asked, Kind::Anime),
        ("GET", ["manga"]) => catalogue::works(&state.world.kitsu, asked, Kind::Manga),
        _ => Err(unknown(state, asked)),
    }
}

fn unknown(state: &mut State, asked: &Asked<'_>) -> Reply {
    let route = format!("Kitsu {} /{}", asked.request.method, asked.request.path);
    state.stats.unknown_routes.push(route);
    problem(404, "404", "Not Found", "No such route")
}

/// The number of a record. What is none, such as `_bulk`, is served to nobody here.
fn number(id: &str) -> Result<u64, Reply> {
    id.parse().map_err(|_| not_found(id))
}

/// The route's name in the log.
pub(super) fn route_name(request: &Request) -> String {
    let path = match &request.segments()[..] {
        ["api", "edge", "library-entries", _] => "/library-entries/{id}".to_owned(),
        ["api", "edge", "users", _, rest] => format!("/users/{{id}}/{rest}"),
        ["api", "edge", rest @ ..] => format!("/{}", rest.join("/")),
        _ => format!("/{}", request.path),
    };
    format!("{} {path}", request.method)
}

fn broken_rule(state: &mut State, request: &Request) -> Option<Reply> {
    let is_written = matches!(request.method.as_str(), "POST" | "PATCH");
    let takes = request.header("accept").is_some_and(|kinds| kinds.contains(JSON_API));
    let sends = request.header("content-type") == Some(JSON_API);
    let (status, rule) = match (takes, sends) {
        (false, _) => (406, "accept"),
        (true, false) if is_written => (415, "content-type"),
        _ => return None,
    };
    state.stats.header_violations.push(format!("Kitsu {rule}"));
    let detail = format!("All requests must use the '{JSON_API}' media type.");
    Some(problem(status, &status.to_string(), "Wrong media type", &detail))
}

/// An answer of JSON:API's media type.
fn document(status: u16, body: &serde_json::Value) -> Reply {
    Reply::bytes(status, "application/vnd.api+json; charset=utf-8", body.to_string().into_bytes())
}

/// An error as jsonapi-resources writes it.
fn problem(status: u16, code: &str, title: &str, detail: &str) -> Reply {
    let error =
        json!({"title": title, "detail": detail, "code": code, "status": status.to_string()});
    document(status, &json!({ "errors": [error] }))
}

/// An error as Kitsu's own controllers write it: the status is a number, and there is no title.
fn own_problem(status: u16, detail: &str) -> Reply {
    document(status, &json!({"errors": [{"status": status, "detail": detail}]}))
}

fn not_found(id: &str) -> Reply {
    let detail = format!("The record identified by {id} could not be found.");
    problem(404, "404", "Record not found", &detail)
}

fn forbidden() -> Reply {
    let error = json!({"code": "403", "status": "403", "title": "You are not authorized to perform this action."});
    document(403, &json!({ "errors": [error] }))
}

/// A value of an entry that is not taken.
fn invalid((field, text): (&str, &str)) -> Reply {
    let error = json!({
        "title": text, "detail": format!("{field} - {text}"), "code": "100", "status": "422",
        "source": {"pointer": format!("/data/attributes/{field}")},
    });
    document(422, &json!({ "errors": [error] }))
}

/// Kitsu's word for a kind.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Anime => "anime",
        Kind::Manga => "manga",
    }
}

/// Whether whoever asks sees an entry. Nobody sees what is private or for adults.
fn sees(kitsu: &Kitsu, asked: &Asked<'_>, entry: &super::world::KitsuEntry) -> bool {
    if asked.is_person {
        return kitsu.shows(entry);
    }
    let is_adult = kitsu.work(entry.kind, entry.work).is_some_and(|work| work.is_adult);
    !entry.native.0.private && !is_adult
}
