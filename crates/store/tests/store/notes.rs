//! What is remembered of a person's lists.

use anilist_trakt_sync_store::{Store, Topic, Write};

use crate::backends::Place;
use crate::samples::{me, someone_else};

on_every_backend! {
    notes_are_read_back_by_key_and_are_each_topics_own,
    a_note_is_replaced_and_removed,
    many_long_notes_are_read_whole,
    notes_go_with_the_account_whose_they_are,
}

fn note(topic: Topic, key: &str, note: &str) -> Write {
    Write::Note { topic, key: key.to_owned(), note: Some(note.to_owned()) }
}

async fn put(store: &dyn Store, writes: Vec<Write>) {
    store.write(&me(), writes).await.unwrap();
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(key, note)| ((*key).to_owned(), (*note).to_owned())).collect()
}

async fn notes_are_read_back_by_key_and_are_each_topics_own(place: Place) {
    let store = place.open().await;
    let (quoted, line) = ("{\"a\": \"it's 葬送\"}", "one\ntwo");
    let (two, ten) = (note(Topic::Ties, "0002", quoted), note(Topic::Ties, "0010", line));
    put(&*store, vec![ten, two, note(Topic::Told, "0002", "told")]).await;
    let ties = store.notes(&me(), Topic::Ties).await.unwrap();
    assert_eq!(ties, pairs(&[("0002", quoted), ("0010", line)]));
    assert_eq!(store.notes(&me(), Topic::Told).await.unwrap(), pairs(&[("0002", "told")]));
    assert_eq!(store.notes(&someone_else(), Topic::Ties).await.unwrap(), []);
    let some = store.some_notes(&me(), Topic::Ties, &["0010", "0003", "0002"]).await.unwrap();
    assert_eq!(some, [Some(line.to_owned()), None, Some(quoted.to_owned())]);
}

async fn a_note_is_replaced_and_removed(place: Place) {
    let store = place.open().await;
    put(&*store, vec![note(Topic::Ties, "1", "first"), note(Topic::Ties, "2", "other")]).await;
    put(&*store, vec![note(Topic::Ties, "1", "second")]).await;
    assert_eq!(store.notes(&me(), Topic::Ties).await.unwrap()[0].1, "second");
    let gone = Write::Note { topic: Topic::Ties, key: "1".to_owned(), note: None };
    put(&*store, vec![gone]).await;
    assert_eq!(store.notes(&me(), Topic::Ties).await.unwrap(), pairs(&[("2", "other")]));
}

async fn many_long_notes_are_read_whole(place: Place) {
    let store = place.open().await;
    let long = |id: usize| format!("{id} {}", "a long note ".repeat(300));
    let writes = (0..2000).map(|id| note(Topic::Ties, &format!("{id:05}"), &long(id)));
    put(&*store, writes.collect()).await;
    let read = store.notes(&me(), Topic::Ties).await.unwrap();
    assert_eq!(read.len(), 2000);
    assert_eq!(read[1999], ("01999".to_owned(), long(1999)));
}

async fn notes_go_with_the_account_whose_they_are(place: Place) {
    let store = place.open().await;
    for account in [me(), someone_else()] {
        let writes = Topic::ALL.map(|topic| note(topic, "1", "a note"));
        store.write(&account, writes.to_vec()).await.unwrap();
    }
    store.forget(&someone_else()).await.unwrap();
    for topic in Topic::ALL {
        assert_eq!(store.notes(&someone_else(), topic).await.unwrap(), []);
        assert_eq!(store.notes(&me(), topic).await.unwrap(), pairs(&[("1", "a note")]));
    }
}
