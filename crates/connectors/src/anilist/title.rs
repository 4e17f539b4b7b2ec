//! A title as a source of titles tells of it: what a library keeps of a work.

use serde::Deserialize;

use super::odd::{Row, date_or_none};
use super::wire::count;
use crate::outbound::or_none;
use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate, MalId};
use anilist_trakt_sync_core::library::{Found, Ids, Kind, Names, Origin, Work};
use anilist_trakt_sync_core::plain::one_line;

/// More episodes, chapters or volumes than any work has; what is above it is a mistake. AniList takes any
/// number from a person for a title whose length it does not know.
pub(super) const MOST: u32 = 100_000;

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
    /// Asked for on a person's own list alone.
    #[serde(default, deserialize_with = "or_none")]
    is_favourite: Option<bool>,
    #[serde(default, deserialize_with = "date_or_none")]
    start_date: FuzzyDate,
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
struct Cover {
    large: Option<String>,
}

impl WireTitle {
    pub(super) fn id(&self) -> AnilistId {
        self.id
    }

    /// None for what is neither anime nor manga.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::of(self.r#type.as_deref()?)
    }

    /// Whether it is among those that the person likes best.
    pub(super) fn is_favourite(&self) -> bool {
        self.is_favourite.unwrap_or_default()
    }

    /// None for what is neither anime nor manga, and for what has no name.
    pub(super) fn into_found(self) -> Option<Found> {
        let kind = self.kind()?;
        Some(Found { kind, origin: Origin::Anilist, work: self.into_work(kind)? })
    }

    /// None for what has no name in any language.
    pub(super) fn into_work(self, kind: Kind) -> Option<Work> {
        let names = self.title.map(WireNames::into_names).unwrap_or_default();
        let mut work = Work::titled(names.all().next()?);
        work.names = names;
        work.max_progress = known(match kind {
            Kind::Anime => self.episodes,
            Kind::Manga => self.chapters,
        });
        work.max_volumes = known(self.volumes).filter(|_| kind == Kind::Manga);
        work.ids = Ids { anilist: Some(self.id), mal: self.id_mal, ..Ids::default() };
        work.cover_url = self.cover_image.and_then(|cover| cover.large).filter(is_address);
        work.site_url = self.site_url.filter(|url| url.starts_with("https://") && is_address(url));
        work.format = self.format.map(|word| word.to_lowercase());
        work.release_status = self.status.map(|word| word.to_lowercase());
        work.episode_minutes = known(self.duration).filter(|_| kind == Kind::Anime);
        work.year = self.start_date.year;
        Some(work)
    }
}

impl WireNames {
    fn into_names(self) -> Names {
        let name = |name: Option<String>| name.and_then(|name| one_line(&name));
        Names { romaji: name(self.romaji), english: name(self.english), native: name(self.native) }
    }
}

#[expect(clippy::ptr_arg, reason = "it filters an option of a text")]
fn is_address(text: &String) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && !text.contains(char::is_whitespace)
}

/// 0 stands for "not known yet" on some titles.
fn known(number: Option<i64>) -> Option<u32> {
    count(number).filter(|number| (1..=MOST).contains(number))
}
