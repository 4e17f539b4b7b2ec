//! What a person sets: shown, checked, saved, and in force from the next run on.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::Answer;
use crate::webhook::Receiving;

const PATH: &str = "/api/settings";

/// Every setting that can be set freely, with a value of its own and what that is shown as.
fn values() -> [(&'static str, Value, Value); 11] {
    let same = |name, value: Value| (name, value.clone(), value);
    [
        same("timezone", json!("Europe/Berlin")),
        same("rewatches", json!(true)),
        same("private", json!(true)),
        same("maxPlaysPerRun", json!(10_000_000)),
        same("batchSize", json!(1)),
        same("schedule", json!("17 */6 * * *")),
        same("webhookFormat", json!("ntfy")),
        same("titleLanguage", json!("native")),
        ("anilistUsername", json!("  Somebody "), json!("Somebody")),
        ("anilistClientId", json!(" 1017 "), json!("1017")),
        ("malClientId", json!(" 0123abcd "), json!("0123abcd")),
    ]
}

/// The variable that sets each, and a value for it.
const VARIABLES: [(&str, &str, &str); 10] = [
    ("anilistToken", "ANILIST_ACCESS_TOKEN", "hush"),
    ("anilistUsername", "ANILIST_USERNAME", "demo"),
    ("timezone", "TIMEZONE", "UTC"),
    ("rewatches", "SYNC_REWATCHES", "0"),
    ("private", "SYNC_PRIVATE", "1"),
    ("maxPlaysPerRun", "MAX_PLAYS_PER_RUN", "5"),
    ("batchSize", "TRAKT_BATCH_SIZE", "7"),
    ("schedule", "SYNC_SCHEDULE", "17 */6 * * *"),
    ("webhookUrl", "WEBHOOK_URL", "https://discord.com/api/webhooks/1/hush"),
    ("webhookFormat", "WEBHOOK_FORMAT", "json"),
];

async fn change(service: &Service, body: &Value) -> Answer {
    Answer::of(service.request(Method::PATCH, PATH).json(body)).await
}

/// What each is at first.
fn defaults(all: &Value) -> Vec<(String, Value)> {
    let values = all.as_object().unwrap().iter();
    values.map(|(name, setting)| (name.clone(), setting["value"].clone())).collect()
}

/// A service on which the environment says nothing of AniList's account.
async fn without_account() -> Service {
    Service::with(&[("ANILIST_ACCESS_TOKEN", ""), ("ANILIST_USERNAME", "")]).await
}

#[tokio::test]
async fn every_setting_is_saved_shown_and_set_back_by_itself() {
    let service = without_account().await;
    let before = service.get(PATH).await.ok();
    let names: BTreeSet<&str> = before.as_object().unwrap().keys().map(String::as_str).collect();
    let secrets = ["anilistToken", "anilistClientSecret", "malClientSecret", "webhookUrl"];
    let known = values().map(|(name, ..)| name);
    assert_eq!(names, known.into_iter().chain(secrets).collect());
    for (name, value, shown) in values() {
        let told = change(&service, &json!({ name: value })).await.ok();
        assert_eq!(told[name]["value"], shown, "{name}");
        assert_eq!(told[name]["default"], before[name]["value"], "{name}");
        assert_eq!(told[name]["lockedBy"], Value::Null, "{name}");
        assert_eq!(service.get(PATH).await.ok(), told);
        let others = defaults(&told).into_iter().filter(|(other, _)| other != name);
        let before_others = defaults(&before).into_iter().filter(|(other, _)| other != name);
        assert!(others.eq(before_others), "{name} changes nothing else");
        assert_eq!(change(&service, &json!({ name: null })).await.ok(), before, "{name}");
    }
    assert_eq!(change(&service, &json!({})).await.ok(), before);
    let as_text = json!({"batchSize": "50", "rewatches": "1", "private": "false"});
    let told = change(&service, &as_text).await.ok();
    let set = [&told["batchSize"], &told["rewatches"], &told["private"]];
    assert_eq!(set.map(|setting| &setting["value"]), [&json!(50), &json!(true), &json!(false)]);
}

#[tokio::test]
async fn what_the_environment_sets_is_locked_and_names_its_variable() {
    let settings = VARIABLES.map(|(_, variable, value)| (variable, value));
    let service = Service::with(&settings).await;
    let before = service.get(PATH).await;
    assert!(!before.text.contains("hush"), "{}", before.text);
    let before = before.ok();
    for (name, variable, _) in VARIABLES {
        assert_eq!(before[name]["lockedBy"], variable);
        for value in [&before[name]["value"], &Value::Null] {
            let body = json!({"titleLanguage": "english", name: value});
            let sentence = change(&service, &body).await.refused(409, "refused");
            assert_eq!(sentence, format!("{name} is set from outside, by {variable}"));
        }
    }
    assert_eq!(before["maxPlaysPerRun"]["value"], 5);
    assert_eq!(before["webhookUrl"]["host"], "discord.com");
    assert_eq!(service.get(PATH).await.ok(), before, "nothing of it was written");
    let told = change(&service, &json!({"titleLanguage": "english"})).await.ok();
    assert_eq!(told["titleLanguage"]["value"], "english");
}

#[tokio::test]
async fn a_value_that_cannot_be_is_refused_with_all_that_came_with_it() {
    let service = without_account().await;
    let before = service.get(PATH).await.ok();
    for (name, value, sentence) in [
        ("timezone", json!("Mars/Olympus"), "is not an IANA time zone: Mars/Olympus"),
        ("timezone", json!(5), "is of another form"),
        ("rewatches", json!("yes"), "is neither 1 nor 0: yes"),
        ("private", json!(1), "is of another form"),
        ("maxPlaysPerRun", json!(0), "is not a whole number from 1 to 10000000: 0"),
        ("maxPlaysPerRun", json!(-1), "is not a whole number from 1 to 10000000: -1"),
        ("batchSize", json!(1001), "is not a whole number from 1 to 1000: 1001"),
        ("batchSize", json!(1.5), "is not a whole number from 1 to 1000: 1.5"),
        ("schedule", json!("every hour"), "is not a cron pattern of five fields: every hour"),
        ("webhookUrl", json!("hush.example"), "is not an http or https address"),
        ("webhookUrl", json!(["x"]), "is of another form"),
        ("webhookFormat", json!("xml"), "is none of discord, ntfy, json: xml"),
        ("titleLanguage", json!("klingon"), "is none of romaji, english, native: klingon"),
        ("anilistUsername", json!(""), "is not a name at AniList: "),
        ("anilistToken", json!("hush hush"), "is not a token"),
    ] {
        let body = json!({"titleLanguage": "english", "webhookFormat": "json", name: value});
        let refused = change(&service, &body).await.refused(400, "bad_request");
        assert_eq!(refused, format!("{name} {sentence}"));
    }
    let unknown = change(&service, &json!({"timeZone": "UTC"})).await;
    let sentence = "there is no such setting: timeZone";
    assert_eq!(unknown.refused(400, "bad_request"), sentence);
    for body in [json!([]), json!("x")] {
        change(&service, &body).await.refused(400, "bad_request");
    }
    let long = json!({"timezone": "x".repeat(5000)});
    assert!(change(&service, &long).await.text.len() < 400);
    assert_eq!(service.get(PATH).await.ok(), before);
}

#[tokio::test]
async fn changes_at_once_do_not_lose_one_another() {
    let service = without_account().await;
    let values = values();
    let bodies = values.each_ref().map(|(name, value, _)| json!({ *name: value }));
    for answer in join_all(bodies.iter().map(|body| change(&service, body))).await {
        answer.ok();
    }
    let all = service.get(PATH).await.ok();
    for (name, _, shown) in values {
        assert_eq!(all[name]["value"], shown, "{name}");
    }
}

#[tokio::test]
async fn a_secret_is_taken_used_and_never_told() {
    let service = without_account().await;
    let url = "https://hooks.example.org/hush-in-an-address";
    let secrets = json!({"anilistToken": "hush-of-a-list", "webhookUrl": url});
    let mut said = change(&service, &secrets).await.text;
    let told = service.get(PATH).await.ok();
    assert_eq!(told["anilistToken"], json!({"isSet": true, "host": null, "lockedBy": null}));
    let hook = json!({"isSet": true, "host": "hooks.example.org", "lockedBy": null});
    assert_eq!(told["webhookUrl"], hook);
    assert_eq!(told["webhookFormat"]["value"], "json");
    service.get("/api/full-sync").await;
    for path in [PATH, "/api/logs", "/api/connections", "/api/runs", "/metrics", "/api/status"] {
        said += &service.get(path).await.text;
    }
    assert!(!said.contains("hush"), "{said}");
    let gone = change(&service, &json!({"anilistToken": null, "webhookUrl": null})).await.ok();
    let none = json!({"isSet": false, "host": null, "lockedBy": null});
    assert_eq!((&gone["anilistToken"], &gone["webhookUrl"]), (&none, &none));
    assert_eq!(gone["webhookFormat"]["value"], Value::Null);
}

#[tokio::test]
async fn the_next_run_goes_by_what_was_set() {
    let service = without_account().await;
    service.get("/api/full-sync").await.refused(503, "not_configured");
    let ready = service.get("/readyz").await.ok();
    assert_eq!(ready["configuration"], "incomplete");
    let body = json!({"anilistUsername": "demo", "maxPlaysPerRun": 3});
    change(&service, &body).await.ok();
    let report = service.post("/api/full-sync", &json!({})).await.ok();
    assert_eq!((&report["state"], &report["synced"]), (&json!("partial"), &json!(3)));
    change(&service, &json!({"maxPlaysPerRun": null})).await.ok();
    let report = service.post("/api/full-sync", &json!({})).await.ok();
    assert_eq!((&report["state"], &report["synced"]), (&json!("complete"), &json!(1)));
}

#[tokio::test]
async fn a_webhook_is_told_from_when_it_is_set_until_it_is_taken_away() {
    let mut receiving = Receiving::start().await;
    let service = Service::with(&[("MAX_PLAYS_PER_RUN", "3")]).await;
    change(&service, &json!({"webhookUrl": receiving.url})).await.ok();
    service.get("/api/cron").await.ok();
    assert_eq!(receiving.json().await["event"], "posted");
    change(&service, &json!({"webhookUrl": null})).await.ok();
    service.clock.advance(Duration::from_hours(7));
    service.get("/api/cron").await.ok();
    assert!(receiving.told.try_recv().is_err(), "nobody is told any more");
}

#[tokio::test]
async fn the_schedule_is_told_in_the_zone_that_is_set() {
    let service = Service::small().await;
    let next = async || service.get("/api/status").await.ok()["nextAutomatedSync"].clone();
    assert_eq!(next().await, Value::Null);
    change(&service, &json!({"schedule": "0 3 * * *"})).await.ok();
    assert_eq!(next().await, "2026-11-22T03:00:00Z");
    change(&service, &json!({"timezone": "Europe/Berlin"})).await.ok();
    assert_eq!(next().await, "2026-11-22T02:00:00Z");
    change(&service, &json!({"schedule": null})).await.ok();
    assert_eq!(next().await, Value::Null);
}

#[tokio::test]
async fn other_methods_and_other_sites_are_refused() {
    let service = Service::small().await;
    for method in [Method::PUT, Method::POST, Method::DELETE] {
        let answer = service.ask(method, PATH).await;
        assert_eq!(answer.status, 405);
        assert!(answer.header("allow").contains("PATCH"), "{}", answer.header("allow"));
    }
    let request = service.request(Method::PATCH, PATH).header("sec-fetch-site", "cross-site");
    Answer::of(request.json(&json!({"private": true}))).await.refused(403, "forbidden");
}
