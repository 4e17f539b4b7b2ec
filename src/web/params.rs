//! What callers put into queries and bodies.

use std::collections::HashMap;
use std::ops::Range;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde_json::{Value, json};

use crate::domain::AnilistId;
pub(super) use crate::hub::error::shown;
use crate::hub::error::{Error, Result};

/// The query of a request, the last of each name.
pub(super) type Query = axum::extract::Query<HashMap<String, String>>;

/// The names and values of a query or a form, in their order
/// (<https://url.spec.whatwg.org/#urlencoded-parsing>).
pub(super) fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(text).into_owned()
}

/// The variable part of a path, which may not be text.
pub(super) type Segment = std::result::Result<Path<String>, PathRejection>;

/// The variable part of a path. One that is not text names nothing that there is.
pub(super) fn segment(path: Segment) -> String {
    path.map_or_else(|_| char::REPLACEMENT_CHARACTER.to_string(), |Path(text)| text)
}

/// Whether something is done, or only said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It is done.
    ForReal,
    /// `dry=1`: it is only said what would be done.
    Dry,
}

/// The way a query asks for. What is neither 0 nor 1 is refused: somebody who writes `dry=true`
/// does not want it done.
pub(super) fn way(query: &Query) -> Result<Way> {
    Ok(if switch(query, "dry")? { Way::Dry } else { Way::ForReal })
}

/// Something that a query turns on with 1. Only 0 and 1 are taken.
pub(super) fn switch(query: &Query, name: &str) -> Result<bool> {
    match query.get(name).map(String::as_str) {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(other) => {
            let message = format!("{name} is neither 0 nor 1: {}", shown(other));
            Err(Error::bad_request(message, "write 1 to turn it on, or leave it out"))
        }
    }
}

/// Whether a query says yes or no to something, on the routes of library and lists.
pub(super) fn yes_or_no(query: &Query, name: &'static str) -> Result<Option<bool>> {
    match query.get(name).map(String::as_str) {
        None => Ok(None),
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        Some(_) => Err(Error::invalid(name, "this is neither yes nor no", "it is true or false")),
    }
}

/// A part of a list: from `offset` (default 0) so many rows as `limit` says (1 to `most`, which is
/// also the default). Anything that is not a number means the default.
pub(super) fn part(query: &Query, most: usize) -> Range<usize> {
    let number = |name: &str| query.get(name).and_then(|text| text.trim().parse::<usize>().ok());
    let offset = number("offset").unwrap_or(0);
    let limit = number("limit").map_or(most, |limit| limit.clamp(1, most));
    offset..offset.saturating_add(limit)
}

const ID_HINT: &str = "use the number from the title's AniList address";

/// The AniList id of a query: a number, or a pasted address.
pub(super) fn anilist_id(query: &Query) -> Result<AnilistId> {
    let text = query.get("anilistId").map(String::as_str).unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Error::bad_request("anilistId is missing", ID_HINT));
    }
    parse_anilist_id(text)
}

/// An AniList id as people give it: a number, or the address of the title.
pub(super) fn parse_anilist_id(text: &str) -> Result<AnilistId> {
    AnilistId::pasted(text).ok_or_else(|| {
        let message = format!("anilistId is not a positive whole number: {}", shown(text));
        Error::bad_request(message, ID_HINT)
    })
}

/// A positive whole number of a JSON body, written as a number or as digits.
pub(super) fn positive(body: &Value, field: &str) -> Result<Option<u64>> {
    let number = match &body[field] {
        Value::Null => return Ok(None),
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number {
        Some(number) if number > 0 => Ok(Some(number)),
        _ => Err(not_a_number(body, field, "positive whole number")),
    }
}

/// Like [`positive`], for what may be 0.
pub(super) fn natural(body: &Value, field: &str) -> Result<Option<u32>> {
    let number = match &body[field] {
        Value::Null => return Ok(None),
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number.and_then(|number| u32::try_from(number).ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(not_a_number(body, field, "whole number from 0")),
    }
}

/// A positive number that fits 32 bits.
pub(super) fn positive_u32(body: &Value, field: &str) -> Result<Option<u32>> {
    positive(body, field)?
        .map(|number| u32::try_from(number).map_err(|_| not_a_number(body, field, "possible id")))
        .transpose()
}

/// A field that has to be there.
pub(super) fn required<T>(value: Option<T>, field: &str) -> Result<T> {
    value
        .ok_or_else(|| Error::bad_request(format!("{field} is missing"), "add it to the JSON body"))
}

/// A value that a query has to have, read like one of a body.
pub(super) fn of_query<T>(
    query: &Query,
    field: &str,
    read: impl Fn(&Value, &str) -> Result<Option<T>>,
) -> Result<T> {
    let value = read(&json!({ field: query.get(field) }), field)?;
    value.ok_or_else(|| Error::bad_request(format!("{field} is missing"), "add it to the query"))
}

fn not_a_number(body: &Value, field: &str, what: &str) -> Error {
    let value = shown(&body[field].to_string());
    Error::bad_request(format!("{field} is not a {what}: {value}"), "write digits only")
}

/// The AniList id of a JSON body: a number, digits, or a pasted address.
pub(super) fn body_anilist_id(body: &Value) -> Result<Option<AnilistId>> {
    match &body["anilistId"] {
        Value::String(text) if !text.trim().is_empty() => parse_anilist_id(text).map(Some),
        _ => Ok(positive_u32(body, "anilistId")?.map(AnilistId)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anilist_id_may_be_a_pasted_address() {
        for text in ["21", " 21 ", "https://anilist.co/anime/21", "anilist.co/anime/21/ONE-PIECE/"]
        {
            assert_eq!(parse_anilist_id(text).unwrap(), AnilistId(21), "{text}");
        }
        for text in ["0", "-1", "+1", "abc", "1.5", "99999999999", "anilist.co/anime/x"] {
            assert!(parse_anilist_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_may_be_written_as_text() {
        let body =
            json!({ "a": 5, "b": "6", "c": null, "d": "", "e": -1, "f": "x", "g": [], "h": 0 });
        assert_eq!(positive(&body, "a").unwrap(), Some(5));
        assert_eq!(positive(&body, "b").unwrap(), Some(6));
        assert_eq!(positive(&body, "c").unwrap(), None);
        assert_eq!(positive(&body, "d").unwrap(), None);
        for field in ["e", "f", "g", "h"] {
            let error = positive(&body, field).unwrap_err();
            assert!(error.sentence().starts_with(&format!("{field} is not a")), "{error}");
        }
        assert_eq!(natural(&body, "h").unwrap(), Some(0));
    }

    #[test]
    fn a_long_value_is_not_repeated_whole() {
        let error = parse_anilist_id(&"9".repeat(5000)).unwrap_err();
        assert!(error.sentence().len() < 200);
    }
}
