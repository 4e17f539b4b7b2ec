//! Reading the fields of an item from JSON, each with what it may be.

use serde_json::{Map, Value};

use super::Set;
use crate::domain::{AnilistId, FuzzyDate, MalId};
use crate::library::words::{Said, said};
use crate::library::{Kind, Names, Origin, Refused};

/// The longest title and the longest address that are kept, in bytes: AniList's longest title has a
/// third of it.
const LINE: usize = 2000;

/// The longest note, in characters, as AniList has it.
const NOTES: usize = 6000;

/// More episodes, chapters or volumes than any work has.
const MOST: u32 = 100_000;

/// The most repeats, as AniList has it.
const REPEATS: u32 = 1000;

type Read<T> = Result<T, Refused>;

/// All fields that are named, in the order in which they are listed here.
pub(super) fn sets(object: &Map<String, Value>) -> Read<Vec<Set>> {
    let mut sets = Vec::new();
    for (field, read) in FIELDS {
        if let Some(value) = object.get(field) {
            sets.push(read(field, value)?);
        }
    }
    Ok(sets)
}

type Reader = fn(&'static str, &Value) -> Read<Set>;

/// Every field that somebody may set.
const FIELDS: [(&str, Reader); 26] = [
    ("title", |field, value| Ok(Set::Title(title(field, value)?))),
    ("titles", |field, value| Ok(Set::Names(names(field, value)?))),
    ("cover_url", |field, value| Ok(Set::CoverUrl(or_null(field, value, address)?))),
    ("status", |field, value| Ok(Set::Status(status(field, value)?))),
    ("progress", |field, value| Ok(Set::Progress(count(field, value, MOST)?))),
    ("max_progress", |field, value| Ok(Set::MaxProgress(maximum(field, value)?))),
    ("max_progress_by_hand", |field, value| Ok(Set::ByHand(yes_or_no(field, value)?))),
    ("progress_volumes", |field, value| Ok(Set::ProgressVolumes(count(field, value, MOST)?))),
    ("max_volumes", |field, value| Ok(Set::MaxVolumes(maximum(field, value)?))),
    ("score", |field, value| Ok(Set::Score(score(field, value)?))),
    ("started", |field, value| Ok(Set::Started(date(field, value)?))),
    ("finished", |field, value| Ok(Set::Finished(date(field, value)?))),
    ("repeats", |field, value| Ok(Set::Repeats(count(field, value, REPEATS)?))),
    ("repeating", |field, value| Ok(Set::Repeating(yes_or_no(field, value)?))),
    ("notes", |field, value| Ok(Set::Notes(notes(field, value)?))),
    ("private", |field, value| Ok(Set::Private(yes_or_no(field, value)?))),
    ("favourite", |field, value| Ok(Set::Favourite(yes_or_no(field, value)?))),
    ("anilist_id", |field, value| Ok(Set::Anilist(or_null(field, value, id)?.map(AnilistId)))),
    ("mal_id", |field, value| Ok(Set::Mal(or_null(field, value, id)?.map(MalId)))),
    ("kitsu_id", |field, value| Ok(Set::Kitsu(or_null(field, value, id)?))),
    ("mangadex_id", |field, value| Ok(Set::Mangadex(or_null(field, value, uuid)?))),
    ("format", |field, value| Ok(Set::Format(or_null(field, value, word)?))),
    ("site_url", |field, value| Ok(Set::SiteUrl(or_null(field, value, address)?))),
    ("release_status", |field, value| Ok(Set::ReleaseStatus(or_null(field, value, word)?))),
    ("year", |field, value| Ok(Set::Year(or_null(field, value, year)?))),
    ("episode_minutes", |field, value| Ok(Set::Minutes(maximum(field, value)?))),
];

/// What the object says it is: `type`.
pub(super) fn kind(object: &Map<String, Value>) -> Read<Option<Kind>> {
    let Some(value) = object.get("type") else { return Ok(None) };
    let found = value.as_str().and_then(Kind::of);
    found.map(Some).ok_or_else(|| wrong("type", value, "it is anime or manga"))
}

/// Where the object says it came from: `source`.
pub(super) fn origin(object: &Map<String, Value>) -> Read<Option<Origin>> {
    let Some(value) = object.get("source").filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let found = value.as_str().and_then(Origin::of);
    let hint = "it is anilist, mangadex, myanimelist, kitsu or local";
    found.map(Some).ok_or_else(|| wrong("source", value, hint))
}

/// A switch beside the fields.
pub(super) fn flag(object: &Map<String, Value>, name: &'static str) -> Read<Option<bool>> {
    object.get(name).map(|value| yes_or_no(name, value)).transpose()
}

fn or_null<T>(
    field: &'static str,
    value: &Value,
    read: fn(&'static str, &Value) -> Read<T>,
) -> Read<Option<T>> {
    if value.is_null() { Ok(None) } else { read(field, value).map(Some) }
}

fn wrong(field: &'static str, value: &Value, hint: &'static str) -> Refused {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let start: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    Refused::invalid(field, format!("{start:?} is no value that this field can have"), hint)
}

fn line<'a>(field: &'static str, value: &'a Value, hint: &'static str) -> Read<&'a str> {
    let text = value.as_str().map(str::trim);
    let fits =
        |text: &&str| !text.is_empty() && text.len() <= LINE && !text.chars().any(char::is_control);
    text.filter(fits).ok_or_else(|| wrong(field, value, hint))
}

fn title(field: &'static str, value: &Value) -> Read<String> {
    line(field, value, "it is one line of text").map(str::to_owned)
}

fn names(field: &'static str, value: &Value) -> Read<Names> {
    let hint = "it is an object of romaji, english and native";
    let Some(object) = value.as_object() else {
        return if value.is_null() { Ok(Names::default()) } else { Err(wrong(field, value, hint)) };
    };
    let name = |key: &str| {
        let value = object.get(key).filter(|value| !value.is_null());
        value.map(|value| title(field, value)).transpose()
    };
    Ok(Names { romaji: name("romaji")?, english: name("english")?, native: name("native")? })
}

fn address(field: &'static str, value: &Value) -> Read<String> {
    let hint = "it is an address that begins with https://";
    let text = line(field, value, hint)?;
    let web = text.starts_with("https://") || text.starts_with("http://");
    let plain = web && !text.contains(char::is_whitespace);
    if plain { Ok(text.to_owned()) } else { Err(wrong(field, value, hint)) }
}

fn word(field: &'static str, value: &Value) -> Read<String> {
    Ok(line(field, value, "it is a word")?.to_lowercase())
}

fn status(field: &'static str, value: &Value) -> Read<Said> {
    let hint = "it is planning, watching, reading, completed, on-hold or dropped";
    value.as_str().and_then(said).ok_or_else(|| wrong(field, value, hint))
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn count(field: &'static str, value: &Value, most: u32) -> Read<u32> {
    let found = value.as_u64().and_then(|number| u32::try_from(number).ok());
    let hint = "it is a whole number that is not negative";
    found.filter(|number| *number <= most).ok_or_else(|| wrong(field, value, hint))
}

/// Services write 0 for what they do not know.
fn maximum(field: &'static str, value: &Value) -> Read<Option<u32>> {
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(count(field, value, MOST)?).filter(|most| *most > 0))
}

/// Services write 0 for no score.
fn score(field: &'static str, value: &Value) -> Read<Option<u8>> {
    if value.is_null() {
        return Ok(None);
    }
    let found = value.as_u64().and_then(|number| u8::try_from(number).ok());
    let hint = "it is a whole number from 0 to 100, and null is none";
    let found = found.filter(|score| *score <= 100).ok_or_else(|| wrong(field, value, hint))?;
    Ok(Some(found).filter(|score| *score > 0))
}

fn date(field: &'static str, value: &Value) -> Read<FuzzyDate> {
    if value.is_null() {
        return Ok(FuzzyDate::default());
    }
    let found = value.as_str().and_then(|text| text.parse().ok());
    found.ok_or_else(|| wrong(field, value, "it is written 2021, 2021-05 or 2021-05-03"))
}

fn yes_or_no(field: &'static str, value: &Value) -> Read<bool> {
    value.as_bool().ok_or_else(|| wrong(field, value, "it is true or false"))
}

fn notes(field: &'static str, value: &Value) -> Read<Option<String>> {
    let Some(text) = value.as_str() else {
        let hint = "it is text, and null is none";
        return if value.is_null() { Ok(None) } else { Err(wrong(field, value, hint)) };
    };
    if text.chars().count() > NOTES {
        return Err(wrong(field, value, "it has 6,000 characters at most"));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.trim().is_empty()))
}

fn id(field: &'static str, value: &Value) -> Read<u32> {
    let found = number(value).and_then(|number| u32::try_from(number).ok());
    let found = found.filter(|id| *id > 0);
    found.ok_or_else(|| wrong(field, value, "it is the number that the service gave it"))
}

fn uuid(field: &'static str, value: &Value) -> Read<String> {
    let hint = "it is written like 32d76d19-8a05-4db0-9fc2-e0b0648fe9d0";
    let text = line(field, value, hint)?.to_lowercase();
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let hexadecimal = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    let is_uuid = hexadecimal && parts == [8, 4, 4, 4, 12];
    if is_uuid { Ok(text) } else { Err(wrong(field, value, hint)) }
}

fn year(field: &'static str, value: &Value) -> Read<i16> {
    let found = value.as_i64().and_then(|year| i16::try_from(year).ok());
    let found = found.filter(|year| (1..=9999).contains(year));
    found.ok_or_else(|| wrong(field, value, "it is a year of four digits"))
}
