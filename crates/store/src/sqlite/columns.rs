//! How values that SQLite does not know stand in a column, and how rows become records.

use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Params, Row};
use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};

use super::fault::Fault;

/// A time as text of one length, so that the order of the texts is the order of the times.
pub(super) struct Time(pub(super) Timestamp);

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(format!("{:.9}", self.0).into())
    }
}

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

/// A structure as JSON.
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(json(&self.0)?.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}

/// The JSON of a structure.
pub(super) fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(not_storable)
}

/// An enum without data as its word on the wire.
pub(super) struct Word<T>(pub(super) T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = serde_json::to_value(&self.0).map_err(not_storable)?;
        Ok(value.as_str().unwrap_or_default().to_owned().into())
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word: StrDeserializer<'_, serde::de::value::Error> =
            value.as_str()?.into_deserializer();
        T::deserialize(word).map(Self).map_err(FromSqlError::other)
    }
}

/// A value as the text it is written as for people.
pub(super) struct Text<T>(pub(super) T);

impl<T: Display> ToSql for Text<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl<T: FromStr<Err: Error + Send + Sync + 'static>> FromSql for Text<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

fn not_storable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

/// All records a query gives. Its first column is the record's id, by which an unreadable one is
/// named.
pub(super) fn records<T>(
    connection: &Connection,
    table: &str,
    query: &str,
    parameters: impl Params,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row).map_err(|cause| Fault::record(table, row, &cause))?);
    }
    Ok(all)
}

/// The values of a row one after the other, in the order in which the query names them. For the
/// tables that are read whole: finding every value by its name takes a quarter of the time.
pub(super) struct Columns<'row, 'query> {
    row: &'row Row<'query>,
    next: usize,
}

impl<'row, 'query> Columns<'row, 'query> {
    pub(super) fn of(row: &'row Row<'query>) -> Self {
        Self { row, next: 0 }
    }

    /// The next value.
    pub(super) fn take<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let value = self.row.get(self.next);
        self.next += 1;
        value
    }
}

/// Runs a statement that gives no rows, and says how many it changed.
pub(super) fn change(
    connection: &Connection,
    statement: &str,
    parameters: impl Params,
) -> Result<usize, Fault> {
    Ok(connection.prepare_cached(statement)?.execute(parameters)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored<T: ToSql, R: FromSql>(value: T) -> rusqlite::Result<R> {
        Connection::open_in_memory()?.query_row("SELECT ?1", [value], |row| row.get(0))
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_order_of_the_texts_is_the_order_of_the_times() {
        let times = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:01Z"];
        let texts: Vec<String> =
            times.iter().map(|time| stored(Time(moment(time))).unwrap()).collect();
        assert!(texts.is_sorted(), "{texts:?}");
    }

    #[test]
    fn a_time_keeps_its_nanoseconds() {
        let time = moment("2026-01-01T00:00:00.000000001Z");
        assert_eq!(stored::<_, Time>(Time(time)).unwrap().0, time);
    }

    #[test]
    fn an_enum_stands_as_its_word() {
        use anilist_trakt_sync_core::domain::MappingKind;

        let word: String = stored(Word(MappingKind::Manual)).unwrap();
        assert_eq!(word, "manual");
        assert_eq!(stored::<_, Word<MappingKind>>(word).unwrap().0, MappingKind::Manual);
        assert!(stored::<_, Word<MappingKind>>("guessed").is_err());
    }
}
