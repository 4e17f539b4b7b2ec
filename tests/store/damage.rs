//! A Redis with a damaged value: it is healed, or it is named, and nothing is posted twice. The
//! same of a file is in `tests/sync/damage.rs`.

use std::sync::Arc;

use anilist_trakt_sync::demo::world::ListEntry;
use anilist_trakt_sync::domain::{AnilistId, ListStatus};
use anilist_trakt_sync::store::RedisStore;
use anilist_trakt_sync::sync::modes::{Mode, Trigger};
use anilist_trakt_sync::sync::run::run;

use crate::bench::{episodes_once, person, services_with};
use crate::server::{Server, is_installed};

/// More than there are values to damage.
const TITLES: u32 = 200;

/// What nobody else has: it is named, and no run guesses it.
const OWN: [&str; 4] = ["map:anilist:", "placements ", "run_plays ", "sync_progress "];

/// A value, by the commands that read and write it.
struct Place {
    get: &'static str,
    set: &'static str,
    at: Vec<String>,
}

impl Place {
    fn value(&self, server: &Server) -> Vec<u8> {
        redis::cmd(self.get).arg(&self.at).query(&mut server.connection()).unwrap()
    }

    fn put(&self, server: &Server, value: &[u8]) {
        redis::cmd(self.set).arg(&self.at).arg(value).exec(&mut server.connection()).unwrap();
    }
}

/// Every string, and every field of a hash.
fn places(server: &Server) -> Vec<Place> {
    let mut keys: Vec<String> = server.ask(&["KEYS", "*"]);
    keys.sort();
    let mut all = Vec::new();
    for key in keys {
        match server.ask::<String>(&["TYPE", &key]).as_str() {
            "string" => all.push(Place { get: "GET", set: "SET", at: vec![key] }),
            "hash" => {
                let mut fields: Vec<String> = server.ask(&["HKEYS", &key]);
                fields.sort();
                let place =
                    |field| Place { get: "HGET", set: "HSET", at: vec![key.clone(), field] };
                all.extend(fields.into_iter().map(place));
            }
            _ => {}
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_damaged_it_is_healed_or_named_and_nothing_is_posted_twice() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let demo = services_with(TITLES, |id| ListEntry::new(id, ListStatus::Current, 0)).await;
    let begin = || {
        let store = RedisStore::over_tcp(&server.url().into(), "").unwrap();
        person(&demo, Arc::new(store), &[])
    };
    let mut seen = 0;
    let mut finish = || {
        seen += 1;
        demo.world(|world, now| world.complete(AnilistId(seen), now));
        seen as usize * 12
    };
    finish();
    finish();
    run(&begin(), Mode::Completed, Trigger::Manual).await.unwrap();
    let (mut healed, mut named) = (0, 0);
    for place in places(&server) {
        let name = place.at.join(" ");
        let before = place.value(&server);
        place.put(&server, b"{");
        let all = finish();
        match run(&begin(), Mode::Completed, Trigger::Manual).await {
            Ok(report) => {
                assert_eq!((report.is_partial(), episodes_once(&demo)), (false, all), "{name}");
                healed += 1;
            }
            Err(error) => {
                assert_eq!(error.code(), "store_damaged", "{name}: {error}");
                assert!(error.sentence().ends_with(&name), "{name}: {error}");
                assert!(OWN.iter().any(|own| name.starts_with(own)), "{name}: {error}");
                named += 1;
            }
        }
        place.put(&server, &before);
    }
    assert!(healed > 15 && named > 3, "{healed} healed, {named} named");
}
