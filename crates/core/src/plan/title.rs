//! An entry with all that is known of it.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{AnilistId, Entry, Settled, Verdict, Waiting};
use crate::placing::decision::Decision;

/// An entry, what earlier runs left of it, and where it belongs. It is joined once and goes from
/// placing to planning to posting. What is large is shared, so that a copy is small.
#[derive(Debug, Clone, PartialEq)]
pub struct Title {
    /// The entry as the list has it.
    pub entry: Arc<Entry>,
    /// How far it is settled.
    pub settled: Settled,
    /// What of it waits for a decision.
    pub waiting: Option<Arc<Waiting>>,
    /// Whether its ids were looked up in vain not long ago, and are not looked up again.
    pub rests: bool,
    /// Where it belongs; none when that could not be looked up yet.
    pub decision: Option<Arc<Decision>>,
}

impl Title {
    /// An entry of which nothing is known yet.
    pub fn new(entry: Arc<Entry>) -> Self {
        let settled = Settled::nothing(entry.media.id, Timestamp::UNIX_EPOCH);
        Self { entry, settled, waiting: None, rests: false, decision: None }
    }

    /// An entry with what is kept of it, as far as these tell.
    pub fn join(
        entry: Arc<Entry>,
        settled: &HashMap<AnilistId, Settled>,
        waiting: &HashMap<AnilistId, Arc<Waiting>>,
    ) -> Self {
        let mut title = Self::new(entry);
        if let Some(row) = settled.get(&title.id()) {
            title.settled = row.clone();
        }
        title.waiting = waiting.get(&title.id()).cloned();
        title
    }

    /// The entry's id.
    pub fn id(&self) -> AnilistId {
        self.entry.media.id
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        self.entry.media.titles.display()
    }

    /// How many of its episodes no run has ever dealt with.
    pub fn open(&self) -> usize {
        if self.waiting.is_some() {
            return 0;
        }
        let open = self.entry.watched().saturating_sub(self.settled.last_abs);
        usize::try_from(open).unwrap_or(usize::MAX)
    }

    /// Whether a person chose not to be asked about it.
    pub fn is_ignored(&self) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.ignored)
    }

    /// How far its place can be trusted.
    pub fn verdict(&self) -> Option<Verdict> {
        self.decision.as_ref().map(|decision| decision.verdict)
    }
}
