//! The words of AniList's activity feed.

use anilist_trakt_sync_core::domain::ActivityKind;

/// Reads AniList's `status` and `progress`, which is text: `7`, or `3 - 7` for several.
pub fn kind(status: &str, progress: Option<&str>) -> ActivityKind {
    let range = progress.and_then(range);
    match (status.trim().to_ascii_lowercase().as_str(), range) {
        ("completed", _) => ActivityKind::Completed,
        ("watched episode", Some((first, last))) => ActivityKind::Watched { first, last },
        ("rewatched episode", Some((first, last))) => ActivityKind::Rewatched { first, last },
        _ => ActivityKind::Other,
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
            assert_eq!(kind(status, progress), expected, "{status:?} {progress:?}");
        }
    }
}
