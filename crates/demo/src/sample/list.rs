//! The person's list, activities and first plays, built from the table of titles.

use jiff::civil::{Date, date};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use anilist_trakt_sync_core::domain::{
    Airing, AnilistId, FuzzyDate, Item, ListStatus, MalId, Media, Slot, Titles, TmdbShowId,
    TraktMovieId, TraktShowId, TvdbId, WatchedAt,
};

use super::super::covers;
use super::super::world::{ActivityStatus, FribbsRow, ListEntry, Mapping, Shown, TmdbRef, World};
use super::titles::{RANGES, Says, Stands, TITLES, Title};

/// Adds all titles with their entries and dataset rows.
pub(super) fn titles(world: World, now: Timestamp) -> World {
    let mut world = TITLES.iter().fold(world, |mut world, title| {
        let media = media(title);
        world.mappings.extend(mapping(&world, &media, title.says));
        let entry = entry(title, now);
        world.with_media(media, Some(entry))
    });
    for &(anilist, target, from, to) in RANGES {
        let rows = world.mappings.iter_mut();
        for row in rows.filter(|row| row.anilist.0 == anilist) {
            *row = row.clone().range(target, from, to);
        }
    }
    for entry in &mut world.list {
        adorn(entry);
    }
    world
}

fn media(title: &Title) -> Media {
    Media {
        id: AnilistId(title.anilist),
        mal_id: Some(MalId(title.mal)),
        titles: Titles {
            romaji: Some(title.romaji.to_owned()),
            english: Some(title.english.to_owned()),
        },
        format: Some(title.format),
        episodes: (title.episodes > 0).then_some(title.episodes),
        start_date: fuzzy(title.start),
        airing: Airing::default(),
        parent: None,
        cover: Some(covers::path(AnilistId(title.anilist))),
    }
}

pub(super) fn fuzzy(day: Date) -> FuzzyDate {
    FuzzyDate { year: Some(day.year()), month: Some(day.month()), day: Some(day.day()) }
}

/// What the datasets say; none when they say nothing (or name what is not in the catalogue).
fn mapping(world: &World, media: &Media, says: Says) -> Option<Mapping> {
    let show = |id| world.catalogue.show(TraktShowId(id));
    let movie = |id| world.catalogue.movie(TraktMovieId(id));
    match says {
        Says::Season(id, season, offset) => {
            Some(Mapping::to_season(media, show(id)?, Some(season), offset))
        }
        Says::Differ(id, fribbs, otaku) => {
            let show = show(id)?;
            let otaku = Mapping::to_season(media, show, Some(otaku.0), otaku.1).otaku;
            Some(Mapping { otaku, ..Mapping::to_season(media, show, Some(fribbs.0), fribbs.1) })
        }
        Says::Show(id) => Some(Mapping::to_season(media, show(id)?, None, 0)),
        Says::Film(id) => Some(Mapping::to_movie(media, movie(id)?)),
        Says::FilmOrSpecial(id, (tmdb, series), offset) => {
            let film = Mapping::to_movie(media, movie(id)?);
            let fribbs = FribbsRow {
                tmdb: Some(TmdbRef::Show(TmdbShowId(tmdb))),
                tvdb: Some(TvdbId(series)),
                imdb: movie(id)?.imdb,
                season: Some(0),
                offset,
            };
            Some(Mapping { fribbs: Some(fribbs), ..film })
        }
        Says::Nothing => None,
    }
}

fn entry(title: &Title, now: Timestamp) -> ListEntry {
    let new = |status, progress| ListEntry::new(AnilistId(title.anilist), status, progress);
    let done = || new(ListStatus::Completed, title.episodes);
    // Entries without a date of their own were last touched in the course of a past year.
    let long_ago = ago(now, 24 * 300 + i64::from(title.anilist % 1000));
    match title.stands {
        Stands::Done(year, month, day) => {
            let day = date(year, month, day);
            done().completed(fuzzy(day)).updated(noon(day).unwrap_or(long_ago))
        }
        Stands::DoneAround(year, month) => {
            let day = FuzzyDate { year: Some(year), month, day: None };
            done().completed(day).updated(long_ago)
        }
        Stands::DoneSometime => done().updated(long_ago),
        Stands::DoneAgo(days) => {
            let at = ago(now, days * 24);
            done().completed(fuzzy(at.to_zoned(jiff::tz::TimeZone::UTC).date())).updated(at)
        }
        Stands::Current(progress, hours) => {
            new(ListStatus::Current, progress).updated(ago(now, hours))
        }
        Stands::Again(progress) => {
            new(ListStatus::Repeating, progress).repeated(1).updated(ago(now, 24 * 29))
        }
        Stands::Paused(progress) => new(ListStatus::Paused, progress).updated(ago(now, 24 * 37)),
        Stands::Dropped(progress) => new(ListStatus::Dropped, progress).updated(ago(now, 24 * 39)),
        Stands::Planned => new(ListStatus::Planning, 0).updated(ago(now, 24 * 36)),
    }
}

fn noon(day: Date) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(day.at(12, 0, 0, 0)).ok()
}

pub(super) fn ago(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Custom lists: Cowboy Bebop is on two, and the first Haikyu!! is shown on its custom list only.
fn adorn(entry: &mut ListEntry) {
    let lists: &[&str] = match entry.media.0 {
        1 => &["Favourites", "Space"],
        16498 => &["Favourites"],
        20464 | 20992 => &["Sports"],
        _ => &[],
    };
    entry.custom_lists = lists.iter().map(|&name| name.to_owned()).collect();
    if entry.media.0 == 20464 {
        entry.shown = Shown::CustomListsOnly;
    }
    if entry.media.0 == 21087 {
        entry.repeat = 1;
    }
    opinion(entry);
}

/// Most of what is finished has a score, made from its number; some have a note, and some are liked best.
fn opinion(entry: &mut ListEntry) {
    let taste = entry.media.0 % 8;
    if entry.status == ListStatus::Completed && taste > 1 {
        entry.score = 60 + u8::try_from(taste).unwrap_or_default() * 5;
    }
    entry.favourite = entry.score >= 95;
    if entry.status == ListStatus::Dropped {
        entry.notes = Some("not now; perhaps in winter".to_owned());
    }
}

/// What happened: title, words, progress and hours before now, oldest first.
const ACTIVITIES: &[(u32, ActivityStatus, &str, i64)] = &[
    (11757, ActivityStatus::Watched, "1 - 3", 24 * 40),
    (11757, ActivityStatus::Dropped, "", 24 * 39),
    (20605, ActivityStatus::Watched, "1 - 6", 24 * 38),
    (20605, ActivityStatus::Paused, "", 24 * 37),
    (431, ActivityStatus::Plans, "", 24 * 36),
    (11061, ActivityStatus::Rewatched, "1 - 58", 24 * 30),
    (11061, ActivityStatus::Rewatched, "59 - 62", 24 * 29),
    (108632, ActivityStatus::Watched, "1 - 6", 700),
    (154587, ActivityStatus::Watched, "17 - 19", 520),
    (154587, ActivityStatus::Watched, "20", 500),
    (97668, ActivityStatus::Watched, "1 - 11", 96),
    (146065, ActivityStatus::Watched, "1 - 3", 90),
    (97668, ActivityStatus::Completed, "", 72),
    (166531, ActivityStatus::Watched, "1", 62),
    (166531, ActivityStatus::Watched, "2 - 3", 60),
    (110277, ActivityStatus::Watched, "1 - 3", 58),
    (110277, ActivityStatus::Watched, "4", 53),
    (110277, ActivityStatus::Watched, "5 - 7", 48),
    (142838, ActivityStatus::Watched, "1 - 4", 40),
    (110277, ActivityStatus::Watched, "8", 36),
    (145064, ActivityStatus::Watched, "1", 29),
    (145064, ActivityStatus::Watched, "2 - 5", 26),
    (21, ActivityStatus::Watched, "1098 - 1099", 19),
    (21, ActivityStatus::Watched, "1100", 17),
    (110277, ActivityStatus::Watched, "9 - 10", 12),
];

/// Adds the person's activities.
pub(super) fn activities(mut world: World, now: Timestamp) -> World {
    for &(media, status, progress, hours) in ACTIVITIES {
        let progress = (!progress.is_empty()).then(|| progress.to_owned());
        world.log(AnilistId(media), status, progress, ago(now, hours));
    }
    world
}

/// Adds what Trakt knows already: Death Note, the first half of Steins;Gate, and one film.
pub(super) fn history(mut world: World, now: Timestamp) -> World {
    let added = ago(now, 24 * 60);
    let mut see = |item, day: Date| {
        let at = noon(day).map_or(WatchedAt::Unknown, WatchedAt::at);
        world.scrobble(item, at, added);
    };
    for number in 1..=37 {
        let slot = Slot { season: 1, number };
        see(Item::Episode { show: TraktShowId(13855), slot }, date(2022, 11, 5));
    }
    for number in 1..=12 {
        let slot = Slot { season: 1, number };
        see(Item::Episode { show: TraktShowId(42285), slot }, date(2025, 1, 12));
    }
    see(Item::Movie { movie: TraktMovieId(224301) }, date(2024, 8, 26));
    world
}
