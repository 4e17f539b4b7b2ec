//! Asks Trakt and TMDB which Trakt id a foreign number stands for.

use super::budget::Means;
use crate::domain::{ExternalId, Film, MediaType, TvdbId};
use crate::outbound::ProviderError;
use crate::placing::claims::{Reference, ReferenceId};
use crate::tmdb::ExternalIds;
use crate::trakt::Found;

/// Trakt's number for a foreign one, with what was told of it: by search, then by TMDB's list of
/// other sites' ids. None when Trakt does not know it.
pub(super) async fn trakt_item(
    means: Means<'_>,
    reference: &Reference,
) -> Result<Option<Found>, ProviderError> {
    let kind = reference.kind;
    let external = match &reference.id {
        ReferenceId::Trakt(id) => return Ok(Some(Found { id: *id, film: Film::default() })),
        ReferenceId::Tmdb(id) => ExternalId::Tmdb(*id),
        ReferenceId::Imdb(id) => ExternalId::Imdb(*id),
        ReferenceId::Tvdb(id) => ExternalId::Tvdb(TvdbId(*id)),
    };
    let found = means.trakt.search(&external, kind).await?;
    match external {
        ExternalId::Tmdb(id) if found.is_none() => by_other_ids(means, kind, id).await,
        _ => Ok(found),
    }
}

/// A TMDB number can be missing on Trakt while the same title's IMDb or TheTVDB id is there.
async fn by_other_ids(
    means: Means<'_>,
    kind: MediaType,
    tmdb: u32,
) -> Result<Option<Found>, ProviderError> {
    let ids = other_ids(means, kind, tmdb).await;
    let imdb = ids.imdb.map(ExternalId::Imdb);
    let tvdb = ids.tvdb.map(ExternalId::Tvdb).filter(|_| kind == MediaType::Show);
    for id in imdb.into_iter().chain(tvdb) {
        if let Some(found) = means.trakt.search(&id, kind).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// TMDB only adds to what is known, so the look-up goes on without it.
async fn other_ids(means: Means<'_>, kind: MediaType, id: u32) -> ExternalIds {
    let Some(tmdb) = means.tmdb else { return ExternalIds::default() };
    match tmdb.external_ids(kind, id).await {
        Ok(ids) => ids.unwrap_or_default(),
        Err(error) => {
            tracing::warn!("TMDB could not be asked for other ids of {id}: {error}");
            ExternalIds::default()
        }
    }
}
