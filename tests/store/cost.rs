//! What a large sync costs in round trips and bytes, counted in the transport.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anilist_trakt_sync::store::{RedisStore, Store};
use anilist_trakt_sync::sync::modes::{Mode, Trigger};
use anilist_trakt_sync::sync::run::run;

use crate::backends::{Way, new_prefix};
use crate::front::Front;
use crate::server::is_installed;
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
    let app =
        bench::app(&demo, shared, &[("MAX_PLAYS_PER_RUN", "100000"), ("TRAKT_BATCH_SIZE", "1000")]);
    let began = Instant::now();
    let first = run(&app, Mode::Completed, Trigger::Manual).await.unwrap();
    // A slow machine renews the lock more often.
    let renewals = began.elapsed().as_secs() / RENEWAL.as_secs() + 1;
    assert_eq!(first.state, "complete", "{first:?}");
    assert_eq!(demo.history().len(), 36_000);
    let cost = store.traffic();
    let batches = u64::from(demo.stats().history_posts);
    assert_eq!(batches, 36);
    let second = run(&app, Mode::Completed, Trigger::Manual).await.unwrap();
    let again = store.traffic();
    let second_trips = again.round_trips - cost.round_trips;
    println!(
        "{name}: first sync {cost:?} with {batches} batches; second {second_trips} round trips, {} sent, {} received",
        again.sent - cost.sent,
        again.received - cost.received
    );
    assert_eq!(demo.history().len(), 36_000, "{second:?}");
    let allowed = 60 + 2 * batches + renewals;
    assert!(cost.round_trips < allowed, "{} of {allowed}", cost.round_trips);
    assert!(second_trips < 60, "{second_trips}");
}
