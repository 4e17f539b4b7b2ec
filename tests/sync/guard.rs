//! Plans that are larger than anybody could expect.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::domain::{AnilistId, ListStatus};
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::sync::guard::MOST_UNASKED;
use anilist_trakt_sync::sync::prepare::prepare;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};

use crate::bench::{Answer, Bench};
use crate::waiting::by_hand;
use crate::worlds::{entry, with_series, with_unknown};

const LONG: u32 = 2500;

/// Three episodes of a short series, and a long one that nobody has begun.
fn with_long_series() -> World {
    let short = with_series(World::default(), 1, 12, entry(1, ListStatus::Current, 3));
    with_series(short, 2, LONG, None)
}

async fn confirmed(bench: &Bench, mode: Mode) -> Answer {
    Answer::of(run(&bench.person, mode, Trigger::Confirmed).await.unwrap())
}

#[tokio::test]
async fn a_list_that_jumps_by_thousands_is_stopped_until_a_person_says_so() {
    let bench = Bench::start(with_long_series()).await;
    bench.full().await;
    let window = bench.window().await;
    bench.watch(2, LONG);
    for trigger in [Trigger::Auto, Trigger::Manual] {
        let error = run(&bench.person, Mode::Full, trigger).await.unwrap_err();
        assert!(matches!(error, Error::TooManyPlays { plays: 2500 }), "{error}");
    }
    assert_eq!((bench.history().len(), bench.window().await), (3, window));
    let preview = prepare(&bench.person, Mode::Full).await.unwrap();
    assert_eq!((preview.jump, preview.plan.plays().count()), (Some(2500), 2500));
    assert_eq!(confirmed(&bench, Mode::Full).await.counts["synced"], 2500);
    assert_eq!(bench.full().await.counts["synced"], 0);
}

#[tokio::test]
async fn as_many_plays_as_a_person_may_add_in_an_evening_are_posted() {
    let bench = Bench::start(with_long_series()).await;
    bench.full().await;
    bench.watch(2, u32::try_from(MOST_UNASKED).unwrap());
    assert_eq!(bench.full().await.counts["synced"], MOST_UNASKED);
}

#[tokio::test]
async fn a_first_sync_and_the_rest_of_one_need_no_word() {
    for mode in [Mode::Full, Mode::Watching] {
        let mut world = with_long_series();
        world.list.push(entry(2, ListStatus::Current, LONG));
        let bench = Bench::with(world, &[("MAX_PLAYS_PER_RUN", "200")]).await;
        let report = bench.try_run(mode).await.unwrap();
        assert_eq!((report.state, &report.counts["synced"]), ("partial", &200.into()), "{mode:?}");
        assert_eq!(report.remaining, 2303);
        let report = bench.try_run(mode).await.unwrap();
        assert_eq!((report.state, &report.counts["synced"]), ("partial", &200.into()), "{mode:?}");
    }
}

#[tokio::test]
async fn a_newcomer_sees_a_small_first_run_and_can_take_it_back() {
    let mut world = with_long_series();
    world.list.push(entry(2, ListStatus::Current, LONG));
    let mut bench = Bench::with(world, &[("MAX_PLAYS_PER_RUN", "10")]).await;
    let first = bench.full().await;
    assert_eq!((first.state, bench.history().len()), ("partial", 10));
    assert_eq!(bench.undo(first.run_id.0).await.counts["removed"], 10);
    assert_eq!(bench.history(), [""; 0]);
    // What was undone stays undone; the rest follows.
    bench.restart_with("MAX_PLAYS_PER_RUN", "5000");
    assert_eq!(bench.full().await.counts["synced"], 3 + LONG - 10);
}

#[tokio::test]
async fn a_confirmed_jump_that_is_split_goes_on_by_itself() {
    let bench = Bench::with(with_long_series(), &[("MAX_PLAYS_PER_RUN", "300")]).await;
    bench.full().await;
    bench.watch(2, LONG);
    assert_eq!(confirmed(&bench, Mode::Full).await.remaining, 2200);
    assert_eq!(bench.full().await.remaining, 1900);
}

#[tokio::test]
async fn every_mode_that_reads_a_list_is_guarded_and_one_title_is_not() {
    let bench = Bench::start(with_long_series()).await;
    bench.full().await;
    bench.try_run(Mode::Watching).await.unwrap();
    bench.watch(2, LONG);
    let error = bench.try_run(Mode::Watching).await.unwrap_err();
    assert_eq!(error.code(), "too_many_plays");
    let report = bench.try_run(Mode::Show(AnilistId(2))).await.unwrap();
    assert_eq!(report.counts["synced"], LONG);
}

#[tokio::test]
async fn a_title_that_waited_and_got_a_place_is_no_jump() {
    let waiting = entry(2, ListStatus::Current, LONG);
    let short = with_series(World::default(), 1, 12, entry(1, ListStatus::Current, 3));
    let bench = Bench::start(with_unknown(short, 2, LONG, waiting)).await;
    bench.full().await;
    bench.write(by_hand(2)).await;
    assert_eq!(bench.full().await.counts["synced"], LONG);
}
