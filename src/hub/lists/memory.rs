//! What is remembered of each title and its entries at services: what was agreed, what waits for the person, and what a
//! service does not take.
//!
//! It outlives the title: what was deleted stays deleted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::library::{Ids, Item, ItemId, Kind};
use crate::merge::{Ask, By, Field, Held, ListService, PerField, Tie, Value};
use crate::store::{StoreError, Topic, Write};

/// What is remembered of a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Anime or manga.
    pub kind: Kind,
    /// What the work is at the services.
    pub ids: Ids,
    /// Its name, for messages about what is not in the library any more.
    pub title: String,
    /// What binds it to its entries.
    #[serde(default)]
    pub tie: Tie,
    /// What waits for the person, by the field's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<String, Open>,
    /// Lists that it was deleted from, where the person has to say what that means, with the time.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<ListService, Timestamp>,
    /// Services that do not know the work, and when they were asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sought: BTreeMap<ListService, Timestamp>,
    /// Services that do not take it as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parked: BTreeMap<ListService, Parked>,
}

/// A field that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Why they are asked.
    pub reason: String,
    /// Who says what. The library is named `library`.
    pub claims: Vec<Says>,
    /// What was last agreed.
    #[serde(default)]
    pub agreed: PerField<Value>,
    /// What would be a good answer.
    #[serde(default)]
    pub suggestion: PerField<Value>,
    /// Since when.
    pub since: Timestamp,
}

/// What one side says of a field that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Says {
    /// The service; none for the library.
    pub service: Option<ListService>,
    /// What it says.
    pub value: PerField<Value>,
    /// The same as the service itself has it.
    #[serde(default)]
    pub native: PerField<Value>,
}

/// What a service does not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// Why, for a person to read.
    pub why: String,
    /// What it was told.
    #[serde(default)]
    pub told: PerField<Value>,
    /// How many episodes or chapters the library knew of then.
    #[serde(default)]
    pub total: Option<u32>,
    /// Since when.
    pub since: Timestamp,
}

impl Memory {
    /// How much waits for the person at a service.
    pub fn waits_at(&self, service: ListService) -> usize {
        let held = self.held.values().filter(|open| open.concerns(service)).count();
        held + usize::from(self.asked.contains_key(&service))
    }

    /// What is remembered of an item that is new.
    pub fn of(item: &Item) -> Self {
        Self {
            kind: item.kind,
            ids: item.work.ids.clone(),
            title: item.work.title.clone(),
            tie: Tie::default(),
            held: BTreeMap::new(),
            asked: BTreeMap::new(),
            sought: BTreeMap::new(),
            parked: BTreeMap::new(),
        }
    }
}

impl Open {
    /// Whether a service says something of it.
    pub fn concerns(&self, service: ListService) -> bool {
        self.claims.iter().any(|says| says.service == Some(service))
    }

    /// What waits since `since`.
    pub fn of(held: &Held, agreed: Option<&Value>, since: Timestamp) -> Self {
        let one = |value: &Value| PerField::from_iter([(held.field, value.clone())]);
        let says = held.claims.iter().map(|(by, value, native)| Says {
            service: match by {
                By::Library => None,
                By::Service(service) => Some(*service),
            },
            value: one(value),
            native: native.as_ref().map(one).unwrap_or_default(),
        });
        Self {
            reason: held.ask.name().to_owned(),
            claims: says.collect(),
            agreed: agreed.map(one).unwrap_or_default(),
            suggestion: held.suggestion.as_ref().map(one).unwrap_or_default(),
            since,
        }
    }

    /// The same as the merge knows it.
    pub fn held(&self, field: Field) -> Option<Held> {
        let claims = self.claims.iter().map(|says| {
            let by = says.service.map_or(By::Library, By::Service);
            Some((by, says.value.get(field)?.clone(), says.native.get(field).cloned()))
        });
        let claims = claims.collect::<Option<Vec<_>>>()?;
        let ask = Ask::named(&self.reason)?;
        Some(Held { field, ask, claims, suggestion: self.suggestion.get(field).cloned() })
    }
}

/// The key of an item's note. Keys are in the order of the numbers.
pub fn key(id: ItemId) -> String {
    format!("{:020}", id.0)
}

/// All that is remembered, by the item's number.
pub async fn all(person: &Person) -> Result<BTreeMap<ItemId, Memory>> {
    let notes = person.store.notes(Topic::Ties).await?;
    notes.iter().map(|(key, note)| Ok((id_of(key)?, read(key, note)?))).collect()
}

/// At which services the person wants an item deleted that they deleted here, by the item's number.
pub async fn wishes(person: &Person) -> Result<BTreeMap<ItemId, Vec<ListService>>> {
    let notes = person.store.notes(Topic::Wishes).await?;
    let one = |(key, note): &(String, String)| {
        let wish = serde_json::from_str(note).map_err(|cause| damaged(key, &cause.to_string()))?;
        Ok((id_of(key)?, wish))
    };
    notes.iter().map(one).collect()
}

/// The change of the store that remembers this of an item.
pub fn write(id: ItemId, memory: &Memory) -> Result<Write> {
    let note = serde_json::to_string(memory).map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(Write::Note { topic: Topic::Ties, key: key(id), note: Some(note) })
}

/// The change of the store that notes at which services a person wants deleted what they delete here.
pub fn wish(id: ItemId, services: &[ListService]) -> Result<Write> {
    let note = serde_json::to_string(services);
    let note = note.map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(Write::Note { topic: Topic::Wishes, key: key(id), note: Some(note) })
}

/// The change of the store that remembers nothing of an item.
pub fn forget(id: ItemId) -> Write {
    Write::Note { topic: Topic::Ties, key: key(id), note: None }
}

/// What is remembered, while a run goes on: in memory and in the store alike.
///
/// Only who has the person's list lock changes it; the queues of a run take turns here.
#[derive(Debug)]
pub struct Book<'a> {
    person: &'a Person,
    pages: Mutex<BTreeMap<ItemId, Memory>>,
}

impl<'a> Book<'a> {
    /// A book with these pages, which the store has too.
    pub fn new(person: &'a Person, pages: BTreeMap<ItemId, Memory>) -> Self {
        Self { person, pages: Mutex::new(pages) }
    }

    /// Changes what is remembered of an item, and writes it down together with `more`.
    pub async fn amend(
        &self,
        id: ItemId,
        change: impl FnOnce(&mut Memory),
        more: Vec<Write>,
    ) -> Result<()> {
        let mut pages = self.pages.lock().await;
        let Some(memory) = pages.get_mut(&id) else { return Ok(()) };
        change(memory);
        let writes = [write(id, memory)?].into_iter().chain(more).collect();
        Ok(self.person.store.write(writes).await?)
    }
}

fn id_of(key: &str) -> Result<ItemId> {
    key.parse().map(ItemId).map_err(|_| damaged(key, "it is no number of an item"))
}

fn read(key: &str, note: &str) -> Result<Memory> {
    serde_json::from_str(note).map_err(|cause| damaged(key, &cause.to_string()))
}

fn damaged(key: &str, cause: &str) -> Error {
    let (key, cause) = (format!("{}:{key}", Topic::Ties.name()), cause.to_owned());
    StoreError::Corrupt { key, cause }.into()
}
