//! What a person says afterwards: how a conflict is settled, and what is taken back.

use super::base::{Base, Choice};
use super::fields::Held;
use super::profile::ListService;
use super::project::Native;
use super::rules::By;
use super::settle::Answered;
use super::value::{Field, PerField, Value};

impl Held {
    /// The value that a choice means for this conflict; none where whoever was chosen says nothing here.
    pub fn answer(&self, choice: &Choice, library: &Value) -> Option<Value> {
        let of = |by| self.claims.iter().find(|(who, ..)| *who == by).map(|(_, value, _)| value);
        match choice {
            Choice::Library => Some(library.clone()),
            Choice::Value(value) => Some(value.clone()),
            Choice::Service(service) => of(By::Service(*service)).cloned(),
            Choice::Furthest | Choice::Newest => self.suggestion.clone(),
        }
    }

    /// What a service itself has, if it is one of those that disagree.
    pub fn native_of(&self, service: ListService) -> Option<&Value> {
        let of = |(by, ..): &&(By, Value, Option<Value>)| *by == By::Service(service);
        self.claims.iter().find(of).and_then(|(.., native)| native.as_ref())
    }
}

impl Base {
    /// Notes that the person was asked about what a service holds, so that it is no news any more: whatever they chose
    /// is wanted there.
    #[must_use]
    pub fn settled(&self, field: Field, native: &Value) -> Self {
        let mut base = self.clone();
        base.seen.put(field, Some(native.clone()));
        base.sent.put(field, None);
        base.calm(field);
        base
    }

    /// Notes what a service holds after something written to it was taken back. `wanted` is what the library would
    /// have there: it is not told again.
    #[must_use]
    pub fn undone(&self, answered: &Answered<'_>, wanted: &PerField<Value>) -> Self {
        let mut base = self.answered(answered);
        for (field, _) in answered.told.iter() {
            base.sent.put(field, wanted.get(field).cloned());
        }
        base
    }
}

/// One write to a service, as it is kept: the fields that became others by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// What they were.
    pub before: PerField<Value>,
    /// What they became.
    pub after: PerField<Value>,
}

impl Written {
    /// What a write made of an entry.
    pub fn of(before: &Native, after: &Native) -> Self {
        let changed = |field: &Field| before.0.get(*field) != after.0.get(*field);
        let fields: Vec<Field> = Field::ALL.into_iter().filter(changed).collect();
        let of =
            |native: &Native| fields.iter().map(|field| (*field, native.0.get(*field))).collect();
        Self { before: of(before), after: of(after) }
    }

    /// What takes the write back, where the service still holds what it made; whatever the person changed since stays.
    pub fn undo(&self, now: &Native) -> PerField<Value> {
        PerField::of_each(|field| {
            let still = self.after.get(field) == Some(&now.0.get(field));
            self.before.get(field).filter(|_| still).cloned()
        })
    }
}
