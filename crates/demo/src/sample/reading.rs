//! The person's list of what they read.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use anilist_trakt_sync_core::domain::{FuzzyDate, ListStatus};

use super::super::world::{ListEntry, Manga, World};
use super::list::{ago, fuzzy};

use ListStatus::{Completed, Current, Dropped, Paused, Planning, Repeating};

/// How the first titles that AniList has stand: the status, chapters and volumes read, and the score.
const STANDS: [(ListStatus, (u32, u32), u8); 30] = [
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
    (Completed, (30, 4), 82),
    (Completed, (18, 3), 60),
    (Current, (92, 11), 77),
    (Planning, (0, 0), 0),
    (Completed, (44, 7), 91),
    (Paused, (40, 5), 68),
    (Current, (97, 12), 84),
    (Planning, (0, 0), 0),
    (Current, (0, 4), 87),
    (Current, (54, 7), 96),
    (Completed, (30, 3), 73),
    (Dropped, (20, 2), 50),
    (Completed, (1, 0), 88),
    (Completed, (62, 8), 0),
];

/// Puts these titles on the list.
pub(super) fn list(mut world: World, now: Timestamp) -> World {
    let read = world.manga.iter().filter(|manga| manga.anilist.is_some()).zip(&STANDS);
    let entries = read.zip(0_u8..).filter_map(|((manga, stands), number)| {
        entry(manga, *stands, number, ago(now, 30 * i64::from(number) + 5))
    });
    world.manga_list = entries.collect();
    world
}

/// The dates say as much as people remember: of every third the year, the month, or the day.
fn entry(
    manga: &Manga,
    (status, (chapters, volumes), score): (ListStatus, (u32, u32), u8),
    number: u8,
    at: Timestamp,
) -> Option<ListEntry> {
    let entry = ListEntry::new(manga.anilist?, status, chapters);
    let mut entry = entry.volumes(volumes).scored(score).updated(at);
    let year = manga.year.max(2016);
    if status != Planning {
        entry = entry.started(remembered(date(year, 4, 20), number));
    }
    Some(match status {
        Completed => entry.completed(remembered(date(year + 1, 9, 14), number + 1)),
        Repeating => entry.repeated(1).on_lists(&["Rainy days"]).liked(),
        Dropped => entry.noted("the second arc lost me"),
        // Shown on its own list alone, and seen by nobody else.
        Paused if number == 8 => entry.on_lists(&["Rainy days"]).hidden().private(),
        _ => entry,
    })
}

fn remembered(day: Date, number: u8) -> FuzzyDate {
    let whole = fuzzy(day);
    match number % 3 {
        0 => FuzzyDate { day: None, ..whole },
        1 => whole,
        _ => FuzzyDate { month: None, day: None, ..whole },
    }
}
