//! The pages and what they load.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::service::Service;
use crate::shape::Answer;

/// The pages in the layout.
const PAGES: [&str; 6] = ["/", "/sync", "/mappings", "/manual", "/logs", "/docs"];

const CURRENT: &str = " aria-current=\"page\"";

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

/// What stands in a page between two of its words, of which each is there once.
#[track_caller]
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    assert_eq!((page.matches(start).count(), page.matches(end).count()), (1, 1), "{start} {end}");
    page.split_once(start).unwrap().1.split_once(end).unwrap().0
}

/// A page without what is its own: its title, its script, its place in the menu and its `<main>`.
#[track_caller]
fn layout(page: &str) -> String {
    let title = between(page, "<title>", " · AniList to Trakt</title>");
    let main = between(page, "<main id=\"main\" tabindex=\"-1\">", "</main>");
    let script = loaded(page).pop().unwrap();
    assert!(!title.is_empty() && main.contains("<h1>"), "{title}");
    page.replace(&format!("<title>{title} "), "<title>")
        .replace(main, "")
        .replace(script, "")
        .replace(CURRENT, "")
}

#[tokio::test]
async fn every_page_is_the_layout_around_a_main_of_its_own() {
    let service = Service::small().await;
    let mut layouts = BTreeSet::new();
    let mut mains = BTreeSet::new();
    for path in PAGES {
        let page = service.get(path).await.text;
        let link = format!("<a href=\"{path}\"{CURRENT}>");
        assert_eq!(page.contains(&link), path != "/docs", "{path} is named in the menu");
        assert!(page.matches(CURRENT).count() <= 1 && !page.contains(['{', '}']), "{path}");
        mains.insert(between(&page, "<main", "</main>").to_owned());
        layouts.insert(layout(&page));
    }
    assert_eq!((layouts.len(), mains.len()), (1, PAGES.len()));
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
    for path in ["/nothing", "/sync/", "/assets/nothing.js", "/layout.html", "/sign-in.html"] {
        assert_eq!(service.get(path).await.json()["code"], "not_found", "{path}");
    }
}
