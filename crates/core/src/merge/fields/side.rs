//! A service's side of an entry: how it stands to each field, and what it says of it.

use crate::library::Status;
use crate::merge::base::{Contact, Spoke};
use crate::merge::echo::Echo;
use crate::merge::profile::Profile;
use crate::merge::project::{Catalogue, Native, Projected};
use crate::merge::rules::{Ask, By, Claim};
use crate::merge::value::{Entry, Field, Value};

use super::{Next, Table};

/// A service's side, with what its entry means.
pub(super) struct Side<'a> {
    pub(super) spoke: &'a Spoke<'a>,
    pub(super) profile: &'static Profile,
    /// The catalogue as it was last counted with.
    pub(super) catalogue: Catalogue,
    /// What its entry means.
    pub(super) entry: Entry,
    /// What its entry meant when it was last seen.
    pub(super) before: Entry,
    /// What the person has there, and what the service made of it.
    pub(super) echo: Echo,
}

/// How a side stands to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// The field does not go between the two.
    Off,
    /// It has not changed, or to what is wanted there.
    Quiet,
    /// It has changed.
    Changed,
    /// It has changed in a way that is no word on the library's value, and may stay there.
    Aside,
    /// It has changed in a way that is no word on the library's value, and is put right.
    Repaired,
    /// It has changed in a way that only a person can mean.
    Asked(Ask),
    /// It may have changed; one row of a list does not prove it.
    Unconfirmed,
    /// It changes to and fro.
    Flapping,
    /// It has become what the service makes of what it was told.
    Told,
}

impl<'a> Side<'a> {
    pub(super) fn of(spoke: &'a Spoke<'a>, hub: &Entry) -> Self {
        let profile = spoke.profile();
        let catalogue = spoke.base.frozen(spoke.catalogue);
        let echo = Echo::of(spoke);
        let seen = spoke.base.seen.get(Field::Progress);
        let moved = seen != Some(&echo.native.0.get(Field::Progress));
        let counted = if moved { spoke.catalogue } else { catalogue };
        let before = echo.before(&spoke.base.seen);
        let meant = |native: &Native, catalogue| {
            let mut entry = profile.lift(native, catalogue);
            if !says_again(profile, entry.status) {
                // Who pauses while watching again is still watching again; this service has no word for it.
                entry.repeating = hub.repeating;
            }
            entry
        };
        let (entry, before) = (meant(&echo.native, counted), meant(&before, catalogue));
        Self { spoke, profile, catalogue, entry, before, echo }
    }

    pub(super) fn holds(&self, field: Field) -> Value {
        self.echo.native.0.get(field)
    }

    pub(super) fn wants(&self, entry: &Entry, field: Field) -> Projected {
        self.profile.project(entry, field, self.catalogue)
    }

    /// Whether the library changed, as far as the service can tell.
    pub(super) fn outdated(&self, hub: &Entry, field: Field) -> bool {
        self.wants(hub, field).is_ok_and(|wanted| self.spoke.base.sent.get(field) != Some(&wanted))
    }

    /// Whether the service, told this, would end up without something that the person has there in one of these fields.
    pub(super) fn would_lose(&self, waiting: &[Field], next: &Next) -> bool {
        let (held, catalogue) = (self.spoke.native, self.spoke.catalogue);
        let Ok(got) = self.profile.put_right(held, &next.told(), &next.native, catalogue) else {
            return false;
        };
        let lost = |field: &Field| {
            let holds = self.holds(*field);
            held.0.get(*field) == holds && got.0.get(*field) != holds
        };
        waiting.iter().any(lost)
    }

    pub(super) fn is_first(&self) -> bool {
        self.spoke.contact == Contact::First
    }

    /// Whether a field is another one than was seen there, by whoever's doing.
    pub(super) fn is_news(&self, field: Field) -> bool {
        let seen = self.spoke.base.seen.get(field);
        seen != Some(&self.holds(field)) && !self.echo.is_ours(field)
    }

    /// What the side says of a field, and the library's entry with all that changed there.
    pub(super) fn claim(&self, hub: &Entry, field: Field) -> Claim {
        let mut entry = hub.clone();
        for news in Field::ALL.into_iter().filter(|news| self.is_news(*news)) {
            entry.set(news, &self.entry.get(news));
        }
        let (before, after) = self.moved();
        Claim {
            by: By::Service(self.spoke.service),
            value: self.entry.get(field),
            entry,
            before,
            after,
            counted: self.echo.native.0.progress.number(u32::MAX),
            at: self.spoke.updated_at,
        }
    }

    /// What the side had and what it has, in its own numbers, to tell which way it went. A status that does not say
    /// whether the work is watched again is no move in that.
    fn moved(&self) -> (Entry, Entry) {
        let Native(mut before) = self.echo.before(&self.spoke.base.seen);
        let Native(mut after) = self.echo.native.clone();
        if !says_again(self.profile, after.status) {
            after.repeating = before.repeating;
        } else if !says_again(self.profile, before.status) {
            before.repeating = after.repeating;
        }
        (before, after)
    }
}

/// Whether the service says of a work of this status if it is watched again: by a word of its own, or as nobody is.
fn says_again(profile: &Profile, status: Status) -> bool {
    profile.can_repeat(status) || matches!(status, Status::Completed | Status::Planning)
}

impl Table<'_> {
    pub(super) fn stand(&self, side: &Side<'_>, field: Field) -> Stand {
        if !side.spoke.direction(field).comes_in() {
            return Stand::Off;
        }
        if side.echo.has_told(field) {
            return Stand::Told;
        }
        let (holds, seen) = (side.holds(field), side.spoke.base.seen.get(field));
        let wanted = side.wants(self.hub.entry, field);
        if seen == Some(&holds) || wanted.as_ref() == Ok(&holds) {
            return Stand::Quiet;
        }
        if side.echo.has_counted(field) {
            return Stand::Aside;
        }
        let asked_at_first = side.is_first() && field.is_position() && self.hub.exists;
        if seen.is_none() && holds.is_empty() && !asked_at_first {
            return Stand::Quiet;
        }
        let flaps = || side.spoke.base.flaps(field, &holds, self.rules.now);
        if !self.hub.edited(field) && flaps() {
            return Stand::Flapping;
        }
        self.change(side, field, &holds)
    }

    /// What a change at a service says of the library's value.
    pub(super) fn change(&self, side: &Side<'_>, field: Field, holds: &Value) -> Stand {
        let hub = self.hub.entry;
        let (now, before) = (&side.entry, &side.before);
        let known = side.spoke.base.seen.get(field).is_some();
        let emptied = known && holds.is_empty() && !hub.get(field).is_empty();
        let again = now.repeats > before.repeats || now.repeating != before.repeating;
        match field {
            // Most programs forget to say that it is a rewatch.
            Field::Repeating if known && hub.repeating && now.status == Status::Current => {
                if now.repeats > before.repeats { Stand::Changed } else { Stand::Repaired }
            }
            Field::Repeating if now.repeating == hub.repeating => Stand::Aside,
            Field::Finished if known && again && !hub.finished.to_string().is_empty() => {
                Stand::Aside
            }
            Field::Private if known && !now.private => Stand::Asked(Ask::Shown),
            Field::Score if emptied && !side.spoke.confirmed => Stand::Unconfirmed,
            Field::Started | Field::Finished | Field::Notes if emptied => {
                Stand::Asked(Ask::Emptied)
            }
            _ => Stand::Changed,
        }
    }
}
