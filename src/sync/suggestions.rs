//! A few places for one title, for a person to choose from.

use std::sync::Arc;

use super::single::{entry, resolver, waiting};
use crate::domain::{AnilistId, Entry, SearchHit, Verdict};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::placing::suggest::hits::{questions, worth_a_look};
use crate::placing::suggest::{Suggestion, suggestions};
use crate::plan::Title;

/// What may be right for a title.
#[derive(Debug)]
pub struct Suggested {
    /// The entry as it is on the list, or as a title nobody has begun.
    pub entry: Entry,
    /// How far its present placement can be trusted.
    pub verdict: Verdict,
    /// The places, the best first.
    pub suggestions: Vec<Suggestion>,
    /// Why not everything could be searched, for a person.
    pub search_error: Option<String>,
}

/// Gathers what the sources propose and what a text search on Trakt finds: at most 4 searches, and
/// the episodes of at most 3 found shows. Shows that had to be fetched are stored; no mapping is
/// saved, and nothing is posted. When the search fails, the sources' proposals are still given.
pub async fn suggest(person: &Person, id: AnilistId) -> Result<Suggested> {
    let title = Title::new(entry(person, id).await?);
    let overrides = person.store.overrides().await?;
    let mut resolver = resolver(person, &overrides, &waiting(person).await?).await?;
    let decision = resolver.look(&title).await?;
    let (hits, unanswered) = search(person, &title.entry).await;
    let unlisted = match resolver.know(&worth_a_look(&title.entry.media, &hits)).await {
        Err(Error::Provider(fault)) => Some(fault.to_string()),
        other => other.map(|()| None)?,
    };
    let stopped = || resolver.interruption().map(|interruption| interruption.cause.clone());
    Ok(Suggested {
        suggestions: suggestions(&title.entry, &decision, &hits, resolver.shows()),
        search_error: unanswered.or(unlisted).or_else(stopped),
        verdict: decision.verdict,
        entry: Arc::unwrap_or_clone(title.entry),
    })
}

/// Asks one question after the other, until Trakt does not answer; then also gives the reason.
async fn search(person: &Person, entry: &Entry) -> (Vec<SearchHit>, Option<String>) {
    let mut hits = Vec::new();
    for question in questions(&entry.media) {
        match person.trakt.client().search_text(&question.text, question.kind, question.year).await
        {
            Ok(more) => hits.extend(more),
            Err(fault) => {
                tracing::warn!("Searching Trakt for a title had to stop: {fault}");
                return (hits, Some(fault.to_string()));
            }
        }
    }
    (hits, None)
}
