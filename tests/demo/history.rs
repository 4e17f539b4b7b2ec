use std::time::Duration;

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::{Numbers, TraktShow};
use anilist_trakt_sync::domain::{Item, Slot, TraktShowId, WatchedAt};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::client::{Bench, episode, film, now, small, start, status};

const FIRST: &str = "2024-02-11T21:03:00.000Z";

/// Episode 1 of season 1 by its Trakt id; two specials stand before it.
fn flat(watched_at: &str) -> Value {
    json!({"episodes": [{"ids": {"trakt": 70_003}, "watched_at": watched_at}]})
}

async fn plays(bench: &Bench, path: &str) -> usize {
    bench.read(path).await.as_array().unwrap().len()
}

#[tokio::test]
async fn a_posted_play_is_in_the_history_to_the_minute() {
    let bench = start(small()).await;
    let answer = bench.post("/sync/history", &flat("2024-02-11T21:03:59.000Z"));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["added"], json!({"movies": 0, "episodes": 1}));
    let history = bench.read("/sync/history/episodes/70003").await;
    assert_eq!(history[0]["watched_at"], FIRST);
    assert_eq!(history[0]["episode"]["season"], 1);
    assert!(history[0]["id"].as_u64().unwrap() > u64::from(u32::MAX));
    assert_eq!(bench.demo.history()[0].item, episode(1, 1));
}

#[tokio::test]
async fn the_same_play_twice_is_two_plays() {
    let bench = start(small()).await;
    bench.add(flat(FIRST)).await;
    bench.add(flat(FIRST)).await;
    let stats = bench.demo.stats();
    assert_eq!((stats.history_posts, stats.plays_added), (2, 2));
    assert_eq!((stats.duplicate_plays, stats.repeat_plays), (1, 1));
    assert_eq!(bench.demo.history().len(), 2);
    assert_eq!(stats.writes.len(), 2);
}

#[tokio::test]
async fn unknown_is_1970_released_is_the_air_date_and_nothing_is_now() {
    let bench = start(small()).await;
    bench.add(flat("unknown")).await;
    bench.add(flat("released")).await;
    bench.add(json!({"movies": [{"ids": {"imdb": "tt0000070"}}]})).await;
    let times: Vec<_> =
        bench.demo.history().iter().map(|play| play.watched_at.to_string()).collect();
    assert_eq!(times, ["2026-11-21T12:00:00Z", "1970-01-01T00:00:00Z", "2020-01-04T15:00:00Z"]);
}

#[tokio::test]
async fn what_trakt_does_not_know_comes_back() {
    let bench = start(small()).await;
    let answer = bench
        .add(json!({
            "movies": [{"ids": {"trakt": 8}, "watched_at": FIRST}],
            "episodes": [{"ids": {"trakt": 1}, "watched_at": FIRST}],
            "shows": [{"ids": {"trakt": 7}, "seasons": [
                {"number": 1, "episodes": [{"number": 12}, {"number": 13}]},
                {"number": 5, "episodes": [{"number": 1}]},
            ]}],
        }))
        .await;
    assert_eq!(answer["added"], json!({"movies": 0, "episodes": 1}));
    let missing = &answer["not_found"];
    assert_eq!(missing["movies"][0]["ids"], json!({"trakt": 8}));
    let nested = json!({"ids": {"trakt": 7}, "seasons": [
        {"number": 1, "episodes": [{"number": 13}]},
        {"number": 5, "episodes": [{"number": 1}]},
    ]});
    assert_eq!(missing["episodes"][0], nested);
    assert_eq!(missing["episodes"][1]["ids"], json!({"trakt": 1}));
    let stats = bench.demo.stats();
    assert_eq!((stats.not_found, stats.largest_post), (4, 5));
}

#[tokio::test]
async fn a_show_without_seasons_adds_all_of_it_but_the_specials() {
    let bench = start(small()).await;
    let answer = bench.add(json!({"shows": [{"ids": {"tmdb": 70}, "seasons": []}]})).await;
    assert_eq!(answer["added"]["episodes"], 24);
    assert_eq!(bench.demo.stats().whole_show_adds, 1);
    bench.add(json!({"shows": [{"ids": {"trakt": 7}, "seasons": [{"number": 2}]}]})).await;
    assert_eq!(bench.demo.stats().whole_season_adds, 1);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_and_counted() {
    let bench = start(small()).await;
    assert_eq!(status(bench.post("/sync/history", &flat("yesterday"))).await, 422);
    assert_eq!(status(bench.post("/sync/history", &json!({"episodes": {}}))).await, 422);
    let broken = bench.post("/sync/history", &json!({})).body("{");
    assert_eq!(status(broken).await, 400);
    bench.add(flat("2024-02-11T21:03:00+00:00")).await;
    let violations = bench.demo.stats().body_violations;
    assert_eq!(violations.len(), 4, "{violations:?}");
    assert_eq!(bench.demo.history().len(), 1);
}

#[tokio::test]
async fn removing_by_id_removes_exactly_that_play() {
    let bench = start(small()).await;
    bench.add(flat(FIRST)).await;
    bench.add(flat(FIRST)).await;
    let id = bench.demo.history()[0].id;
    let body = json!({"ids": [id, 1]});
    let answer = bench.post("/sync/history/remove", &body).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["deleted"], json!({"movies": 0, "episodes": 1}));
    assert_eq!(answer["not_found"]["ids"], json!([1]));
    let left: Vec<_> = bench.demo.history().iter().map(|play| play.id).collect();
    assert!(left.len() == 1 && left[0] != id);
}

#[tokio::test]
async fn removing_an_item_removes_every_play_of_it() {
    let bench = start(small()).await;
    bench.demo.world(|world, at| {
        world.scrobble(film(), WatchedAt::at(at), at);
        world.scrobble(film(), WatchedAt::Unknown, at);
        world.scrobble(episode(1, 1), WatchedAt::Unknown, at);
    });
    let body = json!({"movies": [{"ids": {"trakt": 7}}]});
    let answer = bench.post("/sync/history/remove", &body).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["deleted"]["movies"], 2);
    assert_eq!(bench.demo.history().len(), 1);
}

#[tokio::test]
async fn history_is_narrowed_by_type_item_and_time() {
    let bench = start(small()).await;
    bench.demo.world(|world, at| {
        world.scrobble(film(), WatchedAt::at(at), at);
        world.scrobble(episode(1, 1), WatchedAt::Unknown, at);
        world.scrobble(episode(2, 1), WatchedAt::at(at), at);
    });
    let minute = WatchedAt::at(now()).to_string();
    for (path, expected) in [
        ("/sync/history".to_owned(), 3),
        ("/sync/history/movies".to_owned(), 1),
        ("/sync/history/shows/7".to_owned(), 2),
        ("/sync/history/seasons/7002".to_owned(), 1),
        ("/sync/history/shows/8".to_owned(), 0),
        (format!("/sync/history?start_at={minute}&end_at={minute}"), 2),
        ("/sync/history?end_at=1970-01-01T00:00:00.000Z".to_owned(), 1),
    ] {
        assert_eq!(plays(&bench, &path).await, expected, "{path}");
    }
}

/// A world with one play of each of so many shows.
fn watched_shows(count: u64) -> World {
    let shows = (1..=count).map(|id| {
        TraktShow::new(id, &format!("Show {id}"), 2020, Numbers::PerSeason)
            .season(1, &[(1, date(2020, 1, 1))])
    });
    let mut world = shows.fold(World::default(), World::with_show);
    for id in 1..=count {
        let slot = Slot { season: 1, number: 1 };
        world.scrobble(Item::Episode { show: TraktShowId(id), slot }, WatchedAt::Unknown, now());
    }
    world
}

#[tokio::test]
async fn pages_are_100_by_default_and_250_at_most() {
    let bench = start(watched_shows(260)).await;
    for (query, rows, limit, pages) in [
        ("", 100, "100", "3"),
        ("?limit=1000", 250, "250", "2"),
        ("?limit=1000&page=2", 10, "250", "2"),
        ("?page=9", 0, "100", "3"),
    ] {
        let answer = bench.get(&format!("/sync/history{query}")).send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-pagination-limit"), limit, "{query}");
        assert_eq!(header("x-pagination-page-count"), pages, "{query}");
        assert_eq!(header("x-pagination-item-count"), "260", "{query}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body.as_array().unwrap().len(), rows, "{query}");
    }
}

#[tokio::test]
async fn watched_shows_have_seasons_only_when_progress_is_asked_for() {
    let bench = start(watched_shows(120)).await;
    let plain = bench.read("/sync/watched/shows?limit=250").await;
    assert_eq!(plain.as_array().unwrap().len(), 120);
    assert_eq!(plain[0].get("seasons"), None);
    let progress = bench.read("/sync/watched/shows?extended=progress&limit=250").await;
    assert_eq!(progress.as_array().unwrap().len(), 100);
    let season = &progress[0]["seasons"][0];
    assert_eq!((&season["number"], &season["episodes"][0]["plays"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn watched_films_are_counted_once_with_their_plays() {
    let bench = start(small()).await;
    bench.add(json!({"movies": [{"ids": {"trakt": 7}, "watched_at": FIRST}]})).await;
    bench.add(json!({"movies": [{"ids": {"trakt": 7}, "watched_at": "unknown"}]})).await;
    let films = bench.read("/sync/watched/movies").await;
    assert_eq!(films.as_array().unwrap().len(), 1);
    assert_eq!((&films[0]["plays"], &films[0]["last_watched_at"]), (&json!(2), &json!(FIRST)));
}

#[tokio::test]
async fn last_activities_move_when_plays_come_and_go() {
    let bench = start(small()).await;
    let read = || async {
        let all = bench.read("/sync/last_activities").await;
        (all["episodes"]["watched_at"].clone(), all["movies"]["watched_at"].clone())
    };
    let (_, untouched) = read().await;
    bench.add(flat(FIRST)).await;
    let (added, films) = read().await;
    assert_eq!((&added, &films), (&json!("2026-11-21T12:00:30.000Z"), &untouched));
    bench.clock.advance(Duration::from_mins(1));
    let body = json!({"ids": [bench.demo.history()[0].id]});
    assert_eq!(status(bench.post("/sync/history/remove", &body)).await, 200);
    assert_eq!(read().await.0, json!("2026-11-21T12:01:30.000Z"));
}
