//! An SQLite file that comes from outside, opened so that it can do nothing but be read.
//!
//! Such a file holds more than rows: views, virtual tables, generated columns and their expressions
//! are code that runs when it is read. Only tables whose rows stand in the file are read, and all
//! that is left to run is stopped at a deadline.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use anilist_trakt_sync_core::placing::datasets::ParseError;
use anilist_trakt_sync_core::placing::datasets::limits::Deadline;

/// How many of SQLite's steps are done between two looks at the deadline; some tens of microseconds.
const STEPS: i32 = 1000;

/// The longest text or blob that SQLite makes of this file, such as the statement of a table.
const LONGEST_VALUE: i32 = 64 << 10;

/// Far more than the statements that are run here need.
const OTHER_LIMITS: [(Limit, i32); 6] = [
    (Limit::SQLITE_LIMIT_VDBE_OP, 10_000),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 50),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 2),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Opens a file. Whatever runs on the connection fails after the deadline.
pub(crate) fn open(file: &Path, until: Deadline) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.progress_handler(STEPS, Some(move || until.is_over()))?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
    for (limit, value) in OTHER_LIMITS {
        connection.set_limit(limit, value)?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(connection)
}

/// What a table is, as SQLite made it of the schema and not as the schema's rows say of themselves.
fn kind_of(connection: &Connection, table: &str) -> Result<Option<String>, ParseError> {
    connection
        .prepare("SELECT type FROM pragma_table_list(?1) WHERE schema = 'main'")
        .and_then(|mut statement| {
            let mut kinds = statement.query_map([table], |row| row.get::<_, String>(0))?;
            kinds.next().transpose()
        })
        .map_err(|cause| broken(&cause))
}

fn broken(cause: &rusqlite::Error) -> ParseError {
    ParseError(format!("the file is not a whole SQLite database: {cause}"))
}

/// Which of these columns a table has as plain values; none if there is no such table.
///
/// # Errors
/// When it is no real table.
pub(crate) fn columns_of(
    connection: &Connection,
    table: &str,
    columns: &[&'static str],
) -> Result<Option<Vec<&'static str>>, ParseError> {
    if kind_of(connection, table)?.is_none() {
        return Ok(None);
    }
    check_table(connection, table, &[])?;
    let mut found = Vec::new();
    for column in columns {
        if has_column(connection, table, column)? {
            found.push(*column);
        }
    }
    Ok(Some(found))
}

fn has_column(connection: &Connection, table: &str, column: &str) -> Result<bool, ParseError> {
    let plain =
        "SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden = 0 AND name = ?2 COLLATE NOCASE";
    let found: u32 = connection
        .query_row(plain, [table, column], |row| row.get(0))
        .map_err(|cause| broken(&cause))?;
    Ok(found == 1)
}

/// Refuses a table that is no real one, or has not these columns as plain values.
pub(crate) fn check_table(
    connection: &Connection,
    table: &str,
    columns: &[&str],
) -> Result<(), ParseError> {
    let kind = kind_of(connection, table)?;
    match kind.as_deref() {
        Some("table") => {}
        Some(kind) => return Err(ParseError(format!("{table} is not a table but a {kind}"))),
        None => return Err(ParseError(format!("the file has no table {table}"))),
    }
    for column in columns {
        if !has_column(connection, table, column)? {
            return Err(ParseError(format!("{table} has no plain column {column}")));
        }
    }
    Ok(())
}

/// The statement that gives these columns of the rows that have a first one. A row with a longer
/// value than this many bytes is left out; an index, which may say anything, is not asked.
pub(crate) fn select(table: &str, columns: &[&str], longest: usize) -> String {
    let short =
        columns.iter().map(|column| format!("AND ifnull(octet_length({column}), 0) <= {longest}"));
    let short: Vec<String> = short.collect();
    format!(
        "SELECT {} FROM {table} NOT INDEXED WHERE {} IS NOT NULL {}",
        columns.join(", "),
        columns[0],
        short.join(" ")
    )
}
