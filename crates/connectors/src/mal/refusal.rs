//! What `MyAnimeList` does not take, apart from what keeps it from answering.

use super::service::Said;
use crate::outbound::{Answer, CarriesFault, Fault, ProviderError};
use anilist_trakt_sync_core::merge::Field;

/// An entry that was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TellError {
    /// It is refused, and would be again until the value, the id or the catalogue changes.
    #[error("MyAnimeList does not take the entry: {0}")]
    Refused(#[from] Refusal),
    /// The service was not asked, or did not answer.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

impl CarriesFault for TellError {
    fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Provider(error) => Some(&error.fault),
            Self::Refused(_) => None,
        }
    }
}

/// Why an entry is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The title waits for approval there: it can be found, and not be put on a list.
    #[error("the title is not approved there yet")]
    Unapproved,
    /// There is no title of this id.
    #[error("it has no such title")]
    UnknownTitle,
    /// The entry is not on the list, and nothing was meant to be added.
    #[error("the entry is not on the list any more")]
    NotListed,
    /// It cannot hold this value; nothing was sent.
    #[error("it cannot hold this value of {}", .field.name())]
    Value {
        /// Whose value.
        field: Field,
    },
    /// It does not understand what it was sent.
    #[error("{message}")]
    Form {
        /// What it said.
        message: String,
    },
}

impl Refusal {
    /// What a 400 means.
    pub(super) fn of(answer: &Answer) -> Self {
        let said = Said::of(answer);
        if said.is("invalid_content") {
            Self::Unapproved
        } else {
            Self::Form { message: said.words() }
        }
    }
}
