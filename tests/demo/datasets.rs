use anilist_trakt_sync::demo::world::Mapping;
use anilist_trakt_sync::domain::AnilistId;
use serde_json::{Value, json};

use crate::client::{Bench, json_of, small, start, status};

async fn tmdb(bench: &Bench, path: &str) -> Value {
    let address = format!("{}{path}", bench.setting("TMDB_API_URL"));
    let request = bench.http.get(address).bearer_auth(bench.setting("TMDB_API_KEY"));
    json_of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn the_settings_lead_to_every_upstream() {
    let bench = start(small()).await;
    let addresses = bench.settings.iter().filter(|(name, _)| name.ends_with("_URL"));
    for (name, address) in addresses.clone() {
        assert!(address.starts_with(&bench.demo.url()), "{name}");
        let answer = bench.http.head(address).header("user-agent", "test").send().await.unwrap();
        // Kitsu's is what comes before its API.
        let is_api = name.ends_with("_API_URL") || *name == "KITSU_URL";
        let known = if is_api { 400..500 } else { 200..405 };
        assert!(known.contains(&answer.status().as_u16()), "{name}: {}", answer.status());
    }
    assert_eq!(addresses.count(), 14);
}

#[tokio::test]
async fn an_unchanged_file_is_304() {
    let bench = start(small()).await;
    for name in ["OTAKU_DB_URL", "FRIBBS_LIST_URL", "ANIBRIDGE_MAPPINGS_URL"] {
        let first = bench.http.get(bench.setting(name)).send().await.unwrap();
        assert_eq!(first.status(), 200);
        let etag = first.headers()["etag"].clone();
        let again = bench.http.get(bench.setting(name)).header("if-none-match", etag);
        let again = again.send().await.unwrap();
        assert_eq!(again.status(), 304, "{name}");
        assert!(again.bytes().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_published_change_is_a_new_file() {
    let bench = start(small()).await;
    let read = || async {
        let response = bench.http.get(bench.setting("FRIBBS_LIST_URL")).send().await.unwrap();
        (response.headers()["etag"].clone(), response.json::<Value>().await.unwrap())
    };
    let (before, rows) = read().await;
    assert_eq!(rows[0]["themoviedb_id"], json!({"tv": 70}));
    assert_eq!(rows[0]["season"]["tmdb"], 1);
    bench.demo.world(|world, _| {
        let media = &world.media[&AnilistId(1)];
        world.mappings = vec![Mapping::silent(media).range("tmdb_show:70:s1", "1-12", "1-12")];
    });
    assert_eq!(read().await.0, before);
    bench.demo.publish_datasets().await.unwrap();
    let (after, rows) = read().await;
    assert_ne!(after, before);
    assert_eq!(rows, json!([]));
    let anibridge = bench.http.get(bench.setting("ANIBRIDGE_MAPPINGS_URL")).send().await.unwrap();
    let expected = json!({"anilist:1": {"tmdb_show:70:s1": {"1-12": "1-12"}}});
    assert_eq!(json_of(anibridge).await, expected);
}

#[tokio::test]
async fn the_otaku_file_is_a_sqlite_database() {
    let bench = start(small()).await;
    let bytes = bench.http.get(bench.setting("OTAKU_DB_URL")).send().await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes.bytes().await.unwrap()).unwrap();
    let database = rusqlite::Connection::open(file.path()).unwrap();
    let row = "SELECT anilist_id, trakt_id, thetvdb_season, anime_media_type FROM anime";
    let found: (u32, i64, i64, String) = database
        .query_row(row, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap();
    assert_eq!(found, (1, 7, 1, "TV".to_owned()));
    let stamp = "SELECT last_updated FROM activities WHERE sync_id = 1";
    let stamp: i64 = database.query_row(stamp, [], |row| row.get(0)).unwrap();
    assert!(stamp > 1_700_000_000);
}

#[tokio::test]
async fn tmdb_tells_external_ids_and_finds_by_them() {
    let bench = start(small()).await;
    assert_eq!(tmdb(&bench, "/tv/70/external_ids").await["tvdb_id"], 700);
    assert_eq!(tmdb(&bench, "/movie/70/external_ids").await["imdb_id"], "tt0000070");
    let found = tmdb(&bench, "/find/700?external_source=tvdb_id").await;
    assert_eq!((&found["tv_results"][0]["id"], &found["movie_results"]), (&json!(70), &json!([])));
    let found = tmdb(&bench, "/find/tt0000070?external_source=imdb_id").await;
    assert_eq!(found["movie_results"][0]["id"], 70);
}

#[tokio::test]
async fn tmdb_checks_its_key() {
    let bench = start(small()).await;
    let address = format!("{}/tv/70/external_ids", bench.setting("TMDB_API_URL"));
    assert_eq!(status(bench.http.get(&address)).await, 401);
    let keyed = bench.http.get(&address).query(&[("api_key", bench.setting("TMDB_API_KEY"))]);
    assert_eq!(status(keyed).await, 200);
    let missing = format!("{}/tv/71/external_ids", bench.setting("TMDB_API_URL"));
    let keyed = bench.http.get(missing).bearer_auth(bench.setting("TMDB_API_KEY"));
    assert_eq!(status(keyed).await, 404);
}
