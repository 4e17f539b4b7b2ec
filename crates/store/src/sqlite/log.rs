//! The persistent log.

use async_trait::async_trait;
use rusqlite::{Connection, Row};

use super::SqliteStore;
use super::columns::{Time, change, records};
use super::fault::Fault;
use crate::Log;
use anilist_trakt_sync_core::domain::{AccountId, LogLine, NewLogLine};

/// How many lines are kept.
const KEPT: u32 = 1000;

#[async_trait]
impl Log for SqliteStore {
    async fn append_logs(&self, lines: Vec<NewLogLine>) -> crate::Result<()> {
        self.change(move |connection| append(connection, &lines)).await
    }

    async fn logs(&self, limit: u32) -> crate::Result<Vec<LogLine>> {
        self.read(move |connection| newest(connection, limit)).await
    }

    async fn restore_logs(&self, lines: Vec<LogLine>) -> crate::Result<()> {
        self.change(move |connection| restore(connection, &lines)).await
    }
}

fn append(connection: &Connection, lines: &[NewLogLine]) -> Result<(), Fault> {
    let statement =
        "INSERT INTO logs (message, level, created_at, account_id) VALUES (?1, ?2, ?3, ?4)";
    for NewLogLine { account, message, level, created_at } in lines {
        let account = account.as_ref().map(AccountId::as_str);
        change(connection, statement, (message, level, Time(*created_at), account))?;
    }
    let trim =
        "DELETE FROM logs WHERE id <= (SELECT id FROM logs ORDER BY id DESC LIMIT 1 OFFSET ?1)";
    change(connection, trim, [KEPT]).map(drop)
}

fn restore(connection: &Connection, lines: &[LogLine]) -> Result<(), Fault> {
    let statement = "INSERT INTO logs (id, message, level, created_at, account_id)
         VALUES (?1, ?2, ?3, ?4, ?5)";
    for LogLine { id, message, level, created_at, account } in lines {
        let account = account.as_ref().map(AccountId::as_str);
        let values = (id.cast_signed(), message, level, Time(*created_at), account);
        change(connection, statement, values)?;
    }
    Ok(())
}

fn newest(connection: &Connection, limit: u32) -> Result<Vec<LogLine>, Fault> {
    let query =
        "SELECT id, message, level, created_at, account_id FROM logs ORDER BY id DESC LIMIT ?1";
    records(connection, "logs", query, [limit], |row: &Row<'_>| {
        Ok(LogLine {
            id: row.get::<_, i64>("id")?.cast_unsigned(),
            message: row.get("message")?,
            level: row.get("level")?,
            created_at: row.get::<_, Time>("created_at")?.0,
            account: row.get::<_, Option<String>>("account_id")?.map(AccountId::new),
        })
    })
}
