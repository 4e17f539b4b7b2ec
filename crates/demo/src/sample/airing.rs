//! What airs in the days to come. In the demonstration some titles are shown again, so that there is a week
//! to look at whenever it is started.

use jiff::{SignedDuration, Timestamp};

use anilist_trakt_sync_core::domain::{AnilistId, ScheduledEpisode};

use super::super::world::World;

/// The hours from one episode to the next.
const WEEK: i64 = 24 * 7;

/// Of a title without a known end this many episodes are scheduled.
const AHEAD: u32 = 12;

/// The title, its next episode, and in how many hours that airs.
const NEXT: [(u32, u32, i64); 8] = [
    (145_064, 8, 5),
    (21, 1103, 20),
    (131_681, 1, 33),
    (154_587, 22, 52),
    (142_838, 5, 76),
    (146_065, 5, 101),
    (166_531, 4, 124),
    (110_277, 12, 149),
];

/// Schedules these titles, week by week up to their last episode.
pub(super) fn schedules(mut world: World, now: Timestamp) -> World {
    let hour = Timestamp::from_second(now.as_second() / 3600 * 3600).unwrap_or(now);
    for (id, next, hours) in NEXT {
        let id = AnilistId(id);
        let known = world.media.get(&id).and_then(|media| media.episodes);
        let episodes = (next..=known.unwrap_or(next + AHEAD)).zip(0_i64..);
        let scheduled = |(episode, week)| {
            let away = SignedDuration::from_hours(hours + week * WEEK);
            Some(ScheduledEpisode { episode, airs_at: hour.checked_add(away).ok()? })
        };
        world.schedules.insert(id, episodes.filter_map(scheduled).collect());
    }
    world
}
