//! What a run over lists would do: the library, what is remembered, and the lists as they were read, put together for
//! the merge.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;

use super::integration::{Integration, Meeting, Way};
use super::known::KnownIds;
use super::memory::Memory;
use crate::library::{Item, ItemId, Kind, Library, RemoteId};
use crate::merge::{
    Choice, Contact, Deletes, Direction, Field, ListService, Native, PerField, Plan, Reading, Rows,
    Rules, Tie, Tied, plan,
};

/// Works that a service was asked for, by their ids.
pub type Sought = HashSet<(ListService, Kind, Vec<RemoteId>)>;

/// A list as a run has read it, with what the person has set for it.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// Whose it is.
    pub service: ListService,
    /// What it shows.
    pub rows: Rows,
    /// The kinds that are synced.
    pub kinds: Vec<Kind>,
    /// Entries that the service does not know when they are asked for by themselves.
    pub gone: BTreeSet<u64>,
    /// Entries that were read by themselves.
    pub proven: BTreeSet<u64>,
    /// Which way each field goes.
    pub allow: PerField<Direction>,
    /// Which way whole entries go.
    pub adds: Direction,
    /// What a deletion there means.
    pub deletes: Deletes,
    /// Whether the lists have met before.
    pub contact: Contact,
}

impl Gathered {
    /// A list that was read just now.
    pub fn new(service: ListService, integration: &Integration, rows: Rows, way: Way) -> Self {
        let way = Direction::from(way);
        let set = integration.set.allow();
        let kinds = [Kind::Anime, Kind::Manga].into_iter();
        Self {
            service,
            rows,
            kinds: kinds.filter(|kind| integration.set.has(*kind)).collect(),
            gone: BTreeSet::new(),
            proven: BTreeSet::new(),
            allow: PerField::of_each(|field| set.get(field).map(|own| own.and(way))),
            adds: integration.adds().and(way),
            deletes: integration.set.deletes,
            contact: integration.contact(),
        }
    }

    /// What the service has of an entry.
    pub fn native(&self, entry: u64) -> Option<&Native> {
        self.rows.rows.iter().find(|row| row.entry == entry).map(|row| &row.native)
    }

    fn reading(&self) -> Reading<'_> {
        Reading {
            service: self.service,
            rows: &self.rows,
            kinds: &self.kinds,
            gone: &self.gone,
            proven: &self.proven,
            allow: &self.allow,
            adds: self.adds,
            deletes: self.deletes,
            contact: self.contact,
        }
    }
}

/// What a run knows.
#[derive(Debug)]
pub struct Desk {
    /// What is remembered.
    pub memories: BTreeMap<ItemId, Memory>,
    /// At which services the person wants what they deleted here deleted as well.
    pub wishes: BTreeMap<ItemId, Vec<ListService>>,
    /// The lists that were read.
    pub lists: Vec<Gathered>,
    /// Which ids are one work's.
    pub known: KnownIds,
    /// Works that a service was asked for and does not know.
    pub unknown: Sought,
    /// What the person answered to the preview of a first sync.
    pub choose: PerField<Choice>,
    /// The time.
    pub now: Timestamp,
}

impl Desk {
    /// Plans the run from the library as it is.
    pub fn plan(&self, library: &Library) -> Plan {
        let nothing = Tie::default();
        let of = |item: &Item| self.memories.get(&item.id).map_or(&nothing, |memory| &memory.tie);
        let there: Vec<&Item> = library.items().map(AsRef::as_ref).collect();
        let items = there.iter().map(|item| Tied {
            id: item.id,
            kind: item.kind,
            ids: &item.work.ids,
            item: Some(item),
            tie: of(item),
        });
        let deleted = self.memories.iter().filter(|(id, _)| library.get(**id).is_none());
        let deleted = deleted.map(|(id, memory)| Tied {
            id: *id,
            kind: memory.kind,
            ids: &memory.ids,
            item: None,
            tie: &memory.tie,
        });
        let tied: Vec<Tied<'_>> = items.chain(deleted).collect();
        let readings: Vec<Reading<'_>> = self.lists.iter().map(Gathered::reading).collect();
        let prefer = PerField::default();
        let rules = Rules { prefer: &prefer, choose: &self.choose, now: self.now };
        plan(&tied, &readings, &|kind, ids| self.known.fill(kind, ids), &rules)
    }

    /// The list of a service, if it was read.
    pub fn list(&self, service: ListService) -> Option<&Gathered> {
        self.lists.iter().find(|list| list.service == service)
    }
}

/// What the person chose for each field in their answers to previews.
pub fn chosen<'a>(integrations: impl Iterator<Item = &'a Integration>) -> PerField<Choice> {
    let mut choose = PerField::default();
    for integration in integrations {
        let Meeting::Answered(answer) = &integration.meeting else { continue };
        for (name, word) in &answer.choose {
            if let Some(field) = Field::named(name) {
                choose.put(field, choice(field, word));
            }
        }
    }
    choose
}

/// A choice in the words of the API: a side, `furthest`, `newest`, or `{"value": …}`.
pub fn choice(field: Field, word: &serde_json::Value) -> Option<Choice> {
    let named = |word: &str| match word {
        "library" => Some(Choice::Library),
        "furthest" => Some(Choice::Furthest),
        "newest" => Some(Choice::Newest),
        word => {
            let service = ListService::ALL.into_iter().find(|service| service.id() == word);
            service.map(Choice::Service)
        }
    };
    match word {
        serde_json::Value::String(word) => named(word),
        serde_json::Value::Object(object) => Some(Choice::Value(field.read(object.get("value")?)?)),
        _ => None,
    }
}
