//! What tells whether a film is the work.

use jiff::civil::Date;

use super::{Check, Finding};
use crate::domain::{Film, Format, Media, TraktMovieId};
use crate::placing::candidates::SAME_BROADCAST_DAYS;
use crate::placing::claims::ReferenceId;
use crate::placing::place::{Case, Target};
use crate::placing::suggest::titles::{SAME, SAME_BASE, Title};
use crate::placing::worth;

pub(super) fn film(movie: TraktMovieId, parts: u32, case: &Case<'_>) -> Vec<Finding> {
    let media = &case.entry.media;
    let mut findings = vec![format(media), count(media, parts)];
    if let Some(film) = case.facts.films.get(&movie) {
        match film {
            None => findings.push(Finding::new(
                Check::Exists,
                worth::RULED_OUT,
                "Trakt has no such film",
            )),
            Some(film) => {
                findings.extend([year(media, film), title(media, film)]);
                findings.extend(numbers(movie, film, case));
            }
        }
    }
    findings
}

fn format(media: &Media) -> Finding {
    match media.format {
        Some(Format::Movie) => Finding::usual(Check::Format, "a film is a film"),
        Some(Format::Tv | Format::TvShort) => {
            Finding::new(Check::Format, worth::RULED_OUT, "a series is not a film")
        }
        _ => Finding::new(
            Check::Format,
            worth::UNUSUAL,
            "it is no film, and Trakt may keep it as one",
        ),
    }
}

fn count(media: &Media, parts: u32) -> Finding {
    match media.episodes {
        Some(all) if all > 1 && all == parts => {
            Finding::new(Check::Count, 0, format!("a source says that the {all} are one film"))
        }
        Some(all) if all > 1 => Finding::new(
            Check::Count,
            worth::SEVERAL_PARTS,
            format!("{all} episodes are not one film"),
        ),
        _ => Finding::usual(Check::Count, "one film"),
    }
}

/// The day of its release, or at least the year.
fn year(media: &Media, film: &Film) -> Finding {
    let (Some(began), Some(year)) = (media.start_date.year, film.year.filter(|year| *year > 0))
    else {
        return Finding::new(Check::Year, 0, "the year is not known");
    };
    let off = days_off(media, film);
    let worth = match (year.abs_diff(began), off) {
        (0 | 1, Some(..=SAME_BROADCAST_DAYS)) => worth::FILM_DAY,
        (0, Some(ANOTHER_RELEASE_DAYS..)) => worth::FILM_NEAR_YEAR,
        (0, _) => worth::FILM_YEAR,
        (1, Some(ANOTHER_RELEASE_DAYS..)) => 0,
        (1, _) => worth::FILM_NEAR_YEAR,
        _ => worth::RULED_OUT,
    };
    let worth =
        if off.is_some_and(|days| days > OTHER_YEAR_DAYS) { worth::RULED_OUT } else { worth };
    Finding::new(Check::Year, worth, format!("the film is of {year}, the entry of {began}"))
}

/// From here on it is another release than the first: a festival, or another country's.
const ANOTHER_RELEASE_DAYS: i32 = 120;

/// From here on it is another film.
const OTHER_YEAR_DAYS: i32 = 400;

/// Days between the releases. The first of January stands for a year without a day.
fn days_off(media: &Media, film: &Film) -> Option<i32> {
    let is_day = |day: &Date| (day.month(), day.day()) != (1, 1);
    let (own, theirs) = (media.start_date.day()?, film.released.filter(is_day)?);
    Some((theirs - own).get_days().abs())
}

/// The numbers of two catalogues lead to it: a row whose number is a show's, or another film's, does
/// not agree with itself.
fn numbers(movie: TraktMovieId, film: &Film, case: &Case<'_>) -> Option<Finding> {
    let here = case.claims.iter().filter(|claim| claim.target == Some(Target::Movie(movie)));
    let references: Vec<&ReferenceId> = here
        .flat_map(|resolved| &resolved.claim.references)
        .map(|reference| &reference.id)
        .collect();
    let tmdb =
        references.iter().any(|id| matches!(id, ReferenceId::Tmdb(id) if film.tmdb == Some(*id)));
    let imdb = references
        .iter()
        .any(|id| matches!(id, ReferenceId::Imdb(id) if film.imdb.as_ref() == Some(id)));
    let is_far = days_off(&case.entry.media, film).is_some_and(|days| days >= ANOTHER_RELEASE_DAYS);
    (tmdb && imdb && !is_far).then(|| {
        Finding::new(Check::Sources, worth::FILM_NUMBERS, "its numbers at TMDB and IMDb agree")
    })
}

fn title(media: &Media, film: &Film) -> Finding {
    let Some(theirs) = &film.title else {
        return Finding::new(Check::Title, 0, "its title is not known");
    };
    let own = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    let own: Vec<Title<'_>> = own.into_iter().flatten().map(Title::new).collect();
    let other = Title::new(theirs);
    let is_same = own.iter().any(|own| own.likeness(theirs) == SAME);
    let is_other_part = own.iter().any(|own| {
        let has_number = own.full.chars().any(char::is_numeric);
        own.is_later != other.is_later
            && (own.is_later || !has_number)
            && (own.likeness(theirs) == SAME_BASE || other.likeness(own.full) == SAME_BASE)
    });
    let worth = match (is_same, is_other_part) {
        (true, _) => worth::TITLE,
        (false, true) => worth::OTHER_PART,
        (false, false) => 0,
    };
    Finding::new(Check::Title, worth, format!("the film is called {theirs}"))
}
