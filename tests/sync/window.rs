//! `lastSyncTimestamp`: up to where everything is settled, and never further.

use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{ListStatus, Service};
use jiff::SignedDuration;

use crate::bench::{Bench, episodes, start_of_test};
use crate::worlds::{current, one_series, three_series, with_series, with_unknown, yesterday};

fn busy() -> Fault {
    let headers = vec![("retry-after".to_owned(), "60".to_owned())];
    let action = Action::Status { status: 429, headers, body: String::new() };
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history")
}

#[tokio::test]
async fn a_bound_on_plays_splits_a_first_sync_into_runs() {
    let bench = Bench::with(three_series(), &[("MAX_PLAYS_PER_RUN", "5")]).await;
    let mut reports = Vec::new();
    for _ in 0..2 {
        let report = bench.full().await;
        assert_eq!((report.state, bench.window().await), ("partial", None));
        reports.push((report.counts["synced"].clone(), report.remaining));
    }
    assert_eq!(reports, [(5.into(), 7), (5.into(), 2)]);
    assert_eq!(bench.full().await.state, "complete");
    assert!(bench.window().await.is_some());
    let expected: Vec<_> = (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect();
    assert_eq!(bench.history(), expected);
    // The oldest changes went first.
    let titles: Vec<_> = bench.demo.stats().writes.iter().map(first_episode).collect();
    assert_eq!(titles, [10_001, 20_002, 30_003]);
}

/// Trakt's id of the first episode of a posted batch; 10,000 to a show, from 1.
fn first_episode(write: &anilist_trakt_sync::demo::Write) -> u64 {
    write.body["episodes"][0]["ids"]["trakt"].as_u64().unwrap()
}

#[tokio::test]
async fn an_interrupted_first_sync_takes_the_whole_list_again() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "4")]).await;
    bench.demo.fail(busy().after(2));
    assert_eq!(bench.full().await.state, "partial");
    assert_eq!(bench.window().await, None);
    bench.hours_pass(1);
    bench.requests();
    assert_eq!(bench.full().await.counts["synced"], 4);
    assert!(bench.requests().contains(&"ListChunk".to_owned()));
    assert_eq!(bench.history().len(), 12);
    let newest = yesterday() + SignedDuration::from_mins(3);
    assert_eq!(bench.window().await, Some(newest.as_second()));
}

#[tokio::test]
async fn an_interrupted_run_leaves_the_window_before_what_is_not_settled() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "1")]).await;
    bench.full().await;
    let mut changed = Vec::new();
    for title in 1..=3 {
        bench.watch(title, 5);
        changed.push(bench.now().as_second());
    }
    bench.demo.fail(busy().after(1));
    assert_eq!(bench.full().await.state, "partial");
    assert_eq!(bench.window().await, Some(changed[1]));
    bench.hours_pass(1);
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!(bench.window().await, Some(changed[2]));
    assert_eq!(bench.history().len(), 15);
}

#[tokio::test]
async fn a_run_that_fails_moves_nothing() {
    let bench = Bench::start(one_series(3)).await;
    bench.full().await;
    let before = bench.window().await;
    bench.watch(1, 5);
    bench.demo.revoke_tokens();
    bench
        .try_run(anilist_trakt_sync::sync::Mode::Full)
        .await
        .expect_err("nobody is signed in any more");
    assert_eq!(bench.window().await, before);
}

#[tokio::test]
async fn titles_that_wait_do_not_hold_the_window() {
    let waiting = crate::worlds::entry(2, ListStatus::Current, 5);
    let bench = Bench::start(with_unknown(one_series(1), 2, 12, waiting)).await;
    bench.full().await;
    assert_eq!(bench.window().await, Some(yesterday().as_second()));
}

#[tokio::test]
async fn a_title_that_could_not_be_looked_up_holds_the_window() {
    let bench = Bench::start(with_series(one_series(1), 2, 12, None)).await;
    bench.full().await;
    bench.watch(2, 3);
    let changed = bench.now().as_second();
    bench.watch(1, 2);
    let down = Fault::new(Service::TRAKT, Action::Html { status: 503 }).path("/shows/2/seasons");
    bench.demo.fail(down.times(u32::MAX));
    assert_eq!(bench.full().await.state, "partial");
    assert_eq!((bench.window().await, bench.waiting().await), (Some(changed), vec![]));
    bench.demo.heal();
    bench.hours_pass(1);
    assert_eq!(bench.full().await.counts["synced"], 3);
}

#[tokio::test]
async fn an_entry_changed_while_the_list_was_read_does_not_take_the_window_past_others() {
    // AniList's clock, or a change between two chunks, is ahead of when the reading began.
    let later = start_of_test() + SignedDuration::from_mins(5);
    let first = with_series(World::default(), 1, 12, current(1, 3));
    let world = with_series(first, 2, 12, current(2, 3).updated(later));
    let bench = Bench::start(world).await;
    bench.full().await;
    bench.time_passes(std::time::Duration::from_mins(1));
    bench.demo.world(|world, now| {
        world.list[0].progress = 4;
        world.list[0].updated_at = now.as_second();
    });
    bench.full().await;
    assert_eq!(bench.last_abs(1).await, Some(4));
}

#[tokio::test]
async fn a_change_that_anilist_shows_late_is_not_lost() {
    let bench = Bench::start(with_series(one_series(3), 2, 12, current(2, 3))).await;
    bench.full().await;
    bench.watch(1, 5);
    bench.full().await;
    let seen = bench.window().await.unwrap();
    // It was made before the other, and shown after it.
    for (late, progress) in [(1, 4), (60, 5), (599, 6), (600, 7)] {
        bench.demo.world(|world, _| {
            let entry = world.list.iter_mut().find(|entry| entry.media.0 == 2).unwrap();
            (entry.progress, entry.updated_at) = (progress, seen - late);
        });
        assert_eq!(bench.full().await.counts["synced"], 1, "{late} seconds late");
        assert_eq!(bench.last_abs(2).await, Some(progress));
    }
    bench.requests();
    assert_eq!(bench.full().await.counts["found"], 0);
    assert_eq!(bench.requests(), ["ChangedEntries"], "what is settled costs nothing");
}
