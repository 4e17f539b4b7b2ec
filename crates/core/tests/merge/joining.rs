//! Which entries are the same work, and which only look so.

use anilist_trakt_sync_core::domain::{AnilistId, MalId};
use anilist_trakt_sync_core::library::{Ids, ItemId, Kind, RemoteId};
use anilist_trakt_sync_core::merge::{Known, ListService, What, Works, join};
use proptest::prelude::*;
use proptest::sample::select;

use ListService::{Anilist, Kitsu, Myanimelist};

fn ids(anilist: u32, mal: u32, kitsu: u32) -> Ids {
    let some = |id: u32| (id > 0).then_some(id);
    Ids {
        anilist: some(anilist).map(AnilistId),
        mal: some(mal).map(MalId),
        kitsu: some(kitsu),
        mangadex: None,
    }
}

fn entry(service: ListService, id: u64, ids: Ids) -> Known {
    Known { what: What::Entry(service, id), kind: Kind::Anime, ids, linked: None }
}

fn item(id: u64, ids: Ids) -> Known {
    Known { what: What::Item(ItemId(id)), kind: Kind::Anime, ids, linked: None }
}

/// The works as sets, so that their order does not matter.
fn works(all: &[Known]) -> Vec<Vec<What>> {
    let mut works: Vec<Vec<What>> = join(all).works.into_iter().map(|work| work.members).collect();
    for members in &mut works {
        members.sort_unstable();
    }
    works.sort_unstable();
    works
}

#[test]
fn entries_of_one_work_are_joined_over_each_others_ids() {
    let all = [
        entry(Anilist, 101, ids(101, 201, 0)),
        entry(Myanimelist, 201, ids(0, 201, 0)),
        entry(Kitsu, 9, ids(101, 0, 301)),
        item(1, ids(0, 0, 301)),
    ];
    let [work] = &join(&all).works[..] else { panic!("{:?}", join(&all)) };
    assert_eq!((work.members.len(), &work.ids), (4, &ids(101, 201, 301)));
}

#[test]
fn an_id_that_two_works_claim_joins_neither_and_is_told() {
    let all = [
        entry(Anilist, 101, ids(101, 201, 0)),
        entry(Anilist, 102, ids(102, 201, 0)),
        entry(Myanimelist, 201, ids(0, 201, 0)),
    ];
    let Works { works, contested } = join(&all);
    assert_eq!(works.len(), 3);
    assert!(works.iter().all(|work| work.ids.mal.is_none()), "{works:?}");
    let who = &contested[&(Kind::Anime, RemoteId::Mal(MalId(201)))];
    assert_eq!(who.len(), 3);
}

#[test]
fn works_of_two_kinds_share_no_number() {
    let manga = Known { kind: Kind::Manga, ..entry(Myanimelist, 201, ids(0, 201, 0)) };
    assert_eq!(works(&[manga, entry(Myanimelist, 201, ids(0, 201, 0))]).len(), 2);
}

#[test]
fn what_was_linked_stays_so_whatever_the_ids_say() {
    let linked = Known { linked: Some(ItemId(1)), ..entry(Myanimelist, 999, ids(0, 999, 0)) };
    let all = [item(1, ids(101, 201, 0)), linked];
    assert_eq!(works(&all).len(), 1);
}

#[test]
fn nothing_is_joined_by_a_chain_that_contradicts_itself() {
    let all = [
        entry(Anilist, 101, ids(101, 201, 0)),
        entry(Kitsu, 7, ids(0, 201, 301)),
        entry(Anilist, 102, ids(102, 0, 301)),
    ];
    assert_eq!(works(&all).iter().map(Vec::len).max(), Some(2), "{:?}", join(&all));
}

fn known() -> impl Strategy<Value = Vec<Known>> {
    let few = || select(vec![0u32, 1, 2, 3]);
    let one = (few(), few(), few(), 0usize..4);
    prop::collection::vec(one, 0..9).prop_map(|rows| {
        let known = (10u32..).zip(rows).map(|(own, (anilist, mal, kitsu, who))| {
            let id = u64::from(own);
            match who {
                0 => entry(Anilist, id, ids(own, mal, kitsu)),
                1 => entry(Myanimelist, id, ids(anilist, own, kitsu)),
                2 => entry(Kitsu, id, ids(anilist, mal, own)),
                _ => item(id, ids(anilist, mal, kitsu)),
            }
        });
        known.collect()
    })
}

proptest! {
    #![proptest_config(crate::histories(1_000))]

    #[test]
    fn no_work_is_two_at_a_service_and_every_entry_is_of_one(all in known()) {
        let found = join(&all);
        let members: usize = found.works.iter().map(|work| work.members.len()).sum();
        prop_assert_eq!(members, all.len());
        for work in &found.works {
            let of = |what: &What| &all.iter().find(|known| known.what == *what).unwrap().ids;
            for one in &work.members {
                for other in &work.members {
                    let apart = of(one).without(|id| found.contested.contains_key(&(Kind::Anime, id.clone())));
                    let also = of(other).without(|id| found.contested.contains_key(&(Kind::Anime, id.clone())));
                    prop_assert!(!apart.contradicts(&also), "{:?}", work);
                }
            }
        }
    }

    #[test]
    fn a_contested_id_is_of_no_work(all in known()) {
        let found = join(&all);
        for work in &found.works {
            for id in work.ids.all() {
                prop_assert!(!found.contested.contains_key(&(Kind::Anime, id)));
            }
        }
    }
}
