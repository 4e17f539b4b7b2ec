//! Lists that come as files and go as files.

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::Answer;

const IMPORT: &str = "/api/library/import";
const DRY: &str = "/api/library/import?dry=1";
const EXPORT: &str = "/api/library/export";

const MAL: &str = "<myanimelist><myinfo><user_export_type>1</user_export_type></myinfo>
    <anime><series_animedb_id>52991</series_animedb_id><series_title>Frieren</series_title>
      <series_episodes>28</series_episodes><my_watched_episodes>12</my_watched_episodes>
      <my_score>9</my_score><my_status>Watching</my_status></anime>
    <anime><series_animedb_id>47</series_animedb_id><series_title>Akira</series_title>
      <my_status>6</my_status></anime>
    <anime><series_animedb_id>47</series_animedb_id><series_title>Akira</series_title></anime>
    <anime><series_animedb_id>5</series_animedb_id><series_title>Odd</series_title>
      <my_score>11</my_score></anime></myanimelist>";

async fn send(service: &Service, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    Answer::of(service.request(Method::POST, path).body(body)).await
}

/// The numbers of an answer: new, changed, same, twice, unclear.
fn counts(report: &Value) -> [u64; 5] {
    let counts = &report["counts"];
    for class in ["new", "same", "twice", "unclear"] {
        assert_eq!(counts[class], report[class].as_array().unwrap().len(), "{class}");
    }
    ["new", "changed", "same", "twice", "unclear"].map(|class| counts[class].as_u64().unwrap())
}

async fn items(service: &Service) -> Vec<Value> {
    service.get("/api/library/items").await.ok().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_preview_says_what_comes_and_changes_nothing() {
    let service = Service::small().await;
    let report = send(&service, DRY, MAL).await.ok();
    assert_eq!(counts(&report), [2, 0, 0, 1, 1]);
    assert_eq!(report["format"], "mal-xml");
    assert_eq!(
        report["new"][0],
        json!({"row": 1, "title": "Frieren", "type": "anime", "status": "watching",
            "progress": 12, "score": 90})
    );
    assert_eq!(report["twice"][0]["earlier"], 2);
    assert_eq!(
        (&report["unclear"][0]["row"], &report["unclear"][0]["title"]),
        (&json!(4), &json!("Odd"))
    );
    assert!(report["unclear"][0]["reason"].as_str().unwrap().ends_with(": score"));
    assert!(report.get("imported").is_none());
    assert!(items(&service).await.is_empty());
}

#[tokio::test]
async fn an_import_adds_what_is_new_and_a_second_one_nothing() {
    let service = Service::small().await;
    let done = send(&service, IMPORT, MAL).await.ok();
    assert_eq!((&done["imported"], &done["updated"]), (&json!(2), &json!(0)));
    let first = items(&service).await;
    assert_eq!(first[0]["mal_id"], 52_991);
    assert_eq!(first[0]["source"], "myanimelist");
    let history = service.get("/api/library/items/1/history").await.ok();
    assert_eq!(history["items"][0]["by"], "import");
    let again = send(&service, &format!("{IMPORT}/"), MAL).await.ok();
    assert_eq!(counts(&again), [0, 0, 2, 1, 1]);
    assert_eq!((&again["imported"], &again["updated"]), (&json!(0), &json!(0)));
    assert_eq!(items(&service).await, first);
}

#[tokio::test]
async fn a_file_moves_items_forward_and_leaves_the_rest_to_a_person() {
    let service = Service::small().await;
    for item in [
        json!({"title": "Frieren", "type": "anime", "mal_id": 52_991, "status": "watching", "progress": 5}),
        json!({"title": "Akira", "type": "anime", "mal_id": 47, "score": 40, "status": "completed"}),
    ] {
        service.post("/api/library/items", &item).await.ok();
    }
    let rows = json!([
        {"title": "Frieren", "type": "anime", "mal_id": 52_991, "status": "watching", "progress": 12},
        {"title": "Akira", "type": "anime", "mal_id": 47, "score": 80},
    ]);
    let done = send(&service, IMPORT, rows.to_string()).await.ok();
    assert_eq!(counts(&done), [1, 1, 0, 0, 1]);
    assert_eq!(done["updated"], 1);
    let change = json!([{"field": "progress", "before": 5, "after": 12}]);
    assert_eq!((&done["new"][0]["item_id"], &done["new"][0]["changes"]), (&json!(1), &change));
    let differs = json!([{"field": "score", "library": 40, "file": 80}]);
    assert_eq!(
        (&done["unclear"][0]["item_id"], &done["unclear"][0]["differs"]),
        (&json!(2), &differs)
    );
    let items = items(&service).await;
    assert_eq!((&items[0]["progress"], &items[1]["score"]), (&json!(12), &json!(40)));
}

#[tokio::test]
async fn a_file_may_come_in_a_form() {
    let service = Service::small().await;
    let form = |name: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n\
             --x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\
             Content-Type: text/plain\r\n\r\n{MAL}\r\n--x--\r\n"
        )
    };
    let send = |body: String, media_type: &str| {
        let request = service.request(Method::POST, DRY).header("content-type", media_type);
        Answer::of(request.body(body))
    };
    let report = send(form("file"), "multipart/form-data; boundary=x").await.ok();
    assert_eq!(counts(&report), [2, 0, 0, 1, 1]);
    let unnamed = send(form("list"), "multipart/form-data; boundary=x").await;
    assert_eq!(unnamed.refused(400, "bad_request"), "the form has no file");
    send(form("file"), "multipart/form-data").await.refused(400, "bad_request");
    send("hello".to_owned(), "multipart/form-data; boundary=x").await.refused(400, "bad_request");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_reason() {
    let service = Service::small().await;
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\">]><myanimelist>&lol;</myanimelist>";
    for (body, status, code) in [
        ("", 400, "bad_request"),
        ("hello", 422, "unreadable"),
        ("{}", 422, "unreadable"),
        ("[", 422, "unreadable"),
        ("<html></html>", 422, "unreadable"),
        (laughs, 422, "unreadable"),
        ("PK\u{3}\u{4}", 422, "unreadable"),
    ] {
        let refused = send(&service, IMPORT, body).await;
        let sentence = refused.refused(status, code);
        assert_eq!(refused.json()["detail"], sentence, "the tracker's clients read it there");
    }
    let rows = format!("[{}]", vec!["0"; 100_001].join(","));
    send(&service, IMPORT, rows).await.refused(413, "too_large");
    send(&service, IMPORT, vec![b' '; 51 << 20]).await.refused(413, "too_large");
    send(&service, "/api/library/import?dry=true", MAL).await.refused(400, "bad_request");
}

#[tokio::test]
async fn what_is_exported_is_imported_as_the_same() {
    let service = Service::small().await;
    for item in [
        json!({"title": "=Frieren", "type": "anime", "mal_id": 52_991, "status": "watching", "progress": 5,
            "notes": "a \"b\",\r\nc", "score": 85, "started": "2023-09", "anilist_id": 154_587}),
        json!({"title": "Berserk", "type": "manga", "mal_id": 2, "progress_volumes": 40, "private": true}),
        json!({"title": "apricot tales", "type": "anime"}),
    ] {
        service.post("/api/library/items", &item).await.ok();
    }
    let other = Service::small().await;
    let said = |items: Vec<Value>| -> Vec<Value> {
        items
            .into_iter()
            .map(|mut item| {
                for time in ["created_at", "updated_at"] {
                    item[time] = Value::Null;
                }
                item
            })
            .collect()
    };
    for format in ["json", "csv"] {
        let file = service.get(&format!("{EXPORT}?format={format}")).await;
        assert_eq!(file.status, 200);
        let same = send(&service, IMPORT, file.text.clone()).await.ok();
        assert_eq!(counts(&same), [0, 0, 3, 0, 0], "{format}");
        send(&other, IMPORT, file.text).await.ok();
        assert_eq!(said(items(&other).await), said(items(&service).await), "{format}");
    }
    let whole = service.get(EXPORT).await.ok();
    assert_eq!(
        (&whole["version"], &whole["items"]),
        (&json!(1), &Value::from(items(&service).await))
    );
}

#[tokio::test]
async fn an_export_for_mal_holds_one_kind_and_says_what_it_lacks() {
    let service = Service::small().await;
    send(&service, IMPORT, MAL).await.ok();
    let own = json!({"title": "apricot tales", "type": "anime"});
    service.post("/api/library/items", &own).await.ok();
    let file = service.get(&format!("{EXPORT}?format=mal-xml&type=anime")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/xml"));
    assert_eq!(file.header("x-left-out"), "1");
    assert!(file.header("content-disposition").contains("animelist.xml"));
    let same = send(&service, DRY, file.text).await.ok();
    assert_eq!(counts(&same), [0, 0, 2, 0, 0]);
    for (query, field) in [
        ("format=mal-xml", "type"),
        ("format=mal-xml&type=film", "type"),
        ("format=xlsx", "format"),
    ] {
        let refused = service.get(&format!("{EXPORT}?{query}")).await;
        assert!(refused.refused(422, "invalid").ends_with(field), "{query}");
    }
    let anime = service.get(&format!("{EXPORT}?type=manga")).await.ok();
    assert_eq!(anime["items"], json!([]));
}

#[tokio::test]
async fn a_large_file_is_written_in_parts() {
    let service = Service::small().await;
    let row = |id: u32| json!({"title": format!("t{id}"), "type": "anime", "anilist_id": id});
    let rows: Vec<Value> = (1..=1200).map(row).collect();
    let done = send(&service, IMPORT, json!(rows).to_string()).await.ok();
    assert_eq!(done["imported"], 1200);
    assert_eq!(items(&service).await.len(), 1200);
    let again = send(&service, IMPORT, json!(rows).to_string()).await.ok();
    assert_eq!(counts(&again), [0, 0, 1200, 0, 0]);
}
