//! A store with a damaged record: it is healed, or it is named, and nothing is posted twice.

use std::time::Duration;

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::domain::AnilistId;
use anilist_trakt_sync::sync::Mode;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::bench::{Bench, episodes};
use crate::worlds::{current, with_series};

/// More than there are values to damage.
const LONG: u32 = 1000;

/// A table as it was.
struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// What is kept here can be had again from where it came.
const CACHES: [&str; 2] = ["datasets", "system_config"];

/// Where something else is put.
#[derive(Clone, Copy)]
struct Cell {
    table: usize,
    row: usize,
    column: usize,
}

/// Everything that is kept, but the log and the version of the tables.
fn tables(file: &Connection) -> Vec<Table> {
    let query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                 AND name NOT IN ('logs', 'refinery_schema_history') ORDER BY name";
    let mut names = file.prepare(query).unwrap();
    let names = names.query_map([], |row| row.get(0)).unwrap();
    names.map(|name| table(file, name.unwrap())).collect()
}

fn table(file: &Connection, name: String) -> Table {
    let mut query = file.prepare(&format!("SELECT * FROM {name}")).unwrap();
    let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
    let values = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect();
    let rows = query.query_map([], values).unwrap().map(Result::unwrap).collect();
    Table { name, columns, rows }
}

/// Another value of the same type: the tables take no other. Numbers become negative, text is no
/// JSON, time or name any more, and bytes are cut.
fn damaged(value: &Value) -> Option<Value> {
    match value {
        Value::Integer(_) => Some(Value::Integer(-1)),
        Value::Text(_) => Some(Value::Text("{".to_owned())),
        Value::Blob(bytes) => Some(Value::Blob(bytes[..bytes.len() / 2].to_vec())),
        Value::Null | Value::Real(_) => None,
    }
}

/// Puts everything back as it was, but for one value. Says whether the table takes it.
fn put(file: &mut Connection, tables: &[Table], cell: Cell, value: &Value) -> bool {
    let change = file.transaction().unwrap();
    for (at, table) in tables.iter().enumerate() {
        change.execute(&format!("DELETE FROM {}", table.name), []).unwrap();
        let marks = vec!["?"; table.columns.len()].join(", ");
        let insert = format!("INSERT INTO {} VALUES ({marks})", table.name);
        let mut insert = change.prepare(&insert).unwrap();
        for (row, values) in table.rows.iter().enumerate() {
            let mut values = values.clone();
            if (at, row) == (cell.table, cell.row) {
                values[cell.column] = value.clone();
            }
            if insert.execute(params_from_iter(values)).is_err() {
                return false;
            }
        }
    }
    change.commit().unwrap();
    true
}

fn cells(tables: &[Table]) -> Vec<(Cell, Value)> {
    let mut all = Vec::new();
    for (table, kept) in tables.iter().enumerate() {
        for (row, values) in kept.rows.iter().enumerate() {
            let changed = values.iter().map(damaged).enumerate();
            all.extend(
                changed.filter_map(|(column, value)| Some((Cell { table, row, column }, value?))),
            );
        }
    }
    all
}

#[tokio::test]
async fn whatever_is_damaged_it_is_healed_or_named_and_nothing_is_posted_twice() {
    let series = |world, id| with_series(world, id, LONG, current(id, 4));
    let mut bench = Bench::start([1, 2].into_iter().fold(World::default(), series)).await;
    bench.full().await;
    let mut file = Connection::open(bench.folder().join("state.db")).unwrap();
    let tables = tables(&file);
    let (mut watched, mut healed, mut named) = (4, 0, 0);
    for (cell, value) in cells(&tables) {
        if !put(&mut file, &tables, cell, &value) {
            continue;
        }
        bench.restart();
        watched += 1;
        bench.time_passes(Duration::from_mins(1));
        bench.demo.world(|world, now| world.watch(AnilistId(1), watched, now));
        let table = &tables[cell.table];
        let place = format!("{}.{} of row {}", table.name, table.columns[cell.column], cell.row);
        match bench.try_run(Mode::Full).await {
            Ok(report) => {
                let all = [episodes(1, 1, 1..=watched), episodes(2, 1, 1..=4)].concat();
                assert_eq!((report.state, bench.history()), ("complete", all), "{place}");
                healed += 1;
            }
            Err(error) => {
                assert_eq!(error.code(), "store_damaged", "{place}: {error}");
                assert!(error.sentence().contains(&table.name), "{place}: {error}");
                assert!(!CACHES.contains(&table.name.as_str()), "{place}: {error}");
                named += 1;
            }
        }
    }
    assert!(healed > 50 && named > 30, "{healed} healed, {named} named");
}
