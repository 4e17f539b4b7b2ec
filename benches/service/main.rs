//! What the service costs as a process: until its first answer, in memory, for a large completed
//! sync, and for reading under load. The services it talks to are the imitated ones, in this
//! process.
//!
//! `cargo bench --bench service` measures the build beside it; with `PROGRAM=/path/of/another` in
//! the environment that one, to compare two. Memory and processor time are read from `/proc`, so
//! they are told on Linux only.

#![expect(clippy::unwrap_used, reason = "a service that does not answer ends the measurement")]
#![expect(clippy::print_stdout, reason = "the measurement is what this is for")]

mod load;
mod process;
mod world;

use std::process::Command;
use std::time::{Duration, Instant};

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::demo::Demo;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use self::load::{Load, under_load};
use self::process::{Memory, Service, program};

/// How often each kind of start is measured.
const STARTS: usize = 21;

/// The reads that are measured under load, the one to compare with first.
const READS: [&str; 11] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/status",
    "/api/runs",
    "/api/runs/1?limit=50",
    "/api/progress?limit=50",
    "/api/unmapped",
    "/api/mappings",
    "/api/explain?anilistId=21",
    "/",
];

fn main() {
    let runtime = Runtime::new().unwrap();
    let demo = runtime.block_on(Demo::start(world::world(), Clock::System.teller())).unwrap();
    let settings = world::settings(&demo);
    println!("program: {}", program());
    starts(&settings);
    let folder = TempDir::new().unwrap();
    let service = Service::start(&settings, folder.path());
    tell("memory, nothing loaded", service.memory().as_ref());
    service.refresh();
    tell("memory, three files just fetched and read", service.memory().as_ref());
    drop(service);
    let service = Service::start(&settings, folder.path());
    assert!(service.get("/api/explain?anilistId=21").contains("anibridge"), "a file is loaded");
    tell("memory, three files loaded from the store", service.memory().as_ref());
    sync(&service, &demo);
    println!(
        "state.db: {} kB",
        std::fs::metadata(folder.path().join("state.db")).unwrap().len() / 1000
    );
    reads(&service);
    tell("memory after all that", service.memory().as_ref());
}

fn starts(settings: &[(String, String)]) {
    let version = median((0..STARTS).map(|_| {
        let began = Instant::now();
        assert!(Command::new(program()).arg("--version").output().unwrap().status.success());
        began.elapsed()
    }));
    let new = median((0..STARTS).map(|_| first_answer(settings, &TempDir::new().unwrap())));
    let folder = TempDir::new().unwrap();
    let existing = median((0..STARTS).map(|_| first_answer(settings, &folder)));
    for (name, time) in [("--version", version), ("new folder", new), ("existing folder", existing)]
    {
        let ratio = time.as_secs_f64() / version.as_secs_f64();
        println!("start, {name}: {:.1} ms, {ratio:.1} × --version", millis(time));
    }
}

/// From the start of the process to the first byte of its first answer.
fn first_answer(settings: &[(String, String)], folder: &TempDir) -> Duration {
    let began = Instant::now();
    let service = Service::start(settings, folder.path());
    let answered = began.elapsed();
    drop(service);
    answered
}

fn sync(service: &Service, demo: &Demo) {
    demo.reset_stats();
    let (began, cpu, written) = (Instant::now(), service.cpu(), service.written());
    let report = service.post("/api/completed-sync");
    assert!(report.contains("sync complete"), "{report}");
    let (wall, cpu) =
        (began.elapsed(), service.cpu().zip(cpu).map(|(now, then)| now.saturating_sub(then)));
    let plays = demo.history().len();
    assert_eq!(plays, world::PLAYS, "every play arrived");
    let requests = demo.stats().requests.len();
    let cpu = cpu.map_or("?".to_owned(), |cpu| format!("{:.0} ms", millis(cpu)));
    println!(
        "completed sync of {} titles, {plays} plays: {requests} requests, processor time {cpu}, {:.1} s",
        world::TITLES,
        wall.as_secs_f64()
    );
    if let Some((now, then)) = service.written().zip(written) {
        println!("written to the disk: {} kB", now.saturating_sub(then) / 1000);
    }
    tell("memory after the sync", service.memory().as_ref());
}

fn reads(service: &Service) {
    let all: Vec<(&str, Load)> =
        READS.iter().map(|path| (*path, under_load(&service.address, path))).collect();
    let base = all[0].1.median.as_secs_f64();
    for (path, Load { requests_per_second, median, slowest_of_100, bytes }) in all {
        println!(
            "GET {path}: {requests_per_second:.0} a second, median {:.2} ms ({:.1} × {}), 99 % within {:.2} ms, {bytes} bytes",
            millis(median),
            median.as_secs_f64() / base,
            READS[0],
            millis(slowest_of_100),
        );
    }
}

fn tell(when: &str, memory: Option<&Memory>) {
    let Some(Memory { resident, own, peak }) = memory else { return };
    println!("{when}: {resident:.1} MB resident, {own:.1} MB of it its own, peak {peak:.1} MB");
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
