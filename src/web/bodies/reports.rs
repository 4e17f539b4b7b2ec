//! What a run says it did.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::ids::RunId;
use super::runs::RunState;
use super::verdicts::Reason;
use crate::domain;

/// The answer of a run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Report {
    /// The run.
    run_id: RunId,
    /// One sentence.
    message: String,
    /// `complete`, or `partial` when something is left for the next call.
    state: RunState,
    /// When to go on with what is left; none where a person stopped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt: Option<Timestamp>,
    /// Why something is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// Plays and titles left for the next call.
    #[schema(required = false)]
    remaining: usize,
    /// What became of rewatches, where there were any.
    #[serde(skip_serializing_if = "Option::is_none")]
    rewatches: Option<RewatchCounts>,
    /// The counts of the mode.
    #[serde(flatten)]
    counts: ReportCounts,
}

impl From<domain::Report> for Report {
    fn from(report: domain::Report) -> Self {
        Self {
            run_id: report.run_id.into(),
            message: report.message,
            state: report.state.into(),
            next_attempt: report.next_attempt,
            cause: report.cause,
            remaining: report.remaining,
            rewatches: report.rewatches.map(Into::into),
            counts: report.counts.into(),
        }
    }
}

/// What is counted, by mode.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum ReportCounts {
    /// Of a full run, or of one title.
    Full(FullCounts),
    /// Of a run over a part of the library.
    Library(LibraryCounts),
    /// Of an undo.
    Undo(UndoCounts),
    /// Of a run over lists.
    Lists(ListCounts),
}

impl From<domain::ReportCounts> for ReportCounts {
    fn from(counts: domain::ReportCounts) -> Self {
        match counts {
            domain::ReportCounts::Full(counts) => Self::Full(counts.into()),
            domain::ReportCounts::Library(counts) => Self::Library(counts.into()),
            domain::ReportCounts::Undo(counts) => Self::Undo(counts.into()),
            domain::ReportCounts::Lists(counts) => Self::Lists(counts.into()),
        }
    }
}

/// The counts of a full run, or of one title: of episodes and films.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FullCounts {
    /// Watched on the list and looked at.
    found: usize,
    /// Posted.
    synced: usize,
    /// On Trakt before.
    already_synced: usize,
    /// Waiting for a decision since this run.
    skipped_unmapped: usize,
    /// What was posted.
    added: Added,
}

impl From<domain::FullCounts> for FullCounts {
    fn from(counts: domain::FullCounts) -> Self {
        let domain::Added { episodes, movies } = counts.added;
        Self {
            found: counts.found,
            synced: counts.synced,
            already_synced: counts.already_synced,
            skipped_unmapped: counts.skipped_unmapped,
            added: Added { episodes, movies },
        }
    }
}

/// What was posted.
#[derive(Debug, Serialize, ToSchema)]
struct Added {
    /// Episodes.
    episodes: usize,
    /// Films.
    movies: usize,
}

/// The counts of a run over a part of the library.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LibraryCounts {
    /// Titles that were looked at.
    found: usize,
    /// Plays that were posted.
    synced: usize,
    /// Titles with nothing to post.
    already_synced_shows: usize,
    /// Episodes that were posted.
    added_episodes: usize,
    /// Films that were posted.
    added_movies: usize,
    /// Episodes waiting for a decision since this run.
    skipped_unmapped: usize,
    /// Requests that carried plays.
    batches: u32,
}

impl From<domain::LibraryCounts> for LibraryCounts {
    fn from(counts: domain::LibraryCounts) -> Self {
        Self {
            found: counts.found,
            synced: counts.synced,
            already_synced_shows: counts.already_synced_shows,
            added_episodes: counts.added_episodes,
            added_movies: counts.added_movies,
            skipped_unmapped: counts.skipped_unmapped,
            batches: counts.batches,
        }
    }
}

/// The counts of an undo, of plays.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UndoCounts {
    /// The run it takes back.
    undoes: RunId,
    /// Removed from Trakt.
    removed: usize,
    /// Not on Trakt any more.
    already_gone: usize,
    /// Other plays of the same episodes and films, which stay.
    left_alone: usize,
}

impl From<domain::UndoCounts> for UndoCounts {
    fn from(counts: domain::UndoCounts) -> Self {
        let domain::UndoCounts { undoes, removed, already_gone, left_alone } = counts;
        Self { undoes: undoes.into(), removed, already_gone, left_alone }
    }
}

/// The counts of a run over lists, of titles.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListCounts {
    /// Entries that were changed or added at services.
    written: usize,
    /// Entries that were deleted there.
    deleted: usize,
    /// Titles that were changed, added or deleted in the library.
    changed_here: usize,
    /// Fields that wait for the person.
    held: usize,
    /// Entries that a service does not take.
    parked: usize,
}

impl From<domain::ListCounts> for ListCounts {
    fn from(counts: domain::ListCounts) -> Self {
        let domain::ListCounts { written, deleted, changed_here, held, parked } = counts;
        Self { written, deleted, changed_here, held, parked }
    }
}

/// What became of rewatches.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RewatchCounts {
    /// How many of the plays that were posted are rewatches.
    synced: usize,
    /// How many were not posted, because the account keeps one play of each.
    skipped: usize,
    /// Why some were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl From<domain::RewatchCounts> for RewatchCounts {
    fn from(domain::RewatchCounts { synced, skipped, reason }: domain::RewatchCounts) -> Self {
        Self { synced, skipped, reason: reason.map(Into::into) }
    }
}

/// How a run ended, as the run answered it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum RunReport {
    /// It came to an end.
    Done(Box<Report>),
    /// It stopped with an error.
    Failed(Failure),
    /// It goes on (null), or an earlier version wrote this.
    Other(Value),
}

impl From<domain::RunReport> for RunReport {
    fn from(report: domain::RunReport) -> Self {
        match report {
            domain::RunReport::Done(report) => Self::Done(Box::new((*report).into())),
            domain::RunReport::Failed(domain::Failure { error, code, hint }) => {
                Self::Failed(Failure { error, code, hint })
            }
            domain::RunReport::Other(value) => Self::Other(value),
        }
    }
}

/// Why a run failed, in the form that errors have.
#[derive(Debug, Serialize)]
pub(super) struct Failure {
    /// One sentence.
    error: String,
    /// The kind of the error, for programs.
    code: String,
    /// The next step.
    hint: String,
}
