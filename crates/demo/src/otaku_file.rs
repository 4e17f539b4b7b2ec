//! The Otaku database as its makers publish it: a SQLite file with loosely typed columns.

use std::io;

use rusqlite::{Connection, params};

use super::world::{Mapping, OtakuKind, OtakuRow};

/// Builds the file and returns its bytes. Blocks on the disk.
pub(super) fn build(mappings: &[Mapping]) -> io::Result<Vec<u8>> {
    let file = tempfile::NamedTempFile::new()?;
    fill(Connection::open(file.path()).map_err(io::Error::other)?, mappings)
        .map_err(io::Error::other)?;
    std::fs::read(file.path())
}

fn fill(mut connection: Connection, mappings: &[Mapping]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "CREATE TABLE anime (mal_id INTEGER PRIMARY KEY, mal_dub_id INTEGER, anilist_id INTEGER,
             kitsu_id INTEGER, anidb_id INTEGER, simkl_id INTEGER, thetvdb_id INTEGER,
             themoviedb_id INTEGER, imdb_id TEXT, trakt_id INTEGER, mal_title TEXT,
             mal_picture TEXT, thetvdb_season, thetvdb_part INTEGER, duration INTEGER, score REAL,
             status TEXT, anime_media_type TEXT, global_media_type TEXT,
             anime_media_episodes TEXT, global_media_episodes TEXT);
         CREATE TABLE activities (sync_id INTEGER PRIMARY KEY, otaku_reload TEXT,
             last_updated INTEGER);
         INSERT INTO activities (sync_id, last_updated) VALUES (1, 1780196401);",
    )?;
    for mapping in mappings {
        if let Some(row) = &mapping.otaku {
            insert(&transaction, mapping, row)?;
        }
    }
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

fn insert(connection: &Connection, mapping: &Mapping, row: &OtakuRow) -> rusqlite::Result<()> {
    let kind = match row.kind {
        OtakuKind::Movie => ("MOVIE", "movie"),
        OtakuKind::Tv => ("TV", "tv"),
    };
    let season = row.season.as_deref();
    let number = season.and_then(|text| text.parse::<i64>().ok());
    connection.execute(
        "INSERT INTO anime (mal_id, anilist_id, thetvdb_id, themoviedb_id, imdb_id, trakt_id,
             mal_title, thetvdb_season, anime_media_type, global_media_type,
             anime_media_episodes, global_media_episodes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8, ?9), ?10, ?11, ?12, ?13)",
        params![
            mapping.mal.map(|id| id.0),
            mapping.anilist.0,
            row.tvdb.map(|id| id.0),
            row.tmdb,
            row.imdb.map(|id| id.to_string()),
            row.trakt.map(i64::try_from).transpose().unwrap_or_default(),
            mapping.title,
            number,
            season,
            kind.0,
            kind.1,
            row.episodes.as_ref().map(|(entry, _)| entry),
            row.episodes.as_ref().map(|(_, show)| show),
        ],
    )?;
    Ok(())
}
