//! Small documents of the service itself: accounts, and what opens their doors.
//!
//! A document has a collection and a key in it. Changes of several are one step, which is taken only if
//! what it was made from still holds: so a name is given once, and a code is good once, whichever of
//! two processes asks first.

use std::fmt::Display;

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::AccountId;

/// Where a document is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct At {
    /// The collection's name: letters, digits, `-` and `:`.
    pub collection: String,
    /// The document's name in it.
    pub key: String,
}

impl At {
    /// The document of this key in a collection.
    pub fn new(collection: impl Display, key: impl Display) -> Self {
        Self { collection: collection.to_string(), key: key.to_string() }
    }
}

/// One step of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing is done unless the document is this; none: there is none.
    Is(At, Option<String>),
    /// Adds or replaces the document.
    Put(At, String),
    /// Removes the document.
    Remove(At),
}

/// Reading documents, and changing some together.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Some documents of a collection, in the order asked for.
    async fn documents(&self, collection: &str, keys: &[&str]) -> Result<Vec<Option<String>>>;

    /// One document, if it is there.
    async fn document(&self, collection: &str, key: &str) -> Result<Option<String>> {
        Ok(self.documents(collection, &[key]).await?.into_iter().flatten().next())
    }

    /// Whether a collection has no document. None of them is read.
    async fn is_empty(&self, collection: &str) -> Result<bool>;

    /// All documents of a collection with their keys, by key.
    async fn collection(&self, collection: &str) -> Result<Vec<(String, String)>>;

    /// The collections that have a document, by name.
    async fn collections(&self) -> Result<Vec<String>>;

    /// Takes all steps, or none when one finds something else than it says. Tells whether it did.
    async fn commit(&self, steps: Vec<Step>) -> Result<bool>;

    /// Removes everything that an account has in the store but documents: lists, runs, sign-ins at
    /// services. Locks go with the processes that hold them.
    async fn forget(&self, account: &AccountId) -> Result<()>;
}
