//! What Kitsu knows of a work. Any of it may be missing or odd; that only takes from what is known.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::outbound::or_none;
use anilist_trakt_sync_core::library::{Ids, Kind, Names, Work};
use anilist_trakt_sync_core::plain::one_line;

/// More episodes, chapters or volumes than any work has; what is above it is a mistake.
pub(super) const MOST: u32 = 100_000;

/// Kitsu's word for a kind, in addresses and as a type.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Anime => "anime",
        Kind::Manga => "manga",
    }
}

/// The attributes of an anime or a manga.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attributes {
    #[serde(default, deserialize_with = "or_none")]
    canonical_title: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    titles: Option<BTreeMap<String, Option<String>>>,
    #[serde(default, deserialize_with = "or_none")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    subtype: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    status: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    episode_count: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    episode_length: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    chapter_count: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    volume_count: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    start_date: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    poster_image: Option<BTreeMap<String, serde_json::Value>>,
}

impl Attributes {
    /// The work of this id. None for what has no name.
    pub(super) fn into_work(self, kind: Kind, id: u32) -> Option<Work> {
        let names = self.names();
        let canonical = self.canonical_title.as_deref().and_then(one_line);
        let mut work = Work::titled(canonical.or_else(|| names.all().next().map(str::to_owned))?);
        work.names = names;
        work.ids = Ids { kitsu: Some(id), ..Ids::default() };
        work.cover_url = self.cover();
        work.site_url = Some(self.page(kind, id));
        work.max_progress = known(match kind {
            Kind::Anime => self.episode_count,
            Kind::Manga => self.chapter_count,
        });
        work.max_volumes = known(self.volume_count).filter(|_| kind == Kind::Manga);
        work.episode_minutes = known(self.episode_length).filter(|_| kind == Kind::Anime);
        work.format = self.subtype.as_deref().and_then(one_line).map(|word| word.to_lowercase());
        work.release_status = self.status.as_deref().and_then(released).map(str::to_owned);
        work.year = self.start_date.and_then(|day| day.parse::<Date>().ok()).map(Date::year);
        Some(work)
    }

    fn names(&self) -> Names {
        let titles = self.titles.iter().flatten();
        let titles = titles.filter_map(|(key, title)| Some((key.as_str(), title.as_deref()?)));
        let first = |is: fn(&str) -> bool| {
            titles.clone().filter(|(key, _)| is(key)).find_map(|(_, title)| one_line(title))
        };
        Names {
            english: first(is_english),
            romaji: first(is_in_latin_letters),
            native: first(|key| !key.starts_with("en")),
        }
    }

    fn cover(&self) -> Option<String> {
        let pictures = self.poster_image.as_ref()?;
        let mut sizes = ["large", "medium", "original", "small"].into_iter();
        sizes.find_map(|size| {
            pictures.get(size)?.as_str().filter(|url| is_address(url)).map(Into::into)
        })
    }

    /// Its page, by its name where that is a plain one.
    fn page(&self, kind: Kind, id: u32) -> String {
        let is_plain = |slug: &&str| {
            !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let (kind, slug) = (word(kind), self.slug.as_deref().filter(is_plain));
        match slug {
            Some(slug) => format!("https://kitsu.app/{kind}/{slug}"),
            None => format!("https://kitsu.app/{kind}/{id}"),
        }
    }
}

/// Titles in English, such as `en` and `en_us`, and not those in Latin letters, such as `en_jp`.
fn is_english(key: &str) -> bool {
    matches!(key, "en" | "en_us" | "en_gb" | "en_au" | "en_ca")
}

fn is_in_latin_letters(key: &str) -> bool {
    key.starts_with("en_") && !is_english(key)
}

fn is_address(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && !text.contains(char::is_whitespace)
}

/// 0 stands for "not known".
fn known(number: Option<u32>) -> Option<u32> {
    number.filter(|number| (1..=MOST).contains(number))
}

/// AniList's word for a status of Kitsu.
fn released(status: &str) -> Option<&'static str> {
    Some(match status {
        "current" => "releasing",
        "finished" => "finished",
        "tba" | "unreleased" | "upcoming" => "not_yet_released",
        _ => return None,
    })
}
