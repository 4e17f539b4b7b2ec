//! Trakt's history as it was before the first write, so that nothing this service does is final.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use crate::domain::Item;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::{Write, keys};
use crate::trakt::{HistoryItem, HistoryOf};

/// Whether the history was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backup {
    /// By an earlier run.
    Made,
    /// Not yet, and there is nothing in it.
    NothingThere,
    /// Not yet.
    Missing,
}

/// Saves the whole history: as a file in `DATA_DIR/backups`, or in the store where there is no
/// disk. Gives what is to be remembered of it, or none when that was done before.
pub async fn make(person: &Person, backup: Backup) -> Result<Vec<Write>> {
    let now = person.services.clock.now();
    let mark = |place: &str| Write::Config {
        key: keys::TRAKT_BACKUP,
        value: Some(format!("{now} {place}")),
    };
    match backup {
        Backup::Made => return Ok(Vec::new()),
        Backup::NothingThere => return Ok(vec![mark("nothing was there")]),
        Backup::Missing => {}
    }
    let plays = person.trakt.history(HistoryOf::Everything, None, None).await?;
    let text = lines(&plays);
    let Some(folder) = person.settings.backups.clone() else {
        let copy = Write::Config { key: keys::TRAKT_BACKUP_COPY, value: Some(text) };
        return Ok(vec![mark(keys::TRAKT_BACKUP_COPY), copy]);
    };
    let name = file_name(now);
    let place = folder.join(&name).display().to_string();
    let saved = tokio::task::spawn_blocking(move || save(&folder, &name, &text)).await;
    let saved = saved.map_err(|cause| Error::Internal(format!("no backup was made: {cause}")))?;
    saved.map_err(|cause| Error::Refused {
        message: format!(
            "the history could not be saved before the first write ({cause}): {place}"
        ),
        hint: "make room, or set DATA_DIR to a folder that this user can write to",
    })?;
    tracing::info!("[Sync] {} plays of the history were saved first: {place}", plays.len());
    Ok(vec![mark(&place)])
}

/// One play a line, oldest first.
fn lines(plays: &[HistoryItem]) -> String {
    let mut text = String::new();
    for play in plays.iter().rev() {
        let what = match play.item {
            Item::Movie { movie } => json!({ "kind": "movie", "movie": movie }),
            Item::Episode { show, slot } => json!({
                "kind": "episode", "show": show, "season": slot.season, "number": slot.number,
                "episodeId": play.episode_id,
            }),
        };
        let line = json!({ "historyId": play.id, "watchedAt": play.watched_at, "of": what });
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

/// `trakt-history-20261121T120030Z.jsonl`.
fn file_name(now: Timestamp) -> String {
    format!("trakt-history-{}.jsonl", now.strftime("%Y%m%dT%H%M%SZ"))
}

/// Whole or not at all, and for nobody else to read.
fn save(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))?;
    Ok(())
}
