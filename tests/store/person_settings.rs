//! What people set, on every store.

use std::sync::Arc;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::demo::Demo;
use anilist_trakt_sync::domain::AccountId;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::hub::settings::{Change, Field};
use anilist_trakt_sync::store::transfer::{export, import};
use anilist_trakt_sync::store::{SqliteStore, Store, keys};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::{Mode, Trigger};
use futures_util::future::join_all;

use crate::backends::Place;
use crate::bench::{config, me, person, services, someone_else};

on_every_backend! {
    what_was_set_is_there_after_a_restart_and_in_another_process,
    two_people_set_what_is_their_own,
    changes_of_many_processes_at_once_are_all_kept,
    secrets_are_sealed_and_moved_as_they_are,
}

const KEY: &str = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

fn to(field: Field, text: &str) -> Change {
    (field, Some(text.into()))
}

/// Somebody for whom the environment says nothing.
async fn nobody(demo: &Demo, place: &Place, account: AccountId, key: &str) -> Arc<Person> {
    let config = config(demo, &[("ENCRYPTION_KEY", key)]);
    let services = config.services(Clock::System, place.open().await).unwrap();
    let settings = config.person.of_another(&account);
    Person::new(&services, account, settings)
}

async fn what_was_set_is_there_after_a_restart_and_in_another_process(place: Place) {
    let demo = services(2).await;
    let one = person(&demo, place.open().await, &[]);
    let other = person(&demo, place.open().await, &[]).fresh().await;
    let changes = [to(Field::Timezone, "Asia/Tokyo"), to(Field::MaxPlaysPerRun, "12")];
    let changed = one.change(&changes).await.unwrap();
    assert_eq!(changed.settings.max_plays_per_run, 12);
    assert_eq!(one.settings.max_plays_per_run, 5000, "what has begun keeps what it began with");
    assert_eq!(one.fresh().await.settings.max_plays_per_run, 12);

    let restarted = person(&demo, place.open().await, &[]).fresh().await;
    assert_eq!(restarted.settings.timezone.iana_name(), Some("Asia/Tokyo"));
    // A run asks at once, also in a process that looked just before.
    for mode in [Mode::Full, Mode::Completed] {
        let report = run(&other, mode, Trigger::Manual).await.unwrap();
        assert_eq!(report.posted(), 12, "{mode:?}");
    }
    assert_eq!(demo.history().len(), 24);
    let locked = person(&demo, place.open().await, &[("MAX_PLAYS_PER_RUN", "7")]).fresh().await;
    let set = (locked.settings.max_plays_per_run, locked.settings.timezone.iana_name());
    assert_eq!(set, (7, Some("Asia/Tokyo")), "the environment wins, each by itself");
}

async fn two_people_set_what_is_their_own(place: Place) {
    let demo = services(1).await;
    let (one, other) =
        (nobody(&demo, &place, me(), KEY).await, nobody(&demo, &place, someone_else(), KEY).await);
    one.change(&[to(Field::BatchSize, "1"), to(Field::AnilistToken, "hush")]).await.unwrap();
    let other = other.as_stored().await.unwrap();
    assert_eq!(other.settings.batch_size, 100);
    assert!(Field::ALL.iter().all(|field| !other.set.has(*field)));
    other.change(&[to(Field::BatchSize, "2")]).await.unwrap();
    other.change(&[(Field::BatchSize, None)]).await.unwrap();
    assert_eq!(other.store.config(&[keys::SETTINGS]).await.unwrap(), [None]);
    let one = one.as_stored().await.unwrap();
    assert_eq!((one.settings.batch_size, one.anilist.owner().is_known()), (1, true));
}

async fn changes_of_many_processes_at_once_are_all_kept(place: Place) {
    let demo = services(1).await;
    let changes = [
        to(Field::Timezone, "Europe/Berlin"),
        to(Field::Rewatches, "1"),
        to(Field::Private, "1"),
        to(Field::MaxPlaysPerRun, "1"),
        to(Field::BatchSize, "1"),
        to(Field::Schedule, "0 * * * *"),
        to(Field::WebhookUrl, "https://example.org/hush"),
        to(Field::TitleLanguage, "native"),
    ];
    let making = changes.iter().map(async |change| {
        let somebody = nobody(&demo, &place, me(), KEY).await;
        somebody.change(std::slice::from_ref(change)).await.unwrap();
    });
    join_all(making).await;
    let all = nobody(&demo, &place, me(), KEY).await.fresh().await;
    assert!(changes.iter().all(|(field, _)| all.set.has(*field)), "{all:?}");
}

async fn secrets_are_sealed_and_moved_as_they_are(place: Place) {
    let demo = services(1).await;
    let hook = "https://example.org/hush-in-an-address";
    let secrets = [
        to(Field::AnilistToken, "hush-of-a-list"),
        to(Field::WebhookUrl, hook),
        to(Field::BatchSize, "9"),
    ];
    let before = nobody(&demo, &place, me(), "").await;
    before.change(&secrets).await.unwrap();
    let stored = before.store.config(&[keys::SETTINGS]).await.unwrap();
    assert!(stored[0].as_ref().unwrap().contains("hush"), "without a key they are readable");
    let printed = format!("{before:?}");
    assert!(!printed.contains("hush"), "{printed}");

    let sealed = nobody(&demo, &place, me(), KEY).await;
    assert!(sealed.in_force.seal_anew().await.unwrap());
    assert!(!sealed.in_force.seal_anew().await.unwrap(), "once is enough");
    let sealed = sealed.as_stored().await.unwrap();
    let printed = format!("{sealed:?}");
    let stored = sealed.store.config(&[keys::SETTINGS]).await.unwrap();
    let stored = stored[0].as_ref().unwrap();
    assert_eq!(stored.matches("sealed:1:").count(), 2, "{stored}");
    assert!(!stored.contains("hush") && !printed.contains("hush"), "{stored} {printed}");
    assert_eq!(sealed.set.webhook_host().as_deref(), Some("example.org"));

    let folder = tempfile::tempdir().unwrap();
    let moved: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let lines = export(&**sealed.store.shared()).await.unwrap();
    assert!(!serde_json::to_string(&lines).unwrap().contains("hush"));
    import(&*moved, lines).await.unwrap();
    let there = Place::Sqlite(folder);
    let moved = nobody(&demo, &there, me(), KEY).await.as_stored().await.unwrap();
    assert_eq!((moved.settings.batch_size, moved.anilist.owner().is_known()), (9, true));
    let Place::Sqlite(folder) = &there else { return };
    let files = std::fs::read_dir(folder.path())
        .unwrap()
        .filter_map(|file| std::fs::read(file.unwrap().path()).ok());
    let is_clear = |bytes: Vec<u8>| bytes.windows(4).any(|part| part == b"hush");
    assert!(!files.into_iter().any(is_clear), "in the file");

    // Another key opens no token: no run goes by half of what was set, and a new token ends that.
    let lost = nobody(&demo, &there, me(), &KEY.replace('f', "e")).await;
    let error = run(&lost, Mode::Full, Trigger::Manual).await.unwrap_err();
    assert_eq!(error.code(), "sealed");
    assert!(error.hint().contains("PATCH /api/settings"), "{}", error.hint());
    let shown = lost.as_stored().await.unwrap();
    assert!(shown.set.has_token() && !shown.anilist.owner().is_known(), "it can be looked at");
    let mended = lost.change(&[to(Field::AnilistToken, "hush-that-is-new")]).await.unwrap();
    assert!(mended.anilist.owner().is_known());
    assert!(mended.notifier().is_none(), "the address cannot be opened");
}
