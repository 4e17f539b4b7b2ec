//! Everything that the page can do, from the command line: what it prints, and how it ends.

use anilist_trakt_sync::demo::{Action, Decision, Demo, Fault};
use anilist_trakt_sync::domain::Service;
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Output, Process, run};
use crate::services;

struct Desk {
    demo: Demo,
    settings: Vec<(String, String)>,
    folder: TempDir,
}

impl Desk {
    async fn with(changes: &[(&str, &str)]) -> Self {
        let (demo, settings) = services(changes).await;
        Self { demo, settings, folder: tempfile::tempdir().unwrap() }
    }

    async fn run(&self, arguments: &str) -> Output {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        run(&self.settings, self.folder.path(), &arguments).await
    }

    /// What it prints when all is well.
    async fn says(&self, arguments: &str) -> String {
        let output = self.run(arguments).await;
        assert_eq!(output.code, Some(0), "{arguments}: {} {}", output.stdout, output.stderr);
        assert_eq!(output.stderr, "", "{arguments}: trouble without a failure");
        output.stdout
    }

    async fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.says(&format!("{arguments} --json")).await).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_is_planned_run_looked_at_and_taken_back() {
    let desk = Desk::with(&[("APP_TOKEN", "asked-of-strangers")]).await;
    let plan = desk.json("plan").await;
    let dry = desk.json("sync --dry-run").await;
    assert_eq!(plan, dry);
    let to_post = plan["counts"]["toPost"].as_u64().unwrap();
    let text = desk.says("plan").await;
    assert!(text.contains("Attack on Titan Season 3 Part 2") && text.contains("S3E13"), "{text}");
    assert!(text.contains(&format!("{to_post} to post")), "{text}");
    assert!(text.lines().count() < 70, "a line a title: {text}");
    assert!(text.contains("): 10 plays → show 1420 S3E13-E22"), "{text}");
    let each = desk.says("plan --all").await;
    assert_eq!(each.matches(" → ").count() as u64, to_post, "{each}");
    assert_eq!(desk.says("sync --dry-run --all").await, each);
    assert_eq!(desk.demo.stats().history_posts, 0);

    let report = desk.json("sync").await;
    assert_eq!((&report["synced"], &report["state"]), (&to_post.into(), &"complete".into()));
    let again = desk.says("sync full").await;
    assert!(again.starts_with("Sync complete!\n     0 posted"), "{again}");
    let show = desk.json("sync show 104578").await;
    assert_eq!((&show["success"], &show["synced"]), (&true.into(), &0.into()));

    assert_eq!(desk.json("runs").await["count"], 3);
    let one = desk.says("runs 1").await;
    assert!(one.contains("accepted show 1420 S3E13-E22"), "{one}");
    let each = desk.says("runs 1 --all").await;
    assert_eq!(each.matches("accepted ").count() as u64, to_post, "{each}");
    let log = desk.says("logs").await;
    assert!(log.contains("full run 1 began") && log.contains("full run 1 complete"), "{log}");
    assert!(desk.says("undo 1 --dry-run").await.starts_with(&format!("{to_post} plays would be")));
    assert_eq!(desk.json("undo 1").await["removed"], to_post);
    assert_eq!(desk.demo.stats().whole_show_adds, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_decided_and_the_service_looked_at() {
    let desk = Desk::with(&[]).await;
    desk.says("sync").await;
    let queue = desk.json("unmapped").await;
    let id = queue["items"][0]["anilistId"].to_string();
    let listed = desk.says("unmapped list").await;
    assert!(listed.starts_with(&id) && listed.contains("hint: "), "{listed}");
    desk.says(&format!("unmapped ignore {id}")).await;
    assert_eq!(desk.json("unmapped").await["items"][0]["ignored"], true);
    desk.says(&format!("unmapped unignore https://anilist.co/anime/{id}/x")).await;
    assert_eq!(desk.json("unmapped").await, queue);
    assert!(desk.json(&format!("suggest {id}")).await["suggestions"].is_array());
    assert!(desk.says("search titan").await.contains("Attack on Titan (2013)"));
    let status = desk.says("status").await;
    assert!(status.contains("signed in to Trakt as demo"), "{status}");
    assert!(!status.contains("last full sync        never"), "{status}");
    assert!(status.contains(&format!("waiting titles        {}", queue["count"])), "{status}");
    assert!(desk.says("refresh otaku").await.starts_with("otaku: 50 entries, unchanged"));
    let all = desk.says("refresh").await;
    assert_eq!(all.lines().count(), 3, "{all}");
    desk.says("forget 104578").await;
    assert_eq!(desk.json("sync").await["synced"], 0, "what Trakt has is not posted again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_counts_in_a_service_that_runs_and_what_is_locked_is_told() {
    let desk = Desk::with(&[("TRAKT_BATCH_SIZE", "50")]).await;
    let service = Process::start(&desk.settings, &desk.folder, &[]).await;
    assert_eq!(desk.says("settings set maxPlaysPerRun 5").await, "maxPlaysPerRun    5\n");
    let hook = "settings set webhookUrl http://127.0.0.1:1/hush";
    assert_eq!(desk.says(hook).await, "webhookUrl        set 127.0.0.1\n");
    let listed = desk.says("settings").await;
    assert!(listed.contains("\nbatchSize         50  (set by TRAKT_BATCH_SIZE)\n"), "{listed}");
    assert!(listed.contains("\ntitleLanguage     romaji\n"), "{listed}");
    assert!(listed.contains("\nschedule          –\n") && !listed.contains("hush"), "{listed}");
    let (status, report) = service.post("/api/full-sync").await;
    assert_eq!((status, &report["synced"]), (200, &5.into()), "{report}");
    desk.says("settings unset maxPlaysPerRun").await;
    let all = desk.json("settings").await;
    assert_eq!(all["maxPlaysPerRun"]["value"], all["maxPlaysPerRun"]["default"]);
    for (wrong, told) in [
        ("settings set batchSize 7", "error: batchSize is set from outside, by TRAKT_BATCH_SIZE\n"),
        ("settings set timezone Mars", "error: timezone is not an IANA time zone: Mars\n"),
        ("settings set maxPlaysPerRun -1", "error: maxPlaysPerRun is not a whole number from 1"),
        ("settings unset nothing", "error: there is no such setting: nothing\n"),
    ] {
        let output = desk.run(wrong).await;
        assert_eq!(output.code, Some(1), "{wrong}");
        assert!(output.stderr.starts_with(told), "{}", output.stderr);
        assert!(output.stderr.contains("\n  hint: ") && !output.stderr.contains("/api/"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_tell_scripts_how_it_ended() {
    let desk = Desk::with(&[("MAX_PLAYS_PER_RUN", "5")]).await;
    let partly = desk.run("sync").await;
    assert_eq!(partly.code, Some(3), "{}", partly.stderr);
    assert!(partly.stdout.starts_with("Sync partly done"), "{}", partly.stdout);
    for wrong in ["sync everything", "sync show x", "undo one", "nothing"] {
        assert_eq!(desk.run(wrong).await.code, Some(2), "{wrong}");
    }
    let failed = desk.run("undo 99").await;
    assert_eq!(failed.code, Some(1));
    assert!(failed.stderr.starts_with("error: there is no run with this number: 99\n  hint: "));

    let service = Process::start(&desk.settings, &desk.folder, &[]).await;
    desk.demo.fail(Fault::new(Service::ANILIST, Action::Held));
    let running = service.begin("/api/completed-sync");
    service.wait_until_running().await;
    let second = desk.run("sync").await;
    assert_eq!(second.code, Some(4), "{}", second.stderr);
    assert!(second.stderr.contains("a sync run has been going on since"), "{}", second.stderr);
    desk.demo.heal();
    assert_eq!(running.await.unwrap().unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_those_of_the_persons_zone() {
    let desk = Desk::with(&[("TIMEZONE", "Asia/Kolkata"), ("SYNC_SCHEDULE", "0 0 * * *")]).await;
    desk.says("sync").await;
    for command in ["runs", "runs 1", "status", "logs", "plan --all"] {
        let text = desk.says(command).await;
        assert!(text.contains(" IST") || command == "plan --all", "{command}: {text}");
        let is_instant = |word: &str| word.starts_with("20") && word.ends_with('Z');
        assert!(!text.split_whitespace().any(is_instant), "{command}: {text}");
    }
    let status = desk.says("status").await;
    assert!(status.contains(" 00:00:00 IST"), "the next sync is at midnight there: {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_is_told_beside_the_output() {
    let desk = Desk::with(&[]).await;
    for command in ["runs", "mapping list", "override list", "search qqqqqqqq"] {
        let output = desk.run(command).await;
        assert_eq!((output.code, output.stdout.as_str()), (Some(0), ""), "{command}");
        assert!(output.stderr.len() > 10, "{command}: {}", output.stderr);
        let json = desk.run(&format!("{command} --json")).await;
        assert!(json.stderr.is_empty() && json.stdout.starts_with(['[', '{']), "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_title_that_is_left_out_says_why() {
    let desk = Desk::with(&[]).await;
    let plan = desk.says("plan").await;
    let left: Vec<&str> = plan.lines().filter(|line| line.starts_with("not: ")).collect();
    assert!(!left.is_empty() && left.iter().all(|line| !line.ends_with(": ")), "{plan}");
    desk.says("sync").await;
    let waiting = desk.says("unmapped").await;
    assert!(waiting.lines().all(|line| !line.trim().is_empty()), "{waiting}");
    assert!(waiting.contains("hint: map it with `anilist-trakt-sync mapping add`"), "{waiting}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_set_up_is_told_once_with_its_hint() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&[], folder.path(), &["sync"]).await;
    assert_eq!((output.code, output.stdout.as_str()), (Some(1), ""));
    let expected = "error: AniList is not set up\n  hint: set ANILIST_ACCESS_TOKEN, or \
                    ANILIST_USERNAME for a public list\n";
    assert_eq!(output.stderr, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_to_trakt_from_a_terminal() {
    let changes = [("TRAKT_ACCESS_TOKEN", ""), ("TRAKT_REFRESH_TOKEN", "")];
    let desk = Desk::with(&changes).await;
    let signing_in = desk.run("auth trakt");
    let deciding = async {
        while desk.demo.stats().count_route(Service::TRAKT, "POST /oauth/device/code") == 0 {
            tokio::task::yield_now().await;
        }
        desk.demo.decide_device(Decision::Approve);
    };
    let (output, ()) = tokio::join!(signing_in, deciding);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(output.stdout.contains(" and type DE"), "{}", output.stdout);
    assert!(output.stdout.ends_with("Signed in to Trakt\n"), "{}", output.stdout);
    assert!(desk.says("status").await.contains("signed in to Trakt as demo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn shells_and_the_manual_know_every_command() {
    let desk = Desk::with(&[]).await;
    let help = desk.says("--help").await;
    let commands = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let names: Vec<&str> =
        commands.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert!(names.len() > 20, "{names:?}");
    let manual = desk.says("man").await.replace('\\', "");
    for name in &names {
        assert!(manual.contains(&format!("sync-{name}(1)")), "{name} in {manual}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.says(&format!("completions {shell}")).await;
        for name in &names {
            assert!(script.contains(name), "{name} for {shell}");
        }
    }
}
