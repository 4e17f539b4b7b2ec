//! What runs told services, so that a person can see it and take it back.

use serde::{Deserialize, Serialize};

use crate::domain::RunId;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::library::{Ids, ItemId, Kind};
use crate::merge::{ListService, PerField, Value};
use crate::store::{StoreError, Topic, Write};

/// One write to a service that it answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The service.
    pub service: ListService,
    /// The item of the library.
    pub item: ItemId,
    /// Its name.
    pub title: String,
    /// Anime or manga.
    pub kind: Kind,
    /// What the work is at the services.
    pub ids: Ids,
    /// The service's id of the entry.
    pub entry: u64,
    /// What came of it.
    pub deed: Deed,
    /// The fields that became others, as they were.
    #[serde(default)]
    pub before: PerField<Value>,
    /// The same as they became.
    #[serde(default)]
    pub after: PerField<Value>,
    /// Whether it was taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undone: bool,
}

/// What was done to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It was changed.
    Changed,
    /// It was added.
    Added,
    /// It was deleted.
    Deleted,
}

impl Deed {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Deleted => "deleted",
        }
    }
}

/// The key of a run's note. Keys are in the order of runs, and of what they did.
fn key(run: RunId, place: usize) -> String {
    format!("{:020}:{place:08}", run.0)
}

/// The change of the store that keeps what a run did as its `place`th.
pub fn write(run: RunId, place: usize, told: &Told) -> Result<Write> {
    let note = serde_json::to_string(told).map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(Write::Note { topic: Topic::Told, key: key(run, place), note: Some(note) })
}

/// What a run told services, in the order in which they answered, each with its place.
pub async fn of(person: &Person, run: RunId) -> Result<Vec<(usize, Told)>> {
    let notes = person.store.notes(Topic::Told).await?;
    let start = format!("{:020}:", run.0);
    let mine = notes.iter().filter_map(|(key, note)| Some((key.strip_prefix(&start)?, note)));
    mine.map(|(place, note)| {
        let damaged = |cause: String| {
            let key = format!("{}:{start}{place}", Topic::Told.name());
            Error::from(StoreError::Corrupt { key, cause })
        };
        let told = serde_json::from_str(note).map_err(|cause| damaged(cause.to_string()))?;
        let place = place.parse().map_err(|_| damaged("it has no place".to_owned()))?;
        Ok((place, told))
    })
    .collect()
}

/// The changes of the store that forget what runs before this one did.
pub async fn forget_before(person: &Person, oldest: RunId) -> Result<Vec<Write>> {
    let (notes, start) = (person.store.notes(Topic::Told).await?, key(oldest, 0));
    let old = notes.into_iter().filter(|(key, _)| *key < start);
    Ok(old.map(|(key, _)| Write::Note { topic: Topic::Told, key, note: None }).collect())
}
