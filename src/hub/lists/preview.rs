//! What a sync of lists would do, for a person to read.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::conflicts::DELETED;
use super::integration::Way;
use super::keep::{Kept, keep};
use super::memory::{Memory, Parked};
use super::planning::Desk;
use super::reading::prepare;
use super::run::Part;
use super::sync::enabled;
use crate::hub::error::Result;
use crate::hub::person::Person;
use crate::library::{Author, Change, Item, ItemId, Kind};
use crate::merge::{Act, Contact, Field, Guard, ListService, PerField, Plan, Value};

/// What a sync would do everywhere.
#[derive(Debug, Default)]
pub struct Preview {
    /// At each service that is connected.
    pub services: Vec<(ListService, AtService)>,
    /// In the library.
    pub library: Here,
}

/// What a sync would do at a service.
#[derive(Debug, Default)]
pub struct AtService {
    /// Whether the lists meet for the first time.
    pub first: bool,
    /// Entries that would be added.
    pub add: Vec<Line>,
    /// Entries that would be changed.
    pub update: Vec<Line>,
    /// Entries that would be deleted.
    pub delete: Vec<Line>,
    /// Fields that wait for the person.
    pub held: Vec<Waits>,
    /// Entries that the service does not take.
    pub parked: Vec<(Line, Parked)>,
    /// What stops it.
    pub guard: Option<Guard>,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// What a sync would change in the library.
#[derive(Debug, Default)]
pub struct Here {
    /// Titles that would be added.
    pub add: Vec<Change>,
    /// Titles that would be changed.
    pub update: Vec<Change>,
    /// Titles that would be deleted.
    pub delete: Vec<Arc<Item>>,
    /// The names of those that would be added or changed.
    pub titles: BTreeMap<ItemId, (String, Kind)>,
}

/// An entry with what would become of it.
#[derive(Debug, Clone)]
pub struct Line {
    /// The item of the library.
    pub item: ItemId,
    /// Its name.
    pub title: String,
    /// Anime or manga.
    pub kind: Kind,
    /// The service's id of the entry, where it has one.
    pub entry: Option<u64>,
    /// The fields, before and after, in the service's own values.
    pub changes: Vec<(Field, Option<Value>, Option<Value>)>,
}

/// A field that waits.
#[derive(Debug, Clone)]
pub struct Waits {
    /// The item of the library.
    pub item: ItemId,
    /// Its name.
    pub title: String,
    /// Anime or manga.
    pub kind: Kind,
    /// The field's name.
    pub field: String,
    /// Why.
    pub reason: String,
}

/// Reads and merges, and writes nothing.
pub async fn preview(person: &Arc<Person>, only: Option<ListService>) -> Result<Preview> {
    let mut parts = enabled(person).await?;
    parts.retain(|part| only.is_none_or(|only| part.service() == only));
    let (desk, failures) = prepare(person, &parts, Way::Bidirectional).await?;
    let library = person.library().read().await?;
    let plan = desk.plan(&library);
    let mut draft = library.draft(Author::You, desk.now);
    let (kept, _) = keep(&desk, &plan, &library, &mut draft)?;
    let mut preview = Preview::default();
    if let Some(touched) = draft.finish() {
        preview.library.titles = touched.put.iter().map(|item| (item.id, named(item))).collect();
        let (add, update): (Vec<Change>, Vec<Change>) =
            touched.changes.into_iter().partition(|change| change.added);
        // That a service knows a title by a number is nothing that a person decides on.
        let is_said = |change: &Change| {
            change.fields.iter().any(|field| Field::named(&field.field).is_some())
        };
        preview.library.add = add;
        preview.library.update = update.into_iter().filter(is_said).collect();
        let removed = touched.removed.iter().filter_map(|id| library.get(*id).cloned());
        preview.library.delete = removed.collect();
    }
    for part in &parts {
        let mut at = at_service(part, &desk, &plan, &kept);
        let failed = failures.iter().find(|(service, _)| *service == part.service());
        at.error = failed.map(|(_, error)| error.to_string());
        preview.services.push((part.service(), at));
    }
    Ok(preview)
}

fn named(item: &Item) -> (String, Kind) {
    (item.work.title.clone(), item.kind)
}

fn at_service(part: &Part, desk: &Desk, plan: &Plan, kept: &Kept) -> AtService {
    let service = part.service();
    let mut at = AtService {
        first: part.integration.contact() == Contact::First,
        guard: plan.guards.get(&service).copied(),
        ..AtService::default()
    };
    for job in kept.jobs.iter().filter(|job| job.service() == service) {
        let had = |field| (job.act != Act::Add).then(|| job.held.0.get(field));
        let told = job.next.told();
        let changes = told.iter().map(|(field, value)| (field, had(field), Some(value.clone())));
        let line = Line {
            item: job.item,
            title: job.title.clone(),
            kind: job.kind,
            entry: job.entry,
            changes: changes.collect(),
        };
        if job.act == Act::Add { at.add.push(line) } else { at.update.push(line) }
    }
    for removal in kept.removals.iter().filter(|removal| removal.service == service) {
        at.delete.push(Line {
            item: removal.item,
            title: removal.title.clone(),
            kind: removal.at.kind,
            entry: removal.at.entry,
            changes: Vec::new(),
        });
    }
    for (id, memory) in &kept.memories {
        at.remembered(service, *id, memory, desk.now);
    }
    at.counts(service, plan, kept);
    at
}

impl AtService {
    fn remembered(&mut self, service: ListService, id: ItemId, memory: &Memory, now: Timestamp) {
        let waits = memory.held.iter().filter(|(_, open)| open.concerns(service));
        self.held.extend(waits.map(|(field, open)| Waits::of(id, memory, field, &open.reason)));
        if memory.asked.contains_key(&service) {
            self.held.push(Waits::of(id, memory, DELETED, DELETED));
        }
        self.flapping(service, id, memory, now);
        if let Some(parked) = memory.parked.get(&service) {
            let entry = memory.tie.lists.get(&service).and_then(|bond| bond.entry);
            let told = parked.told.iter();
            let line = Line {
                item: id,
                title: memory.title.clone(),
                kind: memory.kind,
                entry,
                changes: told.map(|(field, value)| (field, None, Some(value.clone()))).collect(),
            };
            self.parked.push((line, parked.clone()));
        }
    }

    /// What another program changes to and fro there.
    fn flapping(&mut self, service: ListService, item: ItemId, memory: &Memory, now: Timestamp) {
        let Some(bond) = memory.tie.lists.get(&service) else { return };
        let fields = bond.base.flapping(now);
        if fields.is_empty() {
            return;
        }
        let told = fields.iter().map(|field| {
            let seen = bond.base.seen.get(*field).cloned();
            (*field, seen.clone(), seen)
        });
        let (title, kind, entry) = (memory.title.clone(), memory.kind, bond.entry);
        let line = Line { item, title, kind, entry, changes: told.collect() };
        let why = "another program changes it to and fro".to_owned();
        self.parked
            .push((line, Parked { why, told: PerField::default(), total: None, since: now }));
    }

    /// What a service counts fewer episodes or chapters of than the person watched or read.
    fn counts(&mut self, service: ListService, plan: &Plan, kept: &Kept) {
        for work in &plan.works {
            let Some((id, memory)) = work.item.and_then(|id| Some((id, kept.memories.get(&id)?)))
            else {
                continue;
            };
            for (_, next) in work.tell.iter().filter(|(_, next)| next.service == service) {
                if let Some(known) = next.knows_fewer {
                    let reason = format!("{} knows {known} of them", service.name());
                    self.held.push(Waits::of(id, memory, Field::Progress.name(), &reason));
                }
            }
        }
    }
}

impl Waits {
    fn of(item: ItemId, memory: &Memory, field: &str, reason: &str) -> Self {
        Self {
            item,
            title: memory.title.clone(),
            kind: memory.kind,
            field: field.to_owned(),
            reason: reason.to_owned(),
        }
    }
}
