//! The words for kinds, statuses and origins: ours, and those that the services have.

use super::{Kind, Origin, Status};

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Anime => "anime",
            Self::Manga => "manga",
        }
    }

    /// The kind of this word, in whatever case.
    pub fn of(word: &str) -> Option<Self> {
        match plain(word).as_str() {
            "anime" => Some(Self::Anime),
            "manga" => Some(Self::Manga),
            _ => None,
        }
    }
}

impl Origin {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Anilist, Self::Mangadex, Self::Myanimelist, Self::Kitsu, Self::Local];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Anilist => "anilist",
            Self::Mangadex => "mangadex",
            Self::Myanimelist => "myanimelist",
            Self::Kitsu => "kitsu",
            Self::Local => "local",
        }
    }

    /// The origin of this word, in whatever case. `mal` is understood too.
    pub fn of(word: &str) -> Option<Self> {
        let word = plain(word);
        let word = if word == "mal" { "myanimelist" } else { &word };
        Self::ALL.into_iter().find(|origin| origin.word() == word)
    }
}

/// A status as somebody wrote it. Where a word also says that the work is watched again, or that it
/// is not, this says so too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) status: Status,
    pub(super) repeating: bool,
}

impl Status {
    /// All there are, in the order of a person's way through a work.
    pub const ALL: [Self; 5] =
        [Self::Planning, Self::Current, Self::Completed, Self::OnHold, Self::Dropped];

    /// The word for it. What is current is watched or read.
    pub fn word(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Planning, _) => "planning",
            (Self::Current, Kind::Anime) => "watching",
            (Self::Current, Kind::Manga) => "reading",
            (Self::Completed, _) => "completed",
            (Self::OnHold, _) => "on-hold",
            (Self::Dropped, _) => "dropped",
        }
    }

    /// The status of this word, in whatever case: ours, or AniList's, `MyAnimeList`'s or Kitsu's.
    pub fn of(word: &str) -> Option<Self> {
        said(word).map(|said| said.status)
    }
}

/// A status as somebody asks for it. What is watched is anime, and what is read is manga; any other word
/// asks for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusOf {
    /// The status.
    pub status: Status,
    /// Of what, where the word says so.
    pub kind: Option<Kind>,
}

impl StatusOf {
    /// The status of this word, in whatever case.
    pub fn of(word: &str) -> Option<Self> {
        let kind = match plain(word).as_str() {
            "watching" | "rewatching" => Some(Kind::Anime),
            "reading" | "rereading" => Some(Kind::Manga),
            _ => None,
        };
        Status::of(word).map(|status| Self { status, kind })
    }

    /// Whether it is that of something of this kind.
    pub fn is(self, status: Status, kind: Kind) -> bool {
        self.status == status && self.kind.is_none_or(|only| only == kind)
    }
}

/// What a word says.
pub(super) fn said(word: &str) -> Option<Said> {
    let status = match plain(word).as_str() {
        "planning" | "planned" | "plantowatch" | "plantoread" => Status::Planning,
        "watching" | "reading" | "current" | "inprogress" => Status::Current,
        "repeating" | "rewatching" | "rereading" => {
            return Some(Said { status: Status::Current, repeating: true });
        }
        "completed" => Status::Completed,
        "onhold" | "paused" => Status::OnHold,
        "dropped" => Status::Dropped,
        _ => return None,
    };
    Some(Said { status, repeating: false })
}

/// A word without what is written in many ways: case, blanks, lines.
fn plain(word: &str) -> String {
    let kept = word.trim().chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_s_word_for_a_status_is_understood() {
        let words = [
            ("CURRENT", Status::Current),
            ("PLANNING", Status::Planning),
            ("PAUSED", Status::OnHold),
            ("REPEATING", Status::Current),
            ("plan_to_watch", Status::Planning),
            ("plan_to_read", Status::Planning),
            ("Plan to Watch", Status::Planning),
            ("on_hold", Status::OnHold),
            ("On-Hold", Status::OnHold),
            ("planned", Status::Planning),
            (" Completed ", Status::Completed),
            ("Dropped", Status::Dropped),
        ];
        for (word, status) in words {
            assert_eq!(Status::of(word), Some(status), "{word}");
        }
        for word in ["", "all", "finished", "watch", "1"] {
            assert_eq!(Status::of(word), None, "{word}");
        }
    }

    #[test]
    fn every_word_of_ours_is_read_as_what_it_was_written_for() {
        for kind in [Kind::Anime, Kind::Manga] {
            assert_eq!(Kind::of(kind.word()), Some(kind));
            for status in Status::ALL {
                let said = said(status.word(kind));
                assert_eq!(said, Some(Said { status, repeating: false }));
            }
        }
        for origin in Origin::ALL {
            assert_eq!(Origin::of(origin.word()), Some(origin));
        }
        assert!(said("repeating").is_some_and(|said| said.repeating));
    }
}
