//! The same person's lists at `MyAnimeList` and Kitsu: much the same, and not quite, as lists are that somebody kept by
//! hand.

use jiff::Timestamp;

use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate, MalId};
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Catalogue, Count, Entry, ListService, Native};

use super::super::anilist::native;
use super::super::world::{Again, KitsuEntry, KitsuWork, ListEntry, MalEntry, MalTitle, World};

/// A title on the person's list, with its ids elsewhere.
struct Title {
    kind: Kind,
    anilist: AnilistId,
    mal: MalId,
    name: String,
    total: u32,
    volumes: u32,
    entry: Native,
}

/// Puts the titles on the other two lists. Every ninth is missing on `MyAnimeList`, and every eleventh on Kitsu; one
/// that is being watched is further on `MyAnimeList`, and one has another score on Kitsu.
pub(super) fn lists(mut world: World, now: Timestamp) -> World {
    let titles: Vec<Title> = anime(&world).chain(manga(&world)).collect();
    let is_watched = |title: &&Title| {
        title.kind == Kind::Anime && title.entry.0.status == Status::Current && title.total > 3
    };
    let further = titles.iter().find(is_watched).map(|title| title.anilist);
    let is_scored = |title: &&Title| title.kind == Kind::Anime && title.entry.0.score > 40;
    let lower = titles.iter().find(is_scored).map(|title| title.anilist);
    for (place, title) in titles.iter().enumerate() {
        let (mut on_mal, mut entry) = (title.entry.0.clone(), title.entry.0.clone());
        if let (Count::Of(progress), true) = (entry.progress, further == Some(title.anilist)) {
            on_mal.progress = Count::Of((progress + 1).min(title.total - 1));
        }
        if lower == Some(title.anilist) {
            entry.score -= 25;
        }
        put_on_mal(&mut world, title, (place % 9 != 8).then_some(&on_mal), now);
        put_on_kitsu(&mut world, title, (place % 11 != 10).then_some(&entry), now);
    }
    world
}

fn anime(world: &World) -> impl Iterator<Item = Title> {
    world.list.iter().filter_map(|entry| {
        let media = world.media.get(&entry.media)?;
        let titles = &media.titles;
        let name = titles.romaji.clone().or_else(|| titles.english.clone())?;
        let total = media.episodes.unwrap_or_default();
        title(Kind::Anime, entry, media.mal_id?, name, (total, 0))
    })
}

fn manga(world: &World) -> impl Iterator<Item = Title> {
    world.manga_list.iter().filter_map(|entry| {
        let manga = world.manga.iter().find(|manga| manga.anilist == Some(entry.media))?;
        // AniList counts the chapters of what has ended; a list elsewhere need not know.
        title(Kind::Manga, entry, manga.mal?, manga.romaji.clone(), (0, 0))
    })
}

fn title(
    kind: Kind,
    entry: &ListEntry,
    mal: MalId,
    name: String,
    (total, volumes): (u32, u32),
) -> Option<Title> {
    // What is private is kept where it can be.
    if entry.private {
        return None;
    }
    let (anilist, entry) = (entry.media, native(entry));
    Some(Title { kind, anilist, mal, name, total, volumes, entry })
}

impl Title {
    /// An entry as a service holds it.
    fn held(&self, service: ListService, entry: &Entry) -> Native {
        let known = |number: u32| Some(number).filter(|number| *number > 0);
        let catalogue = Catalogue {
            total: known(self.total),
            volumes: known(self.volumes),
            most: self.total,
            most_volumes: self.volumes,
            ..Catalogue::unknown(self.kind)
        };
        let mut held = Native::of(&service.profile().project_all(entry, catalogue));
        held.0.notes = None;
        held
    }
}

fn put_on_mal(world: &mut World, title: &Title, entry: Option<&Entry>, now: Timestamp) {
    let key = (title.kind, title.mal.0);
    let mut known = MalTitle::new(title.name.clone(), title.total);
    known.volumes = title.volumes;
    world.mal.titles.insert(key, known);
    if let Some(entry) = entry {
        let native = title.held(ListService::Myanimelist, entry);
        world
            .mal
            .entries
            .insert(key, MalEntry { native, again: Again::Completed, updated_at: now });
    }
}

fn put_on_kitsu(world: &mut World, title: &Title, entry: Option<&Entry>, now: Timestamp) {
    let (kind, id) = (title.kind, title.anilist.0);
    let of = |site: &str| match kind {
        Kind::Anime => format!("{site}/anime"),
        Kind::Manga => format!("{site}/manga"),
    };
    let length = Some(title.total).filter(|total| *total > 0);
    let work = KitsuWork::new(kind, id, &title.name, length).mapped(&of("anilist"), id);
    world.kitsu.works.push(work.mapped(&of("myanimelist"), title.mal.0));
    let Some(entry) = entry else { return };
    let native = title.held(ListService::Kitsu, entry);
    world.kitsu.made += 1;
    let at =
        |day: FuzzyDate| day.day().and_then(|day| day.in_tz("UTC").ok()).map(|day| day.timestamp());
    world.kitsu.entries.push(KitsuEntry {
        id: 70_000 + world.kitsu.made,
        kind,
        work: id,
        started_at: at(native.0.started),
        finished_at: at(native.0.finished),
        native,
        volumes_owned: 0,
        progressed_at: None,
        created_at: now,
        updated_at: now,
    });
}
