//! Every request has a number that its log lines carry, and is counted.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::hub::live::REQUEST;
use crate::hub::services::Services;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest number that is taken over from a proxy.
const LONGEST: usize = 64;

pub(super) async fn watch(
    State(services): State<Arc<Services>>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let id = given(request.headers()).unwrap_or_else(made);
    let method = request.method().clone();
    // Addresses that no route has are one, or a stranger could make ever more counts.
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", MatchedPath::as_str).to_owned();
    // A span is filtered like a line: at a lower level, `RUST_LOG=warn` would take the number away.
    let span = tracing::error_span!(target: "anilist_trakt_sync", REQUEST, id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    span.in_scope(|| {
        let ms = took.as_millis();
        tracing::debug!(target: "http", status, ms, "answered");
    });
    services.metrics.answered(known(method.as_str()), &route, status, took);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The number that a proxy gave the request, if it is one.
fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
    let is_good = (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_plain);
    is_good.then(|| id.to_owned())
}

/// Another one for each request. Nothing rests on it, so it need not be hard to guess: the TLS
/// library's own source of chance takes 30 ms to begin with, which the first answer would wait for.
fn made() -> String {
    // The keys of a hasher are of chance, and never the same again in one process.
    format!("{:016x}", RandomState::new().hash_one(()))
}

/// A method of HTTP, or none: anybody may make one up.
fn known(method: &str) -> &str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    if KNOWN.contains(&method) { method } else { "other" }
}
