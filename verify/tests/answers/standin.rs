//! A small service on loopback that answers as `docs/API.md` says, except where it is told to lie.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// One request it answers wrongly.
#[derive(Clone)]
pub(crate) struct Lie {
    pub(crate) method: Method,
    /// Path and query, as sent.
    pub(crate) target: &'static str,
    pub(crate) answer: Answer,
}

/// What it says there.
#[derive(Clone)]
pub(crate) enum Answer {
    Json(u16, Value),
    /// The right body, kept by any cache.
    Cacheable(Value),
    Html(&'static str),
    Silence,
}

#[derive(Clone, Default)]
struct Setup {
    lie: Option<Lie>,
    token: Option<&'static str>,
}

/// A running stand-in; it stops when this is dropped.
pub(crate) struct StandIn {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) async fn honest() -> StandIn {
    start(Setup::default()).await
}

pub(crate) async fn lying(lie: Lie) -> StandIn {
    start(Setup { lie: Some(lie), token: None }).await
}

pub(crate) async fn guarded(token: &'static str) -> StandIn {
    start(Setup { lie: None, token: Some(token) }).await
}

async fn start(setup: Setup) -> StandIn {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(answer).with_state(setup);
    let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    StandIn { address, task }
}

async fn answer(
    State(setup): State<Setup>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = uri.path_and_query().unwrap().as_str();
    match setup.lie {
        Some(lie) if lie.method == method && lie.target == target => tell(lie.answer).await,
        _ if uri.path() != "/healthz" && !lets_in(setup.token, &headers) => {
            refuse(401, "the token is missing")
        }
        _ => truth(&method, uri.path(), uri.query().unwrap_or_default(), &body),
    }
}

async fn tell(answer: Answer) -> Response {
    match answer {
        Answer::Json(status, body) => live(status, &body),
        Answer::Cacheable(body) => axum::Json(body).into_response(),
        Answer::Html(text) => axum::response::Html(text).into_response(),
        Answer::Silence => std::future::pending().await,
    }
}

fn lets_in(token: Option<&str>, headers: &HeaderMap) -> bool {
    token.is_none_or(|token| {
        headers.get(header::AUTHORIZATION).is_some_and(|sent| sent == &format!("Bearer {token}"))
    })
}

fn truth(method: &Method, path: &str, query: &str, body: &[u8]) -> Response {
    match (method.as_str(), path) {
        ("GET", "/" | "/sync" | "/mappings" | "/manual" | "/logs") => page(),
        ("GET", _) => read(path, query),
        ("POST", "/api/manual-map") => refuse_mapping(body),
        ("POST", "/api/overrides" | "/api/trakt-auth") => refuse(400, "a field is missing: code"),
        ("POST", "/api/unmapped/999999999/ignore") => refuse(404, "it does not wait"),
        ("DELETE", "/api/manual-map") => refuse(404, "no such mapping"),
        ("DELETE", "/api/status") => wrong_method("GET, HEAD"),
        ("PUT", "/api/manual-map") => wrong_method("POST, DELETE"),
        _ => panic!("verify must not send {method} {path}"),
    }
}

fn read(path: &str, query: &str) -> Response {
    match (path, query) {
        ("/healthz", _) => live(200, &json!({"status": "ok"})),
        ("/readyz", _) => live(200, &json!({"status": "ready", "configuration": "complete"})),
        ("/api/status", _) => live(200, &status()),
        ("/api/connections", _) => live(200, &connections()),
        ("/api/logs", _) => live(200, &json!([log(9), log(7)])),
        ("/api/progress", "anilistId=abc") => refuse(400, "anilistId is not a number: abc"),
        ("/api/progress", "anilistId=999999999") => {
            live(200, &json!({"anilistId": 999_999_999, "lastAbs": 0}))
        }
        ("/api/progress", "limit=0") => live(200, &progress(1)),
        ("/api/progress", _) => live(200, &progress(2)),
        ("/api/refresh-otaku", _) => live(200, &dataset("lastActivity")),
        ("/api/refresh-fribbs", _) => live(200, &dataset("lastFullSync")),
        ("/api/mappings", _) => live(200, &json!({"manual": [mapping("manual")], "auto": []})),
        ("/api/overrides", _) => live(200, &overrides()),
        ("/api/unmapped", _) => live(200, &waiting()),
        ("/api/runs", _) => live(200, &json!({"count": 1, "items": [run()]})),
        ("/api/sync" | "/api/explain" | "/api/suggestions", _) => {
            refuse(400, "anilistId is missing")
        }
        ("/api/completed-sync" | "/api/watching-sync", "preview=1") => live(200, &preview()),
        ("/api/completed-sync" | "/api/watching-sync", _) => refuse(400, "preview is missing"),
        ("/api/plan", "mode=full") => live(200, &plan()),
        ("/api/plan", _) => refuse(400, "mode is none of full, completed, watching: sideways"),
        ("/api/trakt-auth", _) => live(200, &sign_in()),
        ("/api/cron" | "/api/full-sync", _) => panic!("verify must not start a run"),
        _ => refuse(404, "nothing is here"),
    }
}

fn refuse_mapping(body: &[u8]) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return refuse(400, "the body is not JSON");
    };
    let bad = ["anilistId", "traktId"].into_iter().find(|field| body[field].as_u64().is_none());
    refuse(400, &format!("{} is not valid", bad.unwrap_or("imdbId")))
}

fn live(status: u16, body: &Value) -> Response {
    let code = StatusCode::from_u16(status).unwrap();
    (code, [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response()
}

fn refuse(status: u16, sentence: &str) -> Response {
    live(status, &json!({"error": sentence, "code": "refused", "hint": "read docs/API.md"}))
}

fn wrong_method(allow: &'static str) -> Response {
    ([(header::ALLOW, allow)], refuse(405, "wrong method")).into_response()
}

fn page() -> Response {
    let csp = [(header::CONTENT_SECURITY_POLICY, "default-src 'self'")];
    (csp, axum::response::Html("<!doctype html><title>Stand-in</title>")).into_response()
}

const THEN: &str = "2026-02-08T14:56:13.144732Z";

fn status() -> Value {
    json!({"lastManualSync": THEN, "lastAutomatedSync": null, "lastCompletedSync": null,
        "lastWatchingSync": null, "running": {"mode": "full", "since": THEN}, "unmapped": 1})
}

fn log(id: u64) -> Value {
    json!({"id": id, "message": "[Otaku] refreshed", "level": "info", "created_at": THEN})
}

fn progress(rows: usize) -> Value {
    let row = json!({"anilistId": 1735, "lastAbs": 500, "updatedAt": THEN});
    json!({"count": rows, "items": vec![row; rows]})
}

fn dataset(other_time: &str) -> Value {
    json!({"count": 22_046, "lastSync": THEN, other_time: null})
}

fn mapping(kind: &str) -> Value {
    json!({"anilistId": 1, "traktId": 123, "tmdbId": null, "imdbId": "tt1234567", "tvdbId": null,
        "type": kind, "mediaType": null})
}

fn overrides() -> Value {
    json!({"count": 1, "items": [{"traktId": 5, "abs": 14, "season": 0, "episode": 1}]})
}

fn waiting() -> Value {
    let item = |ignored: bool| {
        json!({"anilistId": 1, "title": "One", "reason": "no_candidate", "sentence": "Nothing fits.",
            "detail": null, "episodes": [], "watched": 5, "ignored": ignored, "since": THEN,
            "hint": "map it by hand"})
    };
    json!({"count": 1, "items": [item(false), item(true)]})
}

fn run() -> Value {
    json!({"id": 3, "mode": "full", "trigger": "auto", "startedAt": THEN, "finishedAt": null,
        "state": "running", "report": null})
}

fn preview() -> Value {
    json!({"count": 1, "items": [{"anilistShowId": 1, "titleEnglish": null, "titleRomaji": "One",
        "progress": 26, "watchedAt": "unknown"}]})
}

fn plan() -> Value {
    let both = json!({"anilistId": 1, "title": "One", "abs": 1, "watchedAt": THEN,
        "source": "activity", "verdict": "verified"});
    let (mut episode, mut movie) = (both.clone(), both);
    episode["kind"] = "episode".into();
    episode["show"] = 5.into();
    episode["season"] = 0.into();
    episode["number"] = 2.into();
    movie["kind"] = "movie".into();
    movie["movie"] = 6.into();
    json!({"plan": "0123456789abcdef", "mode": "full", "plays": [episode, movie], "skipped": [],
        "totals": {"plays": 2, "titles": 1, "skipped": 0}, "offset": 0, "next": null,
        "complete": true, "nextAttempt": null, "counts": {"entries": 2, "found": 2, "toPost": 2, "alreadySynced": 0,
        "skippedUnmapped": 0}})
}

fn sign_in() -> Value {
    json!({"authUrl": "https://trakt.tv/oauth/authorize?client_id=x", "redirectUri": "urn:x"})
}

fn connections() -> Value {
    let names = ["anilist", "trakt", "tmdb", "mangadex", "otaku", "fribbs", "anibridge"];
    let one = |name| json!({"name": name, "state": "ok", "message": "answers", "checkedAt": THEN});
    json!({ "connections": names.map(one) })
}
