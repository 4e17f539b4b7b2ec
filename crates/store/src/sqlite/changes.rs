//! Applying a list of changes inside the caller's transaction.

use rusqlite::Connection;

use super::fault::Fault;
use super::{
    corrections, documents, items, notes, placements, records, runs, shows, synced, waiting,
};
use crate::idle::Note;
use crate::{Write, keys};
use anilist_trakt_sync_core::domain::AccountId;

pub(super) fn apply(
    connection: &Connection,
    account: &AccountId,
    writes: &[Write],
) -> Result<(), Fault> {
    for write in writes {
        if let Write::UnlessThere(at) = write
            && documents::value(connection, at)?.is_some()
        {
            return Err(Fault::Gone);
        }
    }
    match Note::after(writes) {
        Note::Stays => {}
        Note::Goes => records::set(connection, account, keys::IDLE, None)?,
        Note::GoesUnlessOf(run) => {
            let noted = records::value(connection, account, keys::IDLE)?;
            if noted.is_some_and(|noted| noted != run.to_string()) {
                records::set(connection, account, keys::IDLE, None)?;
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
        Write::Settled(settled) => synced::put_settled(connection, account, settled),
        Write::RemoveSettled(id) => synced::remove_settled(connection, account, *id),
        Write::Override(correction) => corrections::put_override(connection, account, correction),
        Write::RemoveOverride(correction) => {
            corrections::remove_override(connection, account, correction)
        }
        Write::Waiting(title) => waiting::put_waiting(connection, account, title),
        Write::RemoveWaiting(id) => waiting::remove_waiting(connection, account, *id),
        Write::ChangeWaiting(change) => waiting::change_waiting(connection, account, change),
        Write::Placement { row, evidence } => placements::put(connection, account, row, evidence),
        Write::RemovePlacement(id) => placements::remove(connection, account, *id),
        Write::Run(run) => runs::put(connection, account, run),
        Write::RunPlays(group) => runs::put_plays(connection, account, group),
        Write::RunNumber(id) => runs::raise(connection, account, *id),
        Write::Show(stored) => shows::put_show(connection, stored),
        Write::Item(item) => items::put(connection, account, item),
        Write::RemoveItem(id) => items::remove(connection, account, *id),
        Write::ItemChange(change) => items::put_change(connection, account, change),
        Write::Read(read) => items::add_to_day(connection, account, read),
        Write::Note { topic, key, note } => {
            notes::put(connection, account, (*topic, key), note.as_deref())
        }
        Write::ByRun(_) | Write::UnlessThere(_) => Ok(()),
    }
}
