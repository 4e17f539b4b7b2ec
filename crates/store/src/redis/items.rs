//! What a person watches and reads: a hash of the titles, a sorted set of their changes, and a hash of
//! the days.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::civil::Date;

use super::RedisStore;
use super::command::Command;
use super::pack::{pack_json, unpack_json};
use crate::{Items, KEPT_CHANGES, Result, StoreError};
use anilist_trakt_sync_core::domain::AccountId;
use anilist_trakt_sync_core::library::{Change, Item, ItemId, ReadDay};

/// Changes that are read in one answer.
const TOGETHER: u32 = 500;

/// What is counted of a day.
const EPISODES: &str = "episodes";
const CHAPTERS: &str = "chapters";

#[async_trait]
impl Items for RedisStore {
    async fn items(&self, account: &AccountId) -> Result<Vec<Item>> {
        let mut items: Vec<Item> = self.whole_hash(&self.keys.items(account)).await?;
        items.sort_by_key(|item| item.id);
        Ok(items)
    }

    async fn item_changes(
        &self,
        account: &AccountId,
        item: Option<ItemId>,
        limit: u32,
    ) -> Result<Vec<Change>> {
        let key = self.keys.item_changes(account);
        let (first, last) = item.map_or(("-".to_owned(), "+".to_owned()), range);
        let mut changes: Vec<Change> = Vec::new();
        loop {
            let room = limit.saturating_sub(u32::try_from(changes.len()).unwrap_or(u32::MAX));
            let (after, most) = (changes.len().to_string(), room.min(TOGETHER).to_string());
            let newest = ["ZREVRANGEBYLEX", &key, &last, &first, "LIMIT", &after, &most];
            let members = self.names(Command::new(newest)).await?;
            let all = members.len() < TOGETHER as usize;
            for member in members {
                changes.push(change(&key, &member)?);
            }
            if all {
                break;
            }
        }
        changes.sort_by_key(|change| change.item);
        Ok(changes)
    }

    async fn read_days(&self, account: &AccountId) -> Result<Vec<ReadDay>> {
        let key = self.keys.read_days(account);
        let words = self.names(Command::new(["HGETALL", &key])).await?;
        let mut days: BTreeMap<Date, ReadDay> = BTreeMap::new();
        for pair in words.chunks_exact(2) {
            let corrupt = || StoreError::Corrupt { key: key.clone(), cause: pair.join(" ") };
            let (day, what) = pair[0].split_once(' ').ok_or_else(corrupt)?;
            let day: Date = day.parse().map_err(|_| corrupt())?;
            let count: i64 = pair[1].parse().map_err(|_| corrupt())?;
            let read = days.entry(day).or_insert(ReadDay { day, episodes: 0, chapters: 0 });
            match what {
                EPISODES => read.episodes = count,
                CHAPTERS => read.chapters = count,
                _ => return Err(corrupt()),
            }
        }
        Ok(days.into_values().collect())
    }
}

impl RedisStore {
    pub(super) fn put_item(&self, account: &AccountId, item: &Item) -> Result<Vec<Command>> {
        let (hash, field) = (self.keys.items(account), item.id.to_string());
        Ok(vec![Command::new(["HSET".to_owned(), hash, field, pack_json(item)?])])
    }

    pub(super) fn remove_item(&self, account: &AccountId, id: ItemId) -> Vec<Command> {
        let changes = self.keys.item_changes(account);
        let (first, last) = range(id);
        vec![
            Command::new(["HDEL", &self.keys.items(account), &id.to_string()]),
            Command::new(["ZREMRANGEBYLEX", &changes, &first, &last]),
        ]
    }

    pub(super) fn put_item_change(
        &self,
        account: &AccountId,
        change: &Change,
    ) -> Result<Vec<Command>> {
        let key = self.keys.item_changes(account);
        let start = format!("{}{:020} ", start(change.item), change.version);
        let (first, last) = range(change.item);
        Ok(vec![
            Command::new(["ZADD", &key, "0", &(start + &pack_json(change)?)]),
            Command::new(["NEWEST", &key, &first, &last, &KEPT_CHANGES.to_string()]),
        ])
    }

    pub(super) fn add_to_day(&self, account: &AccountId, read: &ReadDay) -> Vec<Command> {
        let key = self.keys.read_days(account);
        let counts = [(EPISODES, read.episodes), (CHAPTERS, read.chapters)];
        let add = |(what, count): (&str, i64)| {
            Command::new(["HINCRBY", &key, &format!("{} {what}", read.day), &count.to_string()])
        };
        counts.into_iter().filter(|(_, count)| *count != 0).map(add).collect()
    }
}

fn change(key: &str, member: &str) -> Result<Change> {
    let (_, change) = member.split_once(' ').ok_or_else(|| StoreError::Corrupt {
        key: key.to_owned(),
        cause: "it is no change".to_owned(),
    })?;
    unpack_json(key, change.to_owned())
}

/// What the changes of an item begin with: all members have one score, and so their order is that of
/// the texts.
fn start(id: ItemId) -> String {
    format!("{:020}:", id.0)
}

/// The first and the last that may begin so.
fn range(id: ItemId) -> (String, String) {
    let start = start(id);
    (format!("[{start}"), format!("({start};"))
}
