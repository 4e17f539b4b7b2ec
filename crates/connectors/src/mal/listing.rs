//! A person's list, whole and in part.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use secrecy::SecretString;

use super::client::{MalClient, list_fields, unexpected};
use super::kept::{Kept, Listed};
use super::title::path;
use super::wire::Page;
use crate::outbound::{ProviderError, Request};
use anilist_trakt_sync_core::library::Kind;

/// The API gives this many rows on a page at most.
const ROWS: u32 = 1_000;

/// What changed lately fits on the first page of this many.
const NEWEST: u32 = 100;

/// Far more than anybody has.
const MOST_PAGES: usize = 100;

/// What takes several requests waits for its turn, as long as a whole window of the limit lasts.
const A_WINDOW: Duration = Duration::from_secs(70);

/// A page of 1,000 rows, each with a long comment, has 10 MB.
const MOST_BYTES: u64 = 24 << 20;

/// In which order rows come.
#[derive(Clone, Copy)]
enum Order {
    /// By title, so that an edit meanwhile moves no row.
    Title,
    /// Those that changed last come first.
    Newest,
}

/// A page that is asked for.
#[derive(Clone, Copy)]
struct Part {
    kind: Kind,
    order: Order,
    offset: u32,
    rows: u32,
}

impl MalClient {
    /// All that the person has on a list, whatever its status.
    ///
    /// A row may be missing where another was deleted while the pages were read, so [`MalClient::entry`] is asked before
    /// one is believed to be gone.
    pub async fn list(&self, token: &SecretString, kind: Kind) -> Result<Listed, ProviderError> {
        let part = Part { kind, order: Order::Title, offset: 0, rows: ROWS };
        let kept = self.read(token, part, |_| false).await?;
        Ok(kept.whole())
    }

    /// What changed at this time or later, in as few requests as there are pages of it. What was deleted is not told of.
    pub async fn changed(
        &self,
        token: &SecretString,
        kind: Kind,
        since: Timestamp,
    ) -> Result<Listed, ProviderError> {
        let part = Part { kind, order: Order::Newest, offset: 0, rows: NEWEST };
        let kept = self.read(token, part, |kept| kept.reaches(since)).await?;
        Ok(kept.since(since))
    }

    /// Reads pages to the end, or until it is enough.
    async fn read(
        &self,
        token: &SecretString,
        mut part: Part,
        is_enough: impl Fn(&Kept) -> bool,
    ) -> Result<Kept, ProviderError> {
        let mut kept = Kept::default();
        for _ in 0..MOST_PAGES {
            let page: Page = self.send(token, self.part(part)?).await?.json()?;
            let has_news = kept.keep(&page.data, part.kind);
            let Some(next) = page.paging.next.filter(|_| !is_enough(&kept)) else {
                return Ok(kept);
            };
            let next = offset(&next, part.kind).filter(|next| *next > part.offset && has_news);
            let Some(offset) = next else {
                return Err(unexpected("paging.next: it does not lead on in the list"));
            };
            part = Part { offset, rows: ROWS, ..part };
        }
        Err(unexpected("paging.next: never missing"))
    }

    fn part(&self, part: Part) -> Result<Request, ProviderError> {
        let Part { kind, order, offset, rows } = part;
        let sort = match (order, kind) {
            (Order::Newest, _) => "list_updated_at",
            (Order::Title, Kind::Anime) => "anime_title",
            (Order::Title, Kind::Manga) => "manga_title",
        };
        let request = self.get(&format!("/users/@me/{}list", path(kind)))?;
        let request = request
            .query("fields", &list_fields(kind))
            .query("sort", sort)
            .query("limit", &rows.to_string())
            .query("offset", &offset.to_string())
            // Without it titles are left out that are not for adults at all (node-myanimelist#32). A `status` would leave
            // out what is watched again.
            .query("nsfw", "true");
        Ok(request.limit(MOST_BYTES).patience(A_WINDOW))
    }
}

/// Where the next page of this list begins, by the address that the service gives. That address is never asked: it may be
/// anybody's, and the token is the person's.
fn offset(next: &str, kind: Kind) -> Option<u32> {
    let url = Url::parse(next).ok()?;
    let is_list = url.path().ends_with(&format!("/users/@me/{}list", path(kind)));
    let mut pairs = url.query_pairs().filter(|_| is_list);
    pairs.find_map(|(name, value)| (name == "offset").then(|| value.parse().ok())?)
}
