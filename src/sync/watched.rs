//! What Trakt's history holds, read once and kept until it is seen that it changed.
//!
//! What a run adds changes the history too. A run that others go on from keeps what it read and what
//! it added; as long as Trakt counts just as many plays, nobody else has added or removed any.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::age;
use crate::domain::{History, Item};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::{Write, keys};
use crate::trakt::{LANDING, LastActivities};

/// The stored copy, with what tells whether it is still good.
#[derive(Debug, Serialize, Deserialize)]
struct Copy {
    /// Trakt's marks when it was read; none when something was added to it since.
    as_of: Option<LastActivities>,
    /// When that was, by the services' clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    added_at: Option<Timestamp>,
    watched: History,
}

/// Whether the stored copy may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// If nothing shows that the history is another by now.
    WhenUnchanged,
    /// Never: something was sent whose outcome is not known.
    ReadAgain,
}

/// What was watched according to Trakt, whoever put it there.
pub async fn watched(person: &Person, freshness: Freshness) -> Result<History> {
    let kept = match freshness {
        Freshness::WhenUnchanged => stored_copy(person).await?,
        Freshness::ReadAgain => None,
    };
    let kept = match kept {
        Some(copy) if copy.as_of.is_none() => {
            if is_all_there_is(person, &copy).await? {
                return Ok(copy.watched);
            }
            None
        }
        kept => kept,
    };
    let as_of = person.trakt.last_activities().await?;
    if let Some(Copy { watched, .. }) = kept.filter(|copy| copy.as_of.as_ref() == Some(&as_of)) {
        return Ok(watched);
    }
    // Before it is read, as it may change meanwhile.
    let is_settled = is_settled(&as_of, person.services.outbound.true_time());
    let watched = person.trakt.watched().await?;
    let copy = Copy { as_of: Some(as_of), added_at: None, watched };
    let value = is_settled.then(|| text(&copy)).transpose()?;
    person.store.write(vec![Write::Config { key: keys::TRAKT_WATCHED, value }]).await?;
    Ok(copy.watched)
}

/// Keeps a history with what was added to it for the run that goes on.
pub(super) fn with_added(
    person: &Person,
    mut watched: History,
    added: impl Iterator<Item = Item>,
) -> Result<Write> {
    added.for_each(|item| watched.add(item));
    let added_at = Some(person.services.outbound.true_time());
    let value = Some(text(&Copy { as_of: None, added_at, watched })?);
    Ok(Write::Config { key: keys::TRAKT_WATCHED, value })
}

/// Whether Trakt counts as many plays as a copy has to which something was added. For a while it may
/// count fewer, as the history lags behind what was taken.
async fn is_all_there_is(person: &Person, copy: &Copy) -> Result<bool> {
    let Some(length) = person.trakt.history_length().await? else { return Ok(false) };
    let now = person.services.outbound.true_time();
    let may_lag = copy.added_at.and_then(|at| age(at, now)).is_some_and(|age| age < LANDING);
    Ok(match length.cmp(&copy.watched.total()) {
        Ordering::Less => may_lag,
        Ordering::Equal => true,
        Ordering::Greater => false,
    })
}

fn text(copy: &Copy) -> Result<String> {
    serde_json::to_string(copy).map_err(|error| Error::Internal(error.to_string()))
}

/// Whether the last change is so long ago that the history shows it. A copy that lacks it, under a
/// mark that tells of it, would lack it for good.
fn is_settled(as_of: &LastActivities, now: Timestamp) -> bool {
    let is_old = |mark: &String| {
        let at: Option<Timestamp> = mark.parse().ok();
        at.is_none_or(|at| age(at, now).is_some_and(|age| age >= LANDING))
    };
    [&as_of.episodes_watched, &as_of.movies_watched].into_iter().all(is_old)
}

/// A copy that cannot be read is read anew from Trakt.
async fn stored_copy(person: &Person) -> Result<Option<Copy>> {
    let values = person.store.config(&[keys::TRAKT_WATCHED]).await?;
    let text = values.into_iter().next().flatten();
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
