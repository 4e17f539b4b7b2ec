//! A full run ends early where an earlier one left nothing to do, and nowhere else.

use std::time::Duration;

use anilist_trakt_sync::domain::{
    AiringStatus, AnilistId, ListStatus, Override, RunId, RunMode, RunState, Service, TraktShowId,
    Waiting,
};
use anilist_trakt_sync::hub::corrections::unmap;
use anilist_trakt_sync::store::{WaitingChange, Write, keys};
use anilist_trakt_sync::sync::Mode;
use anilist_trakt_sync::sync::afresh::start_afresh;
use jiff::SignedDuration;

use crate::bench::{Bench, episodes};
use crate::meanwhile::meanwhile;
use crate::waiting::by_hand;
use crate::worlds::{
    current, entry, media, one_series, show, with_series, with_unknown, with_unlisted, yesterday,
};

/// The note that nothing is left to do, where there is one.
async fn note(bench: &Bench) -> Option<String> {
    bench.config(keys::IDLE).await.filter(|text| text.starts_with('{'))
}

/// Full syncs until one leaves nothing to do.
async fn quiet(bench: &Bench) {
    for _ in 0..3 {
        assert_eq!(bench.full().await.state, "complete");
        if note(bench).await.is_some() {
            return;
        }
    }
    panic!("there is always something to do");
}

/// Whether a full sync a minute later ends early. One that does leaves the note as it was, and one
/// that does not notes the time.
async fn ends_early(bench: &Bench) -> bool {
    let before = note(bench).await;
    bench.time_passes(Duration::from_mins(1));
    assert_eq!(bench.full().await.state, "complete");
    before.is_some() && note(bench).await == before
}

/// One series that is placed, and one (number 2, five watched) that no dataset knows.
async fn with_one_waiting() -> Bench {
    let earlier = yesterday() - SignedDuration::from_hours(1);
    let unknown = entry(2, ListStatus::Current, 5).updated(earlier);
    let bench = Bench::start(with_unknown(one_series(1), 2, 12, unknown)).await;
    quiet(&bench).await;
    bench
}

#[tokio::test]
async fn a_run_after_one_that_left_nothing_ends_early_and_says_the_same() {
    let bench = Bench::start(one_series(3)).await;
    bench.full().await;
    let window = bench.window().await;
    bench.requests();
    for number in 2..=4 {
        assert!(ends_early(&bench).await);
        assert_eq!(bench.requests(), ["ChangedEntries"]);
        let row = bench.person.store.run(RunId(number)).await.unwrap().unwrap();
        assert_eq!((row.state, row.mode), (RunState::Complete, RunMode::Full));
        assert_eq!(row.finished_at, Some(bench.now()));
        let report = row.report.done().unwrap();
        assert_eq!(report.message, "Sync complete!");
        assert_eq!((report.found(), report.remaining), (0, 0));
        assert_eq!(bench.config(keys::LAST_RUN).await, Some(row.started_at.to_string()));
        assert_eq!(bench.config(keys::NEXT_ATTEMPT).await, None);
        assert_eq!(bench.window().await, window);
    }
}

#[tokio::test]
async fn a_restart_forgets_nothing_and_another_setting_makes_the_next_run_look() {
    let mut bench = Bench::start(one_series(3)).await;
    quiet(&bench).await;
    bench.restart();
    assert!(ends_early(&bench).await);
    for (name, value) in
        [("SYNC_PRIVATE", "1"), ("SYNC_REWATCHES", "1"), ("TIMEZONE", "Asia/Tokyo")]
    {
        bench.restart_with(name, value);
        assert!(!ends_early(&bench).await, "{name}");
        assert!(ends_early(&bench).await, "{name}");
    }
}

#[tokio::test]
async fn what_changed_on_the_list_is_looked_at_also_when_it_comes_late() {
    let bench = Bench::start(with_series(one_series(3), 2, 12, current(2, 1))).await;
    quiet(&bench).await;
    bench.watch(1, 4);
    assert_eq!(bench.full().await.counts["synced"], 1);
    assert!(ends_early(&bench).await);
    // AniList shows it five minutes after a later change.
    let late = bench.now() - SignedDuration::from_mins(6);
    bench.demo.world(|world, _| world.watch(AnilistId(2), 2, late));
    assert_eq!(bench.full().await.counts["synced"], 1);
    assert!(ends_early(&bench).await);
    bench.demo.world(|world, now| world.watch(AnilistId(2), 3, now));
    assert_eq!(bench.full().await.counts["synced"], 1);
    assert_eq!(bench.history(), [episodes(1, 1, 1..=4), episodes(2, 1, 1..=3)].concat());
}

#[tokio::test]
async fn after_each_act_of_a_person_the_next_run_looks_at_everything() {
    let bench = with_one_waiting().await;
    let row = bench.all_waiting().await.remove(0);
    let (one, two) = (AnilistId(1), AnilistId(2));
    let placement = bench.person.store.placements(&[one]).await.unwrap();
    let correction =
        Override { trakt_id: TraktShowId(1), abs: 2, season: 1, episode: 2, anilist_id: Some(one) };
    let back = (yesterday() - SignedDuration::from_hours(9)).as_second().to_string();
    let ignored = Waiting { ignored: true, ..row.clone() };
    let acts = [
        Write::ChangeWaiting(WaitingChange::to(Some(&row), ignored.clone())),
        Write::ChangeWaiting(WaitingChange::to(Some(&ignored), row.clone())),
        Write::Override(correction.clone()),
        Write::RemoveOverride(correction),
        Write::Placement { row: placement[&one].clone(), evidence: "null".to_owned() },
        Write::RemovePlacement(two),
        Write::RemoveSettled(one),
        Write::Config { key: keys::LAST_SYNC_TIMESTAMP, value: Some(back) },
        Write::RemoveWaiting(two),
        by_hand(2),
        Write::RemoveMapping(two),
    ];
    for act in acts {
        assert!(ends_early(&bench).await, "before {act:?}");
        bench.write(act.clone()).await;
        assert!(!ends_early(&bench).await, "{act:?}");
        quiet(&bench).await;
    }
    start_afresh(&bench.person, one).await.unwrap();
    assert!(!ends_early(&bench).await, "started afresh");
    quiet(&bench).await;
    bench.write(by_hand(1)).await;
    quiet(&bench).await;
    unmap(&bench.person, one).await.unwrap();
    assert!(!ends_early(&bench).await, "mapping taken back");
    quiet(&bench).await;
    bench.undo(1).await;
    assert!(!ends_early(&bench).await, "undone");
}

#[tokio::test]
async fn what_another_process_does_counts_as_well() {
    let bench = with_one_waiting().await;
    assert!(ends_early(&bench).await);
    let other = bench.another_process();
    other.store.write(vec![by_hand(2)]).await.unwrap();
    assert_eq!(bench.full().await.counts["synced"], 5);
}

#[tokio::test]
async fn what_is_done_while_a_run_goes_on_is_looked_at_by_the_next() {
    // A run that ends early, and one that posts.
    for (watched, place) in [(false, "ChangedEntries"), (true, "/sync/history")] {
        let bench = with_one_waiting().await;
        if watched {
            bench.watch(1, 2);
        }
        let service = if watched { Service::TRAKT } else { Service::ANILIST };
        meanwhile(&bench, (service, place), bench.write(by_hand(2))).await;
        assert_eq!(bench.config(keys::IDLE).await, None, "{place}");
        assert_eq!(bench.full().await.counts["synced"], 5, "{place}");
    }
}

#[tokio::test]
async fn a_title_that_waits_is_looked_up_again_when_it_is_due() {
    let waiting = entry(2, ListStatus::Current, 5);
    let bench = Bench::start(with_unlisted(one_series(1), 2, waiting)).await;
    quiet(&bench).await;
    let tried_at = bench.all_waiting().await[0].tried_at;
    bench.hours_pass(23);
    assert!(ends_early(&bench).await);
    assert_eq!(bench.all_waiting().await[0].tried_at, tried_at);
    bench.hours_pass(1);
    assert!(!ends_early(&bench).await);
    assert!(bench.all_waiting().await[0].tried_at > tried_at);
}

#[tokio::test]
async fn episodes_that_are_missing_are_looked_for_again_after_some_hours() {
    let mut world = one_series(12).with_show(show(1, 10));
    world.media.get_mut(&AnilistId(1)).unwrap().airing.status = Some(AiringStatus::Releasing);
    let bench = Bench::start(world).await;
    quiet(&bench).await;
    assert_eq!(bench.waiting().await, [(1, vec![11, 12])]);
    bench.demo.world(|world, _| world.catalogue.add_show(show(1, 12)));
    bench.hours_pass(5);
    assert!(ends_early(&bench).await);
    bench.hours_pass(1);
    assert_eq!(bench.full().await.counts["synced"], 2);
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn mapping_files_are_looked_for_once_a_day_and_new_ones_are_gone_by_at_once() {
    let bench = Bench::start(one_series(3)).await;
    quiet(&bench).await;
    bench.hours_pass(23);
    assert!(ends_early(&bench).await);
    bench.hours_pass(1);
    bench.requests();
    assert!(!ends_early(&bench).await);
    assert!(bench.requests().len() > 1, "the hosts are asked for newer files");

    let bench = with_one_waiting().await;
    assert!(ends_early(&bench).await);
    bench.demo.world(|world, _| {
        let (media, show) = (media(2, Some(12)), show(2, 12));
        let mapping =
            anilist_trakt_sync::demo::world::Mapping::to_season(&media, &show, Some(1), 0);
        world.mappings.push(mapping);
    });
    bench.refresh_datasets().await;
    assert_eq!(bench.full().await.counts["synced"], 5);
}

#[tokio::test]
async fn a_clock_that_goes_back_makes_the_next_run_look() {
    let bench = Bench::start(one_series(3)).await;
    quiet(&bench).await;
    bench.clock_is_set(SignedDuration::from_hours(-2));
    assert!(!ends_early(&bench).await);
}

#[tokio::test]
async fn a_run_over_a_part_of_the_library_that_finds_something_makes_the_next_full_run_look() {
    let bench = Bench::start(with_series(one_series(3), 2, 12, current(2, 1))).await;
    quiet(&bench).await;
    bench.watch(2, 4);
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(bench.config(keys::IDLE).await, None);
    assert!(!ends_early(&bench).await);
    assert_eq!(bench.history(), [episodes(1, 1, 1..=3), episodes(2, 1, 1..=4)].concat());
}

#[tokio::test]
async fn a_run_that_could_not_read_the_list_ends_no_other_early() {
    use anilist_trakt_sync::demo::{Action, Fault};
    let bench = Bench::start(one_series(3)).await;
    quiet(&bench).await;
    let busy = Action::Status { status: 429, headers: Vec::new(), body: String::new() };
    bench.demo.fail(Fault::new(Service::ANILIST, busy).path("ChangedEntries"));
    assert_eq!(bench.full().await.state, "partial");
    bench.demo.heal();
    bench.hours_pass(1);
    assert!(!ends_early(&bench).await);
    assert!(ends_early(&bench).await);
}
