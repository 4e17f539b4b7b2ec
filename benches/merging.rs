//! What merging lists costs: 5,000 titles on three lists, of which nothing changed, some did, or all did.
//!
//! `cargo bench --bench merging`. The budget for nothing new is 100 ms of processor time.

#![expect(clippy::unwrap_used, reason = "a bench that cannot begin ends")]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use anilist_trakt_sync::domain::{AnilistId, MalId};
use anilist_trakt_sync::library::{Ids, Item, ItemId, Kind, Origin, Status, Work};
use anilist_trakt_sync::merge::{
    Contact, Count, Deletes, Direction, Entry, ListService, Native, PerField, Plan, Reading, Row,
    Rows, Rules, Tie, Tied, plan,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;

/// How many titles there are.
const TITLES: u32 = 5_000;

/// A person's library and lists.
struct Shelves {
    items: Vec<(Item, Tie)>,
    lists: BTreeMap<ListService, Rows>,
    now: Timestamp,
}

fn ids(title: u32) -> Ids {
    let (anilist, mal) = (AnilistId(title), MalId(100_000 + title));
    Ids { anilist: Some(anilist), mal: Some(mal), kitsu: Some(200_000 + title), mangadex: None }
}

fn work(title: u32) -> Work {
    Work { ids: ids(title), max_progress: Some(24), ..Work::titled(format!("Title {title}")) }
}

fn entry(title: u32) -> Entry {
    Entry {
        status: Status::Current,
        progress: Count::Of(title % 23),
        started: "2021-05-03".parse().unwrap(),
        ..Entry::default()
    }
}

fn row(title: u32, now: Timestamp) -> Row {
    Row {
        entry: u64::from(title),
        kind: Kind::Anime,
        work: work(title),
        native: Native(entry(title)),
        updated_at: Some(now),
    }
}

impl Shelves {
    /// Lists that have been merged, so that nothing is left to do.
    fn new() -> Self {
        let now: Timestamp = "2026-11-28T09:00:00Z".parse().unwrap();
        let rows = || (1..=TITLES).map(|title| row(title, now)).collect();
        let list = |service| (service, Rows { rows: rows(), whole: true });
        let lists = ListService::ALL.map(list).into();
        let mut shelves = Self { items: Vec::new(), lists, now };
        for (number, planned) in (1..).zip(shelves.plan().works) {
            let new = planned.new.unwrap();
            let item = Item {
                id: ItemId(number),
                kind: new.kind,
                origin: Origin::Local,
                work: new.work,
                entry: new.entry,
                created_at: now,
                updated_at: now,
            };
            shelves.items.push((item, planned.tie));
        }
        shelves
    }

    /// One list with every so manieth title further than before.
    fn changed(mut self, every: u32) -> Self {
        for title in (1..=TITLES).filter(|title| title % every == 0) {
            let rows = &mut self.lists.get_mut(&ListService::Anilist).unwrap().rows;
            rows[title as usize - 1].native.0.progress = Count::Of(24);
        }
        self
    }

    fn plan(&self) -> Plan {
        let allow = PerField::of_each(|_| Some(Direction::Both));
        let (nothing, none) = (PerField::default(), BTreeSet::new());
        let rules = Rules { prefer: &nothing, choose: &nothing, now: self.now };
        let reading = |(&service, rows): (&ListService, _)| Reading {
            service,
            rows,
            kinds: &[Kind::Anime, Kind::Manga],
            gone: &none,
            proven: &none,
            allow: &allow,
            adds: Direction::Both,
            deletes: Deletes::Forget,
            contact: Contact::Known,
        };
        let readings: Vec<Reading<'_>> = self.lists.iter().map(reading).collect();
        let items: Vec<Tied<'_>> = self.items.iter().map(tied).collect();
        plan(&items, &readings, &|_, ids| ids.clone(), &rules)
    }
}

fn tied((item, tie): &(Item, Tie)) -> Tied<'_> {
    Tied { id: item.id, kind: item.kind, ids: &item.work.ids, item: Some(item), tie }
}

fn merging(criterion: &mut Criterion) {
    let quiet = Shelves::new();
    let writes = quiet.plan().works.iter().map(|work| work.writes().count()).sum::<usize>();
    assert_eq!(writes, 0, "nothing changed");
    let cases = [
        ("nothing new", quiet),
        ("one in a hundred", Shelves::new().changed(100)),
        ("everything", Shelves::new().changed(1)),
    ];
    let mut group = criterion.benchmark_group("merge 5,000 titles on 3 lists");
    group.sample_size(20);
    for (name, shelves) in cases {
        group.bench_function(BenchmarkId::from_parameter(name), |bench| {
            bench.iter(|| black_box(shelves.plan()));
        });
    }
    group.finish();
}

criterion_group!(benches, merging);
criterion_main!(benches);
