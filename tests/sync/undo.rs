//! Taking the plays of one run off Trakt again.

use std::collections::BTreeSet;

use anilist_trakt_sync::demo::world::HistoryPlay;
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{
    AnilistId, HistoryId, Item, ListStatus, PlayOutcome, RunId, RunMode, RunPlay, RunState,
    Service, WatchedAt,
};
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::store::{Write, keys};
use anilist_trakt_sync::sync::Mode;
use anilist_trakt_sync::sync::lock::RunLock;
use anilist_trakt_sync::sync::undo::{Preview, preview, undo};

use crate::bench::{Answer, Bench, episodes};
use crate::dice::Dice;
use crate::waiting::with_two_refused;
use crate::worlds::{entry, episode, film, fuzzy, one_series, three_series, with_film};

impl Bench {
    /// The person, or another app, adds a play on Trakt.
    pub(crate) fn scrobble(&self, item: Item, at: WatchedAt) {
        self.demo.world(|world, now| world.scrobble(item, at, now));
    }

    /// The ids on Trakt.
    pub(crate) fn ids(&self) -> BTreeSet<HistoryId> {
        self.demo.history().iter().map(|play| play.id).collect()
    }

    /// The person plays everything on Trakt another time, at the very same minute.
    pub(crate) fn play_everything_again(&self) -> BTreeSet<HistoryId> {
        let before = self.ids();
        for HistoryPlay { item, watched_at, .. } in self.demo.history() {
            self.scrobble(item, WatchedAt::at(watched_at));
        }
        self.ids().difference(&before).copied().collect()
    }

    pub(crate) async fn plays_of(&self, run: u64) -> Vec<RunPlay> {
        let groups = self.person.store.run_plays(RunId(run)).await.unwrap();
        groups.into_iter().flat_map(|group| group.plays).collect()
    }

    async fn undone_by(&self, run: u64) -> Option<u64> {
        let row = self.person.store.run(RunId(run)).await.unwrap();
        row.unwrap().undone_by.map(|id| id.0)
    }
}

/// `removed`, `alreadyGone`, `leftAlone` and what remains.
pub(crate) fn counts(report: &Answer) -> (u64, u64, u64, usize) {
    let count = |name: &str| report.counts[name].as_u64().unwrap();
    (count("removed"), count("alreadyGone"), count("leftAlone"), report.remaining)
}

/// Four episodes of three series each, and films on a day and at an unknown time.
fn films_and_series() -> World {
    let film =
        |id, day| entry(id, ListStatus::Completed, 1).completed(fuzzy(2024, Some(2), Some(day)));
    let world = with_film(three_series(), 8, film(8, 11));
    with_film(world, 9, film(9, 30))
}

#[tokio::test]
async fn an_undo_removes_the_runs_plays_and_leaves_the_persons_own_alone() {
    let bench = Bench::start(films_and_series()).await;
    bench.scrobble(episode(1, 1, 12), WatchedAt::Unknown);
    bench.scrobble(episode(1, 1, 1), WatchedAt::at(bench.now()));
    let mut own = bench.ids();
    assert_eq!(bench.full().await.counts["synced"], 13);
    bench.hours_pass(1);
    let run = bench.ids();
    // At other minutes, at the very same ones, and things that the run did not touch.
    for item in [episode(2, 1, 2), film(8), film(9)] {
        bench.scrobble(item, WatchedAt::at(bench.now()));
    }
    bench.scrobble(episode(3, 1, 12), WatchedAt::Unknown);
    own.extend(bench.ids().difference(&run));
    own.extend(bench.play_everything_again());

    let report = bench.undo(1).await;
    assert_eq!(bench.ids(), own);
    assert_eq!(
        (report.state, report.run_id, &report.counts["undoes"]),
        ("complete", RunId(2), &1.into())
    );
    // 13 at the same minute, three at another, and these three another time.
    assert_eq!(counts(&report), (13, 0, 13 + 3 + 3, 0));
    assert_eq!(bench.undone_by(1).await, Some(2));
    assert!(bench.plays_of(1).await.iter().all(|play| play.outcome == PlayOutcome::Removed));
}

#[tokio::test]
async fn only_ids_are_sent_in_batches() {
    let bench = Bench::with(films_and_series(), &[("TRAKT_BATCH_SIZE", "6")]).await;
    bench.full().await;
    bench.demo.reset_stats();
    bench.undo(1).await;
    let writes = bench.demo.stats().writes;
    let sizes: Vec<_> =
        writes.iter().map(|write| write.body["ids"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [6, 6, 2]);
    for write in writes {
        assert_eq!(write.path, "/sync/history/remove");
        assert_eq!(write.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["ids"]);
    }
    assert_eq!((bench.history().len(), bench.config(keys::IN_FLIGHT).await), (0, None));
}

#[tokio::test]
async fn what_was_undone_is_not_posted_again() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    bench.undo(1).await;
    for mode in [Mode::Full, Mode::Watching, Mode::Show(AnilistId(1))] {
        assert_eq!(bench.try_run(mode).await.unwrap().counts["synced"], 0, "{mode:?}");
        assert_eq!(bench.history(), [""; 0], "{mode:?}");
    }
    bench.watch(1, 5);
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, [5]), "only what is new");
}

#[tokio::test]
async fn a_title_that_is_started_afresh_is_posted_again() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    // The history is known to the service as it was, and must be read again all the same.
    bench.watch(3, 5);
    bench.full().await;
    bench.undo(1).await;
    bench.write(Write::RemoveSettled(AnilistId(1))).await;
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(bench.history(), [episodes(1, 1, 1..=4), episodes(3, 1, [5])].concat());
}

#[tokio::test]
async fn undoing_twice_removes_nothing_more_and_says_so() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    let own = bench.play_everything_again();
    bench.undo(1).await;
    bench.requests();
    let again = bench.undo(1).await;
    assert_eq!((again.state, counts(&again)), ("complete", (0, 12, 0, 0)));
    assert_eq!(again.message, "Nothing was left to undo of run 1.");
    assert_eq!(bench.requests(), [""; 0]);
    assert_eq!((bench.ids(), bench.undone_by(1).await), (own, Some(2)));
}

#[tokio::test]
async fn a_play_that_the_person_removed_counts_as_gone() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    bench.writes_have_landed();
    bench.demo.world(|world, now| world.history.remove_item(episode(2, 1, 3), now));
    assert_eq!(counts(&bench.undo(1).await), (11, 1, 0, 0));
    assert_eq!(bench.history(), [""; 0]);
}

#[tokio::test]
async fn a_play_that_the_person_moved_to_another_minute_is_their_own() {
    for other in [WatchedAt::Unknown, WatchedAt::at(crate::bench::start_of_test())] {
        let bench = Bench::start(films_and_series()).await;
        bench.full().await;
        bench.writes_have_landed();
        let moved = [episode(2, 1, 3), film(8)];
        for item in moved {
            bench.demo.world(|world, now| world.history.remove_item(item, now));
            bench.scrobble(item, other);
        }
        assert_eq!(counts(&bench.undo(1).await), (12, 2, 2, 0));
        assert_eq!(bench.history(), ["film 8", "2 S1E3"]);
    }
}

#[tokio::test]
async fn the_copy_of_the_history_is_not_trusted_after_an_undo() {
    let bench = Bench::start(one_series(2)).await;
    bench.full().await;
    bench.writes_have_landed();
    // The copy is made just before the undo.
    bench.write(Write::RemoveSettled(AnilistId(1))).await;
    bench.try_run(Mode::Watching).await.unwrap();
    assert!(bench.config(keys::TRAKT_WATCHED).await.is_some());
    bench.undo(1).await;
    bench.write(Write::RemoveSettled(AnilistId(1))).await;
    bench.try_run(Mode::Watching).await.unwrap();
    assert_eq!(bench.history(), episodes(1, 1, 1..=2));
}

#[tokio::test]
async fn the_plays_of_other_runs_stay() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    bench.watch(1, 6);
    bench.full().await;
    bench.undo(1).await;
    assert_eq!(bench.history(), episodes(1, 1, 5..=6));
    bench.undo(2).await;
    assert_eq!(bench.history(), [""; 0]);
}

#[tokio::test]
async fn a_play_that_a_later_run_posted_again_is_the_later_runs() {
    let bench = Bench::start(one_series(2)).await;
    bench.full().await;
    bench.writes_have_landed();
    bench.demo.world(|world, now| world.history.remove_item(episode(1, 1, 2), now));
    bench.write(Write::RemoveSettled(AnilistId(1))).await;
    bench.try_run(Mode::Watching).await.unwrap();
    bench.writes_have_landed();
    let times = bench.times(1);
    assert_eq!(counts(&bench.undo(1).await), (1, 1, 1, 0));
    assert_eq!(bench.times(1), times[1..], "the first run's second episode was gone before");
    assert_eq!(counts(&bench.undo(2).await), (1, 0, 0, 0));
    assert_eq!(bench.history(), [""; 0]);
}

/// Which parts of the history an undo reads.
async fn read_by_undo(bench: &Bench, run: u64) -> Vec<String> {
    bench.demo.reset_stats();
    bench.undo(run).await;
    let requests = bench.demo.stats().requests;
    let reads = requests.iter().filter(|seen| seen.route.starts_with("GET /sync/history"));
    reads.map(|seen| seen.address.split('?').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn few_shows_are_read_one_by_one_and_many_from_the_history_as_a_whole() {
    let bench = Bench::start(films_and_series()).await;
    bench.try_run(Mode::Show(AnilistId(2))).await.unwrap();
    bench.full().await;
    assert_eq!(read_by_undo(&bench, 1).await, ["/sync/history/shows/2"]);
    // How long it is, and its one page.
    assert_eq!(read_by_undo(&bench, 2).await, ["/sync/history"; 2]);
}

#[tokio::test]
async fn a_long_history_is_not_read_for_a_few_shows() {
    let bench = Bench::start(three_series()).await;
    bench.full().await;
    (0..1000).for_each(|_| bench.scrobble(episode(3, 1, 9), WatchedAt::Unknown));
    let shows = (1..=2).map(|id| format!("/sync/history/shows/{id}"));
    let expected: Vec<_> = ["/sync/history".to_owned()].into_iter().chain(shows).collect();
    let read = read_by_undo(&bench, 1).await;
    assert_eq!(read[..3], expected);
    assert_eq!(read[3..], ["/sync/history/shows/3"; 5], "its pages");
    assert_eq!(bench.history().len(), 1000);
}

#[tokio::test]
async fn a_large_run_is_undone_with_few_requests() {
    let world = (1..=1100).fold(World::default(), |world, id| {
        with_film(world, id, entry(id, ListStatus::Completed, 1))
    });
    let bench = Bench::start(world).await;
    bench.full().await;
    // The length of the history, and its five pages.
    assert_eq!(read_by_undo(&bench, 1).await.len(), 1 + 5);
    assert_eq!(bench.trakt_requests("POST /sync/history/remove"), 11);
    assert_eq!(bench.history(), [""; 0]);
}

#[tokio::test]
async fn an_undo_is_a_run_and_cannot_be_undone() {
    let bench = Bench::start(one_series(2)).await;
    bench.full().await;
    let report = bench.undo(1).await;
    let runs = bench.person.store.runs(50).await.unwrap();
    assert_eq!((runs[0].mode, runs[0].state), (RunMode::Undo, RunState::Complete));
    let kept = runs[0].report.done().unwrap();
    assert_eq!((kept.run_id, &kept.message), (report.run_id, &report.message));
    assert_eq!(serde_json::to_value(kept.counts).unwrap(), report.counts);
    let refused = undo(&bench.person, RunId(2)).await;
    assert!(matches!(refused, Err(Error::BadRequest { .. })), "{refused:?}");
    // Nothing was added by a run that found nothing new.
    bench.full().await;
    let refused = undo(&bench.person, RunId(3)).await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    let unknown = undo(&bench.person, RunId(99)).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })), "{unknown:?}");
    assert_eq!(bench.person.store.runs(50).await.unwrap().len(), 3);
}

#[tokio::test]
async fn an_undo_waits_for_no_other_run_and_says_since_when_it_goes_on() {
    let bench = Bench::start(one_series(2)).await;
    bench.full().await;
    let lock = RunLock::acquire(&bench.person).await.unwrap();
    let refused = undo(&bench.person, RunId(1)).await;
    assert!(matches!(refused, Err(Error::RunInProgress { .. })), "{refused:?}");
    assert_eq!(bench.history().len(), 2);
    lock.release().await.unwrap();
    bench.undo(1).await;
    assert_eq!(bench.history(), [""; 0]);
}

#[tokio::test]
async fn a_preview_names_what_is_removed_and_changes_nothing() {
    let bench = Bench::start(films_and_series()).await;
    bench.full().await;
    bench.writes_have_landed();
    let sent = bench.ids();
    bench.play_everything_again();
    bench.demo.world(|world, now| world.history.remove_item(film(9), now));
    let (before, stored) = (bench.ids(), bench.plays_of(1).await);
    let Preview { plays, already_gone, left_alone } =
        preview(&bench.person, RunId(1)).await.unwrap();
    let named: BTreeSet<_> = plays.iter().map(|play| play.history_id.unwrap()).collect();
    assert_eq!(named, sent.intersection(&before).copied().collect());
    assert_eq!((plays.len(), already_gone, left_alone), (13, 1, 13));
    assert_eq!((bench.ids(), bench.plays_of(1).await), (before.clone(), stored));

    assert_eq!(counts(&bench.undo(1).await), (13, 1, 13, 0));
    assert_eq!(before.difference(&bench.ids()).copied().collect::<BTreeSet<_>>(), named);
}

#[tokio::test]
async fn the_oldest_run_that_is_kept_can_be_undone() {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    bench.full().await;
    for _ in 0..49 {
        bench.full().await;
    }
    let limit = crate::undo_faults::rate_limited().after(1);
    bench.demo.fail(limit);
    assert_eq!(bench.undo(1).await.state, "partial");
    bench.hours_pass(1);
    assert_eq!(counts(&bench.undo(1).await), (7, 5, 0, 0));
    assert_eq!(bench.history(), [""; 0]);
    // Only now it has made room.
    let refused = undo(&bench.person, RunId(1)).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    assert!(bench.plays_of(1).await.is_empty());
}

#[tokio::test]
async fn a_play_that_trakt_refused_is_kept_as_such_and_is_nothing_to_undo() {
    let bench = with_two_refused().await;
    let run = bench.person.store.runs(1).await.unwrap()[0].id.0;
    let plays = bench.plays_of(run).await;
    let refused = plays.iter().filter(|sent| sent.outcome == PlayOutcome::Refused);
    assert_eq!(refused.map(|sent| sent.play.abs).collect::<Vec<_>>(), [3, 8]);
    let accepted = plays.len() - 2;
    assert_eq!(counts(&bench.undo(run).await), (accepted as u64, 0, 0, 0));
    assert_eq!(bench.history().len(), 6 - accepted);
}

/// A play of something that is there, at the same minute or now; or of something else.
fn scrobble_something(bench: &Bench, dice: &mut Dice) {
    let there = bench.demo.history();
    let again = dice.pick(&there).filter(|_| dice.0.is_multiple_of(3));
    let item = again
        .map_or_else(|| episode(u64::from(dice.up_to(3)), 1, dice.up_to(12)), |play| play.item);
    let same = again.map_or(WatchedAt::Unknown, |play| WatchedAt::at(play.watched_at));
    bench.scrobble(item, if dice.chance() { same } else { WatchedAt::at(bench.now()) });
}

/// Syncs, new episodes on the list, and the person's own plays, whose ids this returns.
async fn a_busy_day(bench: &Bench, dice: &mut Dice) -> BTreeSet<HistoryId> {
    let mut own = BTreeSet::new();
    for _ in 0..14 {
        match dice.below(6) {
            0 | 1 => {
                if dice.chance() {
                    let lost = Fault::new(Service::TRAKT, Action::Reset).path("/sync/history");
                    let lost = lost.method("POST");
                    bench.demo.fail(if dice.chance() { lost.applied() } else { lost });
                }
                if bench.full().await.state != "complete" {
                    bench.writes_have_landed();
                    assert_eq!(bench.full().await.state, "complete");
                }
                bench.demo.heal();
            }
            2 => bench.watch(dice.up_to(3), 4 + dice.up_to(8)),
            3 => bench.complete(dice.up_to(3)),
            _ => {
                let before = bench.ids();
                scrobble_something(bench, dice);
                own.extend(bench.ids().difference(&before));
            }
        }
    }
    bench.full().await;
    own
}

#[tokio::test]
async fn whatever_the_person_does_an_undo_of_every_run_leaves_just_their_own_plays() {
    for seed in 0..25 {
        let mut dice = Dice(seed);
        let bench = Bench::with(films_and_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
        let own = a_busy_day(&bench, &mut dice).await;
        let runs = bench.person.store.runs(50).await.unwrap();
        let mut posted = Vec::new();
        for run in runs {
            // What a run sent may have been found by a later one.
            if !bench.plays_of(run.id.0).await.is_empty() {
                posted.push(run.id.0);
            }
        }
        assert!(!posted.is_empty());
        while let Some(&run) = dice.pick(&posted) {
            posted.retain(|id| *id != run);
            assert_eq!(bench.undo(run).await.state, "complete", "seed {seed}");
        }
        assert_eq!(bench.ids(), own, "seed {seed}");
        bench.full().await;
        assert_eq!(bench.ids(), own, "seed {seed}: nothing is posted again");
    }
}
