//! What sources of titles answered.

use anilist_trakt_sync_core::domain::{AccountId, StoredAnswer};
use anilist_trakt_sync_store::KEPT_ANSWERS;
use anilist_trakt_sync_store::transfer::export;

use crate::backends::Place;
use crate::samples::moment;

on_every_backend! {
    an_answer_is_read_back_until_another_takes_its_place,
    of_too_many_answers_those_that_were_fetched_first_are_dropped,
    answers_are_nobodys_and_are_not_moved,
}

fn answer(value: &str, fetched: i64) -> StoredAnswer {
    let (fetched_at, good_until) = (moment(fetched), moment(fetched + 60));
    StoredAnswer { value: value.to_owned(), fetched_at, good_until }
}

fn keyed(key: &str, answer: StoredAnswer) -> (String, StoredAnswer) {
    (key.to_owned(), answer)
}

async fn an_answer_is_read_back_until_another_takes_its_place(place: Place) {
    let store = place.open().await;
    let odd = "[\"葬送 ' \\\" \\n\"]";
    store
        .put_answers(vec![keyed("a", answer(odd, 1)), keyed("b b", answer("2", 2))])
        .await
        .unwrap();
    store.put_answers(vec![keyed("b b", answer("3", 3))]).await.unwrap();
    store.put_answers(Vec::new()).await.unwrap();
    let asked = ["b b", "c", "a"].map(str::to_owned);
    let read = place.open().await.answers(&asked).await.unwrap();
    assert_eq!(read, [Some(answer("3", 3)), None, Some(answer(odd, 1))]);
    assert_eq!(store.answers_count().await.unwrap(), 2);
    assert_eq!(store.answers(&[]).await.unwrap(), []);
}

async fn of_too_many_answers_those_that_were_fetched_first_are_dropped(place: Place) {
    let store = place.open().await;
    let long = "x".repeat(1000);
    let many = 0..i64::from(KEPT_ANSWERS) + 10;
    let many: Vec<_> = many.rev().map(|n| keyed(&n.to_string(), answer(&long, n))).collect();
    store.put_answers(many).await.unwrap();
    assert_eq!(store.answers_count().await.unwrap(), u64::from(KEPT_ANSWERS));
    store.put_answers(vec![keyed("5", answer("new", 90_000))]).await.unwrap();
    assert_eq!(store.answers_count().await.unwrap(), u64::from(KEPT_ANSWERS));
    let asked = ["9", "10", "11", "5"].map(str::to_owned);
    let read = store.answers(&asked).await.unwrap();
    let there: Vec<_> = read.iter().map(Option::is_some).collect();
    assert_eq!(there, [false, false, true, true]);
}

async fn answers_are_nobodys_and_are_not_moved(place: Place) {
    let store = place.open().await;
    store.put_answers(vec![keyed("a", answer("1", 1))]).await.unwrap();
    assert_eq!(export(&*store).await.unwrap(), []);
    store.forget(&AccountId::default()).await.unwrap();
    assert_eq!(store.answers_count().await.unwrap(), 1);
}
