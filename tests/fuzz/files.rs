//! Lists as files: whatever bytes a person brings, and good files with something wrong in them.

use std::io::{Cursor, Write as _};

use anilist_trakt_sync::library::files::{Fate, File, LIMITS, Preview, read};
use anilist_trakt_sync::library::{Author, Item, ItemId, Library, New};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::json::{any_json, any_leaf, with_one_wrong};

/// A library that has some of what the files have.
fn library() -> Library {
    let mut library = Library::default();
    for item in [
        json!({"title": "Frieren", "type": "anime", "anilist_id": 154_587, "mal_id": 52_991,
            "status": "watching", "progress": 12, "score": 85, "notes": "slow", "started": "2023"}),
        json!({"title": "Berserk", "type": "manga", "mal_id": 2, "status": "reading"}),
        json!({"title": "apricot tales", "type": "anime", "progress": 3}),
    ] {
        let new = New::read(item.as_object().unwrap()).unwrap();
        let mut draft = library.draft(Author::You, Timestamp::UNIX_EPOCH);
        draft.add(new).unwrap();
        let touched = draft.finish().unwrap();
        library.adopt(&touched);
    }
    library
}

fn import(library: &mut Library, file: &File) -> Preview {
    let preview = Preview::of(library, file);
    let mut draft = library.draft(Author::Import, Timestamp::UNIX_EPOCH);
    for told in preview.coming() {
        draft.take(told).unwrap();
    }
    if let Some(touched) = draft.finish() {
        library.adopt(&touched);
    }
    preview
}

/// What a file may never do, whatever is in it.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let file = match read(bytes, &LIMITS) {
        Ok(file) => file,
        Err(error) => {
            prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty());
            return Ok(());
        }
    };
    let before = library();
    let mut after = before.clone();
    let preview = import(&mut after, &file);
    prop_assert_eq!(preview.lines.len(), file.rows.len());
    for item in before.items() {
        let now = after.get(item.id);
        prop_assert!(now.is_some_and(|now| is_no_less(item, now)), "{:?} {:?}", item, now);
    }
    let mark = after.mark();
    let again = import(&mut after, &file);
    let quiet = |fate: &Fate| !matches!(fate, Fate::New(_) | Fate::Changed { .. });
    prop_assert!(again.lines.iter().all(|line| quiet(&line.fate)), "{:?}", again);
    prop_assert_eq!(after.mark(), mark, "reading it twice changes nothing");
    Ok(())
}

/// Whether nothing that a person said is lower, gone or another.
fn is_no_less(before: &Item, after: &Item) -> bool {
    let (one, two) = (&before.entry, &after.entry);
    let again = two.repeating && !one.repeating;
    let kept = |one: &Option<String>, two: &Option<String>| one.is_none() || one == two;
    (again || two.progress >= one.progress)
        && two.repeats >= one.repeats
        && (one.score.is_none() || two.score == one.score)
        && kept(&one.notes, &two.notes)
        && two.started.to_string().starts_with(&one.started.to_string())
        && before.work.title == after.work.title
        && (before.work.ids.anilist.is_none() || before.work.ids.anilist == after.work.ids.anilist)
}

fn item(id: u32) -> Value {
    json!({"id": id, "title": format!("Title {id}"), "type": "anime", "source": "local",
        "titles": {"romaji": "Frieren", "english": null, "native": null}, "mal_id": id,
        "status": "watching", "progress": 3, "max_progress": 12, "score": 70, "repeating": false,
        "started": "2021-05", "notes": "a", "private": true})
}

fn ours() -> Value {
    json!({"version": 1, "items": [item(7), item(154_587), item(9)]})
}

fn anilists() -> Value {
    let entry = |id: u32| {
        json!({"mediaId": id, "status": "REPEATING", "score": 85, "progress": 4, "repeat": 1,
            "startedAt": {"year": 2023, "month": 9, "day": null}, "notes": null,
            "media": {"id": id, "idMal": 52_991, "type": "ANIME", "episodes": 28,
                "title": {"romaji": "Sousou no Frieren"}, "coverImage": {"large": "https://i.example/1"}}})
    };
    let exported =
        json!({"series_id": 30_002, "series_type": 1, "status": 2, "started_on": 20_230_929});
    json!({"data": {"MediaListCollection": {"lists": [
        {"name": "w", "isCustomList": false, "entries": [entry(154_587), entry(1), exported]},
        {"name": "c", "isCustomList": true, "entries": [entry(1)]},
    ], "user": {"mediaListOptions": {"scoreFormat": "POINT_100"}}}}})
}

const TABLE: &str = "id,title,type,status,progress,score,notes,anilist_id,private,title_english\r\n\
    1,Frieren,anime,watching,14,,\"a \"\"b\"\",\r\nc\",154587,true,\r\n\
    2,'=1+1,manga,dropped,2,40,,,false,Berserk\r\n3,apricot tales,anime,planning,0,,,,,\r\n";

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><myanimelist>
    <myinfo><user_export_type>1</user_export_type></myinfo>
    <anime><series_animedb_id>52991</series_animedb_id><series_title><![CDATA[Frieren]]></series_title>
      <series_type>TV</series_type><series_episodes>28</series_episodes>
      <my_watched_episodes>20</my_watched_episodes><my_start_date>2023-09-00</my_start_date>
      <my_score>9</my_score><my_status>Watching</my_status><my_times_watched>255</my_times_watched>
      <my_tags><![CDATA[elf]]></my_tags><my_rewatching>0</my_rewatching></anime>
    <manga><manga_mangadb_id>2</manga_mangadb_id><manga_title>Berserk &amp; &#233;</manga_title>
      <my_read_chapters>350</my_read_chapters><my_status>6</my_status></manga></myanimelist>";

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn trakts(history: &Value, ratings: &Value) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, value) in [("watched-history.json", history), ("ratings-shows-1.json", ratings)] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(value.to_string().as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn plays() -> Value {
    json!([{"id": 9_000_000_001_u64, "watched_at": "2024-05-03T18:30:00.000Z", "type": "episode",
        "episode": {"season": 1, "number": 13, "ids": {"trakt": 7, "imdb": null}},
        "show": {"title": "Lantern Road", "year": 2024, "ids": {"trakt": 99}}}])
}

/// A good file of each form.
fn samples() -> Vec<Vec<u8>> {
    vec![
        ours().to_string().into_bytes(),
        anilists().to_string().into_bytes(),
        TABLE.as_bytes().to_vec(),
        XML.as_bytes().to_vec(),
        packed(XML.as_bytes()),
        trakts(&plays(), &json!([])),
    ]
}

/// One thing that is done to bytes.
#[derive(Debug, Clone)]
enum Harm {
    Flip(usize, u8),
    Cut(usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize),
}

fn any_harm() -> impl Strategy<Value = Harm> {
    let texts = [
        "<",
        ">",
        "&",
        "&#0;",
        "&#x110000;",
        "]]>",
        "<![CDATA[",
        "<!DOCTYPE a>",
        "<anime>",
        "</anime>",
        "\"",
        "\\u0000",
        "\\ud800",
        ",",
        "\r\n",
        ";",
        "'",
        "=",
        "{",
        "}",
        "[",
        "]",
        "null",
        "-1",
        "18446744073709551616",
        "1e400",
        "\u{feff}",
        "\u{202e}",
        "PK\u{1}\u{2}",
    ];
    let words = prop::sample::select(texts.map(|text| text.as_bytes().to_vec()).to_vec());
    let bytes = prop_oneof![words, prop::collection::vec(any::<u8>(), 1..9)];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, with)| Harm::Flip(at, with)),
        any::<usize>().prop_map(Harm::Cut),
        (any::<usize>(), bytes).prop_map(|(at, bytes)| Harm::Insert(at, bytes)),
        (any::<usize>(), any::<usize>()).prop_map(|(at, len)| Harm::Repeat(at, len)),
    ]
}

fn harmed(mut bytes: Vec<u8>, harm: &[Harm]) -> Vec<u8> {
    for harm in harm {
        let len = bytes.len().max(1);
        match harm {
            Harm::Flip(at, with) => {
                bytes.iter_mut().skip(at % len).take(1).for_each(|byte| *byte ^= with);
            }
            Harm::Cut(at) => bytes.truncate(len - at % 40.min(len)),
            Harm::Insert(at, with) => drop(bytes.splice(at % len..at % len, with.iter().copied())),
            Harm::Repeat(at, count) => {
                let from = at % len;
                let part: Vec<u8> = bytes.iter().skip(from).take(count % 400).copied().collect();
                bytes.splice(from..from, part);
            }
        }
    }
    bytes
}

fn path() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..8, 1..9)
}

proptest! {
    #[test]
    fn any_bytes_are_a_list_or_an_error(start in 0_usize..8, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let starts: [&[u8]; 8] =
            [b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x05\x06", b"<myanimelist>", b"[", b"{\"items\":", b"title,type\n"];
        check(&[starts[start], &bytes].concat())?;
    }

    #[test]
    fn any_json_is_a_list_or_an_error(value in any_json()) {
        for text in [value.to_string(), json!([value]).to_string(), json!({"items": value, "lists": [value]}).to_string()] {
            check(text.as_bytes())?;
        }
        check(&trakts(&value, &json!([value])))?;
    }

    #[test]
    fn a_damaged_file_is_a_list_or_an_error(
        sample in 0_usize..6,
        harm in prop::collection::vec(any_harm(), 1..6),
    ) {
        let sample = samples().swap_remove(sample);
        check(&harmed(sample, &harm))?;
    }

    #[test]
    fn a_damaged_list_that_is_packed_is_a_list_or_an_error(harm in prop::collection::vec(any_harm(), 1..6)) {
        check(&packed(&harmed(XML.as_bytes().to_vec(), &harm)))?;
    }

    #[test]
    fn a_list_with_one_thing_wrong_is_a_list_or_an_error(path in path(), wrong in prop::option::of(any_leaf())) {
        check(with_one_wrong(ours(), &path, wrong.clone()).to_string().as_bytes())?;
        check(with_one_wrong(anilists(), &path, wrong.clone()).to_string().as_bytes())?;
        check(&trakts(&with_one_wrong(plays(), &path, wrong), &json!([])))?;
    }

    #[test]
    fn one_odd_item_loses_no_other(path in path(), wrong in prop::option::of(any_leaf())) {
        let odd = with_one_wrong(item(8), &path, wrong);
        // What has such names holds rows, and is none.
        let holds = ["items", "data", "lists", "entries", "anime", "manga", "MediaListCollection"];
        prop_assume!(holds.iter().all(|name| odd.get(name).is_none()));
        let file = read(json!([item(7), odd, item(9)]).to_string().as_bytes(), &LIMITS).unwrap();
        let read: Vec<bool> = file.rows.iter().map(|row| row.said.is_ok()).collect();
        prop_assert_eq!(read.len(), 3);
        prop_assert!(read[0] && read[2]);
    }

    #[test]
    fn a_table_of_any_cells_is_read_row_by_row(cells in prop::collection::vec("[^\"]{0,12}", 4)) {
        let quoted = cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",");
        let table = format!("title,type,progress,notes\r\nOne,anime,1,\r\n{quoted}\r\nThree,anime,3,\r\n");
        let file = read(table.as_bytes(), &LIMITS).unwrap();
        prop_assert_eq!(file.rows.len(), 3);
        prop_assert!(file.rows[0].said.is_ok() && file.rows[2].said.is_ok());
        check(table.as_bytes())?;
    }
}

#[test]
fn the_samples_are_good_files() {
    let rows: Vec<usize> = samples()
        .iter()
        .map(|sample| {
            let file = read(sample, &LIMITS).unwrap();
            file.rows.iter().filter(|row| row.said.is_ok()).count()
        })
        .collect();
    assert_eq!(rows, [3, 3, 3, 2, 2, 0]);
    assert_eq!(library().get(ItemId(3)).map(|item| item.entry.progress), Some(3));
}
