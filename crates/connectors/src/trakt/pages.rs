//! Reading a list that Trakt gives in pages, to its end.

use std::collections::HashSet;
use std::hash::Hash;

use serde::de::DeserializeOwned;

use super::client::TraktClient;
use super::trakt;
use crate::outbound::{Answer, Credentials, Fault, ProviderError, Request};

/// How often a list that changes under the reader is read.
const READINGS: u32 = 3;

/// A bound on the pages of a list, for a server that never comes to an end. Nobody has watched a
/// million episodes, which is what so many pages of a history hold.
const MOST_PAGES: u64 = 4000;

/// One reading of all pages.
struct Reading<T, K> {
    rows: Vec<T>,
    keys: HashSet<K>,
    pages: u64,
    /// How many rows Trakt says there are.
    counted: Option<usize>,
}

impl<T, K: Hash + Eq> Reading<T, K> {
    /// Takes the rows of a page that are new. Says whether there were any.
    fn take(&mut self, rows: Vec<T>, key: impl Fn(&T) -> K) -> bool {
        let before = self.rows.len();
        for row in rows {
            if self.keys.insert(key(&row)) {
                self.rows.push(row);
            }
        }
        self.rows.len() > before
    }

    /// Whether rows are missing of those that Trakt says there are.
    fn lacks_some(&self) -> bool {
        self.counted.is_some_and(|counted| self.keys.len() < counted)
    }

    /// Whether this is all, as far as one reading can tell.
    fn is_whole(&self) -> bool {
        self.counted.map_or(self.pages <= 1, |counted| self.keys.len() == counted)
    }
}

impl TraktClient {
    /// Every row of a paged list, each `key` once.
    ///
    /// Rows move while pages are read: what is played moves to the front, past the reader, and
    /// would be missed. And a page may hold fewer rows than were asked for, while the number of
    /// pages is told for as many as were asked for. So a reading with fewer rows than Trakt counts
    /// is never taken for the whole; one with more, or of several pages without a count, is when
    /// the next reading gives the same.
    pub(super) async fn read_all<T: DeserializeOwned, K: Hash + Eq>(
        &self,
        by: &Credentials,
        request: Request,
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, ProviderError> {
        let mut before = None;
        let mut lacking = None;
        for _ in 0..READINGS {
            let reading = self.read_once(by, &request, &key).await?;
            if reading.lacks_some() {
                lacking = Some((reading.keys.len(), reading.counted.unwrap_or_default()));
                before = None;
                continue;
            }
            if reading.is_whole() || before.as_ref() == Some(&reading.keys) {
                return Ok(reading.rows);
            }
            before = Some(reading.keys);
        }
        let detail = match lacking {
            Some((rows, counted)) => format!("a list of {counted} of which it gave {rows}"),
            None => "a list that was another one each time it was read".to_owned(),
        };
        Err(trakt(Fault::UnexpectedBody { detail }))
    }

    async fn read_once<T: DeserializeOwned, K: Hash + Eq>(
        &self,
        by: &Credentials,
        request: &Request,
        key: impl Fn(&T) -> K,
    ) -> Result<Reading<T, K>, ProviderError> {
        let mut reading =
            Reading { rows: Vec::new(), keys: HashSet::new(), pages: 0, counted: None };
        while reading.pages < MOST_PAGES {
            let page = reading.pages + 1;
            let answer =
                self.personal(by, request.clone().query("page", &page.to_string())).await?;
            let rows: Vec<T> = answer.json()?;
            let (is_empty, last) = (rows.is_empty(), number(&answer, "x-pagination-page-count"));
            reading.counted = number(&answer, "x-pagination-item-count")
                .and_then(|count| usize::try_from(count).ok());
            let is_news = reading.take(rows, &key);
            // An empty page is the end, whatever is told of others, and so is one that a server
            // without pages gives again. A last page is only believed when nothing is missing.
            let is_last = last.is_some_and(|last| page >= last) && !reading.lacks_some();
            if is_empty || !is_news {
                return Ok(reading);
            }
            reading.pages = page;
            if is_last {
                return Ok(reading);
            }
        }
        let detail = format!("a list of more than {MOST_PAGES} pages");
        Err(trakt(Fault::UnexpectedBody { detail }))
    }
}

pub(super) fn number(answer: &Answer, header: &str) -> Option<u64> {
    answer.header(header)?.trim().parse().ok()
}
