//! What the last landed build kept of a real sync opens unchanged, and is synced on with.
//!
//! `landed/synced.db` and `landed/synced.rdb` are the store of that build after its first sync of the
//! titles below. Whoever changes what is kept makes them anew with the build before the change:
//! `LANDED=<its program> cargo test -p anilist-trakt-sync --test store -- --ignored make_what_the_landed_build_keeps`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anilist_trakt_sync::demo::Demo;
use anilist_trakt_sync::demo::world::ListEntry;
use anilist_trakt_sync::domain::{AnilistId, ListStatus, RunId, RunState};
use anilist_trakt_sync::hub::corrections;
use anilist_trakt_sync::store::{RedisStore, SqliteStore, Store};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::undo::undo;
use anilist_trakt_sync::sync::{Mode, Trigger};

use crate::bench::{episodes_once, person, services_with, settings};
use crate::server::{Server, is_installed};

const TITLES: u32 = 4;
const WATCHED: u32 = 5;

async fn services() -> Demo {
    services_with(TITLES, |id| ListEntry::new(id, ListStatus::Current, WATCHED)).await
}

fn landed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/landed").join(name)
}

/// Where a server saves what it holds, and reads it again when it starts.
fn saved_by(server: &Server) -> PathBuf {
    server.authority_file().with_file_name("dump.rdb")
}

/// What was posted is on Trakt, the person watches on, and takes the first run back in the end.
async fn is_synced_on(store: Arc<dyn Store>) {
    let demo = services().await;
    let person = person(&demo, store, &[]);
    let posted = person.store.run_plays(RunId(1)).await.unwrap();
    let posted: Vec<_> = posted.into_iter().flat_map(|group| group.plays).collect();
    demo.world(|world, now| {
        for sent in &posted {
            world.scrobble(sent.play.item, sent.play.watched_at, now);
        }
        world.watch(AnilistId(1), WATCHED + 1, now);
    });
    assert_eq!(episodes_once(&demo), (TITLES * WATCHED) as usize);
    assert_eq!(
        corrections::all(&person).await.unwrap().write().unwrap().matches("50002").count(),
        1
    );
    for expected in [1, 0] {
        let report = run(&person, Mode::Full, Trigger::Manual).await.unwrap();
        assert_eq!((report.posted(), report.is_partial()), (expected, false), "{report:?}");
    }
    assert_eq!(episodes_once(&demo), (TITLES * WATCHED) as usize + 1);
    assert!(!undo(&person, RunId(1)).await.unwrap().is_partial());
    assert_eq!(episodes_once(&demo), 1);
    let runs = person.store.runs(10).await.unwrap();
    let states: Vec<_> = runs.iter().map(|run| run.state).collect();
    assert_eq!(states, [RunState::Complete; 4]);
    assert_eq!(runs[3].undone_by, Some(RunId(4)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_the_last_landed_build_is_synced_on_with() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(landed("synced.db"), folder.path().join("state.db")).unwrap();
    is_synced_on(Arc::new(SqliteStore::open(folder.path()).unwrap())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_of_the_last_landed_build_is_synced_on_with() {
    if !is_installed() {
        return;
    }
    let mut server = Server::start(&[]);
    server.kill();
    std::fs::copy(landed("synced.rdb"), saved_by(&server)).unwrap();
    server.revive();
    is_synced_on(Arc::new(RedisStore::over_tcp(&server.url().into(), "").unwrap())).await;
}

/// Runs a command of the landed build.
fn landed_build(demo: &Demo, store: &[(&str, &str)], arguments: &[&str]) {
    let program = std::env::var_os("LANDED").unwrap();
    let mut command = Command::new(program);
    command.env_clear().envs(settings(demo, store)).args(arguments);
    assert!(command.status().unwrap().success(), "{arguments:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it makes the files that the other tests read"]
async fn make_what_the_landed_build_keeps() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start(&[]));
    let data = folder.path().display().to_string();
    for store in [("DATA_DIR", data.as_str()), ("REDIS_URL", &server.url())] {
        let demo = services().await;
        landed_build(&demo, &[store], &["sync"]);
        let by_hand = ["mapping", "add", "2", "--trakt", "50002", "--season", "1"];
        landed_build(&demo, &[store], &by_hand);
    }
    let database = rusqlite::Connection::open(folder.path().join("state.db")).unwrap();
    database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM").unwrap();
    database.execute("VACUUM INTO ?1", [landed("synced.db").to_str().unwrap()]).unwrap();
    let _: String = server.ask(&["SAVE"]);
    std::fs::copy(saved_by(&server), landed("synced.rdb")).unwrap();
}
