//! What tells whether a film is the work.

use super::{Check, Finding};
use crate::domain::{Film, Format, Media, TraktMovieId};
use crate::mapping::candidates::SAME_BROADCAST_DAYS;
use crate::mapping::place::Case;
use crate::mapping::suggest::titles::{SAME, Title};
use crate::mapping::worth;

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
            Some(film) => findings.extend([year(media, film), title(media, film)]),
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
    // Neither catalogue has a date of it, which is seldom so. Trakt's year is 0 then, or none.
    let (Some(began), Some(year)) = (media.start_date.year, film.year.filter(|year| *year > 0))
    else {
        let neither = media.start_date.year.is_none() && film.year.unwrap_or(0) == 0;
        let worth = if neither { worth::FILM_YEAR } else { 0 };
        return Finding::new(Check::Year, worth, "the year is not known");
    };
    let facts = format!("the film is of {year}, the entry of {began}");
    let same_day = || {
        let off = (film.released? - media.start_date.day()?).get_days().abs();
        Some(off <= SAME_BROADCAST_DAYS)
    };
    let worth = match year.abs_diff(began) {
        0 | 1 if same_day() == Some(true) => worth::FILM_DAY,
        0 => worth::FILM_YEAR,
        1 => worth::FILM_NEAR_YEAR,
        _ => worth::RULED_OUT,
    };
    Finding::new(Check::Year, worth, facts)
}

fn title(media: &Media, film: &Film) -> Finding {
    let Some(theirs) = &film.title else {
        return Finding::new(Check::Title, 0, "its title is not known");
    };
    let own = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    let is_same = own.into_iter().flatten().any(|own| Title::new(own).likeness(theirs) == SAME);
    let facts = format!("the film is called {theirs}");
    Finding::new(Check::Title, if is_same { worth::TITLE } else { 0 }, facts)
}
