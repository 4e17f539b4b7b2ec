//! Places for a title, for a person to choose from.

use std::collections::BTreeSet;

use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::{self, Item, Slot, TraktShowId};
use serde_json::{Value, json};

use crate::service::{Service, now};
use crate::shape::{List, Number, NumberOrNull, Text, TextOrNull, has, items};

/// The sample's title that no dataset knows.
const UNKNOWN: &str = "/api/suggestions?anilistId=9000100";

async fn ask(service: &Service, path: &str) -> Value {
    let answer = service.get(path).await.ok();
    has(
        &answer,
        &[
            ("anilistId", Number),
            ("title", Text),
            ("format", TextOrNull),
            ("year", NumberOrNull),
            ("episodeCount", NumberOrNull),
            ("verdict", Text),
            ("suggestions", List),
        ],
    );
    answer
}

/// What would be noticed if asking had written or posted something.
async fn state(service: &Service) -> Vec<Value> {
    let paths = ["/api/mappings", "/api/unmapped", "/api/progress", "/api/overrides", "/api/runs"];
    let mut state = Vec::new();
    for path in paths {
        state.push(service.get(path).await.ok());
    }
    state.push(json!(service.demo.history().len()));
    state.push(json!(service.demo.stats().writes.len()));
    state
}

#[tokio::test]
async fn a_title_that_no_dataset_knows_is_found_by_its_name() {
    let service = Service::sample().await;
    let answer = ask(&service, UNKNOWN).await;
    assert_eq!((&answer["verdict"], answer.get("searchError")), (&json!("unmapped"), None));
    let choices = items(&answer, "suggestions");
    assert_eq!(
        choices[0],
        json!({
            "origin": "search", "kind": "show", "traktId": 9_000_100,
            "title": "Everyday at the Little Station", "year": 2022, "season": 1, "offset": 0,
            "first": {"season": 1, "number": 1}, "last": {"season": 1, "number": 5}, "episodes": 5,
            "because": "Trakt's show of the same title and year; season 1; nothing speaks against it",
            "map": {
                "anilistId": 9_000_100, "traktId": 9_000_100, "type": "show", "season": 1,
                "offset": 0, "title": "Everyday at the Little Station",
            },
        })
    );
    assert_eq!((&choices[1]["traktId"], &choices[1]["year"]), (&json!(9_000_101), &json!(2012)));
    assert_eq!(choices.len(), 2);
}

#[tokio::test]
async fn a_waiting_title_links_to_its_suggestions_and_the_first_can_be_accepted() {
    let service = Service::sample().await;
    service.get("/api/full-sync").await.ok();
    let waiting = service.get("/api/unmapped").await.ok();
    let link = items(&waiting, "items")[0]["suggestions"].as_str().unwrap();
    assert_eq!(link, UNKNOWN);
    let answer = ask(&service, link).await;
    let before = service.demo.history().len();
    service.post("/api/manual-map", &answer["suggestions"][0]["map"]).await.ok();
    let report = service.get("/api/full-sync").await.ok();
    assert_eq!((&report["synced"], &report["skippedUnmapped"]), (&json!(5), &json!(0)));
    let posted = service.demo.history().split_off(before);
    let expected = (1..=5).map(|number| Item::Episode {
        show: TraktShowId(9_000_100),
        slot: Slot { season: 1, number },
    });
    let items: BTreeSet<Item> = posted.iter().map(|play| play.item).collect();
    assert_eq!(items, expected.collect());
    let placed = ask(&service, link).await;
    assert_eq!(
        (&placed["verdict"], placed["suggestions"][0]["origin"].as_str()),
        (&json!("verified"), Some("manual"))
    );
}

/// Where the datasets put a title: its show or film, its first slot, and how many episodes.
fn truth(explained: &Value) -> Option<Value> {
    let placement = explained["placement"].as_object()?;
    if let Some(movie) = placement.get("movie") {
        return Some(json!([movie, null, 1]));
    }
    let spans = placement["spans"].as_array()?;
    Some(json!([placement["show"], spans[0]["start"], spans.last()?["last"]]))
}

#[tokio::test]
async fn without_any_dataset_the_first_suggestion_is_nearly_always_right() {
    let known = Service::sample().await;
    let mut world = World::sample(now());
    for row in &mut world.mappings {
        row.anilist.0 += 50_000_000;
        row.mal = None;
    }
    let ids: Vec<u32> = world.media.keys().map(|id| id.0).collect();
    let service = Service::start(world, &[]).await;
    let mut wrong = Vec::new();
    for id in ids {
        let explained = known.get(&format!("/api/explain?anilistId={id}")).await.ok();
        let Some(truth) = truth(&explained) else { continue };
        service.demo.reset_stats();
        let answer = ask(&service, &format!("/api/suggestions?anilistId={id}")).await;
        let stats = service.demo.stats();
        // Two for the title of a film that nobody names, and four for the suggestions.
        assert!(stats.count_route(domain::Service::TRAKT, "GET /search/{type}") <= 6, "{answer}");
        assert!(
            stats.count_route(domain::Service::TRAKT, "GET /shows/{id}/seasons") <= 3,
            "{answer}"
        );
        let best = &answer["suggestions"][0];
        if json!([best["traktId"], best["first"], best["episodes"]]) != truth {
            wrong.push(id);
        }
    }
    // Its first episode is an episode 0, which only the datasets know to be a special.
    assert_eq!(wrong, [146_065]);
}

#[tokio::test]
async fn a_found_show_is_fetched_once() {
    let service = Service::sample().await;
    ask(&service, UNKNOWN).await;
    service.demo.reset_stats();
    ask(&service, UNKNOWN).await;
    let stats = service.demo.stats();
    assert_eq!(stats.count_route(domain::Service::TRAKT, "GET /shows/{id}/seasons"), 0);
    assert!((1..=4).contains(&stats.count(domain::Service::TRAKT)), "{:?}", stats.requests);
}

#[tokio::test]
async fn asking_writes_and_posts_nothing() {
    let service = Service::sample().await;
    // A title that nothing was decided of yet: one that has a place, and one that has none.
    for path in ["/api/suggestions?anilistId=104578", UNKNOWN] {
        let before = state(&service).await;
        assert!(!items(&ask(&service, path).await, "suggestions").is_empty());
        assert_eq!(state(&service).await, before, "{path}");
    }
    service.get("/api/full-sync").await.ok();
    let before = state(&service).await;
    ask(&service, UNKNOWN).await;
    assert_eq!(state(&service).await, before);
}

#[tokio::test]
async fn while_the_search_is_down_the_sources_still_propose() {
    let service = Service::sample().await;
    let down = Action::Status { status: 400, headers: Vec::new(), body: String::new() };
    let fault = Fault::new(domain::Service::TRAKT, down).path("query=").times(u32::MAX);
    service.demo.fail(fault);
    let answer = ask(&service, "/api/suggestions?anilistId=104578").await;
    let best = &answer["suggestions"][0];
    assert_eq!(
        (&best["first"], &best["map"]["offset"]),
        (&json!({"season": 3, "number": 13}), &json!(12))
    );
    assert_eq!((&best["origin"], &best["title"]), (&json!("anibridge"), &json!(null)));
    assert!(answer["searchError"].as_str().unwrap().starts_with("Trakt "), "{answer}");
    let nothing = ask(&service, UNKNOWN).await;
    assert_eq!(nothing["suggestions"], json!([]));
    assert!(nothing["searchError"].is_string(), "{nothing}");
}

#[tokio::test]
async fn what_is_no_title_is_refused() {
    let service = Service::small().await;
    let ask = async |query: &str| service.get(&format!("/api/suggestions{query}")).await;
    assert_eq!(ask("").await.refused(400, "bad_request"), "anilistId is missing");
    ask("?anilistId=x").await.refused(400, "bad_request");
    ask("?anilistId=424242").await.refused(404, "not_found");
}
