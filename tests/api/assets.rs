//! The pages and what they load.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use reqwest::{Method, Url};

use crate::service::Service;
use crate::shape::Answer;

/// The pages in the layout, each with the entry of its menu that it belongs to.
const PLACES: [(&str, Option<&str>); 14] = [
    ("/", Some("/")),
    ("/library", Some("/library")),
    ("/anime/1", Some("/library")),
    ("/manga/1", Some("/library")),
    ("/activity", Some("/activity")),
    ("/sync", Some("/activity")),
    ("/logs", Some("/activity")),
    ("/review", Some("/review")),
    ("/mappings", Some("/review")),
    ("/manual", Some("/review")),
    ("/settings", Some("/settings")),
    ("/docs", None),
    ("/security", None),
    ("/people", None),
];

/// Pages that have two addresses: each by the one and the other.
const ALIKE: [(&str, &str); 2] = [("/sync", "/activity"), ("/manga/1", "/anime/1")];

/// What the demonstration alone shows.
const DEMOS_OWN: &str = "/assets/js/pages/styleguide.js";

/// The pages outside of it, for who has not signed in.
const ALONE: [&str; 3] = ["/sign-in", "/register", "/forgotten"];

/// How the menu names the page that is open, and the place that an open page belongs to.
const CURRENT: [&str; 2] = [" aria-current=\"page\"", " aria-current=\"true\""];

/// The addresses of the pages in the layout.
fn pages() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|(path, _)| *path)
}

/// The addresses of all pages.
fn everything() -> impl Iterator<Item = &'static str> {
    pages().chain(ALONE)
}

/// What a page loads, by the addresses in it.
fn loaded(page: &str) -> Vec<&str> {
    let parts = page.split('"').filter(|part| part.starts_with("/assets/"));
    parts.collect()
}

/// The modules that a module imports, by their addresses.
fn imported(module: &str, address: &str) -> Vec<String> {
    let base = Url::parse("http://here").unwrap().join(address).unwrap();
    let imports = module.lines().filter(|line| line.starts_with("import "));
    let names = imports.map(|line| line.split('\'').nth(1).unwrap());
    names.map(|name| base.join(name).unwrap().path().to_owned()).collect()
}

/// All that the pages load, each with the modules that it imports.
async fn all_loaded(service: &Service) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    let mut open = vec![DEMOS_OWN.to_owned()];
    for path in everything() {
        let page = service.get(path).await.text;
        open.extend(loaded(&page).into_iter().map(str::to_owned));
    }
    let returned = service.request(Method::GET, "/api/anilist/callback");
    let page = returned.header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    open.extend(loaded(&page).into_iter().map(str::to_owned));
    while let Some(address) = open.pop() {
        if all.contains_key(&address) {
            continue;
        }
        let file = service.get(&address).await;
        assert_eq!(file.status, 200, "{address} is loaded");
        let is_module = file.header("content-type") == "text/javascript; charset=utf-8";
        let imports = if is_module { imported(&file.text, &address) } else { Vec::new() };
        open.extend(imports.iter().cloned());
        all.insert(address, imports);
    }
    all
}

#[tokio::test]
async fn every_page_is_served_from_the_binary_and_starts_one_module() {
    let service = Service::small().await;
    for path in everything() {
        let page = service.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(!page.text.contains("src=\"http") && page.text.contains("<title>"), "{path}");
        assert_eq!(page.text.matches("<script type=\"module\"").count(), 1, "{path}");
        // The other is what has to run before anything is painted.
        assert_eq!(page.text.matches("<script src=\"/assets/js/looks.js\">").count(), 1, "{path}");
        assert_eq!(page.text.matches("<script").count(), 2, "{path}");
    }
}

#[tokio::test]
async fn all_that_pages_load_is_served_and_all_that_is_served_is_loaded() {
    let all = all_loaded(&Service::small().await).await;
    assert_eq!(all.into_keys().collect::<BTreeSet<_>>(), files());
}

#[tokio::test]
async fn no_modules_import_each_other() {
    let mut left = all_loaded(&Service::small().await).await;
    let is_free = |left: &BTreeMap<String, Vec<String>>, imports: &[String]| {
        imports.iter().all(|one| !left.contains_key(one))
    };
    while let Some((free, _)) = left.iter().find(|(_, imports)| is_free(&left, imports)) {
        let free = free.clone();
        left.remove(&free);
    }
    assert!(left.is_empty(), "{left:#?}");
}

/// All that is in `static/` for pages to load, by its address.
fn files() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
    let mut folders = vec![root.clone()];
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|kind| kind != "html") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(format!("/assets/{name}"));
            }
        }
    }
    files
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
    let main = between(page, "<main id=\"main\"", "</main>");
    let script = between(page, "<script type=\"module\" src=\"", "\"></script>\n</head>");
    assert!(!title.is_empty() && main.contains("<h1"), "{title}");
    let frame = page.replace(&format!("<title>{title} "), "<title>").replace(main, "");
    let frame = frame.replace(script, "");
    CURRENT.iter().fold(frame, |frame, current| frame.replace(current, ""))
}

#[tokio::test]
async fn every_page_is_the_layout_around_a_main_of_its_own() {
    let service = Service::small().await;
    let mut layouts = BTreeSet::new();
    let mut mains = BTreeSet::new();
    for (path, place) in PLACES {
        let page = service.get(path).await.text;
        let main = between(&page, "<main", "</main>").to_owned();
        let frame = page.replace(&main, "");
        let current = CURRENT[usize::from(place != Some(path))];
        let link = place.map(|place| format!("<li><a href=\"{place}\"{current}>"));
        assert!(link.is_none_or(|link| frame.contains(&link)), "{path} is named in the menu");
        let marks: usize = CURRENT.iter().map(|current| frame.matches(current).count()).sum();
        assert_eq!(marks, usize::from(place.is_some()), "{path}");
        assert!(!page.contains(['{', '}']), "{path}");
        mains.insert(main);
        layouts.insert(layout(&page));
    }
    assert_eq!((layouts.len(), mains.len()), (1, PLACES.len() - ALIKE.len()));
}

#[tokio::test]
async fn a_page_with_two_addresses_is_the_same_at_both() {
    let service = Service::small().await;
    for (one, other) in ALIKE {
        let main =
            async |path| between(&service.get(path).await.text, "<main", "</main>").to_owned();
        assert_eq!(main(one).await, main(other).await, "{one} {other}");
    }
}

#[tokio::test]
async fn the_styleguide_and_the_word_that_this_is_a_demonstration_are_the_demonstrations_alone() {
    let service = Service::small().await;
    service.get("/styleguide").await.refused(404, "not_found");
    assert!(!service.get("/").await.text.contains("data-demo"));
    for path in ["/anime/x", "/anime/", "/manga/1/2", "/anime/-1"] {
        service.get(path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let service = Service::small().await;
    let mut tags = BTreeSet::new();
    for path in everything().chain(["/assets/app.css"]) {
        let tag = service.get(path).await.header("etag").to_owned();
        let request = service.request(Method::GET, path).header("if-none-match", &tag);
        let again = Answer::of(request).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!((again.header("etag"), again.header("cache-control")), (&*tag, "no-cache"));
        tags.insert(tag);
    }
    assert_eq!(tags.len(), PLACES.len() + ALONE.len() + 1);
}

#[tokio::test]
async fn unknown_pages_and_files_are_a_json_404() {
    let service = Service::small().await;
    for path in ["/nothing", "/sync/", "/assets/nothing.js", "/layout.html", "/sign-in.html"] {
        assert_eq!(service.get(path).await.json()["code"], "not_found", "{path}");
    }
    let made_of = [
        "layout.html",
        "door.html",
        "sign-in.html",
        "pages/sign-in.html",
        "pages/sync.html",
        "js/../layout.html",
    ];
    for path in made_of.map(|name| format!("/assets/{}", name.replace("..", "%2e%2e"))) {
        service.get(&path).await.refused(404, "not_found");
    }
    for path in ["/assets/js%2f..%2flayout.html", "/assets/..%2fCargo.toml", "/assets/js/lib"] {
        service.get(path).await.refused(404, "not_found");
    }
}
