//! Signing in to AniList with a code.

use std::time::Duration;

use anilist_trakt_sync::domain::AccountId;
use anilist_trakt_sync::store::keys;
use reqwest::redirect::Policy;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::Answer;

const URL: &str = "/api/anilist/connect-url";
const STATUS: &str = "/api/anilist/status";
const WITHOUT: [(&str, &str); 1] = [("ANILIST_ACCESS_TOKEN", "")];

/// A sign-in that began: what the browser keeps, and where AniList is.
struct Begun {
    url: String,
    cookie: String,
}

async fn begin_at(service: &Service, path: &str) -> Begun {
    let answer = service.get(path).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    Begun { url: answer.ok()["url"].as_str().unwrap().to_owned(), cookie }
}

async fn begin(service: &Service) -> Begun {
    begin_at(service, URL).await
}

/// Where AniList sends the browser once the person has agreed: path and query.
#[expect(clippy::disallowed_methods, reason = "the person's browser is not part of the service")]
async fn agree(begun: &Begun) -> String {
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let request = browser.get(format!("{}&agreed=1", begun.url)).header("user-agent", "browser");
    let request = request.header("referer", "https://anilist.co/");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 302, "{}", begun.url);
    let back: Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
    format!("{}?{}", back.path(), back.query().unwrap())
}

async fn come_back(service: &Service, back: &str, cookie: &str) -> Answer {
    Answer::of(service.request(Method::GET, back).header("cookie", cookie)).await
}

async fn connect(service: &Service) -> Answer {
    let begun = begin(service).await;
    come_back(service, &agree(&begun).await, &begun.cookie).await
}

async fn is_connected(service: &Service) -> bool {
    service.get(STATUS).await.ok()["connected"].as_bool().unwrap()
}

#[tokio::test]
async fn a_person_signs_in_and_their_list_is_theirs_to_take_in() {
    let service = Service::with(&WITHOUT).await;
    let status = service.get(STATUS).await.ok();
    assert_eq!((&status["connected"], &status["has_app"]), (&json!(false), &json!(true)));
    let answer = connect(&service).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.text.contains("signed in as demo") && answer.text.contains("\"/settings\""));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    let status = service.get(STATUS).await.ok();
    assert_eq!((&status["connected"], &status["username"]), (&json!(true), &json!("demo")));
    assert_eq!(status["expires_at"], "2027-11-21T12:00:00Z");
    let imported = service.post("/api/anilist/import", &json!({})).await.ok();
    assert_eq!(imported["imported"], 3);
}

#[tokio::test]
async fn the_sign_in_serves_the_sync_to_trakt_where_no_other_list_is_set() {
    let service = Service::with(&WITHOUT).await;
    connect(&service).await;
    let synced = service.post("/api/completed-sync", &json!({})).await.ok();
    assert_eq!(synced["state"], "complete", "{synced}");
    assert_eq!(service.demo.history().len(), 1);
    let other = [("ANILIST_ACCESS_TOKEN", ""), ("ANILIST_USERNAME", "somebody-else")];
    let service = Service::with(&other).await;
    connect(&service).await;
    assert!(is_connected(&service).await);
    service.post("/api/completed-sync", &json!({})).await;
    assert!(service.demo.history().is_empty(), "the list of somebody else was set");
}

#[tokio::test]
async fn the_token_is_sealed_and_told_to_nobody() {
    let key = "0f".repeat(32);
    let settings = [WITHOUT[0], ("ENCRYPTION_KEY", key.as_str())];
    let service = Service::with(&settings).await;
    let answer = connect(&service).await;
    let token = service.demo.world(|world, _| world.person.anilist_token.clone());
    let stored = service.store.config(&AccountId::default(), &[keys::SETTINGS]).await.unwrap();
    let stored = stored[0].clone().unwrap();
    assert!(stored.contains("\"name\":\"demo\"") && !stored.contains(&token), "{stored}");
    for path in [STATUS, "/api/settings", "/api/logs", "/api/auth/export"] {
        assert!(!service.get(path).await.text.contains(&token), "{path}");
    }
    assert!(!answer.text.contains(&token));
}

#[tokio::test]
async fn a_sign_in_is_good_once_in_one_browser_and_for_ten_minutes() {
    let service = Service::with(&WITHOUT).await;
    let begun = begin(&service).await;
    let back = agree(&begun).await;
    let other = begin(&service).await;
    for cookie in ["", "anilist-trakt-sync-anilist=a.b", other.cookie.as_str()] {
        come_back(&service, &back, cookie).await.refused(400, "bad_request");
    }
    assert_eq!(come_back(&service, &back, &begun.cookie).await.status, 200);
    come_back(&service, &back, &begun.cookie).await.refused(400, "bad_request");
    let late = begin(&service).await;
    let back = agree(&late).await;
    service.clock.advance(Duration::from_secs(601));
    come_back(&service, &back, &late.cookie).await.refused(400, "bad_request");
}

#[tokio::test]
async fn a_state_that_anilist_keeps_to_itself_is_known_by_the_browser() {
    let service = Service::with(&WITHOUT).await;
    let begun = begin(&service).await;
    let back = agree(&begun).await;
    let (without, _) = back.split_once("&state=").unwrap();
    come_back(&service, &format!("{without}&state=another"), &begun.cookie)
        .await
        .refused(400, "bad_request");
    assert!(!is_connected(&service).await);
    assert_eq!(come_back(&service, without, &begun.cookie).await.status, 200);
    assert!(is_connected(&service).await);
}

#[tokio::test]
async fn somebody_who_says_no_or_brings_a_wrong_code_is_told_so() {
    let service = Service::with(&WITHOUT).await;
    for (query, told) in [
        (
            "error=access_denied&error_description=The+user+denied+the+request",
            "The user denied the request",
        ),
        ("code=wrong", "The authorization code is invalid or has expired."),
        ("", "code is missing"),
    ] {
        let begun = begin(&service).await;
        let state = Url::parse(&begun.url).unwrap();
        let (_, state) = state.query_pairs().find(|(name, _)| name == "state").unwrap();
        let back = format!("/api/anilist/callback?{query}&state={state}");
        let sentence = come_back(&service, &back, &begun.cookie).await.refused(400, "bad_request");
        assert!(sentence.contains(told), "{sentence}");
    }
    assert!(!is_connected(&service).await);
}

#[tokio::test]
async fn a_person_in_a_browser_sees_a_page_that_says_what_went_wrong() {
    let service = Service::with(&WITHOUT).await;
    let back = "/api/anilist/callback?error=<script>alert(1)</script>";
    let begun = begin(&service).await;
    let request = service.request(Method::GET, back).header("cookie", begun.cookie);
    let answer = request.header("accept", "text/html").send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Not connected to AniList") && !page.contains("<script>alert"), "{page}");
}

#[tokio::test]
async fn another_user_than_before_is_refused_until_the_person_says_so() {
    let service = Service::with(&WITHOUT).await;
    connect(&service).await;
    service.delete("/api/anilist/connection").await.ok();
    assert!(!is_connected(&service).await);
    service.demo.world(|world, _| {
        world.person.anilist_id = 777;
        world.person.name = "noa".to_owned();
    });
    let sentence = connect(&service).await.refused(409, "refused");
    assert!(sentence.contains("demo") && sentence.ends_with("noa"), "{sentence}");
    assert!(!is_connected(&service).await);
    let begun = begin_at(&service, &format!("{URL}?another_user=true")).await;
    let answer = come_back(&service, &agree(&begun).await, &begun.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(service.get(STATUS).await.ok()["username"], "noa");
}

#[tokio::test]
async fn disconnecting_takes_the_token_and_leaves_the_library() {
    let service = Service::with(&WITHOUT).await;
    connect(&service).await;
    service.post("/api/anilist/import", &json!({})).await.ok();
    let status = service.delete("/api/anilist/connection").await.ok();
    let shown = ["connected", "username", "can_import"].map(|name| status[name].clone());
    assert_eq!(shown, [json!(false), json!("demo"), json!(false)]);
    assert_eq!(service.get("/api/library/items").await.ok().as_array().unwrap().len(), 3);
    let forgotten = service.delete("/api/anilist/connection?keep_links=false").await.ok();
    assert_eq!(forgotten["username"], Value::Null);
    service.delete("/api/anilist/connection?keep_links=perhaps").await.refused(422, "invalid");
}

#[tokio::test]
async fn an_app_alone_is_no_connection_and_without_one_nobody_can_begin() {
    let no_app = [WITHOUT[0], ("ANILIST_CLIENT_ID", ""), ("ANILIST_CLIENT_SECRET", "")];
    let service = Service::with(&no_app).await;
    service.get(URL).await.refused(409, "refused");
    let (id, secret) = service.demo.world(|world, _| {
        (world.person.anilist_client_id.clone(), world.person.anilist_client_secret.clone())
    });
    let own = json!({"anilistClientId": id, "anilistClientSecret": secret});
    let set = Answer::of(service.request(Method::PATCH, "/api/settings").json(&own)).await.ok();
    assert_eq!(set["anilistClientSecret"]["isSet"], true);
    let status = service.get(STATUS).await.ok();
    assert_eq!((&status["connected"], &status["has_app"]), (&json!(false), &json!(true)));
    assert_eq!(connect(&service).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_that_has_ended_is_no_connection() {
    let service = Service::with(&WITHOUT).await;
    connect(&service).await;
    service.clock.advance(Duration::from_hours(366 * 24));
    let status = service.get(STATUS).await.ok();
    assert_eq!((&status["connected"], &status["username"]), (&json!(false), &json!("demo")));
}

#[tokio::test]
async fn what_the_environment_sets_stays_the_list_that_goes_to_trakt() {
    let service = Service::with(&[("ANILIST_ACCESS_TOKEN", "dead")]).await;
    assert_eq!(connect(&service).await.status, 200);
    let imported = service.post("/api/anilist/import", &json!({})).await.ok();
    assert_eq!(imported["imported"], 3);
    service.post("/api/completed-sync", &json!({})).await.refused(502, "signed_out");
}

#[tokio::test]
async fn one_person_does_not_end_what_another_began() {
    let service = Service::with(&[WITHOUT[0], ("REGISTRATION", "open")]).await;
    let mut tokens = Vec::new();
    for name in ["mika", "noa"] {
        let password = format!("{name}'s own secret");
        let newcomer = json!({ "username": name, "password": password });
        service.post("/api/auth/register", &newcomer).await.ok();
        let form = [("username", name), ("password", &password)];
        let answer = Answer::of(service.request(Method::POST, "/api/auth/token").form(&form)).await;
        tokens.push(answer.ok()["access_token"].as_str().unwrap().to_owned());
    }
    let by = |who: usize, path: &str| service.request(Method::GET, path).bearer_auth(&tokens[who]);
    let answer = Answer::of(by(0, URL)).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let url = answer.ok()["url"].as_str().unwrap().to_owned();
    let back = agree(&Begun { url, cookie: cookie.clone() }).await;
    let stolen = Answer::of(by(1, &back).header("cookie", &cookie)).await;
    stolen.refused(400, "bad_request");
    for who in [0, 1] {
        assert_eq!(Answer::of(by(who, STATUS)).await.ok()["connected"], false);
    }
}
