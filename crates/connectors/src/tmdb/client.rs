//! Questions to TMDB's version 3 API.

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::outbound::{Fault, Outbound, ProviderError, Request};
use anilist_trakt_sync_core::domain::{ExternalId, ImdbId, MediaType, Service, TvdbId};

/// The ids of a show or film in other catalogues.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ExternalIds {
    /// IMDb's.
    #[serde(default, rename = "imdb_id", deserialize_with = "imdb_or_none")]
    pub imdb: Option<ImdbId>,
    /// TheTVDB's; TMDB has none for films.
    #[serde(default, rename = "tvdb_id")]
    pub tvdb: Option<TvdbId>,
}

/// TMDB, asked with the person's own key.
#[derive(Debug, Clone)]
pub struct TmdbClient {
    outbound: Outbound,
    url: String,
    key: Option<SecretString>,
}

impl TmdbClient {
    /// A client of the API at `url`, which is what comes before `/tv/…`.
    pub fn new(outbound: Outbound, url: String, key: Option<SecretString>) -> Self {
        Self { outbound, url, key }
    }

    /// The ids other catalogues give to a show or film, or none when TMDB does not have it.
    pub async fn external_ids(
        &self,
        kind: MediaType,
        id: u32,
    ) -> Result<Option<ExternalIds>, ProviderError> {
        let table = match kind {
            MediaType::Show => "tv",
            MediaType::Movie => "movie",
        };
        self.ask(&format!("/{table}/{id}/external_ids"), None).await
    }

    /// TMDB's id of a show or film that another catalogue names.
    pub async fn find(
        &self,
        by: &ExternalId,
        kind: MediaType,
    ) -> Result<Option<u32>, ProviderError> {
        let (path, source) = match by {
            ExternalId::Tmdb(id) => return Ok(Some(*id)),
            ExternalId::Imdb(id) => (format!("/find/{id}"), "imdb_id"),
            ExternalId::Tvdb(id) => (format!("/find/{id}"), "tvdb_id"),
        };
        let found: Option<Found> = self.ask(&path, Some(source)).await?;
        let hits = found.map(|found| match kind {
            MediaType::Show => found.tv_results,
            MediaType::Movie => found.movie_results,
        });
        Ok(hits.and_then(|hits| hits.first().map(|hit| hit.id)))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        source: Option<&str>,
    ) -> Result<Option<T>, ProviderError> {
        let mut request =
            self.authorised(Request::get(super::LANE, &format!("{}{path}", self.url))?)?;
        if let Some(source) = source {
            request = request.query("external_source", source);
        }
        match self.outbound.send(&request).await {
            Ok(answer) => answer.json().map(Some),
            Err(ProviderError { fault: Fault::NotFound, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A version 4 token is a JWT and goes into a header, a version 3 key into the query.
    fn authorised(&self, request: Request) -> Result<Request, ProviderError> {
        let key = self.key.as_ref().ok_or_else(|| Fault::NotConfigured.at(Service::TMDB))?;
        if key.expose_secret().contains('.') {
            return request.bearer(key);
        }
        Ok(request.query("api_key", key.expose_secret()))
    }
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    tv_results: Vec<Hit>,
    #[serde(default)]
    movie_results: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    id: u32,
}

/// TMDB writes an unknown IMDb id as null or as an empty text.
fn imdb_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ImdbId>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}
