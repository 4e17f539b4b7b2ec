//! The sign-in of a person: a cookie that the service can check without remembering it.
//!
//! It holds when it ends, the [`Epoch`](super::epoch::Epoch) it was made in and a mark over both,
//! made with `APP_TOKEN`. Whoever signs out, or changes the token, signs everybody out.

use std::time::Duration;

use aws_lc_rs::hmac;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Caller, Gate, same};
use super::answers::{BadBody, Done, Refused};
use super::asker::Asker;
use super::body::{Body, json_object};
use crate::hub::error::{Error, Result};

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
    Asker(person): Asker,
    Extension(gate): Extension<Gate>,
    request: Request,
) -> Result<Response> {
    let Some(token) = &gate.settings.access.app_token else {
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
    let ends = person.services.clock.now() + LIFE;
    let epoch = gate.epoch.read_anew(&person).await.unwrap_or_default();
    let cookie = cookie(&Session { ends, epoch }.value(token), LIFE, is_secure)?;
    let answer = Json(SignedIn { success: true, expires_at: ends });
    Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
}

/// Ends all sign-ins, copies of their cookies with them, and takes the cookie back from this
/// browser. Where nobody is signed in, there is nothing to end.
#[utoipa::path(
    post, path = "/api/sign-out", tag = "sign-in",
    responses((status = 200, body = Done)),
)]
pub(super) async fn sign_out(
    Asker(person): Asker,
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Response> {
    let cookie = cookie("", Duration::ZERO, is_secure(&headers))?;
    let ended = match caller {
        Caller::Person => gate.epoch.end(&person).await,
        Caller::Anyone | Caller::Program | Caller::Scheduler => Ok(()),
    };
    // This browser is signed out even where the others cannot be.
    let mut answer = ended.map(|()| Json(Done::YES)).into_response();
    answer.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(answer)
}

/// A new cookie for who comes back after a day or more with a sign-in.
pub(super) fn renewed(gate: &Gate, headers: &HeaderMap, session: &Session) -> Option<HeaderValue> {
    let now = gate.person.services.clock.now();
    let token = gate.settings.access.app_token.as_ref()?;
    let new = Session { ends: now + LIFE, epoch: session.epoch.clone() };
    let is_old = session.ends < now + FRESH;
    is_old.then(|| cookie(&new.value(token), LIFE, is_secure(headers)).ok())?
}

/// The sign-in that a request carries, if it carries one that is still good. Another page of the
/// same site may have put a cookie of the same name before it, so all of them are looked at.
pub(super) async fn of(gate: &Gate, headers: &HeaderMap) -> Option<Session> {
    let token = gate.settings.access.app_token.as_ref()?;
    let now = gate.person.services.clock.now();
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|one| one.split_once('='));
    let values = pairs.filter(|(name, _)| name.trim() == NAME).map(|(_, value)| value.trim());
    let made_here = values.filter_map(|value| Session::read(value, token));
    let living: Vec<Session> = made_here.filter(|session| session.ends > now).collect();
    if living.is_empty() {
        return None;
    }
    if let Some(session) = newest(&living, gate.epoch.current(&gate.person).await.as_deref()) {
        return Some(session);
    }
    // It may be of a sign-in at another copy of the service, after a sign-out that is not known here.
    newest(&living, gate.epoch.read_anew(&gate.person).await.as_deref())
}

/// The one of an epoch that is good for longest. While no epoch is known, all are.
fn newest(sessions: &[Session], epoch: Option<&str>) -> Option<Session> {
    let good = sessions.iter().filter(|one| epoch.is_none_or(|epoch| epoch == one.epoch));
    good.max_by_key(|session| session.ends).cloned()
}

/// A person's sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    /// When it ends without another visit.
    ends: Timestamp,
    /// Empty before the first sign-out.
    epoch: String,
}

impl Session {
    /// The session of a cookie, where that was made with this token.
    fn read(value: &str, token: &SecretString) -> Option<Self> {
        let (said, mark) = value.rsplit_once('.')?;
        let mark = BASE64_URL_SAFE_NO_PAD.decode(mark).ok()?;
        hmac::verify(&key(token), signed(said).as_bytes(), &mark).ok()?;
        let (seconds, epoch) = said.split_once('.').unwrap_or((said, ""));
        let ends = Timestamp::from_second(seconds.parse().ok()?).ok()?;
        Some(Self { ends, epoch: epoch.to_owned() })
    }

    /// The value of its cookie.
    fn value(&self, token: &SecretString) -> String {
        let seconds = self.ends.as_second();
        let said = match self.epoch.as_str() {
            "" => seconds.to_string(),
            epoch => format!("{seconds}.{epoch}"),
        };
        let mark = hmac::sign(&key(token), signed(&said).as_bytes());
        format!("{said}.{}", BASE64_URL_SAFE_NO_PAD.encode(mark))
    }
}

fn key(token: &SecretString) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, token.expose_secret().as_bytes())
}

/// What the mark is over. It says what it is for, so that no other mark by this key can stand in.
fn signed(said: &str) -> String {
    format!("session until {said}")
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
