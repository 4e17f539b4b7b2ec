//! The pages: the frame that they share, joined once with what is a page's own.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawQuery};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::access::Gate;
use super::answers::{Kept, Missing};
use super::assets::{kept, missing, tag, text};
use super::params::{Segment, pairs, segment};
use super::settings::Upstreams;

/// A page in its frame. Its `<main>` is `static/pages/{name}.html`, and `static/js/pages/{name}.js`
/// is the one module that it starts.
struct Page {
    /// Where it is; `{id}` stands for digits.
    path: &'static str,
    name: &'static str,
    /// What its tab is called, before the name of the product.
    title: &'static str,
    /// The entry of the frame's menu that it belongs to, or none.
    place: &'static str,
}

/// All of them. A person may go on to each after signing in; the page to sign in on has the same list.
const PAGES: [Page; 14] = [
    Page { path: "/", name: "home", title: "Home", place: "/" },
    Page { path: "/library", name: "library", title: "Library", place: "/library" },
    Page { path: "/anime/{id}", name: "title", title: "Anime", place: "/library" },
    Page { path: "/manga/{id}", name: "title", title: "Manga", place: "/library" },
    Page { path: "/activity", name: "sync", title: "Activity", place: "/activity" },
    Page { path: "/sync", name: "sync", title: "Sync", place: "/activity" },
    Page { path: "/logs", name: "logs", title: "Logs", place: "/activity" },
    Page { path: "/review", name: "review", title: "Review", place: "/review" },
    Page { path: "/mappings", name: "mappings", title: "Mappings", place: "/review" },
    Page { path: "/manual", name: "manual", title: "Map by hand", place: "/review" },
    Page { path: "/settings", name: "settings", title: "Settings", place: "/settings" },
    Page { path: "/docs", name: "docs", title: "API", place: "" },
    Page { path: "/security", name: "security", title: "Security", place: "" },
    Page { path: "/people", name: "people", title: "People", place: "" },
];

/// What the demonstration has beside them: all components of the pages, on one page.
const STYLEGUIDE: Page =
    Page { path: "/styleguide", name: "styleguide", title: "Styleguide", place: "" };

/// The pages of who is not signed in. The layout's menu would lead back to them, and what its script asks
/// for would be refused, so they have a frame of their own.
const DOORS: [Page; 3] = [
    Page { path: "/sign-in", name: "sign-in", title: "Sign in", place: "" },
    Page { path: "/register", name: "register", title: "Register", place: "" },
    Page { path: "/forgotten", name: "forgotten", title: "Password forgotten", place: "" },
];

/// A page as it is sent.
struct Joined {
    tag: String,
    html: Bytes,
}

/// Each page by its path, as a service on these upstreams shows it.
static JOINED: LazyLock<HashMap<(Upstreams, &str), Joined>> = LazyLock::new(|| {
    let real = PAGES.iter().map(|page| (Upstreams::Real, page, "layout.html"));
    let imitated = PAGES.iter().chain([&STYLEGUIDE]);
    let imitated = imitated.map(|page| (Upstreams::Imitated, page, "layout.html"));
    let doors = [Upstreams::Real, Upstreams::Imitated].into_iter();
    let doors = doors.flat_map(|on| DOORS.iter().map(move |page| (on, page, "door.html")));
    let all = real.chain(imitated).chain(doors);
    all.filter_map(|(on, page, frame)| Some(((on, page.path), page.joined(frame, on)?))).collect()
});

impl Page {
    fn joined(&self, frame: &str, on: Upstreams) -> Option<Joined> {
        let main = text(&format!("pages/{}.html", self.name))?;
        let html = self.framed(&text(frame)?, main.trim_end(), on);
        Some(Joined { tag: tag(digest(&SHA256, html.as_bytes()).as_ref()), html: html.into() })
    }

    /// `main` in its frame. The menu names the place that the page belongs to as the current one.
    fn framed(&self, frame: &str, main: &str, on: Upstreams) -> String {
        let link = format!("<li><a href=\"{}\"", self.place);
        let current = if self.path == self.place { "page" } else { "true" };
        let demo = if on == Upstreams::Imitated { " data-demo" } else { "" };
        frame
            .replace(&link, &format!("{link} aria-current=\"{current}\""))
            .replace("{demo}", demo)
            .replace("{title}", self.title)
            .replace("{name}", self.name)
            .replace("{main}", main)
    }

    /// Whether it is the page at this path.
    fn is_at(&self, path: &str) -> bool {
        match self.path.strip_suffix("{id}") {
            Some(start) => path.strip_prefix(start).is_some_and(is_number),
            None => self.path == path,
        }
    }
}

fn is_number(text: &str) -> bool {
    (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Who asks for a page: what the browser has of it already, and what the service is.
#[derive(Debug)]
pub(super) struct Visitor {
    headers: HeaderMap,
    upstreams: Upstreams,
}

impl Visitor {
    fn page(&self, path: &'static str) -> Response {
        JOINED.get(&(self.upstreams, path)).map_or_else(
            || missing(path),
            |page| kept(&self.headers, "text/html; charset=utf-8", &page.tag, page.html.clone()),
        )
    }

    /// The page of one title; what is no number names none.
    fn title(&self, path: &'static str, id: &str) -> Response {
        if is_number(id) { self.page(path) } else { missing(&path.replace("{id}", id)) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let upstreams = parts.extensions.get::<Gate>().map(|gate| gate.settings.upstreams);
        Ok(Self { headers: parts.headers.clone(), upstreams: upstreams.unwrap_or_default() })
    }
}

/// How things stand, and what to watch and read next.
#[utoipa::path(
    get, path = "/", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn home(visitor: Visitor) -> Response {
    visitor.page("/")
}

/// The page with the library.
#[utoipa::path(
    get, path = "/library", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn library(visitor: Visitor) -> Response {
    visitor.page("/library")
}

/// The page of an anime in the library.
#[utoipa::path(
    get, path = "/anime/{id}", tag = "page",
    params(("id" = u64, Path, description = "Its number in the library.")),
    responses((status = 200, content_type = "text/html", body = String), Missing, Kept),
)]
pub(super) async fn anime(id: Segment, visitor: Visitor) -> Response {
    visitor.title("/anime/{id}", &segment(id))
}

/// The page of a manga in the library.
#[utoipa::path(
    get, path = "/manga/{id}", tag = "page",
    params(("id" = u64, Path, description = "Its number in the library.")),
    responses((status = 200, content_type = "text/html", body = String), Missing, Kept),
)]
pub(super) async fn manga(id: Segment, visitor: Visitor) -> Response {
    visitor.title("/manga/{id}", &segment(id))
}

/// The page for previews and runs.
#[utoipa::path(
    get, path = "/activity", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn activity(visitor: Visitor) -> Response {
    visitor.page("/activity")
}

/// The same page, at its older address.
#[utoipa::path(
    get, path = "/sync", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn sync(visitor: Visitor) -> Response {
    visitor.page("/sync")
}

/// The page with the titles that wait for a decision.
#[utoipa::path(
    get, path = "/review", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn review(visitor: Visitor) -> Response {
    visitor.page("/review")
}

/// The page for mappings and for titles that wait.
#[utoipa::path(
    get, path = "/mappings", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn mappings(visitor: Visitor) -> Response {
    visitor.page("/mappings")
}

/// The page for mappings made by hand.
#[utoipa::path(
    get, path = "/manual", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn manual(visitor: Visitor) -> Response {
    visitor.page("/manual")
}

/// The page with the log.
#[utoipa::path(
    get, path = "/logs", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn logs(visitor: Visitor) -> Response {
    visitor.page("/logs")
}

/// The page for what a person can set.
#[utoipa::path(
    get, path = "/settings", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn settings(visitor: Visitor) -> Response {
    visitor.page("/settings")
}

/// The page that describes the API.
#[utoipa::path(
    get, path = "/docs", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn docs(visitor: Visitor) -> Response {
    visitor.page("/docs")
}

/// The page for one's own password, tokens, sign-ins and account.
#[utoipa::path(
    get, path = "/security", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn security(visitor: Visitor) -> Response {
    visitor.page("/security")
}

/// The page on which administrators see everybody's accounts.
#[utoipa::path(
    get, path = "/people", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn people(visitor: Visitor) -> Response {
    visitor.page("/people")
}

/// All components of the pages, in the demonstration alone.
#[utoipa::path(
    get, path = "/styleguide", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Missing, Kept),
)]
pub(super) async fn styleguide(visitor: Visitor) -> Response {
    visitor.page("/styleguide")
}

/// The page to make an account on. Needs no token.
#[utoipa::path(
    get, path = "/register", tag = "page",
    params(("invitation" = Option<String>, Query, description = "What an administrator made, where registration is closed.")),
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn register(visitor: Visitor) -> Response {
    visitor.page("/register")
}

/// The page for who forgot their password. Needs no token.
#[utoipa::path(
    get, path = "/forgotten", tag = "page",
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn forgotten(visitor: Visitor) -> Response {
    visitor.page("/forgotten")
}

/// The page to sign in on, and to go on from to the page `next`. Needs no token.
#[utoipa::path(
    get, path = "/sign-in", tag = "page",
    params(("next" = Option<String>, Query, description = "A page with its query; anything else is left out (303).")),
    responses((status = 200, content_type = "text/html", body = String), Kept),
)]
pub(super) async fn sign_in(query: RawQuery, visitor: Visitor) -> Response {
    let query = query.0.unwrap_or_default();
    let is_bad = |(name, next): (String, String)| name == "next" && !leads_to_a_page(&next);
    if pairs(query.as_bytes()).any(is_bad) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response();
    }
    visitor.page("/sign-in")
}

/// Whether an address is a page of this service, with whatever query.
pub(super) fn leads_to_a_page(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    PAGES.iter().any(|page| page.is_at(path))
}
