//! Mapping files made to do harm, sent to a started program: each is refused with its reason, and
//! the program stays small and goes on.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use futures_util::stream;
use tower_http::compression::CompressionLayer;

use crate::process::Process;

/// Above what the program needs with all three good files, and far below what these files unpack to.
const MOST_MEMORY_KB: u64 = 150 * 1024;

/// A body that is made as it is sent: a beginning, and a part that comes so many times.
#[derive(Clone, Default)]
struct Sent {
    head: Vec<u8>,
    part: Vec<u8>,
    times: usize,
}

type Host = Arc<Mutex<Sent>>;

async fn send(State(host): State<Host>) -> Body {
    let Sent { head, part, times } = host.lock().unwrap().clone();
    // Written in pieces of some size, or the test would take the time.
    let piece = Bytes::from(part.repeat(1000));
    let pieces = std::iter::repeat_n(piece, times / 1000);
    let all = std::iter::once(Bytes::from(head)).chain(pieces);
    Body::from_stream(stream::iter(all.map(Ok::<_, std::io::Error>)))
}

/// A host on loopback that sends what it has, packed by gzip or Brotli where the client takes it.
async fn start(host: Host) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(send).with_state(host).layer(CompressionLayer::new());
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/file")
}

/// An Otaku file whose `anime` never ends.
fn endless_view() -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let view =
        "CREATE VIEW anime AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT i AS anilist_id, i AS trakt_id, i AS themoviedb_id, '' AS imdb_id, i AS thetvdb_id,
            1 AS thetvdb_season, '1' AS anime_media_episodes, '1' AS global_media_episodes,
            'tv' AS global_media_type FROM n";
    rusqlite::Connection::open(file.path()).unwrap().execute_batch(view).unwrap();
    std::fs::read(file.path()).unwrap()
}

fn hostile() -> Vec<(&'static str, &'static str, Sent)> {
    let sent =
        |head: &[u8], part: &[u8], times| Sent { head: head.into(), part: part.into(), times };
    let good = br#"{"anilist_id":7,"themoviedb_id":{"tv":1429},"imdb_id":["tt2560140"]},"#;
    let pair = br#""anilist:7":{"tmdb_show:8:s1":{"1-12":"13-24"}},"#;
    let zeros = zstd::bulk::compress(&vec![b' '; 65 << 20], 3).unwrap();
    vec![
        ("otaku", "unexpected_body", sent(&endless_view(), b"", 0)),
        ("otaku", "too_large", sent(b"SQLite format 3\0", &[0; 1024], 40_000)),
        ("fribbs", "too_large", sent(b"[", b" ", 40_000_000)),
        ("fribbs", "too_large", sent(b"[", good, 500_000)),
        ("fribbs", "unexpected_body", sent(b"[\"", b"x", 3_000_000)),
        ("anibridge", "unexpected_body", sent(b"{", pair, 130_000)),
        ("anibridge", "unexpected_body", sent(&zeros, b"", 0)),
    ]
}

/// The most memory that the process had so far.
#[cfg(target_os = "linux")]
fn peak_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn hostile_mapping_files_are_refused_with_their_reason_and_cost_little_memory() {
    let host = Host::default();
    let address = start(Arc::clone(&host)).await;
    let names = ["OTAKU_DB_URL", "FRIBBS_LIST_URL", "ANIBRIDGE_MAPPINGS_URL"];
    let settings = names.map(|name| (name.to_owned(), address.clone()));
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings, &folder, &[]).await;
    for (name, code, sent) in hostile() {
        *host.lock().unwrap() = sent;
        let (status, error) = service.get(&format!("/api/refresh-{name}")).await;
        assert_eq!((status, error["code"].as_str()), (502, Some(code)), "{name}: {error}");
        let peak = peak_kb(service.id());
        assert!(peak < MOST_MEMORY_KB, "{peak} kB after {error}");
    }
    assert_eq!(service.get("/readyz").await.0, 200);
}
