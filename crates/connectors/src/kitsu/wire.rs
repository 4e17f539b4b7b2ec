//! Entries as Kitsu writes them, and what becomes of them.
//!
//! What a person says must be readable, or the entry is left out: nothing of it is guessed.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::date::day;
use super::media::{Attributes as Media, MOST, word};
use crate::outbound::or_none;
use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::{Kind, Status, Work};
use anilist_trakt_sync_core::merge::{Count, Entry, Native, Row};

/// What stands beside the rows of an answer, by type and id.
#[derive(Default)]
pub(super) struct Included(HashMap<(String, String), Value>);

#[derive(Deserialize)]
struct Known {
    r#type: String,
    id: String,
    #[serde(default)]
    attributes: Value,
}

/// What a relation leads to.
#[derive(Deserialize)]
pub(super) struct Linkage {
    pub(super) r#type: String,
    pub(super) id: String,
}

/// An entry.
#[derive(Deserialize)]
pub(super) struct WireEntry {
    id: String,
    attributes: Attributes,
    #[serde(default)]
    relationships: HashMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    status: String,
    progress: u32,
    reconsuming: bool,
    reconsume_count: u32,
    private: bool,
    // It is null where there is none: where it is missing, nothing is known.
    #[serde(deserialize_with = "there")]
    rating_twenty: Option<u8>,
    #[serde(default)]
    notes: Option<String>,
    #[serde(default)]
    started_at: Option<Timestamp>,
    #[serde(default)]
    finished_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "or_none")]
    updated_at: Option<Timestamp>,
}

fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

impl Included {
    /// With all of these that have a type and an id.
    pub(super) fn of(included: Vec<Value>) -> Self {
        let known = included.into_iter().filter_map(|row| serde_json::from_value(row).ok());
        Self(known.map(|row: Known| ((row.r#type, row.id), row.attributes)).collect())
    }

    /// The attributes of one; none where they do not stand there.
    pub(super) fn of_link(&self, link: &Linkage) -> Option<&Value> {
        self.0.get(&(link.r#type.clone(), link.id.clone()))
    }

    /// The work that a relation leads to.
    fn work(&self, kind: Kind, link: &Linkage) -> Result<Work, String> {
        let id = link.id.parse().ok().filter(|id| *id > 0).ok_or("its title has an odd id")?;
        let media = self.of_link(link).cloned().unwrap_or_default();
        let media: Media = serde_json::from_value(media).unwrap_or_default();
        media.into_work(kind, id).ok_or_else(|| "its title has no name".to_owned())
    }
}

impl WireEntry {
    /// The entry, or what it lacks that no entry should.
    pub(super) fn read(row: Value) -> Result<Self, String> {
        serde_json::from_value(row).map_err(|cause| cause.to_string())
    }

    /// Its number.
    pub(super) fn id(&self) -> Result<u64, String> {
        self.id.parse().map_err(|_| "its id is no number".to_owned())
    }

    /// When it last changed.
    pub(super) fn updated_at(&self) -> Option<Timestamp> {
        self.attributes.updated_at
    }

    /// With the work that it is of.
    pub(super) fn into_row(
        self,
        kind: Kind,
        included: &Included,
        zone: &TimeZone,
    ) -> Result<Row, String> {
        // It is null where Kitsu hides the title, and missing where the title was not asked for.
        let link = self.relationships.get(word(kind)).and_then(|relation| relation.get("data"));
        let link: Linkage = link
            .and_then(|data| Linkage::deserialize(data).ok())
            .ok_or("it does not say what title it is of")?;
        let work = included.work(kind, &link)?;
        let (entry, updated_at) = (self.id()?, self.updated_at());
        Ok(Row { entry, kind, work, native: self.native(zone)?, updated_at })
    }

    /// What the person says of the work.
    pub(super) fn native(&self, zone: &TimeZone) -> Result<Native, String> {
        let said = &self.attributes;
        let status =
            status(&said.status).ok_or_else(|| format!("its status is {:?}", said.status))?;
        if said.progress > MOST {
            return Err(format!("its progress is {}", said.progress));
        }
        let date = |at: Option<Timestamp>| at.map_or_else(FuzzyDate::default, |at| day(at, zone));
        Ok(Native(Entry {
            status,
            repeating: said.reconsuming,
            repeats: said.reconsume_count,
            progress: Count::Of(said.progress),
            // Kitsu counts the volumes that a person owns, not those they read.
            volumes: Count::Of(0),
            score: score(said.rating_twenty)?,
            started: date(said.started_at),
            finished: date(said.finished_at),
            notes: said.notes.clone().filter(|text| is_note(text)),
            private: said.private,
        }))
    }
}

/// Old programs wrote the word null for no note.
fn is_note(text: &str) -> bool {
    !text.trim().is_empty() && text != "null"
}

fn score(twenty: Option<u8>) -> Result<u8, String> {
    match twenty {
        None => Ok(0),
        Some(twenty @ 2..=20) => Ok(twenty),
        Some(other) => Err(format!("its score is {other}")),
    }
}

const STATUSES: [(&str, Status); 5] = [
    ("current", Status::Current),
    ("planned", Status::Planning),
    ("completed", Status::Completed),
    ("on_hold", Status::OnHold),
    ("dropped", Status::Dropped),
];

fn status(word: &str) -> Option<Status> {
    STATUSES.iter().find(|(known, _)| *known == word).map(|(_, status)| *status)
}

/// Kitsu's word for a status.
pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Current => "current",
        Status::Planning => "planned",
        Status::Completed => "completed",
        Status::OnHold => "on_hold",
        Status::Dropped => "dropped",
    }
}
