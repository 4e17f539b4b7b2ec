//! The mapping files.

use std::io::Write as _;

use anilist_trakt_sync::hub::datasets::Published;
use anilist_trakt_sync::placing::datasets::anibridge::{self, AniBridge};
use anilist_trakt_sync::placing::datasets::fribbs;
use anilist_trakt_sync::placing::datasets::limits::{Deadline, READING};
use anilist_trakt_sync::placing::datasets::otaku::Otaku;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::json::{any_json, any_leaf, with_one_wrong};

fn fribbs_row(id: u32) -> Value {
    json!({
        "anilist_id": id, "mal_id": id, "type": "TV", "themoviedb_id": {"tv": 1429},
        "imdb_id": ["tt2560140"], "tvdb_id": 267_440, "season": {"tvdb": 3, "tmdb": 3},
        "episode_offset": {"tmdb": 12}
    })
}

fn anibridge_entry() -> Value {
    json!({"tmdb_show:1429:s3": {"1-10": "13-22"}, "tmdb_movie:8": {"1": "1"}, "tvdb_show:9:s0": {"1-": "5-"}})
}

fn path() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..8, 1..4)
}

fn in_a_file<D: Published>(bytes: &[u8]) -> Option<usize> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    D::parse(file.path(), Deadline::after(READING)).ok().map(|parsed| parsed.rows.len())
}

/// A real database with the columns of the published one.
fn otaku_file() -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let database = rusqlite::Connection::open(file.path()).unwrap();
    let script = "CREATE TABLE anime (anilist_id, trakt_id, themoviedb_id, imdb_id, thetvdb_id,
             thetvdb_season, anime_media_type, global_media_type, anime_media_episodes, global_media_episodes);
         CREATE TABLE activities (sync_id, last_updated);
         INSERT INTO activities VALUES (1, 1700000000);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
         INSERT INTO anime SELECT i, i, i, 'tt0000001', i, 1, 'TV', 'TV', '1-12', '13-24' FROM n;";
    database.execute_batch(script).unwrap();
    drop(database);
    std::fs::read(file.path()).unwrap()
}

proptest! {
    #[test]
    fn any_bytes_are_a_file_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = fribbs::parse_rows(&bytes);
        let _ = anibridge::parse_rows(&bytes);
        in_a_file::<AniBridge>(&bytes);
        let packed = [&[0x28, 0xb5, 0x2f, 0xfd][..], &bytes].concat();
        in_a_file::<AniBridge>(&packed);
    }

    #[test]
    fn any_json_is_a_file_or_an_error(value in any_json()) {
        let text = value.to_string();
        let _ = fribbs::parse_rows(text.as_bytes());
        let _ = anibridge::parse_rows(text.as_bytes());
    }

    #[test]
    fn one_odd_row_of_fribbs_loses_no_other(path in path(), wrong in prop::option::of(any_leaf())) {
        let odd = with_one_wrong(fribbs_row(2), &path, wrong);
        let text = json!([fribbs_row(1), odd, fribbs_row(3)]).to_string();
        let rows = fribbs::parse_rows(text.as_bytes()).unwrap();
        for id in [1, 3] {
            prop_assert!(rows.iter().any(|row| row.entry.0 == id), "{} in {:?}", id, rows);
        }
        prop_assert!(rows.len() <= 3);
    }

    #[test]
    fn one_odd_entry_of_anibridge_loses_no_other(
        path in path(),
        wrong in prop::option::of(any_leaf()),
        ranges in ".{0,24}",
    ) {
        let odd = with_one_wrong(anibridge_entry(), &path, wrong);
        let odder = json!({"tmdb_show:1:s1": {ranges.as_str(): ranges.as_str(), "1-": ranges.as_str()}});
        let file = json!({
            "anilist:1": anibridge_entry(), "anilist:2": odd, "anilist:4": odder, "anilist:3": anibridge_entry(),
        });
        let rows = anibridge::parse_rows(file.to_string().as_bytes()).unwrap();
        for id in [1, 3] {
            prop_assert_eq!(rows.iter().filter(|row| row.entry.0 == id).count(), 3);
        }
        for range in rows.iter().flat_map(|row| &row.ranges) {
            for abs in [0, 1, range.first, u32::MAX] {
                let _ = range.slot(abs);
            }
        }
    }

    #[test]
    fn a_damaged_otaku_file_is_a_file_or_an_error(
        keep in 0_usize..20_000,
        flips in prop::collection::vec((0_usize..20_000, any::<u8>()), 0..12),
    ) {
        let mut bytes = otaku_file();
        bytes.truncate(bytes.len().min(keep.max(1)));
        for (at, with) in flips {
            let at = at % bytes.len();
            bytes[at] ^= with;
        }
        if let Some(rows) = in_a_file::<Otaku>(&bytes) {
            prop_assert!(rows <= 200);
        }
    }
}

#[test]
fn the_samples_are_good_files() {
    assert_eq!(in_a_file::<Otaku>(&otaku_file()), Some(200));
    let text = json!([fribbs_row(1)]).to_string();
    assert_eq!(fribbs::parse_rows(text.as_bytes()).unwrap().len(), 1);
    let text = json!({"anilist:1": anibridge_entry()}).to_string();
    assert_eq!(anibridge::parse_rows(text.as_bytes()).unwrap().len(), 3);
}

#[test]
fn a_file_that_unpacks_to_more_than_any_dataset_is_no_bomb() {
    let zeros = vec![b' '; (64 << 20) + 1];
    let bomb = zstd::bulk::compress(&zeros, 3).unwrap();
    assert!(bomb.len() < 100_000);
    assert_eq!(in_a_file::<AniBridge>(&bomb), None);
}
