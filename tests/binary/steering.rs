//! A title, or what another service says, steers no terminal and makes no line of its own.

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::demo::{Action, Demo, Fault, World};
use anilist_trakt_sync::domain::{AnilistId, Service, TraktShowId};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Output, Process, run};
use crate::settings_of;

/// Colours, a window's title, a bell, a forged line, C1 controls, a turn of direction, no width.
const STEERING: &str = "Evil\u{1b}[31m\u{1b}]0;owned\u{7}\r\nerror: forged\u{9b}2J\u{9d}0;x\u{85}\u{202e}\u{200b}\u{2028}";

/// One title that has a place, and one that has none.
const PLACED: u32 = 104_578;
const UNPLACED: u32 = 9_000_100;

struct Desk {
    demo: Demo,
    settings: Vec<(String, String)>,
    folder: TempDir,
}

impl Desk {
    async fn new() -> Self {
        let mut world = World::sample(Clock::System.now());
        for id in [PLACED, UNPLACED] {
            let media = world.media.get_mut(&AnilistId(id)).unwrap();
            media.titles.english = Some(format!("{STEERING} {id}"));
        }
        // So few that the first answer has all plays of a run.
        world.list.retain(|entry| entry.media.0 >= PLACED);
        let mut show = world.catalogue.show(TraktShowId(1420)).unwrap().clone();
        show.title = format!("Attack {STEERING}");
        world.catalogue.add_show(show);
        let demo = Demo::start(world, Clock::System.teller()).await.unwrap();
        let settings = settings_of(&demo, &[]);
        Self { demo, settings, folder: tempfile::tempdir().unwrap() }
    }

    async fn run(&self, arguments: &str) -> Output {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        run(&self.settings, self.folder.path(), &arguments).await
    }
}

fn steers(text: &str) -> bool {
    let hidden = ['\u{202e}', '\u{200b}', '\u{2028}'];
    text.chars().any(|c| (c.is_control() && c != '\n') || hidden.contains(&c))
}

#[track_caller]
fn is_harmless(what: &str, text: &str) {
    assert!(!steers(text), "{what}: {text:?}");
    assert!(
        !text.lines().any(|line| line.trim_start().starts_with("error: forged")),
        "{what}: {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_prints_a_title_that_steers_the_terminal() {
    let desk = Desk::new().await;
    let commands = [
        ("plan", true),
        ("plan --all", true),
        ("sync", false),
        ("runs", false),
        ("runs 1", true),
        ("runs 1 --all", true),
        ("unmapped", true),
        ("explain 104578", true),
        ("suggest 9000100", true),
        ("suggest 104578", true),
        ("search attack", true),
        ("logs", false),
        ("status", false),
        ("doctor", false),
    ];
    for (command, names_it) in commands {
        let Output { stdout, stderr, .. } = desk.run(command).await;
        is_harmless(command, &stdout);
        is_harmless(command, &stderr);
        assert_eq!(stdout.contains("\\u{1b}[31m"), names_it, "{command}: {stdout}");
    }
    let name = format!("mapping add {PLACED} --trakt 1420 --season 3 --name").replace(' ', "\n");
    let arguments: Vec<&str> = name.split('\n').chain([STEERING]).collect();
    let added = run(&desk.settings, desk.folder.path(), &arguments).await;
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    for command in ["mapping list", "corrections export", "export"] {
        is_harmless(command, &desk.run(command).await.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_for_programs_says_the_same_and_holds_no_controls() {
    let desk = Desk::new().await;
    desk.run("sync").await;
    for command in ["plan show 9000100", "runs 1", "unmapped", "explain 104578", "search attack"] {
        let output = desk.run(&format!("{command} --json")).await;
        is_harmless(command, &output.stdout);
        let answer: Value = serde_json::from_str(&output.stdout).unwrap();
        assert!(answer.to_string().contains("owned"), "{command}");
    }
    let explained: Value =
        serde_json::from_str(&desk.run("explain 104578 --json").await.stdout).unwrap();
    assert_eq!(explained["title"], format!("{STEERING} {PLACED}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_service_says_makes_no_line_in_the_log_or_beside_an_error() {
    let desk = Desk::new().await;
    let body = serde_json::json!({"errors": [{"message": STEERING, "status": 400}], "data": null});
    let wrong = Action::Status { status: 400, headers: Vec::new(), body: body.to_string() };
    desk.demo.fail(Fault::new(Service::ANILIST, wrong).times(u32::MAX));
    let failed = desk.run("sync").await;
    assert_eq!(failed.code, Some(1), "{}", failed.stdout);
    is_harmless("sync", &failed.stderr);
    for format in ["pretty", "json"] {
        let mut settings = desk.settings.clone();
        settings.push(("LOG_FORMAT".to_owned(), format.to_owned()));
        let service = Process::start(&settings, &desk.folder, &[]).await;
        service.post("/api/completed-sync").await;
        let lines = service.end().await;
        for line in &lines {
            is_harmless(format, line);
        }
        assert!(
            lines.iter().any(|line| line.contains("run 2 failed") || line.contains("run 3 failed")),
            "{lines:?}"
        );
    }
}
