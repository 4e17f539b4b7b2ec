//! What a service is to be told of an entry, and what is agreed with it before it is told.

use crate::merge::base::Totals;
use crate::merge::project::{Catalogue, Projected, Unheld};
use crate::merge::value::{Entry, Field, PerField};

use super::side::{Side, Stand};
use super::{Decision, Next, Table};

impl Table<'_> {
    pub(super) fn next(
        &self,
        place: usize,
        side: &Side<'_>,
        decisions: &PerField<Decision>,
        entry: &Entry,
    ) -> Next {
        let catalogue = self.counted_with(side, entry);
        let mut next = Next::new(side.spoke.service, side.echo.native.clone());
        next.base.clone_from(side.spoke.base);
        next.base.as_of = next.base.as_of.max(side.spoke.updated_at);
        next.base.totals = Some(Totals { total: catalogue.total, volumes: catalogue.volumes });
        let claims = |decision: &Decision| {
            decision.waits() && matches!(decision.stands[place], Stand::Changed | Stand::Asked(_))
        };
        let waiting = decisions.iter().filter(|(_, decision)| claims(decision));
        let waiting: Vec<Field> = waiting.map(|(field, _)| field).collect();
        let disputed = waiting.iter().any(|field| field.is_position());
        for (field, decision) in decisions.iter() {
            let stand = decision.stands[place];
            let wanted = side.profile.project(entry, field, catalogue);
            // While a field waits, only who has what the library has agrees to anything.
            let agrees = matches!(stand, Stand::Quiet | Stand::Told)
                && wanted.as_ref() == Ok(&side.holds(field));
            if agrees || !decision.waits() {
                self.next_of_field(&mut next, side, field, stand, wanted);
            } else {
                next.note_while_it_waits(side, field, stand);
            }
            if disputed && field.is_position() && !side.echo.is_ours(field) {
                // Whether somebody went forward or back is told by all of these: none moves on while one waits.
                next.base.seen.put(field, side.spoke.base.seen.get(field).cloned());
            }
        }
        next.restore = PerField::of_each(|field| {
            let has = side.profile.has(field) && next.write.get(field).is_none();
            let was = side.echo.restore.get(field).filter(|_| has);
            was.filter(|was| **was == next.native.0.get(field)).cloned()
        });
        next.base.pending = side.echo.pending(side.spoke, &next.native, &next.restore);
        next.spare(side, &waiting);
        next
    }

    /// The catalogue that an entry is counted with from now on: the one of today as soon as the person's position
    /// changes, and until then the one of the last time.
    fn counted_with(&self, side: &Side<'_>, entry: &Entry) -> Catalogue {
        let moved = |field| {
            let changed = self.hub.entry.get(field) != entry.get(field);
            let seen = side.spoke.base.seen.get(field);
            changed
                || seen.is_some_and(|seen| *seen != side.holds(field))
                || side.outdated(entry, field)
        };
        let fewer = matches!(side.wants(entry, Field::Progress), Err(Unheld::KnowsFewer { .. }));
        let position = [Field::Status, Field::Repeating, Field::Progress, Field::Volumes];
        if fewer || position.into_iter().any(moved) { side.spoke.catalogue } else { side.catalogue }
    }

    fn next_of_field(
        &self,
        next: &mut Next,
        side: &Side<'_>,
        field: Field,
        stand: Stand,
        wanted: Projected,
    ) {
        let made = side.spoke.native.0.get(field);
        let wanted_made = wanted.as_ref() == Ok(&made);
        let holds = if wanted_made { made } else { side.holds(field) };
        // What the service made by itself may be just what is wanted now.
        next.native.0.set(field, &holds);
        let anew = field == Field::Progress && next.has_new_status(side);
        let base = &mut next.base;
        match stand {
            Stand::Unconfirmed => return next.unconfirmed.push(field),
            Stand::Off if !side.spoke.direction(field).goes_out() => return,
            Stand::Flapping => next.flapping.push(field),
            Stand::Changed | Stand::Asked(_) | Stand::Repaired | Stand::Told
                if wanted.as_ref() != Ok(&holds) =>
            {
                base.sent.put(field, None);
            }
            _ => {}
        }
        if self.hub.edited(field) {
            base.calm(field);
        } else if !matches!(stand, Stand::Off | Stand::Told) && base.seen.get(field) != Some(&holds)
        {
            // Also back to what is wanted there: that is half of a change to and fro.
            base.flipped(field, &holds, self.rules.now);
        }
        let met = base.seen.get(field).is_some();
        base.seen.put(field, Some(holds.clone()));
        let let_be = matches!(stand, Stand::Flapping | Stand::Aside);
        let goes_out = side.spoke.direction(field).goes_out() && !let_be;
        match wanted {
            Err(Unheld::KnowsFewer { known }) => {
                next.knows_fewer = Some(known);
                base.sent.put(field, None);
            }
            Err(Unheld::Unknown) => base.sent.put(field, None),
            Ok(wanted) if wanted == holds || !goes_out => base.sent.put(field, Some(wanted)),
            // What only goes out takes nothing away that was there before.
            Ok(wanted) if !met && wanted.is_empty() => base.sent.put(field, Some(wanted)),
            Ok(wanted) if !anew && base.sent.get(field) == Some(&wanted) => {}
            Ok(wanted) => next.write.put(field, Some(wanted)),
        }
    }
}

impl Next {
    /// What is no word on a field is seen while the field waits, so that it is none when the person has answered.
    fn note_while_it_waits(&mut self, side: &Side<'_>, field: Field, stand: Stand) {
        if matches!(stand, Stand::Told | Stand::Aside) {
            self.base.seen.put(field, Some(side.holds(field)));
        }
        if stand == Stand::Told {
            self.base.sent.put(field, None);
        }
    }

    /// What waits there has to be there still when the person is asked. Fields with which the service would make
    /// something else of it are told later; how far somebody is, which comes first, is most often the reason.
    fn spare(&mut self, side: &Side<'_>, waiting: &[Field]) {
        for field in Field::ALL {
            if waiting.is_empty() || self.told().is_empty() || !side.would_lose(waiting, self) {
                break;
            }
            self.write.put(field, None);
            self.restore.put(field, None);
        }
    }

    /// Whether the status there is or becomes another one, so that a progress that did not go with the last one may go
    /// with this.
    fn has_new_status(&self, side: &Side<'_>) -> bool {
        let (now, before) = (&self.base.seen, &side.spoke.base.seen);
        self.write.get(Field::Status).is_some()
            || now.get(Field::Status) != before.get(Field::Status)
    }
}
