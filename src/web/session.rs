//! The sign-in of a person in a browser: a cookie with the same token that a program gets.
//!
//! A session is a row in the store, so a sign-out ends a copy of the cookie with it. A new `APP_TOKEN` or
//! password ends all that were made with the old one.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::access::{Caller, Gate, bearer, same};
use super::answers::{BadBody, Done, Refused};
use super::body::{Body, json_object};
use super::settings::Auth;
use crate::hub::accounts::{Recognised, SignedIn as Signed};
use crate::hub::error::{Error, Result};

/// Its name. A browser shares cookies between all ports of a machine, so it names the program.
pub(super) const NAME: &str = "anilist-trakt-sync";
/// How long a sign-in in a browser is good for after the last visit.
pub(super) const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A visit renews a sign-in that has less left than this.
const FRESH: SignedDuration = SignedDuration::from_hours(29 * 24);

/// The service's token, or a name with its password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub(super) struct Credentials {
    /// `APP_TOKEN`, where people sign in with it.
    token: Option<String>,
    /// The name of an account.
    username: Option<String>,
    /// Its password.
    password: Option<String>,
}

/// Signed in; the cookie comes with the answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignedIn {
    /// Always true.
    success: bool,
    /// When it ends without another visit.
    expires_at: Timestamp,
}

/// Signs a person in who knows the service's token, or has an account.
#[utoipa::path(
    post, path = "/api/sign-in", tag = "sign-in",
    request_body(content = Credentials, example = json!({"token": "the value of APP_TOKEN"})),
    responses((status = 200, body = SignedIn), BadBody, Refused),
)]
pub(super) async fn sign_in(
    Extension(gate): Extension<Gate>,
    request: Request,
) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let (address, headers) = (gate.address_of(&parts), parts.headers.clone());
    let label = agent(&headers);
    let body = json_object(Body::read(Request::from_parts(parts, body)).await)?;
    let signed = match (body.get("token"), body.get("username")) {
        (None, Some(_)) => {
            let (name, password) = (said(&body, "username"), said(&body, "password").into());
            let account = gate.accounts().by_password(&name, password, address).await?;
            gate.accounts().sign_in(account, &label, LIFE).await?
        }
        _ => by_token(&gate, &said(&body, "token"), address, &label).await?,
    };
    let cookie = cookie_of(&gate, &signed, &headers)?;
    let answer = Json(SignedIn { success: true, expires_at: signed.ends });
    Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
}

async fn by_token(
    gate: &Gate,
    sent: &str,
    address: std::net::IpAddr,
    label: &str,
) -> Result<Signed> {
    let (auth, token) = (gate.auth().await, gate.settings.access.app_token.as_ref());
    let Some(token) = token.filter(|_| auth == Auth::Token) else {
        let message = match auth {
            Auth::Accounts => "people sign in by name and password here".to_owned(),
            Auth::Off | Auth::Token => "this service asks nobody for a token".to_owned(),
        };
        return Err(Error::Refused { message, hint: "go on at /" });
    };
    if !same(sent.trim(), token) {
        gate.count_wrong(address)?;
        tracing::warn!(%address, "[Access] A sign-in with a wrong token");
        return Err(Error::WrongToken);
    }
    gate.accounts().sign_in_holder(token, label, LIFE).await
}

fn said(body: &Value, field: &str) -> String {
    body[field].as_str().unwrap_or_default().to_owned()
}

/// Ends this sign-in, copies of its cookie with it, and takes the cookie back from this browser. Where
/// nobody is signed in, there is nothing to end.
#[utoipa::path(
    post, path = "/api/sign-out", tag = "sign-in",
    responses((status = 200, body = Done)),
)]
pub(super) async fn sign_out(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Response> {
    let taken_back = cookie("", Duration::ZERO, is_secure(&headers))?;
    let mut ended = Ok(());
    if caller.has_cookie() || matches!(caller, Caller::Bearer(_)) {
        let shown = bearer(&headers).into_iter().chain(cookies(&headers));
        for shown in shown {
            ended = ended.and(gate.accounts().sign_out(shown).await);
        }
    }
    // This browser is signed out even where the session cannot be ended.
    let mut answer = ended.map(|()| Json(Done::YES)).into_response();
    answer.headers_mut().insert(header::SET_COOKIE, taken_back);
    Ok(answer)
}

/// A new cookie for who comes back after a day or more with a sign-in.
pub(super) async fn renewed(
    gate: &Gate,
    headers: &HeaderMap,
    caller: &Caller,
) -> Option<HeaderValue> {
    if !caller.has_cookie() {
        return None;
    }
    for shown in cookies(headers) {
        let renewed = gate.accounts().renew(shown, FRESH, LIFE).await;
        match renewed {
            Ok(Some(signed)) => return cookie_of(gate, &signed, headers).ok(),
            Ok(None) => {}
            Err(cause) => tracing::warn!("[Access] A sign-in was not renewed: {cause}"),
        }
    }
    None
}

/// Who is signed in by a cookie. Another page of the same site may have put a cookie of the same name
/// before it, so all of them are looked at.
pub(super) async fn of(gate: &Gate, headers: &HeaderMap, auth: Auth) -> Result<Option<Caller>> {
    let token = gate.settings.access.app_token.as_ref().filter(|_| auth == Auth::Token);
    for shown in cookies(headers) {
        match gate.accounts().recognise(shown, token).await? {
            Recognised::Person(shown) => return Ok(Some(Caller::Signed(shown))),
            Recognised::Holder => return Ok(Some(Caller::Person)),
            Recognised::Nobody => {}
        }
    }
    Ok(None)
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    cookies_named(headers, NAME)
}

/// The values of all cookies of a name.
pub(super) fn cookies_named<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|one| one.split_once('='));
    pairs.filter(move |(known, _)| known.trim() == name).map(|(_, value)| value.trim())
}

/// What a person recognises a sign-in by.
pub(super) fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    agent.unwrap_or("a program").to_owned()
}

/// The cookie of a sign-in that was just made.
pub(super) fn cookie_of(gate: &Gate, signed: &Signed, headers: &HeaderMap) -> Result<HeaderValue> {
    let left = signed.ends.duration_since(gate.people.services().clock.now());
    let life = Duration::try_from(left).unwrap_or_default();
    cookie(signed.token.expose_secret(), life, is_secure(headers))
}

fn cookie(value: &str, life: Duration, is_secure: bool) -> Result<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let life = life.as_secs();
    // Lax, so that who comes back from a sign-in at another service is still known.
    let text = format!("{NAME}={value}; Path=/; Max-Age={life}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).map_err(|cause| Error::Internal(cause.to_string()))
}

/// Whether the browser speaks HTTPS with whatever stands in front.
pub(super) fn is_secure(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes() == b"https")
}
