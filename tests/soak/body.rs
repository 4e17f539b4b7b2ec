//! The service whose clock is turned, and a look at what it left on disk.

use std::collections::HashMap;
use std::io::BufRead as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::config::telemetry;
use anilist_trakt_sync::store::{SqliteStore, Store};
use anilist_trakt_sync::web;
use tokio::net::TcpListener;

/// The variable that says when its time begins.
pub(crate) const BEGIN: &str = "SOAK_BEGIN";
/// What its own words begin with; the test harness says something too.
pub(crate) const MARK: &str = "soak: ";

#[expect(clippy::disallowed_methods, reason = "its settings come with the process")]
fn environment() -> HashMap<String, String> {
    std::env::vars().collect()
}

/// Tells its address, and then turns its clock by as many seconds as each line says.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the body of a process that the other test starts"]
#[expect(clippy::print_stdout, reason = "that is how it answers")]
async fn service() {
    let mut settings = environment();
    let clock = ManualClock::new(settings[BEGIN].parse().unwrap());
    for (name, value) in [
        ("ANILIST_RATE_PER_MIN", "1000000"),
        ("TRAKT_GETS_PER_5MIN", "10000000"),
        ("TRAKT_WRITE_INTERVAL_MS", "0"),
    ] {
        settings.insert(name.to_owned(), value.to_owned());
    }
    let config = Config::from_values(&settings).unwrap();
    let now = Clock::Manual(clock.clone());
    let sink = telemetry::init(config.log_format, &config.log_filter, now.clone());
    let folder = Path::new(&settings["DATA_DIR"]);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder).unwrap());
    let people = config.people(now, Arc::clone(&store)).unwrap();
    let _writing = sink.write_to(store, Arc::clone(&people.services().news));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{MARK}{}", listener.local_addr().unwrap());
    let serving = web::serve(people, config.web, listener, std::future::pending());
    tokio::spawn(async move { serving.await.unwrap() });
    let commands = tokio::task::spawn_blocking(move || {
        for line in std::io::stdin().lock().lines() {
            clock.advance(Duration::from_secs(line.unwrap().parse().unwrap()));
            println!("{MARK}turned");
        }
    });
    commands.await.unwrap();
}

/// What the store keeps of the past.
pub(crate) struct Kept {
    pub(crate) logs: u32,
    pub(crate) runs: u32,
    pub(crate) plays_of_forgotten_runs: u32,
}

pub(crate) fn kept(folder: &Path) -> Kept {
    let database = rusqlite::Connection::open(folder.join("state.db")).unwrap();
    let count = |query: &str| database.query_row(query, [], |row| row.get(0)).unwrap();
    Kept {
        logs: count("SELECT count(*) FROM logs"),
        runs: count("SELECT count(*) FROM runs"),
        plays_of_forgotten_runs: count(
            "SELECT count(*) FROM run_plays WHERE run_id NOT IN (SELECT id FROM runs)",
        ),
    }
}
