//! `MyAnimeList`, against its imitation: what is read of lists.

mod odd;
mod sign_in;
mod write;

use std::time::Duration;

use anilist_trakt_sync_connectors::clock::{Clock, ManualClock};
use anilist_trakt_sync_connectors::mal::{LANE, MalClient, MalSettings, Person, paces};
use anilist_trakt_sync_connectors::outbound::{Fault, Limits, Outbound};
use anilist_trakt_sync_core::domain::{MalId, Service};
use anilist_trakt_sync_core::library::{Kind, Origin, Status};
use anilist_trakt_sync_core::merge::{Count, Native};
use anilist_trakt_sync_demo::world::{Again, Mal, MalEntry, MalTitle, Shade};
use anilist_trakt_sync_demo::{Action, Demo, Fault as DemoFault, World};
use jiff::Timestamp;
use secrecy::SecretString;

use super::support::{fault, no_limits};

/// The imitation, a client of it, and the person's token.
struct Bench {
    demo: Demo,
    clock: ManualClock,
    client: MalClient,
    token: SecretString,
}

fn noon() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

/// So many minutes before noon.
fn before(minutes: i64) -> Timestamp {
    noon() - jiff::SignedDuration::from_mins(minutes)
}

async fn bench(make: impl FnOnce(&mut Mal)) -> Bench {
    let clock = ManualClock::new(noon());
    let mut world = World::default();
    make(&mut world.mal);
    let demo = Demo::start(world, clock.teller()).await.unwrap();
    let outbound = Outbound::new(no_limits(), Clock::Manual(clock.clone())).unwrap();
    let client = MalClient::new(outbound, format!("{}/mal", demo.url()), None);
    let token = SecretString::from(Mal::default().access_token);
    Bench { demo, clock, client, token }
}

/// Puts an anime of twelve episodes on the list.
fn anime(mal: &mut Mal, id: u32, entry: MalEntry) {
    mal.titles.insert((Kind::Anime, id), MalTitle::new(format!("Title {id:05}"), 12));
    mal.entries.insert((Kind::Anime, id), entry);
}

/// So many anime, of which the first changed last.
fn many(mal: &mut Mal, count: u32) {
    for id in 1..=count {
        anime(mal, id, MalEntry::new(Status::Completed, 12, before(i64::from(id))));
    }
}

impl Bench {
    async fn natives(&self, kind: Kind) -> Vec<(u64, Native)> {
        let listed = self.client.list(&self.token, kind).await.unwrap();
        listed.rows.rows.into_iter().map(|row| (row.entry, row.native)).collect()
    }

    fn requests(&self) -> usize {
        self.demo.stats().count(Service::MYANIMELIST)
    }

    fn addresses(&self) -> Vec<String> {
        self.demo.stats().requests.into_iter().map(|seen| seen.address).collect()
    }
}

#[tokio::test]
async fn a_token_says_whose_it_is() {
    let bench = bench(|_| {}).await;
    let me = bench.client.me(&bench.token).await.unwrap();
    let zone = Some("Europe/Paris".to_owned());
    assert_eq!(me, Person { id: 701, name: "demo".to_owned(), time_zone: zone });
}

#[tokio::test]
async fn a_list_is_read_with_all_that_comes_only_where_it_is_asked_for() {
    let bench = bench(|mal| {
        let mut entry = MalEntry::new(Status::Completed, 31, before(5));
        entry.native.0.repeats = 2;
        entry.native.0.volumes = Count::Of(4);
        entry.native.0.score = 9;
        entry.native.0.started = "2020".parse().unwrap();
        entry.native.0.finished = "2020-05-01".parse().unwrap();
        entry.native.0.notes = Some("wide".to_owned());
        let title = MalTitle { volumes: 4, ..MalTitle::new("The Lighthouse", 31) };
        mal.titles.insert((Kind::Manga, 7), title);
        mal.entries.insert((Kind::Manga, 7), entry);
    })
    .await;
    let listed = bench.client.list(&bench.token, Kind::Manga).await.unwrap();
    let kept = bench.demo.world(|world, _| world.mal.entries[&(Kind::Manga, 7)].clone());
    assert!(listed.rows.whole && listed.unread.is_empty());
    let [row] = &listed.rows.rows[..] else { panic!("{listed:?}") };
    assert_eq!((row.entry, row.kind, &row.native), (7, Kind::Manga, &kept.native));
    assert_eq!(row.updated_at, Some(before(5)));
    let work = &row.work;
    assert_eq!((work.title.as_str(), work.ids.mal), ("The Lighthouse", Some(MalId(7))));
    assert_eq!((work.max_progress, work.max_volumes, work.year), (Some(31), Some(4), Some(2019)));
    assert_eq!(work.release_status.as_deref(), Some("finished"));
    assert_eq!(bench.natives(Kind::Anime).await, []);
}

#[tokio::test]
async fn no_title_is_left_out_for_its_shade_or_its_status() {
    let bench = bench(|mal| {
        for (id, shade) in [(1, Shade::White), (2, Shade::Gray), (3, Shade::Black)] {
            anime(mal, id, MalEntry::new(Status::Completed, 12, noon()));
            let title = MalTitle { shade, ..MalTitle::new(format!("{id}"), 0) };
            mal.titles.insert((Kind::Anime, id), title);
        }
    })
    .await;
    assert_eq!(bench.natives(Kind::Anime).await.len(), 3);
    let addresses = bench.addresses();
    assert!(addresses.iter().all(|one| one.contains("nsfw=true") && !one.contains("status=")));
}

#[tokio::test]
async fn watched_again_is_read_however_a_program_writes_it() {
    let statuses = [
        (1, Status::Current, Again::Completed),
        (2, Status::Current, Again::Watching),
        (3, Status::OnHold, Again::Watching),
        (4, Status::Dropped, Again::Watching),
    ];
    let bench = bench(|mal| {
        for (id, status, again) in statuses {
            let mut entry = MalEntry { again, ..MalEntry::new(status, 3, noon()) };
            entry.native.0.repeating = true;
            anime(mal, id, entry);
        }
        anime(mal, 5, MalEntry::new(Status::Planning, 0, noon()));
    })
    .await;
    let read = bench.natives(Kind::Anime).await;
    for ((id, native), (_, status, _)) in read.iter().zip(statuses) {
        assert_eq!((native.0.status, native.0.repeating), (status, true), "{id}");
    }
    assert_eq!((read[4].1.0.status, read[4].1.0.repeating), (Status::Planning, false));
}

#[tokio::test]
async fn a_long_list_is_read_in_pages_and_a_row_that_comes_twice_is_kept_once() {
    let bench = bench(|mal| many(mal, 2_001)).await;
    let listed = bench.client.list(&bench.token, Kind::Anime).await.unwrap();
    assert_eq!((listed.rows.rows.len(), listed.rows.whole, bench.requests()), (2_001, true, 3));
    let mut ids: Vec<u64> = listed.rows.rows.iter().map(|row| row.entry).collect();
    ids.dedup();
    assert_eq!(ids.len(), 2_001);
}

#[tokio::test]
async fn the_next_page_is_asked_of_our_own_address_alone() {
    let stranger = super::support::Server::start(|_, _| "{}").await;
    let elsewhere = stranger.url.clone();
    let bench = bench(|mal| {
        many(mal, 1_500);
        mal.pages_at = Some(elsewhere);
    })
    .await;
    let listed = bench.client.list(&bench.token, Kind::Anime).await.unwrap();
    assert_eq!((listed.rows.rows.len(), listed.rows.whole), (1_500, true));
    assert_eq!(stranger.calls().len(), 0);
}

#[tokio::test]
async fn what_changed_lately_takes_one_request() {
    let bench = bench(|mal| many(mal, 1_500)).await;
    let listed = bench.client.changed(&bench.token, Kind::Anime, before(3)).await.unwrap();
    let ids: Vec<u64> = listed.rows.rows.iter().map(|row| row.entry).collect();
    assert_eq!((ids, listed.rows.whole, bench.requests()), (vec![1, 2, 3], false, 1));
    let address = &bench.addresses()[0];
    assert!(address.contains("sort=list_updated_at") && address.contains("nsfw=true"));
}

#[tokio::test]
async fn what_changed_goes_over_as_many_pages_as_it_takes() {
    let bench = bench(|mal| many(mal, 1_500)).await;
    for (since, expected, requests) in [(99, 99, 1), (100, 100, 2), (1_200, 1_200, 3)] {
        bench.demo.reset_stats();
        let listed = bench.client.changed(&bench.token, Kind::Anime, before(since)).await.unwrap();
        assert_eq!((listed.rows.rows.len(), bench.requests()), (expected, requests), "{since}");
    }
    let all = bench.client.changed(&bench.token, Kind::Anime, Timestamp::UNIX_EPOCH).await;
    assert_eq!(all.unwrap().rows.rows.len(), 1_500);
}

#[tokio::test]
async fn one_entry_is_read_by_itself_and_one_that_is_not_there_is_none() {
    let bench = bench(|mal| {
        anime(mal, 1, MalEntry::new(Status::Current, 3, before(1)));
        mal.titles.insert((Kind::Anime, 2), MalTitle::new("Not on the list", 12));
    })
    .await;
    let entry = async |id| bench.client.entry(&bench.token, Kind::Anime, MalId(id)).await.unwrap();
    let listed = bench.client.list(&bench.token, Kind::Anime).await.unwrap().rows.rows;
    assert_eq!(entry(1).await.as_ref(), listed.first(), "a row of a list says the same");
    assert_eq!(entry(2).await, None);
    assert_eq!(entry(3).await, None, "there is no such title");
}

#[tokio::test]
async fn a_page_of_the_edge_pauses_the_service_and_signs_nobody_out() {
    let bench = bench(|mal| many(mal, 1)).await;
    for (status, expected) in [
        (403, Fault::Blocked),
        (401, Fault::Blocked),
        (404, Fault::Blocked),
        (429, Fault::RateLimited { until: noon() + Duration::from_mins(1) }),
    ] {
        let broken = DemoFault::new(Service::MYANIMELIST, Action::Html { status }).times(u32::MAX);
        bench.demo.fail(broken);
        let entry = bench.client.entry(&bench.token, Kind::Anime, MalId(1)).await;
        assert_eq!(fault(entry), expected, "an entry is not gone because of it");
        bench.demo.heal();
    }
    bench.clock.advance(Duration::from_mins(2));
    bench.demo.fail(DemoFault::new(Service::MYANIMELIST, Action::Html { status: 200 }).times(2));
    let listed = fault(bench.client.list(&bench.token, Kind::Anime).await);
    assert!(matches!(listed, Fault::UnexpectedBody { .. }), "{listed:?}");
    assert!(bench.client.delete(&bench.token, Kind::Anime, MalId(1)).await.is_err());
}

#[tokio::test]
async fn a_dead_token_says_so_and_is_in_no_error() {
    let bench = bench(|mal| many(mal, 1)).await;
    bench.demo.expire_mal_tokens();
    let error = bench.client.list(&bench.token, Kind::Anime).await.unwrap_err();
    assert_eq!(error.fault, Fault::SignedOut);
    assert_eq!(bench.requests(), 1, "it is not tried again");
    let shown = format!("{error} {error:?} {:?} {:?}", bench.client, bench.token);
    assert!(!shown.contains(&Mal::default().access_token), "{shown}");
}

#[tokio::test]
async fn a_list_that_breaks_off_half_way_is_no_list() {
    let bench = bench(|mal| {
        many(mal, 1_500);
        mal.access_token_seconds = 86_400;
    })
    .await;
    let second = || DemoFault::new(Service::MYANIMELIST, Action::Truncate).path("offset=1000");
    bench.demo.fail(second().times(u32::MAX));
    assert!(bench.client.list(&bench.token, Kind::Anime).await.is_err());
    bench.demo.heal();
    bench.clock.advance(Duration::from_hours(1));
    bench.demo.fail(second());
    let again = bench.client.list(&bench.token, Kind::Anime).await.unwrap();
    assert_eq!((again.rows.rows.len(), again.rows.whole), (1_500, true), "a page is asked again");
}

#[tokio::test]
async fn titles_are_found_by_text_and_id() {
    let bench = bench(|mal| {
        many(mal, 3);
        let black = MalTitle { shade: Shade::Black, ..MalTitle::new("Title black", 1) };
        mal.titles.insert((Kind::Anime, 9), black);
    })
    .await;
    let search =
        async |text: &str| bench.client.search(&bench.token, Kind::Anime, text, 2).await.unwrap();
    let found = search("title").await;
    assert!(found.iter().all(|one| one.origin == Origin::Myanimelist && one.kind == Kind::Anime));
    let ids: Vec<_> = found.iter().filter_map(|one| one.work.ids.mal).collect();
    assert_eq!(ids, [MalId(1), MalId(2)]);
    assert_eq!(search("black").await, []);
    bench.demo.reset_stats();
    assert_eq!((search("ti").await, bench.requests()), (vec![], 0), "too short to be looked for");
    let long: String = "灯台".repeat(40);
    assert_eq!(search(&long).await, [], "it is cut between two characters");
    let work = async |id| bench.client.work(&bench.token, Kind::Anime, MalId(id)).await.unwrap();
    assert_eq!(work(2).await.map(|found| found.work.max_progress), Some(Some(12)));
    assert_eq!(work(404).await, None);
}

#[tokio::test]
async fn no_more_requests_go_out_in_a_minute_than_are_allowed() {
    let settings = MalSettings {
        url: "http://127.0.0.1:1".parse().unwrap(),
        auth_url: "http://127.0.0.1:1".parse().unwrap(),
        app: None,
        rate_per_minute: 2,
        user_agent: Some("a name of its own".to_owned()),
    };
    let demo = bench(|mal| many(mal, 1)).await.demo;
    let paces = paces(&settings);
    let limits = Limits { paces, patience: Duration::ZERO, ..no_limits() };
    let clock = ManualClock::new(noon());
    let outbound = Outbound::new(limits, Clock::Manual(clock)).unwrap();
    let client = MalClient::new(outbound, format!("{}/mal", demo.url()), settings.user_agent);
    let token = SecretString::from(Mal::default().access_token);
    for _ in 0..2 {
        client.me(&token).await.unwrap();
    }
    assert!(matches!(fault(client.me(&token).await), Fault::RateLimited { .. }));
    assert_eq!((demo.stats().requests.len(), LANE.name()), (2, "my_anime_list"));
}
