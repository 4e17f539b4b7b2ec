//! Two copies of the program on one Redis.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anilist_trakt_sync::demo::world::ListEntry;
use anilist_trakt_sync::demo::{Action, Demo, Fault};
use anilist_trakt_sync::domain::{AnilistId, ListStatus, Service};
use futures_util::future::select;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bench::{episodes_once, services_with, settings};
use crate::server::{Server, free_port, is_installed};

const ROUNDS: u32 = 100;

/// A running copy; dropping it ends it.
pub(crate) struct Copy {
    process: Child,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    _folder: TempDir,
}

impl Copy {
    pub(crate) fn start(demo: &Demo, store: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port().to_string();
        let process = Command::new(env!("CARGO_BIN_EXE_anilist-trakt-sync"))
            .current_dir(folder.path())
            .env_clear()
            .envs(settings(demo, store))
            .env("PORT", &port)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        Self { process, url, http: client(), _folder: folder }
    }

    /// Waits until it answers this path with this status.
    pub(crate) async fn answers(&self, path: &str, expected: u16) -> Value {
        let began = Instant::now();
        loop {
            if let Ok(response) = self.http.get(format!("{}{path}", self.url)).send().await
                && response.status() == expected
            {
                return response.json().await.unwrap();
            }
            assert!(began.elapsed() < Duration::from_secs(30), "no {expected} from {path}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn complete(&self) -> (u16, Value) {
        let request = self.http.post(format!("{}/api/completed-sync", self.url));
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "a person's client, and not the service's")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

/// One of them goes over TLS, with an authority that it knows from `SSL_CERT_FILE`.
fn two(demo: &Demo, server: &Server) -> [Copy; 2] {
    let authority = server.authority_file().display().to_string();
    let plain = [("REDIS_URL", &*server.url())];
    let tls = [("REDIS_URL", &*server.tls_url()), ("SSL_CERT_FILE", &*authority)];
    [Copy::start(demo, &plain), Copy::start(demo, &tls)]
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_copies_called_at_once_one_runs_and_the_other_says_so_a_hundred_times() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let begun = |id| ListEntry::new(id, ListStatus::Current, 0);
    let demo = services_with(ROUNDS, begun).await;
    let copies = two(&demo, &server);
    for copy in &copies {
        copy.answers("/readyz", 200).await;
    }
    for round in 1..=ROUNDS {
        demo.world(|world, now| world.complete(AnilistId(round), now));
        // The one that runs gets no further until the other has its answer.
        demo.fail(Fault::new(Service::ANILIST, Action::Held));
        let both = select(Box::pin(copies[0].complete()), Box::pin(copies[1].complete()));
        let ((status, refused), running) = both.await.factor_first();
        assert_eq!((status, &refused["code"]), (409, &json!("run_in_progress")), "round {round}");
        demo.heal();
        let (status, report) = running.await;
        assert_eq!(status, 200, "round {round}: {report}");
        assert_eq!(episodes_once(&demo), round as usize * 12, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_started_before_its_redis_is_not_ready_and_then_is() {
    if !is_installed() {
        return;
    }
    let mut server = Server::start(&[]);
    server.kill();
    let demo = services_with(1, |id| ListEntry::new(id, ListStatus::Current, 0)).await;
    let copy = Copy::start(&demo, &[("REDIS_URL", &server.url())]);
    let answer = copy.answers("/readyz", 503).await;
    assert_eq!(answer["code"], "store_unavailable");
    assert!(answer["hint"].as_str().unwrap().contains("REDIS_URL"), "{answer}");
    let (status, _) = copy.complete().await;
    assert_eq!(status, 503);
    server.revive();
    copy.answers("/readyz", 200).await;
    assert_eq!(copy.complete().await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_a_killed_copy_is_free_within_fifteen_seconds() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let demo = services_with(20, |id| ListEntry::new(id, ListStatus::Completed, 12)).await;
    let [first, second] = two(&demo, &server);
    first.answers("/readyz", 200).await;
    second.answers("/readyz", 200).await;
    let hang = Fault::new(Service::ANILIST, Action::Hang(Duration::from_mins(1)));
    demo.fail(hang);
    let stuck = first.http.post(format!("{}/api/completed-sync", first.url)).send();
    let stuck = tokio::spawn(stuck);
    let began = Instant::now();
    while server.ask::<u32>(&["EXISTS", "lock:sync"]) == 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "the first copy does not run");
    }
    assert_eq!(second.complete().await.0, 409);
    drop(first);
    demo.heal();
    assert!(stuck.await.unwrap().is_err());
    let killed = Instant::now();
    while second.complete().await.0 != 200 {
        assert!(killed.elapsed() < Duration::from_secs(15), "{:?}", killed.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(episodes_once(&demo), 240);
}

/// What becomes of a Redis that is full, or that somebody empties.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Forgets {
    TheLock,
    Everything,
}

impl Forgets {
    fn happen(self, server: &Server) {
        match self {
            Self::TheLock => drop(server.ask::<u32>(&["DEL", "lock:sync"])),
            Self::Everything => drop(server.ask::<String>(&["FLUSHALL"])),
        }
    }
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::task::yield_now().await;
    }
}

fn on_post(action: Action) -> Fault {
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history")
}

/// The first copy is in the middle of a batch when the store forgets, and the second begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_forgets_lets_no_two_copies_post_the_same() {
    if !is_installed() {
        return;
    }
    for (forgets, batch) in
        [Forgets::TheLock, Forgets::Everything].map(|f| [(f, 0), (f, 1)]).concat()
    {
        let server = Server::start(&[]);
        let demo = services_with(20, |id| ListEntry::new(id, ListStatus::Completed, 12)).await;
        let [first, second] = two(&demo, &server);
        first.answers("/readyz", 200).await;
        second.answers("/readyz", 200).await;
        demo.fail(on_post(Action::Held).after(batch));
        let url = format!("{}/api/completed-sync", first.url);
        let running = tokio::spawn(first.http.post(url).send());
        let posts = || demo.stats().history_posts == batch + 1;
        until("a batch is on its way", posts).await;
        forgets.happen(&server);
        let (status, report) = second.complete().await;
        assert_eq!(status, 200, "{forgets:?}: {report}");
        demo.heal();
        let ended = running.await.unwrap().unwrap();
        assert_eq!(ended.status(), 200);
        let ended: Value = ended.json().await.unwrap();
        assert_eq!(ended["state"], "partial", "{ended}");
        assert_eq!(episodes_once(&demo), 240, "{forgets:?} in batch {batch}");
    }
}

/// The same with a batch that lands long after the store forgot of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_forgets_is_told_again_what_is_in_flight() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let demo = services_with(20, |id| ListEntry::new(id, ListStatus::Completed, 12)).await;
    let [first, second] = two(&demo, &server);
    first.answers("/readyz", 200).await;
    second.answers("/readyz", 200).await;
    demo.fail(on_post(Action::Hang(Duration::from_mins(1))).late().after(1));
    let url = format!("{}/api/completed-sync", first.url);
    let running = tokio::spawn(first.http.post(url).send());
    let in_flight = || server.ask::<u32>(&["EXISTS", "sync:in-flight"]) == 1;
    until("a batch is on its way", || demo.stats().history_posts == 1 && in_flight()).await;
    let sent = || demo.stats().count_route(Service::TRAKT, "POST /sync/history") == 2;
    until("the second batch is on its way", sent).await;
    server.ask::<String>(&["FLUSHALL"]);
    until("the first copy says again what is in flight", in_flight).await;
    server.ask::<u32>(&["DEL", "lock:sync"]);
    let (status, report) = second.complete().await;
    assert_eq!((status, &report["state"]), (200, &json!("partial")), "{report}");
    assert_eq!(report["remaining"], 100);
    demo.land();
    let (_, report) = second.complete().await;
    assert_eq!(report["state"], "complete", "{report}");
    assert_eq!(episodes_once(&demo), 240);
    drop(first);
    drop(running);
}
