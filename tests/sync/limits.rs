//! What services forbid, each in its own words, and services that are gone: runs stop where it is
//! safe, ask nobody in vain, and go on from there.

use std::time::Duration;

use anilist_trakt_sync::demo::world::Mapping;
use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{ListStatus, Service};
use anilist_trakt_sync::sync::Mode;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::bench::{Bench, episodes, start_of_test};
use crate::worlds::{entry, media, show, three_series, with_unlisted};

const BATCHES_OF_FOUR: &[(&str, &str)] = &[("TRAKT_BATCH_SIZE", "4")];

fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Action {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Action::Status { status, headers: headers.iter().map(owned).collect(), body: body.to_owned() }
}

fn on_second_post(action: Action) -> Fault {
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history").after(1)
}

fn everything() -> Vec<String> {
    (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect()
}

#[tokio::test]
async fn what_trakt_forbids_for_good_is_told_once_and_the_rest_goes_on_when_it_is_mended() {
    let table = [
        (
            status(420, &[], ""),
            "account_limit",
            "make room on Trakt, or raise the account's limits",
        ),
        (status(423, &[], ""), "account_locked", "ask Trakt's support to unlock the account"),
        (status(426, &[], ""), "vip_only", "this needs a Trakt VIP account"),
        (
            status(403, &[("x-request-id", "1")], ""),
            "app_gone",
            "check TRAKT_CLIENT_ID; since July 2026 Trakt keeps the apps of VIP accounts only, and a free account may connect one community app",
        ),
        (status(422, &[], r#"{"errors":["odd"]}"#), "upstream_refused", "check the id or the code"),
    ];
    for (action, code, hint) in table {
        let bench = Bench::with(three_series(), BATCHES_OF_FOUR).await;
        bench.demo.fail(on_second_post(action).times(u32::MAX));
        let error = bench.try_run(Mode::Full).await.unwrap_err();
        assert_eq!((error.code(), error.hint()), (code, hint));
        assert_eq!(bench.trakt_requests("POST /sync/history"), 2, "{code}: it is not hammered");
        assert_eq!((bench.history(), bench.window().await), (episodes(1, 1, 1..=4), None));
        bench.demo.heal();
        assert_eq!(bench.full().await.counts["synced"], 8, "{code}");
        assert_eq!(bench.history(), everything());
    }
}

#[tokio::test]
async fn a_limit_is_obeyed_in_each_form_in_which_it_is_told() {
    let until = start_of_test() + SignedDuration::from_mins(20);
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&until).unwrap();
    let page = "<!DOCTYPE html><title>429</title>";
    let table = [
        (status(429, &[("retry-after", "1200")], ""), until),
        (status(429, &[("retry-after", &date)], ""), until),
        (status(429, &[("retry-after", "1200"), ("content-type", "text/html")], page), until),
        // Told without a time, a minute is left.
        (status(429, &[], ""), start_of_test() + SignedDuration::from_mins(1)),
    ];
    for (action, until) in table {
        let bench = Bench::with(three_series(), BATCHES_OF_FOUR).await;
        bench.demo.fail(on_second_post(action.clone()));
        let report = bench.full().await;
        assert_eq!((report.state, report.next_attempt), ("partial", Some(until)), "{action:?}");
        assert_eq!(report.remaining, 8);
        // Called again too early, it posts nothing and names the same time.
        assert_eq!(bench.full().await.next_attempt, Some(until), "{action:?}");
        assert_eq!(bench.trakt_requests("POST /sync/history"), 2);
        bench.time_passes(wait(&bench, until));
        assert_eq!(bench.full().await.state, "complete", "{action:?}");
        assert_eq!(bench.history(), everything());
        assert_eq!(bench.demo.stats().ignored_retry_after, 0);
    }
}

fn wait(bench: &Bench, until: Timestamp) -> Duration {
    until.duration_since(bench.now()).try_into().unwrap()
}

#[tokio::test]
async fn the_edge_that_turns_a_write_away_stops_the_run_and_nothing_is_lost() {
    let bench = Bench::with(three_series(), BATCHES_OF_FOUR).await;
    bench.demo.fail(on_second_post(Action::Html { status: 403 }));
    let report = bench.full().await;
    assert_eq!((report.state, report.remaining), ("partial", 8));
    assert!(report.cause.unwrap().contains("turned the request away at its edge"));
    assert_eq!(bench.full().await.state, "complete");
    assert_eq!(bench.history(), everything());
}

/// What somebody else's outage may look like.
fn outages() -> [Action; 6] {
    let error = r#"{"data":null,"errors":[{"message":"Internal Server Error","status":500}]}"#;
    [
        Action::Html { status: 503 },
        Action::Html { status: 200 },
        status(200, &[], error),
        status(200, &[], ""),
        Action::Truncate,
        Action::Reset,
    ]
}

/// Three series that are placed, and one that only a look-up at TMDB could place.
fn world() -> World {
    with_unlisted(three_series(), 9, entry(9, ListStatus::Current, 2))
}

#[tokio::test]
async fn an_outage_of_any_service_costs_nothing_but_time() {
    let services = [
        Service::ANILIST,
        Service::TRAKT,
        Service::TMDB,
        Service::OTAKU,
        Service::FRIBBS,
        Service::ANIBRIDGE,
    ];
    let cases = services.iter().flat_map(|one| outages().map(|action| (*one, action)));
    // Most of the time is spent waiting for repeats.
    let mut all: JoinSet<()> = cases.map(|(service, action)| an_outage(service, action)).collect();
    while let Some(ended) = all.join_next().await {
        ended.unwrap();
    }
}

async fn an_outage(service: Service, action: Action) {
    let bench = Bench::start(world()).await;
    bench.full().await;
    bench.watch(1, 6);
    bench.hours_pass(25);
    // The makers publish anew, so that their hosts have something to send.
    bench.demo.world(|world, _| {
        let more = media(70, Some(3));
        world.mappings.push(Mapping::to_season(&more, &show(70, 3), Some(1), 0));
    });
    bench.demo.publish_datasets().await.unwrap();
    let before = bench.history();
    bench.demo.fail(Fault::new(service, action.clone()).times(u32::MAX));
    // Whatever comes of it, nothing wrong is posted.
    drop(bench.try_run(Mode::Full).await);
    let during = bench.history();
    let expected = [episodes(1, 1, 1..=6), episodes(2, 1, 1..=4), episodes(3, 1, 1..=4)].concat();
    assert!(during == before || during == expected, "{service} {action:?}");
    bench.demo.heal();
    bench.hours_pass(1);
    assert_eq!(bench.full().await.state, "complete", "{service} {action:?}");
    assert_eq!(bench.history(), expected, "{service} {action:?}");
}

#[tokio::test]
async fn a_service_that_is_gone_is_asked_a_few_times_and_then_left_alone() {
    for service in [Service::ANILIST, Service::TRAKT] {
        let bench = Bench::start(three_series()).await;
        bench.demo.fail(Fault::new(service, Action::Html { status: 503 }).times(u32::MAX));
        for _ in 0..20 {
            drop(bench.try_run(Mode::Full).await);
        }
        let asked = bench.demo.stats().count(service);
        assert!(asked <= 6, "{service} was asked {asked} times by 20 runs");
        bench.demo.heal();
        bench.time_passes(Duration::from_mins(1));
        // One request tries whether it is back, and what it kept waiting follows at once.
        assert_eq!(bench.full().await.state, "complete", "{service}");
        assert_eq!(bench.history(), everything());
    }
}
