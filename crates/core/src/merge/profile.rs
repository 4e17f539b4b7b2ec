//! What a service that keeps lists can hold, and what it makes of what it is told.
//!
//! A service declares here what the merge has to know of it; nothing else in the merge knows a service by name. The
//! facts are those of the services' documents and of clients that have lived with them for years.

use serde::{Deserialize, Serialize};

use crate::domain::Service;
use crate::library::RemoteId;

use super::rewrite::{self, Rewrite};
use super::value::Field;

/// A service that keeps a list of anime and one of manga. The order is the one in which ties are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListService {
    /// AniList.
    Anilist,
    /// Kitsu.
    Kitsu,
    /// `MyAnimeList`.
    Myanimelist,
}

/// What a service can hold.
#[derive(Debug)]
pub struct Profile {
    /// Whose it is.
    pub service: ListService,
    /// The steps of a score.
    pub score: Scale,
    /// How exact a date has to be.
    pub dates: Precision,
    /// Whether it counts the volumes that were read.
    pub volumes: bool,
    /// Whether an entry can be hidden from others.
    pub privacy: bool,
    /// The length of a note, in characters.
    pub notes: usize,
    /// How many repeats it counts.
    pub repeats: u32,
    /// Where it can say that a work is watched again.
    pub repeating: Repeating,
    /// What it does with more than the work has.
    pub above_total: AboveTotal,
    /// What it makes of an entry that is saved, beyond what it was told.
    pub rewrite: Rewrite,
}

/// The steps of a score at a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// 0 to 100; 0 is none.
    Hundred,
    /// 0 to 10; 0 is none.
    Ten,
    /// 2 to 20, or none.
    Twenty,
}

/// How exact a date has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// A year or a month is enough.
    Parts,
    /// Only days are taken.
    Days,
}

/// Where a service can say that a work is watched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeating {
    /// It is a status of its own, so not where the person paused.
    WhileCurrent,
    /// It is a flag beside the status.
    BesideAnyStatus,
}

/// What a service does with a progress above what it thinks the work has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboveTotal {
    /// It takes it.
    Takes,
    /// It makes it the total, and says nothing.
    Clamps,
    /// It refuses the whole request.
    Refuses,
}

impl Profile {
    /// Whether the service has a field.
    pub fn has(&self, field: Field) -> bool {
        match field {
            Field::Volumes => self.volumes,
            Field::Private => self.privacy,
            _ => true,
        }
    }
}

impl ListService {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Anilist, Self::Kitsu, Self::Myanimelist];

    /// The name in the API.
    pub fn id(self) -> &'static str {
        match self {
            Self::Anilist => "anilist",
            Self::Kitsu => "kitsu",
            Self::Myanimelist => "myanimelist",
        }
    }

    /// What it calls itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anilist => "AniList",
            Self::Kitsu => "Kitsu",
            Self::Myanimelist => "MyAnimeList",
        }
    }

    /// The service of this name.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.id() == id)
    }

    /// Which of all services it is.
    pub fn service(self) -> Service {
        match self {
            Self::Anilist => Service::ANILIST,
            Self::Kitsu => Service::KITSU,
            Self::Myanimelist => Service::MYANIMELIST,
        }
    }

    /// Whether an id is one of its own.
    pub fn has(self, id: &RemoteId) -> bool {
        match id {
            RemoteId::Anilist(_) => self == Self::Anilist,
            RemoteId::Kitsu(_) => self == Self::Kitsu,
            RemoteId::Mal(_) => self == Self::Myanimelist,
            RemoteId::Mangadex(_) => false,
        }
    }

    /// What it can hold.
    pub fn profile(self) -> &'static Profile {
        match self {
            Self::Anilist => &ANILIST,
            Self::Kitsu => &KITSU,
            Self::Myanimelist => &MYANIMELIST,
        }
    }
}

/// AniList. Scores are read as `POINT_100` and written as `scoreRaw`, whatever scale the person sees.
const ANILIST: Profile = Profile {
    service: ListService::Anilist,
    score: Scale::Hundred,
    dates: Precision::Parts,
    volumes: true,
    privacy: true,
    notes: 6_000,
    repeats: 1_000,
    repeating: Repeating::WhileCurrent,
    above_total: AboveTotal::Takes,
    rewrite: rewrite::anilist,
};

/// Kitsu. What it counts of volumes are those owned, not read.
const KITSU: Profile = Profile {
    service: ListService::Kitsu,
    score: Scale::Twenty,
    dates: Precision::Days,
    volumes: false,
    privacy: true,
    notes: 65_535,
    repeats: 50,
    repeating: Repeating::BesideAnyStatus,
    above_total: AboveTotal::Refuses,
    rewrite: rewrite::kitsu,
};

/// `MyAnimeList`. It shows years and months that were entered on its site; whether its API takes them is not known.
const MYANIMELIST: Profile = Profile {
    service: ListService::Myanimelist,
    score: Scale::Ten,
    dates: Precision::Days,
    volumes: true,
    privacy: false,
    notes: 65_535,
    repeats: 255,
    repeating: Repeating::BesideAnyStatus,
    above_total: AboveTotal::Clamps,
    rewrite: rewrite::myanimelist,
};
