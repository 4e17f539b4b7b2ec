//! What the merge is given: what was last agreed, and how each side stands now.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::library::Kind;

use super::profile::{ListService, Profile};
use super::project::{Catalogue, Native};
use super::value::{Entry, Field, PerField, Value};

/// What was last agreed with a service on an entry, in the service's own values.
///
/// It has two columns, as services rewrite what they are told: a list of ten steps that was told 11 holds 10 and is at
/// rest, as long as nobody changes the 10 there or the 11 here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// What the service held.
    pub seen: PerField<Value>,
    /// What was wanted there. Where it is missing nothing is, so that whatever is wanted will be told.
    pub sent: PerField<Value>,
    /// Episodes or chapters by its catalogue as they were last counted with, so that a catalogue that changes its mind
    /// makes nobody write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// What it was being told when that was last heard of. Until the service is read, nobody knows whether it was
    /// told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// As of when the service was seen or last took a write, by its own clock. A row of a list that is older says
    /// nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// The fields that change to and fro there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flips: Vec<Flip>,
}

/// A write whose answer has not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What the person has there, seen through what the service made of it.
    pub meant: PerField<Value>,
    /// What the service held before it.
    pub before: PerField<Value>,
    /// What it was told.
    pub told: PerField<Value>,
}

/// What a catalogue said of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Episodes or chapters.
    pub total: Option<u32>,
    /// Volumes.
    pub volumes: Option<u32>,
}

/// A field that changes between two values, without anybody having changed it here: another program writes as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    /// The field, by its name.
    pub field: String,
    /// The value that it had before, as [`Value`] is written.
    pub other: serde_json::Value,
    /// How often it came back to the value before.
    pub times: u8,
    /// When it last changed.
    pub at: Timestamp,
}

/// How long ago a value may have been another one for its return to count.
const FLIPS_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// How often a value may come back before another program is to blame: the third change in a row.
const FLIPS_MOST: u8 = 2;

impl Base {
    /// Notes that a field was changed at the service.
    pub(super) fn flipped(&mut self, field: Field, now: &Value, at: Timestamp) {
        if let Some(flip) = self.flip(field, now, at) {
            self.calm(field);
            self.flips.push(flip);
        }
    }

    /// The change of a field, counted with those before it. What is met for the first time has not changed.
    fn flip(&self, field: Field, now: &Value, at: Timestamp) -> Option<Flip> {
        let (other, now) = (json!(self.seen.get(field)?), json!(now));
        let before = self.flips.iter().find(|flip| flip.field == field.name());
        let back = before.filter(|flip| flip.other == now && flip.is_recent(at));
        let times = back.map_or(0, |flip| flip.times.saturating_add(1));
        Some(Flip { field: field.name().to_owned(), other, times, at })
    }

    /// Whether a field changes to and fro there, so that it is let be, now that it is this.
    pub(super) fn flaps(&self, field: Field, now: &Value, at: Timestamp) -> bool {
        let known = self.flips.iter().find(|flip| flip.field == field.name());
        let next = self.flip(field, now, at);
        [known, next.as_ref()].into_iter().flatten().any(|flip| flip.flaps(at))
    }

    /// The fields that another program changes to and fro there, so that they are let be.
    pub fn flapping(&self, at: Timestamp) -> Vec<Field> {
        let flaps = self.flips.iter().filter(|flip| flip.flaps(at));
        flaps.filter_map(|flip| Field::named(&flip.field)).collect()
    }

    /// Whether a row of a list is older than what is known already, as lists may lag.
    pub fn outruns(&self, row: Option<Timestamp>) -> bool {
        row.zip(self.as_of).is_some_and(|(row, known)| row < known)
    }

    /// Forgets that a field changed to and fro.
    pub(super) fn calm(&mut self, field: Field) {
        self.flips.retain(|flip| flip.field != field.name());
    }

    /// The catalogue as it was last counted with.
    pub(super) fn frozen(&self, now: Catalogue) -> Catalogue {
        let totals = self.totals.unwrap_or(Totals { total: now.total, volumes: now.volumes });
        Catalogue { total: totals.total, volumes: totals.volumes, ..now }
    }
}

impl Flip {
    fn is_recent(&self, at: Timestamp) -> bool {
        at.duration_since(self.at) < FLIPS_WITHIN
    }

    fn flaps(&self, at: Timestamp) -> bool {
        self.times >= FLIPS_MOST && self.is_recent(at)
    }
}

/// Which way a field goes between the library and a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Neither way.
    Off,
    /// Only from the service.
    In,
    /// Only to the service.
    Out,
    /// Both ways.
    Both,
}

impl Direction {
    /// Whether what changes at the service changes the library.
    pub fn comes_in(self) -> bool {
        matches!(self, Self::In | Self::Both)
    }

    /// Whether what changes in the library changes the service.
    pub fn goes_out(self) -> bool {
        matches!(self, Self::Out | Self::Both)
    }

    /// Both that this and another allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let comes = self.comes_in() && other.comes_in();
        match (comes, self.goes_out() && other.goes_out()) {
            (true, true) => Self::Both,
            (true, false) => Self::In,
            (false, true) => Self::Out,
            (false, false) => Self::Off,
        }
    }
}

/// Whether the lists have met before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    /// The service was connected just now: what differs on both sides is asked, not decided.
    First,
    /// It is known; an entry that is not is new to it or to the library.
    Known,
}

/// The library's side of an entry.
#[derive(Debug, Clone, Copy)]
pub struct Hub<'a> {
    /// The entry, or what one is at first.
    pub entry: &'a Entry,
    /// Whether the library has it.
    pub exists: bool,
    /// What it was after it was last merged; a field that differs was changed here since.
    pub agreed: &'a PerField<Value>,
}

impl Hub<'_> {
    /// Whether a field was changed here since it was last merged.
    pub(super) fn edited(&self, field: Field) -> bool {
        let now = self.entry.get(field);
        self.exists && self.agreed.get(field).map_or(!now.is_empty(), |agreed| *agreed != now)
    }
}

/// A service's side of an entry, as it was read.
#[derive(Debug, Clone, Copy)]
pub struct Spoke<'a> {
    /// Whose it is.
    pub service: ListService,
    /// What was last agreed; empty at first.
    pub base: &'a Base,
    /// What the service holds.
    pub native: &'a Native,
    /// What its catalogue says now.
    pub catalogue: Catalogue,
    /// Which way each field goes; one that is missing goes neither way.
    pub allow: &'a PerField<Direction>,
    /// Whether the lists have met before.
    pub contact: Contact,
    /// Whether the entry was read by itself, not only as a row of a list.
    pub confirmed: bool,
    /// When the service says that it was changed.
    pub updated_at: Option<Timestamp>,
}

impl Spoke<'_> {
    pub(super) fn profile(&self) -> &'static Profile {
        self.service.profile()
    }

    /// Which way a field goes. What the service has no field for goes neither way.
    pub(super) fn direction(&self, field: Field) -> Direction {
        let counts = field != Field::Volumes || self.catalogue.kind == Kind::Manga;
        let has = counts && self.profile().has(field);
        self.allow.get(field).copied().filter(|_| has).unwrap_or(Direction::Off)
    }
}

/// A person's word on what is to be done where the rules would ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// As the library has it.
    Library,
    /// As a service has it.
    Service(ListService),
    /// Whatever is further; of what has no such order, what is suggested.
    Furthest,
    /// Whoever changed last, where the services say when.
    Newest,
    /// A value of the person's own.
    Value(Value),
}

/// How conflicts are settled.
#[derive(Debug, Clone)]
pub struct Rules<'a> {
    /// What a person wants for a field wherever it is in conflict.
    pub prefer: &'a PerField<Choice>,
    /// What they answered to the preview of a first connection.
    pub choose: &'a PerField<Choice>,
    /// The instant, against which fields that change to and fro are noticed.
    pub now: Timestamp,
}
