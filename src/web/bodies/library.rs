//! What a person watches and reads, as the tracker's clients know it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::library::{self, Names};

words! {
    /// What is watched or read.
    Kind of library::Kind, "lowercase" { Anime, Manga }
    /// Who said first what a title is.
    Origin of library::Origin, "lowercase" { Anilist, Mangadex, Myanimelist, Kitsu, Local }
    /// Who changed something.
    Author of library::Author, "lowercase" { You, Import, Source, Anilist, Myanimelist, Kitsu, Trakt }
}

/// The names of a title.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LibraryTitles)]
pub(in crate::web) struct Titles {
    /// In Latin letters.
    romaji: Option<String>,
    /// The official English one.
    english: Option<String>,
    /// In the letters of its own language.
    native: Option<String>,
}

/// A title of the library.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the tracker's clients read them as fields")]
pub(in crate::web) struct LibraryItem {
    /// Its number.
    id: u64,
    /// As the person reads it.
    title: String,
    /// What it is.
    #[serde(rename = "type")]
    kind: Kind,
    /// Who said so.
    source: Origin,
    /// Where its picture is.
    cover_url: Option<String>,
    /// planning, watching (anime), reading (manga), completed, on-hold or dropped.
    status: &'static str,
    /// Episodes watched or chapters read.
    progress: u32,
    /// Episodes or chapters in all, where that is known.
    max_progress: Option<u32>,
    /// Whether a person said so; then no service changes it.
    max_progress_by_hand: bool,
    /// Volumes read.
    progress_volumes: u32,
    /// Volumes in all, where that is known.
    max_volumes: Option<u32>,
    /// 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    score: Option<u8>,
    /// 2021, 2021-05 or 2021-05-03.
    started: Option<String>,
    /// The first time; 2021, 2021-05 or 2021-05-03.
    finished: Option<String>,
    /// How often it was finished again.
    repeats: u32,
    /// Whether it is watched or read again now.
    repeating: bool,
    /// What the person noted.
    notes: Option<String>,
    /// Whether nobody else may see it.
    private: bool,
    /// Whether it is among those they like best.
    favourite: bool,
    /// At AniList.
    anilist_id: Option<u32>,
    /// At `MyAnimeList`.
    mal_id: Option<u32>,
    /// At Kitsu.
    kitsu_id: Option<u32>,
    /// At `MangaDex`.
    mangadex_id: Option<String>,
    /// A service's word for its form, such as tv, movie or novel.
    format: Option<String>,
    /// Its page at a service.
    site_url: Option<String>,
    /// A service's word for how far it has come out, such as releasing.
    release_status: Option<String>,
    /// Its other names.
    titles: Titles,
    /// The year in which it began.
    year: Option<i16>,
    /// How long an episode is, where that is known.
    episode_minutes: Option<u32>,
    /// When it was added.
    created_at: Timestamp,
    /// When anything of it last changed.
    updated_at: Timestamp,
    /// How it stands at each service that it is kept equal with.
    services: BTreeMap<String, String>,
}

impl From<&library::Item> for LibraryItem {
    fn from(item: &library::Item) -> Self {
        let library::Item { id, kind, origin, work, entry, created_at, updated_at } = item;
        let date =
            |date: crate::domain::FuzzyDate| Some(date.to_string()).filter(|text| !text.is_empty());
        let ids = work.ids.clone();
        Self {
            id: id.0,
            title: work.title.clone(),
            kind: (*kind).into(),
            source: (*origin).into(),
            cover_url: work.cover_url.clone(),
            status: entry.status.word(*kind),
            progress: entry.progress,
            max_progress: work.max_progress,
            max_progress_by_hand: work.max_progress_by_hand,
            progress_volumes: entry.progress_volumes,
            max_volumes: work.max_volumes,
            score: entry.score,
            started: date(entry.started),
            finished: date(entry.finished),
            repeats: entry.repeats,
            repeating: entry.repeating,
            notes: entry.notes.clone(),
            private: entry.private,
            favourite: entry.favourite,
            anilist_id: ids.anilist.map(|id| id.0),
            mal_id: ids.mal.map(|id| id.0),
            kitsu_id: ids.kitsu,
            mangadex_id: ids.mangadex,
            format: work.format.clone(),
            site_url: work.site_url.clone(),
            release_status: work.release_status.clone(),
            titles: work.names.clone().into(),
            year: work.year,
            episode_minutes: work.episode_minutes,
            created_at: *created_at,
            updated_at: *updated_at,
            services: BTreeMap::new(),
        }
    }
}

impl From<Names> for Titles {
    fn from(Names { romaji, english, native }: Names) -> Self {
        Self { romaji, english, native }
    }
}

/// A change of a title.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ItemChange {
    /// When.
    at: Timestamp,
    /// By whom.
    by: Author,
    /// Whether the title was added by it.
    added: bool,
    /// What changed. Of a title that was added, what it was added with.
    fields: Vec<FieldChange>,
    /// Why this value won, where there was a choice.
    why: Option<String>,
}

/// One field, before and after, written as the title's own are.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct FieldChange {
    /// The field's name.
    field: String,
    /// What it was.
    before: serde_json::Value,
    /// What it is since then.
    after: serde_json::Value,
}

impl From<library::Change> for ItemChange {
    fn from(change: library::Change) -> Self {
        let library::Change { at, by, added, fields, why, .. } = change;
        Self { at, by: by.into(), added, fields: super::each(fields), why }
    }
}

impl From<library::FieldChange> for FieldChange {
    fn from(library::FieldChange { field, before, after }: library::FieldChange) -> Self {
        Self { field, before, after }
    }
}

/// The library in a few numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct LibrarySummary {
    /// Titles.
    total: usize,
    /// Titles by anime and manga.
    by_type: BTreeMap<&'static str, usize>,
    /// Titles by the word of their status.
    by_status: BTreeMap<&'static str, usize>,
    /// Episodes watched, repeats among them.
    episodes: u64,
    /// The minutes of those, as far as it is known how long an episode is.
    minutes: u64,
    /// Chapters read, repeats among them.
    chapters: u64,
    /// Volumes read.
    volumes: u64,
    /// The mean of all scores, 1 to 100.
    mean_score: Option<f64>,
}

impl From<library::Summary> for LibrarySummary {
    fn from(summary: library::Summary) -> Self {
        let library::Summary {
            total,
            by_type,
            by_status,
            episodes,
            minutes,
            chapters,
            volumes,
            mean_score,
        } = summary;
        Self { total, by_type, by_status, episodes, minutes, chapters, volumes, mean_score }
    }
}

/// What was watched and read in a day or a month.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ReadDay {
    /// The day; of a month its first.
    #[schema(value_type = String, format = "date")]
    day: Date,
    /// Episodes.
    episodes: i64,
    /// Chapters.
    chapters: i64,
}

impl From<library::ReadDay> for ReadDay {
    fn from(library::ReadDay { day, episodes, chapters }: library::ReadDay) -> Self {
        Self { day, episodes, chapters }
    }
}

/// What was watched and read, over time and by kind.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct LibraryStats {
    /// The days of about a year on which there was something.
    days: Vec<ReadDay>,
    /// All months in which there was something.
    months: Vec<ReadDay>,
    /// Days in a row up to today.
    streak: u32,
    /// The most days in a row.
    longest_streak: u32,
    /// Titles by their form.
    formats: BTreeMap<String, usize>,
    /// Titles by their score, in tens: the first is 1 to 10, the last 91 to 100.
    scores: Vec<usize>,
    /// Titles by the year in which they began, by year.
    years: Vec<YearCount>,
}

/// How many titles began in a year.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct YearCount {
    /// The year.
    year: i16,
    /// How many.
    titles: usize,
}

impl From<library::Stats> for LibraryStats {
    fn from(stats: library::Stats) -> Self {
        let library::Stats { days, months, streak, longest_streak, formats, scores, years } = stats;
        Self {
            days: super::each(days),
            months: super::each(months),
            streak,
            longest_streak,
            formats,
            scores: scores.into(),
            years: years.into_iter().map(|(year, titles)| YearCount { year, titles }).collect(),
        }
    }
}
