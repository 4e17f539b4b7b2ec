//! What a library costs on a network, counted in the transport.

use std::sync::Arc;

use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::library::{
    Author, Entry, ItemId, Kind, Listing, New, Origin, Sort, Step, Work,
};
use anilist_trakt_sync::store::{RedisStore, SqliteStore, Store, Write, keys};

use crate::backends::{Way, new_prefix};
use crate::front::Front;
use crate::server::is_installed;
use crate::{backends, bench};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_one_round_trip_and_a_step_two_however_large_the_library_is_over_tcp() {
    if is_installed() {
        costs(&Way::Tcp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_one_round_trip_and_a_step_two_however_large_the_library_is_over_rest() {
    if is_installed() {
        costs(&Way::Rest(Front::start(&backends::server().url()).await)).await;
    }
}

async fn costs(way: &Way) {
    let demo = bench::services(1).await;
    let store = Arc::new(way.open(&new_prefix()));
    let shared: Arc<dyn Store> = Arc::<RedisStore>::clone(&store);
    let person = bench::person(&demo, shared, &[]);
    for (titles, of_a_first_look) in [(10, 5), (5000, 20)] {
        add_up_to(&person, titles).await;
        // Another process, that has seen nothing yet.
        let shared: Arc<dyn Store> = Arc::<RedisStore>::clone(&store);
        let other = bench::person(&demo, shared, &[]);
        let first = trips(&store, look(&other, titles)).await;
        assert!(first <= of_a_first_look, "{first} for {titles}");
        assert_eq!(trips(&store, look(&other, titles)).await, 1);
        assert_eq!(trips(&store, step(&other)).await, 2);
        // Whoever comes back to what another changed reads it anew.
        look(&person, titles).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_in_other_words_is_the_same_mark() {
    let (demo, folder) = (bench::services(1).await, tempfile::tempdir().unwrap());
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let person = bench::person(&demo, Arc::clone(&store), &[]);
    add_up_to(&person, 10).await;
    let written = store.config(&bench::me(), &[keys::LIBRARY]).await.unwrap().remove(0).unwrap();
    let mark: serde_json::Value = serde_json::from_str(&written).unwrap();
    let other_words = format!("{{ \"last\": {}, \"version\": {} }}", mark["last"], mark["version"]);
    assert_ne!(other_words, written);
    let value = Some(other_words);
    let write = vec![Write::Config { key: keys::LIBRARY, value }];
    store.write(&bench::me(), write).await.unwrap();
    step(&person).await;
    assert_eq!(store.config(&bench::me(), &[keys::LIBRARY]).await.unwrap().len(), 1);
}

async fn trips(store: &RedisStore, work: impl Future<Output = ()>) -> u64 {
    let before = store.traffic().round_trips;
    work.await;
    store.traffic().round_trips - before
}

async fn add_up_to(person: &Person, titles: usize) {
    let new = |number: usize| New {
        kind: Kind::Anime,
        origin: Origin::Local,
        work: Work::titled(format!("Title {number}")),
        entry: Entry::default(),
    };
    let library = person.library();
    let added = library.change(Author::Import, |draft| {
        let has = (1..=5000).take_while(|id| draft.get(ItemId(*id)).is_some()).count();
        (has..titles).try_for_each(|number| draft.add(new(number)).map(drop))
    });
    added.await.unwrap();
}

async fn look(person: &Person, titles: usize) {
    let library = person.library().read().await.unwrap();
    let page = Listing { sort: Sort::Title, limit: Some(50), ..Listing::default() }.of(&library);
    assert_eq!(page.total, titles);
}

async fn step(person: &Person) {
    let step = Step { unit: None, forward: true };
    let changed = person.library().change(Author::You, |draft| draft.step(ItemId(7), step)).await;
    assert_eq!(changed.unwrap().touched.map(|touched| touched.put.len()), Some(1));
}
