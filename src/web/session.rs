//! The sign-in of a person: a cookie that the service can check without remembering it.
//!
//! It holds when it ends and a mark over that, made with `APP_TOKEN`. Whoever changes the token
//! signs everybody out.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Gate, same};
use super::answers::{BadBody, Done, Refused};
use super::body::{Body, json_object};
use crate::app::App;
use crate::error::{Error, Result};

/// Its name. A browser shares cookies between all ports of a machine, so it names the program.
pub(super) const NAME: &str = "anilist-trakt-sync";
/// How long a sign-in is good for after the last visit.
const LIFE: Duration = Duration::from_hours(30 * 24);
/// A visit renews a sign-in that has less left than this.
const FRESH: Duration = Duration::from_hours(29 * 24);

/// The service's token.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub(super) struct Token {
    /// `APP_TOKEN`.
    token: String,
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

/// Signs a person in who knows the service's token.
#[utoipa::path(
    post, path = "/api/sign-in", tag = "sign-in",
    request_body(content = Token, example = json!({"token": "the value of APP_TOKEN"})),
    responses((status = 200, body = SignedIn), BadBody, Refused),
)]
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(gate): Extension<Gate>,
    request: Request,
) -> Result<Response> {
    let Some(token) = &app.config.access.app_token else {
        let message = "this service asks nobody for a token".to_owned();
        return Err(Error::Refused { message, hint: "go on at /" });
    };
    let (address, is_secure) = (gate.address_of(&request), is_secure(request.headers()));
    let body = json_object(Body::read(request).await)?;
    let sent = body["token"].as_str().unwrap_or_default();
    if !same(sent.trim(), token) {
        gate.count_wrong(address)?;
        tracing::warn!(%address, "[Access] A sign-in with a wrong token");
        return Err(Error::WrongToken);
    }
    let ends = app.clock.now() + LIFE;
    let cookie = cookie(&value(token, ends), LIFE, is_secure)?;
    let answer = Json(SignedIn { success: true, expires_at: ends });
    Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
}

/// Takes the cookie back from this browser.
#[utoipa::path(
    post, path = "/api/sign-out", tag = "sign-in",
    responses((status = 200, body = Done)),
)]
pub(super) async fn sign_out(headers: HeaderMap) -> Result<Response> {
    let cookie = cookie("", Duration::ZERO, is_secure(&headers))?;
    Ok(([(header::SET_COOKIE, cookie)], Json(Done::YES)).into_response())
}

/// A new cookie for who comes back after a day or more with a sign-in that `ends` then.
pub(super) fn renewed(app: &App, headers: &HeaderMap, ends: Timestamp) -> Option<HeaderValue> {
    let now = app.clock.now();
    let token = app.config.access.app_token.as_ref()?;
    let is_old = ends < now + FRESH;
    is_old.then(|| cookie(&value(token, now + LIFE), LIFE, is_secure(headers)).ok())?
}

/// When the sign-in ends that a request carries; none when it carries none that is still good.
pub(super) fn ends(app: &App, headers: &HeaderMap) -> Option<Timestamp> {
    let token = app.config.access.app_token.as_ref()?;
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|one| one.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim() == NAME)?;
    let (seconds, mark) = value.trim().split_once('.')?;
    let mark = BASE64_URL_SAFE_NO_PAD.decode(mark).ok()?;
    hmac::verify(&key(token), signed(seconds).as_bytes(), &mark).ok()?;
    let ends = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    (ends > app.clock.now()).then_some(ends)
}

fn value(token: &SecretString, ends: Timestamp) -> String {
    let seconds = ends.as_second().to_string();
    let mark = hmac::sign(&key(token), signed(&seconds).as_bytes());
    format!("{seconds}.{}", BASE64_URL_SAFE_NO_PAD.encode(mark))
}

fn key(token: &SecretString) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, token.expose_secret().as_bytes())
}

/// What the mark is over. It says what it is for, so that no other mark by this key can stand in.
fn signed(seconds: &str) -> String {
    format!("session until {seconds}")
}

fn cookie(value: &str, life: Duration, is_secure: bool) -> Result<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let life = life.as_secs();
    let text = format!("{NAME}={value}; Path=/; Max-Age={life}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).map_err(|cause| Error::Internal(cause.to_string()))
}

/// Whether the browser speaks HTTPS with whatever stands in front.
fn is_secure(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes() == b"https")
}
