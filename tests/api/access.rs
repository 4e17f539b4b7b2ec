//! Who may ask, and the headers of every answer.

use reqwest::{Method, RequestBuilder};
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

/// What a browser sends that opens an address or loads it, by what and how much it says.
const PASSING: [&[(&str, &str)]; 12] = [
    &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"), ("sec-fetch-site", "none")],
    &[("sec-fetch-mode", "navigate"), ("sec-fetch-site", "same-origin")],
    &[("sec-fetch-dest", "iframe"), ("sec-fetch-site", "same-origin")],
    &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
    &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")],
    &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "empty")],
    &[("sec-fetch-mode", "websocket")],
    &[("sec-purpose", "prefetch"), ("sec-fetch-mode", "cors")],
    &[("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")],
    &[("accept", "image/avif,image/webp,*/*")],
    &[("accept", "Text/HTML")],
    // A script of another page, over plain HTTP.
    &[("accept", "*/*"), ("accept-language", "en-GB,en;q=0.5")],
];

fn with_headers(request: RequestBuilder, headers: &[(&str, &str)]) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

#[tokio::test]
async fn no_browser_starts_a_run_by_opening_an_address() {
    let service = Service::small().await;
    for headers in PASSING {
        for path in ["/api/full-sync", "/api/cron", "/api/full-sync?confirm=1", "/api/cron?dry=0"] {
            for method in [Method::GET, Method::HEAD] {
                let request = with_headers(service.request(method.clone(), path), headers);
                let answer = Answer::of(request).await;
                assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
                if method == Method::GET {
                    answer.refused(403, "forbidden");
                    assert!(
                        answer.json()["hint"].as_str().unwrap().contains("POST /api/full-sync")
                    );
                }
            }
        }
        let looking = service.request(Method::GET, "/api/full-sync?dry=1");
        assert_eq!(Answer::of(with_headers(looking, headers)).await.status, 200, "{headers:?}");
    }
    assert!(service.demo.history().is_empty());
    let runs = service.get("/api/runs").await.ok();
    assert_eq!(runs["count"], 0, "{runs}");
}

#[tokio::test]
async fn programs_and_scripts_of_the_page_start_runs() {
    for headers in [
        &[][..],
        &[("accept", "*/*"), ("user-agent", "curl/8.5.0")],
        &[("user-agent", "vercel-cron/1.0")],
        &[("accept", "application/json"), ("user-agent", "Mozilla/4.0 (compatible; cron-job.org)")],
        // `fetch` outside of a browser.
        &[("accept", "*/*"), ("accept-language", "*"), ("sec-fetch-mode", "cors")],
        &[
            ("accept", "application/json"),
            ("accept-language", "de"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        let service = Service::small().await;
        let is_script = headers.contains(&("accept-language", "de"));
        let method = if is_script { Method::POST } else { Method::GET };
        let request = with_headers(service.request(method, "/api/full-sync"), headers);
        assert_eq!(Answer::of(request).await.ok()["state"], "complete", "{headers:?}");
        assert!(!service.demo.history().is_empty(), "{headers:?}");
    }
    let settings = [("APP_TOKEN", "open-sesame-please"), ("CRON_SECRET", "tick-tock-tick-tock")];
    let service = Service::with(&settings).await;
    for token in ["open-sesame-please", "tick-tock-tick-tock"] {
        let request = service.request(Method::GET, "/api/cron").bearer_auth(token);
        let answer = Answer::of(request.header("accept-language", "en")).await;
        assert_eq!(answer.status, 200, "what has a token is no browser");
    }
}

/// What a service that asks for no token answers to `/api/status` with these headers.
async fn told(service: &Service, headers: &[(&str, &str)]) -> Answer {
    let request = service.request(Method::GET, "/api/status");
    Answer::of(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
        .await
}

#[tokio::test]
async fn a_proxy_in_front_of_a_loopback_service_without_a_token_is_refused() {
    let service = Service::small().await;
    for header in [
        ("x-forwarded-for", "203.0.113.7"),
        ("X-Forwarded-Proto", "https"),
        ("x-forwarded-host", "localhost"),
        ("x-forwarded-anything", ""),
        ("forwarded", "for=203.0.113.7"),
        ("via", "1.1 proxy"),
        ("x-real-ip", "127.0.0.1"),
    ] {
        let answer = told(&service, &[header]).await;
        assert!(answer.refused(403, "forbidden").starts_with("a proxy stands in front"));
        let hint = answer.json()["hint"].as_str().unwrap().to_owned();
        assert!(hint.contains("APP_TOKEN") && hint.contains("ALLOW_UNAUTHENTICATED"), "{hint}");
        let health = service.request(Method::GET, "/healthz").header(header.0, header.1);
        assert_eq!(Answer::of(health).await.status, 200);
    }
    let guarded = Service::with(&[("APP_TOKEN", "open-sesame-please")]).await;
    let request = guarded.request(Method::GET, "/api/status").bearer_auth("open-sesame-please");
    let answer = Answer::of(request.header("x-forwarded-for", "203.0.113.7")).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn what_something_in_front_lets_through_has_to_ask_for_an_allowed_name() {
    let forwarded = ("x-forwarded-for", "203.0.113.7");
    for listen in ["127.0.0.1", "0.0.0.0"] {
        let open = [("HOST", listen), ("ALLOW_UNAUTHENTICATED", "1")];
        let service = Service::with(&open).await;
        for host in ["localhost:3000", "192.168.1.5:3000", "[2001:db8::1]:3000", "203.0.113.9"] {
            assert_eq!(told(&service, &[("host", host), forwarded]).await.status, 200, "{host}");
        }
        for host in ["sync.example", "evil.example:3000", "192.168.1.5.evil.example", "nas"] {
            let sentence = told(&service, &[("host", host)]).await.refused(403, "forbidden");
            assert!(sentence.ends_with(host), "{sentence}");
        }
        let named = [open[0], open[1], ("ALLOWED_HOSTS", "sync.example, NAS")];
        let service = Service::with(&named).await;
        for host in ["sync.example", "Sync.Example.:443", "nas:3000", "localhost", "10.0.0.1"] {
            assert_eq!(told(&service, &[("host", host), forwarded]).await.status, 200, "{host}");
        }
        for headers in [
            &[("host", "evil.example")][..],
            &[("host", "x.sync.example")],
            &[("host", "sync.example"), ("host", "evil.example")],
            &[("host", "127.0.0.1"), ("x-forwarded-host", "evil.example")],
            &[("host", "nas"), ("x-forwarded-host", "nas, evil.example")],
            &[("host", "")],
        ] {
            told(&service, headers).await.refused(403, "forbidden");
        }
    }
    let near = Service::with(&[("ALLOWED_HOSTS", "my.test")]).await;
    assert_eq!(told(&near, &[("host", "my.test:3000")]).await.status, 200);
    told(&near, &[("host", "192.168.1.5")]).await.refused(403, "forbidden");
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
    let service = Service::with(&[("APP_TOKEN", "open-sesame-please")]).await;
    let behind_a_proxy = service.request(Method::GET, "/api/status");
    let behind_a_proxy = behind_a_proxy.bearer_auth("open-sesame-please");
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
    let service = Service::with(&[("APP_TOKEN", "open-sesame-please")]).await;
    for path in ["/", "/api/status", "/api/nothing", "/sign-in/"] {
        service.get(path).await.refused(401, "unauthorized");
        for wrong in [
            "Bearer open-sesame-pleas",
            "Bearer open-sesame-please2",
            "Bearer ",
            "open-sesame-please",
            "Basic x",
        ] {
            bearing(&service, wrong, path).await.refused(401, "unauthorized");
        }
    }
    assert_eq!(bearing(&service, "Bearer open-sesame-please", "/api/status").await.status, 200);
    let remote = service.request(Method::GET, "/api/status").header("host", "sync.example");
    assert_eq!(Answer::of(remote.bearer_auth("open-sesame-please")).await.status, 200);
    for open in ["/healthz", "/readyz", "/sign-in", "/assets/app.css", "/favicon.ico"] {
        assert_eq!(service.get(open).await.status, 200, "{open}");
    }
}

#[tokio::test]
async fn a_token_does_not_let_another_site_in() {
    let service = Service::with(&[("APP_TOKEN", "open-sesame-please")]).await;
    let request = service.request(Method::POST, "/api/full-sync").bearer_auth("open-sesame-please");
    let answer = Answer::of(request.header("sec-fetch-site", "cross-site")).await;
    answer.refused(403, "forbidden");
}

#[tokio::test]
async fn the_schedulers_secret_opens_the_scheduled_routes_only() {
    let service = Service::with(&[
        ("APP_TOKEN", "open-sesame-please"),
        ("CRON_SECRET", "tick-tock-tick-tock"),
    ])
    .await;
    for path in ["/api/cron", "/api/full-sync"] {
        assert_eq!(
            bearing(&service, "Bearer tick-tock-tick-tock", path).await.status,
            200,
            "{path}"
        );
        bearing(&service, "Bearer tick-tock-tick-tok", path).await.refused(401, "unauthorized");
    }
    for path in ["/api/status", "/api/plan?mode=full", "/api/cron/", "/"] {
        bearing(&service, "Bearer tick-tock-tick-tock", path).await.refused(401, "unauthorized");
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

#[tokio::test]
async fn a_stranger_cannot_register_where_the_service_asks_for_its_token() {
    let service = Service::with(&[("APP_TOKEN", "open-sesame-please")]).await;
    let mika = json!({"username": "mika", "password": "correct horse"});
    let register = || service.request(Method::POST, "/api/auth/register").json(&mika);
    Answer::of(register()).await.refused(403, "forbidden");
    Answer::of(register().bearer_auth("open-sesame-pleas")).await.refused(403, "forbidden");
    assert_eq!(Answer::of(register().bearer_auth("open-sesame-please")).await.ok()["id"], 1);
}

#[tokio::test]
async fn anybody_learns_how_people_sign_in_and_who_may_register() {
    let ways = async |settings: &[(&str, &str)]| {
        Service::with(settings).await.get("/api/auth/ways").await.ok()
    };
    assert_eq!(ways(&[]).await, json!({"auth": "off", "registration": "first", "oidc": false}));
    let token = ways(&[("APP_TOKEN", "open-sesame-please")]).await;
    assert_eq!(token, json!({"auth": "token", "registration": "first", "oidc": false}));
    for (door, registration) in [("open", "open"), ("closed", "invited")] {
        let service = Service::with(&[("AUTH", "accounts"), ("REGISTRATION", door)]).await;
        let mika = json!({"username": "mika", "password": "correct horse"});
        service.post("/api/auth/register", &mika).await.ok();
        let ways = service.get("/api/auth/ways").await.ok();
        assert_eq!(ways, json!({"auth": "accounts", "registration": registration, "oidc": false}));
    }
}
