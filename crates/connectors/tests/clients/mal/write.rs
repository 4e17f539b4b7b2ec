//! What is written to a list, and what becomes of it.

use std::collections::BTreeMap;

use anilist_trakt_sync_connectors::mal::{At, Deleted, Refusal, TellError};
use anilist_trakt_sync_connectors::outbound::{Fault, ProviderError};
use anilist_trakt_sync_core::domain::{FuzzyDate, MalId, Service};
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{
    Around, Catalogue, Count, Entry, Field, ListService, Native, PerField, Saved, Value,
};
use anilist_trakt_sync_demo::world::{Again, Approval, MalEntry, MalTitle};
use anilist_trakt_sync_demo::{Action, Fault as DemoFault};
use proptest::prelude::*;

use super::super::support::fault;
use super::{Bench, anime, before, bench, noon};

const ONE: At = At::Entry(MalId(1));

fn told(values: &[(Field, Value)]) -> PerField<Value> {
    values.iter().cloned().collect()
}

fn count(number: u32) -> Value {
    Value::Count(Count::Of(number))
}

/// What is meant, where the entry says nothing else.
fn meant(told: &PerField<Value>) -> Native {
    Native::of(told)
}

/// The imitation with one anime of twelve episodes on the list.
async fn one(status: Status, progress: u32) -> Bench {
    bench(|mal| anime(mal, 1, MalEntry::new(status, progress, before(60)))).await
}

impl Bench {
    async fn tell(&self, at: At, values: &[(Field, Value)]) -> Result<Saved, TellError> {
        let told = told(values);
        self.client.tell(&self.token, Kind::Anime, at, &told, &meant(&told)).await
    }

    /// The form that was sent last.
    fn form(&self) -> BTreeMap<String, String> {
        self.demo.stats().forms.pop().unwrap().fields
    }

    fn entry(&self, id: u32) -> Option<MalEntry> {
        self.demo.world(|world, _| world.mal.entries.get(&(Kind::Anime, id)).cloned())
    }
}

fn form<const N: usize>(fields: [(&str, &str); N]) -> BTreeMap<String, String> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn only_what_is_told_is_sent_and_the_answer_is_what_is_held() {
    let bench = one(Status::Current, 3).await;
    bench.demo.world(|world, _| {
        let entry = world.mal.entries.get_mut(&(Kind::Anime, 1)).unwrap();
        entry.native.0.notes = Some("kept".to_owned());
        entry.native.0.repeats = 2;
    });
    let held = bench.tell(ONE, &[(Field::Progress, count(5))]).await.unwrap();
    assert_eq!(bench.form(), form([("num_watched_episodes", "5")]));
    let kept = bench.entry(1).unwrap();
    assert_eq!(kept.native.0.notes.as_deref(), Some("kept"));
    let expected = Saved { entry: 1, native: kept.native, updated_at: Some(noon()) };
    assert_eq!(held, expected);
}

#[tokio::test]
async fn more_than_there_is_is_clamped_and_the_answer_says_so() {
    let bench = one(Status::Current, 3).await;
    let held = bench.tell(ONE, &[(Field::Progress, count(14))]).await.unwrap();
    assert_eq!(held.native.0.progress, Count::Of(12));
}

#[tokio::test]
async fn manga_have_names_of_their_own() {
    let bench = bench(|mal| {
        mal.titles.insert((Kind::Manga, 1), MalTitle::new("A", 0));
        mal.entries.insert((Kind::Manga, 1), MalEntry::new(Status::Current, 1, before(1)));
    })
    .await;
    let told = told(&[
        (Field::Progress, count(7)),
        (Field::Volumes, count(2)),
        (Field::Repeats, Value::Number(1)),
        (Field::Repeating, Value::Flag(true)),
    ]);
    let target = Entry { status: Status::Current, ..meant(&told).0 };
    let client = &bench.client;
    let held = client.tell(&bench.token, Kind::Manga, ONE, &told, &Native(target)).await.unwrap();
    let expected = form([
        ("status", "completed"),
        ("is_rereading", "true"),
        ("num_times_reread", "1"),
        ("num_chapters_read", "7"),
        ("num_volumes_read", "2"),
    ]);
    assert_eq!(bench.form(), expected);
    assert_eq!((held.native.0.volumes, held.native.0.repeating), (Count::Of(2), true));
    assert_eq!(bench.demo.stats().body_violations, Vec::<String>::new());
}

#[tokio::test]
async fn status_and_flag_go_together() {
    let table = [
        (Status::Current, true, "completed", "true"),
        (Status::OnHold, true, "on_hold", "true"),
        (Status::Completed, false, "completed", "false"),
        (Status::Current, false, "watching", "false"),
        (Status::Planning, false, "plan_to_watch", "false"),
    ];
    for (status, repeating, word, flag) in table {
        let bench = one(Status::Completed, 12).await;
        let target = Native(Entry { status, repeating, ..Entry::default() });
        for field in [Field::Status, Field::Repeating] {
            let told = told(&[(field, target.0.get(field))]);
            let client = &bench.client;
            let held = client.tell(&bench.token, Kind::Anime, ONE, &told, &target).await.unwrap();
            assert_eq!(bench.form(), form([("status", word), ("is_rewatching", flag)]));
            assert_eq!((held.native.0.status, held.native.0.repeating), (status, repeating));
        }
        let again = bench.entry(1).unwrap().again;
        assert!(again == Again::Completed || status == Status::OnHold);
    }
}

#[tokio::test]
async fn what_is_cleared_is_sent_as_an_empty_text() {
    let bench = one(Status::Completed, 12).await;
    bench.demo.world(|world, _| {
        let entry = world.mal.entries.get_mut(&(Kind::Anime, 1)).unwrap();
        entry.native.0.started = "2020-01-01".parse().unwrap();
        entry.native.0.notes = Some("old".to_owned());
        entry.native.0.score = 7;
    });
    let none = [
        (Field::Started, Value::Date(FuzzyDate::default())),
        (Field::Notes, Value::Text(None)),
        (Field::Score, Value::Number(0)),
    ];
    let held = bench.tell(ONE, &none).await.unwrap();
    assert_eq!(bench.form(), form([("start_date", ""), ("comments", ""), ("score", "0")]));
    assert!(none.iter().all(|(field, _)| held.native.0.get(*field).is_empty()));
}

#[tokio::test]
async fn what_is_added_gets_its_status_and_nothing_empty() {
    for status in [Status::Planning, Status::Completed] {
        let bench = bench(|mal| {
            mal.titles.insert((Kind::Anime, 1), MalTitle::new("A", 12));
        })
        .await;
        let mut values: Vec<_> = Entry { status, score: 8, ..Entry::default() }
            .values()
            .iter()
            .map(|(field, value)| (field, value.clone()))
            .collect();
        // The status is sent also where it is not told.
        let position = [Field::Status, Field::Repeating];
        values.retain(|(field, _)| !position.contains(field) || status == Status::Completed);
        let held = bench.tell(At::Work(MalId(1)), &values).await.unwrap();
        let word = if status == Status::Planning { "plan_to_watch" } else { "completed" };
        assert_eq!(bench.form(), form([("status", word), ("score", "8")]));
        assert_eq!((held.native.0.status, held.native.0.score), (status, 8));
    }
}

#[tokio::test]
async fn what_cannot_be_held_is_refused_before_anything_is_sent() {
    let bench = one(Status::Current, 3).await;
    for (field, value) in [
        (Field::Started, Value::Date("2020-05".parse().unwrap())),
        (Field::Finished, Value::Date("2020".parse().unwrap())),
        (Field::Score, Value::Number(11)),
        (Field::Progress, Value::Count(Count::All)),
    ] {
        let refused = bench.tell(ONE, &[(field, value)]).await.unwrap_err();
        assert_eq!(refused, TellError::Refused(Refusal::Value { field }));
    }
    assert_eq!(bench.requests(), 0);
}

#[tokio::test]
async fn what_there_is_no_field_for_is_not_sent() {
    let bench = one(Status::Current, 3).await;
    let nothing = [(Field::Private, Value::Flag(true)), (Field::Volumes, count(2))];
    let held = bench.tell(ONE, &nothing).await.unwrap();
    assert_eq!(held.native, bench.entry(1).unwrap().native);
    assert_eq!(bench.demo.stats().forms, []);
    let gone = bench.tell(At::Entry(MalId(9)), &nothing).await.unwrap_err();
    assert_eq!(gone, TellError::Refused(Refusal::NotListed));
}

#[tokio::test]
async fn a_title_that_is_not_approved_is_refused_and_is_no_outage() {
    let bench = bench(|mal| {
        let title = MalTitle { approval: Approval::Pending, ..MalTitle::new("A", 12) };
        mal.titles.insert((Kind::Anime, 1), title);
    })
    .await;
    let values = [(Field::Status, Value::Status(Status::Current))];
    let refused = bench.tell(At::Work(MalId(1)), &values).await.unwrap_err();
    assert_eq!(refused, TellError::Refused(Refusal::Unapproved));
    let unknown = bench.tell(At::Work(MalId(2)), &values).await.unwrap_err();
    assert_eq!(unknown, TellError::Refused(Refusal::UnknownTitle));
    assert_eq!(bench.requests(), 2, "neither is tried again");
}

#[tokio::test]
async fn a_form_that_is_not_understood_is_refused_with_its_reason() {
    let bench = one(Status::Current, 3).await;
    let body = r#"{"message":"This form should not contain extra fields.","error":"bad_request"}"#;
    let action = Action::Status { status: 400, headers: vec![], body: body.to_owned() };
    bench.demo.fail(DemoFault::new(Service::MYANIMELIST, action));
    let refused = bench.tell(ONE, &[(Field::Progress, count(4))]).await.unwrap_err();
    let message = "This form should not contain extra fields.".to_owned();
    assert_eq!(refused, TellError::Refused(Refusal::Form { message }));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_sent_once_and_leaves_it_open() {
    for action in [Action::Reset, Action::Truncate, Action::Html { status: 502 }] {
        let bench = one(Status::Current, 3).await;
        bench.demo.fail(DemoFault::new(Service::MYANIMELIST, action.clone()).applied());
        let lost = bench.tell(ONE, &[(Field::Progress, count(4))]).await.unwrap_err();
        let TellError::Provider(ProviderError { fault, .. }) = lost else { panic!("{lost:?}") };
        assert!(fault.leaves_outcome_open(), "{action:?} {fault:?}");
        assert_eq!(bench.demo.stats().forms.len(), 1, "{action:?}");
        let row = bench.client.entry(&bench.token, Kind::Anime, MalId(1)).await.unwrap().unwrap();
        assert_eq!(row.native.0.progress, Count::Of(4), "{action:?}");
    }
}

#[tokio::test]
async fn a_block_page_in_place_of_an_answer_refuses_nothing() {
    let bench = one(Status::Current, 3).await;
    for status in [400, 401, 403] {
        let values = [(Field::Progress, count(4))];
        bench.demo.fail(DemoFault::new(Service::MYANIMELIST, Action::Html { status }));
        let blocked = bench.tell(ONE, &values).await.unwrap_err();
        let expected = Fault::Blocked.at(Service::MYANIMELIST);
        assert_eq!(blocked, TellError::Provider(expected), "{status}");
    }
}

#[tokio::test]
async fn notes_do_not_grow_by_being_read_and_written() {
    let bench = one(Status::Current, 3).await;
    let note = "a & b <i>\"it's\"</i> &amp; caf\u{e9}\nsecond line";
    let mut value = Value::Text(Some(note.to_owned()));
    for _ in 0..3 {
        let held = bench.tell(ONE, &[(Field::Notes, value)]).await.unwrap();
        assert_eq!(held.native.0.notes.as_deref(), Some(note));
        let row = bench.client.entry(&bench.token, Kind::Anime, MalId(1)).await.unwrap().unwrap();
        assert_eq!(row.native, held.native);
        value = row.native.0.get(Field::Notes);
    }
}

#[tokio::test]
async fn an_entry_is_deleted_once_and_gone_for_good() {
    let bench = one(Status::Current, 3).await;
    let delete = async || bench.client.delete(&bench.token, Kind::Anime, MalId(1)).await;
    bench.demo.fail(DemoFault::new(Service::MYANIMELIST, Action::Html { status: 404 }));
    assert_eq!(fault(delete().await), Fault::Blocked);
    bench.demo.fail(DemoFault::new(Service::MYANIMELIST, Action::Html { status: 200 }));
    assert!(matches!(fault(delete().await), Fault::UnexpectedBody { .. }));
    assert!(bench.entry(1).is_some(), "a page has deleted nothing");
    assert_eq!(delete().await, Ok(Deleted::Now));
    assert_eq!(delete().await, Ok(Deleted::Before));
    assert_eq!(bench.entry(1), None);
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_sent_once() {
    let bench = one(Status::Current, 3).await;
    bench.demo.fail(DemoFault::new(Service::MYANIMELIST, Action::Reset).applied());
    let lost = fault(bench.client.delete(&bench.token, Kind::Anime, MalId(1)).await);
    assert!(lost.leaves_outcome_open(), "{lost:?}");
    assert_eq!((bench.requests(), bench.entry(1)), (1, None));
}

fn native() -> impl Strategy<Value = Native> {
    let status = prop::sample::select(vec![
        Status::Planning,
        Status::Current,
        Status::Completed,
        Status::OnHold,
        Status::Dropped,
    ]);
    let date = prop::sample::select(vec!["", "2020-05-03", "2026-11-01"]);
    let note = prop::option::of("[a-z&<>'\"%+= ]{0,8}[a-z]");
    (status, any::<bool>(), 0_u32..9, 0_u32..20, 0_u8..=10, date.clone(), date, note).prop_map(
        |(status, flag, repeats, progress, score, started, finished, notes)| {
            let date = |text: &str| text.parse().unwrap_or_default();
            let repeating = flag && !matches!(status, Status::Planning | Status::Completed);
            let (started, finished) = (date(started), date(finished));
            let progress = Count::Of(progress);
            let volumes = Count::Of(0);
            let private = false;
            Native(Entry {
                status,
                repeating,
                repeats,
                progress,
                volumes,
                score,
                started,
                finished,
                notes,
                private,
            })
        },
    )
}

/// The fields of an entry that this mask names.
fn some(native: &Native, mask: u16) -> PerField<Value> {
    PerField::of_each(|field| (mask >> (field as u16) & 1 == 1).then(|| native.0.get(field)))
}

#[test]
fn whatever_is_told_the_service_holds_what_the_core_says_it_would() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(one(Status::Current, 3));
    let catalogue = Catalogue { total: Some(12), ..Catalogue::unknown(Kind::Anime) };
    let around = Around { catalogue, today: jiff::civil::date(2026, 11, 1) };
    let rewrite = ListService::Myanimelist.profile().rewrite;
    let config = ProptestConfig { cases: 64, ..ProptestConfig::default() };
    proptest!(config, |(had in native(), wanted in native(), mask in 1_u16..1024)| {
        // More than there is it never holds.
        let had = rewrite(None, &had.0.values(), around).unwrap();
        let mut told = some(&wanted, mask);
        // The merge decides on them together.
        if told.get(Field::Status).or(told.get(Field::Repeating)).is_some() {
            told.put(Field::Status, Some(wanted.0.get(Field::Status)));
            told.put(Field::Repeating, Some(wanted.0.get(Field::Repeating)));
        }
        bench.demo.world(|world, at| {
            let entry = MalEntry { native: had.clone(), again: Again::Completed, updated_at: at };
            world.mal.entries.insert((Kind::Anime, 1), entry);
        });
        let expected = rewrite(Some(&had), &told, around).unwrap();
        let client = &bench.client;
        let held = runtime.block_on(client.tell(&bench.token, Kind::Anime, ONE, &told, &wanted));
        prop_assert_eq!(held.unwrap().native, expected);
    });
}
