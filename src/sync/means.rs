//! What looking things up takes, of the service's parts.

use crate::hub::app::App;
use crate::sync::resolve::Means;

impl App {
    /// What is asked, and what is known already.
    pub(crate) fn means(&self) -> Means<'_> {
        Means {
            trakt: self.trakt.client(),
            tmdb: self.tmdb.as_ref(),
            anilist: &self.anilist,
            datasets: &self.datasets,
            store: &self.store,
            clock: &self.clock,
            rewatches: self.settings.rewatches,
        }
    }
}
