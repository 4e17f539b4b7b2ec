//! The verify binary against a stand-in that keeps to `docs/API.md`, and against ones that do not.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its stand-in has to stop")]

mod standin;

use std::process::{Command, Output};

use axum::http::Method;
use quick_junit::{TestCase, TestCaseStatus};
use serde_json::{Value, json};
use standin::{Answer, Lie, StandIn};

/// Runs the binary with nothing from our own environment that it would read.
fn verify(base_url: &str, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("VERIFY_TOKEN")
        .args(["--base-url", base_url])
        .args(more)
        .output()
        .unwrap()
}

fn verify_on(service: &StandIn, more: &[&str]) -> Output {
    verify(&format!("http://{}", service.address), more)
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// (passed, failed, skipped), as the closing line says.
fn totals(output: &Output) -> (usize, usize, usize) {
    let text = text(output);
    let numbers: Vec<usize> = text
        .lines()
        .last()
        .unwrap()
        .split(", ")
        .map(|part| part.split(' ').next().unwrap().parse().unwrap())
        .collect();
    (numbers[0], numbers[1], numbers[2])
}

fn lines_with(output: &Output, mark: char) -> Vec<String> {
    text(output).lines().filter(|line| line.starts_with(mark)).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_keeps_its_promises_passes() {
    let output = verify_on(&standin::honest().await, &["--deep"]);
    assert_eq!(lines_with(&output, '✗'), Vec::<String>::new());
    assert_eq!(output.status.code(), Some(0));
    let (passed, failed, skipped) = totals(&output);
    assert_eq!((failed, skipped), (0, 1), "only the check that needs a token is left out");
    assert_eq!(passed, lines_with(&output, '✓').len());
    assert!(passed > 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstreams_are_asked_only_with_deep() {
    let output = verify_on(&standin::honest().await, &[]);
    let skipped = lines_with(&output, '–');
    assert_eq!(skipped.iter().filter(|line| line.ends_with("pass --deep)")).count(), 4);
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_gets_no_colour() {
    let output = verify_on(&standin::honest().await, &["--deep"]);
    assert!(!text(&output).contains('\u{1b}'));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_token_opens_a_guarded_service() {
    let service = standin::guarded("s3cret").await;
    let output = verify_on(&service, &["--deep", "--token", "s3cret"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let (_, failed, skipped) = totals(&output);
    assert_eq!((failed, skipped), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_token_is_what_the_hints_speak_of() {
    let output = verify_on(&standin::guarded("s3cret").await, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("hint: pass the service's APP_TOKEN"));
    assert!(text(&output).contains("✓ GET /healthz"), "health is asked without a token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_open_to_strangers_fails_when_a_token_is_given() {
    let output = verify_on(&standin::honest().await, &["--token", "any"]);
    let failed = lines_with(&output, '✗');
    assert_eq!(failed, ["✗ GET /api/status: strangers are kept out"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_answer_fails_its_check_and_no_other() {
    for (lie, failed) in lies() {
        let output = verify_on(&standin::lying(lie).await, &["--deep"]);
        let marks: Vec<String> = lines_with(&output, '✗');
        assert_eq!(marks.len(), 1, "{failed}: {}", text(&output));
        assert!(marks[0].starts_with(&format!("✗ {failed}")), "{failed}: {}", marks[0]);
        assert_eq!(totals(&output).1, 1);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(text(&output).matches("hint: ").count(), 1);
    }
}

/// A lie, and the beginning of the line of the one check it must fail.
type Case = (Lie, &'static str);

fn lies() -> Vec<Case> {
    [health(), logs(), progress(), datasets(), lists(), sync(), manners()].concat()
}

fn health() -> Vec<Case> {
    vec![
        get("/healthz", json(500, json!({})), "GET /healthz"),
        get("/readyz", refusal(503), "GET /readyz"),
        get("/api/status", json(200, json!({"unmapped": 0})), "GET /api/status: the last"),
        get("/api/connections", json(200, json!({"connections": []})), "GET /api/connections"),
    ]
}

fn logs() -> Vec<Case> {
    let row = |id: u64| json!({"id": id, "message": "m", "level": "info", "created_at": "2026-01-01T00:00:00Z"});
    let many: Vec<Value> = (1..=201).rev().map(row).collect();
    let answers = [
        json(200, json!([row(3), row(4)])),
        json(200, json!([row(3), row(3)])),
        json(200, json!(many)),
        json(200, json!({"rows": []})),
        json(200, json!([{"id": 1}])),
        Answer::Cacheable(json!([])),
    ];
    answers.map(|answer| get("/api/logs", answer, "GET /api/logs")).into()
}

fn progress() -> Vec<Case> {
    let row = json!({"anilistId": 1, "lastAbs": 1, "updatedAt": "2026-01-01T00:00:00Z"});
    let two = json!({"count": 2, "items": [row, row]});
    let miscounted = json!({"count": 7, "items": [row]});
    let bad_id = "/api/progress?anilistId=abc";
    vec![
        get("/api/progress?limit=0", json(200, two), "GET /api/progress?limit=0"),
        get("/api/progress", json(200, miscounted), "GET /api/progress:"),
        get(bad_id, refusal(400), "GET /api/progress?anilistId=abc"),
        get(bad_id, json(400, json!({"error": "anilistId"})), "GET /api/progress?anilistId=abc"),
        get(bad_id, json(200, json!({"anilistId": 0})), "GET /api/progress?anilistId=abc"),
    ]
}

fn datasets() -> Vec<Case> {
    let fetched = json!({"success": true, "count": 3, "lastSync": null});
    let negative = json!({"count": -1, "lastSync": null, "lastFullSync": null});
    let undated = json!({"count": 1, "lastSync": "yesterday", "lastActivity": null});
    vec![
        get("/api/refresh-otaku?check=1", json(200, fetched), "GET /api/refresh-otaku?check=1"),
        get("/api/refresh-otaku?check=yes", json(200, undated), "GET /api/refresh-otaku?check=yes"),
        get("/api/refresh-fribbs?check=1", json(200, negative), "GET /api/refresh-fribbs?check=1"),
    ]
}

fn lists() -> Vec<Case> {
    let bare = json!({"manual": [{"anilistId": 1}], "auto": []});
    let miscounted = json!({"count": 1, "items": []});
    let gone = lie(Method::DELETE, "/api/manual-map?anilistId=999999999", json(200, json!({})));
    vec![
        get("/api/mappings", json(200, bare), "GET /api/mappings"),
        get("/api/unmapped", json(200, miscounted), "GET /api/unmapped"),
        (gone, "DELETE /api/manual-map"),
    ]
}

fn sync() -> Vec<Case> {
    let empty = json!({"items": [], "count": 0});
    let bare = json!({"items": [{}], "count": 1});
    let preview = "/api/completed-sync?preview=1";
    let plan = json!({"mode": "full", "plays": []});
    vec![
        get("/api/sync", json(200, json!({"success": true, "count": 0})), "GET /api/sync:"),
        get("/api/completed-sync", json(200, empty), "GET /api/completed-sync: refused"),
        get(preview, json(200, bare), "GET /api/completed-sync?preview=1"),
        get("/api/plan?mode=full", json(200, plan), "GET /api/plan?mode=full"),
        get("/api/trakt-auth", refusal(400), "GET /api/trakt-auth"),
    ]
}

fn manners() -> Vec<Case> {
    let plain = Answer::Html("<title>Not found</title>");
    let no_allow = lie(Method::DELETE, "/api/status", refusal(405));
    vec![
        get("/api/no-such-route", plain, "GET /api/no-such-route"),
        get("/logs", Answer::Html("<p>no title</p>"), "GET /logs"),
        get("/sync", json(200, json!({})), "GET /sync"),
        (no_allow, "DELETE /api/status"),
    ]
}

fn json(status: u16, body: Value) -> Answer {
    Answer::Json(status, body)
}

/// A well-formed refusal that names nothing.
fn refusal(status: u16) -> Answer {
    json(status, json!({"error": "no", "code": "bad_request", "hint": "mend it"}))
}

fn get(target: &'static str, answer: Answer, failed: &'static str) -> Case {
    (lie(Method::GET, target, answer), failed)
}

fn lie(method: Method, target: &'static str, answer: Answer) -> Lie {
    Lie { method, target, answer }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_fails_its_check_and_the_walk_goes_on() {
    let (silence, _) = get("/api/logs", Answer::Silence, "");
    let output = verify_on(&standin::lying(silence).await, &["--timeout", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output)
            .contains("✗ GET /api/logs: at most 200 rows, newest first\n    no answer in time")
    );
    assert!(text(&output).contains("GET /api/mappings"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_that_was_taken_in_spite_of_its_errors_fails() {
    let taken = Answer::Json(200, json!({"success": true, "added": 999_999_999}));
    let service = standin::lying(lie(Method::POST, "/api/manual-map", taken)).await;
    let output = verify_on(&service, &[]);
    assert_eq!(totals(&output).1, 5, "every refusal of manual-map is checked");
}

/// An address where nobody listens: its port was free a moment ago.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn nothing_listening_is_one_failure_with_a_hint() {
    let address = nobody();
    let output = verify(&address, &[]);
    assert_eq!(output.status.code(), Some(1));
    let (passed, failed, skipped) = totals(&output);
    assert_eq!((passed, failed), (0, 1));
    assert!(skipped > 40);
    assert!(text(&output).contains(&format!("no connection to {address}")));
    assert!(text(&output).contains("hint: start the service"));
    assert_eq!(text(&output).lines().count(), 5, "one failure, a blank and the closing line");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_junit_file_tells_the_same_story() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("verify.xml");
    let (wrong, _) = get("/api/logs", Answer::Json(200, json!({"a": "<&\">"})), "");
    let service = standin::lying(wrong).await;
    let output = verify_on(&service, &["--junit", file.to_str().unwrap()]);
    let xml = std::fs::read_to_string(&file).unwrap();
    let report = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    let suite = &report.test_suites[0];
    let (passed, failed, skipped) = totals(&output);
    assert_eq!(suite.tests, passed + failed + skipped);
    let left_out = |case: &&TestCase| matches!(case.status, TestCaseStatus::Skipped { .. });
    assert_eq!(
        (suite.failures, suite.test_cases.iter().filter(left_out).count()),
        (failed, skipped)
    );
    assert!(failed == 1 && skipped > 0);
}

#[test]
fn a_junit_file_that_cannot_be_written_is_said_and_is_no_pass() {
    let output = verify(&nobody(), &["--junit", "/no/such/folder/verify.xml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/such/folder/verify.xml"));
}

#[test]
fn an_address_that_is_none_is_a_usage_error() {
    for address in ["localhost:3000", "ftp://127.0.0.1", "not a url"] {
        assert_eq!(verify(address, &[]).status.code(), Some(2), "{address}");
    }
}
