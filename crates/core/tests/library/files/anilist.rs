//! AniList's answers and exports, and our own JSON.

use anilist_trakt_sync_core::library::files::{File, Format, Unreadable};
use anilist_trakt_sync_core::library::{Kind, Origin, Status};
use serde_json::{Value, json};

use super::{file, only, reason, told, unreadable};

fn frieren() -> Value {
    json!({
        "id": 1, "mediaId": 154_587, "status": "CURRENT", "score": 85, "progress": 12,
        "progressVolumes": null, "repeat": 1, "private": true, "notes": "slow",
        "startedAt": {"year": 2023, "month": 9, "day": null},
        "completedAt": {"year": null, "month": null, "day": null},
        "customLists": {"best": true}, "updatedAt": 1_700_000_000,
        "media": {
            "id": 154_587, "idMal": 52_991, "type": "ANIME", "format": "TV", "status": "FINISHED",
            "episodes": 28, "duration": 24, "chapters": null, "volumes": null, "seasonYear": 2023,
            "isFavourite": true, "siteUrl": "https://anilist.example/anime/154587",
            "coverImage": {"extraLarge": null, "large": "https://img.example/1.jpg"},
            "title": {"romaji": "Sousou no Frieren", "english": "Frieren",
                      "native": "葬送のフリーレン", "userPreferred": "Sousou no Frieren"},
        },
    })
}

fn entry(id: u32, change: &Value) -> Value {
    let mut entry = json!({"mediaId": id, "status": "CURRENT",
        "media": {"id": id, "type": "ANIME", "title": {"romaji": format!("Title {id}")}}});
    for (name, value) in change.as_object().unwrap() {
        entry[name] = value.clone();
    }
    entry
}

fn read(value: &Value) -> File {
    file(value.to_string())
}

#[test]
fn an_entry_is_read_whole() {
    let new = only(json!([frieren()]).to_string());
    assert_eq!((new.kind, new.origin), (Kind::Anime, Origin::Anilist));
    let (work, entry) = (new.work, new.entry);
    assert_eq!(work.title, "Sousou no Frieren");
    assert_eq!(work.names.native.as_deref(), Some("葬送のフリーレン"));
    let ids = (work.ids.anilist.map(|id| id.0), work.ids.mal.map(|id| id.0));
    assert_eq!(ids, (Some(154_587), Some(52_991)));
    assert_eq!(
        (work.max_progress, work.episode_minutes, work.year),
        (Some(28), Some(24), Some(2023))
    );
    assert_eq!(work.cover_url.as_deref(), Some("https://img.example/1.jpg"));
    assert_eq!(
        (work.format.as_deref(), work.release_status.as_deref()),
        (Some("tv"), Some("finished"))
    );
    assert_eq!((entry.status, entry.progress, entry.score), (Status::Current, 12, Some(85)));
    assert_eq!(
        (entry.started.to_string(), entry.finished.to_string()),
        ("2023-09".into(), String::new())
    );
    assert_eq!((entry.repeats, entry.private, entry.favourite), (1, true, true));
    assert_eq!(entry.notes.as_deref(), Some("slow"));
}

#[test]
fn entries_are_found_in_every_form() {
    let entries = json!([frieren()]);
    let lists = json!([{"name": "Watching", "isCustomList": false, "entries": entries}]);
    let forms = [
        json!({"data": {"MediaListCollection": {"lists": lists}}}),
        json!({"MediaListCollection": {"lists": lists, "user": {"id": 1}}}),
        json!({"data": {"anime": {"lists": lists}, "manga": {"lists": []}}}),
        json!({"anime": entries, "manga": []}),
        json!({"lists": lists}),
        lists.clone(),
        json!({"entries": entries}),
        entries.clone(),
    ];
    let expected = only(entries.to_string());
    for form in forms {
        let file = read(&form);
        assert_eq!(file.format, Format::Anilist, "{form}");
        let [row] = file.rows.as_slice() else { panic!("{form}: {:?}", file.rows) };
        assert_eq!(told(row).new, expected, "{form}");
    }
}

#[test]
fn what_stands_around_an_entry_says_what_it_is() {
    let bare = json!({"mediaId": 30_002, "title": "Berserk", "status": "PAUSED", "progress": 350});
    let file = read(&json!({"manga": [bare]}));
    let new = &told(&file.rows[0]).new;
    assert_eq!((new.kind, new.entry.status), (Kind::Manga, Status::OnHold));
    assert!(reason(&read(&json!([bare])).rows[0]).ends_with("missing: type"));
}

#[test]
fn every_status_is_understood() {
    use Status::{Completed, Current, Dropped, OnHold, Planning};

    let statuses = ["CURRENT", "PLANNING", "COMPLETED", "DROPPED", "PAUSED", "REPEATING"];
    let entries = (1..).zip(statuses).map(|(id, status)| entry(id, &json!({"status": status})));
    let file = read(&entries.collect());
    let said: Vec<_> = file.rows.iter().map(|row| &told(row).new.entry).collect();
    let repeating: Vec<bool> = said.iter().map(|entry| entry.repeating).collect();
    assert_eq!(repeating, [false, false, false, false, false, true]);
    let statuses: Vec<Status> = said.iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [Current, Planning, Completed, Dropped, OnHold, Current]);
}

#[test]
fn an_entry_that_is_on_lists_of_the_person_s_own_too_is_one() {
    let custom = |entries: Value| json!({"name": "best", "isCustomList": true, "entries": entries});
    let watching = json!({"name": "Watching", "isCustomList": false, "entries": [frieren()]});
    let hidden = entry(9, &json!({}));
    let file = read(&json!({"lists": [
        custom(json!([frieren(), hidden])), watching, custom(json!([frieren()])),
    ]}));
    let ids: Vec<u32> =
        file.rows.iter().filter_map(|row| told(row).new.work.ids.anilist).map(|id| id.0).collect();
    assert_eq!(ids, [154_587, 9], "one that is on such a list alone is there");
}

#[test]
fn a_score_is_of_as_many_points_as_the_file_says_or_shows() {
    let scored = |score: Value| entry(7, &json!({"score": score}));
    let score = |file: &File| told(&file.rows[0]).new.entry.score;
    for (shown, first) in [(json!([85, 7]), 85), (json!([8, 6]), 80), (json!([8.5, 6]), 85)] {
        let scores = shown.as_array().unwrap().iter().map(|score| scored(score.clone()));
        assert_eq!(score(&read(&scores.collect())), Some(first), "{shown}");
    }
    let stars = json!([scored(json!(4))]);
    let waits = read(&stars);
    assert!(reason(&waits.rows[0]).starts_with("the file does not say of how many points"));
    assert_eq!(waits.rows[0].title, "Title 7");
    for (word, lifted) in [("POINT_5", 70), ("POINT_10", 40), ("POINT_100", 4)] {
        let told_above = json!({"scoreFormat": word, "entries": stars});
        assert_eq!(score(&read(&told_above)), Some(lifted), "{word}");
        let of_user = json!({"data": {"MediaListCollection": {"lists": [{"entries": stars}],
            "user": {"mediaListOptions": {"scoreFormat": word}}}}});
        assert_eq!(score(&read(&of_user)), Some(lifted), "{word}");
    }
    assert_eq!(score(&read(&json!([scored(json!(0))]))), None);
}

#[test]
fn the_export_of_a_person_s_data_has_numbers_for_words_and_no_titles() {
    let file = read(&json!({
        "user": {"id": 1, "display_name": "somebody"},
        "lists": [{"id": 3, "series_id": 154_587, "series_type": 0, "status": 2, "score": 4,
            "progress": 28, "progress_volume": 0, "repeat": 1, "private": 1, "notes": null,
            "started_on": 20_230_929, "finished_on": 20_240_300},
            {"id": 4, "series_id": 30_002, "series_type": 1, "status": 5, "started_on": 0}],
        "activity": [{"object_id": 1}],
    }));
    let [anime, manga] = file.rows.as_slice() else { panic!("{:?}", file.rows) };
    let entry = &told(anime).new.entry;
    assert_eq!((entry.status, entry.score, entry.repeats), (Status::Completed, Some(4), 1));
    assert_eq!(
        (entry.started.to_string(), entry.finished.to_string()),
        ("2023-09-29".into(), "2024-03".into())
    );
    assert!(entry.private);
    assert_eq!((told(manga).new.kind, told(manga).new.entry.repeating), (Kind::Manga, true));
}

#[test]
fn one_odd_entry_loses_no_other() {
    let odd = [
        json!(7),
        json!(null),
        json!([]),
        json!({}),
        entry(2, &json!({"progress": -1})),
        entry(2, &json!({"status": "FINISHED"})),
        entry(2, &json!({"score": 101.5})),
        entry(2, &json!({"media": {"type": "BOOK"}})),
        entry(2, &json!({"notes": "x".repeat(6001)})),
        entry(2, &json!({"notes": "x".repeat(70_000)})),
    ];
    for odd in odd {
        let file =
            read(&json!([entry(1, &json!({"score": 70})), odd, entry(3, &json!({"score": 90}))]));
        let read: Vec<bool> = file.rows.iter().map(|row| row.said.is_ok()).collect();
        assert_eq!(read, [true, false, true], "{odd}");
        assert!(!reason(&file.rows[1]).is_empty());
    }
}

#[test]
fn our_own_form_is_read_with_its_version() {
    let items = json!([{"id": 3, "title": "apricot tales", "type": "anime", "progress": 9}]);
    for form in [json!({"version": 1, "items": items}), json!({"items": items}), items.clone()] {
        let file = read(&form);
        assert_eq!(file.format, Format::Json);
        assert_eq!(told(&file.rows[0]).new.origin, Origin::Local);
    }
    let later = json!({"version": 2, "items": items}).to_string();
    assert_eq!(unreadable(later), Unreadable::Version("2".to_owned()));
}

#[test]
fn what_is_no_list_is_refused() {
    for text in ["{}", r#"{"name": "x"}"#, r#"{"lists": 3}"#, "{\"lists\": {}}"] {
        assert_eq!(unreadable(text), Unreadable::Unknown, "{text}");
    }
    for text in ["[", "[{]", r#"{"lists": [}"#, "[1] [2]", r#"{"items": [], "items": []}"#] {
        assert!(matches!(unreadable(text), Unreadable::Broken(_)), "{text}");
    }
    assert_eq!(unreadable(b"[\"\xff\"]"), Unreadable::Encoding);
    assert_eq!(unreadable(""), Unreadable::Empty);
    assert_eq!(unreadable(" \r\n"), Unreadable::Empty);
    assert_eq!(unreadable(b"SQLite format 3\0..."), Unreadable::Database);
}
