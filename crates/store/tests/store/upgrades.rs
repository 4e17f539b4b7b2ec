//! A database that an earlier version made, or that one was killed over, is brought up to date and
//! keeps every value.
//!
//! `landed/v*.sql` are whole databases, as text, of the versions that were published: every table
//! is filled. Whoever adds a migration adds the dump of the version before it, and what that
//! version exported.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use anilist_trakt_sync_core::domain::AccountId;
use anilist_trakt_sync_store::transfer::export;
use anilist_trakt_sync_store::{Records as _, Shows as _, SqliteStore, StoreError, Write};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _};
use tempfile::{TempDir, tempdir};

const LANDED: [&str; 12] = [
    include_str!("landed/v1.sql"),
    include_str!("landed/v2.sql"),
    include_str!("landed/v3.sql"),
    include_str!("landed/v4.sql"),
    include_str!("landed/v5.sql"),
    include_str!("landed/v6.sql"),
    include_str!("landed/v7.sql"),
    include_str!("landed/v8.sql"),
    include_str!("landed/v9.sql"),
    include_str!("landed/v10.sql"),
    include_str!("landed/v11.sql"),
    include_str!("landed/v12.sql"),
];

/// What the last of them exported.
const EXPORTED: &str = include_str!("landed/v12.jsonl");

/// Every value of a table, by its name and columns.
type Values = BTreeMap<(String, Vec<String>), Vec<Vec<Value>>>;

fn raw(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("state.db")).unwrap()
}

/// A folder with the database of a version, counted from one; of none, an empty one.
fn landed(version: usize) -> TempDir {
    let folder = tempdir().unwrap();
    let dump = version.checked_sub(1).map_or("", |at| LANDED[at]);
    raw(&folder).execute_batch(dump).unwrap();
    folder
}

fn rows(database: &Connection, statement: &str) -> Vec<Vec<Value>> {
    let mut statement = database.prepare(statement).unwrap();
    let width = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..width).map(|at| row.get(at)).collect();
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

fn texts(database: &Connection, statement: &str) -> Vec<String> {
    let mut statement = database.prepare(statement).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn tables(database: &Connection) -> Vec<(String, Vec<String>)> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table'
                 AND name NOT GLOB 'sqlite_*' AND name <> 'refinery_schema_history' ORDER BY name";
    let columns = |table: String| {
        let names = texts(database, &format!("SELECT name FROM pragma_table_info('{table}')"));
        (table, names)
    };
    texts(database, names).into_iter().map(columns).collect()
}

/// What these tables hold in these columns.
fn values(database: &Connection, tables: Vec<(String, Vec<String>)>) -> Values {
    let read = |(table, columns): (String, Vec<String>)| {
        let list = columns.iter().fold(String::new(), |mut list, name| {
            write!(list, "{}\"{name}\"", if list.is_empty() { "" } else { ", " }).unwrap();
            list
        });
        let found = rows(database, &format!("SELECT {list} FROM {table} ORDER BY {list}"));
        ((table, columns), found)
    };
    tables.into_iter().map(read).collect()
}

fn form(database: &Connection) -> Vec<String> {
    texts(database, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
}

fn notes(database: &Connection) -> Vec<Vec<Value>> {
    let notes = "SELECT version, name, checksum FROM refinery_schema_history ORDER BY version";
    rows(database, notes)
}

/// The tables with their columns, the indexes, and what is noted of the migrations.
type FormAndNotes = (Vec<(String, Vec<String>)>, Vec<String>, Vec<Vec<Value>>);

fn form_and_notes(database: &Connection) -> FormAndNotes {
    let indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name";
    (tables(database), texts(database, indexes), notes(database))
}

fn new_form_and_notes() -> &'static FormAndNotes {
    static NEW: OnceLock<FormAndNotes> = OnceLock::new();
    NEW.get_or_init(|| {
        let new = tempdir().unwrap();
        drop(SqliteStore::open(new.path()).unwrap());
        form_and_notes(&raw(&new))
    })
}

/// Opening it gives the form and the notes of a new database, and every value is still there.
#[track_caller]
fn is_brought_up_to_date(folder: &TempDir, what: &str) {
    let database = raw(folder);
    let tables = tables(&database);
    let before = values(&database, tables.clone());
    for time in ["first", "second"] {
        drop(SqliteStore::open(folder.path()).unwrap_or_else(|e| panic!("{what}, {time}: {e}")));
    }
    assert_eq!(values(&database, tables), before, "{what}");
    assert_eq!(form_and_notes(&database), *new_form_and_notes(), "{what}");
}

#[test]
fn the_dumps_fill_every_table_of_their_version() {
    for version in 1..=LANDED.len() {
        let database = raw(&landed(version));
        for ((table, columns), rows) in values(&database, tables(&database)) {
            assert!(!rows.is_empty(), "{table} of V{version}");
            for (at, column) in columns.iter().enumerate() {
                let filled = rows.iter().any(|row| row[at] != Value::Null);
                assert!(filled, "{table}.{column} of V{version}");
            }
        }
    }
}

#[test]
fn a_database_of_every_landed_version_keeps_every_value() {
    for version in 0..=LANDED.len() {
        is_brought_up_to_date(&landed(version), &format!("V{version}"));
    }
}

#[tokio::test]
async fn what_the_last_landed_version_kept_is_read_as_it_read_it() {
    let folder = landed(LANDED.len());
    let store = SqliteStore::open(folder.path()).unwrap();
    let lines = export(&store).await.unwrap();
    let lines: Vec<_> = lines.iter().map(|line| serde_json::to_value(line).unwrap()).collect();
    let exported: Vec<serde_json::Value> =
        EXPORTED.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, exported);
}

#[tokio::test]
async fn what_every_landed_version_kept_can_be_read() {
    for version in 1..=LANDED.len() {
        let folder = landed(version);
        let store = SqliteStore::open(folder.path()).unwrap();
        let lines = export(&store).await.unwrap_or_else(|error| panic!("V{version}: {error}"));
        assert!(lines.len() >= 15, "V{version}: {}", lines.len());
    }
}

/// Texts that an earlier version kept in full are read beside compressed ones, and become such when
/// they are written again.
#[tokio::test]
async fn a_long_text_is_compressed_when_it_is_written_again() {
    let folder = landed(7);
    let store = SqliteStore::open(folder.path()).unwrap();
    let before = export(&store).await.unwrap();
    let show = "SELECT length(value), length(packed) FROM system_config
                WHERE key = 'trakt:show:5:episodes'";
    let Value::Integer(length) = rows(&raw(&folder), show)[0][0] else { panic!("no text") };
    let ids = store.show_ids().await.unwrap();
    let shows = store.shows(&ids).await.unwrap().into_values().map(Write::Show);
    store.write(&AccountId::default(), shows.collect()).await.unwrap();
    let [Value::Integer(0), Value::Integer(packed)] = rows(&raw(&folder), show)[0][..] else {
        panic!("it is as it was")
    };
    assert!(packed * 2 < length, "{length} became {packed}");
    assert_eq!(export(&store).await.unwrap(), before);
}

/// What a killed process of an earlier version, or a person, leaves of the notes.
#[test]
fn whichever_notes_are_lost_the_work_is_not_done_twice() {
    for version in 0..=LANDED.len() {
        let lost = (0..=version)
            .map(|kept| format!("DELETE FROM refinery_schema_history WHERE version > {kept}"));
        let holes = (1..=version)
            .map(|gone| format!("DELETE FROM refinery_schema_history WHERE version = {gone}"));
        let damage = ["name = NULL", "checksum = NULL", "checksum = 'x'", "applied_on = 'x'"]
            .map(|change| format!("UPDATE refinery_schema_history SET {change}"));
        let gone = ["DROP TABLE refinery_schema_history".to_owned()];
        for change in lost.chain(holes).chain(damage).chain(gone) {
            let folder = landed(version);
            raw(&folder).execute_batch(if version == 0 { "" } else { &change }).unwrap();
            is_brought_up_to_date(&folder, &format!("V{version}: {change}"));
        }
    }
}

#[test]
fn an_empty_table_of_notes_is_a_first_start_that_was_killed() {
    let folder = tempdir().unwrap();
    let empty = "CREATE TABLE refinery_schema_history(version int4 PRIMARY KEY, name VARCHAR(255),
                 applied_on VARCHAR(255), checksum VARCHAR(255))";
    raw(&folder).execute_batch(empty).unwrap();
    is_brought_up_to_date(&folder, "nothing but the table of notes");
}

/// What cannot be the work of a killed process is told, with the way out, and left as it is.
#[test]
fn what_cannot_be_mended_is_left_alone_and_told_with_the_way_out() {
    let last = LANDED.len();
    for (version, damage, told) in [
        (last, "DROP TABLE mappings", "the database lacks a part of the table (mappings)"),
        (last, "ALTER TABLE runs DROP COLUMN undone_by", "lacks a part of the table (runs)"),
        (0, "CREATE TABLE logs (id INTEGER)", "without the tables that belong to it (logs)"),
        (1, "CREATE TABLE run_plays (batch INTEGER)", "that belong to it (run_plays)"),
        (
            last,
            "UPDATE refinery_schema_history SET checksum = 1 WHERE version = 2",
            "another form of the migration V2__placements",
        ),
        (
            last,
            "UPDATE refinery_schema_history SET version = 999 WHERE version = 5",
            "newer version of this program (V999__covers)",
        ),
        (
            last,
            "ALTER TABLE refinery_schema_history DROP COLUMN checksum",
            "own notes have another form (refinery_schema_history)",
        ),
    ] {
        let folder = landed(version);
        let database = raw(&folder);
        database.execute_batch(damage).unwrap();
        let before = (form(&database), values(&database, tables(&database)));
        let error = SqliteStore::open(folder.path()).unwrap_err();
        let StoreError::Unfit { sentence, hint } = error else { panic!("{damage}: {error}") };
        assert!(sentence.contains(told), "{damage}: {sentence}");
        assert!(sentence.ends_with("state.db") && hint.contains("backup"), "{sentence}: {hint}");
        let after = (form(&database), values(&database, tables(&database)));
        assert_eq!(after, before, "{damage}");
    }
}

#[test]
fn tables_of_somebody_else_are_not_in_the_way() {
    for version in 0..=LANDED.len() {
        let folder = landed(version);
        let others = "CREATE TABLE notes_of_mine (id INTEGER PRIMARY KEY AUTOINCREMENT, text);
                      INSERT INTO notes_of_mine (text) VALUES ('mine');
                      CREATE INDEX mine ON notes_of_mine (text);";
        raw(&folder).execute_batch(others).unwrap();
        drop(SqliteStore::open(folder.path()).unwrap());
        let database = raw(&folder);
        let mine: Option<String> = database
            .query_row("SELECT text FROM notes_of_mine", [], |row| row.get(0))
            .optional()
            .unwrap();
        assert_eq!(mine.as_deref(), Some("mine"));
    }
}

#[test]
fn a_database_that_is_up_to_date_opens_while_another_process_writes() {
    let folder = landed(LANDED.len());
    drop(SqliteStore::open(folder.path()).unwrap());
    let other = raw(&folder);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let patience = std::time::Duration::from_millis(20);
    SqliteStore::open_with_patience(folder.path(), patience).unwrap();
}
