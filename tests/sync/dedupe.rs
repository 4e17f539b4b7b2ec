//! What Trakt has already is not posted, whoever put it there.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::TraktMovie;
use anilist_trakt_sync::domain::{AnilistId, Item, ListStatus, WatchedAt};
use anilist_trakt_sync::store::{Write, keys};
use jiff::civil::date;

use crate::bench::{Bench, episodes};
use crate::worlds::{current, entry, episode, film, one_series, with_film, with_series, yesterday};

const WATCHED_SHOWS: &str = "GET /sync/watched/shows";

fn scrobbled(mut world: World, items: &[Item]) -> World {
    for item in items {
        world.scrobble(*item, WatchedAt::at(yesterday()), yesterday());
    }
    world
}

#[tokio::test]
async fn what_another_app_scrobbled_is_already_there_and_stays_single() {
    let world = with_film(one_series(5), 9, entry(9, ListStatus::Completed, 1));
    let there = [episode(1, 1, 1), episode(1, 1, 3), film(9)];
    let bench = Bench::start(scrobbled(world, &there)).await;
    let report = bench.full().await;
    assert_eq!((&report.counts["alreadySynced"], &report.counts["synced"]), (&3.into(), &3.into()));
    let mut expected = vec!["film 9".to_owned()];
    expected.extend(episodes(1, 1, 1..=5));
    assert_eq!(bench.history(), expected);
    assert_eq!((bench.last_abs(1).await, bench.last_abs(9).await), (Some(5), Some(1)));
}

#[tokio::test]
async fn a_show_and_a_film_of_the_same_number_are_not_confused() {
    let world = with_series(World::default(), 9, 12, current(9, 1));
    let world = world.with_movie(TraktMovie::new(9, "Another Nine", date(2019, 1, 1)));
    let bench = Bench::start(scrobbled(world, &[film(9)])).await;
    bench.full().await;
    assert_eq!(bench.history(), ["film 9", "9 S1E1"]);
}

#[tokio::test]
async fn a_library_of_several_pages_on_trakt_is_read_to_its_end() {
    let world = (1..=230).fold(World::default(), |world, id| {
        with_series(world, id, 1, entry(id, ListStatus::Completed, 1))
    });
    let there: Vec<_> = (1..=230).map(|id| episode(id, 1, 1)).collect();
    let bench = Bench::start(scrobbled(world, &there)).await;
    assert_eq!(bench.full().await.counts["alreadySynced"], 230);
    assert_eq!(bench.trakt_requests(WATCHED_SHOWS), 3);
}

#[tokio::test]
async fn the_kept_copy_of_the_history_is_used_until_trakts_marks_move() {
    let there = [episode(1, 1, 1), episode(1, 1, 2)];
    let bench = Bench::start(scrobbled(one_series(2), &there)).await;
    assert_eq!(bench.full().await.counts["alreadySynced"], 2);
    assert_eq!(bench.trakt_requests(WATCHED_SHOWS), 1);
    bench.watch(1, 3);
    bench.full().await;
    assert_eq!(bench.trakt_requests(WATCHED_SHOWS), 1, "nothing had moved");

    bench.watch(1, 5);
    bench.demo.world(|world, now| world.scrobble(episode(1, 1, 4), WatchedAt::at(now), now));
    let report = bench.full().await;
    assert_eq!(bench.trakt_requests(WATCHED_SHOWS), 2, "it had moved");
    assert_eq!((&report.counts["alreadySynced"], &report.counts["synced"]), (&1.into(), &1.into()));
    assert_eq!(bench.history(), episodes(1, 1, 1..=5));
}

#[tokio::test]
async fn a_run_that_finds_nothing_new_asks_at_most_twice() {
    let bench = Bench::start(World::sample(crate::bench::start_of_test())).await;
    assert_eq!(bench.full().await.state, "complete");
    for _ in 0..3 {
        bench.requests();
        bench.hours_pass(1);
        assert_eq!(bench.full().await.counts["found"], 0);
        assert_eq!(bench.requests(), ["ChangedEntries"]);
    }
}

#[tokio::test]
async fn after_a_restart_nothing_new_is_as_cheap() {
    let mut bench = Bench::start(one_series(3)).await;
    bench.full().await;
    bench.requests();
    bench.restart();
    bench.full().await;
    assert_eq!(bench.requests(), ["ChangedEntries"]);
}

#[tokio::test]
async fn what_is_removed_on_trakt_by_hand_stays_removed() {
    let bench = Bench::start(one_series(3)).await;
    bench.full().await;
    bench.hours_pass(1);
    bench.demo.world(|world, now| world.history.remove_item(episode(1, 1, 2), now));
    bench.watch(1, 4);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, [1, 3, 4]));
}

#[tokio::test]
async fn what_a_run_added_is_known_even_if_trakts_mark_stands_still() {
    let bench = Bench::start(one_series(3)).await;
    // The history changes once before and once after it is read, both in the same second.
    bench.demo.world(|world, now| world.scrobble(episode(1, 1, 1), WatchedAt::at(now), now));
    bench.full().await;
    bench.write(Write::RemoveSettled(AnilistId(1))).await;
    assert_eq!(bench.full().await.counts["alreadySynced"], 3);
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
}

#[tokio::test]
async fn a_copy_that_may_lack_what_the_history_shows_late_is_not_kept() {
    let there = [episode(1, 1, 1), episode(1, 1, 2)];
    let world = with_film(one_series(2), 9, None);
    let bench = Bench::start(scrobbled(world, &there)).await;
    for (seconds, is_kept) in [(0, false), (119, false), (120, true)] {
        // Another app logs something, and the history is read so long after that.
        bench.hours_pass(1);
        bench.demo.world(|world, now| world.scrobble(film(9), WatchedAt::at(now), now));
        bench.time_passes(std::time::Duration::from_secs(seconds));
        bench.write(Write::RemoveSettled(AnilistId(1))).await;
        bench.write(Write::Config { key: keys::LAST_SYNC_TIMESTAMP, value: None }).await;
        assert_eq!(bench.full().await.counts["alreadySynced"], 2);
        let kept = bench.config(keys::TRAKT_WATCHED).await;
        assert_eq!(kept.is_some(), is_kept, "{seconds} seconds later");
    }
}
