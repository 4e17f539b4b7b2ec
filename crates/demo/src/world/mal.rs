//! `MyAnimeList` as the world has it: what it knows, a person, and their lists.

use std::collections::BTreeMap;

use jiff::Timestamp;

use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Catalogue, Count, Entry, Native};

/// Everything at `MyAnimeList`.
#[derive(Debug, Clone)]
pub struct Mal {
    /// The API app.
    pub client_id: String,
    /// Its secret; an app of the other type has none.
    pub client_secret: Option<String>,
    /// The person's number.
    pub person: u64,
    /// The first access token.
    pub access_token: String,
    /// The first refresh token.
    pub refresh_token: String,
    /// Life of an access token, in seconds.
    pub access_token_seconds: i64,
    /// What can be on a list, by its id among its kind.
    pub titles: BTreeMap<(Kind, u32), MalTitle>,
    /// What is.
    pub entries: BTreeMap<(Kind, u32), MalEntry>,
    /// What stands before the addresses of next pages; where the imitation is, unless said.
    pub pages_at: Option<String>,
}

impl Default for Mal {
    fn default() -> Self {
        Self {
            client_id: "demo-mal-client".into(),
            client_secret: Some("demo-mal-secret".into()),
            person: 701,
            access_token: "demo-mal-access-1".into(),
            refresh_token: "demo-mal-refresh-1".into(),
            access_token_seconds: 3_600,
            titles: BTreeMap::new(),
            entries: BTreeMap::new(),
            pages_at: None,
        }
    }
}

/// A title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalTitle {
    /// Its main name.
    pub name: String,
    /// Episodes or chapters; 0 is not known.
    pub total: u32,
    /// Volumes; 0 is not known.
    pub volumes: u32,
    /// How it is shaded.
    pub shade: Shade,
    /// Whether lists take it.
    pub approval: Approval,
}

impl MalTitle {
    /// One that everybody sees.
    pub fn new(name: impl Into<String>, total: u32) -> Self {
        let (shade, approval) = (Shade::White, Approval::Given);
        Self { name: name.into(), total, volumes: 0, shade, approval }
    }

    /// What lists count with.
    pub(crate) fn catalogue(&self, kind: Kind) -> Catalogue {
        let known = |number: u32| Some(number).filter(|number| *number > 0);
        let (total, volumes) = (known(self.total), known(self.volumes));
        Catalogue { total, volumes, ..Catalogue::unknown(kind) }
    }
}

/// For whom a title is. Lists leave out all but the white ones, unless they are asked not to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// For all.
    White,
    /// Perhaps not for all.
    Gray,
    /// For adults.
    Black,
}

/// Whether a title was looked at by the site's own people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// It was.
    Given,
    /// It can be found, and not be put on a list.
    Pending,
}

/// An entry of the person's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalEntry {
    /// What it says.
    pub native: Native,
    /// How it is written that the title is watched again.
    pub again: Again,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl MalEntry {
    /// An entry of this status and progress.
    pub fn new(status: Status, progress: u32, updated_at: Timestamp) -> Self {
        let entry = Entry { status, progress: Count::Of(progress), ..Entry::default() };
        Self { native: Native(entry), again: Again::Completed, updated_at }
    }
}

/// What stands beside the flag of a title that is watched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// As the site writes it.
    Completed,
    /// As other programs do.
    Watching,
}
