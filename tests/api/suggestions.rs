//! Places for a title, for a person to choose from.

use anilist_trakt_sync::outbound::Upstream;
use serde_json::{Value, json};

use crate::service::Service;
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

#[tokio::test]
async fn a_title_that_no_dataset_knows_is_found_by_its_name() {
    let service = Service::sample().await;
    let answer = ask(&service, UNKNOWN).await;
    assert_eq!((&answer["verdict"], answer.get("searchError")), (&json!("unmapped"), None));
    let best = &items(&answer, "suggestions")[0];
    assert_eq!(
        *best,
        json!({
            "origin": "search", "kind": "show", "traktId": 9_000_100,
            "title": "Everyday at the Little Station", "year": 2022, "season": 1, "offset": 0,
            "first": {"season": 1, "number": 1}, "last": {"season": 1, "number": 5}, "episodes": 5,
            "because": "Trakt's show of the same title and year; from the episode that aired on \
                the start date; its air date agrees: aired 2022-02-02, the entry began 2022-02-02",
            "map": {
                "anilistId": 9_000_100, "traktId": 9_000_100, "type": "show", "season": 1,
                "offset": 0, "title": "Everyday at the Little Station",
            },
        })
    );
    assert_eq!(service.asked(Upstream::Trakt), 2, "one search, one show");
}
