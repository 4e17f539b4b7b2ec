//! What the service counts and measures, in the text format that Prometheus reads (OpenMetrics 1.0).
//!
//! Counts grow as things happen. What can be looked up is looked up when somebody asks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::{RunRow, RunState, Service};
use crate::outbound::{Outbound, Tally};
use crate::store::{AccountStore, Levels};

/// The content type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// More than the text is long in most services, so that it is written in one place.
const LENGTH: usize = 16 << 10;

/// From a page to a long run, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.0, 10.0, 60.0, 300.0];

/// The mapping files.
const DATASETS: [Service; 3] = [Service::OTAKU, Service::FRIBBS, Service::ANIBRIDGE];

type Seconds = Gauge<f64, AtomicU64>;

/// What is counted and measured.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Route, Histogram>,
    runs: Family<Ended, Counter>,
    plays: Family<Became, Counter>,
    looked_up: LookedUp,
}

/// What is looked up when somebody asks.
#[derive(Debug, Default)]
struct LookedUp {
    store_up: Gauge,
    store_answer: Seconds,
    store_round_trips: Counter,
    store_commands: Counter,
    waiting: Gauge,
    running: Gauge,
    dataset_age: Family<Named, Seconds>,
    dataset_entries: Family<Named, Gauge>,
    sign_in_left: Family<Named, Seconds>,
    left_alone: Family<Named, Gauge>,
}

/// What is looked at when somebody asks.
#[derive(Debug, Clone, Copy)]
pub struct LookedAt<'a> {
    /// What is kept, and how many titles wait.
    pub store: &'a AccountStore,
    /// Which services are left alone.
    pub outbound: &'a Outbound,
    /// The time.
    pub now: Timestamp,
    /// Whether a run goes on in this process.
    pub is_running: bool,
    /// When the sign-ins end, where that is known.
    pub sign_ins: [(Service, Option<Timestamp>); 2],
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Ended {
    mode: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Became {
    outcome: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Named {
    name: &'static str,
}

impl Metrics {
    /// Nothing counted yet, but for what the tally has.
    pub fn new(tally: &Tally) -> Self {
        let mut registry = Registry::with_prefix("anilist_trakt_sync");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "This program", version);
        tally.register(&mut registry);
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let metrics = Self {
            registry,
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram),
            runs: Family::default(),
            plays: Family::default(),
            looked_up: LookedUp::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register("http_requests", "Requests that were answered", self.requests.clone());
        let help = "How long it took until an answer began";
        registry.register_with_unit("http_duration", help, Unit::Seconds, self.durations.clone());
        registry.register("runs", "Runs that ended, by mode and state", self.runs.clone());
        registry.register("plays", "Plays by what became of them on Trakt", self.plays.clone());
        self.looked_up.register(registry);
        self
    }

    /// A request was answered.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.durations.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { method, route, status }).inc();
    }

    /// A run ended.
    pub fn run_ended(&self, row: &RunRow) {
        let state = match row.state {
            RunState::Running => "running",
            RunState::Complete => "complete",
            RunState::Partial => "partial",
            RunState::Failed => "failed",
        };
        self.runs.get_or_create(&Ended { mode: row.mode.name(), state }).inc();
    }

    /// Trakt answered to so many plays in this way: `accepted`, `refused` or `removed`.
    pub fn plays(&self, outcome: &'static str, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.plays.get_or_create(&Became { outcome }).inc_by(count);
    }

    /// All of it as text. A store that is down takes nothing away but what it alone knows.
    pub async fn text(&self, at: LookedAt<'_>) -> Result<String, std::fmt::Error> {
        self.looked_up.look(at).await;
        let mut text = String::with_capacity(LENGTH);
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl LookedUp {
    fn register(&self, registry: &mut Registry) {
        registry.register("store_up", "Whether the store answers", self.store_up.clone());
        let help = "How long the store took to answer just now";
        let answer = self.store_answer.clone();
        registry.register_with_unit("store_answer", help, Unit::Seconds, answer);
        let help = "Requests to a Redis, each with its answer";
        registry.register("store_round_trips", help, self.store_round_trips.clone());
        let help = "Commands that a Redis ran, those inside scripts included";
        registry.register("store_commands", help, self.store_commands.clone());
        registry.register("queue_titles", "Titles that wait for a decision", self.waiting.clone());
        registry.register("run_in_progress", "Whether a run goes on here", self.running.clone());
        let help = "Since a mapping file was last fetched or found unchanged";
        registry.register_with_unit("dataset_age", help, Unit::Seconds, self.dataset_age.clone());
        let help = "AniList entries of a mapping file";
        registry.register("dataset_entries", help, self.dataset_entries.clone());
        let help = "Until a sign-in ends, if nothing renews it";
        let left = self.sign_in_left.clone();
        registry.register_with_unit("sign_in_left", help, Unit::Seconds, left);
        let help = "Whether a service is left alone because it keeps failing or asked to wait";
        registry.register("upstream_left_alone", help, self.left_alone.clone());
    }

    /// The store is only read here: whether it can be written to is `/readyz`'s to find out, since
    /// whoever scrapes often would make it write as often.
    async fn look(&self, at: LookedAt<'_>) {
        let LookedAt { store, outbound, now, is_running, sign_ins } = at;
        let began = Instant::now();
        let levels = store.levels(&DATASETS.map(Service::id)).await;
        self.store_answer.set(began.elapsed().as_secs_f64());
        self.store_up.set(levels.is_ok().into());
        if let Some(cost) = store.shared().cost() {
            self.store_round_trips.inner().store(cost.round_trips, Ordering::Relaxed);
            self.store_commands.inner().store(cost.commands, Ordering::Relaxed);
        }
        self.running.set(is_running.into());
        for service in outbound.services() {
            let is_left_alone = outbound.closed(service, None).is_some();
            self.left_alone.get_or_create(&Named { name: service.id() }).set(is_left_alone.into());
        }
        self.sign_ins(sign_ins, now);
        if let Ok(levels) = levels {
            self.stored(&levels, now);
        }
    }

    fn sign_ins(&self, ends: [(Service, Option<Timestamp>); 2], now: Timestamp) {
        for (service, end) in ends {
            let name = Named { name: service.id() };
            match end {
                Some(end) => drop(self.sign_in_left.get_or_create(&name).set(seconds(now, end))),
                None => drop(self.sign_in_left.remove(&name)),
            }
        }
    }

    /// What the store holds. While it cannot be read, this stays as it was: the store is told of
    /// above.
    fn stored(&self, levels: &Levels, now: Timestamp) {
        self.waiting.set(i64::try_from(levels.waiting).unwrap_or(i64::MAX));
        for (service, info) in DATASETS.iter().zip(&levels.datasets) {
            let Some(info) = info else { continue };
            let name = Named { name: service.id() };
            self.dataset_age.get_or_create(&name).set(seconds(info.last_sync, now));
            let count = i64::try_from(info.count).unwrap_or(i64::MAX);
            self.dataset_entries.get_or_create(&name).set(count);
        }
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
