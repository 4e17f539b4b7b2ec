//! What a special is called.

use super::{Check, Finding, Placed};
use crate::domain::Episode;
use crate::mapping::candidates::numbers;
use crate::mapping::specials::{is_part, is_promotion};
use crate::mapping::worth;

/// Whether the first special has the work's title. None where it says nothing.
pub(super) fn title(placed: &Placed<'_>) -> Option<Finding> {
    if !placed.is_in_specials() {
        return None;
    }
    let (media, first) = (&placed.entry.media, placed.first()?);
    let called = first.title.as_deref()?;
    let is_called = |special| is_part(media, 1, special);
    let has_namesake = || placed.show.season(0).iter().any(is_called);
    let worth = if is_promotion(media, first) {
        worth::PROMOTION
    } else if is_called(first) {
        worth::SPECIAL_TITLE
    } else if has_namesake() {
        worth::OTHER_SPECIAL
    } else {
        return None;
    };
    Some(Finding::new(Check::Title, worth, format!("the special is called {called}")))
}

/// How many of the specials come before the first that is another work's: another special is the part
/// of its number, or it only advertises.
pub(super) fn first_of_another(placed: &Placed<'_>) -> Option<usize> {
    let media = &placed.entry.media;
    let is_anothers = |(number, special): (u32, &&Episode)| {
        let is_it = |other: &Episode| is_part(media, number, other);
        let is_elsewhere = !is_it(special) && placed.show.season(0).iter().any(is_it);
        is_elsewhere || is_promotion(media, special)
    };
    numbers(placed.holes).zip(placed.episodes).position(is_anothers)
}

/// Whether each of the specials has the title and the number of its part.
pub(super) fn are_parts(placed: &Placed<'_>) -> bool {
    let mut numbered = numbers(placed.holes).zip(placed.episodes);
    numbered.all(|(number, special)| is_part(&placed.entry.media, number, special))
}
