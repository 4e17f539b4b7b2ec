//! Years of watching, day by day: a service in a process of its own, whose clock this test turns,
//! with faults now and then. Nothing is lost or doubled, and nothing grows with time.
//!
//! `SOAK_DAYS=20000 cargo test --test soak -- --nocapture` looks longer.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

mod body;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anilist_trakt_sync::clock::ManualClock;
use anilist_trakt_sync::demo::world::{ListEntry, Mapping, Numbers, TraktShow};
use anilist_trakt_sync::demo::{Action, Demo, Fault, World};
use anilist_trakt_sync::domain::{
    self, Airing, AnilistId, Format, FuzzyDate, Item, ListStatus, MalId, Media, Titles,
};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::Value;
use tempfile::TempDir;

/// Days of a run that nobody asked for.
const DAYS: u64 = 200;
const SERIES: u32 = 24;
/// A later part of the run may need so much more than an earlier one, in hundredths.
const FLAT: u64 = 115;
/// What the allocator and the page cache do by themselves.
const SLACK: u64 = 4 << 20;

pub(crate) fn start() -> Timestamp {
    "2026-11-21T12:00:30Z".parse().unwrap()
}

/// Numbers that look random and are the same in every run of the test.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// As many episodes as the days can use up.
fn world(days: u64) -> World {
    let episodes = u32::try_from(days * 5 / u64::from(SERIES)).unwrap().max(12);
    (1..=SERIES).fold(World::default(), |world, id| {
        let media = Media {
            id: AnilistId(id),
            mal_id: Some(MalId(id)),
            titles: Titles { romaji: Some(format!("Title {id}")), english: None },
            format: Some(Format::Tv),
            episodes: Some(episodes),
            start_date: FuzzyDate { year: Some(2020), month: Some(1), day: Some(4) },
            airing: Airing::default(),
            parent: None,
            cover: None,
        };
        let show = TraktShow::new(u64::from(id), &format!("Title {id}"), 2020, Numbers::PerSeason)
            .ids(id * 10, id * 100, &format!("tt{id:07}"))
            .season(1, &[(episodes, date(2020, 1, 4))]);
        let range = format!("1-{episodes}");
        let mapping = Mapping::to_season(&media, &show, Some(1), 0).range(
            &format!("tmdb_show:{}:s1", id * 10),
            &range,
            &range,
        );
        world
            .with_mapping(mapping)
            .with_media(media, Some(ListEntry::new(AnilistId(id), ListStatus::Current, 1)))
            .with_show(show)
    })
}

/// The service in its own process. Dropping it ends it.
struct Service {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    address: String,
    http: reqwest::Client,
}

#[expect(clippy::disallowed_methods, reason = "the caller of the service is not part of it")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

impl Service {
    fn start(demo: &Demo, folder: &Path, now: Timestamp) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "body::service", "--ignored", "--nocapture"])
            .envs(demo.settings())
            .env("DATA_DIR", folder)
            .env(body::BEGIN, now.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        let mut service =
            Self { process, commands, answers, address: String::new(), http: client() };
        service.address = service.told();
        service
    }

    /// The next thing it says.
    fn told(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.answers.read_line(&mut line).unwrap() > 0, "the service is gone");
            if let Some((_, told)) = line.trim_end().split_once(body::MARK) {
                return told.to_owned();
            }
        }
    }

    /// Turns its clock.
    fn wait(&mut self, time: Duration) {
        writeln!(self.commands, "{}", time.as_secs()).unwrap();
        assert_eq!(self.told(), "turned");
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("http://{}{path}", self.address));
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// What it holds in memory, in bytes; 0 where the system does not tell.
    fn memory(&self) -> u64 {
        let path = format!("/proc/{}/statm", self.process.id());
        let Ok(text) = std::fs::read_to_string(path) else { return 0 };
        text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// What it takes on disk, in bytes.
fn disk(folder: &TempDir) -> u64 {
    let files = std::fs::read_dir(folder.path()).unwrap();
    files
        .map(|file| file.unwrap().metadata().unwrap())
        .filter(std::fs::Metadata::is_file)
        .map(|m| m.len())
        .sum()
}

/// A fault that passes by itself.
fn fault(dice: &mut Dice) -> Fault {
    let limited = || Action::Status {
        status: 429,
        headers: vec![("retry-after".into(), "900".into())],
        body: String::new(),
    };
    let history =
        |action| Fault::new(domain::Service::TRAKT, action).method("POST").path("/sync/history");
    match dice.below(15) {
        12 => history(Action::Reset).late(),
        13 => history(Action::Html { status: 520 }).late(),
        14 => history(Action::Reset),
        0 => history(Action::Reset).applied(),
        1 => history(Action::Truncate).applied(),
        2 => history(Action::Html { status: 502 }).applied(),
        3 => history(Action::Html { status: 504 }).late(),
        4 => history(limited()),
        5 => Fault::new(domain::Service::ANILIST, Action::Html { status: 403 }),
        6 => Fault::new(domain::Service::ANILIST, limited()),
        7 => Fault::new(domain::Service::ANILIST, Action::Truncate),
        8 => Fault::new(domain::Service::TRAKT, Action::Html { status: 403 }).path("/sync/"),
        9 => Fault::new(domain::Service::TRAKT, Action::Html { status: 200 }).path("/sync/watched"),
        10 => Fault::new(domain::Service::FRIBBS, Action::Html { status: 200 }),
        _ => Fault::new(domain::Service::OTAKU, Action::Truncate),
    }
}

/// The list as Trakt should have it.
fn listed(demo: &Demo) -> BTreeSet<String> {
    demo.world(|world, _| {
        let entries = world.list.iter();
        let names = |entry: &ListEntry| {
            let id = entry.media.0;
            (1..=entry.progress).map(move |number| format!("{id} S1E{number}")).collect::<Vec<_>>()
        };
        entries.flat_map(names).collect()
    })
}

fn posted(demo: &Demo) -> BTreeSet<String> {
    let history = demo.history();
    let name = |item: &Item| match item {
        Item::Episode { show, slot } => format!("{show} {slot}"),
        Item::Movie { movie } => format!("film {movie}"),
    };
    let plays: BTreeSet<_> = history.iter().map(|play| name(&play.item)).collect();
    assert_eq!(plays.len(), history.len(), "a play was doubled");
    plays
}

/// What was measured on one day.
struct Measured {
    memory: u64,
    disk: u64,
}

struct Life {
    demo: Demo,
    clock: ManualClock,
    folder: TempDir,
    service: Service,
    dice: Dice,
    faults: u64,
    refused: u32,
    renewed: u32,
    files_asked: usize,
}

impl Life {
    async fn begin(days: u64) -> Self {
        let clock = ManualClock::new(start());
        let demo = Demo::start(world(days), clock.teller()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let service = Service::start(&demo, folder.path(), start());
        let dice = Dice(11);
        Self {
            demo,
            clock,
            folder,
            service,
            dice,
            faults: 0,
            refused: 0,
            renewed: 0,
            files_asked: 0,
        }
    }

    fn wait(&mut self, time: Duration) {
        self.clock.advance(time);
        self.service.wait(time);
    }

    async fn day(&mut self, number: u64) {
        for _ in 0..self.dice.below(5) {
            let title = AnilistId(1 + u32::try_from(self.dice.below(SERIES.into())).unwrap());
            let more = 1 + u32::try_from(self.dice.below(3)).unwrap();
            self.demo.world(|world, now| {
                let entry = world.list.iter().find(|entry| entry.media == title).unwrap();
                let most = world.media[&title].episodes.unwrap();
                let progress = (entry.progress + more).min(most);
                world.watch(title, progress, now);
            });
            self.wait(Duration::from_mins(50));
        }
        if number.is_multiple_of(30) {
            self.demo.publish_datasets().await.unwrap();
        }
        for _ in 0..3 {
            self.wait(Duration::from_hours(7));
            let hit = self.dice.below(8) == 0;
            if hit {
                self.faults += 1;
                let fault = fault(&mut self.dice);
                self.demo.fail(fault);
            }
            let (status, answer) = self.service.get("/api/cron").await;
            assert!(status == 200 || hit, "day {number}: {status} {answer}");
            assert_ne!(status, 500, "day {number}: {answer}");
            self.demo.heal();
            // What was given up lands after all, within the time that it may take.
            let late = Duration::from_secs(self.dice.below(120));
            self.wait(late);
            self.demo.land();
        }
        self.count();
    }

    /// Takes note of what the services saw, so that this process does not grow with it.
    fn count(&mut self) {
        let stats = self.demo.stats();
        assert_eq!((stats.duplicate_plays, stats.repeat_plays), (0, 0), "a play was doubled");
        assert_eq!((stats.ignored_retry_after, stats.reused_refresh_tokens), (0, 0));
        assert_eq!((stats.whole_show_adds, stats.whole_season_adds), (0, 0));
        self.refused += stats.refused_tokens;
        self.renewed += stats.tokens_issued;
        self.files_asked +=
            [domain::Service::OTAKU, domain::Service::FRIBBS, domain::Service::ANIBRIDGE]
                .map(|host| stats.count(host))
                .iter()
                .sum::<usize>();
        self.demo.reset_stats();
    }

    fn measure(&self) -> Measured {
        Measured { memory: self.service.memory(), disk: disk(&self.folder) }
    }
}

fn most(days: &[Measured], what: impl Fn(&Measured) -> u64) -> u64 {
    days.iter().map(what).max().unwrap_or(0)
}

#[expect(clippy::disallowed_methods, reason = "how long to look is for who starts the test to say")]
fn days() -> u64 {
    std::env::var("SOAK_DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(DAYS)
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "what was measured is worth knowing")]
async fn over_years_nothing_is_lost_or_doubled_and_nothing_grows() {
    let days = days();
    let mut life = Life::begin(days).await;
    let mut measured = Vec::new();
    for number in 1..=days {
        life.day(number).await;
        measured.push(life.measure());
        if number == days / 2 {
            // Once in its life it is restarted.
            let now = life.clock.now();
            life.service = Service::start(&life.demo, life.folder.path(), now);
        }
    }
    for _ in 0..2 {
        life.wait(Duration::from_hours(7));
        assert_eq!(life.service.get("/api/cron").await.1["state"], "complete");
    }
    assert_eq!(posted(&life.demo), listed(&life.demo));
    life.count();
    let plays = posted(&life.demo).len();
    // Memory is that of one process, so only its first days and its last are compared.
    let (first, second) = measured.split_at(measured.len() / 2);
    let (early, late) = (&first[first.len() / 5..first.len() / 2], &second[second.len() / 2..]);
    let memory = [early, late].map(|days| most(days, |day| day.memory));
    let disk = [early, late].map(|days| most(days, |day| day.disk));
    println!(
        "{days} days, {} faults, {plays} plays, {} renewals, {} questions for files; \
         memory {} kB early and {} kB late, disk {} kB and {} kB",
        life.faults,
        life.renewed,
        life.files_asked,
        memory[0] >> 10,
        memory[1] >> 10,
        disk[0] >> 10,
        disk[1] >> 10,
    );
    assert!(memory[1] <= memory[0] * FLAT / 100 + SLACK, "memory grows: {memory:?}");
    assert!(disk[1] <= disk[0] * FLAT / 100 + SLACK, "the data folder grows: {disk:?}");
    // Nobody knows how long the configured token lives; all others are renewed in time.
    assert_eq!(life.refused, 1, "tokens were sent after their end");
    assert!(u64::from(life.renewed) > days / 3, "tokens live a day: {}", life.renewed);
    let files = u64::try_from(life.files_asked).unwrap();
    assert!((days * 2..days * 4).contains(&files), "three files are asked for daily: {files}");
    let (_, runs) = life.service.get("/api/runs").await;
    assert_eq!(runs["count"], 50);
    let (_, logs) = life.service.get("/api/logs").await;
    assert_eq!(logs.as_array().unwrap().len(), 200);
    let kept = body::kept(life.folder.path());
    assert_eq!((kept.logs, kept.runs), (1000, 50));
    assert_eq!(kept.plays_of_forgotten_runs, 0);
}
