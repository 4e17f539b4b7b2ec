//! Reading a list that Trakt gives in pages, to its end.

use std::collections::HashSet;
use std::hash::Hash;

use serde::de::DeserializeOwned;

use super::auth::trakt;
use super::client::TraktClient;
use crate::outbound::{Answer, Fault, ProviderError, Request};

/// How often a list that changes under the reader is read.
const READINGS: u32 = 3;

/// One reading of all pages.
struct Reading<T> {
    rows: Vec<T>,
    pages: u64,
    /// How many rows Trakt says there are.
    counted: Option<usize>,
}

impl TraktClient {
    /// Every row of a paged list, each `key` once.
    ///
    /// Rows move while pages are read: what is played moves to the front, past the reader, and
    /// would be missed. So a reading of several pages counts only when it has as many rows as Trakt
    /// says, or when the next reading gives the same.
    pub(super) async fn read_all<T: DeserializeOwned, K: Hash + Eq>(
        &self,
        request: Request,
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, ProviderError> {
        let mut before = None;
        for _ in 0..READINGS {
            let mut reading = self.read_once(&request).await?;
            let mut keys = HashSet::new();
            reading.rows.retain(|row| keys.insert(key(row)));
            let whole = reading.pages <= 1 || reading.counted.is_none_or(|n| n == keys.len());
            if whole || before.as_ref() == Some(&keys) {
                return Ok(reading.rows);
            }
            before = Some(keys);
        }
        let detail = "the list was another one each time it was read".to_owned();
        Err(trakt(Fault::UnexpectedBody { detail }))
    }

    async fn read_once<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Reading<T>, ProviderError> {
        let mut reading = Reading { rows: Vec::new(), pages: 0, counted: None };
        let mut before: Option<Answer> = None;
        loop {
            let page = reading.pages + 1;
            let answer = self.personal(request.clone().query("page", &page.to_string())).await?;
            let rows: Vec<T> = answer.json()?;
            let last = number(&answer, "x-pagination-page-count");
            // Where the header is missing, the end is an empty page, or the same one again from a
            // server that knows no pages.
            let repeated = before.is_some_and(|before| before.body() == answer.body());
            let ended = last.map_or(rows.is_empty() || repeated, |last| page >= last);
            reading.pages = page;
            reading.counted = number(&answer, "x-pagination-item-count")
                .and_then(|count| usize::try_from(count).ok());
            reading.rows.extend(rows);
            if ended {
                return Ok(reading);
            }
            before = Some(answer);
        }
    }
}

pub(super) fn number(answer: &Answer, header: &str) -> Option<u64> {
    answer.header(header)?.trim().parse().ok()
}
