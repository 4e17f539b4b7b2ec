//! Answers that are lost, and a service that dies: no play is doubled, none is missing.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault, Stats};
use anilist_trakt_sync::domain::Service;
use anilist_trakt_sync::store::{Write, keys};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};
use anilist_trakt_sync::trakt::LANDING;

use crate::bench::{Answer, Bench, episodes};
use crate::waiting::as_show;
use crate::worlds::three_series;

const SMALL_BATCHES: &[(&str, &str)] = &[("TRAKT_BATCH_SIZE", "5")];

fn on_post(action: Action) -> Fault {
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history")
}

fn error(status: u16) -> Action {
    Action::Status { status, headers: Vec::new(), body: String::new() }
}

fn everything() -> Vec<String> {
    (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect()
}

/// Every way in which the answer to a write is lost.
fn lost_answers() -> [Action; 12] {
    [
        Action::Reset,
        Action::Truncate,
        Action::Html { status: 502 },
        Action::Html { status: 200 },
        error(408),
        error(500),
        error(502),
        error(503),
        error(504),
        error(520),
        error(524),
        Action::Hang(Duration::from_millis(1)),
    ]
}

#[tokio::test]
async fn a_lost_answer_to_what_arrived_is_settled_by_the_same_run() {
    for (answer, after) in lost_answers().iter().flat_map(|a| [(a, 0), (a, 1), (a, 2)]) {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        bench.demo.fail(on_post(answer.clone()).applied().after(after));
        assert_eq!(bench.full().await.state, "complete", "{answer:?}");
        assert_eq!(bench.history(), everything(), "{answer:?}");
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    }
}

#[tokio::test]
async fn what_did_not_arrive_is_sent_again_only_when_it_can_land_no_more() {
    for (answer, after) in lost_answers().iter().flat_map(|a| [(a, 0), (a, 1), (a, 2)]) {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        bench.demo.fail(on_post(answer.clone()).after(after));
        let report = bench.full().await;
        let (lost, until) = ([5, 5, 2][after as usize], bench.now() + LANDING);
        assert_eq!((report.state, report.next_attempt), ("partial", Some(until)), "{answer:?}");
        assert_eq!(report.remaining, lost, "{answer:?}");
        assert!(report.cause.unwrap().contains("did not confirm"));
        // The others went on.
        assert_eq!((bench.history().len(), bench.window().await), (12 - lost, None));
        bench.time_passes(Duration::from_secs(119));
        for person in [bench.person.clone(), bench.another_process()] {
            let early = Answer::of(run(&person, Mode::Full, Trigger::Manual).await.unwrap());
            assert_eq!((early.state, early.remaining), ("partial", lost));
            assert_eq!(early.next_attempt, Some(until));
        }
        assert_eq!(bench.history().len(), 12 - lost);
        bench.time_passes(Duration::from_secs(1));
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.history(), everything());
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    }
}

/// When a write that was given up takes effect after all.
#[derive(Debug, Clone, Copy)]
enum Landing {
    BeforeTheNextRun,
    AfterTheNextRun,
    AfterARestart,
    AfterAnotherProcess,
}

#[tokio::test]
async fn a_write_that_lands_late_is_there_once() {
    use Landing::{AfterARestart, AfterAnotherProcess, AfterTheNextRun, BeforeTheNextRun};
    let landings = [BeforeTheNextRun, AfterTheNextRun, AfterARestart, AfterAnotherProcess];
    for (answer, landing) in lost_answers().iter().flat_map(|a| landings.map(|l| (a, l))) {
        let mut bench = Bench::with(three_series(), SMALL_BATCHES).await;
        bench.demo.fail(on_post(answer.clone()).late().after(1));
        assert_eq!(bench.full().await.state, "partial");
        bench.time_passes(Duration::from_secs(100));
        match landing {
            BeforeTheNextRun => bench.demo.land(),
            AfterTheNextRun => drop(bench.full().await),
            AfterARestart => {
                bench.restart();
                bench.full().await;
            }
            AfterAnotherProcess => {
                let person = bench.another_process();
                run(&person, Mode::Full, Trigger::Auto).await.unwrap();
            }
        }
        bench.demo.land();
        assert_eq!(bench.full().await.state, "complete", "{answer:?} {landing:?}");
        assert_eq!(bench.history(), everything(), "{answer:?} {landing:?}");
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
        bench.writes_have_landed();
        assert_eq!(bench.full().await.counts["synced"], 0);
    }
}

#[tokio::test]
async fn what_may_land_in_one_place_is_not_sent_to_another_meanwhile() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    bench.demo.fail(on_post(error(502)).late());
    bench.full().await;
    // The person says that the title is another show.
    bench.write(as_show(1, 3)).await;
    bench.full().await;
    bench.demo.land();
    bench.writes_have_landed();
    bench.full().await;
    assert_eq!(bench.history(), everything());
}

#[tokio::test]
async fn a_batch_that_the_version_before_recorded_is_waited_for_too() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    bench.demo.fail(on_post(error(502)).late());
    bench.full().await;
    let record = bench.config(keys::IN_FLIGHT).await.unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let before = serde_json::json!({ "adding": record["batches"][0]["adding"] }).to_string();
    bench.write(Write::Config { key: keys::IN_FLIGHT, value: Some(before) }).await;
    bench.hours_pass(1);
    assert_eq!(bench.full().await.next_attempt, Some(bench.now() + LANDING));
    bench.demo.land();
    assert_eq!(bench.full().await.state, "complete");
    assert_eq!(bench.history(), everything());
}

#[tokio::test]
async fn a_record_that_cannot_be_read_holds_everything_for_a_while() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    bench.write(Write::Config { key: keys::IN_FLIGHT, value: Some("[]".to_owned()) }).await;
    let report = bench.full().await;
    assert_eq!((report.state, report.remaining), ("partial", 12));
    assert_eq!(report.next_attempt, Some(bench.now() + LANDING));
    assert_eq!(bench.history(), [""; 0]);
    bench.writes_have_landed();
    assert_eq!(bench.full().await.state, "complete");
    assert_eq!(bench.history(), everything());
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
        let down = Fault::new(Service::TRAKT, Action::Html { status: 503 });
        bench.demo.fail(down.path("/sync/last_activities").after(1).times(u32::MAX));
        assert_eq!(bench.full().await.state, "partial");
        assert!(bench.config(keys::IN_FLIGHT).await.is_some());
        assert_eq!(bench.history().len(), if applied { 10 } else { 5 });

        bench.demo.heal();
        bench.restart();
        bench.writes_have_landed();
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.history(), everything());
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    }
}

fn posted(times: u32) -> impl Fn(&Stats) -> bool {
    move |stats| stats.history_posts == times
}

fn sent(times: usize) -> impl Fn(&Stats) -> bool {
    move |stats| stats.count_route(Service::TRAKT, "POST /sync/history") == times
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
    // What was in flight may land yet; the rest goes on.
    assert_eq!(bench.full().await.counts["synced"], 2);
    bench.writes_have_landed();
    assert_eq!(bench.full().await.counts["synced"], 5);
    assert_eq!(bench.history(), everything());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_killed_while_trakt_works_on_its_write_posts_once() {
    for batches in 1..=3 {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        let hang = on_post(Action::Hang(Duration::from_hours(1))).late().after(batches - 1);
        bench.run_and_kill(hang, sent(batches as usize)).await;
        bench.time_passes(Duration::from_secs(90));
        bench.full().await;
        bench.demo.land();
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.history(), everything(), "killed in batch {batches}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_killed_while_it_reads_leaves_nothing_behind() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    let hang = Fault::new(Service::TRAKT, Action::Hang(Duration::from_hours(1)));
    let seen = |stats: &Stats| stats.count_route(Service::TRAKT, "GET /sync/watched/shows") == 1;
    bench.run_and_kill(hang.path("/sync/watched/shows"), seen).await;
    assert_eq!((bench.history(), bench.window().await), (vec![], None));
    assert_eq!(bench.full().await.counts["synced"], 12);
}
