//! Mapping files made to do harm: each is refused or read for what is good in it, in bounded time.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anilist_trakt_sync::hub::datasets::Published;
use anilist_trakt_sync::placing::datasets::anibridge::AniBridge;
use anilist_trakt_sync::placing::datasets::fribbs::Fribbs;
use anilist_trakt_sync::placing::datasets::limits::{Deadline, READING};
use anilist_trakt_sync::placing::datasets::otaku::Otaku;
use rusqlite::Connection;
use tempfile::NamedTempFile;

const COLUMNS: &str = "anilist_id, trakt_id, themoviedb_id, imdb_id, thetvdb_id, thetvdb_season,
    anime_media_episodes, global_media_episodes, global_media_type";

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT i AS anilist_id, i AS trakt_id, i AS themoviedb_id, '' AS imdb_id, i AS thetvdb_id,
        1 AS thetvdb_season, '1' AS anime_media_episodes, '1' AS global_media_episodes,
        'tv' AS global_media_type FROM n";

/// How many rows a file has, or why it is refused. It is given up long before a test is.
fn read<D: Published>(file: &NamedTempFile) -> Result<usize, String> {
    let began = Instant::now();
    let parsed = D::parse(file.path(), Deadline::after(READING));
    assert!(began.elapsed() < READING + Duration::from_secs(5), "it was not given up");
    parsed.map(|parsed| parsed.rows.len()).map_err(|error| error.to_string())
}

fn json<D: Published>(text: &str) -> Result<usize, String> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    read::<D>(&file)
}

fn packed(text: &str) -> Result<usize, String> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&zstd::bulk::compress(text.as_bytes(), 3).unwrap()).unwrap();
    read::<AniBridge>(&file)
}

fn otaku(script: &str) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    Connection::open(file.path()).unwrap().execute_batch(script).unwrap();
    file
}

/// A good file with two rows, and then this.
fn good_and(script: &str) -> NamedTempFile {
    otaku(&format!(
        "CREATE TABLE anime ({COLUMNS});
         INSERT INTO anime (anilist_id, trakt_id) VALUES (1, 10), (2, 20);
         {script}"
    ))
}

/// A schema that says of the table what it is not.
fn disguised() -> NamedTempFile {
    let file = good_and("");
    let database = Connection::open(file.path()).unwrap();
    database.execute_batch("PRAGMA writable_schema = ON").unwrap();
    let disguise = "UPDATE sqlite_schema SET sql = ?1 WHERE name = 'anime'";
    database.execute(disguise, [format!("CREATE VIEW anime AS {ENDLESS}")]).unwrap();
    file
}

#[test]
fn an_anime_that_is_no_real_table_is_refused() {
    let generated = COLUMNS.replace("imdb_id", "imdb_id AS (hex(zeroblob(900000000)))");
    let stored = COLUMNS.replace("imdb_id", "imdb_id AS (trakt_id || '') STORED");
    for (file, told) in [
        (otaku(&format!("CREATE VIEW anime AS {ENDLESS}")), "not a table but a view"),
        (otaku(&format!("CREATE VIEW Anime AS {ENDLESS}")), "not a table but a view"),
        (disguised(), "anime"),
        (otaku(&format!("CREATE VIRTUAL TABLE anime USING fts5({COLUMNS})")), "but a virtual"),
        (otaku(&format!("CREATE TABLE anime ({generated})")), "no plain column imdb_id"),
        (otaku(&format!("CREATE TABLE anime ({stored})")), "no plain column imdb_id"),
        (otaku("CREATE TABLE anime (anilist_id)"), "no plain column trakt_id"),
        (otaku("CREATE TABLE other (anilist_id)"), "no table anime"),
    ] {
        let refused = read::<Otaku>(&file).unwrap_err();
        assert!(refused.contains(told), "{told}: {refused}");
    }
}

#[test]
fn what_stands_beside_the_table_is_not_run() {
    let endless = format!("CREATE VIEW activities AS {ENDLESS}");
    for beside in [
        endless.as_str(),
        "CREATE TRIGGER t AFTER INSERT ON anime BEGIN SELECT randomblob(900000000); END",
        "CREATE INDEX lies ON anime (anilist_id) WHERE anilist_id = 1",
        "ALTER TABLE anime ADD COLUMN huge AS (hex(zeroblob(900000000)))",
        "CREATE VIRTUAL TABLE words USING fts5(text)",
    ] {
        assert_eq!(read::<Otaku>(&good_and(beside)), Ok(2), "{beside}");
    }
}

#[test]
fn a_row_with_a_huge_value_is_left_out_and_loses_no_other() {
    for value in ["zeroblob(20000000)", "hex(zeroblob(10000000))", "zeroblob(1025)"] {
        for column in ["trakt_id", "imdb_id", "global_media_type"] {
            let huge = format!("INSERT INTO anime (anilist_id, {column}) VALUES (3, {value})");
            assert_eq!(read::<Otaku>(&good_and(&huge)), Ok(2), "{column} {value}");
        }
    }
    let aside = "ALTER TABLE anime ADD COLUMN mal_picture;
                 INSERT INTO anime (anilist_id, mal_picture) VALUES (3, zeroblob(20000000))";
    assert_eq!(read::<Otaku>(&good_and(aside)), Ok(3), "what is not read may be of any length");
}

#[test]
fn more_rows_than_any_list_has_are_refused() {
    let many = "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 130000)
                INSERT INTO anime (anilist_id) SELECT i FROM n";
    assert!(read::<Otaku>(&good_and(many)).unwrap_err().contains("more rows"));
    let row = r#"{"anilist_id":7,"themoviedb_id":{"movie":[1,2]}}"#;
    let rows = format!("[{}]", vec![row; 50_001].join(","));
    assert!(json::<Fribbs>(&rows).unwrap_err().contains("more rows"));
    let entries: Vec<_> = (0..125_001)
        .map(|id| format!(r#""anilist:{id}":{{"tmdb_show:1:s1":{{"1":"1"}}}}"#))
        .collect();
    let text = format!("{{{}}}", entries.join(","));
    assert!(packed(&text).unwrap_err().contains("more rows"));
}

#[test]
fn reading_ends_at_the_deadline() {
    let many = "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
                INSERT INTO anime (anilist_id) SELECT i FROM n";
    let over = Deadline::after(Duration::ZERO);
    let error = Otaku::parse(good_and(many).path(), over).unwrap_err().to_string();
    assert!(error.contains("interrupted"), "{error}");
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(b"[]").unwrap();
    let error = Fribbs::parse(file.path(), over).unwrap_err().to_string();
    assert!(error.contains("takes too long"), "{error}");
    assert!(AniBridge::parse(file.path(), over).is_err());
}

#[test]
fn a_row_that_is_too_long_is_left_out_and_one_without_end_refuses_the_file() {
    let good = r#"{"anilist_id":1},{"anilist_id":2,"themoviedb_id":{"movie":[5,6]}}"#;
    let long = "9,".repeat(3000);
    let many_ids = format!(r#"{{"anilist_id":3,"themoviedb_id":{{"movie":[{long}9]}}}}"#);
    let many_names = format!(r#"{{"anilist_id":3,"imdb_id":"{}"}}"#, "tt0000001,".repeat(1000));
    let deep = format!(r#"{{"anilist_id":3,"season":{}1{}}}"#, "[".repeat(900), "]".repeat(900));
    let text = format!(r#"{{"anilist_id":3,"type":"{}"}}"#, "x".repeat(900_000));
    for odd in [many_ids, many_names, deep, text, "[".repeat(9000) + &"]".repeat(9000)] {
        let file = format!("[{good},{odd}]");
        assert_eq!(json::<Fribbs>(&file), Ok(2), "{}", &odd[..40]);
    }
    for endless in [format!("\"{}\"", "x".repeat(2 << 20)), "[".repeat(2 << 20)] {
        assert!(json::<Fribbs>(&format!("[{good},{endless}]")).unwrap_err().contains("a row"));
        let name = format!(r#"{{"anilist:1":{{}},"{}":1}}"#, "x".repeat(2 << 20));
        assert!(json::<AniBridge>(&name).unwrap_err().contains("a row"));
    }
}

#[test]
fn millions_of_rows_that_are_none_are_gone_through() {
    let nothing = vec!["1"; 200_000].join(",");
    assert_eq!(json::<Fribbs>(&format!(r#"[{{"anilist_id":1}},{nothing}]"#)), Ok(1));
    let names: Vec<_> = (0..50_000).map(|n| format!(r#""mal:{n}":{{}}"#)).collect();
    let text = format!(r#"{{"anilist:1":{{"tmdb_movie:8":{{"1":"1"}}}},{}}}"#, names.join(","));
    assert_eq!(json::<AniBridge>(&text), Ok(1));
    assert_eq!(packed(&text), Ok(1));
}

#[test]
fn ranges_of_billions_of_episodes_cost_nothing() {
    let all = "1-4294967295";
    let one_by_one = vec!["1"; 3000].join(",");
    let text = format!(
        r#"{{"anilist:1":{{"tmdb_show:1:s1":{{"{all}":"{all}"}}}},
             "anilist:2":{{"tmdb_show:1:s1":{{"1-4000000000":"1-4000000000","2-":"4000000000-"}}}},
             "anilist:3":{{"tmdb_show:1:s1":{{"1-3000":"{one_by_one}"}}}}}}"#
    );
    assert_eq!(json::<AniBridge>(&text), Ok(3));
}

#[test]
fn a_file_that_unpacks_to_more_than_any_dataset_is_refused() {
    let padding = " ".repeat((64 << 20) + 1);
    assert!(packed(&format!("{{}}{padding}")).unwrap_err().contains("more bytes"));
}

#[test]
fn a_stream_that_asks_for_a_huge_window_is_refused() {
    let mut file = NamedTempFile::new().unwrap();
    let mut encoder = zstd::Encoder::new(&mut file, 3).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(br#"{"anilist:1":{"tmdb_movie:8":{"1":"1"}}}"#).unwrap();
    encoder.finish().unwrap();
    assert!(read::<AniBridge>(&file).is_err());
}
