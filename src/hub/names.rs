//! What titles are called where only their numbers are kept. A decision and what speaks for it are stored
//! with numbers, which stay as they are; whoever reads them reads names.

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::{AnilistId, MediaType, OnTrakt, TraktTitle};
use crate::hub::error::Result;
use crate::hub::services::Services;
use crate::hub::trakt_titles;
use crate::store::AccountStore;

/// Something that a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// An entry at AniList.
    Entry(AnilistId),
    /// A show or film on Trakt.
    OnTrakt(OnTrakt),
}

/// The names of some titles, as far as they are known.
#[derive(Debug, Clone, Default)]
pub struct Names {
    entries: HashMap<AnilistId, String>,
    on_trakt: HashMap<OnTrakt, TraktTitle>,
}

impl Names {
    /// Those of these, as one person knows them. No other service is asked.
    pub async fn of(
        services: &Services,
        store: &AccountStore,
        wanted: impl IntoIterator<Item = Numbered>,
    ) -> Result<Self> {
        let (mut ids, mut on_trakt) = (Vec::new(), Vec::new());
        for one in wanted {
            match one {
                Numbered::Entry(id) => ids.push(id),
                Numbered::OnTrakt(what) => on_trakt.push(what),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let mappings =
            if ids.is_empty() { HashMap::new() } else { store.some_mappings(&ids).await? };
        let entries = mappings.into_iter().filter_map(|(id, mapping)| Some((id, mapping.title?)));
        let on_trakt = trakt_titles::of(services, on_trakt).await?;
        Ok(Self { entries: entries.collect(), on_trakt })
    }

    /// What an entry is called.
    pub fn entry(&self, id: AnilistId) -> Option<&str> {
        self.entries.get(&id).map(String::as_str)
    }

    /// What a show or film is called.
    pub fn on_trakt(&self, what: OnTrakt) -> Option<&TraktTitle> {
        self.on_trakt.get(&what)
    }

    /// The text with the names of the numbers in it: `show 7` becomes `show Mushishi (7)`, and `AniList 9`
    /// becomes `Mushishi (AniList 9)`.
    pub fn told(&self, text: &str) -> String {
        let mut told = text.to_owned();
        // From the last on, so that what stands before stays where it is.
        for (at, one) in mentions(text).into_iter().rev() {
            let number = &text[at.clone()];
            match one {
                Numbered::Entry(id) => {
                    let Some(name) = self.entry(id) else { continue };
                    let start = at.start - ANILIST.len() - 1;
                    told.replace_range(start..at.end, &format!("{name} ({ANILIST} {number})"));
                }
                Numbered::OnTrakt(what) => {
                    let Some(name) = self.on_trakt(what) else { continue };
                    told.replace_range(at.clone(), &format!("{} ({number})", name.title));
                }
            }
        }
        told
    }
}

/// What a text speaks of by number.
pub fn named_in(text: &str) -> impl Iterator<Item = Numbered> {
    mentions(text).into_iter().map(|(_, one)| one)
}

const ANILIST: &str = "AniList";

/// The numbers in a text that stand right after a word that says what they are of.
fn mentions(text: &str) -> Vec<(Range<usize>, Numbered)> {
    let (mut found, mut before, mut at) = (Vec::new(), "", 0);
    for word in text.split(' ') {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let goes_on = word[digits..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
        if digits > 0 && !goes_on {
            let one = numbered(before, &word[..digits]);
            found.extend(one.map(|one| (at..at + digits, one)));
        }
        before = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        at += word.len() + 1;
    }
    found
}

fn numbered(word: &str, number: &str) -> Option<Numbered> {
    let on_trakt = |kind| Some(Numbered::OnTrakt(OnTrakt { kind, id: number.parse().ok()? }));
    match word {
        ANILIST => Some(Numbered::Entry(AnilistId(number.parse().ok()?))),
        "show" => on_trakt(MediaType::Show),
        "film" => on_trakt(MediaType::Movie),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let title = |title: &str| TraktTitle { title: title.to_owned(), year: None };
        let of = |kind, id| OnTrakt { kind, id };
        Names {
            entries: [(AnilistId(5), "Mushishi".to_owned())].into(),
            on_trakt: [
                (of(MediaType::Show, 7), title("Mushi-Shi")),
                (of(MediaType::Movie, 7), title("A Film")),
            ]
            .into(),
        }
    }

    #[test]
    fn numbers_are_told_with_the_names_that_are_known() {
        for (text, told) in [
            (
                "S1E2 of show 7 is claimed by AniList 5, with more speaking for it",
                "S1E2 of show Mushi-Shi (7) is claimed by Mushishi (AniList 5), with more speaking for it",
            ),
            ("film 7", "film A Film (7)"),
            ("(show 7)", "(show Mushi-Shi (7))"),
            ("AniList 6 and show 8", "AniList 6 and show 8"),
            ("show 7th, show 7-8, shows 7, 7", "show 7th, show 7-8, shows 7, 7"),
            ("show 99999999999999999999", "show 99999999999999999999"),
            ("", ""),
        ] {
            assert_eq!(names().told(text), told);
        }
    }
}
