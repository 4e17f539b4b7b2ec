//! MangaDex, as a small server with the oddities that it is known for.

use std::time::Duration;

use anilist_trakt_sync_connectors::clock::Clock;
use anilist_trakt_sync_connectors::mangadex::{
    LANE, MangaDexClient, MangaDexSettings, Numbering, paces,
};
use anilist_trakt_sync_connectors::outbound::{Fault, Limits, Outbound};
use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Found, Kind, Origin};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::support::{Call, Server, fault, json, outbound, page};

const ID: &str = "32d76d19-8a05-4db0-9fc2-e0b0648fe9d0";
const UPLOADS: &str = "https://uploads.mangadex.org";

fn manga(attributes: &Value) -> Value {
    let mut all = json!({
        "title": {"en": "The Lighthouse"}, "altTitles": [{"ja-ro": "Toudai"}, {"ja": "灯台"}],
        "description": [], "links": {"al": "30013", "mal": "13", "kt": "lighthouse", "raw": "https://x"},
        "originalLanguage": "ja", "lastVolume": "4", "lastChapter": "31.5", "status": "completed",
        "year": 2019, "contentRating": "safe", "chapterNumbersResetOnNewVolume": false,
    });
    for (field, value) in attributes.as_object().unwrap() {
        all[field] = value.clone();
    }
    let cover = json!({"id": "c", "type": "cover_art", "attributes": {"fileName": "a-1.jpg"}});
    let author = json!({"id": "a", "type": "author", "attributes": {"name": "Someone"}});
    json!({"id": ID, "type": "manga", "attributes": all, "relationships": [author, cover]})
}

async fn server(attributes: Value) -> Server {
    Server::start(move |_, call| answer(call, &attributes)).await
}

fn answer(call: &Call, attributes: &Value) -> Response {
    let title = manga(attributes);
    match call.path.as_str() {
        "/manga" if call.query("title") == "nothing" => StatusCode::NO_CONTENT.into_response(),
        "/manga" => {
            let odd = json!({"id": 5, "attributes": {}});
            json(
                200,
                json!({"result": "ok", "data": [odd, title], "limit": 10, "offset": 0, "total": 2}),
            )
        }
        path if path == format!("/manga/{ID}") => json(200, json!({"result": "ok", "data": title})),
        path if path == format!("/manga/{ID}/aggregate") => {
            json(200, json!({"result": "ok", "volumes": attributes["volumes"]}))
        }
        _ => {
            json(404, json!({"result": "error", "errors": [{"status": 404, "title": "not found"}]}))
        }
    }
}

fn client(server: &Server) -> MangaDexClient {
    MangaDexClient::new(outbound().0, server.url.clone(), UPLOADS.to_owned())
}

async fn told(attributes: Value) -> Found {
    let server = server(attributes).await;
    client(&server).manga(ID).await.unwrap().unwrap().found
}

#[tokio::test]
async fn a_manga_is_read_with_its_names_links_and_cover() {
    let Found { kind, origin, work, .. } = told(json!({})).await;
    assert_eq!((kind, origin), (Kind::Manga, Origin::Mangadex));
    assert_eq!(work.title, "The Lighthouse");
    assert_eq!(work.names.romaji.as_deref(), Some("Toudai"));
    assert_eq!(work.names.native.as_deref(), Some("灯台"));
    assert_eq!((work.ids.anilist, work.ids.mal), (Some(AnilistId(30_013)), Some(MalId(13))));
    assert_eq!(work.ids.kitsu, None, "a word of an address is no number");
    assert_eq!(work.ids.mangadex.as_deref(), Some(ID));
    assert_eq!((work.max_progress, work.max_volumes), (Some(31), Some(4)));
    assert_eq!((work.release_status.as_deref(), work.year), (Some("finished"), Some(2019)));
    let cover = format!("{UPLOADS}/covers/{ID}/a-1.jpg.512.jpg");
    assert_eq!(work.cover_url, Some(cover));
}

#[tokio::test]
async fn the_last_chapter_is_not_known_while_it_comes_out() {
    for last in [json!(null), json!(""), json!("0"), json!("Extra"), json!(7), json!("-3")] {
        let found = told(json!({"lastChapter": last, "status": "ongoing"})).await;
        assert_eq!(found.work.max_progress, None, "{last}");
        assert_eq!(found.work.release_status.as_deref(), Some("releasing"));
    }
    let found = told(json!({"chapterNumbersResetOnNewVolume": true, "lastChapter": "5"})).await;
    assert_eq!(found.work.max_progress, None, "5 is the number in its volume");
}

#[tokio::test]
async fn links_and_titles_may_be_missing_or_an_empty_list() {
    for links in [json!(null), json!([]), json!({}), json!({"al": "", "mal": "x"})] {
        let found = told(json!({"links": links})).await;
        assert_eq!((found.work.ids.anilist, found.work.ids.mal), (None, None), "{links}");
    }
    let found = told(json!({"title": [], "altTitles": [{"ja-ro": "Toudai"}]})).await;
    assert_eq!(found.work.title, "Toudai");
}

#[tokio::test]
async fn a_search_asks_for_likeness_first_and_an_empty_answer_may_have_no_body() {
    let server = server(json!({})).await;
    let found = client(&server).search("light", 12).await.unwrap();
    assert_eq!(found.len(), 1, "an odd row loses no other");
    let call = server.calls()[0].clone();
    let asked = ["title", "limit", "order[relevance]", "includes[]"].map(|name| call.query(name));
    assert_eq!(asked, ["light", "12", "desc", "cover_art"]);
    assert!(call.header("user-agent").unwrap().starts_with("anilist-trakt-sync/"));
    assert!(call.header("via").is_none());
    assert_eq!(client(&server).search("nothing", 12).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_not_there_is_none() {
    let server = server(json!({})).await;
    let other = "00000000-0000-4000-8000-000000000000";
    assert_eq!(client(&server).manga(other).await.unwrap(), None);
    assert_eq!(client(&server).latest_chapter(other, Numbering::Through).await.unwrap(), None);
}

#[tokio::test]
async fn the_latest_chapter_is_the_highest_that_was_uploaded() {
    let chapter = |number: &str| json!({"chapter": number, "id": ID, "others": [], "count": "1"});
    let one =
        json!({"volume": "1", "count": 2, "chapters": {"1": chapter("1"), "2.5": chapter("2.5")}});
    let two = json!({"volume": "none", "count": "2", "chapters": [chapter("10"), chapter("none")]});
    let table = [
        (json!({"1": one, "none": two}), Numbering::Through, Some(10)),
        (json!({"1": one, "none": two}), Numbering::InVolumes, Some(12)),
        (json!([]), Numbering::Through, None),
        (json!([one]), Numbering::Through, Some(2)),
        (json!({"1": {"volume": "1", "chapters": []}}), Numbering::InVolumes, None),
    ];
    for (volumes, numbering, expected) in table {
        let server = server(json!({"volumes": volumes})).await;
        let latest = client(&server).latest_chapter(ID, numbering).await.unwrap();
        assert_eq!(latest, expected, "{volumes} {numbering:?}");
    }
}

#[tokio::test]
async fn a_wait_is_told_as_a_time_and_is_kept() {
    let (outbound, clock) = outbound();
    let until = clock.now() + Duration::from_mins(5);
    let told = until.as_second().to_string();
    let server = Server::start(move |number, _| {
        let limited = json(429, json!({"result": "error", "errors": []}));
        let free = json(200, json!({"result": "ok", "data": []}));
        let answer = if number == 0 { limited } else { free };
        ([("x-ratelimit-retry-after", told.clone())], answer)
    })
    .await;
    let client = MangaDexClient::new(outbound, server.url.clone(), UPLOADS.to_owned());
    for _ in 0..2 {
        assert_eq!(fault(client.search("a", 5).await), Fault::RateLimited { until });
    }
    assert_eq!(server.calls().len(), 1);
    clock.advance(Duration::from_mins(5));
    assert_eq!(client.search("a", 5).await.unwrap(), []);
}

#[tokio::test]
async fn after_a_ban_it_is_left_alone_for_half_an_hour() {
    let (outbound, clock) = outbound();
    let answers = |number, _: &Call| {
        if number == 0 { page(403) } else { json(200, json!({"result": "ok", "data": []})) }
    };
    let server = Server::start(answers).await;
    let client = MangaDexClient::new(outbound, server.url.clone(), UPLOADS.to_owned());
    assert_eq!(fault(client.search("a", 5).await), Fault::Blocked);
    let until = clock.now() + Duration::from_mins(30);
    for minutes in [0, 29] {
        clock.advance(Duration::from_mins(minutes));
        assert_eq!(fault(client.search("a", 5).await), Fault::RateLimited { until });
    }
    assert_eq!(server.calls().len(), 1);
    clock.advance(Duration::from_mins(1));
    assert_eq!(client.search("a", 5).await.unwrap(), []);
}

#[tokio::test]
async fn a_ban_and_an_outage_are_told_apart_from_an_empty_answer() {
    for (status, expected) in [(403, Fault::Blocked), (502, Fault::Outage { status: 502 })] {
        let server = Server::start(move |_, _| page(status)).await;
        assert_eq!(fault(client(&server).search("a", 5).await), expected);
    }
}

#[tokio::test]
async fn requests_go_out_one_after_the_other() {
    let settings = MangaDexSettings {
        url: "http://127.0.0.1:1".parse().unwrap(),
        uploads_url: UPLOADS.parse().unwrap(),
        rate_per_second: 20,
    };
    let server = server(json!({})).await;
    let limits = Limits { paces: paces(&settings), ..Limits::default() };
    let outbound = Outbound::new(limits, Clock::System).unwrap();
    let client = MangaDexClient::new(outbound, server.url.clone(), UPLOADS.to_owned());
    let began = tokio::time::Instant::now();
    for _ in 0..4 {
        client.search("a", 5).await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_millis(150));
    assert_eq!(LANE.name(), "mangadex");
}
