//! AniList's lists with all that a library keeps.

use anilist_trakt_sync_connectors::anilist::{LibraryEntry, Listed};
use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate, MalId};
use anilist_trakt_sync_core::library::{Kind, Origin, Status};
use serde_json::{Value, json};

use super::{Server, client, owner};
use crate::support::{fault, json};
use anilist_trakt_sync_connectors::outbound::Fault;

const ROWS: usize = 2;

/// A manga with a value in every field.
fn full(id: u64) -> Value {
    json!({
        "id": id + 1000, "status": "REPEATING", "score": 85.0, "progress": 12, "progressVolumes": 2,
        "repeat": 1, "private": true, "notes": "lent to Mika", "updatedAt": 1_700_000_000,
        "startedAt": { "year": 2021, "month": 5, "day": null },
        "completedAt": { "year": 2022, "month": 1, "day": 3 },
        "media": {
            "id": id, "idMal": id + 100, "type": "MANGA", "format": "NOVEL", "status": "RELEASING",
            "title": { "romaji": format!("Hon {id}"), "english": format!("Book {id}"), "native": "本" },
            "episodes": null, "chapters": 40, "volumes": 4, "isFavourite": true,
            "siteUrl": format!("https://anilist.co/manga/{id}"), "startDate": { "year": 2019 },
            "coverImage": { "large": format!("https://s4.anilist.co/{id}.jpg") },
        },
    })
}

fn plain(id: u64, status: &str) -> Value {
    let mut entry = full(id);
    entry["status"] = json!(status);
    entry
}

/// Lists of status and custom lists: each entry stands on both, and the last on a custom list alone.
async fn listed_by(entries: Vec<Value>) -> Server {
    Server::start(move |_, call| {
        let variables = &call.body["variables"];
        assert_eq!((&variables["type"], &variables["userId"]), (&json!("MANGA"), &json!(7)));
        assert!(call.body["query"].as_str().unwrap().contains("score(format: POINT_100)"));
        let chunk = usize::try_from(variables["chunk"].as_u64().unwrap()).unwrap();
        let now: Vec<_> = entries.iter().skip((chunk - 1) * ROWS).take(ROWS).collect();
        let more = chunk * ROWS < entries.len();
        let shown = if more { &now[..] } else { &now[..now.len() - 1] };
        let lists = json!([{ "entries": shown }, { "entries": now }, null]);
        json(
            200,
            json!({ "data": { "MediaListCollection": { "hasNextChunk": more, "lists": lists } } }),
        )
    })
    .await
}

async fn read(entries: Vec<Value>) -> Listed<LibraryEntry> {
    let server = listed_by(entries).await;
    client(&server).library(&owner(), 7, Kind::Manga).await.unwrap()
}

async fn read_one(entry: Value) -> LibraryEntry {
    let mut listed = read(vec![full(99), entry]).await;
    assert_eq!(listed.unread, []);
    listed.entries.remove(1)
}

#[tokio::test]
async fn every_field_that_a_library_keeps_is_read() {
    let LibraryEntry { id, updated_at, new } = read_one(full(1)).await;
    assert_eq!((id, updated_at), (1001, 1_700_000_000));
    assert_eq!((new.kind, new.origin), (Kind::Manga, Origin::Anilist));
    let (work, entry) = (new.work, new.entry);
    assert_eq!((work.ids.anilist, work.ids.mal), (Some(AnilistId(1)), Some(MalId(101))));
    assert_eq!((work.title.as_str(), work.names.native.as_deref()), ("Book 1", Some("本")));
    assert_eq!((work.max_progress, work.max_volumes, work.year), (Some(40), Some(4), Some(2019)));
    assert_eq!(work.format.as_deref(), Some("novel"));
    assert_eq!(work.release_status.as_deref(), Some("releasing"));
    assert_eq!(work.site_url.as_deref(), Some("https://anilist.co/manga/1"));
    assert_eq!(work.cover_url.as_deref(), Some("https://s4.anilist.co/1.jpg"));
    assert_eq!((entry.status, entry.repeating, entry.repeats), (Status::Current, true, 1));
    assert_eq!((entry.progress, entry.progress_volumes, entry.score), (12, 2, Some(85)));
    assert_eq!(entry.started, FuzzyDate { year: Some(2021), month: Some(5), day: None });
    assert_eq!(entry.finished.to_string(), "2022-01-03");
    assert_eq!(entry.notes.as_deref(), Some("lent to Mika"));
    assert!(entry.private && entry.favourite);
}

#[tokio::test]
async fn all_chunks_and_every_status_are_read_and_each_entry_once() {
    let statuses = ["CURRENT", "PLANNING", "COMPLETED", "DROPPED", "PAUSED", "REPEATING"];
    let entries = (1..).zip(statuses).map(|(id, status)| plain(id, status)).collect();
    let listed = read(entries).await;
    let ids: Vec<_> = listed.entries.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, (1001..=1006).collect::<Vec<_>>());
    let words: Vec<_> =
        listed.entries.iter().map(|entry| entry.new.entry.status.word(Kind::Manga)).collect();
    assert_eq!(words, ["reading", "planning", "completed", "dropped", "on-hold", "reading"]);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_left_out_and_told_of() {
    let mut entries: Vec<_> = (1..=6).map(full).collect();
    entries[0]["status"] = json!("ON_FIRE");
    entries[1]["media"] = Value::Null;
    entries[2]["progress"] = json!("many");
    entries[3]["private"] = json!("perhaps");
    entries[4]["media"]["title"] = Value::Null;
    let listed = read(entries).await;
    assert_eq!(listed.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [1006]);
    let told = [Some(1), None, Some(3), Some(4), Some(5)].map(|id| id.map(AnilistId));
    assert_eq!(listed.unread, told);
}

#[tokio::test]
async fn what_is_odd_of_a_work_or_says_nothing_loses_no_entry() {
    let mut odd = full(1);
    odd["score"] = json!(0.0);
    odd["progress"] = json!(4_294_967_295_u32);
    odd["notes"] = json!("  ");
    odd["startedAt"] = json!({ "year": null, "month": 5, "day": 1 });
    odd["media"]["chapters"] = json!(0);
    odd["media"]["volumes"] = json!("four");
    odd["media"]["siteUrl"] = json!("javascript:alert(1)");
    odd["media"]["coverImage"] = json!([]);
    odd["media"]["title"]["english"] = json!(" Two\nlines ");
    let new = read_one(odd).await.new;
    assert_eq!((new.entry.score, new.entry.notes, new.entry.progress), (None, None, 100_000));
    assert_eq!(new.entry.started, FuzzyDate::default());
    assert_eq!((new.work.max_progress, new.work.max_volumes), (None, None));
    assert_eq!((new.work.site_url, new.work.cover_url), (None, None));
    assert_eq!(new.work.title, "Two lines");
}

#[tokio::test]
async fn a_list_that_never_ends_is_an_error() {
    let server = Server::start(|_, _| {
        let lists = json!([{ "entries": [full(1)] }]);
        json(
            200,
            json!({ "data": { "MediaListCollection": { "hasNextChunk": true, "lists": lists } } }),
        )
    })
    .await;
    let read = client(&server).library(&owner(), 7, Kind::Manga).await;
    assert!(matches!(fault(read), Fault::UnexpectedBody { .. }));
}
