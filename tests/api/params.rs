//! Ids as people give them, on every route that takes one.

use reqwest::Method;
use serde_json::json;

use crate::service::Service;

const ROUTES: [(&str, Method); 7] = [
    ("/api/progress", Method::GET),
    ("/api/progress", Method::DELETE),
    ("/api/manual-map", Method::DELETE),
    ("/api/sync", Method::GET),
    ("/api/sync", Method::POST),
    ("/api/plan", Method::GET),
    ("/api/explain", Method::GET),
];

const BAD: [&str; 10] = [
    "0",
    "-1",
    "abc",
    "1.5",
    "1e3",
    "4294967296",
    "99999999999999999999",
    "0x10",
    "1%202",
    "https://anilist.co/manga/30013",
];

#[tokio::test]
async fn an_id_that_is_no_positive_whole_number_is_refused_by_its_name() {
    let service = Service::small().await;
    for (path, method) in ROUTES {
        for bad in BAD {
            let answer = service.ask(method.clone(), &format!("{path}?anilistId={bad}")).await;
            let sentence = answer.refused(400, "bad_request");
            let begin = "anilistId is not a positive whole number: ";
            assert!(sentence.starts_with(begin), "{path} {bad}: {sentence}");
        }
        let empty = service.ask(method.clone(), &format!("{path}?anilistId=")).await;
        assert_eq!(empty.refused(400, "bad_request"), "anilistId is missing", "{method} {path}");
    }
    assert!(service.demo.stats().requests.is_empty(), "nobody was asked about a bad id");
}

#[tokio::test]
async fn a_missing_id_is_named() {
    let service = Service::small().await;
    for (path, method) in ROUTES {
        if (path, &method) != ("/api/progress", &Method::GET) && path != "/api/plan" {
            let sentence = service.ask(method.clone(), path).await.refused(400, "bad_request");
            assert_eq!(sentence, "anilistId is missing", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn an_id_may_be_a_pasted_address() {
    let service = Service::small().await;
    for pasted in ["https://anilist.co/anime/1/First/", "anilist.co/anime/1", "%201%20"] {
        let answer = service.get(&format!("/api/sync?anilistId={pasted}")).await.ok();
        assert_eq!(answer, json!({"success": true, "count": 24}), "{pasted}");
    }
}

#[tokio::test]
async fn the_id_of_a_title_that_waits_may_be_bad_too() {
    let service = Service::small().await;
    for bad in ["0", "-1", "abc", "1.5", "4294967296"] {
        for method in [Method::POST, Method::DELETE] {
            let path = format!("/api/unmapped/{bad}/ignore");
            service.ask(method, &path).await.refused(400, "bad_request");
        }
    }
}
