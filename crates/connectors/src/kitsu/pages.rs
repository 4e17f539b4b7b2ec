//! Lists that come in pages, read to their end.
//!
//! The next page is asked for by its number of rows, never by an address that an answer names: a token goes nowhere
//! else.

use serde::Deserialize;
use serde_json::Value;

use super::client::KitsuClient;
use super::error::{KitsuError, unexpected};
use super::person::Owner;
use crate::outbound::{Answer, Request};

/// A bound on the pages of a list, for a server that never comes to an end.
const MOST_PAGES: usize = 300;

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) data: Vec<Value>,
    #[serde(default)]
    pub(super) included: Vec<Value>,
    #[serde(default)]
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    count: u64,
}

/// A list that was read once.
#[derive(Default)]
pub(super) struct Pages {
    pub(super) pages: Vec<Page>,
    /// How many rows there are, while every page said the same.
    pub(super) count: Option<u64>,
}

impl KitsuClient {
    /// All pages of `limit` rows.
    pub(super) async fn pages(
        &self,
        by: &Owner,
        request: &Request,
        limit: usize,
    ) -> Result<Pages, KitsuError> {
        let (mut read, mut rows) = (Pages::default(), 0);
        for _ in 0..MOST_PAGES {
            let page = request
                .clone()
                .query("page[limit]", &limit.to_string())
                .query("page[offset]", &rows.to_string());
            let page = page_of(&self.ask(by, page).await?)?;
            rows += page.data.len();
            let (is_empty, count) =
                (page.data.is_empty(), page.meta.as_ref().map(|meta| meta.count));
            let is_first = read.pages.is_empty();
            read.count = count.filter(|_| is_first || read.count == count);
            read.pages.push(page);
            let is_end = count.map_or(is_empty, |count| rows as u64 >= count);
            if is_empty || is_end {
                return Ok(read);
            }
        }
        Err(unexpected(format!("a list of more than {MOST_PAGES} pages")).into())
    }
}

fn page_of(answer: &Answer) -> Result<Page, KitsuError> {
    Ok(answer.json()?)
}
