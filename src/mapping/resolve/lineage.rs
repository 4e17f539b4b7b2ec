//! Reads what entries continue, for those that nobody gives a season.

use std::collections::BTreeSet;

use super::asking::Asking;
use crate::domain::{AnilistId, Prequel, Source, TraktShowId, Verdict};
use crate::error::Result;
use crate::mapping::place::{Before, Decision, Judged};
use crate::mapping::prequels::{Known, Line, episodes_before, line};

/// How many works a line may have; the longest series on AniList have fewer parts.
const LONGEST_LINE: usize = 30;

/// Whether a decision needs to know what comes before: it rests, or fails, on counting through the
/// show alone.
pub(super) fn is_needed(decision: &Decision) -> bool {
    let judged = &decision.judged;
    let nobody_names_a_place = !judged.is_empty() && judged.iter().all(Judged::is_derived);
    let by_date = decision.source == Some(Source::AirDates);
    nobody_names_a_place && !by_date && decision.verdict != Verdict::Verified
}

/// Asks AniList for the prequels of these entries, and theirs, to the beginning.
pub(super) async fn read(entries: &[AnilistId], asking: &mut Asking<'_>) -> Result<Known> {
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
        match asking.app.anilist.prequels(&unknown).await {
            Ok(prequels) => known.extend(prequels),
            Err(error) => asking.interrupt(error)?,
        }
    }
    Ok(known)
}

/// What comes before an entry on each of these shows. None when its line could not be read to the
/// end.
pub(super) fn before(
    entry: AnilistId,
    shows: impl Iterator<Item = TraktShowId>,
    known: &Known,
    is_on: impl Fn(&Prequel, TraktShowId) -> Option<bool>,
) -> Option<Before> {
    let works = match line(entry, known) {
        Line::Whole(works) => Some(works),
        Line::Unclear => None,
        Line::Ask(_) => return None,
    };
    let ahead = |show| {
        let works = works.as_ref()?;
        episodes_before(works, |prequel| is_on(prequel, show))
    };
    Some(shows.map(|show| (show, ahead(show).into())).collect())
}
