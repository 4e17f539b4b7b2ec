//! What is not a list: who people are, works, and what works are elsewhere.

use serde_json::{Value, json};

use super::query::Filters;
use super::{Asked, document, documents};
use crate::http::Reply;
use crate::mangadex::likeness;
use crate::world::{Kitsu, KitsuWork};
use anilist_trakt_sync_core::library::Kind;

/// The most rows of a page.
const MOST: usize = 20;

pub(super) fn users(kitsu: &Kitsu, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let filters = asked.filters(&["self", "slug", "id"])?;
    let person = &kitsu.person;
    // Who asks without a token is nobody, which is no fault.
    let is_it = (filters.get("self").is_none() || asked.is_person)
        && filters.lets("slug", &person.slug)
        && filters.lets("id", &person.id.to_string());
    let rows: Vec<Value> =
        is_it.then(|| documents::user(person, asked.is_person)).into_iter().collect();
    let page = asked.page(rows, MOST)?;
    Ok(document(200, &page.document(&page.rows, &[])))
}

pub(super) fn linked(kitsu: &Kitsu, asked: &Asked<'_>, id: &str) -> Result<Reply, Reply> {
    let is_own = asked.is_person && id == kitsu.person.id.to_string();
    let account = kitsu.person.linked_mal.as_ref().filter(|_| is_own);
    let rows: Vec<Value> = account.into_iter().map(|name| {
        json!({"id": "1", "type": "linkedAccounts", "attributes": {
            "kind": "my-anime-list", "externalUserId": name, "shareTo": false, "shareFrom": false,
            "syncTo": true, "disabledReason": null,
        }})
    }).collect();
    let page = asked.page(rows, MOST)?;
    Ok(document(200, &page.document(&page.rows, &[])))
}

pub(super) fn works(kitsu: &Kitsu, asked: &Asked<'_>, kind: Kind) -> Result<Reply, Reply> {
    let filters = asked.filters(&["id", "slug", "text"])?;
    let is_shown = |work: &&KitsuWork| {
        let is_seen = if asked.is_person { kitsu.shows_work(work) } else { !work.is_adult };
        work.kind == kind && is_seen && is_named(&filters, work)
    };
    let page = asked.page(kitsu.works.iter().filter(is_shown).collect(), MOST)?;
    let data: Vec<Value> = page.rows.iter().map(|work| documents::work(asked, work)).collect();
    let beside = page.rows.iter().filter(|_| asked.includes("mappings")).flat_map(|work| {
        work.mappings.iter().map(|(site, id)| documents::mapping(asked, work, site, *id))
    });
    let beside: Vec<Value> = beside.collect();
    Ok(document(200, &page.document(&data, &beside)))
}

fn is_named(filters: &Filters<'_>, work: &KitsuWork) -> bool {
    let is_like = |text: &str| likeness([&work.title, "", ""], text).is_some();
    filters.lets("id", &work.id.to_string()) && filters.get("text").is_none_or(is_like)
}

pub(super) fn mappings(kitsu: &Kitsu, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let filters = asked.filters(&["externalSite", "externalId"])?;
    let all = kitsu
        .works
        .iter()
        .flat_map(|work| work.mappings.iter().map(move |(site, id)| (work, site.as_str(), *id)));
    let is_it = |(_, site, id): &(&KitsuWork, &str, u32)| {
        filters.lets("externalSite", site) && filters.lets("externalId", &id.to_string())
    };
    let page = asked.page(all.filter(is_it).collect(), MOST)?;
    let rows = page.rows.iter();
    let data = rows.clone().map(|(work, site, id)| documents::mapping(asked, work, site, *id));
    let items =
        rows.filter(|_| asked.includes("item")).map(|(work, ..)| documents::work(asked, work));
    let (data, items): (Vec<Value>, Vec<Value>) = (data.collect(), items.collect());
    Ok(document(200, &page.document(&data, &items)))
}
