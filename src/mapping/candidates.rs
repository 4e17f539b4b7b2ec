//! A claim becomes a candidate once it is a list of episodes that Trakt really has.

use std::collections::HashSet;

use jiff::civil::Date;

use super::breakpoints::{breakpoints, episode_at};
use super::claims::Rule;
use super::datasets::anibridge::Range;
use crate::domain::{Episode, Format, Media, Placement, Show, Slot, Source, TraktMovieId};

/// Days between two records of the same first broadcast: time zones and late-night slots.
pub const SAME_BROADCAST_DAYS: i32 = 2;

/// What a candidate puts the entry on.
#[derive(Debug, Clone)]
pub enum Body<'a> {
    /// A film.
    Film(TraktMovieId),
    /// Listed episodes of one show, in the order of the entry's own numbers.
    Episodes {
        /// The show.
        show: &'a Show,
        /// Its episodes; may be fewer than the entry has.
        episodes: Vec<&'a Episode>,
    },
}

/// One way to place an entry.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// Who proposed it.
    pub source: Source,
    /// How it was proposed.
    pub rule: Rule,
    /// What it comes to.
    pub body: Body<'a>,
}

impl Candidate<'_> {
    /// The candidate as a placement.
    pub fn placement(&self) -> Placement {
        match &self.body {
            Body::Film(movie) => Placement::Movie { movie: *movie },
            Body::Episodes { show, episodes } => {
                Placement::on_episodes(show.id, 1, episodes.iter().copied())
            }
        }
    }

    /// Where it begins; none for a film, and where there are no episodes.
    pub fn start(&self) -> Option<Start> {
        match &self.body {
            Body::Film(_) => None,
            Body::Episodes { show, episodes } => Start::of(show, episodes.first()?.slot),
        }
    }
}

/// How a person would say where a run of episodes begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The season of the first episode.
    pub season: u16,
    /// How many of that season's episodes come before it.
    pub offset: u32,
}

impl Start {
    /// Where in its show an episode is.
    pub fn of(show: &Show, first: Slot) -> Option<Self> {
        let before = show.season(first.season).iter().position(|e| e.slot == first)?;
        Some(Self { season: first.season, offset: u32::try_from(before).ok()? })
    }
}

/// The episodes a rule names, at most `want` of them (none: as many as there are).
pub fn expand<'a>(
    rule: &Rule,
    show: &'a Show,
    media: &Media,
    want: Option<u32>,
) -> Vec<&'a Episode> {
    let limit = want.map_or(usize::MAX, |n| n as usize);
    match rule {
        Rule::Film | Rule::Unspecified => Vec::new(),
        Rule::Season { season, offset } => from_season(show, *season, *offset, limit),
        Rule::Ranges(ranges) => along_ranges(show, ranges, limit),
        Rule::Continuous => continuous(show, 0, limit),
        Rule::After { episodes } => continuous(show, *episodes, limit),
        Rule::StartDate => start_date(show, media, limit).unwrap_or_default(),
    }
}

/// From a season, after `offset` of its episodes. An entry longer than what is left of the season
/// goes on in the next; specials have no next season.
fn from_season(show: &Show, season: u16, offset: u32, limit: usize) -> Vec<&Episode> {
    let of_season = show.season(season);
    let Some(rest) = of_season.get(offset as usize..).filter(|rest| !rest.is_empty()) else {
        return Vec::new();
    };
    let later = show.regular().iter().filter(|e| season > 0 && e.slot.season > season);
    let open_ended = limit == usize::MAX;
    rest.iter().chain(later.filter(|_| !open_ended)).take(limit).collect()
}

/// Episode by episode, as far as there is a range for it and Trakt lists the number. Ranges that
/// lead to the same episode again are wrong from there on.
fn along_ranges<'a>(show: &'a Show, ranges: &[Range], limit: usize) -> Vec<&'a Episode> {
    let mut seen = HashSet::new();
    let listed = |abs| {
        let episode = show.episode(ranges.iter().find_map(|range| range.slot(abs))?)?;
        seen.insert(episode.slot).then_some(episode)
    };
    (1..).map_while(listed).take(limit).collect()
}

fn continuous(show: &Show, skipped: u32, limit: usize) -> Vec<&Episode> {
    let map = breakpoints(show);
    let first = skipped.saturating_add(1);
    (first..).map_while(|abs| episode_at(show, &map, abs)).take(limit).collect()
}

/// From the one episode that aired when the entry began, if no other did.
///
/// A series is looked for among the regular episodes, a special among the specials, so that a
/// special shown on a Sunday is not taken for that Sunday's episode.
fn start_date<'a>(show: &'a Show, media: &Media, limit: usize) -> Option<Vec<&'a Episode>> {
    let day = media.start_date.day()?;
    if is_extra(media) {
        return from_day(show, show.season(0), media, day, limit);
    }
    from_day(show, show.regular(), media, day, limit)
        .or_else(|| opening_special(show, media, day).filter(|found| found.len() <= limit))
}

fn from_day<'a>(
    show: &'a Show,
    listed: &'a [Episode],
    media: &Media,
    day: Date,
    limit: usize,
) -> Option<Vec<&'a Episode>> {
    let mut starts = listed.iter().filter(|e| aired_on(e, day, 0));
    let start = match (starts.next(), starts.next()) {
        (Some(only), None) => only,
        (Some(first), Some(_)) => same_day_run(listed, first, media, day)?,
        (None, _) => only_near(listed, day)?,
    };
    Some(from_season(show, start.slot.season, position(show, start), limit))
}

/// Several episodes aired that day: fine if the entry has at least as many, in a row.
fn same_day_run<'a>(
    listed: &'a [Episode],
    first: &'a Episode,
    media: &Media,
    day: Date,
) -> Option<&'a Episode> {
    let that_day: Vec<_> = listed.iter().filter(|e| aired_on(e, day, 0)).collect();
    let in_a_row = that_day.iter().all(|e| e.slot.season == first.slot.season)
        && that_day
            .windows(2)
            .all(|pair| pair[0].slot.number.checked_add(1) == Some(pair[1].slot.number));
    let enough = media.episodes.is_some_and(|n| n as usize >= that_day.len());
    (in_a_row && enough).then_some(first)
}

/// A series with an episode 0: the one special of that day, and then the season that began within
/// two weeks, if together they are just as many as the entry has.
fn opening_special<'a>(show: &'a Show, media: &Media, day: Date) -> Option<Vec<&'a Episode>> {
    const NEXT_BROADCASTS_DAYS: std::ops::RangeInclusive<i32> = 0..=14;
    let special = only_near(show.season(0), day)?;
    let begins = |season: &&[Episode]| {
        days_apart(&season[0], day).is_some_and(|days| NEXT_BROADCASTS_DAYS.contains(&days))
    };
    let mut seasons = show.regular().chunk_by(|a, b| a.slot.season == b.slot.season);
    let season = seasons.find(begins)?;
    let fits = media.episodes.is_some_and(|n| n as usize == season.len() + 1);
    fits.then(|| std::iter::once(special).chain(season).collect())
}

fn only_near(listed: &[Episode], day: Date) -> Option<&Episode> {
    let mut near = listed.iter().filter(|e| aired_on(e, day, SAME_BROADCAST_DAYS));
    let first = near.next()?;
    near.next().is_none().then_some(first)
}

fn position(show: &Show, episode: &Episode) -> u32 {
    let before = show.season(episode.slot.season).partition_point(|e| e.slot < episode.slot);
    u32::try_from(before).unwrap_or(u32::MAX)
}

fn aired_on(episode: &Episode, day: Date, tolerance: i32) -> bool {
    days_apart(episode, day).is_some_and(|days| days.abs() <= tolerance)
}

/// Days from `day` to the episode's first broadcast (UTC), if Trakt knows it.
pub fn days_apart(episode: &Episode, day: Date) -> Option<i32> {
    let aired = episode.first_aired?.to_zoned(jiff::tz::TimeZone::UTC).date();
    Some((aired - day).get_days())
}

/// Whether the work is an extra: a special, an OVA or a film, for which season 0 is normal.
pub fn is_extra(media: &Media) -> bool {
    matches!(media.format, Some(Format::Special | Format::Ova | Format::Movie | Format::Music))
}
