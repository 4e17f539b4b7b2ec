//! A run as it stands in the history of runs, from its beginning to its end.

use serde_json::{Value, json};

use super::modes::Trigger;
use super::report::Report;
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::{RunRow, RunState, Write};

/// Gives a run its number and stores it as running, with the time under `key` if there is one.
pub(super) async fn begin(
    app: &App,
    mode: &str,
    trigger: Trigger,
    key: Option<&'static str>,
) -> Result<RunRow> {
    let now = app.clock.now();
    let row = RunRow {
        id: app.store.next_run_id(&app.account).await?,
        mode: mode.to_owned(),
        trigger: trigger.name().to_owned(),
        started_at: now,
        finished_at: None,
        state: RunState::Running,
        report: Value::Null,
        undone_by: None,
    };
    let mut writes = vec![Write::Run(row.clone())];
    writes.extend(key.map(|key| Write::Config { key, value: Some(now.to_string()) }));
    app.store.write(&app.account, writes).await?;
    tracing::info!("[Sync] {mode} run {} began", row.id);
    Ok(row)
}

/// Stores how a run ended.
pub(super) async fn end(app: &App, mut row: RunRow, outcome: &Result<Report>) -> Result<()> {
    row.finished_at = Some(app.clock.now());
    (row.state, row.report) = match outcome {
        Ok(report) if report.is_partial() => (RunState::Partial, to_value(report)),
        Ok(report) => (RunState::Complete, to_value(report)),
        Err(error) => (RunState::Failed, failure(error)),
    };
    log(&row, outcome);
    Ok(app.store.write(&app.account, vec![Write::Run(row)]).await?)
}

fn to_value(report: &Report) -> Value {
    serde_json::to_value(report).unwrap_or_default()
}

fn failure(error: &Error) -> Value {
    json!({ "error": error.sentence(), "code": error.code(), "hint": error.hint() })
}

fn log(row: &RunRow, outcome: &Result<Report>) {
    match outcome {
        Ok(report) => tracing::info!(
            "[Sync] {} run {} {}: {} {}",
            row.mode,
            row.id,
            report.state,
            report.counts,
            report.cause.as_deref().unwrap_or_default()
        ),
        Err(error) => tracing::error!("[Sync] {} run {} failed: {error}", row.mode, row.id),
    }
}
