//! A person's lists with all that a library keeps of an entry.

use serde::Deserialize;
use serde_json::json;

use super::catalogue::media_type;
use super::client::AniListClient;
use super::kept::{ListRow, Listed};
use super::odd::date_or_none;
use super::owner::ListOwner;
use super::queries;
use super::title::{MOST, WireTitle};
use super::wire::count;
use crate::outbound::{ProviderError, or_none};
use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate};
use anilist_trakt_sync_core::library::{Entry, Kind, New, Origin};

/// The most repeats that AniList takes.
const MOST_REPEATS: u32 = 1000;

/// The longest note that AniList takes, in characters.
const LONGEST_NOTE: usize = 6000;

/// An entry of a person's list, as a library takes it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryEntry {
    /// AniList's number of the entry, which is not the title's.
    pub id: u64,
    /// When it last changed, in Unix seconds; 0 where AniList does not say.
    pub updated_at: i64,
    /// The work, and what the person says of it.
    pub new: New,
}

impl AniListClient {
    /// All that the person has on their list of a kind, whatever its status. An entry on several lists,
    /// or on custom lists alone, comes once.
    pub async fn library(
        &self,
        owner: &ListOwner,
        user: u64,
        kind: Kind,
    ) -> Result<Listed<LibraryEntry>, ProviderError> {
        let variables = json!({ "userId": user, "type": media_type(kind) });
        let query = queries::LIBRARY_CHUNK;
        self.chunks::<WireLibraryEntry>(owner, query, variables).await
    }
}

/// One entry. What the person says must be readable, or the entry is left out: nothing of it is guessed.
/// What AniList knows of the work only adds to that.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireLibraryEntry {
    id: u64,
    #[serde(default, deserialize_with = "or_none")]
    updated_at: Option<i64>,
    media: Option<WireTitle>,
    #[serde(flatten)]
    said: WireSaid,
}

/// What a person says of a work.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireSaid {
    status: Option<String>,
    score: Option<f64>,
    progress: Option<i64>,
    progress_volumes: Option<i64>,
    repeat: Option<i64>,
    private: Option<bool>,
    notes: Option<String>,
    #[serde(default, deserialize_with = "date_or_none")]
    started_at: FuzzyDate,
    #[serde(default, deserialize_with = "date_or_none")]
    completed_at: FuzzyDate,
}

impl ListRow for WireLibraryEntry {
    type Entry = LibraryEntry;

    fn id(&self) -> u64 {
        self.id
    }

    fn title(&self) -> Option<AnilistId> {
        self.media.as_ref().map(WireTitle::id)
    }

    fn updated_at(&self) -> Option<i64> {
        self.updated_at
    }

    fn into_entry(mut self) -> Result<LibraryEntry, String> {
        let media = self.media.take().ok_or("it has no title")?;
        let kind = media.kind().ok_or("its title is neither anime nor manga")?;
        let favourite = media.is_favourite();
        let (id, updated_at) = (self.id, self.updated_at.unwrap_or_default());
        let entry = self.said.into_said(kind, favourite)?;
        let work = media.into_work(kind).ok_or("its title has no name")?;
        Ok(LibraryEntry { id, updated_at, new: New { kind, origin: Origin::Anilist, work, entry } })
    }
}

impl WireSaid {
    /// The entry, or what it lacks that no entry should.
    pub(super) fn into_said(self, kind: Kind, favourite: bool) -> Result<Entry, String> {
        let status = self.status.unwrap_or_default();
        let mut entry = Entry::default();
        if !entry.say(&status) {
            return Err(format!("its status is {status:?}"));
        }
        entry.progress = at_most(MOST, self.progress);
        entry.progress_volumes = match kind {
            Kind::Anime => 0,
            Kind::Manga => at_most(MOST, self.progress_volumes),
        };
        entry.score = self.score.and_then(score);
        entry.started = known_from_the_year(self.started_at);
        entry.finished = known_from_the_year(self.completed_at);
        entry.repeats = at_most(MOST_REPEATS, self.repeat);
        entry.notes = self.notes.map(note).filter(|text| !text.trim().is_empty());
        entry.private = self.private.unwrap_or_default();
        entry.favourite = favourite;
        Ok(entry)
    }
}

fn at_most(most: u32, number: Option<i64>) -> u32 {
    count(number).unwrap_or_default().min(most)
}

/// AniList writes 0 for no score.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 100 by then")]
fn score(told: f64) -> Option<u8> {
    let rounded = told.round();
    (1.0..=100.0).contains(&rounded).then_some(rounded as u8)
}

fn note(text: String) -> String {
    match text.char_indices().nth(LONGEST_NOTE) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

/// A library's dates begin with the year: what stands after a part that is missing says nothing.
fn known_from_the_year(date: FuzzyDate) -> FuzzyDate {
    match date {
        FuzzyDate { year: None, .. } => FuzzyDate::default(),
        FuzzyDate { month: None, .. } => FuzzyDate { day: None, ..date },
        whole => whole,
    }
}
