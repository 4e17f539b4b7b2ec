//! What a run says it did, and what is kept of that. Field names are a documented contract.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RunState;
use crate::domain::{Reason, RunId};

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunMode {
    /// It syncs what changed; the whole list the first time.
    Full,
    /// It syncs everything that was watched to the end.
    Completed,
    /// It syncs everything that is being watched.
    Watching,
    /// It syncs one title.
    Show,
    /// It takes the plays of another run off Trakt again.
    Undo,
    /// It keeps the lists at services equal with the library.
    Lists,
}

impl RunMode {
    /// The name in routes and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Completed => "completed",
            Self::Watching => "watching",
            Self::Show => "show",
            Self::Undo => "undo",
            Self::Lists => "lists",
        }
    }
}

impl fmt::Display for RunMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who asked for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunTrigger {
    /// A person.
    Manual,
    /// The scheduler.
    Auto,
}

/// How a run ended, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RunReport {
    /// It came to an end.
    Done(Box<Report>),
    /// It stopped with an error.
    Failed(Failure),
    /// It goes on (null), or an earlier version wrote this.
    Other(Value),
}

impl RunReport {
    /// That of a run that goes on.
    pub const NONE: Self = Self::Other(Value::Null);

    /// The report, of a run that came to an end.
    pub fn done(&self) -> Option<&Report> {
        match self {
            Self::Done(report) => Some(report),
            Self::Failed(_) | Self::Other(_) => None,
        }
    }

    /// How many plays were posted, where that is known.
    pub fn posted(&self) -> Option<usize> {
        self.done().map(Report::posted)
    }

    /// Why it stopped. Nothing of a run that did not, or that an earlier version told in other words.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Done(_) | Self::Other(_) => None,
        }
    }
}

/// Why a run failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// One sentence.
    pub error: String,
    /// The kind of the error, for programs.
    pub code: String,
    /// The next step.
    pub hint: String,
}

/// The answer of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The run.
    pub run_id: RunId,
    /// One sentence.
    pub message: String,
    /// `complete`, or `partial` when something is left for the next call.
    pub state: RunState,
    /// When to go on with what is left; none where a person stopped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<Timestamp>,
    /// Why something is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Plays and titles left for the next call.
    #[serde(default)]
    pub remaining: usize,
    /// What became of rewatches, where there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewatches: Option<RewatchCounts>,
    /// The counts of the mode.
    #[serde(flatten)]
    pub counts: ReportCounts,
}

/// What is counted, by mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ReportCounts {
    /// Of a full run, or of one title.
    Full(FullCounts),
    /// Of a run over a part of the library.
    Library(LibraryCounts),
    /// Of an undo.
    Undo(UndoCounts),
    /// Of a run over lists.
    Lists(ListCounts),
}

/// The counts of a run over lists, of titles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListCounts {
    /// Entries that were changed or added at services.
    pub written: usize,
    /// Entries that were deleted there.
    pub deleted: usize,
    /// Titles that were changed, added or deleted in the library.
    pub changed_here: usize,
    /// Fields that wait for the person.
    pub held: usize,
    /// Entries that a service does not take.
    pub parked: usize,
}

/// The counts of a full run, or of one title: of episodes and films.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FullCounts {
    /// Watched on the list and looked at.
    pub found: usize,
    /// Posted.
    pub synced: usize,
    /// On Trakt before.
    pub already_synced: usize,
    /// Waiting for a decision since this run.
    pub skipped_unmapped: usize,
    /// What was posted.
    pub added: Added,
}

/// What was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Episodes.
    pub episodes: usize,
    /// Films.
    pub movies: usize,
}

/// The counts of a run over a part of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LibraryCounts {
    /// Titles that were looked at.
    pub found: usize,
    /// Plays that were posted.
    pub synced: usize,
    /// Titles with nothing to post.
    pub already_synced_shows: usize,
    /// Episodes that were posted.
    pub added_episodes: usize,
    /// Films that were posted.
    pub added_movies: usize,
    /// Episodes waiting for a decision since this run.
    pub skipped_unmapped: usize,
    /// Requests that carried plays.
    pub batches: u32,
}

/// The counts of an undo, of plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoCounts {
    /// The run it takes back.
    pub undoes: RunId,
    /// Removed from Trakt.
    pub removed: usize,
    /// Not on Trakt any more.
    pub already_gone: usize,
    /// Other plays of the same episodes and films, which stay.
    pub left_alone: usize,
}

/// What became of rewatches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RewatchCounts {
    /// How many of the plays that were posted are rewatches.
    pub synced: usize,
    /// How many were not posted, because the account keeps one play of each.
    pub skipped: usize,
    /// Why some were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

impl Report {
    /// Whether something is left for the next call.
    pub fn is_partial(&self) -> bool {
        self.state == RunState::Partial
    }

    /// How many plays were posted.
    pub fn posted(&self) -> usize {
        match self.counts {
            ReportCounts::Full(FullCounts { synced, .. })
            | ReportCounts::Library(LibraryCounts { synced, .. }) => synced,
            ReportCounts::Undo(_) | ReportCounts::Lists(_) => 0,
        }
    }

    /// How much it found: plays of a full run, titles of a part of the library.
    pub fn found(&self) -> usize {
        match self.counts {
            ReportCounts::Full(FullCounts { found, .. })
            | ReportCounts::Library(LibraryCounts { found, .. }) => found,
            ReportCounts::Undo(_) | ReportCounts::Lists(_) => 0,
        }
    }

    /// Whether something came of it: a run that had to stop before it posted anything is no sync.
    pub fn is_a_sync(&self) -> bool {
        !self.is_partial() || self.posted() > 0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is kept reads as it was, whichever version wrote it.
    #[test]
    fn a_report_of_every_kind_comes_back() {
        let counts = [
            json!({"found": 4, "synced": 3, "alreadySynced": 1, "skippedUnmapped": 0,
                   "added": {"episodes": 2, "movies": 1}}),
            json!({"found": 4, "synced": 3, "alreadySyncedShows": 1, "addedEpisodes": 2,
                   "addedMovies": 1, "skippedUnmapped": 0, "batches": 1}),
            json!({"undoes": 1, "removed": 3, "alreadyGone": 0, "leftAlone": 2}),
            json!({"written": 3, "deleted": 1, "changedHere": 2, "held": 0, "parked": 1}),
        ];
        for (counts, posted) in counts.iter().zip([3, 3, 0, 0]) {
            let mut told =
                json!({"runId": 7, "message": "Done", "state": "partial", "remaining": 2});
            told.as_object_mut().unwrap().extend(counts.as_object().unwrap().clone());
            let kept: RunReport = serde_json::from_value(told.clone()).unwrap();
            assert_eq!(kept.posted(), Some(posted), "{told}");
            assert_eq!(serde_json::to_value(&kept).unwrap(), told);
        }
    }

    #[test]
    fn what_is_no_report_stays_as_it_is() {
        let failed =
            json!({"error": "it is full", "code": "store_unavailable", "hint": "make room"});
        let old = json!({"found": 1, "added": {"episodes": 3}});
        for told in [failed, old, Value::Null] {
            let kept: RunReport = serde_json::from_value(told.clone()).unwrap();
            assert_eq!((kept.posted(), kept.done()), (None, None), "{told}");
            assert_eq!(serde_json::to_value(&kept).unwrap(), told);
        }
    }
}
