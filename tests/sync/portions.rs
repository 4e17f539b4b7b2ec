//! A first sync that takes many runs: each deals with a portion, and hands on what it read.

use std::collections::BTreeSet;

use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{AnilistId, RunState, Service, WatchedAt};
use anilist_trakt_sync::sync::prepare::prepare;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};
use futures_util::FutureExt as _;
use jiff::SignedDuration;

use crate::bench::{Answer, Bench, episodes, name};
use crate::worlds::{current, episode, show, with_film, with_series, with_unlisted, yesterday};

const SERIES: u32 = 240;
const FORTY_A_RUN: &[(&str, &str)] = &[("MAX_PLAYS_PER_RUN", "240"), ("TRAKT_BATCH_SIZE", "40")];

/// Series of which two of three episodes are watched, the first longest ago, and a film after each tenth.
fn world() -> World {
    (1..=SERIES).fold(World::default(), |world, id| {
        let at = yesterday() + SignedDuration::from_secs(i64::from(id));
        let world = with_series(world, id, 3, current(id, 2).updated(at));
        if id % 10 == 0 {
            with_film(world, 1000 + id, current(1000 + id, 1).updated(at))
        } else {
            world
        }
    })
}

fn everything() -> BTreeSet<String> {
    let series = (1..=SERIES).flat_map(|id| episodes(u64::from(id), 1, 1..=2));
    series.chain((1..=SERIES / 10).map(|id| format!("film {}", 1000 + id * 10))).collect()
}

/// The next run of the scheduler.
async fn part(bench: &Bench) -> Answer {
    Answer::of(run(&bench.person, Mode::Full, Trigger::Auto).await.unwrap())
}

/// The scheduler's runs until nothing is left.
async fn parts(bench: &Bench) -> usize {
    for number in 1..20 {
        if part(bench).await.state == "complete" {
            return number;
        }
    }
    panic!("it never comes to an end");
}

/// Trakt has all of it, and nothing twice.
fn assert_whole(bench: &Bench) {
    let history = bench.history();
    let once: BTreeSet<String> = history.iter().cloned().collect();
    assert_eq!(once.len(), history.len(), "nothing is there twice");
    assert_eq!(once, everything());
}

#[tokio::test]
async fn the_list_and_the_history_are_read_once_and_each_show_is_asked_for_once() {
    let bench = Bench::with(world(), FORTY_A_RUN).await;
    assert_eq!(parts(&bench).await, 3);
    assert_whole(&bench);
    let stats = bench.demo.stats();
    let asked = |route: &str| stats.count_route(Service::TRAKT, route);
    assert_eq!(stats.count_route(Service::ANILIST, "ListChunk"), 1);
    assert_eq!(stats.count_route(Service::ANILIST, "Activities"), 1);
    assert_eq!(asked("GET /sync/watched/shows"), 1);
    assert_eq!(asked("GET /sync/watched/movies"), 1);
    assert_eq!(asked("GET /shows/{id}/seasons"), SERIES as usize);
    assert_eq!(
        bench.window().await,
        Some((yesterday() + SignedDuration::from_secs(240)).as_second())
    );
}

#[tokio::test]
async fn what_later_parts_post_is_looked_up_while_the_first_posts() {
    let bench = Bench::with(world(), FORTY_A_RUN).await;
    let route = "GET /shows/{id}/seasons";
    let post = Fault::new(Service::TRAKT, Action::Held).method("POST").path("/sync/history");
    bench.demo.fail(post);
    let person = bench.person.clone();
    let mut running = tokio::spawn(async move { run(&person, Mode::Full, Trigger::Auto).await });
    while bench.trakt_requests(route) < SERIES as usize || bench.history().is_empty() {
        assert!((&mut running).now_or_never().is_none(), "it ended before all was looked up");
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.history().len(), 40, "the first batch waits for its answer");
    bench.demo.heal();
    assert_eq!(Answer::of(running.await.unwrap().unwrap()).state, "partial");
    parts(&bench).await;
    assert_whole(&bench);
    assert_eq!(bench.trakt_requests(route), SERIES as usize);
}

#[tokio::test]
async fn a_part_that_has_nothing_to_post_before_a_limit_ends_waits_for_it() {
    let limits = [("MAX_PLAYS_PER_RUN", "100"), ("TRAKT_GETS_PER_5MIN", "150")];
    let bench = Bench::with(world(), &limits).await;
    let last = loop {
        let before = bench.history().len();
        let report = part(&bench).await;
        if report.next_attempt != Some(bench.now()) {
            break report;
        }
        assert!(bench.history().len() > before, "it is called again at once: {report:?}");
    };
    let wait = last.next_attempt.unwrap().duration_since(bench.now());
    assert!(wait > SignedDuration::from_mins(4), "{last:?}");
    assert!(bench.history().len() > 200, "what was looked up is posted");
    assert!(last.cause.unwrap().contains("Trakt"));
}

#[tokio::test]
async fn what_is_ready_is_posted_however_many_reads_the_history_takes() {
    // More look-ups than the limit allows, and a history of more pages than are left to it.
    let unlisted = |world, id| with_unlisted(world, id, current(id, 1));
    let world = (2000..2300).fold(world(), unlisted);
    let world = (10_000..11_500).fold(world, |world, id| world.with_show(show(id, 1)));
    let bench = Bench::with(world, &[("TRAKT_GETS_PER_5MIN", "400")]).await;
    bench.demo.world(|world, now| {
        for id in 10_000..11_500 {
            world.history.add(episode(id, 1, 1), WatchedAt::At(now), now);
        }
    });
    let report = part(&bench).await;
    assert_eq!(
        (report.state, &report.counts["synced"]),
        ("partial", &(everything().len() - 24).into())
    );
    // The next one reads no more than whether the history is as it was.
    bench.demo.reset_stats();
    part(&bench).await;
    assert_eq!(bench.trakt_requests("GET /sync/watched/shows"), 0);
}

#[tokio::test]
async fn a_run_posts_what_the_preview_showed() {
    let bench = Bench::with(world(), FORTY_A_RUN).await;
    let mut before = BTreeSet::new();
    loop {
        let plan = prepare(&bench.person, Mode::Full).await.unwrap().plan;
        let shown: BTreeSet<String> = plan.plays().map(|play| name(&play.item)).collect();
        let report = part(&bench).await;
        let after: BTreeSet<String> = bench.history().into_iter().collect();
        assert_eq!(after.difference(&before).cloned().collect::<BTreeSet<_>>(), shown);
        assert_eq!(report.remaining, everything().len() - after.len());
        if report.state == "complete" {
            break;
        }
        before = after;
    }
    assert_whole(&bench);
}

#[tokio::test]
async fn a_play_that_somebody_else_adds_between_two_parts_is_not_doubled() {
    let bench = Bench::with(world(), FORTY_A_RUN).await;
    assert_eq!(part(&bench).await.state, "partial");
    bench.demo.world(|world, now| {
        for id in [SERIES, SERIES - 1] {
            world.history.add(episode(u64::from(id), 1, 1), WatchedAt::At(now), now);
        }
    });
    parts(&bench).await;
    assert_whole(&bench);
}

#[tokio::test]
async fn what_a_person_changes_between_two_parts_is_seen_by_the_run_that_they_start() {
    let bench = Bench::with(world(), FORTY_A_RUN).await;
    assert_eq!(part(&bench).await.state, "partial");
    // They had not seen the second episode of what was not posted yet.
    let last = SERIES;
    bench.demo.world(|world, now| world.watch(AnilistId(last), 1, now));
    for _ in 0..4 {
        bench.full().await;
    }
    assert_eq!(episodes_of(&bench, last), ["1"]);
}

/// The numbers of the episodes of a series that Trakt has.
fn episodes_of(bench: &Bench, id: u32) -> Vec<String> {
    let start = format!("{id} S1E");
    let history = bench.history();
    history.iter().filter_map(|play| Some(play.strip_prefix(&start)?.to_owned())).collect()
}

#[tokio::test]
async fn what_changes_on_the_list_between_two_parts_is_a_change_after_the_last() {
    let bench = Bench::with(world(), FORTY_A_RUN).await;
    assert_eq!(part(&bench).await.state, "partial");
    bench.watch(1, 3);
    parts(&bench).await;
    part(&bench).await;
    assert_eq!(episodes_of(&bench, 1), ["1", "2", "3"]);
}

#[tokio::test]
async fn a_process_that_ends_between_two_parts_or_is_killed_in_one_costs_nothing() {
    let mut bench = Bench::with(world(), FORTY_A_RUN).await;
    for _ in 0..2 {
        let post = Fault::new(Service::TRAKT, Action::Held).method("POST").path("/sync/history");
        let before = bench.demo.stats().history_posts;
        bench.run_and_kill(post.after(2), |stats| stats.history_posts >= before + 2).await;
        bench.writes_have_landed();
        bench.restart();
        part(&bench).await;
    }
    parts(&bench).await;
    assert_whole(&bench);
    let runs = bench.person.store.runs(50).await.unwrap();
    assert_eq!(runs[0].state, RunState::Complete);
}

#[tokio::test]
async fn parts_that_die_anywhere_post_each_play_once() {
    let mut bench = Bench::with(world(), FORTY_A_RUN).await;
    // Among the look-ups, before the first post, between two posts, and before anything: each run asks
    // more often than that.
    for requests in [60, 122, 10, 8, 4] {
        bench.demo.reset_stats();
        let none = Fault::new(Service::ANILIST, Action::Reset).path("/nothing");
        bench.run_and_kill(none, |stats| stats.requests.len() >= requests).await;
        bench.writes_have_landed();
        bench.restart();
    }
    parts(&bench).await;
    assert_whole(&bench);
}

#[tokio::test]
async fn lost_answers_in_one_part_are_settled_before_the_next_goes_on() {
    for applied in [true, false] {
        let bench = Bench::with(world(), FORTY_A_RUN).await;
        let lost = Fault::new(Service::TRAKT, Action::Reset).method("POST").path("/sync/history");
        let lost = lost.after(1).times(2);
        bench.demo.fail(if applied { lost.applied() } else { lost.late() });
        part(&bench).await;
        bench.demo.heal();
        bench.demo.land();
        bench.writes_have_landed();
        parts(&bench).await;
        assert_whole(&bench);
    }
}
