//! The persistent log: a list of `<id> <JSON>`, the newest first.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::command::{Command, Repeat};
use super::pack::{corrupt, json};
use super::{BODY, RedisStore, scripts};
use crate::{Log, Result};
use anilist_trakt_sync_core::domain::{LogLine, NewLogLine};

/// How many lines are kept.
const KEPT: &str = "1000";

/// A line as it is stored, behind its id.
#[derive(Serialize, Deserialize)]
struct Line {
    message: String,
    level: String,
    created_at: Timestamp,
}

#[async_trait]
impl Log for RedisStore {
    async fn append_logs(&self, lines: Vec<NewLogLine>) -> Result<()> {
        let mut part = vec![KEPT.to_owned()];
        let mut room = BODY;
        for line in &lines {
            let NewLogLine { message, level, created_at } = line.clone();
            let text = json(&Line { message, level, created_at })?;
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
            for LogLine { id, message, level, created_at } in part.iter().cloned() {
                arguments.push(format!("{id} {}", json(&Line { message, level, created_at })?));
            }
            let keys = [self.keys.logs(), self.keys.logs_last()];
            let restore = Command::script(scripts::RESTORE_LOGS, keys, arguments);
            self.one(restore, Repeat::Never).await?;
        }
        Ok(())
    }
}

impl RedisStore {
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
    Ok(LogLine { id, message: line.message, level: line.level, created_at: line.created_at })
}
