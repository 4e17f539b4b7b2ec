//! A person's lists as the merge reads them.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use super::catalogue::media_type;
use super::client::{AniListClient, Wait};
use super::kept::Listed;
use super::library::{LibraryEntry, WireLibraryEntry};
use super::owner::ListOwner;
use super::queries;
use crate::outbound::ProviderError;
use anilist_trakt_sync_core::domain::AnilistId;
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{Row, Rows};

/// AniList gives the newest 11,000 entries of a list; of a longer one nothing that is missing is known to be gone.
const MOST_ENTRIES: usize = 11_000;

/// AniList gives 50 entries on a page at most.
pub const ROWS_AT_ONCE: usize = 50;

impl AniListClient {
    /// All that the person has on their list of a kind, those on custom lists alone among them.
    pub async fn rows(
        &self,
        token: &SecretString,
        user: u64,
        kind: Kind,
    ) -> Result<Rows, ProviderError> {
        let Listed { entries, unread } = self.library(&ListOwner::of(token), user, kind).await?;
        let whole = unread.is_empty() && entries.len() < MOST_ENTRIES;
        Ok(Rows { rows: entries.into_iter().map(row).collect(), whole })
    }

    /// The entries of these titles, [`ROWS_AT_ONCE`] at most; of one that the person has not there is none. One that
    /// cannot be read is an error: it is there all the same.
    pub async fn rows_of(
        &self,
        token: &SecretString,
        user: u64,
        kind: Kind,
        titles: &[AnilistId],
    ) -> Result<Vec<Row>, ProviderError> {
        let variables = json!({ "userId": user, "type": media_type(kind), "ids": titles });
        let query = queries::LIBRARY_ENTRIES;
        let owner = ListOwner::of(token);
        let found: Vec<LibraryEntry> =
            self.entries::<WireLibraryEntry>(&owner, query, variables, Wait::AWindow).await?;
        Ok(found.into_iter().map(row).collect())
    }

    /// The entries that were changed at an instant or later, the newest first: one request where nothing was.
    pub async fn rows_since(
        &self,
        token: &SecretString,
        user: u64,
        kind: Kind,
        since: Timestamp,
    ) -> Result<Vec<Row>, ProviderError> {
        let variables = json!({ "userId": user, "type": media_type(kind) });
        let query = queries::LIBRARY_CHANGED;
        let (owner, since) = (ListOwner::of(token), since.as_second());
        let found = self.newest::<WireLibraryEntry>(&owner, query, variables, since).await?;
        Ok(found.entries.into_iter().map(row).collect())
    }
}

fn row(entry: LibraryEntry) -> Row {
    let LibraryEntry { id, updated_at, new } = entry;
    let updated_at = Timestamp::from_second(updated_at).ok().filter(|at| at.as_second() > 0);
    Row { entry: id, kind: new.kind, work: new.work, native: new.entry.into(), updated_at }
}
