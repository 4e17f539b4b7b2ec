//! A plan is exactly what a run posts.

use std::collections::BTreeSet;
use std::time::Duration;

use anilist_trakt_sync::domain::{AnilistId, Item};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Service, large, with_long_series};
use crate::shape::{Flag, List, Null, Number, Object, Text, has, items};

/// Where a play goes and when it was watched, to Trakt's minute.
type Watched = (String, Timestamp);

fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap()
}

fn planned(play: &Value) -> Watched {
    let place = match play["kind"].as_str().unwrap() {
        "movie" => format!("movie {}", play["movie"]),
        _ => format!("show {} {}x{}", play["show"], play["season"], play["number"]),
    };
    match play["watchedAt"].as_str().unwrap() {
        "unknown" => (place, Timestamp::UNIX_EPOCH),
        at => (place, minute(at.parse().unwrap())),
    }
}

fn on_trakt(service: &Service) -> BTreeSet<Watched> {
    let place = |item| match item {
        Item::Movie { movie } => format!("movie {movie}"),
        Item::Episode { show, slot } => format!("show {show} {}x{}", slot.season, slot.number),
    };
    let plays = service.demo.history().into_iter();
    plays.map(|play| (place(play.item), minute(play.watched_at))).collect()
}

/// The plan with all of its parts.
async fn whole(service: &Service, path: &str) -> Value {
    let mut plan = service.get(path).await.ok();
    while let Some(offset) = plan["next"].as_u64() {
        let path = format!("/api/plan?plan={}&offset={offset}", name(&plan));
        let mut part = service.get(&path).await.ok();
        for rows in ["plays", "skipped"] {
            let more = part[rows].as_array_mut().unwrap();
            plan[rows].as_array_mut().unwrap().append(more);
        }
        plan["next"] = part["next"].take();
    }
    plan
}

async fn plan_and_run(mode: &str) {
    let service = Service::sample().await;
    let before = on_trakt(&service);
    let plan = whole(&service, &format!("/api/plan?mode={mode}")).await;
    assert_eq!(on_trakt(&service), before, "planning posts nothing");
    let wanted: BTreeSet<Watched> = items(&plan, "plays").iter().map(planned).collect();
    assert_eq!(plan["counts"]["toPost"], wanted.len(), "every play has a place of its own");
    let report = service.ask(Method::POST, &format!("/api/{mode}-sync")).await.ok();
    let after = on_trakt(&service);
    let added: BTreeSet<Watched> = after.difference(&before).cloned().collect();
    assert_eq!(added, wanted, "{mode}");
    assert_eq!(report["synced"], added.len());
    assert_eq!(service.demo.stats().repeat_plays, 0);
    let again = service.get(&format!("/api/plan?mode={mode}")).await.ok();
    assert_eq!((&again["plays"], &again["counts"]["toPost"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn a_full_run_posts_its_plan() {
    plan_and_run("full").await;
}

#[tokio::test]
async fn a_completed_run_posts_its_plan() {
    plan_and_run("completed").await;
}

#[tokio::test]
async fn a_watching_run_posts_its_plan() {
    plan_and_run("watching").await;
}

#[tokio::test]
async fn a_plan_tells_plays_and_what_is_left_out() {
    let service = Service::small().await;
    let plan = service.get("/api/plan?mode=full").await.ok();
    has(
        &plan,
        &[
            ("mode", Text),
            ("plays", List),
            ("skipped", List),
            ("counts", Object),
            ("complete", Flag),
            ("nextAttempt", Null),
        ],
    );
    has(
        &plan["counts"],
        &[
            ("entries", Number),
            ("found", Number),
            ("toPost", Number),
            ("alreadySynced", Number),
            ("skippedUnmapped", Number),
        ],
    );
    for play in items(&plan, "plays") {
        has(
            play,
            &[
                ("anilistId", Number),
                ("title", Text),
                ("abs", Number),
                ("kind", Text),
                ("watchedAt", Text),
                ("source", Text),
                ("verdict", Text),
            ],
        );
        let place: &[_] = match play["kind"].as_str().unwrap() {
            "movie" => &[("movie", Number)],
            _ => &[("show", Number), ("season", Number), ("number", Number)],
        };
        has(play, place);
    }
    let skipped = &items(&plan, "skipped")[0];
    has(
        skipped,
        &[
            ("anilistId", Number),
            ("title", Text),
            ("reason", Text),
            ("detail", Text),
            ("episodes", List),
            ("hint", Text),
        ],
    );
    assert_eq!((&skipped["anilistId"], &skipped["reason"]), (&json!(3), &json!("no_candidate")));
    let counts = &plan["counts"];
    assert_eq!(
        (&counts["entries"], &counts["found"], &counts["toPost"]),
        (&json!(3), &json!(9), &json!(4))
    );
}

#[tokio::test]
async fn a_plan_of_one_title_is_about_that_title() {
    let service = Service::small().await;
    let plan = service.get("/api/plan?anilistId=2").await.ok();
    assert_eq!(plan["mode"], "show");
    let plays = items(&plan, "plays");
    assert_eq!(
        (plays.len(), &plays[0]["kind"], &plays[0]["movie"]),
        (1, &json!("movie"), &json!(8))
    );
    assert_eq!(plays[0]["watchedAt"], "2024-02-03T12:00:00.000Z");
}

#[tokio::test]
async fn an_unknown_mode_is_refused_and_the_known_ones_are_named() {
    let service = Service::small().await;
    for (query, given) in
        [("", "nothing"), ("?mode=", ""), ("?mode=sideways", "sideways"), ("?mode=show", "show")]
    {
        let sentence = service.get(&format!("/api/plan{query}")).await.refused(400, "bad_request");
        assert_eq!(sentence, format!("mode is none of full, completed, watching: {given}"));
    }
}

#[tokio::test]
async fn plays_beyond_the_limit_are_left_for_later_and_counted() {
    let service = Service::with(&[("MAX_PLAYS_PER_RUN", "2")]).await;
    let plan = service.get("/api/plan?mode=full").await.ok();
    assert_eq!((items(&plan, "plays").len(), &plan["complete"]), (2, &json!(false)));
    let report = service.get("/api/full-sync").await.ok();
    assert_eq!(
        (&report["state"], &report["remaining"], &report["synced"]),
        (&json!("partial"), &json!(2), &json!(2))
    );
    let rest = service.get("/api/full-sync").await.ok();
    assert_eq!((&rest["state"], &rest["synced"]), (&json!("complete"), &json!(2)));
}

#[tokio::test]
async fn a_dry_run_of_every_mode_is_its_plan_to_the_byte_and_posts_nothing() {
    let service = Service::sample().await;
    let before = service.demo.history();
    let id = service.get("/api/plan?mode=full").await.ok()["plays"][0]["anilistId"].clone();
    let (sync, plan) = (format!("/api/sync?anilistId={id}&dry=1"), format!("anilistId={id}"));
    for (path, plan) in [
        ("/api/full-sync?dry=1", "mode=full"),
        ("/api/completed-sync?dry=1", "mode=completed"),
        ("/api/watching-sync?dry=1", "mode=watching"),
        (&sync, &plan),
    ] {
        let dry = service.ask(Method::POST, path).await;
        items(&dry.ok(), "plays");
        let plan = service.get(&format!("/api/plan?{plan}")).await;
        assert_eq!(dry.text, plan.text, "{path}");
    }
    let plan = service.get("/api/plan?mode=full").await.text;
    for path in ["/api/full-sync?dry=1", "/api/cron?dry=1"] {
        assert_eq!(service.get(path).await.text, plan, "{path}");
    }
    assert_eq!((service.demo.history(), service.demo.stats().history_posts), (before, 0));
    assert_eq!(service.get("/api/runs").await.ok()["count"], 0);
    has(&service.get("/api/status").await.ok(), &[("lastManualSync", Null), ("running", Null)]);
}

#[tokio::test]
async fn a_dry_run_that_is_not_clearly_asked_for_is_refused_and_not_run() {
    let service = Service::small().await;
    for path in ["full-sync", "completed-sync", "watching-sync", "sync", "runs/1/undo"] {
        for given in ["true", "", "2"] {
            let path = format!("/api/{path}?anilistId=1&dry={given}");
            let sentence = service.ask(Method::POST, &path).await.refused(400, "bad_request");
            assert_eq!(sentence, format!("dry is neither 0 nor 1: {given}"));
        }
    }
    assert!(service.demo.history().is_empty());
    service.get("/api/full-sync?dry=0").await.ok();
    assert_eq!(service.demo.history().len(), 4);
}

/// No part of a plan of ordinary titles is larger, in bytes, however long the list is.
const LARGEST: usize = 256 << 10;

async fn large_service() -> Service {
    Service::start(large(), &[("MAX_PLAYS_PER_RUN", "10000")]).await
}

fn name(plan: &Value) -> &str {
    plan["plan"].as_str().unwrap()
}

#[tokio::test]
async fn a_large_plan_comes_in_parts_that_make_up_the_whole_and_ask_nobody() {
    let service = large_service().await;
    let answer = service.get("/api/plan?mode=full").await;
    let first = answer.ok();
    let totals = json!({"plays": 5004, "titles": 4, "skipped": 701});
    assert_eq!((&first["totals"], &first["counts"]["toPost"]), (&totals, &json!(5004)));
    let asked = service.demo.stats().requests.len();
    let (mut all, mut parts) = ([Vec::new(), Vec::new()], 1);
    let mut part = first.clone();
    let mut size = answer.text.len();
    loop {
        assert!(size < LARGEST, "{size} bytes");
        assert_eq!(part["offset"], all[0].len().max(all[1].len()));
        for (all, rows) in all.iter_mut().zip(["plays", "skipped"]) {
            all.extend(part[rows].as_array().unwrap().iter().cloned());
        }
        for same in ["plan", "mode", "counts", "totals", "complete", "nextAttempt", "needsConfirm"]
        {
            assert_eq!(part[same], first[same], "{same}");
        }
        let Some(next) = part["next"].as_u64() else { break };
        let path = format!("/api/plan?plan={}&offset={next}", name(&first));
        let answer = service.get(&path).await;
        (part, size, parts) = (answer.ok(), answer.text.len(), parts + 1);
    }
    assert_eq!(service.demo.stats().requests.len(), asked, "nobody was asked for the rest");
    assert_eq!((parts, all[0].len(), all[1].len()), (11, 5004, 701));
    let skipped: BTreeSet<u64> =
        all[1].iter().map(|title| title["anilistId"].as_u64().unwrap()).collect();
    assert_eq!(skipped.len(), 701, "each is told once");

    service.get("/api/full-sync?confirm=1").await.ok();
    let mut sent = Vec::new();
    while sent.len() < 5004 {
        let run = service.get(&format!("/api/runs/1?offset={}", sent.len())).await.ok();
        sent.extend(items(&run, "plays").iter().map(planned));
    }
    let all: Vec<Watched> = all[0].iter().map(planned).collect();
    assert_eq!(all, sent, "it is what a run posts, in its order");
}

#[tokio::test]
async fn a_part_of_a_plan_is_what_was_asked_for() {
    let service = Service::small().await;
    let whole = service.get("/api/plan?mode=full").await;
    let plan = whole.ok();
    let (name, plays, skipped) = (name(&plan), items(&plan, "plays"), items(&plan, "skipped"));
    has(&plan, &[("plan", Text), ("totals", Object), ("offset", Number), ("next", Null)]);
    assert_eq!(plan["totals"], json!({"plays": 4, "titles": 2, "skipped": 1}));
    let named = format!("/api/plan?plan={name}");
    assert_eq!(service.get(&named).await.text, whole.text, "all of it is the whole");
    let part = async |query: &str| {
        let part = service.get(&format!("{named}&{query}")).await.ok();
        ["offset", "next", "plays", "skipped"].map(|field| part[field].clone())
    };
    let of = |offset: usize, next: Option<usize>, plays: &[Value], skipped: &[Value]| {
        [json!(offset), json!(next), json!(plays), json!(skipped)]
    };
    assert_eq!(part("limit=2").await, of(0, Some(2), &plays[..2], skipped));
    assert_eq!(part("limit=2&offset=2").await, of(2, None, &plays[2..], &[]));
    assert_eq!(part("limit=1&offset=1").await, of(1, Some(2), &plays[1..2], &[]));
    assert_eq!(part("offset=9").await, of(4, None, &[], &[]));
    assert_eq!(part("limit=0").await, of(0, Some(1), &plays[..1], skipped));
    assert_eq!(part("limit=x&offset=-1").await, of(0, None, plays, skipped));
    assert_eq!(part("limit=99999999999999999999").await, of(0, None, plays, skipped));
    assert_eq!(part("mode=watching").await, of(0, None, plays, skipped), "the name decides");
    let first = service.get("/api/plan?mode=full&limit=1").await.ok();
    assert_eq!((&first["plan"], &first["next"]), (&json!(name), &json!(1)), "the same plan");
}

#[tokio::test]
async fn no_part_of_a_large_plan_is_longer_than_500_rows() {
    let service = large_service().await;
    let plan = service.get("/api/plan?mode=full&limit=100000").await.ok();
    let length = |rows| items(&plan, rows).len();
    assert_eq!((length("plays"), length("skipped"), &plan["next"]), (500, 500, &json!(500)));
}

#[tokio::test]
async fn a_plan_that_changes_has_another_name_and_the_one_before_can_still_be_read() {
    let service = Service::small().await;
    let before = service.get("/api/plan?mode=full").await;
    service.get("/api/full-sync").await.ok();
    let after = service.get("/api/plan?mode=full").await.ok();
    let kept = before.ok();
    assert_ne!(name(&kept), name(&after));
    let again = service.get(&format!("/api/plan?plan={}", name(&kept))).await;
    assert_eq!(again.text, before.text);
}

#[tokio::test]
async fn a_plan_is_forgotten_after_half_an_hour_whatever_is_done_to_the_clock() {
    let service = Service::small().await;
    let plan = service.get("/api/plan?mode=full").await.ok();
    let path = format!("/api/plan?plan={}", name(&plan));
    service.clock.step(SignedDuration::from_hours(5));
    service.clock.advance(Duration::from_secs(30 * 60 - 1));
    service.get(&path).await.ok();
    service.clock.advance(Duration::from_secs(1));
    let sentence = service.get(&path).await.refused(404, "not_found");
    let said = format!("no plan of this name is kept here any more: {}", name(&plan));
    assert_eq!(sentence, said);
}

#[tokio::test]
async fn the_oldest_plan_is_forgotten_where_there_are_many() {
    let service = Service::start(with_long_series(), &[]).await;
    let mut paths = Vec::new();
    for watched in 1..=17 {
        service.demo.world(|world, now| world.watch(AnilistId(20), watched, now));
        let plan = service.get("/api/plan?mode=full").await.ok();
        paths.push(format!("/api/plan?plan={}", name(&plan)));
    }
    service.get(&paths[0]).await.refused(404, "not_found");
    for path in &paths[1..] {
        service.get(path).await.ok();
    }
}

#[tokio::test]
async fn a_name_of_no_plan_is_refused_and_nobody_is_asked() {
    let service = Service::small().await;
    for unknown in ["0123456789abcdef", "", "x", "0123456789ABCDEF", "..%2F..", "%00"] {
        let answer = service.get(&format!("/api/plan?plan={unknown}&mode=full")).await;
        let sentence = answer.refused(404, "not_found");
        assert!(sentence.starts_with("no plan of this name is kept here any more: "), "{sentence}");
        assert!(
            answer.json()["hint"].as_str().unwrap().contains("make it anew"),
            "{}",
            answer.text
        );
    }
    assert!(service.demo.stats().requests.is_empty());
}

#[tokio::test]
async fn the_rest_of_a_dry_run_is_asked_for_by_its_name() {
    let service = large_service().await;
    let dry = service.ask(Method::POST, "/api/full-sync?dry=1").await;
    let plan = dry.ok();
    assert!(dry.text.len() < LARGEST, "{}", dry.text.len());
    let path = format!("/api/plan?plan={}&offset={}", name(&plan), plan["next"]);
    let rest = service.get(&path).await.ok();
    assert_eq!((items(&rest, "plays").len(), &rest["offset"]), (500, &json!(500)));
}
