//! Which entries have to be placed together.

use std::collections::HashSet;

use super::{Resolver, kind_of};
use crate::domain::Entry;
use crate::placing::claims::{Reference, ReferenceId};
use crate::placing::place::Target;

impl Resolver<'_> {
    /// The first so many entries, and all others that their sources put on a show or film of these.
    pub fn together<'e>(&self, entries: &'e [Entry], first: usize) -> Vec<&'e Entry> {
        let (first, rest) = entries.split_at(first);
        let named: HashSet<Reference> =
            first.iter().flat_map(|entry| self.references(entry)).collect();
        let is_beside =
            |entry: &&Entry| self.references(entry).iter().any(|one| named.contains(one));
        first.iter().chain(rest.iter().filter(is_beside)).collect()
    }

    /// Everything that the sources call it, and what Trakt calls that.
    fn references(&self, entry: &Entry) -> Vec<Reference> {
        let claims = self.claims_of(entry.media.id, kind_of(entry));
        let targets = claims.iter().filter_map(|claim| self.targets.of(claim).flatten());
        let on_trakt = targets.map(|target| match target {
            Target::Show(id) => Reference::show(ReferenceId::Trakt(id.0)),
            Target::Movie(id) => Reference::film(ReferenceId::Trakt(id.0)),
        });
        let on_trakt: Vec<_> = on_trakt.collect();
        claims.into_iter().flat_map(|claim| claim.references).chain(on_trakt).collect()
    }
}
