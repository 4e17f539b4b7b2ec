//! One title on a person's AniList, and how much of it was watched.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::{AnilistId, MalId};

/// AniList's `MediaListStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ListStatus {
    /// Being watched.
    Current,
    /// Watched to the end.
    Completed,
    /// Completed once, and being watched again.
    Repeating,
    /// Put aside.
    Paused,
    /// Given up.
    Dropped,
    /// Not begun.
    Planning,
}

/// AniList's `MediaFormat`, without the printed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Format {
    /// A television series.
    Tv,
    /// A series of short episodes.
    TvShort,
    /// A film shown in cinemas.
    Movie,
    /// A special, often an extra episode of a series.
    Special,
    /// Sold on disc only.
    Ova,
    /// Shown on the net only.
    Ona,
    /// A music video.
    Music,
    /// Anything AniList adds later.
    #[serde(other)]
    Other,
}

/// A date of which any part may be missing, as AniList keeps it. It has no time.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct FuzzyDate {
    /// Four digits.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: Option<i8>,
    /// 1 to 31.
    pub day: Option<i8>,
}

impl FuzzyDate {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it says all that another does, and perhaps more: a day of that month, a month of that year,
    /// anything of nothing.
    pub fn refines(self, other: Self) -> bool {
        self.to_string().starts_with(&other.to_string())
    }

    /// The day, when all three parts are there and name a real one.
    pub fn day(self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }
}

impl fmt::Display for FuzzyDate {
    /// `2021`, `2021-05` or `2021-05-03`, and nothing where the year is missing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(year) = self.year else { return Ok(()) };
        write!(f, "{year:04}")?;
        let Some(month) = self.month else { return Ok(()) };
        write!(f, "-{month:02}")?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

/// The text is not a year, a month or a day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date is written 2021, 2021-05 or 2021-05-03")]
pub struct InvalidDate;

impl FromStr for FuzzyDate {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let mut parts = text.split('-');
        let year = parts.next().and_then(|part| digits(part, 4)).ok_or(InvalidDate)?;
        let month = parts.next().map(|part| digits(part, 2).ok_or(InvalidDate)).transpose()?;
        let day = parts.next().map(|part| digits(part, 2).ok_or(InvalidDate)).transpose()?;
        let first = |part: Option<i8>| part.unwrap_or(1);
        let exists = Date::new(year, first(month), first(day)).is_ok() && year > 0;
        if parts.next().is_some() || !exists {
            return Err(InvalidDate);
        }
        Ok(Self { year: Some(year), month, day })
    }
}

/// A number written with exactly this many digits.
fn digits<T: FromStr>(part: &str, count: usize) -> Option<T> {
    let plain = part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    part.parse().ok().filter(|_| plain)
}

/// How far the broadcast of a work is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Airing {
    /// Whether it airs, as AniList says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<AiringStatus>,
    /// When its last episode aired, or will.
    #[serde(default, skip_serializing_if = "FuzzyDate::is_unknown")]
    pub end_date: FuzzyDate,
    /// The next episode to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ScheduledEpisode>,
}

/// AniList's `MediaStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AiringStatus {
    /// All of it was shown.
    Finished,
    /// It is being shown.
    Releasing,
    /// It has not begun.
    NotYetReleased,
    /// It was given up before its end.
    Cancelled,
    /// It is interrupted.
    Hiatus,
}

/// When an episode airs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledEpisode {
    /// The work's own number of it, from 1.
    pub episode: u32,
    /// When it airs.
    pub airs_at: Timestamp,
}

impl Airing {
    fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// Whether more of it is to come, as far as is known.
    pub fn is_open(&self) -> bool {
        matches!(
            self.status,
            Some(AiringStatus::Releasing | AiringStatus::NotYetReleased | AiringStatus::Hiatus)
        )
    }
}

/// The titles AniList knows a work by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Titles {
    /// In Latin letters.
    pub romaji: Option<String>,
    /// The official English one.
    pub english: Option<String>,
}

impl Titles {
    /// The title to show a person.
    pub fn display(&self) -> &str {
        self.english.as_deref().or(self.romaji.as_deref()).unwrap_or("untitled")
    }
}

/// What AniList says about the work itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// AniList's id.
    pub id: AnilistId,
    /// MyAnimeList's id.
    pub mal_id: Option<MalId>,
    /// Its titles.
    pub titles: Titles,
    /// What kind of work it is; AniList leaves it out for some.
    pub format: Option<Format>,
    /// How many episodes it has; unknown while it airs.
    pub episodes: Option<u32>,
    /// When its first episode aired.
    pub start_date: FuzzyDate,
    /// How far its broadcast is.
    #[serde(default, skip_serializing_if = "Airing::is_unknown")]
    pub airing: Airing,
    /// The work beside which it stands, its `PARENT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<AnilistId>,
    /// Its picture, at AniList's own image host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<String>,
}

impl Media {
    /// A film counts as one play. Some films are listed in several parts and are not.
    pub fn is_film(&self) -> bool {
        self.format == Some(Format::Movie) && self.episodes.unwrap_or(1) <= 1
    }
}

/// What tells two works apart that stand in one place: AniList has some works twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    format: Option<Format>,
    episodes: u32,
    began: Date,
}

impl Work {
    /// None when too little is known of the work to tell it from another one.
    pub fn of(media: &Media) -> Option<Self> {
        let (episodes, began) = (media.episodes?, media.start_date.day()?);
        Some(Self { format: media.format, episodes, began })
    }

    /// How many episodes it has.
    pub fn episodes(self) -> u32 {
        self.episodes
    }
}

/// One title on a person's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The work.
    pub media: Media,
    /// Where it stands on the list.
    pub status: ListStatus,
    /// Episodes the person says they watched.
    pub progress: u32,
    /// Times watched again after the first.
    pub repeat: u32,
    /// The day it was finished.
    pub completed_at: FuzzyDate,
    /// Last change of the entry, in Unix seconds.
    pub updated_at: i64,
    /// Only the person sees it on AniList.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

impl Entry {
    /// How many episodes, counted from 1, were watched at least once.
    ///
    /// Progress beyond the known number of episodes is capped. A completed entry with progress 0
    /// and one that is being rewatched were seen to the end.
    pub fn watched(&self) -> u32 {
        let total = if self.media.is_film() { Some(1) } else { self.media.episodes };
        let seen_whole = match self.status {
            ListStatus::Repeating => true,
            ListStatus::Completed => self.progress == 0,
            _ => false,
        };
        match total {
            Some(total) if seen_whole => total,
            Some(total) => self.progress.min(total),
            None => self.progress,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_far_as_it_is_known() {
        for text in ["2021", "2021-05", "2021-05-03", "0900-01-31", "2024-02-29"] {
            assert_eq!(text.parse::<FuzzyDate>().map(|date| date.to_string()), Ok(text.into()));
        }
        assert_eq!(FuzzyDate::default().to_string(), "");
        let odd = ["", "0000", "21", "2021-5", "2021-13", "2021-00", "2021-02-29", "2021-05-03-1"];
        for text in odd.into_iter().chain(["2021-", "+021", "2021-05-03T00:00", "2021/05", "-2021"])
        {
            assert_eq!(text.parse::<FuzzyDate>(), Err(InvalidDate), "{text}");
        }
    }

    fn entry(status: ListStatus, progress: u32, episodes: Option<u32>) -> Entry {
        Entry {
            media: Media {
                id: AnilistId(1),
                mal_id: None,
                titles: Titles::default(),
                format: Some(Format::Tv),
                episodes,
                start_date: FuzzyDate::default(),
                airing: Airing::default(),
                parent: None,
                cover: None,
            },
            status,
            progress,
            repeat: 0,
            completed_at: FuzzyDate::default(),
            updated_at: 0,
            private: false,
        }
    }

    #[test]
    fn progress_above_the_known_count_is_capped() {
        assert_eq!(entry(ListStatus::Current, 30, Some(12)).watched(), 12);
        assert_eq!(entry(ListStatus::Current, 1090, None).watched(), 1090);
    }

    #[test]
    fn a_completed_entry_with_progress_0_was_seen_whole() {
        assert_eq!(entry(ListStatus::Completed, 0, Some(12)).watched(), 12);
        assert_eq!(entry(ListStatus::Completed, 5, Some(12)).watched(), 5);
    }

    #[test]
    fn an_entry_being_rewatched_was_seen_whole() {
        assert_eq!(entry(ListStatus::Repeating, 3, Some(12)).watched(), 12);
    }

    #[test]
    fn paused_and_dropped_entries_keep_what_was_watched() {
        assert_eq!(entry(ListStatus::Paused, 3, Some(12)).watched(), 3);
        assert_eq!(entry(ListStatus::Dropped, 1, Some(12)).watched(), 1);
    }

    #[test]
    fn a_film_is_one_play() {
        let mut film = entry(ListStatus::Completed, 0, None);
        film.media.format = Some(Format::Movie);
        assert_eq!(film.watched(), 1);
    }

    #[test]
    fn a_date_needs_all_its_parts() {
        let date = FuzzyDate { year: Some(2024), month: Some(2), day: Some(30) };
        assert_eq!(date.day(), None);
        assert_eq!(FuzzyDate { day: Some(29), ..date }.day().unwrap().to_string(), "2024-02-29");
        assert_eq!(FuzzyDate { day: None, ..date }.day(), None);
    }
}
