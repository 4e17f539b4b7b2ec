//! Who a person is at Kitsu, and what of their settings matters for their lists.

use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::client::KitsuClient;
use super::error::{KitsuError, signed_out, unexpected};
use super::zone::zone;
use crate::outbound::{ProviderError, or_none};

/// Whose list is asked for, and by what right.
#[derive(Debug, Clone)]
pub struct Owner {
    /// A token of the person.
    pub token: SecretString,
    /// Who that is, as [`KitsuClient::me`] says. Their settings decide what Kitsu shows, so ask anew for each run.
    pub person: Person,
}

/// A person at Kitsu.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Kitsu's number of them.
    pub id: u64,
    /// The name that others see.
    pub name: String,
    /// The name in addresses, by which they may sign in; they may have none.
    pub slug: Option<String>,
    /// What they see of titles for adults.
    pub adult: Adult,
    /// The steps in which they see scores. Any is stored.
    pub rating: Option<RatingSystem>,
    /// Where they are; UTC where Kitsu does not say it in a way that is known.
    pub zone: TimeZone,
}

/// What a person sees of titles for adults (`sfwFilterPreference`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adult {
    /// None, on their own list neither. It is the default.
    Hidden,
    /// Some of it; all of their own list.
    Sometimes,
    /// All.
    Everywhere,
    /// Kitsu does not say it.
    Unknown,
}

impl Adult {
    /// Whether entries of the person's own list may be kept from them.
    pub fn may_hide_entries(self) -> bool {
        matches!(self, Self::Hidden | Self::Unknown)
    }
}

/// The steps of scores that a person sees (`ratingSystem`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RatingSystem {
    /// Four smileys: 2, 8, 14 and 20.
    Simple,
    /// Halves of five stars: even numbers.
    Regular,
    /// 1 to 10 by halves: every number from 2.
    Advanced,
}

/// A `MyAnimeList` account that is linked to a person's at Kitsu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedMal {
    /// Its name, where Kitsu says it.
    pub name: Option<String>,
    /// Whether Kitsu itself writes there what is changed at Kitsu.
    pub is_told: bool,
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct WireUser {
    id: String,
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    name: String,
    #[serde(default, deserialize_with = "or_none")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    sfw_filter: Option<bool>,
    #[serde(default, deserialize_with = "or_none")]
    sfw_filter_preference: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    rating_system: Option<RatingSystem>,
    #[serde(default, deserialize_with = "or_none")]
    time_zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLinked {
    kind: String,
    #[serde(default, deserialize_with = "or_none")]
    external_user_id: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    sync_to: Option<bool>,
}

impl KitsuClient {
    /// Whose token it is. A token that Kitsu does not know is nobody's, which it does not call a fault.
    pub async fn me(&self, token: &SecretString) -> Result<Person, ProviderError> {
        let request = self.get("/users")?.query("filter[self]", "true");
        let page: Page<WireUser> = self.send(token, request).await?.json()?;
        page.data.into_iter().next().ok_or_else(signed_out)?.into_person()
    }

    /// The `MyAnimeList` account that is linked to the person's. How Kitsu answers this is read in its source alone, so what
    /// cannot be read is none.
    pub async fn linked_mal(&self, by: &Owner) -> Result<Option<LinkedMal>, KitsuError> {
        let request = self.get(&format!("/users/{}/linked-accounts", by.person.id))?;
        let page: Page<Value> = self.ask(by, request).await?.json()?;
        let attributes = page.data.into_iter().map(|mut row| row["attributes"].take());
        let linked = attributes.filter_map(|row| serde_json::from_value(row).ok());
        let mut at_mal = linked.filter(|linked: &WireLinked| linked.kind == "my-anime-list");
        Ok(at_mal.next().map(WireLinked::into_linked))
    }
}

impl WireUser {
    fn into_person(self) -> Result<Person, ProviderError> {
        let attributes = self.attributes;
        let zone = attributes.time_zone.as_deref().and_then(zone);
        Ok(Person {
            id: self.id.parse().map_err(|_| unexpected("data[0].id: not a number"))?,
            adult: attributes.adult(),
            name: attributes.name,
            slug: attributes.slug,
            rating: attributes.rating_system,
            zone: zone.unwrap_or(TimeZone::UTC),
        })
    }
}

impl Attributes {
    fn adult(&self) -> Adult {
        match (self.sfw_filter_preference.as_deref(), self.sfw_filter) {
            (Some("sfw"), _) | (None, Some(true)) => Adult::Hidden,
            (Some("nsfw_sometimes"), _) => Adult::Sometimes,
            (Some("nsfw_everywhere"), _) => Adult::Everywhere,
            _ => Adult::Unknown,
        }
    }
}

impl WireLinked {
    fn into_linked(self) -> LinkedMal {
        LinkedMal { name: self.external_user_id, is_told: self.sync_to.unwrap_or_default() }
    }
}
