//! Whose log lines who sees: `GET /api/logs`, and the `log` events of `GET /api/events`.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::telemetry;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::events::Listener;
use crate::service::Service;
use crate::shape::Answer;

/// Somebody with an account.
struct Somebody<'a> {
    service: &'a Service,
    token: String,
}

impl<'a> Somebody<'a> {
    /// Registers, and signs in.
    async fn new(service: &'a Service, name: &str, invitation: Option<&Value>) -> Self {
        let newcomer = json!({
            "username": name, "password": "correct horse", "invitation": invitation,
        });
        service.post("/api/auth/register", &newcomer).await.ok();
        let form = format!("username={name}&password=correct+horse");
        let request = service.request(Method::POST, "/api/auth/token").body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let token = Answer::of(request).await.ok()["access_token"].as_str().unwrap().to_owned();
        Self { service, token }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.service.request(method, path).bearer_auth(&self.token)
    }

    async fn ask(&self, method: Method, path: &str) -> Value {
        Answer::of(self.request(method, path)).await.ok()
    }

    async fn log(&self) -> Vec<String> {
        let lines = self.ask(Method::GET, "/api/logs").await;
        let message = |line: &Value| line["message"].as_str().unwrap().to_owned();
        lines.as_array().unwrap().iter().map(message).collect()
    }

    /// The log, once it has a line with this.
    async fn log_with(&self, part: &str) -> Vec<String> {
        let waiting = async {
            loop {
                let log = self.log().await;
                if has(&log, part) {
                    return log;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect(part)
    }

    async fn listener(&self) -> Listener {
        Listener::by(self.request(Method::GET, "/api/events")).await
    }
}

/// The lines that are told up to the one with this.
async fn told(listener: &mut Listener, part: &str) -> Vec<String> {
    let mut lines = Vec::new();
    while !has(&lines, part) {
        let (name, event) = listener.next().await;
        if name == "log" {
            lines.push(event["message"].as_str().unwrap().to_owned());
        }
    }
    lines
}

fn has(lines: &[String], part: &str) -> bool {
    lines.iter().any(|line| line.contains(part))
}

const AFRESH: &str = "[Progress] AniList 1 will be synced afresh";

#[tokio::test]
async fn who_is_no_administrator_sees_the_lines_of_their_own_runs_and_requests_alone() {
    let service = Service::small().await;
    let (layer, sink) = telemetry::persistent(Clock::Manual(service.clock.clone()));
    let registry = tracing_subscriber::Registry::default().with(layer);
    let _logging = tracing::subscriber::set_default(registry);
    let news = Arc::clone(&service.people.services().news);
    let _writing = sink.write_to(Arc::clone(&service.store), news);
    tracing::info!(target: "anilist_trakt_sync", "of nobody");

    let one = Somebody::new(&service, "one", None).await;
    let invited = one.ask(Method::POST, "/api/admin/invitations").await;
    let other = Somebody::new(&service, "other", Some(&invited["invitation"])).await;
    let (mut of_one, mut of_other) = (one.listener().await, other.listener().await);

    one.ask(Method::POST, "/api/full-sync").await;
    one.ask(Method::DELETE, "/api/progress?anilistId=3").await;
    other.ask(Method::DELETE, "/api/progress?anilistId=1").await;

    let all = one.log_with(AFRESH).await;
    for part in ["of nobody", "registered: other", "run 1 began", "run 1 complete", "AniList 3"] {
        assert!(has(&all, part), "{part}: {all:?}");
    }
    assert_eq!(other.log().await, [AFRESH]);
    assert!(has(&told(&mut of_one, AFRESH).await, "run 1 complete"));
    assert_eq!(told(&mut of_other, AFRESH).await, [AFRESH]);

    let account = json!({"anilistUsername": "nobody-there", "timezone": "Europe/Berlin"});
    let set = other.request(Method::PATCH, "/api/settings").json(&account);
    Answer::of(set).await.ok();
    Answer::of(other.request(Method::POST, "/api/full-sync")).await;
    let own = other.log_with("run 1 failed").await;
    assert!(!has(&own, "complete") && !has(&own, "AniList 3"), "{own:?}");

    let promoted = json!({"administrator": true});
    let promote = one.request(Method::PATCH, "/api/admin/accounts/2").json(&promoted);
    Answer::of(promote).await.ok();
    assert_eq!(other.log().await, one.log().await);
    // A stream that is open goes by the role of the moment.
    one.ask(Method::DELETE, "/api/progress?anilistId=2").await;
    told(&mut of_other, "AniList 2").await;
    let member = json!({"administrator": false});
    let demote = one.request(Method::PATCH, "/api/admin/accounts/2").json(&member);
    Answer::of(demote).await.ok();
    one.ask(Method::DELETE, "/api/progress?anilistId=3").await;
    other.ask(Method::DELETE, "/api/progress?anilistId=1").await;
    assert!(!has(&told(&mut of_other, AFRESH).await, "AniList 3"));
}

#[tokio::test]
async fn where_nobody_signs_in_everybody_sees_all_lines() {
    let service = Service::small().await;
    let (layer, sink) = telemetry::persistent(Clock::Manual(service.clock.clone()));
    let registry = tracing_subscriber::Registry::default().with(layer);
    let _logging = tracing::subscriber::set_default(registry);
    let news = Arc::clone(&service.people.services().news);
    let _writing = sink.write_to(Arc::clone(&service.store), news);
    tracing::info!(target: "anilist_trakt_sync", "of nobody");
    service.post("/api/full-sync", &json!({})).await.ok();
    let ended = |lines: &Value| lines.to_string().contains("run 1 complete");
    let lines = service.wait_for("/api/logs", ended).await;
    assert!(lines.to_string().contains("of nobody"), "{lines}");
    assert!(lines[0].get("account").is_none(), "{lines}");
}
