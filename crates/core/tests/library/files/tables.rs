//! Tables, as we and spreadsheets write them.

use anilist_trakt_sync_core::library::files::{Format, Unreadable, csv};
use anilist_trakt_sync_core::library::{Kind, Library, Status};
use serde_json::json;

use super::{file, only, reason, unreadable};
use crate::samples::{add, three};

#[test]
fn columns_are_read_by_their_names_in_any_order() {
    let new = only(
        "Progress,colour, TYPE ,title,status,private,title_native,anilist_id,score\r\n\
         12,red,anime,\"Frieren, \"\"the\"\" elf\",Watching,yes,葬送,154587,\r\n",
    );
    assert_eq!((new.kind, new.work.title.as_str()), (Kind::Anime, "Frieren, \"the\" elf"));
    assert_eq!((new.entry.status, new.entry.progress), (Status::Current, 12));
    assert_eq!((new.entry.private, new.entry.score), (true, None));
    assert_eq!(new.work.names.native.as_deref(), Some("葬送"));
    assert_eq!(new.work.ids.anilist.map(|id| id.0), Some(154_587));
}

#[test]
fn a_table_of_a_spreadsheet_may_have_semicolons_and_short_rows() {
    let file = file("\u{feff}title;type;notes\nFrieren;anime\nBerserk;manga;\"a\nb\"\n");
    assert_eq!(file.format, Format::Csv);
    let notes: Vec<_> =
        file.rows.iter().map(|row| super::told(row).new.entry.notes.as_deref()).collect();
    assert_eq!(notes, [None, Some("a\nb")]);
}

#[test]
fn one_odd_row_loses_no_other() {
    let mut bytes = b"title,type,progress\nOne,anime,1\n#,anime,1\nThree,anime,-3\nFour,book,1\n,anime,1\nSix,anime,6\n".to_vec();
    let at = bytes.iter().position(|byte| *byte == b'#').unwrap();
    bytes[at] = 0xff;
    let file = file(&bytes);
    let read: Vec<usize> =
        file.rows.iter().filter(|row| row.said.is_ok()).map(|row| row.number).collect();
    assert_eq!(read, [1, 6]);
    assert_eq!(reason(&file.rows[1]), "title is not written in UTF-8");
    assert_eq!(reason(&file.rows[2]), "\"-3\" is no value that this field can have: progress");
    assert_eq!(reason(&file.rows[3]), "\"book\" is no value that this field can have: type");
    assert_eq!(reason(&file.rows[4]), "this is missing: title");
}

#[test]
fn a_text_without_a_title_column_is_no_list() {
    for text in ["name,type\nFrieren,anime\n", "hello", "\u{1}\u{2}\u{3}", "a,b\n\"", "title"] {
        let read = anilist_trakt_sync_core::library::files::read(
            text.as_bytes(),
            &anilist_trakt_sync_core::library::files::LIMITS,
        );
        match (text, read) {
            ("title", Ok(file)) => assert!(file.rows.is_empty()),
            (_, Err(error)) => assert_eq!(error, Unreadable::Unknown, "{text:?}"),
            (_, Ok(file)) => panic!("{text:?}: {file:?}"),
        }
    }
    assert_eq!(unreadable("name"), Unreadable::Unknown);
}

#[test]
fn no_cell_of_ours_is_a_formula() {
    let mut library = three();
    for title in ["=HYPERLINK(\"https://evil.example\")", "+1", "-1", "@SUM(A1)", "'=1", "＝1"] {
        add(&mut library, json!({"title": title, "type": "anime", "notes": "=1+1\n=2"})).unwrap();
    }
    let table = csv(library.items().map(|item| &**item));
    let mut reader = ::csv::Reader::from_reader(table.as_slice());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']), "{cell}");
        }
    }
    let mut again = Library::default();
    super::import(&mut again, &file(&table), 100);
    let titles = |library: &Library| -> Vec<String> {
        library.items().map(|item| item.work.title.clone()).collect()
    };
    assert_eq!(titles(&again), titles(&library));
}
