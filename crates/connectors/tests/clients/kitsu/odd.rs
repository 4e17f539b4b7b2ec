//! Answers that are odd, broken or not Kitsu's.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anilist_trakt_sync_connectors::clock::Clock;
use anilist_trakt_sync_connectors::kitsu::{KitsuClient, KitsuSettings, LANE, Listed, paces};
use anilist_trakt_sync_connectors::outbound::{Fault, Limits, Outbound};
use anilist_trakt_sync_core::library::Kind;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{at, fault, myself};
use crate::support::{Server, json as answer, page};

/// An entry of the work 11, with these attributes besides.
pub(super) fn entry(id: &str, attributes: &Json) -> Json {
    let mut all = json!({
        "status": "current", "progress": 3, "volumesOwned": 0, "reconsuming": false,
        "reconsumeCount": 0, "notes": null, "private": false, "ratingTwenty": null,
        "startedAt": null, "finishedAt": null, "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-10-01T00:00:00.000Z",
    });
    for (name, value) in attributes.as_object().unwrap() {
        all[name] = value.clone();
    }
    let work = json!({"data": {"type": "anime", "id": "11"}});
    json!({"id": id, "type": "libraryEntries", "attributes": all, "relationships": {"anime": work}})
}

fn work() -> Json {
    json!({"id": "11", "type": "anime", "attributes": {
        "canonicalTitle": "Lighthouse", "titles": {"en": "The Lighthouse", "en_jp": "Toudai", "ja_jp": "灯台"},
        "slug": "toudai", "subtype": "TV", "status": "current", "episodeCount": 12, "episodeLength": 24,
        "startDate": "2019-04-06", "posterImage": {"large": "https://media.kitsu.app/11.jpg"},
    }})
}

fn list(rows: &[Json], count: usize) -> Json {
    json!({"data": rows, "included": [work()], "meta": {"count": count}, "links": {}})
}

/// What is read of a list of these rows.
async fn read(rows: Vec<Json>) -> Listed {
    let count = rows.len();
    let server = Server::start(move |_, call| match call.path.as_str() {
        "/api/edge/users" => answer(200, myself()),
        _ => answer(200, list(&rows, count)),
    })
    .await;
    let (client, owner) = at(&server);
    client.list(&owner, Kind::Anime).await.unwrap()
}

#[tokio::test]
async fn a_work_is_read_with_its_names() {
    let listed = read(vec![entry("1", &json!({}))]).await;
    let work = &listed.rows.rows[0].work;
    let names = [&work.names.english, &work.names.romaji, &work.names.native];
    let names = names.map(|name| name.as_deref().unwrap());
    assert_eq!(names, ["The Lighthouse", "Toudai", "灯台"]);
    assert_eq!(work.site_url.as_deref(), Some("https://kitsu.app/anime/toudai"));
    assert_eq!(work.cover_url.as_deref(), Some("https://media.kitsu.app/11.jpg"));
    assert_eq!(
        (work.format.as_deref(), work.release_status.as_deref()),
        (Some("tv"), Some("releasing"))
    );
    assert_eq!(
        (work.max_progress, work.episode_minutes, work.year),
        (Some(12), Some(24), Some(2019))
    );
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_left_out_and_the_list_is_not_whole() {
    let mut hidden = entry("9", &json!({}));
    hidden["relationships"]["anime"]["data"] = Json::Null;
    let mut unnamed = entry("8", &json!({}));
    unnamed["relationships"]["anime"]["data"]["id"] = json!("12");
    let mut without_score = entry("7", &json!({}));
    without_score["attributes"].as_object_mut().unwrap().remove("ratingTwenty");
    let attributes = [
        json!({"status": "rewatching"}),
        json!({"progress": -1}),
        json!({"progress": "3"}),
        json!({"progress": 4_000_000}),
        json!({"ratingTwenty": 1}),
        json!({"ratingTwenty": 21}),
        json!({"ratingTwenty": 7.5}),
        json!({"startedAt": "yesterday"}),
        json!({"private": null}),
        json!({"notes": 5}),
    ];
    let odd = attributes.iter().map(|attributes| entry("5", attributes));
    for odd in odd.chain([hidden, unnamed, without_score, entry("x", &json!({})), json!(null)]) {
        let listed = read(vec![entry("1", &json!({})), odd.clone()]).await;
        let ids: Vec<u64> = listed.rows.rows.iter().map(|row| row.entry).collect();
        assert_eq!((ids, listed.left_out, listed.rows.whole), (vec![1], 1, false), "{odd}");
    }
}

#[tokio::test]
async fn what_only_adds_to_an_entry_may_be_odd() {
    let odd = json!({"updatedAt": "today", "createdAt": 5, "volumesOwned": "many", "notes": "null", "new": [1]});
    let listed = read(vec![entry("1", &odd)]).await;
    let row = &listed.rows.rows[0];
    assert_eq!(
        (row.updated_at, row.native.0.notes.as_ref(), listed.rows.whole),
        (None, None, true)
    );
}

#[tokio::test]
async fn of_an_entry_that_comes_twice_the_newer_one_counts() {
    let new = entry("1", &json!({"progress": 5, "updatedAt": "2026-10-02T00:00:00.000Z"}));
    let old = entry("1", &json!({}));
    for rows in [vec![old.clone(), new.clone()], vec![new, old]] {
        let listed = read(rows).await;
        assert_eq!(listed.rows.rows.len(), 1);
        assert_eq!(listed.rows.rows[0].native.0.progress.number(0), 5);
        assert!(!listed.rows.whole, "another one may be missing in its place");
    }
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_not_whole() {
    // The first page is full and says that there are three; then there are two.
    let server = Server::start(|_, call| match (call.path.as_str(), call.query("page[offset]")) {
        ("/api/edge/users", _) => answer(200, myself()),
        (_, "0") => answer(200, list(&[entry("1", &json!({})), entry("2", &json!({}))], 3)),
        _ => answer(200, list(&[], 2)),
    })
    .await;
    let (client, owner) = at(&server);
    let listed = client.list(&owner, Kind::Anime).await.unwrap();
    assert_eq!((listed.rows.rows.len(), listed.rows.whole), (2, false));
}

#[tokio::test]
async fn a_token_follows_no_address_that_an_answer_names() {
    let elsewhere = Server::start(|_, _| answer(200, json!({}))).await;
    let next = format!("{}/api/edge/library-entries", elsewhere.url);
    let mut named = list(&[entry("1", &json!({}))], 1);
    named["links"] = json!({"next": next, "last": next});
    let server = Server::start(move |_, call| match call.path.as_str() {
        "/api/edge/users" => answer(200, myself()),
        _ => answer(200, named.clone()),
    })
    .await;
    let (client, owner) = at(&server);
    client.list(&owner, Kind::Anime).await.unwrap();
    assert_eq!(elsewhere.calls().len(), 0);
    let to = format!("{}/api/edge/users", elsewhere.url);
    let moved = Server::start(move |_, _| {
        (axum::http::StatusCode::MOVED_PERMANENTLY, [("location", to.clone())]).into_response()
    })
    .await;
    let (client, owner) = at(&moved);
    let error = client.me(&owner.token).await.unwrap_err();
    assert_eq!(error.fault, Fault::Redirected { status: 301 });
    assert_eq!(elsewhere.calls().len(), 0);
}

#[tokio::test]
async fn a_page_that_is_too_much_for_kitsu_is_asked_for_in_smaller_ones() {
    let server = Server::start(|_, call| match (call.path.as_str(), call.query("page[limit]")) {
        ("/api/edge/users", _) => answer(200, myself()),
        (_, "200") => page(503),
        _ => answer(200, list(&[entry("1", &json!({}))], 1)),
    })
    .await;
    let (client, owner) = at(&server);
    assert!(client.list(&owner, Kind::Anime).await.unwrap().rows.whole);
    assert_eq!(server.count("/api/edge/library-entries"), 4, "three tries, then smaller pages");
}

#[tokio::test]
async fn a_list_without_an_end_ends() {
    let server = Server::start(|number, _| {
        let mut body = list(&[entry(&number.to_string(), &json!({}))], 1);
        body.as_object_mut().unwrap().remove("meta");
        answer(200, body)
    })
    .await;
    let (client, owner) = at(&server);
    assert!(matches!(fault(client.list(&owner, Kind::Anime).await), Fault::UnexpectedBody { .. }));
    assert_eq!(server.calls().len(), 300);
}

#[tokio::test]
async fn pages_for_people_pause_the_service_and_sign_nobody_out() {
    for (status, expected) in [
        (200, Fault::Blocked),
        (401, Fault::Blocked),
        (403, Fault::Blocked),
        (503, Fault::Outage { status: 503 }),
    ] {
        let server = Server::start(move |_, _| page(status)).await;
        let (client, owner) = at(&server);
        let met = fault(client.list(&owner, Kind::Anime).await);
        assert_eq!(met, expected);
        assert!(met.passes());
        if expected == Fault::Blocked {
            let again = fault(client.list(&owner, Kind::Anime).await);
            assert!(again.retry_at().is_some() && again.passes(), "{again:?}");
            assert_eq!(server.calls().len(), 1, "it is left alone");
        }
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let numeric = json!({"errors": [{"status": 400, "detail": "No filters specified"}]});
    let forbidden = json!({"errors": [{"code": "403", "title": "You are not authorized"}]});
    let dead = json!({"errors": [{"title": "Invalid token", "status": "401"}]});
    let limited = json!({"errors": [{"status": 429, "title": "Rate Limit Exceeded"}]});
    for (status, body, expected) in [
        (400, numeric, "refused the request"),
        (403, forbidden, "refused the request: You are not authorized"),
        (401, dead, "does not accept the sign-in any more"),
        (429, limited, "allows no more requests until 2026-11-01T12:01:00Z"),
    ] {
        let server = Server::start(move |_, call| match call.path.as_str() {
            "/api/edge/users" => answer(200, myself()),
            _ => answer(status, body.clone()),
        })
        .await;
        let (client, owner) = at(&server);
        let met = fault(client.list(&owner, Kind::Anime).await).to_string();
        assert!(met.starts_with(expected), "{met}");
        assert!(!met.contains("a-token"));
    }
}

#[tokio::test]
async fn requests_go_out_one_after_the_other() {
    let settings =
        KitsuSettings { url: "http://127.0.0.1:1".parse().unwrap(), rate_per_minute: 1200 };
    let server = Server::start(|_, _| answer(200, myself())).await;
    let limits = Limits { paces: paces(&settings), ..Limits::default() };
    let outbound = Outbound::new(limits, Clock::System).unwrap();
    let client = KitsuClient::new(outbound, &server.url.parse().unwrap());
    let began = tokio::time::Instant::now();
    for _ in 0..4 {
        client.me(&"a-token".into()).await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_millis(150));
    assert_eq!(LANE.name(), "kitsu");
}

/// Something that is done to an answer on its way.
#[derive(Debug, Clone)]
enum Damage {
    Cut(prop::sample::Index),
    Byte(prop::sample::Index, u8),
    Value(prop::sample::Index, Json),
}

fn damage() -> impl Strategy<Value = Damage> {
    let value = prop::sample::select(vec![
        json!(null),
        json!(-1),
        json!(1e300),
        json!("x"),
        json!([]),
        json!({}),
        json!(true),
    ]);
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Damage::Cut),
        // What begins like a page is one: it pauses the service.
        (place(), any::<u8>().prop_filter("a page", |byte| *byte != b'<'))
            .prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (place(), value).prop_map(|(at, value)| Damage::Value(at, value)),
    ]
}

impl Damage {
    fn done_to(&self, body: &Json) -> Vec<u8> {
        let mut bytes = body.to_string().into_bytes();
        match self {
            Self::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Self::Byte(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Value(at, value) => {
                let mut body = body.clone();
                let mut all = Vec::new();
                pointers(&body, String::new(), &mut all);
                *body.pointer_mut(&all[at.index(all.len())]).unwrap() = value.clone();
                bytes = body.to_string().into_bytes();
            }
        }
        bytes
    }
}

/// Where there is a value.
fn pointers(value: &Json, at: String, all: &mut Vec<String>) {
    match value {
        Json::Object(fields) => {
            fields.iter().for_each(|(name, value)| pointers(value, format!("{at}/{name}"), all));
        }
        Json::Array(rows) => {
            rows.iter()
                .enumerate()
                .for_each(|(row, value)| pointers(value, format!("{at}/{row}"), all));
        }
        _ => {}
    }
    all.push(at);
}

#[test]
fn a_damaged_answer_is_a_fault_or_a_list_of_what_can_be_read() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let body = list(&[entry("1", &json!({})), entry("2", &json!({"ratingTwenty": 20}))], 2);
    let sent: Arc<Mutex<Vec<u8>>> = Arc::default();
    let shown = Arc::clone(&sent);
    let server = runtime.block_on(Server::start(move |_, call| match call.path.as_str() {
        "/api/edge/users" => answer(200, myself()),
        _ if call.query("page[offset]") == "0" => {
            Response::new(Body::from(shown.lock().unwrap().clone()))
        }
        _ => answer(200, list(&[], 2)),
    }));
    let (client, owner) = at(&server);
    let config = ProptestConfig { cases: 512, max_shrink_iters: 0, ..ProptestConfig::default() };
    proptest!(config, |(damage in damage())| {
        *sent.lock().unwrap() = damage.done_to(&body);
        let listed = runtime.block_on(client.list(&owner, Kind::Anime));
        match listed {
            Ok(listed) => prop_assert!(!listed.rows.whole || listed.rows.rows.len() == 2),
            Err(error) => {
                let fault = error.fault().unwrap();
                prop_assert!(matches!(fault, Fault::UnexpectedBody { .. }), "{fault:?}");
            }
        }
    });
}
