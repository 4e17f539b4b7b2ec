//! Dataset files.

use std::io::Read;

use anilist_trakt_sync_connectors::outbound::{Download, Fault, ProviderError};
use anilist_trakt_sync_core::domain::Service;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::support::{Call, Server, fault, outbound, page};

const DATA: &str = r#"[{"anilist_id":1}]"#;

/// A host that redirects to its file, as GitHub does, and knows conditional requests.
fn host(_: usize, call: &Call) -> Response {
    match (call.path.as_str(), call.header("if-none-match")) {
        ("/raw", _) => Redirect::to("/file").into_response(),
        ("/file", Some("\"v1\"")) => StatusCode::NOT_MODIFIED.into_response(),
        ("/file", _) => ([("etag", "\"v1\"")], DATA).into_response(),
        ("/page", _) => page(200),
        ("/hidden-page", _) => ([("content-type", "text/plain")], " \n <html>").into_response(),
        ("/empty", _) => " \n".into_response(),
        ("/broken", _) => StatusCode::BAD_GATEWAY.into_response(),
        ("/odd", _) => StatusCode::NO_CONTENT.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn download(path: &str, etag: Option<&str>, limit: u64) -> Result<Download, ProviderError> {
    let server = Server::start(host).await;
    let url = format!("{}{path}", server.url);
    outbound().0.download(Service::FRIBBS, &url, etag, limit).await
}

#[tokio::test]
async fn a_file_is_followed_to_where_it_is_and_kept() {
    let Download::File { mut file, etag } = download("/raw", None, 1000).await.unwrap() else {
        panic!("a file that was never fetched is unchanged");
    };
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!((text.as_str(), etag.as_deref()), (DATA, Some("\"v1\"")));
}

#[tokio::test]
async fn a_file_that_is_the_same_is_not_fetched() {
    let same = download("/raw", Some("\"v1\""), 1000).await.unwrap();
    assert!(matches!(same, Download::Unchanged), "{same:?}");
    let newer = download("/raw", Some("\"v0\""), 1000).await.unwrap();
    assert!(matches!(newer, Download::File { .. }), "{newer:?}");
}

#[tokio::test]
async fn what_is_no_file_is_an_error() {
    let unexpected = |detail: &str| Fault::UnexpectedBody { detail: detail.to_owned() };
    let html = unexpected("an HTML page in place of the file");
    let table = [
        ("/page", html.clone()),
        ("/hidden-page", html),
        ("/empty", unexpected("an empty file in place of the data")),
        ("/odd", unexpected("status 204 in place of the file")),
        ("/missing", Fault::NotFound),
        ("/broken", Fault::Outage { status: 502 }),
    ];
    for (path, expected) in table {
        assert_eq!(fault(download(path, None, 1000).await), expected, "{path}");
    }
}

#[tokio::test]
async fn a_file_is_no_larger_than_its_bound() {
    let bound = DATA.len() as u64;
    assert!(download("/file", None, bound).await.is_ok());
    let limit = bound - 1;
    assert_eq!(fault(download("/file", None, limit).await), Fault::TooLarge { limit });
}

#[tokio::test]
async fn a_file_that_fails_is_tried_again() {
    let server = Server::start(|number, call| match number {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => host(number, call),
    })
    .await;
    let url = format!("{}/file", server.url);
    assert!(outbound().0.download(Service::OTAKU, &url, None, 1000).await.is_ok());
    assert_eq!(server.calls().len(), 2);
}
