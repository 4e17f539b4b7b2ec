//! Why an entry is placed where it is, for a person.

use jiff::Timestamp;

use super::single::{Located, locate, locate_with};
use crate::domain::{
    AnilistId, EarlierPlace, Item, Mapping, OnTrakt, Placement, PlacementRow, Reason, Season, Show,
    Slot, Source, Verdict,
};
use crate::hub::error::{Error, Result};
use crate::hub::names::{Names, Numbered, named_in};
use crate::hub::person::Person;
use crate::hub::trakt_titles;
use crate::outbound::ProviderError;
use crate::placing::evidence::Evidence;
use crate::placing::reuse::{Moved, moved};
use crate::placing::siblings::Contest;
use crate::plan::Corrections;
use crate::store::StoreError;

/// Why an entry is placed where it is.
#[derive(Debug)]
pub struct Explanation {
    /// The entry.
    pub anilist_id: AnilistId,
    /// How far the placement can be trusted.
    pub verdict: Verdict,
    /// Who proposed it.
    pub source: Option<Source>,
    /// Why there is none.
    pub reason: Option<Reason>,
    /// The same as a sentence.
    pub sentence: Option<&'static str>,
    /// The placement.
    pub placement: Option<Placement>,
    /// The facts and every candidate.
    pub evidence: Evidence,
    /// The entry's episodes on Trakt, corrections included; empty for a film.
    pub episodes: Vec<Shown>,
    /// The seasons of the show it is placed on; empty for a film, or when they were not read.
    pub seasons: Vec<Season>,
    /// Episodes that another entry has the better claim to.
    pub contests: Vec<Contest>,
    /// Episodes that were posted elsewhere before.
    pub moved: Vec<Moved>,
    /// Where it was while those were posted.
    pub earlier: Vec<EarlierPlace>,
    /// Since when it has been placed so.
    pub placed_at: Option<Timestamp>,
    /// Why this is what was kept, and not what would be decided now.
    pub kept_because: Option<String>,
    /// What the titles in all that are called.
    pub names: Names,
}

/// One episode of an entry with its slot on Trakt.
#[derive(Debug)]
pub struct Shown {
    /// The entry's own number.
    pub abs: u32,
    /// Trakt's season.
    pub season: u16,
    /// The number in it.
    pub number: u32,
    /// When it first aired, if Trakt knows.
    pub first_aired: Option<Timestamp>,
    /// A person corrected it.
    pub overridden: bool,
}

/// Decides anew where an entry belongs and explains it. When a service that has to be asked does
/// not answer, explains what was decided before.
pub async fn explain(person: &Person, id: AnilistId) -> Result<Explanation> {
    let located = match locate(person, id).await {
        Err(Error::Provider(fault)) => return kept(person, id, fault).await,
        located => located?,
    };
    let row = person.store.placements(&[id]).await?.remove(&id);
    of_located(&located, row).with_names_asked(person).await
}

/// Explains where an entry would belong with this mapping, and keeps nothing of it.
pub async fn explain_with(person: &Person, mapping: Mapping) -> Result<Explanation> {
    of_located(&locate_with(person, mapping).await?, None).with_names_asked(person).await
}

impl Explanation {
    /// The same, and Trakt is asked what is called whose name is not known yet.
    async fn with_names_asked(self, person: &Person) -> Result<Self> {
        let known = self.named(person).await?;
        let unnamed = known.unnamed();
        if unnamed.is_empty() {
            return Ok(known);
        }
        trakt_titles::ask(&person.services, &unnamed).await?;
        known.named(person).await
    }

    /// The shows and films in question that have no name.
    fn unnamed(&self) -> Vec<OnTrakt> {
        let targets = self.evidence.candidates.iter().map(|one| one.target.on_trakt());
        targets.filter(|target| self.names.on_trakt(*target).is_none()).collect()
    }

    /// With the names of what it speaks of.
    async fn named(mut self, person: &Person) -> Result<Self> {
        trakt_titles::keep(&person.services).await;
        self.names = Names::of(&person.services, &person.store, self.numbered()).await?;
        Ok(self)
    }

    /// What it speaks of by number.
    fn numbered(&self) -> Vec<Numbered> {
        let evidence = &self.evidence;
        let placed = self.placement.iter().filter_map(|place| Some(place.item(1)?.into()));
        let targets = evidence.candidates.iter().map(|one| one.target.on_trakt());
        let on_trakt = placed.chain(targets).map(Numbered::OnTrakt);
        let contests = self.contests.iter().map(|contest| Numbered::Entry(contest.by));
        let moved: Vec<String> = self.moved.iter().map(Moved::to_string).collect();
        let told = evidence.texts().chain(moved.iter().map(String::as_str)).flat_map(named_in);
        on_trakt.chain(contests).chain(told).collect()
    }
}

fn of_located(located: &Located, row: Option<PlacementRow>) -> Explanation {
    Explanation {
        anilist_id: located.entry.media.id,
        verdict: located.decision.verdict,
        source: located.decision.source,
        reason: located.decision.reason,
        sentence: located.decision.reason.map(Reason::sentence),
        placement: located.decision.placement.clone(),
        evidence: Evidence::of(&located.entry, &located.decision),
        episodes: episodes(located),
        seasons: seasons(located),
        contests: located.decision.standoff.contests.clone(),
        moved: located.decision.moved.clone(),
        placed_at: row.as_ref().map(|row| row.placed_at),
        earlier: row.map(|row| row.earlier).unwrap_or_default(),
        kept_because: None,
        names: Names::default(),
    }
}

async fn kept(person: &Person, id: AnilistId, fault: ProviderError) -> Result<Explanation> {
    let row = person.store.placements(&[id]).await?.remove(&id);
    let evidence = person.store.evidence(id).await?;
    let (Some(row), Some(evidence)) = (row, evidence) else { return Err(Error::Provider(fault)) };
    let evidence = serde_json::from_str(&evidence).map_err(|cause| {
        let key = format!("evidence of AniList {id}");
        StoreError::Corrupt { key, cause: cause.to_string() }
    })?;
    let overrides = person.store.overrides().await?;
    let corrections = Corrections::new(&overrides);
    let places = row.placement.as_ref().map(|place| slots(id, place, place.len(), &corrections));
    let episodes = places.unwrap_or_default().into_iter().map(|place| place.shown(None)).collect();
    of_row(row, evidence, episodes, fault.to_string()).named(person).await
}

fn of_row(
    row: PlacementRow,
    evidence: Evidence,
    episodes: Vec<Shown>,
    because: String,
) -> Explanation {
    Explanation {
        anilist_id: row.anilist_id,
        verdict: row.verdict,
        source: row.source,
        reason: row.reason,
        sentence: row.reason.map(Reason::sentence),
        moved: moved(&row),
        placement: row.placement,
        evidence,
        episodes,
        seasons: Vec::new(),
        contests: Vec::new(),
        earlier: row.earlier,
        placed_at: Some(row.placed_at),
        kept_because: Some(because),
        names: Names::default(),
    }
}

fn seasons(located: &Located) -> Vec<Season> {
    let show = located.decision.placement.as_ref().and_then(Placement::show);
    let listed = show.and_then(|id| located.shows.get(&id)?.as_ref());
    listed.map(Show::outline).unwrap_or_default()
}

fn episodes(located: &Located) -> Vec<Shown> {
    let Some(placement) = &located.decision.placement else { return Vec::new() };
    let corrections = Corrections::new(&located.overrides);
    let last = placement.len().max(located.entry.watched());
    let places = slots(located.entry.media.id, placement, last, &corrections);
    let show = placement.show().and_then(|id| located.shows.get(&id)?.as_ref());
    let aired = |slot| show.and_then(|show| show.episode(slot)?.first_aired);
    places.into_iter().map(|place| place.shown(aired(place.slot))).collect()
}

#[derive(Clone, Copy)]
struct Place {
    abs: u32,
    slot: Slot,
    overridden: bool,
}

impl Place {
    fn shown(self, first_aired: Option<Timestamp>) -> Shown {
        let Slot { season, number } = self.slot;
        Shown { abs: self.abs, season, number, first_aired, overridden: self.overridden }
    }
}

/// The slots of the episodes up to `last`, corrections included.
fn slots(
    entry: AnilistId,
    placement: &Placement,
    last: u32,
    corrections: &Corrections<'_>,
) -> Vec<Place> {
    let place = |abs| {
        let corrected = corrections.of(entry, placement.show(), abs).map(|(_, slot)| slot);
        let slot = corrected.or_else(|| match placement.item(abs)? {
            Item::Episode { slot, .. } => Some(slot),
            Item::Movie { .. } => None,
        })?;
        Some(Place { abs, slot, overridden: corrected.is_some() })
    };
    (1..=last).filter_map(place).collect()
}
