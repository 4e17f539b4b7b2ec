//! The ways in which an entry may lie in a show or film that a search found.

use super::hits::{closest, likeness, years_apart};
use super::proposals::target_of;
use super::titles::{SAME, SAME_BASE, Title};
use crate::domain::{Entry, Format, Media, Placement, SearchHit, Show, Source, TraktShowId};
use crate::placing::candidates::{Body, Candidate, Wanted, begins_run, expand, is_extra};
use crate::placing::checks::{Check, Finding, Outcome, check};
use crate::placing::claims::{Around, Rule};
use crate::placing::place::{Case, Facts, Shows, Target};

/// One way to place an entry on a hit.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// How; none when only the show is known.
    pub(super) rule: Option<Rule>,
    pub(super) placement: Placement,
    pub(super) findings: Vec<Finding>,
    /// Whether the first episode is the first of a run, not one of a weekly series.
    begins_run: bool,
}

impl Way {
    pub(super) fn outcome(&self, check: Check) -> Outcome {
        let found = self.findings.iter().find(|finding| finding.check == check);
        found.map_or(Outcome::Unknown, |finding| finding.outcome)
    }

    pub(super) fn is_shown(&self) -> bool {
        self.outcome(Check::Dates) == Outcome::Passed
    }

    /// Some episode of any weekly series airs on a given day, one time in seven.
    pub(super) fn may_be_chance(&self) -> bool {
        matches!(self.rule, Some(Rule::StartDate)) && !self.begins_run
    }
}

/// The ways of one hit, those with episodes first. A show that Trakt lists no episode of has none.
pub(super) fn ways(entry: &Entry, hit: &SearchHit, shows: &Shows) -> Vec<Way> {
    match target_of(hit) {
        Target::Movie(movie) => {
            let body = Body::Film { movie, parts: 1 };
            vec![way(entry, Rule::Film, body, true)]
        }
        Target::Show(id) => match shows.get(&id) {
            Some(Some(show)) => [on_show(entry, hit, show), vec![show_alone(id)]].concat(),
            Some(None) => Vec::new(),
            None => vec![show_alone(id)],
        },
    }
}

fn on_show(entry: &Entry, hit: &SearchHit, show: &Show) -> Vec<Way> {
    let mut ways = Vec::new();
    for rule in rules(&entry.media, hit, show) {
        let found = expand(&rule, show, &Wanted::new(&entry.media, Source::Saved));
        if let Some(first) = found.episodes.first() {
            let begins_run = begins_run(show.season(first.slot.season), first);
            ways.push(way(
                entry,
                rule,
                Body::Episodes { show, episodes: found.episodes, holes: found.holes },
                begins_run,
            ));
        }
    }
    ways
}

fn show_alone(show: TraktShowId) -> Way {
    let placement = Placement::Episodes { show, spans: Vec::new() };
    Way { rule: None, placement, findings: Vec::new(), begins_run: false }
}

/// One way, judged. The source is no matter for the checks.
fn way(entry: &Entry, rule: Rule, body: Body<'_>, begins_run: bool) -> Way {
    let candidate = Candidate { source: Source::Saved, rule, around: Around::default(), body };
    let case = Case { entry, claims: &[], facts: &Facts::default() };
    let findings = check(&candidate, &case);
    let placement = candidate.placement();
    Way { rule: Some(candidate.rule), placement, findings, begins_run }
}

/// How the entry may lie in a found show: from the episode that aired when the entry began, and
/// from the season that its title speaks of.
fn rules(media: &Media, hit: &SearchHit, show: &Show) -> Vec<Rule> {
    let likeness = likeness(media, hit);
    let whole = || vec![Rule::Season { season: 1, offset: 0 }, Rule::Continuous];
    let by_title = match closest(media, hit) {
        _ if media.format == Some(Format::Movie) => Vec::new(),
        _ if likeness == SAME => whole(),
        _ if is_extra(media) => Vec::new(),
        Some(title) if title.is_later => {
            let part = later_part(media, &title, show).filter(|_| likeness == SAME_BASE);
            part.into_iter().collect()
        }
        _ if likeness == SAME_BASE || years_apart(media, hit) == Some(0) => whole(),
        _ => Vec::new(),
    };
    std::iter::once(Rule::StartDate).chain(by_title).collect()
}

/// "Season 3" is the third season. A later part of a season is what is left of it once as many
/// episodes as the entry has are counted from its end.
fn later_part(media: &Media, title: &Title<'_>, show: &Show) -> Option<Rule> {
    if title.part.is_none_or(|part| part < 2) {
        return Some(Rule::Season { season: title.season?, offset: 0 });
    }
    let season = title.season.unwrap_or(1);
    let listed = u32::try_from(show.season(season).len()).ok()?;
    let offset = listed.checked_sub(media.episodes?).filter(|before| *before > 0)?;
    Some(Rule::Season { season, offset })
}
