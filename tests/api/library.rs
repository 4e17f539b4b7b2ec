//! What a person watches and reads: added, listed, changed, counted, as the tracker's clients expect it.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::Answer;

const ITEMS: &str = "/api/library/items";

async fn add(service: &Service, body: Value) -> Value {
    service.post(ITEMS, &body).await.ok()
}

async fn patch(service: &Service, id: u64, body: Value) -> Answer {
    let path = format!("{ITEMS}/{id}");
    Answer::of(service.request(Method::PATCH, &path).json(&body)).await
}

async fn step(service: &Service, id: u64, body: Value) -> Answer {
    service.post(&format!("{ITEMS}/{id}/step"), &body).await
}

async fn listed(service: &Service, query: &str) -> Vec<u64> {
    let items = service.get(&format!("{ITEMS}{query}")).await.ok();
    items.as_array().unwrap().iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

/// An anime, a manga, and one that is known nowhere else.
async fn three() -> Service {
    let service = Service::small().await;
    let frieren = json!({"title": "Frieren", "type": "anime", "source": "anilist",
        "cover_url": "https://s4.anilist.co/1.jpg", "status": "watching", "progress": 27,
        "max_progress": 28, "anilist_id": 154_587, "score": 90, "year": 2023});
    add(&service, frieren).await;
    add(
        &service,
        json!({"title": "Berserk", "type": "manga", "status": "reading", "mal_id": 2,
        "progress": 350, "progress_volumes": 40}),
    )
    .await;
    add(&service, json!({"title": "apricot tales", "type": "anime", "source": "local"})).await;
    service
}

#[tokio::test]
async fn the_tracker_s_calls_are_answered_as_it_answered_them() {
    let service = Service::small().await;
    assert_eq!(service.get(ITEMS).await.ok(), json!([]));
    let body = json!({"title": "One Piece", "type": "manga", "source": "anilist"});
    let made = add(&service, body).await;
    let seed = ["id", "title", "type", "source", "cover_url", "status", "progress"];
    let first: Vec<Value> = seed.map(|field| made[field].clone()).into();
    let expected = json!([1, "One Piece", "manga", "anilist", null, "planning", 0]);
    assert_eq!(Value::from(first), expected);
    assert_eq!(service.get(&format!("{ITEMS}/1")).await.ok(), made);
    let changed = patch(&service, 1, json!({"status": "reading", "progress": 12})).await.ok();
    assert_eq!((&changed["status"], &changed["progress"]), (&json!("reading"), &json!(12)));
    let summary = service.get("/api/library/summary/").await.ok();
    assert_eq!(summary["total"], 1);
    assert_eq!(
        (&summary["by_type"], &summary["by_status"]),
        (&json!({"manga": 1}), &json!({"reading": 1}))
    );
    assert_eq!(service.get(&format!("{ITEMS}/")).await.ok(), json!([changed]));
    for _ in 0..2 {
        assert_eq!(service.delete(&format!("{ITEMS}/1")).await.ok(), json!({"ok": true}));
    }
    let gone = service.get(&format!("{ITEMS}/1")).await;
    let detail = gone.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(gone.refused(404, "not_found"), detail);
    assert!(detail.ends_with(": 1"), "{detail}");
}

#[tokio::test]
async fn what_an_item_cannot_be_is_refused_and_names_the_field() {
    let service = three().await;
    for (body, field) in [
        (json!({"type": "anime"}), "title"),
        (json!({"title": "x"}), "type"),
        (json!({"title": "x", "type": "novel"}), "type"),
        (json!({"title": "x", "type": "anime", "status": "seen"}), "status"),
        (json!({"title": "x", "type": "anime", "progress": -1}), "progress"),
    ] {
        let told = service.post(ITEMS, &body).await.refused(422, "invalid");
        assert!(told.ends_with(&format!(": {field}")), "{told}");
    }
    let above = patch(&service, 1, json!({"progress": 29})).await;
    assert!(above.refused(422, "invalid").contains("29 is above the known maximum of 28"));
    patch(&service, 1, json!({"progress": 29, "force": true})).await.ok();
    patch(&service, 99, json!({"progress": 1})).await.refused(404, "not_found");
    let odd = service.get(&format!("{ITEMS}/one")).await.refused(404, "not_found");
    assert!(odd.ends_with(": one"), "{odd}");
    service.post(ITEMS, &json!([])).await.refused(400, "bad_request");
}

#[tokio::test]
async fn a_title_that_is_there_is_refused_and_named() {
    let service = three().await;
    let again = json!({"title": "Sousou no Frieren", "type": "anime", "anilist_id": "154587"});
    let answer = service.post(ITEMS, &again).await;
    assert_eq!(answer.json()["item_id"], 1);
    assert!(answer.refused(409, "in_library").ends_with(": 1"));
    let other = json!({"title": "A manga", "type": "manga", "anilist_id": 154_587});
    assert_eq!(add(&service, other).await["id"], 4);
    patch(&service, 3, json!({"anilist_id": 154_587})).await.refused(409, "in_library");
}

#[tokio::test]
async fn the_list_is_narrowed_ordered_and_cut_by_the_query() {
    let service = three().await;
    assert_eq!(listed(&service, "?type=anime").await, [1, 3]);
    assert_eq!(listed(&service, "?status=reading,planning").await, [2, 3]);
    assert_eq!(listed(&service, "?q=FRIER").await, [1]);
    assert_eq!(listed(&service, "?service=mal").await, [2]);
    assert_eq!(listed(&service, "?sort=title&order=desc").await, [1, 2, 3]);
    assert_eq!(listed(&service, "?sort=progress").await, [3, 1, 2]);
    let page = service.get(&format!("{ITEMS}?sort=title&limit=1&offset=1&q=")).await;
    assert_eq!(page.header("x-total-count"), "3");
    let (one, link) = (page.ok(), page.header("link").to_owned());
    assert_eq!(one[0]["id"], 2);
    for (rel, offset) in [("first", 0), ("prev", 0), ("next", 2), ("last", 2)] {
        let part = format!("&sort=title&offset={offset}>; rel=\"{rel}\"");
        assert!(link.contains(&part), "{part} is not in {link}");
    }
    for query in [
        "?type=x",
        "?status=watching,seen",
        "?sort=id",
        "?order=up",
        "?limit=0",
        "?limit=x",
        "?offset=-1",
    ] {
        service.get(&format!("{ITEMS}{query}")).await.refused(422, "invalid");
    }
}

#[tokio::test]
async fn a_caller_who_has_the_state_is_not_sent_it_again() {
    let service = three().await;
    let first = service.get(ITEMS).await;
    let state = first.header("etag").to_owned();
    let ask = async |state: &str| {
        Answer::of(service.request(Method::GET, ITEMS).header("if-none-match", state)).await.status
    };
    assert_eq!(ask(&state).await, 304);
    assert_eq!(ask(&format!("\"other\", {state}")).await, 304);
    patch(&service, 3, json!({"score": null})).await.ok();
    assert_eq!(ask(&state).await, 304, "nothing was another than before");
    patch(&service, 3, json!({"score": 5})).await.ok();
    assert_eq!(ask(&state).await, 200);
}

#[tokio::test]
async fn a_step_says_how_to_take_it_back_and_offers_the_end() {
    let service = three().await;
    let before = service.get(&format!("{ITEMS}/1")).await.ok();
    let made = step(&service, 1, json!({"by": 1, "unit": "episode"})).await.ok();
    assert_eq!((&made["item"]["progress"], &made["offer"]), (&json!(28), &json!("completed")));
    assert_eq!(
        (&made["item"]["status"], &made["undo"]),
        (&json!("watching"), &json!({"progress": 27}))
    );
    step(&service, 1, json!({})).await.refused(422, "invalid");
    let back = patch(&service, 1, made["undo"].clone()).await.ok();
    for (field, value) in
        before.as_object().unwrap().iter().filter(|(field, _)| *field != "updated_at")
    {
        assert_eq!(&back[field], value, "{field}");
    }
    let begun = step(&service, 3, json!({})).await.ok();
    assert_eq!(begun["item"]["status"], "watching");
    assert_eq!(begun["undo"], json!({"status": "planning", "progress": 0}));
    let volume = step(&service, 2, json!({"by": -1, "unit": "volume"})).await.ok();
    assert_eq!(volume["item"]["progress_volumes"], 39);
    for body in
        [json!({"unit": "chapter"}), json!({"by": 2}), json!({"by": "1"}), json!({"unit": null})]
    {
        step(&service, 1, body).await.refused(422, "invalid");
    }
    step(&service, 77, json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_history_of_a_title_tells_who_changed_what() {
    let service = three().await;
    patch(&service, 1, json!({"score": 95, "notes": "again"})).await.ok();
    patch(&service, 1, json!({"score": 95})).await.ok();
    let history = service.get(&format!("{ITEMS}/1/history")).await.ok();
    assert_eq!(history["count"], 2);
    let newest = &history["items"][0];
    let fields = json!([
        {"field": "score", "before": 90, "after": 95},
        {"field": "notes", "before": null, "after": "again"},
    ]);
    assert_eq!(
        (&newest["by"], &newest["added"], &newest["fields"]),
        (&json!("you"), &json!(false), &fields)
    );
    assert_eq!(history["items"][1]["added"], true);
    service.get(&format!("{ITEMS}/8/history")).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_was_watched_is_counted_by_the_day_of_the_person_s_zone() {
    let service = three().await;
    Answer::of(
        service
            .request(Method::PATCH, "/api/settings")
            .json(&json!({"timezone": "Pacific/Kiritimati"})),
    )
    .await
    .ok();
    patch(&service, 2, json!({"progress": 353})).await.ok();
    step(&service, 1, json!({})).await.ok();
    step(&service, 1, json!({"by": -1})).await.ok();
    let stats = service.get("/api/library/stats").await.ok();
    let day =
        service.clock.now().to_zoned(jiff::tz::TimeZone::get("Pacific/Kiritimati").unwrap()).date();
    assert_eq!(stats["days"], json!([{"day": day, "episodes": 0, "chapters": 3}]));
    assert_eq!(stats["streak"], 1);
    assert_eq!(stats["scores"], json!([0, 0, 0, 0, 0, 0, 0, 0, 1, 0]));
}

#[tokio::test]
async fn steps_at_once_are_all_counted_also_by_two_copies_of_the_service() {
    let service = three().await;
    let copy = service.another_copy(&[]).await;
    let at = |number: usize, path: &str| {
        let address = if number.is_multiple_of(2) { &service.address } else { &copy.address };
        format!("http://{address}{path}")
    };
    let step = async |number| {
        let request = service.http.post(at(number, &format!("{ITEMS}/2/step")));
        Answer::of(request.json(&json!({"unit": "chapter"}))).await.ok()
    };
    join_all((0..12).map(step)).await;
    for number in [0, 1] {
        let items = Answer::of(service.http.get(at(number, ITEMS))).await.ok();
        assert_eq!(items[1]["progress"], 362);
    }
}

#[tokio::test]
async fn each_account_has_a_library_of_its_own() {
    let settings = [("AUTH", "accounts"), ("REGISTRATION", "open")];
    let service = Service::with(&settings).await;
    let mut tokens = Vec::new();
    for name in ["mio", "yui"] {
        let who = json!({"username": name, "password": "correct horse"});
        service.post("/api/auth/register", &who).await.ok();
        let form = [("username", name), ("password", "correct horse")];
        let signed = Answer::of(service.request(Method::POST, "/api/auth/token").form(&form)).await;
        tokens.push(signed.ok()["access_token"].as_str().unwrap().to_owned());
    }
    let ask = async |who: usize, method: Method, path: &str, body: Value| {
        let request = service.request(method, path).bearer_auth(&tokens[who]);
        Answer::of(request.json(&body)).await
    };
    let title = json!({"title": "Akira", "type": "anime", "anilist_id": 47});
    for who in [0, 1] {
        assert_eq!(ask(who, Method::POST, ITEMS, title.clone()).await.ok()["id"], 1);
    }
    let second = json!({"title": "Only mio's", "type": "anime"});
    assert_eq!(ask(0, Method::POST, ITEMS, second).await.ok()["id"], 2);
    let others = format!("{ITEMS}/2");
    for method in [Method::GET, Method::PATCH] {
        ask(1, method, &others, json!({"score": 1})).await.refused(404, "not_found");
    }
    ask(1, Method::DELETE, &others, json!({})).await.ok();
    assert_eq!(ask(0, Method::GET, ITEMS, json!({})).await.ok().as_array().unwrap().len(), 2);
    let farewell = json!({"password": "correct horse"});
    ask(1, Method::DELETE, "/api/auth/me", farewell).await.ok();
    assert_eq!(ask(0, Method::GET, ITEMS, json!({})).await.ok().as_array().unwrap().len(), 2);
}
