//! Whatever a client sends to a route: an answer in the one form, no fault of ours, and no state
//! that the service stumbles over afterwards.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::store::SqliteStore;
use anilist_trakt_sync::store::transfer::export;
use anilist_trakt_sync::web;
use proptest::prelude::*;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::json::{any_json, any_leaf, with_one_wrong};

/// Every route that takes a body, with one that is good.
fn bodies() -> Vec<(&'static str, Value)> {
    vec![
        (
            "/api/manual-map",
            json!({"anilistId": 21, "traktId": 37696, "type": "show", "season": 1, "offset": 0,
                   "tmdbId": 37854, "imdbId": "tt0388629", "tvdbId": 81797}),
        ),
        (
            "/api/overrides",
            json!({"traktId": 37696, "abs": 5, "season": 1, "episode": 6, "anilistId": 21}),
        ),
        (
            "/api/corrections",
            json!({"format": "anilist-trakt-sync/corrections", "version": 1,
                   "mappings": [{"anilistId": 21, "traktId": 37696, "type": "show", "season": 1}],
                   "overrides": [{"traktId": 37696, "abs": 5, "season": 1, "episode": 6}]}),
        ),
        ("/api/trakt-auth", json!({"code": "ABCD1234"})),
        (
            "/api/settings",
            json!({"timezone": "Europe/Berlin", "rewatches": true, "private": false, "batchSize": 50,
                   "schedule": "17 */6 * * *", "webhookFormat": "ntfy", "titleLanguage": null}),
        ),
    ]
}

/// Routes that read their query or the variable part of their path. Runs are tried elsewhere.
const READERS: [(&str, &str); 17] = [
    ("GET", "/api/library/calendar"),
    ("GET", "/api/library/calendar.ics"),
    ("GET", "/api/progress"),
    ("GET", "/api/plan"),
    ("GET", "/api/explain"),
    ("GET", "/api/suggestions"),
    ("GET", "/api/trakt-titles"),
    ("GET", "/api/sync"),
    ("GET", "/api/completed-sync"),
    ("GET", "/api/runs/1"),
    ("GET", "/api/corrections"),
    ("GET", "/api/refresh-otaku"),
    ("DELETE", "/api/progress"),
    ("DELETE", "/api/manual-map"),
    ("DELETE", "/api/overrides"),
    ("POST", "/api/runs/1/undo"),
    ("POST", "/api/full-sync"),
];

const NAMES: [&str; 20] = [
    "from",
    "to",
    "status",
    "key",
    "anilistId",
    "limit",
    "offset",
    "mode",
    "dry",
    "confirm",
    "preview",
    "check",
    "traktId",
    "abs",
    "replace",
    "season",
    "episode",
    "q",
    "shows",
    "movies",
];

struct Service {
    address: String,
    http: reqwest::Client,
    person: Arc<Person>,
    _demo: Demo,
    _folder: tempfile::TempDir,
}

#[expect(clippy::disallowed_methods, reason = "the caller of the service is not part of it")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

impl Service {
    async fn start() -> Self {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let clock = Clock::Manual(ManualClock::new(now));
        let demo = Demo::start(World::sample(now), clock.teller()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut settings: HashMap<String, String> =
            demo.settings().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        for (name, value) in [
            ("ANILIST_RATE_PER_MIN", "1000000"),
            ("TRAKT_GETS_PER_5MIN", "10000000"),
            ("TRAKT_WRITE_INTERVAL_MS", "0"),
            ("DATA_DIR", &folder.path().display().to_string()),
        ] {
            settings.insert(name.to_owned(), value.to_owned());
        }
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let config = Config::from_values(&settings).unwrap();
        let people = config.people(clock, store).unwrap();
        let person = people.first();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = web::serve(people, config.web, listener, std::future::pending());
        tokio::spawn(async move { serving.await.unwrap() });
        Self { address, http: client(), person, _demo: demo, _folder: folder }
    }

    async fn ask(&self, method: &str, url: Url, body: Vec<u8>) {
        let method: Method = method.parse().unwrap();
        let request = self.http.request(method.clone(), url.clone()).body(body);
        let request = request.timeout(Duration::from_secs(20));
        let answer = request.header("content-type", "application/json").send().await.unwrap();
        let status = answer.status().as_u16();
        assert!(![500, 501].contains(&status), "{method} {url}: {status}");
        let text = answer.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{url}: {text}"));
        if status >= 400 {
            for field in ["error", "code", "hint"] {
                assert!(body[field].is_string(), "{method} {url}: {body}");
            }
        }
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.address)).unwrap()
    }

    /// What was taken in is given out again, and does not stand in the way of a run.
    async fn still_works(&self) {
        for path in
            ["/api/mappings", "/api/overrides", "/api/corrections", "/api/settings", "/api/status"]
        {
            let answer = self.http.get(self.url(path)).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
        }
        let answer = self.http.post(self.url("/api/full-sync")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        let lines = export(self.person.store.shared().as_ref()).await.unwrap();
        assert!(!lines.is_empty());
    }
}

fn run_cases<S: Strategy>(strategy: S, case: &impl AsyncFn(&Service, S::Value)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let service = runtime.block_on(Service::start());
    let config = ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::default() };
    proptest!(config, |(value in strategy)| runtime.block_on(case(&service, value)));
    runtime.block_on(service.still_works());
}

#[test]
fn any_body_is_taken_or_refused_in_words() {
    let wrong = prop::option::of(prop_oneof![any_leaf(), any_json()]);
    let damaged = (0_usize..5, prop::collection::vec(0_usize..9, 0..4), wrong).prop_map(
        |(which, path, wrong)| {
            let (route, good) = bodies().swap_remove(which);
            (route, with_one_wrong(good, &path, wrong).to_string().into_bytes())
        },
    );
    let bytes = (0_usize..5, prop::collection::vec(any::<u8>(), 0..300))
        .prop_map(|(which, bytes)| (bodies()[which].0, bytes));
    run_cases(prop_oneof![3 => damaged, 1 => bytes], &async |service: &Service, (route, body)| {
        let method = if route == "/api/settings" { "PATCH" } else { "POST" };
        service.ask(method, service.url(route), body).await;
    });
}

#[test]
fn any_query_is_read_or_refused_in_words() {
    let value = prop_oneof![
        any_leaf().prop_map(|leaf| leaf.as_str().map_or_else(|| leaf.to_string(), str::to_owned)),
        ".{0,40}",
        prop::sample::select(vec!["0", "1", "21", "full", "completed", "watching", "show"])
            .prop_map(str::to_owned),
    ];
    let query = prop::collection::vec((prop::sample::select(NAMES.to_vec()), value), 0..4);
    run_cases((0..READERS.len(), query), &async |service: &Service, (which, query)| {
        let (method, path) = READERS[which];
        let mut url = service.url(path);
        url.query_pairs_mut().extend_pairs(&query);
        service.ask(method, url, Vec::new()).await;
    });
}

#[test]
fn any_path_below_a_route_names_something_or_nothing() {
    let tails = ["ignore", "keep", "undo", ""];
    let case = ("[^/?#]{0,30}", prop::sample::select(tails.to_vec()), any::<bool>());
    run_cases(case, &async |service: &Service, (name, tail, runs)| {
        let mut url = service.url("/api");
        let folder = if runs { "runs" } else { "unmapped" };
        url.path_segments_mut().unwrap().extend([folder, &name, tail]);
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            service.ask(method, url.clone(), Vec::new()).await;
        }
    });
}
