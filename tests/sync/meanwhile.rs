//! What people do while a run goes on that knows nothing of it.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{AnilistId, Service, Waiting};
use anilist_trakt_sync::hub::corrections::map;
use anilist_trakt_sync::store::{WaitingChange, Write, keys};
use anilist_trakt_sync::sync::afresh::start_afresh;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};
use futures_util::FutureExt as _;

use crate::bench::{Answer, Bench, episodes};
use crate::waiting::as_show;
use crate::worlds::{current, episode, one_series, three_series, with_series, with_unknown};

/// Where a run can be met, each by the request that it waits for an answer to.
const PLACES: [(Service, &str); 5] = [
    (Service::ANILIST, "ChangedEntries"),
    (Service::ANILIST, "Activities"),
    (Service::TRAKT, "/sync/last_activities"),
    (Service::TRAKT, "/sync/watched/shows"),
    (Service::TRAKT, "/sync/history"),
];

/// Does something while a full sync waits for an answer, which it then gets.
pub(crate) async fn meanwhile(bench: &Bench, at: (Service, &str), what: impl Future<Output = ()>) {
    let (service, path) = at;
    bench.demo.reset_stats();
    bench.demo.fail(Fault::new(service, Action::Held).path(path));
    let person = bench.person.clone();
    let mut running = tokio::spawn(async move { run(&person, Mode::Full, Trigger::Manual).await });
    let seen = || bench.demo.stats().requests.iter().any(|seen| seen.address.contains(path));
    while !seen() {
        assert!((&mut running).now_or_never().is_none(), "it never asked for {path}");
        tokio::task::yield_now().await;
    }
    what.await;
    bench.demo.heal();
    assert_eq!(Answer::of(running.await.unwrap().unwrap()).state, "complete", "{path}");
}

/// One series that is synced, and another that the person goes on with.
async fn synced() -> Bench {
    let bench = Bench::start(with_series(one_series(3), 2, 12, current(2, 3))).await;
    bench.full().await;
    bench.watch(2, 5);
    bench
}

#[tokio::test]
async fn a_title_that_is_started_afresh_during_a_run_is_synced_afresh() {
    for at in PLACES {
        for twice in [false, true] {
            let bench = synced().await;
            let (person, demo) = (&bench.person, &bench.demo);
            meanwhile(&bench, at, async {
                // The person takes the plays off Trakt, and wants them there again.
                for number in 1..=3 {
                    demo.world(|world, now| world.history.remove_item(episode(1, 1, number), now));
                }
                start_afresh(person, AnilistId(1)).await.unwrap();
                if twice {
                    start_afresh(person, AnilistId(2)).await.unwrap();
                }
            })
            .await;
            assert_eq!(bench.config(keys::AFRESH).await, None);
            assert_eq!((bench.last_abs(1).await, bench.window().await), (None, None), "{at:?}");
            assert_eq!(bench.full().await.state, "complete");
            let expected = [episodes(1, 1, 1..=3), episodes(2, 1, 1..=5)].concat();
            assert_eq!(bench.history(), expected, "{at:?}");
        }
    }
}

#[tokio::test]
async fn a_mark_that_is_moved_during_a_run_stays_where_it_was_moved() {
    for at in PLACES {
        let bench = synced().await;
        let back = "1700000000";
        meanwhile(&bench, at, async {
            let key = keys::LAST_SYNC_TIMESTAMP;
            bench.write(Write::Config { key, value: Some(back.to_owned()) }).await;
        })
        .await;
        assert_eq!(bench.window().await, Some(back.parse().unwrap()), "{at:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_that_was_started_afresh_before_a_run_that_is_killed_is_synced_afresh() {
    let bench = synced().await;
    for number in 1..=3 {
        bench.demo.world(|world, now| world.history.remove_item(episode(1, 1, number), now));
    }
    let hang = Fault::new(Service::TRAKT, Action::Hang(Duration::from_hours(1))).applied();
    let on_post = hang.method("POST").path("/sync/history");
    start_afresh(&bench.person, AnilistId(1)).await.unwrap();
    bench
        .run_and_kill(on_post, |stats| stats.count_route(Service::TRAKT, "POST /sync/history") == 1)
        .await;
    bench.writes_have_landed();
    assert_eq!(bench.full().await.state, "complete");
    assert_eq!(bench.history(), [episodes(1, 1, 1..=3), episodes(2, 1, 1..=5)].concat());
}

#[tokio::test]
async fn a_run_that_reads_is_stopped_at_once_and_loses_nothing() {
    // A batch that is sent is sent, and its answer is waited for.
    for (service, path) in PLACES.into_iter().filter(|(_, path)| *path != "/sync/history") {
        for by_hand in [true, false] {
            let mut bench = synced().await;
            bench.demo.reset_stats();
            let answer = Action::Hang(Duration::from_hours(1));
            bench.demo.fail(Fault::new(service, answer).path(path));
            let person = bench.person.clone();
            let running =
                tokio::spawn(async move { run(&person, Mode::Full, Trigger::Manual).await });
            let seen =
                || bench.demo.stats().requests.iter().any(|seen| seen.address.contains(path));
            while !seen() {
                tokio::task::yield_now().await;
            }
            if by_hand {
                assert!(bench.person.live.cancel(bench.person.live.run().unwrap().run_id));
            } else {
                bench.person.services.stop().await;
            }
            let report = Answer::of(running.await.unwrap().unwrap());
            let cause = if by_hand { "by hand" } else { "being stopped" };
            assert_eq!(report.state, "partial", "{path}");
            assert!(report.cause.unwrap().contains(cause), "{path}");
            bench.demo.heal();
            bench.restart();
            assert_eq!(bench.full().await.counts["synced"], 2, "{path}");
        }
    }
}

#[tokio::test]
async fn a_first_sync_that_is_stopped_while_it_reads_the_list_begins_anew() {
    let bench = Bench::start(three_series()).await;
    bench.demo.fail(Fault::new(Service::ANILIST, Action::Hang(Duration::from_hours(1))));
    let person = bench.person.clone();
    let running = tokio::spawn(async move { run(&person, Mode::Full, Trigger::Manual).await });
    while bench.demo.stats().requests.is_empty() {
        tokio::task::yield_now().await;
    }
    bench.person.live.cancel(bench.person.live.run().unwrap().run_id);
    assert_eq!(Answer::of(running.await.unwrap().unwrap()).state, "partial");
    assert_eq!(bench.full().await.counts["synced"], 12);
}

/// One series that is synced, and a title that waits; the person goes on with both.
async fn waiting() -> Bench {
    let world = with_unknown(one_series(3), 2, 12, current(2, 3));
    let bench = Bench::start(world).await;
    bench.full().await;
    assert_eq!(bench.waiting().await, [(2, vec![])]);
    bench.watch(1, 5);
    bench.demo.world(|world, now| world.watch(AnilistId(2), 5, now));
    bench
}

#[tokio::test]
async fn a_title_that_is_ignored_or_asked_for_again_during_a_run_stays_so() {
    for at in PLACES {
        for was_ignored in [false, true] {
            let bench = waiting().await;
            let row = bench.all_waiting().await.remove(0);
            let before = Waiting { ignored: was_ignored, ..row };
            bench.write(Write::Waiting(before.clone())).await;
            meanwhile(&bench, at, async {
                let now = Waiting { ignored: !was_ignored, ..before.clone() };
                bench.write(Write::ChangeWaiting(WaitingChange::to(Some(&before), now))).await;
            })
            .await;
            let row = bench.all_waiting().await.remove(0);
            assert_eq!((row.ignored, row.entry.watched()), (!was_ignored, 5), "{at:?}");
        }
    }
}

#[tokio::test]
async fn a_title_that_is_placed_by_hand_during_a_run_waits_no_more_and_is_posted_by_the_next() {
    for at in PLACES {
        let bench = waiting().await;
        let person = &bench.person;
        meanwhile(&bench, at, async {
            let Write::Mapping(mapping) = as_show(2, 2) else { unreachable!() };
            map(person, mapping).await.unwrap();
        })
        .await;
        // A run that had not read the mappings yet has posted it already.
        let open = bench.all_waiting().await.iter().any(Waiting::is_open);
        assert!(!open, "{at:?}");
        bench.full().await;
        let expected = [episodes(1, 1, 1..=5), episodes(2, 1, 1..=5)].concat();
        assert_eq!((bench.history(), bench.waiting().await), (expected, vec![]), "{at:?}");
    }
}
