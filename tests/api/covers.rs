//! Covers, through the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse as _;
use futures_util::future::join_all;
use reqwest::{Method, Response};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::service::{Service, small};

/// A host of pictures, which ends with the test.
struct Host {
    url: String,
    asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A picture of as many kilobytes as its name says.
fn picture(name: &str) -> Option<Vec<u8>> {
    let kilobytes: usize = name.split('-').next()?.parse().ok()?;
    let mut bytes = vec![0; kilobytes << 10];
    bytes[..8].copy_from_slice(b"\x89PNG\r\n\x1a\n");
    bytes.extend(b"IEND");
    bytes.extend(name.as_bytes());
    Some(bytes)
}

impl Host {
    async fn start() -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let answer = |State(asked): State<Arc<AtomicUsize>>, uri: Uri| async move {
            asked.fetch_add(1, Ordering::SeqCst);
            match picture(uri.path().trim_start_matches('/')) {
                Some(bytes) => bytes.into_response(),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        };
        let router = Router::new().fallback(answer).with_state(Arc::clone(&asked));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked, task }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn service(host: &Host) -> Service {
    Service::with(&[("ANILIST_IMAGES_URL", &host.url), ("COVERS_MAX_MB", "1")]).await
}

/// Adds a title with this cover, and gives where it is shown.
async fn titled(service: &Service, cover: &str) -> String {
    let body = json!({ "title": cover, "type": "anime", "cover_url": cover });
    let item = service.post("/api/library/items", &body).await.ok();
    format!("/covers/{}", item["id"])
}

async fn look(service: &Service, path: &str) -> Response {
    service.request(Method::GET, path).send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_cover_is_shown_kept_and_known_again() {
    let host = Host::start().await;
    let service = service(&host).await;
    let path = titled(&service, &format!("{}/4-one", host.url)).await;
    let first = look(&service, &path).await;
    assert_eq!((first.status().as_u16(), header(&first, "content-type")), (200, "image/png"));
    assert_eq!(header(&first, "x-content-type-options"), "nosniff");
    assert!(header(&first, "cache-control").starts_with("private, max-age="));
    let tag = header(&first, "etag").to_owned();
    assert_eq!(first.bytes().await.unwrap(), picture("4-one").unwrap());
    let again = service.request(Method::GET, &path).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    assert_eq!(look(&service, &path).await.status(), 200);
    assert_eq!(host.asked(), 1);
}

#[tokio::test]
async fn equal_requests_at_once_are_one() {
    let host = Host::start().await;
    let service = service(&host).await;
    let path = titled(&service, &format!("{}/4-one", host.url)).await;
    let answers = join_all((0..20).map(|_| look(&service, &path))).await;
    assert!(answers.iter().all(|answer| answer.status() == 200));
    assert_eq!(host.asked(), 1);
}

#[tokio::test]
async fn a_cover_that_is_not_there_is_not_asked_for_again_for_minutes() {
    let host = Host::start().await;
    let service = service(&host).await;
    let path = titled(&service, &format!("{}/none", host.url)).await;
    for _ in 0..3 {
        service.get(&path).await.refused(404, "not_found");
    }
    assert_eq!(host.asked(), 1);
    service.clock.advance(Duration::from_mins(11));
    service.get(&path).await.refused(404, "not_found");
    assert_eq!(host.asked(), 2);
}

#[tokio::test]
async fn what_is_kept_stays_within_its_bound_and_the_last_looked_at_stays_longest() {
    let host = Host::start().await;
    let service = service(&host).await;
    let mut paths = Vec::new();
    for number in 0..8 {
        paths.push(titled(&service, &format!("{}/200-{number}", host.url)).await);
    }
    for path in &paths {
        service.clock.advance(Duration::from_hours(2));
        assert_eq!(look(&service, path).await.status(), 200);
        // The first is looked at all the time.
        assert_eq!(look(&service, &paths[0]).await.status(), 200);
    }
    let folder = service.folder.path().join("data/covers");
    let sizes =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    assert!(sizes.sum::<u64>() <= 1 << 20);
    let before = host.asked();
    assert_eq!(before, 8);
    look(&service, &paths[0]).await;
    assert_eq!(host.asked(), before, "it was looked at last");
    look(&service, &paths[1]).await;
    assert_eq!(host.asked(), before + 1, "it had to go");
}

#[tokio::test]
async fn the_service_fetches_nothing_from_anywhere_else() {
    let (host, other) = (Host::start().await, Host::start().await);
    let service = service(&host).await;
    for cover in [format!("{}/4-one", other.url), "http://169.254.169.254/latest".to_owned()] {
        let path = titled(&service, &cover).await;
        service.get(&path).await.refused(404, "not_found");
    }
    let local = titled(&service, &format!("{}/4-one", host.url)).await;
    let paths = service.people.services().cover_paths().await.unwrap();
    let own = paths.of(&format!("{}/4-one", host.url)).unwrap();
    assert!(paths.of(&format!("{}/4-one", other.url)).is_none());
    assert_eq!(look(&service, &own).await.status(), 200);
    assert_eq!(look(&service, &local).await.status(), 200);
    let (written, mark) = own["/covers/".len()..].split_once('.').unwrap();
    let forged = [
        format!("/covers/{written}"),
        format!("/covers/{written}."),
        format!("/covers/{}A.{mark}", &written[..written.len() - 1]),
        format!("/covers/{written}.{}", "A".repeat(mark.len())),
        "/covers/none".to_owned(),
        "/covers/999".to_owned(),
        "/covers/-1".to_owned(),
    ];
    for path in forged {
        service.get(&path).await.refused(404, "not_found");
    }
    assert_eq!((host.asked(), other.asked()), (1, 0));
}

#[tokio::test]
async fn an_address_is_good_at_every_copy_of_the_service_and_not_elsewhere() {
    let host = Host::start().await;
    let (service, other) = (service(&host).await, service(&host).await);
    let cover = format!("{}/4-one", host.url);
    let path = service.people.services().cover_paths().await.unwrap().of(&cover).unwrap();
    let copy = service.another_copy(&[("ANILIST_IMAGES_URL", &host.url)]).await;
    let there = service.http.get(format!("http://{}{path}", copy.address)).send().await.unwrap();
    assert_eq!(there.status(), 200);
    other.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_drawing_is_taken_in_the_demonstration_alone() {
    let service = Service::sample().await;
    let drawn = format!("{}/covers/21.svg", service.demo.url());
    let path = titled(&service, &drawn).await;
    service.get(&path).await.refused(502, "unexpected_body");
}

#[tokio::test]
async fn pages_may_load_pictures_from_here_alone() {
    let host = Host::start().await;
    let mut world = small();
    for media in world.media.values_mut() {
        media.cover = Some(format!("{}/4-one", host.url));
    }
    let settings = [("ANILIST_IMAGES_URL", host.url.as_str())];
    let service = Service::start(world, &settings).await;
    let page = service.get("/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("img-src 'self' data:;") && !policy.contains("http"), "{policy}");
    service.post("/api/full-sync", &json!({})).await.ok();
    let rows = service.get("/api/progress").await.ok();
    let cover = rows["items"][0]["cover"].as_str().unwrap().to_owned();
    assert!(cover.starts_with("/covers/"), "{cover}");
    assert_eq!(look(&service, &cover).await.status(), 200);
}
