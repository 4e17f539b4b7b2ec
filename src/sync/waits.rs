//! The waits that services asked for, kept so that neither a restart nor another copy of the service
//! forgets them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::age;
use crate::domain::Service;
use crate::hub::error::Result;
use crate::hub::person::Person;
use crate::store::{Write, keys};

/// No service asks for longer; what says so comes from a clock that was wrong.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// A wait, and when it was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wait {
    of: String,
    noted_at: Timestamp,
    until: Timestamp,
}

impl Wait {
    /// Whether it can be believed. One from a time that is to come tells nothing.
    fn is_sane(&self, now: Timestamp) -> bool {
        age(self.noted_at, now).is_some() && self.until.duration_since(self.noted_at) <= LONGEST
    }
}

/// Heeds what services asked of this process before, or of another one.
pub(super) async fn recall(person: &Person) -> Result<()> {
    let stored = person.store.config(&[keys::WAITS]).await?;
    heed(person, stored.into_iter().flatten().next().as_deref());
    Ok(())
}

/// The same, of what was read already.
pub(super) fn heed(person: &Person, stored: Option<&str>) {
    let waits: Vec<Wait> =
        stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let now = person.services.clock.now();
    for wait in waits.into_iter().filter(|wait| wait.is_sane(now)) {
        person.services.outbound.wait(&wait.of, person.store.account(), wait.until);
    }
}

/// What is to be kept of the waits as they stand.
pub(super) fn note(person: &Person) -> Write {
    let noted_at = person.services.clock.now();
    let waits = person
        .services
        .outbound
        .waits(person.store.account())
        .into_iter()
        .filter(|(of, _)| of != Service::WEBHOOK.id());
    let waits: Vec<Wait> = waits.map(|(of, until)| Wait { of, noted_at, until }).collect();
    let text = (!waits.is_empty()).then(|| serde_json::to_string(&waits).ok()).flatten();
    Write::Config { key: keys::WAITS, value: text }
}
