//! What the person's other entries say of a place: works of one show follow each other without a
//! gap and without an overlap.

use super::{Check, Finding, Placed};
use crate::domain::Slot;
use crate::mapping::place::Neighbour;
use crate::mapping::worth;

/// How the placement lies beside the verified ones of other entries; none where there are none.
pub(super) fn neighbours(placed: &Placed<'_>) -> Option<Finding> {
    let (first, last) = (placed.first()?.slot, placed.episodes.last()?.slot);
    let season = placed.show.season(first.season);
    let position = |slot: Slot| season.iter().position(|episode| episode.slot == slot);
    let (first, last) = (position(first)?, position(last)?);
    let here = placed.neighbours.iter().filter(|other| other.show == placed.show.id);
    let (mut worth, mut facts) = (0, Vec::new());
    for Neighbour { entry, first: begins, placed: taken, count, .. } in here {
        let Some(begins) = position(*begins) else { continue };
        let (taken, ends) = (begins + *taken as usize, begins + *count as usize);
        if (taken..ends).contains(&first) {
            worth = worth::IN_ANOTHER;
            facts = vec![format!("AniList {entry}, right before it, has {count} episodes")];
            break;
        } else if ends == first {
            worth += worth::BESIDE_ANOTHER;
            facts.push(format!("it follows AniList {entry}"));
        } else if begins == last + 1 {
            worth += worth::BESIDE_ANOTHER;
            facts.push(format!("AniList {entry} follows it"));
        }
    }
    (!facts.is_empty()).then(|| Finding::new(Check::Neighbours, worth, facts.join(", and ")))
}
