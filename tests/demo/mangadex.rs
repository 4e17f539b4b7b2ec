use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::Service;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::client::{Bench, json_of, now, start, status};

const ID: &str = "00000000-0000-4000-8000-000009100001";

async fn bench() -> Bench {
    start(World::sample(now())).await
}

fn get(bench: &Bench, path: &str) -> RequestBuilder {
    let address = format!("{}{path}", bench.setting("MANGADEX_API_URL"));
    bench.http.get(address).header("user-agent", "test/1")
}

async fn read(bench: &Bench, path: &str) -> Value {
    json_of(get(bench, path).send().await.unwrap()).await
}

fn names(found: &Value) -> Vec<&str> {
    let rows = found["data"].as_array().unwrap().iter();
    rows.map(|row| row["attributes"]["title"]["en"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_search_is_by_likeness_only_when_it_says_so() {
    let bench = bench().await;
    let asked = "/manga?title=Sixteen%20Stairs&order%5Brelevance%5D=desc";
    assert_eq!(names(&read(&bench, asked).await), ["Sixteen Stairs"]);
    let latest = read(&bench, "/manga?title=a&limit=3").await;
    let best = read(&bench, "/manga?title=a&limit=3&order%5Brelevance%5D=desc").await;
    assert_eq!((names(&latest).len(), names(&best).len()), (3, 3));
    assert_ne!(names(&latest), names(&best));
    let none = get(&bench, "/manga?title=qqqq").send().await.unwrap();
    assert_eq!((none.status().as_u16(), none.text().await.unwrap()), (204, String::new()));
    assert_eq!(status(get(&bench, "/manga?limit=101")).await, 400);
}

#[tokio::test]
async fn what_both_have_names_the_other_and_what_it_has_alone_has_no_links() {
    let bench = bench().await;
    let one = read(&bench, &format!("/manga/{ID}")).await;
    let told = &one["data"]["attributes"];
    assert_eq!(told["links"], json!({"al": "9100001", "mal": "9100001"}));
    assert_eq!((&told["lastChapter"], &told["status"]), (&json!("96"), &json!("completed")));
    let other = read(&bench, "/manga?ids%5B%5D=00000000-0000-4000-8000-000009100030").await;
    let told = &other["data"][0]["attributes"];
    assert_eq!((&told["links"], &told["lastChapter"]), (&json!([]), &json!("")));
    let missing = "/manga/00000000-0000-4000-8000-000000000000";
    assert_eq!(status(get(&bench, missing)).await, 404);
}

#[tokio::test]
async fn chapters_are_in_their_volumes() {
    let bench = bench().await;
    let told = read(&bench, &format!("/manga/{ID}/aggregate")).await;
    let volumes = told["volumes"].as_object().unwrap();
    assert_eq!(volumes.len(), 12);
    assert_eq!(volumes["12"]["chapters"]["96"]["chapter"], "96");
    let loose = "/manga/00000000-0000-4000-8000-000009100025/aggregate";
    let told = read(&bench, loose).await;
    assert_eq!(told["volumes"]["none"]["chapters"].as_object().unwrap().len(), 66);
}

#[tokio::test]
async fn a_cover_is_told_where_it_is_asked_for_and_is_not_the_picture_of_anilist() {
    let bench = bench().await;
    let without = read(&bench, &format!("/manga/{ID}")).await;
    let cover = |told: &Value| told["data"]["relationships"][0].clone();
    assert_eq!(cover(&without)["type"], "cover_art");
    assert_eq!(cover(&without)["attributes"], Value::Null);
    let with = read(&bench, &format!("/manga/{ID}?includes%5B%5D=cover_art")).await;
    let file = cover(&with)["attributes"]["fileName"].as_str().unwrap().to_owned();
    let uploads = bench.setting("MANGADEX_UPLOADS_URL");
    let picture = |address: String| async { bench.http.get(address).send().await.unwrap() };
    let own = picture(format!("{uploads}/covers/{ID}/{file}.512.jpg")).await;
    assert_eq!(own.headers()["content-type"], "image/svg+xml");
    let images = bench.setting("ANILIST_IMAGES_URL");
    let anilists = picture(format!("{images}/9100001.svg")).await;
    assert_ne!(own.text().await.unwrap(), anilists.text().await.unwrap());
    assert_eq!(picture(format!("{uploads}/covers/{ID}/{file}.999.jpg")).await.status(), 404);
}

#[tokio::test]
async fn it_turns_away_who_hides_and_fails_as_the_others_do() {
    let bench = bench().await;
    let address = format!("{}/manga", bench.setting("MANGADEX_API_URL"));
    assert_eq!(status(bench.http.get(&address)).await, 403);
    let browser = bench.http.get(&address).header("user-agent", "Mozilla/5.0");
    assert_eq!(status(browser).await, 403);
    assert_eq!(status(get(&bench, "/manga").header("via", "1.1 proxy")).await, 403);
    assert_eq!(bench.demo.stats().header_violations.len(), 3);
    bench.demo.fail(Fault::new(Service::MANGADEX, Action::Html { status: 502 }).path("/manga"));
    assert_eq!(status(get(&bench, "/manga")).await, 502);
    assert_eq!(status(get(&bench, "/manga")).await, 200);
}
