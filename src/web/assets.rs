//! The files in `static/`, from inside the binary.

use std::fmt::Write as _;
use std::path::Path;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::answers::{Kept, Missing};
use super::params::{Segment, segment, shown};
use crate::hub::error::Error;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// A file of the pages. Needs no token.
#[utoipa::path(
    get, path = "/assets/{path}", tag = "page",
    params(("path" = String, Path, description = "Its name, with the folders it is in.")),
    responses((status = 200, description = "The file."), Missing, Kept),
)]
pub(super) async fn asset(path: Segment, headers: HeaderMap) -> Response {
    let path = segment(path);
    // A page is made of these, but none is a page.
    let is_of_a_page = Path::new(&path).extension().is_some_and(|kind| kind == "html");
    if is_of_a_page { missing(&path) } else { file(&path, &headers) }
}

/// The icon. Needs no token.
#[utoipa::path(
    get, path = "/favicon.ico", tag = "page",
    responses((status = 200, content_type = "image/svg+xml", body = String), Kept),
)]
pub(super) async fn favicon(headers: HeaderMap) -> Response {
    file("favicon.svg", &headers)
}

/// The text of a file, which is of this program and so is UTF-8.
pub(super) fn text(path: &str) -> Option<String> {
    String::from_utf8(Static::get(path)?.data.into_owned()).ok()
}

/// A whole file.
pub(super) fn file(path: &str, headers: &HeaderMap) -> Response {
    let Some(file) = Static::get(path) else { return missing(path) };
    kept(headers, &content_type(&file), &tag(&file.metadata.sha256_hash()), file.data)
}

/// That there is no such page or file.
pub(super) fn missing(path: &str) -> Response {
    let message = format!("there is no such page: {}", shown(path));
    Error::not_found(message, "start at /").into_response()
}

/// What a browser keeps: sent again only if it is another one than `tag` says.
pub(super) fn kept(
    headers: &HeaderMap,
    kind: &str,
    tag: &str,
    data: impl IntoResponse,
) -> Response {
    let fields = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache")];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, fields).into_response();
    }
    ([(header::CONTENT_TYPE, kind)], fields, data).into_response()
}

fn content_type(file: &EmbeddedFile) -> String {
    let kind = file.metadata.mimetype();
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

/// The tag of a content, by its digest.
pub(super) fn tag(digest: &[u8]) -> String {
    let mut tag = String::from("\"");
    for byte in digest.iter().take(12) {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}
