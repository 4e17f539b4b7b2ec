//! When the episodes aired, against what AniList says of the entry.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::{Check, Finding, Placed};
use crate::domain::{Episode, FuzzyDate};
use crate::mapping::candidates::{SAME_BROADCAST_DAYS, days_apart};
use crate::mapping::worth;

/// One weekly broadcast late, give or take the time zones.
pub(super) const A_WEEK: RangeInclusive<i32> = 5..=9;

/// A difference within one broadcast: early streams and late listings.
const ONE_BROADCAST_DAYS: i32 = 6;

/// Up to here an advance showing or a late listing explains a difference.
const OTHER_BROADCAST_DAYS: i32 = 45;

/// From here on it is another broadcast altogether.
const OTHER_YEAR_DAYS: i32 = 400;

/// A last episode that is further off is not the same.
const ONE_WEEK_DAYS: i32 = 8;

/// Days from the entry's first day to that of the placement; late is above zero.
pub(super) fn days_late(placed: &Placed<'_>) -> Option<i32> {
    days_apart(placed.first()?, placed.entry.media.start_date.day()?)
}

/// The first episode aired when the entry began.
pub(super) fn first_day(placed: &Placed<'_>) -> Finding {
    let start = placed.entry.media.start_date;
    let Some(aired) = placed.first().and_then(Episode::aired_on) else {
        return later_part(placed);
    };
    let Some(day) = start.day() else {
        let (worth, detail) = (part_of_date(start, aired), format!("aired {aired}"));
        return Finding::new(
            Check::Dates,
            worth,
            format!("{detail}, the entry's day is not known"),
        );
    };
    let late = (aired - day).get_days();
    let facts = format!("aired {aired}, the entry began {day}");
    if late.abs() > SAME_BROADCAST_DAYS {
        if is_listed_at_once(placed) {
            return Finding::new(
                Check::Dates,
                0,
                format!("{facts}; the season has one day for all"),
            );
        }
        // Within a week it is another episode's day, or nobody's.
        let another = placed.season_of_first().iter().any(|other| {
            days_apart(other, day).is_some_and(|days| days.abs() <= SAME_BROADCAST_DAYS)
        });
        let days = if another { late.abs().max(ONE_BROADCAST_DAYS + 1) } else { late.abs() };
        return Finding::new(Check::Dates, off_by(days), facts);
    }
    let fits = if placed.is_found_by_day() { worth::FOUND_BY_DAY } else { worth::FIRST_DAY };
    if placed.begins_run() {
        let facts = format!("{facts}; a run begins there");
        return Finding::new(Check::Dates, fits + worth::BEGINS, facts);
    }
    Finding::new(Check::Dates, fits, facts)
}

fn off_by(days: i32) -> i32 {
    match days {
        _ if days <= ONE_BROADCAST_DAYS => 0,
        _ if days <= OTHER_BROADCAST_DAYS => worth::WEEKS_OFF,
        _ if days <= OTHER_YEAR_DAYS => worth::MONTHS_OFF,
        _ => worth::YEARS_OFF,
    }
}

/// A later part of a season that Trakt dates as a whole, by the day it was put online: the day says
/// nothing of the part.
fn is_listed_at_once(placed: &Placed<'_>) -> bool {
    let Some(first) = placed.first() else { return false };
    let (season, day) = (placed.season_of_first(), first.aired_on());
    season.first() != Some(first)
        && season.len() > 2
        && season.iter().all(|episode| episode.aired_on() == day)
}

/// A year that is off by more than one rules a candidate out; a year that fits proves nothing.
fn part_of_date(start: FuzzyDate, aired: Date) -> i32 {
    let Some(year) = start.year else { return 0 };
    let Some(month) = start.month else {
        return if (year - aired.year()).abs() > 1 { worth::RULED_OUT } else { 0 };
    };
    let months = |year: i16, month: i8| i32::from(year) * 12 + i32::from(month);
    match (months(aired.year(), aired.month()) - months(year, month)).abs() {
        0 => worth::SAME_MONTH,
        1 => 0,
        2 => worth::WEEKS_OFF,
        ..=13 => worth::MONTHS_OFF,
        _ => worth::YEARS_OFF,
    }
}

/// The first episode has no date: the first that has one tells whether it can be.
fn later_part(placed: &Placed<'_>) -> Finding {
    let unknown = |detail: &str| Finding::new(Check::Dates, 0, detail);
    let mut dated =
        placed.episodes.iter().enumerate().filter_map(|(i, e)| Some((i, e.aired_on()?)));
    let (Some((index, aired)), Some(day)) = (dated.next(), placed.entry.media.start_date.day())
    else {
        return unknown("Trakt does not know when it aired");
    };
    // Weekly at the slowest but for a break, and all on one day at the fastest.
    let latest = i32::try_from(index)
        .unwrap_or(i32::MAX)
        .saturating_mul(7)
        .saturating_add(SAME_BROADCAST_DAYS);
    let late = (aired - day).get_days();
    let facts = format!("its {}. aired {aired}, the entry began {day}", index + 1);
    if (-SAME_BROADCAST_DAYS..=latest).contains(&late) {
        Finding::new(Check::Dates, worth::LATER_PART_FITS, facts)
    } else if late < 0 || late > latest + OTHER_BROADCAST_DAYS {
        Finding::new(Check::Dates, off_by(late.abs().max(ONE_BROADCAST_DAYS + 1)), facts)
    } else {
        Finding::new(Check::Dates, 0, facts)
    }
}

/// The last episode aired when the entry ended; while it airs, the next to come is the next. None
/// where no such day is known.
pub(super) fn later_day(placed: &Placed<'_>) -> Option<Finding> {
    if placed.missing() > 0 && !placed.entry.media.airing.is_open() {
        return None;
    }
    next_day(placed).or_else(|| last_day(placed))
}

fn next_day(placed: &Placed<'_>) -> Option<Finding> {
    let next = placed.entry.media.airing.next?;
    let airs = next.airs_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let listed = placed.episodes.get(next.episode as usize - 1)?.aired_on()?;
    let off = (listed - airs).get_days().abs();
    let facts = format!("episode {} is to air {airs}, and here {listed}", next.episode);
    let worth = match off {
        0..=SAME_BROADCAST_DAYS => worth::LATER_DAY,
        ..=ONE_WEEK_DAYS => 0,
        _ => worth::LATER_DAY_OFF,
    };
    Some(Finding::new(Check::LaterDates, worth, facts))
}

fn last_day(placed: &Placed<'_>) -> Option<Finding> {
    let media = &placed.entry.media;
    let (start, end) = (media.start_date.day()?, media.airing.end_date.day()?);
    let [first, .., last] = placed.episodes else { return None };
    let (began, ended) = (first.aired_on()?, last.aired_on()?);
    let off = (ended - end).get_days().abs();
    let facts = format!("ended {ended}, the entry {end}");
    if off <= SAME_BROADCAST_DAYS {
        return Some(Finding::new(Check::LaterDates, worth::LATER_DAY, facts));
    }
    if began == ended {
        return Some(Finding::new(Check::LaterDates, 0, format!("{facts}; all have one day")));
    }
    let lengths = (end - start).get_days() - (ended - began).get_days();
    if lengths.abs() <= SAME_BROADCAST_DAYS {
        let facts = format!("{facts}; both were on air as long");
        return Some(Finding::new(Check::LaterDates, worth::SAME_LENGTH, facts));
    }
    let ends_elsewhere = placed.season.iter().any(|other| {
        other.slot != last.slot && days_apart(other, end).is_some_and(|days| days.abs() <= 1)
    });
    let worth = if off > ONE_WEEK_DAYS || ends_elsewhere { worth::LATER_DAY_OFF } else { 0 };
    Some(Finding::new(Check::LaterDates, worth, facts))
}

/// Two a day, week after week, are the halves of what AniList counts as one, unless the number of
/// episodes or a later day says otherwise. None where there is one a day.
pub(super) fn spacing(placed: &Placed<'_>) -> Option<Finding> {
    const ENOUGH_DAYS: usize = 3;
    let mut days: Vec<Date> = placed.episodes.iter().filter_map(|e| e.aired_on()).collect();
    let dated = days.len();
    days.sort_unstable();
    days.dedup();
    if days.len() < ENOUGH_DAYS || dated * 2 < days.len() * 3 {
        return None;
    }
    let facts = format!("{dated} episodes aired on {} days", days.len());
    let is_confirmed =
        placed.fills() > 0 || later_day(placed).is_some_and(|finding| finding.worth > 0);
    let worth = if is_confirmed { 0 } else { worth::TWO_A_DAY };
    Some(Finding::new(Check::Spacing, worth, facts))
}
