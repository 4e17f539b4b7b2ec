//! The person's AniList: entries and activities.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate, ListStatus};

/// Where AniList shows an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In the list of its status, and in its custom lists.
    Everywhere,
    /// In its custom lists only (`hiddenFromStatusLists`).
    CustomListsOnly,
}

/// How AniList sends an entry that nobody can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// With a status that is none.
    Status,
    /// As nothing at all.
    Null,
}

/// One title on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// The title.
    pub media: AnilistId,
    /// Where it stands.
    pub status: ListStatus,
    /// Episodes watched.
    pub progress: u32,
    /// Volumes read, of a manga.
    pub volumes: u32,
    /// Of a hundred; 0 is none.
    pub score: u8,
    /// Times watched again.
    pub repeat: u32,
    /// The day it was begun, as far as the person said.
    pub started_at: FuzzyDate,
    /// The day it was finished, as far as the person said.
    pub completed_at: FuzzyDate,
    /// Last change, in Unix seconds.
    pub updated_at: i64,
    /// Only the person sees it.
    pub private: bool,
    /// What the person noted.
    pub notes: Option<String>,
    /// Whether the title is one of those they like best.
    pub favourite: bool,
    /// Custom lists it stands on; AniList repeats it in each.
    pub custom_lists: Vec<String>,
    /// Whether its status list shows it too.
    pub shown: Shown,
}

impl ListEntry {
    /// An entry on no custom list, without dates.
    pub fn new(media: AnilistId, status: ListStatus, progress: u32) -> Self {
        Self {
            media,
            status,
            progress,
            volumes: 0,
            score: 0,
            repeat: 0,
            started_at: FuzzyDate::default(),
            completed_at: FuzzyDate::default(),
            updated_at: 0,
            private: false,
            notes: None,
            favourite: false,
            custom_lists: Vec::new(),
            shown: Shown::Everywhere,
        }
    }

    /// Seen by nobody else.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// With so many volumes read.
    #[must_use]
    pub fn volumes(mut self, read: u32) -> Self {
        self.volumes = read;
        self
    }

    /// Scored, of a hundred.
    #[must_use]
    pub fn scored(mut self, score: u8) -> Self {
        self.score = score;
        self
    }

    /// Begun on that day, of which any part may be missing.
    #[must_use]
    pub fn started(mut self, day: FuzzyDate) -> Self {
        self.started_at = day;
        self
    }

    /// With a note.
    #[must_use]
    pub fn noted(mut self, text: &str) -> Self {
        self.notes = Some(text.to_owned());
        self
    }

    /// One of those they like best.
    #[must_use]
    pub fn liked(mut self) -> Self {
        self.favourite = true;
        self
    }

    /// Last changed then.
    #[must_use]
    pub fn updated(mut self, at: Timestamp) -> Self {
        self.updated_at = at.as_second();
        self
    }

    /// Finished on that day, of which any part may be missing.
    #[must_use]
    pub fn completed(mut self, day: FuzzyDate) -> Self {
        self.completed_at = day;
        self
    }

    /// Watched again this many times.
    #[must_use]
    pub fn repeated(mut self, times: u32) -> Self {
        self.repeat = times;
        self
    }

    /// On these custom lists.
    #[must_use]
    pub fn on_lists(mut self, names: &[&str]) -> Self {
        self.custom_lists = names.iter().map(|&name| name.to_owned()).collect();
        self
    }

    /// In its custom lists only.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.shown = Shown::CustomListsOnly;
        self
    }

    /// AniList's id of the entry; made from the title's, so that it never changes.
    pub fn id(&self) -> u32 {
        300_000_000 + self.media.0
    }
}

/// What an activity tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityStatus {
    /// Episodes were watched.
    Watched,
    /// Episodes were watched again.
    Rewatched,
    /// The title was finished.
    Completed,
    /// The title was put on the list.
    Plans,
    /// It was put aside.
    Paused,
    /// It was given up.
    Dropped,
}

impl ActivityStatus {
    /// AniList's words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Watched => "watched episode",
            Self::Rewatched => "rewatched episode",
            Self::Completed => "completed",
            Self::Plans => "plans to watch",
            Self::Paused => "paused watching",
            Self::Dropped => "dropped",
        }
    }

    /// What AniList logs when an entry is moved to this status; some moves are silent.
    pub(super) fn of_move(status: ListStatus) -> Option<Self> {
        match status {
            ListStatus::Completed => Some(Self::Completed),
            ListStatus::Planning => Some(Self::Plans),
            ListStatus::Paused => Some(Self::Paused),
            ListStatus::Dropped => Some(Self::Dropped),
            ListStatus::Current | ListStatus::Repeating => None,
        }
    }
}

/// One line of the person's activity feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Grows with time.
    pub id: u32,
    /// The title.
    pub media: AnilistId,
    /// What happened.
    pub status: ActivityStatus,
    /// `7`, `3 - 7`, or nothing.
    pub progress: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
}

/// What was watched and read on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evening {
    /// The day.
    pub day: Date,
    /// Episodes.
    pub episodes: u32,
    /// Chapters.
    pub chapters: u32,
}

/// The UTC day of a moment.
pub(super) fn day_of(at: Timestamp) -> FuzzyDate {
    let day = at.to_zoned(TimeZone::UTC).date();
    FuzzyDate { year: Some(day.year()), month: Some(day.month()), day: Some(day.day()) }
}
