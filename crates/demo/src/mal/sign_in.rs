//! `MyAnimeList`'s site, as far as it signs people in. The person has let every app in.

use std::collections::BTreeMap;

use axum::http::Uri;
use jiff::Timestamp;
use serde_json::json;

use super::super::http::{Reply, Request};
use super::super::server::State;
use super::super::stats::Form;
use super::tokens::Code;

/// Answers one request below `/mal-site`.
pub(crate) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "v1/oauth2/authorize") => authorize(state, request),
        ("POST", "v1/oauth2/token") => token(state, request, now),
        (method, path) => {
            state.stats.unknown_routes.push(format!("MyAnimeList's site {method} /{path}"));
            Reply::html(404, "404 Not Found - MyAnimeList.net")
        }
    }
}

fn authorize(state: &mut State, request: &Request) -> Reply {
    let is = |name: &str, value: &str| request.param(name) == Some(value);
    let is_app = is("client_id", &state.world.mal.client_id) && is("response_type", "code");
    let challenge = request.param("code_challenge").filter(|text| is_verifier(text));
    let is_plain = request.param("code_challenge_method").is_none_or(|method| method == "plain");
    let redirect = request.param("redirect_uri").filter(|redirect| redirect.parse::<Uri>().is_ok());
    let (Some(redirect), Some(challenge), true) = (redirect, challenge, is_app && is_plain) else {
        return Reply::html(400, "400 Bad Request - MyAnimeList.net");
    };
    let (redirect, challenge) = (redirect.to_owned(), challenge.to_owned());
    let code = state.mal_tokens.give(Code { redirect: redirect.clone(), challenge });
    let (join, mark) = (if redirect.contains('?') { '&' } else { '?' }, request.param("state"));
    let mark = mark.map(|mark| format!("&state={mark}")).unwrap_or_default();
    Reply::empty(302).with("location", format!("{redirect}{join}code={code}{mark}"))
}

/// As RFC 7636 has it.
fn is_verifier(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_plain)
}

fn token(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let Some(fields) = request.form() else {
        state.stats.header_violations.push("MyAnimeList's site form missing".to_owned());
        return refused(
            400,
            "invalid_request",
            "The request is malformed.",
            "Check the `grant_type` parameter",
        );
    };
    let route = "POST /v1/oauth2/token".to_owned();
    state.stats.forms.push(Form { route, fields: fields.clone() });
    let mal = &state.world.mal;
    let is_app = fields.get("client_id") == Some(&mal.client_id)
        && fields.get("client_secret") == mal.client_secret.as_ref();
    if !is_app {
        return refused(401, "invalid_client", "Client authentication failed", "");
    }
    let granted = match fields.get("grant_type").map(String::as_str) {
        Some("authorization_code") => redeem(state, &fields),
        Some("refresh_token") => renew(state, &fields),
        _ => Some(refused(400, "unsupported_grant_type", "The grant type is not supported.", "")),
    };
    granted.unwrap_or_else(|| issue(state, now))
}

fn issue(state: &mut State, now: Timestamp) -> Reply {
    let pair = state.mal_tokens.issue(&state.world.mal, now);
    state.stats.tokens_issued += 1;
    let body = json!({
        "token_type": "Bearer", "expires_in": state.world.mal.access_token_seconds,
        "access_token": pair.access, "refresh_token": pair.refresh,
    });
    Reply::json(200, &body)
}

/// Why a code is not taken.
fn redeem(state: &mut State, fields: &BTreeMap<String, String>) -> Option<Reply> {
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let Some(code) = state.mal_tokens.redeem(text("code")) else {
        let hint = "Authorization code has been revoked";
        return Some(refused(400, "invalid_request", "The request is malformed.", hint));
    };
    let is_meant = code.redirect == text("redirect_uri") && code.challenge == text("code_verifier");
    let hint = "Failed to verify `code_verifier`.";
    let grant = "The provided authorization grant is invalid.";
    (!is_meant).then(|| refused(400, "invalid_grant", grant, hint))
}

/// Why a refresh token is not taken.
fn renew(state: &mut State, fields: &BTreeMap<String, String>) -> Option<Reply> {
    let token = fields.get("refresh_token").map(String::as_str).unwrap_or_default();
    if state.mal_tokens.spend(token) {
        return None;
    }
    state.stats.reused_refresh_tokens += u32::from(state.mal_tokens.was_spent(token));
    let hint = "Token has been revoked";
    Some(refused(401, "invalid_request", "The refresh token is invalid.", hint))
}

fn refused(status: u16, error: &str, message: &str, hint: &str) -> Reply {
    Reply::json(status, &json!({"error": error, "message": message, "hint": hint}))
}
