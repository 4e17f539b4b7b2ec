//! What speaks for and against a candidate, each with what it is [worth].

use serde::{Deserialize, Serialize};

use self::broadcast::{first_day, later_day, spacing};
use self::film::film;
use self::neighbours::{is_followed, neighbours};
use super::candidates::{
    Body, Candidate, SAME_BROADCAST_DAYS, begins, begins_run, breaks_between, days_apart, is_extra,
    numbers,
};
use super::claims::Rule;
use super::datasets::anibridge::Range;
use super::place::{Beside, Case, Target};
use super::prequels::Ahead;
use super::worth;
use crate::domain::{Entry, Episode, Format, Show, Source};

mod broadcast;
mod film;
mod neighbours;
mod special;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Which independent sources name the place.
    Sources,
    /// Trakt lists every episode the entry needs.
    Exists,
    /// The number of episodes fits.
    Count,
    /// The first episode aired when the entry began.
    Dates,
    /// The last episode, or the next to come, airs when AniList says.
    LaterDates,
    /// As many episodes a day as AniList counts.
    Spacing,
    /// A film is a film, a series is not among the specials.
    Format,
    /// The film is of that year.
    Year,
    /// The film or special has that title; the show was only found by it.
    Title,
    /// The works it continues come before it.
    Prequels,
    /// The work beside which it stands is on another show.
    Parent,
    /// Other entries of the person end right before it, or begin right after.
    Neighbours,
    /// No other entry of the person claims the same episodes.
    Siblings,
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It speaks for the candidate.
    Passed,
    /// It speaks against the candidate.
    Failed,
    /// It says nothing.
    Unknown,
}

/// One check's finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What was found.
    pub outcome: Outcome,
    /// How many points it is worth; at -100 the candidate cannot be.
    #[serde(default)]
    pub worth: i32,
    /// The facts, for a person.
    pub detail: String,
}

impl Finding {
    /// A finding that speaks for a candidate or against it by what it is worth.
    pub fn new(check: Check, worth: i32, detail: impl Into<String>) -> Self {
        let outcome = match worth {
            1.. => Outcome::Passed,
            0 => Outcome::Unknown,
            ..0 => Outcome::Failed,
        };
        Self { check, outcome, worth, detail: detail.into() }
    }

    /// As it should be, which is worth nothing.
    pub fn usual(check: Check, detail: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Passed, worth: 0, detail: detail.into() }
    }
}

/// All findings on a candidate but who else names it.
pub fn check(candidate: &Candidate<'_>, case: &Case<'_>) -> Vec<Finding> {
    match &candidate.body {
        Body::Film { movie, parts } => film(*movie, *parts, case),
        Body::Episodes { show, episodes, holes } => {
            let placed = Placed::new(candidate, case, (show, episodes, holes));
            let mut findings = vec![exists(&placed)];
            if !episodes.is_empty() {
                findings.extend([count(&placed), first_day(&placed), format(&placed)]);
                findings.extend(later_day(&placed));
                findings.extend(spacing(&placed));
                findings.extend(special::title(&placed));
            }
            let day_fits = findings.iter().any(|f| f.check == Check::Dates && f.worth > 0);
            findings.extend(found_by_title(&placed));
            findings.extend(parent(&placed));
            findings.extend(neighbours(&placed).filter(|found| found.worth < 0 || day_fits));
            findings.extend(case.facts.before.get(&show.id).map(|ahead| prequels(&placed, *ahead)));
            findings
        }
    }
}

/// Some episodes of a show that an entry may be.
struct Placed<'a> {
    source: Source,
    rule: &'a Rule,
    entry: &'a Entry,
    case: &'a Case<'a>,
    show: &'a Show,
    episodes: &'a [&'a Episode],
    /// The entry's own numbers between them that Trakt does not list.
    holes: &'a [u32],
    /// The season of the last episode.
    season: &'a [Episode],
}

impl<'a> Placed<'a> {
    fn new(
        candidate: &'a Candidate<'_>,
        case: &'a Case<'a>,
        (show, episodes, holes): (&'a Show, &'a [&'a Episode], &'a [u32]),
    ) -> Self {
        let season = episodes.last().map_or(0, |episode| episode.slot.season);
        Self {
            source: candidate.source,
            rule: &candidate.rule,
            entry: case.entry,
            case,
            show,
            episodes,
            holes,
            season: show.season(season),
        }
    }

    /// Where the work is beside which it stands.
    fn beside(&self) -> Beside {
        self.case.facts.beside.get(&self.show.id).copied().unwrap_or_default()
    }

    fn season_of_first(&self) -> &'a [Episode] {
        self.first().map_or(&[], |first| self.show.season(first.slot.season))
    }

    fn first(&self) -> Option<&Episode> {
        self.episodes.first().copied()
    }

    /// It stands beside the series: by AniList's relations, or because a source has it among the
    /// specials and it is no series on television.
    fn is_extra_of_show(&self) -> bool {
        let is_series = self.entry.media.format == Some(Format::Tv);
        matches!(self.beside(), Beside::Here | Beside::Unknown)
            || (self.case.is_said_special() && !is_series)
    }

    /// AniBridge has it among the specials, and somebody else in a season, although it is no series.
    fn is_elsewhere_special(&self) -> bool {
        let is_series = self.entry.media.format == Some(Format::Tv);
        self.case.is_special_by_hand()
            && !is_series
            && !self.is_in_specials()
            && self.source != Source::Anibridge
    }

    /// All of the entry is among the specials.
    fn is_in_specials(&self) -> bool {
        self.episodes.iter().all(|episode| episode.slot.season == 0)
    }

    /// It was looked for by the day on which the entry began, and nobody named it.
    fn is_found_by_day(&self) -> bool {
        matches!(self.rule, Rule::StartDate | Rule::Schedule)
    }

    /// Each episode was looked for by its day, so that the last is no evidence of its own.
    fn is_by_days(&self) -> bool {
        matches!(self.rule, Rule::Schedule)
    }

    /// How many episodes the entry has that have no place here.
    fn missing(&self) -> usize {
        let all = self.entry.media.episodes.unwrap_or(0).max(self.entry.watched()) as usize;
        all.saturating_sub(self.episodes.len())
    }

    /// How much of a season it is exactly, to its last episode: chance seldom makes that fit. An
    /// opening special stands before the season, and an episode 0 that is not counted beside it.
    fn fills(&self) -> i32 {
        let last = self.season.first().map_or(0, |episode| episode.slot.season);
        let own: Vec<_> = self.episodes.iter().filter(|e| e.slot.season == last).collect();
        let Some(before) = self.season.len().checked_sub(own.len()) else { return 0 };
        let is_whole =
            self.entry.media.episodes.is_some_and(|all| all as usize == self.episodes.len());
        let ends = self.season[before..].iter().zip(&own).all(|(all, own)| all.slot == own.slot);
        let crosses = own.len() < self.episodes.len();
        let is_zero = || before == 1 && self.season[0].slot.number == 0;
        match (before, is_whole && ends) {
            (_, false) => 0,
            _ if self.episodes.len() == 1 => 0,
            (0, true) => worth::FILLS_SEASON,
            _ if is_zero() => worth::FILLS_SEASON,
            _ if crosses => 0,
            _ => worth::FILLS_REST,
        }
    }

    /// The last episode is the last before a break, or the last of the season.
    fn ends_run(&self) -> bool {
        let Some(last) = self.episodes.last() else { return false };
        self.next_listed().is_none_or(|next| breaks_between(last, next))
    }

    /// The broadcast goes on after the last episode.
    fn cuts_run(&self) -> bool {
        self.next_listed().is_some_and(|next| next.first_aired.is_some()) && !self.ends_run()
    }

    /// The season's episode after the last one.
    fn next_listed(&self) -> Option<&'a Episode> {
        let last = self.episodes.last()?;
        self.season.get(self.season.partition_point(|episode| episode.slot <= last.slot))
    }

    fn begins_run(&self) -> bool {
        let Some(first) = self.first() else { return false };
        let season = match self.season_of_first() {
            [zero, rest @ ..] if zero.slot.number == 0 && first.slot.number > 0 => rest,
            all => all,
        };
        begins_run(season, first)
    }

    /// It begins the show.
    fn is_first_of_show(&self) -> bool {
        let own = self.episodes.iter().find(|episode| episode.slot.season > 0);
        own.is_some_and(|own| begins(self.show.regular(), own))
    }

    /// A source says where each episode is, and this is all that it says.
    fn is_spelled_out(&self) -> bool {
        let listed = u32::try_from(self.episodes.len()).unwrap_or(u32::MAX);
        let says_more = |range: &Range| range.last.is_none_or(|last| last > listed);
        matches!(self.rule, Rule::Ranges(ranges) if !ranges.iter().any(says_more))
    }

    /// No source names the show: a search found it, now or for an earlier decision, which is none.
    fn is_only_found(&self) -> bool {
        let target = Some(Target::Show(self.show.id));
        let here = self.case.claims.iter().filter(|resolved| resolved.target == target);
        let mut sources = here.map(|resolved| resolved.claim.source).peekable();
        sources.peek().is_some()
            && sources.all(|source| matches!(source, Source::Search | Source::Saved))
    }

    /// Found by looking at the show: nobody names the place.
    fn is_derived(&self) -> bool {
        matches!(self.source, Source::Breakpoints | Source::AirDates | Source::Search)
    }

    /// The first episode of the entry comes before this: the season begins a week late and is not as
    /// long as the entry, or a special has the day.
    fn is_second_first(&self) -> bool {
        let begins =
            self.first().is_some_and(|first| first.slot.season > 0) && self.begins_season();
        let late = broadcast::days_late(self).unwrap_or(0);
        if !begins || late < 1 {
            return false;
        }
        let is_short = self.missing() > 0 || self.entry.media.episodes.is_none();
        let special = self.special_of_that_day();
        let a_week = broadcast::A_WEEK.contains(&late);
        (a_week && (is_short || special.is_some()))
            || (is_short && special.is_some_and(|days| days < late))
    }

    /// Two of the files name just this place.
    fn is_named_twice(&self) -> bool {
        self.case.files_that_say(self.rule) > 1
    }

    /// It begins a season, an episode 0 aside.
    fn begins_season(&self) -> bool {
        self.first().is_some_and(|first| begins(self.season_of_first(), first))
    }

    /// One is missing, both end on one day, and not all of the entry was watched: the missing one lies
    /// between, and nobody knows where.
    fn lies_inside(&self) -> bool {
        let end = self.entry.media.airing.end_date.day();
        let last = self.episodes.last().and_then(|last| days_apart(last, end?));
        let is_part = self.entry.media.episodes.is_some_and(|all| self.entry.watched() < all);
        is_part
            && !self.is_spelled_out()
            && self.holes.is_empty()
            && last.is_some_and(|days| days.abs() <= SAME_BROADCAST_DAYS)
            && broadcast::odd_gap(self).is_none()
    }

    /// How many days from the entry's beginning the nearest special aired, if within one broadcast.
    fn special_of_that_day(&self) -> Option<i32> {
        let day = self.entry.media.start_date.day()?;
        let specials = self.show.season(0).iter().filter_map(|special| days_apart(special, day));
        specials.map(i32::abs).filter(|days| *days <= SAME_BROADCAST_DAYS).min()
    }
}

fn exists(placed: &Placed<'_>) -> Finding {
    let (listed, missing) = (placed.episodes.len(), placed.missing());
    let airs = placed.entry.media.airing.is_open();
    let so_far = || format!("Trakt lists {listed} of {}", listed + missing);
    let (worth, detail) = match missing {
        _ if listed == 0 => (worth::RULED_OUT, "Trakt lists no episode there".to_owned()),
        _ if placed.is_second_first() => {
            (worth::SECOND_FIRST, format!("{}, and the first comes late", so_far()))
        }
        0 => return Finding::usual(Check::Exists, format!("Trakt lists all {listed}")),
        _ if broadcast::is_on_schedule(placed) == Some(true) => {
            (0, format!("{}, and they aired on their days", so_far()))
        }
        1 if placed.lies_inside() => {
            (worth::LATER_DAY_OFF, format!("{}, and both end that day", so_far()))
        }
        _ if airs => (0, format!("{} so far", so_far())),
        _ if placed.is_spelled_out() => (0, format!("the source names {listed} of them")),
        1 => (worth::ONE_SHORT, so_far()),
        _ if placed.entry.media.airing.status.is_none() && listed > missing => {
            (worth::ONE_SHORT, format!("{} so far", so_far()))
        }
        _ => (worth::CUT_OFF, so_far()),
    };
    Finding::new(Check::Exists, worth, detail)
}

fn count(placed: &Placed<'_>) -> Finding {
    let Some(all) = placed.entry.media.episodes else {
        return Finding::new(Check::Count, 0, "AniList does not know the number yet");
    };
    let listed = placed.episodes.len();
    let (worth, detail) = if listed < all as usize {
        (0, format!("{listed} of {all} episodes"))
    } else if placed.is_in_specials() && first_day(placed).worth <= 0 {
        (0, format!("{all} of the specials, and no day says which"))
    } else if placed.fills() > 0 {
        (placed.fills(), format!("the season has exactly {all} to its end"))
    } else if placed.ends_run() && !placed.is_by_days() && (all == 1 || !placed.is_in_specials()) {
        (worth::FILLS_RUN, format!("a break follows after {all}"))
    } else if placed.is_derived() && placed.cuts_run() && !is_followed(placed) {
        (worth::CUTS_RUN, format!("after {all} episodes the broadcast goes on"))
    } else {
        (0, format!("{all} episodes are part of what is listed"))
    };
    Finding::new(Check::Count, worth, detail)
}

fn format(placed: &Placed<'_>) -> Finding {
    let media = &placed.entry.media;
    let from_first = placed.is_derived() && placed.is_first_of_show();
    let is_extra_in_season = !placed.is_in_specials() && is_extra(media);
    let (worth, detail) = match media.format {
        Some(Format::Movie) if !placed.is_in_specials() => {
            (worth::RULED_OUT, "a film does not belong among the episodes of a season")
        }
        _ if from_first && placed.is_extra_of_show() => {
            (worth::RULED_OUT, "an extra is not the first episode of its show")
        }
        _ if is_extra_in_season && placed.is_first_of_show() && placed.fills() == 0 => {
            (worth::RULED_OUT, "an extra is not a part of the first season")
        }
        _ if from_first && placed.case.is_special() => {
            (worth::UNUSUAL, "an extra is seldom the show")
        }
        _ if placed.is_elsewhere_special() => {
            (worth::ANOTHER_THERE, "a source has it among the specials")
        }
        Some(Format::Tv | Format::TvShort) if placed.is_in_specials() => {
            (worth::SERIES_IN_SPECIALS, "a series is seldom among the specials")
        }
        _ if placed.first().is_some_and(|first| first.slot.season == 0) && !is_extra(media) => {
            (0, "specials are unusual for it")
        }
        _ => return Finding::usual(Check::Format, "the kind of work fits"),
    };
    Finding::new(Check::Format, worth, detail)
}

/// What begins the show continues nothing of it.
fn prequels(placed: &Placed<'_>, ahead: Ahead) -> Finding {
    let detail = match ahead {
        Ahead::Unknown => "it continues works of an unknown number of episodes".to_owned(),
        Ahead::Episodes(0) => "it continues no other work of the show".to_owned(),
        Ahead::Episodes(before) => format!("the works it continues have {before} episodes"),
    };
    let worth = match (ahead, placed.is_first_of_show()) {
        // That it begins a show of its name says nothing where only the name led there.
        (Ahead::Episodes(0), true) if is_extra(&placed.entry.media) || placed.is_only_found() => 0,
        (Ahead::Episodes(0), true) => worth::FIRST_OF_SHOW,
        (Ahead::Episodes(_) | Ahead::Unknown, true) => worth::NOT_FIRST_OF_SHOW,
        (_, false) => 0,
    };
    Finding::new(Check::Prequels, worth, detail)
}

/// What stands beside a work of the show does not begin it. None where it stands beside none.
fn parent(placed: &Placed<'_>) -> Option<Finding> {
    if !placed.is_first_of_show() {
        return None;
    }
    let (worth, detail) = match placed.beside() {
        Beside::Here => (worth::RULED_OUT, "it stands beside a work of the show"),
        Beside::Unknown => {
            (worth::BESIDE_UNKNOWN, "it stands beside a work that may be of the show")
        }
        Beside::Elsewhere => return None,
    };
    Some(Finding::new(Check::Parent, worth, detail))
}

/// A show that nobody names and a search found.
fn found_by_title(placed: &Placed<'_>) -> Option<Finding> {
    if !placed.is_only_found() {
        return None;
    }
    // Another work of the name may begin some days apart.
    let is_that_day = broadcast::days_late(placed).is_some_and(|days| days.abs() <= 1);
    let (worth, detail) = if is_that_day {
        (worth::SHOW_FOUND, "nobody names the show, a search found it by its title")
    } else {
        (worth::SHOW_GUESSED, "only its title says that it is this show")
    };
    Some(Finding::new(Check::Title, worth, detail))
}

/// The entry's own number up to which a placement is sure; none when all of it is.
///
/// Where the entry has more episodes than are listed, what lies behind the first odd gap may be off by
/// one. Parts of an extra need dates that rise, and room for nothing else.
pub(super) fn sure_until(candidate: &Candidate<'_>, case: &Case<'_>) -> Option<u32> {
    let Body::Episodes { show, episodes, holes } = &candidate.body else { return None };
    let placed = Placed::new(candidate, case, (show, episodes, holes));
    let sure = if placed.is_in_specials() {
        broadcast::sure_specials(&placed)
    } else {
        let is_short = placed.missing() > 0 && !placed.entry.media.airing.is_open();
        let is_settled = || broadcast::is_on_schedule(&placed) == Some(true);
        broadcast::odd_gap(&placed).filter(|_| is_short && holes.is_empty() && !is_settled())
    };
    numbers(holes).nth(sure?.checked_sub(1)?)
}
