//! Which entries have to be placed together.

use std::collections::HashSet;

use super::{Resolver, kind_of};
use crate::domain::Entry;
use crate::placing::claims::{Reference, ReferenceId};
use crate::placing::place::Target;
use crate::plan::Title;

impl Resolver<'_> {
    /// The numbers of all titles that their sources put on a show or film of the first so many, but for
    /// these.
    pub fn beside(&self, list: &[Title], first: usize) -> Vec<usize> {
        let (taken, rest) = list.split_at(first);
        let named: HashSet<Reference> =
            taken.iter().flat_map(|title| self.references(&title.entry)).collect();
        let is_beside =
            |title: &Title| self.references(&title.entry).iter().any(|one| named.contains(one));
        (first..).zip(rest).filter(|(_, title)| is_beside(title)).map(|(index, _)| index).collect()
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
