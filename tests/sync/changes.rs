//! What Trakt or the datasets change after something was posted.

use anilist_trakt_sync::demo::world::{Mapping, Numbers, TraktShow};
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{
    AnilistId, Episode, PlacementRow, Reason, Service, Show, Slot, TraktShowId,
};
use anilist_trakt_sync::store::Write;
use anilist_trakt_sync::sync::modes::Mode;
use jiff::civil::date;

use crate::bench::{Bench, episodes};
use crate::worlds::{current, media, one_series, show, three_series, with_series};

/// Four of twelve are posted, and Trakt's seasons are not the freshest any more.
async fn four_posted() -> Bench {
    let bench = Bench::start(one_series(4)).await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
    bench.hours_pass(24);
    bench
}

/// The show as it becomes when an older series is put before it: season 1 is another one, and what
/// was season 1 is season 2, with other ids.
fn with_another_season_first() -> TraktShow {
    TraktShow::new(1, "Title 1", 2020, Numbers::PerSeason)
        .ids(10, 100, "tt0000001")
        .season(1, &[(13, date(2018, 4, 7))])
        .season(2, &[(12, date(2020, 1, 4))])
}

async fn place_of(bench: &Bench, title: u32) -> PlacementRow {
    let id = AnilistId(title);
    bench.person.store.placements(&[id]).await.unwrap().remove(&id).unwrap()
}

#[tokio::test]
async fn a_stored_show_that_cannot_be_read_is_asked_for_again_and_no_other_is() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    let before = bench.history().len();
    for key in ["trakt:show:1:episodes", "trakt:show:2:version"] {
        bench.write(Write::Config { key, value: Some("{".to_owned()) }).await;
    }
    for title in 1..=3 {
        bench.watch(title, 6);
    }
    bench.demo.reset_stats();
    for asked in [1, 0] {
        bench.full().await;
        assert_eq!(bench.trakt_requests("GET /shows/{id}/seasons"), asked);
        assert_eq!(bench.history().len(), before + 6);
        bench.demo.reset_stats();
    }
}

#[tokio::test]
async fn a_show_that_cannot_be_read_keeps_its_title_for_the_next_run_and_queues_nothing() {
    let bench = four_posted().await;
    bench.watch(1, 6);
    let forgotten = Write::Config { key: "trakt:show:1:episodes", value: Some("{".to_owned()) };
    bench.write(forgotten).await;
    let down = Action::Status { status: 503, headers: Vec::new(), body: String::new() };
    bench.demo.fail(Fault::new(Service::TRAKT, down).path("seasons").times(u32::MAX));
    assert_eq!(bench.full().await.state, "partial");
    assert_eq!(bench.waiting().await, []);
    bench.demo.heal();
    bench.hours_pass(1);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=6));
}

#[tokio::test]
async fn episodes_that_trakt_only_renumbers_go_on_under_their_new_numbers() {
    let bench = four_posted().await;
    bench.demo.world(|world, _| {
        let mut moved = show(1, 12);
        let second = |episode: &Episode| Episode {
            slot: Slot { season: 2, number: episode.slot.number },
            ..episode.clone()
        };
        moved.episodes =
            Show::new(TraktShowId(1), moved.episodes.episodes().iter().map(second).collect());
        world.catalogue.add_show(moved);
    });
    bench.watch(1, 6);
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!(bench.history(), [episodes(1, 1, 1..=4), episodes(1, 2, 5..=6)].concat());
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn what_was_posted_elsewhere_before_waits_and_is_not_posted_again() {
    let bench = four_posted().await;
    bench.demo.world(|world, _| world.catalogue.add_show(with_another_season_first()));
    bench.watch(1, 6);
    assert_eq!(bench.full().await.counts["synced"], 0);
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
    let rows = bench.all_waiting().await;
    assert_eq!(
        (rows[0].reason, rows[0].episodes.as_slice()),
        (Reason::Moved, &[1, 2, 3, 4, 5, 6][..])
    );
    assert_eq!(rows[0].detail, "episode 1 was posted as S1E1 of show 1 and is S2E1 of show 1 now");
    bench.hours_pass(24);
    let again = bench.full().await;
    assert_eq!(again.counts["skippedUnmapped"], 0, "it does not come up anew");
    assert_eq!(bench.all_waiting().await[0].episodes, rows[0].episodes);
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
}

#[tokio::test]
async fn new_episodes_go_on_in_a_new_place_that_is_beyond_doubt() {
    let bench = four_posted().await;
    bench.demo.world(|world, _| {
        let show = with_another_season_first();
        world.mappings = vec![Mapping::to_season(&media(1, Some(12)), &show, Some(2), 0).range(
            "tmdb_show:10:s2",
            "1-12",
            "1-12",
        )];
        world.catalogue.add_show(show);
    });
    bench.refresh_datasets().await;
    bench.watch(1, 6);
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!(bench.history(), [episodes(1, 1, 1..=4), episodes(1, 2, 5..=6)].concat());
    assert_eq!(bench.waiting().await, [(1, vec![1, 2, 3, 4])]);
}

#[tokio::test]
async fn a_title_that_is_started_afresh_is_posted_in_its_new_place() {
    let bench = four_posted().await;
    bench.demo.world(|world, _| world.catalogue.add_show(with_another_season_first()));
    bench.watch(1, 6);
    bench.full().await;
    bench.write(Write::RemoveSettled(AnilistId(1))).await;
    bench.write(Write::RemovePlacement(AnilistId(1))).await;
    bench.full().await;
    assert_eq!(bench.history(), [episodes(1, 1, 1..=4), episodes(1, 2, 1..=6)].concat());
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_play_that_trakt_moved_along_waits_for_nobody() {
    let bench = four_posted().await;
    bench.demo.world(|world, now| {
        world.catalogue.add_show(with_another_season_first());
        for number in 1..=4 {
            let item = crate::worlds::episode(1, 2, number);
            world.scrobble(item, anilist_trakt_sync::domain::WatchedAt::Unknown, now);
        }
    });
    bench.full().await;
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_show_is_looked_at_again_once_a_day_and_only_when_something_is_to_be_posted() {
    let bench = Bench::start(one_series(4)).await;
    bench.full().await;
    let asked = |bench: &Bench| {
        let route = bench.requests();
        route.iter().filter(|route| route.contains("seasons")).count()
    };
    assert_eq!(asked(&bench), 1);
    bench.watch(1, 5);
    bench.full().await;
    assert_eq!(asked(&bench), 0, "the copy is an hour old");
    bench.hours_pass(24);
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(asked(&bench), 0, "nothing is to be posted");
    bench.watch(1, 6);
    bench.full().await;
    assert_eq!(asked(&bench), 1);
}

#[tokio::test]
async fn a_place_is_decided_again_only_when_what_it_rests_on_changes() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    let mut before = Vec::new();
    for title in 1..=3 {
        before.push(place_of(&bench, title).await);
    }
    bench.hours_pass(1);
    bench.try_run(Mode::Watching).await.unwrap();
    for (title, before) in (1..).zip(&before) {
        assert_eq!(&place_of(&bench, title).await, before);
    }
    bench.demo.world(|world, _| {
        let mapping = Mapping::to_season(&media(2, Some(12)), &show(2, 12), None, 0);
        world.mappings[1] = mapping;
    });
    bench.refresh_datasets().await;
    bench.try_run(Mode::Watching).await.unwrap();
    let placed_at = [1, 2, 3].map(|title| place_of(&bench, title));
    let mut again = Vec::new();
    for (row, before) in placed_at.into_iter().zip(&before) {
        again.push(row.await.placed_at != before.placed_at);
    }
    assert_eq!(again, [false, true, false]);
}

#[tokio::test]
async fn an_entry_that_comes_later_does_not_take_the_episodes_of_another() {
    let bench = four_posted().await;
    bench.demo.world(|world, _| {
        let mut other = media(2, Some(12));
        other.start_date.day = Some(5);
        world.mappings.push(Mapping::to_season(&other, &show(1, 12), Some(1), 0));
        let entry = current(2, 3).updated(bench.now());
        *world = std::mem::take(world).with_media(other, Some(entry));
    });
    bench.refresh_datasets().await;
    bench.full().await;
    let rows = bench.all_waiting().await;
    assert_eq!((rows[0].entry.media.id, rows[0].reason), (AnilistId(2), Reason::Conflict));
    assert!(rows[0].detail.contains("AniList 1"), "{}", rows[0].detail);
    assert_eq!(bench.last_abs(2).await, None);
}

#[tokio::test]
async fn a_work_that_anilist_has_twice_is_watched_once() {
    let bench = Bench::start(one_series(4)).await;
    bench.demo.world(|world, _| {
        let twin = media(2, Some(12));
        world.mappings.push(Mapping::to_season(&twin, &show(1, 12), Some(1), 0));
        *world = std::mem::take(world).with_media(twin, Some(current(2, 3)));
    });
    bench.refresh_datasets().await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
    assert_eq!(bench.waiting().await, []);
    let again = bench.full().await;
    assert_eq!(again.counts["synced"], 0);
}

#[tokio::test]
async fn the_evidence_of_a_place_is_kept() {
    let world = with_series(World::default(), 1, 12, current(1, 4));
    let bench = Bench::start(world).await;
    bench.full().await;
    let evidence = bench.person.store.evidence(AnilistId(1)).await.unwrap();
    let evidence: serde_json::Value = serde_json::from_str(&evidence.unwrap()).unwrap();
    let sources: Vec<_> = evidence["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|candidate| candidate["source"].clone())
        .collect();
    assert_eq!(sources, ["anibridge", "otaku", "fribbs", "breakpoints", "air_dates"]);
    let first = &evidence["candidates"][0];
    let checks: Vec<_> = first["checks"].as_array().unwrap().iter().collect();
    let worth = checks.iter().map(|check| check["worth"].as_i64().unwrap()).sum::<i64>();
    assert_eq!(first["points"], worth);
    assert_eq!(checks[0]["detail"], "named by anibridge, fribbs, otaku");
    assert_eq!(checks[1]["detail"], "Trakt lists all 12");
}
