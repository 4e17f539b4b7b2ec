//! Where secrets end up in a whole life of the program: nowhere that they can be read.

use std::path::Path;
use std::sync::Arc;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::{Decision, Demo};
use anilist_trakt_sync::store::SqliteStore;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Process, run};
use crate::services;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const OTHER_KEY: &str = "//////////////////////////////////////////8=";

type Settings = Vec<(String, String)>;

/// What nobody may read: what is configured, and what Trakt hands out later.
fn needles(settings: &Settings) -> Vec<String> {
    let secret = ["TOKEN", "SECRET", "KEY"];
    let configured = settings.iter().filter(|(name, _)| secret.iter().any(|s| name.contains(s)));
    let configured = configured.flat_map(|(_, value)| value.split(',').map(str::to_owned));
    let handed_out = ["demo-access-", "demo-refresh-", "device-", "code-"].map(str::to_owned);
    let set = ["TOKEN-in-an-address", "TOKEN-in-a-setting"].map(str::to_owned);
    let handed_out = handed_out.into_iter().chain(set);
    configured.chain(handed_out).collect()
}

/// Which of the needles are in there.
fn found<'a>(needles: &'a [String], haystack: &[u8]) -> Vec<&'a str> {
    let is_in = |needle: &&String| haystack.windows(needle.len()).any(|w| w == needle.as_bytes());
    needles.iter().filter(is_in).map(String::as_str).collect()
}

/// All files below a folder, one after the other.
fn files(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { files(&path) } else { std::fs::read(&path).unwrap() });
    }
    all
}

fn with(settings: &Settings, more: &[(&str, &str)]) -> Settings {
    let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    settings.iter().cloned().chain(more).collect()
}

async fn ask(service: &Process, method: &str, path: &str, token: &str) -> String {
    let request = service.request(method, path).bearer_auth(token);
    request.json(&json!({"token": token})).send().await.unwrap().text().await.unwrap()
}

/// Does what a service does in its life, and gives every answer.
async fn live(service: &Process, demo: &Demo, token: &str) -> String {
    let mut said = String::new();
    demo.expire_access_tokens();
    for path in ["/api/full-sync", "/api/trakt-auth/device", "/api/sign-in"] {
        said += &ask(service, "POST", path, token).await;
    }
    demo.decide_device(Decision::Approve);
    for path in [
        "/api/trakt-auth/device",
        "/api/status",
        "/api/connections",
        "/api/logs",
        "/api/runs",
        "/api/plan?mode=full",
        "/api/corrections",
        "/api/trakt-auth",
        "/api/search?q=titan",
        "/api/settings",
    ] {
        said += &ask(service, "GET", path, token).await;
    }
    demo.revoke_tokens();
    for path in ["/api/runs/2/undo", "/api/completed-sync"] {
        said += &ask(service, "POST", path, token).await;
        said += &ask(service, "POST", path, "a-wrong-one").await;
    }
    said + &ask(service, "GET", "/api/logs", token).await
}

/// Makes the address of a calendar, and gives its path once an app was shown it.
async fn calendar(service: &Process, token: &str) -> String {
    let made = ask(service, "POST", "/api/library/calendar/address", token).await;
    let made: Value = serde_json::from_str(&made).unwrap();
    let (_, path) = made["address"].as_str().unwrap().split_once("/api/").unwrap();
    let path = format!("/api/{path}");
    shown_to_an_app(service, &path).await;
    path
}

async fn shown_to_an_app(service: &Process, path: &str) -> String {
    let file = service.request("GET", path).send().await.unwrap().text().await.unwrap();
    assert!(file.starts_with("BEGIN:VCALENDAR"), "{file}");
    let wrong = service.request("GET", &path.replace("key=", "key=x")).send().await.unwrap();
    assert_eq!(wrong.status(), 404);
    file + &wrong.text().await.unwrap()
}

/// The saved access and refresh token, as `export` prints them.
async fn exported(settings: &Settings, folder: &TempDir) -> (String, Vec<String>) {
    let output = run(settings, folder.path(), &["export"]).await;
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let lines = output.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_trakt = |line: &Value| {
        ["trakt:token", "trakt:refresh_token"].contains(&line["key"].as_str().unwrap_or_default())
    };
    let tokens = lines.filter(of_trakt).map(|line| line["value"].as_str().unwrap().to_owned());
    (output.stdout.clone(), tokens.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_whole_life_is_in_any_log_answer_export_or_file() {
    let (demo, settings) = services(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let token = "the-token-of-this-service";
    let hook = ("WEBHOOK_URL", "http://127.0.0.1:1/TOKEN-in-an-address");
    let access = [("APP_TOKEN", token), ("CRON_SECRET", "tick-tock-tick-tock")];
    let loud = [("RUST_LOG", "trace"), ("LOG_FORMAT", "json")];
    let open = with(&settings, &[access[0], access[1], loud[0], loud[1]]);
    let service = Process::start(&open, &folder, &[]).await;
    let change = json!({"webhookUrl": "http://127.0.0.1:1/TOKEN-in-a-setting"});
    let request = service.request("PATCH", "/api/settings").bearer_auth(token).json(&change);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let calendar = calendar(&service, token).await;
    demo.expire_access_tokens();
    let report = ask(&service, "POST", "/api/watching-sync", token).await;
    assert!(report.contains("\"state\":\"complete\""), "{report}");
    service.kill().await;
    let mut needles = needles(&with(&open, &[("ENCRYPTION_KEY", KEY)]));
    let (_, secret) = calendar.split_once("key=").unwrap();
    needles.push(secret.to_owned());
    let readable = found(&needles, &files(folder.path()));
    for secret in ["demo-refresh-", "TOKEN-in-a-setting"] {
        assert!(readable.contains(&secret), "without a key secrets are readable: {readable:?}");
    }

    let open = with(&open, &[hook]);
    let sealed = with(&open, &[("ENCRYPTION_KEY", KEY)]);
    let mut service = Process::start(&sealed, &folder, &[]).await;
    service.wait_for_line("The saved sign-in is encrypted now").await;
    assert_eq!(found(&needles, &files(folder.path())), [""; 0], "on disk, once it is sealed");
    let said = live(&service, &demo, token).await + &shown_to_an_app(&service, &calendar).await;
    assert!(said.contains("signed_out") && said.contains("\"synced\""), "{said}");
    assert_eq!(found(&needles, said.as_bytes()), ["code-"; 0], "in answers: {said}");
    assert_eq!(found(&needles, &files(folder.path())), [""; 0], "on disk, while it runs");
    let lines = service.end().await.join("\n");
    // The libraries speak as well at this level, and what they say must be clean, too.
    assert!(lines.contains("hyper_util") && lines.contains("asked"), "the log says everything");
    assert_eq!(found(&needles, lines.as_bytes()), [""; 0], "in the log");
    let (export, _) = exported(&sealed, &folder).await;
    assert_eq!(found(&needles, export.as_bytes()), [""; 0], "in the export");
}

/// What a panic can print is what its values print of themselves.
#[tokio::test]
async fn the_parts_of_the_service_print_no_secret_of_themselves() {
    let (demo, settings) = services(&[]).await;
    let more = [
        ("APP_TOKEN", "the-token-of-this-one"),
        ("CRON_SECRET", "tick-tock-tick-tock"),
        ("ENCRYPTION_KEY", KEY),
    ];
    let settings = with(&settings, &more);
    let config = Config::from_values(&settings.iter().cloned().collect()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let person = config.people(Clock::System, store).unwrap().first();
    demo.expire_access_tokens();
    person.trakt.username().await.unwrap();
    let printed = format!("{person:?} {config:?}");
    assert!(printed.contains("SignIn {") && printed.contains("AccessSettings"), "{printed}");
    assert_eq!(found(&needles(&settings), printed.as_bytes()), [""; 0], "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_takes_over_from_the_old_one_and_a_lost_one_is_told() {
    let (demo, settings) = services(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let sealed = |keys: &str| with(&settings, &[("ENCRYPTION_KEY", keys)]);
    let service = Process::start(&sealed(KEY), &folder, &[]).await;
    demo.expire_access_tokens();
    assert_eq!(service.get("/api/plan?mode=completed").await.0, 200);
    service.kill().await;
    let (_, before) = exported(&sealed(KEY), &folder).await;
    assert!(before.len() == 2 && before.iter().all(|token| token.starts_with("sealed:1:")));

    let both = format!("{OTHER_KEY}, {KEY}");
    let mut service = Process::start(&sealed(&both), &folder, &[]).await;
    service.wait_for_line("The saved sign-in is encrypted now").await;
    service.kill().await;
    let (_, after) = exported(&sealed(&both), &folder).await;
    let id = |token: &str| token.split(':').nth(2).unwrap().to_owned();
    assert_ne!(id(&before[0]), id(&after[0]));
    let service = Process::start(&sealed(OTHER_KEY), &folder, &[]).await;
    assert_eq!(service.get("/api/connections").await.1["connections"][1]["state"], "ok");
    service.kill().await;

    for keys in ["", KEY] {
        let lost = Process::start(&sealed(keys), &folder, &[]).await;
        let (status, error) = lost.post("/api/watching-sync").await;
        assert_eq!((status, &error["code"]), (502, &json!("sealed")), "{error}");
        assert!(error["error"].as_str().unwrap().ends_with(&id(&after[0])), "{error}");
        let (_, standing) = lost.get("/api/connections").await;
        let trakt = &standing["connections"][1];
        assert_eq!(trakt["state"], "signed_out", "{trakt}");
        assert!(trakt["hint"].as_str().unwrap().contains("ENCRYPTION_KEY"), "{trakt}");
        let ready = json!({"status": "ready", "configuration": "incomplete"});
        assert_eq!(lost.get("/readyz").await, (200, ready));
    }
    assert_eq!(demo.stats().reused_refresh_tokens, 0);
    let (_, kept) = exported(&sealed(OTHER_KEY), &folder).await;
    assert_eq!(kept, after, "what cannot be read is left alone");
}
