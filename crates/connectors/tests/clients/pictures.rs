//! Covers, from hosts that do what hosts should not.

use std::time::Duration;

use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_connectors::pictures::{
    Picture, PictureHost, PictureKind, PictureSettings, Pictures,
};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream;

use super::support::{Server, fault, nobody, outbound};

const LARGEST: usize = 5 << 20;

/// A JPEG of this many bytes, as far as anybody looks.
fn jpeg(size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    bytes[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe0]);
    bytes[size - 2..].copy_from_slice(&[0xff, 0xd9]);
    bytes
}

fn pictures(base: &str) -> Pictures {
    let hosts = vec![PictureHost { lane: "covers", base: base.parse().unwrap() }];
    let timeout = Duration::from_millis(300);
    Pictures::new(outbound().0, PictureSettings { hosts, takes_drawn: false, timeout })
}

async fn fetched(server: &Server) -> Result<Picture, Fault> {
    let pictures = pictures(&server.url);
    let url = pictures.known(&format!("{}/cover.jpg", server.url)).unwrap();
    pictures.fetch(&url).await.map_err(|error| error.fault)
}

/// What is fetched of a host that answers so.
async fn of(answer: impl Fn() -> Response + Send + Sync + 'static) -> Result<Picture, Fault> {
    fetched(&Server::start(move |_, _| answer()).await).await
}

fn named(kind: &str, bytes: impl Into<Bytes>) -> Response {
    let kind = HeaderValue::from_str(kind).unwrap();
    (HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]), bytes.into()).into_response()
}

#[tokio::test]
async fn a_picture_is_what_its_bytes_are_whatever_it_is_called() {
    let picture = of(|| named("text/html", jpeg(2000))).await.unwrap();
    assert_eq!((picture.kind, picture.bytes.len()), (PictureKind::Jpeg, 2000));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_whatever_it_is_called() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for lie in ["<!DOCTYPE html><title>Cover</title>", svg, "{}", "", "\u{feff}<svg></svg>"] {
        let answer = of(move || named("image/png", lie)).await;
        assert!(matches!(answer, Err(Fault::UnexpectedBody { .. })), "{lie}: {answer:?}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed_to_another_host_or_an_inner_address() {
    let inner = Server::start(|_, _| named("image/jpeg", jpeg(2000))).await;
    for target in [inner.url.clone(), "http://169.254.169.254/".to_owned(), "/other.jpg".to_owned()]
    {
        let answer = of(move || {
            let to = HeaderValue::from_str(&target).unwrap();
            (StatusCode::FOUND, HeaderMap::from_iter([(header::LOCATION, to)])).into_response()
        });
        assert_eq!(answer.await, Err(Fault::Redirected { status: 302 }));
    }
    assert_eq!(inner.calls().len(), 0);
}

#[tokio::test]
async fn a_huge_picture_is_not_read_to_its_end_announced_or_not() {
    let announced = of(|| named("image/jpeg", jpeg(LARGEST + 1))).await;
    assert_eq!(announced, Err(Fault::TooLarge { limit: LARGEST as u64 }));
    let endless = of(|| {
        let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from(jpeg(4)))]);
        let rest = stream::repeat_with(|| Ok(Bytes::from(vec![0; 1 << 20])));
        // What is called a picture is not packed on its way.
        ([(header::CONTENT_TYPE, "image/jpeg")], Body::from_stream(first.chain(rest)))
            .into_response()
    });
    assert_eq!(endless.await, Err(Fault::TooLarge { limit: LARGEST as u64 }));
    assert!(of(|| named("image/jpeg", jpeg(LARGEST))).await.is_ok());
}

#[tokio::test]
async fn a_picture_that_comes_drop_by_drop_is_given_up() {
    let slow = of(|| {
        let drops = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok::<_, std::io::Error>(Bytes::from_static(&[0xff])), ()))
        });
        Body::from_stream(drops).into_response()
    });
    assert_eq!(slow.await, Err(Fault::TimedOut));
}

#[tokio::test]
async fn a_picture_that_breaks_off_is_none() {
    let cut = of(|| named("image/jpeg", jpeg(2000)[..1000].to_vec())).await;
    assert!(matches!(cut, Err(Fault::UnexpectedBody { .. })), "{cut:?}");
    let broken = of(|| {
        let parts = [Ok(Bytes::from(jpeg(2000))), Err(std::io::Error::other("gone"))];
        Body::from_stream(stream::iter(parts)).into_response()
    });
    assert!(matches!(broken.await, Err(Fault::BrokenOff { .. })));
}

#[tokio::test]
async fn a_picture_that_is_not_there_is_told_from_a_host_that_is_away() {
    for (status, expected) in
        [(404, Fault::NotFound), (410, Fault::NotFound), (503, Fault::Outage { status: 503 })]
    {
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(of(move || status.into_response()).await, Err(expected));
    }
    let away = nobody().await;
    let pictures = pictures(&away);
    let url = pictures.known(&format!("{away}/cover.jpg")).unwrap();
    assert!(matches!(fault(pictures.fetch(&url).await), Fault::Unreachable { .. }));
}

#[test]
fn only_addresses_at_the_hosts_are_known() {
    let pictures = pictures("https://s4.anilist.co/file");
    assert!(pictures.known("https://s4.anilist.co/file/anilistcdn/1.jpg").is_some());
    for other in [
        "http://s4.anilist.co/file/1.jpg",
        "https://s4.anilist.co:8443/file/1.jpg",
        "https://s4.anilist.co.evil.example/file/1.jpg",
        "https://s4.anilist.co@evil.example/file/1.jpg",
        "https://user@s4.anilist.co/file/1.jpg",
        "https://s4.anilist.co/files/1.jpg",
        "https://s4.anilist.co/file/../1.jpg",
        "https://s4.anilist.co/file/%2e%2e/1.jpg",
        "https://evil.example/https://s4.anilist.co/file/1.jpg",
        "file:///etc/passwd",
        "//s4.anilist.co/file/1.jpg",
        "",
    ] {
        assert!(pictures.known(other).is_none(), "{other}");
    }
}
