//! Trakt's shows and look-ups.

use anilist_trakt_sync_connectors::outbound::{Credentials, Fault};
use anilist_trakt_sync_connectors::trakt::{LastActivities, TraktClient};
use anilist_trakt_sync_core::domain::{
    AccountId, ExternalId, MediaType, OnTrakt, Slot, TraktShowId, TraktTitle, TvdbId,
};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::support::{Call, Server, fault, json, outbound};

/// Trakt at this address.
pub(crate) fn trakt(server: &Server) -> TraktClient {
    TraktClient::new(outbound().0, server.url.clone(), Some("app".to_owned()))
}

/// A person's token.
pub(crate) fn by() -> Credentials {
    Credentials { token: "access-0".into(), person: AccountId::default() }
}

fn season(number: u16, episodes: &[(u32, Option<u32>, &str)]) -> serde_json::Value {
    let rows: Vec<_> = episodes
        .iter()
        .map(|(n, abs, aired)| {
            json!({ "season": number, "number": n, "number_abs": abs, "first_aired": aired,
                    "ids": { "trakt": u64::from(number) * 1000 + u64::from(*n) } })
        })
        .collect();
    json!({ "number": number, "episode_count": rows.len(), "episodes": rows })
}

/// One show, and a film and a show that TMDB and Trakt give the same numbers.
fn library(_: usize, call: &Call) -> Response {
    let kind = call.query("type");
    match (call.path.as_str(), call.query("extended")) {
        ("/shows/9/seasons", "full,episodes") => json(
            200,
            json!([
                season(0, &[(1, None, "")]),
                season(1, &[(1, None, "2024-01-01T15:00:00.000Z"), (2, Some(2), "soon")]),
                season(2, &[(62, Some(62), "2024-03-01T15:00:00.000Z")]),
                { "number": 3, "episode_count": 0 },
            ]),
        ),
        ("/shows/8/seasons", _) => json(200, json!([{ "number": 1, "episode_count": 12 }])),
        ("/search/tmdb/5" | "/search/tvdb/5", _) => json(
            200,
            json!([
                { "type": "movie", "score": 1000, "movie": { "title": "Film", "year": 2001, "ids": { "trakt": 44, "tmdb": 5 } } },
                { "type": "episode", "episode": {}, "show": { "title": "Other", "ids": { "trakt": 3 } } },
                { "type": "show", "show": { "title": "Show", "year": 2002, "ids": { "trakt": 45, "tmdb": 5, "tvdb": 5 } } },
            ]),
        ),
        ("/search/tmdb/6", _) => json(
            200,
            json!([{ "type": "show", "show": { "title": "Wrong", "ids": { "trakt": 1, "tmdb": 7 } } }]),
        ),
        ("/search/show", _) if call.query("query") == "a b" && kind.is_empty() => json(
            200,
            json!([{ "type": "show", "score": 72_057_594_037_927_936_u64,
                     "show": { "title": "A B", "year": null, "ids": { "trakt": 46, "imdb": "tt0213338" } } }]),
        ),
        ("/sync/last_activities", _) => json(
            200,
            json!({ "episodes": { "watched_at": "2026-01-01T00:00:00.000Z" }, "movies": { "watched_at": null } }),
        ),
        _ => json(200, json!([])),
    }
}

#[tokio::test]
async fn a_show_has_every_listed_episode_with_its_own_number() {
    let server = Server::start(library).await;
    let show = trakt(&server).seasons(TraktShowId(9)).await.unwrap();
    let slots: Vec<_> = show.episodes().iter().map(|e| e.slot.to_string()).collect();
    assert_eq!(slots, ["S0E1", "S1E1", "S1E2", "S2E62"]);
    let last = show.episode(Slot { season: 2, number: 62 }).unwrap();
    assert_eq!((last.id.0, last.number_abs), (2062, Some(62)));
    // A date that is no date is one Trakt does not know.
    let dates: Vec<_> = show.episodes().iter().map(|e| e.first_aired.is_some()).collect();
    assert_eq!(dates, [false, true, false, true]);
}

#[tokio::test]
async fn seasons_without_their_episodes_are_an_error() {
    let server = Server::start(library).await;
    let failed = fault(trakt(&server).seasons(TraktShowId(8)).await);
    let detail = "season 1 without its episodes".to_owned();
    assert_eq!(failed, Fault::UnexpectedBody { detail });
}

#[tokio::test]
async fn a_look_up_finds_only_its_kind() {
    let server = Server::start(library).await;
    let trakt = trakt(&server);
    let tmdb = ExternalId::Tmdb;
    assert_eq!(
        trakt.search(&tmdb(5), MediaType::Show).await.unwrap().map(|found| found.id),
        Some(45)
    );
    assert_eq!(
        trakt.search(&tmdb(5), MediaType::Movie).await.unwrap().map(|found| found.id),
        Some(44)
    );
    assert_eq!(trakt.search(&tmdb(6), MediaType::Show).await.unwrap(), None);
    assert_eq!(trakt.search(&tmdb(9), MediaType::Show).await.unwrap(), None);
    let series = ExternalId::Tvdb(TvdbId(5));
    assert_eq!(
        trakt.search(&series, MediaType::Show).await.unwrap().map(|found| found.id),
        Some(45)
    );
    let asked = server.calls().len();
    assert_eq!(trakt.search(&series, MediaType::Movie).await.unwrap(), None);
    assert_eq!(server.calls().len(), asked);
    assert_eq!(server.calls()[0].query("type"), "show");
}

#[tokio::test]
async fn a_title_is_searched_by_its_words_and_year() {
    let server = Server::start(library).await;
    let hits = trakt(&server).search_text("a b", MediaType::Show, Some(2020)).await.unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].trakt_id, hits[0].title.as_str(), hits[0].year), (46, "A B", None));
    assert_eq!(hits[0].imdb, "tt0213338".parse().ok());
    assert_eq!(server.calls()[0].query("years"), "2020");
}

#[tokio::test]
async fn what_is_named_in_passing_is_told_once() {
    let server = Server::start(library).await;
    let trakt = trakt(&server);
    let (movie, show) = (MediaType::Movie, MediaType::Show);
    for kind in [show, movie] {
        trakt.search(&ExternalId::Tmdb(5), kind).await.unwrap();
    }
    trakt.search_text("a b", show, None).await.unwrap();
    let mut heard = trakt.heard();
    heard.sort_by_key(|(on_trakt, _)| on_trakt.id);
    let told: Vec<_> = heard
        .iter()
        .map(|(of, called)| (of.kind, of.id, called.title.as_str(), called.year))
        .collect();
    let expected =
        [(movie, 44, "Film", Some(2001)), (show, 45, "Show", Some(2002)), (show, 46, "A B", None)];
    assert_eq!(told, expected);
    trakt.search(&ExternalId::Tmdb(5), show).await.unwrap();
    assert_eq!(trakt.heard(), []);
}

#[tokio::test]
async fn what_everybody_may_see_is_asked_without_the_token() {
    let server = Server::start(library).await;
    let trakt = trakt(&server);
    trakt.seasons(TraktShowId(9)).await.unwrap();
    let activities = trakt.last_activities(&by()).await.unwrap();
    assert_eq!(
        activities,
        LastActivities {
            episodes_watched: "2026-01-01T00:00:00.000Z".into(),
            movies_watched: String::new()
        }
    );
    let calls = server.calls();
    assert_eq!(calls[0].header("authorization"), None);
    assert_eq!(calls[1].header("authorization"), Some("Bearer access-0"));
    for call in calls {
        assert_eq!(call.header("trakt-api-key"), Some("app"));
        assert_eq!(call.header("trakt-api-version"), Some("2"));
        assert_eq!(call.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn an_account_may_keep_one_play_of_each_thing_only() {
    let answers = [
        (json!({ "browsing": { "watch_only_once": true } }), false),
        (json!({ "browsing": { "watch_only_once": false } }), true),
        (json!({ "browsing": { "genres": [] } }), true),
        (json!({ "user": {} }), true),
    ];
    let expected = answers.clone().map(|(_, allowed)| allowed);
    let server = Server::start(move |number, _| json(200, answers[number].0.clone())).await;
    let trakt = trakt(&server);
    for allowed in expected {
        assert_eq!(trakt.allows_rewatches(&by()).await.unwrap(), allowed);
    }
}

#[tokio::test]
async fn odd_fields_of_an_episode_are_missing_and_lose_no_episode() {
    let odd = [json!(5), json!("99999-01-01T00:00:00Z"), json!({}), json!("-1"), json!(null)];
    for odd in odd {
        let sent = odd.clone();
        let server = Server::start(move |_, _| {
            let mut first = season(1, &[(1, Some(1), ""), (2, Some(2), "2024-01-08T15:00:00Z")]);
            first["episodes"][0]["first_aired"] = sent.clone();
            first["episodes"][0]["number_abs"] = sent.clone();
            json(200, json!([first]))
        });
        let show = trakt(&server.await).seasons(TraktShowId(9)).await.unwrap();
        assert_eq!(show.episodes().len(), 2, "{odd}");
        assert_eq!(show.episodes()[0].first_aired, None, "{odd}");
        assert!(show.episodes()[1].first_aired.is_some(), "{odd}");
    }
}

/// To leave one out would move those after it.
#[tokio::test]
async fn an_episode_without_its_number_is_an_error() {
    for (field, odd) in [("number", json!("x")), ("ids", json!(null)), ("number", json!(-1))] {
        let server = Server::start(move |_, _| {
            let mut first = season(1, &[(1, Some(1), ""), (2, Some(2), "")]);
            first["episodes"][0][field] = odd.clone();
            json(200, json!([first]))
        });
        let failed = fault(trakt(&server.await).seasons(TraktShowId(9)).await);
        assert!(matches!(failed, Fault::UnexpectedBody { .. }), "{field}: {failed}");
    }
}

#[tokio::test]
async fn an_odd_hit_loses_no_other() {
    let good =
        json!({ "type": "show", "show": { "title": "Show", "ids": { "trakt": 45, "tmdb": 5 } } });
    let odd = [
        json!(null),
        json!(5),
        json!([]),
        json!({}),
        json!({ "type": "show" }),
        json!({ "type": 1, "show": { "ids": { "trakt": 1 } } }),
        json!({ "type": "show", "show": { "title": "X", "ids": { "trakt": "x" } } }),
        json!({ "type": "show", "show": { "title": "X", "ids": null } }),
    ];
    for odd in odd {
        let (sent, also) = (odd.clone(), good.clone());
        let server = Server::start(move |_, _| json(200, json!([sent, also])));
        let server = server.await;
        let found = trakt(&server).search_text("a b", MediaType::Show, None).await.unwrap();
        assert_eq!(found.len(), 1, "{odd}");
    }
    let hit = json!({ "type": "show", "show": {
        "title": 5, "year": 99_999, "ids": { "trakt": 45, "tmdb": "x", "imdb": 1, "tvdb": -1 } } });
    let server = Server::start(move |_, _| json(200, json!([hit]))).await;
    assert_eq!(trakt(&server).search_text("a b", MediaType::Show, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_title_is_called_only_what_trakt_calls_just_that_one() {
    let answer = |_: usize, call: &Call| match call.path.as_str() {
        "/shows/1" => {
            json(200, json!({ "title": " A Show ", "year": 2020, "ids": { "trakt": 1 } }))
        }
        "/movies/1" => json(200, json!({ "title": "A Film", "year": "?", "ids": { "trakt": 1 } })),
        "/shows/2" => json(200, json!({ "title": "Another", "year": 2020, "ids": { "trakt": 1 } })),
        "/shows/3" => json(200, json!({ "title": " ", "year": 2020, "ids": { "trakt": 3 } })),
        "/shows/4" => (StatusCode::MOVED_PERMANENTLY, [("location", "/shows/1")]).into_response(),
        "/shows/6" => json(503, json!({})),
        _ => json(404, json!({})),
    };
    let server = Server::start(answer).await;
    let trakt = trakt(&server);
    let ask = async |kind, id| trakt.title(OnTrakt { kind, id }).await;
    let called = |title: &str, year| Some(TraktTitle { title: title.to_owned(), year });
    assert_eq!(ask(MediaType::Show, 1).await, Ok(called("A Show", Some(2020))));
    assert_eq!(ask(MediaType::Movie, 1).await, Ok(called("A Film", None)));
    for other in 2..=5 {
        assert_eq!(ask(MediaType::Show, other).await, Ok(None), "{other}");
    }
    assert_eq!(fault(ask(MediaType::Show, 6).await), Fault::Outage { status: 503 });
    assert_eq!(server.count("/shows/6"), 1);
}
