//! The films of a run, as far as they were looked at.

use std::collections::{BTreeSet, HashMap};

use super::budget::Budget;
use crate::domain::{Film, TraktMovieId};
use crate::hub::error::Result;

/// What is known of films; none for one that Trakt does not have.
#[derive(Debug, Default)]
pub(super) struct Films(HashMap<TraktMovieId, Option<Film>>);

impl Films {
    pub(super) fn get(&self, id: TraktMovieId) -> Option<&Option<Film>> {
        self.0.get(&id)
    }

    /// Those that Trakt does not have.
    pub(super) fn gone(&self) -> BTreeSet<TraktMovieId> {
        let gone = self.0.iter().filter(|(_, film)| film.is_none());
        gone.map(|(id, _)| *id).collect()
    }

    /// Adds what a search told of films.
    pub(super) fn extend(&mut self, found: Vec<(TraktMovieId, Film)>) {
        self.0.extend(found.into_iter().map(|(id, film)| (id, Some(film))));
    }

    /// Asks Trakt for these films, each once.
    pub(super) async fn load(
        &mut self,
        wanted: BTreeSet<TraktMovieId>,
        asking: &mut Budget<'_>,
    ) -> Result<()> {
        for id in wanted {
            if self.0.contains_key(&id) {
                continue;
            }
            if asking.must_stop() {
                break;
            }
            match asking.means.trakt.film(id).await {
                Ok(film) => {
                    self.0.insert(id, film);
                }
                Err(error) => asking.interrupt(error)?,
            }
        }
        Ok(())
    }
}
