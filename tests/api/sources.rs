//! Looking for titles: what is found, what is kept of it, and what is told in an outage.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::Service as Other;
use serde_json::{Value, json};

use crate::service::{Service, small};
use crate::shape::{Answer, List, Null, Number, NumberOrNull, Object, Text, TextOrNull, has};

const SEARCH: &str = "/api/sources/search?q=lamplighter&type=manga";

/// The names of what was found.
fn titles(found: &Value) -> Vec<&str> {
    found.as_array().unwrap().iter().map(|title| title["title"].as_str().unwrap()).collect()
}

fn has_all_fields(title: &Value) {
    has(
        title,
        &[
            ("id", Text),
            ("title", Text),
            ("type", Text),
            ("cover_url", TextOrNull),
            ("chapters", NumberOrNull),
            ("episodes", NumberOrNull),
            ("volumes", NumberOrNull),
            ("titles", Object),
            ("format", TextOrNull),
            ("year", NumberOrNull),
            ("release_status", TextOrNull),
            ("anilist_id", NumberOrNull),
            ("mal_id", NumberOrNull),
            ("mangadex_id", TextOrNull),
            ("source", Text),
            ("site_url", TextOrNull),
        ],
    );
}

#[tokio::test]
async fn the_sources_are_listed_with_what_they_have() {
    let service = Service::small().await;
    let sources = service.get("/api/sources").await.ok();
    let ids: Vec<_> = sources.as_array().unwrap().iter().map(|source| &source["id"]).collect();
    assert_eq!(ids, ["anilist", "mangadex", "local"]);
    assert_eq!(
        sources[1],
        json!({"id": "mangadex", "name": "MangaDex", "types": ["manga"], "search": true})
    );
    assert_eq!(service.get("/api/sources/").await.ok(), sources);
}

#[tokio::test]
async fn anime_is_found_by_name_with_all_that_is_known_of_it() {
    let service = Service::sample().await;
    let found = service.get("/api/sources/search?q=bebop&type=anime").await.ok();
    assert_eq!(titles(&found)[0], "Cowboy Bebop");
    found.as_array().unwrap().iter().for_each(has_all_fields);
    has(&found[0], &[("episodes", Number), ("chapters", Null), ("volumes", Null)]);
    let told = ["id", "type", "source", "format", "release_status"].map(|field| &found[0][field]);
    assert_eq!(told, ["1", "anime", "anilist", "tv", "finished"]);
    assert_eq!(found[0]["episodes"], 26);
    assert_eq!(service.asked(Other::MANGADEX), 0, "it has no anime");
}

#[tokio::test]
async fn manga_of_both_sources_comes_once_with_the_ids_of_both() {
    let service = Service::sample().await;
    let found = service.get("/api/sources/search?q=the&type=manga").await.ok();
    let of = |name: &str| {
        let found = found.as_array().unwrap();
        let all: Vec<_> = found.iter().filter(|title| title["title"] == name).collect();
        assert_eq!(all.len(), 1, "{name}");
        all[0].clone()
    };
    let both = of("The Lamplighter of Kasumi Street");
    assert_eq!((&both["source"], &both["anilist_id"]), (&json!("anilist"), &json!(9_100_001)));
    assert_eq!(both["mangadex_id"], "00000000-0000-4000-8000-000009100001");
    assert_eq!((&both["chapters"], &both["volumes"]), (&json!(96), &json!(12)));
    assert_eq!(of("The Weather Clerk")["mangadex_id"], Value::Null);
    let alone = of("The Ropeway Keeper");
    assert_eq!((&alone["source"], &alone["anilist_id"]), (&json!("mangadex"), &Value::Null));
    assert_eq!(alone["id"], alone["mangadex_id"]);
    found.as_array().unwrap().iter().for_each(has_all_fields);
}

#[tokio::test]
async fn a_pasted_address_or_an_id_finds_that_title() {
    let service = Service::sample().await;
    let uuid = "00000000-0000-4000-8000-000009100027";
    for (text, title) in [
        ("https://anilist.co/anime/1/Cowboy-Bebop/", "Cowboy Bebop"),
        ("https://myanimelist.net/manga/9100002/x", "Salt and Paper Cranes"),
        ("https://mangadex.org/title/00000000-0000-4000-8000-000009100027/x", "The Ropeway Keeper"),
        (uuid, "The Ropeway Keeper"),
        ("9100003", "Night Train to Mizunami"),
    ] {
        let found = service.get(&format!("/api/sources/search?q={text}")).await.ok();
        assert_eq!(titles(&found), [title], "{text}");
    }
    let wrong = "/api/sources/search?type=manga&q=https://anilist.co/anime/1";
    assert_eq!(service.get(wrong).await.ok(), json!([]));
    let found = service.get(&format!("/api/sources/mangadex/search?q={uuid}")).await.ok();
    assert_eq!(titles(&found), ["The Ropeway Keeper"]);
}

#[tokio::test]
async fn what_is_being_typed_is_completed_by_eight_titles_at_most() {
    let service = Service::sample().await;
    let found = service.get("/api/sources/autocomplete?q=no").await.ok();
    assert_eq!(found.as_array().unwrap().len(), 8);
    assert_eq!(service.get("/api/sources/autocomplete?q=n").await.ok(), json!([]));
    assert_eq!(service.asked(Other::ANILIST), 1);
}

#[tokio::test]
async fn the_maximum_of_a_title_is_known_by_name_and_by_id() {
    let service = Service::sample().await;
    let max = async |query: &str| service.get(&format!("/api/sources/max?{query}")).await;
    let bebop = max("q=Cowboy%20Bebop&type=anime").await.ok();
    assert_eq!((&bebop["max"], &bebop["title"]), (&json!(26), &json!("Cowboy Bebop")));
    assert_eq!(max("id=9100001").await.ok()["max"], 96);
    let running = max("id=9100003&type=manga").await.ok();
    assert_eq!((&running["max"], &running["release_status"]), (&Value::Null, &json!("releasing")));
    let running = max("id=00000000-0000-4000-8000-000009100003").await.ok();
    assert_eq!((&running["max"], &running["latest"]), (&Value::Null, &json!(131)));
    let over = max("id=00000000-0000-4000-8000-000009100027").await.ok();
    assert_eq!((&over["max"], &over["latest"]), (&json!(21), &json!(21)));
    for nothing in ["q=qqqq", "id=99999", "id=9100001&type=anime"] {
        max(nothing).await.refused(404, "not_found");
    }
    has_all_fields(&running);
}

#[tokio::test]
async fn a_question_that_cannot_be_asked_names_the_field() {
    let service = Service::small().await;
    let long = "x".repeat(301);
    for (path, field) in [
        ("search", "q"),
        ("search?q=%20", "q"),
        (&format!("search?q={long}"), "q"),
        ("autocomplete", "q"),
        ("mangadex/search?q=", "q"),
        ("search?q=a&type=film", "type"),
        ("max", "q"),
        ("max?id=bebop", "id"),
    ] {
        let answer = service.get(&format!("/api/sources/{path}")).await;
        let sentence = answer.refused(422, "invalid");
        assert!(sentence.ends_with(&format!(": {field}")), "{path}: {sentence}");
        assert_eq!(answer.json()["detail"], sentence);
    }
    assert_eq!(service.asked(Other::ANILIST) + service.asked(Other::MANGADEX), 0);
}

#[tokio::test]
async fn an_answer_is_kept_for_ten_minutes_and_a_maximum_for_a_day() {
    let service = Service::sample().await;
    let max = "/api/sources/max?id=1";
    let (found, length) = (service.get(SEARCH).await.ok(), service.get(max).await.ok());
    let asked = || service.asked(Other::ANILIST);
    assert_eq!(asked(), 2);
    service.clock.advance(Duration::from_secs(599));
    assert_eq!(service.get("/api/sources/search?q=%20LAMPlighter&type=Manga").await.ok(), found);
    assert_eq!(asked(), 2);
    service.clock.advance(Duration::from_secs(2));
    assert_eq!(service.get(SEARCH).await.ok(), found);
    assert_eq!(asked(), 3);
    service.clock.advance(Duration::from_hours(23));
    assert_eq!(service.get(max).await.ok(), length);
    assert_eq!(asked(), 3);
    service.clock.advance(Duration::from_hours(1));
    service.get(max).await.ok();
    assert_eq!(asked(), 4);
}

#[tokio::test]
async fn that_nothing_was_found_is_kept_for_a_minute() {
    let service = Service::sample().await;
    let ask = async || {
        service.get("/api/sources/autocomplete?q=qqqq").await.ok();
        service.get("/api/sources/max?id=99999").await.refused(404, "not_found");
        service.asked(Other::ANILIST)
    };
    assert_eq!((ask().await, ask().await), (2, 2));
    service.clock.advance(Duration::from_mins(1));
    assert_eq!(ask().await, 4);
}

#[tokio::test]
async fn equal_questions_at_once_are_one_request_although_the_first_caller_hangs_up() {
    let service = Service::sample().await;
    service.demo.fail(Fault::new(Other::ANILIST, Action::Held).path("SearchTitles"));
    let path = "/api/sources/autocomplete?q=bebop";
    let ask = || tokio::spawn(Answer::of(service.request(reqwest::Method::GET, path)));
    let first = ask();
    service.until(&first, |stats| stats.count(Other::ANILIST) == 1).await;
    let others = [ask(), ask(), ask()];
    service.wait_for("/api/debug/cache", |state| state["shared"] == 3).await;
    first.abort();
    service.demo.heal();
    for other in others {
        assert_eq!(titles(&other.await.unwrap().ok())[0], "Cowboy Bebop");
    }
    service.get(path).await.ok();
    assert_eq!(service.asked(Other::ANILIST), 1);
    let state = service.get("/api/debug/cache").await.ok();
    assert_eq!([&state["misses"], &state["hits"], &state["entries"]], [1, 1, 1]);
}

#[tokio::test]
async fn in_an_outage_an_old_answer_is_given_and_marked() {
    let service = Service::sample().await;
    let path = "/api/sources/autocomplete?q=bebop";
    let found = service.get(path).await;
    assert_eq!(found.header("x-stale-since"), "");
    service.clock.advance(Duration::from_hours(5));
    service.answer_instead(Other::ANILIST, 500, "down");
    let old = service.get(path).await;
    assert_eq!(old.ok(), found.ok());
    assert_eq!(old.header("x-stale-since"), "2026-11-21T12:00:00Z");
    assert_eq!(service.get("/api/debug/cache").await.ok()["stale"], 1);
    service.demo.heal();
    let new = service.get(path).await;
    assert_eq!((new.ok(), new.header("x-stale-since")), (found.ok(), ""));
}

#[tokio::test]
async fn in_an_outage_nothing_is_made_up() {
    let service = Service::sample().await;
    service.answer_instead(Other::ANILIST, 500, "down");
    let answer = service.get("/api/sources/search?q=bebop&type=anime").await;
    assert!(answer.refused(502, "outage").starts_with("AniList"));
    let answer = service.get(SEARCH).await;
    assert_eq!(titles(&answer.ok()), ["The Lamplighter of Kasumi Street"]);
    assert_eq!(answer.header("x-sources-missing"), "anilist");
    service.answer_instead(Other::MANGADEX, 403, "<html>banned</html>");
    service.clock.advance(Duration::from_hours(1));
    let answer = service.get(SEARCH).await;
    assert_eq!(answer.header("x-sources-missing"), "anilist");
    assert_ne!(answer.header("x-stale-since"), "", "what MangaDex said an hour ago");
    // By now it failed too often to be asked at once.
    service.get("/api/sources/search?q=crane&type=manga").await.refused(503, "breaker_open");
}

#[tokio::test]
async fn who_bans_is_left_alone_and_the_other_source_answers_on() {
    let service = Service::sample().await;
    service.answer_instead(Other::MANGADEX, 403, "<html>banned</html>");
    for name in ["lamplighter", "the", "of"] {
        let answer = service.get(&format!("/api/sources/search?q={name}&type=manga")).await;
        assert!(!titles(&answer.ok()).is_empty(), "{name}");
        assert_eq!(answer.header("x-sources-missing"), "mangadex");
    }
    assert_eq!(service.asked(Other::MANGADEX), 1);
    let alone = service.get("/api/sources/mangadex/search?q=ropeway").await;
    let sentence = alone.refused(503, "rate_limited");
    assert_eq!(sentence, "MangaDex allows no more requests until 2026-11-21T12:30:00Z");
    service.demo.heal();
    service.clock.advance(Duration::from_mins(30));
    let found = service.get("/api/sources/mangadex/search?q=ropeway").await.ok();
    assert_eq!(titles(&found), ["The Ropeway Keeper"]);
}

#[tokio::test]
async fn whoever_types_leaves_a_run_its_requests_and_is_told_at_once_when_there_are_none() {
    let service = Service::start(small(), &[("ANILIST_RATE_PER_MIN", "20")]).await;
    let began = std::time::Instant::now();
    let mut refused = 0;
    for number in 0..20 {
        let answer = service.get(&format!("/api/sources/autocomplete?q=title{number}")).await;
        if answer.status == 503 {
            assert!(answer.refused(503, "rate_limited").starts_with("AniList allows no more"));
            refused += 1;
        }
    }
    assert_eq!((service.asked(Other::ANILIST), refused), (10, 10));
    let report = service.post("/api/completed-sync", &json!({})).await.ok();
    assert_eq!(report["state"], "complete", "{report}");
    assert!(began.elapsed() < Duration::from_secs(30), "a run waited for who typed");
}

#[tokio::test]
async fn a_run_that_has_the_whole_limit_makes_nobody_wait_who_types() {
    let service = Service::start(small(), &[("ANILIST_RATE_PER_MIN", "2")]).await;
    let (http, address) = (service.http.clone(), service.address.clone());
    let run = tokio::spawn(http.post(format!("http://{address}/api/full-sync")).send());
    service.until(&run, |stats| stats.count(Other::ANILIST) == 2).await;
    let began = std::time::Instant::now();
    let answer = service.get("/api/sources/autocomplete?q=bebop").await;
    assert!(answer.refused(503, "rate_limited").starts_with("AniList allows no more"));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    run.abort();
}

#[tokio::test]
async fn an_administrator_sees_what_may_still_be_asked() {
    let service = Service::sample().await;
    service.get(SEARCH).await.ok();
    let state = service.get("/api/debug/cache").await.ok();
    for count in ["hits", "misses", "stale", "shared", "entries"] {
        has(&state, &[(count, Number)]);
    }
    has(&state, &[("budgets", List)]);
    let budgets = state["budgets"].as_array().unwrap();
    let of = |lane: &str| budgets.iter().find(|budget| budget["lane"] == lane).unwrap();
    assert_eq!(of("ani_list")["remaining"], 99_999);
    assert_eq!(of("ani_list")["told"], 89);
    assert_eq!((&of("mangadex")["limit"], &of("mangadex")["told"]), (&json!(1), &json!(4)));
}
