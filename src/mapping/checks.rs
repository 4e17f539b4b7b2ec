//! What speaks for and against a candidate.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::candidates::{Body, Candidate, SAME_BROADCAST_DAYS, days_apart, is_extra};
use super::claims::Rule;
use super::prequels::Ahead;
use crate::domain::{Entry, Episode, Format, FuzzyDate, Media};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Trakt lists every episode the entry needs.
    Exists,
    /// The number of episodes fits.
    Count,
    /// The first episode aired when the entry began.
    Dates,
    /// A film is a film, a series is not among the specials.
    Format,
    /// The works it continues come before it.
    Prequels,
    /// No other entry of the person claims the same episodes.
    Siblings,
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckOutcome)]
pub enum Outcome {
    /// It speaks for the candidate.
    Passed,
    /// It rules the candidate out.
    Failed,
    /// It says nothing.
    Unknown,
}

/// One check's finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What was found.
    pub outcome: Outcome,
    /// The facts, for a person.
    pub detail: String,
}

/// A difference in air dates from which on it cannot be the same broadcast. Up to here a stream
/// ahead of television or a late listing explains it.
const OTHER_BROADCAST_DAYS: i32 = 45;

/// A weekly series that is this many days off is off by an episode.
const ONE_EPISODE_DAYS: i32 = 6;

/// All findings on a candidate. `before`: the episodes of the
/// works it continues, if they were asked for.
pub fn check(candidate: &Candidate<'_>, entry: &Entry, before: Option<Ahead>) -> Vec<Finding> {
    match &candidate.body {
        Body::Film(_) => vec![film_format(&entry.media), film_count(&entry.media)],
        Body::Episodes { show, episodes } => {
            let whole = fills_season(&candidate.rule, show.season(season_of(episodes)), episodes);
            let mut findings = vec![
                exists(entry, episodes),
                dates(&entry.media, episodes, whole),
                count(&entry.media, &candidate.rule, episodes, whole),
                series_format(&entry.media, episodes),
            ];
            findings.extend(before.map(|n| prequels(&candidate.rule, n)));
            findings
        }
    }
}

fn season_of(episodes: &[&Episode]) -> u16 {
    episodes.first().map_or(0, |e| e.slot.season)
}

/// Exactly one season, or exactly what is left of it, to its last episode: chance seldom makes
/// that fit.
fn fills_season(rule: &Rule, season: &[Episode], episodes: &[&Episode]) -> bool {
    let Some(before) = season.len().checked_sub(episodes.len()) else { return false };
    !matches!(rule, Rule::StartDate)
        && episodes.len() > 1
        && season[before..].iter().zip(episodes).all(|(listed, placed)| listed.slot == placed.slot)
}

fn finding(check: Check, outcome: Outcome, detail: impl Into<String>) -> Finding {
    Finding { check, outcome, detail: detail.into() }
}

fn exists(entry: &Entry, episodes: &[&Episode]) -> Finding {
    let needed = entry.media.episodes.unwrap_or(0).max(entry.watched()) as usize;
    let (outcome, detail) = match episodes.len() {
        0 => (Outcome::Failed, "Trakt lists no episode there".to_owned()),
        n if n >= needed => (Outcome::Passed, format!("Trakt lists all {n}")),
        n if n >= entry.watched() as usize && n * 2 > needed => {
            (Outcome::Unknown, format!("Trakt lists {n} of {needed} so far"))
        }
        n => (Outcome::Failed, format!("Trakt lists {n} of {needed}")),
    };
    finding(Check::Exists, outcome, detail)
}

fn count(media: &Media, rule: &Rule, episodes: &[&Episode], whole: bool) -> Finding {
    let crosses = episodes.windows(2).any(|pair| pair[0].slot.season != pair[1].slot.season);
    let (outcome, detail) = match media.episodes {
        None => (Outcome::Unknown, "AniList does not know the number yet".to_owned()),
        Some(n) if whole => (Outcome::Passed, format!("the season has exactly {n} to its end")),
        Some(n) if crosses && matches!(rule, Rule::Season { .. }) => {
            (Outcome::Unknown, format!("{n} episodes reach into the next season"))
        }
        Some(n) => (Outcome::Unknown, format!("{n} episodes are part of what is listed")),
    };
    finding(Check::Count, outcome, detail)
}

fn dates(media: &Media, episodes: &[&Episode], whole: bool) -> Finding {
    let Some(first) = episodes.first() else {
        return finding(Check::Dates, Outcome::Unknown, "there is no episode to compare");
    };
    let Some(aired) = first.first_aired else {
        return finding(Check::Dates, Outcome::Unknown, "Trakt does not know when it aired");
    };
    let aired_on = aired.to_zoned(jiff::tz::TimeZone::UTC).date();
    let Some(day) = media.start_date.day() else {
        let outcome = part_of_date(media.start_date, aired_on);
        return finding(
            Check::Dates,
            outcome,
            format!("aired {aired_on}, the entry's day is not known"),
        );
    };
    let apart = days_apart(first, day).unwrap_or(0).abs();
    let outcome = match apart {
        0..=SAME_BROADCAST_DAYS => Outcome::Passed,
        _ if apart > OTHER_BROADCAST_DAYS => Outcome::Failed,
        _ if apart > ONE_EPISODE_DAYS && !whole => Outcome::Failed,
        _ => Outcome::Unknown,
    };
    finding(Check::Dates, outcome, format!("aired {aired_on}, the entry began {day}"))
}

/// A year that is off by more than one rules a candidate out; a year that fits proves nothing.
fn part_of_date(start: FuzzyDate, aired: jiff::civil::Date) -> Outcome {
    match start.year {
        Some(year) if (year - aired.year()).abs() > 1 => Outcome::Failed,
        _ => Outcome::Unknown,
    }
}

fn series_format(media: &Media, episodes: &[&Episode]) -> Finding {
    let special = season_of(episodes) == 0;
    if special && episodes.iter().any(|episode| episode.slot.season > 0) {
        return finding(Check::Format, Outcome::Unknown, "it begins with a special");
    }
    let (outcome, detail) = match media.format {
        Some(Format::Tv | Format::TvShort) if special => {
            (Outcome::Failed, "a series does not belong among the specials")
        }
        _ if special && !is_extra(media) => (Outcome::Unknown, "specials are unusual for it"),
        Some(Format::Movie) if !special => {
            (Outcome::Failed, "a film does not belong among the episodes of a season")
        }
        _ => (Outcome::Passed, "the kind of work fits"),
    };
    finding(Check::Format, outcome, detail)
}

/// Counting through a show is only right from where the works before it end.
fn prequels(rule: &Rule, before: Ahead) -> Finding {
    let detail = match before {
        Ahead::Unknown => "it continues works of an unknown number of episodes".to_owned(),
        Ahead::Episodes(0) => "it continues no other work of the show".to_owned(),
        Ahead::Episodes(before) => format!("the works it continues have {before} episodes"),
    };
    let outcome = match rule {
        Rule::Continuous if before == Ahead::Episodes(0) => Outcome::Passed,
        Rule::Continuous => Outcome::Failed,
        Rule::After { .. } => Outcome::Passed,
        _ => Outcome::Unknown,
    };
    finding(Check::Prequels, outcome, detail)
}

fn film_format(media: &Media) -> Finding {
    match media.format {
        Some(Format::Movie) => finding(Check::Format, Outcome::Passed, "a film is a film"),
        Some(Format::Tv | Format::TvShort) => {
            finding(Check::Format, Outcome::Failed, "a series is not a film")
        }
        _ => finding(Check::Format, Outcome::Unknown, "Trakt may keep it as a film"),
    }
}

fn film_count(media: &Media) -> Finding {
    match media.episodes {
        Some(n) if n > 1 => {
            finding(Check::Count, Outcome::Failed, format!("{n} episodes are not one film"))
        }
        _ => finding(Check::Count, Outcome::Passed, "one film"),
    }
}
