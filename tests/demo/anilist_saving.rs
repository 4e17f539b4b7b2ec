//! Changing the list of the imitated AniList, by the product's own client.

use anilist_trakt_sync::anilist::{AniListClient, SAVED_AT_ONCE, Telling, Unsaved};
use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::domain::{AnilistId, ListStatus};
use anilist_trakt_sync::library::{Kind, Status};
use anilist_trakt_sync::merge::{Count, Entry, Field, Native, PerField, Rows, Saved, Value};
use anilist_trakt_sync::outbound::{Limits, Outbound};
use secrecy::SecretString;
use serde_json::json;

use super::client::{Bench, entry, media, now, start};
use anilist_trakt_sync::demo::World;
use anilist_trakt_sync::demo::world::Oddity;

fn telling(title: u32, told: &[(Field, Value)]) -> Telling {
    let mut target = Native(Entry::default());
    for (field, value) in told {
        target.0.set(*field, value);
    }
    let told = told.iter().cloned().collect::<PerField<Value>>();
    Telling { title: AnilistId(title), kind: Kind::Anime, told, target }
}

fn is(status: Status) -> (Field, Value) {
    (Field::Status, Value::Status(status))
}

/// Titles 1 to 12 of twelve episodes, of which the person has the first on their list.
fn world() -> World {
    (1..=12).fold(World::default(), |world, id| {
        let listed = (id == 1).then(|| entry(id, ListStatus::Current, 5).updated(now()));
        world.with_media(media(id, Some(12)), listed)
    })
}

struct Here {
    bench: Bench,
    client: AniListClient,
    token: SecretString,
}

impl Here {
    async fn start() -> Self {
        let bench = start(world()).await;
        let outbound =
            Outbound::new(Limits::default(), Clock::Manual(bench.clock.clone())).unwrap();
        let client = AniListClient::new(outbound, bench.setting("ANILIST_API_URL").to_owned());
        let token = bench.setting("ANILIST_ACCESS_TOKEN").to_owned().into();
        Self { bench, client, token }
    }

    async fn save(&self, batch: &[Telling]) -> Vec<Result<Saved, Unsaved>> {
        self.client.save(&self.token, batch).await.unwrap()
    }
}

#[tokio::test]
async fn a_change_stands_on_the_list_and_leaves_the_rest_as_it_was() {
    let here = Here::start().await;
    let score = (Field::Score, Value::Number(83));
    let saved = here.save(&[telling(1, &[score])]).await.remove(0).unwrap();
    let entry = &saved.native.0;
    assert_eq!((entry.score, entry.progress, entry.status), (83, Count::Of(5), Status::Current));
    let listed = here.bench.demo.world(|world, _| world.list[0].clone());
    assert_eq!((listed.score, listed.progress), (83, 5));
    assert_eq!(listed.updated_at, saved.updated_at.unwrap().as_second());
}

#[tokio::test]
async fn dates_are_filled_with_today_and_the_progress_of_what_is_completed() {
    let here = Here::start().await;
    let saved = here.save(&[telling(2, &[is(Status::Completed)])]).await.remove(0).unwrap();
    let entry = &saved.native.0;
    assert_eq!((entry.progress, entry.finished.to_string()), (Count::Of(12), "2026-11-21".into()));
    let cleared = (Field::Finished, Value::Date("".parse().unwrap_or_default()));
    let saved = here.save(&[telling(2, &[cleared])]).await.remove(0).unwrap();
    assert_eq!(saved.native.0.finished.year, None);
}

#[tokio::test]
async fn one_title_that_is_unknown_does_not_hold_up_nine_others() {
    let here = Here::start().await;
    let ids = [2, 3, 4, 999, 5, 6, 7, 8, 9, 10];
    let batch = ids.map(|id| telling(id, &[is(Status::Planning)]));
    assert_eq!(batch.len(), SAVED_AT_ONCE);
    let saved = here.save(&batch).await;
    let refused: Vec<usize> = (0..10).filter(|place| saved[*place].is_err()).collect();
    assert_eq!(refused, [3]);
    assert_eq!(here.bench.demo.world(|world, _| world.list.len()), 10);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_may_be_deleted_again() {
    let here = Here::start().await;
    let id = here.bench.demo.world(|world, _| world.list[0].id());
    for _ in 0..2 {
        here.client.delete(&here.token, id.into()).await.unwrap();
        assert!(here.bench.demo.world(|world, _| world.list.is_empty()));
    }
}

#[tokio::test]
async fn nobody_else_changes_the_list() {
    let here = Here::start().await;
    let stranger = "another".to_owned().into();
    let told = [telling(1, &[is(Status::Dropped)])];
    assert!(here.client.save(&stranger, &told).await.is_err());
    let document = "mutation DeleteEntry($id: Int) { DeleteMediaListEntry(id: $id) { deleted } }";
    let body = json!({"query": document, "variables": {"id": 300_000_001}});
    let request = here.bench.http.post(here.bench.setting("ANILIST_API_URL")).json(&body);
    let request = request.header("user-agent", "test").header("referer", "https://anilist.co");
    assert_eq!(request.send().await.unwrap().status(), 401);
    let status = here.bench.demo.world(|world, _| world.list[0].status);
    assert_eq!(status, ListStatus::Current);
}

#[tokio::test]
async fn the_list_is_read_whole_by_titles_and_by_what_changed() {
    let here = Here::start().await;
    let (user, anime) = (501, Kind::Anime);
    let told: Vec<Telling> = (2..=4).map(|id| telling(id, &[is(Status::Planning)])).collect();
    here.save(&told).await;
    here.bench.clock.advance(std::time::Duration::from_mins(1));
    let since = here.save(&[telling(3, &[is(Status::OnHold)])]).await.remove(0).unwrap().updated_at;
    let Rows { rows, whole } = here.client.rows(&here.token, user, anime).await.unwrap();
    assert_eq!((rows.len(), whole), (4, true));
    assert_eq!(rows[0].work.max_progress, Some(12));

    let asked = [AnilistId(1), AnilistId(9)];
    let found = here.client.rows_of(&here.token, user, anime, &asked).await.unwrap();
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.work.ids.anilist, one.native.0.progress), (Some(AnilistId(1)), Count::Of(5)));

    here.bench.demo.world(|world, _| world.odd.insert(AnilistId(1), Oddity::Status));
    let odd = here.client.rows_of(&here.token, user, anime, &asked).await;
    assert!(odd.is_err(), "what cannot be read is there all the same");
    here.bench.demo.world(|world, _| world.odd.clear());

    let before = here.bench.demo.stats().requests.len();
    let changed = here.client.rows_since(&here.token, user, anime, since.unwrap()).await.unwrap();
    let [paused] = &changed[..] else { panic!("{changed:?}") };
    assert_eq!(paused.native.0.status, Status::OnHold);
    assert_eq!(here.bench.demo.stats().requests.len() - before, 1);
}
