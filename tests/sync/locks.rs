//! One run at a time.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault, Stats};
use anilist_trakt_sync::domain::Service;
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::sync::lock::{RunLock, running_since};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};

use jiff::SignedDuration;

use crate::bench::Bench;
use crate::worlds::one_series;

#[tokio::test]
async fn a_second_run_says_since_when_the_first_goes_on() {
    let bench = Bench::start(one_series(3)).await;
    let began = bench.now();
    let lock = RunLock::acquire(&bench.person).await.unwrap();
    bench.time_passes(Duration::from_secs(10));
    for person in [bench.person.clone(), bench.another_process()] {
        assert_eq!(running_since(&person).await.unwrap(), Some(began));
        for mode in [Mode::Full, Mode::Completed, Mode::Watching] {
            let refused = run(&person, mode, Trigger::Auto).await;
            assert!(
                matches!(refused, Err(Error::RunInProgress { since }) if since == began),
                "{refused:?}"
            );
        }
    }
    assert_eq!(bench.requests(), [""; 0]);
    lock.release().await.unwrap();
    assert_eq!(running_since(&bench.person).await.unwrap(), None);
    assert_eq!(bench.full().await.counts["synced"], 3);
}

#[tokio::test]
async fn a_clock_that_is_set_frees_no_lock_whose_owner_lives() {
    let bench = Bench::start(one_series(3)).await;
    let began = bench.now();
    let lock = RunLock::acquire(&bench.person).await.unwrap();
    let year = SignedDuration::from_hours(24 * 365);
    let minute = SignedDuration::from_mins(1);
    for set in [SignedDuration::from_secs(15), minute, -minute, year, -year, year * 5] {
        bench.clock_is_set(set);
        for person in [bench.person.clone(), bench.another_process()] {
            assert_eq!(running_since(&person).await.unwrap(), Some(began));
            let refused = run(&person, Mode::Full, Trigger::Auto).await;
            assert!(matches!(refused, Err(Error::RunInProgress { .. })), "{refused:?}");
        }
        assert!(!lock.is_lost());
    }
    lock.release().await.unwrap();
}

#[tokio::test]
async fn a_lock_whose_run_broke_off_is_given_back() {
    let bench = Bench::start(one_series(3)).await;
    drop(RunLock::acquire(&bench.person).await.unwrap());
    while running_since(&bench.person).await.unwrap().is_some() {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.full().await.counts["synced"], 3);
}

#[tokio::test]
async fn of_runs_that_begin_together_only_one_posts() {
    let bench = Bench::start(one_series(12)).await;
    let other = bench.another_process();
    let start = |person| async move { run(person, Mode::Full, Trigger::Manual).await };
    let outcomes = tokio::join!(
        start(&bench.person),
        start(&other),
        start(&bench.person),
        start(&other),
        start(&bench.person)
    );
    let outcomes = [outcomes.0, outcomes.1, outcomes.2, outcomes.3, outcomes.4];
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(done >= 1);
    for outcome in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(matches!(outcome, Error::RunInProgress { .. }), "{outcome}");
    }
    assert_eq!((bench.history().len(), bench.demo.stats().history_posts), (12, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lock_of_a_killed_service_is_free_at_once() {
    let bench = Bench::start(one_series(3)).await;
    let hang = Fault::new(Service::ANILIST, Action::Hang(Duration::from_hours(1)));
    bench.run_and_kill(hang, |stats: &Stats| stats.count(Service::ANILIST) == 1).await;
    assert_eq!(bench.full().await.counts["synced"], 3);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_stop_the_run() {
    let bench = Bench::start(one_series(3)).await;
    let mut asked = Box::pin(run(&bench.person, Mode::Full, Trigger::Manual));
    while bench.demo.stats().count(Service::ANILIST) == 0 {
        tokio::select! {
            biased;
            _ = &mut asked => panic!("it ended before anything was asked"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(asked);
    bench.person.services.tasks.close();
    bench.person.services.tasks.wait().await;
    assert_eq!((bench.history().len(), bench.window().await.is_some()), (3, true));
}

#[tokio::test]
async fn a_service_that_is_being_stopped_posts_no_more_and_says_so() {
    let mut bench = Bench::start(one_series(3)).await;
    bench.person.services.stop().await;
    let report = bench.full().await;
    assert_eq!((report.state, bench.history().len()), ("partial", 0));
    assert_eq!(report.cause.as_deref(), Some("the service is being stopped"));
    bench.restart();
    assert_eq!(bench.full().await.counts["synced"], 3);
}
