//! Signing in with the service's token, and how often a wrong one may be tried.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::description::operations;
use crate::service::Service;
use crate::shape::{Answer, Flag, Time, has};

const TOKEN: &str = "open-sesame-please";
const SCHEDULER: (&str, &str) = ("CRON_SECRET", "tick-tock-tick-tock");

async fn guarded() -> Service {
    Service::with(&[("APP_TOKEN", TOKEN)]).await
}

async fn sign_in(service: &Service, token: &str) -> Answer {
    service.post("/api/sign-in", &json!({ "token": token })).await
}

/// The `name=value` of an answer's cookie.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

fn with_cookie(service: &Service, method: Method, path: &str, cookie: &str) -> RequestBuilder {
    service.request(method, path).header("cookie", format!("theme=dark; {cookie}"))
}

async fn status(service: &Service, cookie: &str) -> Answer {
    Answer::of(with_cookie(service, Method::GET, "/api/status", cookie)).await
}

#[tokio::test]
async fn a_person_signs_in_once_and_the_cookie_opens_everything() {
    let service = guarded().await;
    let answer = sign_in(&service, " open-sesame-please ").await;
    has(&answer.ok(), &[("success", Flag), ("expiresAt", Time)]);
    let set = answer.header("set-cookie").to_owned();
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=2592000"] {
        assert!(set.contains(part), "{part} in {set}");
    }
    assert!(!set.contains("Secure") && !set.contains(TOKEN), "{set}");
    let cookie = cookie(&answer);
    assert_eq!(status(&service, &cookie).await.ok()["signedIn"], true);
    for path in ["/", "/api/logs", "/api/cron"] {
        let answer = Answer::of(with_cookie(&service, Method::GET, path, &cookie)).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let program = service.request(Method::GET, "/api/status").bearer_auth(TOKEN);
    assert_eq!(Answer::of(program).await.ok()["signedIn"], false);
}

#[tokio::test]
async fn behind_https_the_cookie_stays_there() {
    let service = guarded().await;
    let request = service.request(Method::POST, "/api/sign-in").json(&json!({ "token": TOKEN }));
    let answer = Answer::of(request.header("x-forwarded-proto", "https")).await;
    assert!(answer.header("set-cookie").ends_with("; Secure"));
}

#[tokio::test]
async fn a_wrong_token_and_another_site_do_not_sign_in() {
    let service = guarded().await;
    for wrong in ["", "open-sesame-pleas", "OPEN-SESAME-PLEASE"] {
        let answer = sign_in(&service, wrong).await;
        answer.refused(401, "wrong_token");
        assert_eq!(
            (answer.header("set-cookie"), answer.header("www-authenticate")),
            ("", "Bearer")
        );
    }
    let body = json!({ "token": [TOKEN] });
    service.post("/api/sign-in", &body).await.refused(401, "wrong_token");
    let request = service.request(Method::POST, "/api/sign-in").json(&json!({ "token": TOKEN }));
    let foreign = Answer::of(request.header("sec-fetch-site", "cross-site")).await;
    foreign.refused(403, "forbidden");
}

#[tokio::test]
async fn a_cookie_that_was_not_made_here_opens_nothing() {
    let service = guarded().await;
    let good = cookie(&sign_in(&service, TOKEN).await);
    let (name, value) = good.split_once('=').unwrap();
    let [head, said, mark] = value.split('.').collect::<Vec<_>>()[..] else { panic!("{value}") };
    let other = Service::with(&[("APP_TOKEN", "another-one-of-many")]).await;
    let foreign = cookie(&sign_in(&other, "another-one-of-many").await);
    let same_token = guarded().await;
    let of_another_store = cookie(&sign_in(&same_token, TOKEN).await);
    for bad in [
        format!("{name}={head}.{said}.{}", mark.chars().rev().collect::<String>()),
        format!("{name}={head}.{said}."),
        format!("{name}={head}.{said}"),
        of_another_store,
        format!("{name}="),
        format!("x{name}={value}"),
        foreign,
    ] {
        status(&service, &bad).await.refused(401, "unauthorized");
    }
    assert_eq!(status(&service, &good).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_lasts_a_month_after_the_last_visit() {
    let service = guarded().await;
    let day = Duration::from_hours(24);
    let first = cookie(&sign_in(&service, TOKEN).await);
    service.clock.advance(day / 2);
    assert_eq!(status(&service, &first).await.header("set-cookie"), "", "it is new enough");
    service.clock.advance(day * 28);
    let visit = status(&service, &first).await;
    let second = cookie(&visit);
    assert!(visit.status == 200 && second != first);
    service.clock.advance(day * 2);
    status(&service, &first).await.refused(401, "unauthorized");
    assert_eq!(status(&service, &second).await.status, 200);
}

#[tokio::test]
async fn signing_out_takes_the_cookie_back() {
    let service = guarded().await;
    let good = cookie(&sign_in(&service, TOKEN).await);
    let answer = Answer::of(with_cookie(&service, Method::POST, "/api/sign-out", &good)).await;
    answer.ok();
    assert!(answer.header("set-cookie").contains("=; Path=/; Max-Age=0"));
    service.post("/api/sign-out", &json!({})).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_sign_out_ends_every_copy_of_its_cookie_and_no_other() {
    let service = guarded().await;
    let (copied, other) =
        (cookie(&sign_in(&service, TOKEN).await), cookie(&sign_in(&service, TOKEN).await));
    service.clock.advance(Duration::from_hours(24 * 2));
    let renewed = cookie(&status(&service, &copied).await);
    assert_ne!(renewed, copied);
    Answer::of(with_cookie(&service, Method::POST, "/api/sign-out", &renewed)).await.ok();
    for ended in [&copied, &renewed] {
        status(&service, ended).await.refused(401, "unauthorized");
        let again = with_cookie(&service, Method::POST, "/api/sign-out", ended);
        Answer::of(again).await.refused(401, "unauthorized");
    }
    assert_eq!(status(&service, &other).await.status, 200);
    let program = service.request(Method::POST, "/api/sign-out").bearer_auth(TOKEN);
    assert_eq!(Answer::of(program).await.status, 200, "a program is not signed in");
    assert_eq!(status(&service, &other).await.status, 200);
}

#[tokio::test]
async fn another_copy_of_the_service_knows_a_sign_in_and_learns_of_a_sign_out_within_seconds() {
    let one = guarded().await;
    let other = one.another_copy(&[("APP_TOKEN", TOKEN)]).await;
    let good = cookie(&sign_in(&one, TOKEN).await);
    let at_other = || {
        let request = one.http.get(format!("http://{}/api/status", other.address));
        Answer::of(request.header("cookie", &good))
    };
    assert_eq!(at_other().await.status, 200);
    Answer::of(with_cookie(&one, Method::POST, "/api/sign-out", &good)).await.ok();
    status(&one, &good).await.refused(401, "unauthorized");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5)).await;
    tokio::time::resume();
    at_other().await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_cookie_of_the_same_name_in_front_does_not_lock_out() {
    let service = guarded().await;
    let good = cookie(&sign_in(&service, TOKEN).await);
    let name = good.split_once('=').unwrap().0;
    service.clock.advance(Duration::from_hours(24));
    let newer = cookie(&sign_in(&service, TOKEN).await);
    for cookies in [
        format!("{name}=; {good}"),
        format!("{name}=x.y; {name}=1.AAAA; {good}"),
        format!("{good}; {name}=no"),
        format!("{name}=a=b;{name}=\"1.2\";{good}; {name}=1.2.3"),
        format!("{good}; {newer}"),
        format!("{newer}; {good}"),
    ] {
        assert_eq!(status(&service, &cookies).await.ok()["signedIn"], true, "{cookies}");
        let lines = cookies
            .split("; ")
            .fold(service.request(Method::GET, "/api/status"), |request, line| {
                request.header("cookie", line)
            });
        assert_eq!(Answer::of(lines).await.ok()["signedIn"], true, "{cookies}");
    }
    let bad = format!("{name}=x; {name}=1.AAAA");
    status(&service, &bad).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_service_without_a_token_says_that_nobody_has_to_sign_in() {
    let service = Service::small().await;
    sign_in(&service, TOKEN).await.refused(409, "refused");
    assert_eq!(service.get("/api/status").await.ok()["signedIn"], false);
}

#[tokio::test]
async fn a_browser_is_led_to_the_sign_in_and_back() {
    let service = guarded().await;
    let browser = Browser::of(&service);
    let page = |path: &'static str| browser.opens(path);
    let answer = page("/manual?anilistId=5&x=a b").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), "/sign-in?next=%2Fmanual%3FanilistId%3D5%26x%3Da%2520b");
    assert_eq!(page("/sign-in").await.status, 200);
    page("/api/status").await.refused(401, "unauthorized");
}

/// Somebody with a browser, who has not signed in. Redirects are not followed.
struct Browser<'a> {
    http: reqwest::Client,
    service: &'a Service,
}

impl<'a> Browser<'a> {
    #[expect(clippy::disallowed_methods, reason = "the caller of the service is not part of it")]
    fn of(service: &'a Service) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), service }
    }

    async fn opens(&self, path: &str) -> Answer {
        let request = self.http.get(format!("http://{}{path}", self.service.address));
        Answer::of(request.header("accept", "text/html,*/*")).await
    }
}

#[tokio::test]
async fn the_sign_in_leads_to_pages_and_to_nothing_else() {
    let service = guarded().await;
    let browser = Browser::of(&service);
    for page in ["/", "/sync", "/mappings", "/manual?anilistId=5&x=%2F%2Fevil", "/logs", "/docs#x"]
    {
        let next = format!("/sign-in?{}", query(page));
        assert_eq!(browser.opens(&next).await.status, 200, "{page}");
    }
    for other in [
        "/api/full-sync",
        "/api/cron",
        "/%61pi/full-sync",
        "//evil.example",
        "//evil.example/sync",
        r"\\evil.example",
        r"/\evil.example",
        "/\t/evil.example",
        "https://evil.example/sync",
        "javascript:alert(1)",
        "/sync/../api/full-sync",
        "/./api/full-sync",
        "/sync/",
        "sync",
        "/sign-in",
        "/assets/app.css",
        " /api/full-sync",
        "",
    ] {
        for path in [
            format!("/sign-in?{}", query(other)),
            format!("/sign-in?next=%2Fsync&{}", query(other)),
            format!("/sign-in?{}&next=%2Fsync", query(other)),
        ] {
            let answer = browser.opens(&path).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/sign-in"), "{path}");
        }
    }
    let raw = browser.opens("/sign-in?next=/api/full-sync").await;
    assert_eq!(raw.header("location"), "/sign-in");
    // What is no page is not gone on to either.
    for path in ["/nothing", "//sync"] {
        assert_eq!(browser.opens(path).await.header("location"), "/sign-in", "{path}");
    }
}

fn query(next: &str) -> String {
    let address = reqwest::Url::parse_with_params("http://here/", [("next", next)]).unwrap();
    address.query().unwrap().to_owned()
}

#[tokio::test]
async fn the_page_to_sign_in_on_goes_on_to_every_page_and_to_nothing_else() {
    let service = guarded().await;
    let script = service.get("/assets/js/pages/sign-in.js").await.text;
    let (_, rest) = script.split_once("const PAGES = [").unwrap();
    let listed = rest.split_once("];").unwrap().0.replace('\'', "");
    let listed = listed.split(',').map(str::trim);
    let mut listed: Vec<&str> = listed.filter(|path| !path.is_empty()).collect();
    let is_page = |path: &&str| {
        !path.contains('{')
            && !["/sign-in", "/register", "/forgotten", "/favicon.ico"].contains(path)
    };
    let described = operations().filter(|(_, _, operation)| operation["tags"][0] == "page");
    let mut pages: Vec<&str> = described.map(|(_, path, _)| path).filter(is_page).collect();
    listed.sort_unstable();
    pages.sort_unstable();
    assert_eq!(listed, pages);
}

#[tokio::test]
async fn whoever_guesses_is_slowed_down_and_who_has_the_token_never_is() {
    let service = Service::with(&[("APP_TOKEN", TOKEN), SCHEDULER]).await;
    let good = cookie(&sign_in(&service, TOKEN).await);
    let bearing = |token: &'static str, path: &str| {
        Answer::of(service.request(Method::GET, path).bearer_auth(token))
    };
    for n in 0..10 {
        if n % 2 == 0 {
            sign_in(&service, "guess").await.refused(401, "wrong_token");
        } else {
            bearing("guess", "/api/status").await.refused(401, "unauthorized");
        }
    }
    for _ in 0..3 {
        for answer in [sign_in(&service, "guess").await, bearing("guess", "/api/cron").await] {
            answer.refused(429, "too_many_attempts");
            assert_eq!(answer.header("retry-after"), "301");
        }
        assert_eq!(status(&service, &good).await.status, 200);
        assert_eq!(bearing(TOKEN, "/api/status").await.status, 200);
        assert_eq!(bearing(SCHEDULER.1, "/api/cron").await.status, 200);
        assert_eq!(sign_in(&service, TOKEN).await.status, 200);
    }
    service.clock.advance(Duration::from_mins(5));
    sign_in(&service, "guess").await.refused(401, "wrong_token");
}

/// How often each status came of 3,000 guesses from addresses that the header makes up.
async fn guessed_from(service: &Service, header: &str) -> BTreeMap<u16, usize> {
    let mut came = BTreeMap::new();
    for n in 0..3000_u32 {
        let guess = service.request(Method::GET, "/api/status").bearer_auth("guess");
        let address = format!("198.18.{}.{}", n / 250, n % 250);
        *came.entry(Answer::of(guess.header(header, address)).await.status).or_default() += 1;
    }
    came
}

#[tokio::test]
async fn addresses_that_are_made_up_do_not_help_who_guesses() {
    let untrusted = [("APP_TOKEN", TOKEN), ("TRUSTED_PROXIES", "192.0.2.1")];
    let service = Service::with(&untrusted).await;
    assert_eq!(guessed_from(&service, "x-forwarded-for").await, [(401, 10), (429, 2990)].into());
    // This machine is trusted unless something else is said, and its word has a bound as well.
    let service = guarded().await;
    assert_eq!(guessed_from(&service, "x-forwarded-for").await, [(401, 100), (429, 2900)].into());
    assert_eq!(sign_in(&service, TOKEN).await.status, 200);
    let service = guarded().await;
    assert_eq!(guessed_from(&service, "x-real-ip").await, [(401, 10), (429, 2990)].into());
}

#[tokio::test]
async fn what_a_trusted_proxy_says_last_is_whom_a_guess_counts_for() {
    let service = guarded().await;
    let guess = |forwarded: &'static str| {
        let guess = service.request(Method::GET, "/api/status").bearer_auth("guess");
        Answer::of(guess.header("x-forwarded-for", forwarded))
    };
    for made_up in ["1.1.1.1, 203.0.113.9", "2.2.2.2,203.0.113.9", "203.0.113.9"] {
        for _ in 0..3 {
            guess(made_up).await.refused(401, "unauthorized");
        }
    }
    guess("203.0.113.9, 127.0.0.1").await.refused(401, "unauthorized");
    guess("3.3.3.3, 203.0.113.9").await.refused(429, "too_many_attempts");
    guess("203.0.113.9, 203.0.113.10").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_scheduler_that_asks_too_much_does_not_count_as_guessing() {
    let service = Service::with(&[("APP_TOKEN", TOKEN), SCHEDULER]).await;
    let ask = |path: &str| service.request(Method::GET, path).bearer_auth(SCHEDULER.1);
    for _ in 0..11 {
        Answer::of(ask("/api/status")).await.refused(401, "unauthorized");
    }
    assert_eq!(Answer::of(ask("/api/cron")).await.status, 200);
}
