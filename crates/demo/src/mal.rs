//! `MyAnimeList`, API v2: a person's lists, read and written, and titles.
//!
//! What is not known of the real one is assumed here: a limit above 1,000 and an empty form are refused, lists come by title
//! unless they are asked otherwise, and a write that changes nothing counts as a change.

mod lists;
pub(super) mod sign_in;
mod titles;
pub(super) mod tokens;
mod write;

use jiff::Timestamp;
use serde_json::json;

use anilist_trakt_sync_core::library::Kind;

use super::http::{Credential, Reply, Request};
use super::server::State;

/// Answers one request below `/mal`.
pub(super) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    if let Some(refused) = stranger(state, request, now) {
        return refused;
    }
    match (request.method.as_str(), &request.segments()[..]) {
        ("GET", ["users", "@me"]) => me(state, request),
        ("GET", ["users", "@me", "animelist"]) => lists::answer(state, request, Kind::Anime),
        ("GET", ["users", "@me", "mangalist"]) => lists::answer(state, request, Kind::Manga),
        (method, [kind, rest @ ..]) if title_kind(kind).is_some() => {
            let kind = title_kind(kind).unwrap_or(Kind::Anime);
            of_titles(state, request, method, kind, rest, now)
        }
        _ => unknown(state, request),
    }
}

fn of_titles(
    state: &mut State,
    request: &Request,
    method: &str,
    kind: Kind,
    rest: &[&str],
    now: Timestamp,
) -> Reply {
    let id = rest.first().and_then(|id| id.parse().ok());
    match (method, rest, id) {
        ("GET", [], _) => titles::search(state, request, kind),
        ("GET", [_], Some(id)) => titles::detail(state, request, (kind, id)),
        ("PATCH" | "PUT", [_, "my_list_status"], Some(id)) => {
            write::update(state, request, (kind, id), now)
        }
        ("DELETE", [_, "my_list_status"], Some(id)) => {
            match state.world.mal.entries.remove(&(kind, id)) {
                Some(_) => Reply::json(200, &json!([])),
                None => not_found(),
            }
        }
        _ => unknown(state, request),
    }
}

/// The route's name in the log.
pub(super) fn route_name(request: &Request) -> String {
    let path = match &request.segments()[..] {
        [kind, _] if title_kind(kind).is_some() => format!("/{kind}/{{id}}"),
        [kind, _, last] if title_kind(kind).is_some() => format!("/{kind}/{{id}}/{last}"),
        _ => format!("/{}", request.path),
    };
    format!("{} {path}", request.method)
}

fn title_kind(word: &str) -> Option<Kind> {
    match word {
        "anime" => Some(Kind::Anime),
        "manga" => Some(Kind::Manga),
        _ => None,
    }
}

fn stranger(state: &mut State, request: &Request, now: Timestamp) -> Option<Reply> {
    match request.credential() {
        Credential::Bearer(token) if state.mal_tokens.is_good(token, now) => None,
        Credential::Bearer(_) => {
            state.stats.refused_tokens += 1;
            let said =
                "Bearer error=\"invalid_token\",error_description=\"The access token expired\"";
            Some(failure(401, "invalid_token", "").with("www-authenticate", said))
        }
        Credential::Missing | Credential::Other => {
            state.stats.header_violations.push("MyAnimeList bearer missing".to_owned());
            Some(failure(403, "forbidden", ""))
        }
    }
}

fn me(state: &State, request: &Request) -> Reply {
    let mut body = json!({
        "id": state.world.mal.person, "name": state.world.person.name, "location": "",
        "joined_at": "2015-03-02T06:03:11+00:00",
    });
    if request.param("fields").is_some_and(|fields| fields.contains("time_zone")) {
        body["time_zone"] = json!("Europe/Paris");
    }
    Reply::json(200, &body)
}

fn unknown(state: &mut State, request: &Request) -> Reply {
    state.stats.unknown_routes.push(format!("MyAnimeList {} /{}", request.method, request.path));
    not_found()
}

fn not_found() -> Reply {
    failure(404, "not_found", "")
}

fn bad_request(message: &str) -> Reply {
    failure(400, "bad_request", message)
}

fn failure(status: u16, error: &str, message: &str) -> Reply {
    Reply::json(status, &json!({"message": message, "error": error}))
}
