//! Clocks that are wrong, once or for long.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::Service;
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::store::{Write, keys};
use anilist_trakt_sync::sync::Mode;
use anilist_trakt_sync::trakt::LANDING;
use jiff::SignedDuration;

use crate::bench::{Bench, episodes};
use crate::worlds::{one_series, three_series};

fn on_post(action: Action) -> Fault {
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history")
}

fn error(status: u16, headers: &[(&str, &str)]) -> Action {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Action::Status { status, headers: headers.iter().map(owned).collect(), body: String::new() }
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

const YEAR: i64 = 24 * 365;

#[tokio::test]
async fn a_clock_that_is_known_to_be_wrong_keeps_a_run_from_posting() {
    for wrong in [-YEAR * 20, -YEAR, -24, -2, 2 * YEAR, 5 * YEAR] {
        let bench = Bench::start(one_series(3)).await;
        bench.clock_is_set(hours(wrong));
        let Err(Error::Refused { message, .. }) = bench.try_run(Mode::Full).await else {
            panic!("it posted with a clock that is {wrong} hours off");
        };
        let way = if wrong > 0 { "ahead" } else { "behind" };
        let expected = format!("clock is {} hours {way} of", wrong.abs());
        assert!(message.contains(&expected), "{message}");
        assert_eq!((bench.history(), bench.window().await), (vec![], None));
        bench.clock_is_set(hours(-wrong));
        assert_eq!(bench.full().await.counts["synced"], 3);
    }
}

#[tokio::test]
async fn a_clock_that_is_half_an_hour_off_is_good_enough() {
    for minutes in [-30, 30] {
        let bench = Bench::start(one_series(3)).await;
        bench.clock_is_set(SignedDuration::from_mins(minutes));
        assert_eq!(bench.full().await.counts["synced"], 3);
    }
}

#[tokio::test]
async fn a_clock_that_goes_ahead_dates_no_play_in_the_future() {
    for ahead in [2, 24, 92 * 24, YEAR] {
        let bench = Bench::start(one_series(3)).await;
        let now = bench.now();
        bench.clock_is_set(hours(ahead));
        assert_eq!(bench.full().await.counts["synced"], 3);
        for play in bench.demo.history() {
            assert!(play.watched_at <= now, "{ahead} hours ahead: {play:?}");
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_set_changes_nothing_about_what_may_land() {
    for set in [-YEAR, -24, -1, 1, 24, 5 * YEAR] {
        for restarts in [false, true] {
            let mut bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
            bench.demo.fail(on_post(error(502, &[])).late().after(1));
            bench.full().await;
            bench.clock_is_set(hours(set));
            if restarts {
                bench.restart();
            }
            bench.time_passes(Duration::from_mins(1));
            // With the clock put right again, or wrong still: nothing of the batch is sent.
            drop(bench.try_run(Mode::Full).await);
            bench.clock_is_set(hours(-set));
            let early = bench.full().await;
            assert_eq!((early.state, early.remaining), ("partial", 5), "{set} {restarts}");
            bench.demo.land();
            assert_eq!(bench.full().await.state, "complete");
            assert_eq!(bench.history().len(), 12, "{set} {restarts}");
        }
    }
}

#[tokio::test]
async fn a_batch_from_the_future_is_waited_for_once_and_not_for_years() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    bench.demo.fail(on_post(error(502, &[])).after(1));
    bench.full().await;
    let record = bench.config(keys::IN_FLIGHT).await.unwrap();
    let future = record.replace("2026-", "2031-");
    assert_ne!(record, future);
    bench.write(Write::Config { key: keys::IN_FLIGHT, value: Some(future) }).await;
    assert_eq!(bench.full().await.next_attempt, Some(bench.now() + LANDING));
    bench.writes_have_landed();
    assert_eq!(bench.full().await.state, "complete");
    assert_eq!(bench.history().len(), 12);
}

#[tokio::test]
async fn a_wait_that_trakt_asked_for_is_as_long_as_it_asked_whatever_the_clock_says() {
    for set in [-24, 24] {
        let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
        bench.demo.fail(on_post(error(429, &[("retry-after", "600")])).after(1));
        assert_eq!(bench.full().await.state, "partial");
        bench.clock_is_set(hours(set));
        bench.time_passes(Duration::from_secs(500));
        drop(bench.try_run(Mode::Full).await);
        assert_eq!(bench.demo.stats().history_posts, 1);
        bench.clock_is_set(hours(-set));
        bench.time_passes(Duration::from_secs(100));
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.demo.stats().ignored_retry_after, 0);
    }
}

#[tokio::test]
async fn a_wait_that_trakt_asked_for_outlives_a_restart_and_holds_for_another_process() {
    for another in [false, true] {
        let mut bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
        bench.demo.fail(on_post(error(429, &[("retry-after", "3600")])).after(1));
        let until = bench.full().await.next_attempt;
        let first = bench.person.clone();
        bench.restart();
        if !another {
            drop(first);
        }
        let again = bench.full().await;
        assert_eq!((again.state, again.next_attempt), ("partial", until));
        assert_eq!((bench.history().len(), bench.demo.stats().history_posts), (5, 1));
        bench.hours_pass(1);
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.config(keys::WAITS).await, None);
        assert_eq!(bench.demo.stats().ignored_retry_after, 0);
    }
}

#[tokio::test]
async fn a_wait_that_a_wrong_clock_wrote_down_is_none() {
    let mut bench = Bench::start(one_series(3)).await;
    let waits = |noted: &str, until: &str| {
        format!(r#"[{{"of":"trakt_write","notedAt":"{noted}","until":"{until}"}}]"#)
    };
    for text in [
        waits("2031-01-01T00:00:00Z", "2031-01-01T01:00:00Z"),
        waits("2026-11-21T11:00:00Z", "2031-01-01T01:00:00Z"),
        "nonsense".to_owned(),
    ] {
        bench.restart();
        bench.write(Write::Config { key: keys::WAITS, value: Some(text) }).await;
        bench.watch(1, bench.last_abs(1).await.unwrap_or(3) + 1);
        assert_eq!(bench.full().await.state, "complete");
    }
    assert_eq!(bench.history(), episodes(1, 1, 1..=bench.last_abs(1).await.unwrap()));
}

#[tokio::test]
async fn files_and_shows_from_the_future_are_asked_for_again() {
    let mut bench = Bench::start(one_series(3)).await;
    bench.clock_is_set(hours(5 * YEAR));
    drop(bench.try_run(Mode::Full).await);
    bench.clock_is_set(hours(-5 * YEAR));
    bench.restart();
    bench.requests();
    assert_eq!(bench.full().await.counts["synced"], 3);
    let asked = bench.requests();
    for route in ["GET /anime_mappings.db", "GET /shows/{id}/seasons", "POST /sync/history"] {
        assert!(asked.iter().any(|seen| seen == route), "{route} in {asked:?}");
    }
}
