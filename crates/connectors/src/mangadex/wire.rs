//! MangaDex' answers as they come, and what becomes of them.
//!
//! Maps that are empty come as `[]`, numbers come as text, and any of the links may be missing or odd.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::outbound::or_none;
use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Found, Ids, Kind, Names, Origin, Work};
use anilist_trakt_sync_core::plain::one_line;

/// More chapters than any work has; what is above it is a mistake.
const MOST: u32 = 100_000;

/// Texts by the language that they are in.
type Languages = BTreeMap<String, String>;

#[derive(Deserialize)]
pub(super) struct MangaList {
    data: Vec<Value>,
}

impl MangaList {
    /// Those that can be read.
    pub(super) fn into_found(self, uploads_url: &str) -> Vec<Found> {
        let rows = self.data.into_iter().filter_map(|row| serde_json::from_value(row).ok());
        let manga = rows.filter_map(|row: WireManga| row.into_manga(uploads_url));
        manga.map(|manga| manga.found).collect()
    }
}

#[derive(Deserialize)]
pub(super) struct MangaReply {
    pub(super) data: WireManga,
}

#[derive(Deserialize)]
pub(super) struct WireManga {
    id: String,
    attributes: Attributes,
    #[serde(default, deserialize_with = "or_none")]
    relationships: Option<Vec<Relationship>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    #[serde(default, deserialize_with = "or_none")]
    title: Option<Languages>,
    #[serde(default, deserialize_with = "or_none")]
    alt_titles: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "or_none")]
    links: Option<BTreeMap<String, Value>>,
    #[serde(default, deserialize_with = "or_none")]
    original_language: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    last_chapter: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    last_volume: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    status: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    year: Option<i16>,
    #[serde(default, deserialize_with = "or_none")]
    chapter_numbers_reset_on_new_volume: Option<bool>,
}

#[derive(Deserialize)]
struct Relationship {
    r#type: String,
    #[serde(default, deserialize_with = "or_none")]
    attributes: Option<CoverArt>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CoverArt {
    file_name: String,
}

/// How the chapters of a manga are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// From the first to the last.
    Through,
    /// From 1 in every volume.
    InVolumes,
}

/// A manga, and how its chapters are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manga {
    /// What a library keeps of it.
    pub found: Found,
    /// How its chapters are counted.
    pub numbering: Numbering,
}

impl WireManga {
    /// None for what has no name.
    pub(super) fn into_manga(self, uploads_url: &str) -> Option<Manga> {
        let cover_url = self.cover(uploads_url);
        let attributes = self.attributes;
        let names = attributes.names();
        let mut work = Work::titled(attributes.title()?);
        work.names = names;
        work.cover_url = cover_url;
        // The number of the last chapter says how many there are only where it is counted through.
        work.max_progress = match attributes.numbering() {
            Numbering::Through => attributes.last_chapter.as_deref().and_then(whole),
            Numbering::InVolumes => None,
        };
        work.max_volumes = attributes.last_volume.as_deref().and_then(whole);
        work.ids = attributes.ids(&self.id);
        work.site_url = Some(format!("https://mangadex.org/title/{}", self.id));
        work.release_status = attributes.status.as_deref().and_then(released).map(str::to_owned);
        work.year = attributes.year;
        let numbering = attributes.numbering();
        let found = Found { kind: Kind::Manga, origin: Origin::Mangadex, work };
        Some(Manga { found, numbering })
    }

    /// The address of a small picture of its cover.
    fn cover(&self, uploads_url: &str) -> Option<String> {
        let mut covers =
            self.relationships.iter().flatten().filter(|one| one.r#type == "cover_art");
        let name = &covers.find_map(|cover| cover.attributes.as_ref())?.file_name;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_plain = !name.is_empty() && name.chars().all(is_name);
        is_plain.then(|| format!("{uploads_url}/covers/{}/{name}.512.jpg", self.id))
    }
}

impl Attributes {
    fn numbering(&self) -> Numbering {
        match self.chapter_numbers_reset_on_new_volume {
            Some(true) => Numbering::InVolumes,
            _ => Numbering::Through,
        }
    }

    /// Its name, in English where that is known.
    fn title(&self) -> Option<String> {
        let titles = self.title.as_ref();
        let named = titles.and_then(|titles| titles.get("en").or_else(|| titles.values().next()));
        named
            .and_then(|name| one_line(name))
            .or_else(|| self.names().all().next().map(str::to_owned))
    }

    fn names(&self) -> Names {
        let language = self.original_language.as_deref().unwrap_or("ja");
        Names {
            english: self.in_language("en"),
            romaji: self.in_language(&format!("{language}-ro")),
            native: self.in_language(language).filter(|_| language != "en"),
        }
    }

    /// The name in a language: that of the title, else the first of the others.
    fn in_language(&self, language: &str) -> Option<String> {
        let title = self.title.as_ref().and_then(|titles| titles.get(language)).map(String::as_str);
        let others = self.alt_titles.iter().flatten();
        let mut others = others.filter_map(|titles| titles.get(language)?.as_str());
        title.or_else(|| others.next()).and_then(one_line)
    }

    fn ids(&self, id: &str) -> Ids {
        let link = |site: &str| {
            let text = self.links.as_ref()?.get(site)?.as_str()?;
            text.parse().ok().filter(|id: &u32| *id > 0)
        };
        Ids {
            anilist: link("al").map(AnilistId),
            mal: link("mal").map(MalId),
            // At times it is a word of an address instead.
            kitsu: link("kt"),
            mangadex: Some(id.to_ascii_lowercase()),
        }
    }
}

/// What was uploaded of a manga: `volumes` by their number or `none`, and in each its chapters.
#[derive(Deserialize)]
pub(super) struct Aggregate {
    volumes: Listed<Volume>,
}

#[derive(Deserialize)]
struct Volume {
    chapters: Listed<Chapter>,
}

#[derive(Deserialize)]
struct Chapter {
    #[serde(default, deserialize_with = "or_none")]
    chapter: Option<String>,
}

/// A map, or a list of its values.
#[derive(Deserialize)]
#[serde(untagged)]
enum Listed<T> {
    Map(BTreeMap<String, T>),
    List(Vec<T>),
}

impl<T> Listed<T> {
    fn values(&self) -> Vec<&T> {
        match self {
            Self::Map(map) => map.values().collect(),
            Self::List(list) => list.iter().collect(),
        }
    }
}

impl Aggregate {
    pub(super) fn latest(&self, numbering: Numbering) -> Option<u32> {
        let volumes = self.volumes.values();
        let highest = volumes.into_iter().filter_map(Volume::highest);
        match numbering {
            Numbering::Through => highest.max(),
            Numbering::InVolumes => highest.reduce(u32::saturating_add),
        }
        .filter(|chapters| (1..=MOST).contains(chapters))
    }
}

impl Volume {
    fn highest(&self) -> Option<u32> {
        let chapters = self.chapters.values();
        chapters.into_iter().filter_map(|one| whole(one.chapter.as_deref()?)).max()
    }
}

/// The whole part of a number such as `10.5`; none for 0 and for what is no number.
fn whole(text: &str) -> Option<u32> {
    let text = text.trim();
    let (number, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_part = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_part)?;
    (1..=MOST).contains(&number).then_some(number)
}

/// AniList's word for a status of MangaDex.
fn released(status: &str) -> Option<&'static str> {
    Some(match status {
        "ongoing" => "releasing",
        "completed" => "finished",
        "hiatus" => "hiatus",
        "cancelled" => "cancelled",
        _ => return None,
    })
}
