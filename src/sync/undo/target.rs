//! The run that is undone, and what the store knows of the runs around it.

use std::collections::HashSet;

use super::MODE;
use super::standing::{Standing, taken};
use crate::app::App;
use crate::domain::{RunId, Viewing};
use crate::error::{Error, Result};
use crate::store::{RunPlays, RunRow, keys};
use crate::sync::in_flight::InFlight;
use crate::sync::record::RUNS;

/// The run that is undone.
pub(super) struct Target {
    pub(super) row: RunRow,
    pub(super) groups: Vec<RunPlays>,
    pub(super) in_flight: Option<InFlight>,
}

impl Target {
    /// Reads a run that can be undone.
    pub(super) async fn read(app: &App, id: RunId) -> Result<Self> {
        let row = app.store.run(&app.account, id).await?.ok_or_else(|| {
            let message = format!("there is no run with this number: {id}");
            Error::not_found(message, "GET /api/runs lists the last 50")
        })?;
        if row.mode == MODE {
            let message = format!("an undo cannot be undone: {id}");
            let hint = "DELETE /api/progress?anilistId= lets the next sync post a title again";
            return Err(Error::bad_request(message, hint));
        }
        let groups = app.store.run_plays(&app.account, id).await?;
        let in_flight = read_in_flight(app).await?;
        let target = Self { row, groups, in_flight };
        if taken(&target.groups).next().is_none() && target.own_in_flight().is_none() {
            let message = format!("the run added no plays, so there is nothing to undo: {id}");
            return Err(Error::Refused {
                message,
                hint: "GET /api/runs tells what each run added",
            });
        }
        Ok(target)
    }

    /// The batch of this run of which nothing is known yet, if the process ended just then.
    pub(super) fn own_in_flight(&self) -> Option<&RunPlays> {
        let adding = self.in_flight.as_ref().and_then(InFlight::adding);
        adding.filter(|group| group.run == self.row.id)
    }
}

async fn read_in_flight(app: &App) -> Result<Option<InFlight>> {
    let stored = app.store.config(&app.account, &[keys::IN_FLIGHT]).await?;
    Ok(stored.into_iter().flatten().next().map(|text| InFlight::read(&text)))
}

/// What runs after this one posted.
pub(super) async fn posted_later(app: &App, id: RunId) -> Result<HashSet<Viewing>> {
    let mut items = HashSet::new();
    for run in app.store.runs(&app.account, RUNS).await? {
        // A run that did not end has no report.
        let nothing = run.mode == MODE || run.report["synced"] == 0;
        if run.id > id && !nothing {
            let groups = app.store.run_plays(&app.account, run.id).await?;
            items.extend(taken(&groups).map(|sent| sent.play.viewing()));
        }
    }
    Ok(items)
}

/// The plays of a batch in flight that the history has.
pub(super) fn arrived(mut group: RunPlays, standing: &Standing) -> RunPlays {
    group.plays.retain(|sent| standing.has(&sent.play));
    group
}
