//! Telling what a service made of a write apart from what the person changed, where the answer never came.
//!
//! Whoever tells Kitsu a progress may find another status and a date there. With the answer at hand that is put right
//! at once; without it, it would look like the person's own edit when the list is read next.

use jiff::civil::Date;

use super::base::{Pending, Spoke};
use super::project::Native;
use super::rewrite::Around;
use super::value::{Field, PerField, Value};
use crate::library::Status;

/// A service's entry, seen through what the service itself made of it.
pub(super) struct Echo {
    /// What the person has there.
    pub(super) native: Native,
    /// What they have in the fields that the service made something else of, untold.
    pub(super) restore: PerField<Value>,
    /// Fields that hold what the service makes of what it was told.
    told: PerField<()>,
    /// Whether it counted all of the work because it was told that it is completed; it would do so again.
    counted: bool,
    /// Whether it shows no more than before the write, so that the write may still come to be seen.
    open: bool,
}

/// Stands for the day on which a service filled a date; nobody enters it.
const SOME_DAY: Date = Date::ZERO;

impl Echo {
    pub(super) fn of(spoke: &Spoke<'_>) -> Self {
        let mut echo = Self {
            native: spoke.native.clone(),
            restore: PerField::default(),
            told: PerField::default(),
            counted: false,
            open: false,
        };
        let Some(pending) = &spoke.base.pending else { return echo };
        let before = Native::of(&pending.before);
        echo.open = before == *spoke.native;
        let around = Around { catalogue: spoke.catalogue, today: SOME_DAY };
        let made = (spoke.profile().rewrite)(Some(&before), &pending.told, around);
        let made = made.unwrap_or_else(|_| before.clone());
        for field in Field::ALL {
            echo.look(field, pending, &before.0.get(field), &made.0.get(field));
        }
        echo
    }

    /// Looks at one field, that was this before the write and may have been made that.
    fn look(&mut self, field: Field, pending: &Pending, before: &Value, made: &Value) {
        let holds = self.native.0.get(field);
        let Some(meant) = pending.meant.get(field).filter(|meant| **meant != holds) else { return };
        let filled = made.date().is_some_and(|date| date.day() == Some(SOME_DAY));
        let was_made = made != before && (*made == holds || (filled && !holds.is_empty()));
        if was_made && pending.told.get(field).is_some_and(|told| told != meant) {
            self.told.put(field, Some(()));
        } else if was_made && field == Field::Progress && self.native.0.status == Status::Completed
        {
            self.counted = true;
        } else if was_made || holds == *before {
            self.restore.put(field, Some(meant.clone()));
            self.native.0.set(field, meant);
        }
    }

    /// What the person had there before, where this was seen: what is ours is no news.
    pub(super) fn before(&self, seen: &PerField<Value>) -> Native {
        let mut before = Native::of(seen);
        for field in Field::ALL.into_iter().filter(|field| self.is_ours(*field)) {
            before.0.set(field, &self.native.0.get(field));
        }
        before
    }

    /// Whether a field holds what the service makes of what it was told.
    pub(super) fn has_told(&self, field: Field) -> bool {
        self.told.get(field).is_some()
    }

    /// Whether a field holds what the service counts of an entry that it was told is completed.
    pub(super) fn has_counted(&self, field: Field) -> bool {
        self.counted && field == Field::Progress
    }

    /// Whether a field holds what the service made of what it was told, so that it is nobody's word.
    pub(super) fn is_ours(&self, field: Field) -> bool {
        self.has_told(field) || self.has_counted(field)
    }

    /// What is still open of the last write after the service was read, where it has to have some values back to hold
    /// what is meant.
    pub(super) fn pending(
        &self,
        spoke: &Spoke<'_>,
        meant: &Native,
        back: &PerField<Value>,
    ) -> Option<Pending> {
        let told = spoke.base.pending.as_ref().filter(|_| self.open);
        let told = told.map(|pending| pending.told.clone()).unwrap_or_default();
        let is_open = !told.is_empty() || !back.is_empty();
        is_open.then(|| Pending { meant: meant.0.values(), before: spoke.native.0.values(), told })
    }
}
