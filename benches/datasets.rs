//! What the mapping files cost: reading one as it is published, taking its index from the store,
//! and looking entries up.
//!
//! `cargo bench --bench datasets`

#![expect(clippy::unwrap_used, reason = "made-up data that does not fit ends the measurement")]

use std::collections::BTreeMap;
use std::hint::black_box;

use anilist_trakt_sync::domain::AnilistId;
use anilist_trakt_sync::placing::datasets::Table;
use anilist_trakt_sync::placing::datasets::anibridge::{self, AniBridge};
use anilist_trakt_sync::placing::datasets::fribbs::{self, Fribbs};
use criterion::{Criterion, criterion_group, criterion_main};
use serde::de::IgnoredAny;
use serde_json::json;

/// As many as the Fribbs list names in November 2026.
const ENTRIES: u32 = 20_500;
/// As many as the largest lists have.
const LOOKED_UP: usize = 3_850;

/// Ids that are spread as those of AniList are.
fn ids() -> impl Iterator<Item = u32> {
    (0..ENTRIES).map(|number| 1 + number * 9 + number % 7)
}

/// The Fribbs list as it is published, about as large as the real one.
fn fribbs_file() -> Vec<u8> {
    let row = |id: u32| {
        json!({
            "anidb_id": id / 2, "anilist_id": id, "anime-planet_id": format!("title-{id}"),
            "anisearch_id": id / 3, "imdb_id": [format!("tt{:07}", id + 1_000_000)],
            "kitsu_id": id / 5, "livechart_id": id / 7, "mal_id": id, "notify.moe_id": "LhAHqFmmR",
            "simkl_id": id * 3, "themoviedb_id": { "tv": id / 4 + 1 }, "tvdb_id": id / 4 + 9,
            "season": { "tmdb": 1 + id % 3, "tvdb": 1 + id % 3 }, "type": "TV",
        })
    };
    serde_json::to_vec(&ids().map(row).collect::<Vec<_>>()).unwrap()
}

/// The AniBridge mappings as they are published, half as many entries.
fn anibridge_file() -> Vec<u8> {
    let targets = |id: u32| {
        let tmdb = format!("tmdb_show:{}:s{}", id / 4 + 1, 1 + id % 3);
        let tvdb = format!("tvdb_show:{}:s{}", id / 4 + 9, 1 + id % 3);
        json!({ tmdb: { "1-12": "1-12" }, tvdb: { "1-12": "13-24" } })
    };
    let file: BTreeMap<_, _> =
        ids().step_by(2).map(|id| (format!("anilist:{id}"), targets(id))).collect();
    serde_json::to_vec(&file).unwrap()
}

/// Every fifth is in no file.
fn looked_up() -> Vec<AnilistId> {
    let step = ENTRIES as usize / LOOKED_UP;
    let wanted = ids().step_by(step).take(LOOKED_UP).enumerate();
    wanted.map(|(count, id)| AnilistId(id + u32::from(count % 5 == 0))).collect()
}

fn datasets(criterion: &mut Criterion) {
    let fribbs = fribbs_file();
    criterion.bench_function("fribbs: go through the file, keeping nothing", |bencher| {
        bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(&fribbs)).unwrap());
    });
    criterion.bench_function("fribbs: read the file", |bencher| {
        bencher.iter(|| fribbs::parse_rows(black_box(&fribbs)).unwrap());
    });
    let table = Table::<Fribbs>::new(fribbs::parse_rows(&fribbs).unwrap());
    assert_eq!(table.entries(), u64::from(ENTRIES), "every entry has a row");
    let index = table.pack().unwrap();
    criterion.bench_function("fribbs: take the index from the store's bytes", |bencher| {
        bencher.iter(|| Table::<Fribbs>::unpack(black_box(&index)).unwrap());
    });
    let wanted = looked_up();
    criterion.bench_function("fribbs: look 3,850 entries up", |bencher| {
        bencher.iter(|| wanted.iter().map(|id| table.rows_of(*id).len()).sum::<usize>());
    });

    let anibridge = anibridge_file();
    criterion.bench_function("anibridge: go through the file, keeping nothing", |bencher| {
        bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(&anibridge)).unwrap());
    });
    criterion.bench_function("anibridge: read the file", |bencher| {
        bencher.iter(|| anibridge::parse_rows(black_box(&anibridge)).unwrap());
    });
    let table = Table::<AniBridge>::new(anibridge::parse_rows(&anibridge).unwrap());
    let index = table.pack().unwrap();
    criterion.bench_function("anibridge: take the index from the store's bytes", |bencher| {
        bencher.iter(|| Table::<AniBridge>::unpack(black_box(&index)).unwrap());
    });
}

criterion_group!(benches, datasets);
criterion_main!(benches);
