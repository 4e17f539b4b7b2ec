//! Reads of many values, in as few answers as their size allows.

use super::command::{Command, Repeat};
use super::pack::unpack_json;
use super::{BODY, RedisStore, scripts};
use crate::Result;
use serde::de::DeserializeOwned;

/// Values asked for in one request at most, so that their names fit into a body.
const NAMES: usize = 5000;

impl RedisStore {
    /// The values of string keys, each read by `read`, in the order asked for.
    pub(super) async fn values<T>(
        &self,
        keys: &[String],
        read: impl Fn(&str, String) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let ask = |part: &[String]| {
            Command::script(scripts::READ_KEYS, part.iter().cloned(), [BODY.to_string()])
        };
        self.gather("", keys, ask, read).await
    }

    /// The values of a hash's fields, each read by `read`, in the order asked for.
    pub(super) async fn fields<T>(
        &self,
        hash: &str,
        fields: &[String],
        read: impl Fn(&str, String) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let ask = |part: &[String]| {
            let arguments = [BODY.to_string()].into_iter().chain(part.iter().cloned());
            Command::script(scripts::READ_FIELDS, [hash.to_owned()], arguments)
        };
        self.gather(hash, fields, ask, read).await
    }

    /// All records of a hash, in no order.
    pub(super) async fn whole_hash<T: DeserializeOwned>(&self, hash: &str) -> Result<Vec<T>> {
        let fields = self.names(Command::new(["HKEYS", hash])).await?;
        Ok(self.fields(hash, &fields, unpack_json).await?.into_iter().flatten().collect())
    }

    /// The names that a command answers with.
    pub(super) async fn names(&self, command: Command) -> Result<Vec<String>> {
        Ok(self.one(command, Repeat::Safe).await?.texts()?.into_iter().flatten().collect())
    }

    /// The members of a sorted set with the highest scores, the highest first.
    pub(super) async fn newest(&self, sorted: &str, limit: u32) -> Result<Vec<String>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let last = (limit - 1).to_string();
        self.names(Command::new(["ZREVRANGE", sorted, "0", &last])).await
    }

    /// Asks again until every value was in an answer: one tells as many as fit into it.
    async fn gather<T>(
        &self,
        hash: &str,
        names: &[String],
        ask: impl Fn(&[String]) -> Command,
        read: impl Fn(&str, String) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let mut found = Vec::with_capacity(names.len());
        while found.len() < names.len() {
            let rest = &names[found.len()..];
            let part = &rest[..rest.len().min(NAMES)];
            let values = self.one(ask(part), Repeat::Safe).await?.texts()?;
            for (name, value) in part.iter().zip(values) {
                let key = format!("{hash} {name}");
                found.push(value.map(|value| read(key.trim(), value)).transpose()?);
            }
        }
        Ok(found)
    }
}
