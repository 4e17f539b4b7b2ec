//! What a file does to a library: it moves forward and fills, and takes nothing back.

use anilist_trakt_sync_core::library::files::{Fate, Line, Preview};
use anilist_trakt_sync_core::library::{ItemId, Library, Status};
use serde_json::{Value, json};

use super::{counts, file, import};
use crate::samples::{add, item, three};

/// What a file of these items would do.
fn preview(library: &Library, items: &Value) -> Preview {
    Preview::of(library, &file(items.to_string()))
}

/// The one line of a file of one item.
fn one(library: &Library, item: &Value) -> Line {
    let mut preview = preview(library, &json!([item]));
    assert_eq!(preview.lines.len(), 1);
    preview.lines.remove(0)
}

/// Which fields change, and which a person has to look at.
fn fields(line: &Line) -> (Vec<&str>, Vec<&str>) {
    match &line.fate {
        Fate::Changed { changes, .. } => {
            (changes.iter().map(|change| change.field.as_str()).collect(), Vec::new())
        }
        Fate::Unclear { differs, .. } => {
            (Vec::new(), differs.iter().map(|differs| differs.field).collect())
        }
        Fate::Same(_) => (Vec::new(), Vec::new()),
        other => panic!("{other:?}"),
    }
}

/// An item of the library, by an id, and what a file says of it.
fn there(has: Value, says: Value) -> Line {
    let with = |value: Value| {
        let mut item = json!({"title": "Akira", "type": "anime", "mal_id": 47});
        for (field, value) in value.as_object().unwrap() {
            item[field] = value.clone();
        }
        item
    };
    let mut library = Library::default();
    add(&mut library, with(has)).unwrap();
    one(&library, &with(says))
}

#[test]
fn what_is_not_there_is_new_and_the_same_afterwards() {
    let mut library = three();
    let items = json!([
        {"title": "Akira", "type": "anime", "mal_id": 47, "status": "completed", "progress": 1},
        {"title": "Monster", "type": "manga", "anilist_id": 30_001},
        {"title": "plum stories", "type": "anime"},
    ]);
    let file = file(items.to_string());
    assert_eq!(counts(&import(&mut library, &file, 2)), [3, 0, 0, 0, 0]);
    assert_eq!(library.len(), 6);
    let mark = library.mark();
    assert_eq!(counts(&import(&mut library, &file, 2)), [0, 0, 3, 0, 0]);
    assert_eq!(library.mark(), mark, "reading it again changes nothing");
}

#[test]
fn an_import_that_broke_off_goes_on_where_it_was() {
    let rows: Vec<Value> = (1..=50)
        .map(|id| json!({"title": format!("t{id}"), "type": "anime", "mal_id": id}))
        .collect();
    let (part, whole) = (file(json!(rows[..20]).to_string()), file(json!(rows).to_string()));
    let mut library = Library::default();
    import(&mut library, &part, 7);
    assert_eq!(counts(&import(&mut library, &whole, 7)), [30, 0, 20, 0, 0]);
    assert_eq!(library.len(), 50);
}

#[test]
fn an_id_of_any_service_finds_the_item_and_its_kind_counts() {
    let library = three();
    let by_mal = one(&library, &json!({"title": "other name", "type": "anime", "mal_id": 52_991}));
    assert_eq!(by_mal.fate, Fate::Same(ItemId(1)), "the library's title stays");
    let manga = one(&library, &json!({"title": "other", "type": "manga", "mal_id": 52_991}));
    assert!(matches!(manga.fate, Fate::New(_)), "anime and manga are numbered apart");
}

#[test]
fn a_file_moves_forward_and_fills_what_is_empty() {
    let more = json!({"status": "completed", "progress": 12, "score": 80, "started": "2021-05-03",
        "notes": "good", "anilist_id": 5, "max_progress": 12, "favourite": true, "private": true});
    let line = there(json!({"status": "watching", "progress": 5, "started": "2021"}), more);
    let expected = [
        "status",
        "progress",
        "max_progress",
        "score",
        "started",
        "notes",
        "private",
        "favourite",
        "anilist_id",
    ];
    assert_eq!(fields(&line), (expected.to_vec(), vec![]));
}

#[test]
fn what_a_file_does_not_say_is_left_alone() {
    let has = json!({"status": "completed", "progress": 12, "score": 80, "started": "2021-05-03",
        "finished": "2022", "repeats": 2, "notes": "good", "anilist_id": 5, "favourite": true,
        "private": true, "progress_volumes": 2, "kitsu_id": 4, "year": 1988});
    for says in [
        json!({}),
        json!({"status": "planning", "progress": 0, "score": 0, "started": null, "notes": "",
            "repeats": 0, "favourite": false, "private": false, "anilist_id": null}),
        json!({"started": "2021", "year": 1999, "title": "AKIRA", "format": null}),
        json!({"status": "completed", "progress": 12}),
    ] {
        assert_eq!(there(has.clone(), says.clone()).fate, Fate::Same(ItemId(1)), "{says}");
    }
}

#[test]
fn what_a_file_would_lower_or_replace_is_for_a_person() {
    let has = json!({"status": "watching", "progress": 12, "progress_volumes": 2, "score": 80,
        "started": "2021-05-03", "finished": "2022", "notes": "good", "anilist_id": 5});
    for (field, value) in [
        ("progress", json!(11)),
        ("progress_volumes", json!(1)),
        ("status", json!("on-hold")),
        ("status", json!("dropped")),
        ("score", json!(79)),
        ("started", json!("2021-05-04")),
        ("finished", json!("2023-01")),
        ("notes", json!("bad")),
        ("anilist_id", json!(6)),
    ] {
        let line = there(has.clone(), json!({ field: value }));
        let Fate::Unclear { item, differs, reason } = &line.fate else {
            panic!("{field}: {line:?}")
        };
        assert_eq!(*item, Some(ItemId(1)));
        let [differs] = differs.as_slice() else { panic!("{differs:?}") };
        assert_eq!((differs.field, &differs.file), (field, &value));
        assert_eq!(differs.library, has[field]);
        assert!(reason.message.ends_with(field), "{}", reason.message);
    }
}

#[test]
fn a_row_that_differs_is_not_written_in_part() {
    let mut library = three();
    let before = item(&library, 1).clone();
    let row = json!([{"title": "Frieren", "type": "anime", "anilist_id": 154_587, "progress": 20, "score": 10}]);
    assert_eq!(counts(&import(&mut library, &file(row.to_string()), 9)), [0, 0, 0, 0, 1]);
    assert_eq!(*item(&library, 1), before);
}

#[test]
fn the_further_standing_counts_and_what_contradicts_is_for_a_person() {
    let standing = |status: &str, progress: u32, repeats: u32, repeating: bool| json!({"status": status, "progress": progress, "repeats": repeats, "repeating": repeating});
    let forward = [
        (standing("planning", 0, 0, false), standing("dropped", 3, 0, false)),
        (standing("watching", 11, 0, false), standing("completed", 12, 0, false)),
        (standing("on-hold", 11, 0, false), standing("completed", 12, 0, false)),
        (standing("watching", 3, 0, false), standing("watching", 5, 0, false)),
        (standing("dropped", 3, 0, false), standing("planning", 5, 0, false)),
        (standing("completed", 12, 0, false), standing("watching", 3, 0, true)),
        (standing("completed", 12, 1, false), standing("completed", 12, 2, false)),
        (standing("watching", 3, 1, true), standing("completed", 12, 2, false)),
    ];
    for (has, says) in forward {
        let line = there(has.clone(), says.clone());
        assert!(matches!(line.fate, Fate::Changed { .. }), "{has} {says}: {:?}", line.fate);
        let back = there(says.clone(), has.clone());
        let kept = matches!(back.fate, Fate::Unclear { .. } | Fate::Same(_));
        assert!(kept, "{says} {has}: {:?}", back.fate);
    }
    for (has, says) in [
        (standing("dropped", 3, 0, false), standing("completed", 12, 0, false)),
        (standing("watching", 3, 0, false), standing("on-hold", 5, 0, false)),
        (standing("on-hold", 3, 0, false), standing("dropped", 3, 0, false)),
        (standing("watching", 3, 0, true), standing("completed", 12, 0, false)),
        (standing("completed", 12, 3, false), standing("completed", 12, 2, false)),
    ] {
        let line = there(has.clone(), says.clone());
        assert!(matches!(line.fate, Fate::Unclear { .. }), "{has} {says}: {:?}", line.fate);
    }
}

#[test]
fn scores_of_ten_points_are_equal_as_far_as_they_can_say() {
    let mut library = Library::default();
    let scored = json!({"title": "Akira", "type": "anime", "mal_id": 47, "score": 85});
    add(&mut library, scored).unwrap();
    let xml = |score: u8| {
        let text = format!(
            "<myanimelist><anime><series_animedb_id>47</series_animedb_id>
             <series_title>Akira</series_title><my_score>{score}</my_score></anime></myanimelist>"
        );
        Preview::of(&library, &file(text)).lines.remove(0).fate
    };
    assert_eq!(xml(9), Fate::Same(ItemId(1)));
    assert!(matches!(xml(8), Fate::Unclear { .. }));
}

#[test]
fn the_same_work_twice_in_a_file_is_taken_once() {
    let library = three();
    let found = preview(
        &library,
        &json!([
            {"title": "Akira", "type": "anime", "mal_id": 47},
            {"title": "AKIRA", "type": "anime", "mal_id": 47, "progress": 1},
            {"title": "Frieren", "type": "anime", "anilist_id": 154_587},
            {"title": "Frieren", "type": "anime", "mal_id": 52_991},
            {"title": "plum stories", "type": "anime"},
            {"title": "plum stories", "type": "anime"},
            {"title": "Plum Stories!", "type": "anime", "progress": 3},
        ]),
    );
    assert_eq!(counts(&found), [2, 0, 1, 3, 1]);
    let twice = found.lines.iter().filter_map(|line| match line.fate {
        Fate::Twice(earlier) => Some((line.row, earlier)),
        _ => None,
    });
    assert_eq!(twice.collect::<Vec<_>>(), [(2, 1), (4, 3), (6, 5)]);
}

#[test]
fn a_title_alone_joins_nothing() {
    let library = three();
    for item in [
        json!({"title": "FRIEREN", "type": "anime"}),
        json!({"title": "sousou no frieren", "type": "anime", "progress": 5}),
        json!({"title": "Frieren", "type": "anime", "kitsu_id": 5}),
        json!({"title": "Apricot Tales", "type": "anime", "progress": 4}),
        json!({"title": "apricot tales", "type": "anime", "anilist_id": 77}),
    ] {
        let line = one(&library, &item);
        let Fate::Unclear { item: Some(_), reason, .. } = line.fate else {
            panic!("{item}: {line:?}")
        };
        assert!(reason.message.starts_with("a title like this is there"));
    }
    let remake = json!({"title": "Frieren", "type": "anime", "anilist_id": 9, "mal_id": 9});
    assert!(matches!(one(&library, &remake).fate, Fate::New(_)), "a service tells them apart");
    let manga = one(&library, &json!({"title": "Frieren", "type": "manga"}));
    assert!(matches!(manga.fate, Fate::New(_)));
    let own = one(&library, &json!({"title": "Apricot tales", "type": "anime"}));
    assert_eq!(own.fate, Fate::Same(ItemId(3)), "nothing else differs either");
}

#[test]
fn ids_of_two_items_are_for_a_person() {
    let mut library = three();
    add(&mut library, json!({"title": "Akira", "type": "anime", "mal_id": 47})).unwrap();
    let both = json!({"title": "x", "type": "anime", "anilist_id": 154_587, "mal_id": 47});
    let Fate::Unclear { reason, .. } = one(&library, &both).fate else { panic!("it is unclear") };
    assert_eq!(reason.message, "its ids are those of several items: 1, 4");
}

#[test]
fn a_row_without_a_title_changes_what_is_there_and_adds_nothing() {
    let mut library = three();
    let file = file(
        json!({"lists": [
            {"series_id": 154_587, "series_type": 0, "status": 2, "progress": 28, "score": 90},
            {"series_id": 21, "series_type": 0, "status": 0},
            {"mediaId": 21, "title": "One Piece", "type": "ANIME", "status": "CURRENT"},
        ]})
        .to_string(),
    );
    let found = import(&mut library, &file, 9);
    assert_eq!(counts(&found), [1, 1, 0, 0, 1], "a later row that has a title adds it");
    assert_eq!(found.lines[0].title, "Frieren");
    let entry = &item(&library, 1).entry;
    assert_eq!((entry.status, entry.progress), (Status::Completed, 28));
}

#[test]
fn a_hundred_thousand_rows_of_one_title_are_gone_through() {
    let row = |notes: u32| json!({"title": "same", "type": "anime", "notes": notes.to_string()});
    let rows: Vec<Value> = (0..20_000).map(row).collect();
    let file = file(json!(rows).to_string());
    let mut library = Library::default();
    for notes in 0..100 {
        add(&mut library, row(notes)).unwrap();
    }
    let began = std::time::Instant::now();
    let found = Preview::of(&library, &file);
    assert_eq!(found.lines.len(), 20_000);
    assert_eq!(counts(&found)[2], 100);
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
