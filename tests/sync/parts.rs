//! A batch of which the answer is lost and only a part arrives, and its undo.

use std::ops::Range;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{AnilistId, PlayOutcome, RunId, Service};
use anilist_trakt_sync::store::{Write, keys};
use anilist_trakt_sync::sync::Mode;
use anilist_trakt_sync::sync::afresh::start_afresh;
use anilist_trakt_sync::sync::undo::preview;

use crate::bench::{Bench, episodes};
use crate::undo::counts;
use crate::worlds::three_series;

/// The answer to the second batch is lost, and of its five plays these arrive: the last three of
/// show 2, and the first two of show 3.
fn second_batch(arrive: Range<usize>) -> Fault {
    let lost = Action::Status { status: 502, headers: Vec::new(), body: String::new() };
    let on_post = Fault::new(Service::TRAKT, lost).method("POST").path("/sync/history");
    on_post.after(1).partly(arrive)
}

/// A first sync of three series of four in batches of five, the second of which arrives in part.
async fn partly_synced(arrive: Range<usize>) -> Bench {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    bench.demo.fail(second_batch(arrive));
    assert_eq!(bench.full().await.state, "partial");
    bench
}

fn second_batch_names() -> Vec<String> {
    [episodes(2, 1, 2..=4), episodes(3, 1, 1..=2)].concat()
}

/// Every part of the batch that is not all of it.
fn parts() -> impl Iterator<Item = Range<usize>> {
    (0..5)
        .flat_map(|first| (first + 1..=5).map(move |end| first..end))
        .filter(|part| part.len() < 5)
}

async fn outcomes(bench: &Bench, outcome: PlayOutcome) -> usize {
    bench.plays_of(1).await.iter().filter(|sent| sent.outcome == outcome).count()
}

#[tokio::test]
async fn whatever_part_arrives_each_play_is_there_once() {
    for part in parts() {
        let bench = partly_synced(part.clone()).await;
        bench.writes_have_landed();
        assert_eq!(bench.full().await.state, "complete", "{part:?}");
        let everything: Vec<_> = (1..=3).flat_map(|show| episodes(show, 1, 1..=4)).collect();
        assert_eq!(bench.history(), everything, "{part:?}");
        for title in 1..=3 {
            assert_eq!(bench.last_abs(title).await, Some(4), "{part:?}");
        }
        assert_eq!(bench.full().await.counts["found"], 0);
    }
}

/// When the undo comes.
#[derive(Debug, Clone, Copy)]
enum Undo {
    AtOnce,
    OnceItIsKnown,
    AfterARunThatHadToWait,
}

#[tokio::test]
async fn what_an_undo_took_of_a_part_is_not_posted_again() {
    for part in parts() {
        for when in [Undo::AtOnce, Undo::OnceItIsKnown, Undo::AfterARunThatHadToWait] {
            let bench = partly_synced(part.clone()).await;
            match when {
                Undo::AtOnce => {}
                Undo::OnceItIsKnown => bench.writes_have_landed(),
                Undo::AfterARunThatHadToWait => {
                    bench.writes_have_landed();
                    bench.demo.fail(busy());
                    assert_eq!(bench.full().await.counts["synced"], 0);
                    bench.hours_pass(1);
                }
            }
            // Without the second batch, seven plays were sent.
            let arrived = 7 + part.len();
            assert_eq!(counts(&bench.undo(1).await).0, arrived as u64, "{part:?} {when:?}");
            assert_eq!(bench.history(), [""; 0]);
            bench.writes_have_landed();
            bench.undo(1).await;
            bench.full().await;
            let mut never_posted = second_batch_names();
            never_posted.drain(part.clone());
            assert_eq!(bench.history(), never_posted, "{part:?} {when:?}");
            assert_eq!(bench.full().await.counts["found"], 0, "{part:?} {when:?}");
            assert_eq!(outcomes(&bench, PlayOutcome::Removed).await, arrived);
            assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
        }
    }
}

fn busy() -> Fault {
    let headers = vec![("retry-after".to_owned(), "60".to_owned())];
    let action = Action::Status { status: 429, headers, body: String::new() };
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history")
}

#[tokio::test]
async fn a_part_that_lands_after_the_undo_is_the_run_s_and_what_was_undone_stays_so() {
    for part in parts() {
        for sync_first in [true, false] {
            let bench = partly_synced(part.clone()).await;
            let arrived = 7 + part.len();
            assert_eq!(counts(&bench.undo(1).await).0, arrived as u64);
            bench.demo.land();
            if sync_first {
                assert_eq!(bench.full().await.counts["synced"], 0);
                assert_eq!(outcomes(&bench, PlayOutcome::Removed).await, arrived, "{part:?}");
                assert_eq!(outcomes(&bench, PlayOutcome::Accepted).await, 12 - arrived);
            }
            let told = preview(&bench.person, RunId(1)).await.unwrap();
            assert_eq!((told.plays.len(), told.already_gone), (12 - arrived, arrived), "{part:?}");
            let report = bench.undo(1).await;
            assert_eq!((report.state, counts(&report).0), ("complete", (12 - arrived) as u64));
            assert_eq!(outcomes(&bench, PlayOutcome::Removed).await, 12);
            bench.full().await;
            assert_eq!(bench.history(), [""; 0], "{part:?}");
        }
    }
}

#[tokio::test]
async fn the_undo_of_a_part_is_forgotten_where_a_title_is_started_afresh() {
    let bench = partly_synced(2..3).await;
    bench.undo(1).await;
    bench.writes_have_landed();
    start_afresh(&bench.person, AnilistId(2)).await.unwrap();
    assert_eq!(bench.try_run(Mode::Show(AnilistId(2))).await.unwrap().counts["synced"], 4);
    assert_eq!(bench.history(), episodes(2, 1, 1..=4));
}

#[tokio::test]
async fn a_whole_batch_in_the_record_of_the_version_before_is_settled_once() {
    let bench = partly_synced(2..5).await;
    // It kept a batch whole until all of it was settled.
    let stored = bench.config(keys::IN_FLIGHT).await.unwrap();
    let mut record: serde_json::Value = serde_json::from_str(&stored).unwrap();
    let sent = bench.plays_of(1).await;
    let group = &mut record["batches"][0]["adding"];
    let kept = bench.person.store.run_plays(RunId(1)).await.unwrap();
    let arrived = kept.into_iter().find(|kept| kept.group == 2).unwrap();
    assert_eq!((sent.len(), arrived.plays.len()), (10, 3));
    let whole = serde_json::to_value(&arrived).unwrap();
    group["plays"].as_array_mut().unwrap().extend(whole["plays"].as_array().unwrap().clone());
    let value = Some(record.to_string());
    bench.undo(1).await;
    bench.write(Write::Config { key: keys::IN_FLIGHT, value }).await;
    bench.writes_have_landed();
    bench.full().await;
    assert_eq!(bench.history(), episodes(2, 1, 2..=3));
    assert_eq!(outcomes(&bench, PlayOutcome::Removed).await, 10);
}
