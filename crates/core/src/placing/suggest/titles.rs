//! Titles as they are compared and searched.
//!
//! AniList gives every part of a series a title of its own ("X Season 2", "X: Final Chapter"),
//! Trakt gives one to the whole show. So a title is taken apart into its base and what marks it as
//! a later part, and compared without what people write in different ways.

use std::collections::BTreeSet;

use super::words::{Word, keys, words};

/// How alike two titles are, from 0 to 100.
pub type Likeness = u8;

/// The same title, written a little differently at most.
pub const SAME: Likeness = 100;
/// The same but for what marks a part of a series.
pub const SAME_BASE: Likeness = 90;
/// The one begins with all of the other.
pub const BEGINS_ALIKE: Likeness = 75;
/// From here on two titles share at least half of their words.
pub const SIMILAR: Likeness = 35;

/// A title taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Title<'a> {
    /// As it is written.
    pub full: &'a str,
    /// Without what marks it as a part of a series.
    pub base: &'a str,
    /// The base of what comes before a colon or dash, if there is one.
    pub head: Option<&'a str>,
    /// The season it names.
    pub season: Option<u16>,
    /// The part of a season (a cour) it names.
    pub part: Option<u16>,
    /// Whether it calls itself a later part, with or without a number.
    pub is_later: bool,
}

impl<'a> Title<'a> {
    /// Takes a title apart.
    pub fn new(full: &'a str) -> Self {
        let mut title = Self::without_head(full);
        if let Some(head) = before_subtitle(full).map(Self::without_head) {
            title.head = Some(head.base).filter(|base| *base != title.base);
            title.season = title.season.or(head.season);
            title.part = title.part.or(head.part);
            title.is_later |= head.is_later;
        }
        title
    }

    fn without_head(full: &'a str) -> Self {
        let words = words(full);
        let mut title =
            Self { full, base: full, head: None, season: None, part: None, is_later: false };
        let mut left = words.len();
        while let Some((taken, mark)) = last_mark(&words[..left]).filter(|(taken, _)| *taken < left)
        {
            left -= taken;
            title.take(mark);
        }
        if left < words.len() {
            title.base = &full[words[0].start..words[left - 1].end];
        }
        title
    }

    fn take(&mut self, mark: Mark) {
        match mark {
            Mark::Season(number) => self.season = Some(number),
            Mark::Part(number) => self.part = Some(number),
            Mark::Later | Mark::Label => {}
        }
        self.is_later |= match mark {
            Mark::Season(number) | Mark::Part(number) => number > 1,
            Mark::Later => true,
            Mark::Label => false,
        };
    }

    /// How alike this title and Trakt's are.
    pub fn likeness(&self, other: &str) -> Likeness {
        let (own, theirs) = (keys(self.full), keys(other));
        if own == theirs {
            return SAME;
        }
        let other = Title::new(other);
        let base = keys(other.base);
        let is_base = |text: &str| keys(text) == base;
        if !other.is_later && (is_base(self.base) || self.head.is_some_and(is_base)) {
            return SAME_BASE;
        }
        if !theirs.is_empty() && own.starts_with(&theirs) {
            return BEGINS_ALIKE;
        }
        shared(&own, &theirs).max(shared(&keys(self.base), &base))
    }
}

/// What the end of a title says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Season(u16),
    Part(u16),
    /// A later part without a number.
    Later,
    /// A form or a year, which says nothing about parts.
    Label,
}

/// What the last words say, and how many they are.
fn last_mark(words: &[Word]) -> Option<(usize, Mark)> {
    let word = |back: usize| words.len().checked_sub(back).map_or("", |i| words[i].text.as_str());
    let (before, last) = (word(2), word(1));
    two_words(before, last)
        .map(|mark| (2, mark))
        .or_else(|| one_word(before, last).map(|mark| (1, mark)))
}

fn two_words(before: &str, last: &str) -> Option<Mark> {
    let counted = |name: &str, number: u16| match name {
        "season" => Some(Mark::Season(number)),
        "part" | "cour" => Some(Mark::Part(number)),
        _ => None,
    };
    match (before, last) {
        ("final", "season" | "chapter" | "chapters" | "act" | "arc" | "part")
        | ("kanketsu", "hen") => Some(Mark::Later),
        ("special" | "ova" | "oad" | "movie", _) if number(last).is_some() => Some(Mark::Label),
        _ => number(last)
            .and_then(|number| counted(before, number))
            .or_else(|| counted(last, ordinal(before)?)),
    }
}

fn one_word(before: &str, last: &str) -> Option<Mark> {
    match last {
        "the" | "tv" | "ova" | "oad" | "ona" | "special" | "specials" | "movie" => {
            Some(Mark::Label)
        }
        "zenpen" | "kouhen" => Some(Mark::Later),
        _ if is_year(last) => Some(Mark::Label),
        _ if before == "no" => None,
        _ => {
            let short = last.strip_prefix('s').and_then(digit);
            let single = || digit(last).filter(|number| *number > 1);
            let found = short.or_else(single).or_else(|| later_numeral(last));
            found.or_else(|| ordinal(last).filter(|_| starts_with_digit(last))).map(Mark::Season)
        }
    }
}

fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// From here on a number in a title is a year, or no number of a part.
pub const FIRST_YEAR: u32 = 1950;

/// Whether a word is a year.
pub fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u32| (FIRST_YEAR..2100).contains(&year))
}

fn digit(word: &str) -> Option<u16> {
    word.parse().ok().filter(|number| word.len() == 1 && *number > 0)
}

fn number(word: &str) -> Option<u16> {
    let digits = word.parse().ok().filter(|number| *number > 0 && word.len() <= 2);
    digits.or_else(|| later_numeral(word)).or(match word {
        "i" => Some(1),
        "v" => Some(5),
        "x" => Some(10),
        _ => None,
    })
}

/// Roman numerals that are no letter by themselves.
fn later_numeral(word: &str) -> Option<u16> {
    let numerals = ["ii", "iii", "iv", "vi", "vii", "viii", "ix"];
    let values = [2, 3, 4, 6, 7, 8, 9];
    numerals.iter().position(|numeral| *numeral == word).map(|index| values[index])
}

fn ordinal(word: &str) -> Option<u16> {
    let named = ["first", "second", "third", "fourth", "fifth", "sixth"];
    if let Some(index) = named.iter().position(|name| *name == word) {
        return u16::try_from(index + 1).ok();
    }
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th").then(|| number(digits))?
}

/// What stands between a title and its subtitle.
const SUBTITLE: [&str; 3] = [": ", " - ", " – "];

fn before_subtitle(full: &str) -> Option<&str> {
    let ends = SUBTITLE.into_iter().filter_map(|mark| full.find(mark));
    let head = &full[..ends.min()?];
    head.contains(char::is_alphanumeric).then_some(head)
}

/// A title, and what is left of it behind each mark of a subtitle.
pub fn tails(full: &str) -> impl Iterator<Item = &str> {
    let behind = move |mark: &'static str| {
        full.match_indices(mark).map(move |(at, mark)| &full[at + mark.len()..])
    };
    std::iter::once(full).chain(SUBTITLE.into_iter().flat_map(behind))
}

/// How many of the words are shared, below [`BEGINS_ALIKE`].
fn shared(one: &[String], other: &[String]) -> Likeness {
    let (one, other): (BTreeSet<_>, BTreeSet<_>) = (one.iter().collect(), other.iter().collect());
    let all = one.len() + other.len();
    let common = one.intersection(&other).count();
    u8::try_from((common * 140).checked_div(all).unwrap_or(0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_marks_a_later_part_is_no_part_of_the_base() {
        for (full, base, season, part) in [
            ("Attack on Titan Season 3 Part 2", "Attack on Titan", Some(3), Some(2)),
            ("JUJUTSU KAISEN Season 2", "JUJUTSU KAISEN", Some(2), None),
            ("HAIKYU!! 2nd Season", "HAIKYU", Some(2), None),
            ("Haikyuu!! 2", "Haikyuu", Some(2), None),
            ("Mob Psycho 100 III", "Mob Psycho 100", Some(3), None),
            ("SPY x FAMILY Cour 2", "SPY x FAMILY", None, Some(2)),
            ("[Oshi no Ko] 2nd Season", "Oshi no Ko", Some(2), None),
            ("Boku no Hero Academia S2", "Boku no Hero Academia", Some(2), None),
            ("To LOVE-Ru Darkness 2nd", "To LOVE-Ru Darkness", Some(2), None),
            ("Attack on Titan Final Season", "Attack on Titan", None, None),
            ("InuYasha: Kanketsu-hen", "InuYasha", None, None),
            ("InuYasha: The Final Act", "InuYasha", None, None),
            (
                "Attack on Titan Final Season THE FINAL CHAPTERS Special 1",
                "Attack on Titan",
                None,
                None,
            ),
        ] {
            let title = Title::new(full);
            assert_eq!((title.base, title.season, title.part), (base, season, part), "{full}");
            assert!(title.is_later, "{full}");
        }
    }

    #[test]
    fn a_number_that_belongs_to_the_name_stays() {
        for full in [
            "Mob Psycho 100",
            "Kaiju No. 8",
            "Steins;Gate 0",
            "Code Geass: Hangyaku no Lelouch R2",
            "Dragon Ball Z",
            "86",
            "II",
        ] {
            let title = Title::new(full);
            assert_eq!((title.base, title.is_later), (full, false), "{full}");
        }
        let title = Title::new("Hunter x Hunter (2011)");
        assert_eq!((title.base, title.is_later), ("Hunter x Hunter", false));
    }

    #[test]
    fn a_season_may_stand_before_the_subtitle() {
        let title = Title::new("Mushoku Tensei II: Isekai Ittara Honki Dasu");
        assert_eq!((title.head, title.season), (Some("Mushoku Tensei"), Some(2)));
        assert_eq!(Title::new("Re:ZERO -Starting Life-").head, None);
    }

    #[test]
    fn a_title_may_be_called_by_each_of_its_subtitles() {
        let all: Vec<_> = tails("A: B - C: D").collect();
        assert_eq!(all, ["A: B - C: D", "B - C: D", "D", "C: D"]);
        assert_eq!(tails("Re:ZERO -Starting Life-").count(), 1);
    }

    #[test]
    fn a_sequel_is_like_its_show_and_not_like_another_sequel() {
        let title = Title::new("Attack on Titan Season 2");
        assert_eq!(title.likeness("Attack on Titan"), SAME_BASE);
        assert!(title.likeness("Attack on Titan Season 3") < BEGINS_ALIKE);
        let arc = Title::new("Demon Slayer: Kimetsu no Yaiba Entertainment District Arc");
        assert_eq!(arc.likeness("Demon Slayer: Kimetsu no Yaiba"), BEGINS_ALIKE);
        assert!(title.likeness("Titanic") < SIMILAR);
        assert_eq!(title.likeness(""), 0);
    }
}
