//! What a run left goes on by itself, to the end.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::domain::{ListStatus, RunState};
use anilist_trakt_sync::hub::scheduler;
use anilist_trakt_sync::sync::Mode;
use anilist_trakt_sync::sync::resume::Automation;
use jiff::SignedDuration;

use crate::bench::{Bench, episodes};
use crate::worlds::{entry, three_series, with_unlisted};

const FIVE_A_RUN: &[(&str, &str)] =
    &[("MAX_PLAYS_PER_RUN", "5"), ("SYNC_SCHEDULE", "17 */6 * * *")];

fn everything() -> Vec<String> {
    (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect()
}

async fn states(bench: &Bench) -> Vec<RunState> {
    let mut runs = bench.person.store.runs(10).await.unwrap();
    runs.reverse();
    runs.into_iter().map(|run| run.state).collect()
}

/// Lets the schedule work until it has nothing to do before its next time.
async fn scheduled(bench: &Bench, runs: usize) {
    let mut news = bench.person.live.subscribe();
    let keeping = tokio::spawn(scheduler::keep(Arc::clone(&bench.person)));
    if states(bench).await.is_empty() {
        bench.full().await;
    }
    let all = async {
        while states(bench).await.len() < runs
            || Automation::read(&bench.person).await.unwrap().next_attempt.is_some()
        {
            news.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
    keeping.abort();
}

#[tokio::test]
async fn the_schedule_goes_on_with_a_first_sync_that_a_person_began_until_it_is_whole() {
    let bench = Bench::with(three_series(), FIVE_A_RUN).await;
    scheduled(&bench, 3).await;
    let parts = [RunState::Partial, RunState::Partial, RunState::Complete];
    assert_eq!(states(&bench).await, parts);
    assert_eq!(bench.history(), everything());
}

#[tokio::test]
async fn what_was_left_before_a_restart_goes_on_after_it() {
    let mut bench = Bench::with(three_series(), FIVE_A_RUN).await;
    assert_eq!(bench.full().await.state, "partial");
    bench.restart();
    scheduled(&bench, 3).await;
    assert_eq!(bench.history(), everything());
}

#[tokio::test]
async fn a_part_of_the_library_leaves_nothing_for_the_schedule() {
    let bench = Bench::with(three_series(), FIVE_A_RUN).await;
    let report = bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!((report.state, report.next_attempt), ("partial", Some(bench.now())));
    assert_eq!(Automation::read(&bench.person).await.unwrap().due(), None);
}

#[tokio::test]
async fn what_is_ready_does_not_wait_for_what_cannot_be_looked_up_yet() {
    // More look-ups than the limit allows, and the history has to be read as well.
    let unlisted = |world, id| with_unlisted(world, id, entry(id, ListStatus::Current, 2));
    let world = (10..250).fold(three_series(), unlisted);
    let limits = [FIVE_A_RUN[0], FIVE_A_RUN[1], ("TRAKT_GETS_PER_5MIN", "200")];
    let bench = Bench::with(world, &limits).await;
    for posted in [5, 10] {
        assert_eq!(bench.full().await.next_attempt, Some(bench.now()));
        assert_eq!(bench.history().len(), posted);
        // What was looked up in vain is done with, although the look-ups had to stop.
        assert!(bench.all_waiting().await.len() >= 40);
    }
    let last = bench.full().await;
    assert_eq!((bench.history(), last.state), (everything(), "partial"));
    let wait = last.next_attempt.unwrap().duration_since(bench.now());
    assert!(wait > SignedDuration::from_mins(4), "{wait}");
}
