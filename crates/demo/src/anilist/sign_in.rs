//! AniList's site, as far as it signs people in: a page with one button, and a token for its code.

use std::collections::HashMap;

use axum::http::Uri;
use serde_json::{Value, json};

use super::super::http::{Reply, Request};
use super::super::server::State;

/// A token lives for a year, in seconds.
const YEAR: u32 = 31_536_000;

/// Codes that were given and not used, each with the address that it was sent to.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    given: HashMap<String, String>,
    last: u32,
}

impl Codes {
    fn give(&mut self, redirect: &str) -> String {
        self.last += 1;
        let code = format!("demo-anilist-code-{}", self.last);
        self.given.insert(code.clone(), redirect.to_owned());
        code
    }

    /// Whether the code was given to this address. It is used up by that.
    fn redeem(&mut self, code: &str, redirect: &str) -> bool {
        self.given.remove(code).is_some_and(|given| given == redirect)
    }
}

/// Answers one request below `/anilist-site`.
pub(crate) fn answer(state: &mut State, request: &Request) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "api/v2/oauth/authorize") => authorize(state, request),
        ("POST", "api/v2/oauth/token") => token(state, request),
        (method, path) => {
            state.stats.unknown_routes.push(format!("AniList's site {method} /{path}"));
            Reply::html(404, "Not Found")
        }
    }
}

fn authorize(state: &mut State, request: &Request) -> Reply {
    let is_app = request.param("client_id") == Some(&state.world.person.anilist_client_id);
    let is_code = request.param("response_type") == Some("code");
    let redirect = request.param("redirect_uri").filter(|redirect| redirect.parse::<Uri>().is_ok());
    let Some(redirect) = redirect.filter(|_| is_app && is_code) else {
        return refused(401, "invalid_client", "Client authentication failed");
    };
    let mark = request.param("state").unwrap_or_default();
    if request.param("agreed").is_none() {
        return page(&state.world.person.name, request);
    }
    let code = state.anilist_codes.give(redirect);
    let join = if redirect.contains('?') { '&' } else { '?' };
    Reply::empty(302).with("location", format!("{redirect}{join}code={code}&state={mark}"))
}

/// A page with one button. What was asked comes along with it.
fn page(name: &str, request: &Request) -> Reply {
    let field = |(name, value): &(String, String)| {
        let (name, value) = (escaped(name), escaped(value));
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
    };
    let fields = request.query.iter().map(field).collect::<Vec<_>>().concat();
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>AniList, imitated</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:15vh auto;padding:0 1rem}}\
         button{{font:inherit;padding:.6rem 1.2rem}}</style></head><body>\
         <h1>AniList, imitated</h1><p>You are {}. The app asks to read and change your lists. Nothing leaves this machine.</p>\
         <form method=\"get\" action=\"\">{fields}<button name=\"agreed\" value=\"1\">Let it in</button></form>\
         </body></html>\n",
        escaped(name)
    );
    Reply::bytes(200, "text/html; charset=UTF-8", page.into_bytes())
}

fn token(state: &mut State, request: &Request) -> Reply {
    let fields = fields(request);
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let person = &state.world.person;
    let is_app = text("client_id") == person.anilist_client_id
        && text("client_secret") == person.anilist_client_secret;
    if !is_app {
        return refused(401, "invalid_client", "Client authentication failed");
    }
    if text("grant_type") != "authorization_code" {
        let why = "The authorization grant type is not supported by the authorization server.";
        return refused(400, "unsupported_grant_type", why);
    }
    if !state.anilist_codes.redeem(text("code"), text("redirect_uri")) {
        let why = "The authorization code is invalid or has expired.";
        return refused(400, "invalid_grant", why);
    }
    state.stats.tokens_issued += 1;
    let token = &state.world.person.anilist_token;
    Reply::json(200, &json!({"token_type": "Bearer", "expires_in": YEAR, "access_token": token}))
}

/// The fields of a form or of a JSON object: AniList takes both.
fn fields(request: &Request) -> HashMap<String, String> {
    if request.is_json() {
        let object = request.json().unwrap_or_default();
        let fields = object.as_object().into_iter().flatten();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        return fields.map(|(name, value)| (name.clone(), text(value))).collect();
    }
    request.form().unwrap_or_default().into_iter().collect()
}

fn refused(status: u16, error: &str, why: &str) -> Reply {
    Reply::json(status, &json!({"error": error, "error_description": why, "message": why}))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
