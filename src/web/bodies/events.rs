//! What is going on, as `/api/events` tells it.

use jiff::Timestamp;
use serde::Serialize;

use super::connections::Service;
use super::ids::RunId;
use super::reports::RunReport;
use super::runs::{RunMode, RunState};
use crate::domain;
use crate::hub::live;

/// Something that happened.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::web) enum Event {
    /// A run came further.
    Run(RunProgress),
    /// A run ended.
    RunEnded(RunEnd),
    /// A line for the log.
    Log(NewLogLine),
    /// A mapping file is being refreshed, or was.
    Dataset(DatasetNews),
}

impl From<live::Event> for Event {
    fn from(event: live::Event) -> Self {
        match event {
            live::Event::Run(run) => Self::Run(run.into()),
            live::Event::RunEnded(run) => Self::RunEnded(run.into()),
            live::Event::Log(line) => Self::Log(line.into()),
            live::Event::Dataset(news) => Self::Dataset(news.into()),
        }
    }
}

words! {
    /// What a run is doing.
    Phase of live::Phase, "snake_case" { Collecting, Placing, Comparing, Posting }

    /// The steps of a refresh.
    DatasetState of live::DatasetState, "snake_case" {
        Fetching, Reading, Replaced, Unchanged, Failed,
    }
}

/// How far a run is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct RunProgress {
    /// The run.
    run_id: RunId,
    /// Its mode.
    mode: RunMode,
    /// When it began.
    started_at: Timestamp,
    /// What it does now.
    phase: Phase,
    /// Titles of the list that it looks at.
    titles: usize,
    /// Shows that Trakt was asked for.
    shows: usize,
    /// Batches that were answered.
    batch: usize,
    /// Batches in all, as far as is known.
    batches: usize,
    /// Plays that were answered.
    done: usize,
    /// Plays in all, with those that a later run posts.
    total: usize,
    /// When the first batch left.
    posting_since: Option<Timestamp>,
    /// Whether somebody asked it to stop.
    cancelled: bool,
}

impl From<live::RunProgress> for RunProgress {
    fn from(run: live::RunProgress) -> Self {
        Self {
            run_id: run.run_id.into(),
            mode: run.mode.into(),
            started_at: run.started_at,
            phase: run.phase.into(),
            titles: run.titles,
            shows: run.shows,
            batch: run.batch,
            batches: run.batches,
            done: run.done,
            total: run.total,
            posting_since: run.posting_since,
            cancelled: run.cancelled,
        }
    }
}

/// How a run ended, as in the history of runs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct RunEnd {
    /// The run.
    run_id: RunId,
    /// Its mode.
    mode: RunMode,
    /// How it ended.
    state: RunState,
    /// Its report, or its error.
    report: RunReport,
}

impl From<live::RunEnd> for RunEnd {
    fn from(live::RunEnd { run_id, mode, state, report }: live::RunEnd) -> Self {
        Self {
            run_id: run_id.into(),
            mode: mode.into(),
            state: state.into(),
            report: report.into(),
        }
    }
}

/// A line for the persistent log, which has no number yet.
#[derive(Debug, Serialize)]
pub(in crate::web) struct NewLogLine {
    /// What happened.
    message: String,
    /// `error`, `warn`, `info`, …
    level: String,
    /// When.
    created_at: Timestamp,
}

impl From<domain::NewLogLine> for NewLogLine {
    fn from(line: domain::NewLogLine) -> Self {
        let domain::NewLogLine { message, level, created_at, account: _ } = line;
        Self { message, level, created_at }
    }
}

/// How a refresh of a mapping file goes.
#[derive(Debug, Serialize)]
pub(in crate::web) struct DatasetNews {
    /// Which file.
    name: Service,
    /// How it stands.
    state: DatasetState,
    /// The AniList entries it has, once it is read.
    count: Option<u64>,
}

impl From<live::DatasetNews> for DatasetNews {
    fn from(live::DatasetNews { name, state, count }: live::DatasetNews) -> Self {
        Self { name: name.into(), state: state.into(), count }
    }
}
