//! Titles by name and by id, for everybody: anime and manga.

use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::{AiringStatus, AnilistId, Media};

use super::super::covers;
use super::super::mangadex::likeness;
use super::super::world::{Manga, World};
use super::Refusal;
use super::answers::{PAGE, cover, missing, number};

/// A title of either kind.
enum Title<'a> {
    Anime(&'a Media),
    Manga(&'a Manga),
}

pub(super) fn search(world: &World, variables: &Value) -> Result<Value, Refusal> {
    let text = variables["text"].as_str().ok_or_else(|| missing("text", "String!"))?;
    let most = number(variables, "perPage")?.min(PAGE);
    let is_wanted = of_type(variables);
    let mut found: Vec<(usize, Title<'_>)> = titles(world)
        .filter(is_wanted)
        .filter_map(|title| Some((likeness(title.names(), text)?, title)))
        .collect();
    // Those with low numbers have been there longest, and are on most lists here.
    found.sort_by_key(|(_, title)| title.id());
    if variables["sort"][0] != "POPULARITY_DESC" {
        found.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    }
    let rows: Vec<Value> = found.iter().take(most).map(|(_, title)| title.row(world)).collect();
    Ok(json!({"Page": {"media": rows}}))
}

pub(super) fn by_id(world: &World, variables: &Value) -> Result<Value, Refusal> {
    let ids = ids(variables)?;
    rows(world, titles(world).filter(|title| title.id().is_some_and(|id| ids.contains(&id))))
}

pub(super) fn by_mal_id(world: &World, variables: &Value) -> Result<Value, Refusal> {
    let ids = ids(variables)?;
    let is_wanted = of_type(variables);
    let of_type = titles(world).filter(is_wanted);
    rows(world, of_type.filter(|title| title.mal_id().is_some_and(|id| ids.contains(&id))))
}

#[expect(clippy::unnecessary_wraps, reason = "every answer may be refused")]
fn rows<'a>(world: &World, titles: impl Iterator<Item = Title<'a>>) -> Result<Value, Refusal> {
    let rows: Vec<Value> = titles.take(PAGE).map(|title| title.row(world)).collect();
    Ok(json!({"Page": {"media": rows}}))
}

/// What AniList knows of a title.
pub(super) fn title(world: &World, id: AnilistId) -> Option<Value> {
    let found = titles(world).find(|title| title.id() == Some(id.0));
    found.map(|title| title.row(world))
}

fn titles(world: &World) -> impl Iterator<Item = Title<'_>> {
    let manga = world.manga.iter().filter(|manga| manga.anilist.is_some());
    world.media.values().map(Title::Anime).chain(manga.map(Title::Manga))
}

fn ids(variables: &Value) -> Result<Vec<u32>, Refusal> {
    let ids = variables["ids"].as_array().ok_or_else(|| missing("ids", "[Int]"))?;
    let ids = ids.iter().filter_map(Value::as_u64).take(PAGE);
    Ok(ids.filter_map(|id| u32::try_from(id).ok()).collect())
}

fn of_type(variables: &Value) -> impl Fn(&Title<'_>) -> bool {
    let wanted = variables["type"].as_str().map(str::to_owned);
    move |title| wanted.as_deref().is_none_or(|wanted| wanted == title.kind())
}

impl Title<'_> {
    fn id(&self) -> Option<u32> {
        match self {
            Self::Anime(media) => Some(media.id.0),
            Self::Manga(manga) => manga.anilist.map(|id| id.0),
        }
    }

    fn mal_id(&self) -> Option<u32> {
        match self {
            Self::Anime(media) => media.mal_id.map(|id| id.0),
            Self::Manga(manga) => manga.mal.map(|id| id.0),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Anime(_) => "ANIME",
            Self::Manga(_) => "MANGA",
        }
    }

    fn names(&self) -> [&str; 3] {
        match self {
            Self::Anime(media) => {
                let [romaji, english] = [&media.titles.romaji, &media.titles.english];
                [romaji, english, &None].map(|name| name.as_deref().unwrap_or_default())
            }
            Self::Manga(manga) => manga.names(),
        }
    }

    fn row(&self, world: &World) -> Value {
        match self {
            Self::Anime(media) => anime(world, media),
            Self::Manga(one) => manga(world, one),
        }
    }
}

fn anime(world: &World, media: &Media) -> Value {
    // Those of the sample are over, but for what has a schedule or no number of episodes.
    let airs = media.episodes.is_none() || world.schedules.contains_key(&media.id);
    let running = if airs { AiringStatus::Releasing } else { AiringStatus::Finished };
    json!({
        "id": media.id, "idMal": media.mal_id, "type": "ANIME",
        "title": {"romaji": media.titles.romaji, "english": media.titles.english, "native": null},
        "format": media.format, "status": media.airing.status.unwrap_or(running),
        "episodes": media.episodes, "chapters": null, "volumes": null, "duration": 24,
        "siteUrl": format!("https://anilist.co/anime/{}", media.id),
        "startDate": {"year": media.start_date.year},
        "coverImage": cover(world, media.cover.as_deref()).map(|url| json!({"large": url})),
    })
}

/// AniList knows how long a manga is once all of it is out.
fn manga(world: &World, manga: &Manga) -> Value {
    let drawn = manga.anilist.map(covers::path);
    let known = |number: u32| (manga.is_finished() && number > 0).then_some(number);
    json!({
        "id": manga.anilist, "idMal": manga.mal, "type": "MANGA",
        "title": {"romaji": manga.romaji, "english": manga.english, "native": manga.native},
        "format": manga.format.text(), "status": manga.status,
        "episodes": null, "chapters": known(manga.chapters), "volumes": known(manga.volumes),
        "duration": null,
        "siteUrl": manga.anilist.map(|id| format!("https://anilist.co/manga/{id}")),
        "startDate": {"year": manga.year},
        "coverImage": cover(world, drawn.as_deref()).map(|url| json!({"large": url})),
    })
}
