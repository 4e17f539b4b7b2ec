//! The process is killed with `SIGKILL` at every moment of its first start and of an upgrade: the
//! next start works, and has everything that was there.
//!
//! `KILLS=1000` kills that many first starts and that many upgrades; without it there are few.

use std::path::Path;
use std::time::{Duration, Instant};

use anilist_trakt_sync::store::SqliteStore;
use anilist_trakt_sync::store::transfer::export;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::process::Process;

/// Databases of earlier versions, as text.
const LANDED: [&str; 8] = [
    include_str!("../../crates/store/tests/store/landed/v1.sql"),
    include_str!("../../crates/store/tests/store/landed/v2.sql"),
    include_str!("../../crates/store/tests/store/landed/v3.sql"),
    include_str!("../../crates/store/tests/store/landed/v4.sql"),
    include_str!("../../crates/store/tests/store/landed/v5.sql"),
    include_str!("../../crates/store/tests/store/landed/v6.sql"),
    include_str!("../../crates/store/tests/store/landed/v7.sql"),
    include_str!("../../crates/store/tests/store/landed/v8.sql"),
];

/// How often to kill, as the environment says.
#[expect(clippy::disallowed_methods, reason = "who runs the test says how long it looks")]
pub(crate) fn kills(unless_said: u32) -> u32 {
    std::env::var("KILLS").map_or(unless_said, |text| text.parse().unwrap())
}

/// A working folder with the database of a version, counted from one; of none, without a database.
fn folder_of(version: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    if let Some(dump) = version.checked_sub(1).map(|at| LANDED[at]) {
        std::fs::create_dir(folder.path().join("data")).unwrap();
        raw(folder.path()).execute_batch(dump).unwrap();
    }
    folder
}

fn raw(folder: &Path) -> Connection {
    Connection::open(folder.join("data/state.db")).unwrap()
}

/// Everything the store has, apart from what a start writes to its log.
async fn contents(folder: &TempDir) -> Vec<String> {
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let lines = export(&store).await.unwrap();
    let lines = lines.iter().map(|line| serde_json::to_string(line).unwrap());
    lines.filter(|line| !line.starts_with(r#"{"record":"log""#)).collect()
}

/// How long a start takes until it listens, at the longest of a few.
async fn longest_start(version: usize) -> Duration {
    let mut longest = Duration::ZERO;
    for _ in 0..3 {
        let folder = folder_of(version);
        let began = Instant::now();
        Process::start(&[], &folder, &[]).await.kill().await;
        longest = longest.max(began.elapsed());
    }
    longest
}

/// Kills starts on databases of a version, spread evenly over the time that a start takes. Gives
/// back how many of the kills left a database that was begun and not up to date.
async fn kill_starts(version: usize, kills: u32) -> u32 {
    let whole = longest_start(version).await;
    let expected = contents(&folder_of(version)).await;
    let mut half_way = 0;
    for kill in 0..kills {
        let folder = folder_of(version);
        Process::start_and_kill(&folder, whole * kill / kills).await;
        half_way += u32::from(is_half_way(folder.path(), version));
        let service = Process::start(&[], &folder, &[]).await;
        assert_eq!(service.get("/readyz").await.0, 200, "V{version}, kill {kill} of {kills}");
        service.kill().await;
        assert_eq!(contents(&folder).await, expected, "V{version}, kill {kill} of {kills}");
    }
    half_way
}

/// Whether there is a database that is not up to date, or was not left as it was: one with a
/// write-ahead log that somebody has to look through.
fn is_half_way(folder: &Path, version: usize) -> bool {
    let log = folder.join("data/state.db-wal");
    folder.join("data/state.db").exists() && (version == 0 || log.exists())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_that_is_killed_anywhere_can_be_made_again() {
    let half_way = kill_starts(0, kills(40)).await;
    assert!(half_way > 0, "no kill hit the making of the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_that_is_killed_anywhere_keeps_everything() {
    for version in 1..=LANDED.len() {
        let half_way = kill_starts(version, kills(60) / 5).await;
        assert!(half_way > 0, "no kill hit the upgrade of V{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_all_work() {
    for version in 0..LANDED.len() {
        let folder = folder_of(version);
        let expected = contents(&folder_of(version)).await;
        let settings = [];
        let start = || Process::start(&settings, &folder, &[]);
        let (a, b, c) = tokio::join!(start(), start(), start());
        for service in [a, b, c] {
            assert_eq!(service.get("/readyz").await.0, 200);
            service.kill().await;
        }
        assert_eq!(contents(&folder).await, expected);
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_mended_is_told_with_the_way_out() {
    let folder = folder_of(5);
    raw(folder.path()).execute_batch("DROP TABLE mappings").unwrap();
    let output = crate::process::run(&[], folder.path(), &[]).await;
    assert_eq!(output.code, Some(1));
    let told = "error: the store cannot be used: the database lacks a part of the table (mappings)";
    assert!(output.stderr.contains(told), "{}", output.stderr);
    assert!(output.stderr.contains("hint: restore DATA_DIR from a backup"), "{}", output.stderr);
}
