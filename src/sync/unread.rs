//! Entries that AniList sent so that they could not be read.
//!
//! The mark of the list moves past them, so they are remembered by their titles, and each full sync
//! asks for some of them by themselves until they are dealt with. One that stays odd for ever costs
//! a question a run. One that does not even name its title cannot be asked for: it holds the mark,
//! but for a week at most, as all changes since are read again by each run.

use crate::anilist::Viewer;
use crate::domain::{AnilistId, Entry};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::outbound::{Fault, ProviderError};
use crate::store::{Write, keys};

use super::collect::IsOpen;

/// How many are asked for in one run.
const ASKED: usize = 10;

/// How many are remembered. That many are odd when AniList is, and then the next run is told more.
const MOST: usize = 500;

/// How long the mark stays for what cannot be asked for, in seconds.
const HELD: i64 = 7 * 24 * 3600;

/// What of the list could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// What is stored.
    stored: Option<String>,
    /// The titles, those first that were not asked for the longest.
    titles: Vec<AnilistId>,
    /// Whether there is one without a title.
    has_nameless: bool,
}

impl Unread {
    /// What is remembered, and what was met just now.
    pub(super) async fn read(person: &Person, met: Vec<Option<AnilistId>>) -> Result<Self> {
        let stored = person.store.config(&[keys::ANILIST_UNREAD]).await?;
        let stored = stored.into_iter().next().flatten();
        let mut titles: Vec<AnilistId> =
            stored.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let has_nameless = met.contains(&None);
        let new = met.into_iter().flatten().filter(|id| !titles.contains(id));
        let new: Vec<AnilistId> = new.collect();
        titles.extend(new);
        titles.truncate(MOST);
        Ok(Self { stored, titles, has_nameless })
    }

    /// Asks for some of them. What can be read by now is forgotten once it is dealt with.
    pub(super) async fn ask(
        &mut self,
        person: &Person,
        viewer: &Viewer,
        known: &[Entry],
        is_open: IsOpen<'_>,
    ) -> Result<Vec<Entry>> {
        let asked: Vec<AnilistId> = self.titles.drain(..self.titles.len().min(ASKED)).collect();
        let mut read = Vec::new();
        for id in asked {
            match person.anilist.entry(viewer.id, id).await {
                Ok(Some(entry)) if is_open(&entry) => {
                    self.titles.push(id);
                    read.extend((!known.iter().any(|own| own.media.id == id)).then_some(entry));
                }
                Ok(_) => {}
                Err(ProviderError { fault: Fault::UnexpectedBody { .. }, .. }) => {
                    self.titles.push(id);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(read)
    }

    /// Whether the mark has to stay where it is.
    pub(super) fn holds(&self, mark: Option<i64>, now: i64) -> bool {
        self.has_nameless && mark.is_some_and(|mark| now.saturating_sub(mark) < HELD)
    }

    /// What is to be stored, if it has changed.
    pub(super) fn change(&self) -> Result<Option<Write>> {
        let text = serde_json::to_string(&self.titles);
        let text = text.map_err(|error| Error::Internal(error.to_string()))?;
        let value = (!self.titles.is_empty()).then_some(text);
        let changed = value != self.stored;
        Ok(changed.then_some(Write::Config { key: keys::ANILIST_UNREAD, value }))
    }
}
