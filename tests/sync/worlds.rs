//! Small worlds. A title, its show or film, and its ids in the datasets all have the same number.

use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::{
    FribbsRow, ListEntry, Mapping, Numbers, TmdbRef, TraktMovie, TraktShow,
};
use anilist_trakt_sync::domain::{
    Airing, AnilistId, Format, FuzzyDate, ListStatus, MalId, Media, Slot, Titles, TmdbShowId,
    TraktShowId,
};
use anilist_trakt_sync::domain::{Item, TraktMovieId};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use crate::bench::start_of_test;

/// A day before the test begins.
pub(crate) fn yesterday() -> Timestamp {
    start_of_test() - SignedDuration::from_hours(24)
}

pub(crate) fn media(id: u32, episodes: Option<u32>) -> Media {
    Media {
        id: AnilistId(id),
        mal_id: Some(MalId(id)),
        titles: Titles { romaji: Some(format!("Title {id}")), english: None },
        format: Some(Format::Tv),
        episodes,
        start_date: FuzzyDate { year: Some(2020), month: Some(1), day: Some(4) },
        airing: Airing::default(),
        parent: None,
        cover: None,
    }
}

/// A show of one season.
pub(crate) fn show(id: u32, episodes: u32) -> TraktShow {
    TraktShow::new(u64::from(id), &format!("Title {id}"), 2020, Numbers::PerSeason)
        .ids(id * 10, id * 100, &format!("tt{id:07}"))
        .season(1, &[(episodes, date(2020, 1, 4))])
}

/// An entry that was last changed the day before.
pub(crate) fn entry(id: u32, status: ListStatus, progress: u32) -> ListEntry {
    ListEntry::new(AnilistId(id), status, progress).updated(yesterday())
}

pub(crate) fn current(id: u32, progress: u32) -> ListEntry {
    entry(id, ListStatus::Current, progress)
}

/// With a series of one season that all datasets agree on.
pub(crate) fn with_series(
    world: World,
    id: u32,
    episodes: u32,
    entry: impl Into<Option<ListEntry>>,
) -> World {
    let (media, show) = (media(id, Some(episodes)), show(id, episodes));
    let range = format!("1-{episodes}");
    let mapping = Mapping::to_season(&media, &show, Some(1), 0).range(
        &format!("tmdb_show:{}:s1", id * 10),
        &range,
        &range,
    );
    world.with_media(media, entry.into()).with_mapping(mapping).with_show(show)
}

/// With a film that all datasets agree on.
pub(crate) fn with_film(world: World, id: u32, entry: impl Into<Option<ListEntry>>) -> World {
    let mut media = media(id, Some(1));
    media.format = Some(Format::Movie);
    let film = TraktMovie::new(u64::from(id), &format!("Title {id}"), date(2020, 1, 4))
        .ids(id * 10, &format!("tt{id:07}"));
    let mapping = Mapping::to_movie(&media, &film);
    world.with_media(media, entry.into()).with_mapping(mapping).with_movie(film)
}

/// With a series that is on Trakt and in no dataset, and of which nobody knows when it began.
pub(crate) fn with_unknown(world: World, id: u32, episodes: u32, entry: ListEntry) -> World {
    let mut media = media(id, Some(episodes));
    media.start_date = FuzzyDate::default();
    world.with_media(media, Some(entry)).with_show(show(id, episodes))
}

/// With a series whose TMDB id, the only one that is known, Trakt does not have.
pub(crate) fn with_unlisted(world: World, id: u32, entry: ListEntry) -> World {
    let media = media(id, Some(12));
    let tmdb = Some(TmdbRef::Show(TmdbShowId(id * 10)));
    let row = FribbsRow { tmdb, tvdb: None, imdb: None, season: Some(1), offset: 0 };
    let mapping = Mapping { fribbs: Some(row), ..Mapping::silent(&media) };
    world.with_media(media, Some(entry)).with_mapping(mapping)
}

/// One series of twelve (number 1) with this progress.
pub(crate) fn one_series(progress: u32) -> World {
    with_series(World::default(), 1, 12, current(1, progress))
}

/// Three series of twelve (1, 2, 3) with four episodes watched each, the first longest ago.
pub(crate) fn three_series() -> World {
    (1..=3).fold(World::default(), |world, id| {
        let at = yesterday() + SignedDuration::from_mins(i64::from(id));
        with_series(world, id, 12, current(id, 4).updated(at))
    })
}

pub(crate) fn episode(show: u64, season: u16, number: u32) -> Item {
    Item::Episode { show: TraktShowId(show), slot: Slot { season, number } }
}

pub(crate) fn film(id: u64) -> Item {
    Item::Movie { movie: TraktMovieId(id) }
}

/// A whole or partial date.
pub(crate) fn fuzzy(year: i16, month: Option<i8>, day: Option<i8>) -> FuzzyDate {
    FuzzyDate { year: Some(year), month, day }
}
