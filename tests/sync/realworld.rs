//! What lists and catalogues do in the real world between one run and the next.

use anilist_trakt_sync::demo::world::{
    History, ListEntry, Mapping, Numbers, TraktMovie, TraktShow,
};
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{
    AiringStatus, AnilistId, Format, ListStatus, Reason, Service, TraktMovieId, TraktShowId,
    WatchedAt,
};
use anilist_trakt_sync::sync::Mode;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};

use crate::bench::{Bench, episodes};
use crate::worlds::{
    current, entry, episode, media, one_series, show, three_series, with_film, with_series,
    with_unlisted,
};

fn private(entry: ListEntry) -> World {
    with_series(World::default(), 1, 12, entry.private())
}

#[tokio::test]
async fn what_is_private_waits_unless_a_person_says_otherwise() {
    let mut bench = Bench::start(private(current(1, 4))).await;
    for mode in [Mode::Full, Mode::Watching, Mode::Show(AnilistId(1))] {
        bench.try_run(mode).await.unwrap();
        assert_eq!(bench.history(), [""; 0], "{mode:?}");
    }
    let rows = bench.all_waiting().await;
    assert_eq!((rows.len(), rows[0].reason), (1, Reason::Private));
    bench.restart_with("SYNC_PRIVATE", "1");
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn what_was_private_and_is_shown_to_everybody_is_posted() {
    let bench = Bench::start(private(current(1, 4))).await;
    bench.full().await;
    bench.demo.world(|world, now| {
        let entry = world.list.iter_mut().find(|entry| entry.media == AnilistId(1)).unwrap();
        entry.private = false;
        entry.updated_at = now.as_second();
    });
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_title_that_becomes_private_keeps_what_was_posted_and_gets_no_more() {
    let bench = Bench::start(one_series(4)).await;
    bench.full().await;
    bench.demo.world(|world, now| {
        world.list[0].private = true;
        world.watch(AnilistId(1), 8, now);
    });
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
    assert_eq!(bench.waiting().await, [(1, vec![5, 6, 7, 8])]);
}

#[tokio::test]
async fn a_private_rewatch_is_not_posted() {
    let entry = entry(1, ListStatus::Repeating, 3).private();
    let bench = Bench::with(private(ListEntry { repeat: 2, ..entry }), &[("SYNC_REWATCHES", "1")]);
    let bench = bench.await;
    bench.full().await;
    bench.full().await;
    assert_eq!(bench.history(), [""; 0]);
}

/// One series that airs, of which Trakt lists so many of twelve.
fn airing(listed: u32, progress: u32) -> World {
    let mut world = one_series(progress).with_show(show(1, listed));
    world.media.get_mut(&AnilistId(1)).unwrap().airing.status = Some(AiringStatus::Releasing);
    world
}

#[tokio::test]
async fn a_show_that_airs_is_followed_week_by_week() {
    let bench = Bench::start(airing(3, 3)).await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
    // The person is one ahead of what Trakt lists.
    bench.hours_pass(24 * 7);
    bench.demo.world(|world, _| world.catalogue.add_show(show(1, 7)));
    bench.watch(1, 8);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=7));
    assert_eq!(bench.waiting().await, [(1, vec![8])]);
    bench.hours_pass(24 * 60);
    bench.demo.world(|world, _| world.catalogue.add_show(show(1, 12)));
    bench.complete(1);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=12));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn nothing_is_refused_on_an_old_copy_of_a_show() {
    // Another title of the show was placed long ago, so that there is a copy.
    let second = TraktShow::clone(&show(1, 12));
    let mut world = one_series(12);
    let other = media(2, Some(12));
    let mapping = Mapping::to_season(&other, &second, Some(2), 0);
    world = world.with_media(other, None).with_mapping(mapping);
    let bench = Bench::start(world).await;
    bench.full().await;
    bench.hours_pass(8);
    let two_seasons = show(1, 12).season(2, &[(12, date(2021, 1, 2))]);
    bench.demo.world(|world, now| {
        world.catalogue.add_show(two_seasons);
        world.list.push(current(2, 5).updated(now));
        let media = world.media.get_mut(&AnilistId(2)).unwrap();
        media.start_date = crate::worlds::fuzzy(2021, Some(1), Some(2));
    });
    bench.full().await;
    assert_eq!(bench.waiting().await, []);
    assert_eq!(bench.history(), [episodes(1, 1, 1..=12), episodes(1, 2, 1..=5)].concat());
}

#[tokio::test]
async fn a_show_that_trakt_merged_into_another_is_found_again_and_nothing_is_doubled() {
    for follows in [true, false] {
        let bench = Bench::start(one_series(5)).await;
        bench.full().await;
        bench.hours_pass(24 * 31);
        bench.demo.world(|world, now| {
            let merged = TraktShow::new(101, "Title 1", 2020, Numbers::PerSeason)
                .ids(10, 100, "tt0000001")
                .season(1, &[(12, date(2020, 1, 4))]);
            world.catalogue.remove_show(TraktShowId(1));
            world.catalogue.add_show(merged);
            world.history = History::default();
            if follows {
                for number in 1..=5 {
                    world.history.add(episode(101, 1, number), WatchedAt::Unknown, now);
                }
            }
            world.watch(AnilistId(1), 7, now);
        });
        bench.full().await;
        bench.full().await;
        let there = bench.history();
        let own = |numbers: std::ops::RangeInclusive<u32>| episodes(101, 1, numbers);
        if follows {
            assert_eq!(there, own(1..=7));
            assert_eq!(bench.waiting().await, []);
        } else {
            // What was posted before is nowhere: a person decides whether it is posted again.
            assert_eq!(there, own(6..=7));
            assert_eq!(bench.waiting().await, [(1, vec![1, 2, 3, 4, 5])]);
        }
    }
}

#[tokio::test]
async fn one_answer_without_its_content_leaves_only_its_own_titles_for_later() {
    let bench = Bench::start(three_series()).await;
    let empty = r#"[{"number":1,"ids":{"trakt":2},"episode_count":12,"episodes":[]}]"#;
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let odd = Action::Status { status: 200, headers, body: empty.to_owned() };
    bench.demo.fail(Fault::new(Service::TRAKT, odd).path("/shows/2/seasons").times(u32::MAX));
    let report = bench.full().await;
    assert_eq!(report.state, "partial");
    assert_eq!(bench.history().len(), 8);
    assert_eq!(bench.waiting().await, [], "that it cannot be placed is not known");
    bench.demo.heal();
    let report = bench.full().await;
    assert_eq!((report.state, bench.history().len()), ("complete", 12));
}

#[tokio::test]
async fn an_answer_without_its_content_replaces_no_good_copy() {
    let bench = Bench::start(one_series(5)).await;
    bench.full().await;
    bench.hours_pass(25);
    let empty = r#"[{"number":1,"ids":{"trakt":2},"episode_count":12,"episodes":[]}]"#;
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let odd = Action::Status { status: 200, headers, body: empty.to_owned() };
    bench.demo.fail(Fault::new(Service::TRAKT, odd).path("/seasons").times(u32::MAX));
    bench.watch(1, 7);
    bench.full().await;
    bench.demo.heal();
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=7));
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_film_in_four_parts_is_one_play_once_all_was_seen() {
    let mut media = media(1, Some(4));
    media.format = Some(Format::Movie);
    let film = TraktMovie::new(1, "Title 1", date(2020, 1, 4)).ids(10, "tt0000001");
    let mapping = Mapping::to_movie(&media, &film).range("tmdb_movie:10", "1-4", "1|-4");
    let world = World::default()
        .with_media(media, Some(current(1, 3)))
        .with_mapping(mapping)
        .with_movie(film);
    let bench = Bench::start(world).await;
    bench.full().await;
    assert_eq!((bench.history(), bench.waiting().await), (vec![], vec![]));
    bench.watch(1, 4);
    bench.full().await;
    bench.full().await;
    assert_eq!(bench.history(), ["film 1"]);
    assert_eq!(bench.last_abs(1).await, Some(4));
}

#[tokio::test]
async fn a_film_of_another_year_is_not_posted() {
    let mut world = with_film(World::default(), 1, entry(1, ListStatus::Completed, 1));
    world.media.get_mut(&AnilistId(1)).unwrap().start_date.year = Some(2016);
    let bench = Bench::start(world).await;
    bench.full().await;
    assert_eq!(bench.history(), [""; 0]);
    assert_eq!(bench.all_waiting().await[0].reason, Reason::Conflict);
}

#[tokio::test]
async fn a_film_that_nobody_names_is_found_by_its_title_and_year_if_there_is_one() {
    for (others, expected) in [(0, 1), (1, 0)] {
        let mut film = media(1, Some(1));
        film.format = Some(Format::Movie);
        // The files name something else.
        let mut world = with_series(World::default(), 2, 12, None)
            .with_media(film, Some(entry(1, ListStatus::Completed, 1)))
            .with_movie(TraktMovie::new(7, "Title 1", date(2020, 1, 4)).ids(70, "tt0000007"))
            .with_movie(TraktMovie::new(8, "Title 1", date(1999, 1, 4)).ids(80, "tt0000008"));
        if others > 0 {
            let twin = TraktMovie::new(9, "Title 1", date(2020, 6, 4)).ids(90, "tt0000009");
            world = world.with_movie(twin);
        }
        let bench = Bench::start(world).await;
        bench.full().await;
        assert_eq!(bench.history().len(), expected, "{others} others of that year");
        if expected == 1 {
            assert_eq!(bench.history(), ["film 7"]);
        }
    }
}

#[tokio::test]
async fn why_a_title_waits_is_not_forgotten_by_the_next_run() {
    // Trakt is found by a look-up, which is not made again within a day.
    let short = show(1, 3);
    let mut world = with_unlisted(World::default(), 1, entry(1, ListStatus::Completed, 12));
    world = world.with_show(short);
    world.media.get_mut(&AnilistId(1)).unwrap().airing.status = Some(AiringStatus::Finished);
    let bench = Bench::start(world).await;
    bench.try_run(Mode::Completed).await.unwrap();
    let first = bench.all_waiting().await;
    assert_eq!(first[0].reason, Reason::EpisodesMissing);
    bench.hours_pass(1);
    bench.try_run(Mode::Completed).await.unwrap();
    let again = bench.all_waiting().await;
    assert_eq!((again[0].reason, &again[0].detail), (first[0].reason, &first[0].detail));
}

#[tokio::test]
async fn a_film_is_looked_at_once() {
    let bench = Bench::start(with_film(World::default(), 1, entry(1, ListStatus::Completed, 1)));
    let bench = bench.await;
    bench.full().await;
    assert_eq!(bench.trakt_requests("GET /movies/{id}"), 1);
    bench.try_run(Mode::Completed).await.unwrap();
    assert_eq!(bench.trakt_requests("GET /movies/{id}"), 1);
    assert_eq!(bench.history(), ["film 1"]);
    assert!(bench.demo.world(|world, _| world.catalogue.movie(TraktMovieId(1)).is_some()));
}

#[tokio::test]
async fn a_film_that_could_not_be_looked_at_is_left_for_the_next_run() {
    let bench = Bench::start(with_film(World::default(), 1, entry(1, ListStatus::Completed, 1)));
    let bench = bench.await;
    let busy = Action::Status { status: 500, headers: Vec::new(), body: String::new() };
    bench.demo.fail(Fault::new(Service::TRAKT, busy).path("/movies/").times(u32::MAX));
    assert_eq!(bench.full().await.state, "partial");
    assert_eq!((bench.history(), bench.waiting().await), (vec![], vec![]));
    bench.demo.heal();
    bench.hours_pass(1);
    bench.full().await;
    assert_eq!(bench.history(), ["film 1"]);
}

/// A series of twelve that was off the air for a week, where Trakt has a recap, as its seventh.
fn with_recap() -> World {
    let mut world = with_series(World::default(), 1, 12, entry(1, ListStatus::Completed, 12))
        .with_show(show(1, 13));
    world.mappings[0].anibridge.clear();
    let media = world.media.get_mut(&AnilistId(1)).unwrap();
    media.airing.status = Some(AiringStatus::Finished);
    media.airing.end_date = crate::worlds::fuzzy(2020, Some(3), Some(28));
    world
}

fn schedule(days: impl Iterator<Item = i8>) -> Vec<Timestamp> {
    let first: Timestamp = "2020-01-04T15:00:00Z".parse().unwrap();
    days.map(|week| first + SignedDuration::from_hours(i64::from(week) * 7 * 24)).collect()
}

#[tokio::test]
async fn the_days_of_all_episodes_settle_what_the_first_and_the_last_do_not() {
    let bench = Bench::start(with_recap()).await;
    bench.full().await;
    assert_eq!(bench.history(), [""; 0]);
    let days = schedule((0..6).chain(7..13));
    let bench = Bench::start(with_recap().with_schedule(AnilistId(1), &days)).await;
    bench.full().await;
    assert_eq!(bench.history(), [episodes(1, 1, 1..=6), episodes(1, 1, 8..=13)].concat());
    assert_eq!(bench.waiting().await, []);
    let asked = |route: &str| bench.demo.stats().count_route(Service::ANILIST, route);
    assert_eq!(asked("Schedules"), 1);
    bench.full().await;
    assert_eq!((bench.history().len(), asked("Schedules")), (12, 1));
}

/// A series that no dataset knows, on Trakt under that title from this day on.
fn nameless(title: &str, began: Date) -> World {
    let show = TraktShow::new(1, title, 2020, Numbers::PerSeason)
        .ids(10, 100, "tt0000001")
        .season(1, &[(12, began)]);
    let world = with_series(World::default(), 9, 12, None);
    world.with_media(media(1, Some(12)), Some(current(1, 3))).with_show(show)
}

#[tokio::test]
async fn a_series_that_nobody_names_is_found_by_its_title_where_the_days_agree() {
    let bench = Bench::start(nameless("Title 1", date(2020, 1, 4))).await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
    // It is decided: the next run does not search again.
    bench.watch(1, 5);
    bench.requests();
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=5));
    assert!(!bench.requests().iter().any(|route| route.contains("/search/")));
}

#[tokio::test]
async fn a_series_that_is_only_called_alike_waits() {
    let other_day = nameless("Title 1", date(2020, 3, 7));
    let other_title = nameless("Title 1 and the Others", date(2020, 1, 4));
    let twin = TraktShow::new(2, "Title 1", 2020, Numbers::PerSeason)
        .ids(20, 200, "tt0000002")
        .season(1, &[(10, date(2020, 1, 4))]);
    let two = nameless("Title 1", date(2020, 1, 4)).with_show(twin);
    for world in [other_day, other_title, two] {
        let bench = Bench::start(world).await;
        bench.full().await;
        assert_eq!(bench.history(), [""; 0]);
        assert_eq!(bench.all_waiting().await[0].reason, Reason::NoCandidate);
    }
}
