//! A Trakt show, an entry and what the sources say of it, in a few words.

use anilist_trakt_sync_core::domain::{
    Airing, AiringStatus, AnilistId, Entry, Episode, Film, Format, FuzzyDate, Item, ListStatus,
    Media, MediaType, Show, Slot, Source, Titles, TraktEpisodeId, TraktMovieId, TraktShowId,
    Verdict,
};
use anilist_trakt_sync_core::placing::claims::{Claim, Reference, ReferenceId, Rule};
use anilist_trakt_sync_core::placing::datasets::anibridge::Range;
use anilist_trakt_sync_core::placing::decision::Decision;
use anilist_trakt_sync_core::placing::place::{Case, Facts, ResolvedClaim, Shows, Target, decide};
use anilist_trakt_sync_core::placing::prequels::Ahead;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

pub(crate) const SHOW: TraktShowId = TraktShowId(1420);
pub(crate) const FILM: TraktMovieId = TraktMovieId(11325);

/// Weekly episodes of one season: season, first number, how many, date of the first.
pub(crate) type Run = (u16, u32, u32, &'static str);

/// A show of weekly runs. Several runs of one season go on counting.
pub(crate) fn show(runs: &[Run]) -> Show {
    let mut episodes = Vec::new();
    for &(season, first, count, date) in runs {
        for i in 0..count {
            episodes.push(Episode {
                slot: Slot { season, number: first + i },
                number_abs: None,
                first_aired: aired(date, i),
                title: None,
                id: TraktEpisodeId(u64::from(season) * 100_000 + u64::from(first + i)),
            });
        }
    }
    Show::new(SHOW, episodes)
}

/// The same show with its specials named, from the first on.
pub(crate) fn titled(show: &Show, titles: &[&str]) -> Show {
    let named = |(index, episode): (usize, &Episode)| {
        let special = episode.slot.season == 0;
        let title = titles.get(index).filter(|title| special && !title.is_empty());
        Episode { title: title.map(|title| (*title).into()), ..episode.clone() }
    };
    Show::new(show.id, show.episodes().iter().enumerate().map(named).collect())
}

/// Late at night in Japan is the afternoon in UTC. An empty date is one Trakt does not know.
fn aired(date: &str, week: u32) -> Option<Timestamp> {
    let day: Date = date.parse().ok()?;
    let day = day.checked_add(Span::new().days(i64::from(week) * 7)).unwrap();
    Some(day.at(15, 30, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp())
}

/// A completed entry that began on a day (`2019-04-29`) or in a year (`2019`).
pub(crate) fn entry(format: Format, episodes: u32, start: &str) -> Entry {
    let mut parts = start.split('-');
    let start_date = FuzzyDate {
        year: parts.next().and_then(|part| part.parse().ok()),
        month: parts.next().and_then(|part| part.parse().ok()),
        day: parts.next().and_then(|part| part.parse().ok()),
    };
    Entry {
        media: Media {
            id: AnilistId(104_578),
            mal_id: None,
            titles: Titles { romaji: Some("Shingeki".into()), english: None },
            format: Some(format),
            episodes: Some(episodes),
            start_date,
            airing: Airing::default(),
            parent: None,
            cover: None,
        },
        status: ListStatus::Completed,
        progress: episodes,
        repeat: 0,
        completed_at: FuzzyDate::default(),
        updated_at: 1_700_000_000,
        private: false,
    }
}

/// A source's word on a season of [`SHOW`].
pub(crate) fn season(source: Source, season: u16, offset: u32) -> ResolvedClaim {
    claim(source, Rule::Season { season, offset }, Target::Show(SHOW))
}

/// A source names [`SHOW`] and no more.
pub(crate) fn only_show(source: Source) -> ResolvedClaim {
    claim(source, Rule::Unspecified, Target::Show(SHOW))
}

/// A source says it is [`FILM`].
pub(crate) fn film(source: Source) -> ResolvedClaim {
    claim(source, Rule::Film, Target::Movie(FILM))
}

pub(crate) fn claim(source: Source, rule: Rule, target: Target) -> ResolvedClaim {
    let (kind, id) = match target {
        Target::Show(id) => (MediaType::Show, id.0),
        Target::Movie(id) => (MediaType::Movie, id.0),
    };
    let references = vec![Reference { kind, id: ReferenceId::Trakt(id) }];
    ResolvedClaim { claim: Claim::new(source, references, rule), target: Some(target) }
}

/// Where the entry goes, with `show` as the only known one.
pub(crate) fn place(entry: &Entry, claims: &[ResolvedClaim], show: Show) -> Decision {
    place_after(entry, claims, show, None)
}

/// The same for an entry before which so much comes.
pub(crate) fn place_after(
    entry: &Entry,
    claims: &[ResolvedClaim],
    show: Show,
    before: Option<Ahead>,
) -> Decision {
    let before = before.map(|ahead| (show.id, ahead)).into_iter().collect();
    let facts = Facts { before, ..Facts::default() };
    decide(&Case { entry, claims, facts: &facts }, &Shows::from([(show.id, Some(show))]))
}

/// The same where [`FILM`] is of that year.
pub(crate) fn place_film(
    entry: &Entry,
    claims: &[ResolvedClaim],
    show: Show,
    year: i16,
) -> Decision {
    let film = Film { year: Some(year), ..Film::default() };
    let facts = Facts { films: [(FILM, Some(film))].into(), ..Facts::default() };
    decide(&Case { entry, claims, facts: &facts }, &Shows::from([(show.id, Some(show))]))
}

/// Where the entry goes, with just these shows known.
pub(crate) fn decide_among(entry: &Entry, claims: &[ResolvedClaim], shows: &Shows) -> Decision {
    decide(&Case { entry, claims, facts: &Facts::default() }, shows)
}

/// The decision in short: `verified S3E13…S3E22`, `likely film 11325`, `conflict`.
pub(crate) fn summary(decision: &Decision, entry: &Entry) -> String {
    let verdict = match decision.verdict {
        Verdict::Verified => "verified",
        Verdict::Likely => "likely",
        Verdict::Conflict => "conflict",
        Verdict::Unmapped => "unmapped",
    };
    let Some(placement) = &decision.placement else { return verdict.to_owned() };
    let name = |item: Option<Item>| match item {
        Some(Item::Episode { slot, .. }) => slot.to_string(),
        Some(Item::Movie { movie }) => format!("film {movie}"),
        None => "nowhere".to_owned(),
    };
    let (first, last) = (name(placement.item(1)), name(placement.item(entry.watched())));
    if first == last { format!("{verdict} {first}") } else { format!("{verdict} {first}…{last}") }
}

pub(crate) fn placed(entry: &Entry, claims: &[ResolvedClaim], show: Show) -> String {
    summary(&place(entry, claims, show), entry)
}

pub(crate) fn with(entry: &Entry, claims: &[ResolvedClaim], show: Show, facts: &Facts) -> String {
    let decision = decide(&Case { entry, claims, facts }, &[(SHOW, Some(show))].into());
    summary(&decision, entry)
}

/// AniBridge's word: so many from a slot on.
pub(crate) fn range(count: u32, season: u16, number: u32) -> ResolvedClaim {
    let start = Slot { season, number };
    let rule = Rule::Ranges(vec![Range { first: 1, last: Some(count), start }]);
    claim(Source::Anibridge, rule, Target::Show(SHOW))
}

pub(crate) fn day(text: &str) -> FuzzyDate {
    let day: Date = text.parse().unwrap();
    FuzzyDate { year: Some(day.year()), month: Some(day.month()), day: Some(day.day()) }
}

pub(crate) fn ended(entry: &Entry, end: &str) -> Entry {
    let mut entry = entry.clone();
    entry.media.airing.status = Some(AiringStatus::Finished);
    entry.media.airing.end_date = day(end);
    entry
}

pub(crate) fn watched(entry: &Entry, progress: u32) -> Entry {
    let mut entry = entry.clone();
    entry.media.airing.status = Some(AiringStatus::Releasing);
    entry.progress = progress;
    entry
}

/// The slots of the first so many episodes of the entry; `-` where one has no place.
pub(crate) fn slots(entry: &Entry, claims: &[ResolvedClaim], show: Show, count: u32) -> String {
    slots_of(&place(entry, claims, show), count)
}

/// The same of a decision.
pub(crate) fn slots_of(decision: &Decision, count: u32) -> String {
    let name = |abs| match decision.placement.as_ref().and_then(|place| place.item(abs)) {
        Some(item) => item.to_string().split(' ').next().unwrap().to_owned(),
        None => "-".to_owned(),
    };
    (1..=count).map(name).collect::<Vec<_>>().join(" ")
}
