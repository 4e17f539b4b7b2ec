//! Lists that come in pages, from servers that say one thing and give another.

use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_connectors::trakt::HistoryOf;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::support::{Call, Server, fault, json};
use super::trakt::{by, trakt};

/// How a server pages.
#[derive(Debug, Clone, Copy)]
struct Pages {
    /// Rows it gives on a page, whatever is asked for.
    rows: usize,
    /// Pages it says there are.
    told: Option<u64>,
    /// Rows it says there are.
    counted: Option<usize>,
}

impl Pages {
    fn answer(self, rows: &[Value], call: &Call) -> Response {
        let page: usize = call.query("page").parse().unwrap();
        let now: Vec<_> = rows.iter().skip((page - 1) * self.rows).take(self.rows).collect();
        let mut headers = HeaderMap::new();
        if let Some(told) = self.told {
            headers.insert("x-pagination-page-count", HeaderValue::from(told));
        }
        if let Some(counted) = self.counted {
            headers.insert("x-pagination-item-count", HeaderValue::from(counted));
        }
        (headers, json(200, json!(now))).into_response()
    }
}

fn play(id: u64) -> Value {
    json!({ "id": id, "watched_at": "2026-10-03T10:00:00.000Z", "type": "movie",
            "movie": { "ids": { "trakt": id } } })
}

fn watched_film(id: u64) -> Value {
    json!({ "plays": 1, "movie": { "ids": { "trakt": id } } })
}

/// Reads five plays, and how often the server was asked.
async fn history(pages: Pages) -> (Result<usize, Fault>, usize) {
    let rows: Vec<_> = (1..=5).map(play).collect();
    let server = Server::start(move |_, call| pages.answer(&rows, call)).await;
    let read = trakt(&server).history(&by(), HistoryOf::Everything, None, None).await;
    (read.map(|plays| plays.len()).map_err(|error| error.fault), server.count("/sync/history"))
}

#[tokio::test]
async fn pages_are_read_until_nothing_is_missing_of_what_is_counted() {
    for told in [Some(1), Some(2), Some(3), Some(1_000_000), None] {
        for rows in [1, 2, 3, 4, 5, 250] {
            let (read, _) = history(Pages { rows, told, counted: Some(5) }).await;
            assert_eq!(read, Ok(5), "{rows} a page, of {told:?}");
        }
    }
}

#[tokio::test]
async fn fewer_rows_than_are_counted_are_never_the_whole() {
    for (rows, told) in [(2, Some(3)), (250, Some(1)), (250, None), (1, Some(1_000_000))] {
        let (read, _) = history(Pages { rows, told, counted: Some(9) }).await;
        let detail = "a list of 9 of which it gave 5".to_owned();
        assert_eq!(read, Err(Fault::UnexpectedBody { detail }), "{rows} a page, of {told:?}");
    }
}

#[tokio::test]
async fn what_was_watched_is_never_a_part_of_it_either() {
    let films: Vec<_> = (1..=3).map(watched_film).collect();
    let server = Server::start(move |_, call| match call.path.as_str() {
        "/sync/watched/shows" => {
            Pages { rows: 100, told: Some(1), counted: Some(0) }.answer(&[], call)
        }
        _ => Pages { rows: 2, told: Some(1), counted: Some(4) }.answer(&films, call),
    })
    .await;
    let detail = "a list of 4 of which it gave 3".to_owned();
    let failed = fault(trakt(&server).watched(&by()).await);
    assert_eq!(failed, Fault::UnexpectedBody { detail });
}

#[tokio::test]
async fn an_empty_page_ends_a_list_of_a_million_pages() {
    for counted in [None, Some(5)] {
        let (read, asked) = history(Pages { rows: 5, told: Some(1_000_000), counted }).await;
        assert_eq!((read, asked), (Ok(5), 2), "{counted:?}");
    }
}

#[tokio::test]
async fn a_list_that_never_ends_is_given_up() {
    let server = Server::start(|number, _| json(200, json!([play(number as u64)]))).await;
    let read = trakt(&server).history(&by(), HistoryOf::Everything, None, None).await;
    let detail = "a list of more than 4000 pages".to_owned();
    assert_eq!(fault(read), Fault::UnexpectedBody { detail });
}
