//! Signing in to `MyAnimeList` and Kitsu, staying signed in, and out again.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{AccountId, Service as Other};
use anilist_trakt_sync::outbound::Credentials;
use anilist_trakt_sync::store::keys;
use reqwest::redirect::Policy;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::accounts::{get, open, send, somebody};
use crate::service::Service;
use crate::shape::Answer;

const LISTS: &str = "/api/v1/integrations";
const SETTINGS: &str = "/api/v1/integrations/settings";
const MAL: &str = "/api/v1/integrations/myanimelist";
const KITSU: &str = "/api/v1/integrations/kitsu";
const CALLBACK: &str = "/api/v1/integrations/myanimelist/callback";
const WITHOUT: (&str, &str) = ("ANILIST_ACCESS_TOKEN", "");
const MONTH: i64 = 31 * 24 * 3600;

/// A sign-in that began: what the browser keeps, and where the service is.
struct Begun {
    url: String,
    cookie: String,
}

fn begun(answer: &Answer) -> Begun {
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    Begun { url: answer.ok()["url"].as_str().unwrap().to_owned(), cookie }
}

async fn begin(service: &Service) -> Begun {
    begun(&service.get(&format!("{MAL}/connect-url")).await)
}

/// Where `MyAnimeList` sends the browser: path and query.
#[expect(clippy::disallowed_methods, reason = "the person's browser is not part of the service")]
async fn agree(begun: &Begun) -> String {
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let answer = browser.get(&begun.url).header("user-agent", "browser").send().await.unwrap();
    assert_eq!(answer.status(), 302, "{}", begun.url);
    let back: Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
    format!("{}?{}", back.path(), back.query().unwrap())
}

async fn come_back(service: &Service, back: &str, cookie: &str) -> Answer {
    let request = service.request(Method::GET, back).header("cookie", cookie);
    Answer::of(request.header("sec-fetch-site", "cross-site")).await
}

async fn connect_mal(service: &Service) -> Answer {
    let begun = begin(service).await;
    come_back(service, &agree(&begun).await, &begun.cookie).await
}

fn password() -> Value {
    json!({ "username": "demo@example.org", "password": "demo-kitsu-password" })
}

async fn connect_kitsu(service: &Service) -> Answer {
    service.post(&format!("{KITSU}/connect"), &password()).await
}

/// Signs the person in to both.
async fn connect(service: &Service) {
    assert_eq!(connect_mal(service).await.status, 200);
    connect_kitsu(service).await.ok();
}

async fn status(service: &Service, of: &str) -> Value {
    service.get(SETTINGS).await.ok()[of].clone()
}

/// Whether somebody is connected, as whom, and how the service stands.
fn told(status: &Value) -> (bool, &str, &str) {
    let text = |name: &str| status[name].as_str().unwrap_or_default();
    (status["is_connected"].as_bool().unwrap(), text("external_username"), text("state"))
}

/// How often a refresh token was sent to `MyAnimeList`, and to Kitsu.
fn renewals(service: &Service) -> (usize, usize) {
    let stats = service.demo.stats();
    let is_refresh = |grant: Option<&str>| grant == Some("refresh_token");
    let mal = stats.forms.iter().filter(|form| {
        form.route.ends_with("/v1/oauth2/token")
            && is_refresh(form.fields.get("grant_type").map(String::as_str))
    });
    let kitsu = stats.writes.iter().filter(|write| {
        write.path == "/api/oauth/token" && is_refresh(write.body["grant_type"].as_str())
    });
    (mal.count(), kitsu.count())
}

/// Everything that is kept of a person's sign-ins.
async fn stored(service: &Service, account: &AccountId) -> Vec<Option<String>> {
    let names = [
        keys::MYANIMELIST_TOKEN,
        keys::MYANIMELIST_REFRESH_TOKEN,
        keys::MYANIMELIST_TOKEN_TERMS,
        keys::KITSU_TOKEN,
        keys::KITSU_REFRESH_TOKEN,
    ];
    service.store.config(account, &names).await.unwrap()
}

/// Asks both services who the person is, as whatever runs for them does.
async fn who(service: &Service) -> (Result<String, String>, Result<String, String>) {
    let person = service.people.first();
    let (mal, kitsu) = (&person.services.mal, &person.services.kitsu);
    let of_mal = |by: Credentials| async move { mal.me(&by.token).await };
    let of_kitsu = |by: Credentials| async move { kitsu.me(&by.token).await };
    let (mal, kitsu) =
        tokio::join!(person.myanimelist.signed_in(of_mal), person.kitsu.signed_in(of_kitsu));
    let mal = mal.map(|me| me.name).map_err(|error| error.to_string());
    (mal, kitsu.map(|me| me.name).map_err(|error| error.to_string()))
}

fn good() -> (Result<String, String>, Result<String, String>) {
    (Ok("demo".to_owned()), Ok("Demo Person".to_owned()))
}

#[tokio::test]
async fn a_person_signs_in_to_both_and_the_settings_say_so() {
    let service = Service::with(&[WITHOUT]).await;
    for list in ["anilist", "myanimelist", "kitsu"] {
        let before = status(&service, list).await;
        assert_eq!(told(&before), (false, "", "signed_out"), "an app alone is no connection");
        assert_eq!(before["last_sync_status"], "pending");
        assert!(before["hint"].is_string(), "{before}");
    }
    let answer = connect_mal(&service).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("Connected to MyAnimeList"), "{}", answer.text);
    assert!(answer.text.contains("signed in as demo"), "{}", answer.text);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    let kitsu = connect_kitsu(&service).await.ok();
    assert_eq!((&kitsu["external_user_id"], &kitsu["sync_count"]), (&json!("6001"), &json!(0)));
    assert_eq!(kitsu["settings"], json!({ "first_sync": "unanswered" }));
    assert_eq!(told(&status(&service, "myanimelist").await), (true, "demo", "ok"));
    assert_eq!(told(&status(&service, "kitsu").await), (true, "Demo Person", "ok"));
    assert_eq!(status(&service, "myanimelist").await["client_id"], "demo-mal-client");
    assert!(told(&status(&service, "trakt").await).0);
}

#[tokio::test]
async fn what_is_asked_of_myanimelist_carries_a_fresh_proof_of_64_characters() {
    let service = Service::small().await;
    let mut proofs = Vec::new();
    for _ in 0..2 {
        let begun = begin(&service).await;
        let page: Url = begun.url.parse().unwrap();
        let query: Vec<(String, String)> = page.query_pairs().into_owned().collect();
        let said = |name: &str| {
            query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap()
        };
        assert_eq!(said("code_challenge_method"), "plain");
        assert_eq!(said("code_challenge").len(), 64);
        assert!(said("redirect_uri").ends_with(CALLBACK), "{page}");
        proofs.extend([said("code_challenge"), said("state")]);
    }
    let all = proofs.len();
    proofs.sort();
    proofs.dedup();
    assert_eq!(proofs.len(), all, "neither is used twice");
}

#[tokio::test]
async fn neither_tokens_nor_the_password_are_told_or_kept_open() {
    let key = "0f".repeat(32);
    let service = Service::with(&[("ENCRYPTION_KEY", key.as_str())]).await;
    let told = [connect_mal(&service).await.text, connect_kitsu(&service).await.text];
    let mut told = told.concat();
    let wrong = json!({ "username": "demo@example.org", "password": "not-the-password" });
    let refused = service.post(&format!("{KITSU}/connect"), &wrong).await;
    assert!(refused.refused(400, "bad_request").starts_with("Kitsu refused the name and password"));
    told += &refused.text;
    for path in [SETTINGS, "/api/settings", "/api/logs", "/api/auth/export", "/api/connections"] {
        told += &service.get(path).await.text;
    }
    let kept = stored(&service, &AccountId::default()).await;
    assert!(kept.iter().all(|text| text.as_ref().unwrap().starts_with("sealed:1:")), "{kept:?}");
    let kept: String = kept.into_iter().flatten().collect();
    for secret in
        ["demo-mal-access", "demo-mal-refresh", "demo-mal-secret", "demo-kitsu-", "not-the-"]
    {
        assert!(!told.contains(secret) && !kept.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_sign_in_is_good_once_in_one_browser_for_ten_minutes_and_only_with_its_state() {
    let service = Service::small().await;
    let first = begin(&service).await;
    let back = agree(&first).await;
    let other = begin(&service).await;
    let of_anilist = begun(&service.get(&format!("{LISTS}/anilist/connect-url")).await).cookie;
    let (without, _) = back.split_once("&state=").unwrap();
    for (back, cookie) in [
        (back.as_str(), ""),
        (back.as_str(), other.cookie.as_str()),
        (back.as_str(), of_anilist.as_str()),
        (without, first.cookie.as_str()),
    ] {
        come_back(&service, back, cookie).await.refused(400, "bad_request");
    }
    assert!(!told(&status(&service, "myanimelist").await).0);
    assert_eq!(come_back(&service, &back, &first.cookie).await.status, 200);
    come_back(&service, &back, &first.cookie).await.refused(400, "bad_request");
    let late = begin(&service).await;
    let back = agree(&late).await;
    service.clock.advance(Duration::from_secs(601));
    come_back(&service, &back, &late.cookie).await.refused(400, "bad_request");
}

#[tokio::test]
async fn a_program_signs_in_with_a_code_of_its_own_and_its_app_is_kept() {
    let none = [("MAL_CLIENT_ID", ""), ("MAL_CLIENT_SECRET", "")];
    let service = Service::with(&none).await;
    assert_eq!(told(&status(&service, "myanimelist").await), (false, "", "not_configured"));
    service.get(&format!("{MAL}/connect-url")).await.refused(409, "refused");
    let verifier = "v".repeat(43);
    let page = format!(
        "{}/mal-site/v1/oauth2/authorize?response_type=code&client_id=demo-mal-client&redirect_uri=https://here.example/back&code_challenge={verifier}&state=s",
        service.demo.url()
    );
    let back = agree(&Begun { url: page, cookie: String::new() }).await;
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let mut body = json!({
        "authorization_code": code, "redirect_uri": "https://here.example/back",
        "client_id": "demo-mal-client", "client_secret": "demo-mal-secret",
    });
    let path = format!("{MAL}/connect");
    assert!(service.post(&path, &body).await.refused(422, "invalid").ends_with("code_verifier"));
    body["code_verifier"] = json!("too short");
    assert!(service.post(&path, &body).await.refused(422, "invalid").ends_with("code_verifier"));
    body["code_verifier"] = json!(verifier);
    body["redirect_uri"] = json!("here");
    assert!(service.post(&path, &body).await.refused(422, "invalid").ends_with("redirect_uri"));
    body["redirect_uri"] = json!("https://here.example/back");
    body["client_id"] = json!("nobodys");
    let unknown = service.post(&path, &body).await.refused(409, "refused");
    assert!(unknown.contains("does not know the app"), "{unknown}");
    body["client_id"] = json!("demo-mal-client");
    let kept = service.post(&path, &body).await.ok();
    assert_eq!(
        (&kept["external_username"], &kept["client_id"]),
        (&json!("demo"), &json!("demo-mal-client"))
    );
    service.post(&path, &body).await.refused(400, "bad_request");
    begin(&service).await;
}

#[tokio::test]
async fn an_app_is_set_up_and_connects_nothing() {
    let service = Service::with(&[("MAL_CLIENT_ID", ""), ("MAL_CLIENT_SECRET", "")]).await;
    let path = format!("{LISTS}/setup");
    let app = json!({ "integration_type": "myanimelist", "client_id": "own", "client_secret": "hush-hush" });
    let answer = service.post(&path, &app).await;
    assert_eq!(told(&answer.ok()), (false, "", "signed_out"));
    assert!(!answer.text.contains("hush-hush"));
    assert_eq!(service.get("/api/settings").await.ok()["malClientId"]["value"], "own");
    for (body, field) in [
        (json!({ "integration_type": "myanimelist" }), "client_id"),
        (json!({ "integration_type": "trakt", "client_id": "own" }), "integration_type"),
        (json!({ "integration_type": "kitsu", "client_id": "own" }), "integration_type"),
        (json!({ "integration_type": "anilist", "client_id": "1" }), "client_secret"),
    ] {
        let sentence = service.post(&path, &body).await.refused(422, "invalid");
        assert!(sentence.ends_with(field), "{sentence}");
    }
}

#[tokio::test]
async fn many_who_ask_with_a_dead_token_renew_it_once() {
    let service = Service::small().await;
    connect(&service).await;
    service.demo.expire_mal_tokens();
    service.demo.world(|world, _| world.kitsu.tokens.end_all());
    let all = futures_util::future::join_all((0..10).map(|_| who(&service))).await;
    assert!(all.into_iter().all(|found| found == good()));
    assert_eq!(renewals(&service), (1, 1));
    assert_eq!(service.demo.stats().reused_refresh_tokens, 0);
}

#[tokio::test]
async fn a_refused_refresh_token_is_a_sign_out_that_is_told_and_mended_by_a_new_sign_in() {
    let service = Service::small().await;
    connect(&service).await;
    service.demo.expire_mal_tokens();
    service.demo.world(|world, _| world.kitsu.tokens.forget_all());
    let said = r#"{"error":"invalid_request","message":"The refresh token is invalid.","hint":"Token has expired"}"#;
    let refuses = |times| {
        let action = Action::Status { status: 401, headers: Vec::new(), body: said.to_owned() };
        Fault::new(Other::MYANIMELIST, action).path("/v1/oauth2/token").times(times)
    };
    service.demo.fail(refuses(1));
    let (mal, kitsu) = who(&service).await;
    assert!(mal.unwrap_err().contains("does not accept the sign-in"));
    assert!(kitsu.unwrap_err().contains("does not accept the sign-in"));
    for (list, name) in [("myanimelist", "demo"), ("kitsu", "Demo Person")] {
        let now = status(&service, list).await;
        assert_eq!(told(&now), (false, name, "signed_out"));
        assert!(now["hint"].as_str().unwrap().ends_with("again"), "{now}");
    }
    let before = renewals(&service);
    who(&service).await.0.unwrap_err();
    assert_eq!(renewals(&service), before, "a dead one is not sent again");
    connect(&service).await;
    assert_eq!(who(&service).await, good());
}

#[tokio::test]
async fn a_fault_on_the_way_costs_no_sign_in() {
    let service = Service::small().await;
    connect(&service).await;
    let kept = stored(&service, &AccountId::default()).await;
    service.demo.expire_mal_tokens();
    service.demo.world(|world, _| world.kitsu.tokens.end_all());
    for action in [Action::Reset, Action::Html { status: 401 }, Action::Html { status: 503 }] {
        for (other, path) in
            [(Other::MYANIMELIST, "/v1/oauth2/token"), (Other::KITSU, "/api/oauth/token")]
        {
            service.demo.fail(Fault::new(other, action.clone()).path(path).times(u32::MAX));
        }
        let (mal, kitsu) = who(&service).await;
        assert!(mal.is_err() && kitsu.is_err(), "{action:?}");
        assert_eq!(stored(&service, &AccountId::default()).await, kept, "{action:?}");
        for list in ["myanimelist", "kitsu"] {
            assert!(told(&status(&service, list).await).0, "{list} {action:?}");
        }
        service.demo.heal();
        service.clock.advance(Duration::from_mins(6));
    }
    assert_eq!(who(&service).await, good());
}

#[tokio::test]
async fn another_user_than_before_changes_nothing_until_the_person_says_so() {
    let service = Service::small().await;
    connect(&service).await;
    let kept = stored(&service, &AccountId::default()).await;
    service.demo.world(|world, _| {
        (world.mal.person, world.kitsu.person.id) = (702, 6002);
        world.kitsu.person.name = "Noa".to_owned();
    });
    let sentence = connect_mal(&service).await.refused(409, "refused");
    assert!(sentence.starts_with("you signed in to MyAnimeList as demo before"), "{sentence}");
    let sentence = connect_kitsu(&service).await.refused(409, "refused");
    assert!(sentence.contains("Demo Person") && sentence.ends_with("Noa"), "{sentence}");
    assert_eq!(stored(&service, &AccountId::default()).await, kept, "the first stay signed in");
    assert_eq!(told(&status(&service, "kitsu").await), (true, "Demo Person", "ok"));
    let another = begun(&service.get(&format!("{MAL}/connect-url?another_user=true")).await);
    let answer = come_back(&service, &agree(&another).await, &another.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut body = password();
    body["another_user"] = json!(true);
    let noa = service.post(&format!("{KITSU}/connect"), &body).await.ok();
    assert_eq!(
        (&noa["external_user_id"], &noa["external_username"]),
        (&json!("6002"), &json!("Noa"))
    );
    assert_eq!(noa["settings"]["first_sync"], "unanswered");
}

#[tokio::test]
async fn disconnecting_takes_the_tokens_and_remembers_who_it_was_unless_told_not_to() {
    let service = Service::small().await;
    connect(&service).await;
    let copy = service.another_copy(&[]).await;
    let there = async || {
        let request = service.http.get(format!("http://{}{SETTINGS}", copy.address));
        Answer::of(request).await.ok()["kitsu"].clone()
    };
    assert_eq!(told(&there().await), (true, "Demo Person", "ok"), "a sign-in outlives a process");
    let left = service.delete(KITSU).await.ok();
    assert_eq!(told(&left), (false, "Demo Person", "signed_out"));
    service.clock.advance(Duration::from_mins(1));
    assert!(!told(&there().await).0, "another process notices within a minute");
    service.demo.world(|world, _| world.kitsu.person.id = 6002);
    connect_kitsu(&service).await.refused(409, "refused");
    let forgotten = service.delete(&format!("{KITSU}?keep_links=false")).await.ok();
    assert_eq!(told(&forgotten), (false, "", "signed_out"));
    connect_kitsu(&service).await.ok();
    assert!(told(&status(&service, "myanimelist").await).0, "the other stays connected");
    service.delete(MAL).await.ok();
    assert_eq!(stored(&service, &AccountId::default()).await[..3], [None, None, None]);
    service.delete(&format!("{KITSU}?keep_links=perhaps")).await.refused(422, "invalid");
    service.delete(&format!("{LISTS}/trakt")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_sign_in_that_nobody_uses_is_renewed_once_a_week_by_the_app_it_was_given_to() {
    let service = Service::with(&[WITHOUT]).await;
    service.demo.world(|world, _| world.mal.access_token_seconds = MONTH);
    connect(&service).await;
    // The app of the next sign-in is none that this pair could be renewed by.
    let other = json!({ "malClientId": "another", "malClientSecret": "another" });
    Answer::of(service.request(Method::PATCH, "/api/settings").json(&other)).await.ok();
    for (days, renewed) in [(6, 0), (1, 1), (6, 1), (1, 2)] {
        service.clock.advance(Duration::from_hours(days * 24));
        // It syncs nothing, as Trakt's list is not set up here.
        service.get("/api/cron").await;
        assert_eq!(renewals(&service).0, renewed);
    }
    let now = status(&service, "myanimelist").await;
    assert_eq!(now["expires_at"], "2027-01-02T12:00:00Z");
    assert_eq!(told(&now), (true, "demo", "ok"));
    service.clock.advance(Duration::from_hours(22 * 24));
    assert_eq!(told(&status(&service, "myanimelist").await).2, "expires_soon");
}

#[tokio::test]
async fn two_people_are_signed_in_each_for_themselves() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let path = format!("{KITSU}/connect");
    send(&service, &mika, Method::POST, &path, &password()).await.ok();
    let begun = begun(&get(&service, &mika, &format!("{MAL}/connect-url")).await);
    let back = agree(&begun).await;
    let stolen = service.request(Method::GET, &back).bearer_auth(&noa);
    Answer::of(stolen.header("cookie", &begun.cookie)).await.refused(400, "bad_request");
    let of = async |who: &str| get(&service, who, SETTINGS).await.ok();
    for list in ["myanimelist", "kitsu"] {
        assert!(!told(&of(&noa).await[list]).0, "{list}");
    }
    assert!(told(&of(&mika).await["kitsu"]).0);
    send(&service, &noa, Method::POST, &path, &password()).await.ok();
    Answer::of(service.request(Method::DELETE, KITSU).bearer_auth(&mika)).await.ok();
    assert!(!told(&of(&mika).await["kitsu"]).0 && told(&of(&noa).await["kitsu"]).0);
}

#[tokio::test]
async fn what_is_set_for_a_list_is_read_field_by_field() {
    let service = Service::small().await;
    let put = async |body: &Value| Answer::of(service.request(Method::PUT, KITSU).json(body)).await;
    let set = put(&json!({
        "auto_sync": true, "sync_notes": true, "direction": "from_external", "deletes": "carry_over",
        "fields": { "score": "off", "progress": "in" },
    }))
    .await
    .ok();
    assert_eq!(set["fields"], json!({ "progress": "in", "score": "off" }));
    assert_eq!(
        (&set["direction"], &set["deletes"]),
        (&json!("from_external"), &json!("carry_over"))
    );
    let again = put(&json!({ "fields": { "score": "both" } })).await.ok();
    assert_eq!(again["fields"], json!({ "progress": "in" }));
    for (body, field) in [
        (json!({ "auto_sync": null }), "auto_sync"),
        (json!({ "fields": null }), "fields"),
        (json!({ "auto_sync": "yes" }), "auto_sync"),
        (json!({ "direction": "sideways" }), "direction"),
        (json!({ "deletes": "never" }), "deletes"),
        (json!({ "fields": { "score": "up" } }), "fields.score"),
        (json!({ "fields": { "colour": "in" } }), "fields.colour"),
        (json!({ "client_id": "mine" }), "client_id"),
        (json!({ "sync_notes": false, "nonsense": 1 }), "nonsense"),
    ] {
        let sentence = put(&body).await.refused(422, "invalid");
        assert!(sentence.ends_with(&format!(": {field}")), "{sentence}");
    }
    assert_eq!(put(&json!({})).await.ok()["sync_notes"], true, "all of it is set, or nothing");
    let disabled = put(&json!({ "sync_enabled": false })).await.ok();
    assert_eq!(disabled["last_sync_status"], "disabled");
    let elsewhere = service.request(Method::PUT, "/api/v1/integrations/trakt").json(&json!({}));
    Answer::of(elsewhere).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_record_of_anilist_goes_with_its_sign_in_wherever_that_is_made() {
    let service = Service::with(&[WITHOUT]).await;
    let connect_anilist = async || {
        let begun = begun(&service.get(&format!("{LISTS}/anilist/connect-url")).await);
        let agreed = Begun { url: format!("{}&agreed=1", begun.url), cookie: String::new() };
        come_back(&service, &agree(&agreed).await, &begun.cookie).await
    };
    assert_eq!(connect_anilist().await.status, 200);
    let now = status(&service, "anilist").await;
    assert_eq!(told(&now), (true, "demo", "ok"));
    assert_eq!(now["expires_at"], "2027-11-21T12:00:00Z");
    service.clock.advance(Duration::from_hours(336 * 24));
    assert_eq!(told(&status(&service, "anilist").await).2, "expires_soon");
    service.demo.world(|world, _| world.person.anilist_id = 777);
    connect_anilist().await.refused(409, "refused");
    service.delete("/api/anilist/connection?keep_links=false").await.ok();
    assert_eq!(told(&status(&service, "anilist").await), (false, "", "signed_out"));
    assert_eq!(connect_anilist().await.status, 200);
}
