//! Questions to AniList's GraphQL endpoint.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::kept::{Kept, ListRow, Listed};
use super::odd::Row;
use super::owner::ListOwner;
use super::wire::{
    ActivityPage, EntryPage, ListData, MediaData, PageData, PageInfo, RelationsPage, Reply,
    SchedulesPage, ViewerData, WireEntry,
};
use crate::outbound::{Fault, Outbound, ProviderError, Request, Retry};
use anilist_trakt_sync_core::domain::{
    Activity, AnilistId, Entry, ListStatus, Media, Relations, ScheduledEpisode, Service,
};

/// A list of 500 entries a chunk ends long before this; AniList keeps 11,000 entries at most.
const MOST_CHUNKS: u32 = 100;
/// Pages of 50 changed entries; a whole list of 11,000 fits.
const MOST_PAGES: u32 = 250;

/// A chunk of 500 entries, each on ten lists of the person's own, has 3 MB.
const MOST_BYTES: u64 = 8 << 20;

/// What takes many requests waits for its turn, as long as a whole window of the limit lasts: it would
/// begin anew otherwise, and never come to its end.
const A_WINDOW: Duration = Duration::from_secs(70);

/// Whoever types sees that nothing comes, and types on.
const WHILE_TYPING: Duration = Duration::from_secs(2);

/// How long a question waits for its turn.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wait {
    /// As any request does: it is asked by itself.
    Little,
    /// For a whole window of the limit: it is one of many, which begin anew otherwise.
    AWindow,
    /// Hardly, as somebody types and asks the next one soon; and it leaves some of the limit to others.
    Hardly,
}

/// AniList gives 50 rows on a page at most.
pub const TITLES_PER_PAGE: usize = 50;

/// Of a schedule of 25 episodes a page this many are read: 200 episodes.
const MOST_SCHEDULE_PAGES: u32 = 8;

/// The person whose list is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// AniList's number of the user.
    pub id: u64,
    /// The user's name.
    pub name: String,
}

/// AniList's API. Whoever asks says whose list is meant.
#[derive(Debug, Clone)]
pub struct AniListClient {
    outbound: Outbound,
    url: String,
}

impl AniListClient {
    /// A client of the GraphQL endpoint at `url`.
    pub fn new(outbound: Outbound, url: String) -> Self {
        Self { outbound, url }
    }

    /// The GraphQL endpoint.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whose list is read: the token's owner, or the configured name.
    pub async fn viewer(&self, owner: &ListOwner) -> Result<Viewer, ProviderError> {
        let data: ViewerData = match (&owner.token, &owner.username) {
            (Some(_), _) => {
                self.ask(owner, include_str!("queries/viewer.graphql"), json!({}), Wait::Little)
                    .await?
            }
            (None, Some(name)) => {
                self.ask(
                    owner,
                    include_str!("queries/user.graphql"),
                    json!({ "name": name }),
                    Wait::Little,
                )
                .await?
            }
            (None, None) => return Err(Fault::NotConfigured.at(Service::ANILIST)),
        };
        data.viewer.ok_or_else(|| unexpected("data: neither Viewer nor User"))
    }

    /// The person's anime entries, of these statuses or all. An entry on several lists comes once.
    pub async fn list(
        &self,
        owner: &ListOwner,
        user: u64,
        statuses: Option<&[ListStatus]>,
    ) -> Result<Listed, ProviderError> {
        let mut variables = json!({ "userId": user });
        if let Some(statuses) = statuses {
            variables["statuses"] = json!(statuses);
        }
        let query = include_str!("queries/list_chunk.graphql");
        self.chunks::<WireEntry>(owner, query, variables).await
    }

    /// All chunks of a list. An entry on several lists comes once.
    pub(super) async fn chunks<W: ListRow>(
        &self,
        owner: &ListOwner,
        query: &str,
        mut variables: Value,
    ) -> Result<Listed<W::Entry>, ProviderError> {
        let mut kept = Kept::<W>::default();
        for chunk in 1..=MOST_CHUNKS {
            variables["chunk"] = json!(chunk);
            let data: ListData<W> =
                self.ask(owner, query, variables.clone(), Wait::AWindow).await?;
            let missing = || unexpected("data.MediaListCollection: missing");
            let (rows, more) = data.into_chunk().ok_or_else(missing)?;
            kept.keep(rows);
            if !more {
                return Ok(kept.listed);
            }
        }
        Err(unexpected("data.MediaListCollection.hasNextChunk: never false"))
    }

    /// The entries whose `updatedAt` (Unix seconds) is `since` or later, newest first.
    ///
    /// Entries that change while the pages are read move to the front; they have a later
    /// `updatedAt` than all that is given back, and so belong to the next reading.
    pub async fn changed_since(
        &self,
        owner: &ListOwner,
        user: u64,
        since: i64,
    ) -> Result<Listed, ProviderError> {
        let query = include_str!("queries/changed_entries.graphql");
        self.newest::<WireEntry>(owner, query, json!({ "userId": user }), since).await
    }

    /// The entries of a list that a query gives newest first, as far as they are not older than `since`.
    pub(super) async fn newest<W: ListRow>(
        &self,
        owner: &ListOwner,
        query: &str,
        mut variables: Value,
        since: i64,
    ) -> Result<Listed<W::Entry>, ProviderError> {
        let mut kept = Kept::<W>::default();
        for page in 1..=MOST_PAGES {
            variables["page"] = json!(page);
            let page: EntryPage<W> =
                self.page(owner, query, variables.clone(), Wait::AWindow).await?;
            let (rows, more) = page.into_rows()?;
            // What does not say when it was changed is no sign that the rest is older.
            let (new, old): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| match row {
                Row::Read(row) => row.updated_at().is_none_or(|at| at >= since),
                Row::Odd { .. } => true,
            });
            kept.keep(new);
            if !more || !old.is_empty() {
                return Ok(kept.listed);
            }
        }
        Err(unexpected("data.Page.pageInfo.hasNextPage: never false"))
    }

    /// What was logged after `since` (Unix seconds), newest first, from at most `max_pages` pages
    /// of 50. Activities only date plays, so an incomplete answer loses none.
    pub async fn activities(
        &self,
        owner: &ListOwner,
        user: u64,
        since: Option<i64>,
        max_pages: u32,
    ) -> Result<Vec<Activity>, ProviderError> {
        let (mut seen, mut activities) = (HashSet::new(), Vec::new());
        for page in 1..=max_pages {
            let mut variables = json!({ "userId": user, "page": page });
            if let Some(since) = since {
                variables["since"] = json!(since);
            }
            let query = include_str!("queries/activities.graphql");
            let page: ActivityPage = self.page(owner, query, variables, Wait::AWindow).await?;
            let rows = page.activities.unwrap_or_default();
            let more = has_next(page.page_info, !rows.is_empty());
            let rows = rows.into_iter().filter_map(Row::read);
            let fresh = rows.filter(|row| row.id.is_some_and(|id| seen.insert(id)));
            activities.extend(fresh.filter_map(super::wire::WireActivity::into_activity));
            if !more {
                break;
            }
        }
        Ok(activities)
    }

    /// One entry of the person's list, if it is there. One that cannot be read is an error: it is
    /// there all the same.
    pub async fn entry(
        &self,
        owner: &ListOwner,
        user: u64,
        id: AnilistId,
    ) -> Result<Option<Entry>, ProviderError> {
        let variables = json!({ "userId": user, "mediaId": id });
        let query = include_str!("queries/entry.graphql");
        let found = self.entries::<WireEntry>(owner, query, variables, Wait::Little).await?;
        Ok(found.into_iter().next())
    }

    /// The entries on one page. One that cannot be read is an error: it is there all the same.
    pub(super) async fn entries<W: ListRow>(
        &self,
        owner: &ListOwner,
        query: &str,
        variables: Value,
        wait: Wait,
    ) -> Result<Vec<W::Entry>, ProviderError> {
        let page: EntryPage<W> = self.page(owner, query, variables, wait).await?;
        let (rows, _) = page.into_rows()?;
        let entries = rows.into_iter().enumerate().map(|(place, row)| {
            let entry = match row {
                Row::Read(row) => row.into_entry(),
                Row::Odd { cause, .. } => Err(cause),
            };
            entry.map_err(|cause| unexpected(&format!("data.Page.mediaList[{place}]: {cause}")))
        });
        entries.collect()
    }

    /// What AniList knows of a title, if it has it as an anime.
    pub async fn media(
        &self,
        owner: &ListOwner,
        id: AnilistId,
    ) -> Result<Option<Media>, ProviderError> {
        let asked = self
            .ask(owner, include_str!("queries/media.graphql"), json!({ "id": id }), Wait::Little)
            .await;
        match asked {
            Ok(MediaData { media }) => Ok(media.map(super::wire::WireMedia::into_media)),
            Err(ProviderError { fault: Fault::NotFound, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How each of these titles stands to other anime. One that AniList does not know stands alone.
    pub async fn relations(
        &self,
        owner: &ListOwner,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Relations>, ProviderError> {
        let mut relations: HashMap<_, _> =
            ids.iter().map(|id| (*id, Relations::default())).collect();
        for ids in ids.chunks(TITLES_PER_PAGE) {
            let query = include_str!("queries/relations.graphql");
            let page: RelationsPage =
                self.page(owner, query, json!({ "ids": ids }), Wait::AWindow).await?;
            let titles = page.media.ok_or_else(|| unexpected("data.Page.media: missing"))?;
            let titles = titles.into_iter().filter_map(Row::read);
            relations.extend(titles.map(|title| (title.id, title.into_relations())));
        }
        Ok(relations)
    }

    /// When the episodes of these titles air or aired, as far as AniList knows: of most that was shown
    /// since about 2013. At most [`TITLES_PER_PAGE`] are told of.
    pub async fn schedules(
        &self,
        owner: &ListOwner,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Vec<ScheduledEpisode>>, ProviderError> {
        let query = include_str!("queries/schedules.graphql");
        let mut schedules: HashMap<_, Vec<_>> = HashMap::new();
        let mut ids = ids.to_vec();
        for number in 1..=MOST_SCHEDULE_PAGES {
            let variables = json!({ "ids": ids, "page": number });
            let page: SchedulesPage = self.page(owner, query, variables, Wait::AWindow).await?;
            let titles = page.media.ok_or_else(|| unexpected("data.Page.media: missing"))?;
            ids.clear();
            for title in titles.into_iter().filter_map(Row::read) {
                if title.has_next_page() {
                    ids.push(title.id);
                }
                schedules.entry(title.id).or_default().extend(title.into_episodes());
            }
            if ids.is_empty() {
                break;
            }
        }
        Ok(schedules)
    }

    pub(super) async fn page<T: DeserializeOwned>(
        &self,
        owner: &ListOwner,
        query: &str,
        variables: Value,
        wait: Wait,
    ) -> Result<T, ProviderError> {
        let data: PageData<T> = self.ask(owner, query, variables, wait).await?;
        data.page.ok_or_else(|| unexpected("data.Page: missing"))
    }

    /// Asks one query. Queries change nothing, so they are safe to repeat although they are POSTs.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        owner: &ListOwner,
        query: &str,
        variables: Value,
        wait: Wait,
    ) -> Result<T, ProviderError> {
        let request = self.request(owner, query, &variables)?.retry(Retry::Safe);
        let request = match wait {
            Wait::Little => request,
            Wait::AWindow => request.patience(A_WINDOW),
            Wait::Hardly => request.patience(WHILE_TYPING).yielding(),
        };
        self.send(&request).await
    }

    /// Tells one mutation, once: it may have been taken although no answer came.
    pub(super) async fn tell<T: DeserializeOwned>(
        &self,
        owner: &ListOwner,
        mutation: &str,
        variables: Value,
    ) -> Result<T, ProviderError> {
        let request = self.request(owner, mutation, &variables)?.retry(Retry::Never);
        self.send(&request.patience(A_WINDOW)).await
    }

    fn request(
        &self,
        owner: &ListOwner,
        document: &str,
        variables: &Value,
    ) -> Result<Request, ProviderError> {
        let body = json!({ "query": document, "variables": variables });
        // Without a Referer AniList answers 403 since August 2026 (animego#170).
        let request = Request::post(super::LANE, &self.url, &body)?
            .limit(MOST_BYTES)
            .header("accept", "application/json")
            .header("referer", "https://anilist.co/");
        match &owner.token {
            Some(token) => request.bearer(token),
            None => Ok(request),
        }
    }

    async fn send<T: DeserializeOwned>(&self, request: &Request) -> Result<T, ProviderError> {
        let reply: Reply<T> = self.outbound.send(request).await?.json()?;
        reply.data.ok_or_else(|| unexpected("data: missing"))
    }
}

/// `total` and `lastPage` are unreliable; `hasNextPage` is right. Where it is left out, a page with
/// rows is taken to have a next one.
pub(super) fn has_next(info: Option<PageInfo>, has_rows: bool) -> bool {
    info.and_then(|info| info.has_next_page).unwrap_or(has_rows)
}

pub(super) fn unexpected(detail: &str) -> ProviderError {
    Fault::UnexpectedBody { detail: detail.to_owned() }.at(Service::ANILIST)
}
