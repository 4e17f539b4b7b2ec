//! Covers of titles, through the service.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use reqwest::Url;

use super::answers::{Elsewhere, Missing};
use super::asker::Asker;
use super::assets::tag;
use super::params::{Segment, segment};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::library::ItemId;

/// How long a browser keeps what is at an address that names the picture itself.
const FOR_GOOD: &str = "private, max-age=2592000, immutable";
/// The same where a title may have another cover tomorrow.
const FOR_A_DAY: &str = "private, max-age=86400";

/// The cover of a title of one's library, by its number; or of any title, by an address that the service
/// gave.
#[utoipa::path(
    get, path = "/covers/{key}", tag = "library",
    params(("key" = String, Path, description = "The number of an item, or what the service gave for a title.")),
    responses(
        (status = 200, description = "The picture.", content_type = "image/*", body = Vec<u8>),
        (status = 304, description = "It is as it was."),
        Missing, Elsewhere,
    ),
)]
pub(super) async fn cover(
    Asker(person): Asker,
    key: Segment,
    headers: HeaderMap,
) -> Result<Response> {
    let key = segment(key);
    let (url, keeps) = match key.parse() {
        Ok(item) => (of_item(&person, ItemId(item)).await?, FOR_A_DAY),
        Err(_) => (of_key(&person, &key).await?, FOR_GOOD),
    };
    let url = url.ok_or_else(|| Error::not_found("there is no such cover", "refresh the title"))?;
    let picture = person.services.covers.get(&url).await?;
    let tag = tag(digest(&SHA256, &picture.bytes).as_ref());
    let seen = headers.get(header::IF_NONE_MATCH);
    let fields = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, keeps)];
    if seen.is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, fields).into_response());
    }
    let kind = [(header::CONTENT_TYPE, picture.kind.media_type())];
    Ok((kind, fields, picture.bytes).into_response())
}

async fn of_item(person: &Person, id: ItemId) -> Result<Option<Url>> {
    let library = person.library().read().await?;
    let item = library.get(id).ok_or(crate::library::Refused::Absent(id))?;
    let cover = item.work.cover_url.as_deref();
    Ok(cover.and_then(|cover| person.services.covers.known(cover)))
}

async fn of_key(person: &Person, key: &str) -> Result<Option<Url>> {
    Ok(person.services.cover_paths().await?.read(key))
}
