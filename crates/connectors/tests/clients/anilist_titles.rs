//! AniList as a source of titles, as a small server that has three of them.

use anilist_trakt_sync_connectors::anilist::{AniListClient, Ranking};
use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Found, Kind, Origin};
use axum::response::Response;
use serde_json::{Value, json};

use super::support::{Call, Server, fault, json, outbound};

fn frieren() -> Value {
    json!({
        "id": 154_587, "idMal": 52_991, "type": "ANIME", "format": "TV", "status": "FINISHED",
        "title": {"romaji": "Sousou no Frieren", "english": "Frieren: Beyond\nJourney’s End", "native": "葬送のフリーレン"},
        "episodes": 28, "chapters": null, "volumes": null, "duration": 24,
        "siteUrl": "https://anilist.co/anime/154587", "startDate": {"year": 2023},
        "coverImage": {"large": "https://s4.anilist.co/file/bx154587.jpg"},
    })
}

/// One that comes out still, one that has no English name, and one that nobody can read.
fn others() -> [Value; 3] {
    let running = json!({
        "id": 30_013, "idMal": null, "type": "MANGA", "format": "MANGA", "status": "RELEASING",
        "title": {"romaji": "One Piece", "english": null, "native": ""}, "episodes": null,
        "chapters": 0, "volumes": null, "duration": null, "siteUrl": "javascript:alert(1)",
        "startDate": {"year": null}, "coverImage": {"large": "https://elsewhere.example/a.jpg"},
    });
    let odd = json!({"id": "x", "type": "ANIME"});
    [running, json!({"id": 7, "type": "MANGA", "title": null}), odd]
}

fn anilist(_: usize, call: &Call) -> Response {
    let [running, nameless, odd] = others();
    let rows = match call.body["variables"]["ids"].as_array() {
        Some(ids) => ids
            .iter()
            .map(|id| json!({"id": id, "type": "ANIME", "title": {"romaji": "x"}}))
            .collect(),
        None => json!([frieren(), running, nameless, odd]),
    };
    json(200, json!({"data": {"Page": {"media": rows}}}))
}

fn client(server: &Server) -> AniListClient {
    AniListClient::new(outbound().0, server.url.clone())
}

#[tokio::test]
async fn a_title_is_read_with_all_that_a_library_keeps_of_it() {
    let server = Server::start(anilist).await;
    let found = client(&server).search("frieren", None, Ranking::Likeness, 20).await.unwrap();
    let [Found { kind, origin, work }, running] = &found[..] else { panic!("{found:?}") };
    assert_eq!((*kind, *origin), (Kind::Anime, Origin::Anilist));
    assert_eq!(work.episode_minutes, Some(24));
    assert_eq!(work.title, "Frieren: Beyond Journey’s End");
    assert_eq!(work.names.native.as_deref(), Some("葬送のフリーレン"));
    assert_eq!((work.max_progress, work.max_volumes, work.year), (Some(28), None, Some(2023)));
    assert_eq!(work.ids.anilist, Some(AnilistId(154_587)));
    assert_eq!(work.ids.mal, Some(MalId(52_991)));
    assert_eq!(
        (work.format.as_deref(), work.release_status.as_deref()),
        (Some("tv"), Some("finished"))
    );
    assert_eq!(work.cover_url.as_deref(), Some("https://s4.anilist.co/file/bx154587.jpg"));
    assert_eq!(work.site_url.as_deref(), Some("https://anilist.co/anime/154587"));
    let work = &running.work;
    assert_eq!((work.title.as_str(), work.max_progress), ("One Piece", None));
    assert_eq!((&work.site_url, work.year), (&None, None));
    // Which hosts a cover may come from, whoever shows it decides.
    assert_eq!(work.cover_url.as_deref(), Some("https://elsewhere.example/a.jpg"));
}

#[tokio::test]
async fn a_search_says_its_kind_its_order_and_how_many_and_needs_no_sign_in() {
    let server = Server::start(anilist).await;
    let client = client(&server);
    client.search("a", Some(Kind::Manga), Ranking::Popularity, 8).await.unwrap();
    client.search("a", None, Ranking::Likeness, 20).await.unwrap();
    let calls = server.calls();
    let asked = |at: usize| calls[at].body["variables"].clone();
    assert_eq!(
        asked(0),
        json!({"text": "a", "type": "MANGA", "sort": ["POPULARITY_DESC"], "perPage": 8})
    );
    assert_eq!(asked(1), json!({"text": "a", "sort": ["SEARCH_MATCH"], "perPage": 20}));
    assert!(calls.iter().all(|call| call.header("authorization").is_none()));
    assert!(calls.iter().all(|call| call.header("referer").is_some()));
}

#[tokio::test]
async fn titles_are_asked_for_50_at_a_time() {
    let server = Server::start(anilist).await;
    let ids: Vec<_> = (1..=101).map(AnilistId).collect();
    assert_eq!(client(&server).titles(&ids).await.unwrap().len(), 101);
    let sizes: Vec<_> = server.calls().iter().map(asked_for).collect();
    assert_eq!(sizes, [50, 50, 1]);
    client(&server).titles_of_mal(Kind::Manga, &[MalId(13)]).await.unwrap();
    let last = server.calls().pop().unwrap().body["variables"].clone();
    assert_eq!(last, json!({"ids": [13], "type": "MANGA"}));
}

#[tokio::test]
async fn what_airs_is_asked_for_in_one_question_without_a_sign_in() {
    let answer = json!({"data": {"Page": {"media": [
        {"id": 1, "airingSchedule": {"nodes": [
            {"episode": 5, "airingAt": 1_795_262_400}, {"episode": 0, "airingAt": 1_795_262_400},
            {"episode": "six", "airingAt": 1_795_867_200}, null, {"episode": 7, "airingAt": 1_796_472_000},
        ]}},
        {"id": 2, "airingSchedule": null},
        {"id": "x", "airingSchedule": {"nodes": []}},
    ]}}});
    let server = Server::start(move |_, _| json(200, answer.clone())).await;
    let airings = client(&server).airings(&[1, 2, 3].map(AnilistId)).await.unwrap();
    let told = airings[&AnilistId(1)].iter().map(|one| (one.episode, one.airs_at.to_string()));
    let told: Vec<_> = told.collect();
    assert_eq!(
        told,
        [(5, "2026-11-21T12:00:00Z".to_owned()), (7, "2026-12-05T12:00:00Z".to_owned())]
    );
    assert_eq!((airings[&AnilistId(2)].len(), airings.len()), (0, 2));
    let [call] = &server.calls()[..] else { panic!("one question") };
    assert_eq!(call.body["variables"], json!({"ids": [1, 2, 3]}));
    assert!(call.header("authorization").is_none());
    let server = Server::start(|_, _| json(200, json!({"data": {"Page": {"media": null}}}))).await;
    let asked = client(&server).airings(&[AnilistId(1)]).await;
    assert!(matches!(fault(asked), Fault::UnexpectedBody { .. }));
}

fn asked_for(call: &Call) -> usize {
    call.body["variables"]["ids"].as_array().unwrap().len()
}

#[tokio::test]
async fn an_outage_is_no_empty_answer() {
    let server = Server::start(|_, _| json(200, json!({"data": {"Page": null}}))).await;
    let asked = client(&server).search("a", None, Ranking::Likeness, 20).await;
    assert!(matches!(fault(asked), Fault::UnexpectedBody { .. }));
    let server =
        Server::start(|_, _| json(403, json!({"errors": [{"message": "API disabled"}]}))).await;
    let asked = client(&server).titles(&[AnilistId(1)]).await;
    assert_eq!(fault(asked), Fault::Blocked);
}
