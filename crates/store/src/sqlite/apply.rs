//! Applying a list of changes inside the caller's transaction.

use rusqlite::Connection;

use super::fault::Fault;
use super::{config, library, placements, runs};
use crate::settled::Note;
use crate::{Write, keys};
use anilist_trakt_sync_core::domain::AccountId;

pub(super) fn apply(
    connection: &Connection,
    account: &AccountId,
    writes: &[Write],
) -> Result<(), Fault> {
    match Note::after(writes) {
        Note::Stays => {}
        Note::Goes => config::set(connection, account, keys::SETTLED, None)?,
        Note::GoesUnlessOf(run) => {
            let noted = config::value(connection, account, keys::SETTLED)?;
            if noted.is_some_and(|noted| noted != run.to_string()) {
                config::set(connection, account, keys::SETTLED, None)?;
            }
        }
    }
    writes.iter().try_for_each(|write| apply_one(connection, account, write))
}

fn apply_one(connection: &Connection, account: &AccountId, write: &Write) -> Result<(), Fault> {
    match write {
        Write::Config { key, value } => config::set(connection, account, key, value.as_deref()),
        Write::Mapping(mapping) => library::put_mapping(connection, account, mapping),
        Write::RemoveMapping(id) => library::remove_mapping(connection, account, *id),
        Write::Progress(progress) => library::put_progress(connection, account, progress),
        Write::RemoveProgress(id) => library::remove_progress(connection, account, *id),
        Write::Override(correction) => library::put_override(connection, account, correction),
        Write::RemoveOverride(correction) => {
            library::remove_override(connection, account, correction)
        }
        Write::Unmapped(waiting) => library::put_unmapped(connection, account, waiting),
        Write::RemoveUnmapped(id) => library::remove_unmapped(connection, account, *id),
        Write::Requeue(change) => library::requeue(connection, account, change),
        Write::Placement { row, evidence } => placements::put(connection, account, row, evidence),
        Write::RemovePlacement(id) => placements::remove(connection, account, *id),
        Write::Run(run) => runs::put(connection, account, run),
        Write::RunPlays(group) => runs::put_plays(connection, account, group),
        Write::RunNumber(id) => runs::raise(connection, account, *id),
        Write::Show(stored) => config::put_show(connection, stored),
        Write::ByRun(_) => Ok(()),
    }
}
