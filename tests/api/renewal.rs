//! What is known of titles of the library, asked of their sources again.

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{AnilistId, Service as Other};
use serde_json::{Value, json};

use crate::service::Service;

/// Adds a title and gives its number.
async fn add(service: &Service, fields: Value) -> u64 {
    service.post("/api/library/items", &fields).await.ok()["id"].as_u64().unwrap()
}

async fn item(service: &Service, id: u64) -> Value {
    service.get(&format!("/api/library/items/{id}")).await.ok()
}

async fn refresh(service: &Service, id: u64) -> crate::shape::Answer {
    service.post(&format!("/api/library/items/{id}/refresh"), &json!({})).await
}

async fn backfill(service: &Service) -> Value {
    service.post("/api/admin/backfill-max", &json!({})).await.ok()
}

#[tokio::test]
async fn a_title_is_told_anew_and_what_the_person_says_of_it_stays() {
    let service = Service::sample().await;
    let added = json!({"title": "Kasumi-dori no Tentouya", "type": "manga", "anilist_id": 9_100_001,
        "titles": {"romaji": "Kasumi-dori no Tentouya"}, "status": "reading", "progress": 5, "score": 80});
    let id = add(&service, added).await;
    let before = item(&service, id).await;
    let after = refresh(&service, id).await.ok();
    assert_eq!(after, item(&service, id).await);
    assert_eq!(after["title"], "The Lamplighter of Kasumi Street");
    let told = ["max_progress", "max_volumes", "mal_id", "year"].map(|field| &after[field]);
    assert_eq!(told, [&json!(96), &json!(12), &json!(9_100_001), &json!(2009)]);
    assert_eq!((&after["format"], &after["release_status"]), (&json!("manga"), &json!("finished")));
    for field in ["status", "progress", "score", "source", "created_at"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    let history = service.get(&format!("/api/library/items/{id}/history")).await.ok();
    assert_eq!(history["items"][0]["by"], "source");
    service.post(&format!("/api/library/items/{id}/refresh"), &json!({})).await.ok();
    let same = service.get(&format!("/api/library/items/{id}/history")).await.ok();
    assert_eq!(same["count"], history["count"], "nothing new is no change");
}

#[tokio::test]
async fn a_title_and_a_maximum_of_the_persons_own_stay() {
    let service = Service::sample().await;
    let own = json!({"title": "the lamp one", "type": "manga", "anilist_id": 9_100_001});
    let id = add(&service, own).await;
    let set = json!({"max_progress": 100});
    let path = format!("/api/library/items/{id}");
    let request = service.request(reqwest::Method::PATCH, &path).json(&set);
    crate::shape::Answer::of(request).await.ok();
    let after = refresh(&service, id).await.ok();
    assert_eq!((&after["title"], &after["max_progress"]), (&json!("the lamp one"), &json!(100)));
    assert_eq!(after["titles"]["english"], "The Lamplighter of Kasumi Street");
}

#[tokio::test]
async fn each_title_is_asked_for_where_its_id_is_from() {
    let service = Service::sample().await;
    let uuid = "00000000-0000-4000-8000-000009100027";
    let ropeway = json!({"title": "x", "type": "manga", "source": "mangadex", "mangadex_id": uuid});
    let bebop = json!({"title": "y", "type": "anime", "mal_id": 1});
    let (ropeway, bebop) = (add(&service, ropeway).await, add(&service, bebop).await);
    assert_eq!(refresh(&service, ropeway).await.ok()["max_progress"], 21);
    assert_eq!(refresh(&service, bebop).await.ok()["anilist_id"], 1);
}

#[tokio::test]
async fn an_id_that_another_title_has_stays_that_titles() {
    let service = Service::sample().await;
    let first = json!({"title": "a", "type": "manga", "mal_id": 9_100_001});
    let second = json!({"title": "b", "type": "manga", "anilist_id": 9_100_001});
    add(&service, first).await;
    let second = add(&service, second).await;
    let after = refresh(&service, second).await.ok();
    assert_eq!((&after["mal_id"], &after["max_progress"]), (&Value::Null, &json!(96)));
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_told() {
    let service = Service::sample().await;
    refresh(&service, 99).await.refused(404, "not_found");
    let own = add(&service, json!({"title": "mine", "type": "anime"})).await;
    refresh(&service, own).await.refused(409, "refused");
    let gone =
        add(&service, json!({"title": "z", "type": "anime", "anilist_id": 77_777_777})).await;
    refresh(&service, gone).await.refused(404, "not_found");
    // It is a manga there.
    let wrong = json!({"title": "w", "type": "anime", "anilist_id": 9_100_002});
    let wrong = add(&service, wrong).await;
    refresh(&service, wrong).await.refused(404, "not_found");
    let fine = add(&service, json!({"title": "f", "type": "anime", "anilist_id": 1})).await;
    service.get("/api/sources/search?q=1&type=anime").await.ok();
    service.answer_instead(Other::ANILIST, 500, "down");
    refresh(&service, fine).await.refused(502, "outage");
    assert_eq!(item(&service, fine).await["title"], "f", "nothing old is taken for new");
}

#[tokio::test]
async fn missing_maxima_are_filled_for_everybody_fifty_titles_a_question() {
    let service = Service::sample().await;
    let by_hand = json!({"title": "h", "type": "anime", "anilist_id": 5, "max_progress": 3,
        "max_progress_by_hand": true});
    let by_hand = add(&service, by_hand).await;
    for id in 1..=60 {
        let anilist_id = 9_200_000 + id;
        service.demo.world(|world, _| {
            let mut media = world.media[&AnilistId(1)].clone();
            media.id = AnilistId(anilist_id);
            media.episodes = (id > 10).then_some(id);
            world.media.insert(media.id, media);
        });
        add(&service, json!({"title": "t", "type": "anime", "anilist_id": anilist_id})).await;
    }
    add(&service, json!({"title": "n", "type": "anime", "anilist_id": 77_777_777})).await;
    add(&service, json!({"title": "own", "type": "anime"})).await;
    let uuid = "00000000-0000-4000-8000-000009100027";
    add(&service, json!({"title": "m", "type": "manga", "mangadex_id": uuid})).await;
    let report = backfill(&service).await;
    let counts =
        ["checked", "filled", "unknown", "failed", "left"].map(|count| report[count].clone());
    assert_eq!(counts, [62, 51, 11, 0, 0]);
    assert_eq!((service.asked(Other::ANILIST), service.asked(Other::MANGADEX)), (2, 1));
    assert_eq!(item(&service, by_hand).await["max_progress"], 3);
    let items = service.get("/api/library/items").await.ok();
    let filled = items.as_array().unwrap().iter().filter(|item| item["max_progress"].is_u64());
    assert_eq!(filled.count(), 52);
    let again = backfill(&service).await;
    assert_eq!((&again["checked"], &again["filled"]), (&json!(11), &json!(0)));
    assert_eq!(
        service.asked(Other::ANILIST),
        3,
        "only what AniList does not have is asked for again"
    );
}

#[tokio::test]
async fn filling_stops_at_a_wait_and_goes_on_where_it_stopped() {
    let service = Service::sample().await;
    for id in [1, 5] {
        add(&service, json!({"title": "t", "type": "anime", "anilist_id": id})).await;
    }
    let uuid = "00000000-0000-4000-8000-000009100027";
    add(&service, json!({"title": "m", "type": "manga", "mangadex_id": uuid})).await;
    let (status, body) = (429, "{}".to_owned());
    let headers = vec![("retry-after".to_owned(), "60".to_owned())];
    let limited = Fault::new(Other::ANILIST, Action::Status { status, headers, body });
    service.demo.fail(limited);
    let report = backfill(&service).await;
    let counts = ["checked", "filled", "failed", "left"].map(|count| report[count].clone());
    assert_eq!(counts, [0, 0, 2, 1]);
    assert_eq!(report["again_at"], "2026-11-21T12:01:00Z");
    service.clock.advance(std::time::Duration::from_mins(1));
    let report = backfill(&service).await;
    assert_eq!((&report["filled"], &report["left"]), (&json!(3), &json!(0)));
}
