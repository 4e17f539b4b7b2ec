//! What goes on, and what the log has.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ids::RunId;
use super::runs::RunMode;
use crate::domain;
use crate::hub::standing;

/// A run that goes on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Running {
    /// Its mode, once it has one.
    mode: Option<RunMode>,
    /// When it began.
    since: Timestamp,
    /// Its number, once it has one.
    run_id: Option<RunId>,
}

impl From<standing::Running> for Running {
    fn from(standing::Running { mode, since, run_id }: standing::Running) -> Self {
        Self { mode: mode.map(Into::into), since, run_id: run_id.map(Into::into) }
    }
}

/// A line of the persistent log. Field names are a documented contract.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct LogLine {
    /// Grows from line to line.
    id: u64,
    /// What happened.
    message: String,
    /// `error`, `warn`, `info`, …
    level: String,
    /// When.
    created_at: Timestamp,
}

impl From<domain::LogLine> for LogLine {
    fn from(line: domain::LogLine) -> Self {
        let domain::LogLine { id, message, level, created_at, account: _ } = line;
        Self { id, message, level, created_at }
    }
}
