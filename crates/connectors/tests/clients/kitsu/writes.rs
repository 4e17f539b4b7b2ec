use anilist_trakt_sync_connectors::kitsu::{At, Deleted, KitsuError, Why};
use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_core::domain::Service;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{
    Around, Catalogue, Count, Entry, Field, ListService, Native, PerField, Value,
};
use anilist_trakt_sync_demo::{Action, Fault as Broken};
use jiff::civil;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::{Bench, date, fault, progress, status, told, works};
use crate::support::{Server, json as answer};

/// What an entry with nothing but a status is.
fn only(status: Status) -> Native {
    Native(Entry { status, ..Entry::default() })
}

fn why<T: std::fmt::Debug>(result: Result<T, KitsuError>) -> Why {
    match result {
        Err(KitsuError::Refused(refusal)) => refusal.why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_what_is_meant_is_sent() {
    let bench = Bench::start(works()).await;
    let id =
        bench.say(Kind::Anime, 11, &[status(Status::Current), (Field::Score, Value::Number(9))]);
    let fields = told(&[(Field::Notes, Value::Text(Some("good".into())))]);
    let held = bench
        .client
        .tell(&bench.owner, Kind::Anime, At::Entry(id), &fields, &only(Status::Current))
        .await
        .unwrap();
    assert_eq!(bench.sent(), [json!({"notes": "good"})]);
    assert_eq!((held.entry, held.native.0.score), (id, 9));
    assert_eq!(held.native.0.notes.as_deref(), Some("good"));
    assert_eq!(held.updated_at, Some(bench.clock.now()));
}

#[tokio::test]
async fn what_is_taken_away_is_null_and_days_are_noon() {
    let bench = Bench::start(works()).await;
    let id = bench.say(
        Kind::Anime,
        11,
        &[
            status(Status::Completed),
            (Field::Score, Value::Number(9)),
            (Field::Notes, Value::Text(Some("good".into()))),
        ],
    );
    let fields = told(&[
        (Field::Score, Value::Number(0)),
        (Field::Notes, Value::Text(None)),
        (Field::Started, date("")),
        (Field::Finished, date("2024-02-29")),
    ]);
    let target = only(Status::Completed);
    let held = bench
        .client
        .tell(&bench.owner, Kind::Anime, At::Entry(id), &fields, &target)
        .await
        .unwrap();
    let sent = json!({
        "ratingTwenty": null, "notes": null, "startedAt": null,
        "finishedAt": "2024-02-29T12:00:00.000Z",
    });
    assert_eq!(bench.sent(), [sent]);
    let said = held.native.0;
    assert_eq!((said.score, said.notes, said.started.year), (0, None, None));
    assert_eq!(said.finished.to_string(), "2024-02-29");
}

#[tokio::test]
async fn what_kitsu_has_no_place_for_is_not_sent() {
    let bench = Bench::start(works()).await;
    let id = bench.say(Kind::Manga, 11, &[status(Status::Current), progress(3)]);
    let fields =
        told(&[(Field::Volumes, Value::Count(Count::Of(2))), (Field::Started, date("2021-05"))]);
    let target = only(Status::Current);
    let held = bench
        .client
        .tell(&bench.owner, Kind::Manga, At::Entry(id), &fields, &target)
        .await
        .unwrap();
    assert_eq!(bench.sent(), Vec::<serde_json::Value>::new());
    assert_eq!(held.native.0.progress, Count::Of(3), "it is read as it is");
}

#[tokio::test]
async fn a_new_entry_is_made_in_one_request_private_from_the_start_and_without_empty_values() {
    let bench = Bench::start(works()).await;
    let target = Native(Entry { private: true, ..only(Status::OnHold).0 });
    let fields = told(&[
        progress(4),
        (Field::Score, Value::Number(0)),
        (Field::Notes, Value::Text(None)),
        (Field::Started, date("")),
        (Field::Repeating, Value::Flag(false)),
    ]);
    let held =
        bench.client.tell(&bench.owner, Kind::Anime, At::Work(11), &fields, &target).await.unwrap();
    assert_eq!(bench.sent(), [json!({"status": "on_hold", "progress": 4, "private": true})]);
    assert_eq!(bench.count(), 1);
    assert_eq!((held.native.0.status, held.native.0.private), (Status::OnHold, true));
    let listed = bench.client.list(&bench.owner, Kind::Anime).await.unwrap();
    assert_eq!(listed.rows.rows[0].entry, held.entry);
}

#[tokio::test]
async fn an_entry_that_is_there_already_is_changed_instead() {
    let bench = Bench::start(works()).await;
    let id =
        bench.say(Kind::Anime, 12, &[status(Status::Current), (Field::Score, Value::Number(9))]);
    let fields = told(&[status(Status::Current), progress(4)]);
    let target = only(Status::Current);
    let held =
        bench.client.tell(&bench.owner, Kind::Anime, At::Work(12), &fields, &target).await.unwrap();
    assert_eq!((held.entry, held.native.0.score), (id, 9));
    assert_eq!(held.native.0.progress, Count::Of(4));
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_entry() {
    let bench = Bench::start(works()).await;
    let (fields, target) = (told(&[progress(4)]), only(Status::Current));
    bench.demo.fail(Broken::new(Service::KITSU, Action::Reset).method("POST").applied());
    let tell = || bench.client.tell(&bench.owner, Kind::Anime, At::Work(11), &fields, &target);
    assert!(fault(tell().await).leaves_outcome_open());
    assert_eq!(tell().await.unwrap().native.0.progress, Count::Of(4));
    assert_eq!(bench.demo.world(|world, _| world.kitsu.entries.len()), 1);
}

#[tokio::test]
async fn what_kitsu_concludes_is_told_and_can_be_put_right() {
    let bench = Bench::start(works()).await;
    let id = bench.say(Kind::Anime, 11, &[status(Status::OnHold), progress(5)]);
    let target = Native(Entry { progress: Count::Of(6), ..only(Status::OnHold).0 });
    let tell = async |fields: &[(Field, Value)]| {
        let fields = told(fields);
        let tell = bench.client.tell(&bench.owner, Kind::Anime, At::Entry(id), &fields, &target);
        tell.await.unwrap().native.0
    };
    let held = tell(&[progress(6)]).await;
    assert_eq!((held.status, held.started.to_string()), (Status::Current, "2026-11-01".into()));
    let held = tell(&[status(Status::OnHold), (Field::Started, date(""))]).await;
    assert_eq!((held.status, held.progress), (Status::OnHold, Count::Of(6)));
    assert_eq!(held.started.year, None);
    let held = tell(&[progress(12)]).await;
    assert_eq!((held.status, held.finished.to_string()), (Status::Completed, "2026-11-01".into()));
}

#[tokio::test]
async fn what_kitsu_does_not_take_of_a_title_is_said_and_is_no_outage() {
    let bench = Bench::start(works()).await;
    let (one, two) = (
        bench.say(Kind::Anime, 11, &[status(Status::Current)]),
        bench.say(Kind::Anime, 12, &[status(Status::Current)]),
    );
    let target = only(Status::Current);
    let tell = async |at, fields: &[(Field, Value)]| {
        let fields = told(fields);
        bench.client.tell(&bench.owner, Kind::Anime, at, &fields, &target).await
    };
    assert_eq!(why(tell(At::Entry(one), &[progress(13)]).await), Why::KnowsFewer);
    assert_eq!(why(tell(At::Entry(two), &[progress(101)]).await), Why::TooMany);
    assert_eq!(why(tell(At::Work(99), &[progress(1)]).await), Why::NoSuchTitle);
    let score = (Field::Score, Value::Number(1));
    let refused = tell(At::Entry(one), std::slice::from_ref(&score)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Kitsu does not take the entry: ratingTwenty - must be greater than or equal to 2"
    );
    let repeats = (Field::Repeats, Value::Number(51));
    assert_eq!(why(tell(At::Entry(one), &[repeats]).await), Why::Value);
}

#[tokio::test]
async fn an_entry_that_is_gone_is_not_written_and_deleting_it_is_done() {
    let bench = Bench::start(works()).await;
    let id = bench.say(Kind::Anime, 11, &[status(Status::Current)]);
    assert_eq!(bench.client.delete(&bench.owner, id).await, Ok(Deleted::Now));
    assert_eq!(bench.client.delete(&bench.owner, id).await, Ok(Deleted::Before));
    let (fields, target) = (told(&[progress(1)]), only(Status::Current));
    let tell = bench.client.tell(&bench.owner, Kind::Anime, At::Entry(id), &fields, &target).await;
    assert_eq!(tell, Err(KitsuError::Gone));
    bench.demo.world(|world, _| world.kitsu.person.adult = "sfw".into());
    let owner = bench.again().await;
    assert_eq!(bench.client.delete(&owner, id).await, Ok(Deleted::NotShown));
}

#[tokio::test]
async fn a_deletion_may_be_answered_by_a_failure_that_means_gone() {
    let error = |detail: &str| json!({"errors": [{"status": "500", "title": "Internal", "detail": detail}]});
    let gone = error("Couldn't find LibraryEntry with 'id'=7");
    for (body, is_gone) in [(gone, true), (error("undefined method"), false)] {
        let server = Server::start(move |_, call| match call.path.as_str() {
            "/api/edge/users" => answer(200, super::myself()),
            _ => answer(500, body.clone()),
        })
        .await;
        let (client, owner) = super::at(&server);
        let deleted = client.delete(&owner, 7).await;
        if is_gone {
            assert_eq!(deleted, Ok(Deleted::Before));
        } else {
            assert_eq!(fault(deleted), Fault::Outage { status: 500 });
        }
    }
}

#[tokio::test]
async fn nobody_writes_and_that_is_a_sign_in_that_is_over() {
    let bench = Bench::start(works()).await;
    let id = bench.say(Kind::Anime, 11, &[status(Status::Current)]);
    bench.demo.world(|world, _| world.kitsu.tokens.forget_all());
    let (fields, target) = (told(&[progress(1)]), only(Status::Current));
    for at in [At::Entry(id), At::Work(12)] {
        let tell = bench.client.tell(&bench.owner, Kind::Anime, at, &fields, &target).await;
        assert_eq!(fault(tell), Fault::SignedOut);
    }
    assert_eq!(fault(bench.client.delete(&bench.owner, id).await), Fault::SignedOut);
    bench.demo.world(|world, _| world.kitsu.remove(id));
    assert_eq!(fault(bench.client.delete(&bench.owner, id).await), Fault::SignedOut);
}

#[tokio::test]
async fn an_answer_about_another_entry_is_no_answer() {
    let server =
        Server::start(|_, _| answer(200, json!({"data": super::odd::entry("8", &json!({}))})))
            .await;
    let (client, owner) = super::at(&server);
    let (fields, target) = (told(&[progress(1)]), only(Status::Current));
    let tell = client.tell(&owner, Kind::Anime, At::Entry(7), &fields, &target).await;
    assert!(matches!(fault(tell), Fault::UnexpectedBody { .. }));
}

pub(super) fn field() -> impl Strategy<Value = (Field, Value)> {
    let statuses =
        [Status::Planning, Status::Current, Status::Completed, Status::OnHold, Status::Dropped];
    let day = select(vec!["", "2021-05-03", "2024-02-29"]);
    prop_oneof![
        select(statuses.to_vec()).prop_map(status),
        (0_u32..14).prop_map(progress),
        (0_u32..22).prop_map(|score| (Field::Score, Value::Number(score))),
        (0_u32..52).prop_map(|repeats| (Field::Repeats, Value::Number(repeats))),
        any::<bool>().prop_map(|flag| (Field::Repeating, Value::Flag(flag))),
        any::<bool>().prop_map(|flag| (Field::Private, Value::Flag(flag))),
        day.clone().prop_map(|day| (Field::Started, date(day))),
        day.prop_map(|day| (Field::Finished, date(day))),
        select(vec![None, Some("a note".to_owned())])
            .prop_map(|text| (Field::Notes, Value::Text(text))),
    ]
}

/// What the core says that Kitsu makes of it.
fn expected(had: &Native, fields: &PerField<Value>) -> Option<Native> {
    let catalogue = Catalogue { total: Some(12), ..Catalogue::unknown(Kind::Anime) };
    let around = Around { catalogue, today: civil::date(2026, 11, 1) };
    (ListService::Kitsu.profile().rewrite)(Some(had), fields, around).ok()
}

#[test]
fn what_is_held_after_a_write_is_what_the_merge_expects() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(Bench::start(works()));
    bench.say(Kind::Anime, 11, &[status(Status::Planning)]);
    let config = ProptestConfig { cases: 128, ..ProptestConfig::default() };
    proptest!(config, |(fields in prop::collection::vec(field(), 1..4))| {
        let fields = told(&fields);
        let (before, told) = runtime.block_on(async {
            let before = bench.client.entry_of(&bench.owner, Kind::Anime, 11).await.unwrap().unwrap();
            let at = At::Entry(before.entry);
            let told = bench.client.tell(&bench.owner, Kind::Anime, at, &fields, &before.native).await;
            (before.native, told)
        });
        match (told, expected(&before, &fields)) {
            (Ok(held), Some(expected)) => prop_assert_eq!(held.native, expected),
            (Err(KitsuError::Refused(_)), None) => {}
            (told, expected) => prop_assert!(false, "{told:?} and not {expected:?}"),
        }
    });
    assert!(bench.sent().len() >= 128);
}
