//! What the numbers of other catalogues are on Trakt.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::AllWaiting;
use super::budget::Budget;
use super::films::Films;
use super::known::{Known, Origin, known_without_asking, refused_targets};
use super::lookup::trakt_item;
use crate::domain::{Film, Mapping, MediaType, TraktMovieId, TraktShowId};
use crate::hub::datasets::Snapshot;
use crate::hub::error::Result;
use crate::placing::claims::{Claim, Reference, ReferenceId};
use crate::placing::place::{ResolvedClaim, Target};

/// Numbers whose Trakt id is known, or known not to be there.
#[derive(Debug)]
pub(super) struct Targets {
    known: HashMap<Reference, Known>,
    refused: HashSet<(MediaType, u64)>,
}

impl Targets {
    /// What is known without asking. What Trakt refused in an earlier run is not proposed again
    /// before it was looked up.
    pub(super) fn new(snapshot: &Snapshot, saved: &[Mapping], waiting: &AllWaiting) -> Self {
        let refused = refused_targets(saved, waiting);
        let mut known = known_without_asking(snapshot, saved);
        known.retain(|reference, known| {
            !known.number.is_some_and(|id| refused.contains(&(reference.kind, id)))
        });
        Self { known, refused }
    }

    /// The claims whose target is known by now.
    pub(super) fn resolved(&self, claims: &[Claim]) -> Vec<ResolvedClaim> {
        let resolve = |claim: &Claim| {
            let target = self.of(claim)?;
            Some(ResolvedClaim { claim: claim.clone(), target })
        };
        claims.iter().filter_map(resolve).collect()
    }

    /// The claim's target: not known yet, known not to exist, or known.
    #[expect(clippy::option_option, reason = "not known yet and known not to exist differ")]
    pub(super) fn of(&self, claim: &Claim) -> Option<Option<Target>> {
        let mut all_known = true;
        for reference in &claim.references {
            match self.number(reference) {
                Some(Some(id)) => return Some(Some(Target::new(reference.kind, id))),
                Some(None) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(None)
    }

    /// The claim's target as far as the datasets alone tell it.
    pub(super) fn by_datasets(&self, claim: &Claim) -> Option<Target> {
        claim.references.iter().find_map(|reference| {
            let id = match reference.id {
                ReferenceId::Trakt(id) => id,
                _ => self.known.get(reference).filter(|k| k.origin == Origin::Dataset)?.number?,
            };
            Some(Target::new(reference.kind, id))
        })
    }

    /// The shows among the targets of some claims, the most believed first.
    pub(super) fn shows_of<'b>(
        &'b self,
        claims: &'b [Claim],
    ) -> impl Iterator<Item = TraktShowId> + 'b {
        claims.iter().filter_map(|claim| match self.of(claim)?? {
            Target::Show(id) => Some(id),
            Target::Movie(_) => None,
        })
    }

    /// The films among the targets of some claims.
    pub(super) fn films_of<'b>(
        &'b self,
        claims: &'b [Claim],
    ) -> impl Iterator<Item = TraktMovieId> + 'b {
        claims.iter().filter_map(|claim| match self.of(claim)?? {
            Target::Movie(id) => Some(id),
            Target::Show(_) => None,
        })
    }

    /// Forgets what a film's own numbers on Trakt contradict: a dataset that ties two numbers to each
    /// other may be wrong.
    pub(super) fn correct<'b>(&mut self, claims: impl Iterator<Item = &'b Claim>, films: &Films) {
        for reference in claims.flat_map(|claim| &claim.references) {
            let number = self.known.get(reference).and_then(|known| known.number);
            let film = number.filter(|_| reference.kind == MediaType::Movie);
            let film = film.and_then(|id| films.get(TraktMovieId(id))?.as_ref());
            let differs = film.is_some_and(|film| match &reference.id {
                ReferenceId::Tmdb(id) => film.tmdb.is_some_and(|own| own != *id),
                ReferenceId::Imdb(id) => film.imdb.as_ref().is_some_and(|own| own != id),
                ReferenceId::Trakt(_) | ReferenceId::Tvdb(_) => false,
            });
            if differs {
                self.known.remove(reference);
            }
        }
    }

    /// Forgets the numbers of what Trakt does not have any more, so that they are looked up again:
    /// Trakt merges shows and films.
    pub(super) fn disown(&mut self, shows: &BTreeSet<TraktShowId>, films: &BTreeSet<TraktMovieId>) {
        self.refused.extend(shows.iter().map(|id| (MediaType::Show, id.0)));
        self.refused.extend(films.iter().map(|id| (MediaType::Movie, id.0)));
        let refused = &self.refused;
        self.known.retain(|reference, known| {
            !known.number.is_some_and(|number| refused.contains(&(reference.kind, number)))
        });
    }

    #[expect(clippy::option_option, reason = "not known yet and known not to exist differ")]
    fn number(&self, reference: &Reference) -> Option<Option<u64>> {
        match reference.id {
            ReferenceId::Trakt(id) => {
                Some(Some(id).filter(|id| !self.refused.contains(&(reference.kind, *id))))
            }
            _ => self.known.get(reference).map(|known| known.number),
        }
    }

    /// Looks up the claims that have no known target by their numbers, the surest first, until
    /// one is found. Gives what was told of films.
    pub(super) async fn look_up<'b>(
        &mut self,
        claims: impl Iterator<Item = &'b Claim>,
        asking: &mut Budget<'_>,
    ) -> Result<Vec<(TraktMovieId, Film)>> {
        let mut films = Vec::new();
        for claim in claims {
            if self.of(claim).is_some() {
                continue;
            }
            for reference in &claim.references {
                if asking.must_stop() {
                    return Ok(films);
                }
                films.extend(self.ask(reference, asking).await?);
                if matches!(self.number(reference), Some(Some(_))) {
                    break;
                }
            }
        }
        Ok(films)
    }

    async fn ask(
        &mut self,
        reference: &Reference,
        asking: &mut Budget<'_>,
    ) -> Result<Option<(TraktMovieId, Film)>> {
        if self.number(reference).is_some() {
            return Ok(None);
        }
        match trakt_item(asking.means, reference).await {
            Ok(found) => {
                let number = found.as_ref().map(|found| found.id);
                self.known.insert(reference.clone(), Known { number, origin: Origin::LookUp });
                let film = found.filter(|_| reference.kind == MediaType::Movie);
                Ok(film.map(|found| (TraktMovieId(found.id), found.film)))
            }
            Err(error) => {
                asking.interrupt(error)?;
                Ok(None)
            }
        }
    }
}
