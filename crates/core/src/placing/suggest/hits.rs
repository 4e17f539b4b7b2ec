//! Searching Trakt for a title: what to ask, and which of the answers are worth a look.

use std::cmp::Reverse;

use super::titles::{BEGINS_ALIKE, Likeness, SAME, Title};
use super::words::{question, same};
use crate::domain::{Format, Media, MediaType, SearchHit, TraktShowId};

/// The most searches for one title.
pub const MOST_SEARCHES: usize = 4;

/// The most found shows whose episodes are looked at.
pub const MOST_SHOWS: usize = 3;

/// One search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Shows or films.
    pub kind: MediaType,
    /// The words.
    pub text: String,
    /// Only what first came out in this year.
    pub year: Option<i16>,
}

/// The titles of a work, the one people see first.
fn titles(media: &Media) -> Vec<Title<'_>> {
    let both = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    let mut titles: Vec<Title<'_>> = Vec::new();
    for text in both.into_iter().flatten().filter(|text| !question(text).is_empty()) {
        if !titles.iter().any(|title| same(title.full, text)) {
            titles.push(Title::new(text));
        }
    }
    titles
}

/// What to ask Trakt, the most promising first.
///
/// The year narrows the search for films and first seasons only: a sequel is younger than the show
/// that it belongs to.
pub fn questions(media: &Media) -> Vec<Question> {
    let titles = titles(media);
    let of_year = media.start_date.year;
    let ask = |kind, text: &str, year| Question { kind, text: question(text), year };
    let each = |kind, text: for<'t> fn(&Title<'t>) -> &'t str, year| {
        titles.iter().map(move |title| ask(kind, text(title), year)).collect::<Vec<_>>()
    };
    let (show, film) = (MediaType::Show, MediaType::Movie);
    let full = |kind, year| each(kind, |title| title.full, year);
    let base = || each(show, |title| title.base, None);
    let head = |kind| first(each(kind, |title| title.head.unwrap_or(title.base), None));
    let wanted = match media.format {
        Some(Format::Movie) => [full(film, of_year), head(film), head(show)].concat(),
        Some(Format::Tv | Format::TvShort | Format::Ona) if titles.iter().any(|t| t.is_later) => {
            [base(), full(show, None)].concat()
        }
        Some(Format::Tv | Format::TvShort | Format::Ona) => {
            [full(show, of_year), first(full(show, None)), head(show)].concat()
        }
        _ => [first(base()), first(full(show, None)), full(film, of_year), base()].concat(),
    };
    once_each(wanted)
}

fn first(mut questions: Vec<Question>) -> Vec<Question> {
    questions.truncate(1);
    questions
}

fn once_each(wanted: Vec<Question>) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for next in wanted {
        let is_asked =
            |q: &Question| q.kind == next.kind && q.year == next.year && same(&q.text, &next.text);
        if !questions.iter().any(is_asked) {
            questions.push(next);
        }
    }
    questions.truncate(MOST_SEARCHES);
    questions
}

/// How alike a hit's title and those of the work are.
pub fn likeness(media: &Media, hit: &SearchHit) -> Likeness {
    titles(media).iter().map(|title| title.likeness(&hit.title)).max().unwrap_or(0)
}

/// The title that is the most like a hit's.
pub fn closest<'a>(media: &'a Media, hit: &SearchHit) -> Option<Title<'a>> {
    titles(media).into_iter().rev().max_by_key(|title| title.likeness(&hit.title))
}

/// Whether a show is called as a work is, but for what marks a season or a part.
pub fn is_called_alike(media: &Media, hit: &SearchHit) -> bool {
    titles(media).iter().any(|title| same(title.full, &hit.title) || same(title.base, &hit.title))
}

/// Whether a work's title begins with all of a show's.
pub fn begins_alike(media: &Media, hit: &SearchHit) -> bool {
    likeness(media, hit) >= BEGINS_ALIKE
}

/// Years between the hit's first release and the work's, if both are known.
pub fn years_apart(media: &Media, hit: &SearchHit) -> Option<u16> {
    Some(hit.year?.abs_diff(media.start_date.year?))
}

/// Whether a hit has the same title and the same year.
pub fn is_same_work(media: &Media, hit: &SearchHit) -> bool {
    likeness(media, hit) == SAME && years_apart(media, hit) == Some(0)
}

/// What came out after the work did cannot hold it. One year more is a release elsewhere, or a work
/// that began at the turn of the year.
pub fn is_in_time(media: &Media, hit: &SearchHit) -> bool {
    match (hit.year, media.start_date.year) {
        (Some(show), Some(work)) => show <= work.saturating_add(1),
        _ => true,
    }
}

/// The found shows whose episodes are worth looking at, the best first. Trakt also searches other
/// names, so that one with quite another title may be right: its air dates will tell.
pub fn worth_a_look(media: &Media, hits: &[SearchHit]) -> Vec<TraktShowId> {
    let is_possible = |hit: &&SearchHit| hit.kind == MediaType::Show && is_in_time(media, hit);
    let mut shows: Vec<&SearchHit> = hits.iter().filter(is_possible).collect();
    shows.sort_by_key(|hit| {
        (Reverse(likeness(media, hit)), years_apart(media, hit).unwrap_or(u16::MAX))
    });
    let mut ids: Vec<TraktShowId> = Vec::new();
    for id in shows.into_iter().map(|hit| TraktShowId(hit.trakt_id)) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.truncate(MOST_SHOWS);
    ids
}
