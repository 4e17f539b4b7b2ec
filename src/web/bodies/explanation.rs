//! Why an entry is placed where it is.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::each;
use super::evidence::Evidence;
use super::ids::AnilistId;
use super::places::{EarlierPlace, Item, Placement, Season, TraktTitle};
use super::verdicts::{Reason, Source, Verdict};
use crate::hub::names::Names;
use crate::placing::{reuse, siblings};
use crate::sync::explanation;

/// Why an entry is placed where it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The entry.
    anilist_id: AnilistId,
    /// How far the placement can be trusted.
    verdict: Verdict,
    /// Who proposed it.
    source: Option<Source>,
    /// Why there is none.
    reason: Option<Reason>,
    /// The same as a sentence.
    sentence: Option<&'static str>,
    /// The placement.
    placement: Option<Placement>,
    /// What the show or film is called that it is placed on; none until Trakt has told.
    trakt_title: Option<TraktTitle>,
    /// The facts and every candidate.
    #[serde(flatten)]
    evidence: Evidence,
    /// The entry's episodes on Trakt, corrections included; empty for a film.
    episodes: Vec<Shown>,
    /// The seasons of the show it is placed on; empty for a film, or when they were not read.
    seasons: Vec<Season>,
    /// Episodes that another entry has the better claim to.
    contests: Vec<Contest>,
    /// Episodes that were posted elsewhere before.
    moved: Vec<Moved>,
    /// Where it was while those were posted.
    earlier: Vec<EarlierPlace>,
    /// Since when it has been placed so.
    placed_at: Option<Timestamp>,
    /// Why this is what was kept, and not what would be decided now.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_because: Option<String>,
}

impl From<explanation::Explanation> for Explanation {
    fn from(explained: explanation::Explanation) -> Self {
        let names = &explained.names;
        let placed = explained.placement.as_ref().and_then(|placement| placement.item(1));
        let trakt_title = placed.and_then(|item| names.on_trakt(item.into())).map(Into::into);
        let contests = explained.contests.iter();
        Self {
            anilist_id: explained.anilist_id.into(),
            verdict: explained.verdict.into(),
            source: explained.source.map(Into::into),
            reason: explained.reason.map(Into::into),
            sentence: explained.sentence,
            placement: explained.placement.map(Into::into),
            trakt_title,
            evidence: Evidence::of(explained.evidence, names),
            episodes: each(explained.episodes),
            seasons: each(explained.seasons),
            contests: contests.map(|contest| Contest::of(*contest, names)).collect(),
            moved: each(explained.moved),
            earlier: each(explained.earlier),
            placed_at: explained.placed_at,
            kept_because: explained.kept_because,
        }
    }
}

/// One episode of an entry with its slot on Trakt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// The entry's own number.
    abs: u32,
    /// Trakt's season.
    season: u16,
    /// The number in it.
    number: u32,
    /// When it first aired, if Trakt knows.
    first_aired: Option<Timestamp>,
    /// A person corrected it.
    overridden: bool,
}

impl From<explanation::Shown> for Shown {
    fn from(shown: explanation::Shown) -> Self {
        let explanation::Shown { abs, season, number, first_aired, overridden } = shown;
        Self { abs, season, number, first_aired, overridden }
    }
}

/// An episode of an entry that another entry has the better claim to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Contest {
    /// The entry's own number.
    abs: u32,
    /// The entry that keeps the episode.
    by: AnilistId,
    /// What that entry is called; none where it is not on the list.
    title: Option<String>,
}

impl Contest {
    fn of(siblings::Contest { abs, by }: siblings::Contest, names: &Names) -> Self {
        Self { abs, by: by.into(), title: names.entry(by).map(str::to_owned) }
    }
}

/// An episode that was posted in one place and belongs in another one now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Moved {
    /// The entry's own number.
    abs: u32,
    /// What it was on Trakt when it was posted.
    was: Item,
    /// What it is now.
    is: Item,
}

impl From<reuse::Moved> for Moved {
    fn from(reuse::Moved { abs, was, is }: reuse::Moved) -> Self {
        Self { abs, was: was.into(), is: is.into() }
    }
}
