//! What AniList's activity feed says about when something was watched.

use jiff::Timestamp;

use crate::domain::AnilistId;

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

impl ActivityKind {
    /// Reads AniList's `status` and `progress`, which is text: `7`, or `3 - 7` for several.
    pub fn parse(status: &str, progress: Option<&str>) -> Self {
        let range = progress.and_then(range);
        match (status.trim().to_ascii_lowercase().as_str(), range) {
            ("completed", _) => Self::Completed,
            ("watched episode", Some((first, last))) => Self::Watched { first, last },
            ("rewatched episode", Some((first, last))) => Self::Rewatched { first, last },
            _ => Self::Other,
        }
    }
}

fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (1 <= first && first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_is_read_from_two_texts() {
        let watched = |first, last| ActivityKind::Watched { first, last };
        let rewatched = |first, last| ActivityKind::Rewatched { first, last };
        let table = [
            ("watched episode", Some("7"), watched(7, 7)),
            ("watched episode", Some("3 - 7"), watched(3, 7)),
            ("Watched episode", Some(" 3-7 "), watched(3, 7)),
            ("rewatched episode", Some("1 - 2"), rewatched(1, 2)),
            ("completed", None, ActivityKind::Completed),
            ("completed", Some("12"), ActivityKind::Completed),
            ("watched episode", Some("7 - 3"), ActivityKind::Other),
            ("watched episode", Some("0"), ActivityKind::Other),
            ("watched episode", Some("-3"), ActivityKind::Other),
            ("watched episode", Some("3 - "), ActivityKind::Other),
            ("watched episode", Some("1 - 2 - 3"), ActivityKind::Other),
            ("watched episode", Some("99999999999"), ActivityKind::Other),
            ("watched episode", Some("twelve"), ActivityKind::Other),
            ("watched episode", Some(""), ActivityKind::Other),
            ("watched episode", None, ActivityKind::Other),
            ("plans to watch", None, ActivityKind::Other),
            ("dropped", Some("3"), ActivityKind::Other),
            ("", None, ActivityKind::Other),
        ];
        for (status, progress, expected) in table {
            assert_eq!(ActivityKind::parse(status, progress), expected, "{status:?} {progress:?}");
        }
    }
}
