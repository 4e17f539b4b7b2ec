//! A work in a person's library, and what the person says of it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::{AnilistId, FuzzyDate, MalId};

/// The number of an item, within its account; grows from 1 and is never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub u64);

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is watched or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It has episodes.
    Anime,
    /// It has chapters, and volumes. Light novels are among them, as at every service.
    Manga,
}

/// Who said first what the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// AniList.
    Anilist,
    /// `MangaDex`.
    Mangadex,
    /// `MyAnimeList`.
    Myanimelist,
    /// Kitsu.
    Kitsu,
    /// The person.
    Local,
}

/// How a person stands to a work. That it is watched again is [`Entry::repeating`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not begun.
    Planning,
    /// Being watched or read.
    Current,
    /// Watched or read to the end.
    Completed,
    /// Put aside.
    OnHold,
    /// Given up.
    Dropped,
}

/// The names of a work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// In Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub romaji: Option<String>,
    /// The official English one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub english: Option<String>,
    /// In the letters of its own language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native: Option<String>,
}

/// What a work is at the services. Numbers are from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// AniList's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anilist: Option<AnilistId>,
    /// `MyAnimeList`'s, of its kind: anime and manga are numbered apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mal: Option<MalId>,
    /// Kitsu's, of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kitsu: Option<u32>,
    /// `MangaDex`', a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mangadex: Option<String>,
}

/// One id of a work at one service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemoteId {
    /// AniList's.
    Anilist(AnilistId),
    /// `MyAnimeList`'s.
    Mal(MalId),
    /// Kitsu's.
    Kitsu(u32),
    /// `MangaDex`'.
    Mangadex(String),
}

impl Ids {
    /// Whether a service knows both by the same id.
    pub fn agrees(&self, other: &Self) -> bool {
        self.at_the_same(other).contains(&Some(true))
    }

    /// Whether a service knows them by two ids: they are two works then.
    pub fn contradicts(&self, other: &Self) -> bool {
        self.at_the_same(other).contains(&Some(false))
    }

    /// For each service whether both ids are the same; none where one is not known.
    fn at_the_same(&self, other: &Self) -> [Option<bool>; 4] {
        fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> Option<bool> {
            Some(one? == other?)
        }
        [
            same(self.anilist.as_ref(), other.anilist.as_ref()),
            same(self.mal.as_ref(), other.mal.as_ref()),
            same(self.kitsu.as_ref(), other.kitsu.as_ref()),
            same(self.mangadex.as_ref(), other.mangadex.as_ref()),
        ]
    }

    /// All that are known.
    pub fn all(&self) -> impl Iterator<Item = RemoteId> + '_ {
        let anilist = self.anilist.map(RemoteId::Anilist);
        let mal = self.mal.map(RemoteId::Mal);
        let kitsu = self.kitsu.map(RemoteId::Kitsu);
        let mangadex = self.mangadex.clone().map(RemoteId::Mangadex);
        [anilist, mal, kitsu, mangadex].into_iter().flatten()
    }
}

/// What is known of a work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The title as the person reads it; it may be their own.
    pub title: String,
    /// Its other names.
    #[serde(default)]
    pub names: Names,
    /// Where its picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
    /// Episodes or chapters in all, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_progress: Option<u32>,
    /// Whether a person said so; then no service changes it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub max_progress_by_hand: bool,
    /// Volumes in all, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_volumes: Option<u32>,
    /// What it is at the services.
    #[serde(default)]
    pub ids: Ids,
    /// A service's word for the form of the work, in lower case, such as `tv`, `movie` or `novel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Its page at the service that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_url: Option<String>,
    /// A service's word for how far it has come out, in lower case, such as `releasing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_status: Option<String>,
    /// The year in which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// How long an episode is, in minutes, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode_minutes: Option<u32>,
}

/// What a person says of a work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// How they stand to it.
    pub status: Status,
    /// Episodes watched or chapters read.
    pub progress: u32,
    /// Volumes read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub progress_volumes: u32,
    /// 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// When they began.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub started: FuzzyDate,
    /// When they finished, the first time.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub finished: FuzzyDate,
    /// How often they finished it again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repeats: u32,
    /// Whether they are at it again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeating: bool,
    /// What they noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Whether nobody else may see it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub private: bool,
    /// Whether it is among those they like best.
    #[serde(default, skip_serializing_if = "is_false")]
    pub favourite: bool,
}

/// A work in a person's library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// What it is.
    pub kind: Kind,
    /// Who said so.
    pub origin: Origin,
    /// What is known of the work.
    pub work: Work,
    /// What the person says of it.
    pub entry: Entry,
    /// When it was added.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
}

impl Item {
    /// Every field that somebody may set, by the name that it has outside, in the order in which an
    /// item is written. What [`Edit::read`](super::Edit::read) makes of it is the item again.
    pub fn fields(&self) -> Vec<(&'static str, Value)> {
        let Self { kind, work, entry, .. } = self;
        let date = |date: FuzzyDate| Some(date.to_string()).filter(|text| !text.is_empty());
        vec![
            ("title", json!(work.title)),
            ("cover_url", json!(work.cover_url)),
            ("status", json!(entry.status.word(*kind))),
            ("progress", json!(entry.progress)),
            ("max_progress", json!(work.max_progress)),
            ("max_progress_by_hand", json!(work.max_progress_by_hand)),
            ("progress_volumes", json!(entry.progress_volumes)),
            ("max_volumes", json!(work.max_volumes)),
            ("score", json!(entry.score)),
            ("started", json!(date(entry.started))),
            ("finished", json!(date(entry.finished))),
            ("repeats", json!(entry.repeats)),
            ("repeating", json!(entry.repeating)),
            ("notes", json!(entry.notes)),
            ("private", json!(entry.private)),
            ("favourite", json!(entry.favourite)),
            ("anilist_id", json!(work.ids.anilist)),
            ("mal_id", json!(work.ids.mal)),
            ("kitsu_id", json!(work.ids.kitsu)),
            ("mangadex_id", json!(work.ids.mangadex)),
            ("format", json!(work.format)),
            ("site_url", json!(work.site_url)),
            ("release_status", json!(work.release_status)),
            ("year", json!(work.year)),
            ("episode_minutes", json!(work.episode_minutes)),
            ("titles", work.names.value()),
        ]
    }
}

impl Names {
    /// All three, each a text or null.
    pub fn value(&self) -> Value {
        json!({"romaji": self.romaji, "english": self.english, "native": self.native})
    }

    /// Those that are known.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        [&self.english, &self.romaji, &self.native].into_iter().filter_map(|name| name.as_deref())
    }
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            status: Status::Planning,
            progress: 0,
            progress_volumes: 0,
            score: None,
            started: FuzzyDate::default(),
            finished: FuzzyDate::default(),
            repeats: 0,
            repeating: false,
            notes: None,
            private: false,
            favourite: false,
        }
    }
}

impl Work {
    /// A work of which only the title is known.
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            names: Names::default(),
            cover_url: None,
            max_progress: None,
            max_progress_by_hand: false,
            max_volumes: None,
            ids: Ids::default(),
            format: None,
            site_url: None,
            release_status: None,
            year: None,
            episode_minutes: None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_unknown(date: &FuzzyDate) -> bool {
    *date == FuzzyDate::default()
}
