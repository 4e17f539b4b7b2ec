//! Reads what entries continue, for those that nobody gives a season.

use std::collections::BTreeSet;

use super::budget::Budget;
use crate::domain::{AnilistId, Prequel, TraktShowId, Verdict};
use crate::hub::error::Result;
use crate::placing::decision::{Decision, Judged};
use crate::placing::place::Facts;
use crate::placing::prequels::{Ahead, Known, Line, episodes_before, line};

/// How many works a line may have; the longest series on AniList have fewer parts.
const LONGEST_LINE: usize = 30;

/// Whether a decision needs to know what the work continues or belongs to: nobody names its place, or
/// it is put at the beginning of a show without a day that says so.
pub(super) fn is_needed(decision: &Decision) -> bool {
    let judged = &decision.judged;
    let nobody_names_a_place = !judged.is_empty() && judged.iter().all(Judged::is_derived);
    let unsure = nobody_names_a_place && decision.verdict != Verdict::Verified;
    unsure || judged.iter().any(|judged| !judged.is_derived() && judged.is_mere_beginning())
}

/// Asks AniList for the prequels of these entries, and theirs, to the beginning.
pub(super) async fn read(entries: &[AnilistId], asking: &mut Budget<'_>) -> Result<Known> {
    let mut known = Known::new();
    for _ in 0..LONGEST_LINE {
        let unknown: BTreeSet<AnilistId> = entries
            .iter()
            .filter_map(|&entry| match line(entry, &known) {
                Line::Ask(id) => Some(id),
                Line::Whole(_) | Line::Unclear => None,
            })
            .collect();
        if unknown.is_empty() || asking.must_stop() {
            break;
        }
        let unknown: Vec<_> = unknown.into_iter().collect();
        match asking.means.anilist.relations(&unknown).await {
            Ok(relations) => known.extend(relations),
            Err(error) => asking.interrupt(error)?,
        }
    }
    Ok(known)
}

/// What an entry's relations tell of it on each of these shows. None when its line could not be read
/// to the end.
pub(super) fn facts(
    entry: AnilistId,
    shows: &[TraktShowId],
    known: &Known,
    is_on: impl Fn(&Prequel, TraktShowId) -> Option<bool>,
) -> Option<Facts> {
    let works = match line(entry, known) {
        Line::Whole(works) => Some(works),
        Line::Unclear => None,
        Line::Ask(_) => return None,
    };
    let ahead = |show| {
        let works = works.as_ref()?;
        episodes_before(works, |prequel| is_on(prequel, show))
    };
    let before = shows.iter().map(|show| (*show, ahead(*show).into())).collect();
    Some(Facts { before, ..Facts::default() })
}

/// What is left when the line is longer than anybody follows.
pub(super) fn nothing_known(shows: &[TraktShowId]) -> Facts {
    let before = shows.iter().map(|show| (*show, Ahead::Unknown)).collect();
    Facts { before, ..Facts::default() }
}
