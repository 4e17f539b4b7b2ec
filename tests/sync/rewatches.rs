//! What is watched again: posted when it is asked for, each time once, and never by accident.

use anilist_trakt_sync::demo::world::ActivityStatus;
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{
    AnilistId, Item, ListStatus, Service, Slot, TraktShowId, WatchedAt,
};
use anilist_trakt_sync::sync::Mode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::bench::{Bench, episodes, start_of_test};
use crate::dice::Dice;
use crate::waiting::by_hand;
use crate::worlds::{entry, fuzzy, with_film, with_series, with_unknown};

const ASKED_FOR: [(&str, &str); 1] = [("SYNC_REWATCHES", "1")];

fn three_episodes(repeat: u32) -> World {
    let done = entry(1, ListStatus::Completed, 3).repeated(repeat).completed(fuzzy(
        2026,
        Some(1),
        Some(5),
    ));
    with_series(World::default(), 1, 3, Some(done))
}

async fn synced(world: World) -> Bench {
    let bench = Bench::with(world, &ASKED_FOR).await;
    bench.full().await;
    bench.requests();
    bench
}

/// The list's way to watch title 1 again from its first episode.
fn again(bench: &Bench) {
    bench.hours_pass(1);
    bench.demo.world(|world, now| world.watch_again(AnilistId(1), now));
}

/// How often the first episodes of show 1 are in the history.
fn plays(bench: &Bench) -> [usize; 3] {
    let history = bench.history();
    [1, 2, 3].map(|n| history.iter().filter(|play| **play == format!("1 S1E{n}")).count())
}

fn first_episode() -> Item {
    Item::Episode { show: TraktShowId(1), slot: Slot { season: 1, number: 1 } }
}

#[tokio::test]
async fn each_rewatch_is_one_more_play_and_the_next_run_finds_nothing() {
    let bench = synced(three_episodes(2)).await;
    assert_eq!(plays(&bench), [3, 3, 3]);
    let report = bench.full().await;
    assert_eq!((&report.counts["synced"], report.rewatches), (&json!(0), None));
    let report = bench.try_run(Mode::Completed).await.unwrap();
    assert_eq!(report.counts["synced"], 0);
    assert_eq!(bench.trakt_requests("POST /sync/history"), 0);
}

#[tokio::test]
async fn a_rewatch_is_posted_as_it_goes_on_and_dated_by_its_activities() {
    let bench = synced(three_episodes(0)).await;
    again(&bench);
    bench.watch(1, 2);
    let report = bench.full().await;
    assert_eq!((&report.counts["synced"], report.rewatches.unwrap().synced), (&json!(2), 2));
    assert_eq!(plays(&bench), [2, 2, 1]);
    let watched = bench.now();
    bench.complete(1);
    let report = bench.full().await;
    assert_eq!(report.counts["synced"], 1);
    assert_eq!(plays(&bench), [2, 2, 2]);
    let minute = |moment: Timestamp| WatchedAt::at(moment).to_string().replace(".000", "");
    let expected = [
        "S1E1 2026-01-05T12:00:00Z".to_owned(),
        format!("S1E1 {}", minute(watched)),
        "S1E2 2026-01-05T12:00:00Z".to_owned(),
        format!("S1E2 {}", minute(watched)),
        "S1E3 2026-01-05T12:00:00Z".to_owned(),
        format!("S1E3 {}", minute(bench.now())),
    ];
    assert_eq!(bench.times(1), expected);
    assert_eq!(bench.full().await.counts["found"], 0);
}

#[tokio::test]
async fn the_newest_activity_is_the_latest_rewatchs_and_others_have_no_date() {
    let mut world = three_episodes(3);
    let at = |hours| start_of_test() - SignedDuration::from_hours(hours);
    world.log(AnilistId(1), ActivityStatus::Rewatched, Some("1 - 2".into()), at(200));
    world.log(AnilistId(1), ActivityStatus::Rewatched, Some("1 - 3".into()), at(100));
    let bench = synced(world).await;
    let of_third: Vec<_> =
        bench.times(1).into_iter().filter(|time| time.starts_with("S1E3")).collect();
    let expected = ["S1E3 2026-01-05T12:00:00Z", "S1E3 1970-01-01T00:00:00Z"];
    assert_eq!(of_third[..2], expected);
    assert_eq!(of_third[3], format!("S1E3 {}", "2026-11-17T08:00:00Z"));
    let second: Vec<_> =
        bench.times(1).into_iter().filter(|time| time.starts_with("S1E2")).collect();
    assert_eq!(second[2..], ["S1E2 2026-11-13T04:00:00Z", "S1E2 2026-11-17T08:00:00Z"]);
}

#[tokio::test]
async fn a_film_is_watched_again_too() {
    let seen = entry(50, ListStatus::Completed, 1).repeated(1);
    let bench = synced(with_film(World::default(), 50, seen)).await;
    assert_eq!(bench.history(), ["film 50", "film 50"]);
}

#[tokio::test]
async fn a_rewatch_that_another_app_has_logged_is_there_already() {
    let bench = synced(three_episodes(0)).await;
    again(&bench);
    bench.watch(1, 2);
    bench.demo.world(|world, now| world.scrobble(first_episode(), WatchedAt::at(now), now));
    assert_eq!(bench.full().await.counts["synced"], 1);
    assert_eq!(plays(&bench), [2, 2, 1]);
    // It is settled like one that was posted: nobody asks Trakt about it again.
    bench.requests();
    bench.try_run(Mode::Completed).await.unwrap();
    assert_eq!(bench.requests(), ["ListChunk"]);
}

#[tokio::test]
async fn an_account_that_keeps_one_play_of_each_gets_a_reason_and_no_play() {
    let mut world = three_episodes(2);
    world.person.watch_only_once = true;
    let bench = Bench::with(world, &ASKED_FOR).await;
    let rewatches = bench.full().await.rewatches.unwrap();
    assert_eq!((rewatches.synced, rewatches.skipped), (0, 3));
    assert_eq!(serde_json::to_value(rewatches.reason).unwrap(), "watch_only_once");
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
    assert_eq!(bench.waiting().await, []);
    // Once the account keeps them, a completed sync brings them.
    bench.demo.world(|world, _| world.person.watch_only_once = false);
    assert_eq!(bench.try_run(Mode::Completed).await.unwrap().counts["synced"], 6);
    assert_eq!(plays(&bench), [3, 3, 3]);
}

#[tokio::test]
async fn whether_the_account_keeps_rewatches_is_asked_only_for_rewatches() {
    let bench = Bench::with(three_episodes(0), &ASKED_FOR).await;
    bench.full().await;
    assert_eq!(bench.trakt_requests("GET /users/settings"), 0);
    again(&bench);
    bench.watch(1, 1);
    bench.full().await;
    assert_eq!(bench.trakt_requests("GET /users/settings"), 1);
}

#[tokio::test]
async fn switching_it_on_later_lets_a_completed_sync_post_what_was_missed() {
    let later = entry(2, ListStatus::Current, 1).updated(start_of_test());
    let mut bench = Bench::with(with_series(three_episodes(1), 2, 3, later), &[]).await;
    bench.full().await;
    assert_eq!(bench.history()[..3], episodes(1, 1, 1..=3));
    bench.requests();
    bench.restart_with("SYNC_REWATCHES", "1");
    assert_eq!(bench.full().await.counts["synced"], 0, "nothing changed on the list");
    assert_eq!(bench.try_run(Mode::Completed).await.unwrap().counts["synced"], 3);
    assert_eq!(plays(&bench), [2, 2, 2]);
}

#[tokio::test]
async fn a_title_without_a_place_is_not_watched_again_before_it_has_one() {
    let seen = entry(7, ListStatus::Completed, 2).repeated(1);
    let bench = Bench::with(with_unknown(three_episodes(0), 7, 2, seen), &ASKED_FOR).await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
    bench.write(by_hand(7)).await;
    assert_eq!(bench.full().await.counts["synced"], 4);
    assert_eq!(bench.full().await.counts["synced"], 0);
    assert_eq!(bench.history()[3..], ["7 S1E1", "7 S1E1", "7 S1E2", "7 S1E2"]);
}

#[tokio::test]
async fn a_play_that_the_person_took_off_is_not_made_up_by_a_rewatch() {
    let bench = synced(three_episodes(0)).await;
    bench.demo.world(|world, now| {
        let first = world.history.all().next().unwrap().id;
        world.history.remove_ids(&[first].into(), now);
    });
    again(&bench);
    bench.watch(1, 2);
    assert_eq!(bench.full().await.counts["synced"], 1);
    assert_eq!(plays(&bench), [0, 2, 1]);
}

#[tokio::test]
async fn one_request_never_holds_the_same_episode_twice() {
    let bench = Bench::with(three_episodes(2), &ASKED_FOR).await;
    bench.full().await;
    for write in bench.demo.stats().writes {
        let sent = write.body["episodes"].as_array().unwrap().clone();
        let mut ids: Vec<_> = sent.iter().map(|sent| sent["ids"]["trakt"].as_u64()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), sent.len());
    }
}

#[tokio::test]
async fn an_undo_takes_the_rewatches_of_its_run_and_leaves_the_first_plays() {
    let bench = synced(three_episodes(0)).await;
    let before = bench.demo.history();
    bench.hours_pass(1);
    bench.demo.world(|world, now| {
        world.list[0].repeat = 2;
        world.list[0].updated_at = now.as_second();
    });
    let run = bench.full().await;
    assert_eq!(plays(&bench), [3, 3, 3]);
    let undone = bench.undo(run.run_id.0).await;
    assert_eq!(undone.counts["removed"], 6);
    assert_eq!(bench.demo.history(), before);
    assert_eq!(bench.full().await.counts["synced"], 0);
    assert_eq!(bench.try_run(Mode::Completed).await.unwrap().counts["synced"], 0);
}

#[tokio::test]
async fn an_undo_of_undated_rewatches_leaves_as_many_undated_plays_as_there_were() {
    let done = entry(1, ListStatus::Completed, 3).repeated(2);
    let bench = synced(with_series(World::default(), 1, 3, Some(done))).await;
    bench.demo.world(|world, now| world.scrobble(first_episode(), WatchedAt::Unknown, now));
    assert_eq!(plays(&bench), [4, 3, 3]);
    let own = bench.demo.history().into_iter().max_by_key(|play| play.id).unwrap();
    assert_eq!(bench.undo(1).await.counts["removed"], 9);
    assert_eq!(bench.demo.history(), [own]);
}

/// Lists, limits and lost answers by chance: after as many runs as it takes, each episode has as
/// many plays as the list tells.
#[tokio::test]
async fn lost_answers_neither_double_nor_lose_a_rewatch() {
    for seed in 0..25 {
        faulty_script(seed).await;
    }
}

async fn faulty_script(seed: u64) {
    let mut dice = Dice(seed);
    let mut world = World::default();
    let mut expected = Vec::new();
    for id in 1..=4 {
        let repeat = dice.up_to(4) - 1;
        let going_on = dice.up_to(4) - 1;
        let status = if going_on > 0 { ListStatus::Repeating } else { ListStatus::Completed };
        let progress = if going_on > 0 { going_on } else { 3 };
        world = with_series(world, id, 3, Some(entry(id, status, progress).repeated(repeat)));
        for abs in 1..=3 {
            let times = 1 + repeat + u32::from(abs <= going_on);
            let name = format!("{id} S1E{abs}");
            expected.extend((0..times).map(|_| name.clone()));
        }
    }
    let limit = (1 + dice.up_to(7)).to_string();
    let size = dice.up_to(5).to_string();
    let settings =
        [ASKED_FOR[0], ("MAX_PLAYS_PER_RUN", limit.as_str()), ("TRAKT_BATCH_SIZE", &size)];
    let bench = Bench::with(world, &settings).await;
    let mut quiet = 0;
    while quiet < 2 {
        let action = match dice.below(4) {
            0 => Action::Reset,
            1 => Action::Truncate,
            2 => Action::Html { status: 502 },
            _ => Action::Status { status: 500, headers: vec![], body: "{}".into() },
        };
        let fault = Fault::new(Service::TRAKT, action).method("POST").path("/sync/history");
        let fault = fault.after(dice.up_to(3) - 1);
        bench.demo.fail(if dice.chance() { fault.applied() } else { fault });
        let report = bench.try_run(Mode::Completed).await.unwrap();
        bench.demo.heal();
        bench.hours_pass(1);
        let is_done = !report.is_partial() && report.counts["synced"] == 0;
        quiet = if is_done { quiet + 1 } else { 0 };
    }
    let mut history = bench.history();
    history.sort();
    expected.sort();
    assert_eq!(history, expected, "seed {seed}");
}
