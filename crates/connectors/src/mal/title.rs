//! A title as `MyAnimeList` tells of it.

use serde::Deserialize;

use crate::outbound::or_none;
use anilist_trakt_sync_core::domain::{FuzzyDate, MalId};
use anilist_trakt_sync_core::library::{Ids, Kind, Names, Work};
use anilist_trakt_sync_core::plain::one_line;

/// More episodes, chapters or volumes than any work has; what is above it is a mistake.
const MOST: u32 = 100_000;

/// What is asked of an anime.
pub(super) const ANIME: &str =
    "alternative_titles,start_date,media_type,status,nsfw,num_episodes,average_episode_duration";

/// What is asked of a manga.
pub(super) const MANGA: &str =
    "alternative_titles,start_date,media_type,status,nsfw,num_chapters,num_volumes";

/// Anime or manga, of which any field but the id may be missing.
#[derive(Deserialize)]
pub(super) struct WireTitle {
    id: MalId,
    #[serde(default, deserialize_with = "or_none")]
    title: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    alternative_titles: Option<OtherTitles>,
    #[serde(default, deserialize_with = "or_none")]
    main_picture: Option<Picture>,
    #[serde(default, deserialize_with = "or_none")]
    start_date: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    media_type: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    status: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    nsfw: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    num_episodes: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    num_chapters: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    num_volumes: Option<u32>,
    /// In seconds.
    #[serde(default, deserialize_with = "or_none")]
    average_episode_duration: Option<u32>,
}

#[derive(Deserialize)]
struct OtherTitles {
    #[serde(default, deserialize_with = "or_none")]
    en: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    ja: Option<String>,
}

#[derive(Deserialize)]
struct Picture {
    #[serde(default, deserialize_with = "or_none")]
    large: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    medium: Option<String>,
}

impl WireTitle {
    pub(super) fn id(&self) -> MalId {
        self.id
    }

    /// Whether it is drawn for adults alone. What is `gray` is not.
    pub(super) fn is_for_adults(&self) -> bool {
        self.nsfw.as_deref() == Some("black")
    }

    /// None for what has no id or no name.
    pub(super) fn into_work(self, kind: Kind) -> Option<Work> {
        let (names, id) = (self.names(), self.id);
        let mut work = Work::titled(names.romaji.as_deref().or(names.all().next())?);
        work.names = names;
        work.max_progress = known(match kind {
            Kind::Anime => self.num_episodes,
            Kind::Manga => self.num_chapters,
        });
        work.max_volumes = known(self.num_volumes).filter(|_| kind == Kind::Manga);
        work.ids = Ids { mal: Some(id).filter(|id| id.0 > 0), ..Ids::default() };
        work.ids.mal?;
        work.cover_url = self.main_picture.and_then(Picture::address);
        work.site_url = Some(format!("https://myanimelist.net/{}/{}", path(kind), id.0));
        work.format = self.media_type.and_then(|word| format(&word));
        work.release_status = self.status.as_deref().and_then(released).map(str::to_owned);
        let seconds = self.average_episode_duration;
        work.episode_minutes = known(seconds.map(|seconds| seconds.div_ceil(60)));
        let started: Option<FuzzyDate> = self.start_date.and_then(|text| text.parse().ok());
        work.year = started.and_then(|date| date.year);
        Some(work)
    }

    /// The main title is in Latin letters.
    fn names(&self) -> Names {
        let name = |name: Option<&String>| name.and_then(|name| one_line(name));
        let others = self.alternative_titles.as_ref();
        Names {
            romaji: name(self.title.as_ref()),
            english: name(others.and_then(|others| others.en.as_ref())),
            native: name(others.and_then(|others| others.ja.as_ref())),
        }
    }
}

impl Picture {
    fn address(self) -> Option<String> {
        let is_address =
            |text: &String| text.starts_with("https://") && !text.contains(char::is_whitespace);
        self.large.or(self.medium).filter(is_address)
    }
}

/// What the API calls a kind.
pub(super) fn path(kind: Kind) -> &'static str {
    match kind {
        Kind::Anime => "anime",
        Kind::Manga => "manga",
    }
}

/// 0 stands for "not known".
fn known(number: Option<u32>) -> Option<u32> {
    number.filter(|number| (1..=MOST).contains(number))
}

/// New words appear at times, so any is taken. A light novel is a novel elsewhere.
fn format(word: &str) -> Option<String> {
    match word {
        "" | "unknown" => None,
        "light_novel" => Some("novel".to_owned()),
        word => Some(word.to_lowercase()),
    }
}

/// AniList's word for a status.
fn released(status: &str) -> Option<&'static str> {
    Some(match status {
        "currently_airing" | "currently_publishing" => "releasing",
        "finished_airing" | "finished" => "finished",
        "not_yet_aired" | "not_yet_published" => "not_yet_released",
        "on_hiatus" => "hiatus",
        "discontinued" => "cancelled",
        _ => return None,
    })
}
