//! Films that no source names: looked for by their title and year.

use super::asking::Asking;
use super::{Resolver, Title};
use crate::domain::{Film, Format, Media, Source, TraktMovieId};
use crate::error::Result;
use crate::mapping::claims::{Claim, Reference, ReferenceId, Rule};
use crate::mapping::place::{ResolvedClaim, Target};
use crate::mapping::suggest::hits::is_same_work;
use crate::store::MediaType;
use crate::trakt::SearchHit;

impl Resolver<'_> {
    /// Films that nobody names, or of which the wrong one is named, are looked for by their title.
    pub(super) async fn search<'t>(
        &mut self,
        titles: impl Iterator<Item = &'t Title<'t>>,
    ) -> Result<()> {
        for title in titles.filter(|title| can_be_found(&title.entry.media)) {
            if let Some((claim, film)) = film(&title.entry.media, &mut self.asking).await? {
                if let Some(Target::Movie(movie)) = claim.target {
                    self.films.extend(vec![(movie, film)]);
                }
                self.found.insert(title.id(), claim);
            }
        }
        Ok(())
    }
}

/// Whether a work may be found this way: a film of one part, with a year.
pub(super) fn can_be_found(media: &Media) -> bool {
    media.format == Some(Format::Movie) && media.is_film() && media.start_date.year.is_some()
}

/// The one film that has just this title and year, if there is one and no other.
async fn film(media: &Media, asking: &mut Asking<'_>) -> Result<Option<(ResolvedClaim, Film)>> {
    let titles = [media.titles.english.as_deref(), media.titles.romaji.as_deref()];
    let mut found: Vec<SearchHit> = Vec::new();
    for title in titles.into_iter().flatten() {
        if asking.must_stop() {
            return Ok(None);
        }
        let year = media.start_date.year;
        match asking.app.trakt.search_text(title, MediaType::Movie, year).await {
            Ok(hits) => found.extend(hits.into_iter().filter(|hit| is_same_work(media, hit))),
            Err(error) => {
                asking.interrupt(error)?;
                return Ok(None);
            }
        }
    }
    let Some(first) = found.first() else { return Ok(None) };
    let is_only = found.iter().all(|other| other.trakt_id == first.trakt_id);
    Ok(is_only.then(|| claim(first)))
}

fn claim(hit: &SearchHit) -> (ResolvedClaim, Film) {
    let references = vec![Reference::film(ReferenceId::Trakt(hit.trakt_id))];
    let claim = Claim::new(Source::Search, references, Rule::Film);
    let target = Some(Target::Movie(TraktMovieId(hit.trakt_id)));
    let film = Film { title: Some(hit.title.clone()), year: hit.year, ..Film::default() };
    (ResolvedClaim { claim, target }, film)
}
