//! Looking at one entry without keeping the outcome.

use jiff::Timestamp;

use super::{Interruption, Resolver, Shows};
use crate::domain::{Mapping, TraktShowId};
use crate::hub::error::Result;
use crate::hub::live::Teller;
use crate::placing::decision::Decision;
use crate::placing::place::Facts;
use crate::plan::Title;

impl Resolver<'_> {
    /// Decides where a title belongs like [`Resolver::place`], and keeps nothing but the shows
    /// that had to be fetched.
    pub async fn look(&mut self, title: &Title) -> Result<Decision> {
        let mut trials = self.trials(&[title]).await?;
        let trials = &mut trials[..];
        let open = self.ask_around(trials, vec![0]).await?;
        self.look_around(trials, open).await?;
        self.count_on(trials).await?;
        self.follow_schedules(trials).await?;
        self.look_beside(trials).await?;
        let decided = trials[0].decision.take();
        Ok(decided.unwrap_or_else(|| self.decide(&trials[0], Facts::default())))
    }

    /// Takes this mapping for one that was made by hand.
    #[must_use]
    pub fn assuming(mut self, mapping: Mapping) -> Self {
        self.saved.insert(mapping.anilist_id, mapping);
        self
    }

    /// Makes these shows known: from the store, or else from Trakt.
    pub async fn know(&mut self, shows: &[TraktShowId]) -> Result<()> {
        self.shelf.load(shows.iter().copied().collect(), &mut self.asking).await
    }

    /// Every show that was looked at.
    pub fn shows(&self) -> &Shows {
        self.shelf.shows()
    }

    /// Whether something was found out that was not known before.
    pub fn has_news(&self) -> bool {
        self.asking.has_written()
    }

    /// When the first of the copies of shows that were young enough is so no longer.
    pub fn young_until(&self) -> Option<Timestamp> {
        self.shelf.young_until()
    }

    /// Who watches.
    pub fn teller(&self) -> &Teller {
        self.asking.teller()
    }

    /// Whether nothing more is asked.
    pub fn is_stopped(&self) -> bool {
        self.asking.is_stopped()
    }

    /// Why looking things up had to stop, if it had to.
    pub fn interruption(&self) -> Option<&Interruption> {
        self.asking.interruption()
    }
}
