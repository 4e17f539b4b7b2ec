//! After the first sync: what changed on the list, whatever its activities say.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::{Mapping, Numbers, TraktShow};
use anilist_trakt_sync::domain::{AnilistId, ListStatus};
use jiff::civil::date;

use crate::bench::{Bench, episodes};
use crate::worlds::{current, entry, media, one_series, with_film, with_series};

async fn synced(world: World) -> Bench {
    let bench = Bench::start(world).await;
    assert_eq!(bench.full().await.state, "complete");
    bench
}

#[tokio::test]
async fn fifty_one_new_activities_are_all_posted_once() {
    let world = (100..151).fold(one_series(1), |world, id| with_series(world, id, 12, None));
    let bench = synced(world).await;
    (100..151).for_each(|id| bench.watch(id, 1));
    assert_eq!(bench.demo.world(|world, _| world.activities.len()), 51);

    assert_eq!(bench.full().await.counts["synced"], 51);
    let expected: Vec<_> = (100..151).flat_map(|show| episodes(show, 1, [1])).collect();
    assert_eq!(bench.history()[1..], expected);
    assert_eq!(bench.full().await.counts["found"], 0);
}

#[tokio::test]
async fn five_hundred_activities_on_many_titles_and_a_long_show_are_all_posted_once() {
    let media = media(1000, None);
    let show = TraktShow::new(1000, "Long", 2020, Numbers::Continuing)
        .ids(10_000, 100_000, "tt0001000")
        .season(1, &[(61, date(2020, 1, 4))])
        .season(2, &[(250, date(2021, 3, 6))]);
    let mapping = Mapping::to_season(&media, &show, None, 0);
    let world = (100..140).fold(one_series(1), |world, id| with_series(world, id, 12, None));
    let mut world =
        world.with_media(media, Some(current(1000, 0))).with_mapping(mapping).with_show(show);
    world.person.merge_minutes = 0;
    let bench = synced(world).await;
    (100..140).for_each(|id| (1..=5).for_each(|abs| bench.watch(id, abs)));
    (1..=300).for_each(|abs| bench.watch(1000, abs));
    assert_eq!(bench.demo.world(|world, _| world.activities.len()), 500);

    assert_eq!(bench.full().await.counts["synced"], 500);
    assert_eq!(bench.demo.stats().largest_post, 100);
    let mut expected = episodes(1, 1, [1]);
    (100..140).for_each(|show| expected.extend(episodes(show, 1, 1..=5)));
    expected.extend(episodes(1000, 1, 1..=61));
    expected.extend(episodes(1000, 2, 62..=300));
    assert_eq!(bench.history(), expected);
    assert_eq!(bench.full().await.counts["found"], 0);
}

#[tokio::test]
async fn an_activity_of_several_episodes_is_several_plays() {
    let bench = synced(one_series(2)).await;
    bench.watch(1, 7);
    let text = bench.demo.world(|world, _| world.activities[0].progress.clone());
    assert_eq!(text.as_deref(), Some("3 - 7"));
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=7));
    let at = "2026-11-21T13:00:00Z";
    let expected: Vec<_> = (3..=7).map(|number| format!("S1E{number} {at}")).collect();
    assert_eq!(bench.times(1)[2..], expected);
}

#[tokio::test]
async fn a_completion_without_its_last_episode_posts_that_too() {
    let bench = synced(one_series(10)).await;
    bench.complete(1);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=12));
    assert!(bench.times(1)[11].ends_with("2026-11-21T13:00:00Z"), "{:?}", bench.times(1));
}

#[tokio::test]
async fn a_jump_leaves_no_gap() {
    let bench = synced(one_series(2)).await;
    bench.hours_pass(1);
    bench.demo.world(|world, now| {
        world.watch(AnilistId(1), 9, now);
        // AniList logs a jump as its last episode only.
        world.activities[0].progress = Some("9".into());
    });
    assert_eq!(bench.full().await.counts["synced"], 7);
    assert_eq!(bench.history(), episodes(1, 1, 1..=9));
}

#[tokio::test]
async fn an_entry_on_two_custom_lists_is_posted_once() {
    let both = entry(1, ListStatus::Current, 3).on_lists(&["Favourites", "Space"]);
    let hidden = entry(2, ListStatus::Current, 2).on_lists(&["Favourites", "Space"]).hidden();
    let world = with_series(World::default(), 1, 12, Some(both));
    let bench = synced(with_series(world, 2, 12, Some(hidden))).await;
    let mut expected = episodes(1, 1, 1..=3);
    expected.extend(episodes(2, 1, 1..=2));
    assert_eq!(bench.history(), expected);
    bench.watch(1, 4);
    assert_eq!(bench.full().await.counts["synced"], 1);
}

#[tokio::test]
async fn a_film_is_one_play() {
    let bench = synced(with_film(one_series(1), 50, None)).await;
    bench.complete(50);
    let report = bench.full().await;
    assert_eq!(report.counts["added"]["movies"], 1);
    assert_eq!(bench.history(), ["film 50", "1 S1E1"]);
    assert_eq!(bench.full().await.counts["found"], 0);
}

#[tokio::test]
async fn watching_again_posts_nothing() {
    let done = entry(1, ListStatus::Completed, 12);
    let bench = synced(with_series(World::default(), 1, 12, Some(done))).await;
    let before = bench.demo.history();
    bench.hours_pass(1);
    bench.demo.world(|world, now| world.watch_again(AnilistId(1), now));
    bench.watch(1, 5);
    assert_eq!(bench.demo.world(|world, _| world.activities[0].status.text()), "rewatched episode");
    assert_eq!(bench.full().await.counts["found"], 0);
    bench.complete(1);
    assert_eq!(bench.full().await.counts["found"], 0);
    assert_eq!(bench.demo.history(), before);
}

#[tokio::test]
async fn watching_again_from_the_start_of_the_service_posts_the_first_time_only() {
    let again = entry(1, ListStatus::Repeating, 5).repeated(2);
    let bench = synced(with_series(World::default(), 1, 12, Some(again))).await;
    bench.watch(1, 8);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=12));
}

#[tokio::test]
async fn lowered_progress_removes_nothing_and_only_what_is_beyond_is_new() {
    let bench = synced(one_series(8)).await;
    let before = bench.demo.history();
    bench.watch(1, 5);
    assert_eq!(bench.full().await.counts["found"], 0);
    assert_eq!((bench.demo.history(), bench.last_abs(1).await), (before, Some(8)));
    bench.watch(1, 10);
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!(bench.history(), episodes(1, 1, 1..=10));
}

#[tokio::test]
async fn a_play_without_an_activity_is_dated_by_its_entry() {
    let bench = synced(one_series(1)).await;
    bench.watch(1, 3);
    bench.demo.world(|world, _| world.activities.clear());
    bench.full().await;
    let at = "2026-11-21T13:00:00Z";
    assert_eq!(bench.times(1)[1..], [format!("S1E2 {at}"), format!("S1E3 {at}")]);
}

#[tokio::test]
async fn an_activity_that_grows_after_a_run_loses_nothing() {
    let bench = synced(one_series(1)).await;
    for progress in [2, 3, 5] {
        bench.watch(1, progress);
        bench.full().await;
    }
    // AniList keeps the time of the first.
    assert_eq!(bench.demo.world(|world, _| world.activities.len()), 1);
    assert_eq!(bench.history(), episodes(1, 1, 1..=5));
}

#[tokio::test]
async fn runs_in_a_row_post_nothing_more() {
    let bench = synced(one_series(4)).await;
    for _ in 0..3 {
        bench.hours_pass(7);
        let report = bench.full().await;
        assert_eq!((report.state, &report.counts["found"]), ("complete", &0.into()));
    }
    assert_eq!(bench.demo.stats().history_posts, 1);
}

#[tokio::test]
async fn two_changes_in_the_same_second_are_both_seen() {
    let world = with_series(one_series(1), 2, 12, current(2, 1));
    let bench = synced(world).await;
    bench.watch(1, 2);
    bench.full().await;
    // Another entry changes in the second up to which the last run has come.
    bench.demo.world(|world, now| world.watch(AnilistId(2), 2, now));
    assert_eq!(bench.full().await.counts["synced"], 1);
}
