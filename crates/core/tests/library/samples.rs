//! Items to try things with.

use anilist_trakt_sync_core::library::{
    Author, Draft, Item, ItemId, Library, New, Refused, Touched,
};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Seconds after a day of 2026.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let day: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    day + jiff::SignedDuration::from_secs(seconds)
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("no object: {value}") };
    object
}

/// Makes a change and takes it over, as a store that never fails would.
pub(crate) fn changed<T>(
    library: &mut Library,
    seconds: i64,
    change: impl FnOnce(&mut Draft<'_>) -> Result<T, Refused>,
) -> Result<(T, Option<Touched>), Refused> {
    let mut draft = library.draft(Author::You, at(seconds));
    let made = change(&mut draft)?;
    let touched = draft.finish();
    if let Some(touched) = &touched {
        library.adopt(touched);
    }
    Ok((made, touched))
}

pub(crate) fn add(library: &mut Library, value: Value) -> Result<ItemId, Refused> {
    let new = New::read(&object(value))?;
    changed(library, 0, |draft| draft.add(new)).map(|(id, _)| id)
}

/// A library of three: an anime, a manga and one without any id.
pub(crate) fn three() -> Library {
    let mut library = Library::default();
    let frieren = json!({"title": "Frieren", "type": "anime", "source": "anilist", "anilist_id": 154_587,
        "mal_id": 52_991, "max_progress": 28, "status": "watching", "progress": 12, "score": 90,
        "titles": {"romaji": "Sousou no Frieren", "native": "葬送のフリーレン"}});
    let berserk = json!({"title": "Berserk", "type": "manga", "anilist_id": 30_002, "mal_id": 2,
        "status": "reading", "progress": 350, "progress_volumes": 40});
    let own = json!({"title": "apricot tales", "type": "anime"});
    for item in [frieren, berserk, own] {
        add(&mut library, item).unwrap();
    }
    library
}

pub(crate) fn item(library: &Library, id: u64) -> &Item {
    library.get(ItemId(id)).unwrap()
}

/// Any fields that an item may have, as somebody sends them.
pub(crate) fn any_fields() -> impl Strategy<Value = Map<String, Value>> {
    let work = (
        "[A-Za-zÀ-ž葬送 !?']{1,30}",
        prop::option::of("https://[a-z]{1,9}\\.example/[a-z0-9/]{0,20}"),
        prop::option::of(1..2000_u32),
        any::<bool>(),
        prop::option::of(1..200_u32),
        prop::option::of(1900..2100_i16),
        prop::option::of("[A-Za-z]{1,12}"),
    );
    let ids = (
        prop::option::of(1..u32::MAX),
        prop::option::of(1..u32::MAX),
        prop::option::of(1..u32::MAX),
        prop::option::of("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    );
    let words = vec!["planning", "watching", "completed", "on-hold", "dropped"];
    let entry = (
        prop::sample::select(words),
        0..3000_u32,
        0..300_u32,
        prop::option::of(1..=100_u8),
        prop::option::of("20[0-2][0-9]-0[1-9](-[0-2][1-8])?"),
        prop::option::of("[12][0-9]{3}"),
        0..20_u32,
        prop::option::of("[a-z\\n ]{0,40}x"),
        any::<(bool, bool, bool)>(),
    );
    (work, ids, entry).prop_map(|(work, ids, entry)| {
        let (title, cover, max, by_hand, volumes, year, word) = work;
        let (anilist, mal, kitsu, mangadex) = ids;
        let (status, progress, read, score, started, finished, repeats, notes, flags) = entry;
        object(json!({
            "title": title.trim().to_owned() + "x", "cover_url": cover, "max_progress": max,
            "max_progress_by_hand": by_hand, "max_volumes": volumes, "year": year, "format": word,
            "anilist_id": anilist, "mal_id": mal, "kitsu_id": kitsu, "mangadex_id": mangadex,
            "status": status, "progress": progress, "progress_volumes": read, "score": score,
            "started": started, "finished": finished, "repeats": repeats, "notes": notes,
            "repeating": flags.0 && status != "completed", "private": flags.1, "favourite": flags.2,
            "titles": {"english": title.clone() + "x"}, "type": "anime", "force": true, "episode_minutes": year,
        }))
    })
}
