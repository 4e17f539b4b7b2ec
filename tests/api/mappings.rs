//! Mappings by hand, and corrections of single episodes.

use anilist_trakt_sync::domain::{self, TraktShowId};
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::{List, Null, Number, NumberOrNull, Text, TextOrNull, Time, has, items};

async fn map(service: &Service, body: Value) -> String {
    service.post("/api/manual-map", &body).await.refused(400, "bad_request")
}

async fn manual(service: &Service) -> Vec<Value> {
    let all = service.get("/api/mappings").await.ok();
    has(&all, &[("manual", List), ("auto", List)]);
    all["manual"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_mapping_is_made_replaced_and_removed() {
    let service = Service::small().await;
    let made = service.post("/api/manual-map", &json!({"anilistId": 3, "traktId": 7})).await.ok();
    assert_eq!(made, json!({"success": true, "added": 3}));
    let full = json!({
        "anilistId": 3, "traktId": 8, "tmdbId": 80, "imdbId": "tt0000080", "tvdbId": 9,
        "type": "movie", "season": 0, "offset": 2, "title": "Lost",
    });
    assert_eq!(service.post("/api/manual-map", &full).await.ok()["added"], 3);
    let rows = manual(&service).await;
    assert_eq!(rows.len(), 1, "one mapping an entry");
    let mut expected = full.clone();
    expected["mediaType"] = json!("movie");
    expected["type"] = json!("manual");
    expected["source"] = json!("manual");
    expected["updatedAt"] = json!(service.clock.now());
    expected["verdict"] = json!(null);
    expected["cover"] = json!(null);
    expected["traktTitle"] = json!(null);
    assert_eq!(rows[0], expected);
    let removed = service.delete("/api/manual-map?anilistId=3").await.ok();
    assert_eq!((removed, manual(&service).await.len()), (json!({"success": true}), 0));
    service.delete("/api/manual-map?anilistId=3").await.refused(404, "not_found");
}

#[tokio::test]
async fn ids_may_be_written_as_text_or_pasted() {
    let service = Service::small().await;
    let body = json!({
        "anilistId": "https://anilist.co/anime/3/Lost", "traktId": " 7 ", "tmdbId": "70",
        "tvdbId": "700", "imdbId": " tt0000007 ", "season": "2", "offset": "",
    });
    assert_eq!(service.post("/api/manual-map", &body).await.ok()["added"], 3);
    let row = &manual(&service).await[0];
    let ids = ["traktId", "tmdbId", "tvdbId", "season"].map(|name| row[name].as_u64().unwrap());
    assert_eq!((ids, &row["imdbId"]), ([7, 70, 700, 2], &json!("tt0000007")));
    has(row, &[("offset", Null), ("mediaType", Null), ("title", Null)]);
}

#[tokio::test]
async fn the_field_that_cannot_be_used_is_named() {
    let service = Service::small().await;
    let good = json!({"anilistId": 1, "traktId": 7});
    for field in ["anilistId", "traktId", "tmdbId", "tvdbId"] {
        for bad in [
            json!(0),
            json!(-1),
            json!(1.5),
            json!("abc"),
            json!([]),
            json!({}),
            json!(true),
            json!("0"),
            json!("1.5"),
            json!(1e30),
        ] {
            let mut body = good.clone();
            body[field] = bad.clone();
            let sentence = map(&service, body).await;
            assert!(sentence.starts_with(&format!("{field} is not a ")), "{bad}: {sentence}");
        }
    }
    for field in ["anilistId", "traktId"] {
        for missing in [json!(null), json!("")] {
            let mut body = good.clone();
            body[field] = missing;
            assert_eq!(map(&service, body).await, format!("{field} is missing"));
        }
    }
    assert!(manual(&service).await.is_empty());
}

#[tokio::test]
async fn what_is_not_an_imdb_id_a_type_a_season_or_an_offset_is_refused() {
    let service = Service::small().await;
    for (field, bad, sentence) in [
        ("imdbId", json!("nm0000007"), "imdbId is not like tt1234567: nm0000007"),
        ("imdbId", json!("tt12"), "imdbId is not like tt1234567: tt12"),
        ("imdbId", json!(1_234_567), "imdbId is not like tt1234567: 1234567"),
        ("title", json!({}), "title is not a text: {}"),
        ("type", json!("series"), "type is neither show nor movie: series"),
        ("type", json!(1), "type is neither show nor movie: 1"),
        ("season", json!(-1), "season is not a whole number from 0: -1"),
        ("season", json!(70_000), "season is too large: 70000"),
        ("offset", json!("x"), "offset is not a whole number from 0: \"x\""),
    ] {
        let mut body = json!({"anilistId": 1, "traktId": 7});
        body[field] = bad;
        assert_eq!(map(&service, body).await, sentence);
    }
}

#[tokio::test]
async fn mappings_found_by_the_service_are_listed_apart() {
    let service = Service::small().await;
    service.post("/api/watching-sync", &json!({})).await.ok();
    let all = service.get("/api/mappings").await.ok();
    let row = &items(&all, "auto")[0];
    has(
        row,
        &[
            ("anilistId", Number),
            ("traktId", Number),
            ("tmdbId", NumberOrNull),
            ("imdbId", TextOrNull),
            ("tvdbId", NumberOrNull),
            ("type", Text),
            ("mediaType", Text),
            ("season", NumberOrNull),
            ("offset", NumberOrNull),
            ("source", Text),
            ("title", TextOrNull),
            ("updatedAt", Time),
        ],
    );
    assert_eq!(
        (&row["anilistId"], &row["traktId"], &row["type"]),
        (&json!(1), &json!(7), &json!("auto"))
    );
    service.delete("/api/manual-map?anilistId=1").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_mapping_by_hand_decides_where_a_title_goes() {
    let service = Service::small().await;
    service.get("/api/sync?anilistId=3").await.refused(404, "not_found");
    let body = json!({"anilistId": 3, "traktId": 7, "type": "show", "season": 2, "offset": 4});
    service.post("/api/manual-map", &body).await.ok();
    let plan = service.get("/api/plan?anilistId=3").await.ok();
    let slots: Vec<_> =
        items(&plan, "plays").iter().map(|p| (&p["season"], &p["number"])).collect();
    assert_eq!(slots[0], (&json!(2), &json!(5)));
    assert_eq!(slots.len(), 5);
}

#[tokio::test]
async fn corrections_are_made_used_and_removed() {
    let service = Service::small().await;
    let one = json!({"traktId": 7, "abs": 2, "season": 2, "episode": 12});
    let own = json!({"traktId": "7", "abs": "3", "season": "0", "episode": "1", "anilistId": "1"});
    for body in [&one, &own] {
        let made = service.post("/api/overrides", body).await.ok();
        assert_eq!(made, json!({"success": true}));
    }
    let all = service.get("/api/overrides").await.ok();
    assert_eq!(all["count"], 2);
    for row in items(&all, "items") {
        has(
            row,
            &[
                ("traktId", Number),
                ("abs", Number),
                ("season", Number),
                ("episode", Number),
                ("anilistId", NumberOrNull),
            ],
        );
    }
    let plan = service.get("/api/plan?anilistId=1").await.ok();
    let slots: Vec<_> = items(&plan, "plays")
        .iter()
        .map(|p| (p["season"].as_u64().unwrap(), p["number"].as_u64().unwrap()))
        .collect();
    assert_eq!(slots, [(1, 1), (2, 12), (0, 1)]);
    let path = "/api/overrides?traktId=7&abs=3";
    service.delete(path).await.refused(404, "not_found");
    let removed = service.delete(&format!("{path}&anilistId=1")).await.ok();
    assert_eq!(removed, json!({"success": true}));
    service.delete("/api/overrides?traktId=7&abs=2").await.ok();
    assert_eq!(service.get("/api/overrides").await.ok(), json!({"count": 0, "items": []}));
}

#[tokio::test]
async fn a_correction_without_a_field_is_told_which() {
    let service = Service::small().await;
    for field in ["traktId", "abs", "season", "episode"] {
        let mut body = json!({"traktId": 7, "abs": 2, "season": 2, "episode": 12});
        body[field] = json!(null);
        let answer = service.post("/api/overrides", &body).await;
        assert_eq!(answer.refused(400, "bad_request"), format!("{field} is missing"));
        body[field] = json!(-3);
        let sentence = service.post("/api/overrides", &body).await.refused(400, "bad_request");
        assert!(sentence.starts_with(&format!("{field} is not a ")), "{sentence}");
    }
    let missing = service.delete("/api/overrides?traktId=7").await;
    assert_eq!(missing.refused(400, "bad_request"), "abs is missing");
    assert_eq!(missing.json()["hint"], "add it to the query");
    let bad = service.delete("/api/overrides?traktId=x&abs=1").await;
    assert!(bad.refused(400, "bad_request").starts_with("traktId is not a positive whole number"));
}

#[tokio::test]
async fn what_trakt_does_not_have_is_refused_by_its_name_and_not_saved() {
    let service = Service::small().await;
    let none = "Trakt has no show with this number, or no episode of it: 404";
    let short = "season 2 of Trakt's show 7 has 12 episodes, so none comes after 12";
    for (body, sentence) in [
        (json!({"traktId": 404, "type": "show"}), none),
        (json!({"traktId": 404, "type": "show", "season": 1}), none),
        (json!({"traktId": 404, "type": "movie"}), "Trakt has no film with this number: 404"),
        (json!({"traktId": 404}), "Trakt has no film with this number: 404"),
        (json!({"traktId": 7, "type": "movie"}), "Trakt has no film with this number: 7"),
        (json!({"traktId": 7, "type": "show", "season": 9}), "Trakt's show 7 has no season 9"),
        (json!({"traktId": 7, "season": 9}), "Trakt's show 7 has no season 9"),
        (json!({"traktId": 7, "type": "show", "season": 2, "offset": 12}), short),
    ] {
        let mut body = body;
        body["anilistId"] = json!(3);
        assert_eq!(map(&service, body).await, sentence);
    }
    assert!(manual(&service).await.is_empty());
    for (body, sentence) in [
        (json!({"traktId": 404, "abs": 1, "season": 1, "episode": 1}), none),
        (json!({"traktId": 7, "abs": 1, "season": 9, "episode": 1}), "Trakt's show 7 has no S9E1"),
        (
            json!({"traktId": 7, "abs": 1, "season": 1, "episode": 13}),
            "Trakt's show 7 has no S1E13",
        ),
        (
            json!({"traktId": 7, "abs": 1, "season": 0, "episode": 0, "anilistId": 1}),
            "Trakt's show 7 has no S0E0",
        ),
    ] {
        let answer = service.post("/api/overrides", &body).await;
        assert_eq!(answer.refused(400, "bad_request"), sentence);
    }
    assert_eq!(service.get("/api/overrides").await.ok()["count"], 0);
}

#[tokio::test]
async fn what_cannot_be_checked_is_not_saved() {
    let service = Service::small().await;
    service.answer_instead(domain::Service::TRAKT, 500, "");
    let body = json!({"anilistId": 3, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &body).await.refused(409, "refused");
    let body = json!({"traktId": 7, "abs": 1, "season": 1, "episode": 1});
    service.post("/api/overrides", &body).await.refused(409, "refused");
    assert!(manual(&service).await.is_empty());
}

#[tokio::test]
async fn an_episode_that_trakt_lists_since_the_show_was_read_can_be_named() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let body = json!({"anilistId": 1, "abs": 1, "season": 3, "episode": 1});
    service.post("/api/overrides", &body).await.refused(400, "bad_request");
    service.demo.world(|world, _| {
        let mut show = world.catalogue.show(TraktShowId(7)).unwrap().clone();
        show = show.undated_season(3, 1);
        world.catalogue.add_show(show);
    });
    service.post("/api/overrides", &body).await.ok();
}

#[tokio::test]
async fn a_correction_of_a_title_is_for_that_title_alone() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let other = json!({"anilistId": 3, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &other).await.ok();
    // The show is the one that the title is on.
    let correction = json!({"anilistId": 1, "abs": 1, "season": 0, "episode": 1});
    service.post("/api/overrides", &correction).await.ok();
    let row = &service.get("/api/overrides").await.ok()["items"][0];
    assert_eq!((&row["traktId"], &row["anilistId"]), (&json!(7), &json!(1)));
    let explained = |id: u32| service.get(format!("/api/explain?anilistId={id}").leak());
    assert_eq!(explained(1).await.ok()["episodes"][0]["overridden"], true);
    assert_eq!(explained(3).await.ok()["episodes"][0]["overridden"], false);
    let nowhere = json!({"anilistId": 77, "abs": 1, "season": 0, "episode": 1});
    let answer = service.post("/api/overrides", &nowhere).await;
    assert_eq!(answer.refused(400, "bad_request"), "traktId is missing");
}

#[tokio::test]
async fn a_mapping_is_tried_out_without_being_saved() {
    let service = Service::small().await;
    let body = json!({"anilistId": 1, "traktId": 7, "type": "show", "season": 2, "offset": 4});
    let tried = service.post("/api/manual-map?dry=1", &body).await.ok();
    let episodes = tried["episodes"].as_array().unwrap();
    assert_eq!((&episodes[0]["season"], &episodes[0]["number"]), (&json!(2), &json!(5)), "{tried}");
    let seasons = json!([
        {"season": 0, "first": 1, "last": 1, "episodes": 1},
        {"season": 1, "first": 1, "last": 12, "episodes": 12},
        {"season": 2, "first": 1, "last": 12, "episodes": 12},
    ]);
    assert_eq!(tried["seasons"], seasons);
    assert_eq!(service.get("/api/mappings").await.ok()["manual"], json!([]));
    let now = service.get("/api/explain?anilistId=1").await.ok();
    assert_eq!((&now["episodes"][0]["season"], &now["seasons"]), (&json!(1), &seasons));
    let nowhere = json!({"anilistId": 1, "traktId": 7, "type": "show", "season": 9});
    let tried = service.post("/api/manual-map?dry=1", &nowhere).await.ok();
    assert_eq!((&tried["placement"], &tried["episodes"]), (&json!(null), &json!([])), "{tried}");
}

#[tokio::test]
async fn a_title_is_looked_for_on_trakt() {
    let service = Service::small().await;
    let all = service.get("/api/search?q=Two%20Seasons").await.ok();
    let expected = json!([{"kind": "show", "traktId": 7, "title": "Two Seasons", "year": 2020}]);
    assert_eq!(all, json!({"count": 1, "items": expected}));
    let films = service.get("/api/search?q=a%20film&type=movie").await.ok();
    assert_eq!(films["items"][0]["traktId"], 8);
    for bad in ["", "?q=", "?q=%20", "?q=a&type=book", &format!("?q={}", "a".repeat(201))] {
        service.get(&format!("/api/search{bad}")).await.refused(400, "bad_request");
    }
}
