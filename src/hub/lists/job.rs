//! What a run has to do at a service for one title.

use super::remote::{Asked, Telling};
use crate::library::{Ids, ItemId, Kind};
use crate::merge::{Act, Catalogue, Field, ListService, Native, Next, PerField, Value};

/// An entry that a service is to be told.
#[derive(Debug, Clone)]
pub struct Job {
    /// The item.
    pub item: ItemId,
    /// Its name.
    pub title: String,
    /// Anime or manga.
    pub kind: Kind,
    /// What the work is at the services.
    pub ids: Ids,
    /// Whether the entry is changed or added.
    pub act: Act,
    /// The service's id of the entry, where it is there.
    pub entry: Option<u64>,
    /// What it is to be told.
    pub next: Next,
    /// What the service held when the list was read.
    pub held: Native,
}

/// An entry that a service is to delete.
#[derive(Debug, Clone)]
pub struct Removal {
    /// The item.
    pub item: ItemId,
    /// Its name.
    pub title: String,
    /// Whose entry it is.
    pub service: ListService,
    /// The entry.
    pub at: Asked,
    /// What the service held when the list was read.
    pub held: Native,
}

impl Job {
    /// The service.
    pub fn service(&self) -> ListService {
        self.next.service
    }

    /// Where it is.
    pub fn at(&self) -> Asked {
        Asked { kind: self.kind, entry: self.entry, ids: self.ids.clone() }
    }

    /// What it is told.
    pub fn telling(&self) -> Telling {
        let told = self.next.told();
        Telling { at: self.at(), target: with(&self.next.native, &told), told }
    }

    /// What the service's catalogue said when it was planned.
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::alone(self.kind, self.next.base.totals)
    }
}

/// An entry with these values.
pub fn with(native: &Native, values: &PerField<Value>) -> Native {
    let mut entry = native.clone();
    for field in Field::ALL {
        if let Some(value) = values.get(field) {
            entry.0.set(field, value);
        }
    }
    entry
}
