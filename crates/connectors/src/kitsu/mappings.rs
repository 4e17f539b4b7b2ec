//! What works are at other services, as Kitsu knows it, and what Kitsu finds by name.
//!
//! Several works at Kitsu may carry one id of another service, and the other way round nothing is certain either: who
//! asks has to see that a pair is one to one.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::client::KitsuClient;
use super::error::KitsuError;
use super::media::{Attributes, word};
use super::person::Owner;
use super::wire::{Included, Linkage};
use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Found, Ids, Kind, Origin};

/// The most rows that Kitsu gives in a page, entries of a list apart.
const PER_PAGE: usize = 20;

/// A service whose ids Kitsu knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// AniList.
    Anilist,
    /// `MyAnimeList`.
    Myanimelist,
}

/// A work at Kitsu, and its id at another service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mapped {
    /// The id at the other service.
    pub external: u32,
    /// Kitsu's.
    pub work: u32,
}

#[derive(Deserialize)]
struct WireMedia {
    id: String,
    #[serde(default)]
    attributes: Attributes,
    #[serde(default)]
    relationships: HashMap<String, Value>,
}

#[derive(Deserialize)]
struct WireMapping {
    attributes: MappingAttributes,
    #[serde(default)]
    relationships: HashMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MappingAttributes {
    external_site: String,
    external_id: String,
}

impl Site {
    /// Kitsu's name of its ids of a kind.
    fn name(self, kind: Kind) -> String {
        let site = match self {
            Self::Anilist => "anilist",
            Self::Myanimelist => "myanimelist",
        };
        format!("{site}/{}", word(kind))
    }
}

impl KitsuClient {
    /// What Kitsu knows of its works of these ids, with their ids at other services. Twenty are asked for at once; one
    /// that Kitsu does not have, or does not show to this person, is left out.
    pub async fn works(
        &self,
        by: &Owner,
        kind: Kind,
        ids: &[u32],
    ) -> Result<Vec<Found>, KitsuError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PER_PAGE) {
            let request = self
                .get(&format!("/{}", word(kind)))?
                .query("filter[id]", &joined(ids))
                .query("include", "mappings");
            for page in self.pages(by, &request, PER_PAGE).await?.pages {
                found.extend(found_in(kind, page.data, &Included::of(page.included)));
            }
        }
        Ok(found)
    }

    /// The works at Kitsu that carry these ids of another service. Twenty ids are asked for at once.
    pub async fn mapped(
        &self,
        by: &Owner,
        kind: Kind,
        site: Site,
        ids: &[u32],
    ) -> Result<Vec<Mapped>, KitsuError> {
        let (mut mapped, site) = (Vec::new(), site.name(kind));
        for ids in ids.chunks(PER_PAGE) {
            let request = self
                .get("/mappings")?
                .query("filter[externalSite]", &site)
                .query("filter[externalId]", &joined(ids))
                .query("include", "item");
            for page in self.pages(by, &request, PER_PAGE).await?.pages {
                let rows = page.data.into_iter();
                let rows = rows.filter_map(|row| serde_json::from_value(row).ok());
                let rows = rows.filter_map(|row: WireMapping| row.mapped(kind, &site));
                mapped.extend(rows.filter(|row| ids.contains(&row.external)));
            }
        }
        Ok(mapped)
    }

    /// The works of a kind that a text finds, those that Kitsu puts first, 20 at most.
    pub async fn search(
        &self,
        by: &Owner,
        kind: Kind,
        text: &str,
    ) -> Result<Vec<Found>, KitsuError> {
        let request = self
            .get(&format!("/{}", word(kind)))?
            .query("filter[text]", text)
            .query("page[limit]", &PER_PAGE.to_string());
        let page: super::pages::Page = self.ask(by, request).await?.json()?;
        Ok(found_in(kind, page.data, &Included::of(page.included)).collect())
    }
}

fn joined(ids: &[u32]) -> String {
    ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// The works that can be read.
fn found_in(kind: Kind, rows: Vec<Value>, included: &Included) -> impl Iterator<Item = Found> {
    let rows = rows.into_iter().filter_map(|row| serde_json::from_value(row).ok());
    rows.filter_map(move |row: WireMedia| row.into_found(kind, included))
}

impl WireMedia {
    fn into_found(self, kind: Kind, included: &Included) -> Option<Found> {
        let id = self.id.parse().ok().filter(|id| *id > 0)?;
        let elsewhere = self.elsewhere(kind, included);
        let mut work = self.attributes.into_work(kind, id)?;
        work.ids = Ids { kitsu: Some(id), ..elsewhere };
        Some(Found { kind, origin: Origin::Kitsu, work })
    }

    /// Its ids at other services.
    fn elsewhere(&self, kind: Kind, included: &Included) -> Ids {
        let links = self.relationships.get("mappings").and_then(|relation| relation.get("data"));
        let links = links.and_then(|data| Vec::<Linkage>::deserialize(data).ok());
        let attributes = links
            .into_iter()
            .flatten()
            .filter_map(|link| MappingAttributes::deserialize(included.of_link(&link)?).ok());
        let mut ids = Ids::default();
        for mapping in attributes {
            let site = mapping.external_site.as_str();
            if site == Site::Myanimelist.name(kind) {
                ids.mal = mapping.id().map(MalId);
            } else if site == Site::Anilist.name(kind) {
                ids.anilist = mapping.id().map(AnilistId);
            }
        }
        ids
    }
}

impl MappingAttributes {
    fn id(&self) -> Option<u32> {
        self.external_id.parse().ok().filter(|id| *id > 0)
    }
}

impl WireMapping {
    /// None for what leads to a work of another kind, or to an episode.
    fn mapped(&self, kind: Kind, site: &str) -> Option<Mapped> {
        let item = Linkage::deserialize(self.relationships.get("item")?.get("data")?).ok()?;
        let is_it = item.r#type == word(kind) && self.attributes.external_site == site;
        let work = item.id.parse().ok().filter(|id| *id > 0 && is_it)?;
        Some(Mapped { external: self.attributes.id()?, work })
    }
}
