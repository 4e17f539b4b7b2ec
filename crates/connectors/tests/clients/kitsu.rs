//! Kitsu, against its imitation and against small servers with the oddities that it is known for.

mod elsewhere;
mod lists;
mod mappings;
mod odd;
mod sign_in;
mod writes;

use anilist_trakt_sync_connectors::clock::{Clock, ManualClock};
use anilist_trakt_sync_connectors::kitsu::{Adult, KitsuClient, KitsuError, Owner, Person};
use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_core::domain::{FuzzyDate, Service};
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Count, Field, PerField, Value};
use anilist_trakt_sync_demo::world::{Kitsu, KitsuTold, KitsuWork};
use anilist_trakt_sync_demo::{Demo, Stats, World};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::support::{Server, outbound};

/// The imitation, and a client that speaks for its person.
struct Bench {
    demo: Demo,
    client: KitsuClient,
    owner: Owner,
    clock: ManualClock,
}

impl Bench {
    async fn start(kitsu: Kitsu) -> Self {
        let (outbound, clock) = outbound();
        let now = Clock::Manual(clock.clone()).teller();
        let demo = Demo::start(World { kitsu, ..World::default() }, now).await.unwrap();
        let token = demo.world(|world, now| world.kitsu.tokens.give(None, now).access).into();
        let site = format!("{}/kitsu/", demo.url()).parse().unwrap();
        let client = KitsuClient::new(outbound, &site);
        let person = client.me(&token).await.unwrap();
        demo.reset_stats();
        Self { demo, client, owner: Owner { token, person }, clock }
    }

    /// What a person says at Kitsu itself; the number of the entry.
    fn say(&self, kind: Kind, work: u32, fields: &[(Field, Value)]) -> u64 {
        let told = KitsuTold::of(told(fields));
        self.demo.world(|world, now| world.kitsu.save(kind, work, &told, now).unwrap())
    }

    /// The person as Kitsu sees them now.
    async fn again(&self) -> Owner {
        let token = self.owner.token.clone();
        let person = self.client.me(&token).await.unwrap();
        Owner { token, person }
    }

    /// The attributes of the writes so far, and for each whether it made an entry.
    fn sent(&self) -> Vec<Json> {
        let writes = self.stats().writes.into_iter();
        writes.map(|write| write.body["data"]["attributes"].clone()).collect()
    }

    fn stats(&self) -> Stats {
        let stats = self.demo.stats();
        assert_eq!(stats.unknown_routes, Vec::<String>::new());
        assert_eq!(stats.header_violations, Vec::<String>::new());
        assert_eq!(stats.body_violations, Vec::<String>::new());
        stats
    }

    fn count(&self) -> usize {
        self.stats().count(Service::KITSU)
    }
}

fn told(fields: &[(Field, Value)]) -> PerField<Value> {
    fields.iter().cloned().collect()
}

fn progress(number: u32) -> (Field, Value) {
    (Field::Progress, Value::Count(Count::Of(number)))
}

fn status(status: Status) -> (Field, Value) {
    (Field::Status, Value::Status(status))
}

fn date(text: &str) -> Value {
    Value::Date(if text.is_empty() { FuzzyDate::default() } else { text.parse().unwrap() })
}

/// A series of 12, a series of unknown length, a film for adults, and a manga.
fn works() -> Kitsu {
    Kitsu::default()
        .with(
            KitsuWork::new(Kind::Anime, 11, "Lighthouse", Some(12))
                .mapped("myanimelist/anime", 1100),
        )
        .with(KitsuWork::new(Kind::Anime, 12, "Endless", None))
        .with(KitsuWork::new(Kind::Anime, 13, "After Midnight", Some(1)).adult())
        .with(KitsuWork::new(Kind::Manga, 11, "Sixteen Stairs", Some(96)))
}

/// A client of a small server, and somebody to ask as, in Tokyo.
fn at(server: &Server) -> (KitsuClient, Owner) {
    let client = KitsuClient::new(outbound().0, &server.url.parse().unwrap());
    let person = Person {
        id: 1,
        name: "One".into(),
        slug: None,
        adult: Adult::Everywhere,
        rating: None,
        zone: TimeZone::get("Asia/Tokyo").unwrap(),
    };
    (client, Owner { token: "a-token".into(), person })
}

/// What `/users?filter[self]=true` says of that person.
fn myself() -> Json {
    json!({"data": [{"id": "1", "type": "users", "attributes": {
        "name": "One", "sfwFilterPreference": "nsfw_everywhere",
    }}]})
}

/// The fault of what is expected to fail.
fn fault<T: std::fmt::Debug>(result: Result<T, KitsuError>) -> Fault {
    result.unwrap_err().fault().unwrap().clone()
}
