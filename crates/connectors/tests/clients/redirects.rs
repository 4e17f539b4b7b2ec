//! Services that send requests on to somebody else, and what that one gets to see.

use anilist_trakt_sync_connectors::outbound::{Download, Fault, Lane, Request};
use anilist_trakt_sync_connectors::{anilist, mal, tmdb, trakt};
use anilist_trakt_sync_core::domain::Service;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::support::{Server, fault, outbound, page};

const STATUSES: [u16; 6] = [300, 301, 302, 303, 307, 308];

/// An answer that sends a request on, with a page as servers do it and without.
fn sent_on(status: u16, to: &str, with_page: bool) -> Response {
    let status_code = StatusCode::from_u16(status).unwrap();
    let location = [("location", to.to_owned())];
    if with_page {
        return (status_code, location, page(status)).into_response();
    }
    (status_code, location, "{}").into_response()
}

/// A server that sends everything on to an address.
async fn sender(status: u16, to: String, with_page: bool) -> Server {
    Server::start(move |_, _| sent_on(status, &to, with_page)).await
}

#[tokio::test]
async fn no_secret_follows_a_redirect_to_anybody() {
    let stranger = Server::start(|_, _| r#"{"data": {}}"#).await;
    let lanes = [
        anilist::LANE,
        trakt::READ,
        trakt::WRITE,
        trakt::SIGN_IN,
        mal::LANE,
        tmdb::LANE,
        Lane::of(Service::WEBHOOK),
    ];
    for lane in lanes {
        for (status, with_page) in STATUSES.iter().flat_map(|one| [(*one, false), (*one, true)]) {
            // A new client each time, as one that is turned away often enough rests.
            let (outbound, _) = outbound();
            let server = sender(status, stranger.url.clone(), with_page).await;
            let secret = json!({"client_secret": "hush", "refresh_token": "hush"});
            let post = Request::post(lane, &server.url, &secret).unwrap();
            let get = Request::get(lane, &server.url).unwrap().query("api_key", "hush");
            for request in [post.expecting(&[400, 401]), get] {
                let fault = fault(outbound.send(&request).await);
                assert_eq!(fault, Fault::Redirected { status }, "{lane:?} {status}");
            }
            assert_eq!(server.calls().len(), 2, "a redirect is no reason to ask again");
        }
    }
    assert_eq!(stranger.calls().len(), 0);
}

#[tokio::test]
async fn a_redirect_to_the_same_server_is_not_followed_either() {
    let server = Server::start(|_, call| match call.path.as_str() {
        "/" => sent_on(308, "/moved", false),
        _ => "{}".into_response(),
    })
    .await;
    let request = Request::get(trakt::READ, &format!("{}/", server.url)).unwrap();
    assert_eq!(fault(outbound().0.send(&request).await), Fault::Redirected { status: 308 });
    assert_eq!(server.count("/moved"), 0);
}

/// A host whose `/n` leads to `/n-1` and so on, and `/0` is the file.
async fn chain() -> Server {
    Server::start(|_, call| match call.path.trim_start_matches('/').parse::<u32>() {
        Ok(0) => r#"[{"anilist_id":1}]"#.into_response(),
        Ok(left) => sent_on(302, &format!("/{}", left - 1), true),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    })
    .await
}

#[tokio::test]
async fn a_mapping_file_is_followed_to_another_host_but_not_for_ever() {
    let (host, (outbound, _)) = (chain().await, outbound());
    let elsewhere = sender(307, format!("{}/0", host.url), false).await;
    for service in [Service::OTAKU, Service::FRIBBS, Service::ANIBRIDGE] {
        let file = outbound.download(service, &elsewhere.url, None, 1000).await;
        assert!(matches!(file, Ok(Download::File { .. })), "{service}");
    }
    let five = outbound.download(Service::FRIBBS, &format!("{}/5", host.url), None, 1000).await;
    assert!(matches!(five, Ok(Download::File { .. })));
    let six = outbound.download(Service::FRIBBS, &format!("{}/6", host.url), None, 1000).await;
    assert_eq!(fault(six), Fault::Redirected { status: 302 });
}
