//! What goes wrong below the store's interface, and the one place that puts it into words.

use std::path::Path;

use rusqlite::{ErrorCode, Row, types::ValueRef};

use crate::StoreError;

/// A statement, a record or a file that failed. The queries return it; only the connection, which
/// knows the file's name, makes a [`StoreError`] of it.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// A record is not what the schema says.
    Record {
        /// The table and the record's id in it.
        key: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The database is one that this program must leave alone.
    Unfit {
        /// Why, without the file's name.
        sentence: String,
        /// The way out.
        hint: &'static str,
    },
    /// The account is gone.
    Gone,
    /// Anything else, as a sentence without the file's name.
    Told(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Fault {
    /// The sentence for a person. The path comes last, as the value it is about.
    pub(super) fn at(self, path: &Path) -> StoreError {
        let sentence = match self {
            Self::Gone => return StoreError::Gone,
            Self::Record { key, cause } => return StoreError::Corrupt { key, cause },
            Self::Unfit { sentence, hint } => {
                let sentence = format!("{sentence}: {}", path.display());
                return StoreError::Unfit { sentence, hint };
            }
            Self::Sqlite(error) => explain(&error),
            Self::Told(sentence) => sentence,
        };
        StoreError::Unavailable(format!("{sentence}: {}", path.display()))
    }

    /// A record whose first column is its id, and that cannot be read.
    pub(super) fn record(table: &str, row: &Row<'_>, cause: &rusqlite::Error) -> Self {
        let id = match row.get_ref(0) {
            Ok(ValueRef::Integer(id)) => id.to_string(),
            Ok(ValueRef::Text(id)) => String::from_utf8_lossy(id).into_owned(),
            _ => "without an id".to_owned(),
        };
        Self::Record { key: format!("{table} {id}"), cause: cause.to_string() }
    }
}

/// The sentence without the file's name.
pub(super) fn explain(error: &rusqlite::Error) -> String {
    // The error's own words would repeat the whole statement.
    if let rusqlite::Error::SqlInputError { msg, .. } = error {
        return format!("the database failed ({msg})");
    }
    let sentence = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program keeps the database locked"
        }
        Some(ErrorCode::DiskFull) => "no space is left for the database",
        Some(ErrorCode::ReadOnly) => "the database cannot be written to",
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "the database cannot be opened; does this user have access to the folder?"
        }
        Some(ErrorCode::NotADatabase) => "the file is not a SQLite database",
        Some(ErrorCode::DatabaseCorrupt) => "the database is damaged; restore it from a backup",
        _ => return format!("the database failed ({error})"),
    };
    sentence.to_owned()
}
