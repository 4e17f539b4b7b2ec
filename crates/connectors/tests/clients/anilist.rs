//! AniList, as a small server that keeps a list and clamps its pages.

mod library;
mod odd;

use anilist_trakt_sync_connectors::anilist::{AniListClient, LANE, ListOwner, Viewer};
use anilist_trakt_sync_connectors::clock::Clock;
use anilist_trakt_sync_connectors::outbound::{Fault, Limits, Outbound, Pace};
use anilist_trakt_sync_core::domain::{ActivityKind, AnilistId, ListStatus, Relations};
use std::time::Duration;

use axum::response::Response;
use serde_json::{Value, json};

use super::support::{Call, Server, fault, json, no_limits, outbound, page};

/// What a server that gives few rows a page gives at once.
const ROWS: usize = 3;

/// One person's list and feed, newest first.
#[derive(Default)]
struct Fake {
    entries: Vec<Value>,
    activities: Vec<Value>,
}

impl Fake {
    async fn start(self) -> Server {
        Server::start(move |_, call| self.answer(call)).await
    }

    fn answer(&self, call: &Call) -> Response {
        let variables = &call.body["variables"];
        let data = match operation(call) {
            "Viewer" => json!({ "Viewer": { "id": 7, "name": "mika" } }),
            "User" if variables["name"] == "mika" => json!({ "User": { "id": 7, "name": "mika" } }),
            "ListChunk" => self.chunk(variables),
            "ChangedEntries" => page_of("mediaList", &self.entries, variables),
            "Entry" => {
                let of = |entry: &&Value| entry["media"]["id"] == variables["mediaId"];
                let found: Vec<_> = self.entries.iter().filter(of).collect();
                json!({ "Page": { "mediaList": found } })
            }
            "Activities" => {
                let since = variables["since"].as_i64().unwrap_or(0);
                let later = |row: &&Value| row["createdAt"].as_i64().is_none_or(|at| at > since);
                let rows: Vec<_> = self.activities.iter().filter(later).cloned().collect();
                page_of("activities", &rows, variables)
            }
            "Relations" => {
                let asked = variables["ids"].as_array().unwrap();
                assert!((1..=50).contains(&asked.len()), "{} ids at once", asked.len());
                json!({ "Page": { "media": asked.iter().map(related).collect::<Vec<_>>() } })
            }
            "Media" if variables["id"] == 1 => json!({ "Media": media(1) }),
            _ => return not_found(),
        };
        json(200, json!({ "data": data }))
    }

    /// Each entry stands on two lists, as one on a custom list does.
    fn chunk(&self, variables: &Value) -> Value {
        let wanted = |entry: &&Value| {
            variables["statuses"].as_array().is_none_or(|all| all.contains(&entry["status"]))
        };
        let rows: Vec<_> = self.entries.iter().filter(wanted).collect();
        let chunk = usize::try_from(variables["chunk"].as_u64().unwrap()).unwrap();
        let now: Vec<_> = rows.iter().skip((chunk - 1) * ROWS).take(ROWS).collect();
        let lists = json!([{ "entries": now }, { "entries": now }, null]);
        json!({ "MediaListCollection": { "hasNextChunk": chunk * ROWS < rows.len(), "lists": lists } })
    }
}

/// Pages overlap by one row, as they do when something is added while they are read.
fn page_of(field: &str, rows: &[Value], variables: &Value) -> Value {
    let page = usize::try_from(variables["page"].as_u64().unwrap()).unwrap();
    let start = (page - 1) * (ROWS - 1);
    let now: Vec<_> = rows.iter().skip(start).take(ROWS).collect();
    json!({ "Page": { "pageInfo": { "hasNextPage": start + ROWS < rows.len() }, field: now } })
}

fn not_found() -> Response {
    json(404, json!({ "errors": [{ "message": "Not Found.", "status": 404 }], "data": null }))
}

fn operation(call: &Call) -> &str {
    let query = call.body["query"].as_str().unwrap();
    query.split([' ', '(']).nth(1).unwrap()
}

fn media(id: u64) -> Value {
    json!({
        "id": id, "idMal": id + 100, "title": { "romaji": format!("Title {id}"), "english": null },
        "format": "TV", "episodes": 12, "startDate": { "year": 2024, "month": 1, "day": null },
    })
}

fn entry(id: u64, status: &str, updated_at: i64) -> Value {
    json!({
        "id": id + 1000, "status": status, "progress": 3, "repeat": 0, "updatedAt": updated_at,
        "completedAt": { "year": null, "month": null, "day": null }, "media": media(id),
    })
}

/// Ten entries, one second apart.
fn ten() -> Fake {
    let status = |id| if id % 2 == 0 { "COMPLETED" } else { "CURRENT" };
    let at = |id: u64| i64::try_from(2000 - id).unwrap();
    Fake { entries: (1..=10).map(|id| entry(id, status(id), at(id))).collect(), ..Fake::default() }
}

fn client(server: &Server) -> AniListClient {
    AniListClient::new(outbound().0, server.url.clone())
}

/// The one with the token.
fn owner() -> ListOwner {
    ListOwner { token: Some("hush".into()), username: None }
}

fn ids(entries: &[anilist_trakt_sync_core::domain::Entry]) -> Vec<u32> {
    entries.iter().map(|entry| entry.media.id.0).collect()
}

#[tokio::test]
async fn a_list_is_read_to_its_last_chunk_and_each_entry_once() {
    let server = ten().start().await;
    let list = client(&server).list(&owner(), 7, None).await.unwrap().entries;
    assert_eq!(ids(&list), (1..=10).collect::<Vec<_>>());
    assert_eq!(server.calls().len(), 4);
    let completed =
        client(&server).list(&owner(), 7, Some(&[ListStatus::Completed])).await.unwrap().entries;
    assert_eq!(ids(&completed), [2, 4, 6, 8, 10]);
}

#[tokio::test]
async fn changes_are_read_up_to_and_with_the_moment_asked_for() {
    let server = ten().start().await;
    let changed = client(&server).changed_since(&owner(), 7, 1995).await.unwrap().entries;
    assert_eq!(ids(&changed), [1, 2, 3, 4, 5]);
    let all = client(&server).changed_since(&owner(), 7, 0).await.unwrap().entries;
    assert_eq!(ids(&all), (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn nothing_new_costs_one_request() {
    let server = ten().start().await;
    assert_eq!(client(&server).changed_since(&owner(), 7, 3000).await.unwrap().entries, []);
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn activities_date_plays_and_others_are_left_out() {
    let row = |id: u64, status: &str, progress: Value| {
        json!({ "id": id, "status": status, "progress": progress, "createdAt": 1000 + id,
                "media": { "id": id } })
    };
    let activities = vec![
        row(6, "completed", Value::Null),
        row(5, "watched episode", json!("3 - 7")),
        json!({}),
        row(4, "watched episode", json!("x")),
        row(3, "rewatched episode", json!("2")),
    ];
    let server = Fake { activities, ..Fake::default() }.start().await;
    let client = client(&server);
    let kinds = |rows: Vec<anilist_trakt_sync_core::domain::Activity>| -> Vec<_> {
        rows.into_iter().map(|row| (row.media.0, row.kind, row.at.as_second())).collect()
    };
    let all = kinds(client.activities(&owner(), 7, None, 9).await.unwrap());
    assert_eq!(
        all,
        [
            (6, ActivityKind::Completed, 1006),
            (5, ActivityKind::Watched { first: 3, last: 7 }, 1005),
            (4, ActivityKind::Other, 1004),
            (3, ActivityKind::Rewatched { first: 2, last: 2 }, 1003),
        ]
    );
    assert_eq!(kinds(client.activities(&owner(), 7, Some(1004), 9).await.unwrap()), all[..2]);
    assert_eq!(kinds(client.activities(&owner(), 7, None, 1).await.unwrap()), all[..2]);
}

#[tokio::test]
async fn one_entry_and_one_title_are_there_or_not() {
    let server = ten().start().await;
    let client = client(&server);
    let found = client.entry(&owner(), 7, AnilistId(4)).await.unwrap().unwrap();
    assert_eq!((found.media.id, found.status), (AnilistId(4), ListStatus::Completed));
    assert_eq!(client.entry(&owner(), 7, AnilistId(99)).await.unwrap(), None);
    let title = client.media(&owner(), AnilistId(1)).await.unwrap().unwrap();
    assert_eq!(title.titles.display(), "Title 1");
    assert_eq!(client.media(&owner(), AnilistId(2)).await.unwrap(), None);
}

#[tokio::test]
async fn the_token_says_whose_list_it_is_and_else_the_name() {
    let server = Fake::default().start().await;
    let mika = Viewer { id: 7, name: "mika".into() };
    assert_eq!(client(&server).viewer(&owner()).await.unwrap(), mika);
    let client = client(&server);
    let by_name = async |name: Option<&str>| {
        let owner = ListOwner { token: None, username: name.map(str::to_owned) };
        client.viewer(&owner).await
    };
    assert_eq!(by_name(Some("mika")).await.unwrap(), mika);
    assert_eq!(fault(by_name(Some("nobody")).await), Fault::NotFound);
    assert_eq!(fault(by_name(None).await), Fault::NotConfigured);
    let calls = server.calls();
    assert_eq!(calls[0].header("authorization"), Some("Bearer hush"));
    assert_eq!(calls[1].header("authorization"), None);
    for call in calls {
        assert_eq!(call.header("referer"), Some("https://anilist.co/"));
        assert_eq!(call.header("accept"), Some("application/json"));
        assert_eq!(call.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn an_answer_without_a_list_is_never_an_empty_list() {
    let server = Server::start(|number, _| match number {
        0 => json(200, json!({ "data": { "MediaListCollection": null } })),
        1 => json(200, json!({ "data": null })),
        2 => json(200, json!({ "data": { "MediaListCollection": { "lists": null } } })),
        3 => json(200, json!({ "data": { "Page": { "mediaList": null } } })),
        _ => page(200),
    })
    .await;
    let client = client(&server);
    for _ in 0..3 {
        let failed = fault(client.list(&owner(), 7, None).await);
        assert!(matches!(failed, Fault::UnexpectedBody { .. }), "{failed:?}");
    }
    for _ in 0..2 {
        let failed = fault(client.changed_since(&owner(), 7, 0).await);
        assert!(matches!(failed, Fault::UnexpectedBody { .. }), "{failed:?}");
    }
}

#[tokio::test]
async fn chunks_without_end_are_an_error_and_no_part_of_a_list() {
    let endless = json!({ "MediaListCollection": { "hasNextChunk": true, "lists": [] } });
    let server = Server::start(move |_, _| json(200, json!({ "data": endless }))).await;
    let failed = fault(client(&server).list(&owner(), 7, None).await);
    assert!(matches!(failed, Fault::UnexpectedBody { .. }), "{failed:?}");
}

#[tokio::test]
async fn a_question_is_repeated_although_it_is_a_post() {
    let server = Server::start(|number, call| match number {
        0 => page(503),
        _ => ten().answer(call),
    })
    .await;
    assert_eq!(client(&server).list(&owner(), 7, None).await.unwrap().entries.len(), 10);
}

#[test]
fn a_token_is_not_printed() {
    assert!(!format!("{:?}", owner()).contains("hush"));
    assert_eq!(owner().token_expiry(), None);
}

/// Each title continues the one before it, a book and something without a number.
fn related(id: &Value) -> Value {
    let id = id.as_u64().unwrap();
    let node = |id: u64, kind: &str| json!({ "id": id, "type": kind, "format": "TV", "episodes": 12, "startDate": null });
    let edges = json!([
        { "relationType": "PREQUEL", "node": node(id - 1, "ANIME") },
        { "relationType": "PREQUEL", "node": node(id + 1000, "MANGA") },
        { "relationType": "SEQUEL", "node": node(id + 1, "ANIME") },
        { "relationType": null, "node": node(id + 2, "ANIME") },
        { "relationType": "PREQUEL", "node": null },
        null,
    ]);
    json!({ "id": id, "relations": { "edges": edges } })
}

#[tokio::test]
async fn relations_are_asked_for_fifty_titles_at_a_time() {
    let server = Fake::default().start().await;
    let ids: Vec<_> = (1..=120).map(AnilistId).collect();
    let relations = client(&server).relations(&owner(), &ids).await.unwrap();
    assert_eq!(server.calls().len(), 3);
    assert_eq!(relations.len(), 120);
    for (id, Relations { prequels, .. }) in relations {
        let ids: Vec<_> = prequels.iter().map(|prequel| prequel.id.0).collect();
        assert_eq!(ids, [id.0 - 1]);
        assert_eq!((prequels[0].episodes, prequels[0].is_series()), (Some(12), true));
    }
}

/// A schedule of so many episodes as the title's number, 25 a page, with a row that is none.
fn scheduled(id: &Value, number: u64) -> Value {
    let id = id.as_u64().unwrap();
    let (first, last) = ((number - 1) * 25 + 1, (number * 25).min(id));
    let node = |episode: u64| json!({ "episode": episode, "airingAt": 1_704_531_600 + episode });
    let mut nodes: Vec<_> = (first..=last).map(node).collect();
    nodes.push(json!({ "episode": -1, "airingAt": 0 }));
    nodes.push(Value::Null);
    let more = id > number * 25;
    json!({ "id": id, "airingSchedule": { "nodes": nodes, "pageInfo": { "hasNextPage": more } } })
}

#[tokio::test]
async fn a_schedule_is_read_to_its_end_for_those_that_go_on() {
    let server = Server::start(|_, call| {
        let variables = &call.body["variables"];
        let (ids, number) = (variables["ids"].as_array().unwrap(), &variables["page"]);
        let media: Vec<_> = ids.iter().map(|id| scheduled(id, number.as_u64().unwrap())).collect();
        json(200, json!({ "data": { "Page": { "media": media } } }))
    })
    .await;
    let ids = [12, 25, 26, 60].map(AnilistId);
    let schedules = client(&server).schedules(&owner(), &ids).await.unwrap();
    for id in ids {
        let numbers: Vec<_> = schedules[&id].iter().map(|one| one.episode).collect();
        assert_eq!(numbers, (1..=id.0).collect::<Vec<_>>());
    }
    let asked: Vec<_> =
        server.calls().iter().map(|call| call.body["variables"]["ids"].clone()).collect();
    assert_eq!(asked, [json!([12, 25, 26, 60]), json!([26, 60]), json!([60])]);
    // A schedule of a thousand episodes is not read to its end.
    client(&server).schedules(&owner(), &[AnilistId(1100)]).await.unwrap();
    assert_eq!(server.calls().len(), 3 + 8);
}

#[tokio::test]
async fn nobody_is_asked_for_the_relations_of_nothing() {
    let server = Fake::default().start().await;
    assert!(client(&server).relations(&owner(), &[]).await.unwrap().is_empty());
    assert_eq!(server.calls().len(), 0);
}

#[tokio::test]
async fn what_takes_many_requests_waits_for_its_turn_and_a_single_question_does_not() {
    let server = ten().start().await;
    let limits =
        Limits { paces: vec![(LANE, Pace::Window(1, Duration::from_mins(1)))], ..no_limits() };
    let outbound = Outbound::new(limits, Clock::System).unwrap();
    let client = AniListClient::new(outbound, server.url.clone());
    client.entry(&owner(), 7, AnilistId(1)).await.unwrap();
    let failed = fault(client.entry(&owner(), 7, AnilistId(1)).await);
    assert!(matches!(failed, Fault::RateLimited { .. }), "{failed:?}");
    let list =
        tokio::time::timeout(Duration::from_millis(200), client.list(&owner(), 7, None)).await;
    assert!(list.is_err(), "it did not wait");
    assert_eq!(server.calls().len(), 1);
}
