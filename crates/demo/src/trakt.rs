//! Trakt: header rules, tokens, and one file for each group of routes.

mod account;
mod catalogue;
mod history;
mod media_body;
mod oauth;
mod paging;
mod routes;
mod search;
mod shapes;
pub(super) mod tokens;
mod watched;
mod write;

use jiff::Timestamp;

use super::http::{Credential, Reply, Request};
use super::server::State;
use routes::Route;

/// The pattern of the request's route such as `GET /shows/{id}/seasons`, or its path when nobody
/// serves it.
pub(super) fn route_name(request: &Request) -> String {
    let path = || format!("/{}", request.path);
    let name = Route::of(request).map_or_else(path, |route| route.pattern().to_owned());
    format!("{} {name}", request.method)
}

/// Answers one request below `/trakt`. Sign-in still answers here as well, as it does on the real
/// API host.
pub(super) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    match Route::of(request) {
        Some(route) if route.is_sign_in() => answer_sign_in(state, request, now),
        route => refused_at_edge(state, request)
            .or_else(|| refused_headers(state, request, route.as_ref()))
            .unwrap_or_else(|| authorised(state, request, route, now)),
    }
}

/// Answers one request below `/trakt-auth`.
pub(super) fn answer_sign_in(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    if let Some(refusal) = refused_at_edge(state, request) {
        return refusal;
    }
    let Some(route) = Route::of(request).filter(Route::is_sign_in) else {
        return unknown(state, request);
    };
    if request.method == "POST" && !request.is_json() {
        state.stats.header_violations.push("Trakt content-type of a sign-in is not JSON".into());
        return Reply::empty(412);
    }
    oauth::answer(state, request, &route, now)
}

/// The network's edge sits in front and turns requests without a user agent away.
fn refused_at_edge(state: &mut State, request: &Request) -> Option<Reply> {
    if request.header("user-agent").is_some() {
        return None;
    }
    state.stats.header_violations.push("Trakt user-agent missing".into());
    Some(Reply::html(403, "Attention Required! | Cloudflare").with("server", "cloudflare"))
}

fn refused_headers(state: &mut State, request: &Request, route: Option<&Route>) -> Option<Reply> {
    let violations = &mut state.stats.header_violations;
    if request.header("trakt-api-key") != Some(state.world.person.client_id.as_str()) {
        violations.push("trakt-api-key missing or wrong".into());
        return Some(Reply::empty(403).with("x-request-id", "demo"));
    }
    if request.header("trakt-api-version") != Some("2") {
        violations.push("trakt-api-version is not 2".into());
        return Some(Reply::empty(412));
    }
    if !request.is_json() {
        let name = route.map_or("a route", Route::pattern);
        violations.push(format!("Trakt content-type is not JSON on {name}"));
        return (request.method != "GET").then(|| Reply::empty(412));
    }
    None
}

/// A token that is sent must be good, even where none is needed.
fn authorised(state: &mut State, request: &Request, route: Option<Route>, now: Timestamp) -> Reply {
    let Some(route) = route else { return unknown(state, request) };
    let allowed = match request.credential() {
        Credential::Missing => !route.needs_token(),
        Credential::Bearer(token) => state.tokens.is_good(token, now),
        Credential::Other => false,
    };
    if allowed {
        return route.answer(state, request, now);
    }
    state.stats.refused_tokens += 1;
    Reply::empty(401).with("www-authenticate", "Bearer realm=\"Trakt\", error=\"invalid_token\"")
}

fn unknown(state: &mut State, request: &Request) -> Reply {
    state.stats.unknown_routes.push(format!("Trakt {} /{}", request.method, request.path));
    Reply::empty(404)
}
