//! What a person sets while the service runs.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::Service;
use anilist_trakt_sync::hub::scheduler;
use anilist_trakt_sync::hub::settings::{Change, Field};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};
use tokio::time::timeout;

use crate::bench::{Bench, episodes};
use crate::worlds::{one_series, three_series};

fn to(field: Field, text: &str) -> Change {
    (field, Some(text.into()))
}

#[tokio::test]
async fn a_run_keeps_what_it_began_with_and_the_next_one_goes_by_what_was_set() {
    let bench = Bench::with(three_series(), &[]).await;
    bench
        .person
        .change(&[to(Field::MaxPlaysPerRun, "5"), to(Field::BatchSize, "1")])
        .await
        .unwrap();
    let held = Fault::new(Service::TRAKT, Action::Held).path("/sync/history").method("POST");
    bench.demo.fail(held);
    let person = Arc::clone(&bench.person);
    let going = tokio::spawn(async move { run(&person, Mode::Full, Trigger::Manual).await });
    let posts = |seen: &str| seen.starts_with("/sync/history");
    while !bench.demo.stats().requests.iter().any(|seen| posts(&seen.address)) {
        tokio::task::yield_now().await;
    }
    let changes = [to(Field::MaxPlaysPerRun, "1"), (Field::BatchSize, None)];
    bench.person.change(&changes).await.unwrap();
    bench.demo.heal();
    let report = going.await.unwrap().unwrap();
    assert_eq!((report.posted(), bench.demo.stats().history_posts), (5, 5));
    assert_eq!(bench.full().await.counts["synced"], 1);
}

#[tokio::test]
async fn what_another_process_set_is_noticed_within_a_minute() {
    let bench = Bench::with(one_series(3), &[]).await;
    let person = bench.person.fresh().await;
    let other = bench.another_process();
    other.change(&[to(Field::Timezone, "Asia/Tokyo")]).await.unwrap();
    assert!(person.fresh().await.set.timezone.is_none());
    bench.clock.advance(Duration::from_mins(1));
    assert_eq!(person.fresh().await.settings.timezone.iana_name(), Some("Asia/Tokyo"));
}

#[tokio::test]
async fn a_schedule_that_is_set_wakes_a_service_that_had_none() {
    let bench = Bench::with(one_series(3), &[]).await;
    let mut news = bench.person.live.subscribe();
    let keeping = tokio::spawn(scheduler::keep(Arc::clone(&bench.person)));
    bench.hours_pass(48);
    assert!(timeout(Duration::from_millis(50), news.recv()).await.is_err(), "nothing is due");
    bench.person.change(&[to(Field::Schedule, "0 3 * * *")]).await.unwrap();
    let at_night = async {
        // Whatever is set wakes it, so it sees by the clock of the test what is due.
        for language in ["english", "native"].into_iter().cycle() {
            bench.hours_pass(24);
            bench.person.change(&[to(Field::TitleLanguage, language)]).await.unwrap();
            if timeout(Duration::from_millis(50), news.recv()).await.is_ok() {
                return;
            }
        }
    };
    timeout(Duration::from_secs(10), at_night).await.unwrap();
    while bench.person.store.runs(1).await.unwrap().iter().all(|run| run.finished_at.is_none()) {
        news.recv().await.unwrap();
    }
    assert_eq!(bench.history(), episodes(1, 1, 1..=3));
    keeping.abort();
}
