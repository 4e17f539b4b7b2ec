//! Why a change of a library is not made.

use super::ItemId;

/// Why a change is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such item.
    #[error("there is no such item: {0}")]
    Absent(ItemId),
    /// A value is not one that the field can have.
    #[error("{message}: {field}")]
    Invalid {
        /// The field, as it is written.
        field: &'static str,
        /// What is wrong with it; the sentence goes on with the field.
        message: String,
        /// What would be right.
        hint: &'static str,
    },
    /// The same work is there already.
    #[error("this title is in the library already: {0}")]
    There(ItemId),
    /// A library holds no more.
    #[error("the library is full: {0} titles")]
    Full(usize),
}

impl Refused {
    pub(super) fn invalid(field: &'static str, message: String, hint: &'static str) -> Self {
        Self::Invalid { field, message, hint }
    }
}
