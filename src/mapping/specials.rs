//! Which of a show's specials bears the title of a work.
//!
//! AniList writes the show before it ("Attack on Titan: No Regrets"), Trakt has the special's own
//! title and often the number of a part ("No Regrets (2)").

use super::suggest::titles::{Title, tails};
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
    if number.is_none() && last.is_some_and(|last: u32| last < FIRST_YEAR) && words.len() > 1 {
        words.pop();
    }
    let years = keys(text).into_iter().filter(|word| is_year(word) && !words.contains(word));
    let years: Vec<_> = years.collect();
    words.extend(years);
    Name { words, part: number.or(last).filter(|part| *part < FIRST_YEAR) }
}

/// From here on a number is a year.
const FIRST_YEAR: u32 = 1950;

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u32| (FIRST_YEAR..2100).contains(&year))
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

/// Whether a special has the title of a work, or of its part with this number, from 1. What has no
/// number is the first part.
pub(super) fn is_part(media: &Media, number: u32, special: &Episode) -> bool {
    let Some(title) = special.title.as_deref() else { return false };
    let titles = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    let mut titles = titles.into_iter().flatten();
    titles.any(|own| {
        // All of it, whatever its words say: then it is the one, and has no parts.
        let is_whole = number == 1 && keys(own) == keys(title) && is_telling(&keys(own));
        is_whole || own_names(own).any(|own| is_named(media, number, own, title))
    })
}

fn is_named(media: &Media, number: u32, mut own: Name, title: &str) -> bool {
    // The number of a work that has parts itself is a part of its name.
    if let Some(part) = own.part.filter(|_| media.episodes.is_some_and(|all| all > 1)) {
        own = Name { words: [own.words, vec![part.to_string()]].concat(), part: None };
    }
    let wanted = own.part.unwrap_or(number);
    let theirs = tails(title).map(name);
    theirs.into_iter().any(|theirs| own.words == theirs.words && theirs.part.unwrap_or(1) == wanted)
}

/// Whether a special only advertises, and the work does not say so of itself.
pub(super) fn is_promotion(media: &Media, special: &Episode) -> bool {
    let is_promotion =
        |title: &str| keys(title).iter().any(|word| PROMOTION.contains(&word.as_str()));
    let titles = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    special.title.as_deref().is_some_and(is_promotion)
        && !titles.into_iter().flatten().any(is_promotion)
}

/// The specials that have a work's title, in the order of its parts; none where that is not clear.
pub(super) fn titled<'a>(media: &Media, specials: &'a [Episode]) -> Vec<&'a Episode> {
    let only = |number: u32| {
        let mut parts = specials
            .iter()
            .filter(|special| is_part(media, number, special) && !is_promotion(media, special));
        parts.next().filter(|_| parts.next().is_none())
    };
    let all = media.episodes.unwrap_or(1);
    let found: Vec<&Episode> = (1..=all).map_while(only).collect();
    let is_shared = found.windows(2).any(|pair| pair[0].slot >= pair[1].slot);
    let goes_on = specials
        .iter()
        .any(|special| is_part(media, all.saturating_add(1), special) && !found.contains(&special));
    if is_shared || goes_on { Vec::new() } else { found }
}
