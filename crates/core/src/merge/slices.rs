//! A work that a service has as several entries: the slices of one count.
//!
//! AniList may have one entry of 25 episodes where `MyAnimeList` has two, of 12 and of 13. What the person says of the
//! work is what they say of its slices, one after the other. Only status and progress are cut: a score or a date of the
//! work is none of its parts.

use serde::{Deserialize, Serialize};

use crate::library::Status;

use super::project::Native;
use super::value::{Count, Entry};

/// The part of a work that one entry of a service is, in the work's own count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// The first episode or chapter, from 1.
    pub from: u32,
    /// The last one; unknown of a part that still comes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
}

/// What a slice is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How the person stands to it.
    pub status: Status,
    /// How much of it they have seen, by its own count.
    pub progress: u32,
}

impl Slice {
    /// How many episodes or chapters it has.
    pub fn length(self) -> Option<u32> {
        self.to.map(|to| to.saturating_add(1).saturating_sub(self.from))
    }

    fn is_full(self, part: Part) -> bool {
        let whole = self.length().is_some_and(|length| length > 0 && part.progress >= length);
        whole || part.status == Status::Completed
    }
}

impl Part {
    /// What the entries of a work's slices say of the work, in their order; none where the person has none of them.
    pub fn join(slices: &[(Slice, Option<Self>)]) -> Option<Self> {
        let first = slices.first()?;
        let mut said = None;
        for (slice, part) in slices {
            let before = slice.from.saturating_sub(1);
            let Some(part) = part else {
                // What is not on the list yet has not begun: the part before it was finished, not the work.
                let goes_on = |part: Part| Part { status: Status::Current, ..part };
                let done = said.filter(|_| *slice != first.0).map(goes_on);
                return done.or_else(|| later(slices));
            };
            if !slice.is_full(*part) {
                let idle = part.status == Status::Planning && part.progress == 0;
                let status = if idle && said.is_some() { Status::Current } else { part.status };
                return Some(Part { status, progress: before.saturating_add(part.progress) });
            }
            let all = slice.length().unwrap_or(part.progress);
            said = Some(Part { status: part.status, progress: before.saturating_add(all) });
        }
        said
    }

    /// What each slice is to be told of a work; none where nothing of it was seen.
    pub fn cut(self, slices: &[Slice]) -> Vec<Option<Self>> {
        let part = |slice: &Slice| {
            let seen = self.progress.saturating_sub(slice.from.saturating_sub(1));
            let progress = slice.length().map_or(seen, |length| seen.min(length));
            let part = Part { status: self.status, progress };
            let full = slice.length().is_some_and(|length| length > 0 && progress == length);
            match (full || self.status == Status::Completed, progress) {
                (true, _) => Some(Part { status: Status::Completed, ..part }),
                (false, 0) if slice.from > 1 => None,
                (false, _) => Some(part),
            }
        };
        slices.iter().map(part).collect()
    }

    /// What an entry says of how far the person is.
    pub fn of(native: &Native) -> Self {
        Self { status: native.0.status, progress: native.0.progress.number(u32::MAX) }
    }

    /// An entry that says no more than this.
    pub fn native(self) -> Native {
        let progress = Count::Of(self.progress);
        Native(Entry { status: self.status, progress, ..Entry::default() })
    }
}

/// Where only a later slice is on the list, it says how the person stands to the work, and that they saw none of it in
/// one go from its beginning.
fn later(slices: &[(Slice, Option<Part>)]) -> Option<Part> {
    let part = slices.iter().find_map(|(_, part)| *part)?;
    Some(Part { progress: 0, ..part })
}
