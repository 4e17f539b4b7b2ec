//! Every route, and who may ask it. A route that is added is not in this table, and fails it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reqwest::{Method, RequestBuilder};

use crate::description::operations;
use crate::service::Service;
use crate::shape::Answer;

const TOKEN: &str = "open-sesame-please";
const SECRET: &str = "tick-tock-tick-tock";

/// Who asks, and how the request shows it.
#[derive(Debug, Clone, Copy)]
enum Caller {
    Nobody,
    Wrong,
    Token,
    Cookie,
    Scheduler,
    OtherSite,
    ForeignHost,
}

use Caller::{Cookie, ForeignHost, Nobody, OtherSite, Scheduler, Token, Wrong};

const CALLERS: [Caller; 7] = [Nobody, Wrong, Token, Cookie, Scheduler, OtherSite, ForeignHost];

/// What a route is, as far as access goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Anybody, from anywhere.
    Health,
    /// No token is needed, but another site may not ask it.
    SignIn,
    /// The same, but where the service has a token, only who shows it may: who registers first has all.
    Register,
    /// No token is needed, and another site may link to it.
    Public,
    /// A page, which another site may link to.
    Page,
    /// What reads or does something.
    Api,
    /// The same, and the scheduler may.
    Scheduled,
}

/// The whole table: the answer is 401, 403, or the route's own.
fn table(kind: Kind, caller: Caller) -> Option<u16> {
    match (kind, caller) {
        (Kind::Health | Kind::Public, _)
        | (Kind::SignIn, Nobody | Wrong | Token | Cookie | Scheduler | ForeignHost)
        | (Kind::Page | Kind::Api | Kind::Scheduled | Kind::Register, Token | Cookie)
        | (Kind::Scheduled, Scheduler) => None,
        (Kind::Register, _) | (Kind::Api | Kind::Scheduled | Kind::SignIn, OtherSite) => Some(403),
        // Here the other site's link carries no cookie.
        (Kind::Page, OtherSite)
        | (_, Nobody | Wrong | ForeignHost)
        | (Kind::Page | Kind::Api, Scheduler) => Some(401),
    }
}

/// Routes that read or do something, for who has the token.
const API: [(&str, &str); 105] = [
    ("GET", "/api/status"),
    ("GET", "/api/connections"),
    ("GET", "/api/events"),
    ("GET", "/api/logs"),
    ("GET", "/api/progress"),
    ("DELETE", "/api/progress"),
    ("POST", "/api/sign-out"),
    ("GET", "/api/auth/me"),
    ("PATCH", "/api/auth/me"),
    ("DELETE", "/api/auth/me"),
    ("POST", "/api/auth/password"),
    ("GET", "/api/auth/export"),
    ("GET", "/api/auth/tokens"),
    ("POST", "/api/auth/tokens"),
    ("DELETE", "/api/auth/tokens/{id}"),
    ("GET", "/api/auth/sessions"),
    ("DELETE", "/api/auth/sessions"),
    ("DELETE", "/api/auth/sessions/{id}"),
    ("GET", "/api/admin/accounts"),
    ("GET", "/api/admin/accounts/{id}"),
    ("PATCH", "/api/admin/accounts/{id}"),
    ("DELETE", "/api/admin/accounts/{id}"),
    ("POST", "/api/admin/accounts/{id}/reset"),
    ("POST", "/api/admin/invitations"),
    ("GET", "/api/library/items"),
    ("POST", "/api/library/items"),
    ("GET", "/api/library/items/{id}"),
    ("PATCH", "/api/library/items/{id}"),
    ("DELETE", "/api/library/items/{id}"),
    ("POST", "/api/library/items/{id}/step"),
    ("GET", "/api/library/items/{id}/history"),
    ("GET", "/api/library/summary"),
    ("GET", "/api/library/stats"),
    ("GET", "/api/library/calendar"),
    ("GET", "/api/library/calendar/address"),
    ("POST", "/api/library/calendar/address"),
    ("DELETE", "/api/library/calendar/address"),
    ("POST", "/api/library/import"),
    ("GET", "/api/library/export"),
    ("GET", "/api/refresh-otaku"),
    ("POST", "/api/refresh-otaku"),
    ("GET", "/api/refresh-fribbs"),
    ("POST", "/api/refresh-fribbs"),
    ("GET", "/api/refresh-anibridge"),
    ("POST", "/api/refresh-anibridge"),
    ("GET", "/api/mappings"),
    ("POST", "/api/manual-map"),
    ("DELETE", "/api/manual-map"),
    ("GET", "/api/overrides"),
    ("POST", "/api/overrides"),
    ("DELETE", "/api/overrides"),
    ("GET", "/api/corrections"),
    ("POST", "/api/corrections"),
    ("GET", "/api/unmapped"),
    ("POST", "/api/unmapped/{id}/ignore"),
    ("DELETE", "/api/unmapped/{id}/ignore"),
    ("POST", "/api/unmapped/{id}/keep"),
    ("GET", "/api/plan"),
    ("GET", "/api/explain"),
    ("GET", "/api/search"),
    ("GET", "/api/trakt-titles"),
    ("GET", "/api/suggestions"),
    ("GET", "/api/sources"),
    ("GET", "/api/sources/search"),
    ("GET", "/api/sources/autocomplete"),
    ("GET", "/api/sources/mangadex/search"),
    ("GET", "/api/sources/max"),
    ("GET", "/api/debug/cache"),
    ("POST", "/api/library/items/{id}/refresh"),
    ("POST", "/api/admin/backfill-max"),
    ("GET", "/api/sync"),
    ("POST", "/api/sync"),
    ("GET", "/api/completed-sync"),
    ("POST", "/api/completed-sync"),
    ("GET", "/api/watching-sync"),
    ("POST", "/api/watching-sync"),
    ("GET", "/api/runs"),
    ("GET", "/api/runs/{id}"),
    ("POST", "/api/runs/{id}/undo"),
    ("POST", "/api/runs/{id}/cancel"),
    ("GET", "/api/settings"),
    ("PATCH", "/api/settings"),
    ("GET", "/covers/{key}"),
    ("GET", "/api/anilist/connect-url"),
    ("GET", "/api/anilist/status"),
    ("POST", "/api/anilist/import"),
    ("DELETE", "/api/anilist/connection"),
    ("GET", "/api/v1/integrations/settings"),
    ("POST", "/api/v1/integrations/setup"),
    ("GET", "/api/v1/integrations/{service}/connect-url"),
    ("POST", "/api/v1/integrations/anilist/connect"),
    ("POST", "/api/v1/integrations/myanimelist/connect"),
    ("POST", "/api/v1/integrations/kitsu/connect"),
    ("PUT", "/api/v1/integrations/{service}"),
    ("DELETE", "/api/v1/integrations/{service}"),
    ("POST", "/api/v1/integrations/sync"),
    ("GET", "/api/v1/integrations/plan"),
    ("POST", "/api/v1/integrations/{service}/first-sync"),
    ("POST", "/api/v1/integrations/{service}/guard/confirm"),
    ("GET", "/api/v1/integrations/conflicts"),
    ("POST", "/api/v1/integrations/conflicts/resolve"),
    ("GET", "/api/trakt-auth"),
    ("POST", "/api/trakt-auth"),
    ("GET", "/api/trakt-auth/device"),
    ("POST", "/api/trakt-auth/device"),
];

/// Each route by its method and path. A path says its kind here once more, on purpose.
fn kinds() -> BTreeMap<(&'static str, &'static str), Kind> {
    let mut kinds = BTreeMap::new();
    let mut add = |kind, routes: &[(&'static str, &'static str)]| {
        kinds.extend(routes.iter().map(|route| (*route, kind)));
    };
    add(Kind::Health, &[("GET", "/healthz"), ("GET", "/health"), ("GET", "/readyz")]);
    add(
        Kind::SignIn,
        &[
            ("POST", "/api/sign-in"),
            ("GET", "/api/auth/ways"),
            ("GET", "/api/auth/oidc"),
            ("POST", "/api/auth/token"),
            ("POST", "/api/auth/reset"),
            ("POST", "/api/auth/reset/confirm"),
            ("GET", "/api/library/calendar.ics"),
        ],
    );
    add(Kind::Register, &[("POST", "/api/auth/register")]);
    add(
        Kind::Public,
        &[
            ("GET", "/sign-in"),
            ("GET", "/register"),
            ("GET", "/forgotten"),
            ("GET", "/api/auth/oidc/callback"),
            ("GET", "/api/anilist/callback"),
            ("GET", "/api/v1/integrations/myanimelist/callback"),
            ("GET", "/favicon.ico"),
            ("GET", "/assets/{path}"),
        ],
    );
    for page in [
        "/metrics",
        "/",
        "/library",
        "/anime/{id}",
        "/manga/{id}",
        "/activity",
        "/sync",
        "/review",
        "/settings",
        "/styleguide",
        "/mappings",
        "/manual",
        "/logs",
        "/docs",
        "/security",
        "/people",
        "/openapi.json",
    ] {
        add(Kind::Page, &[("GET", page)]);
    }
    add(
        Kind::Scheduled,
        &[("GET", "/api/cron"), ("GET", "/api/full-sync"), ("POST", "/api/full-sync")],
    );
    add(Kind::Api, &API);
    kinds
}

/// An address of the route that does no more than it must.
fn address(path: &str) -> String {
    match path {
        "/assets/{path}" => "/assets/app.css".to_owned(),
        "/api/full-sync" | "/api/cron" | "/api/completed-sync" | "/api/watching-sync" => {
            format!("{path}?dry=1")
        }
        path if path.starts_with("/api/refresh-") => format!("{path}?check=1"),
        path => path.replace("{id}", "99").replace("{service}", "kitsu"),
    }
}

fn shown(caller: Caller, request: RequestBuilder, cookie: &str) -> RequestBuilder {
    match caller {
        Nobody => request,
        Wrong => request.bearer_auth("open-sesame-pleas"),
        Token => request.bearer_auth(TOKEN),
        Cookie => request.header("cookie", cookie).header("sec-fetch-site", "same-origin"),
        Scheduler => request.bearer_auth(SECRET).header("user-agent", "vercel-cron/1.0"),
        OtherSite => request.header("sec-fetch-site", "cross-site"),
        ForeignHost => request.header("host", "evil.example"),
    }
}

/// The status of an answer whose body may never end.
async fn status(request: RequestBuilder, is_endless: bool) -> u16 {
    if is_endless {
        request.send().await.unwrap().status().as_u16()
    } else {
        Answer::of(request).await.status
    }
}

async fn signed_in(service: &Service) -> String {
    let answer = service.post("/api/sign-in", &serde_json::json!({ "token": TOKEN })).await;
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn the_table_knows_every_route_and_no_other() {
    let described: Vec<(String, &str)> =
        operations().map(|(method, path, _)| (method.to_string(), path)).collect();
    let mut described: Vec<(&str, &str)> =
        described.iter().map(|(method, path)| (method.as_str(), *path)).collect();
    described.sort_unstable();
    assert_eq!(described, kinds().into_keys().collect::<Vec<_>>());
}

#[tokio::test]
async fn with_a_token_every_route_lets_in_who_the_table_says() {
    let service = Service::with(&[("APP_TOKEN", TOKEN), ("CRON_SECRET", SECRET)]).await;
    let mut cookie = signed_in(&service).await;
    let mut seen = String::new();
    for (number, ((method, path), kind)) in kinds().into_iter().enumerate() {
        write!(seen, "{method} {path}:").unwrap();
        if number % 20 == 19 {
            // So many wrong tokens from all addresses together are slowed down, which is not looked at here.
            service.clock.advance(std::time::Duration::from_mins(6));
        }
        for caller in CALLERS {
            let method: Method = method.parse().unwrap();
            let request = shown(caller, service.request(method.clone(), &address(path)), &cookie);
            // Each from an address of its own, so that nobody is slowed down for guessing.
            let request =
                request.header("x-forwarded-for", format!("203.0.113.{}", seen.len() % 250));
            let got = status(request, path == "/api/events").await;
            write!(seen, " {got}").unwrap();
            match table(kind, caller) {
                Some(expected) => assert_eq!(got, expected, "{method} {path} {caller:?}"),
                None => assert!(
                    ![401, 403, 429, 500].contains(&got),
                    "{method} {path} {caller:?}: {got}"
                ),
            }
        }
        seen.push('\n');
        if path == "/api/sign-out" {
            cookie = signed_in(&service).await;
        }
    }
    assert!(service.demo.history().is_empty(), "{seen}");
    eprintln!("route: {CALLERS:?}\n{seen}");
}

#[tokio::test]
async fn without_a_token_a_loopback_service_refuses_other_sites_and_foreign_names() {
    let service = Service::small().await;
    for ((method, path), kind) in kinds() {
        for caller in [Nobody, OtherSite, ForeignHost] {
            let request = service.request(method.parse().unwrap(), &address(path));
            let got = status(shown(caller, request, ""), path == "/api/events").await;
            let refused = match caller {
                OtherSite => {
                    matches!(kind, Kind::Api | Kind::Scheduled | Kind::SignIn | Kind::Register)
                }
                ForeignHost => kind != Kind::Health,
                _ => false,
            };
            if refused {
                assert_eq!(got, 403, "{method} {path} {caller:?}");
            } else {
                assert!(![401, 403, 500].contains(&got), "{method} {path} {caller:?}: {got}");
            }
        }
    }
}

/// Who asks a service where everybody has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    Member,
    Administrator,
    Disabled,
    ReadOnly,
    Cron,
    Site,
    State,
}

const EVERYBODY: [Who; 8] = [
    Who::Anonymous,
    Who::Member,
    Who::Administrator,
    Who::Disabled,
    Who::ReadOnly,
    Who::Cron,
    Who::Site,
    Who::State,
];

/// Routes that only administrators may ask.
fn is_administrators(method: &str, path: &str) -> bool {
    // How a mapping file stands, everybody may look.
    let refreshes = method == "POST" && path.starts_with("/api/refresh-");
    path.starts_with("/api/admin/")
        || path.starts_with("/api/debug/")
        || refreshes
        || path == "/metrics"
}

/// The whole table: the answer is 401, 403, or the route's own.
fn with_accounts(kind: Kind, method: &str, path: &str, who: Who) -> Option<u16> {
    use Who::{Administrator, Anonymous, Cron, Disabled, Member, ReadOnly, Site, State};
    let writes = method != "GET" || matches!(kind, Kind::Scheduled);
    let (open, refused, unknown) = (None, Some(403), Some(401));
    match kind {
        Kind::Health | Kind::Public => open,
        // What is shown besides means nothing where nobody has to sign in.
        Kind::SignIn | Kind::Register => {
            if who == Site || (who == ReadOnly && writes) {
                refused
            } else {
                open
            }
        }
        Kind::Page | Kind::Api | Kind::Scheduled => match who {
            Site if kind != Kind::Page => refused,
            Anonymous | Disabled | State | Site => unknown,
            Cron => {
                if kind == Kind::Scheduled {
                    open
                } else {
                    unknown
                }
            }
            Member | ReadOnly if is_administrators(method, path) => refused,
            ReadOnly if writes => refused,
            Member | Administrator | ReadOnly => open,
        },
    }
}

/// Registers somebody and gives a token of theirs.
async fn somebody(service: &Service, name: &str) -> String {
    let body = serde_json::json!({ "username": name, "password": "correct horse" });
    service.post("/api/auth/register", &body).await.ok();
    let form = [("username", name), ("password", "correct horse")];
    let signed = Answer::of(service.request(Method::POST, "/api/auth/token").form(&form)).await;
    signed.ok()["access_token"].as_str().unwrap().to_owned()
}

/// What the walk shows: a token each of a member, an administrator, somebody who is shut out, and one that
/// only reads.
struct Tokens {
    administrator: String,
    member: String,
    disabled: String,
    read_only: String,
}

impl Tokens {
    async fn new(service: &Service) -> Self {
        let administrator = somebody(service, "first").await;
        let (member, disabled) =
            (somebody(service, "member").await, somebody(service, "gone").await);
        let send = async |token: &str, method: Method, path: &str, body| {
            let request = service.request(method, path).bearer_auth(token).json(&body);
            Answer::of(request).await.ok()
        };
        let shut_out = serde_json::json!({ "disabled": true });
        send(&administrator, Method::PATCH, "/api/admin/accounts/3", shut_out).await;
        let reading = serde_json::json!({ "name": "wall", "read_only": true });
        let made = send(&member, Method::POST, "/api/auth/tokens", reading).await;
        let read_only = made["token"].as_str().unwrap().to_owned();
        Self { administrator, member, disabled, read_only }
    }

    fn shown(&self, who: Who, request: RequestBuilder) -> RequestBuilder {
        match who {
            Who::Anonymous => request,
            Who::Member => request.bearer_auth(&self.member),
            Who::Administrator => request.bearer_auth(&self.administrator),
            Who::Disabled => request.bearer_auth(&self.disabled),
            Who::ReadOnly => request.bearer_auth(&self.read_only),
            Who::Cron => request.bearer_auth(SECRET).header("user-agent", "vercel-cron/1.0"),
            // A browser that another site sends; the cookie is there, as it is a lax one.
            Who::Site => request.header("sec-fetch-site", "cross-site"),
            // A random text, as the `state` of a sign-in at another service is.
            Who::State => request.bearer_auth("q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJqw"),
        }
    }
}

#[tokio::test]
async fn with_accounts_every_route_lets_in_who_the_table_says() {
    let settings = [("AUTH", "accounts"), ("REGISTRATION", "open"), ("CRON_SECRET", SECRET)];
    let service = Service::with(&settings).await;
    let mut tokens = Tokens::new(&service).await;
    let mut seen = String::new();
    for (number, ((method, path), kind)) in kinds().into_iter().enumerate() {
        write!(seen, "{method} {path}:").unwrap();
        if number % 20 == 19 {
            // So many wrong tokens from all addresses together are slowed down, which is not looked at here.
            service.clock.advance(std::time::Duration::from_mins(6));
        }
        for who in EVERYBODY {
            let request = service.request(method.parse().unwrap(), &address(path));
            let request = tokens.shown(who, request);
            let request =
                request.header("x-forwarded-for", format!("203.0.113.{}", seen.len() % 250));
            let got = status(request, path == "/api/events").await;
            write!(seen, " {got}").unwrap();
            match with_accounts(kind, method, path, who) {
                Some(expected) => assert_eq!(got, expected, "{method} {path} {who:?}"),
                None => {
                    assert!(![401, 403, 429, 500].contains(&got), "{method} {path} {who:?}: {got}");
                }
            }
            if path == "/api/sign-out" && matches!(who, Who::Member | Who::Administrator) {
                tokens.renew(&service).await;
            }
        }
        seen.push('\n');
    }
    assert!(service.demo.history().is_empty(), "{seen}");
    eprintln!("route: {EVERYBODY:?}\n{seen}");
}

impl Tokens {
    /// Signs in again who signed out on the way.
    async fn renew(&mut self, service: &Service) {
        for (name, token) in [("first", &mut self.administrator), ("member", &mut self.member)] {
            let form = [("username", name), ("password", "correct horse")];
            let request = service.request(Method::POST, "/api/auth/token").form(&form);
            let signed = Answer::of(request.header("x-forwarded-for", "198.51.100.1")).await;
            signed.ok()["access_token"].as_str().unwrap().clone_into(token);
        }
    }
}
