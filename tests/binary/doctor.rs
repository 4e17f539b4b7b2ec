//! The likeliest mistakes of a set-up: each is found, and told with the next step.

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::Service;
use serde_json::Value;

use crate::process::{Output, run};
use crate::services;

/// What the doctor says of a set-up that is right but for these settings and this `.env`.
async fn examined(changes: &[(&str, &str)], dot_env: &str) -> Output {
    let (_demo, settings) = services(changes).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), dot_env).unwrap();
    run(&settings, folder.path(), &["doctor"]).await
}

/// Changed settings, a `.env`, and the sentence and the hint that they lead to.
type Mistake<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str, &'a str);

/// What is marked as wrong, with its hint.
fn wrong(output: &Output) -> Vec<String> {
    let text = format!("\n{}", output.stdout).replace("\n✓", "\n·");
    let wrong = text.split("\n✗ ").skip(1);
    wrong.map(|rest| rest.split("\n·").next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_wrong_with_a_set_up_that_works() {
    let key = "0f".repeat(32);
    let schedule = [("SYNC_SCHEDULE", "17 */6 * * *"), ("ENCRYPTION_KEY", &key)];
    let output = examined(&schedule, "TIMEZONE=Europe/Berlin\n").await;
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{}", output.stdout);
    for what in ["store", "anilist", "trakt", "tmdb", "clock", "schedule"] {
        assert!(output.stdout.contains(&format!("✓ {what}: ")), "{what} in {}", output.stdout);
    }
    assert!(output.stdout.contains("· files: the mapping file otaku was never fetched"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_likeliest_mistakes_is_found_with_its_next_step() {
    let no_sign_in = [("TRAKT_ACCESS_TOKEN", ""), ("TRAKT_REFRESH_TOKEN", "")];
    let dead_sign_in = [("TRAKT_ACCESS_TOKEN", "dead"), ("TRAKT_REFRESH_TOKEN", "dead")];
    let nobody = [("ANILIST_ACCESS_TOKEN", ""), ("ANILIST_USERNAME", "nobody-of-this-name")];
    let no_app = [("TRAKT_CLIENT_ID", ""), ("TRAKT_CLIENT_SECRET", "")];
    let table: [Mistake<'_>; 10] = [
        (&[("ANILIST_ACCESS_TOKEN", "")], "", "anilist: AniList is not set up", "ANILIST_USERNAME"),
        (&[("ANILIST_ACCESS_TOKEN", "dead")], "", "anilist: ", "make a new AniList token"),
        (&nobody, "", "anilist: ", "check ANILIST_USERNAME"),
        (&no_app, "", "trakt: Trakt is not set up", "TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET"),
        (&no_app, "", "trakt: Trakt is not set up", "only VIP accounts can make one"),
        (&[("TRAKT_CLIENT_ID", "wrong")], "", "trakt: ", "check TRAKT_CLIENT_ID"),
        (&no_sign_in, "", "trakt: nobody has signed in to Trakt yet", "auth trakt"),
        (&dead_sign_in, "", "trakt: ", "sign in to Trakt again"),
        (&[("TMDB_API_KEY", "wrong")], "", "tmdb: TMDB does not take the key", "TMDB_API_KEY"),
        (&[], "TRAKT_CLIENTID=x\n", "configuration: .env sets", "write TRAKT_CLIENT_ID"),
    ];
    for (changes, dot_env, message, hint) in table {
        let output = examined(changes, dot_env).await;
        assert_eq!(output.code, Some(1), "{changes:?}: {}", output.stdout);
        let wrong = wrong(&output);
        let [told] = &wrong[..] else { panic!("{changes:?}: {wrong:?}") };
        assert!(told.starts_with(message) && told.contains(hint), "{changes:?}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_settings_themselves_are_told_together() {
    let output =
        examined(&[("PORT", "70000"), ("TIMEZONE", "Mars"), ("HOST", "0.0.0.0")], "").await;
    assert_eq!(output.code, Some(1));
    for name in ["PORT: ", "TIMEZONE: ", "HOST: would let strangers in"] {
        assert!(output.stderr.contains(name), "{name} in {}", output.stderr);
    }
    let output = examined(&[("APP_TOKEN", "short"), ("CRON_SECRET", "short")], "").await;
    assert_eq!(output.code, Some(1));
    for name in ["APP_TOKEN: can be guessed", "CRON_SECRET: opens everything", "openssl rand"] {
        assert!(output.stderr.contains(name), "{name} in {}", output.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_not_there_and_a_clock_that_is_wrong_are_told_apart() {
    let away = examined(&[("ANILIST_API_URL", "http://127.0.0.1:1")], "").await;
    assert!(away.stdout.contains("✗ anilist: AniList cannot be reached"), "{}", away.stdout);
    let (demo, settings) = services(&[]).await;
    let date = ("date".to_owned(), "Sat, 21 Nov 2020 12:00:00 GMT".to_owned());
    for service in [Service::ANILIST, Service::TRAKT, Service::TMDB] {
        let headers = vec![date.clone()];
        let action = Action::Status { status: 404, headers, body: "{}".to_owned() };
        demo.fail(Fault::new(service, action).times(u32::MAX));
    }
    let folder = tempfile::tempdir().unwrap();
    let output = run(&settings, folder.path(), &["doctor", "--json"]).await;
    let told: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((output.code, &told["ok"]), (Some(1), &Value::from(false)));
    let findings = told["findings"].as_array().unwrap();
    let clock = findings.iter().find(|finding| finding["what"] == "clock").unwrap();
    assert_eq!(clock["weight"], "wrong");
    assert!(clock["message"].as_str().unwrap().ends_with("minutes fast"), "{clock}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_written_to_is_told() {
    let (_demo, settings) = services(&[("REDIS_URL", "redis://127.0.0.1:1")]).await;
    let folder = tempfile::tempdir().unwrap();
    let output = run(&settings, folder.path(), &["doctor"]).await;
    assert_eq!(output.code, Some(1));
    assert!(output.stdout.contains("✗ store: "), "{}", output.stdout);
    assert!(output.stdout.contains("REDIS_URL"), "{}", output.stdout);
}
