//! What services make of an entry that is saved, beyond what they were told.
//!
//! They clamp, fill dates with today, and conclude a status from a progress. What is written is therefore compared with
//! what is answered. The same functions are what the imitated services and the tests of the merge do.

use jiff::civil::Date;

use crate::domain::FuzzyDate;
use crate::library::Status;

use super::project::{Catalogue, Native};
use super::value::{Count, Entry, Field, PerField, Value};

/// What a service holds after it was told some fields of an entry that it had, or had not.
///
/// # Errors
///
/// The service refuses all of it.
pub type Rewrite = fn(Option<&Native>, &PerField<Value>, Around) -> Result<Native, Refused>;

/// What a service looks at beside the entry.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// What it knows of the work.
    pub catalogue: Catalogue,
    /// The day at the service.
    pub today: Date,
}

/// A service refuses what it is told, and holds what it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the service refuses the entry")]
pub struct Refused;

/// AniList fills the dates where they are missing, and the progress of what is completed.
///
/// The dates are seen by many; that it fills the progress is said by two authors of clients.
///
/// # Errors
///
/// A score above 100.
pub(super) fn anilist(
    had: Option<&Native>,
    told: &PerField<Value>,
    around: Around,
) -> Result<Native, Refused> {
    let (before, mut entry) = before_and_after(had, told);
    if entry.score > 100 {
        return Err(Refused);
    }
    let changed = had.is_none() || entry.status != before.status;
    let current = entry.status == Status::Current;
    if current && changed && told.get(Field::Started).is_none() {
        fill(&mut entry.started, around.today);
    }
    if entry.status == Status::Completed && changed {
        if told.get(Field::Finished).is_none() {
            fill(&mut entry.finished, around.today);
        }
        if let Some(total) = around.catalogue.total {
            entry.progress = Count::Of(total);
        }
    }
    // Where it says that a work is watched again is a status, which no other status can be.
    entry.repeating &= current;
    Ok(Native(entry))
}

/// Kitsu concludes the status from the progress and the progress from the status, and fills dates.
///
/// As its server's source has it, in the same order.
///
/// # Errors
///
/// More than the work has, a score out of 2 to 20, more than 50 repeats.
pub(super) fn kitsu(
    had: Option<&Native>,
    told: &PerField<Value>,
    around: Around,
) -> Result<Native, Refused> {
    let (before, mut entry) = before_and_after(had, told);
    let total = around.catalogue.total.filter(|total| *total > 0);
    let above = total.is_some_and(|total| entry.progress > Count::Of(total));
    if above || entry.score == 1 || entry.score > 20 || entry.repeats > 50 {
        return Err(Refused);
    }
    let same_status = had.is_some() && entry.status == before.status;
    let whole = total.is_some_and(|total| entry.progress == Count::Of(total));
    if same_status && whole {
        entry.status = Status::Completed;
    } else if same_status && entry.progress != before.progress {
        entry.status = Status::Current;
    }
    if had.is_some() && entry.status == before.status {
        return Ok(Native(entry));
    }
    if matches!(entry.status, Status::Current | Status::Completed) {
        fill(&mut entry.started, around.today);
    }
    if entry.status == Status::Completed {
        fill(&mut entry.finished, around.today);
        entry.progress = total.map_or(entry.progress, Count::Of);
    }
    Ok(Native(entry))
}

/// `MyAnimeList` clamps progress and volumes to what it knows, and fills nothing.
///
/// # Errors
///
/// A score above 10, or a date that is no day.
pub(super) fn myanimelist(
    had: Option<&Native>,
    told: &PerField<Value>,
    around: Around,
) -> Result<Native, Refused> {
    let (_, mut entry) = before_and_after(had, told);
    let day = |field| match told.get(field) {
        Some(Value::Date(date)) => date.year.is_none() || date.day().is_some(),
        _ => true,
    };
    if entry.score > 10 || !day(Field::Started) || !day(Field::Finished) {
        return Err(Refused);
    }
    let clamped = |count: Count, total: Option<u32>| match total.filter(|total| *total > 0) {
        Some(total) => count.min(Count::Of(total)),
        None => count,
    };
    entry.progress = clamped(entry.progress, around.catalogue.total);
    entry.volumes = clamped(entry.volumes, around.catalogue.volumes);
    entry.private = false;
    Ok(Native(entry))
}

/// What there was, and that with what is told of it.
fn before_and_after(had: Option<&Native>, told: &PerField<Value>) -> (Entry, Entry) {
    let before = had.map_or_else(Entry::default, |native| native.0.clone());
    let mut entry = before.clone();
    for (field, value) in told.iter() {
        entry.set(field, value);
    }
    (before, entry)
}

fn fill(date: &mut FuzzyDate, today: Date) {
    if date.year.is_none() {
        let (year, month, day) = (today.year(), today.month(), today.day());
        *date = FuzzyDate { year: Some(year), month: Some(month), day: Some(day) };
    }
}
