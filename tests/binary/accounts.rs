//! Accounts by the command line, and what a service that runs on the same folder makes of it.

use std::time::Duration;

use anilist_trakt_sync::demo::Demo;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Output, Process, run, run_with};
use crate::services;

const PASSWORD: &str = "correct horse";

struct Desk {
    settings: Vec<(String, String)>,
    folder: TempDir,
    _demo: Demo,
}

impl Desk {
    async fn new() -> Self {
        let (demo, settings) = services(&[]).await;
        Self { settings, folder: tempfile::tempdir().unwrap(), _demo: demo }
    }

    async fn run(&self, arguments: &str) -> Output {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        run(&self.settings, self.folder.path(), &arguments).await
    }

    async fn says(&self, arguments: &str) -> String {
        let output = self.run(arguments).await;
        assert_eq!(output.code, Some(0), "{arguments}: {} {}", output.stdout, output.stderr);
        assert_eq!(output.stderr, "", "{arguments}: trouble without a failure");
        output.stdout
    }

    async fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.says(&format!("{arguments} --json")).await).unwrap()
    }

    /// Makes an account with this password.
    async fn adds(&self, account: &str, password: &str) -> Output {
        let line = format!("account add {account}");
        let arguments: Vec<&str> = line.split(' ').collect();
        run_with(&self.settings, self.folder.path(), &arguments, &format!("{password}\n")).await
    }

    async fn serves(&self) -> Process {
        Process::start(&self.settings, &self.folder, &[]).await
    }
}

async fn signs_in(service: &Process, name: &str, password: &str) -> u16 {
    let sign_in = json!({"username": name, "password": password});
    service.post_json("/api/sign-in", &sign_in).await.0
}

async fn token(service: &Process, name: &str, password: &str) -> String {
    let form = format!("username={name}&password={}", password.replace(' ', "+"));
    let request = service.request("POST", "/api/auth/token").body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn status_by(service: &Process, token: &str) -> u16 {
    let request = service.request("GET", "/api/status").bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

/// Asks until it is so; another process may remember for five seconds how it was.
async fn within_seconds(so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(8), waiting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_added_signs_in_and_only_the_first_is_administrator() {
    let desk = Desk::new().await;
    assert_eq!(desk.run("account list").await.stderr, "nobody has an account\n");
    let first = desk.adds("mika --email mika@example.org", PASSWORD).await;
    assert_eq!(first.stdout, "mika can sign in now, as administrator\n", "{}", first.stderr);
    let second = desk.adds("lea --full-name Lea --json", PASSWORD).await;
    let second: Value = serde_json::from_str(&second.stdout).unwrap();
    assert_eq!((&second["id"], &second["full_name"]), (&json!(2), &json!("Lea")));
    assert_eq!(second["administrator"], false);
    let third = desk.adds("noa --administrator", PASSWORD).await;
    assert_eq!(third.stdout, "noa can sign in now, as administrator\n");

    let all = desk.json("account list").await;
    let names: Vec<&Value> = all["items"].as_array().unwrap().iter().collect();
    let name = |account: &&Value| account["username"].as_str().unwrap().to_owned();
    assert_eq!(names.iter().map(name).collect::<Vec<_>>(), ["mika", "lea", "noa"]);
    let list = desk.says("account list").await;
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].contains("mika") && lines[0].ends_with("mika@example.org"), "{list}");
    assert!(lines[1].contains("lea") && lines[1].contains("member"), "{list}");

    let again = desk.adds("MIKA", PASSWORD).await;
    assert_eq!(again.code, Some(1));
    let short = desk.adds("kim", "short").await;
    assert!(short.stderr.contains("a password has at least 8 characters"), "{}", short.stderr);
    assert!(short.stderr.contains("hint: "), "{}", short.stderr);
    assert!(!format!("{list}{}{}", again.stderr, short.stderr).contains(PASSWORD));

    let service = desk.serves().await;
    assert_eq!(service.get("/api/status").await.0, 401);
    assert_eq!(signs_in(&service, "lea", PASSWORD).await, 200);
    let lea = token(&service, "lea", PASSWORD).await;
    let admin = service.request("GET", "/api/admin/accounts").bearer_auth(lea);
    assert_eq!(admin.send().await.unwrap().status(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_invitations_and_shutting_out_count_in_a_service_that_runs() {
    let desk = Desk::new().await;
    desk.adds("mika", PASSWORD).await;
    desk.adds("lea", PASSWORD).await;
    let service = desk.serves().await;

    let made = desk.json("account reset lea").await;
    let new = json!({
        "username": "lea", "code": made["code"], "new_password": "battery staple",
    });
    assert_eq!(service.post_json("/api/auth/reset/confirm", &new).await.0, 200);
    assert_eq!(signs_in(&service, "lea", "battery staple").await, 200);
    let told = desk.says("account reset Lea").await;
    assert!(told.contains("/forgotten") && told.contains("until 20"), "{told}");

    let lea = token(&service, "lea", "battery staple").await;
    assert_eq!(status_by(&service, &lea).await, 200);
    assert_eq!(desk.says("account disable lea").await, "lea is shut out\n");
    within_seconds(async || status_by(&service, &lea).await == 401).await;
    assert_eq!(signs_in(&service, "lea", "battery staple").await, 400);
    assert!(desk.says("account list").await.contains("shut out"));
    assert_eq!(desk.says("account enable lea").await, "lea can sign in again\n");
    assert_eq!(signs_in(&service, "lea", "battery staple").await, 200);
    let last = desk.run("account disable mika").await;
    assert_eq!(last.code, Some(1), "the last administrator");
    assert_eq!(desk.run("account release mika").await.code, Some(1), "the last administrator");

    let invited = desk.json("account invite").await;
    let newcomer = |invitation: &Value| json!({"username": "kim", "password": PASSWORD, "invitation": invitation});
    let refused = service.post_json("/api/auth/register", &newcomer(&json!("made up"))).await;
    assert_eq!(refused.0, 403);
    let came = service.post_json("/api/auth/register", &newcomer(&invited["invitation"])).await;
    assert_eq!(came.0, 200, "{}", came.1);
    let told = desk.says("account invite").await;
    assert!(told.contains("/register"), "{told}");
    let unknown = desk.run("account reset nobody").await;
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("account list"), "{}", unknown.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_released_is_there_without_an_account_and_what_is_removed_is_gone() {
    let desk = Desk::new().await;
    desk.says("mapping add 104578 --trakt 1420 --type show --season 3").await;
    let mapped = desk.says("mapping list").await;
    desk.adds("mika", PASSWORD).await;
    let service = desk.serves().await;
    assert_eq!(service.get("/api/mappings").await.0, 401);

    let released = desk.says("account release mika").await;
    assert!(released.contains("what it had is kept"), "{released}");
    within_seconds(async || service.get("/api/mappings").await.0 == 200).await;
    let mappings = service.get("/api/mappings").await.1;
    assert!(mappings.to_string().contains("104578"), "{mappings}");
    assert_eq!(desk.says("mapping list").await, mapped);
    assert_eq!(signs_in(&service, "mika", PASSWORD).await, 400);

    desk.adds("mika", PASSWORD).await;
    let unsure = desk.run("account remove mika").await;
    assert_eq!(unsure.code, Some(1));
    assert!(unsure.stderr.contains("--yes"), "{}", unsure.stderr);
    assert_eq!(desk.says("mapping list").await, mapped);
    desk.says("account remove mika --yes").await;
    assert_eq!(desk.says("account list --json").await.matches("mika").count(), 0);
    assert_eq!(desk.run("mapping list").await.stdout, "");
}
