//! How far each title is synced, as the API tells it.

use anilist_trakt_sync::domain::{AnilistId, ListStatus};
use anilist_trakt_sync::store::Write;
use anilist_trakt_sync::sync::Mode;

use crate::bench::Bench;
use crate::worlds::{entry, one_series, with_film, with_unknown};

#[tokio::test]
async fn the_last_settled_episode_is_kept_for_each_title() {
    let world = with_film(one_series(3), 9, entry(9, ListStatus::Completed, 1));
    let waiting = entry(2, ListStatus::Current, 5);
    let bench = Bench::start(with_unknown(world, 2, 12, waiting)).await;
    assert_eq!(bench.last_abs(1).await, None);
    bench.full().await;
    assert_eq!(bench.last_abs(1).await, Some(3));
    assert_eq!(bench.last_abs(9).await, Some(1));
    assert_eq!(bench.last_abs(2).await, None, "it waits as a whole");
    bench.complete(1);
    bench.full().await;
    assert_eq!(bench.last_abs(1).await, Some(12));
}

#[tokio::test]
async fn progress_is_newest_first_and_dated_by_its_run() {
    let bench = Bench::start(crate::worlds::three_series()).await;
    bench.full().await;
    bench.watch(2, 5);
    bench.full().await;
    let rows = bench.person.store.latest_settled(10).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.anilist_id.0, row.last_abs)).collect();
    assert_eq!(told, [(2, 5), (1, 4), (3, 4)]);
    assert_eq!(rows[0].updated_at, bench.now());
}

#[tokio::test]
async fn a_title_that_is_synced_afresh_doubles_nothing() {
    for mode in [Mode::Watching, Mode::Show(AnilistId(1)), Mode::Full] {
        let bench = Bench::start(one_series(3)).await;
        bench.full().await;
        let before = bench.demo.history();
        bench.write(Write::RemoveSettled(AnilistId(1))).await;
        bench.try_run(mode).await.unwrap();
        assert_eq!(bench.demo.history(), before, "{mode:?}");
        assert_eq!(bench.last_abs(1).await, Some(3), "{mode:?}");
    }
}

#[tokio::test]
async fn a_title_that_is_synced_afresh_gets_back_what_was_removed_on_trakt() {
    let bench = Bench::start(one_series(3)).await;
    bench.full().await;
    bench.hours_pass(1);
    let gone = crate::worlds::episode(1, 1, 2);
    bench.demo.world(|world, now| world.history.remove_item(gone, now));
    bench.write(Write::RemoveSettled(AnilistId(1))).await;
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(bench.history(), crate::bench::episodes(1, 1, 1..=3));
}
