//! Services that do not answer as they should.

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{ListStatus, RunState, Service};
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::store::keys;
use anilist_trakt_sync::sync::Mode;
use jiff::SignedDuration;

use crate::bench::{Bench, episodes};
use crate::worlds::{entry, one_series, three_series, with_series};

fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Action {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Action::Status { status, headers: headers.iter().map(owned).collect(), body: body.to_owned() }
}

fn on_anilist(action: Action) -> Fault {
    Fault::new(Service::ANILIST, action).times(u32::MAX)
}

/// Everything that a run may change.
async fn state(bench: &Bench) -> (Vec<String>, Option<u32>, Option<i64>, usize) {
    let rows = bench.all_waiting().await.len();
    (bench.history(), bench.last_abs(1).await, bench.window().await, rows)
}

#[tokio::test]
async fn a_long_wait_ends_the_run_and_the_next_goes_on_from_there() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    let wait = Fault::new(Service::TRAKT, status(429, &[("retry-after", "3600")], ""));
    bench.demo.fail(wait.method("POST").path("/sync/history").after(1));
    let report = bench.full().await;
    let until = bench.now() + SignedDuration::from_hours(1);
    assert_eq!((report.state, report.next_attempt), ("partial", Some(until)));
    assert_eq!((report.remaining, bench.history().len()), (7, 5));
    let run = bench.person.store.run(report.run_id).await.unwrap().unwrap();
    assert_eq!(run.state, RunState::Partial);

    // Too early: nothing is sent, and the same time is told again.
    let again = bench.full().await;
    assert_eq!((again.next_attempt, bench.demo.stats().history_posts), (Some(until), 1));
    bench.hours_pass(1);
    let last = bench.full().await;
    assert_eq!((last.state, &last.counts["synced"]), ("complete", &7.into()));
    assert_eq!(bench.history().len(), 12);
}

#[tokio::test]
async fn a_limit_before_there_is_a_plan_is_told_with_its_time_and_changes_nothing() {
    for (service, path) in
        [(Service::ANILIST, "ChangedEntries"), (Service::TRAKT, "/sync/last_activities")]
    {
        let bench = Bench::start(one_series(3)).await;
        bench.full().await;
        bench.watch(1, 5);
        let before = state(&bench).await;
        let busy = status(429, &[("retry-after", "600")], "");
        bench.demo.fail(Fault::new(service, busy).path(path));
        let until = bench.now() + SignedDuration::from_mins(10);
        for _ in 0..2 {
            let report = bench.full().await;
            assert_eq!((report.state, report.next_attempt), ("partial", Some(until)), "{path}");
            assert_eq!(report.counts["found"], 0);
            assert_eq!(state(&bench).await, before);
        }
        bench.hours_pass(1);
        assert_eq!(bench.full().await.counts["synced"], 2);
    }
}

#[tokio::test]
async fn an_anilist_that_cannot_be_read_changes_nothing() {
    let faults = [
        ("blocked", Action::Html { status: 403 }),
        ("unexpected_body", Action::Html { status: 200 }),
        ("unexpected_body", status(200, &[], r#"{"data":{"Page":{"mediaList":null}}}"#)),
        ("unexpected_body", status(200, &[], r#"{"data":null}"#)),
        ("signed_out", status(400, &[], r#"{"errors":[{"message":"Invalid token"}],"data":null}"#)),
    ];
    let bench = Bench::start(one_series(3)).await;
    bench.full().await;
    bench.watch(1, 5);
    let before = state(&bench).await;
    for (code, action) in faults {
        bench.demo.fail(on_anilist(action.clone()));
        for mode in [Mode::Full, Mode::Completed, Mode::Watching] {
            let error = bench.try_run(mode).await.unwrap_err();
            assert_eq!(error.code(), code, "{action:?} {mode:?}: {error}");
            assert_eq!(state(&bench).await, before);
        }
        bench.demo.heal();
    }
    assert_eq!(bench.full().await.counts["synced"], 2);
}

#[tokio::test]
async fn a_list_that_comes_back_empty_changes_nothing() {
    let done = entry(2, ListStatus::Completed, 12);
    let bench = Bench::start(with_series(one_series(3), 2, 12, done)).await;
    bench.full().await;
    bench.try_run(Mode::Completed).await.unwrap();
    let before = state(&bench).await;
    let list = bench.demo.world(|world, _| std::mem::take(&mut world.list));
    assert!(matches!(bench.try_run(Mode::Completed).await, Err(Error::Refused { .. })));
    bench.full().await;
    assert_eq!(state(&bench).await, before);
    bench.demo.world(|world, _| world.list = list);
    bench.watch(1, 4);
    assert_eq!(bench.full().await.counts["synced"], 1);
}

#[tokio::test]
async fn a_person_who_has_completed_nothing_yet_gets_no_error() {
    let bench = Bench::start(one_series(3)).await;
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(bench.try_run(Mode::Completed).await.unwrap().counts["found"], 0);
}

#[tokio::test]
async fn a_dead_sign_in_is_told_and_changes_nothing() {
    let bench = Bench::start(one_series(3)).await;
    bench.demo.revoke_tokens();
    let error = bench.try_run(Mode::Full).await.unwrap_err();
    assert_eq!((error.code(), error.hint()), ("signed_out", "sign in to Trakt again at /"));
    assert_eq!(state(&bench).await, (vec![], None, None, 0));
}

#[tokio::test]
async fn an_access_token_that_ends_in_the_middle_is_renewed() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    let expired = Fault::new(Service::TRAKT, status(401, &[], ""));
    bench.demo.fail(expired.method("POST").path("/sync/history").after(1));
    assert_eq!(bench.full().await.state, "complete");
    assert_eq!(bench.history().len(), 12);
    assert_eq!(bench.demo.stats().tokens_issued, 1);
}

#[tokio::test]
async fn a_sign_in_that_is_not_taken_even_when_renewed_is_dead_and_nothing_is_hammered() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    let refused = Fault::new(Service::TRAKT, status(401, &[], "")).times(u32::MAX);
    bench.demo.fail(refused.method("POST").path("/sync/history").after(1));
    assert_eq!(bench.try_run(Mode::Full).await.unwrap_err().code(), "signed_out");
    assert_eq!(bench.trakt_requests("POST /sync/history"), 3);
    assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
    bench.demo.heal();
    assert_eq!(bench.full().await.counts["synced"], 7);
}

#[tokio::test]
async fn a_show_that_cannot_be_read_leaves_its_title_for_later() {
    let bench = Bench::start(three_series()).await;
    let down = Fault::new(Service::TRAKT, Action::Html { status: 503 }).path("/shows/2/seasons");
    bench.demo.fail(down.times(u32::MAX));
    let report = bench.full().await;
    assert_eq!((report.state, report.remaining), ("partial", 1));
    assert_eq!((bench.waiting().await, bench.window().await), (vec![], None));
    assert_eq!(bench.last_abs(2).await, None);
    bench.demo.heal();
    bench.hours_pass(1);
    assert_eq!(bench.full().await.state, "complete");
    let expected: Vec<_> = (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect();
    assert_eq!(bench.history(), expected);
}

#[tokio::test]
async fn an_account_at_its_limit_is_an_error_that_keeps_what_was_posted() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "4")]).await;
    let full = Fault::new(Service::TRAKT, status(420, &[], ""));
    bench.demo.fail(full.method("POST").path("/sync/history").after(1));
    assert_eq!(bench.try_run(Mode::Full).await.unwrap_err().code(), "account_limit");
    assert_eq!((bench.last_abs(1).await, bench.last_abs(2).await), (Some(4), None));
    assert_eq!(bench.window().await, None);
    assert_eq!(bench.full().await.counts["synced"], 8);
    assert_eq!(bench.history().len(), 12);
}

#[tokio::test]
async fn a_history_that_cannot_be_read_stops_before_anything_is_posted() {
    let bench = Bench::start(one_series(3)).await;
    let down = Fault::new(Service::TRAKT, Action::Html { status: 502 }).path("/sync/watched");
    bench.demo.fail(down.times(u32::MAX));
    assert_eq!(bench.try_run(Mode::Full).await.unwrap_err().code(), "outage");
    assert_eq!(bench.demo.stats().history_posts, 0);
    bench.demo.heal();
    assert_eq!(bench.full().await.counts["synced"], 3);
}
