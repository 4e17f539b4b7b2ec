//! A claim becomes a candidate once it is a list of episodes that Trakt really has.

use std::collections::HashSet;

use jiff::civil::Date;

use super::breakpoints::{breakpoints, episode_at};
use super::claims::{Around, Rule};
use super::datasets::anibridge::Range;
use crate::domain::{Episode, Format, Media, Placement, Show, Slot, Source, TraktMovieId};

/// Days between two records of the same first broadcast: time zones and late-night slots.
pub const SAME_BROADCAST_DAYS: i32 = 2;

/// What a candidate puts the entry on.
#[derive(Debug, Clone)]
pub enum Body<'a> {
    /// A film.
    Film {
        /// Which.
        movie: TraktMovieId,
        /// In how many parts the entry counts it.
        parts: u32,
    },
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
    /// What the same source says of other works there.
    pub around: Around,
    /// What it comes to.
    pub body: Body<'a>,
}

impl Candidate<'_> {
    /// The candidate as a placement.
    pub fn placement(&self) -> Placement {
        match &self.body {
            Body::Film { movie, parts } => Placement::Movie { movie: *movie, parts: *parts },
            Body::Episodes { show, episodes } => {
                Placement::on_episodes(show.id, 1, episodes.iter().copied())
            }
        }
    }

    /// Whether it ends before all of the entry, where the same source has the next work begin.
    pub fn is_cut_to_room(&self, all: Option<u32>) -> bool {
        let Body::Episodes { episodes, .. } = &self.body else { return false };
        let placed = u32::try_from(episodes.len()).ok();
        self.around.room == placed && all.is_some_and(|all| placed < Some(all))
    }

    /// Where it begins; none for a film, and where there are no episodes.
    pub fn start(&self) -> Option<Start> {
        match &self.body {
            Body::Film { .. } => None,
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

/// What a rule is to find in a show.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The work.
    pub media: &'a Media,
    /// Who says where it is.
    pub source: Source,
    /// What that source says of other works there.
    pub around: Around,
    /// It is looked for among the specials.
    pub is_special: bool,
}

impl<'a> Wanted<'a> {
    /// A work of which nobody has said anything yet.
    pub fn new(media: &'a Media, source: Source) -> Self {
        Self { media, source, around: Around::default(), is_special: is_extra(media) }
    }

    /// At most so many episodes. Where the next work begins one or two short of what the entry
    /// counts, the surplus is no part of the season.
    fn limit(&self) -> usize {
        const SURPLUS: u32 = 2;
        let Some(all) = self.media.episodes else { return usize::MAX };
        let room = self.around.room.filter(|room| *room < all && all - room <= SURPLUS);
        room.unwrap_or(all) as usize
    }
}

/// The episodes a rule names, at most as many as the work has.
pub fn expand<'a>(rule: &Rule, show: &'a Show, wanted: &Wanted<'_>) -> Vec<&'a Episode> {
    let limit = wanted.limit();
    match rule {
        Rule::Film | Rule::FilmInParts { .. } | Rule::Specials | Rule::Unspecified => Vec::new(),
        Rule::Season { season, offset } => from_season(show, *season, *offset, wanted),
        Rule::Ranges(ranges) => along_ranges(show, ranges, limit),
        Rule::Continuous => {
            let is_one = wanted.source != Source::Breakpoints || is_whole(show, limit);
            continuous(show, 0, is_one, limit)
        }
        Rule::After { episodes } => continuous(show, *episodes, false, limit),
        Rule::StartDate => start_date(show, wanted).unwrap_or_default(),
    }
}

/// From a season, after `offset` of its episodes. An entry longer than what is left of the season
/// goes on in the next where the broadcast does; specials have no next season.
fn from_season<'a>(
    show: &'a Show,
    season: u16,
    offset: u32,
    wanted: &Wanted<'_>,
) -> Vec<&'a Episode> {
    let limit = wanted.limit();
    let listed = counted(show.season(season), wanted.media);
    let Some(rest) = listed.get(offset as usize..).filter(|rest| !rest.is_empty()) else {
        return Vec::new();
    };
    let mut found: Vec<&Episode> = rest.iter().take(limit).collect();
    if season > 0 && limit < usize::MAX {
        let later = show.seasons().filter(|number| *number > season);
        for next in later.map(|number| show.season(number)) {
            let left = limit - found.len();
            if left < LEAST_CARRIED.min(next.len()) || left == 0 || !runs_on(found.last(), next) {
                break;
            }
            found.extend(next.iter().take(left));
        }
    }
    found
}

/// One or two episodes more than a season has are a double premiere, a recap or a bonus, and no
/// beginning of the next season.
const LEAST_CARRIED: usize = 3;

/// The episodes of a season that a count from 1 means: an episode 0 is one of them where the number
/// of episodes or the day says so.
fn counted<'a>(season: &'a [Episode], media: &Media) -> &'a [Episode] {
    let [zero, rest @ ..] = season else { return season };
    if zero.slot.number > 0 || rest.is_empty() {
        return season;
    }
    let all = media.episodes.map(|episodes| episodes as usize);
    let day = media.start_date.day();
    let off = |episode: &Episode| Some(days_apart(episode, day?)?.abs());
    let begins = off(zero).is_some_and(|zero| {
        zero <= SAME_BROADCAST_DAYS && off(&rest[0]).is_none_or(|first| zero < first)
    });
    match all {
        Some(all) if all == season.len() => season,
        Some(all) if all == rest.len() => rest,
        _ if begins => season,
        _ => rest,
    }
}

/// Whether a season begins within three weeks after an episode.
fn runs_on(last: Option<&&Episode>, season: &[Episode]) -> bool {
    const WITHOUT_A_BREAK: std::ops::RangeInclusive<i32> = 0..=21;
    let day = last.and_then(|last| last.aired_on());
    let days = |day| days_apart(season.first()?, day);
    day.and_then(days).is_some_and(|days| WITHOUT_A_BREAK.contains(&days))
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

/// Whether a show has just so many regular episodes, in seasons of which none is a mere leftover: the
/// entry is the whole show.
fn is_whole(show: &Show, episodes: usize) -> bool {
    let mut seasons = show.regular().chunk_by(|a, b| a.slot.season == b.slot.season);
    show.regular().len() == episodes && seasons.all(|season| season.len() >= LEAST_CARRIED)
}

/// Counting through the show, up to a season that does not go on from the one before: by its dates,
/// by its numbers, or because the source counts the show as one.
fn continuous(show: &Show, skipped: u32, is_one: bool, limit: usize) -> Vec<&Episode> {
    let map = breakpoints(show);
    let first = skipped.saturating_add(1);
    let mut found: Vec<&Episode> = Vec::new();
    let listed = (first..).map_while(|abs| episode_at(show, &map, abs)).take(limit);
    for episode in listed {
        let is_next = found.last().is_some_and(|last| last.slot.season != episode.slot.season);
        let goes_on = || {
            let season = show.season(episode.slot.season);
            let last = found.last().map_or(0, |last| last.slot.number);
            is_one || episode.slot.number == last + 1 || runs_on(found.last(), season)
        };
        if is_next && !goes_on() {
            break;
        }
        found.push(episode);
    }
    found
}

/// From the one episode that aired when the entry began, if no other did.
///
/// A series is looked for among the regular episodes, a special among the specials, so that a
/// special shown on a Sunday is not taken for that Sunday's episode.
fn start_date<'a>(show: &'a Show, wanted: &Wanted<'_>) -> Option<Vec<&'a Episode>> {
    let day = wanted.media.start_date.day()?;
    if wanted.is_special {
        return from_day(show, show.season(0), wanted, day);
    }
    from_day(show, show.regular(), wanted, day).or_else(|| {
        let found = opening_special(show, wanted.media, day);
        found.filter(|found| found.len() <= wanted.limit())
    })
}

fn from_day<'a>(
    show: &'a Show,
    listed: &'a [Episode],
    wanted: &Wanted<'_>,
    day: Date,
) -> Option<Vec<&'a Episode>> {
    let mut starts = listed.iter().filter(|e| aired_on(e, day, 0));
    let start = match (starts.next(), starts.next()) {
        (Some(only), None) => only,
        (Some(first), Some(_)) => same_day_run(listed, first, wanted.media, day)?,
        (None, _) => only_near(listed, day)?,
    };
    let season = show.season(start.slot.season);
    Some(
        season[season.partition_point(|e| e.slot < start.slot)..]
            .iter()
            .take(wanted.limit())
            .collect(),
    )
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
    let fits = media.episodes.is_some_and(|n| {
        let listed = season.len() + 1;
        n as usize == listed || (media.airing.is_open() && n as usize > listed)
    });
    fits.then(|| std::iter::once(special).chain(season).collect())
}

fn only_near(listed: &[Episode], day: Date) -> Option<&Episode> {
    let mut near = listed.iter().filter(|e| aired_on(e, day, SAME_BROADCAST_DAYS));
    let first = near.next()?;
    near.next().is_none().then_some(first)
}

fn aired_on(episode: &Episode, day: Date, tolerance: i32) -> bool {
    days_apart(episode, day).is_some_and(|days| days.abs() <= tolerance)
}

/// Days from `day` to the episode's first broadcast (UTC), if Trakt knows it.
pub fn days_apart(episode: &Episode, day: Date) -> Option<i32> {
    Some((episode.aired_on()? - day).get_days())
}

/// Whether an episode is the first of its season, or the first after a break of three weeks.
pub fn begins_run(season: &[Episode], episode: &Episode) -> bool {
    let before = season[..season.partition_point(|e| e.slot < episode.slot)].last();
    before.is_none_or(|before| breaks_between(before, episode))
}

/// Whether nothing was shown for three weeks between two episodes.
pub fn breaks_between(before: &Episode, after: &Episode) -> bool {
    const BREAK_DAYS: i32 = 21;
    let days = || days_apart(after, before.aired_on()?);
    days().is_some_and(|days| days >= BREAK_DAYS)
}

/// Whether the work is an extra: a special, an OVA or a film, for which season 0 is normal.
pub fn is_extra(media: &Media) -> bool {
    matches!(media.format, Some(Format::Special | Format::Ova | Format::Movie | Format::Music))
}
