//! Looking at one entry without keeping the outcome.

use std::collections::HashMap;

use super::{Interruption, Resolver, Round, Shows};
use crate::domain::{Entry, TraktShowId};
use crate::error::Result;
use crate::mapping::place::{Decision, decide};

impl Resolver<'_> {
    /// Decides where an entry belongs like [`Resolver::place`], and saves no mapping. Shows that
    /// had to be fetched are kept.
    pub async fn look(&mut self, entry: &Entry) -> Result<Decision> {
        let claimed = [(entry, self.claims_of(entry))];
        let mut decisions = HashMap::new();
        let mut decision = decide(entry, &[], &self.shows);
        for round in [Round::FirstShow, Round::Recheck, Round::AllKnown, Round::LookUp] {
            self.prepare(round, &claimed, &[0], &decisions).await?;
            decision = decide(entry, &self.resolved(&claimed[0].1), &self.shows);
            if decision.placement.is_some() && !super::falls_short(&decision, entry) {
                break;
            }
            decisions.insert(entry.media.id, decision.clone());
        }
        Ok(decision)
    }

    /// Makes these shows known: from the store, or else from Trakt.
    pub async fn know(&mut self, shows: &[TraktShowId]) -> Result<()> {
        self.load_shows(shows.iter().copied().collect()).await
    }

    /// Every show that was looked at.
    pub fn shows(&self) -> &Shows {
        &self.shows
    }

    /// Why looking things up had to stop, if it had to.
    pub fn interruption(&self) -> Option<&Interruption> {
        self.interrupted.as_ref()
    }
}
