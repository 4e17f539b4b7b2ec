//! Where entries were placed, and the versions of the shows that this rests on.

use std::collections::HashMap;

use anilist_trakt_sync_core::domain::{
    AnilistId, PlacementRow, ShowVersion, StoredShow, TraktShowId,
};
use anilist_trakt_sync_store::{Placements as _, Records as _, Shows as _, Store, Write, keys};

use crate::backends::{self, Place, Way, new_prefix};
use crate::front::Front;
use crate::samples::{
    evidence, me, moment, place, placement, show, someone_else, sparse_placement,
};
use crate::server::is_installed;

on_every_backend! {
    placements_are_read_back_as_they_were,
    only_the_placements_that_are_asked_for_are_given,
    every_placement_says_how_far_it_can_be_trusted,
    a_placement_and_its_evidence_are_replaced_as_a_whole,
    a_removed_placement_takes_its_evidence_along,
    placements_of_another_account_are_not_seen,
    an_account_with_nothing_but_a_placement_is_known,
    placements_outlive_the_handle_that_wrote_them,
    a_placement_comes_with_the_other_changes_or_not_at_all,
    a_placement_of_a_thousand_episodes_is_read_back,
    the_placements_of_a_long_list_go_into_one_write,
    a_placement_that_cannot_be_read_is_named,
    all_placements_come_with_their_evidence_in_order_of_their_ids,
    a_shows_version_follows_it,
    a_show_stored_before_versions_were_kept_has_none,
    a_version_that_cannot_be_read_is_named,
}

/// How many entries a long list has.
const MANY: u32 = 3700;

fn ids(ids: impl IntoIterator<Item = u32>) -> Vec<AnilistId> {
    ids.into_iter().map(AnilistId).collect()
}

fn by_id(rows: impl IntoIterator<Item = PlacementRow>) -> HashMap<AnilistId, PlacementRow> {
    rows.into_iter().map(|row| (row.anilist_id, row)).collect()
}

async fn write(store: &dyn Store, rows: impl IntoIterator<Item = PlacementRow>) {
    store.write(&me(), rows.into_iter().map(place).collect()).await.unwrap();
}

async fn placements_are_read_back_as_they_were(place: Place) {
    let store = place.open().await;
    let rows = [placement(1), sparse_placement(2)];
    write(&*store, rows.clone()).await;
    assert_eq!(store.placements(&me(), &ids([1, 2])).await.unwrap(), by_id(rows));
    assert_eq!(store.evidence(&me(), AnilistId(2)).await.unwrap(), Some(evidence(2)));
}

async fn only_the_placements_that_are_asked_for_are_given(place: Place) {
    let store = place.open().await;
    write(&*store, (1..=5).map(placement)).await;
    let found = store.placements(&me(), &ids([2, 4, 9])).await.unwrap();
    assert_eq!(found, by_id([placement(2), placement(4)]));
    assert!(store.placements(&me(), &[]).await.unwrap().is_empty());
    assert_eq!(store.evidence(&me(), AnilistId(9)).await.unwrap(), None);
}

async fn every_placement_says_how_far_it_can_be_trusted(place: Place) {
    let store = place.open().await;
    let rows = [placement(1), sparse_placement(2)];
    let expected: HashMap<_, _> = rows.iter().map(|row| (row.anilist_id, row.verdict)).collect();
    write(&*store, rows).await;
    store.write(&someone_else(), vec![crate::samples::place(placement(3))]).await.unwrap();
    assert_eq!(store.verdicts(&me()).await.unwrap(), expected);
}

async fn a_placement_and_its_evidence_are_replaced_as_a_whole(place: Place) {
    let store = place.open().await;
    write(&*store, [placement(1), placement(2)]).await;
    let change = Write::Placement { row: sparse_placement(1), evidence: "{}".into() };
    store.write(&me(), vec![change]).await.unwrap();
    let expected = by_id([sparse_placement(1), placement(2)]);
    assert_eq!(store.placements(&me(), &ids([1, 2])).await.unwrap(), expected);
    assert_eq!(store.evidence(&me(), AnilistId(1)).await.unwrap().as_deref(), Some("{}"));
    assert_eq!(store.evidence(&me(), AnilistId(2)).await.unwrap(), Some(evidence(2)));
}

async fn a_removed_placement_takes_its_evidence_along(place: Place) {
    let store = place.open().await;
    write(&*store, [placement(1), placement(2)]).await;
    let removals = [1, 3].map(|id| Write::RemovePlacement(AnilistId(id)));
    store.write(&me(), removals.to_vec()).await.unwrap();
    let left = store.placements(&me(), &ids([1, 2])).await.unwrap();
    assert_eq!(left, by_id([placement(2)]));
    assert_eq!(store.evidence(&me(), AnilistId(1)).await.unwrap(), None);
    assert_eq!(store.all_placements(&me()).await.unwrap(), [(placement(2), evidence(2))]);
}

async fn placements_of_another_account_are_not_seen(place: Place) {
    let store = place.open().await;
    write(&*store, [placement(1), placement(2)]).await;
    let theirs = Write::Placement { row: sparse_placement(1), evidence: "[]".into() };
    store.write(&someone_else(), vec![theirs]).await.unwrap();
    let of_both = by_id([placement(1), placement(2)]);
    assert_eq!(store.placements(&me(), &ids([1, 2])).await.unwrap(), of_both);
    let found = store.placements(&someone_else(), &ids([1, 2])).await.unwrap();
    assert_eq!(found, by_id([sparse_placement(1)]));
    assert_eq!(store.evidence(&someone_else(), AnilistId(2)).await.unwrap(), None);
    let removal = Write::RemovePlacement(AnilistId(1));
    store.write(&someone_else(), vec![removal]).await.unwrap();
    assert_eq!(store.placements(&me(), &ids([1, 2])).await.unwrap(), of_both);
    assert_eq!(store.evidence(&me(), AnilistId(1)).await.unwrap(), Some(evidence(1)));
}

async fn an_account_with_nothing_but_a_placement_is_known(place: Place) {
    let store = place.open().await;
    store.write(&someone_else(), vec![crate::samples::place(placement(1))]).await.unwrap();
    assert!(store.accounts().await.unwrap().contains(&someone_else()));
}

async fn placements_outlive_the_handle_that_wrote_them(place: Place) {
    let store = place.open().await;
    write(&*store, [placement(1)]).await;
    drop(store);
    let store = place.open().await;
    assert_eq!(store.placements(&me(), &ids([1])).await.unwrap(), by_id([placement(1)]));
    assert_eq!(store.evidence(&me(), AnilistId(1)).await.unwrap(), Some(evidence(1)));
}

async fn a_placement_comes_with_the_other_changes_or_not_at_all(place: Place) {
    let store = place.open().await;
    let writes = vec![crate::samples::place(placement(1)), Write::Show(show(5, 2))];
    let done = store.write_if(&me(), keys::LAST_RUN, Some("then"), writes.clone()).await.unwrap();
    assert!(!done);
    assert!(store.placements(&me(), &ids([1])).await.unwrap().is_empty());
    assert!(store.show_versions(&[TraktShowId(5)]).await.unwrap().is_empty());
    assert!(store.write_if(&me(), keys::LAST_RUN, None, writes).await.unwrap());
    assert_eq!(store.placements(&me(), &ids([1])).await.unwrap().len(), 1);
    assert_eq!(store.show_versions(&[TraktShowId(5)]).await.unwrap().len(), 1);
}

async fn a_placement_of_a_thousand_episodes_is_read_back(place: Place) {
    let store = place.open().await;
    let episode_ids = placement(1).episode_ids.repeat(100);
    let long = PlacementRow { episode_ids, ..placement(1) };
    write(&*store, [long.clone()]).await;
    assert_eq!(store.placements(&me(), &ids([1])).await.unwrap(), by_id([long]));
}

async fn the_placements_of_a_long_list_go_into_one_write(place: Place) {
    let store = place.open().await;
    write(&*store, (1..=MANY).map(placement)).await;
    let asked = (1..=2 * MANY).rev().step_by(3);
    let expected = by_id(asked.clone().filter(|id| *id <= MANY).map(placement));
    let found = store.placements(&me(), &ids(asked)).await.unwrap();
    assert!(found == expected, "{} of {}", found.len(), expected.len());
    assert_eq!(store.evidence(&me(), AnilistId(MANY)).await.unwrap(), Some(evidence(MANY)));
}

async fn a_placement_that_cannot_be_read_is_named(place: Place) {
    let store = place.open().await;
    write(&*store, [placement(1), placement(21)]).await;
    let damage = "UPDATE placements SET shows = '{' WHERE anilist_id = 21";
    place.damage(damage, &["HSET", "placements", "21", "{"]);
    let sentence = store.placements(&me(), &ids([1, 21])).await.unwrap_err().to_string();
    assert!(sentence.contains("placements 21 cannot be read: "), "{sentence}");
    let found = store.placements(&me(), &ids([1])).await.unwrap();
    assert_eq!(found, by_id([placement(1)]), "the others are not touched");
}

async fn all_placements_come_with_their_evidence_in_order_of_their_ids(place: Place) {
    let store = place.open().await;
    write(&*store, [30, 4, 200].map(placement)).await;
    let removed = "DELETE FROM placement_evidence WHERE anilist_id = 30";
    place.damage(removed, &["HDEL", "placements:evidence", "30"]);
    let expected = [
        (placement(4), evidence(4)),
        (placement(30), "null".to_owned()),
        (placement(200), evidence(200)),
    ];
    assert_eq!(store.all_placements(&me()).await.unwrap(), expected);
}

async fn a_shows_version_follows_it(place: Place) {
    let store = place.open().await;
    let asked = [TraktShowId(1), TraktShowId(2), TraktShowId(3)];
    store.write(&me(), vec![Write::Show(show(1, 12)), Write::Show(show(2, 12))]).await.unwrap();
    let before = store.show_versions(&asked).await.unwrap();
    let version = |stored: &StoredShow| ShowVersion {
        fetched_at: stored.fetched_at,
        digest: stored.show.digest(),
    };
    let expected = [1, 2].map(|id| (TraktShowId(id), version(&show(id, 12))));
    assert_eq!(before, HashMap::from(expected));
    let later = StoredShow { fetched_at: moment(60), ..show(1, 12) };
    store.write(&me(), vec![Write::Show(later), Write::Show(show(2, 13))]).await.unwrap();
    let after = store.show_versions(&asked).await.unwrap();
    let moved = ShowVersion { fetched_at: moment(60), ..before[&asked[0]] };
    assert_eq!(after, HashMap::from([(asked[0], moved), (asked[1], version(&show(2, 13)))]));
    let text = store.config(&someone_else(), &["trakt:show:1:version"]).await.unwrap();
    assert_eq!(text, [Some(format!("{} {}", moment(60), moved.digest))], "everybody's");
    assert!(store.show_versions(&[]).await.unwrap().is_empty());
}

async fn a_show_stored_before_versions_were_kept_has_none(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![Write::Show(show(1, 2)), Write::Show(show(2, 2))]).await.unwrap();
    let key = "trakt:show:1:version";
    place.damage(&format!("DELETE FROM system_config WHERE key = '{key}'"), &["DEL", key]);
    let asked = [TraktShowId(1), TraktShowId(2)];
    let versions = store.show_versions(&asked).await.unwrap();
    assert_eq!(versions.into_keys().collect::<Vec<_>>(), [TraktShowId(2)]);
    assert_eq!(store.shows(&asked).await.unwrap().len(), 2);
}

async fn a_version_that_cannot_be_read_is_named(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![Write::Show(show(1, 2))]).await.unwrap();
    let key = "trakt:show:1:version";
    let damage = format!("UPDATE system_config SET value = 'new' WHERE key = '{key}'");
    place.damage(&damage, &["SET", key, "new"]);
    let sentence = store.show_versions(&[TraktShowId(1)]).await.unwrap_err().to_string();
    assert!(sentence.contains(&format!("{key} cannot be read: ")), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_placements_of_a_long_list_need_few_round_trips_over_tcp() {
    if is_installed() {
        costs(&Way::Tcp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_placements_of_a_long_list_need_few_round_trips_and_small_bodies_over_rest() {
    if is_installed() {
        let way = Way::Rest(Front::start(&backends::server().url()).await);
        costs(&way).await;
        let Way::Rest(front) = way else { return };
        assert!(front.largest() < 1_000_000, "{} bytes at once", front.largest());
    }
}

/// The first run writes the whole list; each later one reads it with the versions of its shows.
#[expect(clippy::print_stdout, reason = "the figures are what this is run for")]
async fn costs(way: &Way) {
    let store = way.open(&new_prefix());
    let trips = |before: u64| store.round_trips() - before;
    write(&store, (1..=MANY).map(placement)).await;
    let writing = trips(0);
    let found = store.placements(&me(), &ids(1..=MANY)).await.unwrap();
    let reading = trips(writing);
    assert!(found == by_id((1..=MANY).map(placement)), "they are not as they were");
    let shows: Vec<_> = (1..=u64::from(MANY)).map(TraktShowId).collect();
    let writes = shows.iter().map(|id| Write::Show(show(id.0, 2)));
    store.write(&me(), writes.collect()).await.unwrap();
    let before = store.round_trips();
    assert_eq!(store.show_versions(&shows).await.unwrap().len(), shows.len());
    let versions = trips(before);
    println!(
        "{MANY} placements: {writing} round trips to write, {reading} to read; versions {versions}"
    );
    assert!(writing <= 12, "{writing}");
    assert!(reading <= 5, "{reading}");
    assert!(versions == 1, "{versions}");
}
