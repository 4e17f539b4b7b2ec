//! What is known of foreign numbers without asking anybody.

use std::collections::{HashMap, HashSet};

use super::AllWaiting;
use crate::domain::{Mapping, MappingKind, MediaType, Reason};
use crate::hub::datasets::Snapshot;
use crate::placing::claims::{Reference, ReferenceId};

/// The films that Trakt did not know when they were posted.
pub(super) fn refused_targets(
    saved: &[Mapping],
    waiting: &AllWaiting,
) -> HashSet<(MediaType, u64)> {
    let is_refused = |mapping: &&Mapping| {
        let waiting = waiting.get(&mapping.anilist_id);
        mapping.kind == MappingKind::Auto
            && mapping.media_type == Some(MediaType::Movie)
            && waiting.is_some_and(|row| row.reason == Reason::RefusedByTrakt)
    };
    let refused = saved.iter().filter(is_refused);
    refused.map(|mapping| (MediaType::Movie, mapping.trakt_id)).collect()
}

/// What is known of a foreign number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Trakt's number for it; none when Trakt does not have it.
    pub(super) number: Option<u64>,
    /// Whence this is known.
    pub(super) origin: Origin,
}

/// Whence a number is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A dataset.
    Dataset,
    /// Somebody was asked, in this run or an earlier one.
    LookUp,
}

/// Which foreign numbers the datasets and earlier look-ups already tie to a Trakt id. A number
/// that is tied to two is left out.
pub(super) fn known_without_asking(
    snapshot: &Snapshot,
    saved: &[Mapping],
) -> HashMap<Reference, Known> {
    let mut known: HashMap<Reference, Known> = HashMap::new();
    let mut ambiguous = Vec::new();
    let from_otaku = snapshot.otaku.rows().iter().filter_map(|row| {
        let tvdb = row.tvdb.filter(|_| row.kind == MediaType::Show).map(ReferenceId::Tvdb);
        let ids = [row.tmdb.map(ReferenceId::Tmdb), row.imdb.map(ReferenceId::Imdb), tvdb];
        Some((Origin::Dataset, row.kind, u64::from(row.trakt?), ids))
    });
    let from_saved = saved.iter().filter_map(|mapping| {
        let ids = [mapping.tmdb_id.map(ReferenceId::Tmdb), None, None];
        Some((Origin::LookUp, mapping.media_type?, mapping.trakt_id, ids))
    });
    for (origin, kind, trakt, ids) in from_otaku.chain(from_saved) {
        for id in ids.into_iter().flatten() {
            let reference = Reference { kind, id };
            let first =
                *known.entry(reference.clone()).or_insert(Known { number: Some(trakt), origin });
            if first.number != Some(trakt) {
                ambiguous.push(reference);
            }
        }
    }
    for reference in ambiguous {
        known.remove(&reference);
    }
    known
}
