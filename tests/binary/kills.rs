//! The process is killed with `SIGKILL` again and again, anywhere in a run: every watched episode
//! is in Trakt's history once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::demo::world::{ListEntry, Mapping, Numbers, TraktMovie, TraktShow};
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::{
    Airing, AnilistId, Format, FuzzyDate, Item, ListStatus, MalId, Media, Titles, WatchedAt,
};
use jiff::civil::date;

use crate::process::Process;

/// Times the process is killed in a run, unless `KILLS` says otherwise; in an undo and while a
/// mapping file is swapped, a tenth of that.
const KILLS: usize = 150;
/// A life in which nothing happens any more has gone wrong.
const LONGEST_LIFE: Duration = Duration::from_secs(30);

/// Numbers that look random and are the same each time (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}

#[expect(clippy::disallowed_methods, reason = "how long to look is for who starts the test to say")]
fn kills() -> usize {
    std::env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS)
}

fn media(id: u32, format: Format, episodes: u32) -> Media {
    Media {
        id: AnilistId(id),
        mal_id: Some(MalId(id)),
        titles: Titles { romaji: Some(format!("Title {id}")), english: None },
        format: Some(format),
        episodes: Some(episodes),
        start_date: FuzzyDate { year: Some(2020), month: Some(1), day: Some(4) },
        airing: Airing::default(),
        parent: None,
        cover: None,
    }
}

/// Twelve series of twelve episodes and four films, all watched.
fn world() -> World {
    let entry = |id| ListEntry::new(AnilistId(id), ListStatus::Completed, 12);
    let with_series = |world: World, id: u32| {
        let media = media(id, Format::Tv, 12);
        let show = TraktShow::new(u64::from(id), &format!("Title {id}"), 2020, Numbers::PerSeason)
            .ids(id * 10, id * 100, &format!("tt{id:07}"))
            .season(1, &[(12, date(2020, 1, 4))]);
        world
            .with_mapping(Mapping::to_season(&media, &show, Some(1), 0))
            .with_media(media, Some(entry(id)))
            .with_show(show)
    };
    let with_film = |world: World, id: u32| {
        let media = media(id, Format::Movie, 1);
        let film = TraktMovie::new(u64::from(id), &format!("Title {id}"), date(2020, 1, 4))
            .ids(id * 10, &format!("tt{id:07}"));
        world
            .with_mapping(Mapping::to_movie(&media, &film))
            .with_media(media, Some(entry(id)))
            .with_movie(film)
    };
    let series = (1..=12).fold(World::default(), with_series);
    (21..=24).fold(series, with_film)
}

fn settings(demo: &Demo) -> Vec<(String, String)> {
    let quick = [
        ("ANILIST_RATE_PER_MIN", "1000000"),
        ("TRAKT_GETS_PER_5MIN", "10000000"),
        ("TRAKT_WRITE_INTERVAL_MS", "0"),
        ("TRAKT_BATCH_SIZE", "4"),
    ];
    let of_demo = demo.settings().into_iter().map(|(name, value)| (name.to_owned(), value));
    of_demo.chain(quick.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

/// Starts the program, asks for something, and kills it once the services have seen so many
/// requests, or a moment later.
async fn live_and_die(
    demo: &Demo,
    folder: &tempfile::TempDir,
    path: &str,
    (requests, moment): (u64, u64),
) {
    demo.reset_stats();
    let service = Process::start(&settings(demo), folder, &[]).await;
    let run = service.begin(path);
    let began = Instant::now();
    while (demo.stats().requests.len() as u64) < requests && !run.is_finished() {
        assert!(began.elapsed() < LONGEST_LIFE, "the program does nothing any more");
        tokio::task::yield_now().await;
    }
    for _ in 0..moment {
        tokio::task::yield_now().await;
    }
    service.kill().await;
}

fn everything() -> BTreeSet<String> {
    let episodes = (1..=12).flat_map(|show| (1..=12).map(move |n| format!("{show} S1E{n}")));
    episodes.chain((21..=24).map(|film| format!("film {film}"))).collect()
}

fn name(item: &Item) -> String {
    match item {
        Item::Movie { movie } => format!("film {movie}"),
        Item::Episode { show, slot } => format!("{show} {slot}"),
    }
}

/// What Trakt has, each once.
fn posted(demo: &Demo) -> BTreeSet<String> {
    let plays: Vec<_> = demo.history().iter().map(|play| name(&play.item)).collect();
    let distinct: BTreeSet<_> = plays.iter().cloned().collect();
    assert_eq!(distinct.len(), plays.len(), "a play was doubled");
    distinct
}

/// Kills the process until all is posted in spite of it, or often enough, and then lets it finish.
/// Gives back how many of the kills there were, and how many of them half-way.
async fn one_history(dice: &mut Dice) -> (usize, usize) {
    // The services tell the time by a clock that can be moved on.
    let clock = ManualClock::new(Clock::System.now());
    let demo = Demo::start(world(), clock.teller()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut kills, mut half_way) = (0, 0);
    while kills < 30 && posted(&demo) != everything() {
        let (requests, moment) = (1 + dice.roll(40), dice.roll(100));
        live_and_die(&demo, &folder, "/api/full-sync", (requests, moment)).await;
        kills += 1;
        let count = posted(&demo).len();
        half_way += usize::from(count > 0 && count < everything().len());
    }
    let service = Process::start(&settings(&demo), &folder, &[]).await;
    let (_, mut report) = service.post("/api/full-sync").await;
    if report["state"] == "partial" {
        // What was on its way when the process was killed can land no more two minutes later, and the
        // process that was killed may have lived for a while by then.
        clock.advance(Duration::from_mins(3));
        report = service.post("/api/full-sync").await.1;
    }
    assert_eq!(report["state"], "complete", "{report}");
    assert_eq!(posted(&demo), everything(), "{report}");
    let stats = demo.stats();
    assert_eq!((stats.duplicate_plays, stats.repeat_plays), (0, 0));
    (kills, half_way)
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "how many kills there were is worth knowing")]
async fn a_process_that_is_killed_anywhere_neither_loses_nor_doubles_a_play() {
    let (mut dice, wanted) = (Dice(20_261_121), kills());
    let (mut kills, mut half_way) = (0, 0);
    while kills < wanted {
        let (more, of_them_half_way) = one_history(&mut dice).await;
        kills += more;
        half_way += of_them_half_way;
    }
    println!("killed {kills} times, {half_way} of them half-way through the history");
    assert!(half_way >= wanted / 3, "only {half_way} of {kills} kills hit half-way");
}

/// Kills an undo until it is done in spite of it, or often enough, and then lets it finish.
async fn one_undo(dice: &mut Dice) -> (usize, usize) {
    let clock = ManualClock::new(Clock::System.now());
    let demo = Demo::start(world(), clock.teller()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings(&demo), &folder, &[]).await;
    assert_eq!(service.post("/api/full-sync").await.1["state"], "complete");
    service.kill().await;
    // The person watched something again, at the very minute that the run said.
    let again = demo.history().into_iter().step_by(7).map(|play| {
        demo.world(|world, now| world.history.add(play.item, WatchedAt::at(play.watched_at), now))
    });
    let own: BTreeSet<_> = again.collect();
    let all = demo.history().len();
    let undone = || demo.history().iter().map(|play| play.id).collect::<BTreeSet<_>>() == own;
    let (mut kills, mut half_way) = (0, 0);
    while kills < 30 && !undone() {
        let (requests, moment) = (1 + dice.roll(30), dice.roll(100));
        live_and_die(&demo, &folder, "/api/runs/1/undo", (requests, moment)).await;
        kills += 1;
        let left = demo.history().len();
        half_way += usize::from(own.len() < left && left < all);
    }
    let service = Process::start(&settings(&demo), &folder, &[]).await;
    let (_, report) = service.post("/api/runs/1/undo").await;
    assert!(undone(), "{report}");
    clock.advance(Duration::from_mins(3));
    let (_, report) = service.post("/api/full-sync").await;
    assert_eq!(report["synced"], 0, "what was undone is not posted again: {report}");
    assert!(undone(), "{report}");
    (kills, half_way)
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "how many kills there were is worth knowing")]
async fn an_undo_that_is_killed_anywhere_leaves_just_the_person_s_own_plays() {
    let (mut dice, wanted) = (Dice(20_261_127), kills().div_ceil(10));
    let (mut kills, mut half_way) = (0, 0);
    while kills < wanted {
        let (more, of_them_half_way) = one_undo(&mut dice).await;
        kills += more;
        half_way += of_them_half_way;
    }
    println!("killed {kills} times, {half_way} of them half-way through the undo");
    assert!(half_way > 0, "none of {kills} kills hit half-way");
}

/// The old mapping file or the new one is in force, never half of one.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "how many kills there were is worth knowing")]
async fn a_process_that_is_killed_while_a_mapping_file_is_swapped_has_one_of_the_two() {
    let mut dice = Dice(20_261_128);
    let demo = Demo::start(world(), Clock::System.teller()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut kills, mut swapped, mut entries) = (0, 0, 16);
    let mut before = None;
    while kills < kills_of_a_swap() {
        let service = Process::start(&settings(&demo), &folder, &[]).await;
        let (_, status) = service.get("/api/refresh-fribbs?check=1").await;
        if let Some(before) = before {
            let count = status["count"].as_u64().unwrap();
            assert!(count == before || count == entries, "{before} or {entries}: {status}");
            swapped += usize::from(count == entries);
        } else {
            service.get("/api/refresh-fribbs").await;
        }
        before = service.get("/api/refresh-fribbs?check=1").await.1["count"].as_u64();
        entries += 1;
        let media = media(u32::try_from(entries).unwrap() + 1000, Format::Tv, 12);
        let show = TraktShow::new(1000 + entries, "Another", 2020, Numbers::PerSeason)
            .ids(
                u32::try_from(entries).unwrap() * 7,
                u32::try_from(entries).unwrap() * 9,
                "tt7654321",
            )
            .season(1, &[(12, date(2020, 1, 4))]);
        demo.world(|world, _| {
            let with =
                std::mem::take(world).with_mapping(Mapping::to_season(&media, &show, Some(1), 0));
            *world = with;
        });
        demo.publish_datasets().await.unwrap();
        let refresh = service.begin("/api/refresh-fribbs");
        for _ in 0..dice.roll(4000) {
            tokio::task::yield_now().await;
        }
        service.kill().await;
        drop(refresh.await);
        kills += 1;
    }
    println!("killed {kills} times, the new file was in force after {swapped} of them");
}

fn kills_of_a_swap() -> usize {
    kills().div_ceil(10)
}
