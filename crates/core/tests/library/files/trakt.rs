//! Trakt's export, and what is wrong with one.

use std::io::{Cursor, Write as _};

use anilist_trakt_sync_core::library::files::{Format, LIMITS, Limits, Unreadable, read};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{file, reason, unreadable};

fn export<'a>(files: impl IntoIterator<Item = (&'a str, Value)>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, value) in files {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(value.to_string().as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn play(id: u64, title: &str) -> Value {
    json!({"id": id, "watched_at": "2024-05-03T18:30:00.000Z", "action": "scrobble", "type": "episode",
        "episode": {"season": 1, "number": 13, "ids": {"trakt": 7, "plex": {"guid": "x"}, "imdb": null}},
        "show": {"title": title, "year": 2024, "ids": {"trakt": 99, "tvdb": null}}})
}

fn rating() -> Value {
    json!({"rated_at": "2024-06-01T10:00:00.000Z", "rating": 8, "type": "movie",
        "movie": {"title": "Paper Comet", "year": 2023, "ids": {"trakt": 88}}})
}

#[test]
fn titles_of_an_export_are_shown_and_wait() {
    let whole = export([
        ("user-settings.json", json!({"user": {"name": "private"}})),
        (
            "watched-history.json",
            json!([play(9_000_000_001, "Lantern Road"), play(2, "Left Half")]),
        ),
        ("watched-history-2.json", json!([play(3, "Lantern Road"), 7, {"movie": null}])),
        ("ratings-movies.json", json!([rating()])),
        ("watched-shows.json", json!([play(4, "Elsewhere")])),
    ]);
    let read = file(&whole);
    assert_eq!(read.format, Format::TraktZip);
    let titles: Vec<&str> = read.rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["Lantern Road (2024)", "Left Half (2024)", "Paper Comet (2023)"]);
    assert!(reason(&read.rows[0]).ends_with("2 plays, 0 ratings"), "{}", reason(&read.rows[0]));
    assert!(reason(&read.rows[2]).ends_with("0 plays, 1 ratings"));
}

#[test]
fn an_export_in_folders_is_read_too() {
    let whole = export([("somebody/watched/history-1.json", json!([play(1, "Lantern Road")]))]);
    assert_eq!(file(&whole).rows.len(), 1);
}

#[test]
fn an_export_that_lacks_plays_is_refused() {
    let failed = json!([{"endpoint": "/users/me/history", "error": "502", "fetchedPages": 1}]);
    let whole = export([("_errors.json", failed), ("watched-history.json", json!([]))]);
    assert!(matches!(unreadable(&whole), Unreadable::Incomplete(_)));
    let other = json!([{"endpoint": "/users/me/likes", "error": "502"}]);
    let whole = export([("_errors.json", other), ("watched-history.json", json!([]))]);
    assert!(file(&whole).rows.is_empty());
    assert_eq!(unreadable(export([("ratings-movies.json", json!([]))])), Unreadable::Unknown);
    assert_eq!(unreadable(export([])), Unreadable::Unknown);
}

#[test]
fn what_comes_out_of_an_export_is_counted_whatever_it_says() {
    let spaces = format!("[{}]", " ".repeat(3 << 20));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for page in 1..=3 {
        let name = format!("watched-history-{page}.json");
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(spaces.as_bytes()).unwrap();
    }
    let mut bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 20_000);
    let limits = Limits { unpacked: 8 << 20, ..LIMITS };
    assert_eq!(read(&bomb, &limits).unwrap_err(), Unreadable::Unpacked(8 << 20));
    assert!(read(&bomb, &LIMITS).is_ok());
    // The lengths in the directory are at 24, after its signature: each file says it has one byte.
    let starts: Vec<usize> =
        (0..bomb.len() - 4).filter(|at| bomb[*at..].starts_with(b"PK\x01\x02")).collect();
    for start in starts {
        bomb[start + 24..start + 28].copy_from_slice(&1_u32.to_le_bytes());
    }
    assert!(read(&bomb, &limits).is_err());
}

#[test]
fn an_export_of_thousands_of_files_is_refused() {
    let names: Vec<String> = (0..2001).map(|page| format!("watched-history-{page}.json")).collect();
    let many = export(names.iter().map(|name| (name.as_str(), json!([]))));
    assert_eq!(unreadable(&many), Unreadable::Parts(2000));
}

#[test]
fn plays_are_rows_too() {
    let plays: Vec<Value> = (0..3).map(|id| play(id, "Lantern Road")).collect();
    let whole = export([("watched-history.json", json!(plays))]);
    let limits = Limits { rows: 2, ..LIMITS };
    assert_eq!(read(&whole, &limits).unwrap_err(), Unreadable::Rows(2));
}

#[test]
fn a_damaged_export_is_refused() {
    let whole = export([("watched-history.json", json!([play(1, "Lantern Road")]))]);
    assert!(matches!(unreadable(&whole[..whole.len() / 2]), Unreadable::Broken(_)));
    let mut flipped = whole;
    flipped[60] ^= 0xff;
    assert!(matches!(unreadable(&flipped), Unreadable::Broken(_)));
}
