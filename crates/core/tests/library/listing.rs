//! Parts of a library, and its numbers.

use anilist_trakt_sync_core::library::{
    Kind, Library, Listing, Order, Origin, Sort, Status, Summary,
};
use serde_json::json;

use crate::samples::{add, three};

fn numbers(listing: &Listing, library: &Library) -> Vec<u64> {
    listing.of(library).items.iter().map(|item| item.id.0).collect()
}

#[test]
fn it_is_narrowed_by_what_is_asked_for() {
    let library = three();
    let all = Listing::default();
    assert_eq!(numbers(&all, &library), [1, 2, 3]);
    let anime = Listing { kind: Some(Kind::Anime), ..all.clone() };
    assert_eq!(numbers(&anime, &library), [1, 3]);
    let current = Listing { statuses: vec![Status::Current], ..all.clone() };
    assert_eq!(numbers(&current, &library), [1, 2]);
    let known = Listing { service: Some(Origin::Myanimelist), ..all.clone() };
    assert_eq!(numbers(&known, &library), [1, 2]);
    for (text, found) in [("SOUSOU", 1), ("葬送", 1), ("Tales", 3), ("serk", 2)] {
        let called = Listing { text: Some(text.to_owned()), ..all.clone() };
        assert_eq!(numbers(&called, &library), [found], "{text}");
    }
    let none = Listing { text: Some("Naruto".to_owned()), ..all };
    assert_eq!(none.of(&library).total, 0);
}

#[test]
fn it_is_in_the_order_asked_for_and_equal_ones_are_by_number() {
    let mut library = three();
    add(&mut library, json!({"title": "Apricot Tales", "type": "manga", "score": 40})).unwrap();
    let by = |sort, order| Listing { sort, order, ..Listing::default() };
    let (up, down) = (Order::Ascending, Order::Descending);
    assert_eq!(numbers(&by(Sort::Title, up), &library), [3, 4, 2, 1]);
    assert_eq!(numbers(&by(Sort::Title, down), &library), [1, 2, 3, 4]);
    assert_eq!(numbers(&by(Sort::Score, up), &library), [4, 1, 2, 3]);
    assert_eq!(numbers(&by(Sort::Score, down), &library), [1, 4, 2, 3]);
    assert_eq!(numbers(&by(Sort::Progress, down), &library), [2, 1, 3, 4]);
    assert_eq!(numbers(&by(Sort::Added, down), &library), [4, 3, 2, 1]);
}

#[test]
fn a_page_knows_how_many_there_are() {
    let library = three();
    let page = Listing { offset: 1, limit: Some(1), ..Listing::default() }.of(&library);
    assert_eq!((page.total, page.items.len(), page.items[0].id.0), (3, 1, 2));
    let beyond = Listing { offset: 9, limit: Some(5), ..Listing::default() }.of(&library);
    assert_eq!((beyond.total, beyond.items.len()), (3, 0));
}

#[test]
fn the_numbers_are_of_all_items() {
    let mut library = three();
    let seen = json!({"title": "Akira", "type": "anime", "status": "completed", "progress": 1,
        "max_progress": 1, "repeats": 3, "score": 70});
    add(&mut library, seen).unwrap();
    let summary = Summary::of(&library);
    assert_eq!(summary.total, 4);
    assert_eq!(summary.by_type, [("anime", 3), ("manga", 1)].into());
    let words = [("watching", 1), ("reading", 1), ("planning", 1), ("completed", 1)];
    assert_eq!(summary.by_status, words.into());
    assert_eq!((summary.episodes, summary.chapters, summary.volumes), (16, 350, 40));
    assert_eq!(summary.mean_score, Some(80.0));
    assert_eq!(Summary::of(&Library::default()).mean_score, None);
}
