//! The walk itself: every route of `docs/API.md` that can be asked without changing anything that matters.
//!
//! What is written is always something the service must refuse, under an AniList id that no title has.

use reqwest::Method;
use serde_json::Value;

use crate::{
    bodies::{
        both_kinds, connections, dataset, logs, overrides, plan, preview, progress, runs,
        sign_in_start, summary, untouched, waiting_list,
    },
    check::{Check, Verdict},
    service::Answer,
    shape::{answers, equal, guarded_page, live, page, refused, wrong_method},
};

const CONTRACT: &str = "compare the body with docs/API.md; the service may be of another version";
const REFUSAL: &str =
    "errors are {\"error\", \"code\", \"hint\"} with the status docs/API.md gives";
const STORE: &str = "look at the service's log: its store or its configuration may be at fault";
const TRAKT_APP: &str = "set TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET for the service";
const UPSTREAMS: &str =
    "the service could not read AniList or Trakt; `anilist-trakt-sync doctor` says why";

/// All checks, the cheapest first.
pub(crate) fn all() -> Vec<Check> {
    let groups = [
        health(),
        status(),
        datasets(),
        mappings(),
        waiting(),
        sync(),
        sign_in(),
        manners(),
        pages(),
    ];
    groups.into_iter().flatten().collect()
}

fn health() -> Vec<Check> {
    let alive = answers(|body| equal("status", &body["status"], &Value::from("ok")));
    let ready = answers(|body| equal("status", &body["status"], &Value::from("ready")));
    vec![
        get("/healthz", "alive, and says so to strangers", alive, CONTRACT).stranger(),
        get("/readyz", "its store answers", ready, STORE),
        get(
            "/api/status",
            "strangers are kept out",
            refused(401, ""),
            "set APP_TOKEN for the service",
        )
        .stranger()
        .guarded(),
    ]
}

fn status() -> Vec<Check> {
    vec![
        get(
            "/api/status",
            "the last runs, the running one and what waits",
            live(summary),
            CONTRACT,
        ),
        get("/api/connections", "how the seven other services stand", live(connections), UPSTREAMS)
            .deep(),
        get("/api/logs", "at most 200 rows, newest first", live(logs()), CONTRACT),
        get("/api/progress", "at most 50 rows", live(progress(50)), CONTRACT),
        get("/api/progress?limit=0", "a limit below 1 means 1", live(progress(1)), CONTRACT),
        get(
            "/api/progress?limit=9999",
            "a limit above 500 means 500",
            live(progress(500)),
            CONTRACT,
        ),
        get(
            "/api/progress?limit=many",
            "a limit that is no number means 50",
            live(progress(50)),
            CONTRACT,
        ),
        get(
            "/api/progress?anilistId=999999999",
            "0 where nothing was synced",
            live(untouched),
            CONTRACT,
        ),
        get(
            "/api/progress?anilistId=abc",
            "refused with its name",
            refused(400, "anilistId"),
            REFUSAL,
        ),
        get("/api/runs", "the last 50 runs", live(runs()), CONTRACT),
        get("/api/runs/999999999", "no such run", refused(404, ""), REFUSAL),
    ]
}

fn datasets() -> Vec<Check> {
    let otaku = || live(dataset("lastActivity"));
    let fribbs = || live(dataset("lastFullSync"));
    vec![
        get("/api/refresh-otaku?check=1", "its size and age, without fetching", otaku(), CONTRACT),
        get("/api/refresh-otaku?check=yes", "any value only looks", otaku(), CONTRACT),
        get(
            "/api/refresh-fribbs?check=1",
            "its size and age, without fetching",
            fribbs(),
            CONTRACT,
        ),
        get("/api/refresh-fribbs?check=yes", "any value only looks", fribbs(), CONTRACT),
    ]
}

fn mappings() -> Vec<Check> {
    let map =
        |body, fact, field| post("/api/manual-map", fact, refused(400, field), REFUSAL).body(body);
    let gone = refused(404, "");
    vec![
        get("/api/mappings", "manual and automatic ones", live(both_kinds), CONTRACT),
        map("not json", "a body that is not JSON is refused", ""),
        map("{}", "a missing anilistId is named", "anilistId"),
        map(r#"{"anilistId": 999999999}"#, "a missing traktId is named", "traktId"),
        map(r#"{"anilistId": -1, "traktId": 1}"#, "a negative anilistId is named", "anilistId"),
        map(
            r#"{"anilistId": 999999999, "traktId": 1, "imdbId": "nm1"}"#,
            "a bad imdbId is named",
            "imdbId",
        ),
        Check::new(
            Method::DELETE,
            "/api/manual-map?anilistId=999999999",
            "nothing there",
            gone,
            REFUSAL,
        ),
        get("/api/overrides", "the corrections", live(overrides()), CONTRACT),
        post("/api/overrides", "an empty correction is refused", refused(400, ""), REFUSAL)
            .body("{}"),
    ]
}

fn waiting() -> Vec<Check> {
    let ignore = "/api/unmapped/999999999/ignore";
    vec![
        get(
            "/api/unmapped",
            "what waits; ignored titles are not counted",
            live(waiting_list()),
            CONTRACT,
        ),
        post(ignore, "a title that does not wait", refused(404, ""), REFUSAL),
        get("/api/explain", "refused without an id", refused(400, "anilistId"), REFUSAL),
        get("/api/suggestions", "refused without an id", refused(400, "anilistId"), REFUSAL),
    ]
}

fn sync() -> Vec<Check> {
    vec![
        get("/api/sync", "refused without an id", refused(400, "anilistId"), REFUSAL),
        get(
            "/api/sync?anilistId=-1",
            "refused with a negative id",
            refused(400, "anilistId"),
            REFUSAL,
        ),
        get("/api/completed-sync", "refused without preview", refused(400, ""), REFUSAL),
        get("/api/watching-sync", "refused without preview", refused(400, ""), REFUSAL),
        get("/api/plan?mode=sideways", "an unknown mode is refused", refused(400, "mode"), REFUSAL),
        get("/api/completed-sync?preview=1", "the titles", live(preview()), UPSTREAMS).deep(),
        get("/api/watching-sync?preview=1", "the titles", live(preview()), UPSTREAMS).deep(),
        get("/api/plan?mode=full", "every play of the next run", live(plan), UPSTREAMS).deep(),
    ]
}

fn sign_in() -> Vec<Check> {
    vec![
        get("/api/trakt-auth", "where to sign in", answers(sign_in_start()), TRAKT_APP),
        post("/api/trakt-auth", "a missing code is named", refused(400, "code"), REFUSAL)
            .body("{}"),
        post("/api/trakt-auth", "a body that is not JSON is refused", refused(400, ""), REFUSAL)
            .body("not json"),
    ]
}

fn manners() -> Vec<Check> {
    vec![
        get("/api/no-such-route", "unknown routes are a JSON 404", refused(404, ""), REFUSAL),
        get("/no-such-page", "unknown pages too", refused(404, ""), REFUSAL),
        Check::new(
            Method::DELETE,
            "/api/status",
            "a JSON 405 with Allow",
            wrong_method("GET"),
            REFUSAL,
        ),
        Check::new(
            Method::PUT,
            "/api/manual-map",
            "a JSON 405 with Allow",
            wrong_method("POST"),
            REFUSAL,
        ),
    ]
}

fn pages() -> Vec<Check> {
    let hint =
        "the pages are inside the binary: something in front of the service may be answering";
    let mut checks: Vec<Check> = ["/", "/sync", "/mappings", "/manual", "/logs"]
        .map(|path| get(path, "a page with a title", page, hint))
        .into();
    checks.push(get(
        "/",
        "foreign scripts are kept out",
        guarded_page,
        "let the header pass unchanged",
    ));
    checks
}

fn get(
    path: &'static str,
    fact: &'static str,
    judge: impl Fn(&Answer) -> Verdict + 'static,
    hint: &'static str,
) -> Check {
    Check::new(Method::GET, path, fact, judge, hint)
}

fn post(
    path: &'static str,
    fact: &'static str,
    judge: impl Fn(&Answer) -> Verdict + 'static,
    hint: &'static str,
) -> Check {
    Check::new(Method::POST, path, fact, judge, hint)
}
