//! What the command line does besides running the service.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Output, Process, run};
use crate::services;

/// The split cour of the sample: Attack on Titan Season 3 Part 2.
const SPLIT: &str = "104578";

struct Desk {
    settings: Vec<(String, String)>,
    folder: TempDir,
    _demo: anilist_trakt_sync::demo::Demo,
}

impl Desk {
    async fn new() -> Self {
        let (demo, settings) = services(&[]).await;
        Self { settings, folder: tempfile::tempdir().unwrap(), _demo: demo }
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        run(&self.settings, self.folder.path(), arguments).await
    }

    async fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert_eq!(output.code, Some(0), "{arguments:?}: {}", output.stderr);
        output.stdout
    }

    async fn explained(&self, title: &str) -> Value {
        serde_json::from_str(&self.says(&["explain", title, "--json"]).await).unwrap()
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_cour_is_explained_in_a_minute_of_reading() {
    let desk = Desk::new().await;
    let text = desk.says(&["explain", SPLIT]).await;
    for expected in [
        "AniList 104578: Tv, 10 episodes, began 2019-04-29",
        "verified, by anibridge",
        "show Attack on Titan (1420): 1-10 → S3E13…S3E22",
        "* anibridge: 1-10 from S3E13 on show Attack on Titan (1420), 10 points",
        "✓   +3 dates",
        "✗   -6 dates",
    ] {
        assert!(text.contains(expected), "{expected} in\n{text}");
    }
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 100, "{widest} columns\n{text}");
    let by_address = desk.says(&["explain", "https://anilist.co/anime/104578/Shingeki"]).await;
    assert_eq!(by_address, text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_by_hand_decides_until_it_is_taken_back() {
    let desk = Desk::new().await;
    let add = ["mapping", "add", SPLIT, "--trakt", "1420", "--type", "show", "--season", "3"];
    desk.says(&[&add[..], &["--offset", "2"]].concat()).await;
    let explained = desk.explained(SPLIT).await;
    assert_eq!(
        (&explained["source"], &explained["verdict"]),
        (&json!("manual"), &json!("verified"))
    );
    assert_eq!(explained["episodes"][0]["number"], 3);
    let list = desk.says(&["mapping", "list"]).await;
    assert_eq!(list, "104578 → show Attack on Titan (1420), season 3 after episode 2\n");
    desk.says(&["mapping", "remove", SPLIT]).await;
    assert_eq!(desk.explained(SPLIT).await["source"], "anibridge");
    let again = desk.run(&["mapping", "remove", SPLIT]).await;
    assert_eq!(again.code, Some(1));
    assert!(
        again.stderr.starts_with("error: there is no manual mapping of AniList"),
        "{}",
        again.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_moves_one_episode() {
    let desk = Desk::new().await;
    let which = ["--show", "1420", "--episode", "2", "--title", SPLIT];
    desk.says(&[&["override", "add"], &which[..], &["--to", "S0E1"]].concat()).await;
    assert_eq!(
        desk.says(&["override", "list"]).await,
        "show 1420: episode 2 of AniList 104578 → S0E1\n"
    );
    assert!(desk.says(&["explain", SPLIT]).await.contains("corrected: 2 → S0E1"));
    desk.says(&[&["override", "remove"], &which[..]].concat()).await;
    assert_eq!(desk.says(&["override", "list"]).await, "");
    let bad = desk.run(&[&["override", "add"], &which[..], &["--to", "2x7"]].concat()).await;
    assert_eq!(bad.code, Some(2));
    let bad = desk.run(&["override", "add", "--episode", "2", "--to", "S2E7"]).await;
    assert_eq!(bad.code, Some(2), "neither a show nor a title");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_of_a_title_needs_no_show_and_one_of_a_show_says_that_it_is_for_all() {
    let desk = Desk::new().await;
    desk.explained(SPLIT).await;
    desk.says(&["override", "add", "--title", SPLIT, "--episode", "2", "--to", "S0E1"]).await;
    desk.says(&["override", "add", "--show", "1420", "--episode", "9", "--to", "S0E2"]).await;
    assert_eq!(
        desk.says(&["override", "list"]).await,
        "show Attack on Titan (1420): episode 2 of Attack on Titan Season 3 Part 2 (AniList 104578) → S0E1\n\
         show Attack on Titan (1420): episode 9 of every title → S0E2\n"
    );
    desk.says(&["override", "remove", "--title", SPLIT, "--episode", "2"]).await;
    assert_eq!(desk.says(&["override", "list"]).await.lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_trakt_does_not_have_is_refused() {
    let desk = Desk::new().await;
    for (arguments, sentence) in [
        (
            &["mapping", "add", SPLIT, "--trakt", "1420", "--season", "77"][..],
            "Trakt's show 1420 has no season 77",
        ),
        (
            &["mapping", "add", SPLIT, "--trakt", "4040404", "--type", "show"],
            "Trakt has no show with this number",
        ),
        (
            &["override", "add", "--show", "1420", "--episode", "1", "--to", "S3E99"],
            "Trakt's show 1420 has no S3E99",
        ),
    ] {
        let refused = desk.run(arguments).await;
        assert_eq!(refused.code, Some(1), "{arguments:?}: {}", refused.stdout);
        assert!(
            refused.stderr.contains(sentence) && refused.stderr.contains("hint: "),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(desk.says(&["mapping", "list"]).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_go_from_one_data_folder_to_another_as_a_file() {
    let (one, other) = (Desk::new().await, Desk::new().await);
    one.says(&["mapping", "add", SPLIT, "--trakt", "1420", "--season", "2"]).await;
    let file = one.path("mine.json");
    one.says(&["corrections", "export", &file]).await;
    let looked = other.says(&["corrections", "import", &file, "--dry-run"]).await;
    assert_eq!(looked, "1 added, 0 replaced, 0 as they were\n");
    assert_eq!(other.says(&["mapping", "list"]).await, "");
    other.says(&["corrections", "import", &file]).await;
    let placed = |explained: Value| explained["placement"].clone();
    let (here, there) = (one.explained(SPLIT).await, other.explained(SPLIT).await);
    assert_eq!(placed(here), placed(there));
    let written = std::fs::read_to_string(&file).unwrap();
    for export in [&["corrections", "export"][..], &["corrections", "export", "-"]] {
        assert_eq!(other.says(export).await, written);
    }
    assert!(!Path::new(&other.path("-")).exists(), "- is the standard output");
}

/// A program reads the same, whether it asks the terminal or a running service.
#[tokio::test(flavor = "multi_thread")]
async fn json_is_what_the_api_answers() {
    let desk = Desk::new().await;
    desk.says(&["sync"]).await;
    desk.says(&["mapping", "add", SPLIT, "--trakt", "1420", "--season", "2"]).await;
    let which = ["--title", SPLIT, "--episode", "3", "--to", "S2E4"];
    desk.says(&[&["override", "add"], &which[..]].concat()).await;
    let file = desk.path("mine.json");
    desk.says(&["corrections", "export", &file]).await;
    let service = Process::start(&desk.settings, &desk.folder, &[]).await;
    for (command, path) in [
        ("mapping list", "/api/mappings"),
        ("override list", "/api/overrides"),
        ("unmapped", "/api/unmapped"),
        ("runs", "/api/runs"),
        ("runs 1", "/api/runs/1"),
        ("explain 104578", "/api/explain?anilistId=104578"),
        ("suggest 104578", "/api/suggestions?anilistId=104578"),
        ("search attack", "/api/search?q=attack"),
    ] {
        let command: Vec<&str> = command.split(' ').chain(["--json"]).collect();
        let told: Value = serde_json::from_str(&desk.says(&command).await).unwrap();
        assert_eq!(told, service.get(path).await.1, "{command:?}");
    }
    let import = desk.says(&["corrections", "import", &file, "--dry-run", "--json"]).await;
    let text = std::fs::read_to_string(&file).unwrap();
    let body = serde_json::from_str(&text).unwrap();
    let answer = service.post_json("/api/corrections?dry=1", &body).await.1;
    assert_eq!(serde_json::from_str::<Value>(&import).unwrap(), answer);
    assert_eq!(answer["unchanged"], 2);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_wrong_is_named_and_changes_nothing() {
    let desk = Desk::new().await;
    let file = desk.path("bad.json");
    let text = r#"{"format":"anilist-trakt-sync/corrections","version":1,
        "mappings":[{"anilistId":5,"traktId":6},{"anilistId":5,"traktId":7}],"overrides":[]}"#;
    std::fs::write(&file, text).unwrap();
    let refused = desk.run(&["corrections", "import", &file]).await;
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("mappings[1]: anilistId is there twice: 5"),
        "{}",
        refused.stderr
    );
    assert_eq!(desk.says(&["mapping", "list"]).await, "");
    let missing = Path::new(&file).with_extension("none").display().to_string();
    let refused = desk.run(&["corrections", "import", &missing]).await;
    assert!(refused.stderr.contains(&missing) && refused.stderr.contains("hint:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_that_anilist_does_not_have_is_an_error_with_a_hint() {
    let desk = Desk::new().await;
    let output = desk.run(&["explain", "4000000"]).await;
    assert_eq!(output.code, Some(1));
    assert!(
        output.stderr.contains("no anime with this id: 4000000\n  hint: "),
        "{}",
        output.stderr
    );
}
