//! What a person watched and read, over time and by kind.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Library, ReadDay};

/// How many days back the days are told.
const DAYS: i64 = 371;

/// How much there was, over time and by kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stats {
    /// The days of the last year and some on which something was watched or read, by day.
    pub days: Vec<ReadDay>,
    /// Every month of which something is known, by its first day.
    pub months: Vec<ReadDay>,
    /// Days in a row up to today, or up to yesterday while there is nothing of today.
    pub streak: u32,
    /// The most days in a row.
    pub longest_streak: u32,
    /// Titles by the word of their form.
    pub formats: BTreeMap<String, usize>,
    /// Titles by their score, in tens: the first is 1 to 10, the last 91 to 100.
    pub scores: [usize; 10],
    /// Titles by the year in which they began.
    pub years: BTreeMap<i16, usize>,
}

impl Stats {
    /// Counts. The days come in order.
    pub fn of(library: &Library, days: &[ReadDay], today: Date) -> Self {
        let first = today.checked_sub(DAYS.days()).unwrap_or(Date::MIN);
        let some: Vec<ReadDay> = days.iter().filter_map(ReadDay::no_less_than_nothing).collect();
        let (streak, longest_streak) = streaks(&some, today);
        let mut stats = Self { streak, longest_streak, ..Self::default() };
        stats.months = months(&some);
        stats.days = some.into_iter().filter(|read| read.day > first).collect();
        for item in library.items() {
            let format = item.work.format.clone().unwrap_or_else(|| "unknown".to_owned());
            *stats.formats.entry(format).or_default() += 1;
            if let Some(score) = item.entry.score {
                let tens = usize::from(score.saturating_sub(1) / 10).min(9);
                stats.scores[tens] += 1;
            }
            if let Some(year) = item.work.year {
                *stats.years.entry(year).or_default() += 1;
            }
        }
        stats
    }
}

impl ReadDay {
    /// What was taken back later than it was added counts as nothing; a day of nothing is none.
    fn no_less_than_nothing(&self) -> Option<Self> {
        let Self { day, episodes, chapters } = *self;
        let (episodes, chapters) = (episodes.max(0), chapters.max(0));
        (episodes + chapters > 0).then_some(Self { day, episodes, chapters })
    }
}

fn months(days: &[ReadDay]) -> Vec<ReadDay> {
    let mut months: BTreeMap<Date, ReadDay> = BTreeMap::new();
    for read in days {
        let day = read.day.first_of_month();
        let month = months.entry(day).or_insert(ReadDay { day, episodes: 0, chapters: 0 });
        month.episodes += read.episodes;
        month.chapters += read.chapters;
    }
    months.into_values().collect()
}

/// The days in a row that have not ended, and the most there were.
fn streaks(days: &[ReadDay], today: Date) -> (u32, u32) {
    let (mut length, mut longest, mut last) = (0, 0, None);
    for read in days {
        let follows = last.and_then(|last: Date| last.tomorrow().ok()) == Some(read.day);
        length = if follows { length + 1 } else { 1 };
        longest = longest.max(length);
        last = Some(read.day);
    }
    let goes_on = last.is_some_and(|last| last == today || last.tomorrow().ok() == Some(today));
    (if goes_on { length } else { 0 }, longest)
}
