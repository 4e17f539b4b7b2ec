//! What the person's other entries say of a place: works of one show follow each other without a
//! gap and without an overlap.

use super::{Check, Finding, Placed};
use crate::domain::{AnilistId, Slot};
use crate::placing::place::Neighbour;
use crate::placing::worth;

/// How the placement lies beside those of other entries; none where it lies beside none.
pub(super) fn neighbours(placed: &Placed<'_>) -> Option<Finding> {
    let (mut worth, mut facts) = (0, Vec::new());
    for (entry, beside) in beside(placed) {
        match beside {
            Beside::In(count) => {
                let fact = format!("AniList {entry}, right before it, has {count} episodes");
                return Some(Finding::new(Check::Neighbours, worth::IN_ANOTHER, fact));
            }
            Beside::After => facts.push(format!("it follows AniList {entry}")),
            Beside::Before => facts.push(format!("AniList {entry} follows it")),
        }
        worth += worth::BESIDE_ANOTHER;
    }
    (!facts.is_empty()).then(|| Finding::new(Check::Neighbours, worth, facts.join(", and ")))
}

/// Whether another entry begins right after the last episode.
pub(super) fn is_followed(placed: &Placed<'_>) -> bool {
    beside(placed).any(|(_, beside)| matches!(beside, Beside::Before))
}

/// How a placement lies beside another entry.
enum Beside {
    /// It begins where the other, of so many episodes, would go on.
    In(u32),
    /// It begins where the other ends.
    After,
    /// It ends where the other begins.
    Before,
}

fn beside<'a>(placed: &'a Placed<'_>) -> impl Iterator<Item = (AnilistId, Beside)> + 'a {
    let ends = || Some((placed.first()?.slot, placed.episodes.last()?.slot));
    let season = placed.season_of_first();
    let position = |slot: Slot| season.iter().position(|episode| episode.slot == slot);
    let own = ends().and_then(|(first, last)| Some((position(first)?, position(last)?)));
    let here = placed.case.facts.neighbours.iter().filter(|other| other.show == placed.show.id);
    here.filter_map(move |Neighbour { entry, first, placed: taken, count, .. }| {
        let ((begins, ends), other) = (own?, position(*first)?);
        let beside = if (other + *taken as usize..other + *count as usize).contains(&begins) {
            Beside::In(*count)
        } else if other + *count as usize == begins {
            Beside::After
        } else if other == ends + 1 {
            Beside::Before
        } else {
            return None;
        };
        Some((*entry, beside))
    })
}
