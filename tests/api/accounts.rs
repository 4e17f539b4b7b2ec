//! People with accounts: the tracker's routes, and what guards them.

use std::time::Duration;

use anilist_trakt_sync::domain::AccountId;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::Answer;

const ACCOUNTS: (&str, &str) = ("AUTH", "accounts");

pub(crate) async fn open() -> Service {
    Service::with(&[ACCOUNTS, ("REGISTRATION", "open")]).await
}

pub(crate) async fn register(service: &Service, name: &str) -> Answer {
    let body = json!({ "username": name, "password": format!("{name}'s own secret") });
    service.post("/api/auth/register", &body).await
}

async fn token_of(service: &Service, name: &str, password: &str) -> Answer {
    let form = [("username", name), ("password", password), ("grant_type", "password")];
    Answer::of(service.request(Method::POST, "/api/auth/token").form(&form)).await
}

/// Registers somebody and signs them in.
pub(crate) async fn somebody(service: &Service, name: &str) -> String {
    register(service, name).await.ok();
    signed_in(service, name).await
}

pub(crate) async fn signed_in(service: &Service, name: &str) -> String {
    let answer = token_of(service, name, &format!("{name}'s own secret")).await.ok();
    assert_eq!(answer["token_type"], "bearer");
    answer["access_token"].as_str().unwrap().to_owned()
}

pub(crate) fn by(service: &Service, token: &str, method: Method, path: &str) -> RequestBuilder {
    service.request(method, path).bearer_auth(token)
}

pub(crate) async fn get(service: &Service, token: &str, path: &str) -> Answer {
    Answer::of(by(service, token, Method::GET, path)).await
}

pub(crate) async fn send(
    service: &Service,
    token: &str,
    method: Method,
    path: &str,
    body: &Value,
) -> Answer {
    Answer::of(by(service, token, method, path).json(body)).await
}

#[tokio::test]
async fn a_password_in_a_form_may_have_what_would_end_an_address() {
    let service = open().await;
    let newcomer = json!({ "username": "mika", "password": "a#b\tc + 100%" });
    service.post("/api/auth/register", &newcomer).await.ok();
    for password in ["a#b\tc+%2B+100%", "a%23b%09c%20%2b%20100%25"] {
        let form = format!("username=mika&password={password}");
        let request = service.request(Method::POST, "/api/auth/token").body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Answer::of(request).await.ok();
    }
}

#[tokio::test]
async fn the_first_to_register_is_administrator_and_has_what_was_there() {
    let service = Service::small().await;
    let correction = json!({ "traktId": 7, "abs": 2, "season": 1, "episode": 3 });
    service.post("/api/overrides", &correction).await.ok();
    assert_eq!(register(&service, "Mika").await.ok(), json!({ "id": 1, "username": "Mika" }));
    // From now on everybody signs in.
    let refused = service.get("/api/overrides").await;
    refused.refused(401, "unauthorized");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let mika = token_of(&service, "mika", "Mika's own secret").await.ok();
    let mika = mika["access_token"].as_str().unwrap().to_owned();
    let me = get(&service, &mika, "/api/auth/me").await.ok();
    assert_eq!((&me["username"], &me["disabled"]), (&json!("Mika"), &json!(false)));
    assert_eq!((&me["administrator"], &me["full_name"]), (&json!(true), &Value::Null));
    assert_eq!(get(&service, &mika, "/api/overrides").await.ok()["count"], 1);
    // The door is closed behind her.
    let closed = register(&service, "noa").await;
    closed.refused(403, "registration_closed");
}

#[tokio::test]
async fn the_trackers_clients_get_what_they_expect() {
    let service = open().await;
    register(&service, "demo").await.ok();
    let again = register(&service, "DEMO").await;
    again.refused(400, "name_taken");
    assert_eq!(again.json()["detail"], "Username already exists");
    for (name, password) in [("demo", "wrong"), ("nobody", "demo's own secret"), ("", "")] {
        let wrong = token_of(&service, name, password).await;
        wrong.refused(400, "wrong_password");
        assert_eq!(wrong.json()["detail"], "Incorrect username or password");
    }
    let missing = service.request(Method::POST, "/api/auth/token").form(&[("username", "demo")]);
    Answer::of(missing).await.refused(422, "invalid");
    assert_eq!(service.get("/health").await.ok(), json!({ "status": "ok" }));
    for path in ["/api/auth/me", "/api/auth/me/"] {
        let bad = get(&service, "not-a-token", path).await;
        bad.refused(401, "unauthorized");
        assert_eq!(bad.header("www-authenticate"), "Bearer");
        assert!(bad.json()["detail"].is_string());
    }
    let demo = signed_in(&service, "demo").await;
    for path in ["/api/auth/me", "/api/auth/me/"] {
        assert_eq!(get(&service, &demo, path).await.ok()["username"], "demo");
    }
}

#[tokio::test]
async fn a_name_or_password_that_cannot_be_is_told_by_its_field() {
    let service = open().await;
    let long = "x".repeat(10 * 1024);
    for (name, password, field) in [
        ("ab", "long enough", "username"),
        ("a b", "long enough", "username"),
        ("\u{430}dmin", "long enough", "username"),
        (long.as_str(), "long enough", "username"),
        ("mika", "short", "password"),
        ("mika-mika", "MIKA-mika", "password"),
        ("mika", long.as_str(), "password"),
    ] {
        let body = json!({ "username": name, "password": password });
        let sentence = service.post("/api/auth/register", &body).await.refused(422, "invalid");
        assert!(sentence.ends_with(field), "{sentence}");
    }
    for (body, field) in [
        (json!({ "password": "long enough" }), "username"),
        (json!({ "username": "mika" }), "password"),
        (json!({ "username": "mika", "password": 1 }), "password"),
        (json!({ "username": "mika", "password": "long enough", "email": "no" }), "email"),
        (json!({ "username": "mika", "password": "long enough", "full_name": [] }), "full_name"),
    ] {
        let sentence = service.post("/api/auth/register", &body).await.refused(422, "invalid");
        assert!(sentence.ends_with(field), "{sentence}");
    }
    let too_long = token_of(&service, "mika", &long).await;
    too_long.refused(400, "wrong_password");
}

#[tokio::test]
async fn of_two_who_register_one_name_at_once_one_has_it() {
    let service = open().await;
    register(&service, "first").await.ok();
    for round in 0..5 {
        let (small, large) = (format!("twin{round}"), format!("TWIN{round}"));
        let both = tokio::join!(register(&service, &small), register(&service, &large));
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }
    // And of two who are first at a closed door, one.
    let service = Service::with(&[ACCOUNTS]).await;
    let both = tokio::join!(register(&service, "one"), register(&service, "two"));
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
}

#[tokio::test]
async fn nobody_sees_or_changes_what_is_anothers() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let correction = json!({ "traktId": 7, "abs": 2, "season": 1, "episode": 3 });
    send(&service, &noa, Method::POST, "/api/overrides", &correction).await.ok();
    assert_eq!(get(&service, &noa, "/api/overrides").await.ok()["count"], 1);
    assert_eq!(get(&service, &mika, "/api/overrides").await.ok()["count"], 0);
    let made = json!({ "name": "kitchen" });
    let made = send(&service, &noa, Method::POST, "/api/auth/tokens", &made).await.ok();
    let theirs = format!("/api/auth/tokens/{}", made["id"].as_str().unwrap());
    let stolen = Answer::of(by(&service, &mika, Method::DELETE, &theirs)).await;
    stolen.refused(404, "not_found");
    let sessions = get(&service, &noa, "/api/auth/sessions").await.ok();
    let theirs = format!("/api/auth/sessions/{}", sessions["items"][0]["id"].as_str().unwrap());
    Answer::of(by(&service, &mika, Method::DELETE, &theirs)).await.refused(404, "not_found");
    let export = get(&service, &mika, "/api/auth/export").await;
    assert!(!export.text.contains("\"episode\":3"), "{}", export.text);
    let export = get(&service, &noa, "/api/auth/export").await;
    assert!(export.text.contains("\"episode\":3") && !export.text.contains("argon2"));
    // Nor whether somebody else's run goes on, or what they set.
    let zone = json!({ "timezone": "Asia/Tokyo" });
    send(&service, &noa, Method::PATCH, "/api/settings", &zone).await.ok();
    let settings = get(&service, &mika, "/api/settings").await.ok();
    assert_eq!(settings["timezone"]["value"], "UTC");
}

#[tokio::test]
async fn a_new_password_ends_all_other_sign_ins() {
    let service = open().await;
    let (mika, elsewhere) = (somebody(&service, "mika").await, signed_in(&service, "mika").await);
    let change = |old: &str, new: &str| json!({ "old_password": old, "new_password": new });
    let path = "/api/auth/password";
    let wrong = change("nope", "another long one");
    send(&service, &mika, Method::POST, path, &wrong).await.refused(422, "invalid");
    let right = change("mika's own secret", "another long one");
    let new = send(&service, &mika, Method::POST, path, &right).await.ok();
    for old in [&mika, &elsewhere] {
        get(&service, old, "/api/auth/me").await.refused(401, "unauthorized");
    }
    let new = new["access_token"].as_str().unwrap();
    get(&service, new, "/api/auth/me").await.ok();
    token_of(&service, "mika", "mika's own secret").await.refused(400, "wrong_password");
    token_of(&service, "mika", "another long one").await.ok();
}

#[tokio::test]
async fn a_token_of_a_program_opens_until_it_is_revoked_and_may_be_for_reading_alone() {
    let service = open().await;
    let mika = somebody(&service, "mika").await;
    let make = async |body: Value| {
        send(&service, &mika, Method::POST, "/api/auth/tokens", &body).await.ok()
    };
    let whole = make(json!({ "name": "kitchen" })).await;
    let reading = make(json!({ "name": "wall", "read_only": true })).await;
    let shown = |made: &Value| made["token"].as_str().unwrap().to_owned();
    let correction = json!({ "traktId": 7, "abs": 2, "season": 1, "episode": 3 });
    send(&service, &shown(&whole), Method::POST, "/api/overrides", &correction).await.ok();
    assert_eq!(get(&service, &shown(&reading), "/api/overrides").await.ok()["count"], 1);
    let refused =
        send(&service, &shown(&reading), Method::POST, "/api/overrides", &correction).await;
    refused.refused(403, "forbidden");
    get(&service, &shown(&reading), "/api/full-sync").await.refused(403, "forbidden");
    let listed = get(&service, &mika, "/api/auth/tokens").await;
    assert!(!listed.text.contains(&shown(&whole)), "it is shown once");
    assert_eq!(listed.ok()["count"], 2);
    let path = format!("/api/auth/tokens/{}", whole["id"].as_str().unwrap());
    Answer::of(by(&service, &mika, Method::DELETE, &path)).await.ok();
    get(&service, &shown(&whole), "/api/auth/me").await.refused(401, "unauthorized");
    get(&service, &shown(&reading), "/api/auth/me").await.ok();
}

#[tokio::test]
async fn an_invitation_lets_one_more_person_in() {
    let service = Service::with(&[ACCOUNTS]).await;
    let mika = somebody(&service, "mika").await;
    let made = send(&service, &mika, Method::POST, "/api/admin/invitations", &json!({})).await.ok();
    let with = |name: &str| {
        let invitation = &made["invitation"];
        json!({ "username": name, "password": "long enough", "invitation": invitation })
    };
    let wrong = json!({ "username": "noa", "password": "long enough", "invitation": "guess" });
    service.post("/api/auth/register", &wrong).await.refused(403, "registration_closed");
    let both = tokio::join!(
        async { service.post("/api/auth/register", &with("noa")).await.status },
        async { service.post("/api/auth/register", &with("kim")).await.status },
    );
    let mut statuses = [both.0, both.1];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    let late = send(&service, &mika, Method::POST, "/api/admin/invitations", &json!({})).await.ok();
    service.clock.advance(Duration::from_hours(24 * 7));
    let body =
        json!({ "username": "late", "password": "long enough", "invitation": late["invitation"] });
    service.post("/api/auth/register", &body).await.refused(403, "registration_closed");
}

#[tokio::test]
async fn an_administrator_shuts_out_lets_in_and_removes_and_others_do_not() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    for path in ["/api/admin/accounts", "/api/admin/accounts/1", "/metrics", "/api/refresh-otaku"] {
        get(&service, &noa, path).await.refused(403, "forbidden");
    }
    // How the mapping files stand, everybody may look, and nothing else.
    get(&service, &noa, "/api/refresh-otaku?check=1").await.ok();
    for path in ["?check=1&check=", "?check=1&%63heck=", "?check=", "?checked=1"] {
        get(&service, &noa, &format!("/api/refresh-otaku{path}")).await.refused(403, "forbidden");
    }
    let all = get(&service, &mika, "/api/admin/accounts").await.ok();
    let names: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|one| &one["username"]).collect();
    assert_eq!(names, ["mika", "noa"]);
    let path = "/api/admin/accounts/2";
    let set = |field: &str, value: bool| json!({ field: value });
    send(&service, &mika, Method::PATCH, path, &set("disabled", true)).await.ok();
    get(&service, &noa, "/api/auth/me").await.refused(401, "unauthorized");
    token_of(&service, "noa", "noa's own secret").await.refused(400, "wrong_password");
    send(&service, &mika, Method::PATCH, path, &set("disabled", false)).await.ok();
    let noa = signed_in(&service, "noa").await;
    // The last administrator stays one.
    let own = "/api/admin/accounts/1";
    for change in [set("disabled", true), set("administrator", false)] {
        send(&service, &mika, Method::PATCH, own, &change).await.refused(409, "refused");
    }
    let correction = json!({ "traktId": 7, "abs": 2, "season": 1, "episode": 3 });
    send(&service, &noa, Method::POST, "/api/overrides", &correction).await.ok();
    Answer::of(by(&service, &mika, Method::DELETE, path)).await.ok();
    get(&service, &noa, "/api/auth/me").await.refused(401, "unauthorized");
    let of_noa = AccountId::new("u2".to_owned());
    assert_eq!(service.store.overrides(&of_noa).await.unwrap(), []);
    // The name is free again, and who has it now is somebody else.
    let noa = somebody(&service, "noa").await;
    assert_eq!(get(&service, &noa, "/api/auth/me").await.ok()["id"], 3);
    assert_eq!(get(&service, &noa, "/api/overrides").await.ok()["count"], 0);
}

#[tokio::test]
async fn who_leaves_takes_everything_along_and_their_tokens_are_good_no_more() {
    let service = open().await;
    somebody(&service, "mika").await;
    let noa = somebody(&service, "noa").await;
    let made = json!({ "name": "kitchen" });
    let made = send(&service, &noa, Method::POST, "/api/auth/tokens", &made).await.ok();
    let leave = |password: &str| json!({ "password": password });
    let path = "/api/auth/me";
    send(&service, &noa, Method::DELETE, path, &leave("no")).await.refused(422, "invalid");
    send(&service, &noa, Method::DELETE, path, &leave("noa's own secret")).await.ok();
    for gone in [noa.as_str(), made["token"].as_str().unwrap()] {
        get(&service, gone, path).await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_code_that_is_good_once() {
    let service = open().await;
    let mika = somebody(&service, "mika").await;
    let noa = somebody(&service, "noa").await;
    let code = async || {
        let path = "/api/admin/accounts/2/reset";
        let made = send(&service, &mika, Method::POST, path, &json!({})).await.ok();
        made["code"].as_str().unwrap().to_owned()
    };
    let confirm = async |code: &str, address: u8| {
        let body = json!({ "username": "noa", "code": code, "new_password": "brand new words" });
        let request = service.request(Method::POST, "/api/auth/reset/confirm").json(&body);
        Answer::of(request.header("x-forwarded-for", format!("198.51.100.{address}"))).await
    };
    // Five wrong tries end it.
    let good = code().await;
    for _ in 0..5 {
        confirm("AAAAAAAA", 1).await.refused(422, "invalid");
    }
    confirm(&good, 1).await.refused(422, "invalid");
    // So does time, and so does another one.
    let late = code().await;
    service.clock.advance(Duration::from_mins(15));
    confirm(&late, 2).await.refused(422, "invalid");
    let before = code().await;
    let good = code().await;
    confirm(&before, 3).await.refused(422, "invalid");
    confirm(&good.to_lowercase(), 3).await.ok();
    confirm(&good, 3).await.refused(422, "invalid");
    get(&service, &noa, "/api/auth/me").await.refused(401, "unauthorized");
    token_of(&service, "noa", "brand new words").await.ok();
    // Who asks for a code learns nothing of who there is.
    let known = service.post("/api/auth/reset", &json!({ "username": "noa" })).await;
    let unknown = service.post("/api/auth/reset", &json!({ "username": "nobody" })).await;
    assert_eq!((known.status, &known.text), (202, &unknown.text));
    // Nor does who guesses at one, whatever password they choose.
    for password in ["short", "brand new words"] {
        let guess = async |name: &str| {
            let body = json!({ "username": name, "code": "AAAAAAAA", "new_password": password });
            service.post("/api/auth/reset/confirm", &body).await
        };
        let (known, unknown) = (guess("mika").await, guess("nobody").await);
        assert_eq!((known.status, &known.text), (422, &unknown.text));
    }
}

#[tokio::test]
async fn a_thousand_wrong_passwords_are_ten_guesses_and_the_right_bearer_is_never_refused() {
    let service = open().await;
    let mika = somebody(&service, "mika").await;
    let mut came = std::collections::BTreeMap::new();
    for n in 0..1000 {
        let wrong = token_of(&service, "mika", &format!("guess number {n}")).await;
        *came.entry(wrong.status).or_insert(0) += 1;
        if n % 100 == 0 {
            get(&service, &mika, "/api/auth/me").await.ok();
        }
    }
    assert!((10..=15).contains(&came[&400]) && came[&429] == 1000 - came[&400], "{came:?}");
    let refused = token_of(&service, "mika", "mika's own secret").await;
    refused.refused(429, "too_many_attempts");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!(wait <= 7, "{wait}");
    // Somebody else, somewhere else, is not slowed down.
    let form = [("username", "mika"), ("password", "mika's own secret")];
    let elsewhere = service.request(Method::POST, "/api/auth/token").form(&form);
    Answer::of(elsewhere.header("x-forwarded-for", "198.51.100.7")).await.ok();
}

#[tokio::test]
async fn what_was_not_signed_for_a_session_opens_nothing() {
    let service = open().await;
    let mika = somebody(&service, "mika").await;
    let [head, body, mark] = mika.split('.').collect::<Vec<_>>()[..] else { panic!("{mika}") };
    for bad in [
        format!("{head}.{body}."),
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.{mark}"),
        format!("{body}.{head}.{mark}"),
        "ats_".to_owned() + &"a".repeat(43),
        "x".repeat(10_000),
    ] {
        // Each from an address of its own, so that nobody is slowed down for guessing.
        get(&service, &bad, "/api/auth/me").await.refused(401, "unauthorized");
    }
    service.clock.advance(Duration::from_hours(24));
    get(&service, &mika, "/api/auth/me").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_person_signs_in_on_the_page_and_stays_so_for_a_month() {
    let service = open().await;
    register(&service, "mika").await.ok();
    let body = json!({ "username": "mika", "password": "mika's own secret" });
    let answer = service.post("/api/sign-in", &body).await;
    let set = answer.header("set-cookie").to_owned();
    answer.ok();
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=2592000"] {
        assert!(set.contains(part), "{part} in {set}");
    }
    let cookie = set.split(';').next().unwrap();
    let me = service.request(Method::GET, "/api/auth/me").header("cookie", cookie);
    assert_eq!(Answer::of(me).await.ok()["username"], "mika");
    let wrong = json!({ "username": "mika", "password": "no" });
    service.post("/api/sign-in", &wrong).await.refused(400, "wrong_password");
    service.post("/api/sign-in", &json!({ "token": "x" })).await.refused(409, "refused");
    let out = service.request(Method::POST, "/api/sign-out").header("cookie", cookie);
    Answer::of(out).await.ok();
    let me = service.request(Method::GET, "/api/auth/me").header("cookie", cookie);
    Answer::of(me).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn the_services_own_token_is_the_first_persons_and_the_schedulers_starts_everybodys_syncs() {
    let token = "open-sesame-please";
    let secret = "tick-tock-tick-tock";
    let settings = [("APP_TOKEN", token), ("CRON_SECRET", secret), ("REGISTRATION", "open")];
    let service = Service::with(&settings).await;
    let first = service.request(Method::POST, "/api/auth/register");
    let body = json!({ "username": "mika", "password": "mika's own secret" });
    // A stranger may not become the first person of a service that has a token.
    register(&service, "stranger").await.refused(403, "forbidden");
    Answer::of(first.bearer_auth(token).json(&body)).await.ok();
    assert_eq!(get(&service, token, "/api/auth/me").await.ok()["username"], "mika");
    get(&service, token, "/api/admin/accounts").await.ok();
    // One account alone is answered as before.
    assert!(get(&service, secret, "/api/cron").await.ok()["runId"].is_number());
    register(&service, "noa").await.ok();
    service.clock.advance(Duration::from_hours(7));
    let round = get(&service, secret, "/api/cron").await.ok();
    // The second has no list to read.
    let ran: Vec<_> = round["ran"].as_array().unwrap().iter().map(|one| &one["username"]).collect();
    assert_eq!(ran, ["mika"]);
    assert_eq!(round["left"], json!([]));
    get(&service, secret, "/api/auth/me").await.refused(401, "unauthorized");
}

/// Where accounts follow from somebody's registering, nothing else says that somebody has to sign in.
#[tokio::test]
async fn behind_a_proxy_the_pages_of_a_service_with_accounts_come_whole() {
    let service = Service::small().await;
    let proxied = async |path: &str| {
        let request = service.request(Method::GET, path).header("x-forwarded-host", "sync.example");
        Answer::of(request.header("x-forwarded-for", "203.0.113.9")).await.status
    };
    assert_eq!(proxied("/assets/app.css").await, 403, "nobody signs in, so nobody comes from afar");
    register(&service, "mika").await.ok();
    for path in ["/sign-in", "/assets/app.css", "/favicon.ico", "/api/auth/ways"] {
        assert_eq!(proxied(path).await, 200, "{path}");
    }
    assert_eq!(proxied("/api/status").await, 401);
}
