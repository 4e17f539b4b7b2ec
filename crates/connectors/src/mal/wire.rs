//! `MyAnimeList`'s answers as they come. Anime and manga have the same fields by other names.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::title::WireTitle;
use crate::outbound::or_none;
use anilist_trakt_sync_core::domain::{FuzzyDate, MalId};
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Count, Entry, Native, Row};

/// The most that a score can be.
pub(super) const BEST: u8 = 10;

/// A page of rows, each read by itself.
#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) data: Vec<Box<RawValue>>,
    pub(super) paging: Paging,
}

#[derive(Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    pub(super) next: Option<String>,
}

/// A row of a list.
#[derive(Deserialize)]
pub(super) struct WireRow {
    node: WireTitle,
    list_status: WireStatus,
}

impl WireRow {
    /// The row, or what it lacks that no row should.
    pub(super) fn into_row(self, kind: Kind) -> Result<Row, String> {
        row(self.node, self.list_status, kind)
    }
}

/// A row of a search.
#[derive(Deserialize)]
pub(super) struct WireHit {
    pub(super) node: WireTitle,
}

/// A title with what the person says of it; nothing where it is not on their list.
#[derive(Deserialize)]
pub(super) struct WireDetail {
    #[serde(flatten)]
    pub(super) title: WireTitle,
    #[serde(default)]
    pub(super) my_list_status: Option<WireStatus>,
}

/// The title of a row that cannot be read.
#[derive(Deserialize)]
pub(super) struct OfTitle {
    pub(super) node: TitleId,
}

#[derive(Deserialize)]
pub(super) struct TitleId {
    pub(super) id: MalId,
}

#[derive(Deserialize)]
pub(super) struct WirePerson {
    pub(super) id: u64,
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) time_zone: Option<String>,
}

/// What a person says of a title. All of it must be readable but the dates and the time: nothing is guessed.
#[derive(Deserialize)]
pub(super) struct WireStatus {
    status: String,
    score: u8,
    #[serde(alias = "num_episodes_watched", alias = "num_chapters_read")]
    progress: u32,
    #[serde(default, rename = "num_volumes_read")]
    volumes: Option<u32>,
    #[serde(alias = "is_rewatching", alias = "is_rereading")]
    repeating: bool,
    /// Only where it is asked for, as are the comments.
    #[serde(default, alias = "num_times_rewatched", alias = "num_times_reread")]
    repeats: Option<u32>,
    #[serde(default)]
    comments: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    start_date: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    finish_date: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) updated_at: Option<Timestamp>,
}

impl WireStatus {
    /// Whether it has what only comes where it is asked for.
    pub(super) fn is_whole(&self) -> bool {
        self.repeats.is_some() && self.comments.is_some()
    }

    /// The entry, or what of it makes no sense.
    pub(super) fn into_native(self, kind: Kind) -> Result<Native, String> {
        let status = status(&self.status, kind);
        let status = status.ok_or_else(|| format!("its status is {:?}", self.status))?;
        if self.score > BEST {
            return Err(format!("its score is {}", self.score));
        }
        let (status, repeating) = repeated(status, self.repeating);
        Ok(Native(Entry {
            status,
            repeating,
            repeats: self.repeats.unwrap_or_default(),
            progress: Count::Of(self.progress),
            volumes: Count::Of(volumes(self.volumes, kind)?),
            score: self.score,
            started: date(self.start_date.as_deref()),
            finished: date(self.finish_date.as_deref()),
            notes: self.comments.as_deref().and_then(note),
            private: false,
        }))
    }
}

/// An entry of a list.
pub(super) fn row(title: WireTitle, said: WireStatus, kind: Kind) -> Result<Row, String> {
    let (entry, updated_at) = (u64::from(title.id().0), said.updated_at);
    let native = said.into_native(kind)?;
    let work = title.into_work(kind).ok_or("its title has no id or no name")?;
    Ok(Row { entry, kind, work, native, updated_at })
}

fn volumes(read: Option<u32>, kind: Kind) -> Result<u32, String> {
    match kind {
        Kind::Anime => Ok(0),
        Kind::Manga => read.ok_or_else(|| "it counts no volumes".to_owned()),
    }
}

/// The site and most programs write that a title is watched again as completed with a flag, others as being watched with
/// one. What is only planned cannot be watched again.
fn repeated(status: Status, flag: bool) -> (Status, bool) {
    match status {
        Status::Completed if flag => (Status::Current, true),
        Status::Planning => (status, false),
        _ => (status, flag),
    }
}

/// The word for a status.
pub(super) fn word(status: Status, kind: Kind) -> &'static str {
    match (status, kind) {
        (Status::Planning, Kind::Anime) => "plan_to_watch",
        (Status::Planning, Kind::Manga) => "plan_to_read",
        (Status::Current, Kind::Anime) => "watching",
        (Status::Current, Kind::Manga) => "reading",
        (Status::Completed, _) => "completed",
        (Status::OnHold, _) => "on_hold",
        (Status::Dropped, _) => "dropped",
    }
}

fn status(text: &str, kind: Kind) -> Option<Status> {
    use Status::{Completed, Current, Dropped, OnHold, Planning};
    let all = [Planning, Current, Completed, OnHold, Dropped];
    all.into_iter().find(|status| word(*status, kind) == text)
}

/// A date of which the day or the month may be missing. An odd one is none.
fn date(text: Option<&str>) -> FuzzyDate {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Comments come escaped for a page, and are taken as they are: without this they would grow with each round.
fn note(comments: &str) -> Option<String> {
    let text = html_escape::decode_html_entities(comments);
    (!text.trim().is_empty()).then(|| text.into_owned())
}
