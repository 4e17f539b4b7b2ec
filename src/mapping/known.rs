//! What is known of foreign numbers without asking anybody.

use std::collections::{HashMap, HashSet};

use super::claims::{Reference, ReferenceId};
use super::datasets::Snapshot;
use super::resolve::Queue;
use crate::domain::Reason;
use crate::store::{Mapping, MappingKind, MediaType};

/// The films that Trakt did not know when they were posted.
pub(super) fn refused_targets(saved: &[Mapping], queue: &Queue) -> HashSet<(MediaType, u64)> {
    let is_refused = |mapping: &&Mapping| {
        let waiting = queue.get(&mapping.anilist_id);
        mapping.kind == MappingKind::Auto
            && mapping.media_type == Some(MediaType::Movie)
            && waiting.is_some_and(|row| row.reason == Reason::RefusedByTrakt)
    };
    let refused = saved.iter().filter(is_refused);
    refused.map(|mapping| (MediaType::Movie, mapping.trakt_id)).collect()
}

/// Which foreign numbers the datasets and earlier look-ups already tie to a Trakt id. A number
/// that is tied to two is left out.
pub(super) fn known_without_asking(
    snapshot: &Snapshot,
    saved: &[Mapping],
) -> HashMap<Reference, Option<u64>> {
    let mut known: HashMap<Reference, Option<u64>> = HashMap::new();
    let mut ambiguous = Vec::new();
    let from_otaku = snapshot.otaku.rows().iter().filter_map(|row| {
        let tvdb = row.tvdb.filter(|_| row.kind == MediaType::Show).map(ReferenceId::Tvdb);
        let ids = [row.tmdb.map(ReferenceId::Tmdb), row.imdb.clone().map(ReferenceId::Imdb), tvdb];
        Some((row.kind, u64::from(row.trakt?), ids))
    });
    let from_saved = saved.iter().filter_map(|mapping| {
        let ids = [mapping.tmdb_id.map(ReferenceId::Tmdb), None, None];
        Some((mapping.media_type?, mapping.trakt_id, ids))
    });
    for (kind, trakt, ids) in from_otaku.chain(from_saved) {
        for id in ids.into_iter().flatten() {
            let reference = Reference { kind, id };
            match known.insert(reference.clone(), Some(trakt)) {
                Some(Some(other)) if other != trakt => ambiguous.push(reference),
                _ => {}
            }
        }
    }
    for reference in ambiguous {
        known.remove(&reference);
    }
    known
}
