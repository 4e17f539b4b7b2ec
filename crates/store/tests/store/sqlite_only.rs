//! What only the embedded store can show: its file, its folder, and processes that die.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::time::Duration;

use anilist_trakt_sync_core::domain::{AnilistId, RunId, RunMode, Settled, TraktShowId};
use anilist_trakt_sync_store::{
    Corrections, LockAnswer, LockHolder, Locks, Placements, Records, Runs, Shows, SqliteStore,
    Standing, StoreError, Synced, Write, keys,
};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

use crate::samples::{mapping, me, moment, place, placement, run_plays, settled, show};

const LEASE: Duration = Duration::from_secs(15);

fn open(folder: &TempDir) -> SqliteStore {
    SqliteStore::open(folder.path()).unwrap()
}

/// The same file without the store in between.
fn raw(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("state.db")).unwrap()
}

/// The sentence of a store that does not answer.
fn sentence<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> String {
    match answer {
        Err(StoreError::Unavailable(sentence)) => sentence,
        other => panic!("it should be unavailable: {other:?}"),
    }
}

#[tokio::test]
async fn a_change_that_fails_takes_back_those_before_it() {
    let folder = tempdir().unwrap();
    let store = open(&folder);
    store.write(&me(), vec![Write::Settled(settled(1, 3, 0))]).await.unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON sync_progress WHEN new.anilist_id = 13
                  BEGIN SELECT RAISE(ABORT, 'thirteen is refused'); END";
    raw(&folder).execute_batch(refuse).unwrap();
    let writes = vec![
        Write::Mapping(mapping(1)),
        place(placement(1)),
        Write::Settled(settled(1, 4, 1)),
        Write::Config { key: keys::LAST_RUN, value: Some("now".into()) },
        Write::Settled(settled(13, 1, 1)),
        Write::Mapping(mapping(2)),
    ];
    let failed = store.write(&me(), writes.clone()).await;
    assert!(sentence(failed).contains("thirteen is refused"));
    sentence(store.write_if(&me(), keys::LAST_RUN, None, writes).await);
    assert!(store.mappings(&me()).await.unwrap().is_empty());
    assert!(store.all_placements(&me()).await.unwrap().is_empty());
    assert_eq!(store.latest_settled(&me(), 9).await.unwrap(), [settled(1, 3, 0)]);
    assert_eq!(store.config(&me(), &[keys::LAST_RUN]).await.unwrap(), [None]);
}

#[tokio::test]
async fn a_killed_process_leaves_its_lock_free_at_once() {
    let folder = tempdir().unwrap();
    let store = open(&folder);
    let mut process = process_with_the_lock(folder.path());
    let holder = LockHolder { owner: "process".into(), since: moment(0) };
    let answer = store.lock(&me(), "sync", "test", moment(1), LEASE).await.unwrap();
    let seen = store.lock_holder(&me(), "sync").await.unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!((answer, seen), (LockAnswer::Held(holder.clone()), Some(holder)));
    assert_eq!(store.lock_holder(&me(), "sync").await.unwrap(), None);
    let answer = store.lock(&me(), "sync", "test", moment(1), LEASE).await.unwrap();
    assert_eq!(answer, LockAnswer::Taken);
}

/// Runs this test program again with only the test below, up to where it has the lock.
fn process_with_the_lock(folder: &Path) -> Child {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sqlite_only::a_process_that_holds_the_lock", "--ignored", "--nocapture"])
        .env("HOLD_THE_LOCK_IN", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let taken = lines.any(|line| line.unwrap().ends_with("the lock is taken"));
    assert!(taken, "the process ended without the lock: {:?}", process.wait());
    process
}

#[tokio::test]
#[ignore = "it is the process of the test above, and waits to be killed"]
#[expect(clippy::disallowed_methods, reason = "a test tells its own child process the folder")]
async fn a_process_that_holds_the_lock() {
    let Ok(folder) = std::env::var("HOLD_THE_LOCK_IN") else { return };
    let store = SqliteStore::open(Path::new(&folder)).unwrap();
    let answer = store.lock(&me(), "sync", "process", moment(0), LEASE).await.unwrap();
    assert_eq!(answer, LockAnswer::Taken);
    writeln!(std::io::stdout(), "\nthe lock is taken").unwrap();
    // The other end is closed when the test above is over, however it ends.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[tokio::test]
async fn a_living_process_keeps_its_lock_beyond_its_lease() {
    let folder = tempdir().unwrap();
    let (here, there) = (open(&folder), open(&folder));
    here.lock(&me(), "sync", "a", moment(0), LEASE).await.unwrap();
    let holder = LockHolder { owner: "a".into(), since: moment(0) };
    let answer = there.lock(&me(), "sync", "b", moment(100), LEASE).await.unwrap();
    assert_eq!(answer, LockAnswer::Held(holder));
    drop(here);
    let answer = there.lock(&me(), "sync", "b", moment(1), LEASE).await.unwrap();
    assert_eq!(answer, LockAnswer::Taken);
}

#[test]
fn a_file_of_another_kind_is_not_opened_and_not_changed() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("state.db");
    let garbage = "these are notes and not a database\n".repeat(200);
    fs::write(&file, &garbage).unwrap();
    let sentence = sentence(SqliteStore::open(folder.path()));
    assert_eq!(sentence, format!("the file is not a SQLite database: {}", file.display()));
    assert_eq!(fs::read_to_string(&file).unwrap(), garbage);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let below = folder.path().join("file").join("data");
    let sentence = sentence(SqliteStore::open(&below));
    assert!(sentence.starts_with("the data folder cannot be made ("), "{sentence}");
    assert!(sentence.ends_with(&format!(": {}", below.display())), "{sentence}");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let folder = tempdir().unwrap();
    drop(open(&folder));
    let newer = "INSERT INTO refinery_schema_history
                 SELECT 999, 'later', applied_on, checksum FROM refinery_schema_history LIMIT 1";
    raw(&folder).execute(newer, []).unwrap();
    let error = SqliteStore::open(folder.path()).unwrap_err();
    let StoreError::Unfit { sentence, hint } = error else { panic!("{error}") };
    assert!(hint.starts_with("start the newer version again"), "{hint}");
    assert!(sentence.contains("newer version of this program (V999__later)"), "{sentence}");
}

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

#[tokio::test]
async fn a_database_of_the_first_version_is_brought_up_to_date_and_keeps_what_it_has() {
    let folder = tempdir().unwrap();
    let mut database = raw(&folder);
    let first = refinery::Target::Version(1);
    embedded::migrations::runner().set_target(first).run(&mut database).unwrap();
    database
        .execute_batch(
            "INSERT INTO sync_progress VALUES ('default', 1, 3, '2026-09-21T14:13:20.123456789Z');
             INSERT INTO system_config VALUES ('', 'trakt:show:5:episodes',
                 '{\"fetchedAt\":\"2026-09-21T14:13:20Z\",\"show\":{\"id\":5,\"episodes\":[]},\"breakpoints\":[]}')",
        )
        .unwrap();
    assert!(database.prepare("SELECT * FROM placements").is_err(), "it is an old one");
    let store = open(&folder);
    let unwatched = Settled { last_abs: 3, ..Settled::nothing(AnilistId(1), moment(0)) };
    assert_eq!(store.latest_settled(&me(), 9).await.unwrap(), [unwatched]);
    assert_eq!(store.show_ids().await.unwrap(), [TraktShowId(5)]);
    assert!(store.show_versions(&[TraktShowId(5)]).await.unwrap().is_empty());
    assert!(store.all_placements(&me()).await.unwrap().is_empty());
    store.write(&me(), vec![place(placement(1))]).await.unwrap();
    assert_eq!(store.all_placements(&me()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn runs_of_a_version_that_kept_no_plays_are_still_there() {
    let folder = tempdir().unwrap();
    let mut database = raw(&folder);
    let second = refinery::Target::Version(2);
    embedded::migrations::runner().set_target(second).run(&mut database).unwrap();
    database
        .execute_batch(
            "INSERT INTO runs VALUES ('default', 1, 'full', 'auto',
                 '2026-01-01T00:00:00.000000000Z', NULL, 'running', 'null');",
        )
        .unwrap();
    let store = open(&folder);
    let run = store.run(&me(), RunId(1)).await.unwrap().unwrap();
    assert_eq!((run.mode, run.undone_by), (RunMode::Full, None));
    assert!(store.run_plays(&me(), RunId(1)).await.unwrap().is_empty());
    store.write(&me(), vec![Write::RunPlays(run_plays(1, 1))]).await.unwrap();
    assert_eq!(store.run_plays(&me(), RunId(1)).await.unwrap(), [run_plays(1, 1)]);
}

#[test]
fn a_new_folder_can_be_opened_by_many_at_once() {
    let parent = tempdir().unwrap();
    for round in 0..5 {
        let folder = parent.path().join(round.to_string());
        let start = Barrier::new(8);
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    start.wait();
                    SqliteStore::open(&folder).unwrap();
                });
            }
        });
    }
}

#[tokio::test]
async fn a_statement_that_fails_is_not_repeated_in_the_message() {
    let folder = tempdir().unwrap();
    let store = open(&folder);
    let other_form = "ALTER TABLE mappings RENAME COLUMN source TO origin";
    raw(&folder).execute_batch(other_form).unwrap();
    let sentence = sentence(store.mappings(&me()).await);
    let reason = "the database failed (no such column: source): ";
    assert!(sentence.starts_with(reason), "{sentence}");
}

#[cfg(unix)]
#[tokio::test]
async fn other_users_cannot_read_a_new_folder() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempdir().unwrap();
    let folder = folder.path().join("data");
    let store = SqliteStore::open(&folder).unwrap();
    store.ping().await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in ["state.db", "state.db-wal", "state.db-shm"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_database_that_another_program_keeps_locked_is_unavailable_until_it_lets_go() {
    let folder = tempdir().unwrap();
    let store = SqliteStore::open_with_patience(folder.path(), Duration::from_millis(20)).unwrap();
    let other = raw(&folder);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let sentence = sentence(store.ping().await);
    assert!(sentence.starts_with("another program keeps the database locked"), "{sentence}");
    assert!(store.mappings(&me()).await.unwrap().is_empty(), "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    store.ping().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_taken_away_is_noticed_and_found_again() {
    let parent = tempdir().unwrap();
    let (folder, elsewhere) = (parent.path().join("data"), parent.path().join("elsewhere"));
    let store = SqliteStore::open(&folder).unwrap();
    store.write(&me(), vec![Write::Mapping(mapping(1))]).await.unwrap();
    assert_eq!(store.mappings(&me()).await.unwrap(), [mapping(1)]);
    fs::rename(&folder, &elsewhere).unwrap();
    assert!(sentence(store.ping().await).starts_with("the database is gone: "));
    assert!(sentence(store.mappings(&me()).await).starts_with("the database is gone: "));
    // Another one in its place, as after a backup was brought back.
    let other = SqliteStore::open(&folder).unwrap();
    other.write(&me(), vec![Write::Mapping(mapping(2))]).await.unwrap();
    store.write(&me(), vec![Write::Mapping(mapping(3))]).await.unwrap();
    for store in [&store, &other] {
        assert_eq!(store.mappings(&me()).await.unwrap(), [mapping(2), mapping(3)]);
    }
}

/// What was seen is shown again without being read, so it must not outlive a change, whoever makes it.
#[tokio::test]
async fn every_glance_shows_what_was_committed_before_it() {
    let folder = tempdir().unwrap();
    let (here, there) = (open(&folder), open(&folder));
    let file = raw(&folder);
    for step in 0..60 {
        let value = step.to_string();
        let write = Write::Config { key: keys::LAST_RUN, value: Some(value.clone()) };
        match step % 4 {
            0 => here.write(&me(), vec![write]).await.unwrap(),
            1 => there.write(&me(), vec![write]).await.unwrap(),
            2 => drop(file.execute("UPDATE system_config SET value = ?1", [&value]).unwrap()),
            _ => {
                here.scrub().await.unwrap();
                here.write(&me(), vec![write]).await.unwrap();
            }
        }
        for _ in 0..3 {
            let glance = here.glance(&me(), &[keys::LAST_RUN], "sync").await.unwrap();
            assert_eq!(glance.config, [Some(value.clone())]);
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_was_seen_does_not_outlive_its_folder() {
    let parent = tempdir().unwrap();
    let (folder, elsewhere) = (parent.path().join("data"), parent.path().join("elsewhere"));
    let store = SqliteStore::open(&folder).unwrap();
    let look = async || store.glance(&me(), &[keys::LAST_RUN], "sync").await;
    let note =
        |value: &str| vec![Write::Config { key: keys::LAST_RUN, value: Some(value.to_owned()) }];
    store.write(&me(), note("one")).await.unwrap();
    assert_eq!(look().await.unwrap().config, [Some("one".to_owned())]);
    fs::rename(&folder, &elsewhere).unwrap();
    assert!(sentence(look().await).starts_with("the database is gone: "));
    let other = SqliteStore::open(&folder).unwrap();
    assert_eq!(look().await.unwrap().config, [None]);
    other.write(&me(), note("two")).await.unwrap();
    assert_eq!(look().await.unwrap().config, [Some("two".to_owned())]);
    drop(other);
    fs::remove_dir_all(&folder).unwrap();
    fs::rename(&elsewhere, &folder).unwrap();
    assert_eq!(look().await.unwrap().config, [Some("one".to_owned())]);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_named() {
    let folder = tempdir().unwrap();
    let store = open(&folder);
    let writes = [1, 2].map(|id| Write::Mapping(mapping(id)));
    store.write(&me(), writes.to_vec()).await.unwrap();
    store.write(&me(), vec![Write::Show(show(5, 1))]).await.unwrap();
    let damage = "UPDATE mappings SET updated_at = 'yesterday' WHERE anilist_id = 2;
                  UPDATE system_config SET value = '{' WHERE key = 'trakt:show:5:episodes'";
    raw(&folder).execute_batch(damage).unwrap();
    let mappings = store.mappings(&me()).await.unwrap_err().to_string();
    assert!(mappings.starts_with("the record mappings 2 cannot be read: "), "{mappings}");
    let shows = store.shows(&[TraktShowId(5)]).await.unwrap_err().to_string();
    assert!(shows.starts_with("the record system_config trakt:show:5:episodes cannot"), "{shows}");
}
