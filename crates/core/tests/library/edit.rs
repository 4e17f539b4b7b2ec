//! What is read of what somebody sends, and what it does.

use anilist_trakt_sync_core::library::{Edit, ItemId, Library, New, Refused, Status, Step, Unit};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::samples::{add, any_fields, changed, item, object, three};

fn edit(library: &mut Library, id: u64, value: Value) -> Result<(), Refused> {
    let edit = Edit::read(&object(value))?;
    changed(library, 60, |draft| draft.edit(ItemId(id), &edit)).map(|_| ())
}

fn refused_field(value: Value) -> Option<&'static str> {
    match Edit::read(&object(value)) {
        Err(Refused::Invalid { field, .. }) => Some(field),
        _ => None,
    }
}

proptest! {
    #[test]
    fn what_an_item_says_of_itself_is_read_as_the_same_item(fields in any_fields()) {
        let new = New::read(&fields).unwrap();
        let mut library = Library::default();
        let (id, _) = changed(&mut library, 0, |draft| draft.add(new.clone())).unwrap();
        let mut said: Map<String, Value> = item(&library, id.0).fields().into_iter()
            .map(|(field, value)| (field.to_owned(), value)).collect();
        said.insert("type".to_owned(), json!("anime"));
        said.insert("force".to_owned(), json!(true));
        prop_assert_eq!(New::read(&said).unwrap(), new);
        let ((), touched) = changed(&mut library, 9, |draft| draft.edit(id, &Edit::read(&said)?)).unwrap();
        prop_assert!(touched.is_none(), "it changes nothing: {:?}", touched);
    }

    #[test]
    fn an_edit_is_taken_back_by_the_values_before(one in any_fields(), two in any_fields()) {
        let mut library = Library::default();
        let new = New::read(&one).unwrap();
        let (id, _) = changed(&mut library, 0, |draft| draft.add(new)).unwrap();
        let before = item(&library, id.0).clone();
        let there = Edit::read(&two).unwrap();
        let ((), touched) = changed(&mut library, 5, |draft| draft.edit(id, &there)).unwrap();
        let changes = touched.map(|touched| touched.changes).unwrap_or_default();
        let undo = changes.first().map(|change| change.undo(item(&library, id.0)));
        let back = Edit::read(&undo.unwrap_or_default()).unwrap();
        changed(&mut library, 6, |draft| draft.edit(id, &back)).unwrap();
        prop_assert_eq!(&item(&library, id.0).work, &before.work);
        prop_assert_eq!(&item(&library, id.0).entry, &before.entry);
    }
}

#[test]
fn what_is_not_named_stays_and_null_clears() {
    let mut library = three();
    edit(&mut library, 1, json!({"score": null, "notes": "by hand", "unknown": 3, "id": 9}))
        .unwrap();
    let frieren = item(&library, 1);
    assert_eq!((frieren.entry.score, frieren.entry.progress), (None, 12));
    assert_eq!(frieren.entry.notes.as_deref(), Some("by hand"));
    edit(&mut library, 1, json!({"notes": null, "max_progress": null, "anilist_id": null}))
        .unwrap();
    let frieren = item(&library, 1);
    assert_eq!((&frieren.entry.notes, frieren.work.max_progress), (&None, None));
    assert_eq!(frieren.work.ids.anilist, None);
}

#[test]
fn a_value_that_a_field_cannot_have_names_the_field() {
    let odd = [
        ("status", json!("finished")),
        ("status", json!(null)),
        ("status", json!(2)),
        ("progress", json!(-1)),
        ("progress", json!(1.5)),
        ("progress", json!("3")),
        ("progress", json!(null)),
        ("progress", json!(4_294_967_296_u64)),
        ("score", json!(101)),
        ("score", json!("10")),
        ("started", json!("2021-13")),
        ("finished", json!("yesterday")),
        ("repeats", json!(1001)),
        ("private", json!("yes")),
        ("title", json!("  ")),
        ("title", json!("a\nb")),
        ("title", json!("x".repeat(2001))),
        ("notes", json!("x".repeat(6001))),
        ("cover_url", json!("javascript:alert(1)")),
        ("cover_url", json!("https://a b")),
        ("site_url", json!("ftp://host")),
        ("anilist_id", json!(0)),
        ("mal_id", json!(-3)),
        ("kitsu_id", json!("slug")),
        ("mangadex_id", json!("32d76d19")),
        ("year", json!(20_260)),
        ("titles", json!([])),
    ];
    for (field, value) in odd {
        assert_eq!(refused_field(json!({ field: value })), Some(field), "{value}");
    }
}

#[test]
fn a_new_item_has_a_title_and_a_type() {
    for (value, field) in [
        (json!({"type": "anime"}), "title"),
        (json!({"title": "Akira"}), "type"),
        (json!({"title": "Akira", "type": "book"}), "type"),
        (json!({"title": "Akira", "type": "anime", "source": "elsewhere"}), "source"),
    ] {
        let read = New::read(&object(value));
        assert!(matches!(read, Err(Refused::Invalid { field: f, .. }) if f == field), "{read:?}");
    }
}

#[test]
fn progress_above_the_known_maximum_is_refused_unless_it_is_meant() {
    let mut library = three();
    let above = edit(&mut library, 1, json!({"progress": 29}));
    assert!(matches!(above, Err(Refused::Invalid { field: "progress", .. })), "{above:?}");
    edit(&mut library, 1, json!({"progress": 29, "force": true})).unwrap();
    edit(&mut library, 1, json!({"score": 80})).unwrap();
    assert_eq!(item(&library, 1).entry.progress, 29, "what was so before is left alone");
    edit(&mut library, 1, json!({"progress": 30, "max_progress": 30})).unwrap();
    assert!(item(&library, 1).work.max_progress_by_hand, "a person said so");
}

#[test]
fn a_step_counts_one_and_the_first_one_begins() {
    let mut library = three();
    let step = |unit, forward| Step { unit: Some(unit), forward };
    let mut go = |id, by| changed(&mut library, 1, |draft| draft.step(ItemId(id), by)).map(|_| ());
    go(3, Step { unit: None, forward: true }).unwrap();
    go(2, step(Unit::Volume, true)).unwrap();
    go(1, step(Unit::Episode, false)).unwrap();
    for (id, unit) in [(1, Unit::Chapter), (1, Unit::Volume), (2, Unit::Episode)] {
        let refused = go(id, step(unit, true));
        assert!(matches!(refused, Err(Refused::Invalid { field: "unit", .. })), "{refused:?}");
    }
    assert!(matches!(go(9, step(Unit::Episode, true)), Err(Refused::Absent(ItemId(9)))));
    let (own, berserk) = (item(&library, 3), item(&library, 2));
    assert_eq!((own.entry.status, own.entry.progress), (Status::Current, 1));
    assert_eq!((berserk.entry.progress, berserk.entry.progress_volumes), (350, 41));
    assert_eq!(item(&library, 1).entry.progress, 11);
    let back = |library: &mut Library| {
        changed(library, 2, |draft| draft.step(ItemId(3), step(Unit::Episode, false))).unwrap()
    };
    back(&mut library);
    let ((), touched) = back(&mut library);
    assert!(touched.is_none(), "there is nothing below nothing");
}

#[test]
fn finishing_once_more_is_counted_once() {
    let mut library = Library::default();
    let seen = json!({"title": "Akira", "type": "anime", "status": "completed", "progress": 1});
    add(&mut library, seen).unwrap();
    edit(&mut library, 1, json!({"repeating": true, "progress": 0})).unwrap();
    let again = item(&library, 1).entry.clone();
    assert_eq!((again.status, again.repeating, again.repeats), (Status::Current, true, 0));
    edit(&mut library, 1, json!({"status": "completed", "progress": 1})).unwrap();
    edit(&mut library, 1, json!({"status": "completed"})).unwrap();
    let done = item(&library, 1).entry.clone();
    assert_eq!((done.status, done.repeating, done.repeats), (Status::Completed, false, 1));
    edit(&mut library, 1, json!({"status": "REPEATING"})).unwrap();
    edit(&mut library, 1, json!({"status": "completed", "repeats": 5})).unwrap();
    assert_eq!(item(&library, 1).entry.repeats, 5, "a count that is named is the count");
}
