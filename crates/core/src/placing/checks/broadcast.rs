//! When the episodes aired, against what AniList says of the entry.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::special::{are_parts, first_of_another};
use super::{Check, Finding, Placed};
use crate::domain::{Episode, FuzzyDate};
use crate::placing::candidates::{SAME_BROADCAST_DAYS, days_apart, is_odd, numbers, step};
use crate::placing::claims::Rule;
use crate::placing::schedule::is_kept;
use crate::placing::worth;

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
        let is_months = off_by(days) == worth::MONTHS_OFF;
        let is_part = is_months && placed.fills() == worth::FILLS_REST && placed.is_named_twice();
        if is_part && has_nothing_around(placed, day) {
            let facts = format!("{facts}; nothing of the show aired then");
            return Finding::new(Check::Dates, worth::UNDATED_PART, facts);
        }
        return Finding::new(Check::Dates, off_by(days), facts);
    }
    if placed.is_in_specials() && is_nearer_to_another(placed, day, late.abs()) {
        return Finding::new(Check::Dates, 0, format!("{facts}; another special is nearer"));
    }
    let fits = if placed.is_found_by_day() { worth::FOUND_BY_DAY } else { worth::FIRST_DAY };
    if placed.begins_run() {
        let facts = format!("{facts}; a run begins there");
        return Finding::new(Check::Dates, fits + worth::BEGINS, facts);
    }
    Finding::new(Check::Dates, fits, facts)
}

/// Whether no regular episode of the show aired within a week of the day.
fn has_nothing_around(placed: &Placed<'_>, day: Date) -> bool {
    let mut off = placed.show.regular().iter().filter_map(|episode| days_apart(episode, day));
    off.all(|days| days.abs() > ONE_WEEK_DAYS)
}

/// Whether another special aired nearer to the day.
fn is_nearer_to_another(placed: &Placed<'_>, day: Date, days: i32) -> bool {
    let others = placed.season_of_first().iter().filter(|other| Some(*other) != placed.first());
    others.into_iter().any(|other| days_apart(other, day).is_some_and(|off| off.abs() < days))
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
    each_day(placed).or_else(|| {
        let is_cut_off = placed.missing() > 0 && !placed.entry.media.airing.is_open();
        if is_cut_off { None } else { next_day(placed).or_else(|| last_day(placed)) }
    })
}

/// Every episode against the day on which AniList says that it aired.
fn each_day(placed: &Placed<'_>) -> Option<Finding> {
    let is_kept = is_on_schedule(placed)?;
    let (worth, detail) = if is_kept {
        (worth::LATER_DAY, "each episode aired on its day")
    } else {
        (worth::LATER_DAY_OFF, "some episodes aired on the day of another")
    };
    Some(Finding::new(Check::LaterDates, worth, detail))
}

pub(super) fn is_on_schedule(placed: &Placed<'_>) -> Option<bool> {
    let numbered = numbers(placed.holes).zip(placed.episodes.iter().copied());
    is_kept(numbered, &placed.case.facts.days)
}

fn next_day(placed: &Placed<'_>) -> Option<Finding> {
    let next = placed.entry.media.airing.next?;
    let airs = next.airs_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut numbered = numbers(placed.holes).zip(placed.episodes);
    let Some((_, episode)) = numbered.find(|(abs, _)| *abs == next.episode) else {
        // All that is listed is over by then, or else it is counted otherwise.
        let late =
            days_apart(placed.episodes.last()?, airs).filter(|days| *days > ONE_WEEK_DAYS)?;
        let facts = format!(
            "episode {} is to air {late} days before the last that is listed",
            next.episode
        );
        return Some(Finding::new(Check::LaterDates, worth::LATER_DAY_OFF, facts));
    };
    let listed = episode.aired_on()?;
    let facts = format!("episode {} is to air {airs}, and here {listed}", next.episode);
    let is_far = days_apart(episode, airs)?.abs() > OTHER_BROADCAST_DAYS;
    let worth = if is_far { worth::NEXT_FAR_OFF } else { later_worth(placed, episode, airs)? };
    Some(Finding::new(Check::LaterDates, worth, facts))
}

/// What a later day is worth: that of an episode, or nearly, or another episode's.
fn later_worth(placed: &Placed<'_>, episode: &Episode, day: Date) -> Option<i32> {
    let off = days_apart(episode, day)?.abs();
    let is_anothers = || {
        placed.show.regular().iter().any(|other| {
            other.slot != episode.slot && days_apart(other, day).is_some_and(|days| days.abs() <= 1)
        })
    };
    Some(match off {
        0..=SAME_BROADCAST_DAYS => worth::LATER_DAY,
        _ if off > ONE_WEEK_DAYS || is_anothers() => worth::LATER_DAY_OFF,
        _ => 0,
    })
}

fn last_day(placed: &Placed<'_>) -> Option<Finding> {
    let media = &placed.entry.media;
    let (start, end) = (media.start_date.day()?, media.airing.end_date.day()?);
    let [first, .., last] = placed.episodes else { return None };
    let (began, ended) = (first.aired_on()?, last.aired_on()?);
    let facts = format!("ended {ended}, the entry {end}");
    let worth = later_worth(placed, last, end)?;
    if worth == worth::LATER_DAY {
        return Some(Finding::new(Check::LaterDates, worth, facts));
    }
    if began == ended {
        return Some(Finding::new(Check::LaterDates, 0, format!("{facts}; all have one day")));
    }
    let lengths = (end - start).get_days() - (ended - began).get_days();
    if lengths.abs() <= SAME_BROADCAST_DAYS {
        let facts = format!("{facts}; both were on air as long");
        return Some(Finding::new(Check::LaterDates, worth::SAME_LENGTH, facts));
    }
    Some(Finding::new(Check::LaterDates, worth, facts))
}

/// Days between the episodes that follow each other, where both are known.
fn steps(placed: &Placed<'_>) -> Vec<Option<i32>> {
    placed.episodes.windows(2).map(|pair| step(pair[0], pair[1])).collect()
}

/// How many episodes come before the first gap that is half as long again as the usual one.
pub(super) fn odd_gap(placed: &Placed<'_>) -> Option<usize> {
    let steps = steps(placed);
    let is_odd = is_odd(steps.iter().copied())?;
    let odd = |step: &Option<i32>| step.is_some_and(|days| days > 2 && is_odd(days));
    Some(steps.iter().position(odd)? + 1)
}

/// How many of the specials are sure, if not all: only the first where the next need not be its second
/// part.
pub(super) fn sure_specials(placed: &Placed<'_>) -> Option<usize> {
    let steps = steps(placed);
    let anothers = first_of_another(placed);
    if anothers.is_some() {
        return anothers;
    }
    let falls = steps.iter().position(|step| step.is_some_and(|days| days < 0));
    if matches!(placed.rule, Rule::Ranges(_)) || steps.is_empty() {
        return None;
    }
    let is_even = steps.len() > 1
        && steps.iter().all(|step| {
            step.zip(steps[0])
                .is_some_and(|(one, first)| (one - first).abs() <= SAME_BROADCAST_DAYS)
        });
    let is_room_for_nothing = placed.fills() > 0
        || is_even
        || are_parts(placed)
        || later_day(placed).is_some_and(|finding| finding.worth > 0);
    falls.map(|at| at + 1).or_else(|| (!is_room_for_nothing).then_some(1))
}

/// Two a day, week after week, are the halves of what AniList counts as one, unless the number of
/// episodes or a later day says otherwise; so may be two on the first day of a season that has one more
/// than the entry. None where there is one a day.
pub(super) fn spacing(placed: &Placed<'_>) -> Option<Finding> {
    const ENOUGH_DAYS: usize = 3;
    let mut days: Vec<Date> = placed.episodes.iter().filter_map(|e| e.aired_on()).collect();
    let dated = days.len();
    let two_at_first = days.len() > 2 && days[0] == days[1] && days[1] != days[2];
    days.sort_unstable();
    days.dedup();
    let two_a_day = days.len() >= ENOUGH_DAYS && dated * 2 >= days.len() * 3;
    let has_one_more =
        placed.entry.media.episodes.is_some() && placed.season.len() == placed.episodes.len() + 1;
    if !(two_a_day || (two_at_first && has_one_more)) {
        return None;
    }
    let facts = format!("{dated} episodes aired on {} days", days.len());
    let is_confirmed =
        placed.fills() > 0 || later_day(placed).is_some_and(|finding| finding.worth > 0);
    let worth = if is_confirmed { 0 } else { worth::TWO_A_DAY };
    Some(Finding::new(Check::Spacing, worth, facts))
}
