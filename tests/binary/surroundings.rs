//! What the program makes of the machine and the folder that it is started in.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::Service;
use serde_json::json;
use tempfile::TempDir;

use crate::process::{Process, run};
use crate::services;

/// Every file and folder below, with its permissions.
fn modes(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            all.extend(modes(&path));
        }
        all.push((path, mode));
    }
    all
}

/// Puts the program of the tests behind a shell that lets everybody read and write new files.
fn open_to_all(folder: &TempDir) -> PathBuf {
    let script = folder.path().join("open-to-all");
    let program = env!("CARGO_BIN_EXE_anilist-trakt-sync");
    std::fs::write(&script, format!("#!/bin/sh\numask 0\nexec {program} \"$@\"\n")).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    script
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_it_writes_is_for_its_user_alone() {
    let (_demo, settings) = services(&[]).await;
    let (tools, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let script = open_to_all(&tools);
    let service = Process::start_as(&script, &settings, &folder, &[]).await;
    assert_eq!(service.post("/api/full-sync").await.0, 200);
    let corrections = ["corrections", "export", "mine.json"];
    let mut export = Command::new(&script);
    export.args(corrections).env_clear().envs(settings.iter().cloned()).current_dir(&folder);
    assert!(export.status().unwrap().success());
    let made = modes(folder.path());
    let has = |ending: &str| made.iter().any(|(path, _)| path.to_string_lossy().ends_with(ending));
    for ending in ["state.db", "-wal", "-shm", "-opening", ".lock", "data/backups", "mine.json"] {
        assert!(has(ending), "{ending} in {made:?}");
    }
    for (path, mode) in &made {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(*mode, expected, "{:o} of {}", mode, path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_up_does_not_end_a_run() {
    let (demo, settings) = services(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let mut service = Process::start(&settings, &folder, &[]).await;
    demo.fail(Fault::new(Service::ANILIST, Action::Held));
    let running = service.begin("/api/full-sync");
    service.wait_until_running().await;
    service.hang_up();
    service.wait_for_line("SIGHUP reads nothing anew").await;
    demo.heal();
    assert_eq!(running.await.unwrap().unwrap().status(), 200);
    assert_eq!(service.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_holds_over_a_restart() {
    let token = "a-token-of-this-service";
    let settings = [("APP_TOKEN".to_owned(), token.to_owned())];
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings, &folder, &[]).await;
    let signed_in = service.request("POST", "/api/sign-in").json(&json!({ "token": token }));
    let signed_in = signed_in.send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let asked = |service: &Process, method: &str, path: &str| {
        service.request(method, path).header("cookie", cookie).send()
    };
    assert_eq!(asked(&service, "GET", "/api/status").await.unwrap().status(), 200);
    service.kill().await;
    let service = Process::start(&settings, &folder, &[]).await;
    assert_eq!(asked(&service, "GET", "/api/status").await.unwrap().status(), 200);
    assert_eq!(asked(&service, "POST", "/api/sign-out").await.unwrap().status(), 200);
    service.kill().await;
    let service = Process::start(&settings, &folder, &[]).await;
    assert_eq!(asked(&service, "GET", "/api/status").await.unwrap().status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_from_the_folders_file_is_told_at_start_with_its_host() {
    let folder = tempfile::tempdir().unwrap();
    let file = "TRAKT_AUTH_URL=http://127.0.0.2:9/hush\nWEBHOOK_URL=http://hook.invalid/hush\n\
                TMDB_API_URL=http://127.0.0.3:9\n";
    std::fs::write(folder.path().join(".env"), file).unwrap();
    let environment = [("TMDB_API_URL".to_owned(), "http://127.0.0.1:9".to_owned())];
    let service = Process::start(&environment, &folder, &[]).await;
    let lines = service.end().await.join("\n");
    let status = run(&environment, folder.path(), &["status"]).await;
    assert_eq!(status.code, Some(0), "{}", status.stderr);
    for told in [&lines, &status.stderr] {
        for sets in ["sets TRAKT_AUTH_URL to 127.0.0.2", "sets WEBHOOK_URL to hook.invalid"] {
            assert!(told.contains(sets), "{sets}: {told}");
        }
        assert!(!told.contains("TMDB_API_URL") && !told.contains("hush"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_a_folder_above_is_not_read() {
    let above = tempfile::tempdir().unwrap();
    std::fs::write(above.path().join(".env"), "PORT=not-a-port\n").unwrap();
    let folder = above.path().join("below");
    std::fs::create_dir(&folder).unwrap();
    let output = run(&[], &folder, &["status"]).await;
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    std::fs::write(folder.join(".env"), "PORT=not-a-port\n").unwrap();
    assert_eq!(run(&[], &folder, &["status"]).await.code, Some(1));
}
