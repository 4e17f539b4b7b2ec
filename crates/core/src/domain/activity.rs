//! What a feed of activities says about when something was watched.

use jiff::Timestamp;

use super::AnilistId;

/// One line of a person's activity feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The title.
    pub media: AnilistId,
    /// What happened.
    pub kind: ActivityKind,
    /// When it was first logged. AniList merges later episodes into an activity and keeps its time.
    pub at: Timestamp,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityKind {
    /// Episodes were watched, both ends included.
    Watched {
        /// The entry's own number of the first.
        first: u32,
        /// The entry's own number of the last.
        last: u32,
    },
    /// The title was finished. Its last episode is often not logged on its own.
    Completed,
    /// Episodes were watched again.
    Rewatched {
        /// The entry's own number of the first.
        first: u32,
        /// The entry's own number of the last.
        last: u32,
    },
    /// Anything that dates no play: plans, pauses, drops, what cannot be read.
    Other,
}
