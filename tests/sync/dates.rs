//! When the plays of a run are dated.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::ActivityStatus;
use anilist_trakt_sync::domain::{AnilistId, FuzzyDate, ListStatus};
use anilist_trakt_sync::sync::Mode;
use jiff::SignedDuration;

use crate::bench::{Bench, start_of_test};
use crate::worlds::{current, entry, fuzzy, with_film, with_series, yesterday};

/// The watched times that were sent for films, in the order of their numbers.
fn sent(bench: &Bench) -> Vec<String> {
    let writes = bench.demo.stats().writes;
    let films = writes[0].body["movies"].as_array().unwrap().clone();
    let mut times: Vec<_> = films
        .iter()
        .map(|film| {
            (film["ids"]["trakt"].as_u64(), film["watched_at"].as_str().unwrap().to_owned())
        })
        .collect();
    times.sort();
    times.into_iter().map(|(_, time)| time).collect()
}

#[tokio::test]
async fn a_completion_day_is_noon_in_the_persons_zone_and_never_in_the_future() {
    let table = [
        // Winter and summer time in New York.
        (fuzzy(2024, Some(2), Some(11)), "2024-02-11T17:00:00.000Z"),
        (fuzzy(2024, Some(8), Some(26)), "2024-08-26T16:00:00.000Z"),
        // Today's noon is still to come there, and some days are typing errors.
        (fuzzy(2026, Some(11), Some(21)), "2026-11-21T12:00:00.000Z"),
        (fuzzy(2096, Some(1), Some(1)), "2026-11-21T12:00:00.000Z"),
        (fuzzy(2024, Some(2), None), "unknown"),
        (fuzzy(2024, None, None), "unknown"),
        (fuzzy(2024, Some(2), Some(30)), "unknown"),
        (FuzzyDate::default(), "unknown"),
    ];
    for mode in [Mode::Full, Mode::Completed] {
        let world = (1..).zip(&table).fold(World::default(), |world, (id, (day, _))| {
            with_film(world, id, entry(id, ListStatus::Completed, 1).completed(*day))
        });
        let bench = Bench::with(world, &[("TIMEZONE", "America/New_York")]).await;
        bench.try_run(mode).await.unwrap();
        assert_eq!(sent(&bench), table.map(|(_, time)| time), "{mode:?}");
        assert_eq!(bench.demo.history()[7].watched_at, jiff::Timestamp::UNIX_EPOCH);
    }
}

#[tokio::test]
async fn an_activity_dates_its_episodes_better_than_the_entry() {
    let done = entry(1, ListStatus::Completed, 4).completed(fuzzy(2026, Some(11), Some(20)));
    let mut world = with_series(World::default(), 1, 4, Some(done));
    let at = |hours| start_of_test() - SignedDuration::from_hours(hours);
    let title = AnilistId(1);
    world.log(title, ActivityStatus::Watched, Some("1 - 2".into()), at(72));
    world.log(title, ActivityStatus::Rewatched, Some("3".into()), at(60));
    world.log(title, ActivityStatus::Completed, None, at(20));
    let bench = Bench::start(world).await;
    bench.full().await;
    let expected = [
        "S1E1 2026-11-18T12:00:00Z",
        "S1E2 2026-11-18T12:00:00Z",
        "S1E3 2026-11-20T16:00:00Z",
        "S1E4 2026-11-20T16:00:00Z",
    ];
    assert_eq!(bench.times(1), expected);
}

#[tokio::test]
async fn a_completion_day_that_was_changed_by_hand_wins_over_the_completion_activity() {
    let done = entry(1, ListStatus::Completed, 1).completed(fuzzy(2020, Some(5), Some(4)));
    let mut world = with_series(World::default(), 1, 1, Some(done));
    world.log(AnilistId(1), ActivityStatus::Completed, None, yesterday());
    let bench = Bench::start(world).await;
    bench.full().await;
    assert_eq!(bench.times(1), ["S1E1 2020-05-04T12:00:00Z"]);
}

#[tokio::test]
async fn an_activity_ahead_of_our_clock_dates_no_play_in_the_future() {
    let soon = start_of_test() + SignedDuration::from_mins(10);
    let today = fuzzy(2026, Some(11), Some(21));
    let done = entry(1, ListStatus::Completed, 1).completed(today);
    let mut world = with_series(World::default(), 1, 1, Some(done));
    world = with_series(world, 2, 12, current(2, 1).updated(soon));
    world = with_series(world, 3, 12, current(3, 1).updated(soon));
    world.log(AnilistId(1), ActivityStatus::Completed, None, soon);
    world.log(AnilistId(2), ActivityStatus::Watched, Some("1".into()), soon);
    let bench = Bench::start(world).await;
    bench.full().await;
    for show in 1..=3 {
        assert_eq!(bench.times(show), ["S1E1 2026-11-21T12:00:00Z"], "{show}");
    }
}

#[tokio::test]
async fn what_is_being_watched_is_dated_by_the_last_update() {
    let bench = Bench::start(with_series(World::default(), 1, 12, current(1, 2))).await;
    bench.try_run(Mode::Watching).await.unwrap();
    let at = "2026-11-20T12:00:00Z";
    assert_eq!(bench.times(1), [format!("S1E1 {at}"), format!("S1E2 {at}")]);
}
