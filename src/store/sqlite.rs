//! The embedded store.

/// State in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore;
