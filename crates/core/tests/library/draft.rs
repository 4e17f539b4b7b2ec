//! What is stored of a change.

use anilist_trakt_sync_core::domain::AnilistId;
use anilist_trakt_sync_core::library::{
    Author, Edit, Item, ItemId, Kind, Library, New, Refused, RemoteId,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::samples::{add, any_fields, at, changed, item, object, three};

fn edit(value: Value) -> Edit {
    Edit::read(&object(value)).unwrap()
}

#[test]
fn the_same_work_is_there_once() {
    let mut library = three();
    let twice = json!({"title": "Frieren again", "type": "anime", "anilist_id": 154_587});
    assert_eq!(add(&mut library, twice), Err(Refused::There(ItemId(1))));
    let by_another = json!({"title": "Frieren", "type": "anime", "mal_id": 52_991});
    assert_eq!(add(&mut library, by_another), Err(Refused::There(ItemId(1))));
    let same_number = json!({"title": "A manga of that number", "type": "manga", "mal_id": 52_991});
    assert_eq!(add(&mut library, same_number), Ok(ItemId(4)), "anime and manga are numbered apart");
    let without = json!({"title": "apricot tales", "type": "anime"});
    assert_eq!(add(&mut library, without), Ok(ItemId(5)), "without an id nobody can tell");
    let taken = edit(json!({"mal_id": 52_991}));
    let refused = changed(&mut library, 1, |draft| draft.edit(ItemId(3), &taken));
    assert_eq!(refused.map(|_| ()), Err(Refused::There(ItemId(1))));
}

#[test]
fn an_id_that_was_given_up_is_free() {
    let mut library = three();
    changed(&mut library, 1, |draft| {
        draft.edit(ItemId(1), &edit(json!({"anilist_id": null})))?;
        draft.edit(ItemId(3), &edit(json!({"anilist_id": 154_587})))
    })
    .unwrap();
    let remote = RemoteId::Anilist(AnilistId(154_587));
    assert_eq!(library.find(Kind::Anime, &remote), Some(ItemId(3)));
    changed(&mut library, 2, |draft| Ok(draft.remove(ItemId(3)))).unwrap();
    assert_eq!(library.find(Kind::Anime, &remote), None);
    let again = json!({"title": "Frieren", "type": "anime", "anilist_id": 154_587});
    assert_eq!(add(&mut library, again), Ok(ItemId(4)), "a number is never given twice");
}

#[test]
fn a_change_tells_what_was_another_and_nothing_else() {
    let mut library = three();
    let ((), touched) = changed(&mut library, 60, |draft| {
        draft.edit(ItemId(1), &edit(json!({"progress": 13, "score": 90})))?;
        draft.edit(ItemId(2), &edit(json!({"progress": 351})))?;
        draft.edit(ItemId(2), &edit(json!({"progress": 350})))
    })
    .unwrap();
    let touched = touched.unwrap();
    let ids: Vec<ItemId> = touched.put.iter().map(|item| item.id).collect();
    assert_eq!(ids, [ItemId(1)], "what is as before is not written");
    let change = &touched.changes[0];
    assert_eq!((change.by, change.added, change.at), (Author::You, false, at(60)));
    let fields: Vec<_> = change.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["progress"]);
    assert_eq!((&change.fields[0].before, &change.fields[0].after), (&json!(12), &json!(13)));
    assert_eq!((item(&library, 1).updated_at, item(&library, 2).updated_at), (at(60), at(0)));
    let (_, nothing) = changed(&mut library, 61, |draft| Ok(draft.remove(ItemId(77)))).unwrap();
    assert!(nothing.is_none());
}

#[test]
fn a_clock_that_was_set_back_makes_nothing_older() {
    let mut library = three();
    changed(&mut library, 100, |draft| draft.edit(ItemId(1), &edit(json!({"progress": 13}))))
        .unwrap();
    changed(&mut library, 50, |draft| draft.edit(ItemId(1), &edit(json!({"progress": 14}))))
        .unwrap();
    assert_eq!(item(&library, 1).updated_at, at(100));
}

proptest! {
    /// Adds, edits and removes at random, on a copy that goes along and on one that is read anew.
    #[test]
    fn what_goes_along_is_what_is_stored(
        steps in prop::collection::vec((0..3_u8, 1..8_u64, any_fields()), 1..25),
    ) {
        let mut library = Library::default();
        for (seconds, (what, id, fields)) in (0..).zip(steps) {
            let _ = changed(&mut library, seconds, |draft| match what {
                0 => draft.add(New::read(&fields)?).map(|_| ()),
                1 => draft.edit(ItemId(id), &Edit::read(&fields)?),
                _ => { draft.remove(ItemId(id)); Ok(()) }
            });
            let stored: Vec<Item> = library.items().map(|item| item.as_ref().clone()).collect();
            let text = serde_json::to_string(&stored).unwrap();
            let read: Vec<Item> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, &stored);
            let anew = Library::new(library.mark(), read);
            prop_assert_eq!(anew.len(), library.len());
            for item in anew.items() {
                for remote in item.work.ids.all() {
                    prop_assert_eq!(anew.find(item.kind, &remote), Some(item.id));
                    prop_assert_eq!(library.find(item.kind, &remote), Some(item.id));
                }
            }
        }
    }
}
