//! How many episodes come before an entry that continues other works.

use std::collections::{HashMap, HashSet};

use crate::domain::{AnilistId, Prequel, Relations};

/// How works stand to others, as far as they were asked for.
pub type Known = HashMap<AnilistId, Relations>;

/// How many of a show's episodes come before an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// So many; 0 when it continues no other work of the show.
    Episodes(u32),
    /// It continues works, and nobody knows of how many episodes.
    Unknown,
}

impl From<Option<u32>> for Ahead {
    fn from(episodes: Option<u32>) -> Self {
        episodes.map_or(Self::Unknown, Self::Episodes)
    }
}

/// The works before an entry, the nearest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// All of them, to the beginning.
    Whole(Vec<Prequel>),
    /// The prequels of this one have to be asked for.
    Ask(AnilistId),
    /// They do not form a line.
    Unclear,
}

/// Follows the prequels of an entry to the beginning.
pub fn line(entry: AnilistId, known: &Known) -> Line {
    let mut seen = HashSet::from([entry]);
    let mut line = Vec::new();
    let mut last = entry;
    loop {
        let Some(Relations { prequels, .. }) = known.get(&last) else { return Line::Ask(last) };
        if prequels.is_empty() {
            return Line::Whole(line);
        }
        let Some(next) = nearest(prequels).filter(|next| seen.insert(next.id)) else {
            return Line::Unclear;
        };
        last = next.id;
        line.push(next.clone());
    }
}

/// The one that comes right before: a series rather than an extra, and of several the one that
/// began last.
fn nearest(prequels: &[Prequel]) -> Option<&Prequel> {
    let mut series: Vec<_> = prequels.iter().filter(|prequel| prequel.is_series()).collect();
    if series.is_empty() {
        series = prequels.iter().collect();
    }
    if let [only] = series[..] {
        return Some(only);
    }
    let began = |prequel: &&Prequel| prequel.start_date.day();
    let latest =
        series.iter().copied().map(|prequel| began(&prequel)).collect::<Option<Vec<_>>>()?;
    let latest = latest.into_iter().max()?;
    let mut last = series.into_iter().filter(|prequel| began(prequel) == Some(latest));
    let one = last.next();
    one.filter(|_| last.next().is_none())
}

/// The episodes of a show that come before an entry: those of the works in its line, until one
/// belongs to another show. `on_show` tells whether a work belongs to it, if that is known.
///
/// None when something comes before, and how much is not known.
pub fn episodes_before(
    line: &[Prequel],
    on_show: impl Fn(&Prequel) -> Option<bool>,
) -> Option<u32> {
    let mut before = 0_u32;
    for prequel in line.iter().filter(|prequel| prequel.is_series()) {
        if !on_show(prequel)? {
            break;
        }
        before = before.checked_add(prequel.episodes?)?;
    }
    Some(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Format, FuzzyDate};

    fn prequel(id: u32, format: Format, episodes: u32, year: i16) -> Prequel {
        Prequel {
            id: AnilistId(id),
            format: Some(format),
            episodes: Some(episodes),
            start_date: FuzzyDate { year: Some(year), month: Some(4), day: Some(1) },
        }
    }

    fn known(prequels: &[(u32, Vec<Prequel>)]) -> Known {
        let relations = |prequels: &Vec<Prequel>| Relations { prequels: prequels.clone() };
        prequels.iter().map(|(id, prequels)| (AnilistId(*id), relations(prequels))).collect()
    }

    fn ids(line: Line) -> Vec<u32> {
        let Line::Whole(line) = line else { panic!("{line:?}") };
        line.iter().map(|prequel| prequel.id.0).collect()
    }

    #[test]
    fn a_work_without_a_prequel_comes_first() {
        assert_eq!(line(AnilistId(1), &known(&[(1, vec![])])), Line::Whole(vec![]));
        assert_eq!(episodes_before(&[], |_| None), Some(0));
    }

    #[test]
    fn a_line_is_followed_to_its_beginning_and_asks_for_what_it_does_not_know() {
        let (first, second) = (prequel(1, Format::Tv, 13, 2018), prequel(2, Format::Tv, 12, 2019));
        let mut known = known(&[(3, vec![second.clone()]), (2, vec![first.clone()])]);
        assert_eq!(line(AnilistId(3), &known), Line::Ask(AnilistId(1)));
        known.insert(AnilistId(1), Relations::default());
        assert_eq!(ids(line(AnilistId(3), &known)), [2, 1]);
        assert_eq!(episodes_before(&[second, first], |_| Some(true)), Some(25));
    }

    #[test]
    fn a_film_in_between_is_passed_through_and_not_counted() {
        let film = prequel(2, Format::Movie, 1, 2019);
        let known = known(&[
            (3, vec![film.clone()]),
            (2, vec![prequel(1, Format::Tv, 13, 2018)]),
            (1, vec![]),
        ]);
        let Line::Whole(line) = line(AnilistId(3), &known) else { panic!() };
        assert_eq!(episodes_before(&line, |_| Some(true)), Some(13));
    }

    #[test]
    fn of_two_series_before_the_later_one_is_the_nearest() {
        let known = known(&[
            (3, vec![prequel(1, Format::Tv, 13, 2018), prequel(2, Format::Tv, 12, 2019)]),
            (2, vec![prequel(1, Format::Tv, 13, 2018)]),
            (1, vec![]),
        ]);
        assert_eq!(ids(line(AnilistId(3), &known)), [2, 1]);
    }

    #[test]
    fn two_series_of_one_day_are_no_line() {
        let twins = vec![prequel(1, Format::Tv, 13, 2018), prequel(2, Format::Tv, 12, 2018)];
        assert_eq!(line(AnilistId(3), &known(&[(3, twins)])), Line::Unclear);
    }

    #[test]
    fn a_loop_is_no_line() {
        let known = known(&[
            (2, vec![prequel(1, Format::Tv, 13, 2018)]),
            (1, vec![prequel(2, Format::Tv, 12, 2019)]),
        ]);
        assert_eq!(line(AnilistId(2), &known), Line::Unclear);
    }

    #[test]
    fn a_work_of_another_show_ends_the_count() {
        let line = [prequel(2, Format::Tv, 12, 2019), prequel(1, Format::Tv, 153, 1986)];
        let on_show = |prequel: &Prequel| Some(prequel.id == AnilistId(2));
        assert_eq!(episodes_before(&line, on_show), Some(12));
        assert_eq!(episodes_before(&line[1..], on_show), Some(0));
    }

    #[test]
    fn what_is_not_known_is_not_made_up() {
        let mut airing = prequel(1, Format::Tv, 12, 2019);
        assert_eq!(episodes_before(&[airing.clone()], |_| None), None);
        airing.episodes = None;
        assert_eq!(episodes_before(&[airing], |_| Some(true)), None);
    }
}
