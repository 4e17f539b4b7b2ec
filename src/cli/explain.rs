//! Why a title is placed where it is, to read in a terminal.

use std::fmt::Write as _;

use anilist_trakt_sync::domain::{AnilistId, MediaType, Placement, Slot, Verdict};
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::placing::checks::{Check, Outcome as Found};
use anilist_trakt_sync::placing::evidence::Candidate;
use anilist_trakt_sync::plain::plain;
use anilist_trakt_sync::sync::explanation::{Explanation, explain as explained};
use anilist_trakt_sync::web;

use super::output::{say_json, spoken};
use super::{Outcome, say, told};

pub(super) async fn explain(person: &Person, title: AnilistId, json: bool) -> Outcome {
    let explanation = explained(person, title).await.map_err(|error| told(&error))?;
    if json {
        return say_json(&web::Explanation::from(explanation));
    }
    say(readable(&explanation)?.trim_end())
}

fn readable(explanation: &Explanation) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    headline(&mut text, explanation)?;
    place(&mut text, explanation)?;
    for moved in &explanation.moved {
        writeln!(text, "  moved: {}", with_names(explanation, &moved.to_string()))?;
    }
    for contest in &explanation.contests {
        let owner = with_names(explanation, &format!("AniList {}", contest.by));
        writeln!(text, "  contested: episode {} belongs to {owner}", contest.abs)?;
    }
    for candidate in &explanation.evidence.candidates {
        writeln!(text)?;
        weigh(&mut text, explanation, candidate)?;
    }
    if let Some(cause) = &explanation.kept_because {
        let cause = plain(cause);
        writeln!(text, "\nThis is what was decided before, as something is down: {cause}")?;
    }
    Ok(text)
}

/// A text that speaks of titles by number, with their names.
fn with_names(explanation: &Explanation, text: &str) -> String {
    plain(&explanation.names.told(text)).into_owned()
}

fn headline(text: &mut String, explanation: &Explanation) -> std::fmt::Result {
    let evidence = &explanation.evidence;
    let count = evidence.episode_count.map_or_else(String::new, |n| format!(", {n} episodes"));
    let began = evidence.start_date.map_or_else(String::new, |day| format!(", began {day}"));
    let format = evidence.format.map(|format| format!("{format:?}")).unwrap_or_default();
    writeln!(
        text,
        "{} (AniList {}: {format}{count}{began}; {} watched)",
        plain(&evidence.title),
        explanation.anilist_id,
        evidence.watched
    )
}

fn place(text: &mut String, explanation: &Explanation) -> std::fmt::Result {
    let verdict = match explanation.verdict {
        Verdict::Verified => "verified",
        Verdict::Likely => "likely",
        Verdict::Conflict => "conflict",
        Verdict::Unmapped => "unmapped",
    };
    let by =
        explanation.source.map_or_else(String::new, |source| format!(", by {}", source.name()));
    writeln!(text, "{verdict}{by}")?;
    if let Some(placement) = &explanation.placement {
        writeln!(text, "  {}", with_names(explanation, &where_to(placement)))?;
    }
    if let Some(reason) = explanation.reason {
        writeln!(text, "  {}\n  hint: {}", reason.sentence(), spoken(reason.hint()))?;
    }
    let corrected = explanation.episodes.iter().filter(|episode| episode.overridden);
    for episode in corrected {
        let slot = Slot { season: episode.season, number: episode.number };
        writeln!(text, "  corrected: {} → {slot}", episode.abs)?;
    }
    Ok(())
}

/// `show 1420: 1-10 → S3E13…S3E22`.
fn where_to(placement: &Placement) -> String {
    let Placement::Episodes { show, spans } = placement else {
        let Placement::Movie { movie, parts } = placement else { return String::new() };
        let parts = if *parts > 1 { format!(", in {parts} parts") } else { String::new() };
        return format!("film {movie}{parts}");
    };
    let spans: Vec<String> = spans
        .iter()
        .map(|span| {
            let number = span.start.number + (span.last - span.first);
            let last = Slot { number, ..span.start };
            if span.first == span.last {
                format!("{} → {}", span.first, span.start)
            } else {
                format!("{}-{} → {}…{last}", span.first, span.last, span.start)
            }
        })
        .collect();
    format!("show {show}: {}", spans.join(", "))
}

fn weigh(text: &mut String, explanation: &Explanation, candidate: &Candidate) -> std::fmt::Result {
    let mark = if candidate.chosen { "*" } else { " " };
    let kind = match candidate.target.kind {
        MediaType::Show => "show",
        MediaType::Movie => "film",
    };
    let (source, id) = (candidate.source.name(), candidate.target.id);
    let rule = format!("{} on {kind} {id}", candidate.rule);
    let (rule, points) = (with_names(explanation, &rule), candidate.points);
    writeln!(text, "{mark} {source}: {rule}, {points} points")?;
    for finding in &candidate.checks {
        let mark = match finding.outcome {
            Found::Passed => "✓",
            Found::Failed => "✗",
            Found::Unknown => "·",
        };
        let worth = match finding.worth {
            0 => String::new(),
            worth => format!("{worth:+}"),
        };
        let (name, detail) = (name(finding.check), with_names(explanation, &finding.detail));
        writeln!(text, "    {mark} {worth:>4} {name:<8} {detail}")?;
    }
    Ok(())
}

fn name(check: Check) -> &'static str {
    match check {
        Check::Sources => "sources",
        Check::LaterDates => "later",
        Check::Spacing => "spacing",
        Check::Year => "year",
        Check::Title => "title",
        Check::Exists => "exists",
        Check::Count => "count",
        Check::Dates => "dates",
        Check::Format => "format",
        Check::Prequels => "prequels",
        Check::Parent => "parent",
        Check::Neighbours => "beside",
        Check::Siblings => "siblings",
    }
}
