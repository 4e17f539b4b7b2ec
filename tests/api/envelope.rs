//! Unknown routes, wrong methods, and the one form of errors.

use reqwest::Method;

use crate::service::Service;

/// Every route, and the methods it takes.
const ROUTES: [(&str, &str); 26] = [
    ("/", "GET,HEAD"),
    ("/healthz", "GET,HEAD"),
    ("/readyz", "GET,HEAD"),
    ("/api/status", "GET,HEAD"),
    ("/api/logs", "GET,HEAD"),
    ("/api/progress", "GET,HEAD,DELETE"),
    ("/api/refresh-otaku", "GET,HEAD,POST"),
    ("/api/refresh-fribbs", "GET,HEAD,POST"),
    ("/api/mappings", "GET,HEAD"),
    ("/api/manual-map", "POST,DELETE"),
    ("/api/overrides", "GET,HEAD,POST,DELETE"),
    ("/api/unmapped", "GET,HEAD"),
    ("/api/unmapped/3/ignore", "POST,DELETE"),
    ("/api/plan", "GET,HEAD"),
    ("/api/explain", "GET,HEAD"),
    ("/api/sync", "GET,HEAD,POST"),
    ("/api/full-sync", "GET,HEAD,POST"),
    ("/api/cron", "GET,HEAD"),
    ("/api/completed-sync", "GET,HEAD,POST"),
    ("/api/watching-sync", "GET,HEAD,POST"),
    ("/api/runs", "GET,HEAD"),
    ("/api/runs/1", "GET,HEAD"),
    ("/api/trakt-auth", "GET,HEAD,POST"),
    ("/sync", "GET,HEAD"),
    ("/logs", "GET,HEAD"),
    ("/assets/app.css", "GET,HEAD"),
];

fn sorted(methods: &str) -> Vec<&str> {
    let mut methods: Vec<_> = methods.split(',').map(str::trim).collect();
    methods.sort_unstable();
    methods
}

#[tokio::test]
async fn a_wrong_method_is_told_which_ones_are_right() {
    let service = Service::small().await;
    for (path, allowed) in ROUTES {
        for method in [Method::PUT, Method::PATCH, Method::OPTIONS] {
            let answer = service.ask(method, path).await;
            assert_eq!(answer.status, 405, "{path}");
            assert_eq!(answer.json()["code"], "method_not_allowed", "{path}");
            assert_eq!(sorted(answer.header("allow")), sorted(allowed), "{path}");
        }
        for method in ["POST", "DELETE", "GET"] {
            if !allowed.contains(method) {
                let answer = service.ask(method.parse().unwrap(), path).await;
                assert_eq!(answer.status, 405, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn unknown_routes_are_a_json_404_for_every_method() {
    let service = Service::small().await;
    for path in ["/api", "/api/", "/api/nothing", "/api/status/", "/api/runs/1/2", "/API/status"] {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::PUT] {
            let answer = service.ask(method, path).await;
            let sentence = answer.refused(404, "not_found");
            assert_eq!(sentence, format!("there is no such route: {path}"));
        }
    }
}

#[tokio::test]
async fn an_address_that_is_not_text_is_answered_in_the_same_form() {
    let service = Service::small().await;
    service.get("/api/runs/%ff").await.refused(404, "not_found");
    service.get("/assets/%ff").await.refused(404, "not_found");
    service.ask(Method::POST, "/api/unmapped/%ff/ignore").await.refused(400, "bad_request");
    service.get("/api/progress?anilistId=%ff").await.refused(400, "bad_request");
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let service = Service::small().await;
    for path in ["/", "/healthz", "/readyz", "/api/status", "/api/logs", "/api/runs"] {
        let (get, head) = (service.get(path).await, service.ask(Method::HEAD, path).await);
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
}

#[tokio::test]
async fn a_very_long_value_is_not_repeated_whole() {
    let service = Service::small().await;
    let long = "9".repeat(8_000);
    for path in [format!("/api/sync?anilistId={long}"), format!("/api/{long}"), format!("/{long}")]
    {
        let answer = service.get(&path).await;
        assert!(matches!(answer.status, 400 | 404), "{}", answer.status);
        assert!(answer.text.len() < 400, "{}", answer.text.len());
    }
}
