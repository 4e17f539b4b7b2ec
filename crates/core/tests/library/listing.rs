//! Parts of a library, and its numbers.

use anilist_trakt_sync_core::library::{
    Kind, Library, Listing, Order, Origin, ReadDay, Sort, Stats, StatusOf, Summary,
};
use jiff::civil::{Date, date};
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
    for (word, found) in [("current", &[1, 2][..]), ("watching", &[1]), ("READING", &[2])] {
        let statuses = StatusOf::of(word).into_iter().collect();
        assert_eq!(numbers(&Listing { statuses, ..all.clone() }, &library), found, "{word}");
    }
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
        "max_progress": 1, "repeats": 3, "score": 70, "episode_minutes": 124});
    add(&mut library, seen).unwrap();
    let summary = Summary::of(&library);
    assert_eq!(summary.total, 4);
    assert_eq!(summary.by_type, [("anime", 3), ("manga", 1)].into());
    let words = [("watching", 1), ("reading", 1), ("planning", 1), ("completed", 1)];
    assert_eq!(summary.by_status, words.into());
    assert_eq!((summary.episodes, summary.chapters, summary.volumes), (16, 350, 40));
    assert_eq!(summary.minutes, 4 * 124);
    assert_eq!(summary.mean_score, Some(80.0));
    assert_eq!(Summary::of(&Library::default()).mean_score, None);
}

fn on(day: Date, episodes: i64, chapters: i64) -> ReadDay {
    ReadDay { day, episodes, chapters }
}

#[test]
fn what_was_taken_back_on_another_day_is_nothing_on_that_day() {
    let days =
        [on(date(2026, 1, 30), 3, 0), on(date(2026, 1, 31), -3, 0), on(date(2026, 2, 1), -1, 7)];
    let stats = Stats::of(&Library::default(), &days, date(2026, 2, 1));
    assert_eq!(stats.days, [on(date(2026, 1, 30), 3, 0), on(date(2026, 2, 1), 0, 7)]);
    assert_eq!(stats.months, [on(date(2026, 1, 1), 3, 0), on(date(2026, 2, 1), 0, 7)]);
    assert_eq!((stats.streak, stats.longest_streak), (1, 1));
}

#[test]
fn a_streak_goes_on_until_a_day_has_passed_without_anything() {
    let days: Vec<ReadDay> = [27, 28]
        .map(|day| on(date(2024, 2, day), 1, 0))
        .into_iter()
        .chain([on(date(2024, 2, 29), 0, 2), on(date(2024, 3, 2), 1, 0)])
        .collect();
    let streaks = |today| {
        let stats = Stats::of(&Library::default(), &days, today);
        (stats.streak, stats.longest_streak)
    };
    assert_eq!(streaks(date(2024, 3, 2)), (1, 3));
    assert_eq!(streaks(date(2024, 3, 3)), (1, 3), "today is not over");
    assert_eq!(streaks(date(2024, 3, 4)), (0, 3));
    let later = Stats::of(&Library::default(), &days, date(2026, 1, 1));
    assert!(later.days.is_empty() && later.months.len() == 2, "{later:?}");
}

#[test]
fn scores_are_counted_in_tens() {
    let mut library = Library::default();
    for (number, score) in [1, 10, 11, 90, 91, 100].into_iter().enumerate() {
        let title = format!("Title {number}");
        add(&mut library, json!({"title": title, "type": "anime", "score": score, "format": "TV"}))
            .unwrap();
    }
    let stats = Stats::of(&library, &[], date(2026, 1, 1));
    assert_eq!(stats.scores, [2, 1, 0, 0, 0, 0, 0, 0, 1, 2]);
    assert_eq!(stats.formats, [("tv".to_owned(), 6)].into());
}
