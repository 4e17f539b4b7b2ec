//! Reading what is odd: a row that cannot be read loses no other row, and a field that may be
//! missing counts as missing.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate};

/// One row of a list, read on its own.
pub(super) enum Row<T> {
    /// It can be read.
    Read(Box<T>),
    /// It cannot.
    Odd {
        /// Its `id`, where that can be read.
        id: Option<u64>,
        /// The title it is of, where that can be read.
        title: Option<AnilistId>,
        /// What is wrong with it.
        cause: String,
    },
}

#[derive(Deserialize)]
struct Id {
    id: u64,
}

#[derive(Deserialize)]
struct OfTitle {
    media: TitleId,
}

#[derive(Deserialize)]
struct TitleId {
    id: AnilistId,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Row<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = Box::<RawValue>::deserialize(deserializer)?;
        Ok(serde_json::from_str(row.get()).map_or_else(
            |cause| {
                let id = serde_json::from_str::<Id>(row.get()).ok().map(|row| row.id);
                let title = serde_json::from_str::<OfTitle>(row.get()).ok().map(|row| row.media.id);
                Self::Odd { id, title, cause: cause.to_string() }
            },
            Self::Read,
        ))
    }
}

impl<T> Row<T> {
    /// What could be read.
    pub(super) fn read(self) -> Option<T> {
        match self {
            Self::Read(row) => Some(*row),
            Self::Odd { .. } => None,
        }
    }
}

/// Tells of what cannot be read, each entry once: an entry comes as often as it is on a list.
#[derive(Default)]
pub(super) struct Oddities(HashSet<Option<u64>>);

impl Oddities {
    /// Warns of an entry that is left out.
    pub(super) fn left_out(&mut self, id: Option<u64>, cause: &str) {
        if self.0.insert(id) {
            let entry = id.map_or_else(|| "without an id".to_owned(), |id| id.to_string());
            tracing::warn!("An AniList entry cannot be read and is left out ({cause}): {entry}");
        }
    }
}

#[derive(Deserialize)]
struct Parts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
}

/// A date of which parts may be missing. One with a part that no date has is none at all.
pub(super) fn date_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<FuzzyDate, D::Error> {
    let sent = Value::deserialize(deserializer)?;
    let parts = sent.is_object().then(|| serde_json::from_value(sent).ok()).flatten();
    Ok(parts.and_then(date).unwrap_or_default())
}

fn date(Parts { year, month, day }: Parts) -> Option<FuzzyDate> {
    let is_one = year.is_none_or(|year| (1..=9999).contains(&year))
        && month.is_none_or(|month| (1..=12).contains(&month))
        && day.is_none_or(|day| (1..=31).contains(&day));
    let date = FuzzyDate { year, month, day };
    let is_whole = year.is_some() && month.is_some() && day.is_some();
    (is_one && (!is_whole || date.day().is_some())).then_some(date)
}
