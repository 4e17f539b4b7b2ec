//! Films and shows that no source names: looked for by their title and year.

use std::collections::BTreeSet;

use super::budget::Budget;
use super::{Resolver, Trial};
use crate::domain::{Film, Format, Media, MediaType, SearchHit, Source, TraktShowId};
use crate::hub::error::Result;
use crate::placing::candidates::is_extra;
use crate::placing::claims::{Claim, Reference, ReferenceId, Rule};
use crate::placing::place::{ResolvedClaim, Target};
use crate::placing::suggest::hits::{
    begins_alike, is_called_alike, is_in_time, is_same_work, questions,
};

/// The most searches for the show of one title.
const MOST_SEARCHES: usize = 2;

impl Resolver<'_> {
    /// Films that nobody names, or of which the wrong one is named, and what nobody names a show for,
    /// are looked for by their title.
    pub(super) async fn search(&mut self, trials: &mut [Trial<'_>], open: &[usize]) -> Result<()> {
        let mut shows = BTreeSet::new();
        for &index in open {
            let trial = &mut trials[index];
            let media = &trial.title.entry.media;
            if can_be_found(media) {
                if let Some((claim, film)) = film(media, &mut self.asking).await? {
                    if let Some(Target::Movie(movie)) = claim.target {
                        self.films.extend(vec![(movie, film)]);
                    }
                    trial.found = Some(claim);
                }
            } else if self.has_no_show(trial)
                && let Some((show, rule)) = show(media, &mut self.asking).await?
            {
                shows.insert(show);
                trial.found = Some(claim(MediaType::Show, show.0, rule));
            }
            if self.asking.is_stopped() {
                break;
            }
            trial.is_searched = true;
        }
        self.shelf.load(shows, &mut self.asking).await
    }

    /// Whether it could still be searched for by its title.
    pub(super) fn is_unsearched(&self, trial: &Trial<'_>) -> bool {
        let is_wanted = can_be_found(&trial.entry().media) || self.has_no_show(trial);
        is_wanted && !trial.is_searched
    }

    /// Whether nobody names a show that Trakt has.
    fn has_no_show(&self, trial: &Trial<'_>) -> bool {
        let mut named = self.targets.shows_of(&trial.claims);
        trial.entry().media.format != Some(Format::Movie)
            && named.all(|id| matches!(self.shelf.shows().get(&id), Some(None)))
    }
}

/// Whether a work may be found this way: a film of one part, with a year.
pub(super) fn can_be_found(media: &Media) -> bool {
    media.format == Some(Format::Movie) && media.is_film() && media.start_date.year.is_some()
}

/// The one film that has just this title and year, if there is one and no other.
async fn film(media: &Media, asking: &mut Budget<'_>) -> Result<Option<(ResolvedClaim, Film)>> {
    let titles = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    let mut found: Vec<SearchHit> = Vec::new();
    for title in titles.into_iter().flatten() {
        if asking.must_stop() {
            return Ok(None);
        }
        let year = media.start_date.year;
        match asking.means.trakt.search_text(title, MediaType::Movie, year).await {
            Ok(hits) => found.extend(hits.into_iter().filter(|hit| is_same_work(media, hit))),
            // What cannot be asked about one title is no reason not to ask for the rest.
            Err(error) if error.fault.is_of_one_question() => {
                asking.pass_over(&error);
                return Ok(None);
            }
            Err(error) => {
                asking.interrupt(error)?;
                return Ok(None);
            }
        }
    }
    let Some(first) = found.first() else { return Ok(None) };
    let is_only = found.iter().all(|other| other.trakt_id == first.trakt_id);
    let film = Film { title: Some(first.title.clone()), year: first.year, ..Film::default() };
    Ok(is_only.then(|| (claim(MediaType::Movie, first.trakt_id, Rule::Film), film)))
}

/// The one show that is called as the work is, if no other is. One that is called as the beginning of
/// the title has an extra among its specials.
async fn show(media: &Media, asking: &mut Budget<'_>) -> Result<Option<(TraktShowId, Rule)>> {
    let questions = questions(media).into_iter().filter(|one| one.kind == MediaType::Show);
    for question in questions.take(MOST_SEARCHES) {
        if asking.must_stop() {
            return Ok(None);
        }
        let hits =
            asking.means.trakt.search_text(&question.text, question.kind, question.year).await;
        match hits {
            Ok(hits) => {
                if let Some(show) = only_show(media, &hits) {
                    return Ok(Some(show));
                }
            }
            Err(error) if error.fault.is_of_one_question() => asking.pass_over(&error),
            Err(error) => {
                asking.interrupt(error)?;
                return Ok(None);
            }
        }
    }
    Ok(None)
}

fn only_show(media: &Media, hits: &[SearchHit]) -> Option<(TraktShowId, Rule)> {
    let possible = || hits.iter().filter(|hit| is_in_time(media, hit));
    let only = |of: fn(&Media, &SearchHit) -> bool| {
        let ids: BTreeSet<u64> =
            possible().filter(|hit| of(media, hit)).map(|hit| hit.trakt_id).collect();
        (ids.len() == 1).then(|| ids.first().copied().map(TraktShowId)).flatten()
    };
    let whole = only(is_called_alike).map(|show| (show, Rule::Unspecified));
    whole.or_else(|| {
        let is_none = !possible().any(|hit| is_called_alike(media, hit));
        let show = only(begins_alike).filter(|_| is_none && is_extra(media))?;
        Some((show, Rule::Specials))
    })
}

fn claim(kind: MediaType, id: u64, rule: Rule) -> ResolvedClaim {
    let references = vec![Reference { kind, id: ReferenceId::Trakt(id) }];
    let claim = Claim::new(Source::Search, references, rule);
    ResolvedClaim { claim, target: Some(Target::new(kind, id)) }
}
