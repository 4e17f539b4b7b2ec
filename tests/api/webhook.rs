//! What a person is told, and how often.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::domain::{self, AnilistId};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::timeout;

use crate::service::Service;

/// The other end: what it was told, with the headers.
pub(crate) struct Receiving {
    pub(crate) url: String,
    pub(crate) told: Receiver<(HeaderMap, String)>,
    open: Arc<Semaphore>,
}

impl Receiving {
    pub(crate) async fn start() -> Self {
        let receiving = Self::closed().await;
        receiving.open.close();
        receiving
    }

    /// One that takes nothing until it is opened.
    async fn closed() -> Self {
        let (sender, told) = mpsc::channel(100);
        let open = Arc::new(Semaphore::new(0));
        let opened = Arc::clone(&open);
        let take = move |headers: HeaderMap, body: String| async move {
            assert!(opened.acquire().await.is_err(), "it is opened for good");
            sender.send((headers, body)).await.unwrap();
            StatusCode::NO_CONTENT
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook/secret", listener.local_addr().unwrap());
        let router = Router::new().fallback(take);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, told, open }
    }

    async fn next(&mut self) -> (HeaderMap, String) {
        timeout(Duration::from_secs(10), self.told.recv()).await.expect("nobody was told").unwrap()
    }

    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.next().await.1).unwrap()
    }
}

async fn telling(receiving: &Receiving, more: &[(&str, &str)]) -> Service {
    let mut settings = vec![("WEBHOOK_URL", receiving.url.as_str())];
    settings.extend(more);
    Service::with(&settings).await
}

async fn sync(service: &Service) {
    service.post("/api/full-sync", &json!({})).await;
}

#[tokio::test]
async fn a_title_makes_no_line_of_its_own_in_what_is_told() {
    let mut receiving = Receiving::start().await;
    let service = telling(&receiving, &[]).await;
    let title = "First\n- Forged: 900 plays\u{1b}[31m\u{202e}";
    service.demo.world(|world, _| {
        world.media.get_mut(&AnilistId(1)).unwrap().titles.romaji = Some(title.to_owned());
    });
    sync(&service).await;
    let told = receiving.json().await;
    let text = told["text"].as_str().unwrap();
    assert!(!text.lines().any(|line| line.starts_with("- Forged")), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    assert_eq!(told["titles"][0]["title"].as_str().map(|name| name.contains("Forged")), Some(true));
}

#[tokio::test]
async fn what_was_posted_is_told_and_nothing_when_there_is_nothing_new() {
    let mut receiving = Receiving::start().await;
    let service = telling(&receiving, &[]).await;
    sync(&service).await;
    let told = receiving.json().await;
    assert_eq!(
        (&told["event"], &told["plays"], &told["runId"]),
        (&json!("posted"), &json!(4), &json!(1))
    );
    assert_eq!(told["state"], "complete");
    let titles = json!([{"title": "First", "plays": 3}, {"title": "A Film", "plays": 1}]);
    let sorted = |value: &Value| {
        let mut titles: Vec<String> =
            value.as_array().unwrap().iter().map(ToString::to_string).collect();
        titles.sort();
        titles
    };
    assert_eq!(sorted(&told["titles"]), sorted(&titles));
    let text = told["text"].as_str().unwrap();
    assert!(text.starts_with("4 plays posted to Trakt:\n- "), "{text}");
    assert!(text.contains("- First: 3 plays") && text.contains("- A Film"), "{text}");
    sync(&service).await;
    service.answer_instead(domain::Service::ANILIST, 401, "{}");
    sync(&service).await;
    assert_eq!(receiving.json().await["event"], "failed", "the second run had nothing to tell");
}

#[tokio::test]
async fn a_failure_is_told_once_a_day_until_it_is_over() {
    let mut receiving = Receiving::start().await;
    let service = telling(&receiving, &[]).await;
    service.answer_instead(domain::Service::ANILIST, 401, "{}");
    for hours in [0, 6, 12, 25] {
        service.clock.advance(Duration::from_hours(hours));
        sync(&service).await;
    }
    for run in [1, 4] {
        let told = receiving.json().await;
        let expected = (json!("failed"), json!(run), json!("signed_out"));
        assert_eq!((told["event"].clone(), told["runId"].clone(), told["code"].clone()), expected);
        let text = told["text"].as_str().unwrap();
        assert!(text.starts_with("The full run failed: ") && text.contains("\nNext: "), "{text}");
    }
    service.demo.heal();
    service.clock.advance(Duration::from_mins(2));
    sync(&service).await;
    assert_eq!(receiving.json().await["event"], "posted");
    service.answer_instead(domain::Service::ANILIST, 401, "{}");
    sync(&service).await;
    assert_eq!(receiving.json().await["event"], "failed", "a new failure is news");
}

#[tokio::test]
async fn a_failure_is_told_once_where_the_other_end_is_slower_than_the_runs() {
    let mut receiving = Receiving::closed().await;
    let service = telling(&receiving, &[]).await;
    service.answer_instead(domain::Service::ANILIST, 401, "{}");
    for _ in 0..3 {
        sync(&service).await;
    }
    service.clock.advance(Duration::from_hours(30));
    receiving.open.close();
    assert_eq!(receiving.json().await["runId"], 1);
    service.demo.heal();
    sync(&service).await;
    assert_eq!(receiving.json().await["event"], "posted", "the other failures were no news");
}

#[tokio::test]
async fn a_scheduler_is_answered_when_people_were_told() {
    let mut receiving = Receiving::start().await;
    let service = telling(&receiving, &[]).await;
    service.get("/api/cron").await.ok();
    assert!(receiving.told.try_recv().unwrap().1.contains("posted"));
    service.clock.advance(Duration::from_hours(7));
    service.answer_instead(domain::Service::ANILIST, 401, "{}");
    service.get("/api/cron").await.refused(502, "signed_out");
    assert!(receiving.told.try_recv().unwrap().1.contains("failed"));
}

#[tokio::test]
async fn a_sign_in_that_ends_is_told_once() {
    let mut receiving = Receiving::start().await;
    let end = crate::service::now() + Duration::from_hours(5 * 24);
    let claims = BASE64_URL_SAFE_NO_PAD.encode(json!({ "exp": end.as_second() }).to_string());
    let token = format!("e30.{claims}.c2ln");
    let service = telling(&receiving, &[("ANILIST_ACCESS_TOKEN", &token)]).await;
    sync(&service).await;
    assert_eq!(receiving.json().await["event"], "failed");
    let told = receiving.json().await;
    assert_eq!((&told["event"], &told["service"]), (&json!("sign_in_ends"), &json!("anilist")));
    let text = told["text"].as_str().unwrap();
    assert!(text.contains("AniList ends on 2026-11-26"), "{text}");
    service.clock.advance(Duration::from_hours(25));
    sync(&service).await;
    assert_eq!(receiving.json().await["runId"], 2, "only the failure is told again");
}

#[tokio::test]
async fn discord_and_ntfy_are_told_in_their_own_forms() {
    let mut receiving = Receiving::start().await;
    let service = telling(&receiving, &[("WEBHOOK_FORMAT", "discord")]).await;
    sync(&service).await;
    let told = receiving.json().await;
    assert!(told["content"].as_str().unwrap().starts_with("**Synced to Trakt**\n4 plays posted"));
    assert_eq!(told["allowed_mentions"], json!({"parse": []}));
    let service = telling(&receiving, &[("WEBHOOK_FORMAT", "ntfy")]).await;
    sync(&service).await;
    let (headers, body) = receiving.next().await;
    assert_eq!(
        (&headers["title"], &headers["tags"]),
        (&"Synced to Trakt".parse().unwrap(), &"white_check_mark".parse().unwrap())
    );
    assert!(body.starts_with("4 plays posted to Trakt:\n- "), "{body}");
}

#[tokio::test]
async fn a_webhook_that_is_gone_holds_nothing_up() {
    let settings = [("WEBHOOK_URL", "http://127.0.0.1:1/hook/secret")];
    let service = Service::with(&settings).await;
    let report = service.post("/api/full-sync", &json!({})).await.ok();
    assert_eq!(report["synced"], 4);
    let metrics = service.get("/metrics").await.text;
    assert!(!metrics.contains("secret"));
}
