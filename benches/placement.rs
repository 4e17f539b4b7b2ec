//! What a large library costs once everything is in memory: placing its 3,850 entries, comparing
//! them with each other, and planning their 50,050 plays.
//!
//! `cargo bench --bench placement`

#![expect(clippy::unwrap_used, reason = "made-up data that does not fit ends the measurement")]

use std::hint::black_box;
use std::sync::Arc;

use anilist_trakt_sync::domain::{
    Airing, AnilistId, Entry, Episode, Format, FuzzyDate, History, ListStatus, Media, Show, Slot,
    Source, Titles, TraktEpisodeId, TraktShowId,
};
use anilist_trakt_sync::placing::claims::{Claim, Reference, ReferenceId, Rule};
use anilist_trakt_sync::placing::datasets::anibridge::Range;
use anilist_trakt_sync::placing::decision::Decision;
use anilist_trakt_sync::placing::place::{Case, Facts, ResolvedClaim, Shows, Target, decide};
use anilist_trakt_sync::placing::siblings::{Holder, Standing, standoffs};
use anilist_trakt_sync::plan::dates::{Calendar, WatchLog};
use anilist_trakt_sync::plan::{Held, Inputs, OnTrakt, Plan, Rewatches, There, Title, plan};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// As many as the largest lists have, of 50,050 episodes.
const ENTRIES: u32 = 3_850;
/// Two entries a show: two cours of a season, as often as two seasons.
const ENTRIES_PER_SHOW: u32 = 2;
const EPISODES: u32 = 13;

struct Library {
    titles: Vec<(Entry, Vec<ResolvedClaim>)>,
    shows: Shows,
}

fn aired(show: u32, week: u32) -> Timestamp {
    let first = date(1990, 1, 6).checked_add(Span::new().days(i64::from(show) * 7)).unwrap();
    let day = first.checked_add(Span::new().days(i64::from(week) * 7)).unwrap();
    day.at(15, 30, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// Four specials, then the entries' episodes, all in one season or one season each.
fn show(number: u32) -> Show {
    let id = TraktShowId(u64::from(number));
    let one_season = number.is_multiple_of(2);
    let specials = (1..=4).map(|special| (0, special, 200 + special));
    let regular = (0..ENTRIES_PER_SHOW * EPISODES).map(|index| {
        let (part, position) = (index / EPISODES, index % EPISODES);
        if one_season { (1, index + 1, index) } else { (part + 1, position + 1, index) }
    });
    let episodes =
        specials.chain(regular).zip(1..).map(|((season, number_in, week), count)| Episode {
            slot: Slot { season: u16::try_from(season).unwrap(), number: number_in },
            number_abs: None,
            first_aired: Some(aired(number, week)),
            title: None,
            id: TraktEpisodeId(u64::from(number) * 1_000 + count),
        });
    Show::new(id, episodes.collect())
}

/// Every source names a place; one in five is off by a season, as the real ones are.
fn claims(entry: u32, show: u32, part: u32) -> Vec<ResolvedClaim> {
    let one_season = show.is_multiple_of(2);
    let (season, offset) = if one_season { (1, part * EPISODES) } else { (part + 1, 0) };
    let right = Rule::Season { season: u16::try_from(season).unwrap(), offset };
    let wrong = Rule::Season { season: 7, offset: 0 };
    let start = Slot { season: u16::try_from(season).unwrap(), number: offset + 1 };
    let ranges = Rule::Ranges(vec![Range { first: 1, last: Some(EPISODES), start }]);
    let trap = if entry.is_multiple_of(5) { wrong } else { right.clone() };
    [(Source::Anibridge, ranges), (Source::Otaku, trap), (Source::Fribbs, right)]
        .into_iter()
        .map(|(source, rule)| {
            let id = u64::from(show);
            let references = vec![Reference::show(ReferenceId::Trakt(id))];
            let target = Some(Target::Show(TraktShowId(id)));
            ResolvedClaim { claim: Claim::new(source, references, rule), target }
        })
        .collect()
}

fn entry(number: u32, show: u32, part: u32) -> Entry {
    let began = aired(show, part * EPISODES).to_zoned(TimeZone::UTC).date();
    let start_date =
        FuzzyDate { year: Some(began.year()), month: Some(began.month()), day: Some(began.day()) };
    Entry {
        media: Media {
            id: AnilistId(number),
            mal_id: None,
            titles: Titles { romaji: Some(format!("Title {number}")), english: None },
            format: Some(Format::Tv),
            episodes: Some(EPISODES),
            start_date,
            airing: Airing::default(),
            parent: None,
            cover: None,
        },
        status: ListStatus::Completed,
        progress: EPISODES,
        repeat: 0,
        completed_at: FuzzyDate::default(),
        updated_at: 0,
        private: false,
    }
}

fn library() -> Library {
    let titles = (0..ENTRIES).map(|number| {
        let (show, part) = (number / ENTRIES_PER_SHOW, number % ENTRIES_PER_SHOW);
        (entry(number, show, part), claims(number, show, part))
    });
    let shows = (0..ENTRIES / ENTRIES_PER_SHOW)
        .map(|number| (TraktShowId(u64::from(number)), Some(show(number))));
    Library { titles: titles.collect(), shows: shows.collect() }
}

fn place(library: &Library) -> Vec<Decision> {
    let facts = Facts::default();
    let decide_one = |(entry, claims): &(Entry, Vec<ResolvedClaim>)| {
        decide(&Case { entry, claims, facts: &facts }, &library.shows)
    };
    library.titles.iter().map(decide_one).collect()
}

fn compare(library: &Library, decisions: &[Decision]) -> usize {
    let placed = library.titles.iter().zip(decisions);
    let holders: Vec<_> = placed
        .filter_map(|((entry, _), decision)| Holder::of(entry, decision, Standing::Now))
        .collect();
    standoffs(&holders).len()
}

/// Nothing was synced before, and Trakt has nothing.
fn plan_all(library: &Library, titles: &[Title]) -> Plan {
    let calendar = Calendar { zone: TimeZone::UTC, now: Timestamp::UNIX_EPOCH };
    let titles: Vec<&Title> = titles.iter().collect();
    let trakt = OnTrakt {
        history: Some(&History::default()),
        there: &There::default(),
        held: &Held::default(),
        untaken: &[],
    };
    plan(&Inputs {
        titles: &titles,
        shows: &library.shows,
        overrides: &[],
        trakt,
        rewatches: Rewatches::Off,
        posts_private: false,
        log: &WatchLog::default(),
        calendar: &calendar,
        max_plays: usize::MAX,
    })
}

fn placement(criterion: &mut Criterion) {
    let library = library();
    let decisions = place(&library);
    assert!(decisions.iter().all(|decision| decision.placement.is_some()), "all have a place");
    criterion.bench_function("place 3,850 entries", |bencher| {
        bencher.iter(|| place(black_box(&library)));
    });
    criterion.bench_function("compare 3,850 entries with each other", |bencher| {
        bencher.iter(|| compare(black_box(&library), black_box(&decisions)));
    });
    let titles = library.titles.iter().zip(decisions).map(|((entry, _), decision)| {
        let decision = Some(Arc::new(decision));
        Title { decision, ..Title::new(Arc::new(entry.clone())) }
    });
    let titles: Vec<Title> = titles.collect();
    let plays = plan_all(&library, &titles).plays().count();
    assert_eq!(plays, 50_050, "every episode is posted");
    criterion.bench_function("plan 50,050 plays", |bencher| {
        bencher.iter(|| plan_all(black_box(&library), black_box(&titles)));
    });
}

criterion_group!(benches, placement);
criterion_main!(benches);
