//! Entries that AniList sends so that they cannot be read, and properly later, unchanged.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::Oddity;
use anilist_trakt_sync::domain::AnilistId;
use anilist_trakt_sync::store::keys;

use crate::bench::{Bench, episodes};
use crate::worlds::{current, one_series, with_series};

/// What AniList asks from now on is answered with this entry as it is not.
fn turns_odd(bench: &Bench, title: u32, oddity: Oddity) {
    bench.demo.world(|world, _| world.odd.insert(AnilistId(title), oddity));
}

fn turns_proper(bench: &Bench) {
    bench.demo.world(|world, _| world.odd.clear());
}

/// Three episodes of title 1 are watched, and three of title 2.
fn two_series() -> World {
    with_series(one_series(3), 2, 12, current(2, 3))
}

#[tokio::test]
async fn an_entry_that_can_be_read_only_later_is_synced_then() {
    for is_first in [true, false] {
        let mut bench = Bench::start(two_series()).await;
        if !is_first {
            bench.full().await;
            bench.watch(2, 5);
        }
        turns_odd(&bench, 2, Oddity::Status);
        bench.watch(1, 4);
        for _ in 0..3 {
            bench.full().await;
            assert_eq!(bench.window().await, Some(bench.now().as_second()), "the mark moves on");
            bench.hours_pass(30 * 24);
            bench.watch(1, 5);
        }
        turns_proper(&bench);
        bench.restart();
        bench.full().await;
        let watched = if is_first { 3 } else { 5 };
        let expected = [episodes(1, 1, 1..=5), episodes(2, 1, 1..=watched)].concat();
        assert_eq!(bench.history(), expected);
        bench.full().await;
        assert_eq!(bench.config(keys::ANILIST_UNREAD).await, None);
        bench.requests();
        bench.full().await;
        assert_eq!(bench.requests(), ["ChangedEntries"]);
    }
}

#[tokio::test]
async fn one_that_is_odd_for_ever_costs_one_question_a_run() {
    let bench = Bench::start(two_series()).await;
    bench.full().await;
    turns_odd(&bench, 2, Oddity::Status);
    bench.full().await;
    for _ in 0..3 {
        bench.requests();
        assert_eq!(bench.full().await.state, "complete");
        assert_eq!(bench.requests(), ["ChangedEntries", "Entry"]);
    }
}

#[tokio::test]
async fn each_of_many_has_its_turn() {
    let world =
        (10..35).fold(one_series(3), |world, id| with_series(world, id, 12, current(id, 1)));
    let bench = Bench::start(world).await;
    (10..35).for_each(|id| turns_odd(&bench, id, Oddity::Status));
    assert_eq!(bench.full().await.counts["synced"], 3);
    bench.demo.world(|world, _| world.odd.retain(|id, _| id.0 < 12));
    let mut synced = 0;
    for _ in 0..3 {
        bench.requests();
        synced += bench.full().await.counts["synced"].as_u64().unwrap();
        let asked = bench.requests().iter().filter(|route| *route == "Entry").count();
        assert!(asked <= 10, "{asked}");
    }
    assert_eq!(synced, 23);
}

#[tokio::test]
async fn one_that_does_not_name_its_title_holds_the_mark_for_a_week_at_most() {
    for is_late in [false, true] {
        let bench = Bench::start(two_series()).await;
        bench.full().await;
        let mark = bench.window().await;
        bench.watch(2, 5);
        turns_odd(&bench, 2, Oddity::Null);
        bench.watch(1, 4);
        assert_eq!(bench.full().await.counts["synced"], 1);
        assert_eq!(bench.window().await, mark);
        if is_late {
            bench.hours_pass(7 * 24);
            bench.full().await;
            assert!(bench.window().await > mark, "it goes on");
        } else {
            turns_proper(&bench);
            assert_eq!(bench.full().await.counts["synced"], 2);
            assert_eq!(bench.history().len(), 9);
            assert_eq!(bench.window().await, Some(bench.now().as_second()));
        }
    }
}
