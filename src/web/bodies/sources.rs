//! Titles as sources tell of them, and how the sources stand.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ids::AnilistId;
use super::library::{Kind, Origin, Titles};
use crate::hub::sources::{Budget, Counts, Length, Standing};
use crate::library;

/// A source of titles.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct TitleSource {
    /// Its word, as an item's `source` has it.
    pub(in crate::web) id: Origin,
    /// Its name for people.
    pub(in crate::web) name: &'static str,
    /// What it has.
    pub(in crate::web) types: &'static [Kind],
    /// Whether it can be searched.
    pub(in crate::web) search: bool,
}

/// A title that a source has. What it does not know is null.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct SourceTitle {
    /// Its id at the source.
    id: String,
    /// Its name: the English one where there is one.
    title: String,
    /// What it is.
    r#type: Kind,
    /// Where its picture is.
    cover_url: Option<String>,
    /// The same through this service; null where it shows none of that host.
    pub(in crate::web) cover: Option<String>,
    /// How many chapters it has, once it has come to its end.
    chapters: Option<u32>,
    /// How many episodes it has.
    episodes: Option<u32>,
    /// How many volumes it has, once it has come to its end.
    volumes: Option<u32>,
    /// Its names.
    titles: Titles,
    /// AniList's word for its form, such as `tv`, `movie` or `novel`.
    format: Option<String>,
    /// The year in which it began.
    year: Option<i16>,
    /// How far it has come out, such as `releasing` or `finished`.
    release_status: Option<String>,
    /// How long an episode is, in minutes.
    episode_minutes: Option<u32>,
    /// AniList's id.
    anilist_id: Option<AnilistId>,
    /// `MyAnimeList`'s id, of its kind.
    mal_id: Option<u32>,
    /// Kitsu's id, of its kind.
    kitsu_id: Option<u32>,
    /// MangaDex' id.
    mangadex_id: Option<String>,
    /// Who tells of it.
    source: Origin,
    /// Its page there.
    site_url: Option<String>,
}

impl From<library::Found> for SourceTitle {
    fn from(found: library::Found) -> Self {
        let id = found.id().unwrap_or_default();
        let library::Found { kind, origin, work } = found;
        let of = |meant| work.max_progress.filter(|_| kind == meant);
        let library::Ids { anilist, mal, kitsu, mangadex } = work.ids;
        Self {
            id,
            r#type: kind.into(),
            chapters: of(library::Kind::Manga),
            episodes: of(library::Kind::Anime),
            title: work.title,
            cover_url: work.cover_url,
            cover: None,
            volumes: work.max_volumes,
            titles: work.names.into(),
            format: work.format,
            year: work.year,
            release_status: work.release_status,
            episode_minutes: work.episode_minutes,
            anilist_id: anilist.map(Into::into),
            mal_id: mal.map(|id| id.0),
            kitsu_id: kitsu,
            mangadex_id: mangadex,
            source: origin.into(),
            site_url: work.site_url,
        }
    }
}

/// How long a title is.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct TitleLength {
    /// The title.
    #[serde(flatten)]
    title: SourceTitle,
    /// Episodes or chapters in all; null while that is not known.
    max: Option<u32>,
    /// The highest chapter that was uploaded to MangaDex, where that was asked. It is no maximum.
    latest: Option<u32>,
}

impl From<Length> for TitleLength {
    fn from(Length { found, latest }: Length) -> Self {
        Self { max: found.work.max_progress, title: found.into(), latest }
    }
}

/// How questions to the sources of titles were answered since the start of this process.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct CacheState {
    /// From what was kept.
    hits: u64,
    /// By asking.
    misses: u64,
    /// From what was kept for too long, as nobody answered.
    stale: u64,
    /// Together with somebody who asked the same at the time.
    shared: u64,
    /// How many answers are kept, by all processes.
    entries: u64,
    /// How much may still be asked of each service, by this process.
    budgets: Vec<ServiceBudget>,
}

impl From<Standing> for CacheState {
    fn from(Standing { counts, entries, budgets }: Standing) -> Self {
        let Counts { hits, misses, stale, shared } = counts;
        Self { hits, misses, stale, shared, entries, budgets: super::each(budgets) }
    }
}

/// How much of one kind of requests may go out just now.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ServiceBudget {
    /// The service.
    service: &'static str,
    /// Which of the requests to it.
    lane: &'static str,
    /// How many requests go out in a window.
    limit: u64,
    /// How long a window is.
    window_seconds: f64,
    /// How many of them are left.
    remaining: u64,
    /// How many the service itself said are left, where it does.
    told: Option<u64>,
    /// Before when nothing goes out, because the service asked to wait or keeps failing.
    closed_until: Option<Timestamp>,
}

impl From<Budget> for ServiceBudget {
    fn from(budget: Budget) -> Self {
        let Budget { lane, service, limit, window, left, told, closed_until } = budget;
        Self {
            service: service.id(),
            lane,
            limit: limit as u64,
            window_seconds: window.as_secs_f64(),
            remaining: left as u64,
            told,
            closed_until,
        }
    }
}
