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

/// Words of what is shown to sell a work, and is none.
const PROMOTION: [&str; 10] = [
    "commercial",
    "interview",
    "making",
    "preview",
    "promo",
    "promotion",
    "promotional",
    "pv",
    "teaser",
    "trailer",
];

/// A title or the end of one: its words without the number of a part, and that number.
#[derive(PartialEq, Eq)]
struct Name {
    words: Vec<String>,
    part: Option<u32>,
}

/// What a title may be called for short, if it is telling.
fn names(title: &str) -> impl Iterator<Item = Name> + '_ {
    tails(title).map(name).filter(|name| is_telling(&name.words))
}

fn name(text: &str) -> Name {
    let title = Title::new(text);
    let number = title.part.or(title.season).map(u32::from);
    let mut words = keys(title.base);
    let last = words.last().and_then(|word| word.parse().ok());
    if number.is_none() && last.is_some() && words.len() > 1 {
        words.pop();
    }
    Name { words, part: number.or(last) }
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

/// Whether a special has the title of a work, or of its part with this number, from 1.
pub(super) fn is_part(media: &Media, number: u32, special: &Episode) -> bool {
    let Some(title) = special.title.as_deref() else { return false };
    let titles = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    let own: Vec<Name> = titles.into_iter().flatten().flat_map(names).collect();
    names(title).any(|theirs| {
        own.iter().any(|own| {
            let wanted = own.part.map_or(number, |part| part.saturating_add(number - 1));
            own.words == theirs.words && theirs.part.is_none_or(|part| part == wanted)
        })
    })
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
        let mut parts = specials.iter().filter(|special| is_part(media, number, special));
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
