//! What a list elsewhere changes of a library.

use anilist_trakt_sync_core::library::{Author, ItemId, Library, New, Taken, Touched};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::samples::{any_fields, at, item, object, three};

fn listed(value: Value) -> New {
    New::read(&object(value)).unwrap()
}

/// Takes entries in, in one change, and keeps what came of it.
fn take_in(library: &mut Library, entries: &[New]) -> (Vec<Taken>, Option<Touched>) {
    let mut draft = library.draft(Author::Anilist, at(60));
    let taken = entries.iter().map(|new| draft.take_in(new.clone()).unwrap()).collect();
    let touched = draft.finish();
    if let Some(touched) = &touched {
        library.adopt(touched);
    }
    (taken, touched)
}

fn one(library: &mut Library, entry: Value) -> Taken {
    take_in(library, &[listed(entry)]).0.remove(0)
}

fn frieren(more: Value) -> Value {
    let mut entry = object(json!({"title": "Frieren", "type": "anime", "anilist_id": 154_587}));
    entry.extend(object(more));
    Value::Object(entry)
}

#[test]
fn what_is_not_there_is_added_and_by_the_list() {
    let mut library = three();
    let new =
        listed(json!({"title": "Monster", "type": "anime", "source": "anilist", "anilist_id": 19}));
    let (taken, touched) = take_in(&mut library, &[new]);
    assert_eq!(taken, [Taken::Added]);
    let change = &touched.unwrap().changes[0];
    assert_eq!((change.item, change.by, change.added), (ItemId(4), Author::Anilist, true));
}

#[test]
fn what_is_there_moves_forward_and_what_is_empty_is_filled() {
    let mut library = three();
    let further = frieren(
        json!({"status": "completed", "progress": 28, "score": 70, "notes": "again soon",
        "finished": "2024-03-22", "private": true, "max_progress": 30, "site_url": "https://anilist.co/anime/154587"}),
    );
    assert_eq!(one(&mut library, further), Taken::Changed);
    let frieren = item(&library, 1);
    assert_eq!(
        (frieren.entry.progress, frieren.entry.score),
        (28, Some(90)),
        "the score was there"
    );
    assert_eq!(frieren.entry.status.word(frieren.kind), "completed");
    assert_eq!((frieren.entry.notes.as_deref(), frieren.entry.private), (Some("again soon"), true));
    assert_eq!(frieren.entry.finished.to_string(), "2024-03-22");
    assert_eq!(frieren.work.max_progress, Some(28), "the maximum was there");
    assert_eq!(frieren.work.site_url.as_deref(), Some("https://anilist.co/anime/154587"));
}

#[test]
fn nothing_is_lowered_or_cleared() {
    let mut library = three();
    for behind in [
        json!({"status": "planning"}),
        json!({"status": "watching", "progress": 3}),
        json!({"status": "dropped", "progress": 20}),
        json!({"status": "on-hold", "progress": 12, "score": 10}),
    ] {
        assert_eq!(one(&mut library, frieren(behind.clone())), Taken::Same, "{behind}");
    }
    assert_eq!(
        one(&mut library, frieren(json!({"status": "watching", "progress": 13}))),
        Taken::Changed
    );
}

#[test]
fn a_further_round_begins_with_its_own_count_and_ends_with_the_whole() {
    let mut library = three();
    let finished = json!({"status": "completed", "progress": 28});
    assert_eq!(one(&mut library, frieren(finished.clone())), Taken::Changed);
    let again = json!({"status": "repeating", "progress": 2});
    assert_eq!(one(&mut library, frieren(again)), Taken::Changed);
    let entry = &item(&library, 1).entry;
    assert_eq!((entry.progress, entry.repeating, entry.repeats), (2, true, 0));
    assert_eq!(one(&mut library, frieren(finished)), Taken::Same, "that was the round before");
    let ended = json!({"status": "completed", "progress": 28, "repeats": 2});
    assert_eq!(one(&mut library, frieren(ended)), Taken::Changed);
    let entry = &item(&library, 1).entry;
    assert_eq!((entry.progress, entry.repeating, entry.repeats), (28, false, 2));
}

#[test]
fn a_work_is_known_by_any_of_its_ids_unless_another_contradicts() {
    let mut library = three();
    let by_mal =
        json!({"title": "Berserk", "type": "manga", "mal_id": 2, "kitsu_id": 8, "progress": 351});
    assert_eq!(one(&mut library, by_mal), Taken::Changed);
    assert_eq!(item(&library, 2).work.ids.kitsu, Some(8));
    let of_two = json!({"title": "Berserk: The Prototype", "type": "manga", "anilist_id": 92_299, "mal_id": 2});
    assert_eq!(one(&mut library, of_two.clone()), Taken::Added);
    assert_eq!(item(&library, 4).work.ids.mal, None, "the number is another's");
    assert_eq!(one(&mut library, of_two), Taken::Same);
}

proptest! {
    #[test]
    fn a_list_that_is_taken_in_twice_changes_nothing_the_second_time(
        before in any_fields(), said in prop::collection::vec(any_fields(), 1..6),
    ) {
        let read = |number: usize, mut fields: serde_json::Map<String, Value>| {
            fields.insert("title".to_owned(), json!("A title"));
            fields.insert("type".to_owned(), json!("anime"));
            fields.insert("force".to_owned(), json!(true));
            fields.insert("anilist_id".to_owned(), json!(number));
            New::read(&fields).ok()
        };
        let mut library = Library::default();
        take_in(&mut library, &read(1, before).into_iter().collect::<Vec<_>>());
        let list: Vec<New> = said.into_iter().enumerate().filter_map(|(at, fields)| read(at + 1, fields)).collect();
        take_in(&mut library, &list);
        let (taken, touched) = take_in(&mut library, &list);
        prop_assert!(touched.is_none(), "{touched:?}");
        prop_assert!(taken.iter().all(|one| *one == Taken::Same), "{taken:?}");
    }
}
