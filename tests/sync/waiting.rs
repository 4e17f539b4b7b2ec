//! Titles that wait for a decision: why, at what cost, and that none is ever lost.

use anilist_trakt_sync::demo::world::{Numbers, TraktShow};
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{
    AiringStatus, AnilistId, ListStatus, Mapping, MappingKind, MediaType, Reason, Service, Show,
    TraktMovieId, Waiting,
};
use anilist_trakt_sync::store::Write;
use jiff::SignedDuration;
use jiff::civil::date;

use crate::bench::{Bench, episodes};
use crate::worlds::{
    entry, media, one_series, show, with_film, with_series, with_unknown, with_unlisted, yesterday,
};

/// A person says that title and show of this number belong together.
pub(crate) fn by_hand(id: u32) -> Write {
    as_show(id, id)
}

/// A person says that the title belongs to the show.
pub(crate) fn as_show(id: u32, show: u32) -> Write {
    Write::Mapping(Mapping {
        anilist_id: AnilistId(id),
        trakt_id: u64::from(show),
        tmdb_id: None,
        imdb_id: None,
        tvdb_id: None,
        kind: MappingKind::Manual,
        media_type: Some(MediaType::Show),
        season: Some(1),
        offset: None,
        source: "manual".into(),
        title: None,
        cover: None,
        updated_at: crate::bench::start_of_test(),
    })
}

/// One series that is placed, and one (number 2, five watched, changed earlier) that no dataset
/// knows.
async fn with_one_waiting(settings: &[(&str, &str)]) -> Bench {
    let earlier = yesterday() - SignedDuration::from_hours(1);
    let unknown = entry(2, ListStatus::Current, 5).updated(earlier);
    let bench = Bench::with(with_unknown(one_series(1), 2, 12, unknown), settings).await;
    let report = bench.full().await;
    assert_eq!((report.state, &report.counts["skippedUnmapped"]), ("complete", &5.into()));
    bench
}

async fn set_ignored(bench: &Bench, ignored: bool) {
    let row = bench.all_waiting().await.remove(0);
    bench.write(Write::Waiting(Waiting { ignored, ..row })).await;
}

#[tokio::test]
async fn a_title_that_nothing_names_waits_and_costs_no_requests() {
    let bench = with_one_waiting(&[]).await;
    let row = bench.all_waiting().await.remove(0);
    assert_eq!((row.reason, row.episodes.len()), (Reason::NoCandidate, 0));
    bench.requests();
    let report = bench.full().await;
    assert_eq!((&report.counts["skippedUnmapped"], report.state), (&0.into(), "complete"));
    assert_eq!(bench.requests(), ["ChangedEntries"]);
    assert_eq!(bench.all_waiting().await, [row]);
}

#[tokio::test]
async fn look_ups_in_vain_rest_for_a_day() {
    let waiting = entry(2, ListStatus::Current, 5);
    let bench = Bench::start(with_unlisted(one_series(1), 2, waiting)).await;
    bench.full().await;
    assert_eq!(bench.all_waiting().await[0].reason, Reason::NotOnTrakt);
    bench.requests();
    bench.hours_pass(23);
    bench.full().await;
    assert_eq!(bench.requests(), ["ChangedEntries"]);
    bench.hours_pass(1);
    bench.full().await;
    let asked = bench.requests();
    let count = asked.iter().filter(|route| *route == "GET /search/{id_type}/{id}").count();
    assert_eq!(count, 1, "{asked:?}");
    bench.hours_pass(1);
    bench.full().await;
    assert_eq!(bench.requests(), ["ChangedEntries"]);
}

#[tokio::test]
async fn a_title_is_placed_once_a_dataset_knows_it() {
    let bench = with_one_waiting(&[]).await;
    bench.demo.world(|world, _| {
        let mapping = anilist_trakt_sync::demo::world::Mapping::to_season(
            &media(2, Some(12)),
            &show(2, 12),
            Some(1),
            0,
        );
        world.mappings.push(mapping);
    });
    bench.demo.publish_datasets().await.unwrap();
    bench.hours_pass(1);
    bench.person.services.datasets.fribbs.refresh().await.unwrap();
    assert_eq!(bench.full().await.counts["synced"], 5);
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_mapping_by_hand_posts_what_waited() {
    let bench = with_one_waiting(&[]).await;
    bench.write(by_hand(2)).await;
    assert_eq!(bench.full().await.counts["synced"], 5);
    let mut expected = episodes(1, 1, [1]);
    expected.extend(episodes(2, 1, 1..=5));
    assert_eq!(bench.history(), expected);
    assert_eq!(bench.waiting().await, []);
    assert_eq!(bench.full().await.counts["found"], 0);
}

#[tokio::test]
async fn a_title_leaves_the_queue_only_when_all_of_it_is_settled() {
    let busy = |after| {
        let headers = vec![("retry-after".to_owned(), "3600".to_owned())];
        let action = Action::Status { status: 429, headers, body: String::new() };
        Fault::new(Service::TRAKT, action).method("POST").path("/sync/history").after(after)
    };
    // The run is interrupted before the first of three batches, or between two.
    for after in 0..3 {
        let bench = with_one_waiting(&[("TRAKT_BATCH_SIZE", "2")]).await;
        bench.write(by_hand(2)).await;
        bench.demo.fail(busy(after));
        assert_eq!(bench.full().await.state, "partial");
        bench.hours_pass(2);
        bench.full().await;
        let mut expected = episodes(1, 1, [1]);
        expected.extend(episodes(2, 1, 1..=5));
        assert_eq!(bench.history(), expected, "after {after} batches");
        assert_eq!(bench.waiting().await, []);
    }
}

#[tokio::test]
async fn what_waited_survives_the_bound_on_plays() {
    let mut bench = with_one_waiting(&[]).await;
    bench.write(by_hand(2)).await;
    bench.restart_with("MAX_PLAYS_PER_RUN", "2");
    let states = [bench.full().await.state, bench.full().await.state, bench.full().await.state];
    assert_eq!(states, ["partial", "partial", "complete"]);
    assert_eq!(bench.history()[1..], episodes(2, 1, 1..=5));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn an_ignored_title_is_left_alone_until_it_is_wanted_again() {
    let bench = with_one_waiting(&[]).await;
    set_ignored(&bench, true).await;
    bench.write(by_hand(2)).await;
    // It goes on being watched meanwhile.
    bench.watch(2, 8);
    assert_eq!(bench.full().await.counts["found"], 0);
    assert_eq!(bench.history(), episodes(1, 1, [1]));
    bench.watch(1, 2);
    bench.full().await;

    set_ignored(&bench, false).await;
    assert_eq!(bench.full().await.counts["synced"], 8);
    assert_eq!(bench.history()[2..], episodes(2, 1, 1..=8));
}

#[tokio::test]
async fn a_title_that_was_unmarked_is_not_posted_from_the_queue() {
    let bench = with_one_waiting(&[]).await;
    bench.watch(2, 0);
    bench.full().await;
    bench.write(by_hand(2)).await;
    assert_eq!(bench.full().await.counts["found"], 0);
    assert_eq!(bench.history(), episodes(1, 1, [1]));
    bench.watch(2, 2);
    assert_eq!(bench.full().await.counts["synced"], 2);
}

/// A series of twelve of which Trakt lists so many.
fn listed(episodes: u32) -> TraktShow {
    show(1, episodes)
}

#[tokio::test]
async fn episodes_that_trakt_does_not_list_yet_wait_and_follow() {
    let mut world = one_series(12).with_show(listed(10));
    world.media.get_mut(&AnilistId(1)).unwrap().airing.status = Some(AiringStatus::Releasing);
    let bench = Bench::start(world).await;
    bench.full().await;
    // It airs, so that what is listed is right, and the rest is yet to come.
    assert_eq!(bench.all_waiting().await[0].reason, Reason::EpisodesMissing);
    assert_eq!(bench.history(), episodes(1, 1, 1..=10));
    assert_eq!(bench.waiting().await, [(1, vec![11, 12])]);
    bench.demo.world(|world, _| world.catalogue.add_show(listed(12)));
    bench.hours_pass(7);
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!(bench.history(), episodes(1, 1, 1..=12));
    assert_eq!(bench.waiting().await, []);
}

/// One series with all its episodes synced but the third and the last, which Trakt refused.
pub(crate) async fn with_two_refused() -> Bench {
    let world = with_series(World::default(), 1, 12, entry(1, ListStatus::Current, 0));
    let bench = Bench::start(world).await;
    anilist_trakt_sync::sync::single::locate(&bench.person, AnilistId(1)).await.unwrap();
    // Trakt drops two of the episodes that it listed a moment ago.
    bench.demo.world(|world, _| {
        let mut without = listed(12);
        let gone = |number| number == 3 || number == 8;
        let left = without.episodes.episodes().iter().filter(|one| !gone(one.slot.number));
        without.episodes = Show::new(without.id, left.cloned().collect());
        world.catalogue.add_show(without);
    });
    bench.watch(1, 8);
    let report = bench.full().await;
    assert_eq!((report.state, &report.counts["skippedUnmapped"]), ("complete", &2.into()));
    bench
}

#[tokio::test]
async fn what_trakt_refuses_waits_while_the_rest_is_settled() {
    let bench = with_two_refused().await;
    let row = bench.all_waiting().await.remove(0);
    assert_eq!((row.reason, row.episodes), (Reason::RefusedByTrakt, vec![3, 8]));
    assert_eq!(bench.history(), episodes(1, 1, [1, 2, 4, 5, 6, 7]));
    assert_eq!(bench.last_abs(1).await, Some(8));
    assert_eq!(bench.window().await, Some(bench.now().as_second()));
}

#[tokio::test]
async fn what_trakt_refused_is_tried_again_by_every_run() {
    let bench = with_two_refused().await;
    bench.full().await;
    assert_eq!(bench.waiting().await, [(1, vec![3, 8])]);
    bench.demo.world(|world, _| world.catalogue.add_show(listed(12)));
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!(bench.history(), episodes(1, 1, 1..=8));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_refused_episode_is_not_lost_when_the_next_try_is_cut_short() {
    let bench = with_two_refused().await;
    bench.demo.world(|world, _| world.catalogue.add_show(listed(12)));
    let busy = Action::Status {
        status: 429,
        headers: vec![("retry-after".into(), "60".into())],
        body: String::new(),
    };
    bench.demo.fail(Fault::new(Service::TRAKT, busy).method("POST"));
    assert_eq!(bench.full().await.state, "partial");
    bench.hours_pass(1);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=8));
}

#[tokio::test]
async fn a_refused_episode_is_not_lost_when_progress_is_lowered_for_a_while() {
    let bench = with_two_refused().await;
    bench.watch(1, 2);
    bench.full().await;
    bench.demo.world(|world, _| world.catalogue.add_show(listed(12)));
    assert_eq!(bench.full().await.counts["found"], 0);
    bench.watch(1, 9);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=9));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn an_episode_that_trakt_lists_under_a_new_id_is_posted_once_the_show_is_read_again() {
    let bench = with_two_refused().await;
    bench.demo.world(|world, _| {
        // A season in front moves the ids on; then that season goes away.
        let mut anew = TraktShow::new(1, "Title 1", 2020, Numbers::PerSeason)
            .undated_season(0, 20)
            .season(1, &[(12, date(2020, 1, 4))]);
        anew.episodes = Show::new(anew.id, anew.episodes.season(1).to_vec());
        world.catalogue.add_show(anew);
    });
    bench.hours_pass(7);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=8));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_film_that_trakt_does_not_have_any_more_is_not_posted() {
    let bench =
        Bench::start(with_film(World::default(), 1, entry(1, ListStatus::Completed, 1))).await;
    bench.demo.world(|world, _| world.catalogue.remove_movie(TraktMovieId(1)));
    for _ in 0..5 {
        bench.full().await;
        bench.hours_pass(25);
    }
    assert_eq!(bench.trakt_requests("POST /sync/history"), 0);
    assert_eq!(bench.all_waiting().await[0].reason, Reason::NotOnTrakt);
}
