//! What a store cannot do.

use std::fmt::Display;

/// A store that cannot do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// It is down, locked, full or read-only.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// It is there, and this version of the program must leave it as it is.
    #[error("the store cannot be used: {sentence}")]
    Unfit {
        /// What is wrong with it.
        sentence: String,
        /// The way out.
        hint: &'static str,
    },
    /// It holds something already, and would be overwritten.
    #[error("the store is not empty, so nothing was imported")]
    NotEmpty,
    /// The account is gone, and nothing is kept of it any more.
    #[error("the account is gone, so nothing is kept of it any more")]
    Gone,
    /// A record cannot be read.
    #[error("the record {key} cannot be read: {cause}")]
    Corrupt {
        /// Which record.
        key: String,
        /// What is wrong with it.
        cause: String,
    },
}

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;

/// What is only a copy counts as absent where it cannot be read: it can be had again. `then` says in
/// the log what is done about it.
pub fn or_absent<T: Default>(read: Result<T>, then: impl Display) -> Result<T> {
    match read {
        Err(cause @ StoreError::Corrupt { .. }) => {
            tracing::warn!("{then}: {cause}");
            Ok(T::default())
        }
        read => read,
    }
}
