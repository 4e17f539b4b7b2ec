//! Two people on one store: nothing of one is seen, locked, counted, stopped or told to the other.

use std::sync::Arc;

use anilist_trakt_sync::demo::world::ListEntry;
use anilist_trakt_sync::demo::{Action, Demo, Fault};
use anilist_trakt_sync::domain::{
    AccountId, AnilistId, ListStatus, MappingKind, Override, RunId, RunState, Service, TraktShowId,
};
use anilist_trakt_sync::hub::corrections::{self, Trial, Which};
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::hub::waiting;
use anilist_trakt_sync::placing::share::Policy;
use anilist_trakt_sync::store::transfer::{Line, export};
use anilist_trakt_sync::store::{Store, keys};
use anilist_trakt_sync::sync::afresh::start_afresh;
use anilist_trakt_sync::sync::explanation::explain;
use anilist_trakt_sync::sync::lock::running_since;
use anilist_trakt_sync::sync::prepare::prepare;
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::suggestions::suggest;
use anilist_trakt_sync::sync::undo::{preview, undo};
use anilist_trakt_sync::sync::{Mode, Trigger};

use crate::backends::Place;
use crate::bench::{episodes_once, me, person_of, services_with, someone_else};

on_every_backend! {
    what_each_does_at_the_same_time_is_done_for_each,
    what_one_does_changes_nothing_of_the_other,
    a_run_of_one_neither_holds_up_nor_is_stopped_by_the_other,
}

/// A person with a list and a history of their own, on the store that both share.
struct Somebody {
    demo: Demo,
    person: Arc<Person>,
}

impl Somebody {
    async fn new(store: &Arc<dyn Store>, account: AccountId, titles: u32, watched: u32) -> Self {
        let entry = |id| ListEntry::new(id, ListStatus::Current, watched);
        let demo = services_with(titles, entry).await;
        let person = person_of(&demo, Arc::clone(store), account);
        Self { demo, person }
    }

    async fn full(&self) -> usize {
        let report = run(&self.person, Mode::Full, Trigger::Manual).await.unwrap();
        assert!(!report.is_partial(), "{report:?}");
        report.posted()
    }

    async fn runs(&self) -> Vec<(u64, RunState)> {
        let runs = self.person.store.runs(50).await.unwrap();
        runs.into_iter().map(|run| (run.id.0, run.state)).collect()
    }

    /// All that the store has of this person.
    async fn kept(&self) -> Vec<Line> {
        let lines = export(&**self.person.store.shared()).await.unwrap();
        let mut of = None;
        let is_own = |line: &Line| {
            if let Line::Account { id } = line {
                of = Some(id.clone());
            }
            of.as_ref() == Some(self.person.store.account())
        };
        lines.into_iter().filter(is_own).filter(is_of_a_person).collect()
    }
}

/// Shows, mapping files and log lines belong to everybody.
fn is_of_a_person(line: &Line) -> bool {
    !matches!(line, Line::Show(_) | Line::Log(_) | Line::Dataset { .. })
}

async fn two(place: &Place) -> (Somebody, Somebody) {
    let store = place.open().await;
    let first = Somebody::new(&store, me(), 3, 12).await;
    let second = Somebody::new(&store, someone_else(), 2, 5).await;
    (first, second)
}

async fn what_each_does_at_the_same_time_is_done_for_each(place: Place) {
    let (one, other) = two(&place).await;
    assert_eq!(tokio::join!(one.full(), other.full()), (36, 10));
    assert_eq!((episodes_once(&one.demo), episodes_once(&other.demo)), (36, 10));
    for (person, titles) in [(&one, 3), (&other, 2)] {
        assert_eq!(person.runs().await, [(1, RunState::Complete)]);
        assert_eq!(person.person.store.settled().await.unwrap().len(), titles);
        assert_eq!(person.person.store.mappings().await.unwrap().len(), titles);
        assert_eq!(person.person.store.verdicts().await.unwrap().len(), titles);
        assert_eq!(person.person.store.levels(&[]).await.unwrap().waiting, 0);
    }
    let sent = async |person: &Somebody| {
        let (_, count) = person.person.store.some_run_plays(RunId(1), 0..1).await.unwrap();
        count
    };
    assert_eq!(tokio::join!(sent(&one), sent(&other)), (36, 10));
    // A run of each that finds nothing goes by that person's own note.
    assert_eq!(tokio::join!(one.full(), other.full()), (0, 0));
    let (first, second) = tokio::join!(undo(&one.person, RunId(1)), undo(&other.person, RunId(1)));
    assert!(!first.unwrap().is_partial() && !second.unwrap().is_partial());
    assert_eq!((episodes_once(&one.demo), episodes_once(&other.demo)), (0, 0));
}

async fn what_one_does_changes_nothing_of_the_other(place: Place) {
    let (one, other) = two(&place).await;
    tokio::join!(one.full(), other.full());
    let (title, show) = (AnilistId(1), TraktShowId(50_001));
    let before = other.kept().await;
    assert!(before.len() > 8, "{before:?}");

    let mut mapping = one.person.store.mappings().await.unwrap().remove(0);
    mapping.kind = MappingKind::Manual;
    corrections::map(&one.person, mapping).await.unwrap();
    let correction =
        Override { trakt_id: show, abs: 2, season: 1, episode: 3, anilist_id: Some(title) };
    corrections::correct(&one.person, correction).await.unwrap();
    let file = corrections::all(&one.person).await.unwrap();
    corrections::import(&one.person, &file, Policy::Replace, Trial::Real).await.unwrap();
    explain(&one.person, title).await.unwrap();
    suggest(&one.person, title).await.unwrap();
    start_afresh(&one.person, title).await.unwrap();
    prepare(&one.person, Mode::Full).await.unwrap();
    preview(&one.person, RunId(1)).await.unwrap();
    one.full().await;
    let which = Which { show, abs: 2, title: Some(title) };
    corrections::uncorrect(&one.person, which).await.unwrap();
    corrections::unmap(&one.person, title).await.unwrap();
    undo(&one.person, RunId(1)).await.unwrap();

    assert_eq!(other.kept().await, before);
    assert_eq!(
        corrections::all(&other.person).await.unwrap().write().unwrap().matches("Id").count(),
        0
    );
    // What one has, the other can neither take back nor decide about.
    assert!(corrections::unmap(&other.person, title).await.is_err());
    assert!(corrections::uncorrect(&other.person, which).await.is_err());
    assert!(
        waiting::set_ignored(&other.person, AnilistId(3), waiting::Ignored::Yes).await.is_err()
    );
    assert!(waiting::keep(&other.person, title).await.is_err());
    assert_eq!(other.kept().await, before);
    assert_eq!(episodes_once(&other.demo), 10);
}

async fn a_run_of_one_neither_holds_up_nor_is_stopped_by_the_other(place: Place) {
    let (one, other) = two(&place).await;
    let mut told = other.person.live.subscribe();
    one.demo.fail(Fault::new(Service::TRAKT, Action::Held).path("/sync/history").method("POST"));
    let person = Arc::clone(&one.person);
    let held = tokio::spawn(async move { run(&person, Mode::Full, Trigger::Manual).await });
    let is_posting = |seen: &str| seen.starts_with("/sync/history");
    while !one.demo.stats().requests.iter().any(|seen| is_posting(&seen.address)) {
        tokio::task::yield_now().await;
    }
    assert!(running_since(&one.person).await.unwrap().is_some());
    assert_eq!(running_since(&other.person).await.unwrap(), None);
    assert_eq!(other.person.store.config(&[keys::IN_FLIGHT]).await.unwrap(), [None]);
    // Both runs have the number 1.
    assert!(!other.person.live.cancel(RunId(1)), "nothing of the other's goes on");
    assert!(told.try_recv().is_err(), "the other is told of nothing");
    assert_eq!(other.full().await, 10);
    assert!(running_since(&one.person).await.unwrap().is_some());
    assert!(one.person.live.run().is_some_and(|run| !run.cancelled));
    one.demo.heal();
    held.await.unwrap().unwrap();
    assert_eq!((episodes_once(&one.demo), episodes_once(&other.demo)), (36, 10));
    assert_eq!((one.runs().await.len(), other.runs().await.len()), (1, 1));
}
