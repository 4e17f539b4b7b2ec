//! Plays that Trakt neither takes nor names, although it answers.

use std::ops::Range;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{AnilistId, ListStatus, PlayOutcome, Reason, Service};
use anilist_trakt_sync::store::keys;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};

use crate::bench::{Answer, Bench, episodes};
use crate::undo::counts;
use crate::worlds::{one_series, three_series};

const POST: &str = "POST /sync/history";

/// Of five plays these are taken and counted, and not a word is said of the others.
fn passed_over(taken: Range<usize>) -> Fault {
    let added = serde_json::json!({"movies": 0, "episodes": taken.len()});
    let none = serde_json::json!({"movies": 0, "episodes": 0});
    let body = serde_json::json!({"added": added, "updated": none, "not_found": {}}).to_string();
    let answer = Action::Status { status: 201, headers: Vec::new(), body };
    let on_post = Fault::new(Service::TRAKT, answer).method("POST").path("/sync/history");
    on_post.partly(taken)
}

/// The second batch, of which the first two of show 3 are passed over.
async fn partly_taken() -> Bench {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    bench.demo.fail(passed_over(0..3).after(1));
    let report = bench.full().await;
    assert_eq!((report.state, report.remaining), ("partial", 2));
    bench
}

#[tokio::test]
async fn what_is_passed_over_waits_as_if_it_was_refused() {
    for restarts in [false, true] {
        let mut bench = partly_taken().await;
        bench.writes_have_landed();
        if restarts {
            bench.restart();
        }
        let posts = bench.trakt_requests(POST);
        let report =
            Answer::of(run(&bench.another_process(), Mode::Full, Trigger::Auto).await.unwrap());
        assert_eq!((report.state, report.next_attempt), ("complete", None));
        assert_eq!(
            (&report.counts["synced"], &report.counts["skippedUnmapped"]),
            (&0.into(), &2.into())
        );
        assert_eq!(bench.trakt_requests(POST), posts, "it is not sent again");
        assert_eq!(
            (bench.waiting().await, bench.last_abs(3).await),
            (vec![(3, vec![1, 2])], Some(4))
        );
        let row = bench.all_waiting().await.remove(0);
        assert_eq!(row.reason, Reason::RefusedByTrakt);
        assert!(row.detail.contains("neither took nor refused it"), "{}", row.detail);
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
        let refused = bench.plays_of(1).await;
        let refused = refused.iter().filter(|sent| sent.outcome == PlayOutcome::Refused);
        assert_eq!(refused.map(|sent| sent.play.abs).collect::<Vec<_>>(), [1, 2]);
        // As what was refused by name, it is tried again, and Trakt has come to its senses.
        assert_eq!(bench.full().await.counts["synced"], 2);
        let everything: Vec<_> = (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect();
        assert_eq!((bench.history(), bench.waiting().await), (everything, vec![]));
    }
}

#[tokio::test]
async fn it_stays_recorded_until_a_run_looks_at_its_title_and_for_a_week_at_most() {
    for days in [1, 8] {
        let bench = partly_taken().await;
        bench.hours_pass(days * 24);
        let report = bench.try_run(Mode::Show(AnilistId(1))).await.unwrap();
        assert_eq!((report.state, bench.waiting().await), ("complete", vec![]));
        assert_eq!(bench.config(keys::IN_FLIGHT).await.is_some(), days == 1);
        bench.try_run(Mode::Watching).await.unwrap();
        let waits = if days == 1 { vec![(3, vec![1, 2])] } else { Vec::new() };
        assert_eq!(bench.waiting().await, waits);
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    }
}

#[tokio::test]
async fn an_undo_does_not_wait_for_it() {
    let bench = partly_taken().await;
    bench.writes_have_landed();
    let report = bench.undo(1).await;
    assert_eq!((report.state, counts(&report)), ("complete", (10, 0, 0, 0)));
    bench.full().await;
    assert_eq!((bench.history(), bench.waiting().await), (vec![], vec![(3, vec![1, 2])]));
}

#[tokio::test]
async fn rewatches_that_are_passed_over_are_settled() {
    let settings = [("SYNC_REWATCHES", "1"), ("TRAKT_BATCH_SIZE", "12")];
    let bench = Bench::with(one_series(12), &settings).await;
    bench.demo.world(|world, _| {
        (world.list[0].status, world.list[0].repeat) = (ListStatus::Completed, 1);
    });
    bench.demo.fail(passed_over(2..12).after(1));
    assert_eq!(bench.full().await.state, "partial");
    for _ in 0..2 {
        bench.writes_have_landed();
        let report = bench.full().await;
        assert_eq!((report.state, &report.counts["synced"]), ("complete", &0.into()));
        assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    }
    assert_eq!(bench.history().len(), 22);
}
