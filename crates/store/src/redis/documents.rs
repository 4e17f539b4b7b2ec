//! Documents: a hash each collection, and the set of the collections.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::RedisStore;
use super::command::{Command, Repeat};
use super::scripts;
use crate::{At, Documents, Result, Step, keys};
use anilist_trakt_sync_core::domain::AccountId;

#[async_trait]
impl Documents for RedisStore {
    async fn documents(&self, collection: &str, keys: &[&str]) -> Result<Vec<Option<String>>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut read = vec!["HMGET".to_owned(), self.keys.documents(collection)];
        read.extend(keys.iter().map(|key| (*key).to_owned()));
        self.one(Command(read), Repeat::Safe).await?.texts()
    }

    async fn is_empty(&self, collection: &str) -> Result<bool> {
        let exists = Command::new(["EXISTS", &self.keys.documents(collection)]);
        Ok(self.one(exists, Repeat::Safe).await?.number()? == 0)
    }

    async fn collection(&self, collection: &str) -> Result<Vec<(String, String)>> {
        let hash = self.keys.documents(collection);
        let mut names = self.names(Command::new(["HKEYS", &hash])).await?;
        names.sort_unstable();
        let values = self.fields(&hash, &names, |_, value| Ok(value)).await?;
        Ok(names.into_iter().zip(values).filter_map(|(key, value)| Some((key, value?))).collect())
    }

    async fn collections(&self) -> Result<Vec<String>> {
        let mut names = self.names(Command::new(["SMEMBERS", &self.keys.collections()])).await?;
        names.sort_unstable();
        Ok(names)
    }

    async fn commit(&self, steps: Vec<Step>) -> Result<bool> {
        let collections: BTreeSet<&str> =
            steps.iter().map(|step| step.at().collection.as_str()).collect();
        let mut keys = vec![self.keys.collections()];
        keys.extend(collections.iter().map(|name| self.keys.documents(name)));
        let place = |at: &At| {
            let index = collections.iter().position(|name| *name == at.collection);
            // The first key is the set of the collections.
            [(index.unwrap_or_default() + 2).to_string(), at.key.clone()]
        };
        let mut arguments: Vec<String> = vec![collections.len().to_string()];
        arguments.extend(collections.iter().map(|name| (*name).to_owned()));
        for step in &steps {
            let (word, value) = match step {
                Step::Is(_, None) => ("absent", ""),
                Step::Is(_, Some(value)) => ("is", value.as_str()),
                Step::Put(_, value) => ("put", value.as_str()),
                Step::Remove(_) => ("remove", ""),
            };
            arguments.push(word.to_owned());
            arguments.extend(place(step.at()));
            arguments.push(value.to_owned());
        }
        let commit = Command::script(scripts::COMMIT, keys, arguments);
        Ok(self.one(commit, Repeat::Never).await?.number()? == 1)
    }

    async fn forget(&self, account: &AccountId) -> Result<()> {
        let index = self.keys.mapping_index(account);
        let titles = self.names(Command::new(["SMEMBERS", &index])).await?;
        let mut keys: Vec<String> =
            titles.iter().map(|id| self.keys.mapping(account, id)).collect();
        keys.extend(keys::OF_ACCOUNT.iter().map(|name| self.keys.config(account, name)));
        keys.extend(self.keys.all_of(account));
        let mut forget: Vec<Command> = keys
            .chunks(1000)
            .map(|part| Command::new(std::iter::once("DEL").chain(part.iter().map(String::as_str))))
            .collect();
        forget.push(Command::new(["SREM", &self.keys.accounts(), account.as_str()]));
        self.transport.send(&forget, Repeat::Safe).await?;
        for part in self.log_lines_of(account).await?.chunks(500) {
            self.transport.send(part, Repeat::Safe).await?;
        }
        Ok(())
    }
}

impl Step {
    fn at(&self) -> &At {
        match self {
            Self::Is(at, _) | Self::Put(at, _) | Self::Remove(at) => at,
        }
    }
}
