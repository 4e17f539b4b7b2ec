//! The pages and what they load, from inside the binary.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::answers::{Kept, Missing};
use super::params::{Segment, segment, shown};
use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// The overview.
#[utoipa::path(
    get, path = "/", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn dashboard(headers: HeaderMap) -> Response {
    file("index.html", &headers)
}

/// The page for previews and runs.
#[utoipa::path(
    get, path = "/sync", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn sync(headers: HeaderMap) -> Response {
    file("sync.html", &headers)
}

/// The page for mappings and for titles that wait.
#[utoipa::path(
    get, path = "/mappings", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn mappings(headers: HeaderMap) -> Response {
    file("mappings.html", &headers)
}

/// The page for mappings made by hand.
#[utoipa::path(
    get, path = "/manual", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn manual(headers: HeaderMap) -> Response {
    file("manual.html", &headers)
}

/// The page with the log.
#[utoipa::path(
    get, path = "/logs", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn logs(headers: HeaderMap) -> Response {
    file("logs.html", &headers)
}

/// The page that describes the API.
#[utoipa::path(
    get, path = "/docs", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn docs(headers: HeaderMap) -> Response {
    file("docs.html", &headers)
}

/// The page to sign in on, and to go on from to the page `next`. Needs no token.
#[utoipa::path(
    get, path = "/sign-in", tag = "page",
    params(("next" = Option<String>, Query, description = "A page with its query; anything else is left out (303).")),
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn sign_in(query: RawQuery, headers: HeaderMap) -> Response {
    let address = format!("http://here/?{}", query.0.unwrap_or_default());
    let is_bad = |address: &Url| {
        address.query_pairs().any(|(name, next)| name == "next" && !leads_to_a_page(&next))
    };
    // Only a whole address knows how to read a query.
    if Url::parse(&address).is_ok_and(|address| is_bad(&address)) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response();
    }
    file("sign-in.html", &headers)
}

/// Where a person may go on to. The page has the same list.
const PAGES: [&str; 6] = ["/", "/sync", "/mappings", "/manual", "/logs", "/docs"];

/// Whether an address is a page of this service, with whatever query.
pub(super) fn leads_to_a_page(address: &str) -> bool {
    address.split(['?', '#']).next().is_some_and(|path| PAGES.contains(&path))
}

/// A file of the pages. Needs no token.
#[utoipa::path(
    get, path = "/assets/{path}", tag = "page",
    params(("path" = String, Path, description = "Its name.")),
    responses((status = 200, description = "The file."), Missing, Kept),
)]
pub(super) async fn asset(path: Segment, headers: HeaderMap) -> Response {
    file(&format!("assets/{}", segment(path)), &headers)
}

/// The icon. Needs no token.
#[utoipa::path(
    get, path = "/favicon.ico", tag = "page",
    responses((status = 200, content_type = "image/svg+xml", body = String), Kept),
)]
pub(super) async fn favicon(headers: HeaderMap) -> Response {
    file("assets/favicon.svg", &headers)
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let Some(file) = Static::get(path) else {
        let message = format!("there is no such page: {}", shown(path));
        return Error::not_found(message, "start at /").into_response();
    };
    let tag = tag(&file);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        let fields = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".into())];
        return (StatusCode::NOT_MODIFIED, fields).into_response();
    }
    let kind = content_type(&file);
    let fields = [
        (header::CONTENT_TYPE, kind),
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "no-cache".into()),
    ];
    (fields, file.data).into_response()
}

fn content_type(file: &EmbeddedFile) -> String {
    let kind = file.metadata.mimetype();
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

fn tag(file: &EmbeddedFile) -> String {
    use std::fmt::Write as _;
    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..12] {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}
