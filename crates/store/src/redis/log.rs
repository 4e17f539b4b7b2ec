//! The persistent log: a list of `<id> <JSON>`, the newest first.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::command::{Command, Repeat};
use super::pack::{corrupt, json};
use super::{BODY, RedisStore, scripts};
use crate::{Log, Result};
use anilist_trakt_sync_core::domain::{AccountId, LogLine, NewLogLine};

/// How many lines are kept.
const KEPT: &str = "1000";

/// A line as it is stored, behind its id.
#[derive(Serialize, Deserialize)]
struct Line {
    message: String,
    level: String,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<AccountId>,
}

#[async_trait]
impl Log for RedisStore {
    async fn append_logs(&self, lines: Vec<NewLogLine>) -> Result<()> {
        let mut part = vec![KEPT.to_owned()];
        let mut room = BODY;
        for line in &lines {
            let NewLogLine { account, message, level, created_at } = line.clone();
            let text = json(&Line { message, level, created_at, account })?;
            if text.len() > room {
                self.push_log_lines(std::mem::replace(&mut part, vec![KEPT.to_owned()])).await?;
                room = BODY;
            }
            room = room.saturating_sub(text.len());
            part.push(text);
        }
        self.push_log_lines(part).await
    }

    async fn logs(&self, limit: u32) -> Result<Vec<LogLine>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let (key, last) = (self.keys.logs(), (limit - 1).to_string());
        let lines = self.names(Command::new(["LRANGE", &key, "0", &last])).await?;
        lines.iter().map(|line| read(&key, line)).collect()
    }

    async fn restore_logs(&self, mut lines: Vec<LogLine>) -> Result<()> {
        lines.sort_by_key(|line| std::cmp::Reverse(line.id));
        let Some(newest) = lines.first().map(|line| line.id.to_string()) else { return Ok(()) };
        // Lines are short, and so many at once stay far below a body's size.
        for part in lines.chunks(500) {
            let mut arguments = vec![newest.clone()];
            for LogLine { id, message, level, created_at, account } in part.iter().cloned() {
                let line = Line { message, level, created_at, account };
                arguments.push(format!("{id} {}", json(&line)?));
            }
            let keys = [self.keys.logs(), self.keys.logs_last()];
            let restore = Command::script(scripts::RESTORE_LOGS, keys, arguments);
            self.one(restore, Repeat::Never).await?;
        }
        Ok(())
    }
}

impl RedisStore {
    /// What removes the lines of an account, one by one: there are a thousand at most.
    pub(super) async fn log_lines_of(&self, account: &AccountId) -> Result<Vec<Command>> {
        let key = self.keys.logs();
        let lines = self.names(Command::new(["LRANGE", &key, "0", "-1"])).await?;
        let is_of = |line: &&String| {
            read(&key, line).is_ok_and(|line| line.account.as_ref() == Some(account))
        };
        Ok(lines.iter().filter(is_of).map(|line| Command::new(["LREM", &key, "1", line])).collect())
    }

    async fn push_log_lines(&self, arguments: Vec<String>) -> Result<()> {
        let keys = [self.keys.logs(), self.keys.logs_last()];
        let append = Command::script(scripts::APPEND_LOGS, keys, arguments);
        self.one(append, Repeat::Never).await.map(drop)
    }
}

fn read(key: &str, line: &str) -> Result<LogLine> {
    let (id, text) = line.split_once(' ').ok_or_else(|| corrupt(key, &"a line has no id"))?;
    let id = id.parse().map_err(|error: std::num::ParseIntError| corrupt(key, &error))?;
    let line: Line = serde_json::from_str(text).map_err(|error| corrupt(key, &error))?;
    let Line { message, level, created_at, account } = line;
    Ok(LogLine { id, message, level, created_at, account })
}
