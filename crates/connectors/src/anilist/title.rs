//! A title as a source of titles tells of it: what a library keeps of a work.

use serde::Deserialize;

use super::odd::Row;
use super::wire::count;
use crate::outbound::or_none;
use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Found, Ids, Kind, Names, Origin, Work};
use anilist_trakt_sync_core::plain::one_line;

/// More episodes or chapters than any work has; what is above it is a mistake.
const MOST: u32 = 100_000;

#[derive(Deserialize)]
pub(super) struct TitlePage {
    pub(super) media: Option<Vec<Row<WireTitle>>>,
}

/// Anime or manga, of which any field but the id may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireTitle {
    id: AnilistId,
    r#type: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    id_mal: Option<MalId>,
    #[serde(default, deserialize_with = "or_none")]
    title: Option<WireNames>,
    #[serde(default, deserialize_with = "or_none")]
    format: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    status: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    episodes: Option<i64>,
    #[serde(default, deserialize_with = "or_none")]
    chapters: Option<i64>,
    #[serde(default, deserialize_with = "or_none")]
    volumes: Option<i64>,
    #[serde(default, deserialize_with = "or_none")]
    duration: Option<i64>,
    #[serde(default, deserialize_with = "or_none")]
    site_url: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    start_date: Option<Start>,
    #[serde(default, deserialize_with = "or_none")]
    cover_image: Option<Cover>,
}

#[derive(Deserialize)]
struct WireNames {
    #[serde(default, deserialize_with = "or_none")]
    romaji: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    english: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    native: Option<String>,
}

#[derive(Deserialize)]
struct Start {
    #[serde(default, deserialize_with = "or_none")]
    year: Option<i16>,
}

#[derive(Deserialize)]
struct Cover {
    large: Option<String>,
}

impl WireTitle {
    /// None for what is neither anime nor manga, and for what has no name.
    pub(super) fn into_found(self) -> Option<Found> {
        let kind = Kind::of(self.r#type.as_deref()?)?;
        let names = self.title.map(WireNames::into_names).unwrap_or_default();
        let title = names.all().next()?.to_owned();
        let length = match kind {
            Kind::Anime => self.episodes,
            Kind::Manga => self.chapters,
        };
        let mut work = Work::titled(title);
        work.names = names;
        work.cover_url = self
            .cover_image
            .and_then(|cover| cover.large)
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        work.max_progress = known(length);
        work.max_volumes = known(self.volumes).filter(|_| kind == Kind::Manga);
        work.ids = Ids { anilist: Some(self.id), mal: self.id_mal, ..Ids::default() };
        work.format = self.format.map(|word| word.to_lowercase());
        work.site_url = self.site_url.filter(|url| url.starts_with("https://"));
        work.release_status = self.status.map(|word| word.to_lowercase());
        work.year = self.start_date.and_then(|start| start.year);
        work.episode_minutes = known(self.duration);
        Some(Found { kind, origin: Origin::Anilist, work })
    }
}

impl WireNames {
    fn into_names(self) -> Names {
        let name = |name: Option<String>| name.and_then(|name| one_line(&name));
        Names { romaji: name(self.romaji), english: name(self.english), native: name(self.native) }
    }
}

/// 0 stands for "not known yet" on some titles.
fn known(number: Option<i64>) -> Option<u32> {
    count(number).filter(|number| (1..=MOST).contains(number))
}
