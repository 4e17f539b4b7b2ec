//! An undo whose answers are lost, that has to wait, or that is killed; and an undo after a killed
//! run.

use std::collections::BTreeSet;
use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault, Stats};
use anilist_trakt_sync::domain::{AnilistId, HistoryId, PlayOutcome, RunId, Service};
use anilist_trakt_sync::store::keys;
use anilist_trakt_sync::sync::Mode;
use anilist_trakt_sync::sync::undo::{preview, undo};
use anilist_trakt_sync::trakt::LANDING;

use crate::bench::{Bench, episodes};
use crate::undo::counts;
use crate::worlds::three_series;

const SMALL_BATCHES: &[(&str, &str)] = &[("TRAKT_BATCH_SIZE", "5")];

fn status(status: u16, headers: &[(&str, &str)]) -> Action {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let headers = headers.iter().map(owned).collect();
    Action::Status { status, headers, body: String::new() }
}

fn on_removal(action: Action) -> Fault {
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history/remove")
}

pub(crate) fn rate_limited() -> Fault {
    on_removal(status(429, &[("retry-after", "900")]))
}

/// Twelve plays of a run, and the person's own at the very same minutes.
async fn synced() -> (Bench, BTreeSet<HistoryId>) {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    bench.full().await;
    let own = bench.play_everything_again();
    (bench, own)
}

#[tokio::test]
async fn a_lost_answer_costs_no_other_play() {
    let answers = [
        Action::Reset,
        Action::Truncate,
        Action::Html { status: 502 },
        Action::Html { status: 200 },
        status(500, &[]),
        Action::Hang(Duration::from_millis(1)),
    ];
    for (answer, after) in answers.iter().flat_map(|answer| [(answer, 0), (answer, 2)]) {
        for fault in [on_removal(answer.clone()), on_removal(answer.clone()).applied()] {
            let (bench, own) = synced().await;
            bench.demo.fail(fault.clone().after(after));
            let report = bench.undo(1).await;
            assert_eq!((report.state, counts(&report)), ("complete", (12, 0, 12, 0)), "{fault:?}");
            assert_eq!(bench.ids(), own, "{fault:?}");
            assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_each_time_leaves_the_rest_for_the_next_call() {
    for applied in [true, false] {
        for code in [500, 504] {
            let (bench, own) = synced().await;
            let fault = on_removal(status(code, &[])).after(1).times(u32::MAX);
            bench.demo.fail(if applied { fault.applied() } else { fault });
            let report = bench.undo(1).await;
            assert_eq!((report.state, counts(&report)), ("partial", (5, 0, 12, 7)));
            bench.demo.heal();
            bench.hours_pass(1);
            let report = bench.undo(1).await;
            let expected = if applied { (2, 10, 7, 0) } else { (7, 5, 7, 0) };
            assert_eq!((report.state, counts(&report)), ("complete", expected));
            assert_eq!(bench.ids(), own);
        }
    }
}

#[tokio::test]
async fn when_trakt_says_to_wait_the_undo_is_partial_and_goes_on_later() {
    let (bench, own) = synced().await;
    bench.demo.fail(rate_limited().after(1));
    let report = bench.undo(1).await;
    assert_eq!((report.state, counts(&report)), ("partial", (5, 0, 12, 7)));
    assert_eq!(report.next_attempt, Some(bench.now() + jiff::SignedDuration::from_mins(15)));
    assert_eq!(bench.ids().len(), own.len() + 7);
    let row = bench.person.store.run(RunId(1)).await.unwrap().unwrap();
    assert_eq!(row.undone_by, None, "it is not undone yet");

    bench.hours_pass(1);
    let report = bench.undo(1).await;
    assert_eq!((report.state, counts(&report)), ("complete", (7, 5, 7, 0)));
    assert_eq!((bench.ids(), bench.demo.stats().ignored_retry_after), (own, 0));
}

#[tokio::test]
async fn a_history_that_cannot_be_read_now_is_read_later() {
    let (bench, own) = synced().await;
    let wait = status(429, &[("retry-after", "900")]);
    bench.demo.fail(Fault::new(Service::TRAKT, wait).path("/sync/history"));
    let report = bench.undo(1).await;
    assert_eq!((report.state, counts(&report)), ("partial", (0, 0, 0, 12)));
    bench.hours_pass(1);
    bench.undo(1).await;
    assert_eq!(bench.ids(), own);
}

#[tokio::test]
async fn a_fault_that_a_person_must_mend_ends_the_undo_with_it() {
    let (bench, own) = synced().await;
    bench.demo.fail(on_removal(status(423, &[])).after(1));
    let failed = undo(&bench.person, RunId(1)).await.unwrap_err();
    assert_eq!(failed.code(), "account_locked");
    assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    bench.undo(1).await;
    assert_eq!(bench.ids(), own);
}

fn removals(times: usize) -> impl Fn(&Stats) -> bool {
    move |stats| stats.count_route(Service::TRAKT, "POST /sync/history/remove") == times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_undo_is_called_again_and_goes_on() {
    for (batch, applied) in [(1, true), (1, false), (2, true), (3, false)] {
        for sync_between in [true, false] {
            let (bench, own) = synced().await;
            let hang = on_removal(Action::Hang(Duration::from_hours(1))).after(batch - 1);
            let hang = if applied { hang.applied() } else { hang };
            bench.undo_and_kill(1, hang, removals(batch as usize)).await;
            assert!(bench.config(keys::IN_FLIGHT).await.is_some());
            if sync_between {
                // While the removal may land, nothing can be said of any play.
                let early = bench.full().await;
                assert_eq!((early.state, &early.counts["synced"]), ("partial", &0.into()));
                assert!(bench.config(keys::IN_FLIGHT).await.is_some());
                bench.writes_have_landed();
                assert_eq!(bench.full().await.counts["synced"], 0);
                assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
            }
            let report = bench.undo(1).await;
            let (removed, gone, _, remaining) = counts(&report);
            assert_eq!((removed + gone, remaining), (12, 0), "killed in batch {batch}");
            assert_eq!(bench.ids(), own, "killed in batch {batch}");
        }
    }
}

fn on_post() -> Fault {
    let hang = Action::Hang(Duration::from_hours(1));
    Fault::new(Service::TRAKT, hang).method("POST").path("/sync/history").after(1)
}

fn posts(times: usize) -> impl Fn(&Stats) -> bool {
    move |stats| stats.count_route(Service::TRAKT, "POST /sync/history") == times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_undo_of_a_killed_run_removes_what_was_in_flight_too() {
    for applied in [true, false] {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        let fault = if applied { on_post().applied() } else { on_post() };
        bench.run_and_kill(fault, posts(2)).await;
        let sent = if applied { 10 } else { 5 };
        assert_eq!((bench.history().len(), bench.plays_of(1).await.len()), (sent, 5));
        let own = bench.play_everything_again();
        let told = preview(&bench.person, RunId(1)).await.unwrap();
        assert_eq!((told.plays.len(), told.left_alone), (sent, sent));

        let report = bench.undo(1).await;
        assert_eq!(counts(&report), (sent as u64, 0, sent as u64, 0));
        assert_eq!(bench.ids(), own);
        if !applied {
            // The batch may land yet, and then it is this run's.
            let until = bench.now() + LANDING;
            assert_eq!((report.state, report.next_attempt), ("partial", Some(until)));
            bench.writes_have_landed();
            assert_eq!(bench.undo(1).await.state, "complete");
        }
        let outcomes = bench.plays_of(1).await.into_iter().map(|play| play.outcome);
        assert_eq!(outcomes.filter(|outcome| *outcome == PlayOutcome::Removed).count(), sent);
        // What was never posted is not undone, but the person's own plays are there of the rest.
        bench.full().await;
        assert_eq!(bench.history().len(), 12);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plays_in_flight_that_the_next_run_finds_belong_to_the_killed_run() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    bench.run_and_kill(on_post().applied(), posts(2)).await;
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!((bench.plays_of(1).await.len(), bench.plays_of(2).await.len()), (10, 2));
    bench.undo(1).await;
    assert_eq!(bench.history(), episodes(3, 1, 3..=4));
    bench.undo(2).await;
    bench.full().await;
    assert_eq!(bench.history(), [""; 0], "nothing is posted again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_undo_of_another_run_keeps_what_was_in_flight_with_its_own() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    bench.try_run(Mode::Show(AnilistId(1))).await.unwrap();
    bench.run_and_kill(on_post().applied(), posts(3)).await;
    bench.undo(1).await;
    assert_eq!(bench.plays_of(2).await.len(), 8);
    bench.undo(2).await;
    bench.full().await;
    assert_eq!(bench.history(), [""; 0]);
}

#[tokio::test]
async fn a_write_that_landed_after_all_is_the_plays_of_the_run_that_sent_it() {
    let bench = Bench::with(three_series(), SMALL_BATCHES).await;
    let late = Fault::new(Service::TRAKT, status(504, &[])).method("POST").path("/sync/history");
    bench.demo.fail(late.late().after(1));
    assert_eq!(bench.full().await.state, "partial");
    assert_eq!((bench.plays_of(1).await.len(), bench.history().len()), (7, 7));
    bench.demo.land();
    bench.hours_pass(1);
    assert_eq!(bench.full().await.counts["synced"], 0);
    assert_eq!(bench.plays_of(1).await.len(), 12);
    bench.undo(1).await;
    assert_eq!(bench.history(), [""; 0]);
}

#[tokio::test]
async fn an_undo_waits_for_what_may_still_land_of_its_run() {
    for code in [500, 502, 504] {
        let bench = Bench::with(three_series(), SMALL_BATCHES).await;
        let late = Fault::new(Service::TRAKT, status(code, &[])).method("POST");
        bench.demo.fail(late.path("/sync/history").late().after(1));
        bench.full().await;
        let report = bench.undo(1).await;
        let until = bench.now() + LANDING;
        assert_eq!((report.state, report.next_attempt), ("partial", Some(until)));
        bench.demo.land();
        assert_eq!(bench.history().len(), 5);
        assert_eq!(bench.undo(1).await.state, "complete");
        assert_eq!(bench.history(), [""; 0]);
    }
}
