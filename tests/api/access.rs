//! Who may ask, and the headers of every answer.

use reqwest::Method;
use serde_json::json;

use crate::service::Service;
use crate::shape::Answer;

const EVERYWHERE: [&str; 5] = ["/", "/api/status", "/api/nothing", "/healthz", "/assets/nothing"];

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let service = Service::small().await;
    for path in EVERYWHERE {
        let answer = service.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
}

async fn with_host(service: &Service, host: &str, path: &str) -> Answer {
    Answer::of(service.request(Method::GET, path).header("host", host)).await
}

#[tokio::test]
async fn a_loopback_service_answers_to_this_machines_names_only() {
    let service = Service::small().await;
    for host in ["localhost", "LOCALHOST:3000", "127.0.0.1", "127.0.0.2:80", "[::1]:3000", "[::1]"]
    {
        assert_eq!(with_host(&service, host, "/api/status").await.status, 200, "{host}");
    }
    let strangers = [
        "evil.example",
        "evil.example:3000",
        "localhost.evil.example",
        "192.168.1.5",
        "127.0.0.1.x",
    ];
    for host in strangers {
        let sentence = with_host(&service, host, "/api/status").await.refused(403, "forbidden");
        assert!(sentence.ends_with(host), "{sentence}");
        assert_eq!(with_host(&service, host, "/").await.status, 403, "{host}");
    }
    assert_eq!(with_host(&service, "evil.example", "/healthz").await.status, 200);
}

async fn from_site(service: &Service, site: &str, method: &Method, path: &str) -> Answer {
    let request = service.request(method.clone(), path).header("sec-fetch-site", site);
    Answer::of(request).await
}

#[tokio::test]
async fn another_site_may_look_at_pages_and_do_nothing() {
    let service = Service::small().await;
    for site in ["cross-site", "same-site"] {
        for (method, path) in [
            (Method::GET, "/api/full-sync"),
            (Method::GET, "/api/status"),
            (Method::POST, "/api/full-sync"),
            (Method::DELETE, "/api/progress?anilistId=1"),
            (Method::HEAD, "/api/cron"),
            (Method::POST, "/"),
        ] {
            let answer = from_site(&service, site, &method, path).await;
            assert_eq!(answer.status, 403, "{site} {method} {path}");
        }
        for (method, path) in [(Method::GET, "/"), (Method::GET, "/sync"), (Method::HEAD, "/logs")]
        {
            let answer = from_site(&service, site, &method, path).await;
            assert_eq!(answer.status, 200, "{site} {method} {path}");
        }
    }
    assert!(service.demo.history().is_empty());
    for site in ["same-origin", "none"] {
        let answer = from_site(&service, site, &Method::GET, "/api/status").await;
        assert_eq!(answer.status, 200, "{site}");
    }
}

#[tokio::test]
async fn a_browser_that_tells_only_its_origin_is_held_to_it() {
    let service = Service::small().await;
    let own = format!("http://{}", service.address);
    for (origin, status) in
        [(own.as_str(), 200), ("http://evil.example", 403), ("null", 403), ("", 403)]
    {
        let request = service.request(Method::GET, "/api/status").header("origin", origin);
        assert_eq!(Answer::of(request).await.status, status, "{origin}");
    }
    let behind_a_proxy = service.request(Method::GET, "/api/status");
    let behind_a_proxy = behind_a_proxy.header("origin", "https://sync.example");
    let told = behind_a_proxy.header("x-forwarded-host", "sync.example");
    assert_eq!(Answer::of(told).await.status, 200);
}

#[tokio::test]
async fn an_address_longer_than_any_route_has_is_refused() {
    let service = Service::small().await;
    let path = format!("/api/status?{}", "x".repeat(8 * 1024));
    let sentence = service.get(&path).await.refused(414, "address_too_long");
    assert!(sentence.ends_with("8192 bytes"), "{sentence}");
    let head = service.request(Method::GET, "/api/status").header("x-long", "x".repeat(33 * 1024));
    assert_eq!(Answer::of(head).await.status, 431);
}

async fn bearing(service: &Service, authorization: &str, path: &str) -> Answer {
    let request = service.request(Method::GET, path).header("authorization", authorization);
    Answer::of(request).await
}

#[tokio::test]
async fn with_a_token_only_its_bearer_is_let_in() {
    let service = Service::with(&[("APP_TOKEN", "open-sesame")]).await;
    for path in ["/", "/api/status", "/api/nothing", "/sign-in/"] {
        service.get(path).await.refused(401, "unauthorized");
        for wrong in
            ["Bearer open-sesam", "Bearer open-sesame2", "Bearer ", "open-sesame", "Basic x"]
        {
            bearing(&service, wrong, path).await.refused(401, "unauthorized");
        }
    }
    assert_eq!(bearing(&service, "Bearer open-sesame", "/api/status").await.status, 200);
    let remote = service.request(Method::GET, "/api/status").header("host", "sync.example");
    assert_eq!(Answer::of(remote.bearer_auth("open-sesame")).await.status, 200);
    for open in ["/healthz", "/readyz", "/sign-in", "/assets/app.css", "/favicon.ico"] {
        assert_eq!(service.get(open).await.status, 200, "{open}");
    }
}

#[tokio::test]
async fn a_token_does_not_let_another_site_in() {
    let service = Service::with(&[("APP_TOKEN", "open-sesame")]).await;
    let request = service.request(Method::POST, "/api/full-sync").bearer_auth("open-sesame");
    let answer = Answer::of(request.header("sec-fetch-site", "cross-site")).await;
    answer.refused(403, "forbidden");
}

#[tokio::test]
async fn the_schedulers_secret_opens_the_scheduled_routes_only() {
    let service =
        Service::with(&[("APP_TOKEN", "open-sesame"), ("CRON_SECRET", "tick-tock")]).await;
    for path in ["/api/cron", "/api/full-sync"] {
        assert_eq!(bearing(&service, "Bearer tick-tock", path).await.status, 200, "{path}");
        bearing(&service, "Bearer tick-tok", path).await.refused(401, "unauthorized");
    }
    for path in ["/api/status", "/api/plan?mode=full", "/api/cron/", "/"] {
        bearing(&service, "Bearer tick-tock", path).await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn the_cause_of_a_fault_of_ours_does_not_reach_the_client() {
    let service = Service::small().await;
    let folder = service.folder.path().join("data");
    std::fs::rename(&folder, service.folder.path().join("elsewhere")).unwrap();
    let answers = [
        service.get("/api/status").await,
        service
            .post("/api/overrides", &json!({"traktId": 7, "abs": 1, "season": 1, "episode": 2}))
            .await,
        service.get("/api/full-sync").await,
        service.get("/readyz").await,
    ];
    for answer in answers {
        answer.refused(503, "store_unavailable");
        for cause in ["data", "sqlite", "No such file"] {
            let told = answer.json()["error"].as_str().unwrap().to_owned();
            assert!(!told.contains(cause), "{told}");
        }
        assert!(!answer.text.contains(folder.to_str().unwrap()), "{}", answer.text);
    }
}
