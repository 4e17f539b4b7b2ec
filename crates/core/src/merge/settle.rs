//! What to make of a service's answer to a write.
//!
//! Services rewrite what they are told: they fill dates with today, clamp, conclude one field from another. What came
//! of it is put right, [`CORRECTIONS`] times at most. What the service still holds then is accepted, and remembered
//! beside what was wanted.

use jiff::Timestamp;
use jiff::civil::Date;

use super::base::{Base, Pending};
use super::profile::Profile;
use super::project::{Catalogue, Native};
use super::rewrite::{Around, Refused};
use super::value::{Field, PerField, Value};
use crate::library::Status;

/// How often a write is put right: Kitsu may take one for the status and then one for the dates that it filled.
pub const CORRECTIONS: usize = 2;

/// A write that a service answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// What the person had there before it, seen through what the service made of it.
    pub before: &'a Native,
    /// What was to be changed of it.
    pub told: &'a PerField<Value>,
    /// What it holds now.
    pub got: &'a Native,
    /// What its catalogue says.
    pub catalogue: Catalogue,
    /// When it says that it took the write.
    pub at: Option<Timestamp>,
}

impl Profile {
    /// What is left to be told so that the service holds what was meant; nothing where telling it would change
    /// nothing.
    pub fn correction(&self, answered: &Answered<'_>) -> PerField<Value> {
        let Answered { before, told, got, catalogue, .. } = answered;
        let complete = got.0.status == Status::Completed;
        let meant = |field| told.get(field).cloned().unwrap_or_else(|| before.0.get(field));
        let left = |field: Field| {
            let meant = meant(field);
            // A service that completes an entry counts all of it, and would again.
            let counted = field == Field::Progress && complete;
            (!counted && self.has(field) && meant != got.0.get(field)).then_some(meant)
        };
        let left = PerField::of_each(left);
        let around = Around { catalogue: *catalogue, today: Date::ZERO };
        let vain = (self.rewrite)(Some(got), &left, around).is_ok_and(|then| then == **got);
        if vain { PerField::default() } else { left }
    }

    /// What the service comes to hold when it is told something and that is put right, where the person has this there.
    ///
    /// # Errors
    ///
    /// It would refuse it.
    pub(super) fn put_right(
        &self,
        held: &Native,
        told: &PerField<Value>,
        meant: &Native,
        catalogue: Catalogue,
    ) -> Result<Native, Refused> {
        let around = Around { catalogue, today: Date::ZERO };
        let mut got = (self.rewrite)(Some(held), told, around)?;
        for _ in 0..CORRECTIONS {
            let answered = Answered { before: meant, told, got: &got, catalogue, at: None };
            let left = self.correction(&answered);
            if left.is_empty() {
                break;
            }
            got = (self.rewrite)(Some(&got), &left, around)?;
        }
        Ok(got)
    }
}

impl Base {
    /// Notes what a service is about to be told, what it holds, and what of that the person has there.
    #[must_use]
    pub fn telling(&self, told: &PerField<Value>, held: &Native, meant: &Native) -> Self {
        let (meant, before) = (meant.0.values(), held.0.values());
        Self { pending: Some(Pending { meant, before, told: told.clone() }), ..self.clone() }
    }

    /// Notes what a service holds after it was told something, and after that was put right.
    ///
    /// What it was not told and holds as before stays as it was agreed: it may wait for the person.
    #[must_use]
    pub fn answered(&self, answered: &Answered<'_>) -> Self {
        let Answered { before, told, got, at, .. } = answered;
        let mut base = Self { pending: None, ..self.clone() };
        for field in Field::ALL {
            let holds = got.0.get(field);
            if told.get(field).is_some() || holds != before.0.get(field) {
                base.seen.put(field, Some(holds));
            }
        }
        for (field, value) in told.iter() {
            base.sent.put(field, Some(value.clone()));
        }
        base.as_of = base.as_of.max(*at);
        base
    }
}
