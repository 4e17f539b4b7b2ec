//! Whole runs against services whose answers have something wrong in them: AniList, Trakt and TMDB
//! behind a proxy that damages the JSON on its way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::{AnilistId, RunId};
use anilist_trakt_sync::hub::connections::connections;
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::store::SqliteStore;
use anilist_trakt_sync::sync::prepare::prepare;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::undo::undo;
use anilist_trakt_sync::sync::{Mode, Trigger, explanation, suggestions};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use proptest::prelude::*;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::json::{any_json, any_leaf, with_one_wrong};

/// What is done to answers.
#[derive(Debug, Clone)]
struct Damage {
    /// The first answer that is hit, counted from the beginning of the case.
    from: usize,
    /// Whether all that follow are hit too.
    all: bool,
    /// Which part.
    path: Vec<usize>,
    /// What stands there instead; none takes the part away.
    wrong: Option<Value>,
}

#[derive(Default)]
struct Proxy {
    seen: usize,
    hits: usize,
    damage: Option<Damage>,
}

impl Proxy {
    /// The damage to the next answer.
    fn next(&mut self) -> Option<Damage> {
        let number = self.seen;
        self.seen += 1;
        let is_hit =
            |damage: &&Damage| number == damage.from || (damage.all && number > damage.from);
        let damage = self.damage.as_ref().filter(is_hit).cloned();
        self.hits += usize::from(damage.is_some());
        damage
    }
}

#[expect(clippy::disallowed_methods, reason = "the proxy is not part of the service")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

/// Starts the proxy before the services at `origin`, and gives its address.
async fn serve(origin: String, proxy: Arc<Mutex<Proxy>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let http = client();
    let handler = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let request = http.request(method, format!("{origin}{uri}")).headers(headers).body(body);
        let proxy = Arc::clone(&proxy);
        async move { forward(request, &proxy).await }
    };
    let router = Router::new().fallback(handler);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn forward(request: reqwest::RequestBuilder, proxy: &Mutex<Proxy>) -> Response {
    let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("content-length");
    headers.remove("transfer-encoding");
    let body = answer.bytes().await.unwrap();
    let is_json = serde_json::from_slice::<Value>(&body);
    let damaged = match (is_json, proxy.lock().unwrap().next()) {
        (Ok(json), Some(damage)) => {
            let json = with_one_wrong(json, &damage.path, damage.wrong);
            Bytes::from(json.to_string())
        }
        _ => body,
    };
    (status, headers, damaged).into_response()
}

fn damage() -> impl Strategy<Value = Damage> {
    let wrong = prop::option::of(prop_oneof![3 => any_leaf(), 1 => any_json()]);
    (0_usize..10, any::<bool>(), prop::collection::vec(0_usize..12, 0..7), wrong)
        .prop_map(|(from, all, path, wrong)| Damage { from, all, path, wrong })
}

struct Stack {
    demo: Demo,
    clock: ManualClock,
    person: Arc<Person>,
    proxy: Arc<Mutex<Proxy>>,
    _folder: tempfile::TempDir,
}

impl Stack {
    async fn start() -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:30Z".parse().unwrap());
        let world = World::sample("2026-11-21T12:00:00Z".parse().unwrap());
        let demo = Demo::start(world, clock.teller()).await.unwrap();
        let proxy = Arc::new(Mutex::new(Proxy::default()));
        let address = serve(demo.url(), Arc::clone(&proxy)).await;
        let folder = tempfile::tempdir().unwrap();
        let mut settings: HashMap<String, String> = HashMap::new();
        for (name, value) in demo.settings() {
            let is_file = ["OTAKU", "FRIBBS", "ANIBRIDGE"].iter().any(|one| name.starts_with(one));
            let value = if is_file { value } else { value.replace(&demo.url(), &address) };
            settings.insert(name.to_owned(), value);
        }
        for (name, value) in [
            ("ANILIST_RATE_PER_MIN", "1000000"),
            ("TRAKT_GETS_PER_5MIN", "10000000"),
            ("TRAKT_WRITE_INTERVAL_MS", "0"),
            ("SYNC_REWATCHES", "1"),
            ("DATA_DIR", &folder.path().display().to_string()),
        ] {
            settings.insert(name.to_owned(), value.to_owned());
        }
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let config = Config::from_values(&settings).unwrap();
        let person = config.people(Clock::Manual(clock.clone()), store).unwrap().first();
        Self { demo, clock, person, proxy, _folder: folder }
    }

    /// Does one thing with a damaged service. Whatever comes of it, it is an answer or a cause
    /// that lies with the service.
    async fn suffer(&self, damage: Damage, turn: u8) {
        let hits = self.proxy.lock().unwrap().hits;
        *self.proxy.lock().unwrap() = Proxy { seen: 0, hits, damage: Some(damage) };
        // Breakers and rests are over by then.
        self.clock.advance(Duration::from_hours(1));
        let title = AnilistId([21, 16498, 20605, 99_999][usize::from(turn / 16) % 4]);
        let person = &self.person;
        let trigger = Trigger::Confirmed;
        let outcome = match turn % 10 {
            0 | 1 => run(person, Mode::Full, trigger).await.map(drop),
            2 => run(person, Mode::Completed, trigger).await.map(drop),
            3 => run(person, Mode::Watching, trigger).await.map(drop),
            4 => run(person, Mode::Show(title), trigger).await.map(drop),
            5 => prepare(person, Mode::Completed).await.map(drop),
            6 => explanation::explain(person, title).await.map(drop),
            7 => suggestions::suggest(person, title).await.map(drop),
            8 => {
                let airings = person.services.sources.airings(&[AnilistId(21), title]).await;
                assert!(airings.outage.is_some() || airings.missing == 0, "{airings:?}");
                Ok(())
            }
            _ => connections(person.clients()).await.map(drop),
        };
        check(outcome);
        check(undo(person, RunId(u64::from(turn))).await.map(drop));
        self.proxy.lock().unwrap().damage = None;
        self.sign_in_again().await;
    }

    /// Tokens that were damaged on their way cannot be had twice: only a person helps then.
    async fn sign_in_again(&self) {
        if self.person.trakt.username().await.is_ok() {
            return;
        }
        let page = client().get(self.person.trakt.sign_in().oauth().authorize_url().unwrap());
        let page = page.header("user-agent", "browser").send().await.unwrap().text().await.unwrap();
        let code = page.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0;
        self.person.trakt.sign_in().exchange(code).await.unwrap();
    }
}

/// A fault of ours would be a panic or an internal error.
fn check(outcome: Result<(), Error>) {
    if let Err(Error::Internal(cause)) = outcome {
        panic!("{cause}");
    }
}

#[test]
fn a_damaged_answer_is_never_a_fault_of_ours_and_leaves_a_service_that_works() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stack = runtime.block_on(Stack::start());
    let config = ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::default() };
    proptest!(config, |(damage in damage(), turn in any::<u8>())| {
        let whole = async {
            stack.suffer(damage, turn).await;
            // Something new to post, and nothing that is left from before.
            stack.demo.world(|world, now| {
                let items: Vec<_> = world.history.all().map(|play| play.item).collect();
                for item in items.into_iter().skip(usize::from(turn)) {
                    world.history.remove_item(item, now);
                }
            });
            let progress = stack.person.store.settled().await.unwrap();
            let forget = progress.keys().skip(usize::from(turn) / 8).copied();
            let forget = forget.map(anilist_trakt_sync::store::Write::RemoveSettled).collect();
            stack.person.store.write(forget).await.unwrap();
        };
        runtime.block_on(async { tokio::time::timeout(Duration::from_mins(1), whole).await }).unwrap();
    });
    let hits = stack.proxy.lock().unwrap().hits;
    let person = &stack.person;
    let left = person.services.outbound.waits(person.store.account());
    assert!(hits >= 100, "only {hits} answers were damaged; left alone: {left:?}");
    runtime.block_on(async {
        stack.clock.advance(Duration::from_hours(48));
        for mode in [Mode::Completed, Mode::Full] {
            let report = run(&stack.person, mode, Trigger::Confirmed).await.unwrap();
            assert!(!report.is_partial(), "{report:?}");
        }
    });
}
