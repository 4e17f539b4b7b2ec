//! The dataset hosts: three files built from the world, with an `ETag` each.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use serde_json::{Map, Value, json};

use super::http::{Reply, Request};
use super::otaku_file;
use super::world::{Mapping, TmdbRef, World};

/// The published files.
pub(super) struct Files {
    pub(super) otaku: File,
    pub(super) fribbs: File,
    pub(super) anibridge: File,
}

/// One published file.
pub(super) struct File {
    name: &'static str,
    content_type: &'static str,
    bytes: Vec<u8>,
    etag: String,
}

impl Files {
    /// Builds all three. It writes a temporary SQLite file, so it must not run on an async thread.
    pub(super) fn build(world: &World) -> io::Result<Self> {
        let otaku = otaku_file::build(&world.mappings)?;
        let fribbs = fribbs(&world.mappings).to_string().into_bytes();
        let anibridge = anibridge(&world.mappings).to_string().into_bytes();
        Ok(Self {
            otaku: File::new("anime_mappings.db", "application/octet-stream", otaku),
            fribbs: File::new("anime-list-full.json", "text/plain; charset=utf-8", fribbs),
            anibridge: File::new("mappings.json", "application/octet-stream", anibridge),
        })
    }
}

impl File {
    fn new(name: &'static str, content_type: &'static str, bytes: Vec<u8>) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let etag = format!("W/\"{:016x}\"", hasher.finish());
        Self { name, content_type, bytes, etag }
    }
}

/// Answers with the file, or with 304 when the client has this very one.
pub(super) fn answer(file: &File, request: &Request) -> Reply {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Reply::empty(405).with("allow", "GET, HEAD");
    }
    if request.path != file.name {
        return Reply::bytes(404, "text/plain", b"404: Not Found".to_vec());
    }
    let strip = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let known = request.header("if-none-match").is_some_and(|tags| {
        tags == "*" || tags.split(',').any(|tag| strip(tag) == strip(&file.etag))
    });
    let reply = if known {
        Reply::empty(304)
    } else {
        Reply::bytes(200, file.content_type, file.bytes.clone())
    };
    reply.with("etag", file.etag.as_str()).with("cache-control", "max-age=300")
}

/// The list in the form it has today.
fn fribbs(mappings: &[Mapping]) -> Value {
    mappings.iter().filter_map(fribbs_row).collect()
}

fn fribbs_row(mapping: &Mapping) -> Option<Value> {
    let row = mapping.fribbs.as_ref()?;
    let mut out = Map::new();
    let (kind, tmdb) = match row.tmdb {
        Some(TmdbRef::Show(id)) => ("TV", Some(json!({"tv": id}))),
        Some(TmdbRef::Movie(id)) => ("MOVIE", Some(json!({"movie": [id]}))),
        None => ("TV", None),
    };
    out.insert("type".into(), json!(kind));
    out.insert("anilist_id".into(), json!(mapping.anilist));
    out.extend(mapping.mal.map(|id| ("mal_id".into(), json!(id))));
    out.extend(row.imdb.as_ref().map(|id| ("imdb_id".into(), json!([id]))));
    out.extend(tmdb.map(|id| ("themoviedb_id".into(), id)));
    out.extend(row.tvdb.map(|id| ("tvdb_id".into(), json!(id))));
    out.extend(row.season.map(|n| ("season".into(), json!({"tvdb": n, "tmdb": n}))));
    if row.offset > 0 {
        let offset = json!({"tvdb": row.offset, "tmdb": row.offset});
        out.insert("episode_offset".into(), offset);
    }
    Some(Value::Object(out))
}

fn anibridge(mappings: &[Mapping]) -> Value {
    let mut out = Map::new();
    for mapping in mappings.iter().filter(|mapping| !mapping.anibridge.is_empty()) {
        let mut targets: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for range in &mapping.anibridge {
            let target = targets.entry(&range.target).or_default();
            target.insert(range.from.clone(), json!(range.to));
        }
        out.insert(format!("anilist:{}", mapping.anilist), json!(targets));
    }
    Value::Object(out)
}
