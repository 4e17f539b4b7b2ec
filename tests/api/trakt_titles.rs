//! What shows and films are called, for a page that shows their numbers.

use std::time::Duration;

use anilist_trakt_sync::demo::world::{Numbers, TraktShow};
use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::service::{Service, small};
use crate::shape::{Answer, items};

/// How often Trakt was asked what a show or film is called.
fn asked(service: &Service) -> usize {
    let stats = service.demo.stats();
    ["GET /shows/{id}", "GET /movies/{id}"]
        .map(|route| stats.count_route(domain::Service::TRAKT, route))
        .iter()
        .sum()
}

async fn titles(service: &Service, query: &str) -> Value {
    service.get(&format!("/api/trakt-titles?{query}")).await.ok()
}

/// The small world with these shows more, which nobody maps.
async fn with_shows(ids: impl IntoIterator<Item = u64>, settings: &[(&str, &str)]) -> Service {
    let world = ids.into_iter().fold(small(), |world, id| {
        world.with_show(TraktShow::new(id, &format!("Show no. {id}"), 2021, Numbers::PerSeason))
    });
    Service::start(world, settings).await
}

fn show(id: u64) -> Value {
    let title = json!({"title": format!("Show no. {id}"), "year": 2021});
    json!({"kind": "show", "traktId": id, "traktTitle": title})
}

#[tokio::test]
async fn a_name_is_asked_for_once_for_all_pages_people_and_copies() {
    let service = Service::small().await;
    let show =
        json!({"kind": "show", "traktId": 7, "traktTitle": {"title": "Two Seasons", "year": 2020}});
    let film =
        json!({"kind": "movie", "traktId": 8, "traktTitle": {"title": "A Film", "year": 2020}});
    let both = json!({"count": 2, "items": [show, film]});
    assert_eq!(titles(&service, "shows=7,7&movies=8").await, both);
    assert_eq!(asked(&service), 2);
    assert_eq!(titles(&service, "shows=7&movies=8").await, both);
    let copy = service.another_copy(&[]).await;
    let address = format!("http://{}/api/trakt-titles?shows=7&movies=8", copy.address);
    assert_eq!(Answer::of(service.http.get(address)).await.ok(), both);
    assert_eq!(asked(&service), 2);
    let mapped = json!({"anilistId": 3, "traktId": 7, "type": "show"});
    service.post("/api/manual-map", &mapped).await.ok();
    assert_eq!(
        service.get("/api/mappings").await.ok()["manual"][0]["traktTitle"],
        show["traktTitle"]
    );
}

#[tokio::test]
async fn who_asks_for_the_same_at_once_waits_for_one_question() {
    let service = with_shows([21, 22], &[]).await;
    let answers = join_all((0..5).map(|_| titles(&service, "shows=21,22"))).await;
    assert!(
        answers.iter().all(|answer| *answer == json!({"count": 2, "items": [show(21), show(22)]}))
    );
    assert_eq!(asked(&service), 2);
}

#[tokio::test]
async fn a_few_are_asked_for_at_a_time_the_first_ones_first() {
    let service = with_shows(31..41, &[]).await;
    let query = "shows=40,39,38,37,36,35,34,33,32,31";
    for expected in [4, 8, 10, 10] {
        let answer = titles(&service, query).await;
        let named: Vec<Value> = (0..expected).map(|place| show(40 - place)).collect();
        assert_eq!(answer["items"], json!(named));
        assert_eq!(asked(&service), items(&answer, "items").len());
    }
}

#[tokio::test]
async fn what_trakt_does_not_know_is_asked_for_once_a_day() {
    let service = Service::small().await;
    let none = |kind: &str| json!({"kind": kind, "traktId": 404, "traktTitle": null});
    let both = json!({"count": 2, "items": [none("show"), none("movie")]});
    for _ in 0..3 {
        assert_eq!(titles(&service, "shows=404&movies=404").await, both);
        assert_eq!(asked(&service), 2);
    }
    let copy = service.another_copy(&[]).await;
    let address = format!("http://{}/api/trakt-titles?shows=404", copy.address);
    Answer::of(service.http.get(address)).await.ok();
    assert_eq!(asked(&service), 2);
    service.clock.advance(Duration::from_hours(25));
    assert_eq!(titles(&service, "shows=404&movies=404").await, both);
    assert_eq!(asked(&service), 4);
}

#[tokio::test]
async fn a_title_that_was_merged_into_another_is_not_called_like_that_one() {
    let service = with_shows([51, 52], &[]).await;
    let moved = Action::Status {
        status: 301,
        headers: vec![("location".to_owned(), "/trakt/shows/7".to_owned())],
        body: String::new(),
    };
    service.demo.fail(Fault::new(domain::Service::TRAKT, moved).path("/shows/51"));
    let other = json!({"title": "Two Seasons", "year": 2020, "ids": {"trakt": 7}}).to_string();
    let other = Action::Status { status: 200, headers: Vec::new(), body: other };
    service.demo.fail(Fault::new(domain::Service::TRAKT, other).path("/shows/52"));
    for _ in 0..2 {
        let answer = titles(&service, "shows=51,52").await;
        assert_eq!(answer["items"][0]["traktTitle"], json!(null));
        assert_eq!(answer["items"][1]["traktTitle"], json!(null));
    }
    assert_eq!(asked(&service), 2);
}

#[tokio::test]
async fn while_trakt_is_down_one_request_a_minute_finds_out_and_the_numbers_stay() {
    let service = with_shows([61, 62], &[]).await;
    service.answer_instead(domain::Service::TRAKT, 503, "{}");
    let none = json!({"kind": "show", "traktId": 61, "traktTitle": null});
    for _ in 0..3 {
        // The one that was tried is left alone for a while, so that it does not stand before the others.
        assert_eq!(titles(&service, "shows=61,62").await, json!({"count": 1, "items": [none]}));
        assert_eq!(asked(&service), 1);
    }
    service.demo.heal();
    service.clock.advance(Duration::from_secs(61));
    assert_eq!(titles(&service, "shows=61,62").await["items"], json!([none, show(62)]));
    service.clock.advance(Duration::from_mins(10));
    assert_eq!(titles(&service, "shows=61,62").await["items"], json!([show(61), show(62)]));
    assert_eq!(asked(&service), 3);
}

#[tokio::test]
async fn where_trakt_is_not_set_up_or_asked_enough_nothing_is_told_and_nothing_fails() {
    let nothing = json!({"count": 0, "items": []});
    let service = with_shows([71], &[("TRAKT_CLIENT_ID", "")]).await;
    assert_eq!(titles(&service, "shows=71").await, nothing);
    assert_eq!(asked(&service), 0);
    // Of four requests in five minutes two are left for what a run cannot do without.
    let service = with_shows([71, 72, 73], &[("TRAKT_GETS_PER_5MIN", "4")]).await;
    let two = json!([show(71), show(72)]);
    for _ in 0..2 {
        assert_eq!(titles(&service, "shows=71,72,73").await["items"], two);
        assert_eq!(asked(&service), 2);
    }
}

#[tokio::test]
async fn what_is_no_list_of_ids_is_refused() {
    let service = Service::small().await;
    let many: Vec<String> = (1..=101).map(|id| id.to_string()).collect();
    for bad in
        ["", "shows=", "shows=0", "shows=x", "movies=1;2", &format!("shows={}", many.join(","))]
    {
        service.get(&format!("/api/trakt-titles?{bad}")).await.refused(400, "bad_request");
    }
    assert_eq!(asked(&service), 0);
}
