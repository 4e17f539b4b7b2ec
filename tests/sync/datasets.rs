//! Mapping files over time: looked for once a day by the runs themselves, and never lost.

use anilist_trakt_sync::demo::world::Mapping;
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{ListStatus, Service, StoredDataset};

use crate::bench::{Bench, episodes};
use crate::worlds::{entry, media, one_series, show, with_unknown};

const HOSTS: [Service; 3] = [Service::OTAKU, Service::FRIBBS, Service::ANIBRIDGE];

/// A full sync, and how often each host was asked by it, with the statuses it answered.
async fn asked_by_a_run(bench: &Bench) -> Vec<(Service, Option<u16>)> {
    bench.demo.reset_stats();
    bench.full().await;
    let seen = bench.demo.stats().requests;
    let hosts = seen.into_iter().filter(|seen| HOSTS.contains(&seen.service));
    let mut asked: Vec<_> = hosts.map(|seen| (seen.service, seen.status)).collect();
    asked.sort_by_key(|(service, _)| HOSTS.iter().position(|host| host == service));
    asked
}

/// One series that is placed, and one that no dataset knows yet.
fn world() -> World {
    with_unknown(one_series(3), 2, 12, entry(2, ListStatus::Current, 5))
}

async fn synced() -> Bench {
    let bench = Bench::start(world()).await;
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
    bench
}

/// The makers publish files that know the second series.
async fn publish_the_missing_one(bench: &Bench) {
    let row = Mapping::to_season(&media(2, Some(12)), &show(2, 12), Some(1), 0);
    let row = row.range("tmdb_show:20:s1", "1-12", "1-12");
    bench.demo.world(|world, _| world.mappings.push(row));
    bench.demo.publish_datasets().await.unwrap();
}

#[tokio::test]
async fn the_hosts_are_asked_once_a_day_and_an_unchanged_file_is_not_sent() {
    let bench = synced().await;
    bench.hours_pass(23);
    assert_eq!(asked_by_a_run(&bench).await, []);
    for _ in 0..2 {
        bench.hours_pass(2);
        assert_eq!(asked_by_a_run(&bench).await, HOSTS.map(|host| (host, Some(304))));
        bench.hours_pass(22);
        assert_eq!(asked_by_a_run(&bench).await, []);
    }
}

#[tokio::test]
async fn a_stored_file_that_cannot_be_read_is_fetched_again() {
    let mut bench = synced().await;
    for name in ["otaku", "fribbs", "anibridge"] {
        let stored = bench.person.store.shared().dataset(name).await.unwrap().unwrap();
        let damaged = StoredDataset { index: stored.index[1..].to_vec(), ..stored };
        bench.person.store.shared().put_dataset(name, damaged).await.unwrap();
    }
    bench.restart();
    assert_eq!(asked_by_a_run(&bench).await, HOSTS.map(|host| (host, Some(200))));
    bench.restart();
    assert_eq!(asked_by_a_run(&bench).await, []);
}

#[tokio::test]
async fn a_title_that_waits_is_placed_by_the_first_run_after_its_makers_added_it() {
    let bench = synced().await;
    publish_the_missing_one(&bench).await;
    bench.hours_pass(6);
    assert_eq!(bench.full().await.counts["synced"], 0);
    bench.hours_pass(19);
    assert_eq!(bench.full().await.counts["synced"], 5);
    assert_eq!(bench.waiting().await, []);
}

#[tokio::test]
async fn a_host_that_fails_leaves_the_last_good_file_in_force_and_is_left_alone_for_a_while() {
    let faults = [
        Action::Html { status: 200 },
        Action::Html { status: 503 },
        Action::Status { status: 404, headers: vec![], body: String::new() },
        Action::Status { status: 200, headers: vec![], body: "{}".into() },
        Action::Status { status: 200, headers: vec![], body: String::new() },
        Action::Truncate,
        Action::Reset,
    ];
    for action in faults {
        let mut bench = synced().await;
        bench.restart();
        publish_the_missing_one(&bench).await;
        for host in HOSTS {
            bench.demo.fail(Fault::new(host, action.clone()).times(u32::MAX));
        }
        bench.hours_pass(25);
        bench.watch(1, 4);
        assert!(!asked_by_a_run(&bench).await.is_empty(), "{action:?}");
        assert_eq!(bench.history(), episodes(1, 1, 1..=4), "{action:?}");
        bench.time_passes(std::time::Duration::from_mins(29));
        assert_eq!(asked_by_a_run(&bench).await, [], "{action:?}");
        bench.demo.heal();
        bench.time_passes(std::time::Duration::from_mins(2));
        assert_eq!(asked_by_a_run(&bench).await.len(), 3, "{action:?}");
        assert_eq!(bench.waiting().await, [], "{action:?}");
    }
}

#[tokio::test]
async fn a_run_does_not_wait_for_a_file_that_somebody_else_fetches() {
    let bench = synced().await;
    bench.hours_pass(25);
    bench.watch(1, 4);
    for host in HOSTS {
        bench.demo.fail(Fault::new(host, Action::Held).times(u32::MAX));
    }
    bench.demo.reset_stats();
    let person = std::sync::Arc::clone(&bench.person);
    let refresh = tokio::spawn(async move {
        let datasets = &person.services.datasets;
        let (otaku, fribbs, anibridge) = tokio::join!(
            datasets.otaku.refresh(),
            datasets.fribbs.refresh(),
            datasets.anibridge.refresh()
        );
        otaku.is_ok() && fribbs.is_ok() && anibridge.is_ok()
    });
    while bench.demo.stats().requests.len() < HOSTS.len() {
        tokio::task::yield_now().await;
    }
    bench.full().await;
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
    bench.demo.heal();
    assert!(refresh.await.unwrap());
}
