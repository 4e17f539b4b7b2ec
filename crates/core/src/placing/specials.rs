//! Which of a show's specials bears the title of a work.
//!
//! AniList writes the show before it ("Attack on Titan: No Regrets"), Trakt has the special's own
//! title and often the number of a part ("No Regrets (2)").

use super::suggest::titles::{FIRST_YEAR, Title, is_year, tails};
use super::suggest::words::keys;
use crate::domain::{Episode, Media};

/// Words that name no work by themselves.
const KINDS: [&str; 15] = [
    "a", "bonus", "episode", "extra", "mini", "movie", "oad", "ona", "ova", "part", "recap",
    "special", "specials", "the", "tv",
];

/// Words of what is about a work, and is none.
const PROMOTION: [&str; 16] = [
    "behind",
    "commentary",
    "commercial",
    "concert",
    "interview",
    "making",
    "preview",
    "promo",
    "promotion",
    "promotional",
    "pv",
    "radio",
    "talk",
    "teaser",
    "trailer",
    "trailers",
];

/// What a special may be called: its words, and the number of its part.
#[derive(PartialEq, Eq)]
struct Name {
    words: Vec<String>,
    part: Option<u32>,
}

/// A title without the number of a part. A year stays: what is shown every year differs in nothing
/// else.
fn name(text: &str) -> Name {
    let title = Title::new(text);
    let number = title.part.or(title.season).map(u32::from);
    let mut words = keys(title.base);
    let last = words.last().and_then(|word| word.parse().ok());
    let last = last.filter(|last: &u32| *last < FIRST_YEAR);
    if number.is_none() && last.is_some() && words.len() > 1 {
        words.pop();
    }
    let years: Vec<_> =
        keys(text).into_iter().filter(|word| is_year(word) && !words.contains(word)).collect();
    words.extend(years);
    Name { words, part: number.or(last) }
}

/// What is left of a title behind the name of its show, if it is telling. Behind the name of a later
/// season it says nothing: the special's own title leaves the season out.
fn own_names(title: &str) -> impl Iterator<Item = Name> + '_ {
    let tails = tails(title).skip(1).filter(|tail| {
        let head = &title[..title.len() - tail.len()];
        let head = head.trim_end_matches(|c: char| !c.is_alphanumeric());
        !Title::new(head).is_later
    });
    tails.map(name).filter(|name| is_telling(&name.words))
}

/// Not only what any special may be called.
fn is_telling(words: &[String]) -> bool {
    const LETTERS: usize = 6;
    let own = || words.iter().filter(|word| !is_kind(word));
    own().count() > 0 && (own().count() > 1 || own().any(|word| word.chars().count() >= LETTERS))
}

fn is_kind(word: &str) -> bool {
    KINDS.contains(&word) || word.chars().all(char::is_numeric)
}

/// What a work is called, as a special may be.
pub(super) struct Called {
    /// All of its titles.
    whole: Vec<Vec<String>>,
    /// What they are for short.
    short: Vec<Name>,
    /// It says of itself that it advertises.
    is_promotion: bool,
}

impl Called {
    /// By its titles.
    pub(super) fn of(media: &Media) -> Self {
        let titles = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
        let titles = || titles.into_iter().flatten();
        let has_parts = media.episodes.is_some_and(|all| all > 1);
        Self {
            whole: titles().map(keys).filter(|words| is_telling(words)).collect(),
            short: titles().flat_map(own_names).map(|name| name.of_work(has_parts)).collect(),
            is_promotion: titles().any(advertises),
        }
    }

    /// Whether a special has the title of the work, or of its part with this number, from 1. What has no
    /// number is the first part.
    pub(super) fn is_part(&self, number: u32, special: &Episode) -> bool {
        self.bears(special, Some(number))
    }

    /// The specials that have the title of the work or of any of its parts.
    pub(super) fn among<'a>(&self, specials: &'a [Episode]) -> Vec<&'a Episode> {
        specials.iter().filter(|special| self.bears(special, None)).collect()
    }

    /// Whether a special has the title, of the part with a number if one is given.
    fn bears(&self, special: &Episode, number: Option<u32>) -> bool {
        let Some(title) = special.title.as_deref() else { return false };
        // All of it, whatever its words say: then it is the one, and has no parts.
        let is_whole = number.is_none_or(|number| number == 1) && self.whole.contains(&keys(title));
        is_whole
            || tails(title).map(name).any(|theirs| {
                self.short.iter().any(|own| {
                    let is_wanted = |number| theirs.part.unwrap_or(1) == own.part.unwrap_or(number);
                    own.words == theirs.words && number.is_none_or(is_wanted)
                })
            })
    }

    /// Whether a special only advertises, and the work does not say so of itself.
    pub(super) fn is_promotion(&self, special: &Episode) -> bool {
        !self.is_promotion && special.title.as_deref().is_some_and(advertises)
    }
}

impl Name {
    /// The number of a work that has parts itself is a part of its name.
    fn of_work(mut self, has_parts: bool) -> Self {
        if let Some(part) = self.part.take_if(|_| has_parts) {
            self.words.push(part.to_string());
        }
        self
    }
}

fn advertises(title: &str) -> bool {
    keys(title).iter().any(|word| PROMOTION.contains(&word.as_str()))
}

/// The specials that have a work's title, in the order of its parts; none where that is not clear.
pub(super) fn titled<'a>(media: &Media, specials: &'a [Episode]) -> Vec<&'a Episode> {
    let called = Called::of(media);
    let named = called.among(specials);
    let only = |number: u32| {
        let is_it =
            |special: &&&Episode| called.is_part(number, special) && !called.is_promotion(special);
        let mut parts = named.iter().filter(is_it);
        parts.next().copied().filter(|_| parts.next().is_none())
    };
    let all = media.episodes.unwrap_or(1);
    let found: Vec<&Episode> = (1..=all).map_while(only).collect();
    let is_shared = found.windows(2).any(|pair| pair[0].slot >= pair[1].slot);
    let next = all.saturating_add(1);
    let goes_on = named.iter().any(|one| called.is_part(next, one) && !found.contains(one));
    if is_shared || goes_on { Vec::new() } else { found }
}
