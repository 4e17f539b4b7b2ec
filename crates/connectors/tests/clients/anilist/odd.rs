//! AniList with entries and activities that are not as they should be.

use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_core::domain::{AnilistId, Format, FuzzyDate};
use serde_json::{Value, json};

use super::{Fake, client, entry, ids, owner, ten};
use crate::support::fault;

#[tokio::test]
async fn an_odd_entry_does_not_lose_the_list() {
    let mut odd = entry(4, "CURRENT", 5);
    odd["media"]["format"] = json!("HOLOGRAM");
    odd["media"]["episodes"] = json!(0);
    odd["progress"] = json!(-1);
    odd["completedAt"] = Value::Null;
    let (mut without_media, mut unread) = (entry(2, "CURRENT", 5), entry(3, "SIMMERING", 5));
    without_media["media"] = Value::Null;
    unread["progress"] = Value::Null;
    let entries = vec![entry(1, "PAUSED", 5), without_media, unread, odd];
    let server = Fake { entries, ..Fake::default() }.start().await;
    let list = client(&server).list(&owner(), 7, None).await.unwrap().entries;
    assert_eq!(ids(&list), [1, 4]);
    assert_eq!(list[1].media.format, Some(Format::Other));
    assert_eq!((list[1].media.episodes, list[1].progress), (None, 0));
    assert_eq!(list[1].completed_at, FuzzyDate::default());
    assert_eq!(list[0].media.start_date.month, Some(1));
}

#[tokio::test]
async fn nobody_has_watched_four_billion_episodes() {
    let mut endless = entry(1, "CURRENT", 100);
    endless["progress"] = json!(4_294_967_295_u32);
    endless["media"]["episodes"] = json!(null);
    let fake = Fake { entries: vec![endless], ..Fake::default() };
    let list = client(&fake.start().await).list(&owner(), 7, None).await.unwrap().entries;
    assert_eq!(list[0].progress, 20_000);
}

/// An entry in which something is replaced.
fn odd(id: u64, path: &str, value: Value) -> Value {
    let mut entry = entry(id, "COMPLETED", 2000);
    *entry.pointer_mut(path).unwrap() = value;
    entry
}

#[tokio::test]
async fn a_date_that_is_none_counts_as_none_and_loses_no_entry() {
    let date =
        |year: Value, month: Value, day: Value| json!({ "year": year, "month": month, "day": day });
    let none = [
        date(json!(99_999), json!(1), json!(1)),
        date(json!(2020), json!(200), json!(1)),
        date(json!(2020), json!(1), json!(0)),
        date(json!(-5), json!(1), json!(1)),
        date(json!(0), json!(null), json!(null)),
        date(json!(2021), json!(2), json!(30)),
        date(json!("2020"), json!(1), json!(1)),
        date(json!(2020.5), json!(1), json!(1)),
        date(json!(2020), json!(-1), json!(99)),
        date(json!(1e300), json!([]), json!({})),
        json!("2020-01-01"),
        json!(20_200_101),
        json!([2020, 1, 1]),
        json!(null),
    ];
    for date in none {
        let entries = vec![
            entry(1, "COMPLETED", 2000),
            odd(2, "/completedAt", date.clone()),
            odd(3, "/media/startDate", date.clone()),
        ];
        let server = Fake { entries, ..Fake::default() }.start().await;
        for list in [
            client(&server).list(&owner(), 7, None).await.unwrap().entries,
            client(&server).changed_since(&owner(), 7, 0).await.unwrap().entries,
        ] {
            assert_eq!(ids(&list), [1, 2, 3], "{date}");
            assert_eq!(list[1].completed_at, FuzzyDate::default(), "{date}");
            assert_eq!(list[2].media.start_date, FuzzyDate::default(), "{date}");
        }
    }
}

/// What may be missing is missing where it is odd, and the entry stays.
#[tokio::test]
async fn an_odd_field_that_only_adds_to_an_entry_loses_nothing_of_it() {
    for path in [
        "/repeat",
        "/updatedAt",
        "/media/idMal",
        "/media/title",
        "/media/episodes",
        "/media/format",
    ] {
        for value in [json!({}), json!([1]), json!(1e300), json!(-1), json!(true)] {
            let entries = vec![odd(1, path, value.clone()), entry(2, "COMPLETED", 2000)];
            let server = Fake { entries, ..Fake::default() }.start().await;
            let list = client(&server).list(&owner(), 7, None).await.unwrap().entries;
            assert_eq!(ids(&list), [1, 2], "{path} {value}");
            assert_eq!(list[0].progress, 3, "{path} {value}");
        }
    }
}

fn unreadable() -> Vec<Value> {
    vec![
        json!(null),
        json!(5),
        json!("entry"),
        json!([]),
        json!({}),
        odd(99, "/id", json!("x")),
        odd(99, "/media", json!(null)),
        odd(99, "/media", json!("title")),
        odd(99, "/media/id", json!(-1)),
        odd(99, "/media/id", json!(99_999_999_999_u64)),
        odd(99, "/status", json!(null)),
        odd(99, "/status", json!("SOMETHING")),
        odd(99, "/status", json!(1)),
        odd(99, "/progress", json!("three")),
        odd(99, "/progress", json!(1e300)),
    ]
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_loses_no_other_and_hides_no_older_change() {
    for odd in unreadable() {
        let mut entries = ten().entries;
        entries.insert(4, odd.clone());
        let server = Fake { entries, ..Fake::default() }.start().await;
        let list = client(&server).list(&owner(), 7, None).await.unwrap().entries;
        assert_eq!(ids(&list), (1..=10).collect::<Vec<_>>(), "{odd}");
        let changed = client(&server).changed_since(&owner(), 7, 1991).await.unwrap().entries;
        assert_eq!(ids(&changed), (1..=9).collect::<Vec<_>>(), "{odd}");
    }
}

#[tokio::test]
async fn an_entry_without_the_time_of_its_change_hides_no_older_change() {
    let mut entries = ten().entries;
    entries[2]["updatedAt"] = json!(null);
    let server = Fake { entries, ..Fake::default() }.start().await;
    let changed = client(&server).changed_since(&owner(), 7, 1991).await.unwrap().entries;
    assert_eq!(ids(&changed), (1..=9).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_single_entry_that_cannot_be_read_is_an_error_and_not_missing() {
    for path in ["/status", "/progress", "/media/title"] {
        let entries = vec![odd(1, path, json!({}))];
        let server = Fake { entries, ..Fake::default() }.start().await;
        let asked = client(&server).entry(&owner(), 7, AnilistId(1)).await;
        match path {
            "/media/title" => assert_eq!(asked.unwrap().unwrap().media.id, AnilistId(1)),
            _ => assert!(matches!(fault(asked), Fault::UnexpectedBody { .. }), "{path}"),
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_once_with_its_number() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // Each entry stands on two lists.
    let entries = vec![
        odd(1, "/progress", json!("x")),
        odd(2, "/media", json!(null)),
        json!(null),
        entry(3, "COMPLETED", 2000),
    ];
    let server = Fake { entries, ..Fake::default() }.start().await;
    let list = client(&server).list(&owner(), 7, None).await.unwrap();
    drop(guard);
    assert_eq!(ids(&list.entries), [3]);
    assert_eq!(list.unread, [Some(AnilistId(1)), None]);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let told: Vec<&str> = text.lines().filter(|line| line.contains("cannot be read")).collect();
    assert_eq!(told.len(), 3, "{text}");
    for number in [": 1001", ": 1002", ": without an id"] {
        assert_eq!(told.iter().filter(|line| line.ends_with(number)).count(), 1, "{text}");
    }
    assert!(told.iter().all(|line| line.contains("WARN")), "{text}");
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_odd_activity_loses_no_other() {
    let row = |id: u64, media: Value, at: Value| json!({ "id": id, "status": "completed", "progress": null, "createdAt": at, "media": media });
    let good = |id: u64| row(id, json!({ "id": id }), json!(1000));
    let activities = vec![
        good(1),
        row(2, json!({ "id": "x" }), json!(1000)),
        row(3, json!({ "id": 3 }), json!("yesterday")),
        row(4, json!({ "id": 4 }), json!(i64::MAX)),
        json!(7),
        json!(null),
        good(5),
    ];
    let server = Fake { activities, ..Fake::default() }.start().await;
    let read = client(&server).activities(&owner(), 7, None, 10).await.unwrap();
    assert_eq!(read.iter().map(|row| row.media.0).collect::<Vec<_>>(), [1, 5]);
}
