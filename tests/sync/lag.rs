//! A history that shows later what Trakt took.

use std::time::Duration;

use anilist_trakt_sync::domain::{AnilistId, PlayOutcome, RunId};
use anilist_trakt_sync::store::keys;
use anilist_trakt_sync::sync::afresh::start_afresh;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::undo::preview;
use anilist_trakt_sync::sync::{Mode, Trigger};
use anilist_trakt_sync::trakt::LANDING;
use jiff::SignedDuration;

use crate::bench::{Answer, Bench, episodes};
use crate::undo::counts;
use crate::worlds::{episode, one_series, three_series};

/// Three series of four that were posted just now, to a history that shows it ten seconds later.
async fn just_synced(settings: &[(&str, &str)]) -> Bench {
    let bench = Bench::with(three_series(), settings).await;
    lags(&bench, 10);
    assert_eq!(bench.full().await.counts["synced"], 12);
    bench
}

fn lags(bench: &Bench, seconds: i64) {
    let lag = SignedDuration::from_secs(seconds);
    bench.demo.world(|world, _| world.history.lags_by(lag));
}

fn everything() -> Vec<String> {
    (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect()
}

#[tokio::test]
async fn what_was_just_posted_is_there_although_the_history_lacks_it() {
    for seconds in [0, 2, 9] {
        for restarts in [false, true] {
            let mut bench = just_synced(&[("TRAKT_BATCH_SIZE", "5")]).await;
            start_afresh(&bench.person, AnilistId(1)).await.unwrap();
            bench.time_passes(Duration::from_secs(seconds));
            if restarts {
                bench.restart();
            }
            let other = bench.another_process();
            let report = Answer::of(run(&other, Mode::Watching, Trigger::Manual).await.unwrap());
            assert_eq!((report.state, &report.counts["synced"]), ("complete", &0.into()));
            assert_eq!((bench.history(), bench.last_abs(1).await), (everything(), Some(4)));
        }
    }
}

#[tokio::test]
async fn rewatches_that_were_just_posted_are_there_too() {
    let bench = Bench::with(one_series(3), &[("SYNC_REWATCHES", "1")]).await;
    lags(&bench, 10);
    bench.demo.world(|world, _| {
        let entry = &mut world.list[0];
        (entry.status, entry.progress) = (anilist_trakt_sync::domain::ListStatus::Completed, 12);
        entry.repeat = 1;
    });
    assert_eq!(bench.full().await.counts["synced"], 24);
    start_afresh(&bench.person, AnilistId(1)).await.unwrap();
    assert_eq!(bench.full().await.counts["synced"], 0);
    assert_eq!(bench.history().len(), 24);
}

#[tokio::test]
async fn a_second_run_that_has_nothing_to_do_asks_for_nothing_more() {
    let bench = just_synced(&[]).await;
    bench.requests();
    let report = bench.full().await;
    assert_eq!((report.state, report.cause), ("complete", None));
    assert_eq!(bench.requests(), ["ChangedEntries"]);
    assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
}

#[tokio::test]
async fn what_the_person_took_off_is_posted_again_once_the_history_can_tell() {
    let bench = just_synced(&[]).await;
    for seconds in [119, 1] {
        bench.demo.world(|world, now| world.history.remove_item(episode(1, 1, 2), now));
        bench.time_passes(Duration::from_secs(seconds));
        start_afresh(&bench.person, AnilistId(1)).await.unwrap();
        let expected = i32::from(seconds == 1);
        assert_eq!(bench.full().await.counts["synced"], expected);
    }
    assert_eq!(bench.history(), everything());
}

#[tokio::test]
async fn an_undo_takes_back_what_is_shown_and_waits_for_the_rest() {
    let bench = just_synced(&[]).await;
    let told = preview(&bench.person, RunId(1)).await.unwrap();
    assert_eq!((told.plays.len(), told.already_gone, told.left_alone), (0, 0, 0));
    let report = bench.undo(1).await;
    assert_eq!((report.state, counts(&report)), ("partial", (0, 0, 0, 12)));
    assert_eq!(report.next_attempt, Some(bench.now() + LANDING));
    assert!(report.cause.unwrap().ends_with("does not show yet 12 plays that were sent"));
    bench.time_passes(Duration::from_secs(10));
    let report = bench.undo(1).await;
    assert_eq!((report.state, counts(&report)), ("complete", (12, 0, 0, 0)));
    assert_eq!(bench.history(), [""; 0]);
}

#[tokio::test]
async fn what_was_undone_is_not_there_and_can_be_started_afresh_at_once() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    bench.undo(1).await;
    let gone = bench.plays_of(1).await;
    assert!(gone.iter().all(|sent| sent.outcome == PlayOutcome::Removed));
    start_afresh(&bench.person, AnilistId(1)).await.unwrap();
    assert_eq!(bench.full().await.counts["synced"], 4);
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
}
