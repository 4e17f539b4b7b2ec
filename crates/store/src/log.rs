//! The persistent log. It belongs to all accounts.

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{LogLine, NewLogLine};

/// Lines of the log.
#[async_trait]
pub trait Log: Send + Sync {
    /// Appends lines to the persistent log and trims its oldest.
    async fn append_logs(&self, lines: Vec<NewLogLine>) -> Result<()>;

    /// The newest log lines first.
    async fn logs(&self, limit: u32) -> Result<Vec<LogLine>>;

    /// Puts the log lines of another store into the empty log of this one. Their ids stay, and
    /// new ones are larger.
    async fn restore_logs(&self, lines: Vec<LogLine>) -> Result<()>;
}
