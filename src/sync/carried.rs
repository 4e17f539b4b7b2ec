//! The list of a first sync, from one part of it to the next.
//!
//! A large first sync takes many runs. A run that others go on from leaves the list to the very next
//! one, so that it is not read again each time. What changes meanwhile is read as a change once the
//! first sync is whole. A person who starts a run may have changed the list just now, and a run of
//! another process has read it anew; both end the carrying.

use jiff::SignedDuration;

use super::collect::{Collected, ReadBefore};
use super::modes::{Mode, Trigger};
use crate::domain::RunId;
use crate::hub::person::Person;

/// A list that is older is read again.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);

/// What a run leaves to the next.
#[derive(Debug)]
struct Part {
    /// Who leaves it.
    run: RunId,
    /// Whose list it is.
    identity: String,
    collected: Collected,
}

/// Leaves the list to the run after this one, if it was read as a whole.
pub(super) fn leave(person: &Person, run: RunId, mode: Mode, collected: Collected) {
    if mode == Mode::Full && collected.since.is_none() {
        person.handover.leave(Part { run, identity: person.anilist.owner().identity(), collected });
    }
}

/// What the run before this one left.
pub(super) fn take(person: &Person, run: RunId, trigger: Trigger) -> ReadBefore {
    let Some(part) = person.handover.take::<Part>() else { return ReadBefore::Nothing };
    let age = person.services.outbound.true_time().as_second().saturating_sub(part.collected.began);
    let is_good = trigger == Trigger::Auto
        && part.run.0.checked_add(1) == Some(run.0)
        && part.identity == person.anilist.owner().identity()
        && (0..GOOD_FOR.as_secs()).contains(&age);
    if is_good { ReadBefore::List(Box::new(part.collected)) } else { ReadBefore::Nothing }
}
