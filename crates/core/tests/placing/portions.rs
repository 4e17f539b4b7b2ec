//! Facts about how much of the list one run deals with.

use std::collections::HashMap;
use std::sync::Arc;

use anilist_trakt_sync_core::domain::{AnilistId, Format, Reason, Settled, Waiting};
use anilist_trakt_sync_core::plan::Title;
use anilist_trakt_sync_core::plan::portion::{LEAST, Later, MOST, Portion};
use jiff::Timestamp;

use super::scene::entry;

/// Titles of twelve episodes each.
fn list(titles: usize) -> Vec<Title> {
    let title = |id| {
        let mut entry = entry(Format::Tv, 12, "2014-04-06");
        entry.media.id = AnilistId(id);
        Title::new(Arc::new(entry))
    };
    (1..).take(titles).map(title).collect()
}

fn nothing_beside(_: usize) -> Vec<usize> {
    Vec::new()
}

#[test]
fn a_portion_takes_so_many_titles_at_least_and_so_many_at_once_at_most() {
    let list = list(MOST + LEAST + 1);
    let mut portion = Portion::of(list.len());
    assert_eq!(portion.grow(1, &list, nothing_beside).len(), LEAST);
    assert_eq!(portion.grow(usize::MAX, &list, nothing_beside).len(), MOST);
    assert_eq!((portion.plays(), portion.is_all()), ((MOST + LEAST) * 12, false));
    assert_eq!(portion.later(&list), Later { titles: 1, plays: 12 });
    assert_eq!(portion.grow(usize::MAX, &list, nothing_beside), [MOST + LEAST]);
    assert!(portion.is_all() && portion.rest(&list).next().is_none());
}

#[test]
fn a_portion_ends_where_its_titles_make_up_the_plays() {
    let list = list(2 * LEAST);
    let mut portion = Portion::of(list.len());
    let plays = (LEAST + 10) * 12;
    assert_eq!(portion.grow(plays, &list, nothing_beside), (0..LEAST + 10).collect::<Vec<_>>());
    assert!(portion.has(plays) && !portion.has(plays + 1));
}

#[test]
fn what_is_beside_the_first_comes_with_them_and_only_once() {
    let list = list(3 * LEAST);
    let mut portion = Portion::of(list.len());
    let far = 2 * LEAST;
    let first: Vec<usize> = (0..LEAST).chain([far]).collect();
    assert_eq!(portion.grow(1, &list, |_| vec![far]), first);
    let of_list: Vec<_> = portion.of_list(&list).map(Title::id).collect();
    let ids: Vec<_> = first.iter().map(|&index| list[index].id()).collect();
    assert_eq!(of_list, ids);
    let rest: Vec<usize> = (LEAST..3 * LEAST).filter(|index| *index != far).collect();
    assert_eq!(portion.grow(usize::MAX, &list, |_| unreachable!("it is all")), rest);
}

#[test]
fn what_is_settled_or_waits_makes_up_no_plays() {
    let id = AnilistId(104_578);
    let entry = Arc::new(entry(Format::Tv, 12, "2014-04-06"));
    let row = Settled { last_abs: 9, ..Settled::nothing(id, Timestamp::UNIX_EPOCH) };
    let settled = HashMap::from([(id, row)]);
    let title = Title::join(Arc::clone(&entry), &settled, &HashMap::new());
    assert_eq!((title.open(), title.is_ignored()), (3, false));
    let row = Waiting {
        entry: (*entry).clone(),
        reason: Reason::NoCandidate,
        detail: String::new(),
        episodes: Vec::new(),
        ignored: true,
        since: Timestamp::UNIX_EPOCH,
        tried_at: Timestamp::UNIX_EPOCH,
        tried_with: String::new(),
    };
    let title = Title::join(entry, &settled, &HashMap::from([(id, Arc::new(row))]));
    assert_eq!((title.open(), title.is_ignored()), (0, true));
}
