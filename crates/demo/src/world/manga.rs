//! What is read: manga, novels and single stories, as AniList and MangaDex know them.

use anilist_trakt_sync_core::domain::{AiringStatus, AnilistId, MalId};

/// AniList's `MediaFormat`, of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// A series of chapters.
    Manga,
    /// A light novel.
    Novel,
    /// One chapter.
    OneShot,
}

impl Printed {
    /// AniList's word.
    pub fn text(self) -> &'static str {
        match self {
            Self::Manga => "MANGA",
            Self::Novel => "NOVEL",
            Self::OneShot => "ONE_SHOT",
        }
    }
}

/// One title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manga {
    /// AniList's id, if AniList has it. Anime and manga are numbered together.
    pub anilist: Option<AnilistId>,
    /// `MyAnimeList`'s id.
    pub mal: Option<MalId>,
    /// MangaDex' id, a UUID, if MangaDex has it.
    pub mangadex: Option<String>,
    /// Its English name.
    pub english: String,
    /// Its name in Latin letters.
    pub romaji: String,
    /// Its name in Japanese.
    pub native: String,
    /// What it is.
    pub format: Printed,
    /// How far it has come out.
    pub status: AiringStatus,
    /// The chapters that are out.
    pub chapters: u32,
    /// The volumes that are out.
    pub volumes: u32,
    /// When it began.
    pub year: i16,
}

impl Manga {
    /// All its names.
    pub fn names(&self) -> [&str; 3] {
        [&self.english, &self.romaji, &self.native]
    }

    /// Whether all of it is out.
    pub fn is_finished(&self) -> bool {
        self.status == AiringStatus::Finished
    }
}
