//! Long texts, compressed.
//!
//! They have two columns: one for the text as people read it, and `packed`. A long text is in
//! `packed`, and the other is empty. What somebody writes into the other by hand is in force.
//!
//! SQLite writes whole pages, each once into its log and once into the file. A row of a few hundred
//! bytes shares its page with others; a longer one takes pages of its own.

use std::error::Error;

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use serde::de::DeserializeOwned;

use anilist_trakt_sync_core::codec;

/// Longer texts are compressed.
const READABLE: usize = 512;

/// The most a text may unpack to, in bytes.
const LARGEST: usize = 256 << 20;

/// What stands in the two columns.
pub(super) fn pack(text: &str) -> rusqlite::Result<(&str, Option<Vec<u8>>)> {
    if text.len() <= READABLE {
        return Ok((text, None));
    }
    let packed = codec::compress(text.as_bytes())
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    Ok(("", Some(packed)))
}

/// The text of a row that has both columns.
pub(super) fn unpack(row: &Row<'_>, column: &str) -> rusqlite::Result<String> {
    let readable = row.get_ref(column)?.as_str()?;
    let packed = row.get_ref("packed")?.as_blob_or_null()?;
    match packed.filter(|_| readable.is_empty()) {
        None => Ok(readable.to_owned()),
        Some(packed) => {
            let bytes = codec::decompress(packed, LARGEST).map_err(unreadable)?;
            String::from_utf8(bytes).map_err(unreadable)
        }
    }
}

/// The record that such a text is the JSON of.
pub(super) fn unpack_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    serde_json::from_str(&unpack(row, column)?).map_err(unreadable)
}

fn unreadable(error: impl Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Blob, Box::new(FromSqlError::other(error)))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn stored(text: &str, packed: Option<Vec<u8>>) -> rusqlite::Result<String> {
        let database = Connection::open_in_memory()?;
        let query = "SELECT ?1 AS text, ?2 AS packed";
        database.query_row(query, (text, packed), |row| unpack(row, "text"))
    }

    #[test]
    fn a_text_of_any_length_comes_back() {
        for length in [0, 1, READABLE, READABLE + 1, 100_000] {
            let text = "é1".repeat(length / 3) + &"x".repeat(length % 3);
            let (readable, packed) = pack(&text).unwrap();
            assert_eq!(packed.is_some(), length > READABLE, "{length}");
            assert_eq!(stored(readable, packed).unwrap(), text);
        }
    }

    #[test]
    fn what_was_written_by_hand_is_in_force() {
        let (_, packed) = pack(&"x".repeat(1000)).unwrap();
        assert_eq!(stored("{}", packed).unwrap(), "{}");
    }

    #[test]
    fn what_is_damaged_is_no_text() {
        let text = "x".repeat(1000);
        let (readable, packed) = pack(&text).unwrap();
        let half = packed.map(|packed| packed[..packed.len() / 2].to_vec());
        assert!(stored(readable, half).is_err());
        let bytes = codec::compress(&[0xff; 1000]).unwrap();
        assert!(stored(readable, Some(bytes)).is_err(), "no UTF-8");
    }
}
