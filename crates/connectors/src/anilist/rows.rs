//! A person's lists as the merge reads them.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::catalogue::media_type;
use super::client::{AniListClient, Wait, unexpected};
use super::kept::{Kept, Listed};
use super::library::{LibraryEntry, WireLibraryEntry};
use super::odd::Row as WireRow;
use super::owner::ListOwner;
use super::wire::PageInfo;
use crate::outbound::ProviderError;
use anilist_trakt_sync_core::domain::AnilistId;
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{Row, Rows};

/// AniList gives the newest 11,000 entries of a list; of a longer one nothing that is missing is known to be gone.
const MOST_ENTRIES: usize = 11_000;

/// AniList gives 50 entries on a page at most.
pub const ROWS_AT_ONCE: usize = 50;

/// A list that changes faster than it is read comes to no end.
const MOST_PAGES: u32 = 300;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    page_info: Option<PageInfo>,
    media_list: Option<Vec<WireRow<WireLibraryEntry>>>,
}

impl AniListClient {
    /// All that the person has on their list of a kind, those on custom lists alone among them.
    pub async fn rows(
        &self,
        token: &SecretString,
        user: u64,
        kind: Kind,
    ) -> Result<Rows, ProviderError> {
        let Listed { entries, unread } = self.library(&owner(token), user, kind).await?;
        let whole = unread.is_empty() && entries.len() < MOST_ENTRIES;
        Ok(Rows { rows: entries.into_iter().map(row).collect(), whole })
    }

    /// The entries of these titles, [`ROWS_AT_ONCE`] at most; of one that the person has not there is none.
    pub async fn rows_of(
        &self,
        token: &SecretString,
        user: u64,
        kind: Kind,
        titles: &[AnilistId],
    ) -> Result<Vec<Row>, ProviderError> {
        let variables = json!({ "userId": user, "type": media_type(kind), "ids": titles });
        let query = include_str!("queries/library_entries.graphql");
        let page: Page = self.page(&owner(token), query, variables, Wait::AWindow).await?;
        Ok(rows(page.media_list.ok_or_else(missing)?))
    }

    /// The entries that were changed at an instant or later, the newest first: one request where nothing was.
    pub async fn rows_since(
        &self,
        token: &SecretString,
        user: u64,
        kind: Kind,
        since: Timestamp,
    ) -> Result<Vec<Row>, ProviderError> {
        let query = include_str!("queries/library_changed.graphql");
        let is_new = |row: &Row| row.updated_at.is_none_or(|at| at >= since);
        let mut all: Vec<Row> = Vec::new();
        for number in 1..=MOST_PAGES {
            let variables = json!({ "userId": user, "type": media_type(kind), "page": number });
            let page: Page = self.page(&owner(token), query, variables, Wait::AWindow).await?;
            let wire = page.media_list.ok_or_else(missing)?;
            let ends = page.page_info.and_then(|info| info.has_next_page) == Some(false)
                || wire.is_empty();
            let read = rows(wire);
            let old = read.iter().any(|row| !is_new(row));
            all.extend(read.into_iter().filter(is_new));
            if ends || old {
                break;
            }
        }
        // What changes while the pages are turned moves from one to the next.
        let mut seen = std::collections::HashSet::new();
        all.retain(|row| seen.insert(row.entry));
        Ok(all)
    }
}

fn owner(token: &SecretString) -> ListOwner {
    ListOwner { token: Some(token.clone()), username: None }
}

fn missing() -> ProviderError {
    unexpected("data.Page.mediaList: missing")
}

/// The entries that can be read.
fn rows(wire: Vec<WireRow<WireLibraryEntry>>) -> Vec<Row> {
    let mut kept = Kept::default();
    kept.keep(wire);
    kept.listed.entries.into_iter().map(row).collect()
}

fn row(entry: LibraryEntry) -> Row {
    let LibraryEntry { id, updated_at, new } = entry;
    let updated_at = Timestamp::from_second(updated_at).ok().filter(|at| at.as_second() > 0);
    Row { entry: id, kind: new.kind, work: new.work, native: new.entry.into(), updated_at }
}
