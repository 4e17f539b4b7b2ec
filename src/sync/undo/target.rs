//! The run that is undone, and what the store knows of the runs around it.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::{KEPT_RUNS, RunId, RunMode, RunPlays, RunRow, RunState, Viewing};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::keys;
use crate::sync::history_index::{HistoryIndex, taken};
use crate::sync::in_flight::InFlight;
use crate::sync::recent::Recent;

/// The run that is undone.
pub(super) struct Target {
    pub(super) row: RunRow,
    pub(super) groups: Vec<RunPlays>,
    /// The record of what is in flight, as the store has it.
    pub(super) stored: Option<String>,
    /// The same, with the times as they stand there.
    pub(super) in_flight: InFlight,
    /// The runs of which Trakt took something last, as the store has them.
    recent: Option<String>,
}

impl Target {
    /// Reads a run that can be undone.
    pub(super) async fn read(person: &Person, id: RunId) -> Result<Self> {
        let row = person.store.run(id).await?.ok_or_else(|| {
            let message = format!("there is no run with this number: {id}");
            Error::not_found(message, "GET /api/runs lists the last 50")
        })?;
        if row.mode == RunMode::Undo {
            let message = format!("an undo cannot be undone: {id}");
            let hint = "DELETE /api/progress?anilistId= lets the next sync post a title again";
            return Err(Error::bad_request(message, hint));
        }
        let groups = person.store.run_plays(id).await?;
        let config = [keys::IN_FLIGHT, keys::JUST_ACCEPTED];
        let config = person.store.config(&config).await?;
        let [stored, recent] = <[_; 2]>::try_from(config).unwrap_or_default();
        let in_flight = stored.as_deref().map(InFlight::parse).unwrap_or_default();
        let target = Self { row, groups, stored, in_flight, recent };
        if taken(&target.groups).next().is_none() && target.own_in_flight().next().is_none() {
            let message = format!("the run added no plays, so there is nothing to undo: {id}");
            return Err(Error::Refused {
                message,
                hint: "GET /api/runs tells what each run added",
            });
        }
        Ok(target)
    }

    /// The batches of this run of which it is not known what became of them.
    pub(super) fn own_in_flight(&self) -> impl Iterator<Item = &RunPlays> {
        self.in_flight.adding().filter(|group| group.run == self.row.id)
    }

    /// From when on the history shows all that Trakt took of it; none when it does already.
    pub(super) fn shown_from(&self, now: Timestamp) -> Option<Timestamp> {
        Recent::read(self.recent.as_deref(), now).shown_from(self.row.id)
    }

    /// Takes what is known of a batch now in place of what was known of it.
    pub(super) fn put(&mut self, group: RunPlays) {
        match self.groups.iter_mut().find(|own| own.group == group.group) {
            Some(own) => {
                let known: Vec<_> = own.plays.iter().map(|sent| sent.play.viewing()).collect();
                let new =
                    group.plays.into_iter().filter(|sent| !known.contains(&sent.play.viewing()));
                own.plays.extend(new);
            }
            None => self.groups.push(group),
        }
    }
}

/// What runs after this one posted.
pub(super) async fn posted_later(person: &Person, id: RunId) -> Result<HashSet<Viewing>> {
    let mut items = HashSet::new();
    for run in person.store.runs(KEPT_RUNS).await? {
        // What a run that did not come to its end sent may have arrived after its report.
        let is_whole = run.state == RunState::Complete;
        let nothing = run.mode == RunMode::Undo || (is_whole && run.report.posted() == Some(0));
        if run.id > id && !nothing {
            let groups = person.store.run_plays(run.id).await?;
            items.extend(taken(&groups).map(|sent| sent.play.viewing()));
        }
    }
    Ok(items)
}

/// The plays of a batch in flight that the history has.
pub(super) fn arrived(mut group: RunPlays, history: &HistoryIndex) -> RunPlays {
    group.plays.retain(|sent| history.has(&sent.play));
    group
}
