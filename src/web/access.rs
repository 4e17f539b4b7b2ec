//! Who may ask, and the headers every answer carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};

use super::envelope::NO_STORE;
use super::params::shown;
use crate::app::App;
use crate::error::{Error, Result};

/// Only the program's own files may be loaded, and AniList's pictures; no other page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https://s4.anilist.co; \
     connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Routes that anybody may ask, so that a supervisor needs no token.
const OPEN: [&str; 2] = ["/healthz", "/readyz"];

/// Routes that the scheduler's secret opens as well.
const SCHEDULED: [&str; 2] = ["/api/cron", "/api/full-sync"];

pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = match check(&app, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(NO_STORE.0, NO_STORE.1);
    }
    response
}

fn check(app: &App, request: &Request) -> Result<()> {
    let path = request.uri().path();
    if OPEN.contains(&path) {
        return Ok(());
    }
    refuse_other_sites(request)?;
    match &app.config.access.app_token {
        Some(token) => check_token(app, token, path, request.headers()),
        None if app.config.listen.ip().is_loopback() => refuse_foreign_host(request.headers()),
        None => Ok(()),
    }
}

fn check_token(app: &App, token: &SecretString, path: &str, headers: &HeaderMap) -> Result<()> {
    let sent = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let cron = app.config.access.cron_secret.as_ref().filter(|_| SCHEDULED.contains(&path));
    let allowed = same(sent, token) | cron.is_some_and(|secret| same(sent, secret));
    if allowed { Ok(()) } else { Err(Error::Unauthorized) }
}

/// Compares in a time that does not tell how much of the secret was right.
fn same(sent: &str, secret: &SecretString) -> bool {
    let (sent, secret) = (sent.as_bytes(), secret.expose_secret().as_bytes());
    let different = sent.iter().zip(secret).fold(0, |sum, (a, b)| sum | (a ^ b));
    sent.len() == secret.len() && different == 0
}

/// A browser that another site sends here may look at pages, and do nothing.
fn refuse_other_sites(request: &Request) -> Result<()> {
    let headers = request.headers();
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let foreign = matches!(site, Some("cross-site" | "same-site"));
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let page = looks && !request.uri().path().starts_with("/api/");
    if foreign && !page {
        let message = "another site may not ask this".to_owned();
        return Err(Error::Forbidden { message, hint: "open the service's own page" });
    }
    Ok(())
}

/// A page that a stranger's name was pointed at 127.0.0.1 for (DNS rebinding) sends that name.
fn refuse_foreign_host(headers: &HeaderMap) -> Result<()> {
    let Some(host) = headers.get(header::HOST).and_then(|value| value.to_str().ok()) else {
        return Ok(());
    };
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host }
    });
    let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    if name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback()) {
        return Ok(());
    }
    let message = format!("this name is not one of this machine: {}", shown(host));
    Err(Error::Forbidden { message, hint: "use http://127.0.0.1, or set APP_TOKEN" })
}
