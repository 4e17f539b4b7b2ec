//! Judgements of answers: pure functions, so that [`crate::routes`] reads as a table.

use jiff::Timestamp;
use serde_json::Value;

use crate::{check::Verdict, service::Answer};

/// What a field may hold.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A whole number from 0.
    Count,
    /// A whole number from 1.
    Id,
    /// A text, not empty.
    Text,
    /// An RFC 3339 time.
    Time,
    /// A time or null.
    MaybeTime,
    /// A time or `"unknown"`, as Trakt takes it.
    WatchedAt,
    Flag,
    Array,
    /// Anything, null too, as long as the field is there.
    Present,
}

/// The fields an object must have; others may stand beside them.
pub(crate) type Fields = &'static [(&'static str, Kind)];

/// 200 with a JSON body that is not to be kept by any cache.
pub(crate) fn live(body: impl Fn(&Value) -> Verdict) -> impl Fn(&Answer) -> Verdict {
    move |answer| {
        body(&ok(answer)?)?;
        match answer.header("cache-control") {
            control if control.contains("no-store") => Ok(()),
            control => Err(format!("Cache-Control does not say no-store: {control:?}")),
        }
    }
}

/// 200 with a JSON body.
pub(crate) fn answers(body: impl Fn(&Value) -> Verdict) -> impl Fn(&Answer) -> Verdict {
    move |answer| body(&ok(answer)?)
}

/// `{"count", "items"}` where `count` is how many items `counted` holds for, and there are at most `most`.
pub(crate) fn counted_list(
    fields: Fields,
    most: usize,
    counted: fn(&Value) -> bool,
) -> impl Fn(&Value) -> Verdict {
    move |value| {
        has(value, &[("count", Kind::Count), ("items", Kind::Array)])?;
        let items = array(&value["items"])?;
        each(items, fields)?;
        at_most(items, most)?;
        let counts = items.iter().filter(|item| counted(item)).count();
        equal("count", &value["count"], &Value::from(counts))
    }
}

/// The error envelope, with this status and a sentence that names `named`.
pub(crate) fn refused(status: u16, named: &'static str) -> impl Fn(&Answer) -> Verdict {
    move |answer| {
        expect_status(answer, status)?;
        let body = answer.json()?;
        has(&body, &[("error", Kind::Text), ("code", Kind::Text), ("hint", Kind::Text)])?;
        snake_case(body["code"].as_str().unwrap_or_default())?;
        match body["error"].as_str().unwrap_or_default() {
            sentence if sentence.contains(named) => Ok(()),
            sentence => Err(format!("the sentence does not name {named}: {sentence}")),
        }
    }
}

/// 405 in the error envelope, with an `Allow` that lists `method`.
pub(crate) fn wrong_method(method: &'static str) -> impl Fn(&Answer) -> Verdict {
    move |answer| {
        refused(405, "")(answer)?;
        match answer.header("allow") {
            allow if allow.split(',').any(|one| one.trim() == method) => Ok(()),
            allow => Err(format!("Allow does not list {method}: {allow:?}")),
        }
    }
}

/// An HTML page with a title.
pub(crate) fn page(answer: &Answer) -> Verdict {
    expect_status(answer, 200)?;
    let kind = answer.header("content-type");
    if !kind.starts_with("text/html") {
        return Err(format!("the answer is not HTML by its content type: {kind:?}"));
    }
    let title = answer.body.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    match title {
        Some((title, _)) if !title.trim().is_empty() => Ok(()),
        _ => Err("the page has no title".to_owned()),
    }
}

/// A page that says whose scripts may run in it.
pub(crate) fn guarded_page(answer: &Answer) -> Verdict {
    expect_status(answer, 200)?;
    match answer.header("content-security-policy") {
        "" => Err("the page has no Content-Security-Policy".to_owned()),
        _ => Ok(()),
    }
}

/// Up to `most` objects with these fields, each with a smaller `id` than the one before.
pub(crate) fn newest_first(fields: Fields, most: usize) -> impl Fn(&Value) -> Verdict {
    move |value| {
        let rows = array(value)?;
        each(rows, fields)?;
        at_most(rows, most)?;
        let ids: Vec<u64> = rows.iter().filter_map(|row| row["id"].as_u64()).collect();
        match ids.windows(2).find(|pair| pair[0] <= pair[1]) {
            Some(pair) => Err(format!("ids do not descend: {}, {}", pair[0], pair[1])),
            None => Ok(()),
        }
    }
}

/// Every one of `items` is an object with these fields.
pub(crate) fn each(items: &[Value], fields: Fields) -> Verdict {
    items.iter().try_for_each(|item| has(item, fields))
}

/// The value as an array.
pub(crate) fn array(value: &Value) -> Result<&[Value], String> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("not an array: {}", brief(value)))
}

/// `value` is an object with these fields.
pub(crate) fn has(value: &Value, fields: &[(&str, Kind)]) -> Verdict {
    let object = value.as_object().ok_or_else(|| format!("not an object: {}", brief(value)))?;
    for (name, kind) in fields {
        match object.get(*name) {
            None => return Err(format!("a field is missing: {name}")),
            Some(held) if fits(held, *kind) => {}
            Some(held) => return Err(format!("{name} is not {}: {}", kind.words(), brief(held))),
        }
    }
    Ok(())
}

/// The field holds just this.
pub(crate) fn equal(name: &str, got: &Value, wanted: &Value) -> Verdict {
    if got == wanted { Ok(()) } else { Err(format!("{name} should be {wanted}: {}", brief(got))) }
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Count => "a whole number",
            Self::Id => "a whole number from 1",
            Self::Text => "a text",
            Self::Time => "an RFC 3339 time",
            Self::MaybeTime => "an RFC 3339 time or null",
            Self::WatchedAt => "an RFC 3339 time or \"unknown\"",
            Self::Flag => "true or false",
            Self::Array => "an array",
            Self::Present => "there",
        }
    }
}

fn fits(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Count => value.is_u64(),
        Kind::Id => value.as_u64().is_some_and(|id| id > 0),
        Kind::Text => value.as_str().is_some_and(|text| !text.is_empty()),
        Kind::Time => value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        Kind::MaybeTime => value.is_null() || fits(value, Kind::Time),
        Kind::WatchedAt => value == "unknown" || fits(value, Kind::Time),
        Kind::Flag => value.is_boolean(),
        Kind::Array => value.is_array(),
        Kind::Present => true,
    }
}

fn ok(answer: &Answer) -> Result<Value, String> {
    expect_status(answer, 200)?;
    answer.json()
}

/// Where another status came back, the service's own sentence says most.
fn expect_status(answer: &Answer, wanted: u16) -> Verdict {
    if answer.status == wanted {
        return Ok(());
    }
    let said = answer.json().ok().and_then(|body| body["error"].as_str().map(str::to_owned));
    let said = said.map(|sentence| format!(", {sentence}")).unwrap_or_default();
    Err(format!("the status should be {wanted}: {}{said}", answer.status))
}

fn at_most(items: &[Value], most: usize) -> Verdict {
    if items.len() <= most { Ok(()) } else { Err(format!("more than {most}: {}", items.len())) }
}

fn snake_case(code: &str) -> Verdict {
    let fits = code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits { Ok(()) } else { Err(format!("the code is not in snake_case: {code}")) }
}

/// Enough of a value to recognise it, on one line.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
