//! Trakt's sign-in host: codes, refreshes, device codes, revoking.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::http::{Reply, Request};
use super::super::server::{Decision, State};
use super::super::stats::Write;
use super::routes::Route;
use super::tokens::{CODE_SECONDS, POLL_SECONDS, Poll, Refused};

/// Answers one request of the sign-in host.
pub(super) fn answer(state: &mut State, request: &Request, route: &Route, now: Timestamp) -> Reply {
    if request.method == "GET" {
        return page(state, request, route, now);
    }
    let Some(body) = request.json() else {
        state.stats.body_violations.push(format!("{}: the body is not JSON", route.pattern()));
        return Reply::empty(400);
    };
    state.stats.writes.push(Write { path: route.pattern(), body: body.clone() });
    match route {
        Route::Token => token(state, &body, now),
        Route::Revoke => revoke(state, &body),
        Route::DeviceCode => device_code(state, &body, now),
        Route::DeviceToken => device_token(state, &body, now),
        _ => Reply::empty(404),
    }
}

fn page(state: &mut State, request: &Request, route: &Route, now: Timestamp) -> Reply {
    if matches!(route, Route::Authorize) {
        return authorize(state, request, now);
    }
    state.tokens.decide(Decision::Approve);
    Reply::html(200, "The imitation of Trakt has let the app in. You can close this page.")
}

/// The person always says yes.
fn authorize(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let client = request.param("client_id") == Some(state.world.person.client_id.as_str());
    let code = request.param("response_type") == Some("code");
    let Some(redirect) = request.param("redirect_uri").filter(|_| client && code) else {
        return Reply::html(400, "The OAuth request is invalid.");
    };
    let code = state.tokens.new_code(redirect, now);
    if redirect.starts_with("urn:") {
        return Reply::html(200, &code);
    }
    let join = if redirect.contains('?') { '&' } else { '?' };
    let mark = request.param("state").map(|text| format!("&state={text}")).unwrap_or_default();
    Reply::empty(302).with("location", format!("{redirect}{join}code={code}{mark}"))
}

fn token(state: &mut State, body: &Value, now: Timestamp) -> Reply {
    if !is_our_app(state, body) {
        let grant = body["grant_type"].is_string();
        return refused(if grant { "invalid_client" } else { "invalid_request" });
    }
    // The contract wants it for a refresh too.
    let Some(redirect) = body["redirect_uri"].as_str() else { return refused("invalid_request") };
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    match text("grant_type") {
        "authorization_code" if state.tokens.redeem(text("code"), redirect, now) => {
            issue(state, now)
        }
        "refresh_token" => match state.tokens.spend(text("refresh_token")) {
            Ok(()) => issue(state, now),
            Err(why) => {
                state.stats.reused_refresh_tokens += u32::from(why == Refused::Reused);
                refused("invalid_grant")
            }
        },
        "authorization_code" => refused("invalid_grant"),
        _ => refused("unsupported_grant_type"),
    }
}

fn is_our_app(state: &State, body: &Value) -> bool {
    let person = &state.world.person;
    body["client_id"] == person.client_id && body["client_secret"] == person.client_secret
}

fn issue(state: &mut State, now: Timestamp) -> Reply {
    let seconds = state.world.person.access_token_seconds;
    let pair = state.tokens.issue(seconds, now);
    state.stats.tokens_issued += 1;
    Reply::json(
        200,
        &json!({
            "access_token": pair.access, "token_type": "bearer", "expires_in": seconds,
            "refresh_token": pair.refresh, "scope": "public", "created_at": now.as_second(),
        }),
    )
}

fn refused(error: &str) -> Reply {
    let description = match error {
        "invalid_grant" => {
            "The provided authorization grant is invalid, expired, revoked, does not match the \
             redirection URI used in the authorization request, or was issued to another client."
        }
        "invalid_client" => "Client authentication failed.",
        "unsupported_grant_type" => "The authorization grant type is not supported.",
        _ => "The request is missing a required parameter.",
    };
    Reply::json(400, &json!({"error": error, "error_description": description}))
}

fn revoke(state: &mut State, body: &Value) -> Reply {
    if !is_our_app(state, body) {
        let error = json!({
            "error": "unauthorized_client",
            "error_description": "You are not authorized to revoke this token",
        });
        return Reply::json(403, &error);
    }
    state.tokens.revoke(body["token"].as_str().unwrap_or_default());
    Reply::json(200, &json!({}))
}

fn device_code(state: &mut State, body: &Value, now: Timestamp) -> Reply {
    if body["client_id"] != state.world.person.client_id {
        return Reply::empty(403);
    }
    let (code, user_code) = state.tokens.new_device(now);
    Reply::json(
        200,
        &json!({
            "device_code": code, "user_code": user_code,
            "verification_url": format!("{}/trakt-auth/activate", state.url),
            "expires_in": CODE_SECONDS, "interval": POLL_SECONDS,
        }),
    )
}

/// The state is told by the status alone; bodies are empty until there is a pair.
fn device_token(state: &mut State, body: &Value, now: Timestamp) -> Reply {
    if !is_our_app(state, body) {
        return Reply::empty(404);
    }
    let status = match state.tokens.poll(body["code"].as_str().unwrap_or_default(), now) {
        Poll::Approved => return issue(state, now),
        Poll::Pending => 400,
        Poll::Unknown => 404,
        Poll::Used => 409,
        Poll::Expired => 410,
        Poll::Denied => 418,
        Poll::TooFast => {
            state.stats.polled_too_fast += 1;
            429
        }
    };
    Reply::empty(status)
}
