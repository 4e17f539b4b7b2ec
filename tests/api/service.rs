//! A service for one test, and someone to ask it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::world::{ListEntry, Mapping, Numbers, TraktMovie, TraktShow};
use anilist_trakt_sync::demo::{Action, Demo, Fault, Stats, World};
use anilist_trakt_sync::domain::{
    self, Airing, AnilistId, Format, FuzzyDate, ListStatus, MalId, Media, Titles,
};
use anilist_trakt_sync::hub::people::People;
use anilist_trakt_sync::store::{SqliteStore, Store};
use anilist_trakt_sync::web;
use jiff::Timestamp;
use jiff::civil::date;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::shape::Answer;

/// A running service on upstreams of its own; it ends with the test.
pub(crate) struct Service {
    pub(crate) demo: Demo,
    pub(crate) clock: ManualClock,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) people: Arc<People>,
    pub(crate) folder: TempDir,
    pub(crate) address: String,
    pub(crate) http: reqwest::Client,
    server: JoinHandle<()>,
}

/// Another process on a service's store; it ends with the test.
pub(crate) struct Copy {
    pub(crate) address: String,
    server: JoinHandle<()>,
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the caller of the service is not part of it")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

impl Service {
    /// On the sample of about 50 real titles.
    pub(crate) async fn sample() -> Self {
        Self::start(World::sample(now()), &[]).await
    }

    /// On three titles: a show, a film, and one that nobody maps.
    pub(crate) async fn small() -> Self {
        Self::start(small(), &[]).await
    }

    /// On the small world with more settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::start(small(), settings).await
    }

    /// On the small world, until this comes.
    pub(crate) async fn until_told(ended: oneshot::Receiver<()>) -> Self {
        let ended = async move { ended.await.unwrap_or_default() };
        Self::start_until(small(), &[], ended).await
    }

    pub(crate) async fn start(world: World, settings: &[(&str, &str)]) -> Self {
        Self::start_until(world, settings, std::future::pending()).await
    }

    async fn start_until(
        world: World,
        settings: &[(&str, &str)],
        ended: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        let clock = ManualClock::new(now());
        let demo = Demo::start(world, clock.teller()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&data).unwrap());
        let config = config(demo.settings(), &data, settings);
        let people = config.people(Clock::Manual(clock.clone()), Arc::clone(&store)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = web::serve(Arc::clone(&people), config.web, listener, ended);
        let server = tokio::spawn(async move { serving.await.unwrap() });
        Self { demo, clock, store, people, folder, address, http: client(), server }
    }

    /// Another process on the same store.
    pub(crate) async fn another_copy(&self, settings: &[(&str, &str)]) -> Copy {
        let data = self.folder.path().join("data");
        let config = config(self.demo.settings(), &data, settings);
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&data).unwrap());
        let people = config.people(Clock::Manual(self.clock.clone()), store).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = web::serve(people, config.web, listener, std::future::pending());
        Copy { address, server: tokio::spawn(async move { serving.await.unwrap() }) }
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) {
        (&mut self.server).await.unwrap();
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) async fn ask(&self, method: Method, path: &str) -> Answer {
        Answer::of(self.request(method, path)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path).await
    }

    /// How many requests this upstream has seen.
    pub(crate) fn asked(&self, other: domain::Service) -> usize {
        self.demo.stats().count(other)
    }

    /// Everything that would be an answer of this body is one from now on.
    pub(crate) fn answer_instead(&self, other: domain::Service, status: u16, body: &str) {
        let action = Action::Status { status, headers: Vec::new(), body: body.to_owned() };
        self.demo.fail(Fault::new(other, action).times(u32::MAX));
    }

    /// Waits until the services have seen what is awaited of a run that goes on.
    pub(crate) async fn until<T>(&self, run: &JoinHandle<T>, seen: impl Fn(&Stats) -> bool) {
        while !seen(&self.demo.stats()) {
            assert!(!run.is_finished(), "the run ended early");
            tokio::task::yield_now().await;
        }
    }

    /// Asks until the answer is as wanted. A condition that never comes true fails the test.
    pub(crate) async fn wait_for(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let body = self.get(path).await.ok();
                if wanted(&body) {
                    return body;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect(path)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Settings of the imitation, fast limits, and what the test wants; an empty value unsets one.
fn config(demo: Vec<(&'static str, String)>, folder: &Path, settings: &[(&str, &str)]) -> Config {
    let folder = folder.display().to_string();
    let fast = [
        ("DATA_DIR", folder.as_str()),
        ("ANILIST_RATE_PER_MIN", "100000"),
        ("TRAKT_GETS_PER_5MIN", "100000"),
        ("TRAKT_WRITE_INTERVAL_MS", "0"),
        ("MANGADEX_RATE_PER_SEC", "1000"),
        ("MAL_RATE_PER_MIN", "100000"),
        ("KITSU_RATE_PER_MIN", "100000"),
    ];
    let mut values: HashMap<String, String> =
        demo.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for (name, value) in fast.iter().chain(settings) {
        values.insert((*name).to_owned(), (*value).to_owned());
    }
    Config::from_values(&values).unwrap()
}

/// The small world with a series of 2,500 episodes, title 20, that nobody has begun.
pub(crate) fn with_long_series() -> World {
    let show = TraktShow::new(9, "Long", 2020, Numbers::PerSeason)
        .ids(90, 900, "tt0000009")
        .season(1, &[(2500, date(2020, 1, 4))]);
    let long = media(20, "Long", Format::Tv, 2500);
    let mapping = Mapping::to_season(&long, &show, Some(1), 0);
    small().with_show(show).with_mapping(mapping).with_media(long, None)
}

/// The small world with two series of 2,500 episodes that were watched, and 700 titles more that no
/// dataset names: 5,004 plays, and 701 titles that are left out.
pub(crate) fn large() -> World {
    let watched = |id, progress| {
        ListEntry::new(AnilistId(id), ListStatus::Current, progress)
            .updated("2026-11-20T10:00:00Z".parse().unwrap())
    };
    let with_series = (1..=2_u32).fold(small(), |world, number| {
        let name = format!("Long {number}");
        let show = TraktShow::new(u64::from(100 + number), &name, 2020, Numbers::PerSeason)
            .ids(1000 + number, 10_000 + number, &format!("tt00001{number:02}"))
            .season(1, &[(2500, date(2020, 1, 4))]);
        let long = media(20 + number, &name, Format::Tv, 2500);
        let mapping = Mapping::to_season(&long, &show, Some(1), 0);
        world
            .with_show(show)
            .with_mapping(mapping)
            .with_media(long, Some(watched(20 + number, 2500)))
    });
    (1000..1700).fold(with_series, |world, id| {
        let lost = media(id, &format!("Lost {id}"), Format::Ona, 5);
        world.with_media(lost, Some(watched(id, 5)))
    })
}

fn media(id: u32, name: &str, format: Format, episodes: u32) -> Media {
    Media {
        id: AnilistId(id),
        mal_id: Some(MalId(id)),
        titles: Titles { romaji: Some(name.to_owned()), english: None },
        format: Some(format),
        episodes: Some(episodes),
        start_date: FuzzyDate { year: Some(2020), month: Some(1), day: Some(4) },
        airing: Airing::default(),
        parent: None,
        cover: None,
    }
}

/// 1 is being watched (3 of 12 episodes, the first season of Trakt's show 7), 2 is a film that was
/// completed (Trakt's film 8), 3 has 5 episodes and no dataset names it. Four more entries of the
/// datasets are on nobody's list.
pub(crate) fn small() -> World {
    let show = TraktShow::new(7, "Two Seasons", 2020, Numbers::PerSeasonWithAbsolute)
        .ids(70, 700, "tt0000007")
        .season(0, &[(1, date(2020, 3, 1))])
        .season(1, &[(12, date(2020, 1, 4))])
        .season(2, &[(12, date(2021, 1, 2))]);
    let movie = TraktMovie::new(8, "A Film", date(2020, 1, 4)).ids(80, "tt0000080");
    let (first, film) = (media(1, "First", Format::Tv, 12), media(2, "A Film", Format::Movie, 1));
    let lost = media(3, "Lost", Format::Ona, 5);
    let others = (11..15).map(|id| media(id, "Other", Format::Tv, 12));
    let entry = |id, status, progress| {
        ListEntry::new(AnilistId(id), status, progress)
            .updated("2026-11-20T10:00:00Z".parse().unwrap())
    };
    let day = FuzzyDate { year: Some(2024), month: Some(2), day: Some(3) };
    let rows: Vec<_> = others.map(|media| Mapping::to_season(&media, &show, Some(2), 0)).collect();
    let world = World::default()
        .with_mapping(Mapping::to_season(&first, &show, Some(1), 0))
        .with_mapping(Mapping::to_movie(&film, &movie))
        .with_media(first, Some(entry(1, ListStatus::Current, 3)))
        .with_media(film, Some(entry(2, ListStatus::Completed, 1).completed(day)))
        .with_media(lost, Some(entry(3, ListStatus::Completed, 5).completed(day)));
    rows.into_iter().fold(world.with_show(show).with_movie(movie), World::with_mapping)
}
