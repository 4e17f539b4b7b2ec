//! The service on a store of the suite, against the imitated services.

use std::collections::HashMap;
use std::sync::Arc;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::world::{ListEntry, Mapping, Numbers, TraktShow};
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::{
    AccountId, Airing, AnilistId, Format, FuzzyDate, ListStatus, MalId, Media, Titles,
};
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::store::Store;
use jiff::civil::date;

/// Limits that tests do not want to wait for.
const LIMITS: [(&str, &str); 3] = [
    ("ANILIST_RATE_PER_MIN", "60000"),
    ("TRAKT_GETS_PER_5MIN", "1000000"),
    ("TRAKT_WRITE_INTERVAL_MS", "0"),
];

pub(crate) fn me() -> AccountId {
    AccountId::default()
}

pub(crate) fn someone_else() -> AccountId {
    serde_json::from_value("someone/else".into()).unwrap()
}

/// The imitated services around a person who completed so many titles of 12 episodes, each a show
/// of its own.
pub(crate) async fn services(titles: u32) -> Demo {
    services_with(titles, |id| {
        let finished = FuzzyDate { year: Some(2020), month: Some(6), day: Some(1) };
        ListEntry::new(id, ListStatus::Completed, 12).completed(finished)
    })
    .await
}

/// The same with other entries on the list.
pub(crate) async fn services_with(titles: u32, entry: impl Fn(AnilistId) -> ListEntry) -> Demo {
    let mut world = World::default();
    for id in 1..=titles {
        let day = date(2020, 1, 5);
        let name = format!("Show number {id}");
        let numbers = u64::from(id);
        let show = TraktShow::new(50_000 + numbers, &name, 2020, Numbers::PerSeason)
            .ids(70_000 + id, 90_000 + id, &format!("tt{:07}", 1_000_000 + id))
            .season(1, &[(12, day)]);
        let media = Media {
            id: AnilistId(id),
            mal_id: Some(MalId(id)),
            titles: Titles { romaji: Some(name), english: None },
            format: Some(Format::Tv),
            episodes: Some(12),
            start_date: FuzzyDate { year: Some(2020), month: Some(1), day: Some(5) },
            airing: Airing::default(),
            parent: None,
            cover: None,
        };
        let entry = entry(media.id);
        let mapping = Mapping::to_season(&media, &show, Some(1), 0);
        world = world.with_show(show).with_media(media, Some(entry)).with_mapping(mapping);
    }
    Demo::start(world, Clock::System.teller()).await.unwrap()
}

/// The settings for these services, with others on top.
pub(crate) fn settings(demo: &Demo, more: &[(&str, &str)]) -> HashMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut values: HashMap<String, String> =
        demo.settings().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    values.extend(LIMITS.iter().map(owned));
    values.extend(more.iter().map(owned));
    values
}

/// A service whose store is handed to it, and which has no folder of its own: it saves the history
/// that is there before a first sync in the store, not below where the tests run.
pub(crate) fn config(demo: &Demo, more: &[(&str, &str)]) -> Config {
    let mut config = Config::from_values(&settings(demo, more)).unwrap();
    config.person.backups = None;
    config
}

/// The service on a store.
pub(crate) fn person(demo: &Demo, store: Arc<dyn Store>, more: &[(&str, &str)]) -> Arc<Person> {
    let config = config(demo, more);
    config.people(Clock::System, store).unwrap().first()
}

/// The service for one of several people.
pub(crate) fn person_of(demo: &Demo, store: Arc<dyn Store>, account: AccountId) -> Arc<Person> {
    let config = config(demo, &[]);
    Person::new(&config.services(Clock::System, store).unwrap(), account, config.person.clone())
}

/// Every episode that Trakt has, and whether one of them has two plays.
pub(crate) fn episodes_once(demo: &Demo) -> usize {
    let plays = demo.history();
    let items: std::collections::HashSet<_> = plays.iter().map(|play| play.item).collect();
    assert_eq!(items.len(), plays.len(), "an episode has two plays");
    plays.len()
}
