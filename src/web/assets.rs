//! The pages and what they load, from inside the binary.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::params::{Segment, segment, shown};
use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

pub(super) async fn dashboard(headers: HeaderMap) -> Response {
    file("index.html", &headers)
}

pub(super) async fn sync(headers: HeaderMap) -> Response {
    file("sync.html", &headers)
}

pub(super) async fn mappings(headers: HeaderMap) -> Response {
    file("mappings.html", &headers)
}

pub(super) async fn manual(headers: HeaderMap) -> Response {
    file("manual.html", &headers)
}

pub(super) async fn logs(headers: HeaderMap) -> Response {
    file("logs.html", &headers)
}

pub(super) async fn sign_in(headers: HeaderMap) -> Response {
    file("sign-in.html", &headers)
}

pub(super) async fn asset(path: Segment, headers: HeaderMap) -> Response {
    file(&format!("assets/{}", segment(path)), &headers)
}

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
