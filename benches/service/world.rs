//! A person with a large list, among all the titles that the mapping files name.

use anilist_trakt_sync::demo::world::{
    AniBridgeRange, ListEntry, Mapping, Numbers, TmdbRef, TraktShow,
};
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::{
    Airing, AnilistId, Format, FuzzyDate, ListStatus, MalId, Media, Titles,
};
use jiff::civil::date;

/// Titles on the list, all completed.
pub(crate) const TITLES: u32 = 3_700;
/// Episodes of a title.
const EPISODES: u32 = 14;
/// What a completed sync posts.
pub(crate) const PLAYS: usize = (TITLES * EPISODES) as usize;
/// Titles that the mapping files name, as many as the real ones.
const KNOWN: u32 = 20_500;

pub(crate) fn world() -> World {
    (1..=KNOWN).fold(World::default(), |world, id| {
        let (media, show) = (media(id), show(id));
        let mut mapping = Mapping::to_season(&media, &show, Some(1), 0);
        if let Some(TmdbRef::Show(tmdb)) = mapping.fribbs.as_ref().and_then(|row| row.tmdb) {
            let target = format!("tmdb_show:{tmdb}:s1");
            let all = format!("1-{EPISODES}");
            mapping.anibridge = vec![AniBridgeRange { target, from: all.clone(), to: all }];
        }
        let entry = (id <= TITLES).then(|| {
            let finished = FuzzyDate { year: Some(2020), month: Some(6), day: Some(1) };
            ListEntry::new(media.id, ListStatus::Completed, EPISODES).completed(finished)
        });
        let world = if id <= TITLES { world.with_show(show) } else { world };
        world.with_media(media, entry).with_mapping(mapping)
    })
}

fn show(id: u32) -> TraktShow {
    TraktShow::new(u64::from(50_000 + id), &name(id), 2020, Numbers::PerSeason)
        .ids(70_000 + id, 90_000 + id, &format!("tt{:07}", 1_000_000 + id))
        .season(1, &[(EPISODES, date(2020, 1, 5))])
}

fn media(id: u32) -> Media {
    Media {
        id: AnilistId(id),
        mal_id: Some(MalId(id)),
        titles: Titles { romaji: Some(name(id)), english: None },
        format: Some(Format::Tv),
        episodes: Some(EPISODES),
        start_date: FuzzyDate { year: Some(2020), month: Some(1), day: Some(5) },
        airing: Airing::default(),
        parent: None,
        cover: None,
    }
}

fn name(id: u32) -> String {
    format!("Show number {id}")
}

/// The settings for these services, without limits that a measurement would wait for.
pub(crate) fn settings(demo: &Demo) -> Vec<(String, String)> {
    let limits = [
        ("ANILIST_RATE_PER_MIN", "60000"),
        ("TRAKT_GETS_PER_5MIN", "1000000"),
        ("TRAKT_WRITE_INTERVAL_MS", "0"),
        ("MAX_PLAYS_PER_RUN", "1000000"),
    ];
    let limits = limits.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    demo.settings()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .chain(limits)
        .collect()
}
