//! Reading the database of the tracker that this service took over from: an SQLite file of people and
//! their titles, `app.db`.
//!
//! Its tables grew over time and are read by the columns that they have. Passwords are not read. The
//! file comes from outside and is opened so that it can do nothing but be read.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::{Map, Value};

use anilist_trakt_sync_core::placing::datasets::ParseError;
use anilist_trakt_sync_core::placing::datasets::limits::Deadline;

use crate::foreign;

/// The names that the table of people had; SQLite takes them in any case.
const PEOPLE: [&str; 2] = ["user", "users"];

/// The names that the table of titles had.
const TITLES: [&str; 4] = ["libraryitem", "library_item", "libraryitems", "library_items"];

/// What is read of a person.
const OF_PERSON: [&str; 5] = ["username", "id", "full_name", "email", "disabled"];

/// What is read of a title, with everything that ever said whose it is.
const OF_TITLE: [&str; 17] = [
    "title",
    "id",
    "type",
    "source",
    "cover_url",
    "status",
    "progress",
    "max_progress",
    "anilist_id",
    "format",
    "site_url",
    "score",
    "notes",
    "user_id",
    "owner_id",
    "owner",
    "username",
];

/// Those of them that say whose a title is.
const OWNERS: [&str; 4] = ["user_id", "owner_id", "owner", "username"];

/// More people than a tracker on one machine has.
const MOST_PEOPLE: usize = 10_000;

/// More titles than all of them have.
const MOST_TITLES: usize = 1_000_000;

/// The longest value that is read, in bytes. A row with a longer one is left out.
const LONGEST: usize = 32 << 10;

/// A row by the names of its columns.
pub type Fields = Map<String, Value>;

/// All that a tracker's database says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tracker {
    /// The people, in the order in which they came.
    pub people: Vec<Person>,
    /// Titles of nobody who is known.
    pub titles: Vec<Fields>,
}

/// A person of a tracker.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The name to sign in by.
    pub username: String,
    /// Their name for people.
    pub full_name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// Their titles, in the order in which they came.
    pub titles: Vec<Fields>,
}

/// Reads a tracker's database, and gives up at the deadline.
///
/// # Errors
/// When it is no such database, or has more in it than a tracker has.
pub fn read(file: &Path, until: Deadline) -> Result<Tracker, ParseError> {
    let connection = foreign::open(file, until).map_err(|cause| broken(&cause))?;
    let people = rows(&connection, &PEOPLE, &OF_PERSON, MOST_PEOPLE)?;
    let titles = rows(&connection, &TITLES, &OF_TITLE, MOST_TITLES)?;
    if people.is_none() && titles.is_none() {
        return Err(ParseError("the file has no table of people and none of titles".to_owned()));
    }
    let mut tracker = Tracker::default();
    let people = people.unwrap_or_default();
    tracker.people = people.iter().map(person).collect();
    let owners = owners(&people);
    for mut title in titles.unwrap_or_default() {
        let mut said = OWNERS.iter().filter_map(|name| title.get(*name));
        let owner = said.find_map(|said| owners.get(&said.to_string()).copied());
        title.retain(|name, _| !OWNERS.contains(&name.as_str()));
        match owner.and_then(|at| tracker.people.get_mut(at)) {
            Some(person) => person.titles.push(title),
            None => tracker.titles.push(title),
        }
    }
    Ok(tracker)
}

fn broken(cause: &rusqlite::Error) -> ParseError {
    ParseError(format!("the file is not a whole SQLite database: {cause}"))
}

/// All rows of the first of these tables that there is, with what it has of these columns. What has
/// nothing in the first column is no row.
fn rows(
    connection: &Connection,
    tables: &[&str],
    columns: &[&'static str],
    most: usize,
) -> Result<Option<Vec<Fields>>, ParseError> {
    for table in tables {
        let Some(found) = foreign::columns_of(connection, table, columns)? else { continue };
        if found.first() != columns.first() {
            return Err(ParseError(format!("{table} has no plain column {}", columns[0])));
        }
        return all(connection, &foreign::select(table, &found, LONGEST), &found, most).map(Some);
    }
    Ok(None)
}

fn all(
    connection: &Connection,
    statement: &str,
    columns: &[&str],
    most: usize,
) -> Result<Vec<Fields>, ParseError> {
    let mut statement = connection.prepare(statement).map_err(|cause| broken(&cause))?;
    let mut rows = statement.query([]).map_err(|cause| broken(&cause))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(|cause| broken(&cause))? {
        if found.len() == most {
            return Err(ParseError(format!("the file has more rows than a tracker has: {most}")));
        }
        found.push(fields(row, columns).map_err(|cause| broken(&cause))?);
    }
    Ok(found)
}

fn fields(row: &Row<'_>, columns: &[&str]) -> rusqlite::Result<Fields> {
    let mut fields = Fields::new();
    for (at, column) in columns.iter().enumerate() {
        let value = value(row.get_ref(at)?);
        if !value.is_null() {
            fields.insert((*column).to_owned(), value);
        }
    }
    Ok(fields)
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) if number.fract() == 0.0 => {
            format!("{number:.0}").parse::<i64>().map_or(Value::Null, Value::from)
        }
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => std::str::from_utf8(text).map_or(Value::Null, Value::from),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}

fn person(fields: &Fields) -> Person {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let disabled = fields.get("disabled").is_some_and(|value| {
        value.as_i64().is_some_and(|number| number != 0) || value.as_str() == Some("true")
    });
    Person {
        username: text("username").unwrap_or_default(),
        full_name: text("full_name"),
        email: text("email"),
        disabled,
        titles: Vec::new(),
    }
}

/// Which person is meant by a number or a name, as JSON writes it.
fn owners(people: &[Fields]) -> HashMap<String, usize> {
    let mut owners = HashMap::new();
    for (at, person) in people.iter().enumerate() {
        for said in ["id", "username"].iter().filter_map(|name| person.get(*name)) {
            owners.entry(said.to_string()).or_insert(at);
        }
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;
    use anilist_trakt_sync_core::placing::datasets::limits::READING;

    fn parsed(script: &str) -> Result<Tracker, ParseError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        Connection::open(file.path()).unwrap().execute_batch(script).unwrap();
        read(file.path(), Deadline::after(READING))
    }

    #[test]
    fn tables_are_read_by_the_columns_that_they_have() {
        let tracker = parsed(
            "CREATE TABLE Users (username TEXT, colour TEXT);
             INSERT INTO Users VALUES ('mika', 'red'), (NULL, 'blue');
             CREATE TABLE library_item (title, owner, progress, extra);
             INSERT INTO library_item VALUES ('Akira', 'mika', 3.0, 'x'), ('Other', 'gone', 'two', 'y'),
                 (NULL, 'mika', 1, 'z');",
        )
        .unwrap();
        let [mika] = tracker.people.as_slice() else { panic!("{tracker:?}") };
        assert_eq!((mika.username.as_str(), mika.disabled), ("mika", false));
        assert_eq!(
            Value::from(mika.titles[0].clone()).to_string(),
            r#"{"progress":3,"title":"Akira"}"#
        );
        assert_eq!(tracker.titles.len(), 1, "of nobody who is known");
    }

    #[test]
    fn one_table_is_enough_and_one_that_is_none_is_refused() {
        assert_eq!(parsed("CREATE TABLE user (id, username)").unwrap(), Tracker::default());
        let titles =
            parsed("CREATE TABLE libraryitem (title); INSERT INTO libraryitem VALUES ('a')");
        assert_eq!(titles.unwrap().titles.len(), 1);
        for (script, told) in [
            ("CREATE TABLE films (id)", "no table of people"),
            ("CREATE TABLE user (id)", "no plain column username"),
            ("CREATE VIEW user AS SELECT 'x' AS username", "not a table but a view"),
            (
                "CREATE TABLE user (id, username AS (hex(zeroblob(900000000))))",
                "no plain column username",
            ),
        ] {
            let refused = parsed(script).unwrap_err().to_string();
            assert!(refused.contains(told), "{script}: {refused}");
        }
    }

    #[test]
    fn a_row_with_a_huge_value_is_left_out() {
        let tracker = parsed(
            "CREATE TABLE libraryitem (title, status);
             INSERT INTO libraryitem VALUES ('a', zeroblob(40000)), ('b', 'planning')",
        );
        assert_eq!(tracker.unwrap().titles.len(), 1);
    }

    #[test]
    fn reading_ends_at_the_deadline() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let many = "CREATE TABLE libraryitem (title);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
            INSERT INTO libraryitem SELECT i FROM n";
        Connection::open(file.path()).unwrap().execute_batch(many).unwrap();
        assert!(read(file.path(), Deadline::after(std::time::Duration::ZERO)).is_err());
        std::fs::write(file.path(), "no database").unwrap();
        assert!(read(file.path(), Deadline::after(READING)).is_err());
    }
}
