//! Bringing the database up to date, whole or not at all.
//!
//! Refinery's own runner commits a migration and the note that it was applied one after the other.
//! A process that is killed between the two leaves a database that it refuses from then on, so only
//! its migrations and its table of notes are used here: all that is to be done is one transaction.

use std::collections::{BTreeMap, BTreeSet};

use refinery::Migration;
use rusqlite::{Connection, TransactionBehavior};

use super::fault::Fault;

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

/// The table of notes as refinery makes it, so that every version of this program reads it.
const NOTES: &str = "CREATE TABLE IF NOT EXISTS refinery_schema_history(
    version int4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255))";

const READ_NOTES: &str = "SELECT version, name, checksum FROM refinery_schema_history";

/// A note that could not be read is in the way.
const TAKE_NOTE: &str = "INSERT OR REPLACE INTO refinery_schema_history
    VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?3)";

const COLUMNS: &str = "SELECT tables.name, columns.name
    FROM sqlite_schema AS tables, pragma_table_xinfo(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT GLOB 'sqlite_*'";

const INDEXES: &str =
    "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";

const RESTORE: &str = "restore DATA_DIR from a backup; or move state.db away, and the next start \
     makes a new one and fetches what Trakt and AniList have";

const NEWER: &str =
    "start the newer version again, or restore DATA_DIR from a backup made before it";

/// A part of the database's form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Column { table: String, name: String },
    Index { table: String, name: String },
}

impl Part {
    fn table(&self) -> &str {
        match self {
            Self::Column { table, .. } | Self::Index { table, .. } => table,
        }
    }
}

type Form = BTreeSet<Part>;

/// What is noted of the migrations that this program knows: version to name and checksum.
type Notes = BTreeMap<i64, (String, u64)>;

/// What is to be done about one migration.
#[derive(Debug)]
enum Step<'a> {
    /// Its work is there and only the note is missing: a version that committed the two apart was
    /// killed between them.
    Note(&'a Migration),
    /// It is new.
    Apply(&'a Migration),
}

/// Applies what is new. A database that is up to date is only read.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), Fault> {
    let runner = embedded::migrations::runner();
    let mut migrations: Vec<&Migration> = runner.get_migrations().iter().collect();
    migrations.sort();
    if steps(&*connection.transaction()?, &migrations)?.is_empty() {
        return Ok(());
    }
    // Another process may have been quicker, so it is looked at again with no other writer.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let steps = steps(&transaction, &migrations)?;
    transaction.execute_batch(NOTES)?;
    for step in &steps {
        take(&transaction, step)?;
    }
    Ok(transaction.commit()?)
}

fn take(transaction: &Connection, step: &Step<'_>) -> Result<(), Fault> {
    let (Step::Note(migration) | Step::Apply(migration)) = step;
    if let Step::Apply(migration) = step {
        transaction.execute_batch(migration.sql().unwrap_or_default())?;
    }
    let checksum = migration.checksum().to_string();
    transaction.execute(TAKE_NOTE, (migration.version(), migration.name(), checksum))?;
    Ok(())
}

/// What is to be done, in order.
fn steps<'a>(
    connection: &Connection,
    migrations: &[&'a Migration],
) -> Result<Vec<Step<'a>>, Fault> {
    let notes = notes(connection)?;
    refuse_other_programs(&notes, migrations)?;
    let is_noted = |migration: &Migration| notes.contains_key(&i64::from(migration.version()));
    let forms = forms(migrations)?;
    let there = form(connection)?;
    let noted = migrations.iter().rposition(|migration| is_noted(migration)).map_or(0, |at| at + 1);
    refuse_what_lacks(&forms, noted, &there)?;
    let complete = forms.iter().rposition(|form| form.is_subset(&there)).unwrap_or(0);
    let reached = noted.max(complete);
    refuse_half(&forms, reached, &there)?;
    let missing = migrations.iter().enumerate().filter(|(_, migration)| !is_noted(migration));
    Ok(missing
        .map(
            |(at, migration)| {
                if at < reached { Step::Note(migration) } else { Step::Apply(migration) }
            },
        )
        .collect())
}

/// The notes that can be read. One that cannot is as good as none.
fn notes(connection: &Connection) -> Result<Notes, Fault> {
    if !connection.table_exists(None, "refinery_schema_history")? {
        return Ok(Notes::new());
    }
    let mut statement = connection.prepare(READ_NOTES).map_err(|_| Fault::Unfit {
        sentence: "the database's own notes have another form (refinery_schema_history)".to_owned(),
        hint: RESTORE,
    })?;
    let mut rows = statement.query([])?;
    let mut notes = Notes::new();
    while let Some(row) = rows.next()? {
        let checksum = row.get::<_, String>(2).ok().and_then(|text| text.parse().ok());
        if let (Ok(version), Ok(name), Some(checksum)) = (row.get(0), row.get(1), checksum) {
            notes.insert(version, (name, checksum));
        }
    }
    Ok(notes)
}

fn refuse_other_programs(notes: &Notes, migrations: &[&Migration]) -> Result<(), Fault> {
    for (version, (name, checksum)) in notes {
        let known = migrations.iter().find(|known| i64::from(known.version()) == *version);
        let told = format!("V{version}__{name}");
        let Some(known) = known else {
            return Err(Fault::Unfit {
                sentence: format!(
                    "the database was written by a newer version of this program ({told})"
                ),
                hint: NEWER,
            });
        };
        if (known.name(), known.checksum()) != (name.as_str(), *checksum) {
            return Err(Fault::Unfit {
                sentence: format!(
                    "the database was made with another form of the migration {told}"
                ),
                hint: RESTORE,
            });
        }
    }
    Ok(())
}

/// The form after each migration; the first is the empty one before them.
fn forms(migrations: &[&Migration]) -> Result<Vec<Form>, Fault> {
    let reference = Connection::open_in_memory()?;
    let mut forms = vec![Form::new()];
    for migration in migrations {
        reference.execute_batch(migration.sql().unwrap_or_default())?;
        forms.push(form(&reference)?);
    }
    Ok(forms)
}

fn form(connection: &Connection) -> Result<Form, Fault> {
    let parts = |statement: &str, part: fn((String, String)) -> Part| {
        let mut statement = connection.prepare(statement)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.map(|row| row.map(part)).collect::<rusqlite::Result<Form>>()
    };
    let mut form = parts(COLUMNS, |(table, name)| Part::Column { table, name })?;
    form.extend(parts(INDEXES, |(table, name)| Part::Index { table, name })?);
    Ok(form)
}

/// A missing index only makes it slower; without a table or a column it cannot be used.
fn refuse_what_lacks(forms: &[Form], noted: usize, there: &Form) -> Result<(), Fault> {
    let lacks = forms[noted]
        .difference(there)
        .find_map(|part| matches!(part, Part::Column { .. }).then(|| part.table()));
    refuse(lacks, "the database lacks a part of the table")
}

/// A migration is applied whole or not at all, so this is no work of a killed process.
fn refuse_half(forms: &[Form], reached: usize, there: &Form) -> Result<(), Fault> {
    let to_come = forms.iter().skip(reached).flat_map(|form| form.difference(&forms[reached]));
    let half = to_come.into_iter().find(|part| there.contains(part)).map(Part::table);
    refuse(half, "the database has a table of this program without the tables that belong to it")
}

fn refuse(table: Option<&str>, what: &str) -> Result<(), Fault> {
    table.map_or(Ok(()), |table| {
        Err(Fault::Unfit { sentence: format!("{what} ({table})"), hint: RESTORE })
    })
}
