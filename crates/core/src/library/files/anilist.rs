//! AniList's entries: as its API answers them (`MediaList`), and as its export of a person's data has
//! them (`series_id`, numbers for words, and no titles).

use serde_json::{Map, Value, json};

use super::scale::Scale;
use super::{Reason, Row};
use crate::library::Kind;

/// One entry. `kind` is what the list around it says it is.
pub(super) fn row(number: usize, entry: &Value, kind: Option<Kind>, scale: Option<Scale>) -> Row {
    let exported = entry["series_id"].is_u64();
    let mut fields = if exported { of_export(entry) } else { of_answer(entry) };
    if let Some(kind) = kind {
        fields.entry("type").or_insert_with(|| kind.word().into());
    }
    fields.insert("source".to_owned(), "anilist".into());
    let scale = if exported { Some(Scale::Hundred) } else { scale };
    match score(&entry["score"], scale) {
        Ok(score) => fields.insert("score".to_owned(), score),
        Err(reason) => {
            let title = fields.get("title").and_then(Value::as_str).unwrap_or_default();
            return Row::unclear(number, title, reason);
        }
    };
    Row::told(number, fields, scale.unwrap_or(Scale::Hundred))
}

/// The score of a hundred. What the scale does not have is left as it is, and refused as a score.
fn score(score: &Value, scale: Option<Scale>) -> Result<Value, Reason> {
    let Some(number) = score.as_f64().filter(|number| *number != 0.0) else {
        return Ok(score.clone());
    };
    let Some(scale) = scale else {
        return Err(Reason::with_hint(
            format!("the file does not say of how many points a score is: {number}"),
            "write \"scoreFormat\": \"POINT_5\" (or POINT_10, POINT_100) at its top",
        ));
    };
    Ok(scale.lift(number).map_or_else(|| score.clone(), Value::from))
}

/// The fields that are there, without those that are null.
fn known<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    let known = fields.into_iter().filter(|(_, value)| !value.is_null());
    known.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn of_answer(entry: &Value) -> Map<String, Value> {
    let media = &entry["media"];
    let kind = first([&media["type"], &entry["type"]]);
    let (most, volumes) = if kind.as_str().and_then(Kind::of) == Some(Kind::Manga) {
        (&media["chapters"], &media["volumes"])
    } else {
        (&media["episodes"], &Value::Null)
    };
    known([
        ("type", kind.clone()),
        ("title", title(first([&media["title"], &entry["title"]]))),
        ("titles", names(&media["title"])),
        ("anilist_id", first([&media["id"], &entry["mediaId"]]).clone()),
        ("mal_id", media["idMal"].clone()),
        ("cover_url", cover(&media["coverImage"])),
        ("max_progress", most.clone()),
        ("max_volumes", volumes.clone()),
        ("episode_minutes", media["duration"].clone()),
        ("format", media["format"].clone()),
        ("site_url", media["siteUrl"].clone()),
        ("release_status", media["status"].clone()),
        ("year", first([&media["seasonYear"], &media["startDate"]["year"]]).clone()),
        ("status", entry["status"].clone()),
        ("progress", entry["progress"].clone()),
        ("progress_volumes", entry["progressVolumes"].clone()),
        ("repeats", entry["repeat"].clone()),
        ("started", date(&entry["startedAt"])),
        ("finished", date(&entry["completedAt"])),
        ("notes", entry["notes"].clone()),
        ("private", entry["private"].clone()),
        ("favourite", media["isFavourite"].clone()),
    ])
}

fn of_export(entry: &Value) -> Map<String, Value> {
    known([
        ("type", numbered(&entry["series_type"], &["anime", "manga"])),
        ("anilist_id", entry["series_id"].clone()),
        ("status", numbered(&entry["status"], &STATUSES)),
        ("progress", entry["progress"].clone()),
        ("progress_volumes", entry["progress_volume"].clone()),
        ("repeats", entry["repeat"].clone()),
        ("started", date(&entry["started_on"])),
        ("finished", date(&entry["finished_on"])),
        ("notes", entry["notes"].clone()),
        ("private", flag(&entry["private"])),
    ])
}

/// AniList's numbers for a status, from 0.
const STATUSES: [&str; 6] = ["current", "planning", "completed", "dropped", "paused", "repeating"];

/// The word for a number; what is no such number stays.
fn numbered(value: &Value, words: &[&'static str]) -> Value {
    let word = value.as_u64().and_then(|at| usize::try_from(at).ok()).and_then(|at| words.get(at));
    word.map_or_else(|| value.clone(), |word| json!(word))
}

/// Switches are 0 and 1 in the export.
fn flag(value: &Value) -> Value {
    value.as_u64().filter(|flag| *flag <= 1).map_or_else(|| value.clone(), |flag| json!(flag == 1))
}

fn first<const N: usize>(values: [&Value; N]) -> &Value {
    values.into_iter().find(|value| !value.is_null()).unwrap_or(&Value::Null)
}

fn title(title: &Value) -> Value {
    let names = ["userPreferred", "english", "romaji", "native"];
    let title = if title.is_object() { first(names.map(|name| &title[name])) } else { title };
    title.as_str().map_or_else(|| title.clone(), |text| one_line(text).into())
}

/// A text without breaks, and without what is no character to be shown.
pub(super) fn one_line(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn names(title: &Value) -> Value {
    if !title.is_object() {
        return Value::Null;
    }
    let name = |name: &str| title[name].as_str().map(one_line).filter(|name| !name.is_empty());
    json!({"romaji": name("romaji"), "english": name("english"), "native": name("native")})
}

fn cover(cover: &Value) -> Value {
    first([&cover["extraLarge"], &cover["large"], &cover["medium"]]).clone()
}

/// A date as an object of parts, as eight digits of which any may be 0, or as it is.
fn date(value: &Value) -> Value {
    let part = |name: &str| value[name].as_u64();
    let (year, month, day) = match value.as_u64() {
        Some(digits) => (digits / 10_000, digits / 100 % 100, digits % 100),
        None if value.is_object() => {
            let part = |name| part(name).unwrap_or_default();
            (part("year"), part("month"), part("day"))
        }
        None => return value.clone(),
    };
    dashed(year, month, day)
}

/// A date by its parts, of which 0 is unknown. A day of no known month says nothing.
pub(super) fn dashed(year: u64, month: u64, day: u64) -> Value {
    match (year, month, day) {
        (0, _, _) => Value::Null,
        (year, 0, _) => format!("{year:04}").into(),
        (year, month, 0) => format!("{year:04}-{month:02}").into(),
        (year, month, day) => format!("{year:04}-{month:02}-{day:02}").into(),
    }
}
