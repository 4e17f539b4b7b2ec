//! Which part of the library a query asks for, and what the answer's headers say.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::domain::AccountId;
use crate::hub::error::{Error, Result};
use crate::library::{Kind, Library, Listing, Order, Origin, Sort, StatusOf};
use crate::web::params::{Query, shown};

/// As many as a library has at most.
const MOST: usize = 100_000;

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// What is asked for.
pub(super) fn read(query: &Query) -> Result<Listing> {
    Ok(Listing {
        kind: word(query, "type", Kind::of, "it is anime or manga")?,
        statuses: statuses(given(query, "status"))?,
        text: given(query, "q").map(str::to_owned),
        service: word(
            query,
            "service",
            Origin::of,
            "it is anilist, myanimelist, kitsu, mangadex or local",
        )?,
        sort: word(query, "sort", sort, "it is added, updated_at, title, score or progress")?
            .unwrap_or_default(),
        order: word(query, "order", order, "it is asc or desc")?.unwrap_or_default(),
        offset: number(query, "offset", 0)?.unwrap_or(0),
        limit: number(query, "limit", 1)?,
    })
}

pub(super) fn given<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    query.get(name).map(String::as_str).filter(|word| !word.is_empty())
}

/// The meaning of a word that is one of a few.
fn word<T>(
    query: &Query,
    name: &'static str,
    meaning: fn(&str) -> Option<T>,
    hint: &'static str,
) -> Result<Option<T>> {
    let Some(word) = given(query, name) else { return Ok(None) };
    meaning(word).map(Some).ok_or_else(|| {
        let message = format!("{:?} is no word for it", shown(word));
        Error::invalid(name, message, hint)
    })
}

pub(super) fn statuses(words: Option<&str>) -> Result<Vec<StatusOf>> {
    let words = words.into_iter().flat_map(|words| words.split(','));
    let status = |word: &str| {
        StatusOf::of(word).ok_or_else(|| {
            let message = format!("{:?} is no status", shown(word));
            let hint = "it is planning, watching, reading, completed, on-hold or dropped";
            Error::invalid("status", message, hint)
        })
    };
    words.map(status).collect()
}

fn sort(word: &str) -> Option<Sort> {
    Some(match word {
        "added" => Sort::Added,
        "updated_at" => Sort::Updated,
        "title" => Sort::Title,
        "score" => Sort::Score,
        "progress" => Sort::Progress,
        _ => return None,
    })
}

fn order(word: &str) -> Option<Order> {
    match word {
        "asc" => Some(Order::Ascending),
        "desc" => Some(Order::Descending),
        _ => None,
    }
}

fn number(query: &Query, name: &'static str, least: usize) -> Result<Option<usize>> {
    let Some(text) = given(query, name) else { return Ok(None) };
    let found = text.parse().ok().filter(|number| (least..=MOST).contains(number));
    found.map(Some).ok_or_else(|| {
        let message = format!("{:?} is not a number from {least} to {MOST}", shown(text));
        Error::invalid(name, message, "write digits only")
    })
}

/// Which state of whose library it is, as an entity tag.
pub(super) fn state(account: &AccountId, library: &Library) -> HeaderValue {
    let state = format!("W/\"{account}-{}\"", library.mark().version);
    HeaderValue::try_from(state).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether the caller has what is in this state.
pub(super) fn has(headers: &HeaderMap, state: &HeaderValue) -> bool {
    let Ok(state) = state.to_str() else { return false };
    let known = headers.get_all(header::IF_NONE_MATCH).into_iter();
    let known = known.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
    known.map(str::trim).any(|tag| tag == state)
}

/// It is as the caller has it.
pub(super) fn unchanged(state: HeaderValue) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, state)]).into_response()
}

/// How many there are, where the other pages are, and which state it is.
pub(super) fn headers(
    query: &Query,
    listing: &Listing,
    total: usize,
    state: HeaderValue,
) -> HeaderMap {
    let links = links(query, listing, total);
    let link = HeaderValue::try_from(links).ok().filter(|links| !links.is_empty());
    let known = [(TOTAL, Some(total.into())), (header::ETAG, Some(state)), (header::LINK, link)];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The other pages (RFC 8288), where there are pages.
fn links(query: &Query, listing: &Listing, total: usize) -> String {
    let Some(limit) = listing.limit else { return String::new() };
    let last = total.saturating_sub(1) / limit * limit;
    let next = Some(listing.offset.saturating_add(limit)).filter(|next| *next < total);
    let before = (listing.offset > 0).then(|| listing.offset.saturating_sub(limit).min(last));
    let pages = [("first", Some(0)), ("prev", before), ("next", next), ("last", Some(last))];
    let link = |(name, offset): (&str, Option<usize>)| {
        offset.map(|offset| format!("<{}>; rel=\"{name}\"", address(query, offset)))
    };
    pages.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
}

/// The address of the page from here on, with all else that was asked for.
fn address(query: &Query, offset: usize) -> String {
    let mut names: Vec<(&String, &String)> =
        query.iter().filter(|(name, _)| *name != "offset").collect();
    names.sort();
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(names).append_pair("offset", &offset.to_string());
    format!("/api/library/items?{}", text.finish())
}
