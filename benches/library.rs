//! What a library of 10,000 titles costs at the server: listed, narrowed, put in order, and one step more;
//! in an SQLite file, and on a Redis where `redis-server` is installed.
//!
//! `cargo bench --bench library` measures the build beside it; with `PROGRAM=/path/of/another` in the
//! environment that one.

#![expect(clippy::unwrap_used, reason = "a service that does not answer ends the measurement")]
#![expect(clippy::print_stdout, reason = "the measurement is what this is for")]

#[path = "service/process.rs"]
#[expect(dead_code, reason = "another bench measures more of a process")]
mod process;

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use self::process::{Service, program};

/// How large the library is.
const TITLES: u32 = 10_000;

/// How often each is asked.
const TIMES: usize = 41;

/// What is asked, by what it shows.
const READS: [(&str, &str); 7] = [
    ("all of it", "/api/library/items"),
    ("a page", "/api/library/items?limit=100&offset=5000"),
    ("a page of a filter", "/api/library/items?type=manga&status=reading,completed&limit=100"),
    ("a page by title", "/api/library/items?sort=title&limit=100"),
    ("a page by score", "/api/library/items?sort=score&order=desc&limit=100"),
    ("a page of a search", "/api/library/items?q=99&limit=100"),
    ("the summary", "/api/library/summary"),
];

fn main() {
    println!("program: {}", program());
    measure("SQLite", &[]);
    match Redis::start() {
        Some(redis) => measure("Redis", &[("REDIS_URL".to_owned(), redis.url.clone())]),
        None => println!("Redis: not measured, as redis-server is not installed"),
    }
}

fn measure(name: &str, settings: &[(String, String)]) {
    let folder = TempDir::new().unwrap();
    import(settings, folder.path());
    let service = Service::start(settings, folder.path());
    let before = service.memory();
    println!("{name}, the first look: {:.1} ms", millis(time(|| drop(service.get(READS[0].1)))));
    for (what, path) in READS {
        let bytes = service.get(path).len();
        let trips = round_trips(&service);
        let median = median(|| drop(service.get(path)));
        let trips = (round_trips(&service) - trips) / (TIMES as u64);
        println!("{name}, {what}: {:.2} ms, {bytes} bytes, {trips} round trips", millis(median));
    }
    let trips = round_trips(&service);
    let median = median(|| drop(service.ask("POST", "/api/library/items/77/step", r#"{"by": 1}"#)));
    let trips = (round_trips(&service) - trips) / (TIMES as u64);
    println!("{name}, a step: {:.2} ms, {trips} round trips", millis(median));
    if let Some((before, after)) = before.zip(service.memory()) {
        println!("{name}, memory: {:.1} MB, and {:.1} MB before", after.resident, before.resident);
    }
}

/// Puts the titles into an empty store, as a library that was moved from elsewhere.
fn import(settings: &[(String, String)], folder: &std::path::Path) {
    let mut command = Command::new(program());
    command.arg("import").env_clear().current_dir(folder).env("DATA_DIR", folder);
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut lines = child.stdin.take().unwrap();
    let mark = json!({"version": 1, "last": TITLES}).to_string();
    writeln!(lines, "{}", json!({"record": "config", "key": "library:mark", "value": mark}))
        .unwrap();
    for id in 1..=TITLES {
        writeln!(lines, "{}", title(id)).unwrap();
    }
    drop(lines);
    assert!(child.wait().unwrap().success());
}

fn title(id: u32) -> serde_json::Value {
    let status = ["planning", "current", "completed", "on-hold", "dropped"][id as usize % 5];
    // Numbers that are not in the order of the ids.
    let mixed = id.wrapping_mul(2_654_435_761) % 100_000;
    json!({
        "record": "item",
        "id": id,
        "kind": if id.is_multiple_of(3) { "manga" } else { "anime" },
        "origin": "anilist",
        "work": {
            "title": format!("A title of usual length, number {mixed}"),
            "names": {"romaji": format!("Futsū no nagasa no daimei {mixed}"), "native": "普通の長さの題名"},
            "cover_url": format!("https://s4.anilist.co/file/anilistcdn/media/anime/cover/medium/bx{id}.jpg"),
            "max_progress": 1000,
            "ids": {"anilist": id, "mal": id},
            "format": "tv",
            "year": 1990 + mixed % 36,
        },
        "entry": {"status": status, "progress": id % 25, "score": 1 + mixed % 100},
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    })
}

/// Those to a Redis, as the service counts them itself.
fn round_trips(service: &Service) -> u64 {
    let metrics = service.get("/metrics");
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("anilist_trakt_sync_store_round_trips_total "));
    line.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

fn time(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES).map(|_| time(&mut work)).collect();
    times.sort_unstable();
    times[TIMES / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A server of its own, in memory; ended when dropped.
struct Redis {
    child: Child,
    url: String,
}

impl Redis {
    fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()]);
        let child = command.stdout(Stdio::null()).spawn().ok()?;
        let redis = Self { child, url: format!("redis://127.0.0.1:{port}") };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "no redis-server came up");
            std::thread::yield_now();
        }
        Some(redis)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
