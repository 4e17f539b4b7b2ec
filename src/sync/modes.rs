//! The ways to sync.

use serde::Serialize;

use crate::domain::{AnilistId, ListStatus, RunMode, RunTrigger};
use crate::store::keys;

/// What part of the list a run looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// What changed since the last time; the whole list the first time.
    Full,
    /// Everything that was watched to the end.
    Completed,
    /// Everything that is being watched.
    Watching,
    /// One title.
    Show(AnilistId),
}

impl Mode {
    /// The mode of its run.
    pub fn of_run(self) -> RunMode {
        match self {
            Self::Full => RunMode::Full,
            Self::Completed => RunMode::Completed,
            Self::Watching => RunMode::Watching,
            Self::Show(_) => RunMode::Show,
        }
    }

    /// The list statuses a library mode reads. An entry being rewatched was completed once.
    pub fn statuses(self) -> Option<&'static [ListStatus]> {
        match self {
            Self::Completed => Some(&[ListStatus::Completed, ListStatus::Repeating]),
            Self::Watching => Some(&[ListStatus::Current]),
            Self::Full | Self::Show(_) => None,
        }
    }

    /// Where it is remembered that such a run began, whatever becomes of it: a scheduler that calls
    /// again and again is to start no run each time.
    pub fn last_run_key(self, trigger: Trigger) -> Option<&'static str> {
        (self == Self::Full && trigger == Trigger::Auto).then_some(keys::LAST_RUN_AUTO)
    }
}

/// Who asked for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// A person.
    Manual,
    /// A person who has seen that it posts far more than the list usually changes by.
    #[serde(rename = "manual")]
    Confirmed,
    /// The scheduler.
    Auto,
}

impl Trigger {
    /// Who asked, as it is kept.
    pub fn of_run(self) -> RunTrigger {
        match self {
            Self::Manual | Self::Confirmed => RunTrigger::Manual,
            Self::Auto => RunTrigger::Auto,
        }
    }
}
