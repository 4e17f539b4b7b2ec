//! Where the suite keeps its state.

use std::sync::Arc;

use anilist_trakt_sync::store::{SqliteStore, Store};
use tempfile::TempDir;

/// A place that begins empty and is gone after the test.
pub(crate) enum Place {
    /// A data folder.
    Sqlite(TempDir),
}

/// An empty place of the embedded store.
pub(crate) fn sqlite() -> Place {
    Place::Sqlite(tempfile::tempdir().unwrap())
}

impl Place {
    /// Another handle on the place, as another process has it.
    #[expect(clippy::unused_async, reason = "stores on a network connect first")]
    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(folder) => Arc::new(SqliteStore::open(folder.path()).unwrap()),
        }
    }
}
