//! The persistent log.

use crate::backends::Place;
use crate::samples::{log_line, moment};

on_every_backend! {
    the_newest_lines_come_first_as_they_were,
    the_line_after_a_thousand_pushes_out_the_oldest_and_ids_go_on_growing,
    ids_go_on_growing_after_a_restart,
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
