use std::time::Duration;

use anilist_trakt_sync_connectors::kitsu::{Adult, KitsuError, RatingSystem};
use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Count, Entry, Field, Native, Value};
use anilist_trakt_sync_demo::world::{Kitsu, KitsuPerson, KitsuWork};
use jiff::tz::TimeZone;

use super::{Bench, date, fault, progress, status, works};

#[tokio::test]
async fn a_person_is_told_by_their_token() {
    let person = KitsuPerson { linked_mal: Some("other".into()), ..KitsuPerson::default() };
    let bench = Bench::start(Kitsu { person, ..works() }).await;
    let me = &bench.owner.person;
    assert_eq!((me.id, me.name.as_str(), me.slug.as_deref()), (6001, "Demo Person", Some("demo")));
    assert_eq!((me.adult, me.rating), (Adult::Everywhere, Some(RatingSystem::Regular)));
    assert_eq!(me.zone, TimeZone::get("Europe/Berlin").unwrap());
    let linked = bench.client.linked_mal(&bench.owner).await.unwrap().unwrap();
    assert_eq!((linked.name.as_deref(), linked.is_told), (Some("other"), true));
    assert!(!format!("{:?}", bench.owner).contains("demo-kitsu-access"));
}

#[tokio::test]
async fn an_entry_is_read_with_all_that_the_person_says_and_what_the_work_is() {
    let bench = Bench::start(works()).await;
    let id = bench.say(
        Kind::Anime,
        11,
        &[
            status(Status::OnHold),
            progress(5),
            (Field::Repeating, Value::Flag(true)),
            (Field::Repeats, Value::Number(2)),
            (Field::Score, Value::Number(17)),
            (Field::Started, date("2021-05-03")),
            (Field::Notes, Value::Text(Some("again".into()))),
            (Field::Private, Value::Flag(true)),
        ],
    );
    let listed = bench.client.list(&bench.owner, Kind::Anime).await.unwrap();
    assert!(listed.rows.whole);
    let [row] = &listed.rows.rows[..] else { panic!("{listed:?}") };
    assert_eq!((row.entry, row.kind, row.updated_at), (id, Kind::Anime, Some(bench.clock.now())));
    let expected = Entry {
        status: Status::OnHold,
        repeating: true,
        repeats: 2,
        progress: Count::Of(5),
        volumes: Count::Of(0),
        score: 17,
        started: "2021-05-03".parse().unwrap(),
        notes: Some("again".into()),
        private: true,
        ..Entry::default()
    };
    assert_eq!(row.native, Native(expected));
    assert_eq!((row.work.title.as_str(), row.work.ids.kitsu), ("Lighthouse", Some(11)));
    assert_eq!((row.work.max_progress, row.work.year), (Some(12), Some(2019)));
    assert_eq!(row.work.release_status.as_deref(), Some("finished"));
    let manga = bench.client.list(&bench.owner, Kind::Manga).await.unwrap();
    assert!(manga.rows.whole && manga.rows.rows.is_empty(), "each kind has a list of its own");
}

#[tokio::test]
async fn a_long_list_is_read_in_pages_each_entry_once() {
    let many = |kitsu: Kitsu, id| kitsu.with(KitsuWork::new(Kind::Manga, id, "Some", None));
    let bench = Bench::start((1..=450).fold(Kitsu::default(), many)).await;
    for work in 1..=450 {
        bench.say(Kind::Manga, work, &[status(Status::Planning)]);
    }
    let listed = bench.client.list(&bench.owner, Kind::Manga).await.unwrap();
    assert!(listed.rows.whole);
    assert_eq!((listed.rows.rows.len(), listed.left_out), (450, 0));
    assert_eq!(bench.stats().count_route(super::Service::KITSU, "GET /library-entries"), 3);
}

#[tokio::test]
async fn what_the_filter_hides_is_never_taken_for_deleted() {
    let bench = Bench::start(works()).await;
    let (shown, hidden) = (
        bench.say(Kind::Anime, 11, &[status(Status::Current)]),
        bench.say(Kind::Anime, 13, &[status(Status::Completed)]),
    );
    assert!(bench.client.list(&bench.owner, Kind::Anime).await.unwrap().rows.whole);
    bench.demo.world(|world, _| world.kitsu.person.adult = "sfw".into());
    let listed = bench.client.list(&bench.owner, Kind::Anime).await.unwrap();
    assert!(!listed.rows.whole, "the setting changed since the person was asked for");
    let owner = bench.again().await;
    let listed = bench.client.list(&owner, Kind::Anime).await.unwrap();
    let ids: Vec<u64> = listed.rows.rows.iter().map(|row| row.entry).collect();
    assert_eq!((ids, listed.rows.whole), (vec![shown], false));
    let entry = bench.client.entry(&owner, Kind::Anime, hidden).await;
    assert_eq!(entry, Err(KitsuError::Hidden));
    assert_eq!(bench.client.entry_of(&owner, Kind::Anime, 13).await, Err(KitsuError::Hidden));
    let gone = bench.client.entry_of(&owner, Kind::Anime, 12).await;
    assert_eq!(gone, Ok(None), "the work is shown, so an entry of it would be");
}

#[tokio::test]
async fn one_entry_is_read_by_itself_and_one_that_is_gone_is_none() {
    let bench = Bench::start(works()).await;
    let id = bench.say(Kind::Manga, 11, &[status(Status::Current), progress(7)]);
    let row = bench.client.entry(&bench.owner, Kind::Manga, id).await.unwrap().unwrap();
    assert_eq!((row.entry, row.native.0.progress), (id, Count::Of(7)));
    assert_eq!(row.work.title, "Sixteen Stairs");
    let by_work = bench.client.entry_of(&bench.owner, Kind::Manga, 11).await.unwrap();
    assert_eq!(by_work.as_ref(), Some(&row));
    assert_eq!(bench.client.entry_of(&bench.owner, Kind::Anime, 11).await, Ok(None));
    bench.demo.world(|world, _| world.kitsu.remove(id));
    assert_eq!(bench.client.entry(&bench.owner, Kind::Manga, id).await, Ok(None));
}

#[tokio::test]
async fn what_changed_is_read_by_itself_and_is_never_the_whole_list() {
    let bench = Bench::start(works()).await;
    bench.say(Kind::Anime, 11, &[status(Status::Current)]);
    bench.clock.advance(Duration::from_millis(1_500));
    let since = bench.clock.now();
    let changed = bench.say(Kind::Anime, 12, &[status(Status::Current)]);
    let listed = bench.client.changed(&bench.owner, Kind::Anime, since).await.unwrap();
    let ids: Vec<u64> = listed.rows.rows.iter().map(|row| row.entry).collect();
    assert_eq!((ids, listed.rows.whole), (vec![changed], false));
    let later = since + Duration::from_millis(1);
    let listed = bench.client.changed(&bench.owner, Kind::Anime, later).await.unwrap();
    assert_eq!(listed.rows.rows, []);
}

#[tokio::test]
async fn a_token_that_kitsu_does_not_know_is_a_sign_in_that_is_over_and_no_empty_list() {
    let bench = Bench::start(works()).await;
    let id =
        bench.say(Kind::Anime, 11, &[status(Status::Current), (Field::Private, Value::Flag(true))]);
    bench.demo.world(|world, _| world.kitsu.tokens.forget_all());
    assert_eq!(bench.client.me(&bench.owner.token).await.unwrap_err().fault, Fault::SignedOut);
    assert_eq!(fault(bench.client.list(&bench.owner, Kind::Anime).await), Fault::SignedOut);
    assert_eq!(fault(bench.client.entry(&bench.owner, Kind::Anime, id).await), Fault::SignedOut);
    assert_eq!(fault(bench.client.entry_of(&bench.owner, Kind::Anime, 11).await), Fault::SignedOut);
}

#[tokio::test]
async fn a_token_that_ended_is_refused() {
    let bench = Bench::start(works()).await;
    bench.demo.world(|world, _| world.kitsu.tokens.end_all());
    assert_eq!(fault(bench.client.list(&bench.owner, Kind::Anime).await), Fault::SignedOut);
    assert_eq!(bench.demo.stats().refused_tokens, 1);
}

#[tokio::test]
async fn dates_that_kitsu_fills_are_days_where_the_person_is() {
    let bench = Bench::start(works()).await;
    // 23:30 in UTC is half past midnight in Berlin.
    bench.clock.advance(Duration::from_mins(11 * 60 + 30));
    let id = bench.say(Kind::Anime, 11, &[status(Status::Current)]);
    let row = bench.client.entry(&bench.owner, Kind::Anime, id).await.unwrap().unwrap();
    assert_eq!(row.native.0.started, "2026-11-02".parse().unwrap());
}
