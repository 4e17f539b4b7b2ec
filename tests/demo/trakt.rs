use anilist_trakt_sync::demo::world::{Numbers, TraktShow};
use anilist_trakt_sync::domain::Service;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::client::{small, start, status};

#[tokio::test]
async fn headers_are_asked_for() {
    let bench = start(small()).await;
    let address = format!("{}/shows/7", bench.setting("TRAKT_API_URL"));
    let plain = || bench.http.get(&address);
    let named = || plain().header("user-agent", "test");
    let keyed = || named().header("trakt-api-key", bench.setting("TRAKT_CLIENT_ID"));
    assert_eq!(status(plain()).await, 403);
    assert_eq!(status(named()).await, 403);
    assert_eq!(status(named().header("trakt-api-key", "another")).await, 403);
    assert_eq!(status(keyed()).await, 412);
    assert_eq!(bench.demo.stats().header_violations.len(), 4);
    let whole = keyed().header("trakt-api-version", "2");
    assert_eq!(status(whole.header("content-type", "application/json")).await, 200);
    assert_eq!(bench.demo.stats().header_violations.len(), 4);
}

#[tokio::test]
async fn the_edge_refuses_in_html() {
    let bench = start(small()).await;
    let address = format!("{}/shows/7", bench.setting("TRAKT_API_URL"));
    let refusal = bench.http.get(address).send().await.unwrap();
    assert!(refusal.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn a_write_that_is_not_json_is_412() {
    let bench = start(small()).await;
    let address = format!("{}/sync/history", bench.setting("TRAKT_API_URL"));
    let request = bench
        .http
        .post(address)
        .header("user-agent", "test")
        .header("trakt-api-key", bench.setting("TRAKT_CLIENT_ID"))
        .header("trakt-api-version", "2")
        .bearer_auth(bench.setting("TRAKT_ACCESS_TOKEN"))
        .body("{}");
    assert_eq!(status(request).await, 412);
    assert_eq!(bench.demo.stats().history_posts, 0);
}

#[tokio::test]
async fn an_unserved_path_is_404_and_recorded() {
    let bench = start(small()).await;
    assert_eq!(status(bench.get("/calendars/all")).await, 404);
    assert_eq!(bench.demo.stats().unknown_routes, ["Trakt GET /calendars/all"]);
}

#[tokio::test]
async fn seasons_tell_what_was_asked_for() {
    let bench = start(small()).await;
    let full = bench.read("/shows/7/seasons?extended=full,episodes").await;
    let numbers: Vec<_> = full.as_array().unwrap().iter().map(|s| s["number"].clone()).collect();
    assert_eq!(numbers, [0, 1, 2]);
    let first = &full[2]["episodes"][0];
    assert_eq!((&first["number"], &first["number_abs"]), (&json!(1), &json!(13)));
    assert_eq!(first["first_aired"], "2021-01-02T15:00:00.000Z");
    assert_eq!(full[1]["episode_count"], 12);
    let short = bench.read("/shows/two-seasons/seasons?extended=episodes").await;
    assert_eq!(short[1]["episodes"][0].get("number_abs"), None);
    assert_eq!(short[1].get("episode_count"), None);
    assert_eq!(bench.read("/shows/tt0000007/seasons").await[0].get("episodes"), None);
    assert_eq!(status(bench.get("/shows/8/seasons")).await, 404);
}

#[tokio::test]
async fn a_season_without_dates_leaves_them_out() {
    let undated = TraktShow::new(8, "Undated", 2027, Numbers::PerSeason).undated_season(1, 3);
    let bench = start(small().with_show(undated)).await;
    let seasons = bench.read("/shows/8/seasons?extended=full,episodes").await;
    assert_eq!(seasons[0].get("first_aired"), None);
    assert_eq!(seasons[0]["aired_episodes"], 0);
    assert_eq!(seasons[0]["episodes"][2]["first_aired"], Value::Null);
}

#[tokio::test]
async fn a_number_finds_a_show_and_a_film_unless_narrowed() {
    let bench = start(small()).await;
    let kinds = |found: &Value| -> Vec<String> {
        let rows = found.as_array().unwrap().iter();
        rows.map(|row| row["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&bench.read("/search/tmdb/70").await), ["movie", "show"]);
    assert_eq!(kinds(&bench.read("/search/tmdb/70?type=show").await), ["show"]);
    assert_eq!(kinds(&bench.read("/search/trakt/7?type=movie").await), ["movie"]);
    assert_eq!(kinds(&bench.read("/search/tvdb/700").await), ["show"]);
    assert_eq!(kinds(&bench.read("/search/imdb/tt0000070").await), ["movie"]);
    assert!(kinds(&bench.read("/search/tmdb/71").await).is_empty());
}

#[tokio::test]
async fn text_finds_the_same_title_first() {
    let longer = TraktShow::new(6, "Two Seasons More", 2022, Numbers::PerSeason)
        .season(1, &[(1, date(2022, 1, 1))]);
    let bench = start(small().with_show(longer)).await;
    let found = bench.read("/search/show?query=two%20seasons!").await;
    let ids: Vec<_> =
        found.as_array().unwrap().iter().map(|row| row["show"]["ids"]["trakt"].clone()).collect();
    assert_eq!(ids, [7, 6]);
    assert!(bench.read("/search/movie?query=two%20seasons").await.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_text_search_is_narrowed_by_years_and_cut_by_its_limit() {
    let named = |id, title, year| {
        TraktShow::new(id, title, year, Numbers::PerSeason).season(1, &[(1, date(year, 1, 1))])
    };
    let world = small()
        .with_show(named(5, "Kaguya and Her Many Other Friends", 2016))
        .with_show(named(6, "Kaguya and Friends", 2019))
        .with_show(named(8, "Kaguya Returns", 2021));
    let bench = start(world).await;
    let found = async |query: &str| -> Vec<u64> {
        let found = bench.read(&format!("/search/show?{query}")).await;
        let rows = found.as_array().unwrap().iter();
        rows.map(|row| row["show"]["ids"]["trakt"].as_u64().unwrap()).collect()
    };
    assert_eq!(found("query=kaguya%20friends").await, [6, 5, 8]);
    assert_eq!(found("query=kaguya%20friends&limit=1").await, [6]);
    assert_eq!(found("query=kaguya&years=2021").await, [8]);
    assert_eq!(found("query=kaguya&years=2016-2019").await, [5, 6]);
    assert!(found("query=kaguya&years=2020").await.is_empty());
    assert_eq!(found("query=kaguya&years=").await, [5, 6, 8]);
}

#[tokio::test]
async fn requests_are_counted_by_route() {
    let bench = start(small()).await;
    bench.read("/shows/7/seasons").await;
    bench.read("/search/tmdb/70").await;
    let stats = bench.demo.stats();
    assert_eq!(stats.count_route(Service::TRAKT, "GET /shows/{id}/seasons"), 1);
    assert_eq!(stats.count_route(Service::TRAKT, "GET /search/{id_type}/{id}"), 1);
    assert_eq!(stats.count(Service::TRAKT), 2);
    bench.demo.reset_stats();
    assert_eq!(bench.demo.stats().count(Service::TRAKT), 0);
}
