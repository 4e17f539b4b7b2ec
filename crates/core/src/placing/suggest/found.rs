//! What a text search found, as places on Trakt.

use std::cmp::Reverse;

use super::hits::{is_in_time, is_same_work, likeness, years_apart};
use super::proposals::{
    Origin, Proposal, Rank, Tier, against, facts, is_misfit, slot_at, target_of,
};
use super::titles::{BEGINS_ALIKE, Likeness, SAME, SAME_BASE, SIMILAR};
use super::ways::{Way, ways};
use crate::domain::{Entry, Format, Media, Placement, SearchHit};
use crate::placing::checks::{Check, Outcome};
use crate::placing::claims::Rule;
use crate::placing::place::Shows;

/// How many hits of another title are shown when none of a similar one was found. Trakt also
/// searches other names, so that such a hit may be right.
const MOST_STRANGERS: usize = 2;

/// The hits as places, a show in several ways where it is not clear which is right. A way that the
/// air dates contradict is not worth a place beside one that they confirm.
pub(super) fn found(entry: &Entry, hits: &[SearchHit], shows: &Shows) -> Vec<Proposal> {
    let media = &entry.media;
    let mut found: Vec<Proposal> = Vec::new();
    for hit in hits.iter().filter(|hit| is_in_time(media, hit)) {
        let ways = ways(entry, hit, shows);
        let is_dated = ways.iter().any(Way::is_shown);
        for way in ways {
            let is_contradicted = is_dated && way.outcome(Check::Dates) == Outcome::Failed;
            let is_worth_it = !is_contradicted && is_possible(media, hit, &way);
            let proposal = proposal(media, hit, way);
            if is_worth_it && !found.iter().any(|other| other.covers(&proposal)) {
                found.push(proposal);
            }
        }
    }
    without_strangers(found)
}

fn without_strangers(found: Vec<Proposal>) -> Vec<Proposal> {
    let (alike, strangers): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|p| p.rank.likeness.0 >= SIMILAR || p.rank.tier < Tier::Found);
    if alike.is_empty() { strangers.into_iter().take(MOST_STRANGERS).collect() } else { alike }
}

/// What is surely wrong is not suggested, nor what only shares a word.
fn is_possible(media: &Media, hit: &SearchHit, way: &Way) -> bool {
    let likeness = likeness(media, hit);
    let is_film = matches!(way.placement, Placement::Movie { .. });
    if way.rule.is_none() {
        return likeness >= BEGINS_ALIKE && media.format != Some(Format::Movie);
    }
    if way.outcome(Check::Format) == Outcome::Failed
        || (is_film && way.outcome(Check::Count) == Outcome::Failed)
        || (way.outcome(Check::Dates) == Outcome::Failed && likeness < SAME_BASE)
        || (way.may_be_chance() && likeness < BEGINS_ALIKE)
    {
        return false;
    }
    likeness >= SIMILAR || years_apart(media, hit) == Some(0) || way.is_shown()
}

fn proposal(media: &Media, hit: &SearchHit, way: Way) -> Proposal {
    let likeness = likeness(media, hit);
    let against = against(&way.findings);
    let is_it = is_same_work(media, hit) || (likeness >= SAME_BASE && way.is_shown());
    let is_near = likeness >= BEGINS_ALIKE || way.is_shown();
    let tier = match &way.rule {
        Some(_) if is_it => Tier::SameWork,
        Some(_) if is_near && against == 0 => Tier::Supported,
        _ => Tier::Found,
    };
    let target = target_of(hit);
    Proposal {
        target,
        because: because(media, hit, likeness, &way),
        hit: Some(hit.clone()),
        placement: way.placement,
        rank: Rank {
            tier,
            misfit: is_misfit(media, target),
            against,
            likeness: Reverse(likeness),
            years_apart: years_apart(media, hit).unwrap_or(u16::MAX),
            origin: Origin::Search,
        },
    }
}

/// `Trakt's show of the same title; season 2; its air date agrees: …`
fn because(media: &Media, hit: &SearchHit, likeness: Likeness, way: &Way) -> String {
    let what = if matches!(way.placement, Placement::Movie { .. }) { "film" } else { "show" };
    let called = match likeness {
        SAME => "of the same title",
        SAME_BASE => "that the title names",
        BEGINS_ALIKE => "that the title begins with",
        SIMILAR.. => "of a similar title",
        _ => "that the search found",
    };
    let from = match (years_apart(media, hit), hit.year) {
        (Some(0), _) if likeness == SAME => " and year".to_owned(),
        (Some(0), _) => ", of the same year".to_owned(),
        (_, Some(year)) => format!(", from {year}"),
        (_, None) => String::new(),
    };
    let how = match &way.rule {
        None => "; which of its episodes is not clear".to_owned(),
        Some(Rule::Film) if against(&way.findings) == 0 => String::new(),
        Some(Rule::Film) => format!("; {}", facts(&way.findings)),
        Some(rule) => format!("; {}", evidence(rule, way)),
    };
    format!("Trakt's {what} {called}{from}{how}")
}

/// `S2E1 aired 2017-04-01, the entry began 2017-04-01`, or the rule with what the checks found.
fn evidence(rule: &Rule, way: &Way) -> String {
    let dates = way.findings.iter().find(|finding| finding.check == Check::Dates);
    match (dates, slot_at(&way.placement, 1)) {
        (Some(dates), Some(first)) if way.is_shown() && against(&way.findings) == 0 => {
            format!("{first} {}", dates.detail)
        }
        _ => format!("{rule}; {}", facts(&way.findings)),
    }
}
