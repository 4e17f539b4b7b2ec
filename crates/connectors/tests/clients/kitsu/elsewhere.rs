//! The same client against any other imitation of Kitsu: whoever has one names it in `KITSU_URL`, and a person who has an
//! account there in `KITSU_USERNAME` and `KITSU_PASSWORD`. Their list is changed by this.

use anilist_trakt_sync_connectors::clock::Clock;
use anilist_trakt_sync_connectors::kitsu::{
    At, Deleted, KitsuClient, KitsuError, Owner, Site, sign_in,
};
use anilist_trakt_sync_connectors::outbound::Outbound;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{
    Around, Catalogue, Count, Entry, Field, ListService, Native, PerField, Row, Value,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::writes::field;
use super::{progress, told};
use crate::support::no_limits;

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not of the product")]
fn named(name: &str) -> String {
    std::env::var(name).unwrap()
}

async fn signed_in() -> (KitsuClient, Owner) {
    let outbound = Outbound::new(no_limits(), Clock::System).unwrap();
    let site = named("KITSU_URL").parse().unwrap();
    let password = named("KITSU_PASSWORD").into();
    let flow = sign_in(&outbound, &site);
    let first = flow.sign_in(&named("KITSU_USERNAME"), &password).await.unwrap();
    let token = flow.refresh(&first.refresh_token).await.unwrap().access_token;
    let client = KitsuClient::new(outbound, &site);
    let person = client.me(&token).await.unwrap();
    (client, Owner { token, person })
}

/// What the core says that Kitsu makes of it.
fn expected(row: &Row, fields: &PerField<Value>, owner: &Owner) -> Option<Native> {
    let total = row.work.max_progress;
    let catalogue = Catalogue { total, ..Catalogue::unknown(row.kind) };
    let today = Clock::System.now().to_zoned(owner.person.zone.clone()).date();
    let around = Around { catalogue, today };
    (ListService::Kitsu.profile().rewrite)(Some(&row.native), fields, around).ok()
}

#[tokio::test]
#[ignore = "needs another imitation of Kitsu"]
async fn another_imitation_agrees_with_ours_about_every_write() {
    let (client, owner) = signed_in().await;
    let mut runner = TestRunner::deterministic();
    for kind in [Kind::Anime, Kind::Manga] {
        let listed = client.list(&owner, kind).await.unwrap();
        assert_eq!(listed.rows.whole, !owner.person.adult.may_hide_entries());
        assert_eq!(listed.left_out, 0);
        for mut row in listed.rows.rows {
            for _ in 0..4 {
                let fields = prop::collection::vec(field(), 1..4).new_tree(&mut runner).unwrap();
                let fields = told(&fields.current());
                let at = At::Entry(row.entry);
                let held = client.tell(&owner, kind, at, &fields, &row.native).await;
                match (held, expected(&row, &fields, &owner)) {
                    (Ok(held), Some(expected)) => {
                        assert_eq!(held.native, expected, "{:?} told {fields:?}", row.native);
                        row = client.entry(&owner, kind, row.entry).await.unwrap().unwrap();
                        assert_eq!(held.native, row.native);
                        assert_eq!(held.updated_at, row.updated_at);
                    }
                    (Err(KitsuError::Refused(_)), None) => {}
                    (held, expected) => panic!("{held:?} and not {expected:?}: {fields:?}"),
                }
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs another imitation of Kitsu"]
async fn another_imitation_makes_and_removes_entries_alike() {
    let (client, owner) = signed_in().await;
    let listed = client.list(&owner, Kind::Anime).await.unwrap();
    let row = &listed.rows.rows[0];
    let work = row.work.ids.kitsu.unwrap();
    let since = Clock::System.now();
    assert_eq!(client.delete(&owner, row.entry).await, Ok(Deleted::Now));
    assert_ne!(client.delete(&owner, row.entry).await, Ok(Deleted::Now));
    assert_eq!(client.entry_of(&owner, Kind::Anime, work).await, Ok(None));
    let target = Native(Entry { status: Status::Dropped, private: true, ..Entry::default() });
    let fields = told(&[progress(1), (Field::Score, Value::Number(0))]);
    let held = client.tell(&owner, Kind::Anime, At::Work(work), &fields, &target).await.unwrap();
    assert_eq!((held.native.0.status, held.native.0.private), (Status::Dropped, true));
    assert_eq!(held.native.0.progress, Count::Of(1));
    let again = client.tell(&owner, Kind::Anime, At::Work(work), &fields, &target).await.unwrap();
    assert_eq!(again.entry, held.entry);
    let changed = client.changed(&owner, Kind::Anime, since).await.unwrap();
    let ids: Vec<u64> = changed.rows.rows.iter().map(|row| row.entry).collect();
    assert_eq!(ids, [held.entry]);
    let found = client.works(&owner, Kind::Anime, &[work]).await.unwrap();
    assert_eq!(found[0].work.ids.kitsu, Some(work));
    let mal = found[0].work.ids.mal.unwrap().0;
    let mapped = client.mapped(&owner, Kind::Anime, Site::Myanimelist, &[mal]).await.unwrap();
    assert!(mapped.iter().any(|row| row.work == work && row.external == mal));
    client.linked_mal(&owner).await.unwrap();
}
