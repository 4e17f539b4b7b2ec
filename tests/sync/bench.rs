//! One person with a list, a history, and the service between them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::{Demo, Fault, Stats, World};
use anilist_trakt_sync::domain::{AnilistId, Item, Report, RewatchCounts, RunId, Service, Waiting};
use anilist_trakt_sync::hub::error::Result;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::store::{SqliteStore, Write, keys};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::undo::undo;
use anilist_trakt_sync::sync::{Mode, Trigger};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;

/// When every test begins.
pub(crate) fn start_of_test() -> Timestamp {
    "2026-11-21T12:00:30Z".parse().unwrap()
}

/// The imitated services and an app on a folder of its own. When it is dropped, the services must
/// have had nothing to complain about.
pub(crate) struct Bench {
    pub(crate) demo: Demo,
    pub(crate) clock: ManualClock,
    /// The services' own clock.
    services: ManualClock,
    pub(crate) person: Arc<Person>,
    settings: HashMap<String, String>,
    folder: TempDir,
    /// The person watches things again and wants that on Trakt.
    rewatches: bool,
}

/// What a run answered, with its counts and its state by their names in the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) run_id: RunId,
    pub(crate) message: String,
    pub(crate) state: &'static str,
    pub(crate) next_attempt: Option<Timestamp>,
    pub(crate) cause: Option<String>,
    pub(crate) remaining: usize,
    pub(crate) rewatches: Option<RewatchCounts>,
    pub(crate) counts: Value,
}

impl Answer {
    pub(crate) fn of(report: Report) -> Self {
        Self {
            state: if report.is_partial() { "partial" } else { "complete" },
            counts: serde_json::to_value(report.counts).unwrap(),
            run_id: report.run_id,
            message: report.message,
            next_attempt: report.next_attempt,
            cause: report.cause,
            remaining: report.remaining,
            rewatches: report.rewatches,
        }
    }

    pub(crate) fn is_partial(&self) -> bool {
        self.state == "partial"
    }
}

impl Bench {
    pub(crate) async fn start(world: World) -> Self {
        Self::with(world, &[]).await
    }

    /// With these environment variables as well.
    pub(crate) async fn with(world: World, settings: &[(&str, &str)]) -> Self {
        let clock = ManualClock::new(start_of_test());
        let services = ManualClock::new(start_of_test());
        let demo = Demo::start(world, services.teller()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let hurry = [
            ("ANILIST_RATE_PER_MIN", "1000000"),
            ("TRAKT_GETS_PER_5MIN", "10000000"),
            ("TRAKT_WRITE_INTERVAL_MS", "0"),
        ];
        let mut all: HashMap<String, String> = HashMap::new();
        all.extend(demo.settings().into_iter().map(|(name, value)| (name.to_owned(), value)));
        for (name, value) in hurry.iter().chain(settings) {
            all.insert((*name).to_owned(), (*value).to_owned());
        }
        all.insert("DATA_DIR".to_owned(), folder.path().display().to_string());
        let person = open(&all, folder.path(), &clock);
        let rewatches = settings.contains(&("SYNC_REWATCHES", "1"));
        Self { demo, clock, services, person, settings: all, folder, rewatches }
    }

    /// Where the app keeps its state.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Another app on the same folder, as another process would be.
    pub(crate) fn another_process(&self) -> Arc<Person> {
        open(&self.settings, self.folder.path(), &self.clock)
    }

    /// Ends the app and starts it again on the same folder, with this setting changed.
    pub(crate) fn restart_with(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
        self.rewatches = self.settings.get("SYNC_REWATCHES").is_some_and(|value| value == "1");
        self.person = self.another_process();
    }

    /// Ends the app and starts it again on the same folder.
    pub(crate) fn restart(&mut self) {
        self.person = self.another_process();
    }

    pub(crate) async fn try_run(&self, mode: Mode) -> Result<Answer> {
        run(&self.person, mode, Trigger::Manual).await.map(Answer::of)
    }

    /// A full sync that ends well.
    pub(crate) async fn full(&self) -> Answer {
        self.try_run(Mode::Full).await.unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn hours_pass(&self, hours: u64) {
        self.time_passes(Duration::from_hours(hours));
    }

    pub(crate) fn time_passes(&self, time: Duration) {
        self.clock.advance(time);
        self.services.advance(time);
    }

    /// Whatever was sent has landed by now, if it ever does.
    pub(crate) fn writes_have_landed(&self) {
        self.time_passes(Duration::from_mins(2));
    }

    /// Somebody sets the clock of the machine, in whatever direction. The services' stays right.
    pub(crate) fn clock_is_set(&self, by: SignedDuration) {
        self.clock.step(by);
    }

    /// An hour later the person marks episodes up to `progress` as watched.
    pub(crate) fn watch(&self, title: u32, progress: u32) {
        self.hours_pass(1);
        self.demo.world(|world, now| world.watch(AnilistId(title), progress, now));
    }

    /// An hour later the person marks the title as completed.
    pub(crate) fn complete(&self, title: u32) {
        self.hours_pass(1);
        self.demo.world(|world, now| world.complete(AnilistId(title), now));
    }

    /// Every play Trakt has, doubles included, such as `7 S1E2` or `film 9`; sorted.
    pub(crate) fn history(&self) -> Vec<String> {
        self.demo.history().iter().map(|play| name(&play.item)).collect()
    }

    /// The play times of one show, as `S1E2 2026-11-21T12:00:00Z`.
    pub(crate) fn times(&self, show: u64) -> Vec<String> {
        let of_show =
            |item: &Item| matches!(item, Item::Episode { show: own, .. } if own.0 == show);
        let plays = self.demo.history().into_iter().filter(|play| of_show(&play.item));
        plays
            .map(|play| {
                let item = name(&play.item);
                format!("{} {}", item.split_once(' ').unwrap().1, play.watched_at)
            })
            .collect()
    }

    /// The routes that were asked since the last call, oldest first.
    pub(crate) fn requests(&self) -> Vec<String> {
        let seen = self.demo.stats().requests;
        self.complain();
        self.demo.reset_stats();
        seen.into_iter().map(|seen| seen.route).collect()
    }

    /// How often a route of Trakt was asked since the last reset.
    pub(crate) fn trakt_requests(&self, route: &str) -> usize {
        self.demo.stats().count_route(Service::TRAKT, route)
    }

    /// How far a title is synced, if it ever was.
    pub(crate) async fn last_abs(&self, title: u32) -> Option<u32> {
        let progress = self.person.store.settled().await.unwrap();
        progress.get(&AnilistId(title)).map(|row| row.last_abs)
    }

    /// What waits for a decision, ignored titles included.
    pub(crate) async fn all_waiting(&self) -> Vec<Waiting> {
        self.person.store.waiting().await.unwrap()
    }

    /// What waits as `(title, episodes)`.
    pub(crate) async fn waiting(&self) -> Vec<(u32, Vec<u32>)> {
        let rows = self.all_waiting().await;
        rows.into_iter().map(|row| (row.entry.media.id.0, row.episodes)).collect()
    }

    /// Up to which change of the list everything is settled.
    pub(crate) async fn window(&self) -> Option<i64> {
        let stored = self.config(keys::LAST_SYNC_TIMESTAMP).await;
        stored.map(|text| text.parse().unwrap())
    }

    pub(crate) async fn config(&self, key: &str) -> Option<String> {
        self.person.store.config(&[key]).await.unwrap().remove(0)
    }

    /// An hour later the datasets are published as the world has them now, and read anew.
    pub(crate) async fn refresh_datasets(&self) {
        self.demo.publish_datasets().await.unwrap();
        self.hours_pass(1);
        self.person.services.datasets.otaku.refresh().await.unwrap();
        self.person.services.datasets.fribbs.refresh().await.unwrap();
        self.person.services.datasets.anibridge.refresh().await.unwrap();
    }

    pub(crate) async fn write(&self, write: Write) {
        self.person.store.write(vec![write]).await.unwrap();
    }

    /// Takes a run's plays off Trakt again, which ends well.
    pub(crate) async fn undo(&self, id: u64) -> Answer {
        Answer::of(undo(&self.person, RunId(id)).await.unwrap())
    }

    /// Runs a full sync in a process of its own, as far as one process can show that, and kills it
    /// as soon as the services have seen what is awaited.
    pub(crate) async fn run_and_kill(&self, fault: Fault, seen: impl Fn(&Stats) -> bool) {
        let sync = |person: Arc<Person>| async move {
            drop(run(&person, Mode::Full, Trigger::Manual).await);
        };
        self.kill(fault, seen, sync).await;
    }

    /// The same for the undo of a run.
    pub(crate) async fn undo_and_kill(&self, id: u64, fault: Fault, seen: impl Fn(&Stats) -> bool) {
        let undo = move |person: Arc<Person>| async move { drop(undo(&person, RunId(id)).await) };
        self.kill(fault, seen, undo).await;
    }

    async fn kill<F: Future<Output = ()> + Send + 'static>(
        &self,
        fault: Fault,
        seen: impl Fn(&Stats) -> bool,
        work: impl FnOnce(Arc<Person>) -> F,
    ) {
        self.demo.fail(fault);
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let process = builder.worker_threads(1).enable_all().build().unwrap();
        process.spawn(work(self.another_process()));
        while !seen(&self.demo.stats()) {
            tokio::task::yield_now().await;
        }
        let end = move || process.shutdown_timeout(Duration::from_secs(5));
        tokio::task::spawn_blocking(end).await.unwrap();
        self.demo.heal();
    }

    fn complain(&self) {
        let stats = self.demo.stats();
        assert_eq!(stats.header_violations, [""; 0]);
        assert_eq!(stats.body_violations, [""; 0]);
        assert_eq!(stats.unknown_routes, [""; 0]);
        assert_eq!((stats.whole_show_adds, stats.whole_season_adds), (0, 0));
        if !self.rewatches {
            assert_eq!((stats.repeat_plays, stats.duplicate_plays), (0, 0), "a play was doubled");
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.complain();
        }
    }
}

fn open(settings: &HashMap<String, String>, folder: &Path, clock: &ManualClock) -> Arc<Person> {
    let config = Config::from_values(settings).unwrap();
    let store = Arc::new(SqliteStore::open(folder).unwrap());
    config.people(Clock::Manual(clock.clone()), store).unwrap().first()
}

/// As [`Bench::history`] writes it.
pub(crate) fn name(item: &Item) -> String {
    match item {
        Item::Movie { movie } => format!("film {movie}"),
        Item::Episode { show, slot } => format!("{show} {slot}"),
    }
}

/// These episodes of a show's season, as [`Bench::history`] writes them.
pub(crate) fn episodes(
    show: u64,
    season: u16,
    numbers: impl IntoIterator<Item = u32>,
) -> Vec<String> {
    numbers.into_iter().map(|number| format!("{show} S{season}E{number}")).collect()
}
