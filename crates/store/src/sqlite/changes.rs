//! Applying a list of changes inside the caller's transaction.

use rusqlite::Connection;

use super::fault::Fault;
use super::{corrections, placements, records, runs, shows, synced, waiting};
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
        Note::Goes => records::set(connection, account, keys::SETTLED, None)?,
        Note::GoesUnlessOf(run) => {
            let noted = records::value(connection, account, keys::SETTLED)?;
            if noted.is_some_and(|noted| noted != run.to_string()) {
                records::set(connection, account, keys::SETTLED, None)?;
            }
        }
    }
    writes.iter().try_for_each(|write| apply_one(connection, account, write))
}

fn apply_one(connection: &Connection, account: &AccountId, write: &Write) -> Result<(), Fault> {
    match write {
        Write::Config { key, value } => records::set(connection, account, key, value.as_deref()),
        Write::Mapping(mapping) => corrections::put_mapping(connection, account, mapping),
        Write::RemoveMapping(id) => corrections::remove_mapping(connection, account, *id),
        Write::Progress(progress) => synced::put_progress(connection, account, progress),
        Write::RemoveProgress(id) => synced::remove_progress(connection, account, *id),
        Write::Override(correction) => corrections::put_override(connection, account, correction),
        Write::RemoveOverride(correction) => {
            corrections::remove_override(connection, account, correction)
        }
        Write::Unmapped(title) => waiting::put_unmapped(connection, account, title),
        Write::RemoveUnmapped(id) => waiting::remove_unmapped(connection, account, *id),
        Write::Requeue(change) => waiting::requeue(connection, account, change),
        Write::Placement { row, evidence } => placements::put(connection, account, row, evidence),
        Write::RemovePlacement(id) => placements::remove(connection, account, *id),
        Write::Run(run) => runs::put(connection, account, run),
        Write::RunPlays(group) => runs::put_plays(connection, account, group),
        Write::RunNumber(id) => runs::raise(connection, account, *id),
        Write::Show(stored) => shows::put_show(connection, stored),
        Write::ByRun(_) => Ok(()),
    }
}
