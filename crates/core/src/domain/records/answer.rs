//! What a source of titles answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An answer, kept for whoever asks the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// What was answered, as JSON.
    pub value: String,
    /// When.
    pub fetched_at: Timestamp,
    /// Until when nobody is asked again. Later it is stale, and better than nothing in an outage.
    pub good_until: Timestamp,
}
