//! Reading JSON: ours, and what AniList answers and exports. A file is gone through entry by entry, so
//! that no more of it is in memory than the entries themselves.

mod elements;

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use self::elements::each;
use super::limits::Meter;
use super::scale::Scale;
use super::{File, Format, Reason, Row, Unreadable, anilist};
use crate::library::Kind;

/// How many objects and arrays may lie around an entry: AniList's answer has six.
const DEEPEST: usize = 10;

/// The version of our form.
const VERSION: &str = "1";

pub(super) fn read(bytes: &[u8], meter: &mut Meter) -> Result<File, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::Encoding)?;
    if depth(bytes) > meter.limits().depth {
        return Err(Unreadable::Depth(meter.limits().depth));
    }
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let mut walk = Walk { meter, entries: Vec::new(), scale: None };
    walk.value(whole, Within::default())?;
    let Walk { entries, scale, .. } = walk;
    rows(&entries, scale, meter)
}

/// Hands over the texts of the elements of an array, one by one, until one is refused.
pub(super) fn each_of(
    text: &str,
    mut take: impl FnMut(&str) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| broken(&error))?;
    each(whole, |element| take(element.get()))
}

/// How deep the brackets lie in each other that are not in a text.
fn depth(text: &[u8]) -> usize {
    let (mut open, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                open += 1;
                most = most.max(open);
            }
            b']' | b'}' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn broken(error: &serde_json::Error) -> Unreadable {
    Unreadable::Broken(format!("line {}, column {}", error.line(), error.column()))
}

/// Where in a file something lies.
#[derive(Debug, Clone, Copy, Default)]
struct Within {
    depth: usize,
    /// What all entries in it are, if a name says so.
    kind: Option<Kind>,
    /// Whether it is a list that the person made, of entries that are in another list too.
    custom: bool,
}

/// An entry, not yet read.
struct Entry<'a> {
    number: usize,
    within: Within,
    text: &'a str,
}

/// Goes through what lies around the entries.
struct Walk<'m, 'a> {
    meter: &'m mut Meter,
    entries: Vec<Entry<'a>>,
    scale: Option<Scale>,
}

/// What may lie around entries, in any form that is known.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Holder<'a> {
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    items: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow, rename = "MediaListCollection")]
    collection: Option<&'a RawValue>,
    #[serde(borrow)]
    lists: Option<&'a RawValue>,
    #[serde(borrow)]
    entries: Option<&'a RawValue>,
    #[serde(borrow)]
    anime: Option<&'a RawValue>,
    #[serde(borrow)]
    manga: Option<&'a RawValue>,
    is_custom_list: Option<bool>,
    score_format: Option<String>,
    #[serde(borrow)]
    user: Option<&'a RawValue>,
}

/// A person, as far as they say how they score.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    media_list_options: ListOptions,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListOptions {
    score_format: String,
}

impl<'a> Holder<'a> {
    fn parts(&self) -> impl Iterator<Item = (&'a RawValue, Option<Kind>)> {
        let plain = [self.items, self.data, self.collection, self.lists, self.entries];
        let plain = plain.into_iter().map(|part| (part, None));
        let named = [(self.anime, Some(Kind::Anime)), (self.manga, Some(Kind::Manga))];
        plain.chain(named).filter_map(|(part, kind)| part.map(|part| (part, kind)))
    }

    fn scale(&self) -> Option<Scale> {
        let of_user = |user: &RawValue| serde_json::from_str::<User>(user.get()).ok();
        let of_user = self.user.and_then(of_user).map(|user| user.media_list_options.score_format);
        self.score_format.as_ref().or(of_user.as_ref()).and_then(|word| Scale::of(word))
    }

    fn check_version(&self) -> Result<(), Unreadable> {
        let version = self.version.filter(|_| self.items.is_some()).map(RawValue::get);
        match version.filter(|version| *version != VERSION) {
            Some(other) => Err(Unreadable::Version(other.chars().take(20).collect())),
            None => Ok(()),
        }
    }
}

impl<'a> Walk<'_, 'a> {
    fn value(&mut self, text: &'a RawValue, mut within: Within) -> Result<(), Unreadable> {
        within.depth += 1;
        if within.depth > DEEPEST {
            return Err(Unreadable::Unknown);
        }
        match text.get().as_bytes().first() {
            Some(b'[') => each(text, |element| self.element(element, within)),
            Some(b'{') => {
                let holder = serde_json::from_str(text.get()).map_err(|error| broken(&error))?;
                self.holder(&holder, within)
            }
            _ => Err(Unreadable::Unknown),
        }
    }

    fn holder(&mut self, holder: &Holder<'a>, within: Within) -> Result<(), Unreadable> {
        holder.check_version()?;
        self.scale = self.scale.or(holder.scale());
        let custom = holder.is_custom_list.unwrap_or(within.custom);
        let mut none = true;
        for (part, kind) in holder.parts() {
            none = false;
            self.value(part, Within { kind: kind.or(within.kind), custom, ..within })?;
        }
        if none { Err(Unreadable::Unknown) } else { Ok(()) }
    }

    /// A list of entries, or an entry.
    fn element(&mut self, text: &'a RawValue, within: Within) -> Result<(), Unreadable> {
        let holder = serde_json::from_str::<Holder<'_>>(text.get()).ok();
        if let Some(holder) = holder.filter(|holder| holder.parts().next().is_some()) {
            return self.holder(&holder, within);
        }
        let number = self.meter.row()?;
        self.entries.push(Entry { number, within, text: text.get() });
        Ok(())
    }
}

/// As much of an entry as tells whose it is, and how the file scores.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Brief {
    score: Option<Value>,
    media: Option<IgnoredAny>,
    media_id: Option<IgnoredAny>,
    #[serde(rename = "series_id")]
    series_id: Option<IgnoredAny>,
}

impl Brief {
    fn of(entry: &Entry<'_>) -> Option<Self> {
        serde_json::from_str(entry.text).ok()
    }

    fn is_anilists(&self) -> bool {
        self.media.is_some() || self.media_id.is_some() || self.series_id.is_some()
    }

    /// A score of which the entry does not say the scale.
    fn score(&self) -> Option<f64> {
        let told = self.is_anilists() && self.series_id.is_none();
        self.score.as_ref().filter(|_| told).and_then(Value::as_f64)
    }
}

fn rows(entries: &[Entry<'_>], scale: Option<Scale>, meter: &Meter) -> Result<File, Unreadable> {
    let scores = || entries.iter().filter_map(Brief::of).filter_map(|brief| brief.score());
    let scale = scale.or_else(|| Scale::guess(scores()));
    let mut format = Format::Json;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        meter.in_time()?;
        let anilists = Brief::of(entry).is_some_and(|brief| brief.is_anilists());
        if anilists {
            format = Format::Anilist;
        }
        rows.push((entry.within.custom, row(entry, anilists, scale, meter.limits().row)));
    }
    Ok(File { format, rows: once(rows) })
}

fn row(entry: &Entry<'_>, anilists: bool, scale: Option<Scale>, most: usize) -> Row {
    let Entry { number, within, text } = *entry;
    if text.len() > most {
        return Row::too_long(number, most);
    }
    let Ok(fields) = serde_json::from_str::<Map<String, Value>>(text) else {
        return Row::unclear(number, "", Reason::new("the row is no object"));
    };
    if anilists {
        return anilist::row(number, &Value::Object(fields), within.kind, scale);
    }
    Row::hundred(number, fields)
}

/// What is in a list of the person's own and in another one is one entry.
fn once(rows: Vec<(bool, Row)>) -> Vec<Row> {
    let mut seen: HashMap<_, (bool, usize)> = HashMap::new();
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    for (custom, row) in rows {
        let id = row.said.as_ref().ok().and_then(|told| told.new.work.ids.anilist);
        let before = id.and_then(|id| seen.get(&id).copied());
        let again = before.is_some_and(|(before, at)| {
            (custom || before) && kept.get(at).is_some_and(|kept| kept.said == row.said)
        });
        if again {
            continue;
        }
        if let (Some(id), None) = (id, before) {
            seen.insert(id, (custom, kept.len()));
        }
        kept.push(row);
    }
    kept
}
