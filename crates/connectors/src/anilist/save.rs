//! Changing a person's list.
//!
//! Several entries go in one request, each under an alias of its own. Only the fields that are told are arguments: what is
//! left out AniList leaves as it is. A score is told as `scoreRaw`, which no scale of the person's account rounds.

use std::collections::HashMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json, json};

use super::client::{AniListClient, unexpected};
use super::library::WireSaid;
use super::owner::ListOwner;
use super::queries;
use crate::outbound::{Fault, ProviderError};
use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate};
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Field, Native, PerField, Saved, Value};

/// How many entries go in one request. AniList counts the complexity of a document, 500 at most; one of these costs
/// about 17 (anibridge#118).
pub const SAVED_AT_ONCE: usize = 10;

/// An entry that is to be changed, or added where there is none.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The title.
    pub title: AnilistId,
    /// Its kind.
    pub kind: Kind,
    /// The fields to tell.
    pub told: PerField<Value>,
    /// The whole entry as it is meant to be; a status and whether the title is watched again are one word here.
    pub target: Native,
}

/// AniList refuses to hold an entry. It would refuse it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("AniList refuses the entry: {0}")]
pub struct Unsaved(pub String);

impl AniListClient {
    /// Changes entries, [`SAVED_AT_ONCE`] at most. Where AniList refuses one of several it says not which, so each is
    /// told once more by itself.
    ///
    /// # Errors
    ///
    /// AniList cannot be asked. What it was told before that it may have taken.
    pub async fn save(
        &self,
        token: &SecretString,
        batch: &[Telling],
    ) -> Result<Vec<Result<Saved, Unsaved>>, ProviderError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        match self.save_together(token, batch).await {
            Ok(saved) => Ok(saved.into_iter().map(Ok).collect()),
            Err(error) => match (refusal(&error), batch) {
                (None, _) => Err(error),
                (Some(message), [_]) => Ok(vec![Err(Unsaved(message))]),
                (Some(_), several) => self.save_each(token, several).await,
            },
        }
    }

    async fn save_each(
        &self,
        token: &SecretString,
        batch: &[Telling],
    ) -> Result<Vec<Result<Saved, Unsaved>>, ProviderError> {
        let mut all = Vec::with_capacity(batch.len());
        for telling in batch {
            match self.save_together(token, std::slice::from_ref(telling)).await {
                Ok(saved) => all.extend(saved.into_iter().map(Ok)),
                Err(error) => all.push(Err(Unsaved(refusal(&error).ok_or(error)?))),
            }
        }
        Ok(all)
    }

    async fn save_together(
        &self,
        token: &SecretString,
        batch: &[Telling],
    ) -> Result<Vec<Saved>, ProviderError> {
        let (document, variables) = document(batch);
        let owner = ListOwner::of(token);
        let mut data: HashMap<String, Option<WireSaved>> =
            self.tell(&owner, &document, variables).await?;
        let saved = batch.iter().enumerate().map(|(place, telling)| {
            let alias = alias(place);
            let row = data.remove(&alias).flatten();
            let row = row.ok_or_else(|| unexpected(&format!("data.{alias}: missing")))?;
            row.into_saved(telling.kind)
                .map_err(|cause| unexpected(&format!("data.{alias}: {cause}")))
        });
        saved.collect()
    }

    /// Takes an entry off the list, by AniList's id of it. One that is gone already is no fault.
    ///
    /// # Errors
    ///
    /// AniList cannot be asked, or refuses.
    pub async fn delete(&self, token: &SecretString, entry: u64) -> Result<(), ProviderError> {
        let owner = ListOwner::of(token);
        let document = include_str!("queries/delete_entry.graphql");
        match self.tell::<IgnoredAny>(&owner, document, json!({ "id": entry })).await {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.fault, Fault::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// What AniList has against an entry, where the fault is the entry's.
fn refusal(error: &ProviderError) -> Option<String> {
    match &error.fault {
        Fault::Refused { message, .. } => Some(message.clone()),
        Fault::NotFound => Some("it does not know the title".to_owned()),
        _ => None,
    }
}

fn alias(place: usize) -> String {
    format!("e{place}")
}

/// The document that changes these entries, and its variables: `mediaId0` and the like for the first of them.
pub fn document(batch: &[Telling]) -> (String, Json) {
    let (mut head, mut body, mut variables) = (String::new(), String::new(), Map::new());
    for (place, telling) in batch.iter().enumerate() {
        let mut arguments = String::new();
        for (name, kind, value) in telling.arguments() {
            let _ = write!(head, "${name}{place}: {kind}, ");
            let _ = write!(arguments, "{name}: ${name}{place}, ");
            variables.insert(format!("{name}{place}"), value);
        }
        let (alias, arguments) = (alias(place), arguments.trim_end_matches(", "));
        let _ = writeln!(body, "  {alias}: SaveMediaListEntry({arguments}) {{ ...Said }}");
    }
    let fragment = queries::SAID;
    let head = head.trim_end_matches(", ");
    (format!("mutation SaveEntries({head}) {{\n{body}}}\n\n{fragment}"), Json::Object(variables))
}

impl Telling {
    /// The arguments that say what is told: names, types, values.
    fn arguments(&self) -> Vec<(&'static str, &'static str, Json)> {
        let mut arguments = vec![("mediaId", "Int", json!(self.title))];
        let Native(target) = &self.target;
        let told = |field| self.told.get(field).is_some();
        if told(Field::Status) || told(Field::Repeating) {
            let word = status(target.status, target.repeating);
            arguments.push(("status", "MediaListStatus", word.into()));
        }
        for (field, value) in self.told.iter() {
            let (name, kind) = match field {
                Field::Status | Field::Repeating => continue,
                Field::Repeats => ("repeat", "Int"),
                Field::Progress => ("progress", "Int"),
                Field::Volumes => ("progressVolumes", "Int"),
                Field::Score => ("scoreRaw", "Int"),
                Field::Started => ("startedAt", "FuzzyDateInput"),
                Field::Finished => ("completedAt", "FuzzyDateInput"),
                Field::Notes => ("notes", "String"),
                Field::Private => ("private", "Boolean"),
            };
            let value = match value {
                Value::Date(FuzzyDate { year, month, day }) => {
                    json!({ "year": year, "month": month, "day": day })
                }
                // Nothing of a text is an empty one; null would mean that it is not told.
                Value::Text(text) => json!(text.as_deref().unwrap_or_default()),
                other => json!(other),
            };
            arguments.push((name, kind, value));
        }
        arguments
    }
}

/// AniList's word for a status; that a title is watched again is one of its own.
fn status(status: Status, repeating: bool) -> &'static str {
    match status {
        Status::Current if repeating => "REPEATING",
        Status::Current => "CURRENT",
        Status::Planning => "PLANNING",
        Status::Completed => "COMPLETED",
        Status::OnHold => "PAUSED",
        Status::Dropped => "DROPPED",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSaved {
    id: u64,
    updated_at: Option<i64>,
    #[serde(flatten)]
    said: WireSaid,
}

impl WireSaved {
    fn into_saved(self, kind: Kind) -> Result<Saved, String> {
        let updated_at = self.updated_at.and_then(|at| Timestamp::from_second(at).ok());
        let native = self.said.into_said(kind, false)?.into();
        Ok(Saved { entry: self.id, native, updated_at })
    }
}
