//! What airs of a library: on the page, and in a calendar app by a secret address.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{AccountId, AnilistId, ScheduledEpisode, Service as Other};
use anilist_trakt_sync::hub::state;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::{get, register, send, somebody};
use crate::service::{Service, now};
use crate::shape::{Answer, Number, Text, TextOrNull, has};

const CALENDAR: &str = "/api/library/calendar";
const ADDRESS: &str = "/api/library/calendar/address";

/// So many hours from the beginning of a test.
fn at(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

/// A world in which these titles air: id, episode and in how many hours.
fn world(airings: &[(u32, u32, i64)]) -> World {
    let mut world = World::default();
    let model = World::sample(now()).media[&AnilistId(1)].clone();
    for &(id, episode, hours) in airings {
        let id = AnilistId(id);
        let mut media = model.clone();
        media.id = id;
        world.media.insert(id, media);
        let schedule = world.schedules.entry(id).or_default();
        schedule.push(ScheduledEpisode { episode, airs_at: at(hours) });
    }
    world
}

async fn service(airings: &[(u32, u32, i64)]) -> Service {
    Service::start(world(airings), &[]).await
}

fn title(id: u32, status: &str, progress: u32) -> Value {
    json!({"title": format!("Title {id}"), "type": "anime", "anilist_id": id, "status": status,
        "progress": progress})
}

async fn add(service: &Service, title: &Value) -> u64 {
    service.post("/api/library/items", title).await.ok()["id"].as_u64().unwrap()
}

/// Titles and episodes.
fn told(calendar: &Value) -> Vec<(u64, u64)> {
    let items = calendar["items"].as_array().unwrap().iter();
    items.map(|one| (one["item_id"].as_u64().unwrap(), one["episode"].as_u64().unwrap())).collect()
}

/// The path of an address with its secret.
fn path_of(made: &Value) -> String {
    let address = made["address"].as_str().unwrap();
    address[address.find("/api/").unwrap()..].to_owned()
}

async fn subscribe(service: &Service) -> String {
    path_of(&service.post(ADDRESS, &json!({})).await.ok())
}

/// A calendar file as it was answered.
async fn file(service: &Service, path: &str) -> Answer {
    let answer = service.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    answer
}

fn down(service: &Service) {
    service.answer_instead(Other::ANILIST, 500, "down");
}

#[tokio::test]
async fn the_week_is_told_by_time_with_how_far_behind_somebody_is() {
    let airings = [(11, 5, 30), (11, 6, 198), (12, 1, 4), (13, 9, 50), (14, 2, 60)];
    let service = service(&airings).await;
    for title in [title(11, "watching", 2), title(12, "planning", 0), title(13, "on-hold", 8)] {
        add(&service, &title).await;
    }
    let mut over = title(14, "watching", 1);
    over["release_status"] = json!("finished");
    add(&service, &over).await;
    add(&service, &json!({"title": "m", "type": "manga", "anilist_id": 15, "status": "reading"}))
        .await;
    add(&service, &json!({"title": "own", "type": "anime", "status": "watching"})).await;
    let week = service.get(CALENDAR).await.ok();
    assert_eq!(told(&week), [(2, 1), (1, 5)]);
    let fields = [
        ("item_id", Number),
        ("title", Text),
        ("type", Text),
        ("cover_url", TextOrNull),
        ("status", Text),
        ("episode", Number),
        ("airs_at", Text),
        ("behind", Number),
    ];
    week["items"].as_array().unwrap().iter().for_each(|one| has(one, &fields));
    let second = &week["items"][1];
    assert_eq!(
        (&second["airs_at"], &second["behind"]),
        (&json!("2026-11-22T18:00:00Z"), &json!(2))
    );
    assert_eq!((&second["title"], &second["status"]), (&json!("Title 11"), &json!("watching")));
    let about = ["count", "from", "to", "as_of", "stale", "missing"].map(|name| week[name].clone());
    let day = |day: &str| json!(format!("2026-11-{day}Z"));
    let (today, later, asked) = (day("21T00:00:00"), day("28T00:00:00"), day("21T12:00:00"));
    assert_eq!(about, [json!(2), today, later, asked, json!(false), json!(0)]);
    let on_hold = service.get("/api/library/calendar?status=on-hold,watching").await.ok();
    assert_eq!(told(&on_hold), [(1, 5), (3, 9)]);
    assert_eq!(service.asked(Other::ANILIST), 2, "only what was put aside was asked for again");
}

#[tokio::test]
async fn a_stretch_of_time_is_days_of_the_persons_zone_or_moments() {
    let service =
        Service::start(world(&[(11, 5, 30), (11, 6, 198)]), &[("TIMEZONE", "Asia/Tokyo")]).await;
    add(&service, &title(11, "watching", 2)).await;
    let ask = async |query: &str| service.get(&format!("{CALENDAR}?{query}")).await;
    // Episode 5 airs at 2026-11-22T18:00Z, which is the 23rd in Tokyo.
    for (query, episodes) in [
        ("from=2026-11-22&to=2026-11-23", vec![]),
        ("from=2026-11-23&to=2026-11-24", vec![(1, 5)]),
        ("from=2026-11-22T18:00:00Z&to=2026-11-22T18:00:01Z", vec![(1, 5)]),
        ("from=2026-11-22T17:00:00Z&to=2026-11-22T18:00:00Z", vec![]),
        ("from=2026-11-21&to=2026-12-26", vec![(1, 5), (1, 6)]),
        ("from=2026-11-24", vec![(1, 6)]),
    ] {
        assert_eq!(told(&ask(query).await.ok()), episodes, "{query}");
    }
    for (query, field) in [
        ("from=tomorrow", "from"),
        ("from=2026-11-31", "from"),
        ("from=2026-11-21T10:00", "from"),
        ("to=1", "to"),
        ("from=2026-11-21&to=2026-11-21", "to"),
        ("from=2026-11-22&to=2026-11-21", "to"),
        ("from=2026-11-21&to=2026-12-27", "to"),
        ("status=asleep", "status"),
        ("from=9999-12-31", "to"),
    ] {
        let sentence = ask(query).await.refused(422, "invalid");
        assert!(sentence.contains(field), "{query}: {sentence}");
    }
}

#[tokio::test]
async fn five_weeks_may_be_asked_for_also_where_a_clock_is_put_back_in_them() {
    let service = Service::start(world(&[]), &[("TIMEZONE", "Europe/Berlin")]).await;
    let autumn = service.get("/api/library/calendar?from=2026-10-01&to=2026-11-05").await.ok();
    assert_eq!(
        (&autumn["from"], &autumn["to"]),
        (&json!("2026-09-30T22:00:00Z"), &json!("2026-11-04T23:00:00Z"))
    );
}

#[tokio::test]
async fn fifty_titles_are_one_question_and_the_same_again_is_none() {
    let airings: Vec<_> = (1..=120).map(|id| (id, 3, 24)).collect();
    let service = service(&airings).await;
    for &(id, ..) in &airings {
        add(&service, &title(id, "watching", 0)).await;
    }
    assert_eq!(service.get(CALENDAR).await.ok()["count"], 120);
    assert_eq!(service.asked(Other::ANILIST), 3);
    let ask = || service.get(CALENDAR);
    let (one, two, three) = tokio::join!(ask(), ask(), file_of_all(&service));
    assert_eq!((one.ok(), two.ok()["count"].as_u64()), (three, Some(120)));
    assert_eq!(service.asked(Other::ANILIST), 3, "what is kept is not asked for again");
    service.clock.advance(Duration::from_hours(7));
    tokio::join!(ask(), ask()).0.ok();
    assert_eq!(service.asked(Other::ANILIST), 6, "equal questions at once are asked once");
    let cache = service.get("/api/debug/cache").await.ok();
    assert_eq!(cache["entries"], 120, "one answer a title, whoever asks");
}

/// The week, after a calendar app was told.
async fn file_of_all(service: &Service) -> Value {
    let path = subscribe(service).await;
    file(service, &path).await;
    service.get(CALENDAR).await.ok()
}

#[tokio::test]
async fn nothing_of_a_person_is_in_what_is_kept_for_everybody() {
    let service = service(&[(11, 5, 30)]).await;
    add(&service, &title(11, "watching", 2)).await;
    service.get(CALENDAR).await.ok();
    let keys = ["airings:anilist:11".to_owned()];
    let kept = service.store.answers(&keys).await.unwrap().pop().flatten().unwrap();
    assert_eq!(kept.value, r#"[{"episode":5,"airsAt":"2026-11-22T18:00:00Z"}]"#);
}

#[tokio::test]
async fn an_episode_that_aired_today_stays_there_after_anilist_was_asked_again() {
    let service = service(&[(11, 5, 1), (11, 6, 169)]).await;
    add(&service, &title(11, "watching", 5)).await;
    let before = service.get(CALENDAR).await.ok();
    service.clock.advance(Duration::from_hours(7));
    let after = service.get(CALENDAR).await.ok();
    assert_eq!((told(&after), service.asked(Other::ANILIST)), (told(&before), 2));
    assert_eq!(after["items"][0]["behind"], 0);
}

#[tokio::test]
async fn in_an_outage_what_is_kept_is_given_and_said_to_be_old() {
    let service = service(&[(11, 5, 30), (12, 1, 40)]).await;
    add(&service, &title(11, "watching", 2)).await;
    let fresh = service.get(CALENDAR).await.ok();
    service.clock.advance(Duration::from_hours(7));
    down(&service);
    let old = service.get(CALENDAR).await.ok();
    assert_eq!(
        (&old["items"], &old["stale"], &old["as_of"]),
        (&fresh["items"], &json!(true), &fresh["as_of"])
    );
    let asked = service.asked(Other::ANILIST);
    service.get(CALENDAR).await.ok();
    assert_eq!(service.asked(Other::ANILIST), asked, "an outage is not run into again at once");
    let path = subscribe(&service).await;
    assert!(file(&service, &path).await.text.contains("SUMMARY:Title 11 · episode 5"));
    // Of another title nothing is known. The page says so; an app would take it for off.
    add(&service, &title(12, "watching", 0)).await;
    let part = service.get(CALENDAR).await.ok();
    assert_eq!((told(&part), &part["missing"]), (told(&old), &json!(1)));
    service.get(&path).await.refused(502, "outage");
    service.demo.heal();
    service.clock.advance(Duration::from_mins(2));
    let whole = service.get(CALENDAR).await.ok();
    assert_eq!(
        (told(&whole), &whole["stale"], &whole["missing"]),
        (vec![(1, 5), (2, 1)], &json!(false), &json!(0))
    );
    file(&service, &path).await;
}

#[tokio::test]
async fn where_nothing_is_known_an_outage_is_an_error_and_no_empty_week() {
    let service = service(&[(11, 5, 30)]).await;
    assert_eq!(service.get(CALENDAR).await.ok()["count"], 0);
    assert_eq!(service.asked(Other::ANILIST), 0, "nobody is asked for no title");
    add(&service, &title(11, "watching", 2)).await;
    down(&service);
    service.get(CALENDAR).await.refused(502, "outage");
}

#[tokio::test]
async fn a_title_that_anilist_does_not_have_is_asked_for_once_in_some_hours() {
    let service = service(&[(11, 5, 30)]).await;
    add(&service, &title(11, "watching", 2)).await;
    add(&service, &title(77_777_777, "watching", 2)).await;
    for _ in 0..2 {
        let week = service.get(CALENDAR).await.ok();
        assert_eq!((told(&week), &week["missing"]), (vec![(1, 5)], &json!(0)));
    }
    assert_eq!(service.asked(Other::ANILIST), 1);
}

#[tokio::test]
async fn an_app_reads_the_calendar_by_its_address_alone_and_is_told_when_nothing_changed() {
    let service = service(&[(11, 5, 30), (11, 6, 198), (11, 40, 24 * 29)]).await;
    let id = add(&service, &title(11, "watching", 2)).await;
    assert_eq!(
        service.get(ADDRESS).await.ok(),
        json!({"exists": false, "created_at": null, "last_used_at": null})
    );
    let made = service.post(ADDRESS, &json!({})).await.ok();
    let path = path_of(&made);
    assert_eq!(made["address"], format!("http://{}{path}", service.address));
    assert!(path.len() > "/api/library/calendar.ics?key=".len() + 40, "{path}");
    let first = file(&service, &path).await;
    assert_eq!(first.header("cache-control"), "private, max-age=900");
    assert_eq!(first.text.matches("BEGIN:VEVENT").count(), 2, "the last week and the next four");
    assert!(first.text.contains("\r\nDTSTART:20261122T180000Z\r\n"), "{}", first.text);
    let again = async |tag: &str| {
        let request = service.request(Method::GET, &path).header("if-none-match", tag);
        Answer::of(request).await
    };
    service.clock.advance(Duration::from_mins(5));
    let same = again(first.header("etag")).await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    assert_eq!(same.header("etag"), first.header("etag"));
    assert_eq!(service.asked(Other::ANILIST), 1);
    service.delete(&format!("/api/library/items/{id}")).await.ok();
    let changed = again(first.header("etag")).await;
    assert_eq!(changed.status, 200);
    assert!(!changed.text.contains("VEVENT"));
    let seen = service.get(ADDRESS).await.ok();
    assert_eq!(
        seen,
        json!({"exists": true, "created_at": "2026-11-21T12:00:00Z", "last_used_at": "2026-11-21T12:00:00Z"})
    );
}

#[tokio::test]
async fn a_new_address_ends_the_one_before_and_a_withdrawn_one_is_none() {
    let service = service(&[]).await;
    let first = subscribe(&service).await;
    let second = subscribe(&service).await;
    assert_ne!(first, second);
    file(&service, &second).await;
    for gone in [first.as_str(), "/api/library/calendar.ics", "/api/library/calendar.ics?key="] {
        service.get(gone).await.refused(404, "not_found");
    }
    let withdrawn = service.delete(ADDRESS).await.ok();
    assert_eq!(withdrawn["exists"], false);
    service.get(&second).await.refused(404, "not_found");
    assert_eq!(service.get(ADDRESS).await.ok()["exists"], false);
    service.delete(ADDRESS).await.ok();
}

/// A service with accounts on which title 11 airs.
async fn with_accounts() -> Service {
    let settings = [("AUTH", "accounts"), ("REGISTRATION", "open")];
    Service::start(world(&[(11, 5, 30), (12, 1, 40)]), &settings).await
}

#[tokio::test]
async fn each_person_has_their_own_calendar_and_both_cost_one_question() {
    let service = with_accounts().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let mut paths = Vec::new();
    for token in [&mika, &noa] {
        send(&service, token, Method::POST, "/api/library/items", &title(11, "watching", 2))
            .await
            .ok();
        let made = send(&service, token, Method::POST, ADDRESS, &json!({})).await.ok();
        paths.push(path_of(&made));
        assert_eq!(get(&service, token, CALENDAR).await.ok()["count"], 1);
    }
    assert_eq!(service.asked(Other::ANILIST), 1);
    send(&service, &noa, Method::POST, "/api/library/items", &title(12, "watching", 0)).await.ok();
    let events = [file(&service, &paths[0]).await, file(&service, &paths[1]).await];
    assert_eq!(events.map(|file| file.text.matches("BEGIN:VEVENT").count()), [1, 2]);
    send(&service, &mika, Method::DELETE, ADDRESS, &json!({})).await.ok();
    service.get(&paths[0]).await.refused(404, "not_found");
    file(&service, &paths[1]).await;
}

#[tokio::test]
async fn the_address_of_who_was_shut_out_or_left_opens_nothing() {
    let service = with_accounts().await;
    let (first, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let path = path_of(&send(&service, &noa, Method::POST, ADDRESS, &json!({})).await.ok());
    let shut_out = async |disabled: bool| {
        let body = json!({ "disabled": disabled });
        send(&service, &first, Method::PATCH, "/api/admin/accounts/2", &body).await.ok();
    };
    file(&service, &path).await;
    shut_out(true).await;
    service.get(&path).await.refused(404, "not_found");
    shut_out(false).await;
    file(&service, &path).await;
    let noa = crate::accounts::signed_in(&service, "noa").await;
    let farewell = json!({ "password": "noa's own secret" });
    send(&service, &noa, Method::DELETE, "/api/auth/me", &farewell).await.ok();
    service.get(&path).await.refused(404, "not_found");
    let of_noa = service.store.collection("credentials:u2").await.unwrap();
    assert_eq!(of_noa, []);
}

#[tokio::test]
async fn a_token_that_only_reads_makes_no_address_and_a_calendars_secret_opens_nothing_else() {
    let service = with_accounts().await;
    let mika = somebody(&service, "mika").await;
    let wanted = json!({ "name": "wall", "read_only": true });
    let made = send(&service, &mika, Method::POST, "/api/auth/tokens", &wanted).await.ok();
    let reads = made["token"].as_str().unwrap();
    for method in [Method::POST, Method::DELETE] {
        send(&service, reads, method, ADDRESS, &json!({})).await.refused(403, "forbidden");
    }
    get(&service, reads, CALENDAR).await.ok();
    let path = path_of(&send(&service, &mika, Method::POST, ADDRESS, &json!({})).await.ok());
    let (_, secret) = path.split_once("key=").unwrap();
    for path in [CALENDAR, ADDRESS, "/api/library/items", "/api/auth/me"] {
        get(&service, secret, path).await.refused(401, "unauthorized");
    }
    let tokens = get(&service, &mika, "/api/auth/tokens").await.ok();
    assert_eq!(tokens["count"], 1, "an address is no token");
    let other = path.replace(secret, reads);
    service.get(&other).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_secret_is_kept_as_its_hash_and_goes_along_to_another_store() {
    let service = service(&[]).await;
    let path = subscribe(&service).await;
    let (_, secret) = path.split_once("key=").unwrap();
    let lines = state::export(&*service.store).await.unwrap();
    let text = serde_json::to_string(&lines).unwrap();
    assert!(!text.contains(secret));
    assert!(text.contains(r#"\"kind\":\"calendar\""#), "{text}");
    let person = service.people.of(&AccountId::default());
    let own = state::export_of(&person.store).await.unwrap();
    assert!(!serde_json::to_string(&own).unwrap().contains("calendar"));
}

#[tokio::test]
async fn an_address_from_before_anybody_registered_is_the_first_accounts() {
    let service = service(&[(11, 5, 30)]).await;
    add(&service, &title(11, "watching", 2)).await;
    let path = subscribe(&service).await;
    register(&service, "mika").await.ok();
    assert!(file(&service, &path).await.text.contains("Title 11"));
    service.get(CALENDAR).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_wait_that_anilist_asks_for_leaves_the_rest_unknown_and_is_told() {
    let airings: Vec<_> = (1..=60).map(|id| (id, 3, 24)).collect();
    let service = service(&airings).await;
    for &(id, ..) in &airings {
        add(&service, &title(id, "watching", 0)).await;
    }
    let headers = vec![("retry-after".to_owned(), "120".to_owned())];
    let limited = Action::Status { status: 429, headers, body: "{}".to_owned() };
    service.demo.fail(Fault::new(Other::ANILIST, limited).after(1).times(u32::MAX));
    let part = service.get(CALENDAR).await.ok();
    assert_eq!((&part["count"], &part["missing"]), (&json!(50), &json!(10)));
}
