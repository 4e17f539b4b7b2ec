//! Taking a person's AniList into their library.

use super::list;
use crate::anilist::{LibraryEntry, Listed};
use crate::domain::AnilistId;
use crate::hub::error::Result as HubResult;
use crate::hub::person::Person;
use crate::library::{Author, Draft, Kind, Refused, Taken};

/// Entries that are one write to the store.
const AT_ONCE: usize = 500;

/// What was taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Whose list it is.
    pub name: String,
    /// Entries of the list.
    pub read: usize,
    /// Titles that the library did not have.
    pub added: usize,
    /// Titles of which something changed.
    pub updated: usize,
    /// Titles of which the library says as much already.
    pub unchanged: usize,
    /// The titles of entries that cannot be read; none where not even that can be.
    pub unread: Vec<Option<AnilistId>>,
}

/// Takes in the lists of these kinds. What one part of a long list brought is kept when another fails, and
/// taking it in again goes on from there.
pub async fn import(person: &Person, kinds: &[Kind]) -> HubResult<Imported> {
    let list = list(person)?;
    let viewer = list.viewer().await?;
    let mut imported = Imported { name: viewer.name, ..Imported::default() };
    for kind in kinds {
        let Listed { entries, unread } = list.library(viewer.id, *kind).await?;
        imported.unread.extend(unread);
        for part in entries.chunks(AT_ONCE) {
            imported.add(&take_in(person, part).await?);
        }
    }
    let Imported { name, added, updated, unchanged, unread, .. } = &imported;
    tracing::info!(
        "[AniList] The list of {name} was taken in: {added} titles added, {updated} changed, {unchanged} as before, {} not read",
        unread.len()
    );
    Ok(imported)
}

async fn take_in(person: &Person, entries: &[LibraryEntry]) -> HubResult<Imported> {
    let take = |draft: &mut Draft<'_>| {
        let mut imported = Imported::default();
        entries.iter().try_for_each(|entry| imported.take(draft, entry))?;
        Ok(imported)
    };
    Ok(person.library().change(Author::Anilist, take).await?.outcome)
}

impl Imported {
    fn take(&mut self, draft: &mut Draft<'_>, entry: &LibraryEntry) -> Result<(), Refused> {
        self.read += 1;
        match draft.take_in(entry.new.clone())? {
            Taken::Added => self.added += 1,
            Taken::Changed => self.updated += 1,
            Taken::Same => self.unchanged += 1,
        }
        Ok(())
    }

    fn add(&mut self, part: &Self) {
        self.read += part.read;
        self.added += part.added;
        self.updated += part.updated;
        self.unchanged += part.unchanged;
    }
}
