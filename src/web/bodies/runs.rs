//! Runs, and the plays that they sent.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ids::{AnilistId, HistoryId, RunId, TraktEpisodeId};
use super::places::Item;
use super::reports::RunReport;
use super::verdicts::{Source, Verdict};
use crate::domain::{self, WatchedAt};

words! {
    /// What a run does.
    RunMode of domain::RunMode, "lowercase" { Full, Completed, Watching, Show, Undo, Lists }

    /// Who asked for a run.
    RunTrigger of domain::RunTrigger, "lowercase" { Manual, Auto }

    /// How a run stands.
    RunState of domain::RunState, "lowercase" { Running, Complete, Partial, Failed }

    /// What became of a play that a run sent.
    PlayOutcome of domain::PlayOutcome, "lowercase" { Accepted, Refused, Removed, Gone }
}

/// One execution of a sync mode.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct RunRow {
    /// Its number.
    id: RunId,
    /// What it does.
    mode: RunMode,
    /// Who asked for it.
    trigger: RunTrigger,
    /// When it began.
    started_at: Timestamp,
    /// When it ended.
    finished_at: Option<Timestamp>,
    /// How it stands.
    state: RunState,
    /// Its report as the run answered it, or its error; null while it goes on.
    #[schema(value_type = Option<Object>)]
    report: RunReport,
    /// The run that took all of its plays off Trakt again.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by: Option<RunId>,
}

impl From<domain::RunRow> for RunRow {
    fn from(row: domain::RunRow) -> Self {
        Self {
            id: row.id.into(),
            mode: row.mode.into(),
            trigger: row.trigger.into(),
            started_at: row.started_at,
            finished_at: row.finished_at,
            state: row.state.into(),
            report: row.report.into(),
            undone_by: row.undone_by.map(Into::into),
        }
    }
}

/// A play that a run sent, with what led to it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct RunPlay {
    /// The play as it was posted.
    #[serde(flatten)]
    play: Play,
    /// The entry's title at the time.
    title: Option<String>,
    /// Who proposed the place.
    source: Option<Source>,
    /// How far the place could be trusted.
    verdict: Option<Verdict>,
    /// What became of it.
    outcome: PlayOutcome,
    /// Trakt's id of the play. Trakt does not tell it when a play is added, so it is known only
    /// once an undo has found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    history_id: Option<HistoryId>,
}

impl From<domain::RunPlay> for RunPlay {
    fn from(sent: domain::RunPlay) -> Self {
        Self {
            play: sent.play.into(),
            title: sent.title,
            source: sent.source.map(Into::into),
            verdict: sent.verdict.map(Into::into),
            outcome: sent.outcome.into(),
            history_id: sent.history_id.map(Into::into),
        }
    }
}

/// One watched episode or film on its way to Trakt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Play {
    /// The entry it comes from.
    anilist_id: AnilistId,
    /// The entry's own episode number, from 1.
    abs: u32,
    /// What was watched.
    #[serde(flatten)]
    item: Item,
    /// Trakt's id of the episode; none for a film.
    #[serde(skip_serializing_if = "Option::is_none")]
    episode_id: Option<TraktEpisodeId>,
    /// When: a moment, or `unknown`.
    #[schema(value_type = String)]
    watched_at: WatchedAt,
    /// 0 the first time, then the number of the rewatch.
    #[serde(skip_serializing_if = "is_first")]
    rewatch: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_first(rewatch: &u32) -> bool {
    *rewatch == 0
}

impl From<domain::Play> for Play {
    fn from(play: domain::Play) -> Self {
        Self {
            anilist_id: play.anilist_id.into(),
            abs: play.abs,
            item: play.item.into(),
            episode_id: play.episode_id.map(Into::into),
            watched_at: play.watched_at,
            rewatch: play.rewatch,
        }
    }
}
