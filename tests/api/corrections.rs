//! All corrections as one file that people can share.

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;

const PATH: &str = "/api/corrections";

async fn with_corrections() -> Service {
    let service = Service::small().await;
    let mapping = json!({"anilistId": 3, "traktId": 7, "type": "show", "season": 2, "offset": 1});
    service.post("/api/manual-map", &mapping).await.ok();
    let correction = json!({"traktId": 7, "abs": 2, "season": 0, "episode": 1, "anilistId": 3});
    service.post("/api/overrides", &correction).await.ok();
    service.get("/api/full-sync").await.ok();
    service
}

#[tokio::test]
async fn a_file_from_one_service_gives_the_same_places_in_another() {
    let (one, other) = (with_corrections().await, Service::small().await);
    let file = one.get(PATH).await.ok();
    assert_eq!(file["mappings"].as_array().unwrap().len(), 1, "automatic ones are left out");
    let summary = other.post(PATH, &file).await.ok();
    let expected = json!({"added": 2, "replaced": 0, "unchanged": 0, "kept": []});
    assert_eq!(summary, expected);
    assert_eq!(other.get(PATH).await.ok(), file);
    let placed = |answer: Value| (answer["placement"].clone(), answer["episodes"].clone());
    let here = placed(one.get("/api/explain?anilistId=3").await.ok());
    let there = placed(other.get("/api/explain?anilistId=3").await.ok());
    assert_eq!(here, there);
    assert_eq!(here.1[1]["overridden"], true);
}

#[tokio::test]
async fn ones_own_corrections_win_unless_the_file_is_to_replace_them() {
    let service = with_corrections().await;
    let mut file = service.get(PATH).await.ok();
    file["mappings"][0]["offset"] = json!(4);
    let looked = service.post(&format!("{PATH}?dry=1&replace=1"), &file).await.ok();
    assert_eq!((&looked["replaced"], &looked["unchanged"]), (&json!(1), &json!(1)));
    let kept = service.post(PATH, &file).await.ok();
    assert_eq!(kept["kept"], json!(["the mapping of AniList 3 stays as it is"]));
    assert_ne!(service.get(PATH).await.ok(), file);
    service.post(&format!("{PATH}?replace=1"), &file).await.ok();
    assert_eq!(service.get(PATH).await.ok(), file);
}

#[tokio::test]
async fn a_file_with_mistakes_changes_nothing() {
    let service = with_corrections().await;
    let before = service.get(PATH).await.ok();
    let mut file = before.clone();
    file["mappings"] = json!([{"anilistId": 5, "traktId": 6}, {"anilistId": "x", "traktId": 6}]);
    let refused = service.post(PATH, &file).await.refused(400, "bad_request");
    assert!(refused.contains("mappings[1]: "), "{refused}");
    for (part, item, sentence) in [
        ("mappings", json!({"anilistId": 0, "traktId": 6}), "mappings[0]: ids begin at 1"),
        ("mappings", json!({"anilistId": 5, "traktId": 6, "tmdbId": 0}), "mappings[0]: ids"),
        ("overrides", json!({"traktId": 7, "abs": 0, "season": 1, "episode": 1}), "overrides[0]"),
        (
            "overrides",
            json!({"traktId": 7, "abs": 1, "season": 1, "episode": 1, "anilistId": 0}),
            "overrides[0]: ids and episodes begin at 1",
        ),
    ] {
        let mut file = before.clone();
        file[part] = json!([item]);
        let refused = service.post(PATH, &file).await.refused(400, "bad_request");
        assert!(refused.contains(sentence), "{refused}");
    }
    for bad in [json!({}), json!([1]), json!({"format": "other"})] {
        service.post(PATH, &bad).await.refused(400, "bad_request");
    }
    service.ask(Method::POST, &format!("{PATH}?dry=yes")).await.refused(400, "bad_request");
    assert_eq!(service.get(PATH).await.ok(), before);
}
