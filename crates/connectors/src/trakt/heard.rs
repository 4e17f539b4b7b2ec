//! What shows and films are called, as Trakt's answers tell in passing.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use anilist_trakt_sync_core::domain::{OnTrakt, TraktTitle};

/// Titles that are remembered, so that nobody is told one twice: more than one person has.
const REMEMBERED: usize = 20_000;

/// Titles that answers told, and those of them that nobody has taken yet.
#[derive(Debug, Default)]
pub(super) struct Heard(Mutex<Titles>);

#[derive(Debug, Default)]
struct Titles {
    all: HashMap<OnTrakt, TraktTitle>,
    fresh: HashSet<OnTrakt>,
}

impl Heard {
    /// An answer names this. Without a title it tells nothing.
    pub(super) fn note(&self, what: OnTrakt, title: Option<&str>, year: Option<i16>) {
        let Some(title) = title.map(str::trim).filter(|title| !title.is_empty()) else { return };
        let told = TraktTitle { title: title.to_owned(), year };
        let mut titles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if titles.all.get(&what) == Some(&told) {
            return;
        }
        if titles.all.len() >= REMEMBERED {
            titles.all.clear();
            titles.fresh.clear();
        }
        titles.all.insert(what, told);
        titles.fresh.insert(what);
    }

    /// What was told since this was last asked.
    pub(super) fn take(&self) -> Vec<(OnTrakt, TraktTitle)> {
        let mut titles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = std::mem::take(&mut titles.fresh);
        let titles =
            fresh.into_iter().filter_map(|what| Some((what, titles.all.get(&what)?.clone())));
        titles.collect()
    }
}
