//! A season that Trakt renumbers while it is not known what became of a batch.

use anilist_trakt_sync::demo::world::TraktShow;
use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{Episode, Service, Show, Slot, TraktShowId};
use anilist_trakt_sync::store::keys;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};

use crate::bench::{Bench, episodes};
use crate::worlds::{show, three_series};

const POST: &str = "POST /sync/history";

/// Show 2 with its episodes as season 2, under their ids.
fn as_season_two() -> TraktShow {
    let mut show = show(2, 12);
    let second = |episode: &Episode| Episode {
        slot: Slot { season: 2, number: episode.slot.number },
        ..episode.clone()
    };
    let episodes = show.episodes.episodes().iter().map(second).collect();
    show.episodes = Show::new(TraktShowId(2), episodes);
    show
}

/// The second batch has three plays of show 2 and two of show 3. Its answer is lost, and so is the
/// history that would tell.
async fn lost(fault: impl FnOnce(Fault) -> Fault) -> Bench {
    let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
    let hang = Fault::new(Service::TRAKT, Action::Reset).method("POST").path("/sync/history");
    bench.demo.fail(fault(hang.after(1)));
    let down = Fault::new(Service::TRAKT, Action::Html { status: 503 });
    bench.demo.fail(down.path("/sync/last_activities").after(1).times(u32::MAX));
    assert_eq!(bench.full().await.state, "partial");
    bench.demo.heal();
    bench.demo.world(|world, _| world.renumber(as_season_two()));
    bench.writes_have_landed();
    bench
}

fn everything() -> Vec<String> {
    let [one, three] = [1, 3].map(|show| episodes(show, 1, 1..=4));
    [one, episodes(2, 2, 1..=4), three].concat()
}

#[tokio::test]
async fn what_arrived_before_a_season_was_renumbered_is_not_posted_again() {
    for part in [0..5, 1..5, 2..4] {
        for restarts in [false, true] {
            let mut bench = lost(|fault| fault.partly(part.clone())).await;
            if restarts {
                bench.restart();
            }
            // The stored copy of the show is of today, and has the old numbers.
            run(&bench.another_process(), Mode::Full, Trigger::Auto).await.unwrap();
            assert_eq!(bench.full().await.state, "complete");
            assert_eq!(bench.history(), everything(), "{part:?}");
            assert_eq!(bench.config(keys::IN_FLIGHT).await, None);
            let sent: Vec<_> = bench.plays_of(1).await.iter().map(|sent| sent.play.abs).collect();
            assert_eq!(sent.len(), 5 + part.len(), "{sent:?}");
        }
    }
}

#[tokio::test]
async fn what_did_not_arrive_is_posted_under_the_new_numbers() {
    let bench = lost(|fault| fault).await;
    assert_eq!(bench.full().await.counts["synced"], 7);
    assert_eq!(bench.history(), everything());
}

#[tokio::test]
async fn only_plays_that_are_missing_for_good_cost_a_look_by_id() {
    for arrives in [true, false] {
        let bench = Bench::with(three_series(), &[("TRAKT_BATCH_SIZE", "5")]).await;
        let lost = Fault::new(Service::TRAKT, Action::Reset).method("POST").path("/sync/history");
        bench.demo.fail(lost.late().after(1));
        assert_eq!(bench.full().await.state, "partial");
        for known in [false, true] {
            if known && arrives {
                bench.demo.land();
            }
            if known {
                bench.writes_have_landed();
            }
            bench.requests();
            bench.full().await;
            let asked = bench.requests();
            let looked = asked.iter().any(|route| route.starts_with("GET /sync/history"));
            assert_eq!(looked, known && !arrives, "{asked:?}");
            assert_eq!(asked.iter().any(|route| route == POST), known && !arrives);
        }
    }
}
