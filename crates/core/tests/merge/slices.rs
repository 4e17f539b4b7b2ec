//! Works that one service has as one entry and another as several.

use anilist_trakt_sync_core::library::Status;
use anilist_trakt_sync_core::merge::{Part, Slice};
use proptest::prelude::*;
use proptest::sample::select;

use Status::{Completed, Current, Dropped, OnHold, Planning};

fn part(status: Status, progress: u32) -> Part {
    Part { status, progress }
}

/// 12 and 13 of 25 episodes.
const TWO: [Slice; 2] = [Slice { from: 1, to: Some(12) }, Slice { from: 13, to: Some(25) }];

fn joined(first: Option<Part>, second: Option<Part>) -> Option<Part> {
    Part::join(&[(TWO[0], first), (TWO[1], second)])
}

#[test]
fn a_work_is_cut_where_its_parts_end() {
    let first = |progress| Some(part(Current, progress));
    assert_eq!(part(Current, 8).cut(&TWO), [first(8), None]);
    assert_eq!(part(Current, 12).cut(&TWO), [Some(part(Completed, 12)), None]);
    assert_eq!(part(Current, 14).cut(&TWO), [Some(part(Completed, 12)), first(2)]);
    let done = [Some(part(Completed, 12)), Some(part(Completed, 13))];
    assert_eq!(part(Completed, 25).cut(&TWO), done);
    assert_eq!(part(Planning, 0).cut(&TWO), [Some(part(Planning, 0)), None]);
    let dropped = [Some(part(Completed, 12)), Some(part(Dropped, 3))];
    assert_eq!(part(Dropped, 15).cut(&TWO), dropped);
}

#[test]
fn parts_are_a_work_again() {
    let full = Some(part(Completed, 12));
    assert_eq!(joined(full, Some(part(Current, 5))), Some(part(Current, 17)));
    assert_eq!(joined(full, Some(part(Completed, 13))), Some(part(Completed, 25)));
    assert_eq!(joined(full, None), Some(part(Current, 12)));
    assert_eq!(joined(full, Some(part(Planning, 0))), Some(part(Current, 12)));
    assert_eq!(joined(Some(part(OnHold, 3)), None), Some(part(OnHold, 3)));
    assert_eq!(joined(None, None), None);
    // A hole is not filled: who has only the second part has not seen the first.
    assert_eq!(joined(None, Some(part(Current, 5))), Some(part(Current, 0)));
    assert_eq!(joined(Some(part(Current, 8)), Some(part(Current, 5))), Some(part(Current, 8)));
}

/// Parts one after the other, and the work that they make up.
fn slices() -> impl Strategy<Value = (Vec<Slice>, u32)> {
    prop::collection::vec(1u32..30, 1..5).prop_map(|lengths| {
        let mut last = 0;
        let slices = lengths.iter().map(|length| {
            let from = last + 1;
            last += length;
            Slice { from, to: Some(last) }
        });
        (slices.collect(), lengths.iter().sum())
    })
}

proptest! {
    #![proptest_config(crate::histories(1_000))]

    #[test]
    fn what_is_cut_joins_to_itself(
        (slices, total) in slices(),
        seen in 0u32..120,
        status in select(vec![Planning, Current, OnHold, Dropped, Completed]),
    ) {
        let seen = if status == Completed { total } else { seen.min(total) };
        let parts = part(status, seen).cut(&slices);
        let with_parts: Vec<_> = slices.iter().copied().zip(parts.iter().copied()).collect();
        let whole = Part::join(&with_parts).unwrap();
        prop_assert_eq!(whole.progress, seen);
        // At the end of a part a list has no word for what the person means of the next one.
        let between = slices.iter().any(|slice| slice.to == Some(seen));
        prop_assert!(between || whole.status == status, "{:?}", with_parts);
        prop_assert_eq!(whole.cut(&slices), parts);
    }
}
