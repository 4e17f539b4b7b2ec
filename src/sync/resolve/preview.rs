//! Looking at one entry without keeping the outcome.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Depth, Interruption, Memory, Queue, Request, Resolver, Shows};
use crate::domain::{Entry, Mapping, TraktShowId};
use crate::hub::error::Result;
use crate::hub::live::Teller;
use crate::placing::decision::Decision;
use crate::placing::place::Facts;

impl Resolver<'_> {
    /// Decides where an entry belongs like [`Resolver::place`], and keeps nothing but the shows
    /// that had to be fetched.
    pub async fn look(&mut self, entry: &Entry) -> Result<Decision> {
        let request = Request {
            entries: vec![entry],
            rested: &HashSet::new(),
            progress: &HashMap::new(),
            queue: &Queue::new(),
            memory: Memory::Renew,
            depth: Depth::Anywhere,
        };
        let titles = self.titles(&request).await?;
        let mut decisions = HashMap::new();
        let open = self.ask_around(&titles, vec![0], request.rested, &mut decisions).await?;
        self.look_around(&titles, open, &mut decisions).await?;
        let mut facts = self.count_on(&titles, &mut decisions).await?;
        self.follow_schedules(&titles, request.rested, &mut facts, &mut decisions).await?;
        self.look_beside(&titles, facts, &mut decisions).await?;
        let decided = decisions.remove(&entry.media.id);
        Ok(decided.unwrap_or_else(|| self.decide(&titles[0], Facts::default())))
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
