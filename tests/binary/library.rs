//! Lists as files from the command line, and coming from the tracker.

use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Output, run};

struct Desk {
    folder: TempDir,
    /// Where files lie that are read and written.
    files: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), files: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        run(&[], self.folder.path(), arguments).await
    }

    /// What it prints when all is well.
    async fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert_eq!(output.code, Some(0), "{arguments:?}: {} {}", output.stdout, output.stderr);
        output.stdout
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        let arguments = [arguments, &["--json"]].concat();
        serde_json::from_str(&self.says(&arguments).await).unwrap()
    }

    /// A tracker's database.
    fn tracker(&self, script: &str) -> String {
        let file = self.file("app.db");
        Connection::open(&file).unwrap().execute_batch(script).unwrap();
        file.to_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_looked_at_read_and_written() {
    let desk = Desk::new();
    let (list, table) = (desk.file("list.json"), desk.file("library.csv"));
    let (list, table) = (list.to_str().unwrap(), table.to_str().unwrap());
    let rows = json!([
        {"title": "Frieren", "type": "anime", "mal_id": 52_991, "status": "watching", "progress": 5},
        {"title": "\u{1b}[31mred", "type": "film"},
    ]);
    std::fs::write(list, rows.to_string()).unwrap();
    let dry = desk.says(&["import", list, "--dry-run"]).await;
    assert!(dry.starts_with("1 would be added, 0 would be changed"), "{dry}");
    let done = desk.says(&["import", list]).await;
    assert!(
        done.starts_with("1 added, 0 changed, 0 as they were, 0 twice in the file, 1 for you"),
        "{done}"
    );
    assert!(done.contains("  row 2, ") && done.trim_end().ends_with(": title"), "{done}");
    assert!(!done.contains('\u{1b}'), "no text of a file steers a terminal");
    let again = desk.json(&["import", list]).await;
    assert_eq!((&again["imported"], &again["counts"]["same"]), (&json!(0), &json!(1)));
    desk.says(&["export", table, "--format", "csv"]).await;
    let same = desk.json(&["import", table, "--dry"]).await;
    assert_eq!((&same["format"], &same["counts"]["same"]), (&json!("csv"), &json!(1)));
    let printed = desk.says(&["export", "-"]).await;
    let printed: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(printed["items"][0]["title"], "Frieren");
    let mal = desk.run(&["export", "-", "--format", "mal-xml"]).await;
    assert!(mal.stderr.contains("holds one kind: type"), "{}", mal.stderr);
    let mal = desk.says(&["export", "-", "--format", "mal-xml", "--type", "anime"]).await;
    assert!(mal.contains("<series_animedb_id>52991<"), "{mal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_state_goes_in_and_out_as_before() {
    let desk = Desk::new();
    let list = desk.file("list.json");
    std::fs::write(&list, r#"[{"title": "Frieren", "type": "anime"}]"#).unwrap();
    desk.says(&["import", list.to_str().unwrap()]).await;
    let state = desk.says(&["export"]).await;
    assert!(state.contains("library:mark") && state.contains("Frieren"), "{state}");
    let odd = desk.run(&["export", "--format", "csv"]).await;
    assert_eq!(odd.code, Some(2), "a form is of a library: {}", odd.stderr);
    let absent = desk.run(&["import", "no-such-file.xml"]).await;
    assert!(absent.stderr.contains("no-such-file.xml"), "{}", absent.stderr);
}

const TRACKER: &str = "
    CREATE TABLE \"user\" (id INTEGER PRIMARY KEY, username VARCHAR, hashed_password VARCHAR,
        full_name VARCHAR, disabled BOOLEAN);
    INSERT INTO user VALUES (1, 'closed', 'x', NULL, 1), (2, 'mika', 'secret-hash', 'Mika M.', 0),
        (3, 'a b', 'x', NULL, 0), (4, 'Robin', 'x', NULL, 0);
    CREATE TABLE LibraryItem (id INTEGER PRIMARY KEY, user_id INTEGER, title VARCHAR, type VARCHAR,
        source VARCHAR, cover_url VARCHAR, status VARCHAR, progress INTEGER, anilist_id INTEGER);
    INSERT INTO LibraryItem VALUES
        (1, 2, 'One Piece', 'MANGA', 'AniList', '', 'READING', 12, 30013),
        (2, 2, 'Frieren', 'anime', 'mock', NULL, 'planning', -1, NULL),
        (3, 4, 'Akira', 'anime', 'local', 'javascript:1', 'completed', 1, 47),
        (4, NULL, 'of nobody', 'anime', NULL, NULL, NULL, NULL, NULL),
        (5, 2, 'odd', 'book', NULL, NULL, NULL, NULL, NULL),
        (6, 2, 'Frieren', 'anime', 'mock', NULL, 'planning', 0, NULL);";

#[tokio::test(flavor = "multi_thread")]
async fn the_tracker_s_people_and_titles_come_over_once() {
    let desk = Desk::new();
    let database = desk.tracker(TRACKER);
    let dry = desk.json(&["import", "tracker", &database, "--dry-run"]).await;
    assert_eq!((&dry["dry"], &dry["people"][0]["username"]), (&json!(true), &json!("mika")));
    assert!(desk.says(&["account", "list"]).await.is_empty(), "nothing came yet");

    let done = desk.json(&["import", "tracker", &database]).await;
    let people = done["people"].as_array().unwrap();
    let said: Vec<(&str, &str, &Value, &Value)> = people
        .iter()
        .map(|one| {
            let word = |name: &str| one[name].as_str().unwrap();
            (word("username"), word("account"), &one["new"], &one["unclear"])
        })
        .collect();
    let (none, one, three) = (&json!(0), &json!(1), &json!(3));
    assert_eq!(
        said,
        [
            ("mika", "new", three, one),
            ("a b", "refused", none, none),
            ("Robin", "new", one, none),
            ("closed", "new", none, none),
            ("", "nobody", one, none),
        ]
    );
    let accounts = desk.says(&["account", "list"]).await;
    assert!(accounts.contains("mika") && accounts.contains("Mika M."), "{accounts}");
    let closed = accounts.lines().find(|line| line.contains("closed")).unwrap();
    assert!(closed.contains("shut out"), "{closed}");
    assert!(!desk.says(&["export"]).await.contains("secret-hash"), "passwords stay behind");

    let items: Value = serde_json::from_str(&desk.says(&["export", "-"]).await).unwrap();
    let first = &items["items"][0];
    assert_eq!(
        (&first["title"], &first["type"], &first["source"]),
        (&json!("One Piece"), &json!("manga"), &json!("anilist"))
    );
    assert_eq!((&first["status"], &first["progress"]), (&json!("reading"), &json!(12)));
    assert_eq!(items["items"].as_array().unwrap().len(), 4, "two of one title stay two: {items}");

    let state = desk.says(&["export"]).await;
    let again = desk.says(&["import", "tracker", &database]).await;
    assert!(
        again.contains("mika: the account is there; 0 new, 0 changed, 3 as they were"),
        "{again}"
    );
    assert_eq!(desk.says(&["export"]).await, state, "a second time changes nothing");
    let code = desk.says(&["account", "reset", "mika"]).await;
    assert!(code.contains("sets a new password"), "{code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_tracker_is_refused() {
    let desk = Desk::new();
    let other = desk.tracker("CREATE TABLE films (id)");
    let refused = desk.run(&["import", "tracker", &other]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("no table of people"), "{}", refused.stderr);
    let view = desk.file("view.db");
    let script = "CREATE TABLE user (username); CREATE VIEW libraryitem AS SELECT hex(zeroblob(900000000)) AS title";
    Connection::open(&view).unwrap().execute_batch(script).unwrap();
    let refused = desk.run(&["import", "tracker", view.to_str().unwrap()]).await;
    assert!(refused.stderr.contains("not a table but a view"), "{}", refused.stderr);
    let as_list = desk.run(&["import", view.to_str().unwrap()]).await;
    assert!(as_list.stderr.contains("`import tracker FILE`"), "{}", as_list.stderr);
}
