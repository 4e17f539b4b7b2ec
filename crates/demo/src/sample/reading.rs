//! The person's list of what they read.

use jiff::Timestamp;
use jiff::civil::date;

use anilist_trakt_sync_core::domain::{FuzzyDate, ListStatus};

use super::super::world::{ListEntry, Manga, World};
use super::list::{ago, fuzzy};

use ListStatus::{Completed, Current, Dropped, Paused, Planning, Repeating};

/// How the first titles that AniList has stand: the status, chapters and volumes read, and the score.
const STANDS: [(ListStatus, (u32, u32), u8); 16] = [
    (Completed, (96, 12), 85),
    (Completed, (48, 7), 95),
    (Current, (112, 14), 90),
    (Repeating, (20, 3), 88),
    (Current, (180, 21), 80),
    (Current, (34, 4), 0),
    (Completed, (24, 4), 70),
    (Planning, (0, 0), 0),
    (Paused, (22, 3), 75),
    (Current, (61, 7), 92),
    (Completed, (1, 1), 0),
    (Dropped, (11, 1), 40),
    (Completed, (35, 5), 78),
    (Current, (18, 3), 0),
    (Planning, (0, 0), 0),
    (Current, (9, 1), 65),
];

/// Puts these titles on the list.
pub(super) fn list(mut world: World, now: Timestamp) -> World {
    let read = world.manga.iter().filter(|manga| manga.anilist.is_some()).zip(&STANDS);
    let entries = read
        .zip(0..)
        .filter_map(|((manga, stands), number)| entry(manga, *stands, ago(now, 30 * number + 5)));
    world.manga_list = entries.collect();
    world
}

fn entry(
    manga: &Manga,
    (status, (chapters, volumes), score): (ListStatus, (u32, u32), u8),
    at: Timestamp,
) -> Option<ListEntry> {
    let entry = ListEntry::new(manga.anilist?, status, chapters);
    let mut entry = entry.volumes(volumes).scored(score).updated(at);
    let year = manga.year.max(2016);
    if status != Planning {
        entry = entry.started(FuzzyDate { year: Some(year), month: Some(4), day: None });
    }
    Some(match status {
        Completed => entry.completed(fuzzy(date(year + 1, 9, 14))),
        Repeating => entry.repeated(1).on_lists(&["Rainy days"]).liked(),
        Dropped => entry.noted("the second arc lost me"),
        // Shown on its own list alone, and seen by nobody else.
        Paused => entry.on_lists(&["Rainy days"]).hidden().private(),
        _ => entry,
    })
}
