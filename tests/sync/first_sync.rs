//! The first full sync takes the whole list.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::domain::AnilistId;
use anilist_trakt_sync::domain::ListStatus::{
    Completed, Current, Dropped, Paused, Planning, Repeating,
};
use anilist_trakt_sync::sync::Mode;
use anilist_trakt_sync::sync::prepare::prepare;

use crate::bench::{Bench, episodes, start_of_test};
use crate::worlds::{entry, with_film, with_series};

#[tokio::test]
async fn every_status_with_watched_episodes_counts() {
    let table = [
        (1, Current, 3, 3),
        (2, Paused, 5, 5),
        (3, Dropped, 2, 2),
        (4, Planning, 4, 4),
        (5, Planning, 0, 0),
        (6, Completed, 12, 12),
        (7, Completed, 0, 12),
        (8, Completed, 7, 7),
        (9, Repeating, 3, 12),
        (10, Current, 30, 12),
        (11, Current, 0, 0),
    ];
    let world = table.iter().fold(World::default(), |world, &(id, status, progress, _)| {
        with_series(world, id, 12, entry(id, status, progress))
    });
    let world = with_film(world, 20, entry(20, Completed, 0));
    let bench = Bench::start(with_film(world, 21, entry(21, Planning, 0))).await;
    let report = bench.full().await;

    let mut expected = vec!["film 20".to_owned()];
    for (id, _, _, watched) in table {
        expected.extend(episodes(u64::from(id), 1, 1..=watched));
    }
    assert_eq!(bench.history(), expected);
    assert_eq!(report.counts["synced"], expected.len());
}

#[tokio::test]
async fn a_list_of_several_chunks_is_read_to_its_end() {
    let world = (1..=1100)
        .fold(World::default(), |world, id| with_film(world, id, entry(id, Completed, 1)));
    let bench = Bench::start(world).await;
    assert_eq!(bench.full().await.counts["added"]["movies"], 1100);
    assert_eq!(bench.history().len(), 1100);
}

#[tokio::test]
async fn library_modes_take_their_part_of_the_list() {
    let table = [(1, Current, 3), (2, Paused, 5), (3, Completed, 12), (4, Repeating, 2)];
    let world = table.iter().fold(World::default(), |world, &(id, status, progress)| {
        with_series(world, id, 12, entry(id, status, progress))
    });
    let bench = Bench::start(world).await;
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
    let report = bench.try_run(Mode::Completed).await.unwrap();
    assert_eq!((&report.counts["found"], &report.counts["addedEpisodes"]), (&2.into(), &24.into()));
    bench.try_run(Mode::Show(AnilistId(2))).await.unwrap();
    // The window belongs to the full sync, which then finds everything there.
    assert_eq!(bench.window().await, None);
    assert_eq!(bench.full().await.counts["found"], 0);
    assert_eq!(bench.history().len(), 3 + 5 + 12 + 12);
}

#[tokio::test]
async fn a_preview_says_what_the_run_then_posts_and_posts_nothing_itself() {
    let bench = Bench::start(World::sample(start_of_test())).await;
    let before = bench.history();
    let prepared = prepare(&bench.person, Mode::Full).await.unwrap();
    let mut planned: Vec<_> = prepared.plan.plays().map(|play| play.item).collect();
    assert_eq!((bench.history(), bench.demo.stats().history_posts), (before, 0));
    assert_eq!(bench.last_abs(1).await, None);

    let already: Vec<_> = bench.demo.history().iter().map(|play| play.item).collect();
    bench.full().await;
    let mut added: Vec<_> = bench.demo.history().iter().map(|play| play.item).collect();
    added.retain(|item| !already.contains(item));
    planned.sort_unstable();
    assert_eq!(added, planned);
    let again = prepare(&bench.person, Mode::Full).await.unwrap();
    assert_eq!(again.plan.plays().count(), 0);
}
