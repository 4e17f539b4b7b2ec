//! Kitsu's sign-in: a password, or a refresh token. No app is needed for either.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::http::{Reply, Request};
use crate::server::State;
use crate::stats::Write;

/// The one app that is known here: Kitsu's own documents once named one, which many programs share since.
const SHARED_APP: &str = "demo-kitsu-shared-app";

/// Tokens live for 30 days, in seconds.
const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let body = request.json().filter(|_| request.is_json()).unwrap_or_default();
    state.stats.writes.push(Write { path: "/api/oauth/token", body: body.clone() });
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let app = body["client_id"].as_str();
    if app.is_some_and(|app| app != SHARED_APP) {
        return refused(401, "invalid_client", "Client authentication failed.");
    }
    let given = match text("grant_type") {
        "password" if is_person(state, &body) => Some(state.world.kitsu.tokens.give(app, now)),
        "refresh_token" => state.world.kitsu.tokens.renew(text("refresh_token"), app, now),
        _ => None,
    };
    let Some(given) = given else {
        let why = "The provided authorization grant is invalid, expired, revoked, or was issued to another client.";
        return refused(400, "invalid_grant", why);
    };
    state.stats.tokens_issued += 1;
    Reply::json(
        200,
        &json!({
            "access_token": given.access, "token_type": "Bearer", "expires_in": LIFE.as_secs(),
            "refresh_token": given.refresh, "scope": "public", "created_at": now.as_second(),
        }),
    )
}

/// The display name is not what people sign in by.
fn is_person(state: &State, body: &Value) -> bool {
    let person = &state.world.kitsu.person;
    let name = body["username"].as_str().unwrap_or_default();
    let is_named =
        [&person.email, &person.slug].iter().any(|known| known.eq_ignore_ascii_case(name));
    is_named && body["password"] == *person.password
}

fn refused(status: u16, error: &str, why: &str) -> Reply {
    Reply::json(status, &json!({"error": error, "error_description": why}))
}
