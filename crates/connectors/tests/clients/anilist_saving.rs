//! Changing a list at AniList: what is told, in how many requests, and what comes of a refusal.

use anilist_trakt_sync_connectors::anilist::{AniListClient, SAVED_AT_ONCE, Telling, Unsaved};
use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_core::domain::AnilistId;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Count, Entry, Field, Native, PerField, Saved, Value};
use axum::response::Response;
use secrecy::SecretString;
use serde_json::{Value as Json, json};

use super::support::{Call, Server, json, outbound};

fn telling(title: u32, told: &[(Field, Value)]) -> Telling {
    let mut target = Native(Entry { status: Status::Current, ..Entry::default() });
    for (field, value) in told {
        target.0.set(*field, value);
    }
    Telling {
        title: AnilistId(title),
        kind: Kind::Anime,
        told: told.iter().cloned().collect::<PerField<Value>>(),
        target,
    }
}

fn progress(episodes: u32) -> (Field, Value) {
    (Field::Progress, Value::Count(Count::Of(episodes)))
}

fn saved(id: u32) -> Json {
    json!({
        "id": 1_000 + id, "status": "CURRENT", "score": 85.0, "progress": 5, "progressVolumes": null,
        "repeat": 0, "private": false, "notes": null, "updatedAt": 1_700_000_000,
        "startedAt": {"year": 2021, "month": 5, "day": null},
        "completedAt": {"year": null, "month": null, "day": null},
    })
}

/// Takes every entry but that of title 13, on whose account it takes none of a request.
fn anilist(_: usize, call: &Call) -> Response {
    let variables = call.body["variables"].as_object().unwrap();
    let titles = (0..).map_while(|place| variables.get(&format!("mediaId{place}")));
    let titles: Vec<u32> = titles.map(|id| u32::try_from(id.as_u64().unwrap()).unwrap()).collect();
    if titles.contains(&13) {
        let error = json!({"message": "validation", "status": 400, "validation": {"mediaId": ["The selected media id is invalid."]}});
        return json(400, json!({"errors": [error], "data": null}));
    }
    let rows = titles.iter().enumerate().map(|(place, id)| (format!("e{place}"), saved(*id)));
    json(200, json!({"data": rows.collect::<serde_json::Map<_, _>>()}))
}

fn token() -> SecretString {
    "the-token".to_owned().into()
}

async fn tell(server: &Server, batch: &[Telling]) -> Vec<Result<Saved, Unsaved>> {
    let client = AniListClient::new(outbound().0, server.url.clone());
    client.save(&token(), batch).await.unwrap()
}

#[tokio::test]
async fn only_what_is_told_is_an_argument() {
    let server = Server::start(anilist).await;
    let score = (Field::Score, Value::Number(85));
    let saved = tell(&server, &[telling(1, &[score])]).await;
    let [call] = &server.calls()[..] else { panic!("{:?}", server.calls()) };
    assert_eq!(call.body["variables"], json!({"mediaId0": 1, "scoreRaw0": 85}));
    assert_eq!(call.header("authorization"), Some("Bearer the-token"));
    let query = call.body["query"].as_str().unwrap();
    assert!(query.contains("mutation SaveEntries($mediaId0: Int, $scoreRaw0: Int) {"), "{query}");
    let saved = saved[0].as_ref().unwrap();
    assert_eq!((saved.entry, saved.native.0.score), (1_001, 85));
    assert_eq!(saved.native.0.started.to_string(), "2021-05");
}

#[tokio::test]
async fn a_rewatch_is_a_status_and_a_date_that_is_taken_away_has_no_part() {
    let server = Server::start(anilist).await;
    let again = (Field::Repeating, Value::Flag(true));
    let none = |field| (field, Value::Date("".parse().unwrap_or_default()));
    let notes = (Field::Notes, Value::Text(None));
    tell(&server, &[telling(1, &[again, none(Field::Finished), notes])]).await;
    let told = &server.calls()[0].body["variables"];
    let nothing = json!({"year": null, "month": null, "day": null});
    let expected =
        json!({"mediaId0": 1, "status0": "REPEATING", "completedAt0": nothing, "notes0": ""});
    assert_eq!(*told, expected);
}

#[tokio::test]
async fn ten_entries_are_one_request() {
    let server = Server::start(anilist).await;
    let batch: Vec<Telling> =
        (20..).take(SAVED_AT_ONCE).map(|id| telling(id, &[progress(5)])).collect();
    let saved = tell(&server, &batch).await;
    assert_eq!((saved.len(), server.calls().len()), (10, 1));
    let entries: Vec<u64> = saved.into_iter().map(|saved| saved.unwrap().entry).collect();
    assert_eq!(entries, (1_020..1_030).collect::<Vec<u64>>());
}

#[tokio::test]
async fn one_that_is_refused_holds_up_no_other() {
    let server = Server::start(anilist).await;
    let batch = [12, 13, 14].map(|id| telling(id, &[progress(5)]));
    let saved = tell(&server, &batch).await;
    assert_eq!(server.calls().len(), 1 + 3, "once together, then each by itself");
    let kept: Vec<bool> = saved.iter().map(Result::is_ok).collect();
    assert_eq!(kept, [true, false, true]);
    assert!(saved[1].as_ref().unwrap_err().to_string().contains("validation"), "{saved:?}");
}

#[tokio::test]
async fn a_write_is_not_sent_again_where_its_answer_is_lost() {
    let server = Server::start(|_, _: &Call| json(503, json!({}))).await;
    let client = AniListClient::new(outbound().0, server.url.clone());
    let error = client.save(&token(), &[telling(1, &[progress(5)])]).await.unwrap_err();
    assert!(matches!(error.fault, Fault::Outage { status: 503 }), "{error:?}");
    assert_eq!(server.calls().len(), 1);
    assert!(!format!("{error:?}").contains("the-token"));
}

#[tokio::test]
async fn an_answer_without_the_entry_is_none() {
    for answer in
        [json!({"data": {}}), json!({"data": {"e0": null}}), json!({"data": {"e0": {"id": 1}}})]
    {
        let server = Server::start(move |_, _: &Call| json(200, answer.clone())).await;
        let client = AniListClient::new(outbound().0, server.url.clone());
        let error = client.save(&token(), &[telling(1, &[progress(5)])]).await.unwrap_err();
        assert!(matches!(error.fault, Fault::UnexpectedBody { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_is_gone_already_is_deleted() {
    let server = Server::start(|number, _: &Call| match number {
        0 => json(200, json!({"data": {"DeleteMediaListEntry": {"deleted": true}}})),
        _ => json(404, json!({"errors": [{"message": "Not Found.", "status": 404}], "data": null})),
    })
    .await;
    let client = AniListClient::new(outbound().0, server.url.clone());
    client.delete(&token(), 1_001).await.unwrap();
    client.delete(&token(), 1_001).await.unwrap();
    assert_eq!(server.calls()[1].body["variables"], json!({"id": 1_001}));
}
