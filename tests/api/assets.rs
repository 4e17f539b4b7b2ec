//! The pages and what they load.

use reqwest::Method;

use crate::service::Service;
use crate::shape::Answer;

const PAGES: [&str; 5] = ["/", "/sync", "/mappings", "/manual", "/logs"];

/// What a page loads, by the addresses in it.
fn loaded(page: &str) -> Vec<&str> {
    let parts = page.split('"').filter(|part| part.starts_with("/assets/"));
    parts.collect()
}

#[tokio::test]
async fn every_page_and_all_it_loads_is_served_from_the_binary() {
    let service = Service::small().await;
    for path in PAGES {
        let page = service.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(!page.text.contains("src=\"http") && page.text.contains("<title>"), "{path}");
        let parts = loaded(&page.text);
        assert!(!parts.is_empty(), "{path} loads nothing");
        for part in parts {
            assert_eq!(service.get(part).await.status, 200, "{path} loads {part}");
        }
    }
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let service = Service::small().await;
    let page = service.get("/").await;
    let request = service.request(Method::GET, "/").header("if-none-match", page.header("etag"));
    let again = Answer::of(request).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
}

#[tokio::test]
async fn unknown_pages_and_files_are_a_json_404() {
    let service = Service::small().await;
    for path in ["/nothing", "/sync/", "/assets/nothing.js", "/assets/../index.html", "/index.html"]
    {
        assert_eq!(service.get(path).await.json()["code"], "not_found", "{path}");
    }
    service.get("/assets/%2e%2e/index.html").await.refused(404, "not_found");
}
