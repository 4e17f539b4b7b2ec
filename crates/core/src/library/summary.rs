//! A library in a few numbers.

use std::collections::BTreeMap;

use super::{Kind, Library};

/// How much there is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Items in all.
    pub total: usize,
    /// Items by the word of their kind.
    pub by_type: BTreeMap<&'static str, usize>,
    /// Items by the word of their status.
    pub by_status: BTreeMap<&'static str, usize>,
    /// Episodes watched, repeats among them.
    pub episodes: u64,
    /// The minutes of those episodes, as far as it is known how long they are.
    pub minutes: u64,
    /// Chapters read, repeats among them.
    pub chapters: u64,
    /// Volumes read.
    pub volumes: u64,
    /// The mean of the scores that were given, 1 to 100.
    pub mean_score: Option<f64>,
}

impl Summary {
    /// Counts.
    pub fn of(library: &Library) -> Self {
        let mut summary = Self { total: library.len(), ..Self::default() };
        let (mut sum, mut scored) = (0.0, 0.0);
        for item in library.items() {
            let entry = &item.entry;
            *summary.by_type.entry(item.kind.word()).or_default() += 1;
            *summary.by_status.entry(entry.status.word(item.kind)).or_default() += 1;
            let whole = item.work.max_progress.unwrap_or(entry.progress);
            let seen = u64::from(entry.progress) + u64::from(entry.repeats) * u64::from(whole);
            match item.kind {
                Kind::Anime => {
                    summary.episodes += seen;
                    summary.minutes += seen * u64::from(item.work.episode_minutes.unwrap_or(0));
                }
                Kind::Manga => summary.chapters += seen,
            }
            summary.volumes += u64::from(entry.progress_volumes);
            if let Some(score) = entry.score {
                (sum, scored) = (sum + f64::from(score), scored + 1.0);
            }
        }
        summary.mean_score = (scored > 0.0).then_some(sum / scored);
        summary
    }
}
