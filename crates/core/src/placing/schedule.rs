//! Places an entry by the day on which each of its episodes aired.
//!
//! AniList knows it of most that was shown since about 2013. It settles what lies behind a recap, a
//! double episode or one that Trakt does not list.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::candidates::{Found, SAME_BROADCAST_DAYS, days_apart};
use crate::domain::{Episode, ScheduledEpisode};

/// Fewer days may agree by chance.
const ENOUGH_DAYS: usize = 3;

/// Of so many episodes at most one may be missing.
const LISTED_OF: usize = 8;

/// The days (UTC) of the episodes from the first on, as far as the numbers go without a gap. Empty
/// where that is too few to tell anything.
pub fn days(schedule: &[ScheduledEpisode]) -> Vec<Date> {
    let mut sorted: Vec<_> = schedule.to_vec();
    sorted.sort_by_key(|one| (one.episode, one.airs_at));
    sorted.dedup_by_key(|one| one.episode);
    let numbered = (1..).zip(sorted).take_while(|(number, one)| *number == one.episode);
    let days: Vec<Date> =
        numbered.map(|(_, one)| one.airs_at.to_zoned(TimeZone::UTC).date()).collect();
    let steps = days.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let rises = days.windows(2).all(|pair| pair[0] <= pair[1]);
    if rises && steps + 1 >= ENOUGH_DAYS { days } else { Vec::new() }
}

/// The listed episodes that aired on these days, at most `limit`. Empty where the first did not, or
/// where too many are missing.
pub(super) fn along<'a>(listed: &'a [Episode], days: &[Date], limit: usize) -> Found<'a> {
    let days = &days[..days.len().min(limit)];
    let late = (-SAME_BROADCAST_DAYS..=SAME_BROADCAST_DAYS)
        .max_by_key(|late| (exact(listed, days, *late), -late.abs()))
        .unwrap_or(0);
    let found = matched(listed, days, late);
    let all = found.episodes.len() + found.holes.len();
    let begins = found.holes.first() != Some(&1);
    let is_whole = found.holes.len() * LISTED_OF <= all;
    let is_enough = found.episodes.len() >= ENOUGH_DAYS;
    if begins && is_whole && is_enough && is_in_order(listed, &found) {
        found
    } else {
        Found::default()
    }
}

/// Nothing is left out that aired on the day of one that is there, and a season is only left after its
/// last episode.
fn is_in_order(listed: &[Episode], found: &Found<'_>) -> bool {
    let is_found = |one: &Episode| found.episodes.iter().any(|other| other.slot == one.slot);
    let is_twin = |one: &Episode| {
        let day = one.aired_on();
        day.is_some() && found.episodes.iter().any(|other| other.aired_on() == day)
    };
    let mut left_out = listed.iter().filter(|one| !is_found(one));
    let is_last = |one: &Episode| {
        !listed.iter().any(|other| {
            other.slot.season == one.slot.season && other.slot.number > one.slot.number
        })
    };
    let mut pairs = found.episodes.windows(2);
    !left_out.any(is_twin)
        && pairs.all(|pair| pair[0].slot.season == pair[1].slot.season || is_last(pair[0]))
}

/// How many of the days have an episode that was so many days late.
fn exact(listed: &[Episode], days: &[Date], late: i32) -> usize {
    let aired = |day: &&Date| listed.iter().any(|one| days_apart(one, **day) == Some(late));
    days.iter().filter(aired).count()
}

/// For each day the first episode behind the one before that aired just so many days late, or one
/// more or less.
fn matched<'a>(listed: &'a [Episode], days: &[Date], late: i32) -> Found<'a> {
    let (mut found, mut holes, mut rest) = (Found::default(), Vec::new(), listed);
    for (number, day) in (1_u32..).zip(days) {
        let off = |episode: &Episode| Some((days_apart(episode, *day)? - late).abs());
        let near = rest.iter().enumerate().filter_map(|(at, one)| Some((off(one)?, at)));
        match near.filter(|(off, _)| *off <= 1).min() {
            Some((_, at)) => {
                found.episodes.push(&rest[at]);
                found.holes.append(&mut holes);
                rest = &rest[at + 1..];
            }
            None => holes.push(number),
        }
    }
    found
}

/// Whether the entry's numbers aired on their days: all of them, or some on the day of another
/// broadcast. None where nothing follows, as where the days do not reach the last number.
pub(super) fn is_kept<'a>(
    numbered: impl Iterator<Item = (u32, &'a Episode)>,
    days: &[Date],
) -> Option<bool> {
    const ANOTHER_BROADCAST_DAYS: i32 = 6;
    if days.is_empty() {
        return None;
    }
    let mut last = 0;
    let off: Vec<i32> = numbered
        .filter_map(|(number, episode)| {
            last = last.max(usize::try_from(number).ok()?);
            let day = days.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
            Some(days_apart(episode, *day)?.abs())
        })
        .collect();
    let is_first_on_day = off.first().is_some_and(|days| *days <= SAME_BROADCAST_DAYS);
    if off.len() < ENOUGH_DAYS || !is_first_on_day {
        None
    } else if off.iter().all(|days| *days <= SAME_BROADCAST_DAYS) {
        (last <= days.len()).then_some(true)
    } else {
        off.iter().any(|days| *days >= ANOTHER_BROADCAST_DAYS).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(episode: u32, day: u32) -> ScheduledEpisode {
        let airs_at = format!("2024-01-{day:02}T15:00:00Z").parse().unwrap();
        ScheduledEpisode { episode, airs_at }
    }

    #[test]
    fn the_days_are_those_from_the_first_number_to_the_first_gap() {
        let all = [at(3, 15), at(1, 1), at(2, 8), at(2, 9), at(5, 29)];
        assert_eq!(days(&all).len(), 3);
        assert_eq!(days(&all)[1].day(), 8);
        assert!(days(&all[2..]).is_empty());
    }

    #[test]
    fn days_that_fall_or_are_all_the_same_tell_nothing() {
        assert!(days(&[at(1, 8), at(2, 1), at(3, 15)]).is_empty());
        assert!(days(&[at(1, 8), at(2, 8), at(3, 8), at(4, 8)]).is_empty());
        assert!(days(&[]).is_empty());
    }
}
