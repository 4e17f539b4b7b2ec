//! Documents, and changes of several that are one step.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync_core::domain::{AccountId, NewLogLine};
use anilist_trakt_sync_store::transfer::{export, import};
use anilist_trakt_sync_store::{
    AccountStore, At, Fence, RUN, Step, Store, StoreError, Write, keys,
};
use jiff::Timestamp;

use crate::backends::Place;

on_every_backend! {
    a_document_is_read_as_it_was_written_until_it_is_removed,
    a_change_is_done_whole_or_not_at_all,
    of_two_who_take_a_name_at_once_one_gets_it,
    what_an_account_had_goes_and_what_others_have_stays,
    documents_are_moved_with_all_other_state,
    what_is_written_of_an_account_that_is_gone_is_refused_whole,
}

fn at(key: &str) -> At {
    At::new("people", key)
}

fn put(key: &str, value: &str) -> Step {
    Step::Put(at(key), value.to_owned())
}

async fn a_document_is_read_as_it_was_written_until_it_is_removed(place: Place) {
    let store = place.open().await;
    let odd = "{\"name\":\"\u{e9}\u{1f600} ' \\\" \\n\"}";
    assert!(store.commit(vec![put("b", odd), put("a", "1"), put("a", "2")]).await.unwrap());
    let elsewhere = Step::Put(At::new("people:of:b", "a"), "3".to_owned());
    assert!(store.commit(vec![elsewhere]).await.unwrap());
    let read = store.documents("people", &["a", "c", "b"]).await.unwrap();
    assert_eq!(read, [Some("2".to_owned()), None, Some(odd.to_owned())]);
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(store.collection("people").await.unwrap(), [pair("a", "2"), pair("b", odd)]);
    assert_eq!(store.collections().await.unwrap(), ["people", "people:of:b"]);
    assert_eq!(store.document("people", "a").await.unwrap(), Some("2".to_owned()));
    assert_eq!(store.document("people", "c").await.unwrap(), None);
    assert!(!store.is_empty("people").await.unwrap());
    assert!(store.commit(vec![Step::Remove(at("a")), Step::Remove(at("b"))]).await.unwrap());
    assert!(store.is_empty("people").await.unwrap() && store.is_empty("nobody").await.unwrap());
    assert_eq!(store.collection("people").await.unwrap(), []);
    assert_eq!(store.collections().await.unwrap(), ["people:of:b"]);
    assert_eq!(store.documents("people", &[]).await.unwrap(), []);
}

async fn a_change_is_done_whole_or_not_at_all(place: Place) {
    let store = place.open().await;
    let is = |key, value: Option<&str>| Step::Is(at(key), value.map(str::to_owned));
    assert!(store.commit(vec![is("a", None), put("a", "1")]).await.unwrap());
    for wrong in [is("a", None), is("a", Some("2")), is("b", Some(""))] {
        let other = At::new("names", "a");
        let steps = vec![put("b", "1"), Step::Put(other, "1".to_owned()), wrong];
        assert!(!store.commit(steps).await.unwrap());
    }
    assert_eq!(store.collections().await.unwrap(), ["people"]);
    assert_eq!(store.documents("people", &["a", "b"]).await.unwrap(), [Some("1".into()), None]);
    assert!(store.commit(vec![is("a", Some("1")), is("b", None), put("a", "2")]).await.unwrap());
}

async fn of_two_who_take_a_name_at_once_one_gets_it(place: Place) {
    let stores = [place.open().await, place.open().await];
    for round in 0..20 {
        let take = |store: &Arc<dyn Store>| {
            let (store, name) = (Arc::clone(store), format!("name-{round}"));
            tokio::spawn(async move {
                let steps = vec![Step::Is(at(&name), None), put(&name, "taken")];
                store.commit(steps).await.unwrap()
            })
        };
        let [one, other] = stores.each_ref().map(take);
        assert!(one.await.unwrap() != other.await.unwrap());
    }
}

async fn what_an_account_had_goes_and_what_others_have_stays(place: Place) {
    let store = place.open().await;
    let (one, other) = (AccountId::new("u2".to_owned()), AccountId::default());
    for account in [&one, &other] {
        let set = Write::Config { key: keys::LAST_RUN, value: Some("now".into()) };
        let mapping = Write::Mapping(crate::samples::mapping(21));
        store.write(account, vec![set, mapping]).await.unwrap();
        let line = NewLogLine { account: Some(account.clone()), ..crate::samples::log_line(1) };
        store.append_logs(vec![line]).await.unwrap();
    }
    let of_other = store.mappings(&other).await.unwrap();
    store.forget(&one).await.unwrap();
    assert_eq!(store.accounts().await.unwrap(), [AccountId::default()]);
    assert_eq!(store.config(&one, &[keys::LAST_RUN]).await.unwrap(), [None]);
    assert_eq!(store.mappings(&one).await.unwrap(), []);
    assert_eq!(store.mappings(&other).await.unwrap(), of_other);
    let lines = store.logs(10).await.unwrap();
    let of: Vec<_> = lines.iter().map(|line| line.account.as_ref()).collect();
    assert_eq!(of, [Some(&other)]);
    store.forget(&other).await.unwrap();
    assert_eq!(export(&*store).await.unwrap(), []);
}

async fn documents_are_moved_with_all_other_state(place: Place) {
    let store = place.open().await;
    store.commit(vec![put("a", "1"), put("b", "{}")]).await.unwrap();
    let lines = export(&*store).await.unwrap();
    assert_eq!(lines.len(), 2);
    let folder = tempfile::tempdir().unwrap();
    let other = anilist_trakt_sync_store::SqliteStore::open(folder.path()).unwrap();
    import(&other, lines.clone()).await.unwrap();
    assert_eq!(export(&other).await.unwrap(), lines);
}

async fn what_is_written_of_an_account_that_is_gone_is_refused_whole(place: Place) {
    let store = place.open().await;
    for account in [AccountId::default(), AccountId::new("u2".to_owned())] {
        let of_them = AccountStore::new(Arc::clone(&store), account.clone());
        let of_them = of_them.unless_there(at(account.as_str()));
        let value =
            |text: &str| vec![Write::Config { key: keys::NOTIFIED, value: Some(text.to_owned()) }];
        let (now, lease) = (Timestamp::UNIX_EPOCH, Duration::from_mins(1));
        of_them.lock(RUN, "owner", now, lease).await.unwrap().unwrap();
        let fence = Fence { lock: RUN, owner: "owner" };
        of_them.write(value("1")).await.unwrap();
        assert!(of_them.write_if(keys::NOTIFIED, Some("1"), value("2")).await.unwrap());
        let fenced = of_them.write_fenced(fence, keys::NOTIFIED, Some("2"), value("3"));
        assert!(fenced.await.unwrap());

        assert!(store.commit(vec![put(account.as_str(), "1")]).await.unwrap());
        store.forget(&account).await.unwrap();
        let refused = [
            of_them.write(value("4")).await,
            of_them.write_if(keys::NOTIFIED, None, value("4")).await.map(drop),
            of_them.write_fenced(fence, keys::NOTIFIED, None, value("4")).await.map(drop),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(StoreError::Gone)), "{refused:?}");
        }
        assert_eq!(store.config(&account, &[keys::NOTIFIED]).await.unwrap(), [None]);
        // Whoever has the same records later writes them.
        store.write(&account, value("5")).await.unwrap();
        of_them.unlock(RUN, "owner").await.unwrap();
    }
}
