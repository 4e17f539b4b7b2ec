//! Answers with something wrong in them.

use anilist_trakt_sync_connectors::mal::{At, Listed, MalClient};
use anilist_trakt_sync_connectors::outbound::{Fault, ProviderError};
use anilist_trakt_sync_core::domain::{FuzzyDate, MalId};
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{self, Field, Native};
use axum::response::IntoResponse as _;
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::super::support::{Server, fault, json as answer, outbound};

fn row(id: u32) -> Value {
    json!({
        "node": {"id": id, "title": format!("Title {id}"), "num_episodes": 12},
        "list_status": {
            "status": "watching", "score": 8, "num_episodes_watched": 3, "is_rewatching": false,
            "updated_at": "2026-11-01T10:00:00+00:00", "num_times_rewatched": 1, "comments": "",
        },
    })
}

/// A row with another value at a place of it.
fn with(pointer: &str, value: Value) -> Value {
    let mut row = row(2);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    row.pointer_mut(parent).unwrap()[name] = value;
    row
}

fn token() -> SecretString {
    SecretString::from("a token")
}

fn client(server: &Server) -> MalClient {
    MalClient::new(outbound().0, server.url.clone(), None)
}

async fn listed(rows: Vec<Value>) -> Result<Listed, ProviderError> {
    let page = json!({"data": rows, "paging": {}});
    let server = Server::start(move |_, _| answer(200, page.clone())).await;
    client(&server).list(&token(), Kind::Anime).await
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_left_out_and_counted_and_the_list_is_not_whole() {
    for (pointer, value) in [
        ("/list_status/status", json!("reading")),
        ("/list_status/status", json!("")),
        ("/list_status/score", json!(11)),
        ("/list_status/score", json!(7.5)),
        ("/list_status/num_episodes_watched", json!(-1)),
        ("/list_status/num_episodes_watched", json!("3")),
        ("/list_status/num_episodes_watched", json!(1e12)),
        ("/list_status/is_rewatching", json!(null)),
        ("/list_status/num_times_rewatched", json!("once")),
        ("/list_status/comments", json!(["a"])),
        ("/list_status", json!(null)),
        ("/node/title", json!("")),
    ] {
        let listed = listed(vec![row(1), with(pointer, value.clone()), row(3)]).await.unwrap();
        let ids: Vec<u64> = listed.rows.rows.iter().map(|row| row.entry).collect();
        assert_eq!(ids, [1, 3], "{pointer} {value}");
        assert_eq!((listed.unread, listed.rows.whole), (vec![Some(MalId(2))], false), "{pointer}");
    }
    let nameless = listed(vec![row(1), with("/node/id", json!("x")), json!(5)]).await.unwrap();
    assert_eq!((nameless.rows.rows.len(), nameless.unread), (1, vec![None]));
}

#[tokio::test]
async fn a_date_or_a_time_that_is_odd_is_none() {
    for date in [json!("0000-00-00"), json!("2020-13"), json!("May"), json!(2020), json!(null)] {
        let listed = listed(vec![with("/list_status/start_date", date.clone())]).await.unwrap();
        assert_eq!(listed.rows.rows[0].native.0.started, FuzzyDate::default(), "{date}");
    }
    for date in ["2020", "2020-05", "2020-05-03"] {
        let listed = listed(vec![with("/list_status/finish_date", json!(date))]).await.unwrap();
        assert_eq!(listed.rows.rows[0].native.0.finished.to_string(), date);
    }
    let listed = listed(vec![with("/list_status/updated_at", json!("now"))]).await.unwrap();
    assert_eq!((listed.rows.rows[0].updated_at, listed.rows.whole), (None, true));
}

#[tokio::test]
async fn what_is_not_known_of_a_title_is_none() {
    let mut odd = row(1);
    odd["node"]["num_episodes"] = json!(0);
    odd["node"]["media_type"] = json!("a_new_word");
    odd["node"]["status"] = json!("a_new_word");
    odd["node"]["main_picture"] = json!({"large": "javascript:alert(1)"});
    let listed = listed(vec![odd]).await.unwrap();
    let work = &listed.rows.rows[0].work;
    assert_eq!((work.max_progress, work.release_status.as_deref()), (None, None));
    assert_eq!((work.format.as_deref(), &work.cover_url), (Some("a_new_word"), &None));
}

#[tokio::test]
async fn of_a_row_that_comes_twice_the_later_stays() {
    let late = |at: &str, progress: u32| {
        let mut row = with("/list_status/updated_at", json!(at));
        row["list_status"]["num_episodes_watched"] = json!(progress);
        row
    };
    let (old, new) = (late("2026-11-01T10:00:00+00:00", 3), late("2026-11-01T11:00:00+00:00", 4));
    for rows in [vec![old.clone(), new.clone()], vec![new.clone(), old.clone()]] {
        let listed = listed(rows).await.unwrap();
        let [row] = &listed.rows.rows[..] else { panic!("{listed:?}") };
        assert_eq!(row.native.0.progress.number(0), 4);
    }
}

#[tokio::test]
async fn a_list_that_leads_nowhere_ends_with_an_error() {
    let nexts = [
        "/users/@me/animelist?offset=0",
        "/users/@me/animelist",
        "/users/@me/animelist?offset=many",
        "/users/@me/mangalist?offset=1000",
        "/users/somebody/animelist?offset=1000",
        "no address",
    ];
    for next in nexts {
        let next = if next.starts_with('/') {
            format!("https://api.myanimelist.net/v2{next}")
        } else {
            next.to_owned()
        };
        let page = json!({"data": [row(1)], "paging": {"next": next}});
        let server = Server::start(move |_, _| answer(200, page.clone())).await;
        let error = fault(client(&server).list(&token(), Kind::Anime).await);
        assert!(matches!(error, Fault::UnexpectedBody { .. }), "{error:?}");
        assert_eq!(server.calls().len(), 1);
    }
    // Always the same row, and always another page.
    let server = Server::start(|number, _| {
        let next = format!("http://x/users/@me/animelist?offset={}", number + 1);
        answer(200, json!({"data": [row(1)], "paging": {"next": next}}))
    })
    .await;
    let error = fault(client(&server).list(&token(), Kind::Anime).await);
    assert!(matches!(error, Fault::UnexpectedBody { .. }), "{error:?}");
    assert_eq!(server.calls().len(), 2);
    // Always another row, and always another page.
    let server = Server::start(|number, _| {
        let next = format!("http://x/users/@me/animelist?offset={}", number + 1);
        let id = u32::try_from(number).unwrap() + 1;
        answer(200, json!({"data": [row(id)], "paging": {"next": next}}))
    })
    .await;
    assert!(client(&server).list(&token(), Kind::Anime).await.is_err());
    assert_eq!(server.calls().len(), 100);
}

#[tokio::test]
async fn a_page_without_rows_or_paging_is_no_empty_list() {
    for page in [json!({}), json!({"data": []}), json!({"paging": {}}), json!([]), json!(null)] {
        let shown = page.to_string();
        let server = Server::start(move |_, _| answer(200, page.clone())).await;
        let error = fault(client(&server).list(&token(), Kind::Anime).await);
        assert!(matches!(error, Fault::UnexpectedBody { .. }), "{shown}: {error:?}");
    }
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_or_is_of_another_title_is_not_gone() {
    for detail in [
        json!({"id": 1, "title": "A", "my_list_status": {"status": "watching"}}),
        json!({"id": 1, "title": "A", "my_list_status": []}),
        json!({"id": 2, "title": "B"}),
        json!({"title": "A"}),
        json!([]),
    ] {
        let shown = detail.to_string();
        let server = Server::start(move |_, _| answer(200, detail.clone())).await;
        let error = fault(client(&server).entry(&token(), Kind::Anime, MalId(1)).await);
        assert!(matches!(error, Fault::UnexpectedBody { .. }), "{shown}: {error:?}");
    }
    let server = Server::start(|_, _| answer(404, json!({"fault": "no such route"}))).await;
    let error = fault(client(&server).entry(&token(), Kind::Anime, MalId(1)).await);
    assert!(matches!(error, Fault::Refused { status: 404, .. }), "{error:?}");
}

#[tokio::test]
async fn the_program_names_itself_as_it_is_told_to() {
    let server = Server::start(|_, _| answer(200, json!({"id": 1, "name": "A"}))).await;
    for name in [None, Some("Another/1".to_owned())] {
        let client = MalClient::new(outbound().0, server.url.clone(), name);
        client.me(&token()).await.unwrap();
    }
    let calls = server.calls();
    let names: Vec<_> = calls.iter().map(|call| call.header("user-agent").unwrap()).collect();
    assert!(names[0].starts_with("anilist-trakt-sync/"), "{names:?}");
    assert_eq!(names[1], "Another/1");
    assert_eq!(calls[1].header("authorization"), Some("Bearer a token"));
}

#[tokio::test]
async fn an_answer_to_a_write_that_leaves_something_out_is_completed_by_reading_the_entry() {
    let short = json!({
        "status": "watching", "score": 8, "num_episodes_watched": 4, "is_rewatching": false,
        "updated_at": "2026-11-01T10:00:00+00:00",
    });
    let mut whole = row(1)["node"].clone();
    whole["my_list_status"] = row(1)["list_status"].clone();
    let server = Server::start(move |_, call| {
        let is_write = call.path.ends_with("/my_list_status");
        answer(200, if is_write { short.clone() } else { whole.clone() })
    })
    .await;
    let told = [(Field::Score, merge::Value::Number(8))].into_iter().collect();
    let at = At::Entry(MalId(1));
    let held = client(&server).tell(&token(), Kind::Anime, at, &told, &Native::of(&told)).await;
    assert_eq!(held.unwrap().native.0.repeats, 1, "it is not taken for none");
    assert_eq!(server.calls().len(), 2);
}

/// Something that stands where something else should.
fn wrong() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{"node": {"id": 1}}])),
    ]
}

/// Every place of a JSON document, as a pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, one)| places(one, &format!("{at}/{name}"), found));
        }
        Value::Array(rows) => {
            rows.iter().enumerate().for_each(|(n, one)| places(one, &format!("{at}/{n}"), found));
        }
        _ => {}
    }
}

#[test]
fn whatever_bytes_come_nothing_breaks_and_no_row_is_lost_for_another() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let page = json!({"data": [row(1), row(2), row(3)], "paging": {}});
    let mut pointers = Vec::new();
    places(&page, "", &mut pointers);
    let sent = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let next = std::sync::Arc::clone(&sent);
    let server = runtime.block_on(Server::start(move |_, _| {
        ([("content-type", "application/json")], next.lock().unwrap().clone()).into_response()
    }));
    let client = client(&server);
    let read = |bytes: Vec<u8>| {
        *sent.lock().unwrap() = bytes;
        runtime.block_on(client.list(&token(), Kind::Anime))
    };
    proptest!(|(at in any::<prop::sample::Index>(), wrong in wrong(), cut in any::<prop::sample::Index>())| {
        let pointer = at.get(&pointers);
        let mut damaged = page.clone();
        *damaged.pointer_mut(pointer).unwrap() = wrong;
        let text = damaged.to_string();
        let listed = read(text.clone().into_bytes());
        if pointer.starts_with("/data/") {
            let listed = listed.unwrap();
            prop_assert!(listed.rows.rows.len() >= 2, "{} {}", pointer, text);
            prop_assert_eq!(listed.rows.whole, listed.unread.is_empty());
        }
        let half = text.as_bytes()[..cut.index(text.len())].to_vec();
        let half = read(half);
        prop_assert!(half.is_err(), "{:?}", half);
    });
}
