//! Records as JSON:API writes them. A relation says what it leads to only where that is included.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Asked, word};
use crate::world::{KitsuEntry, KitsuPerson, KitsuWork};
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::Count;

const STAMP: &str = "2015-03-02T06:03:11.000Z";

fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Kitsu's word for a status.
pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Current => "current",
        Status::Planning => "planned",
        Status::Completed => "completed",
        Status::OnHold => "on_hold",
        Status::Dropped => "dropped",
    }
}

/// An entry. The work that it is of stands there where that is asked for and shown.
pub(super) fn entry(asked: &Asked<'_>, entry: &KitsuEntry, is_work_shown: bool) -> Value {
    let said = &entry.native.0;
    let progress = match said.progress {
        Count::Of(progress) => progress,
        Count::All => 0,
    };
    let twenty = (said.score > 0).then_some(said.score);
    let at = |instant: Option<Timestamp>| instant.map(time);
    let work =
        is_work_shown.then(|| json!({"type": word(entry.kind), "id": entry.work.to_string()}));
    let relation = |name: &str, work: Option<&Value>| {
        let path = format!("{}/library-entries/{}/{name}", asked.base, entry.id);
        let mut relation = json!({"links": {"related": path}});
        if asked.includes(name) {
            relation["data"] = work.cloned().unwrap_or_default();
        }
        relation
    };
    let of = |kind: Kind| work.as_ref().filter(|_| entry.kind == kind);
    json!({
        "id": entry.id.to_string(),
        "type": "libraryEntries",
        "attributes": {
            "status": status_word(said.status), "progress": progress,
            "volumesOwned": entry.volumes_owned, "reconsuming": said.repeating,
            "reconsumeCount": said.repeats, "notes": said.notes, "private": said.private,
            "reactionSkipped": "unskipped", "rating": twenty.map(|twenty| (f32::from(twenty) / 4.0).to_string()),
            "ratingTwenty": twenty, "progressedAt": at(entry.progressed_at),
            "startedAt": at(entry.started_at), "finishedAt": at(entry.finished_at),
            "createdAt": time(entry.created_at), "updatedAt": time(entry.updated_at),
        },
        "relationships": {
            "user": {"links": {"related": format!("{}/library-entries/{}/user", asked.base, entry.id)}},
            "anime": relation("anime", of(Kind::Anime)),
            "manga": relation("manga", of(Kind::Manga)),
            "media": relation("media", work.as_ref()),
        },
    })
}

/// A work. Its ids elsewhere are named where they are asked for.
pub(super) fn work(asked: &Asked<'_>, work: &KitsuWork) -> Value {
    let kind = word(work.kind);
    let picture = |size: &str| format!("https://media.kitsu.app/{kind}/{}/{size}.jpg", work.id);
    let mut attributes = json!({
        "createdAt": STAMP, "updatedAt": STAMP, "synopsis": "", "slug": slug(&work.title),
        "titles": {"en": null, "en_jp": work.title, "ja_jp": null}, "canonicalTitle": work.title,
        "abbreviatedTitles": [], "averageRating": "82.11", "startDate": "2019-04-06",
        "endDate": null, "status": "finished",
        "posterImage": {"tiny": picture("tiny"), "large": picture("large")},
    });
    match work.kind {
        Kind::Anime => {
            attributes["subtype"] = json!("TV");
            attributes["episodeCount"] = json!(work.length);
            attributes["episodeLength"] = json!(24);
            attributes["nsfw"] = json!(work.is_adult);
        }
        Kind::Manga => {
            attributes["subtype"] = json!("manga");
            attributes["chapterCount"] = json!(work.length);
            attributes["volumeCount"] = Value::Null;
        }
    }
    let mut mappings =
        json!({"links": {"related": format!("{}/{kind}/{}/mappings", asked.base, work.id)}});
    if asked.includes("mappings") {
        let links = work
            .mappings
            .iter()
            .map(|(site, id)| json!({"type": "mappings", "id": mapping_id(work, site, *id)}));
        mappings["data"] = links.collect();
    }
    json!({
        "id": work.id.to_string(), "type": kind, "attributes": attributes,
        "relationships": {"mappings": mappings},
    })
}

/// A work's id elsewhere.
pub(super) fn mapping(asked: &Asked<'_>, work: &KitsuWork, site: &str, id: u32) -> Value {
    let mut item = json!({"links": {}});
    if asked.includes("item") {
        item["data"] = json!({"type": word(work.kind), "id": work.id.to_string()});
    }
    json!({
        "id": mapping_id(work, site, id), "type": "mappings",
        "attributes": {
            "createdAt": STAMP, "updatedAt": STAMP, "externalSite": site,
            "externalId": id.to_string(),
        },
        "relationships": {"item": item},
    })
}

/// A number of its own for each pair.
fn mapping_id(work: &KitsuWork, site: &str, id: u32) -> String {
    let sites = ["anilist", "myanimelist"];
    let site = sites.iter().position(|known| site.starts_with(known)).unwrap_or(sites.len());
    format!("{}{}{site}{id}", u32::from(work.kind == Kind::Manga) + 1, work.id)
}

/// The person, as they see themselves, or as others do.
pub(super) fn user(person: &KitsuPerson, is_own: bool) -> Value {
    let mut attributes = json!({"name": person.name, "slug": person.slug});
    if is_own {
        attributes["email"] = json!(person.email);
        attributes["ratingSystem"] = json!(person.rating_system);
        attributes["sfwFilter"] = json!(person.adult == "sfw");
        attributes["sfwFilterPreference"] = json!(person.adult);
        attributes["timeZone"] = json!(person.time_zone);
    }
    json!({"id": person.id.to_string(), "type": "users", "attributes": attributes})
}

fn slug(title: &str) -> String {
    let kept = title.to_lowercase();
    kept.split(|c: char| !c.is_ascii_alphanumeric()).collect::<Vec<_>>().join("-")
}
