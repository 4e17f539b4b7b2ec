//! The persistent log.

use crate::backends::Place;
use anilist_trakt_sync_core::domain::{AccountId, NewLogLine};

use crate::samples::{log_line, moment};

on_every_backend! {
    the_newest_lines_come_first_as_they_were,
    the_line_after_a_thousand_pushes_out_the_oldest_and_ids_go_on_growing,
    ids_go_on_growing_after_a_restart,
    a_line_keeps_whose_it_is_and_one_of_before_there_were_accounts_is_nobodys,
}

async fn the_newest_lines_come_first_as_they_were(place: Place) {
    let store = place.open().await;
    store.append_logs(vec![log_line(1), log_line(2)]).await.unwrap();
    store.append_logs(vec![log_line(3)]).await.unwrap();
    let lines = store.logs(2).await.unwrap();
    let messages: Vec<&str> = lines.iter().map(|line| &*line.message).collect();
    assert_eq!(messages, ["line 3", "line 2"]);
    assert_eq!((&*lines[0].level, lines[0].created_at), ("info", moment(3)));
    assert!(lines[0].id > lines[1].id);
}

async fn the_line_after_a_thousand_pushes_out_the_oldest_and_ids_go_on_growing(place: Place) {
    let store = place.open().await;
    store.append_logs((1..=1000).map(log_line).collect()).await.unwrap();
    let before = store.logs(2000).await.unwrap();
    assert_eq!((before.len(), &*before[999].message), (1000, "line 1"));
    store.append_logs(vec![log_line(1001)]).await.unwrap();
    let after = store.logs(2000).await.unwrap();
    assert_eq!((after.len(), &*after[999].message), (1000, "line 2"));
    assert!(after[0].id > before[0].id);
    assert_eq!(after[1..], before[..999]);
}

async fn ids_go_on_growing_after_a_restart(place: Place) {
    let store = place.open().await;
    store.append_logs(vec![log_line(1)]).await.unwrap();
    drop(store);
    let store = place.open().await;
    store.append_logs(vec![log_line(2)]).await.unwrap();
    let ids: Vec<u64> = store.logs(2).await.unwrap().iter().map(|line| line.id).collect();
    assert!(ids[0] > ids[1], "{ids:?}");
}

async fn a_line_keeps_whose_it_is_and_one_of_before_there_were_accounts_is_nobodys(place: Place) {
    let store = place.open().await;
    place.damage(
        "INSERT INTO logs (id, message, level, created_at)
         VALUES (1, 'line 1', 'info', '2026-09-21T14:13:21.123456789Z')",
        &[
            "LPUSH",
            "logs",
            r#"1 {"message":"line 1","level":"info","created_at":"2026-09-21T14:13:21.123456789Z"}"#,
        ],
    );
    place.damage("SELECT 1", &["SET", "logs:last", "1"]);
    let one = AccountId::new("u2".to_owned());
    let of_one = NewLogLine { account: Some(one.clone()), ..log_line(2) };
    store.append_logs(vec![of_one, log_line(3)]).await.unwrap();
    let lines = store.logs(10).await.unwrap();
    let of: Vec<_> = lines.iter().map(|line| (&*line.message, line.account.clone())).collect();
    assert_eq!(of, [("line 3", None), ("line 2", Some(one)), ("line 1", None)]);
    let text = serde_json::to_string(&lines[2]).unwrap();
    assert!(text.ends_with(r#""created_at":"2026-09-21T14:13:21.123456789Z"}"#), "{text}");
}
