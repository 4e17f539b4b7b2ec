//! What airs of a library, and the file that calendar apps read.

use std::collections::BTreeMap;

use anilist_trakt_sync_core::domain::{AnilistId, ScheduledEpisode};
use anilist_trakt_sync_core::library::calendar::{
    CalendarEntry, Schedules, Window, calendar, icalendar, renewed,
};
use anilist_trakt_sync_core::library::{Item, Kind, Library, Work};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::samples::{add, at, item, three};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn airs(episode: u32, seconds: i64) -> ScheduledEpisode {
    ScheduledEpisode { episode, airs_at: at(seconds) }
}

/// From `from` to `to`, in days.
fn days(from: i64, to: i64) -> Window {
    Window { from: at(from * DAY), to: at(to * DAY) }
}

fn schedule_of(id: u32, episodes: &[ScheduledEpisode]) -> Schedules {
    BTreeMap::from([(AnilistId(id), episodes.to_vec())])
}

fn items(library: &Library) -> impl Iterator<Item = &Item> {
    library.items().map(AsRef::as_ref)
}

/// Number, episode and how far behind.
fn told(entries: &[CalendarEntry<'_>]) -> Vec<(u64, u32, Option<u32>)> {
    entries.iter().map(|entry| (entry.item.id.0, entry.episode, entry.behind)).collect()
}

#[test]
fn what_airs_stands_by_time_from_the_first_moment_until_before_the_last() {
    let mut library = three();
    let other = json!({"title": "b", "type": "anime", "anilist_id": 5, "status": "watching", "progress": 2});
    add(&mut library, other).unwrap();
    let mut schedules =
        schedule_of(154_587, &[airs(14, 0), airs(15, 7 * DAY - 1), airs(16, 7 * DAY)]);
    schedules.extend(schedule_of(5, &[airs(3, DAY)]));
    let entries = calendar(items(&library), &schedules, days(0, 7), at(HOUR));
    assert_eq!(told(&entries), [(1, 14, Some(2)), (4, 3, Some(0)), (1, 15, Some(2))]);
    assert!(calendar(items(&library), &schedules, days(8, 9), at(0)).is_empty());
}

#[test]
fn how_far_behind_somebody_is_goes_by_what_has_aired_by_now() {
    let mut library = three();
    let schedules = schedule_of(154_587, &[airs(14, 0), airs(15, 7 * DAY)]);
    let behind = |library: &Library, now| {
        calendar(items(library), &schedules, days(0, 8), now).first().and_then(|one| one.behind)
    };
    assert_eq!(behind(&library, at(-1)), Some(1));
    assert_eq!(behind(&library, at(0)), Some(2));
    assert_eq!(behind(&library, at(8 * DAY)), Some(3), "all that is known has aired");
    let again = json!({"title": "c", "type": "anime", "anilist_id": 9, "status": "rewatching"});
    let again = add(&mut library, again).unwrap();
    let entries = schedule_of(9, &[airs(4, 0)]);
    let entries = calendar(items(&library), &entries, days(0, 1), at(0));
    assert_eq!(told(&entries), [(again.0, 4, None)]);
}

#[test]
fn what_is_over_and_what_is_read_airs_no_more() {
    let library = three();
    let mut frieren = item(&library, 1).clone();
    assert_eq!(frieren.airs_as(), Some(AnilistId(154_587)));
    for (word, airs) in
        [("releasing", true), ("hiatus", true), ("finished", false), ("cancelled", false)]
    {
        frieren.work.release_status = Some(word.to_owned());
        assert_eq!(frieren.airs_as().is_some(), airs, "{word}");
    }
    assert_eq!((item(&library, 2).kind, item(&library, 2).airs_as()), (Kind::Manga, None));
    assert_eq!(item(&library, 3).airs_as(), None, "AniList does not have it");
}

#[test]
fn an_episode_that_aired_stays_known_for_some_days_and_one_that_was_put_off_comes_once() {
    let before = [airs(3, -9 * DAY), airs(4, -DAY), airs(5, -HOUR), airs(6, DAY)];
    let told = vec![airs(5, DAY), airs(6, 8 * DAY)];
    assert_eq!(renewed(&before, told.clone(), at(0)), [vec![airs(4, -DAY)], told].concat());
    assert_eq!(renewed(&before, Vec::new(), at(0)), [airs(4, -DAY), airs(5, -HOUR)]);
    assert_eq!(renewed(&[], vec![airs(1, DAY)], at(0)), [airs(1, DAY)]);
}

/// A parameterless content line as a reader sees it: its name and its raw value.
type Line = (String, String);

/// Reads a calendar as RFC 5545 says, and holds it to its form on the way.
fn lines(text: &str) -> Vec<Line> {
    assert!(text.ends_with("\r\n"));
    let raw: Vec<&str> = text.split_terminator("\r\n").collect();
    for line in &raw {
        assert!((1..=75).contains(&line.len()), "{} octets: {line:?}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        assert!(line.chars().all(|c| c == '\t' || !c.is_control()), "{line:?}");
    }
    let mut lines: Vec<String> = Vec::new();
    for line in raw {
        match line.strip_prefix(' ') {
            Some(more) => lines.last_mut().unwrap().push_str(more),
            None => lines.push(line.to_owned()),
        }
    }
    let split = |line: String| line.split_once(':').map(|(name, rest)| (name.into(), rest.into()));
    lines.into_iter().map(|line| split(line).unwrap()).collect()
}

/// What a value of the type TEXT says. Nothing that has to be escaped may stand alone.
fn unescaped(value: &str) -> String {
    let (mut text, mut letters) = (String::new(), value.chars());
    while let Some(letter) = letters.next() {
        assert!(!";,".contains(letter), "{value:?}");
        match letter {
            '\\' => text.push(match letters.next().unwrap() {
                'n' | 'N' => '\n',
                escaped => {
                    assert!("\\;,".contains(escaped), "{value:?}");
                    escaped
                }
            }),
            other => text.push(other),
        }
    }
    text
}

fn one<'a>(lines: &'a [Line], name: &str) -> &'a str {
    let found: Vec<_> = lines.iter().filter(|(known, _)| known == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    &found[0].1
}

fn entry(item: &Item, episode: u32) -> CalendarEntry<'_> {
    CalendarEntry { item, episode, airs_at: at(DAY), behind: None }
}

#[test]
fn a_calendar_says_what_an_app_needs() {
    let mut frieren = item(&three(), 1).clone();
    frieren.work.site_url = Some("https://anilist.co/anime/154587".to_owned());
    frieren.work.episode_minutes = Some(25);
    let text = icalendar(&[entry(&frieren, 5)], at(0));
    let expected = "\
        BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//anilist-trakt-sync//calendar//EN\r\n\
        CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nNAME:Anime\r\nX-WR-CALNAME:Anime\r\n\
        REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n\
        BEGIN:VEVENT\r\nUID:anilist-154587-episode-5@anilist-trakt-sync\r\n\
        DTSTAMP:20260101T000000Z\r\nDTSTART:20260102T000000Z\r\nDURATION:PT25M\r\n\
        SUMMARY:Frieren · episode 5\r\nURL:https://anilist.co/anime/154587\r\n\
        TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(text, expected);
    frieren.work.episode_minutes = None;
    frieren.work.site_url = Some("https://a.example/\r\nATTENDEE:x".to_owned());
    let lines = lines(&icalendar(&[entry(&frieren, 5)], at(0)));
    assert_eq!(one(&lines, "DURATION"), "PT24M");
    assert!(lines.iter().all(|(name, _)| name != "URL" && name != "ATTENDEE"));
}

#[test]
fn a_calendar_of_nothing_is_one() {
    let lines = lines(&icalendar(&[], at(0)));
    assert_eq!(lines.first(), Some(&("BEGIN".to_owned(), "VCALENDAR".to_owned())));
    assert_eq!(lines.last(), Some(&("END".to_owned(), "VCALENDAR".to_owned())));
    assert!(lines.iter().all(|(_, value)| value != "VEVENT"));
}

/// What is left of a title: lines end in one way, and what no text may hold is gone.
fn plain(title: &str) -> String {
    let lines = title.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|c| "\n\t".contains(*c) || !c.is_control()).collect()
}

proptest! {
    #[test]
    fn every_title_comes_out_of_the_file_as_it_went_in(
        title in "([A-Za-z0-9 .:]|[\\\\;,\\r\\n\\t]|[葬送のé🜂\u{7f}\u{1}]|\\PC){0,120}",
        episode in 1..3000_u32, minutes in prop::option::of(any::<u32>()),
        seconds in -DAY * 300..DAY * 3000,
    ) {
        let mut item = item(&three(), 1).clone();
        item.work = Work { episode_minutes: minutes, ids: item.work.ids, ..Work::titled(title.clone()) };
        let airs_at = at(seconds);
        let text = icalendar(&[CalendarEntry { item: &item, episode, airs_at, behind: None }], at(0));
        let lines = lines(&text);
        let summary = unescaped(one(&lines, "SUMMARY"));
        prop_assert_eq!(summary, format!("{} · episode {episode}", plain(&title)));
        let start: Timestamp = one(&lines, "DTSTART").parse().unwrap();
        prop_assert_eq!(start, airs_at);
        let long: SignedDuration = one(&lines, "DURATION").parse().unwrap();
        prop_assert!(long >= SignedDuration::from_mins(1) && long <= SignedDuration::from_hours(24));
    }

    #[test]
    fn each_episode_of_each_title_is_one_event_of_its_own(
        wanted in prop::collection::btree_set((1..50_u32, 1..50_u32), 0..60),
    ) {
        let model = item(&three(), 1).clone();
        let titles: Vec<Item> = wanted.iter().map(|(id, _)| {
            let mut item = model.clone();
            item.work.ids.anilist = Some(AnilistId(*id));
            item
        }).collect();
        let entries: Vec<_> =
            titles.iter().zip(&wanted).map(|(item, (_, episode))| entry(item, *episode)).collect();
        let text = icalendar(&entries, at(0));
        let lines = lines(&text);
        let uids = lines.iter().filter(|(name, _)| name == "UID").map(|(_, uid)| uid);
        let different: std::collections::BTreeSet<_> = uids.clone().collect();
        prop_assert_eq!((uids.count(), different.len()), (wanted.len(), wanted.len()));
    }
}
