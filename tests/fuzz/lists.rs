//! What AniList's texts and numbers, and stored and shared records, may hold.

use anilist_trakt_sync::anilist::activity;
use anilist_trakt_sync::domain::{
    ActivityKind, Entry, ListStatus, Placement, PlacementRow, Waiting,
};
use anilist_trakt_sync::placing::share::Share;
use proptest::prelude::*;
use serde_json::json;

use crate::json::{any_json, any_leaf, with_one_wrong};

fn shared() -> serde_json::Value {
    json!({
        "format": "anilist-trakt-sync/corrections", "version": 1,
        "mappings": [{"anilistId": 1, "traktId": 2, "type": "show", "season": 3, "imdbId": "tt0000001"}],
        "overrides": [{"traktId": 1, "abs": 2, "season": 0, "episode": 3, "anilistId": null}],
    })
}

proptest! {
    #[test]
    fn a_progress_text_is_a_range_in_order_or_nothing(status in ".{0,20}", progress in ".{0,24}") {
        for status in [status.as_str(), "watched episode", "rewatched episode"] {
            match activity::kind(status, Some(&progress)) {
                ActivityKind::Watched { first, last } | ActivityKind::Rewatched { first, last } => {
                    prop_assert!((1..=last).contains(&first));
                }
                ActivityKind::Completed | ActivityKind::Other => {}
            }
        }
    }

    #[test]
    fn stored_records_of_any_form_are_read_or_refused(value in any_json()) {
        let text = value.to_string();
        let _ = serde_json::from_str::<Entry>(&text);
        let _ = serde_json::from_str::<Waiting>(&text);
        let _ = serde_json::from_str::<PlacementRow>(&text);
        if let Ok(placement) = serde_json::from_str::<Placement>(&text) {
            let _ = (placement.len(), placement.item(1), placement.item(u32::MAX));
        }
        let _ = serde_json::from_str::<ListStatus>(&text);
    }

    #[test]
    fn a_damaged_placement_is_read_or_refused_and_never_counted_wrong_way_round(
        first in any::<u32>(), last in any::<u32>(), number in any::<u32>(), abs in any::<u32>(),
    ) {
        let span = json!({"first": first, "last": last, "start": {"season": 1, "number": number}});
        let text = json!({"kind": "episodes", "show": 1, "spans": [span.clone(), span]}).to_string();
        let placement: Placement = serde_json::from_str(&text).unwrap();
        prop_assert!(!placement.is_empty());
        let _ = placement.item(abs);
    }

    #[test]
    fn a_shared_file_of_any_form_is_read_or_refused_with_a_sentence(
        path in prop::collection::vec(0_usize..8, 1..5),
        wrong in prop::option::of(any_leaf()),
        other in any_json(),
    ) {
        for file in [with_one_wrong(shared(), &path, wrong), other] {
            if let Err(mistakes) = Share::read(&file) {
                prop_assert!(!mistakes.0.is_empty());
            }
        }
    }
}
