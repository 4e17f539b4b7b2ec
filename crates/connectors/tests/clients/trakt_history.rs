//! Trakt's history, as a small server that clamps its pages.

use std::sync::Mutex;
use std::time::Duration;

use anilist_trakt_sync_connectors::outbound::{Fault, ProviderError};
use anilist_trakt_sync_connectors::trakt::{Added, HistoryOf, Refused, Removed, TraktClient};
use anilist_trakt_sync_core::domain::{
    AnilistId, HistoryId, Item, Play, Slot, TraktEpisodeId, TraktMovieId, TraktShowId, WatchedAt,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::support::{Call, Server, fault, json};
use super::trakt::{by, trakt};

/// One page of rows as Trakt gives it: fewer rows than asked for, and headers that say so.
fn paged(rows: &[Value], call: &Call) -> Response {
    const CLAMP: usize = 2;
    let page: usize = call.query("page").parse().unwrap();
    let now: Vec<_> = rows.iter().skip((page - 1) * CLAMP).take(CLAMP).collect();
    let mut headers = HeaderMap::new();
    headers.insert("x-pagination-page-count", HeaderValue::from(rows.len().div_ceil(CLAMP)));
    headers.insert("x-pagination-item-count", HeaderValue::from(rows.len()));
    (headers, json(200, json!(now))).into_response()
}

/// Adds plays, when it is their turn.
async fn add(trakt: &TraktClient, plays: &[Play]) -> Result<Added, ProviderError> {
    let turn = trakt.write_turn(&by().person).await?;
    trakt.add_history(&by(), turn, plays).await
}

/// Removes plays, when it is their turn.
async fn remove(trakt: &TraktClient, ids: &[HistoryId]) -> Result<Removed, ProviderError> {
    let turn = trakt.write_turn(&by().person).await?;
    trakt.remove_history(&by(), turn, ids).await
}

fn show(id: u64) -> Value {
    let episodes = json!([{ "number": 1, "plays": 1 }, { "number": id, "plays": 2 }, { "number": 99, "plays": 0 }]);
    json!({ "plays": 3, "show": { "ids": { "trakt": id } }, "seasons": [{ "number": 1, "episodes": episodes }] })
}

fn film(id: u64) -> Value {
    json!({ "plays": 1, "movie": { "ids": { "trakt": id } } })
}

fn item(show: u64, number: u32) -> Item {
    Item::Episode { show: TraktShowId(show), slot: Slot { season: 1, number } }
}

#[tokio::test]
async fn what_was_watched_is_read_to_the_last_page() {
    let (shows, films): (Vec<_>, Vec<_>) =
        ((2..=6).map(show).collect(), (2..=4).map(film).collect());
    let server = Server::start(move |_, call| match call.path.as_str() {
        "/sync/watched/shows" if call.query("extended") == "progress" => paged(&shows, call),
        "/sync/watched/movies" => paged(&films, call),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await;
    let watched = trakt(&server).watched(&by()).await.unwrap();
    assert_eq!((watched.shows.len(), watched.movies.len()), (5, 3));
    for id in 2..=6_u32 {
        assert!(watched.contains(&item(id.into(), 1)) && watched.contains(&item(id.into(), id)));
        assert!(!watched.contains(&item(id.into(), 99)), "an episode without plays is watched");
    }
    assert!(watched.contains(&Item::Movie { movie: TraktMovieId(4) }));
    assert_eq!((server.count("/sync/watched/shows"), server.count("/sync/watched/movies")), (3, 2));
}

#[tokio::test]
async fn a_watched_show_without_seasons_is_an_error() {
    let bare = json!({ "plays": 3, "show": { "ids": { "trakt": 7 } } });
    let server = Server::start(move |_, call| paged(&[show(2), bare.clone()], call)).await;
    let detail = "watched show 7 without its seasons".to_owned();
    let failed = fault(trakt(&server).watched(&by()).await);
    assert_eq!(failed, Fault::UnexpectedBody { detail });
}

#[tokio::test]
async fn a_show_that_moves_past_the_reader_is_not_missed() {
    let order = Mutex::new(vec![2, 3, 4, 5]);
    let server = Server::start(move |number, call| {
        if call.path == "/sync/watched/movies" {
            return paged(&[], call);
        }
        let mut order = order.lock().unwrap();
        if number == 1 {
            // Between the first page and the second, the person watches the last show on.
            order.rotate_right(1);
        }
        let rows: Vec<_> = order.iter().copied().map(show).collect();
        paged(&rows, call)
    })
    .await;
    let watched = trakt(&server).watched(&by()).await.unwrap();
    assert_eq!(watched.shows.len(), 4);
}

#[tokio::test]
async fn without_page_headers_the_end_is_an_empty_page_or_the_same_again() {
    let server = Server::start(|_, call| {
        let rows = match (call.path.as_str(), call.query("page")) {
            ("/sync/watched/shows", "1") => json!([show(2)]),
            ("/sync/watched/shows", "2") => json!([show(3)]),
            ("/sync/watched/shows", _) => json!([]),
            _ => json!([film(2), film(3)]),
        };
        json(200, rows)
    })
    .await;
    let watched = trakt(&server).watched(&by()).await.unwrap();
    assert_eq!((watched.shows.len(), watched.movies.len()), (2, 2));
}

#[tokio::test]
async fn history_is_read_to_the_last_page_and_kept_to_the_moments_asked_for() {
    let row = |id: u64, at: &str| {
        json!({ "id": id, "watched_at": at, "type": "episode", "show": { "ids": { "trakt": 9 } },
                "episode": { "season": 1, "number": 4, "ids": { "trakt": 1004 } } })
    };
    let rows = vec![
        row(u64::MAX - 1, "2026-10-03T10:00:00.000Z"),
        row(12, "2026-10-02T10:00:00.000Z"),
        row(11, "1970-01-01T00:00:00.000Z"),
        json!({ "id": 10, "watched_at": "2026-10-02T09:00:00.000Z", "type": "movie", "movie": { "ids": { "trakt": 5 } } }),
    ];
    let server = Server::start(move |_, call| paged(&rows, call)).await;
    let trakt = trakt(&server);
    let all = trakt.history(&by(), HistoryOf::Everything, None, None).await.unwrap();
    let ids: Vec<_> = all.iter().map(|play| play.id.0).collect();
    assert_eq!(ids, [u64::MAX - 1, 12, 11, 10]);
    assert_eq!((all[0].item, all[0].episode_id), (item(9, 4), Some(TraktEpisodeId(1004))));
    assert_eq!(all[3].item, Item::Movie { movie: TraktMovieId(5) });
    let from = "2026-10-02T09:30:00Z".parse().unwrap();
    let to = "2026-10-03T09:00:00Z".parse().unwrap();
    let of = HistoryOf::Show(TraktShowId(9));
    let some = trakt.history(&by(), of, Some(from), Some(to)).await.unwrap();
    assert_eq!(some.iter().map(|play| play.id.0).collect::<Vec<_>>(), [12]);
    let asked = server.calls().pop().unwrap();
    assert_eq!(asked.path, "/sync/history/shows/9");
    assert_eq!((asked.query("start_at"), asked.query("end_at")), ("2026-10-02", "2026-10-04"));
}

#[tokio::test]
async fn how_long_the_history_is_costs_one_small_request() {
    for (plays, pages) in [(0, 0), (1, 1), (250, 1), (251, 2)] {
        let server = Server::start(move |_, _| {
            let headers = [("x-pagination-item-count", plays.to_string())];
            (headers, json(200, json!([]))).into_response()
        })
        .await;
        assert_eq!(trakt(&server).history_pages(&by()).await.unwrap(), Some(pages));
        let asked = server.calls();
        assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/sync/history"));
        assert_eq!(asked[0].query("limit"), "1");
    }
    let silent = Server::start(|_, _| json(200, json!([]))).await;
    assert_eq!(trakt(&silent).history_pages(&by()).await.unwrap(), None);
}

fn episode(show: u64, number: u32) -> Play {
    Play {
        anilist_id: AnilistId(1),
        abs: number,
        item: item(show, number),
        episode_id: Some(TraktEpisodeId(show * 1000 + u64::from(number))),
        watched_at: WatchedAt::at("2026-10-02T10:00:30Z".parse().unwrap()),
        rewatch: 0,
    }
}

fn movie(id: u64) -> Play {
    let item = Item::Movie { movie: TraktMovieId(id) };
    Play { item, episode_id: None, watched_at: WatchedAt::Unknown, ..episode(1, 1) }
}

/// Episodes 1 and 2 of show 9, episode 1 of show 8, and a film.
fn batch() -> Vec<Play> {
    vec![episode(9, 1), episode(9, 2), episode(8, 1), movie(9001)]
}

/// What is made of `not_found` when the rest was added.
async fn refused(accepted: u32, not_found: Value) -> Refused {
    let reply = json!({ "added": { "episodes": accepted, "movies": 0 }, "not_found": not_found });
    let server = Server::start(move |_, _| json(201, reply.clone())).await;
    add(&trakt(&server), &batch()).await.unwrap().refused
}

#[tokio::test]
async fn plays_are_sent_by_their_own_ids_alone() {
    let server =
        Server::start(|_, _| json(200, json!({ "added": { "episodes": 3, "movies": 1 } }))).await;
    let added = add(&trakt(&server), &batch()).await.unwrap();
    assert_eq!((added.episodes, added.movies, added.refused), (3, 1, Refused::default()));
    let of = |id: u64, at: &str| json!({ "ids": { "trakt": id }, "watched_at": at });
    let at = "2026-10-02T10:00:00.000Z";
    let expected = json!({
        "movies": [of(9001, "unknown")],
        "episodes": [of(9001, at), of(9002, at), of(8001, at)],
    });
    assert_eq!(server.calls()[0].body, expected);
}

#[tokio::test]
async fn what_trakt_does_not_know_is_found_by_its_id() {
    let all = batch();
    let flat = json!({ "episodes": [{ "ids": { "trakt": 9001 } }], "movies": [] });
    assert_eq!(refused(3, flat).await.plays, [all[0].clone()]);
    let film = json!({ "movies": [{ "ids": { "trakt": 9001 } }] });
    let refused = refused(3, film).await;
    assert_eq!(refused, Refused { plays: vec![all[3].clone()], unattributed: 0 });
}

#[tokio::test]
async fn what_trakt_does_not_know_is_found_by_show_and_number() {
    let all = batch();
    let nested = |show: Value, number: u32| json!([{ "ids": { "trakt": show }, "seasons": [{ "number": 1, "episodes": [{ "number": number }] }] }]);
    for place in ["episodes", "shows"] {
        let got = refused(3, json!({ place: nested(json!(9), 1) })).await;
        assert_eq!(got, Refused { plays: vec![all[0].clone()], unattributed: 0 }, "{place}");
    }
    // Only show 9 has an episode 2 in the batch; an episode 1 may be of either show.
    let sure = refused(3, json!({ "episodes": nested(Value::Null, 2) })).await;
    assert_eq!(sure, Refused { plays: vec![all[1].clone()], unattributed: 0 });
    let unsure = refused(3, json!({ "episodes": nested(Value::Null, 1) })).await;
    assert_eq!(unsure, Refused { plays: vec![], unattributed: 1 });
}

#[tokio::test]
async fn what_cannot_be_accounted_for_is_counted() {
    let open = |unattributed| Refused { plays: vec![], unattributed };
    assert_eq!(refused(3, json!({ "episodes": [{}] })).await, open(1));
    assert_eq!(refused(3, json!({ "episodes": [{ "ids": { "trakt": 1 } }] })).await, open(1));
    assert_eq!(refused(3, json!({})).await, open(1), "one play is missing without a word");
    assert_eq!(refused(2, json!({ "episodes": [{}] })).await, open(2));
}

#[tokio::test]
async fn plays_are_sent_once_whatever_comes_back() {
    let server = Server::start(|number, _| match number {
        0 => StatusCode::BAD_GATEWAY.into_response(),
        1 => json(201, json!({ "adde": {} })),
        _ => json(201, json!({ "added": {} })),
    })
    .await;
    let trakt = trakt(&server);
    let lost = fault(add(&trakt, &batch()).await);
    assert_eq!(lost, Fault::Outage { status: 502 });
    assert!(lost.leaves_outcome_open());
    let odd = fault(add(&trakt, &batch()).await);
    assert!(matches!(odd, Fault::UnexpectedBody { .. }) && odd.leaves_outcome_open(), "{odd:?}");
    assert_eq!(server.calls().len(), 2);
    let none = add(&trakt, &batch()).await.unwrap();
    assert_eq!(none.refused.unattributed, 4);
}

#[tokio::test]
async fn an_episode_without_an_id_of_its_own_is_not_sent() {
    let server = Server::start(|_, _| json(201, json!({ "added": {} }))).await;
    let play = Play { episode_id: None, ..episode(9, 3) };
    let failed = fault(add(&trakt(&server), &[play]).await);
    assert!(matches!(&failed, Fault::Local { cause } if cause.contains("S1E3")), "{failed:?}");
    assert!(!failed.leaves_outcome_open());
    assert_eq!(add(&trakt(&server), &[]).await.unwrap().episodes, 0);
    assert_eq!(server.calls().len(), 0);
}

#[tokio::test]
async fn single_plays_are_removed_by_their_ids() {
    let server = Server::start(|_, _| {
        json(200, json!({ "deleted": { "episodes": 1, "movies": 1 }, "not_found": { "movies": [], "ids": [3] } }))
    })
    .await;
    let ids = [HistoryId(u64::MAX), HistoryId(2), HistoryId(3)];
    let removed = remove(&trakt(&server), &ids).await.unwrap();
    assert_eq!(removed, Removed { removed: 2, missing: vec![HistoryId(3)] });
    assert_eq!(server.calls()[0].body, json!({ "ids": [u64::MAX, 2, 3] }));
}

#[tokio::test]
async fn a_write_waits_its_turn_after_the_answer_to_the_last() {
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    use anilist_trakt_sync_connectors::clock::Clock;
    use anilist_trakt_sync_connectors::outbound::{Limits, Outbound, Pace, Request};
    use anilist_trakt_sync_connectors::trakt::WRITE;

    // Taken where they are answered: however late this side looks, no two are nearer than that.
    let answered = Arc::new(Mutex::new(Vec::new()));
    let times = Arc::clone(&answered);
    let server = Server::start(move |_, _| {
        times.lock().unwrap().push(Instant::now());
        json(201, json!({}))
    })
    .await;
    let interval = Duration::from_millis(80);
    let limits =
        Limits { paces: vec![(WRITE, Pace::OneEach(interval))], ..super::support::no_limits() };
    let outbound = Outbound::new(limits, Clock::System).unwrap();
    let request = Request::post(WRITE, &server.url, &json!({})).unwrap();
    for _ in 0..3 {
        outbound.send(&request).await.ok().unwrap();
    }
    let answered = answered.lock().unwrap();
    let waits: Vec<_> = answered.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect();
    assert_eq!(waits.len(), 2);
    assert!(waits.iter().all(|wait| *wait >= interval), "{waits:?}");
}
