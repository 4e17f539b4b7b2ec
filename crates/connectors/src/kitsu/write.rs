//! A person's lists, written: one entry at a time, and of it only what is meant.

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::client::KitsuClient;
use super::date::instant;
use super::error::{KitsuError, Refusal, Why, unexpected};
use super::media::word;
use super::person::Owner;
use super::wire::{WireEntry, status_word};
use crate::outbound::{Answer, Fault, ProviderError};
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{Count, Field, Native, PerField, Saved, Value};

/// Where something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// To the entry of this number.
    Entry(u64),
    /// To a new entry, of this work.
    Work(u32),
}

/// What a deletion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The entry is gone.
    Now,
    /// There was none.
    Before,
    /// Kitsu shows none. Its filter hides titles for adults from this account, so there may be one all the same, which
    /// cannot be removed.
    NotShown,
}

#[derive(Deserialize)]
struct One {
    data: Json,
}

impl KitsuClient {
    /// Tells Kitsu some fields of an entry, in one request, and nothing of the others. What it has no place for is
    /// left out: volumes that were read, and a date without a day.
    ///
    /// A new entry gets the status and the privacy of `target` besides, so that it is never anybody's to see before it
    /// is private.
    ///
    /// # Errors
    ///
    /// [`KitsuError::Refused`] where Kitsu does not take it of this title, and [`KitsuError::Gone`] where the entry is
    /// not there any more.
    pub async fn tell(
        &self,
        by: &Owner,
        kind: Kind,
        at: At,
        told: &PerField<Value>,
        target: &Native,
    ) -> Result<Saved, KitsuError> {
        match at {
            At::Entry(entry) => self.change(by, kind, entry, told).await,
            At::Work(work) => match self.create(by, kind, work, told, target).await {
                // It was there, or an answer was lost.
                Err(KitsuError::Refused(Refusal { why: Why::AlreadyListed, .. })) => {
                    let known = self.entry_of(by, kind, work).await?.ok_or(KitsuError::Gone)?;
                    self.change(by, kind, known.entry, told).await
                }
                created => created,
            },
        }
    }

    /// Removes an entry. That it is gone already is no fault.
    pub async fn delete(&self, by: &Owner, entry: u64) -> Result<Deleted, KitsuError> {
        let request = self.removal(&format!("/library-entries/{entry}"))?;
        match self.ask(by, request).await {
            Ok(_) => Ok(Deleted::Now),
            Err(KitsuError::Provider(ProviderError { fault: Fault::NotFound, .. })) => {
                match self.missing(by).await {
                    Ok(()) => Ok(Deleted::Before),
                    Err(KitsuError::Hidden) => Ok(Deleted::NotShown),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn change(
        &self,
        by: &Owner,
        kind: Kind,
        entry: u64,
        told: &PerField<Value>,
    ) -> Result<Saved, KitsuError> {
        let attributes = attributes(told.iter());
        if attributes.is_empty() {
            return self.as_it_is(by, kind, entry).await;
        }
        let id = entry.to_string();
        let body =
            json!({ "data": { "type": "libraryEntries", "id": id, "attributes": attributes } });
        let request = self.patch(&format!("/library-entries/{id}"), &body)?.expecting(&[404, 422]);
        let answer = self.ask(by, request).await?;
        match answer.status() {
            404 => Err(self.missing(by).await.err().unwrap_or(KitsuError::Gone)),
            422 => Err(KitsuError::Refused(Refusal::of(&answer))),
            _ => saved(by, &answer).and_then(|saved| of(entry, saved)),
        }
    }

    async fn create(
        &self,
        by: &Owner,
        kind: Kind,
        work: u32,
        told: &PerField<Value>,
        target: &Native,
    ) -> Result<Saved, KitsuError> {
        // A new entry has none of what is empty.
        let said = told.iter().filter(|(_, value)| !value.is_empty());
        let mut attributes = attributes(said);
        attributes.insert("status".into(), json!(status_word(target.0.status)));
        if target.0.private {
            attributes.insert("private".into(), json!(true));
        }
        let link = |kind: &str, id: String| json!({ "data": { "type": kind, "id": id } });
        let body = json!({ "data": {
            "type": "libraryEntries",
            "attributes": attributes,
            "relationships": {
                "user": link("users", by.person.id.to_string()),
                word(kind): link(word(kind), work.to_string()),
            },
        } });
        let request = self.post("/library-entries", &body)?.expecting(&[404, 422]);
        let answer = self.ask(by, request).await?;
        match answer.status() {
            404 | 422 => Err(KitsuError::Refused(Refusal::of(&answer))),
            _ => saved(by, &answer),
        }
    }

    /// What stands there, where nothing is to be told.
    async fn as_it_is(&self, by: &Owner, kind: Kind, entry: u64) -> Result<Saved, KitsuError> {
        let row = self.entry(by, kind, entry).await?.ok_or(KitsuError::Gone)?;
        Ok(row.into())
    }
}

/// The same, if it is the entry that was meant.
fn of(entry: u64, saved: Saved) -> Result<Saved, KitsuError> {
    let other = || KitsuError::from(unexpected("data.id: another entry's"));
    if saved.entry == entry { Ok(saved) } else { Err(other()) }
}

fn saved(by: &Owner, answer: &Answer) -> Result<Saved, KitsuError> {
    let One { data } = answer.json()?;
    let read = WireEntry::read(data).and_then(|entry| {
        let (native, updated_at) = (entry.native(&by.person.zone)?, entry.updated_at());
        Ok(Saved { entry: entry.id()?, native, updated_at })
    });
    Ok(read.map_err(|cause| unexpected(format!("data: {cause}")))?)
}

/// What is sent of the fields that are told. A value that is empty is null: it takes away what was there.
fn attributes<'a>(told: impl Iterator<Item = (Field, &'a Value)>) -> Map<String, Json> {
    let sent = told.filter_map(|(field, value)| {
        let (name, value) = attribute(field, value)?;
        Some((name.to_owned(), value))
    });
    sent.collect()
}

fn attribute(field: Field, value: &Value) -> Option<(&'static str, Json)> {
    Some(match (field, value) {
        (Field::Status, Value::Status(status)) => ("status", json!(status_word(*status))),
        (Field::Repeating, Value::Flag(flag)) => ("reconsuming", json!(flag)),
        (Field::Repeats, Value::Number(number)) => ("reconsumeCount", json!(number)),
        (Field::Progress, Value::Count(Count::Of(number))) => ("progress", json!(number)),
        (Field::Score, Value::Number(0)) => ("ratingTwenty", Json::Null),
        (Field::Score, Value::Number(number)) => ("ratingTwenty", json!(number)),
        (Field::Started, value) => ("startedAt", date(value)?),
        (Field::Finished, value) => ("finishedAt", date(value)?),
        (Field::Notes, Value::Text(text)) => ("notes", json!(text)),
        (Field::Private, Value::Flag(flag)) => ("private", json!(flag)),
        _ => return None,
    })
}

fn date(value: &Value) -> Option<Json> {
    let date = value.date()?;
    match date.year {
        None => Some(Json::Null),
        Some(_) => date.day().map(|day| json!(instant(day))),
    }
}
