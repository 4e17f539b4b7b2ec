//! What a special is called.

use super::{Check, Finding, Placed};
use crate::placing::candidates::numbers;
use crate::placing::specials::Called;
use crate::placing::worth;

/// Whether the first special has the work's title. None where it says nothing.
pub(super) fn title(placed: &Placed<'_>) -> Option<Finding> {
    if !placed.is_in_specials() {
        return None;
    }
    let first = placed.first()?;
    let title = first.title.as_deref()?;
    let called = Called::of(&placed.entry.media);
    let is_it = |special| called.is_part(1, special);
    let worth = if called.is_promotion(first) {
        worth::PROMOTION
    } else if is_it(first) {
        worth::SPECIAL_TITLE
    } else if placed.show.season(0).iter().any(is_it) {
        worth::OTHER_SPECIAL
    } else {
        return None;
    };
    Some(Finding::new(Check::Title, worth, format!("the special is called {title}")))
}

/// How many of the specials come before the first that is another work's: another special is the part
/// of its number, or it only advertises.
pub(super) fn first_of_another(placed: &Placed<'_>) -> Option<usize> {
    let called = Called::of(&placed.entry.media);
    let named = called.among(placed.show.season(0));
    let mut numbered = numbers(placed.holes).zip(placed.episodes);
    numbered.position(|(number, special)| {
        let is_elsewhere = !called.is_part(number, special)
            && named.iter().any(|other| called.is_part(number, other));
        is_elsewhere || called.is_promotion(special)
    })
}

/// Whether each of the specials has the title and the number of its part.
pub(super) fn are_parts(placed: &Placed<'_>) -> bool {
    let called = Called::of(&placed.entry.media);
    let mut numbered = numbers(placed.holes).zip(placed.episodes);
    numbered.all(|(number, special)| called.is_part(number, special))
}
