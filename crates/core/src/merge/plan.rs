//! What a run does with a library and some lists: every work once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::library::{Entry as Said, Ids, Item, ItemId, Kind, New, Origin, RemoteId};

use super::base::{Base, Contact, Direction, Hub, Rules, Spoke, Totals};
use super::fields::{Held, Merged, Next, merge};
use super::join::{Joined, Known, What, Works, join};
use super::presence::{Act, Deletes, Extent, Guard, Kept, Link, Listed, Shown, presence};
use super::profile::ListService;
use super::project::{Catalogue, Native};
use super::row::{Row, Rows};
use super::rules::{By, Why};
use super::value::{Count, Entry, Field, PerField, Value};

/// What is remembered of an item and its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// What the library's entry was after it was last merged.
    #[serde(default, skip_serializing_if = "PerField::is_empty")]
    pub agreed: PerField<Value>,
    /// Its entries.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<ListService, Bond>,
}

/// What binds an item to a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// The service's id of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// How they are bound.
    #[serde(default)]
    pub link: Link,
    /// What was last agreed.
    #[serde(default)]
    pub base: Base,
    /// Whether the person, who deleted the item here, wants it deleted there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delete: bool,
}

/// An item of the library, or one that was deleted there, with what is remembered of it.
#[derive(Debug, Clone, Copy)]
pub struct Tied<'a> {
    /// Its number.
    pub id: ItemId,
    /// Anime or manga.
    pub kind: Kind,
    /// What the work is at the services.
    pub ids: &'a Ids,
    /// The item, where the library has it.
    pub item: Option<&'a Item>,
    /// What is remembered.
    pub tie: &'a Tie,
}

/// A service's list as a run has read it.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Whose list.
    pub service: ListService,
    /// What it shows.
    pub rows: &'a Rows,
    /// Which of its two lists were read; of the other nothing is known.
    pub kinds: &'a [Kind],
    /// Entries that the service does not know when they are asked for by themselves.
    pub gone: &'a BTreeSet<u64>,
    /// Entries that were read by themselves, not only as rows of the list.
    pub proven: &'a BTreeSet<u64>,
    /// Which way each field goes.
    pub allow: &'a PerField<Direction>,
    /// Which way whole entries go.
    pub adds: Direction,
    /// What a deletion there means.
    pub deletes: Deletes,
    /// Whether the lists have met before.
    pub contact: Contact,
}

/// What comes of a work.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// Its item, where there is one.
    pub item: Option<ItemId>,
    /// What the work is at the services, as far as that is known now and nobody else claims it.
    pub ids: Ids,
    /// What is added to the library.
    pub new: Option<New>,
    /// Whether it is deleted there.
    pub delete_here: bool,
    /// What the person says of it from now on, where the library has it.
    pub entry: Option<Entry>,
    /// What changed here, by whom and why.
    pub why: PerField<(Vec<By>, Why)>,
    /// What is to be remembered.
    pub tie: Tie,
    /// What is to be done at each service: what to tell it, and whether the entry is added by it.
    pub tell: Vec<(Act, Next)>,
    /// Entries that are deleted at a service.
    pub delete: Vec<(ListService, u64)>,
    /// Entries that have to be asked for by themselves: they may be gone, or hold what a list alone does not prove.
    pub prove: Vec<(ListService, u64)>,
    /// Fields that wait for the person.
    pub held: Vec<Held>,
    /// Lists that it was deleted from, where the person has to say what that means.
    pub asked: Vec<ListService>,
}

/// What a run does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Every work that the library has, had or is to have, and whatever else a service is told of.
    pub works: Vec<Planned>,
    /// Ids that several works claim.
    pub contested: BTreeMap<(Kind, RemoteId), Vec<What>>,
    /// Services that are not written to and not believed before the person agrees.
    pub guards: BTreeMap<ListService, Guard>,
}

/// Plans a run over all items and lists. `known` adds to a work's ids what the data sets say.
pub fn plan(
    items: &[Tied<'_>],
    readings: &[Reading<'_>],
    known: &dyn Fn(Kind, &Ids) -> Ids,
    rules: &Rules<'_>,
) -> Plan {
    let table = Table::new(items, readings, rules);
    let Works { works, contested } = join(&table.known(known));
    let works: Vec<Planned> = works.iter().map(|work| table.work(work)).collect();
    let guards = readings
        .iter()
        .filter_map(|reading| Some((reading.service, table.guard(reading, &works)?)));
    let guards = guards.collect();
    Plan { works: works.into_iter().filter(Planned::is_ours).collect(), contested, guards }
}

struct Table<'a> {
    items: &'a [Tied<'a>],
    readings: &'a [Reading<'a>],
    rules: &'a Rules<'a>,
    tied: HashMap<ItemId, &'a Tied<'a>>,
    rows: HashMap<(ListService, u64), &'a Row>,
}

/// A work's entry at a service, as it was read.
struct Place<'a> {
    reading: &'a Reading<'a>,
    bond: Bond,
    row: Option<&'a Row>,
    shown: Shown,
    /// What the service's catalogue says; of a work that is not on the list what the library knows.
    catalogue: Catalogue,
}

impl<'a> Table<'a> {
    fn new(items: &'a [Tied<'a>], readings: &'a [Reading<'a>], rules: &'a Rules<'a>) -> Self {
        let of = |reading: &'a Reading<'a>| {
            reading.rows.rows.iter().map(|row| ((reading.service, row.entry), row))
        };
        let rows = readings.iter().flat_map(of).collect();
        let tied = items.iter().map(|tied| (tied.id, tied)).collect();
        Self { items, readings, rules, tied, rows }
    }

    fn known(&self, more: &dyn Fn(Kind, &Ids) -> Ids) -> Vec<Known> {
        let mut linked: BTreeMap<(ListService, u64), ItemId> = BTreeMap::new();
        for tied in self.items {
            let entries = tied.tie.lists.iter();
            let entries = entries.filter_map(|(service, bond)| Some((*service, bond.entry?)));
            linked.extend(entries.map(|at| (at, tied.id)));
        }
        let moved = self.moved(&linked, more);
        let mut instead: HashMap<ItemId, Vec<ListService>> = HashMap::new();
        for ((service, _), item) in &moved {
            instead.entry(*item).or_default().push(*service);
        }
        linked.extend(moved);
        let items = self.items.iter().map(|tied| {
            let out = instead.get(&tied.id).map_or(&[][..], Vec::as_slice);
            let ids = tied.ids.without(|id| out.iter().any(|service| service.has(id)));
            let ids = if out.is_empty() { more(tied.kind, &ids) } else { ids };
            Known { what: What::Item(tied.id), kind: tied.kind, ids, linked: None }
        });
        let rows = self.readings.iter().flat_map(|reading| {
            reading.rows.rows.iter().map(|row| Known {
                what: What::Entry(reading.service, row.entry),
                kind: row.kind,
                ids: more(row.kind, &row.work.ids),
                linked: linked.get(&(reading.service, row.entry)).copied(),
            })
        });
        items.chain(rows).collect()
    }

    /// Entries that are new on a list in the place of one that vanished from it: the service gave the work another id.
    /// Another service knows both by one id, and the person stands to it as before.
    fn moved(
        &self,
        linked: &BTreeMap<(ListService, u64), ItemId>,
        more: &dyn Fn(Kind, &Ids) -> Ids,
    ) -> BTreeMap<(ListService, u64), ItemId> {
        let mut moved = BTreeMap::new();
        for reading in self.readings.iter().filter(|reading| reading.rows.whole) {
            let service = reading.service;
            let new = |row: &&Row| !linked.contains_key(&(service, row.entry));
            let new: Vec<&Row> = reading.rows.rows.iter().filter(new).collect();
            let read = self.items.iter().filter(|tied| reading.kinds.contains(&tied.kind));
            let vanished = read.filter_map(|tied| {
                let bond = tied.tie.lists.get(&service)?;
                let shown = self.rows.contains_key(&(service, bond.entry?));
                (bond.link == Link::Linked && !shown).then_some((tied, bond))
            });
            for (tied, bond) in vanished.filter(|_| !new.is_empty()) {
                let other = |kind, ids: &Ids| more(kind, ids).without(|id| service.has(id));
                let ids = other(tied.kind, tied.ids);
                let is_it = |row: &&&Row| {
                    row.kind == tied.kind
                        && !is_news(row, &bond.base)
                        && other(row.kind, &row.work.ids).agrees(&ids)
                };
                let mut found = new.iter().filter(is_it);
                if let (Some(row), None) = (found.next(), found.next()) {
                    moved.insert((service, row.entry), tied.id);
                }
            }
        }
        moved
    }

    fn work(&self, work: &Joined) -> Planned {
        let tied = work.members.iter().find_map(|what| match what {
            What::Item(id) => self.tied.get(id).copied(),
            What::Entry(..) => None,
        });
        let kind = self.kind(work, tied);
        let readings = self.readings.iter().filter(|reading| reading.kinds.contains(&kind));
        let mut places: Vec<Place<'_>> =
            readings.map(|reading| self.place(work, tied, reading)).collect();
        count_together(&mut places);
        let item = tied.and_then(|tied| tied.item);
        let hidden = item.is_some_and(|item| item.entry.private)
            || places.iter().any(|place| place.row.is_some_and(|row| row.native.0.private));
        let most = places.iter().map(|place| place.catalogue.most).max().unwrap_or_default();
        let said = |item: &Item| Entry::said(&item.entry, item.work.max_progress.unwrap_or(most));
        let entry = item.map(said).unwrap_or_default();
        let empty = PerField::default();
        let agreed = tied.map_or(&empty, |tied| &tied.tie.agreed);
        let hub = Hub { entry: &entry, exists: item.is_some(), agreed };
        let listed: Vec<Listed> = places.iter().map(|place| place.listed(work, hidden)).collect();
        let decided = presence(kept(hub, tied), &listed);
        let keeps = (item.is_some() || decided.add_here) && !decided.delete_here;
        let places: Vec<(Place<'_>, Act, Link)> = places
            .into_iter()
            .zip(decided.lists)
            .map(|(place, (act, link))| (place, act, link))
            .collect();
        let mut merged = self.merged(hub, &places, keeps);
        if decided.add_here && hidden {
            // What is new comes as hidden as it was, whether or not that is synced later.
            merged.entry.private = true;
        }
        let mut planned = Planned {
            item: tied.map(|tied| tied.id),
            ids: work.ids.clone(),
            new: decided.add_here.then(|| new(&places, &merged.entry, most)).flatten(),
            delete_here: decided.delete_here,
            entry: keeps.then(|| merged.entry.clone()),
            why: merged.why.clone(),
            tie: tied.map(|tied| tied.tie.clone()).unwrap_or_default(),
            tell: Vec::new(),
            delete: Vec::new(),
            prove: Vec::new(),
            held: merged.held.clone(),
            asked: decided.asked,
        };
        if keeps {
            planned.tie.agreed = merged.agreed.clone();
        }
        for (place, act, link) in &places {
            planned.act(place, *act, *link, &merged);
        }
        planned
    }

    /// Merges what the library has with those lists that are to be merged.
    fn merged(&self, hub: Hub<'_>, places: &[(Place<'_>, Act, Link)], keeps: bool) -> Merged {
        let spokes = places.iter().filter(|(_, act, _)| keeps && *act == Act::Merge);
        let spokes: Vec<Spoke<'_>> =
            spokes.filter_map(|(place, _, link)| place.spoke(*link)).collect();
        merge(hub, &spokes, self.rules)
    }

    fn kind(&self, work: &Joined, tied: Option<&Tied<'_>>) -> Kind {
        let row = work.members.iter().find_map(|what| match what {
            What::Entry(service, entry) => self.rows.get(&(*service, *entry)),
            What::Item(_) => None,
        });
        tied.map(|tied| tied.kind).or(row.map(|row| row.kind)).unwrap_or(Kind::Anime)
    }

    fn place(&self, work: &Joined, tied: Option<&Tied<'_>>, reading: &'a Reading<'a>) -> Place<'a> {
        let service = reading.service;
        let bond = tied.and_then(|tied| tied.tie.lists.get(&service)).cloned().unwrap_or_default();
        let row = work.members.iter().find_map(|what| match what {
            What::Entry(at, entry) if *at == service => self.rows.get(&(service, *entry)).copied(),
            _ => None,
        });
        let shown = match row {
            Some(row) if bond.base.outruns(row.updated_at) => Shown::Unread,
            Some(row) => Shown::There { news: is_news(row, &bond.base) },
            None if !reading.rows.whole => Shown::Missing,
            None => match bond.entry.filter(|_| bond.link == Link::Linked) {
                Some(entry) if !reading.gone.contains(&entry) => Shown::Missing,
                _ => Shown::Absent,
            },
        };
        let item = tied.and_then(|tied| tied.item).map(|item| &item.work);
        let own = row.map(|row| &row.work);
        let total = |work: Option<&crate::library::Work>| work.and_then(|work| work.max_progress);
        let volumes = |work: Option<&crate::library::Work>| work.and_then(|work| work.max_volumes);
        let frozen = bond.base.totals.unwrap_or(Totals { total: None, volumes: None });
        let kind = row.map(|row| row.kind).or(tied.map(|tied| tied.kind)).unwrap_or(Kind::Anime);
        let known = [total(own), total(item), frozen.total].into_iter().flatten();
        let catalogue = Catalogue {
            kind,
            total: total(own).or(frozen.total),
            volumes: volumes(own).or(frozen.volumes),
            most: known.max().unwrap_or_default(),
            most_volumes: volumes(own).max(volumes(item)).unwrap_or_default(),
        };
        Place { reading, bond, row, shown, catalogue }
    }

    fn guard(&self, reading: &Reading<'_>, works: &[Planned]) -> Option<Guard> {
        if reading.contact == Contact::First || !reading.rows.whole {
            return None;
        }
        let service = reading.service;
        let read = self.items.iter().filter(|tied| reading.kinds.contains(&tied.kind));
        let bonds = read.filter_map(|tied| tied.tie.lists.get(&service));
        let linked: BTreeMap<u64, &Bond> = bonds
            .filter(|bond| bond.link == Link::Linked)
            .filter_map(|bond| Some((bond.entry?, bond)))
            .collect();
        let rows =
            || reading.rows.rows.iter().filter_map(|row| Some((row, *linked.get(&row.entry)?)));
        let changed = rows().filter(|(row, bond)| is_news(row, &bond.base)).count();
        let carried = works.iter().filter(|work| work.delete_here);
        let carried = carried.filter(|work| {
            let bond = work.tie.lists.get(&service);
            bond.is_some_and(|bond| bond.entry.is_some_and(|entry| reading.gone.contains(&entry)))
        });
        let deleted = works.iter().flat_map(|work| &work.delete).filter(|(at, _)| *at == service);
        let deletes = deleted.count() + carried.count();
        Extent { linked: linked.len(), shown: rows().count(), changed, deletes }.guard()
    }
}

/// What one service counts of a work is the most that is known of it for all: also for one that has it not yet.
fn count_together(places: &mut [Place<'_>]) {
    let most = places.iter().map(|place| place.catalogue.most).max().unwrap_or_default();
    let volumes = places.iter().map(|place| place.catalogue.most_volumes).max();
    for place in places {
        place.catalogue.most = most;
        place.catalogue.most_volumes = volumes.unwrap_or_default();
    }
}

/// The library's side of a work.
fn kept(hub: Hub<'_>, tied: Option<&Tied<'_>>) -> Kept {
    match tied {
        _ if hub.exists => {
            Kept::Item { edited: Field::ALL.into_iter().any(|field| hub.edited(field)) }
        }
        Some(_) => Kept::Deleted,
        None => Kept::Unknown,
    }
}

/// Whether an entry is another one than was seen.
fn is_news(row: &Row, base: &Base) -> bool {
    base.seen.iter().any(|(field, seen)| row.native.0.get(field) != *seen)
}

impl Place<'_> {
    fn listed(&self, work: &Joined, hidden: bool) -> Listed {
        let Reading { service, adds, deletes, .. } = *self.reading;
        let named = match service {
            ListService::Anilist => work.ids.anilist.is_some(),
            ListService::Kitsu => work.ids.kitsu.is_some(),
            ListService::Myanimelist => work.ids.mal.is_some(),
        };
        let may_hold = !hidden || service.profile().privacy;
        Listed {
            service,
            link: self.bond.link,
            shown: self.shown,
            deletes,
            adds_here: adds.comes_in(),
            adds_there: adds.goes_out() && named && may_hold,
            delete_there: self.bond.delete,
        }
    }

    fn spoke(&self, link: Link) -> Option<Spoke<'_>> {
        static NOTHING: std::sync::LazyLock<Base> = std::sync::LazyLock::new(Base::default);
        let row = self.row?;
        Some(Spoke {
            service: self.reading.service,
            // What was added and not answered for is known by what it was told.
            base: match link {
                Link::Linked => &self.bond.base,
                _ if self.bond.base.pending.is_some() => &self.bond.base,
                _ => &NOTHING,
            },
            native: &row.native,
            catalogue: self.catalogue,
            allow: self.reading.allow,
            contact: self.reading.contact,
            confirmed: self.reading.proven.contains(&row.entry),
            updated_at: row.updated_at,
        })
    }

    /// What a service is told of an entry that it has not.
    fn addition(&self, entry: &Entry) -> Next {
        let service = self.reading.service;
        let goes = |field: Field| {
            let direction = self.reading.allow.get(field).copied();
            direction.is_some_and(Direction::goes_out)
                || matches!(field, Field::Status | Field::Private)
        };
        let profile = service.profile();
        let wanted = profile.project_all(entry, self.catalogue);
        let write = PerField::of_each(|field| wanted.get(field).filter(|_| goes(field)).cloned());
        let totals = Totals { total: self.catalogue.total, volumes: self.catalogue.volumes };
        let base = Base { totals: Some(totals), ..Base::default() };
        Next { base, write, ..Next::new(service, Native::default()) }
    }
}

impl Planned {
    fn act(&mut self, place: &Place<'_>, act: Act, link: Link, merged: &Merged) {
        let service = place.reading.service;
        let entry = place.row.map(|row| row.entry).or(place.bond.entry);
        let mut bond = Bond { entry, link, ..place.bond.clone() };
        match act {
            Act::Leave => {}
            Act::Prove => self.prove.extend(entry.map(|entry| (service, entry))),
            Act::Delete => self.delete.extend(entry.map(|entry| (service, entry))),
            Act::Add => self.tell.push((act, place.addition(&merged.entry))),
            Act::Merge => {
                let next = merged.spokes.iter().find(|next| next.service == service);
                if let Some(next) = next {
                    (bond.link, bond.base) = (Link::Linked, next.base.clone());
                    if !next.unconfirmed.is_empty() {
                        self.prove.extend(entry.map(|entry| (service, entry)));
                    }
                    self.tell.push((act, next.clone()));
                }
            }
        }
        self.tie.lists.insert(service, bond);
    }

    /// Whether the library knows of the work, or a service is told of it.
    fn is_ours(&self) -> bool {
        self.item.is_some() || self.new.is_some() || !self.tell.is_empty()
    }

    /// What is written to services.
    pub fn writes(&self) -> impl Iterator<Item = &(Act, Next)> {
        self.tell.iter().filter(|(act, next)| *act == Act::Add || !next.told().is_empty())
    }
}

/// The item that comes of entries which the library has not: the work as the first of them knows it.
fn new(places: &[(Place<'_>, Act, Link)], entry: &Entry, most: u32) -> Option<New> {
    let mut rows =
        places.iter().filter_map(|(place, ..)| Some((place.reading.service, place.row?)));
    let (service, first) = rows.next()?;
    let mut work = first.work.clone();
    for (_, row) in rows {
        work.fill(&row.work);
    }
    let origin = match service {
        ListService::Anilist => Origin::Anilist,
        ListService::Kitsu => Origin::Kitsu,
        ListService::Myanimelist => Origin::Myanimelist,
    };
    let mut said = Said::default();
    entry.tell(&mut said, work.max_progress.unwrap_or(most));
    Some(New { kind: first.kind, origin, work, entry: said })
}

impl Entry {
    /// What a person says in the library, of a work that has so many episodes or chapters.
    pub fn said(entry: &Said, most: u32) -> Self {
        let Native(said) = Native::from(entry.clone());
        let whole = said.status == crate::library::Status::Completed && most > 0;
        let progress =
            if whole && said.progress == Count::Of(most) { Count::All } else { said.progress };
        Self { progress, ..said }
    }

    /// Writes it down in the library; what is not merged stays.
    pub fn tell(&self, entry: &mut Said, most: u32) {
        entry.status = self.status;
        entry.repeating = self.repeating;
        entry.repeats = self.repeats;
        entry.progress = self.progress.number(most);
        entry.progress_volumes = self.volumes.number(entry.progress_volumes);
        entry.score = Some(self.score).filter(|score| *score > 0);
        entry.started = self.started;
        entry.finished = self.finished;
        entry.notes.clone_from(&self.notes);
        entry.private = self.private;
    }
}
