//! What is remembered of a person's lists at services, as texts whose form is the writer's own.

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::AccountId;

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// What binds an item of the library to its entries, by the item's number.
    Ties,
    /// What services were told in a run, by the run's number and the place in it.
    Told,
    /// At which services a person wants an item deleted that they deleted here, by the item's number.
    Wishes,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ties, Self::Told, Self::Wishes];

    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ties => "ties",
            Self::Told => "told",
            Self::Wishes => "wishes",
        }
    }

    /// The topic with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

/// Reading notes. They are changed with [`Write::Note`](crate::Write::Note).
#[async_trait]
pub trait Notes: Send + Sync {
    /// All notes on a topic with their keys, by key.
    async fn notes(&self, account: &AccountId, topic: Topic) -> Result<Vec<(String, String)>>;

    /// Some notes on a topic, in the order asked for.
    async fn some_notes(
        &self,
        account: &AccountId,
        topic: Topic,
        keys: &[&str],
    ) -> Result<Vec<Option<String>>>;
}
