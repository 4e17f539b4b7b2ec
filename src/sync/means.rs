//! What looking things up takes, of the service's parts.

use crate::hub::person::Person;
use crate::sync::resolve::Means;

impl Person {
    /// What is asked, and what is known already.
    pub(crate) fn means(&self) -> Means<'_> {
        Means {
            trakt: self.trakt.client(),
            tmdb: self.services.tmdb.as_ref(),
            anilist: &self.anilist,
            datasets: &self.services.datasets,
            store: &self.store,
            clock: &self.services.clock,
            rewatches: self.settings.rewatches,
        }
    }
}
