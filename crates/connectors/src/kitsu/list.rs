//! A person's lists, read: whole, what changed, and one entry by itself.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use super::client::KitsuClient;
use super::error::{KitsuError, signed_out, unexpected};
use super::media::word;
use super::pages::Page;
use super::person::Owner;
use super::wire::{Included, WireEntry};
use crate::outbound::{Fault, ProviderError, Request};
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{Row, Rows};

/// Entries in a page. Kitsu gives 500 at most, and answers 503 to much more than this with the titles (taiga#412).
const PER_PAGE: usize = 200;

/// Entries in a page where those were too many.
const FEW: usize = 50;

/// A list as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The entries that can be read. They are whole only where none was left out.
    pub rows: Rows,
    /// How many entries cannot be read, and are left out.
    pub left_out: usize,
}

/// One entry, with the title that it is of.
#[derive(Deserialize)]
struct One {
    data: Value,
    #[serde(default)]
    included: Vec<Value>,
}

/// The entries of several pages, each once.
struct Gathered<'a> {
    kind: Kind,
    zone: &'a TimeZone,
    rows: BTreeMap<u64, Row>,
    left_out: usize,
}

impl KitsuClient {
    /// All that the person has on their list of a kind.
    ///
    /// It is whole where it did not change while it was read, every entry could be read, the token stood for the person
    /// to its end, and their settings hide nothing of their own list.
    pub async fn list(&self, by: &Owner, kind: Kind) -> Result<Listed, KitsuError> {
        let request = self.entries(by, kind)?.query("sort", "id");
        let (listed, is_all) = self.read(by, kind, &request).await?;
        let person = self.me(&by.token).await?;
        if person.id != by.person.id {
            return Err(signed_out().into());
        }
        let hides = [&by.person, &person].iter().any(|person| person.adult.may_hide_entries());
        let whole = is_all && !hides && listed.left_out == 0;
        Ok(Listed { rows: Rows { whole, ..listed.rows }, ..listed })
    }

    /// What of the person's list of a kind changed at or after an instant, by Kitsu's clock. What was deleted is not
    /// among it.
    pub async fn changed(
        &self,
        by: &Owner,
        kind: Kind,
        since: Timestamp,
    ) -> Result<Listed, KitsuError> {
        let since = format!("{since:.3}");
        let request = self.entries(by, kind)?.query("filter[since]", &since).query("sort", "id");
        Ok(self.read(by, kind, &request).await?.0)
    }

    /// One entry by its number; none where it is gone.
    ///
    /// # Errors
    ///
    /// [`KitsuError::Hidden`] where it is not shown, and may be there all the same: [`Self::entry_of`] knows more then.
    pub async fn entry(&self, by: &Owner, kind: Kind, id: u64) -> Result<Option<Row>, KitsuError> {
        let path = format!("/library-entries/{id}");
        let request = self.get(&path)?.query("include", word(kind));
        let answer = match self.ask(by, request).await {
            Ok(answer) => answer,
            Err(KitsuError::Provider(ProviderError { fault: Fault::NotFound, .. })) => {
                return self.missing(by).await.map(|()| None);
            }
            Err(error) => return Err(error),
        };
        let One { data, included } = answer.json()?;
        let included = Included::of(included);
        let entry = WireEntry::read(data);
        let row = entry.and_then(|entry| entry.into_row(kind, &included, &by.person.zone));
        Ok(Some(row.map_err(|cause| unexpected(format!("data: {cause}")))?))
    }

    /// The person's entry of a work; none where it is not on their list.
    ///
    /// # Errors
    ///
    /// [`KitsuError::Hidden`] where neither it nor the work is shown.
    pub async fn entry_of(
        &self,
        by: &Owner,
        kind: Kind,
        work: u32,
    ) -> Result<Option<Row>, KitsuError> {
        let filter = match kind {
            Kind::Anime => "filter[anime_id]",
            Kind::Manga => "filter[manga_id]",
        };
        let request = self.entries(by, kind)?.query(filter, &work.to_string());
        let (listed, _) = self.read(by, kind, &request).await?;
        let is_it = |row: &Row| row.work.ids.kitsu == Some(work);
        match listed.rows.rows.into_iter().find(is_it) {
            Some(row) => Ok(Some(row)),
            None if listed.left_out > 0 => {
                Err(unexpected("data: the entry of the title cannot be read").into())
            }
            None => self.missing_of(by, kind, work).await.map(|()| None),
        }
    }

    /// Whether an entry of a work that is not shown is not there: what hides an entry from its owner hides the work
    /// from them too.
    async fn missing_of(&self, by: &Owner, kind: Kind, work: u32) -> Result<(), KitsuError> {
        match self.missing(by).await {
            Err(KitsuError::Hidden) if !self.works(by, kind, &[work]).await?.is_empty() => Ok(()),
            missing => missing,
        }
    }

    /// Whether what is not shown is not there.
    pub(super) async fn missing(&self, by: &Owner) -> Result<(), KitsuError> {
        self.still_signed_in(by).await?;
        if by.person.adult.may_hide_entries() { Err(KitsuError::Hidden) } else { Ok(()) }
    }

    /// The person's entries of a kind, with their titles: without them it is not known what an entry is of.
    fn entries(&self, by: &Owner, kind: Kind) -> Result<Request, ProviderError> {
        let request = self.get("/library-entries")?;
        Ok(request
            .query("filter[user_id]", &by.person.id.to_string())
            .query("filter[kind]", word(kind))
            .query("include", word(kind)))
    }

    /// What a list has, and whether that is all of it.
    async fn read(
        &self,
        by: &Owner,
        kind: Kind,
        request: &Request,
    ) -> Result<(Listed, bool), KitsuError> {
        let read = match self.pages(by, request, PER_PAGE).await {
            Err(outage) if matches!(outage.fault(), Some(Fault::Outage { .. })) => {
                self.pages(by, request, FEW).await.or(Err(outage))?
            }
            read => read?,
        };
        let rows = BTreeMap::new();
        let mut gathered = Gathered { kind, zone: &by.person.zone, rows, left_out: 0 };
        for page in read.pages {
            gathered.take(page);
        }
        let there = gathered.rows.len() + gathered.left_out;
        let is_all = read.count == Some(there as u64);
        Ok((gathered.into_listed(), is_all))
    }
}

impl Gathered<'_> {
    fn take(&mut self, page: Page) {
        let included = Included::of(page.included);
        for row in page.data {
            let read = WireEntry::read(row);
            match read.and_then(|entry| entry.into_row(self.kind, &included, self.zone)) {
                Ok(row) => self.keep(row),
                Err(cause) => {
                    tracing::warn!("A Kitsu entry cannot be read and is left out: {cause}");
                    self.left_out += 1;
                }
            }
        }
    }

    /// Rows move from page to page while a list changes: of two readings the newer one counts.
    fn keep(&mut self, row: Row) {
        let known = self.rows.get(&row.entry);
        if known.is_none_or(|known| known.updated_at <= row.updated_at) {
            self.rows.insert(row.entry, row);
        }
    }

    fn into_listed(self) -> Listed {
        let rows = self.rows.into_values().collect();
        Listed { rows: Rows { rows, whole: false }, left_out: self.left_out }
    }
}
