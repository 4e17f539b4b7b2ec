//! The datasets' indexes.

use anilist_trakt_sync_core::codec;
use anilist_trakt_sync_core::domain::{DatasetInfo, StoredDataset};

use crate::backends::Place;
use crate::samples::{me, moment};

on_every_backend! {
    a_dataset_is_read_back_with_what_is_known_of_it,
    what_is_known_of_a_dataset_changes_without_its_index,
    nothing_is_known_of_a_dataset_without_an_index,
    operators_find_a_datasets_times_under_their_documented_names,
    a_reader_during_a_swap_sees_the_old_index_or_the_new_one,
}

/// An index of a megabyte that says everywhere which version it is.
pub(crate) fn dataset(version: u8) -> StoredDataset {
    StoredDataset {
        info: DatasetInfo {
            count: u64::from(version),
            last_sync: moment(i64::from(version)),
            changed_at: moment(i64::from(version)),
            last_activity: None,
            etag: Some(format!("\"{version}\"")),
            url: "https://example.org/list.json".into(),
            format: 1,
        },
        index: vec![version; 1_000_000],
    }
}

async fn a_dataset_is_read_back_with_what_is_known_of_it(place: Place) {
    let store = place.open().await;
    let text = b"[1,2,3]".repeat(1000);
    let mut otaku = dataset(1);
    otaku.index = codec::compress(&text).unwrap();
    otaku.info.last_activity = Some(moment(-5));
    store.put_dataset("otaku", otaku.clone()).await.unwrap();
    store.put_dataset("fribbs", dataset(2)).await.unwrap();
    assert_eq!(store.dataset_info("otaku").await.unwrap(), Some(otaku.info.clone()));
    let read = store.dataset("otaku").await.unwrap().unwrap();
    assert_eq!(codec::decompress(&read.index, 10_000).unwrap(), text);
    assert_eq!(read, otaku);
    assert_eq!(store.dataset("fribbs").await.unwrap(), Some(dataset(2)));
}

async fn what_is_known_of_a_dataset_changes_without_its_index(place: Place) {
    let store = place.open().await;
    store.put_dataset("otaku", dataset(1)).await.unwrap();
    let info = DatasetInfo { etag: None, ..dataset(2).info };
    store.put_dataset_info("otaku", info.clone()).await.unwrap();
    assert_eq!(store.dataset_info("otaku").await.unwrap(), Some(info.clone()));
    let expected = StoredDataset { info, ..dataset(1) };
    assert_eq!(store.dataset("otaku").await.unwrap(), Some(expected));
}

async fn nothing_is_known_of_a_dataset_without_an_index(place: Place) {
    let store = place.open().await;
    store.put_dataset_info("otaku", dataset(1).info).await.unwrap();
    assert_eq!(store.dataset_info("otaku").await.unwrap(), None);
    assert_eq!(store.config(&me(), &["status:otaku:last-sync"]).await.unwrap(), [None]);
}

async fn operators_find_a_datasets_times_under_their_documented_names(place: Place) {
    let store = place.open().await;
    let names = ["status:otaku:last-sync", "status:otaku:last-activity"];
    let mut otaku = dataset(1);
    otaku.info.last_activity = Some(moment(-5));
    store.put_dataset("otaku", otaku.clone()).await.unwrap();
    let times = [moment(1), moment(-5)].map(|moment| Some(moment.to_string()));
    assert_eq!(store.config(&me(), &names).await.unwrap(), times);
    store.put_dataset_info("otaku", dataset(2).info).await.unwrap();
    let times = [Some(moment(2).to_string()), None];
    assert_eq!(store.config(&me(), &names).await.unwrap(), times);
}

async fn a_reader_during_a_swap_sees_the_old_index_or_the_new_one(place: Place) {
    let (writer, reader) = (place.open().await, place.open().await);
    writer.put_dataset("otaku", dataset(1)).await.unwrap();
    let swaps = tokio::spawn(async move {
        for version in 2..=20 {
            writer.put_dataset("otaku", dataset(version)).await.unwrap();
        }
    });
    let mut seen = 0;
    while seen < 20 {
        let finished = swaps.is_finished();
        let read = reader.dataset("otaku").await.unwrap().unwrap();
        let version = u8::try_from(read.info.count).unwrap();
        assert!(version >= seen, "from {seen} back to {version}");
        assert!(read == dataset(version), "parts of two versions, one of them {version}");
        assert!(!finished || version == 20, "still {version} after the last swap");
        seen = version;
    }
    swaps.await.unwrap();
}
