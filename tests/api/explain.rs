//! Why an entry is placed where it is.

use anilist_trakt_sync::domain;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::{
    Flag, List, Null, Number, NumberOrNull, Object, Text, TextOrNull, TimeOrNull, has, items,
};

const FIELDS: [(&str, crate::shape::Is); 11] = [
    ("anilistId", Number),
    ("title", Text),
    ("format", TextOrNull),
    ("episodeCount", NumberOrNull),
    ("startDate", TextOrNull),
    ("verdict", Text),
    ("source", TextOrNull),
    ("reason", TextOrNull),
    ("detail", Text),
    ("episodes", List),
    ("candidates", List),
];

async fn explain(service: &Service, id: u32) -> Value {
    let answer = service.get(&format!("/api/explain?anilistId={id}")).await.ok();
    has(&answer, &FIELDS);
    assert_eq!(answer["anilistId"], id);
    answer
}

#[tokio::test]
async fn a_show_is_explained_by_its_candidates_and_their_checks() {
    let service = Service::small().await;
    let answer = explain(&service, 1).await;
    assert_eq!(
        (&answer["verdict"], &answer["startDate"]),
        (&json!("verified"), &json!("2020-01-04"))
    );
    assert_eq!((&answer["episodeCount"], &answer["format"]), (&json!(12), &json!("TV")));
    let placement = &answer["placement"];
    assert_eq!((&placement["kind"], &placement["show"]), (&json!("episodes"), &json!(7)));
    let span = &items(placement, "spans")[0];
    assert_eq!(*span, json!({"first": 1, "last": 12, "start": {"season": 1, "number": 1}}));
    for candidate in items(&answer, "candidates") {
        has(
            candidate,
            &[
                ("source", Text),
                ("target", Object),
                ("rule", Text),
                ("checks", List),
                ("chosen", Flag),
            ],
        );
        has(&candidate["target"], &[("kind", Text), ("id", Number)]);
        for check in items(candidate, "checks") {
            has(check, &[("check", Text), ("outcome", Text), ("detail", Text)]);
            let outcome = check["outcome"].as_str().unwrap();
            assert!(["passed", "failed", "unknown"].contains(&outcome), "{outcome}");
        }
    }
    assert!(items(&answer, "candidates").iter().any(|candidate| candidate["chosen"] == true));
}

#[tokio::test]
async fn every_episode_has_its_slot_and_corrections_show() {
    let service = Service::small().await;
    let correction = json!({"traktId": 7, "abs": 2, "season": 2, "episode": 12});
    service.post("/api/overrides", &correction).await.ok();
    let answer = explain(&service, 1).await;
    let episodes = items(&answer, "episodes");
    assert_eq!(episodes.len(), 12);
    for (episode, abs) in episodes.iter().zip(1..) {
        has(
            episode,
            &[
                ("abs", Number),
                ("season", Number),
                ("number", Number),
                ("firstAired", TimeOrNull),
                ("overridden", Flag),
            ],
        );
        assert_eq!((&episode["abs"], &episode["overridden"]), (&json!(abs), &json!(abs == 2)));
    }
    assert_eq!((&episodes[1]["season"], &episodes[1]["number"]), (&json!(2), &json!(12)));
    assert!(episodes[0]["firstAired"].as_str().unwrap().starts_with("2020-01-04"));
}

#[tokio::test]
async fn a_film_is_a_placement_of_its_own_kind() {
    let answer = explain(&Service::small().await, 2).await;
    assert_eq!(answer["placement"], json!({"kind": "movie", "movie": 8}));
    let target = &items(&answer, "candidates")[0]["target"];
    assert_eq!((&target["kind"], &target["id"]), (&json!("movie"), &json!(8)));
}

#[tokio::test]
async fn places_and_entries_are_told_by_name_where_it_is_known() {
    let service = Service::small().await;
    let answer = explain(&service, 1).await;
    let show = answer["traktTitle"]["title"].as_str().unwrap().to_owned();
    for candidate in items(&answer, "candidates") {
        assert_eq!(candidate["target"]["traktTitle"], answer["traktTitle"], "{candidate}");
    }
    let correction = json!({"traktId": 7, "abs": 2, "season": 2, "episode": 12, "anilistId": 1});
    service.post("/api/overrides", &correction).await.ok();
    let corrected = &service.get("/api/overrides").await.ok()["items"][0];
    assert_eq!(corrected["traktTitle"], answer["traktTitle"]);
    assert_eq!(corrected["title"], answer["title"]);
    let rival = json!({"anilistId": 3, "traktId": 7, "type": "show", "season": 1, "title": "Lost"});
    service.post("/api/manual-map", &rival).await.ok();
    service.post("/api/full-sync", &json!({})).await.ok();
    let contested = explain(&service, 1).await;
    assert_eq!(contested["contests"][0]["by"], 3);
    assert_eq!(contested["contests"][0]["title"], "Lost");
    let waits = service.get("/api/unmapped").await.ok();
    let row = items(&waits, "items").iter().find(|row| row["anilistId"] == 1).unwrap();
    let told = row["detail"].as_str().unwrap();
    assert!(told.contains("Lost (AniList 3)"), "{told}");
    assert!(told.contains(&format!("show {show} (7)")), "{told}");
}

#[tokio::test]
async fn what_nobody_maps_has_a_reason_and_no_placement() {
    let answer = explain(&Service::small().await, 3).await;
    has(&answer, &[("placement", Null), ("source", Null), ("sentence", Text)]);
    assert_eq!(
        (&answer["verdict"], &answer["reason"]),
        (&json!("unmapped"), &json!("no_candidate"))
    );
}

#[tokio::test]
async fn explaining_stores_and_posts_nothing_of_the_history() {
    let service = Service::small().await;
    explain(&service, 1).await;
    assert_eq!(service.demo.stats().history_posts, 0);
    assert_eq!(service.get("/api/progress?anilistId=1").await.ok()["lastAbs"], 0);
}

#[tokio::test]
async fn an_id_that_anilist_does_not_know_is_a_404() {
    let service = Service::small().await;
    let sentence = service.get("/api/explain?anilistId=424242").await.refused(404, "not_found");
    assert_eq!(sentence, "AniList has no anime with this id: 424242");
}

#[tokio::test]
async fn what_was_decided_before_is_explained_while_anilist_is_down() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let before = service.get("/api/explain?anilistId=1").await.ok();
    service.answer_instead(domain::Service::ANILIST, 500, "{}");
    service.get("/api/explain?anilistId=11").await.refused(502, "outage");
    let kept = service.get("/api/explain?anilistId=1").await.ok();
    for field in ["title", "verdict", "source", "placement", "candidates", "placedAt"] {
        assert_eq!(kept[field], before[field], "{field}");
    }
    assert!(kept["keptBecause"].as_str().unwrap().contains("AniList"), "{kept}");
    assert_eq!(before["keptBecause"], Value::Null);
}

#[tokio::test]
async fn an_explanation_tells_where_it_was_before() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let second = json!({"anilistId": 1, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &second).await.ok();
    let answer = service.get("/api/explain?anilistId=1").await.ok();
    assert_eq!(answer["source"], "manual");
    assert_eq!(answer["moved"].as_array().unwrap().len(), 3);
    assert_eq!(answer["earlier"][0]["left"], json!([1, 2, 3]));
}
