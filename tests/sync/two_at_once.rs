//! Two people of one service who sync at the same time, at services that count as the real ones do: Trakt the
//! writes of each person, AniList what comes from one address.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::{AccountId, Report, RunState};
use anilist_trakt_sync::hub::accounts::{Door, Newcomer};
use anilist_trakt_sync::hub::people::People;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::hub::settings::Field;
use anilist_trakt_sync::store::{SqliteStore, Write, keys};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::bench::start_of_test;
use crate::worlds::three_series;

/// The window in which AniList counts.
const WINDOW: Duration = Duration::from_mins(1);
/// How far apart the service sends a person's writes.
const INTERVAL: Duration = Duration::from_millis(400);
/// How near to each other Trakt takes them here: on a loaded machine they arrive late, and unequally so.
const NEAREST: Duration = Duration::from_millis(200);
/// Plays of each person, and in one request.
const PLAYS: usize = 12;
const BATCH: &str = "4";

/// A person at AniList and Trakt, as their services count them.
struct Somebody {
    demo: Demo,
    tokens: [String; 2],
    written: Option<Instant>,
    /// The write, counted from 0, that Trakt asks to come again in ten minutes.
    refused: Option<usize>,
    writes: usize,
}

/// What stands before the services of both, and counts.
struct Front {
    people: [Somebody; 2],
    /// How many requests AniList takes in a window.
    most: usize,
    /// When AniList was asked.
    asked: Vec<Instant>,
    /// What came too soon or too often.
    broken: Vec<String>,
    /// What time the services say it is, in their last answer.
    date: Option<HeaderValue>,
    /// Requests that are being answered, and when the last one came or was answered.
    answering: usize,
    moved: std::time::Instant,
}

type Shared = (Arc<Mutex<Front>>, reqwest::Client);

fn too_many(seconds: u64) -> Response {
    let wait = [(header::RETRY_AFTER, seconds.to_string())];
    (StatusCode::TOO_MANY_REQUESTS, wait, "{}").into_response()
}

impl Front {
    /// Whose token it is.
    fn of(&self, headers: &HeaderMap) -> usize {
        let sent = headers.get(header::AUTHORIZATION).and_then(|sent| sent.to_str().ok());
        let sent = sent.and_then(|sent| sent.strip_prefix("Bearer ")).unwrap_or_default();
        let is_theirs = |one: &Somebody| one.tokens.iter().any(|token| token == sent);
        self.people.iter().position(is_theirs).unwrap_or_default()
    }

    /// Counts a request; an answer where it is one too many.
    fn counts(&mut self, who: usize, method: &Method, path: &str) -> Option<Response> {
        let now = Instant::now();
        if path.starts_with("/anilist") {
            self.asked.push(now);
            let recent = self.asked.iter().filter(|at| now.duration_since(**at) < WINDOW).count();
            if recent > self.most {
                self.broken.push(format!("{recent} requests to AniList in a minute"));
                return Some(too_many(30));
            }
        }
        if *method != Method::POST || !path.starts_with("/trakt/sync/") {
            return None;
        }
        let person = &mut self.people[who];
        let since = person.written.replace(now).map(|before| now.duration_since(before));
        if since.is_some_and(|since| since < NEAREST) {
            self.broken.push(format!("a write of {who} came {since:?} after the one before"));
            return Some(too_many(1));
        }
        person.writes += 1;
        (person.refused == Some(person.writes - 1)).then(|| too_many(600))
    }
}

/// Counts a request, and passes it on to whose it is.
async fn counted(state: State<Shared>, request: Request) -> Response {
    let front = Arc::clone(&state.0.0);
    let moved = |by: isize| {
        let mut front = front.lock().unwrap();
        front.answering = front.answering.saturating_add_signed(by);
        front.moved = std::time::Instant::now();
    };
    moved(1);
    let answer = pass(state, request).await;
    moved(-1);
    answer
}

async fn pass(State((front, http)): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let address = parts.uri.path_and_query().unwrap().as_str().to_owned();
    let url = {
        let mut front = front.lock().unwrap();
        let who = front.of(&parts.headers);
        if let Some(mut refused) = front.counts(who, &parts.method, &address) {
            let date = front.date.clone().map(|date| (header::DATE, date));
            refused.headers_mut().extend(date);
            return refused;
        }
        format!("{}{address}", front.people[who].demo.url())
    };
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    let body: Bytes = to_bytes(body, usize::MAX).await.unwrap();
    let answer = http.request(parts.method, url).headers(headers).body(body).send().await.unwrap();
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    front.lock().unwrap().date = headers.get(header::DATE).cloned();
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    (status, headers, answer.bytes().await.unwrap()).into_response()
}

/// One service for two people, before services of which each has what is theirs.
struct Two {
    front: Arc<Mutex<Front>>,
    clock: ManualClock,
    people: [Arc<Person>; 2],
    serving: JoinHandle<()>,
    _folder: TempDir,
}

impl Drop for Two {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn world_of(name: &str, id: u32) -> World {
    let mut world = three_series();
    let person = &mut world.person;
    (person.name, person.anilist_id) = (name.to_owned(), id);
    person.anilist_token = format!("anilist-token-of-{name}");
    person.access_token = format!("trakt-token-of-{name}");
    person.refresh_token = format!("trakt-refresh-token-of-{name}");
    world
}

async fn somebody(world: World, clock: &ManualClock) -> Somebody {
    let tokens = [world.person.anilist_token.clone(), world.person.access_token.clone()];
    let demo = Demo::start(world, clock.teller()).await.unwrap();
    Somebody { demo, tokens, written: None, refused: None, writes: 0 }
}

#[expect(clippy::disallowed_methods, reason = "it stands between, and is not part of the service")]
fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

impl Two {
    /// AniList takes `most` requests a minute.
    async fn start(most: usize) -> Self {
        let clock = ManualClock::new(start_of_test());
        let people = [
            somebody(world_of("mika", 501), &clock).await,
            somebody(world_of("lea", 502), &clock).await,
        ];
        let settings = people[0].demo.settings();
        let front = Front {
            people,
            most,
            asked: Vec::new(),
            broken: Vec::new(),
            date: None,
            answering: 0,
            moved: std::time::Instant::now(),
        };
        let front = Arc::new(Mutex::new(front));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(counted).with_state((Arc::clone(&front), client()));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let folder = tempfile::tempdir().unwrap();
        let all = service(settings, &url, most, &folder);
        let people = all.people(Clock::Manual(clock.clone()), store(&folder)).unwrap();
        let people = both(&people).await;
        Self { front, clock, people, serving, _folder: folder }
    }

    /// Both run at once.
    async fn run(&self) -> [Report; 2] {
        let [one, other] =
            self.people.each_ref().map(|person| run(person, Mode::Full, Trigger::Manual));
        let (one, other) = tokio::join!(one, other);
        [one.unwrap(), other.unwrap()]
    }

    /// Both run at once, and whenever both do nothing but wait, as long as a window passes for all who
    /// measure time. Says how often that was.
    async fn run_through_windows(&self) -> ([Report; 2], usize) {
        let mut windows = 0;
        let mut running = std::pin::pin!(self.run());
        loop {
            tokio::select! {
                reports = &mut running => return (reports, windows),
                () = self.rest() => windows += 1,
            }
            tokio::time::pause();
            tokio::time::advance(WINDOW + Duration::from_secs(3)).await;
            tokio::time::resume();
            self.clock.advance(WINDOW + Duration::from_secs(3));
        }
    }

    /// Waits until nobody has asked for anything for a while.
    async fn rest(&self) {
        let is_at_rest = || {
            let front = self.front.lock().unwrap();
            front.answering == 0 && front.moved.elapsed() > Duration::from_secs(2)
        };
        while !is_at_rest() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.front.lock().unwrap().moved = std::time::Instant::now();
    }

    /// Each has every play once, and nobody was asked more than they allow.
    fn is_whole(&self) {
        let front = self.front.lock().unwrap();
        assert_eq!(front.broken, Vec::<String>::new());
        for somebody in &front.people {
            let plays = somebody.demo.history();
            let items: HashSet<_> = plays.iter().map(|play| play.item).collect();
            assert_eq!((plays.len(), items.len()), (PLAYS, PLAYS));
            let stats = somebody.demo.stats();
            assert_eq!((stats.repeat_plays, stats.ignored_retry_after), (0, 0));
            assert_eq!((stats.header_violations, stats.body_violations), (Vec::new(), Vec::new()));
        }
    }
}

fn store(folder: &TempDir) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(folder.path()).unwrap())
}

/// The service's settings. Whatever counts is asked through the front.
fn service(demo: Vec<(&'static str, String)>, url: &str, most: usize, folder: &TempDir) -> Config {
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    let mut all: HashMap<String, String> = demo.into_iter().map(owned).collect();
    let through = [
        ("ANILIST_API_URL", format!("{url}/anilist")),
        ("TRAKT_API_URL", format!("{url}/trakt")),
        ("TRAKT_AUTH_URL", format!("{url}/trakt-auth")),
        ("ANILIST_RATE_PER_MIN", most.to_string()),
        ("TRAKT_WRITE_INTERVAL_MS", INTERVAL.as_millis().to_string()),
        ("TRAKT_BATCH_SIZE", BATCH.to_owned()),
        ("DATA_DIR", folder.path().display().to_string()),
    ];
    all.extend(through.map(owned));
    Config::from_values(&all).unwrap()
}

/// The first account, which the environment sets up, and one that sets up itself.
async fn both(people: &People) -> [Arc<Person>; 2] {
    for name in ["mika", "lea"] {
        let newcomer = Newcomer::new(name, Some("correct horse".to_owned().into()));
        people.services().accounts.register(newcomer, Door::Open).await.unwrap();
    }
    let lea = people.of(&AccountId::new("u2".to_owned()));
    let set = |field, text: &str| (field, Some(text.to_owned().into()));
    let token = set(Field::AnilistToken, "anilist-token-of-lea");
    let lea = lea.change(&[token, set(Field::BatchSize, BATCH)]).await.unwrap();
    let write = |key, value: &str| Write::Config { key, value: Some(value.to_owned()) };
    let signed_in = vec![
        write(keys::TRAKT_TOKEN, "trakt-token-of-lea"),
        write(keys::TRAKT_REFRESH_TOKEN, "trakt-refresh-token-of-lea"),
        write(keys::TRAKT_TOKEN_EXPIRES_AT, "2026-11-22T12:00:00Z"),
    ];
    lea.store.write(signed_in).await.unwrap();
    [people.first(), lea]
}

#[tokio::test]
async fn one_persons_refused_write_holds_up_nothing_of_the_others() {
    let two = Two::start(1000).await;
    two.front.lock().unwrap().people[0].refused = Some(1);
    let [mika, lea] = two.run().await;
    assert_eq!((mika.state, mika.posted()), (RunState::Partial, 4), "{mika:?}");
    assert_eq!(mika.next_attempt, Some(start_of_test() + Duration::from_mins(10)));
    assert_eq!((lea.state, lea.posted()), (RunState::Complete, PLAYS), "{lea:?}");
    two.clock.advance(Duration::from_mins(11));
    let [mika, lea] = two.run().await;
    assert_eq!((mika.state, mika.posted()), (RunState::Complete, PLAYS - 4), "{mika:?}");
    assert_eq!((lea.state, lea.posted()), (RunState::Complete, 0), "{lea:?}");
    two.is_whole();
}

#[tokio::test]
async fn what_two_ask_of_anilist_is_counted_together_and_both_come_to_their_end() {
    // Less than two first syncs take.
    let two = Two::start(5).await;
    let (mut posted, mut windows) = ([0, 0], 0);
    for _ in 0..5 {
        let (reports, passed) = two.run_through_windows().await;
        windows += passed;
        for (posted, report) in posted.iter_mut().zip(&reports) {
            *posted += report.posted();
        }
        if reports.iter().all(|report| report.state == RunState::Complete) {
            break;
        }
    }
    assert_eq!(posted, [PLAYS, PLAYS]);
    assert!(windows > 0, "the limit was never met");
    two.is_whole();
}
