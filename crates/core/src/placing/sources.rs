//! Which independent sources name a place. Sources that copy each other count once.

use std::collections::BTreeSet;

use super::candidates::{Body, Candidate, begins};
use super::checks::{Check, Finding};
use super::decision::Judged;
use super::place::Case;
use super::worth;
use crate::domain::{Format, Source};

/// Sources that have their numbers from the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    /// A person.
    Person,
    /// AniBridge's editors.
    Anibridge,
    /// Otaku and Fribbs, who both carry TheTVDB's numbers.
    Tvdb,
    /// AniList's relations.
    Relations,
}

/// None for what was found by looking at the show, and for what an earlier decision left behind:
/// it must not confirm itself.
fn family(source: Source) -> Option<Family> {
    match source {
        Source::Manual => Some(Family::Person),
        Source::Anibridge => Some(Family::Anibridge),
        Source::Otaku | Source::Fribbs => Some(Family::Tvdb),
        Source::Prequels => Some(Family::Relations),
        Source::Saved | Source::Search | Source::AirDates | Source::Breakpoints => None,
    }
}

/// Who names the place of a candidate, and what that is worth.
pub(super) fn named_by(
    candidate: &Candidate<'_>,
    all: &[Candidate<'_>],
    case: &Case<'_>,
) -> Finding {
    let agreeing = || all.iter().filter(|other| is_same_place(other, candidate));
    let families: BTreeSet<Family> = agreeing().filter_map(|other| family(other.source)).collect();
    let contradicts_itself =
        agreeing().any(|other| other.around.is_shared || other.around.is_split);
    let worth = families.iter().map(|family| match family {
        Family::Tvdb if contradicts_itself => 0,
        family => worth_of(*family, candidate),
    });
    let worth = worth.sum();
    if is_anothers(candidate, contradicts_itself, case) {
        let detail = "a source has another work there".to_owned();
        return Finding::new(Check::Sources, worth::ANOTHER_THERE, detail);
    }
    let sources: BTreeSet<&str> = agreeing()
        .filter(|other| family(other.source).is_some())
        .map(|other| other.source.name())
        .collect();
    let names = sources.into_iter().collect::<Vec<_>>().join(", ");
    let detail = match families.len() {
        0 => "no source names the place".to_owned(),
        _ if contradicts_itself => format!("named by {names}, for another work as well"),
        _ => format!("named by {names}"),
    };
    Finding::new(Check::Sources, worth, detail)
}

/// Whether the beginning of a show is another work's: for what nobody names there, and for what is no
/// series, or has no day, although the source puts both there.
fn is_anothers(candidate: &Candidate<'_>, is_shared: bool, case: &Case<'_>) -> bool {
    let Body::Episodes { show, episodes, .. } = &candidate.body else { return false };
    let media = &case.entry.media;
    let Some(first) = episodes.first().filter(|first| first.slot.season > 0) else { return false };
    let is_dated = media.start_date.day().is_some() && first.first_aired.is_some();
    let is_plain = media.format == Some(Format::Tv) && is_dated;
    match candidate.source {
        Source::Breakpoints | Source::AirDates => {
            let is_taken = case.is_first_taken(show.id) && !(is_shared && is_plain);
            begins(show.regular(), first) && is_taken
        }
        _ => {
            begins(show.season(first.slot.season), first)
                && (is_shared || candidate.around.is_split)
                && !is_plain
        }
    }
}

fn worth_of(family: Family, candidate: &Candidate<'_>) -> i32 {
    match (family, &candidate.body) {
        (Family::Person, _) => worth::POSTED,
        (_, Body::Film { .. }) => worth::FILM_NAMED,
        (_, Body::Episodes { episodes, .. }) => {
            let is_special = episodes.first().is_some_and(|episode| episode.slot.season == 0);
            match family {
                Family::Anibridge if is_special => worth::ANIBRIDGE_SPECIAL,
                Family::Tvdb if is_special => worth::TVDB_SPECIAL,
                Family::Tvdb => worth::TVDB_NUMBERS,
                Family::Relations if is_just_inside(candidate) => 0,
                Family::Relations => worth::PREQUELS_END,
                Family::Anibridge | Family::Person => worth::ANIBRIDGE,
            }
        }
    }
}

/// One or two episodes inside a season: the works before it were counted otherwise.
fn is_just_inside(candidate: &Candidate<'_>) -> bool {
    candidate.start().is_some_and(|start| matches!(start.offset, 1 | 2))
}

/// The same film, or the same episodes as far as both go.
fn is_same_place(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    match (&one.body, &other.body) {
        (Body::Film { movie, .. }, Body::Film { movie: same, .. }) => movie == same,
        (
            Body::Episodes { show, episodes, holes },
            Body::Episodes { show: same, episodes: others, holes: other_holes },
        ) => {
            show.id == same.id
                && !episodes.is_empty()
                && !others.is_empty()
                && (holes == other_holes || episodes.len().min(others.len()) == 1)
                && episodes.iter().zip(others).all(|(one, other)| one.slot == other.slot)
        }
        _ => false,
    }
}

/// How many independent sources name the place of a judged candidate.
pub(super) fn families(judged: &[Judged], chosen: &Judged) -> usize {
    let agreeing = judged.iter().filter(|other| other.is_same_place(chosen));
    agreeing.filter_map(|other| family(other.source)).collect::<BTreeSet<_>>().len()
}
