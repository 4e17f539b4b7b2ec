//! AniList as a source of titles, for everybody: nobody's sign-in is needed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{AniListClient, TITLES_PER_PAGE, Wait, unexpected};
use super::odd::Row;
use super::owner::ListOwner;
use super::queries;
use super::title::{TitlePage, WireTitle};
use super::wire::SchedulesPage;
use crate::outbound::ProviderError;
use anilist_trakt_sync_core::domain::{AnilistId, MalId, ScheduledEpisode};
use anilist_trakt_sync_core::library::{Found, Kind};

/// Which of the titles that a text finds come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ranking {
    /// Those that are most like the text.
    Likeness,
    /// Those that most people have on their lists.
    Popularity,
}

impl AniListClient {
    /// The titles that a text finds, of one kind or of both, at most `most` of 50. What is only for adults
    /// is left out. Somebody types: it hardly waits for its turn, and leaves some of the limit to runs.
    pub async fn search(
        &self,
        text: &str,
        kind: Option<Kind>,
        ranking: Ranking,
        most: u8,
    ) -> Result<Vec<Found>, ProviderError> {
        let sort = match ranking {
            Ranking::Likeness => "SEARCH_MATCH",
            Ranking::Popularity => "POPULARITY_DESC",
        };
        let mut variables = json!({ "text": text, "sort": [sort], "perPage": most });
        if let Some(kind) = kind {
            variables["type"] = json!(media_type(kind));
        }
        self.titles_of(queries::SEARCH_TITLES, variables, Wait::Hardly).await
    }

    /// What AniList knows of titles by its own ids, in no order. One that it does not have is left out.
    pub async fn titles(&self, ids: &[AnilistId]) -> Result<Vec<Found>, ProviderError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(TITLES_PER_PAGE) {
            let query = queries::TITLES;
            found.extend(self.titles_of(query, json!({ "ids": ids }), Wait::Little).await?);
        }
        Ok(found)
    }

    /// The same by `MyAnimeList`'s ids, which are numbered apart for each kind. A work that is several at
    /// AniList comes as often.
    pub async fn titles_of_mal(
        &self,
        kind: Kind,
        ids: &[MalId],
    ) -> Result<Vec<Found>, ProviderError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(TITLES_PER_PAGE) {
            let query = queries::TITLES_OF_MAL;
            let variables = json!({ "ids": ids, "type": media_type(kind) });
            found.extend(self.titles_of(query, variables, Wait::Little).await?);
        }
        Ok(found)
    }

    /// When the next episodes of these titles air, at most 25 of each. One that AniList does not have as an
    /// anime is left out, and so is what comes after the first [`TITLES_PER_PAGE`].
    pub async fn airings(
        &self,
        ids: &[AnilistId],
    ) -> Result<BTreeMap<AnilistId, Vec<ScheduledEpisode>>, ProviderError> {
        let query = include_str!("queries/airings.graphql");
        let variables = json!({ "ids": ids });
        let page: SchedulesPage =
            self.page(&ListOwner::default(), query, variables, Wait::Little).await?;
        let rows = page.media.ok_or_else(|| unexpected("data.Page.media: missing"))?;
        let titles = rows.into_iter().filter_map(Row::read);
        Ok(titles.map(|title| (title.id, title.into_episodes().collect())).collect())
    }

    async fn titles_of(
        &self,
        query: &str,
        variables: Value,
        wait: Wait,
    ) -> Result<Vec<Found>, ProviderError> {
        let page: TitlePage = self.page(&ListOwner::default(), query, variables, wait).await?;
        let rows = page.media.ok_or_else(|| unexpected("data.Page.media: missing"))?;
        Ok(rows.into_iter().filter_map(Row::read).filter_map(WireTitle::into_found).collect())
    }
}

/// AniList's `MediaType`.
pub(super) fn media_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Anime => "ANIME",
        Kind::Manga => "MANGA",
    }
}
