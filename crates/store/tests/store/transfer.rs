//! Moving all state from one store to another.

use std::sync::Arc;

use anilist_trakt_sync_core::domain::{AnilistId, DatasetInfo, RunId, StoredDataset, TraktShowId};
use anilist_trakt_sync_core::library::ReadDay;
use anilist_trakt_sync_store::transfer::{Line, export, import};
use anilist_trakt_sync_store::{Store, Topic, Write, keys};
use jiff::civil::date;

use crate::backends::{self, Place};
use crate::items::{item, item_change};
use crate::samples::{
    correction, log_line, mapping, me, moment, place, placement, run, run_plays, settled, show,
    someone_else, sparse_mapping, sparse_placement, waiting,
};

on_every_backend! {
    a_round_trip_through_every_other_backend_is_identical,
    an_import_needs_an_empty_store,
    an_export_made_before_placements_were_kept_still_imports,
}

fn set(key: &'static str, value: &str) -> Write {
    Write::Config { key, value: Some(value.to_owned()) }
}

/// Something of everything, of two accounts, and a run number whose run is not kept.
async fn fill(store: &dyn Store) {
    let long = "a long value ".repeat(1000);
    let writes = vec![
        set(keys::TRAKT_TOKEN, "token"),
        set(keys::IN_FLIGHT, &long),
        Write::Mapping(mapping(1)),
        Write::Mapping(sparse_mapping(2)),
        Write::Settled(settled(1, 3, 5)),
        Write::Settled(settled(2, 4, 5)),
        Write::Override(correction(5, None)),
        Write::Override(correction(5, Some(21))),
        Write::Waiting(waiting(7)),
        place(placement(1)),
        place(sparse_placement(7)),
        Write::Show(show(5, 2)),
        Write::Show(show(12, 400)),
    ];
    store.write(&me(), writes).await.unwrap();
    store.write(&me(), (1..=60).map(|id| Write::Run(run(id))).collect()).await.unwrap();
    store.write(&me(), vec![Write::RunPlays(run_plays(59, 2))]).await.unwrap();
    store.write(&me(), vec![Write::RunNumber(RunId(77))]).await.unwrap();
    let other =
        vec![set(keys::TRAKT_TOKEN, "other"), Write::Mapping(mapping(1)), place(placement(9))];
    store.write(&someone_else(), other).await.unwrap();
    let read = ReadDay { day: date(2026, 2, 28), episodes: 1, chapters: 0 };
    let (topic, key) = (Topic::Ties, "1".to_owned());
    let tie = Write::Note { topic, key, note: Some(r#"{"agreed":{}}"#.to_owned()) };
    let library = [(1, 1), (3, 2), (3, 7)].map(|(id, version)| item_change(id, version));
    let library = library.into_iter().map(Write::ItemChange).chain([
        set(keys::LIBRARY, r#"{"version":7,"last":3}"#),
        Write::Item(Arc::new(item(1))),
        Write::Item(Arc::new(item(3))),
        Write::Read(read),
        tie,
    ]);
    store.write(&someone_else(), library.collect()).await.unwrap();
    store.append_logs((1..=1005).map(log_line).collect()).await.unwrap();
    let info = DatasetInfo {
        count: 3,
        last_sync: moment(1),
        changed_at: moment(2),
        last_activity: Some(moment(3)),
        etag: Some("\"1\"".into()),
        url: "https://example.org/list.json".into(),
        format: 1,
    };
    let index = (0..=255).cycle().take(900_000).collect();
    store.put_dataset("otaku", StoredDataset { info, index }).await.unwrap();
}

/// The lines as they are in a file.
fn text(lines: &[Line]) -> Vec<String> {
    lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect()
}

async fn a_round_trip_through_every_other_backend_is_identical(place: Place) {
    let store = place.open().await;
    fill(&*store).await;
    let lines = text(&export(&*store).await.unwrap());
    assert_eq!(lines.len(), 1079, "1000 of the log, 50 runs, and one to three of all else");
    let others = [
        backends::sqlite().await,
        backends::tcp().await,
        backends::tls().await,
        backends::rest().await,
    ];
    for other in others.into_iter().flatten() {
        let target = other.open().await;
        let read = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        import(&*target, read).await.unwrap();
        assert!(text(&export(&*target).await.unwrap()) == lines, "it changed on the way");
        let ids = [TraktShowId(5), TraktShowId(12)];
        let versions = target.show_versions(&ids).await.unwrap();
        assert_eq!(versions, store.show_versions(&ids).await.unwrap());
        assert_eq!(versions.len(), 2);
        assert_eq!(target.next_run_id(&me()).await.unwrap(), RunId(78));
        target.append_logs(vec![log_line(2000)]).await.unwrap();
        let newest = target.logs(2).await.unwrap();
        assert!(newest[0].id > newest[1].id && newest[0].message == "line 2000", "{newest:?}");
        assert_eq!(target.latest_settled(&me(), 1).await.unwrap().len(), 1);
    }
}

async fn an_import_needs_an_empty_store(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![set(keys::TRAKT_TOKEN, "mine")]).await.unwrap();
    let lines = export(&*store).await.unwrap();
    let sentence = import(&*store, lines).await.unwrap_err().to_string();
    assert!(sentence.contains("is not empty"), "{sentence}");
}

/// What the version before wrote.
const OLD: &str = r#"{"record":"show","fetchedAt":"2026-09-21T14:13:20Z","show":{"id":5,"episodes":[{"season":1,"number":1,"id":5101}]},"breakpoints":[]}
{"record":"account","id":"default"}
{"record":"config","key":"trakt:token","value":"token"}
{"record":"progress","anilistId":1,"lastAbs":3,"updatedAt":"2026-09-21T14:13:20Z"}"#;

async fn an_export_made_before_placements_were_kept_still_imports(place: Place) {
    let store = place.open().await;
    let lines = OLD.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    import(&*store, lines).await.unwrap();
    assert_eq!(store.latest_settled(&me(), 9).await.unwrap().len(), 1);
    assert!(store.placements(&me(), &[AnilistId(1)]).await.unwrap().is_empty());
    let ids = [TraktShowId(5)];
    let versions = store.show_versions(&ids).await.unwrap();
    assert_eq!(versions[&ids[0]].digest, store.shows(&ids).await.unwrap()[&ids[0]].show.digest());
    assert_eq!(text(&export(&*store).await.unwrap()).join("\n"), OLD);
}
