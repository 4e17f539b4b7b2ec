//! A claim becomes a candidate once it is a list of episodes that Trakt really has.

use std::collections::HashSet;

use jiff::civil::Date;

use super::breakpoints::{breakpoints, episode_at};
use super::claims::{Around, Rule};
use super::datasets::anibridge::Range;
use super::schedule::along;
use super::specials::titled;
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
        /// The entry's own numbers between them that Trakt does not list.
        holes: Vec<u32>,
    },
}

/// The entry's own numbers of listed episodes, in order.
pub fn numbers(holes: &[u32]) -> impl Iterator<Item = u32> + '_ {
    (1..).filter(|abs| !holes.contains(abs))
}

/// Listed episodes, and the entry's own numbers between them that Trakt does not list.
#[derive(Debug, Clone, Default)]
pub struct Found<'a> {
    /// In order of the entry's own numbers.
    pub episodes: Vec<&'a Episode>,
    /// In order.
    pub holes: Vec<u32>,
}

impl<'a> From<Vec<&'a Episode>> for Found<'a> {
    fn from(episodes: Vec<&'a Episode>) -> Self {
        Self { episodes, holes: Vec::new() }
    }
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
            Body::Episodes { show, episodes, holes } => {
                Placement::numbered(show.id, numbers(holes).zip(episodes.iter().copied()))
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
            Body::Episodes { show, episodes, .. } => Start::of(show, episodes.first()?.slot),
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
        // What a person counts begins with 1, unless it is the episode 0 itself.
        let season =
            show.season(first.season).iter().filter(|e| e.slot.number > 0 || first.number == 0);
        let before = season.clone().position(|e| e.slot == first)?;
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
    /// How many episodes were watched.
    pub watched: u32,
    /// It is looked for among the specials.
    pub is_special: bool,
    /// The days on which its episodes aired, from the first on; empty when nobody asked.
    pub days: &'a [Date],
}

impl<'a> Wanted<'a> {
    /// A work of which nobody has said anything yet.
    pub fn new(media: &'a Media, source: Source) -> Self {
        let watched = media.episodes.unwrap_or(0);
        Self {
            media,
            source,
            around: Around::default(),
            watched,
            is_special: is_extra(media),
            days: &[],
        }
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
pub fn expand<'a>(rule: &Rule, show: &'a Show, wanted: &Wanted<'_>) -> Found<'a> {
    let limit = wanted.limit();
    match rule {
        Rule::Film | Rule::FilmInParts { .. } | Rule::Specials | Rule::Unspecified => {
            Found::default()
        }
        Rule::Season { season, offset } => from_season(show, *season, *offset, wanted),
        Rule::Ranges(ranges) => along_ranges(show, ranges, limit),
        Rule::Continuous => {
            let is_one = wanted.source != Source::Breakpoints || is_whole(show, limit);
            continuous(show, 0, is_one, wanted).into()
        }
        Rule::After { episodes } => continuous(show, *episodes, false, wanted).into(),
        Rule::StartDate => to_hole(show, start_date(show, wanted).unwrap_or_default()).into(),
        Rule::Titled => titled(wanted.media, show.season(0)).into(),
        Rule::Schedule => along(place_of(show, wanted), wanted.days, limit),
    }
}

/// From a season, after `offset` of its episodes. An entry longer than what is left of the season
/// goes on in the next where the broadcast does; specials have no next season.
fn from_season<'a>(show: &'a Show, season: u16, offset: u32, wanted: &Wanted<'_>) -> Found<'a> {
    let limit = wanted.limit();
    let listed = counted(show.season(season), wanted.media);
    let Some(rest) = listed.get(offset as usize..).filter(|rest| !rest.is_empty()) else {
        return Found::default();
    };
    if has_holes(rest) && (rest.len() < limit || is_gap_at_hole(rest)) {
        return by_number(listed, offset, limit);
    }
    let later = show.regular().iter().filter(|e| season > 0 && e.slot.season > season);
    let is_known = limit < usize::MAX;
    let all = rest.iter().chain(later.filter(|_| is_known)).take(limit).collect();
    whole_seasons(show, all, wanted, wanted.source == Source::Manual).into()
}

/// Whether a number is missing between two episodes of a season.
fn is_hole(before: &Episode, after: &Episode) -> bool {
    before.slot.number + 1 != after.slot.number
}

fn has_holes(season: &[Episode]) -> bool {
    season.windows(2).any(|pair| is_hole(&pair[0], &pair[1]))
}

/// Days from one episode to the next, where both are known.
pub fn step(before: &Episode, after: &Episode) -> Option<i32> {
    days_apart(after, before.aired_on()?)
}

/// Whether a step between two episodes is half as long again as the usual one of all. None where no
/// step is known.
pub fn is_odd(steps: impl Iterator<Item = Option<i32>>) -> Option<impl Fn(i32) -> bool> {
    let mut steps: Vec<i32> = steps.flatten().collect();
    steps.sort_unstable();
    let usual = *steps.get(steps.len() / 2)?;
    Some(move |days| days * 2 > usual * 3)
}

/// Whether the broadcast pauses where a number is missing: then it was shown, and is not listed.
fn is_gap_at_hole(season: &[Episode]) -> bool {
    let pairs = || season.windows(2).map(|pair| (&pair[0], &pair[1]));
    let Some(is_odd) = is_odd(pairs().map(|(one, next)| step(one, next))) else { return false };
    pairs().any(|(one, next)| is_hole(one, next) && step(one, next).is_some_and(&is_odd))
}

/// Up to the first number that is missing inside a season.
fn to_hole<'a>(show: &Show, mut found: Vec<&'a Episode>) -> Vec<&'a Episode> {
    let is_hole = |pair: &[&Episode]| {
        let season = pair[0].slot.season;
        season == pair[1].slot.season
            && is_hole(pair[0], pair[1])
            && is_gap_at_hole(show.season(season))
    };
    if let Some(at) = found.windows(2).position(is_hole) {
        found.truncate(at + 1);
    }
    found
}

/// By the numbers of a season that lacks some in its midst: the rest is where its number says.
fn by_number(season: &[Episode], offset: u32, limit: usize) -> Found<'_> {
    let mut found = Found::default();
    let begins = season.first().map_or(1, |first| first.slot.number).saturating_add(offset);
    let last = season.last().map_or(0, |last| last.slot.number);
    for abs in (1..).take(limit).take_while(|abs| begins.saturating_add(abs - 1) <= last) {
        let listed = season.iter().find(|e| e.slot.number == begins.saturating_add(abs - 1));
        match listed {
            Some(episode) => found.episodes.push(episode),
            None => found.holes.push(abs),
        }
    }
    found
}

/// One or two episodes are no season.
const LEAST_CARRIED: usize = 3;

/// Without what runs over into a season that is no continuation. The next season goes on where the
/// source counts the show as one, where its numbers do, and where the broadcast goes on without a
/// break: then with all of it that is listed, and half as much as the one before at the least, as one
/// or two episodes too many are a double premiere, a recap or a bonus.
fn whole_seasons<'a>(
    show: &Show,
    mut found: Vec<&'a Episode>,
    wanted: &Wanted<'_>,
    is_one: bool,
) -> Vec<&'a Episode> {
    let season = |index: usize| found[index].slot.season;
    let mut ends = (1..found.len()).filter(|&next| season(next) != season(next - 1));
    let breaks = ends.find(|&next| {
        let (last, after) = (found[next - 1], show.season(season(next)));
        let before = show.season(last.slot.season);
        let taken = found[next..].iter().take_while(|e| e.slot.season == season(next)).count();
        let is_whole = taken == after.len() && is_season(after.len(), before.len());
        let is_reached = wanted.watched as usize >= next + LEAST_CARRIED;
        let is_open = wanted.media.episodes.is_none() && is_reached;
        let goes_on = found[next].slot.number == last.slot.number + 1
            || (runs_on(last, after) && (is_open || is_whole));
        !is_one && !goes_on
    });
    if let Some(end) = breaks {
        found.truncate(end);
    }
    found
}

/// Whether so many episodes are a season beside one of so many, and no leftover.
fn is_season(episodes: usize, beside: usize) -> bool {
    episodes >= LEAST_CARRIED && episodes * 2 >= beside
}

/// The episodes of a season that a count from 1 means: an episode 0 is one of them where the day says
/// so, or else the number of episodes.
fn counted<'a>(season: &'a [Episode], media: &Media) -> &'a [Episode] {
    let [zero, rest @ ..] = season else { return season };
    if zero.slot.number > 0 || rest.is_empty() {
        return season;
    }
    let all = media.episodes.map(|episodes| episodes as usize);
    let day = media.start_date.day();
    let off = |episode: &Episode| Some(days_apart(episode, day?)?.abs());
    let fits = |off: Option<i32>| off.is_some_and(|days| days <= SAME_BROADCAST_DAYS);
    let (zero, first) = (off(zero), off(&rest[0]));
    match all {
        _ if fits(zero) && !fits(first) => season,
        _ if fits(first) && !fits(zero) => rest,
        Some(all) if all == season.len() && !media.airing.is_open() => season,
        Some(all) if all == rest.len() => rest,
        _ if fits(zero) && zero < first => season,
        _ => rest,
    }
}

/// Whether a season begins within three weeks after an episode.
fn runs_on(last: &Episode, season: &[Episode]) -> bool {
    const WITHOUT_A_BREAK: std::ops::RangeInclusive<i32> = 0..=21;
    let days = || days_apart(season.first()?, last.aired_on()?);
    days().is_some_and(|days| WITHOUT_A_BREAK.contains(&days))
}

/// Episode by episode, as far as there is a range for it. A number that Trakt does not list leaves a
/// hole. Ranges that lead to the same episode again are wrong from there on.
fn along_ranges<'a>(show: &'a Show, ranges: &[Range], limit: usize) -> Found<'a> {
    let (mut found, mut seen, mut holes) = (Found::default(), HashSet::new(), Vec::new());
    let is_beyond = |slot: Slot| {
        show.season(slot.season).last().is_none_or(|last| slot.number > last.slot.number)
    };
    for abs in (1..).take(limit) {
        let slot = ranges.iter().find_map(|range| range.slot(abs));
        let Some(slot) = slot.filter(|slot| !is_beyond(*slot)) else { break };
        match show.episode(slot) {
            Some(_) if !seen.insert(slot) => break,
            Some(episode) => {
                found.episodes.push(episode);
                found.holes.append(&mut holes);
            }
            None => holes.push(abs),
        }
    }
    found
}

/// Whether a show has just so many regular episodes, in seasons of which none is a mere leftover: the
/// entry is the whole show.
fn is_whole(show: &Show, episodes: usize) -> bool {
    let seasons: Vec<usize> =
        show.regular().chunk_by(|a, b| a.slot.season == b.slot.season).map(<[_]>::len).collect();
    show.regular().len() == episodes && seasons.windows(2).all(|pair| is_season(pair[1], pair[0]))
}

/// Counting through the show, up to a season that does not go on from the one before.
fn continuous<'a>(
    show: &'a Show,
    skipped: u32,
    is_one: bool,
    wanted: &Wanted<'_>,
) -> Vec<&'a Episode> {
    let map = breakpoints(show);
    let first = skipped.saturating_add(1);
    let mut listed = (first..).map_while(|abs| episode_at(show, &map, abs)).peekable();
    let begins = |episode: &&Episode| {
        let season = counted(show.season(episode.slot.season), wanted.media);
        season.first().is_some_and(|first| first.slot.number > episode.slot.number)
    };
    listed.next_if(begins);
    let found = whole_seasons(show, listed.take(wanted.limit()).collect(), wanted, is_one);
    to_hole(show, found)
}

/// A series is looked for among the regular episodes, a special among the specials, so that a
/// special shown on a Sunday is not taken for that Sunday's episode.
fn place_of<'a>(show: &'a Show, wanted: &Wanted<'_>) -> &'a [Episode] {
    if wanted.is_special { show.season(0) } else { show.regular() }
}

/// From the one episode that aired when the entry began, if no other did.
fn start_date<'a>(show: &'a Show, wanted: &Wanted<'_>) -> Option<Vec<&'a Episode>> {
    let day = wanted.media.start_date.day()?;
    let found = from_day(show, place_of(show, wanted), wanted, day);
    if wanted.is_special {
        return found;
    }
    found.or_else(|| {
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

/// Whether an episode is the first of some, an episode 0 aside.
pub fn begins(listed: &[Episode], first: &Episode) -> bool {
    let one = listed.iter().find(|episode| episode.slot.number > 0);
    one.is_some_and(|one| first.slot <= one.slot)
}

/// Whether an episode is the first of its season, or the first after a break of three weeks.
pub fn begins_run(season: &[Episode], episode: &Episode) -> bool {
    let before = season[..season.partition_point(|e| e.slot < episode.slot)].last();
    before.is_none_or(|before| breaks_between(before, episode))
}

/// Whether nothing was shown for three weeks between two episodes.
pub fn breaks_between(before: &Episode, after: &Episode) -> bool {
    const BREAK_DAYS: i32 = 21;
    step(before, after).is_some_and(|days| days >= BREAK_DAYS)
}

/// Whether the work is an extra: a special, an OVA or a film, for which season 0 is normal.
pub fn is_extra(media: &Media) -> bool {
    matches!(media.format, Some(Format::Special | Format::Ova | Format::Movie | Format::Music))
}
