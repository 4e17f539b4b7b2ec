//! Facts about two changes of one row, made from the same reading of it.

use jiff::Timestamp;

use super::*;
use anilist_trakt_sync_core::domain::{Airing, Entry, FuzzyDate, ListStatus, Media, Titles};

fn waiting(episodes: &[u32]) -> Waiting {
    let media = Media {
        id: AnilistId(1),
        mal_id: None,
        titles: Titles::default(),
        format: None,
        episodes: Some(12),
        start_date: FuzzyDate::default(),
        airing: Airing::default(),
        parent: None,
        cover: None,
    };
    let (completed_at, status) = (FuzzyDate::default(), ListStatus::Current);
    Waiting {
        entry: Entry {
            media,
            status,
            progress: 5,
            repeat: 0,
            completed_at,
            updated_at: 0,
            private: false,
        },
        reason: Reason::EpisodesMissing,
        detail: "as read".to_owned(),
        episodes: episodes.to_vec(),
        ignored: false,
        since: Timestamp::UNIX_EPOCH,
        tried_at: Timestamp::UNIX_EPOCH,
        tried_with: String::new(),
    }
}

/// What a run does to a row: it saw more of the entry, and another reason.
fn run(read: &Waiting, episodes: &[u32]) -> WaitingChange {
    let mut row = Waiting { episodes: episodes.to_vec(), ..read.clone() };
    row.entry.progress = 9;
    (row.reason, row.detail) = (Reason::RefusedByTrakt, "of the run".to_owned());
    WaitingChange::to(Some(read), row)
}

fn ignored(read: &Waiting) -> WaitingChange {
    WaitingChange::to(Some(read), Waiting { ignored: !read.ignored, ..read.clone() })
}

fn decided(read: &Waiting) -> WaitingChange {
    let (reason, detail) = (Reason::Decided, "by hand".to_owned());
    WaitingChange::to(Some(read), Waiting { reason, detail, ..read.clone() })
}

/// What stands after both, in either order.
fn both(read: &Waiting, one: &WaitingChange, other: &WaitingChange) -> Option<Waiting> {
    let after = |first: &WaitingChange, second: &WaitingChange| {
        second.onto(first.onto(Some(read)).as_ref())
    };
    let outcome = after(one, other);
    assert_eq!(after(other, one), outcome);
    outcome
}

#[test]
fn a_run_changes_nothing_about_whether_a_title_is_ignored() {
    for before in [false, true] {
        let read = Waiting { ignored: before, ..waiting(&[3, 4]) };
        let row = both(&read, &run(&read, &[4, 5]), &ignored(&read)).unwrap();
        assert_eq!((row.ignored, row.entry.progress), (!before, 9));
        assert_eq!((row.detail.as_str(), row.episodes), ("of the run", vec![4, 5]));
    }
}

#[test]
fn a_title_that_was_decided_meanwhile_stays_so() {
    let read = waiting(&[3, 4]);
    let after = run(&read, &[4, 5]).onto(decided(&read).onto(Some(&read)).as_ref()).unwrap();
    assert_eq!((after.reason, after.detail.as_str()), (Reason::Decided, "by hand"));
    let taken_back = waiting(&[3, 4]);
    let before = decided(&read).onto(Some(&read)).unwrap();
    let unread = WaitingChange::to(Some(&before), Waiting { episodes: vec![4], ..before.clone() });
    let after = unread.onto(Some(&taken_back)).unwrap();
    assert_eq!((after.reason, after.episodes), (Reason::EpisodesMissing, vec![4]));
}

#[test]
fn episodes_that_one_takes_off_stay_off_and_those_that_the_other_adds_stay() {
    let read = waiting(&[3, 4, 5]);
    let kept = WaitingChange::to(Some(&read), waiting(&[4]));
    assert_eq!(both(&read, &run(&read, &[3, 4, 6]), &kept).unwrap().episodes, [4, 6]);
    let all_kept = WaitingChange::off(&read);
    assert_eq!(both(&read, &run(&read, &[3, 4, 6]), &all_kept).unwrap().episodes, [6]);
    assert_eq!(both(&read, &run(&read, &[3]), &all_kept), None);
    assert_eq!(
        both(&read, &run(&read, &[5]), &WaitingChange::to(Some(&read), waiting(&[3]))),
        None
    );
}

#[test]
fn a_title_that_a_run_takes_off_is_not_brought_back() {
    let read = waiting(&[3]);
    for by_hand in [ignored(&read), decided(&read)] {
        assert_eq!(both(&read, &WaitingChange::off(&read), &by_hand), None);
    }
    let whole = waiting(&[]);
    assert_eq!(WaitingChange::off(&whole).onto(ignored(&whole).onto(Some(&whole)).as_ref()), None);
}

#[test]
fn a_title_that_is_new_can_be_ignored_before_the_run_writes_it_again() {
    let new = WaitingChange::to(None, waiting(&[3]));
    assert_eq!(new.onto(None), Some(waiting(&[3])));
    let again = WaitingChange::to(None, waiting(&[3, 4]));
    let ignored = Waiting { ignored: true, ..waiting(&[3]) };
    let expected = Waiting { ignored: true, ..waiting(&[3, 4]) };
    assert_eq!(again.onto(Some(&ignored)), Some(expected));
}

#[test]
fn a_run_that_writes_a_row_twice_has_its_last_word() {
    let read = waiting(&[3, 4]);
    let first = run(&read, &[4, 5]).onto(Some(&read)).unwrap();
    let second = run(&read, &[5, 6]).onto(Some(&first)).unwrap();
    assert_eq!((second.episodes, second.detail.as_str()), (vec![5, 6], "of the run"));
    let whole = run(&read, &[]).onto(Some(&first)).unwrap();
    assert_eq!(whole.episodes, [0; 0]);
}
