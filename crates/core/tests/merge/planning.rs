//! Whole libraries: what is added, joined and deleted over several runs.

use std::collections::{BTreeMap, BTreeSet};

use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{
    Entry as Said, Ids, Item, ItemId, Kind, New, Origin, Status, Work,
};
use anilist_trakt_sync_core::merge::{
    Act, Answered, Around, CORRECTIONS, Catalogue, Contact, Count, Deletes, Direction, Entry,
    Field, Guard, Link, ListService, Native, Next, PerField, Plan, Planned, Reading, Row, Rows,
    Rules, Tie, Tied, Value, plan,
};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use crate::world::TODAY;
use ListService::{Anilist, Kitsu, Myanimelist};

/// What is kept of an item, also after it was deleted.
#[derive(Debug, Clone)]
struct Slot {
    ids: Ids,
    item: Option<Item>,
    tie: Tie,
}

/// A person's library and three lists.
#[derive(Debug, Clone)]
struct Shelves {
    slots: BTreeMap<ItemId, Slot>,
    lists: BTreeMap<ListService, Rows>,
    deletes: Deletes,
    contact: Contact,
    now: Timestamp,
    writes: usize,
    /// So many answers to writes are lost.
    loses: usize,
    last: Plan,
}

/// Title `n` is 100 + n at AniList, 200 + n at MyAnimeList, 300 + n at Kitsu, and has 12 episodes.
fn ids(service: ListService, title: u32) -> Ids {
    let (anilist, mal, kitsu) = (100 + title, 200 + title, 300 + title);
    match service {
        Anilist => {
            Ids { anilist: Some(AnilistId(anilist)), mal: Some(MalId(mal)), ..Ids::default() }
        }
        Myanimelist => Ids { mal: Some(MalId(mal)), ..Ids::default() },
        Kitsu => Ids { kitsu: Some(kitsu), anilist: Some(AnilistId(anilist)), ..Ids::default() },
    }
}

fn title(ids: &Ids) -> u32 {
    let named = ids.anilist.map(|id| id.0 - 100).or(ids.mal.map(|id| id.0 - 200));
    named.or(ids.kitsu.map(|id| id - 300)).unwrap()
}

fn work(ids: Ids) -> Work {
    Work { ids, max_progress: Some(12), ..Work::titled("A title") }
}

fn row(service: ListService, title: u32, entry: Entry, at: Timestamp) -> Row {
    let place = match service {
        Anilist => 1_000,
        Myanimelist => 200,
        Kitsu => 3_000,
    };
    Row {
        entry: place + u64::from(title),
        kind: Kind::Anime,
        work: work(ids(service, title)),
        native: Native(entry),
        updated_at: Some(at),
    }
}

fn watching(progress: u32) -> Entry {
    Entry { status: Status::Current, progress: Count::Of(progress), ..Entry::default() }
}

impl Shelves {
    fn new(deletes: Deletes) -> Self {
        let now = "2026-11-28T09:00:00Z".parse().unwrap();
        let lists =
            ListService::ALL.map(|service| (service, Rows { rows: Vec::new(), whole: true }));
        Self {
            slots: BTreeMap::new(),
            lists: lists.into(),
            deletes,
            contact: Contact::Known,
            now,
            writes: 0,
            loses: 0,
            last: Plan::default(),
        }
    }

    /// The person adds a title to a list, or changes how far they are there.
    fn put(&mut self, service: ListService, title: u32, entry: Entry) {
        self.now += jiff::SignedDuration::from_mins(1);
        let new = row(service, title, entry, self.now);
        let rows = &mut self.lists.get_mut(&service).unwrap().rows;
        rows.retain(|row| row.entry != new.entry);
        rows.push(new);
    }

    fn remove(&mut self, service: ListService, title: u32) {
        let gone = row(service, title, Entry::default(), self.now).entry;
        self.lists.get_mut(&service).unwrap().rows.retain(|row| row.entry != gone);
    }

    fn plan(&self, gone: &BTreeSet<u64>) -> Plan {
        let allow = PerField::of_each(|_| Some(Direction::Both));
        let nothing = PerField::default();
        let rules = Rules { prefer: &nothing, choose: &nothing, now: self.now };
        let readings: Vec<Reading<'_>> = self
            .lists
            .iter()
            .map(|(service, rows)| Reading {
                service: *service,
                rows,
                kinds: &[Kind::Anime, Kind::Manga],
                gone,
                proven: gone,
                allow: &allow,
                adds: Direction::Both,
                deletes: self.deletes,
                contact: self.contact,
            })
            .collect();
        let slots = self.slots.iter();
        let items: Vec<Tied<'_>> = slots
            .map(|(id, slot)| {
                let item = slot.item.as_ref();
                Tied { id: *id, kind: Kind::Anime, ids: &slot.ids, item, tie: &slot.tie }
            })
            .collect();
        plan(&items, &readings, &|_, ids| ids.clone(), &rules)
    }

    /// A run: what is not shown is asked for by itself before it is believed to be gone.
    fn run(&mut self) -> usize {
        self.now += jiff::SignedDuration::from_mins(1);
        let before = self.writes;
        let first = self.plan(&BTreeSet::new());
        let asked = first.works.iter().flat_map(|work| &work.prove).map(|(_, entry)| *entry);
        let all: BTreeSet<u64> =
            self.lists.values().flat_map(|list| &list.rows).map(|row| row.entry).collect();
        let gone = asked.filter(|entry| !all.contains(entry)).collect();
        let plan = self.plan(&gone);
        for work in plan.works.iter().filter(|_| plan.guards.is_empty()) {
            self.apply(work);
        }
        self.last = plan;
        self.writes - before
    }

    fn apply(&mut self, planned: &Planned) {
        let id = self.keep(planned);
        for (service, entry) in &planned.delete {
            self.writes += 1;
            let rows = &mut self.lists.get_mut(service).unwrap().rows;
            rows.retain(|row| row.entry != *entry);
            let tie = &mut self.slots.get_mut(&id).unwrap().tie;
            tie.lists.get_mut(service).unwrap().link = Link::Gone;
        }
        for (act, next) in planned.writes() {
            self.tell(id, *act, next);
        }
    }

    /// What becomes of the library.
    fn keep(&mut self, planned: &Planned) -> ItemId {
        let next = self.slots.keys().last().map_or(ItemId(1), |last| ItemId(last.0 + 1));
        let id = planned.item.unwrap_or(next);
        let nothing = || Slot { ids: Ids::default(), item: None, tie: Tie::default() };
        let slot = self.slots.entry(id).or_insert_with(nothing);
        slot.tie = planned.tie.clone();
        if planned.delete_here {
            slot.item = None;
        }
        if let Some(New { kind, work, entry, .. }) = planned.new.clone() {
            slot.ids = work.ids.clone();
            let (created_at, updated_at, origin) = (self.now, self.now, Origin::Local);
            slot.item = Some(Item { id, kind, origin, work, entry, created_at, updated_at });
        } else if let (Some(entry), Some(item)) = (&planned.entry, &mut slot.item) {
            entry.tell(&mut item.entry, 12);
            let mut ids = planned.ids.clone();
            ids.fill(&slot.ids);
            slot.ids = ids;
        }
        id
    }

    /// Tells a service something, and once more what it made wrong of it.
    fn tell(&mut self, id: ItemId, act: Act, next: &Next) {
        let (service, now) = (next.service, self.now);
        let slot = self.slots.get_mut(&id).unwrap();
        let rows = &mut self.lists.get_mut(&service).unwrap().rows;
        let known = slot.tie.lists[&service].entry;
        let place = rows.iter().position(|row| Some(row.entry) == known);
        let had = place.map(|place| rows[place].native.clone());
        assert_eq!(act == Act::Add, had.is_none(), "{next:?}");
        let catalogue = Catalogue { total: Some(12), most: 12, ..Catalogue::unknown(Kind::Anime) };
        let around = Around { catalogue, today: TODAY };
        let profile = service.profile();
        let mut got = (profile.rewrite)(had.as_ref(), &next.told(), around).unwrap();
        self.writes += 1;
        if self.loses > 0 {
            self.loses -= 1;
            let held = had.unwrap_or_default();
            let bond = slot.tie.lists.get_mut(&service).unwrap();
            bond.base = next.base.telling(&next.told(), &held, &next.native);
            let new = row(service, title(&slot.ids), got.0, now);
            match place {
                Some(place) => rows[place] = new,
                None => rows.push(new),
            }
            return;
        }
        let before = next.native.clone();
        let told = &next.write;
        for _ in 0..CORRECTIONS {
            let answered = Answered { before: &before, told, got: &got, catalogue, at: Some(now) };
            let left = profile.correction(&answered);
            if !left.is_empty() {
                got = (profile.rewrite)(Some(&got), &left, around).unwrap();
            }
        }
        let new = row(service, title(&slot.ids), got.0.clone(), now);
        let answered = Answered { before: &before, told, got: &got, catalogue, at: Some(now) };
        let bond = slot.tie.lists.get_mut(&service).unwrap();
        bond.base = next.base.answered(&answered);
        (bond.link, bond.entry) = (Link::Linked, Some(new.entry));
        match place {
            Some(place) => rows[place] = new,
            None => rows.push(new),
        }
    }

    fn rest(&mut self) -> usize {
        let rounds = (0..8).take_while(|_| self.run() > 0).count();
        assert!(rounds < 8, "it never comes to rest: {:#?}", self.last);
        assert_eq!(self.run(), 0, "{:#?}", self.last);
        std::mem::take(&mut self.writes)
    }

    fn on(&self, service: ListService) -> Vec<u64> {
        let mut entries: Vec<u64> = self.lists[&service].rows.iter().map(|row| row.entry).collect();
        entries.sort_unstable();
        entries
    }

    fn items(&self) -> Vec<&Said> {
        self.slots.values().filter_map(|slot| Some(&slot.item.as_ref()?.entry)).collect()
    }
}

/// Titles 1 to 4 on all lists and in the library, at rest.
fn shelves(deletes: Deletes) -> Shelves {
    let mut shelves = Shelves::new(deletes);
    for title in 1..=4 {
        shelves.put(Anilist, title, watching(5));
        shelves.put(Myanimelist, title, watching(5));
        shelves.put(Kitsu, title, watching(5));
    }
    assert_eq!(shelves.rest(), 0, "{:#?}", shelves.last);
    assert_eq!(shelves.items().len(), 4);
    shelves
}

#[test]
fn lists_that_agree_become_a_library_without_a_write() {
    shelves(Deletes::Forget);
}

#[test]
fn an_addition_whose_answer_was_lost_is_known_by_what_was_told() {
    let mut shelves = Shelves::new(Deletes::Forget);
    let all = Ids { mal: Some(MalId(201)), ..ids(Kitsu, 1) };
    let mut said = Said::default();
    let whole = Entry { status: Status::Completed, progress: Count::All, ..Entry::default() };
    whole.tell(&mut said, 12);
    let (created_at, updated_at) = (shelves.now, shelves.now);
    let (id, kind, origin, work) = (ItemId(1), Kind::Anime, Origin::Local, work(all.clone()));
    let item = Item { id, kind, origin, work, entry: said, created_at, updated_at };
    shelves.slots.insert(id, Slot { ids: all, item: Some(item), tie: Tie::default() });
    shelves.loses = 3;
    assert_eq!(shelves.run(), 3);
    let filled = |rows: &Rows| rows.rows.iter().any(|row| row.native.0.finished.year.is_some());
    assert!(shelves.lists.values().any(filled), "nobody fills in the day of today");
    shelves.rest();
    let [item] = shelves.items()[..] else { panic!("{:#?}", shelves.slots) };
    assert_eq!((item.progress, item.finished.year), (12, None));
    for (list, rows) in &shelves.lists {
        assert_eq!(rows.rows.len(), 1, "{list:?}");
        assert!(!filled(rows), "{list:?} keeps a day that nobody entered");
    }
}

#[test]
fn what_is_new_on_one_list_comes_here_and_goes_where_its_id_is_known() {
    let mut shelves = shelves(Deletes::Forget);
    shelves.put(Anilist, 5, watching(3));
    // AniList knows the title's id at MyAnimeList, and nobody that at Kitsu.
    assert_eq!(shelves.rest(), 1);
    assert_eq!(shelves.items().len(), 5);
    assert_eq!(shelves.on(Myanimelist), [201, 202, 203, 204, 205]);
    assert_eq!(shelves.on(Kitsu), [3_001, 3_002, 3_003, 3_004]);
}

#[test]
fn what_is_new_on_two_lists_at_once_is_one_item_and_the_furthest() {
    let mut shelves = shelves(Deletes::Forget);
    shelves.put(Anilist, 5, watching(3));
    shelves.put(Kitsu, 5, watching(7));
    shelves.rest();
    assert_eq!(shelves.items().len(), 5);
    let progress = |service: ListService| {
        let rows = &shelves.lists[&service].rows;
        rows.last().map(|row| row.native.0.progress)
    };
    assert_eq!([Anilist, Myanimelist, Kitsu].map(progress), [Some(Count::Of(7)); 3]);
}

#[test]
fn a_hidden_title_is_not_added_where_it_would_be_seen() {
    let mut shelves = shelves(Deletes::Forget);
    shelves.put(Anilist, 5, Entry { private: true, ..watching(3) });
    assert_eq!(shelves.rest(), 0);
    assert_eq!(shelves.on(Myanimelist).len(), 4);
    assert!(shelves.items()[4].private);
}

#[test]
fn a_deletion_is_believed_only_of_what_is_unknown_by_itself_and_then_stays() {
    let mut shelves = shelves(Deletes::Forget);
    shelves.lists.get_mut(&Anilist).unwrap().whole = false;
    shelves.remove(Anilist, 1);
    assert_eq!(shelves.rest(), 0);
    assert_eq!(shelves.slots[&ItemId(1)].tie.lists[&Anilist].link, Link::Linked);
    shelves.lists.get_mut(&Anilist).unwrap().whole = true;
    assert_eq!(shelves.rest(), 0);
    assert_eq!(shelves.slots[&ItemId(1)].tie.lists[&Anilist].link, Link::Gone);
    assert_eq!((shelves.items().len(), shelves.on(Anilist).len()), (4, 3));
}

#[test]
fn a_deletion_that_is_carried_over_takes_the_title_everywhere() {
    let mut shelves = shelves(Deletes::CarryOver);
    shelves.remove(Anilist, 1);
    assert_eq!(shelves.rest(), 2);
    assert_eq!((shelves.items().len(), shelves.on(Kitsu).len()), (3, 3));
}

#[test]
fn an_empty_list_deletes_nothing() {
    let mut shelves = shelves(Deletes::CarryOver);
    shelves.lists.get_mut(&Anilist).unwrap().rows.clear();
    assert_eq!(shelves.rest(), 0);
    assert_eq!(shelves.last.guards, [(Anilist, Guard::Empty)].into());
    assert_eq!(shelves.items().len(), 4);
}

#[test]
fn two_entries_that_claim_one_id_are_told_and_not_written() {
    let mut shelves = shelves(Deletes::Forget);
    for title in [5, 6] {
        shelves.put(Anilist, title, watching(2));
        let rows = &mut shelves.lists.get_mut(&Anilist).unwrap().rows;
        rows.last_mut().unwrap().work.ids.mal = Some(MalId(299));
    }
    assert_eq!(shelves.rest(), 0);
    assert_eq!((shelves.items().len(), shelves.last.contested.len()), (6, 1));
}

#[test]
fn a_title_that_a_service_gave_another_id_is_the_same_title() {
    let mut shelves = shelves(Deletes::CarryOver);
    shelves.remove(Anilist, 1);
    shelves.put(Anilist, 9, watching(5));
    let rows = &mut shelves.lists.get_mut(&Anilist).unwrap().rows;
    rows.last_mut().unwrap().work.ids.mal = Some(MalId(201));
    assert_eq!(shelves.rest(), 0);
    assert_eq!(shelves.items().len(), 4);
    let slot = &shelves.slots[&ItemId(1)];
    let joined = Ids { anilist: Some(AnilistId(109)), kitsu: Some(301), ..ids(Myanimelist, 1) };
    assert_eq!(slot.ids, joined);
    let rows = &mut shelves.lists.get_mut(&Anilist).unwrap().rows;
    rows.last_mut().unwrap().native.0.progress = Count::Of(6);
    assert_eq!(shelves.rest(), 2, "the others hear of it");
    assert_eq!(shelves.items()[0].progress, 6);
}

#[test]
fn what_the_person_deletes_here_goes_where_they_say_and_does_not_come_back() {
    let mut shelves = shelves(Deletes::Forget);
    let slot = shelves.slots.get_mut(&ItemId(1)).unwrap();
    slot.item = None;
    slot.tie.lists.get_mut(&Kitsu).unwrap().delete = true;
    assert_eq!(shelves.rest(), 1);
    assert_eq!(shelves.items().len(), 3);
    let left = [Anilist, Myanimelist, Kitsu].map(|service| shelves.on(service).len());
    assert_eq!(left, [4, 4, 3]);
}

#[derive(Debug, Clone)]
enum Step {
    Put(ListService, u32, u32),
    Score(ListService, u32, u8),
    Remove(ListService, u32),
    DeleteHere(u64),
    EditHere(u64, u32),
    Run,
}

fn step() -> impl Strategy<Value = Step> {
    let service = || select(ListService::ALL.to_vec());
    prop_oneof![
        3 => (service(), 1u32..7, 0u32..13).prop_map(|(at, title, seen)| Step::Put(at, title, seen)),
        2 => (service(), 1u32..7, 2u8..11).prop_map(|(at, title, score)| Step::Score(at, title, score)),
        1 => (service(), 1u32..7).prop_map(|(at, title)| Step::Remove(at, title)),
        1 => (1u64..5).prop_map(Step::DeleteHere),
        2 => (1u64..5, 0u32..13).prop_map(|(item, seen)| Step::EditHere(item, seen)),
        3 => Just(Step::Run),
    ]
}

impl Shelves {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Put(at, title, seen) => self.put(*at, *title, watching(*seen)),
            Step::Score(at, title, score) => {
                let found = row(*at, *title, Entry::default(), self.now).entry;
                let rows = &self.lists[at].rows;
                let Some(known) = rows.iter().find(|row| row.entry == found) else { return };
                let entry = known.native.0.with(Field::Score, &Value::Number((*score).into()));
                self.put(*at, *title, entry);
            }
            Step::Remove(at, title) => self.remove(*at, *title),
            Step::DeleteHere(item) => {
                if let Some(slot) = self.slots.get_mut(&ItemId(*item)) {
                    slot.item = None;
                }
            }
            Step::EditHere(item, seen) => {
                let slot = self.slots.get_mut(&ItemId(*item)).and_then(|slot| slot.item.as_mut());
                if let Some(item) = slot {
                    item.entry.progress = *seen;
                }
            }
            Step::Run => {
                self.run();
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::histories(1_000))]

    #[test]
    fn whatever_happens_to_whole_lists_they_come_to_rest(
        deletes in select(vec![Deletes::Forget, Deletes::Ask, Deletes::CarryOver]),
        steps in prop::collection::vec(step(), 0..14),
    ) {
        let mut shelves = shelves(deletes);
        for step in &steps {
            shelves.step(step);
        }
        shelves.rest();
        // No entry is of two items.
        let bonds = shelves.slots.values().flat_map(|slot| &slot.tie.lists);
        let linked = bonds.filter(|(_, bond)| bond.link == Link::Linked);
        let entries: Vec<_> = linked.filter_map(|(service, bond)| Some((*service, bond.entry?))).collect();
        let once: BTreeSet<_> = entries.iter().collect();
        prop_assert_eq!(once.len(), entries.len());
    }
}
