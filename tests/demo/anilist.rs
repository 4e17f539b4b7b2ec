use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::ActivityStatus;
use anilist_trakt_sync::domain::{AnilistId, ListStatus};
use serde_json::{Value, json};

use crate::client::{Bench, entry, json_of, media, now, small, start, status};

const LIST: &str = include_str!("../../crates/connectors/src/anilist/queries/list_chunk.graphql");
const CHANGED: &str =
    include_str!("../../crates/connectors/src/anilist/queries/changed_entries.graphql");
const ACTIVITIES: &str =
    include_str!("../../crates/connectors/src/anilist/queries/activities.graphql");
const ENTRY: &str = include_str!("../../crates/connectors/src/anilist/queries/entry.graphql");
const MEDIA: &str = include_str!("../../crates/connectors/src/anilist/queries/media.graphql");
const USER: &str = include_str!("../../crates/connectors/src/anilist/queries/user.graphql");
const SEARCH: &str =
    include_str!("../../crates/connectors/src/anilist/queries/search_titles.graphql");
const TITLES: &str = include_str!("../../crates/connectors/src/anilist/queries/titles.graphql");
const VIEWER: &str = include_str!("../../crates/connectors/src/anilist/queries/viewer.graphql");

async fn ask(bench: &Bench, document: &str, variables: Value) -> Value {
    json_of(bench.query(document, variables).send().await.unwrap()).await["data"].clone()
}

/// A list of this many entries, the later the number the later the change.
fn long_list(length: u32) -> World {
    (1..=length).fold(World::default(), |world, id| {
        let mut entry = entry(id, ListStatus::Completed, 12);
        entry.updated_at = i64::from(id);
        world.with_media(media(id, Some(12)), Some(entry))
    })
}

fn entries(lists: &Value) -> Vec<u64> {
    let lists = lists["MediaListCollection"]["lists"].as_array().unwrap();
    let rows = lists.iter().flat_map(|list| list["entries"].as_array().unwrap());
    rows.map(|row| row["media"]["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_viewer_is_the_owner_of_the_token() {
    let bench = start(small()).await;
    assert_eq!(ask(&bench, VIEWER, json!({})).await["Viewer"], json!({"id": 501, "name": "demo"}));
    let found = ask(&bench, USER, json!({"name": "Demo"})).await;
    assert_eq!(found["User"]["id"], 501);
    assert_eq!(status(bench.query(USER, json!({"name": "stranger"}))).await, 404);
}

#[tokio::test]
async fn a_list_comes_in_chunks_of_500() {
    let bench = start(long_list(501)).await;
    let chunk = |chunk: u32| json!({"userId": 501, "chunk": chunk, "statuses": ["COMPLETED"]});
    let first = ask(&bench, LIST, chunk(1)).await;
    let second = ask(&bench, LIST, chunk(2)).await;
    assert_eq!((entries(&first).len(), entries(&second)), (500, vec![501]));
    assert_eq!(first["MediaListCollection"]["hasNextChunk"], true);
    assert_eq!(second["MediaListCollection"]["hasNextChunk"], false);
}

#[tokio::test]
async fn an_entry_is_repeated_on_each_of_its_custom_lists() {
    let listed = entry(5, ListStatus::Current, 1).on_lists(&["A", "B"]);
    let hidden = entry(6, ListStatus::Current, 1).on_lists(&["B"]).hidden();
    let world = World::default()
        .with_media(media(5, None), Some(listed))
        .with_media(media(6, None), Some(hidden));
    let bench = start(world).await;
    let all = ask(&bench, LIST, json!({"userId": 501, "chunk": 1})).await;
    assert_eq!(entries(&all), [5, 5, 5, 6]);
    let other = json!({"userId": 501, "chunk": 1, "statuses": ["PLANNING"]});
    assert!(entries(&ask(&bench, LIST, other).await).is_empty());
}

#[tokio::test]
async fn changes_come_newest_first_50_a_page() {
    let bench = start(long_list(51)).await;
    let page = ask(&bench, CHANGED, json!({"userId": 501, "page": 1})).await["Page"].clone();
    let rows = page["mediaList"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["media"]["id"]), (50, &json!(51)));
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let last = ask(&bench, CHANGED, json!({"userId": 501, "page": 2})).await["Page"].clone();
    assert_eq!(last["mediaList"][0]["media"]["id"], 1);
    assert_eq!(last["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn watching_changes_the_entry_and_merges_into_one_activity() {
    let bench = start(small()).await;
    bench.demo.world(|world, at| {
        world.watch(AnilistId(1), 4, at);
        world.watch(AnilistId(1), 7, at);
        world.complete(AnilistId(1), at);
    });
    let feed = ask(&bench, ACTIVITIES, json!({"userId": 501, "page": 1})).await;
    let told = |index: usize| {
        let row = &feed["Page"]["activities"][index];
        (row["status"].clone(), row["progress"].clone())
    };
    assert_eq!(told(0), (json!("completed"), json!(null)));
    assert_eq!(told(1), (json!("watched episode"), json!("4 - 7")));
    let found = ask(&bench, ENTRY, json!({"userId": 501, "mediaId": 1})).await;
    let entry = &found["Page"]["mediaList"][0];
    assert_eq!((&entry["progress"], &entry["status"]), (&json!(12), &json!("COMPLETED")));
    assert_eq!(entry["completedAt"], json!({"year": 2026, "month": 11, "day": 21}));
}

#[test]
fn a_person_can_turn_merging_off() {
    let mut world = small();
    world.person.merge_minutes = 0;
    world.watch(AnilistId(1), 4, now());
    world.watch(AnilistId(1), 6, now());
    world.set_status(AnilistId(1), ListStatus::Dropped, now());
    let told: Vec<_> = world
        .activities
        .iter()
        .map(|one| (one.status.text(), one.progress.as_deref().unwrap_or_default()))
        .collect();
    let watched = "watched episode";
    assert_eq!(told, [(watched, "4"), (watched, "5 - 6"), ("dropped", "")]);
}

#[tokio::test]
async fn activities_start_after_the_moment_asked_for() {
    let bench = start(small()).await;
    let second = now().as_second();
    bench.demo.world(|world, at| {
        world.log(AnilistId(1), ActivityStatus::Watched, Some("1".into()), at);
    });
    for (since, rows) in [(second - 1, 1), (second, 0)] {
        let asked = json!({"userId": 501, "page": 1, "since": since});
        let feed = ask(&bench, ACTIVITIES, asked).await;
        assert_eq!(feed["Page"]["activities"].as_array().unwrap().len(), rows);
    }
}

#[tokio::test]
async fn an_unknown_title_is_a_404_with_an_error() {
    let bench = start(small()).await;
    assert_eq!(ask(&bench, MEDIA, json!({"id": 1})).await["Media"]["episodes"], 12);
    let response = bench.query(MEDIA, json!({"id": 2})).send().await.unwrap();
    assert_eq!(response.status(), 404);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errors"][0]["message"], "Not Found.");
    assert_eq!(body["data"], json!({"Media": null}));
}

#[tokio::test]
async fn a_foreign_query_and_a_missing_variable_are_refused_and_counted() {
    let bench = start(small()).await;
    assert_eq!(status(bench.query("query Other { Viewer { id } }", json!({}))).await, 501);
    assert_eq!(status(bench.query(MEDIA, json!({}))).await, 400);
    assert_eq!(bench.demo.stats().body_violations.len(), 2);
}

#[tokio::test]
async fn a_wrong_token_fails_public_queries_too() {
    let bench = start(small()).await;
    bench.demo.world(|world, _| "another".clone_into(&mut world.person.anilist_token));
    let response = bench.query(USER, json!({"name": "demo"})).send().await.unwrap();
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errors"][0]["message"], "Invalid token");
}

#[tokio::test]
async fn without_a_token_there_is_no_viewer_but_a_public_list() {
    let bench = start(small()).await;
    let ask = |document: &str, variables: Value| {
        let body = json!({"query": document, "variables": variables});
        let request = bench.http.post(bench.setting("ANILIST_API_URL")).json(&body);
        status(request.header("user-agent", "test").header("referer", "https://anilist.co"))
    };
    assert_eq!(ask(VIEWER, json!({})).await, 401);
    assert_eq!(ask(LIST, json!({"userId": 501, "chunk": 1})).await, 200);
}

#[tokio::test]
async fn a_request_without_referer_or_user_agent_is_turned_away() {
    let bench = start(small()).await;
    let plain =
        || bench.http.post(bench.setting("ANILIST_API_URL")).json(&json!({"query": VIEWER}));
    assert_eq!(status(plain().header("user-agent", "test")).await, 403);
    assert_eq!(status(plain().header("referer", "https://anilist.co")).await, 403);
    assert_eq!(bench.demo.stats().header_violations.len(), 2);
}

/// The ids of the titles of a page.
fn ids(found: &Value) -> Vec<u64> {
    let rows = found["Page"]["media"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn titles_are_found_by_name_by_likeness_or_by_popularity() {
    let bench = start(World::sample(now())).await;
    let search = async |text: &str, kind: Value, sort: &str| {
        let variables = json!({"text": text, "type": kind, "sort": [sort], "perPage": 3});
        ask(&bench, SEARCH, variables).await
    };
    let alike = search("death note", Value::Null, "SEARCH_MATCH").await;
    assert_eq!(ids(&alike), [1535]);
    let manga = search("no", json!("MANGA"), "POPULARITY_DESC").await;
    assert_eq!(ids(&manga).len(), 3);
    assert!(manga["Page"]["media"][0]["chapters"].is_u64());
    assert_eq!(ids(&search("no", json!("MANGA"), "SEARCH_MATCH").await).len(), 3);
    assert_eq!(ids(&search("death note", json!("MANGA"), "SEARCH_MATCH").await), [0_u64; 0]);
    let both = ask(&bench, TITLES, json!({"ids": [21, 9_100_003, 77]})).await;
    assert_eq!(ids(&both), [21, 9_100_003]);
    let running = &both["Page"]["media"][1];
    assert_eq!((&running["chapters"], &running["status"]), (&Value::Null, &json!("RELEASING")));
}
