//! What is written is read as what it was, as far as the form can say it.

use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::files::{MalXml, Preview, csv, mal_xml};
use anilist_trakt_sync_core::library::{Item, Kind, Library, New};
use proptest::prelude::*;
use serde_json::{Map, Value, json as value};

use super::{counts, file, import};
use crate::samples::{any_fields, at, changed, three};

/// Any library of which no two items are alike.
fn any_library() -> impl Strategy<Value = Library> {
    prop::collection::vec((any_fields(), any::<bool>()), 0..6).prop_map(|items| {
        let mut library = Library::default();
        for (mut fields, manga) in items {
            fields.insert("type".to_owned(), value!(if manga { "manga" } else { "anime" }));
            let new = New::read(&fields).unwrap();
            // One that is there already is refused, and that is well.
            let _ = changed(&mut library, 0, |draft| draft.add(new));
        }
        library
    })
}

fn items(library: &Library) -> impl Iterator<Item = &Item> {
    library.items().map(|item| &**item)
}

/// A file as the API writes it, as far as it is read.
fn json<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<u8> {
    let item = |item: &Item| {
        let fields = item.fields().into_iter();
        let mut fields: Map<String, Value> =
            fields.map(|(name, value)| (name.to_owned(), value)).collect();
        fields.insert("id".to_owned(), value!(item.id));
        fields.insert("type".to_owned(), value!(item.kind.word()));
        fields.insert("source".to_owned(), value!(item.origin.word()));
        Value::Object(fields)
    };
    let items: Vec<Value> = items.into_iter().map(item).collect();
    value!({"version": 1, "items": items}).to_string().into_bytes()
}

/// What can be said of items, without their numbers and times.
fn said(library: &Library) -> Vec<(Kind, Value)> {
    let fields = |item: &Item| -> Map<String, Value> {
        item.fields().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    };
    items(library).map(|item| (item.kind, Value::Object(fields(item)))).collect()
}

fn there_and_back(library: &Library, bytes: &[u8]) -> Result<(), TestCaseError> {
    let read = file(bytes);
    let mut again = Library::default();
    import(&mut again, &read, 2);
    prop_assert_eq!(said(&again), said(library));
    let mut same = library.clone();
    let preview = import(&mut same, &read, 2);
    prop_assert_eq!(counts(&preview), [0, 0, library.len(), 0, 0], "{:?}", preview);
    prop_assert_eq!(same.mark(), library.mark());
    Ok(())
}

proptest! {
    #[test]
    fn json_is_read_as_the_same_items(library in any_library()) {
        there_and_back(&library, &json(items(&library)))?;
    }

    #[test]
    fn a_table_is_read_as_the_same_items(library in any_library()) {
        there_and_back(&library, &csv(items(&library)))?;
    }

    #[test]
    fn mal_xml_is_read_as_the_same_items_as_far_as_it_can_say_them(library in any_library()) {
        for kind in [Kind::Anime, Kind::Manga] {
            let MalXml { file: bytes, left_out } = mal_xml(items(&library), kind);
            let of_kind = items(&library).filter(|item| item.kind == kind);
            let (known, unknown): (Vec<&Item>, Vec<&Item>) =
                of_kind.partition(|item| item.work.ids.mal.is_some());
            prop_assert_eq!(left_out, unknown.len());
            let read = file(&bytes);
            prop_assert_eq!(read.rows.len(), known.len());
            let preview = Preview::of(&library, &read);
            prop_assert_eq!(counts(&preview), [0, 0, known.len(), 0, 0], "{:?}", preview);
            let mut again = Library::default();
            import(&mut again, &read, 2);
            for (one, two) in known.iter().zip(items(&again)) {
                prop_assert_eq!(as_mal_says(one), as_mal_says(two));
            }
        }
    }
}

/// What `MyAnimeList`'s form can hold of an item.
fn as_mal_says(item: &Item) -> impl PartialEq + std::fmt::Debug {
    let Item { work, entry, .. } = item;
    let date = |date: FuzzyDate| date.to_string();
    let notes = entry.notes.as_deref().map(|notes| notes.trim().to_owned());
    let score = entry.score.map(|score| ((score + 5) / 10).max(1));
    (
        (work.title.clone(), work.ids.mal, work.max_progress, entry.status, entry.progress),
        (score, date(entry.started), date(entry.finished), entry.repeats, entry.repeating, notes),
    )
}

#[test]
fn items_of_one_title_without_ids_stay_as_many() {
    let mut library = three();
    for progress in [3, 3, 4] {
        let own = value!({"title": "apricot tales", "type": "anime", "progress": progress});
        crate::samples::add(&mut library, own).unwrap();
    }
    for bytes in [json(items(&library)), csv(items(&library))] {
        there_and_back(&library, &bytes).unwrap();
    }
}

#[test]
fn the_file_for_mal_says_what_its_importer_needs() {
    let library = three();
    let text = |kind| String::from_utf8(mal_xml(items(&library), kind).file).unwrap();
    let (anime, manga) = (text(Kind::Anime), text(Kind::Manga));
    assert!(anime.contains("<user_export_type>1</user_export_type>"), "{anime}");
    assert!(anime.contains("<update_on_import>1</update_on_import>"));
    assert!(anime.contains("<my_status>Watching</my_status>"));
    assert!(anime.contains("<series_title><![CDATA[Frieren]]></series_title>"));
    assert!(!anime.contains("<manga>") && !anime.contains("apricot"));
    assert!(manga.contains("<user_export_type>2</user_export_type>"), "{manga}");
    assert!(manga.contains("<my_read_volumes>40</my_read_volumes>"));
}

#[test]
fn what_ends_a_cdata_section_or_is_no_xml_does_no_harm() {
    let mut library = Library::default();
    let odd = value!({"title": "a ]]> <b>", "type": "anime", "mal_id": 1, "notes": "x]]>y\u{1}z\u{fffe}&amp;"});
    crate::samples::add(&mut library, odd).unwrap();
    let written = mal_xml(items(&library), Kind::Anime).file;
    let new = super::only(&written);
    assert_eq!(new.work.title, "a ]]> <b>");
    assert_eq!(new.entry.notes.as_deref(), Some("x]]>yz&amp;"));
}

#[test]
fn an_import_is_told_by_its_author() {
    use anilist_trakt_sync_core::library::Author;
    let library = Library::default();
    let read = file(json(items(&three())));
    let preview = Preview::of(&library, &read);
    let mut draft = library.draft(Author::Import, at(5));
    for told in preview.coming() {
        draft.take(told).unwrap();
    }
    let touched = draft.finish().unwrap();
    assert!(touched.changes.iter().all(|change| change.by == Author::Import && change.added));
    assert_eq!(touched.changes.len(), 3);
}
