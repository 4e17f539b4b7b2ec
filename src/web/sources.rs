//! Looking for titles at the sources of them, by the tracker's routes: fields are in `snake_case`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use super::answers::{Elsewhere, Invalid, Missing};
use super::bodies::{self, CacheState, Origin, SourceTitle, TitleLength, TitleSource};
use super::params::{Query, shown};
use crate::domain::Service;
use crate::hub::error::{Error, Result};
use crate::hub::services::Services;
use crate::hub::sources::Findings;
use crate::library::{Found, Kind, RemoteId, Sought};

/// The longest text that is looked for, in characters; a pasted address fits.
const LONGEST: usize = 300;

/// The fewest characters of what is being typed that are looked for.
const SHORTEST: usize = 2;

/// When the oldest part of an answer is from, where a source does not answer now.
const STALE_SINCE: HeaderName = HeaderName::from_static("x-stale-since");

/// The sources of which nothing is in an answer, as they do not answer.
const SOURCES_MISSING: HeaderName = HeaderName::from_static("x-sources-missing");

/// Everything there is.
const SOURCES: [TitleSource; 3] = [
    TitleSource {
        id: Origin::Anilist,
        name: "AniList",
        types: &[bodies::Kind::Anime, bodies::Kind::Manga],
        search: true,
    },
    TitleSource {
        id: Origin::Mangadex,
        name: "MangaDex",
        types: &[bodies::Kind::Manga],
        search: true,
    },
    TitleSource {
        id: Origin::Local,
        name: "My own",
        types: &[bodies::Kind::Anime, bodies::Kind::Manga],
        search: false,
    },
];

/// Titles, and in the headers how good the answer is.
type Titles = (HeaderMap, Json<Vec<SourceTitle>>);

/// Where titles come from.
#[utoipa::path(
    get, path = "/api/sources", tag = "library",
    responses((status = 200, body = Vec<TitleSource>)),
)]
pub(super) async fn sources() -> Json<[TitleSource; 3]> {
    Json(SOURCES)
}

/// The titles that somebody may mean, by name, by id, or by the address of a page at AniList, MyAnimeList
/// or MangaDex. Titles that several sources have come once, where their ids say so.
#[utoipa::path(
    get, path = "/api/sources/search", tag = "library",
    params(
        ("q" = String, Query, min_length = 1, max_length = 300, description = "A name, an id, or a pasted address."),
        ("type" = Option<bodies::Kind>, Query, description = "Only anime, or only manga."),
    ),
    responses(
        (status = 200, body = Vec<SourceTitle>, headers(
            ("X-Stale-Since" = Option<String>, description = "When the oldest part of the answer is from, where a source does not answer now."),
            ("X-Sources-Missing" = Option<String>, description = "Sources of which nothing is in the answer, as they do not answer."),
        )),
        Invalid, Elsewhere,
    ),
)]
pub(super) async fn search(State(services): State<Arc<Services>>, query: Query) -> Result<Titles> {
    let (text, kind) = (text(&query)?, kind(&query)?);
    told(&services, services.sources.search(&Sought::read(text), kind).await?).await
}

/// At most eight titles that begin like what is being typed, those first that most people have on their
/// lists. Of one character there are none.
#[utoipa::path(
    get, path = "/api/sources/autocomplete", tag = "library",
    params(
        ("q" = String, Query, min_length = 1, max_length = 300, description = "The beginning of a name, from 2 characters."),
        ("type" = Option<bodies::Kind>, Query, description = "Only anime, or only manga."),
    ),
    responses(
        (status = 200, body = Vec<SourceTitle>, headers(
            ("X-Stale-Since" = Option<String>, description = "When the answer is from, where AniList does not answer now."),
        )),
        Invalid, Elsewhere,
    ),
)]
pub(super) async fn autocomplete(
    State(services): State<Arc<Services>>,
    query: Query,
) -> Result<Titles> {
    let (text, kind) = (text(&query)?, kind(&query)?);
    if text.chars().count() < SHORTEST {
        return told(&services, Findings::default()).await;
    }
    told(&services, services.sources.suggest(text, kind).await?).await
}

/// The manga at MangaDex that somebody may mean.
#[utoipa::path(
    get, path = "/api/sources/mangadex/search", tag = "library",
    params(("q" = String, Query, min_length = 1, max_length = 300, description = "A name, an id, or a pasted address.")),
    responses(
        (status = 200, body = Vec<SourceTitle>, headers(
            ("X-Stale-Since" = Option<String>, description = "When the answer is from, where MangaDex does not answer now."),
        )),
        Invalid, Elsewhere,
    ),
)]
pub(super) async fn search_mangadex(
    State(services): State<Arc<Services>>,
    query: Query,
) -> Result<Titles> {
    let sought = Sought::read(text(&query)?);
    told(&services, services.sources.search_mangadex(&sought).await?).await
}

/// How many episodes or chapters a title has: the one of this id, else the one that is called so, else the
/// one whose name is most like it.
#[utoipa::path(
    get, path = "/api/sources/max", tag = "library",
    params(
        ("q" = Option<String>, Query, max_length = 300, description = "A name, an id, or a pasted address."),
        ("id" = Option<String>, Query, max_length = 300, description = "An id at AniList or MangaDex, in place of `q`."),
        ("type" = Option<bodies::Kind>, Query, description = "Only anime, or only manga."),
    ),
    responses(
        (status = 200, body = TitleLength, headers(
            ("X-Stale-Since" = Option<String>, description = "When the answer is from, where the source does not answer now."),
        )),
        Invalid, Missing, Elsewhere,
    ),
)]
pub(super) async fn max(
    State(services): State<Arc<Services>>,
    query: Query,
) -> Result<(HeaderMap, Json<TitleLength>)> {
    let (sought, kind) = (by_id(&query)?, kind(&query)?);
    let sought = match sought {
        Some(sought) => sought,
        None => Sought::read(text(&query)?),
    };
    let answer = services.sources.length(&sought, kind).await?;
    let missing = || Error::not_found("no source has such a title", "look for it by another name");
    let length = answer.value.ok_or_else(missing)?;
    let mut headers = HeaderMap::new();
    mark_stale(&mut headers, answer.stale_since);
    Ok((headers, Json(length.into())))
}

/// How questions to the sources were answered, and how much may still be asked of each service.
#[utoipa::path(
    get, path = "/api/debug/cache", tag = "watch",
    responses((status = 200, body = CacheState)),
)]
pub(super) async fn cache(State(services): State<Arc<Services>>) -> Result<Json<CacheState>> {
    Ok(Json(services.sources.standing().await?.into()))
}

async fn told(
    services: &Services,
    Findings { titles, stale_since, missing }: Findings,
) -> Result<Titles> {
    let mut headers = HeaderMap::new();
    mark_stale(&mut headers, stale_since);
    let names: Vec<&str> = missing.into_iter().map(Service::id).collect();
    if let Ok(names) = HeaderValue::from_str(&names.join(", "))
        && !names.is_empty()
    {
        headers.insert(SOURCES_MISSING, names);
    }
    let paths = services.cover_paths().await?;
    let told = |found: Found| {
        let cover = found.work.cover_url.as_deref().and_then(|url| paths.of(url));
        let mut title = SourceTitle::from(found);
        title.cover = cover;
        title
    };
    Ok((headers, Json(titles.into_iter().map(told).collect())))
}

fn mark_stale(headers: &mut HeaderMap, since: Option<Timestamp>) {
    let since = since.and_then(|since| HeaderValue::from_str(&since.to_string()).ok());
    headers.extend(since.map(|since| (STALE_SINCE, since)));
}

/// What is looked for.
fn text(query: &Query) -> Result<&str> {
    let text = query.get("q").map(|text| text.trim()).unwrap_or_default();
    let hint = "add ?q= with a name, an id, or the address of its page";
    if text.is_empty() {
        return Err(Error::invalid("q", "this needs a text to look for", hint));
    }
    if text.chars().count() > LONGEST {
        return Err(Error::invalid("q", format!("this is longer than {LONGEST} characters"), hint));
    }
    Ok(text)
}

/// The work of an id, if one is named.
fn by_id(query: &Query) -> Result<Option<Sought>> {
    let Some(text) = query.get("id").map(|text| text.trim()).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match Sought::read(text) {
        Sought::Name(_) => {
            let message = format!("this is no id of AniList or MangaDex ({})", shown(text));
            Err(Error::invalid("id", message, "send the number, or MangaDex' UUID"))
        }
        Sought::Number(id, _) => Ok(Some(Sought::Work(RemoteId::Anilist(id), None))),
        work @ Sought::Work(..) => Ok(Some(work)),
    }
}

fn kind(query: &Query) -> Result<Option<Kind>> {
    let Some(word) = query.get("type").filter(|word| !word.trim().is_empty()) else {
        return Ok(None);
    };
    let unknown = || {
        let message = format!("this is neither anime nor manga ({})", shown(word));
        Error::invalid("type", message, "send anime or manga, or leave it out for both")
    };
    Kind::of(word).map(Some).ok_or_else(unknown)
}
