//! Decisions as mappings, which the page lists and later look-ups rest on.

use jiff::Timestamp;

use crate::domain::{Entry, ImdbId, Mapping, MappingKind, MediaType, Placement, TvdbId};
use crate::placing::claims::{Claim, ReferenceId};
use crate::placing::decision::Decision;
use crate::placing::place::Target;
use crate::store::Write;

/// How the saved mapping of an entry changes. A mapping made by hand never does.
pub(super) fn change(
    entry: &Entry,
    claims: &[Claim],
    target: impl Fn(&Claim) -> Option<Target>,
    decision: &Decision,
    saved: Option<&Mapping>,
    now: Timestamp,
) -> Option<Write> {
    if saved.is_some_and(|saved| saved.kind == MappingKind::Manual) {
        return None;
    }
    let Some(placement) = &decision.placement else {
        return saved.map(|saved| Write::RemoveMapping(saved.anilist_id));
    };
    let mut mapping = mapping(entry, decision, placement, now);
    let place = Target::of(placement);
    let agreeing = claims.iter().filter(|claim| target(claim) == Some(place));
    for reference in agreeing.flat_map(|claim| &claim.references) {
        note(&mut mapping, &reference.id);
    }
    let same = saved.is_some_and(|saved| {
        mapping.updated_at = saved.updated_at;
        *saved == mapping
    });
    if same {
        return None;
    }
    mapping.updated_at = now;
    Some(Write::Mapping(mapping))
}

fn mapping(entry: &Entry, decision: &Decision, placement: &Placement, now: Timestamp) -> Mapping {
    let (media_type, trakt_id) = match placement {
        Placement::Movie { movie, .. } => (MediaType::Movie, movie.0),
        Placement::Episodes { show, .. } => (MediaType::Show, show.0),
    };
    Mapping {
        anilist_id: entry.media.id,
        trakt_id,
        tmdb_id: None,
        imdb_id: None,
        tvdb_id: None,
        kind: MappingKind::Auto,
        media_type: Some(media_type),
        season: None,
        offset: None,
        source: decision.source.map_or("", |source| source.name()).to_owned(),
        title: Some(entry.media.titles.display().to_owned()),
        cover: entry.media.cover.clone(),
        updated_at: now,
    }
}

/// The first number of each site is kept.
fn note(mapping: &mut Mapping, id: &ReferenceId) {
    match id {
        ReferenceId::Trakt(_) => {}
        ReferenceId::Tmdb(id) => mapping.tmdb_id = mapping.tmdb_id.or(Some(*id)),
        ReferenceId::Tvdb(id) => mapping.tvdb_id = mapping.tvdb_id.or(Some(TvdbId(*id))),
        ReferenceId::Imdb(id) => {
            mapping.imdb_id.get_or_insert_with(|| ImdbId::clone(id));
        }
    }
}
