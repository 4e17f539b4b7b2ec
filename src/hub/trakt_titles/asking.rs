//! Asking Trakt what titles are called: a few at a time, one after the other, and each once for everybody.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::{key, of, put};
use crate::domain::{OnTrakt, StoredAnswer, TraktTitle};
use crate::hub::error::{Error, Result};
use crate::hub::services::Services;

/// Titles whose names are asked for at once.
const AT_MOST: usize = 4;

/// How long nobody asks again for a name that Trakt does not tell: what was merged or deleted stays so.
const NAMELESS_FOR: Duration = Duration::from_hours(24);
/// The same where Trakt failed at the question. A title at which it always does would else keep all others
/// from being asked for.
const FAILED_FOR: Duration = Duration::from_mins(10);
/// How long nobody asks for any name once Trakt did not answer, or may not be asked now.
const PAUSE: Duration = Duration::from_mins(1);

/// What some shows and films are called, as far as it is known; none for one that Trakt was asked for and
/// did not name.
pub type Told = HashMap<OnTrakt, Option<TraktTitle>>;

/// What came of a question.
enum Outcome {
    Named(TraktTitle),
    /// Trakt has no such title, or no name for it.
    Nameless,
    /// Trakt did not do its work.
    Failed,
    /// Trakt may not be asked now.
    Closed,
}

/// What came of some questions.
#[derive(Default)]
struct Learnt {
    titles: Vec<(OnTrakt, TraktTitle)>,
    /// Those without a name, and how long that is believed.
    nameless: Vec<(OnTrakt, Duration)>,
}

/// What these are called. Trakt is asked for the first few whose names are not known; those that it is not
/// asked for now are left out.
pub async fn ask(services: &Services, wanted: &[OnTrakt]) -> Result<Told> {
    let told = known(services, wanted).await?;
    if unknown(wanted, &told).is_empty() {
        return Ok(told);
    }
    let mut quiet_until = services.naming.lock().await;
    // Whoever had the turn before may have asked for the same.
    let mut told = known(services, wanted).await?;
    if quiet_until.is_some_and(|until| services.clock.instant() < until) {
        return Ok(told);
    }
    let (learnt, is_answering) = ask_for(services, unknown(wanted, &told)).await;
    *quiet_until = (!is_answering).then(|| services.clock.instant() + PAUSE);
    learnt.keep(services).await;
    told.extend(learnt.titles.into_iter().map(|(what, title)| (what, Some(title))));
    told.extend(learnt.nameless.into_iter().map(|(what, _)| (what, None)));
    Ok(told)
}

/// The first few of which nothing is known, each once.
fn unknown(wanted: &[OnTrakt], told: &Told) -> Vec<OnTrakt> {
    let mut seen = HashSet::new();
    let unknown = wanted.iter().copied().filter(|what| !told.contains_key(what));
    unknown.filter(|what| seen.insert(*what)).take(AT_MOST).collect()
}

/// What was told of these, or is not told.
async fn known(services: &Services, wanted: &[OnTrakt]) -> Result<Told> {
    let titles = of(services, wanted.iter().copied()).await?;
    let rest: Vec<OnTrakt> =
        wanted.iter().copied().filter(|what| !titles.contains_key(what)).collect();
    let mut told = nameless(services, rest).await?;
    told.extend(titles.into_iter().map(|(what, title)| (what, Some(title))));
    Ok(told)
}

/// Those of these that Trakt did not name a while ago.
async fn nameless(services: &Services, wanted: Vec<OnTrakt>) -> Result<Told> {
    if wanted.is_empty() {
        return Ok(Told::new());
    }
    let notes: Vec<String> = wanted.iter().copied().map(note).collect();
    let notes = services.store.answers(&notes).await.map_err(Error::from)?;
    let now = services.clock.now();
    // One from a time that is to come counts for nothing: a clock was wrong.
    let is_good = |note: StoredAnswer| note.fetched_at <= now && now < note.good_until;
    let noted = wanted.into_iter().zip(notes);
    Ok(noted
        .filter(|(_, note)| note.clone().is_some_and(is_good))
        .map(|(what, _)| (what, None))
        .collect())
}

/// Asks for these until Trakt does not answer, and says whether it did to the end.
async fn ask_for(services: &Services, unknown: Vec<OnTrakt>) -> (Learnt, bool) {
    let mut learnt = Learnt::default();
    for what in unknown {
        match question(services, what).await {
            Outcome::Named(title) => learnt.titles.push((what, title)),
            Outcome::Nameless => learnt.nameless.push((what, NAMELESS_FOR)),
            Outcome::Failed => {
                learnt.nameless.push((what, FAILED_FOR));
                return (learnt, false);
            }
            Outcome::Closed => return (learnt, false),
        }
    }
    (learnt, true)
}

async fn question(services: &Services, what: OnTrakt) -> Outcome {
    let fault = match services.trakt.title(what).await {
        Ok(title) => return title.map_or(Outcome::Nameless, Outcome::Named),
        Err(error) => error.fault,
    };
    tracing::debug!("Trakt {fault}, so the name of {} is not known", key(what));
    if fault.is_of_one_question() {
        Outcome::Nameless
    } else if fault.is_failure() {
        Outcome::Failed
    } else {
        Outcome::Closed
    }
}

impl Learnt {
    async fn keep(&self, services: &Services) {
        put(services, &self.titles).await;
        let now = services.clock.now();
        let notes = self.nameless.iter().map(|(what, time)| {
            let value = "null".to_owned();
            (note(*what), StoredAnswer { value, fetched_at: now, good_until: now + *time })
        });
        let notes: Vec<_> = notes.collect();
        if notes.is_empty() {
            return;
        }
        if let Err(error) = services.store.put_answers(notes).await {
            tracing::warn!("That titles have no name on Trakt could not be kept: {error}");
        }
    }
}

/// The key of the note that a title has no name.
fn note(what: OnTrakt) -> String {
    format!("trakt title {}", key(what))
}
