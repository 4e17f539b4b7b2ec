//! What a person watches and reads, and what became of it.

use std::sync::Arc;

use anilist_trakt_sync_core::domain::AnilistId;
use anilist_trakt_sync_core::library::{
    Author, Change, Entry, FieldChange, Ids, Item, ItemId, Kind, Mark, Origin, ReadDay, Work,
};
use anilist_trakt_sync_store::{KEPT_CHANGES, Store, Write, keys};
use jiff::civil::date;
use serde_json::json;

use crate::backends::Place;
use crate::samples::{me, moment, someone_else};

on_every_backend! {
    items_are_read_back_as_they_were,
    an_item_that_is_removed_takes_its_changes_along,
    changes_come_newest_first_and_only_so_many_are_kept,
    what_is_made_from_an_old_state_is_not_written,
    of_two_changes_of_one_state_one_is_made,
    days_add_up,
    a_large_library_is_written_and_read_whole,
    what_a_person_has_in_the_library_goes_with_them,
}

pub(crate) fn item(id: u64) -> Item {
    let number = u32::try_from(id).unwrap();
    let ids = Ids { anilist: Some(AnilistId(number)), ..Ids::default() };
    let work = Work { ids, max_progress: Some(12), ..Work::titled(format!("Title {id} 葬送")) };
    let entry =
        Entry { progress: number % 12, notes: Some("a 'note'\n".repeat(9)), ..Entry::default() };
    let (kind, origin) = (Kind::Anime, Origin::Anilist);
    Item { id: ItemId(id), kind, origin, work, entry, created_at: moment(1), updated_at: moment(2) }
}

pub(crate) fn item_change(id: u64, version: u64) -> Change {
    let progress = FieldChange {
        field: "progress".to_owned(),
        before: json!(version - 1),
        after: json!(version),
    };
    Change {
        item: ItemId(id),
        version,
        at: moment(i64::try_from(version).unwrap()),
        by: Author::You,
        added: false,
        fields: vec![progress],
        why: Some("because; of: [this] (and) that".to_owned()),
    }
}

fn put(id: u64) -> Write {
    Write::Item(Arc::new(item(id)))
}

fn mark(version: u64) -> String {
    serde_json::to_string(&Mark { version, last: version }).unwrap()
}

async fn write(store: &dyn Store, writes: Vec<Write>) {
    store.write(&me(), writes).await.unwrap();
}

async fn items_are_read_back_as_they_were(place: Place) {
    let store = place.open().await;
    assert_eq!(store.items(&me()).await.unwrap(), []);
    let bare = Item { work: Work::titled("Only a title"), entry: Entry::default(), ..item(2) };
    write(&*store, vec![Write::Item(Arc::new(bare.clone())), put(10), put(1)]).await;
    store.write(&someone_else(), vec![put(5)]).await.unwrap();
    assert_eq!(store.items(&me()).await.unwrap(), [item(1), bare, item(10)]);
    let other = Item { kind: Kind::Manga, ..item(1) };
    write(&*store, vec![Write::Item(Arc::new(other.clone())), Write::RemoveItem(ItemId(2))]).await;
    assert_eq!(place.open().await.items(&me()).await.unwrap(), [other, item(10)]);
}

async fn an_item_that_is_removed_takes_its_changes_along(place: Place) {
    let store = place.open().await;
    let changes = [(1, 1), (1, 12), (2, 3), (11, 4)].map(|(id, version)| item_change(id, version));
    write(&*store, changes.into_iter().map(Write::ItemChange).collect()).await;
    write(&*store, vec![put(1), put(2), Write::RemoveItem(ItemId(1))]).await;
    assert_eq!(store.item_changes(&me(), Some(ItemId(1)), 9).await.unwrap(), []);
    let others = store.item_changes(&me(), None, 9).await.unwrap();
    assert_eq!(others, [item_change(2, 3), item_change(11, 4)]);
}

async fn changes_come_newest_first_and_only_so_many_are_kept(place: Place) {
    let store = place.open().await;
    let kept = u64::from(KEPT_CHANGES);
    for versions in [1..kept, kept..kept + 20] {
        let changes = versions.map(|version| Write::ItemChange(item_change(7, version)));
        write(&*store, changes.chain([Write::ItemChange(item_change(8, 5))]).collect()).await;
    }
    let changes = store.item_changes(&me(), Some(ItemId(7)), u32::MAX).await.unwrap();
    let versions: Vec<u64> = changes.iter().map(|change| change.version).collect();
    assert_eq!(versions, (20..kept + 20).rev().collect::<Vec<_>>());
    assert_eq!(changes[0], item_change(7, kept + 19));
    let newest = store.item_changes(&me(), Some(ItemId(7)), 2).await.unwrap();
    assert_eq!(newest, changes[..2]);
    assert_eq!(store.item_changes(&someone_else(), Some(ItemId(7)), 9).await.unwrap(), []);
}

async fn what_is_made_from_an_old_state_is_not_written(place: Place) {
    let store = place.open().await;
    let step = |from: Option<u64>, to: u64, id: u64| {
        let config = Write::Config { key: keys::LIBRARY, value: Some(mark(to)) };
        (from.map(mark), vec![config, put(id)])
    };
    for (step, done) in
        [(step(None, 1, 1), true), (step(None, 1, 2), false), (step(Some(1), 2, 3), true)]
    {
        let (from, writes) = step;
        let made = store.write_if(&me(), keys::LIBRARY, from.as_deref(), writes).await;
        assert_eq!(made.unwrap(), done);
    }
    assert_eq!(store.items(&me()).await.unwrap(), [item(1), item(3)]);
}

async fn of_two_changes_of_one_state_one_is_made(place: Place) {
    let stores = [place.open().await, place.open().await];
    for round in 0..10 {
        let from = (round > 0).then(|| mark(round));
        let take = |(store, id): (&Arc<dyn Store>, u64)| {
            let (store, from) = (Arc::clone(store), from.clone());
            let config = Write::Config { key: keys::LIBRARY, value: Some(mark(round + 1)) };
            tokio::spawn(async move {
                let writes = vec![config, put(id)];
                store.write_if(&me(), keys::LIBRARY, from.as_deref(), writes).await.unwrap()
            })
        };
        let [one, other] = [(&stores[0], 2 * round + 1), (&stores[1], 2 * round + 2)].map(take);
        assert!(one.await.unwrap() != other.await.unwrap());
    }
    assert_eq!(stores[0].items(&me()).await.unwrap().len(), 10);
}

async fn days_add_up(place: Place) {
    let store = place.open().await;
    let on = |day, episodes, chapters| ReadDay { day, episodes, chapters };
    let (first, second) = (date(2026, 2, 28), date(2026, 3, 1));
    for read in [on(second, 3, 0), on(first, 0, 12), on(second, -1, 2), on(second, 0, 0)] {
        write(&*store, vec![Write::Read(read)]).await;
    }
    assert_eq!(store.read_days(&me()).await.unwrap(), [on(first, 0, 12), on(second, 2, 2)]);
    assert_eq!(store.read_days(&someone_else()).await.unwrap(), []);
}

async fn a_large_library_is_written_and_read_whole(place: Place) {
    let store = place.open().await;
    let changes = (1..=3000).map(|id| Write::ItemChange(item_change(id, 1)));
    write(&*store, (1..=3000).map(put).chain(changes).collect()).await;
    let items = store.items(&me()).await.unwrap();
    assert!(items.iter().map(|item| item.id.0).eq(1..=3000));
    assert_eq!(items[2999], item(3000));
    assert_eq!(store.item_changes(&me(), None, u32::MAX).await.unwrap().len(), 3000);
}

async fn what_a_person_has_in_the_library_goes_with_them(place: Place) {
    let store = place.open().await;
    let read = ReadDay { day: date(2026, 2, 28), episodes: 1, chapters: 1 };
    for account in [me(), someone_else()] {
        let writes = vec![put(1), Write::ItemChange(item_change(1, 1)), Write::Read(read)];
        store.write(&account, writes).await.unwrap();
    }
    store.forget(&someone_else()).await.unwrap();
    assert_eq!(store.items(&someone_else()).await.unwrap(), []);
    assert_eq!(store.item_changes(&someone_else(), None, 9).await.unwrap(), []);
    assert_eq!(store.read_days(&someone_else()).await.unwrap(), []);
    assert_eq!(store.items(&me()).await.unwrap(), [item(1)]);
    assert_eq!(store.read_days(&me()).await.unwrap(), [read]);
}
