//! Moves all state from one store to another, as lines of JSON.
//!
//! Locks are left out: they belong to processes and not to the state. What a line holds is what
//! the store's interface gives, so the lines of every backend are the same.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use crate::{At, Result, Step, Store, StoreError, Topic, Write, keys};
use anilist_trakt_sync_core::domain::{
    AccountId, DatasetInfo, LogLine, Mapping, Override, PlacementRow, RunId, RunPlays, RunRow,
    Settled, StoredDataset, StoredShow, Waiting,
};
use anilist_trakt_sync_core::library::{Change, Item, ReadDay};

/// More than any store keeps.
const ALL: u32 = 10_000;

/// Records written in one go.
const WRITTEN_TOGETHER: usize = 500;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Line {
    /// The account that the following lines are about, until the next of its kind.
    Account {
        /// Its name.
        id: AccountId,
    },
    /// A `system_config` entry. Tokens are among them.
    Config {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// Which show or film an entry belongs to.
    Mapping(Mapping),
    /// How far an entry is synced.
    #[serde(rename = "progress")]
    Settled(Settled),
    /// A correction of one episode.
    Override(Override),
    /// A title that waits.
    #[serde(rename = "unmapped")]
    Waiting(Box<Waiting>),
    /// Where an entry was placed.
    Placement {
        /// The placement.
        row: Box<PlacementRow>,
        /// Its evidence, JSON in a text, as it is stored.
        evidence: String,
    },
    /// A run.
    Run(RunRow),
    /// The plays of one batch of a run.
    RunPlays(RunPlays),
    /// The last number given to a run.
    RunNumber {
        /// The number.
        last: RunId,
    },
    /// A title of the library.
    Item(Box<Item>),
    /// What was changed of a title.
    ItemChange(Change),
    /// What was watched and read on a day.
    Read(ReadDay),
    /// What is remembered of a person's lists.
    Note {
        /// What it is about.
        topic: String,
        /// Its key there.
        key: String,
        /// The text.
        note: String,
    },
    /// A show's episodes. Its version follows from them.
    Show(StoredShow),
    /// A line of the log.
    Log(LogLine),
    /// A document of the service itself: an account, or what opens its doors.
    Document {
        /// Its collection.
        collection: String,
        /// Its name in it.
        key: String,
        /// JSON in a text, as it is stored.
        value: String,
    },
    /// A dataset's index.
    Dataset {
        /// `otaku`, `fribbs` or `anibridge`.
        name: String,
        /// What is known of it.
        info: DatasetInfo,
        /// The compressed index, base64.
        index: String,
    },
}

/// Everything the store knows, in an order that does not depend on the backend.
pub async fn export(store: &dyn Store) -> Result<Vec<Line>> {
    let mut lines = shared(store).await?;
    for account in store.accounts().await? {
        let of_account = of_account(store, &account).await?;
        if !of_account.is_empty() {
            lines.push(Line::Account { id: account });
            lines.extend(of_account);
        }
    }
    Ok(lines)
}

/// What belongs to everybody.
async fn shared(store: &dyn Store) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for name in keys::DATASETS {
        if let Some(StoredDataset { info, index }) = store.dataset(name).await? {
            let index = BASE64_STANDARD.encode(index);
            lines.push(Line::Dataset { name: name.to_owned(), info, index });
        }
    }
    for collection in store.collections().await? {
        let all = store.collection(&collection).await?.into_iter();
        let document = |(key, value)| Line::Document { collection: collection.clone(), key, value };
        lines.extend(all.map(document));
    }
    let ids = store.show_ids().await?;
    let mut shows = store.shows(&ids).await?;
    lines.extend(ids.iter().filter_map(|id| shows.remove(id)).map(Line::Show));
    lines.extend(store.logs(ALL).await?.into_iter().rev().map(Line::Log));
    Ok(lines)
}

/// Everything that an account has, but documents.
pub async fn of_account(store: &dyn Store, account: &AccountId) -> Result<Vec<Line>> {
    let values = store.config(account, &keys::OF_ACCOUNT).await?;
    let set = keys::OF_ACCOUNT.iter().zip(values);
    let entry = |(key, value): (&&str, Option<String>)| {
        value.map(|value| Line::Config { key: (*key).to_owned(), value })
    };
    let mut lines: Vec<Line> = set.filter_map(entry).collect();
    lines.extend(store.mappings(account).await?.into_iter().map(Line::Mapping));
    let mut settled: Vec<_> = store.settled(account).await?.into_values().collect();
    settled.sort_by_key(|row| row.anilist_id);
    lines.extend(settled.into_iter().map(Line::Settled));
    let mut overrides = store.overrides(account).await?;
    overrides.sort_by_key(|row| (row.trakt_id, row.abs, row.anilist_id));
    lines.extend(overrides.into_iter().map(Line::Override));
    let waiting = store.waiting(account).await?.into_iter();
    lines.extend(waiting.map(|row| Line::Waiting(Box::new(row))));
    let placements = store.all_placements(account).await?.into_iter();
    let placement = |(row, evidence)| Line::Placement { row: Box::new(row), evidence };
    lines.extend(placements.map(placement));
    let runs = store.runs(account, ALL).await?;
    for run in runs.iter().rev() {
        lines.push(Line::Run(run.clone()));
        lines.extend(store.run_plays(account, run.id).await?.into_iter().map(Line::RunPlays));
    }
    let items = store.items(account).await?.into_iter();
    lines.extend(items.map(|item| Line::Item(Box::new(item))));
    let changes = store.item_changes(account, None, u32::MAX).await?;
    lines.extend(changes.into_iter().map(Line::ItemChange));
    lines.extend(store.read_days(account).await?.into_iter().map(Line::Read));
    for topic in Topic::ALL {
        let notes = store.notes(account, topic).await?.into_iter();
        let topic = topic.name();
        lines.extend(notes.map(|(key, note)| Line::Note { topic: topic.to_owned(), key, note }));
    }
    lines.extend(store.last_run_id(account).await?.map(|last| Line::RunNumber { last }));
    Ok(lines)
}

/// Writes lines into an empty store.
///
/// # Errors
/// [`StoreError::NotEmpty`] when the store holds something already, [`StoreError::Unavailable`] when it
/// does not answer. What was
/// written before an error stays; empty the store before the next try.
pub async fn import(store: &dyn Store, lines: Vec<Line>) -> Result<()> {
    if !export(store).await?.is_empty() {
        return Err(StoreError::NotEmpty);
    }
    let account = AccountId::default();
    let mut target = Target { store, account, writes: Vec::new(), log: Vec::new() };
    for line in lines {
        target.take(line).await?;
    }
    target.flush().await?;
    store.restore_logs(target.log).await
}

/// Where lines go, with what waits to be written together.
struct Target<'a> {
    store: &'a dyn Store,
    account: AccountId,
    writes: Vec<Write>,
    log: Vec<LogLine>,
}

impl Target<'_> {
    async fn take(&mut self, line: Line) -> Result<()> {
        let write = match line {
            Line::Account { id } => {
                self.flush().await?;
                self.account = id;
                return Ok(());
            }
            Line::Dataset { name, info, index } => return self.dataset(&name, info, &index).await,
            Line::Document { collection, key, value } => {
                let put = Step::Put(At::new(collection, key), value);
                return self.store.commit(vec![put]).await.map(drop);
            }
            Line::Log(line) => {
                self.log.push(line);
                return Ok(());
            }
            Line::Config { key, value } => config(&key, value)?,
            Line::Mapping(row) => Write::Mapping(row),
            Line::Settled(row) => Write::Settled(row),
            Line::Override(row) => Write::Override(row),
            Line::Waiting(row) => Write::Waiting(*row),
            Line::Placement { row, evidence } => Write::Placement { row: *row, evidence },
            Line::Run(row) => Write::Run(row),
            Line::RunPlays(plays) => Write::RunPlays(plays),
            Line::RunNumber { last } => Write::RunNumber(last),
            Line::Show(row) => Write::Show(row),
            Line::Item(item) => Write::Item(Arc::from(item)),
            Line::ItemChange(change) => Write::ItemChange(change),
            Line::Read(read) => Write::Read(read),
            Line::Note { topic, key, note } => self::note(&topic, key, note)?,
        };
        self.writes.push(write);
        if self.writes.len() >= WRITTEN_TOGETHER { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<()> {
        match std::mem::take(&mut self.writes) {
            none if none.is_empty() => Ok(()),
            writes => self.store.write(&self.account, writes).await,
        }
    }

    async fn dataset(&self, name: &str, info: DatasetInfo, index: &str) -> Result<()> {
        let index = BASE64_STANDARD.decode(index).map_err(|cause| unreadable(name, &cause))?;
        self.store.put_dataset(name, StoredDataset { info, index }).await
    }
}

fn config(key: &str, value: String) -> Result<Write> {
    let known = keys::OF_ACCOUNT.into_iter().find(|known| *known == key);
    let key = known.ok_or_else(|| unreadable(key, &"this version does not know it"))?;
    Ok(Write::Config { key, value: Some(value) })
}

fn note(topic: &str, key: String, note: String) -> Result<Write> {
    let topic =
        Topic::named(topic).ok_or_else(|| unreadable(topic, &"this version does not know it"))?;
    Ok(Write::Note { topic, key, note: Some(note) })
}

fn unreadable(key: &str, cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt { key: key.to_owned(), cause: cause.to_string() }
}
