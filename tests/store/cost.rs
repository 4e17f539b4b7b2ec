//! What a large sync costs in round trips and bytes, counted in the transport.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::demo::world::ListEntry;
use anilist_trakt_sync::domain::{AnilistId, FuzzyDate, ListStatus};
use anilist_trakt_sync::store::{RedisStore, Store};
use anilist_trakt_sync::sync::modes::{Mode, Trigger};
use anilist_trakt_sync::sync::run::run;
use jiff::SignedDuration;

use crate::backends::{Way, new_prefix};
use crate::front::{Front, TOKEN};
use crate::server::{Server, is_installed};
use crate::{backends, bench};

const TITLES: u32 = 3000;

/// How often a run renews its lock.
const RENEWAL: Duration = Duration::from_secs(4);

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_of_three_thousand_titles_over_tcp_needs_few_round_trips() {
    if is_installed() {
        costs("tcp", &Way::Tcp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_of_three_thousand_titles_over_rest_needs_few_round_trips_and_small_bodies() {
    if is_installed() {
        let front = Front::start(&backends::server().url()).await;
        let way = Way::Rest(front);
        costs("rest", &way).await;
        let Way::Rest(front) = way else { return };
        let largest = front.largest();
        assert!(largest > 100_000, "{largest} bytes at most: is it asked at all?");
        assert!(largest < 1_000_000, "{largest} bytes at once");
    }
}

/// A first sync of everything, and a second one that finds nothing new.
#[expect(clippy::print_stdout, reason = "the figures are what this is run for")]
async fn costs(name: &str, way: &Way) {
    let demo = bench::services(TITLES).await;
    let store = Arc::new(way.open(&new_prefix()));
    let shared: Arc<dyn Store> = Arc::<RedisStore>::clone(&store);
    let app = bench::person(
        &demo,
        shared,
        &[("MAX_PLAYS_PER_RUN", "100000"), ("TRAKT_BATCH_SIZE", "1000")],
    );
    let began = Instant::now();
    let first = run(&app, Mode::Completed, Trigger::Manual).await.unwrap();
    // A slow machine renews the lock more often.
    let renewals = began.elapsed().as_secs() / RENEWAL.as_secs() + 1;
    assert!(!first.is_partial(), "{first:?}");
    assert_eq!(demo.history().len(), 36_000);
    let cost = store.traffic();
    let batches = u64::from(demo.stats().history_posts);
    assert_eq!(batches, 36);
    let second = run(&app, Mode::Completed, Trigger::Manual).await.unwrap();
    let again = store.traffic();
    let second_trips = again.round_trips - cost.round_trips;
    println!(
        "{name}: first sync {cost:?} with {batches} batches; second {second_trips} round trips, {} commands, {} sent, {} received",
        again.commands - cost.commands,
        again.sent - cost.sent,
        again.received - cost.received
    );
    assert_eq!(demo.history().len(), 36_000, "{second:?}");
    // A renewal looks after what is in flight as well.
    let allowed = 60 + 2 * batches + 2 * renewals;
    assert!(cost.round_trips < allowed, "{} of {allowed}", cost.round_trips);
    assert!(second_trips < 60, "{second_trips}");
    // No title costs a command of its own.
    let most = u64::from(TITLES);
    assert!(cost.commands < most, "{cost:?}");
    assert!(again.commands - cost.commands < most / 10, "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_finds_nothing_over_tcp_asks_next_to_nothing() {
    if is_installed() {
        let server = Server::start(&[]);
        let store = RedisStore::over_tcp(&server.url().into(), "idle:").unwrap();
        finds_nothing("tcp", &server, store).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_finds_nothing_over_rest_asks_next_to_nothing() {
    if is_installed() {
        let server = Server::start(&[]);
        let front = Front::start(&server.url()).await;
        let store = backends::over_rest(&front.url, TOKEN, "idle:");
        finds_nothing("rest", &server, store).await;
    }
}

/// Full syncs of a list on which nothing changes any more. What is counted is what the server counts.
#[expect(clippy::print_stdout, reason = "the figures are what this is run for")]
async fn finds_nothing(name: &str, server: &Server, store: RedisStore) {
    let demo = bench::services_with(TITLES, one_every_five_minutes).await;
    let store = Arc::new(store);
    let shared: Arc<dyn Store> = Arc::<RedisStore>::clone(&store);
    let app = bench::person(
        &demo,
        shared,
        &[("MAX_PLAYS_PER_RUN", "100000"), ("TRAKT_BATCH_SIZE", "1000")],
    );
    let first = run(&app, Mode::Full, Trigger::Manual).await.unwrap();
    assert_eq!((first.is_partial(), demo.history().len()), (false, 36_000), "{first:?}");
    for trigger in [Trigger::Manual, Trigger::Auto] {
        let (before, counted) = (store.traffic(), commands(server));
        let began = Instant::now();
        let report = run(&app, Mode::Full, trigger).await.unwrap();
        let renewals = began.elapsed().as_secs() / RENEWAL.as_secs();
        let after = store.traffic();
        let (trips, told) =
            (after.round_trips - before.round_trips, after.commands - before.commands);
        println!(
            "{name}: a full sync that finds nothing {trips} round trips, {told} commands, {} sent, {} received",
            after.sent - before.sent,
            after.received - before.received
        );
        assert_eq!((report.is_partial(), report.found()), (false, 0));
        assert_eq!(told, commands(server) - counted, "what is told is what the server counts");
        // A renewal of the lock is a script of two commands.
        assert!(trips <= 8 + renewals && told <= 20 + 3 * renewals, "{trips} {told}");
    }
}

/// Twelve episodes of each title were seen, and no two titles were changed within ten minutes.
fn one_every_five_minutes(id: AnilistId) -> ListEntry {
    let day = FuzzyDate { year: Some(2020), month: Some(6), day: Some(1) };
    let changed = Clock::System.now() - SignedDuration::from_mins(60 + 5 * i64::from(id.0));
    ListEntry::new(id, ListStatus::Completed, 12).completed(day).updated(changed)
}

/// How many commands the server has run, those inside scripts included, but for what a connection
/// begins with and for what asks this.
fn commands(server: &Server) -> u64 {
    let stats: String = server.ask(&["INFO", "commandstats"]);
    let of_a_connection = ["auth", "hello", "client", "config", "info"];
    let counts = stats.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(':'));
    let counts = counts.filter(|(name, _)| !of_a_connection.iter().any(|it| name.starts_with(it)));
    let calls = |(_, text): (&str, &str)| {
        text.strip_prefix("calls=")?.split(',').next()?.parse::<u64>().ok()
    };
    counts.filter_map(calls).sum()
}
