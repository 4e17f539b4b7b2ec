//! Questions to MangaDex' API, version 5.

use super::wire::{Aggregate, Manga, MangaList, MangaReply, Numbering};
use crate::outbound::{Answer, Fault, Outbound, ProviderError, Request};
use anilist_trakt_sync_core::library::Found;

/// A search that is limited to 100 titles has 1 MB.
const MOST_BYTES: u64 = 4 << 20;

/// What is searched: nothing that is drawn for adults alone.
const RATINGS: [&str; 2] = ["safe", "suggestive"];

/// All that there are.
const ALL_RATINGS: [&str; 4] = ["safe", "suggestive", "erotica", "pornographic"];

/// So many are asked for at once; MangaDex takes 100, and an address of 50 is short enough for all that
/// stand between.
const TITLES_PER_PAGE: usize = 50;

/// MangaDex' API.
#[derive(Debug, Clone)]
pub struct MangaDexClient {
    outbound: Outbound,
    url: String,
    uploads_url: String,
}

impl MangaDexClient {
    /// A client of the API at `url`, which is what comes before `/manga`. Covers are at `uploads_url`.
    pub fn new(outbound: Outbound, url: String, uploads_url: String) -> Self {
        Self { outbound, url, uploads_url }
    }

    /// The manga that a text finds, those that are most like it first, at most `most` of 100.
    pub async fn search(&self, text: &str, most: u8) -> Result<Vec<Found>, ProviderError> {
        let mut request = self
            .get("/manga")?
            .query("title", text)
            .query("limit", &most.to_string())
            // Without it those come first of which a chapter was uploaded last.
            .query("order[relevance]", "desc")
            .query("includes[]", "cover_art");
        for rating in RATINGS {
            request = request.query("contentRating[]", rating);
        }
        self.list(&request).await
    }

    /// What MangaDex knows of manga by their UUIDs, in no order. One that it does not have is left out.
    pub async fn titles(&self, ids: &[String]) -> Result<Vec<Found>, ProviderError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(TITLES_PER_PAGE) {
            let limit = ids.len().to_string();
            let request =
                self.get("/manga")?.query("limit", &limit).query("includes[]", "cover_art");
            let named = ids.iter().fold(request, |request, id| request.query("ids[]", id));
            // What a person has is found whatever it is.
            let all = ALL_RATINGS.iter();
            let request =
                all.fold(named, |request, rating| request.query("contentRating[]", rating));
            found.extend(self.list(&request).await?);
        }
        Ok(found)
    }

    /// What MangaDex knows of a manga by its UUID; none where it does not have it.
    pub async fn manga(&self, id: &str) -> Result<Option<Manga>, ProviderError> {
        let request = self.get(&format!("/manga/{id}"))?.query("includes[]", "cover_art");
        let Some(answer) = self.known(&request).await? else { return Ok(None) };
        let reply: MangaReply = answer.json()?;
        Ok(reply.data.into_manga(&self.uploads_url))
    }

    /// The highest whole chapter that was uploaded, in any language. None where none was.
    pub async fn latest_chapter(
        &self,
        id: &str,
        numbering: Numbering,
    ) -> Result<Option<u32>, ProviderError> {
        let request = self.get(&format!("/manga/{id}/aggregate"))?;
        let Some(answer) = self.known(&request).await? else { return Ok(None) };
        let aggregate: Aggregate = answer.json()?;
        Ok(aggregate.latest(numbering))
    }

    async fn list(&self, request: &Request) -> Result<Vec<Found>, ProviderError> {
        let answer = self.outbound.send(request).await?;
        // A list without rows may be an answer without a body.
        if answer.status() == 204 {
            return Ok(Vec::new());
        }
        let list: MangaList = answer.json()?;
        Ok(list.into_found(&self.uploads_url))
    }

    fn get(&self, path: &str) -> Result<Request, ProviderError> {
        let request = Request::get(super::LANE, &format!("{}{path}", self.url))?;
        Ok(request.limit(MOST_BYTES).header("accept", "application/json"))
    }

    /// An answer, unless there is no such manga.
    async fn known(&self, request: &Request) -> Result<Option<Answer>, ProviderError> {
        match self.outbound.send(request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(ProviderError { fault: Fault::NotFound, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
