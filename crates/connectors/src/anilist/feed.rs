//! Of which changes of a person's list AniList tells those who follow them.

use secrecy::SecretString;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::{AniListClient, Wait, unexpected};
use super::owner::ListOwner;
use crate::outbound::ProviderError;

/// All statuses of an entry. AniList takes them as a whole, and tells of those that are left out.
const STATUSES: [&str; 6] = ["CURRENT", "PLANNING", "COMPLETED", "DROPPED", "PAUSED", "REPEATING"];

/// What is told and what is not, by the status that an entry gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed(Vec<Told>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    /// Whether nothing is told.
    #[serde(default)]
    disabled: Option<bool>,
    /// The status.
    #[serde(rename = "type", default)]
    status: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Viewer")]
    viewer: Option<WireViewer>,
}

#[derive(Deserialize)]
struct WireViewer {
    options: Option<Options>,
}

#[derive(Deserialize)]
struct Options {
    #[serde(rename = "disabledListActivity", default)]
    disabled: Option<Feed>,
}

impl Feed {
    /// Nothing is told.
    pub fn silent() -> Self {
        let told =
            |status: &&str| Told { disabled: Some(true), status: Some((*status).to_owned()) };
        Self(STATUSES.iter().map(told).collect())
    }

    /// The same for all statuses: what is not said is told.
    fn whole(self) -> Self {
        let disabled = |status: &str| {
            let mut said = self.0.iter().filter(|told| told.status.as_deref() == Some(status));
            said.any(|told| told.disabled == Some(true))
        };
        let told = |status: &&str| Told {
            disabled: Some(disabled(status)),
            status: Some((*status).to_owned()),
        };
        Self(STATUSES.iter().map(told).collect())
    }
}

impl AniListClient {
    /// What is told of the person's list now.
    pub async fn feed(&self, token: &SecretString) -> Result<Feed, ProviderError> {
        let (owner, query) = (ListOwner::of(token), include_str!("queries/feed.graphql"));
        let answer: Answer = self.ask(&owner, query, json!({}), Wait::AWindow).await?;
        let viewer = answer.viewer.ok_or_else(|| unexpected("data.Viewer: missing"))?;
        let said = viewer.options.and_then(|options| options.disabled);
        Ok(said.unwrap_or(Feed(Vec::new())).whole())
    }

    /// Lets this be told from now on.
    pub async fn set_feed(&self, token: &SecretString, feed: &Feed) -> Result<(), ProviderError> {
        let (owner, document) = (ListOwner::of(token), include_str!("queries/set_feed.graphql"));
        self.tell::<IgnoredAny>(&owner, document, json!({ "feed": feed })).await.map(drop)
    }
}
