//! Answers that are lost, and a service that dies: no play is doubled, none is missing.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault, Stats};
use anilist_trakt_sync::outbound::Upstream;
use anilist_trakt_sync::store::keys;

use crate::bench::{Bench, episodes};
use crate::worlds::three_series;

const SMALL_BATCHES: &[(&str, &str)] = &[("TRAKT_BATCH_SIZE", "5")];

fn on_post(action: Action) -> Fault {
    Fault::new(Upstream::Trakt, action).method("POST").path("/sync/history")
}

fn error(status: u16) -> Action {
    Action::Status { status, headers: Vec::new(), body: String::new() }
}

fn everything() -> Vec<String> {
    (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect()
}

#[tokio::test]
async fn a_lost_answer_neither_doubles_nor_loses_a_play() {
    let answers = [
        Action::Reset,
        Action::Truncate,
        Action::Html { status: 502 },
        Action::Html { status: 200 },
        error(500),
        Action::Hang(Duration::from_millis(1)),
    ];
    for (answer, after) in answers.iter().flat_map(|answer| [(answer, 0), (answer, 1), (answer, 2)])
    {
        for fault in [on_post(answer.clone()), on_post(answer.clone()).applied()] {
            let bench = Bench::with(three_series(), SMALL_BATCHES).await;
            bench.demo.fail(fault.clone().after(after));
            assert_eq!(bench.full().await.state, "complete", "{fault:?}");
            assert_eq!(bench.history(), everything(), "{fault:?}");
            assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
        }
    }
}

#[tokio::test]
async fn a_write_that_may_still_land_is_not_sent_again_by_the_same_run() {
    for applied in [true, false] {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        let fault = on_post(error(504)).after(1);
        bench.demo.fail(if applied { fault.applied() } else { fault });
        assert_eq!(bench.full().await.state, "partial");
        assert_eq!(bench.demo.stats().history_posts, if applied { 2 } else { 1 });
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.history(), everything());
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_each_time_leaves_the_rest_for_the_next_run() {
    for applied in [true, false] {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        let fault = on_post(error(500)).times(u32::MAX);
        bench.demo.fail(if applied { fault.applied() } else { fault });
        assert_eq!(bench.full().await.state, if applied { "complete" } else { "partial" });
        bench.demo.heal();
        bench.hours_pass(1);
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.history(), everything());
    }
}

#[tokio::test]
async fn when_the_history_cannot_be_read_back_either_the_next_run_does_it_first() {
    for applied in [true, false] {
        let mut bench = Bench::with(three_series(), SMALL_BATCHES).await;
        let lost = on_post(Action::Reset).after(1);
        bench.demo.fail(if applied { lost.applied() } else { lost });
        // The first reading is before the first batch.
        let down = Fault::new(Upstream::Trakt, Action::Html { status: 503 });
        bench.demo.fail(down.path("/sync/last_activities").after(1).times(u32::MAX));
        assert_eq!(bench.full().await.state, "partial");
        assert!(bench.config(keys::IN_FLIGHT).await.is_some());
        assert_eq!(bench.history().len(), if applied { 10 } else { 5 });

        bench.demo.heal();
        bench.restart();
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.history(), everything());
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    }
}

fn posted(times: u32) -> impl Fn(&Stats) -> bool {
    move |stats| stats.history_posts == times
}

fn sent(times: usize) -> impl Fn(&Stats) -> bool {
    move |stats| stats.count_route(Upstream::Trakt, "POST /sync/history") == times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_killed_between_a_write_and_its_answer_posts_once() {
    for batches in 1..=3 {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        let hang = on_post(Action::Hang(Duration::from_hours(1))).applied().after(batches - 1);
        bench.run_and_kill(hang, posted(batches)).await;
        assert!(bench.config(keys::IN_FLIGHT).await.is_some());
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.history(), everything(), "killed in batch {batches}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_killed_before_its_write_arrived_posts_once() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    let hang = on_post(Action::Hang(Duration::from_hours(1))).after(1);
    bench.run_and_kill(hang, sent(2)).await;
    assert_eq!(bench.full().await.counts["synced"], 7);
    assert_eq!(bench.history(), everything());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_killed_while_it_reads_leaves_nothing_behind() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    let hang = Fault::new(Upstream::Trakt, Action::Hang(Duration::from_hours(1)));
    let seen = |stats: &Stats| stats.count_route(Upstream::Trakt, "GET /sync/watched/shows") == 1;
    bench.run_and_kill(hang.path("/sync/watched/shows"), seen).await;
    assert_eq!((bench.history(), bench.window().await), (vec![], None));
    assert_eq!(bench.full().await.counts["synced"], 12);
}
