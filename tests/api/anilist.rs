//! A person's AniList in their library.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::{ListEntry, Manga, Oddity, Printed};
use anilist_trakt_sync::domain::{AccountId, AiringStatus, AnilistId, ListStatus, MalId};
use anilist_trakt_sync::store::keys;
use serde_json::{Value, json};

use crate::service::{Service, large, now, small};

const ITEMS: &str = "/api/library/items";
const IMPORT: &str = "/api/anilist/import";

async fn import(service: &Service, body: &Value) -> Value {
    service.post(IMPORT, body).await.ok()
}

/// Titles added, changed, left as they are, and not read.
fn counts(imported: &Value) -> [u64; 4] {
    ["imported", "updated", "unchanged", "unread"].map(|name| imported[name].as_u64().unwrap())
}

async fn items(service: &Service) -> Vec<Value> {
    service.get(ITEMS).await.ok().as_array().unwrap().clone()
}

async fn item(service: &Service, anilist_id: u32) -> Value {
    let all = items(service).await;
    all.into_iter().find(|item| item["anilist_id"] == anilist_id).unwrap()
}

async fn version(service: &Service) -> Option<String> {
    let stored = service.store.config(&AccountId::default(), &[keys::LIBRARY]).await.unwrap();
    stored.into_iter().next().flatten()
}

#[tokio::test]
async fn both_lists_are_taken_in_and_a_second_time_nothing_is_written() {
    let service = Service::sample().await;
    let (anime, manga) = service.demo.world(|world, _| (world.list.len(), world.manga_list.len()));
    let all = (anime + manga) as u64;
    let first = import(&service, &json!({})).await;
    assert_eq!(counts(&first), [all, 0, 0, 0]);
    assert_eq!((&first["username"], &first["total"]), (&json!("demo"), &json!(all)));
    let stored = (version(&service).await, items(&service).await);
    assert_eq!(stored.1.len() as u64, all);
    assert_eq!(counts(&import(&service, &json!({})).await), [0, 0, all, 0]);
    assert_eq!((version(&service).await, items(&service).await), stored);
    let words = stored.1.iter().map(|item| item["status"].as_str().unwrap());
    let words: std::collections::BTreeSet<_> = words.collect();
    let every = ["completed", "dropped", "on-hold", "planning", "reading", "watching"];
    assert_eq!(words.into_iter().collect::<Vec<_>>(), every);
}

fn book() -> World {
    let manga = Manga {
        anilist: Some(AnilistId(500)),
        mal: Some(MalId(600)),
        mangadex: None,
        english: "Book".to_owned(),
        romaji: "Hon".to_owned(),
        native: "本".to_owned(),
        format: Printed::Novel,
        status: AiringStatus::Finished,
        chapters: 40,
        volumes: 4,
        year: 2019,
    };
    let entry = ListEntry::new(AnilistId(500), ListStatus::Repeating, 12)
        .volumes(2)
        .scored(85)
        .repeated(1)
        .noted("lent to Mika")
        .on_lists(&["A", "B"])
        .hidden()
        .private()
        .liked()
        .updated(now());
    small().with_manga(manga, entry)
}

#[tokio::test]
async fn every_field_of_an_entry_is_kept() {
    let service = Service::start(book(), &[]).await;
    assert_eq!(counts(&import(&service, &json!({"media_type": "MANGA"})).await), [1, 0, 0, 0]);
    let item = item(&service, 500).await;
    let expected = json!({
        "title": "Book", "type": "manga", "source": "anilist", "status": "reading", "progress": 12,
        "progress_volumes": 2, "max_progress": 40, "max_volumes": 4, "score": 85, "repeats": 1,
        "repeating": true, "notes": "lent to Mika", "private": true, "favourite": true, "mal_id": 600,
        "format": "novel", "release_status": "finished", "year": 2019,
        "site_url": "https://anilist.co/manga/500",
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&item[field], value, "{field}");
    }
    let history = service.get(&format!("{ITEMS}/{}/history", item["id"])).await.ok();
    assert!(history.to_string().contains("\"anilist\""), "{history}");
}

#[tokio::test]
async fn one_kind_alone_may_be_asked_for_and_no_other_word() {
    let service = Service::start(book(), &[]).await;
    let anime = import(&service, &json!({"media_type": "anime"})).await;
    assert_eq!(counts(&anime), [3, 0, 0, 0]);
    assert!(items(&service).await.iter().all(|item| item["type"] == "anime"));
    for wrong in [json!("film"), json!(7), json!(["anime"])] {
        let answer = service.post(IMPORT, &json!({ "media_type": wrong })).await;
        answer.refused(422, "invalid");
        assert_eq!(answer.json()["detail"], answer.json()["error"]);
    }
    let without = crate::shape::Answer::of(service.request(reqwest::Method::POST, IMPORT)).await;
    assert_eq!(counts(&without.ok()), [1, 0, 3, 0]);
}

#[tokio::test]
async fn what_the_person_has_here_is_moved_forward_and_never_back() {
    let service = Service::small().await;
    let ahead = json!({"title": "My own name", "type": "anime", "anilist_id": 1, "progress": 7,
        "status": "watching", "score": 40, "notes": "mine"});
    let behind = json!({"title": "A Film", "type": "anime", "mal_id": 2, "status": "planning"});
    for body in [ahead, behind] {
        service.post(ITEMS, &body).await.ok();
    }
    assert_eq!(counts(&import(&service, &json!({})).await), [1, 2, 0, 0]);
    let (one, film) = (item(&service, 1).await, item(&service, 2).await);
    assert_eq!((&one["title"], &one["progress"]), (&json!("My own name"), &json!(7)));
    assert_eq!((&one["score"], &one["notes"]), (&json!(40), &json!("mine")));
    assert_eq!(one["max_progress"], 12, "what was empty is filled");
    assert_eq!((&film["status"], &film["finished"]), (&json!("completed"), &json!("2024-02-03")));
    service.demo.world(|world, at| world.watch(AnilistId(1), 9, at));
    assert_eq!(counts(&import(&service, &json!({})).await), [0, 1, 2, 0]);
    assert_eq!(item(&service, 1).await["progress"], 9);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_told_of_and_loses_no_other() {
    let mut world = small();
    world.odd.insert(AnilistId(3), Oddity::Status);
    let service = Service::start(world, &[]).await;
    let imported = import(&service, &json!({})).await;
    assert_eq!(counts(&imported), [2, 0, 0, 1]);
    assert_eq!(imported["unread_ids"], json!([3]));
}

#[tokio::test]
async fn a_public_list_is_taken_in_by_its_name_without_what_is_private() {
    let settings = [("ANILIST_ACCESS_TOKEN", ""), ("ANILIST_USERNAME", "demo")];
    let service = Service::start(book(), &settings).await;
    assert_eq!(counts(&import(&service, &json!({})).await), [3, 0, 0, 0]);
    let status = service.get("/api/anilist/status").await.ok();
    assert_eq!((&status["connected"], &status["can_import"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn without_any_list_the_next_step_is_told() {
    let service = Service::with(&[("ANILIST_ACCESS_TOKEN", "")]).await;
    service.post(IMPORT, &json!({})).await.refused(503, "not_configured");
    let status = service.get("/api/anilist/status").await.ok();
    assert_eq!((&status["connected"], &status["can_import"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn a_long_list_is_one_write_for_each_five_hundred() {
    let service = Service::start(large(), &[]).await;
    let all = service.demo.world(|world, _| world.list.len() as u64);
    assert_eq!(counts(&import(&service, &json!({})).await), [all, 0, 0, 0]);
    let mark: Value = serde_json::from_str(&version(&service).await.unwrap()).unwrap();
    assert_eq!((all, &mark["version"]), (705, &json!(2)));
}
