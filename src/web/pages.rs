//! The pages: the frame that they share, joined once with what is a page's own.

use std::collections::HashMap;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answers::Kept;
use super::assets::{kept, missing, tag, text};
use super::params::pairs;

/// A page in its frame. Its `<main>` is `static/pages/{name}.html`, and `static/js/pages/{name}.js`
/// is the one script that it starts.
struct Page {
    path: &'static str,
    name: &'static str,
    /// What its tab is called, before the name of the product.
    title: &'static str,
}

/// All of them. A person may go on to each after signing in; the page to sign in on has the same list.
const PAGES: [Page; 8] = [
    Page { path: "/", name: "overview", title: "Overview" },
    Page { path: "/sync", name: "sync", title: "Sync" },
    Page { path: "/mappings", name: "mappings", title: "Mappings" },
    Page { path: "/manual", name: "manual", title: "Map by hand" },
    Page { path: "/logs", name: "logs", title: "Logs" },
    Page { path: "/docs", name: "docs", title: "API" },
    Page { path: "/security", name: "security", title: "Security" },
    Page { path: "/people", name: "people", title: "People" },
];

/// The pages of who is not signed in. The layout's menu would lead back to them, and what its script asks
/// for would be refused, so they have a frame of their own.
const DOORS: [Page; 3] = [
    Page { path: "/sign-in", name: "sign-in", title: "Sign in" },
    Page { path: "/register", name: "register", title: "Register" },
    Page { path: "/forgotten", name: "forgotten", title: "Password forgotten" },
];

/// A page as it is sent.
struct Joined {
    tag: String,
    html: Bytes,
}

/// Each page by its path.
static JOINED: LazyLock<HashMap<&str, Joined>> = LazyLock::new(|| {
    let pages = PAGES.iter().map(|page| (page, "layout.html"));
    let all = pages.chain(DOORS.iter().map(|page| (page, "door.html")));
    all.filter_map(|(page, frame)| Some((page.path, page.joined(frame)?))).collect()
});

impl Page {
    fn joined(&self, frame: &str) -> Option<Joined> {
        let main = text(&format!("pages/{}.html", self.name))?;
        let html = self.framed(&text(frame)?, main.trim_end());
        Some(Joined { tag: tag(digest(&SHA256, html.as_bytes()).as_ref()), html: html.into() })
    }

    /// `main` in its frame. A menu names the page as the current one.
    fn framed(&self, frame: &str, main: &str) -> String {
        let link = format!("<li><a href=\"{}\"", self.path);
        frame
            .replace(&link, &format!("{link} aria-current=\"page\""))
            .replace("{title}", self.title)
            .replace("{name}", self.name)
            .replace("{main}", main)
    }
}

fn page(path: &str, headers: &HeaderMap) -> Response {
    JOINED.get(path).map_or_else(
        || missing(path),
        |page| kept(headers, "text/html; charset=utf-8", &page.tag, page.html.clone()),
    )
}

/// The overview.
#[utoipa::path(
    get, path = "/", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn overview(headers: HeaderMap) -> Response {
    page("/", &headers)
}

/// The page for previews and runs.
#[utoipa::path(
    get, path = "/sync", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn sync(headers: HeaderMap) -> Response {
    page("/sync", &headers)
}

/// The page for mappings and for titles that wait.
#[utoipa::path(
    get, path = "/mappings", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn mappings(headers: HeaderMap) -> Response {
    page("/mappings", &headers)
}

/// The page for mappings made by hand.
#[utoipa::path(
    get, path = "/manual", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn manual(headers: HeaderMap) -> Response {
    page("/manual", &headers)
}

/// The page with the log.
#[utoipa::path(
    get, path = "/logs", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn logs(headers: HeaderMap) -> Response {
    page("/logs", &headers)
}

/// The page that describes the API.
#[utoipa::path(
    get, path = "/docs", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn docs(headers: HeaderMap) -> Response {
    page("/docs", &headers)
}

/// The page for one's own password, tokens, sign-ins and account.
#[utoipa::path(
    get, path = "/security", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn security(headers: HeaderMap) -> Response {
    page("/security", &headers)
}

/// The page on which administrators see everybody's accounts.
#[utoipa::path(
    get, path = "/people", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn people(headers: HeaderMap) -> Response {
    page("/people", &headers)
}

/// The page to make an account on. Needs no token.
#[utoipa::path(
    get, path = "/register", tag = "page",
    params(("invitation" = Option<String>, Query, description = "What an administrator made, where registration is closed.")),
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn register(headers: HeaderMap) -> Response {
    page("/register", &headers)
}

/// The page for who forgot their password. Needs no token.
#[utoipa::path(
    get, path = "/forgotten", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn forgotten(headers: HeaderMap) -> Response {
    page("/forgotten", &headers)
}

/// The page to sign in on, and to go on from to the page `next`. Needs no token.
#[utoipa::path(
    get, path = "/sign-in", tag = "page",
    params(("next" = Option<String>, Query, description = "A page with its query; anything else is left out (303).")),
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn sign_in(query: RawQuery, headers: HeaderMap) -> Response {
    let query = query.0.unwrap_or_default();
    let is_bad = |(name, next): (String, String)| name == "next" && !leads_to_a_page(&next);
    if pairs(query.as_bytes()).any(is_bad) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response();
    }
    page("/sign-in", &headers)
}

/// Whether an address is a page of this service, with whatever query.
pub(super) fn leads_to_a_page(address: &str) -> bool {
    let path = address.split(['?', '#']).next();
    PAGES.iter().any(|page| Some(page.path) == path)
}
