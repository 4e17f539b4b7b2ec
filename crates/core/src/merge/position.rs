//! How far somebody is in a work, over all the times that they watch it.

use crate::library::Status;

use super::value::{Count, Entry};

/// How far an entry is; the greater is further.
///
/// Whoever starts a work again is further than when they had finished it, though their progress fell. The order is
/// total, so the furthest of some does not depend on which is looked at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// How often the work was watched again, the time that goes on counted.
    cycle: u32,
    /// How much of it, this time.
    reach: Count,
    /// Whether this time is over.
    done: bool,
}

impl Position {
    /// Where an entry is.
    pub fn of(entry: &Entry) -> Self {
        let done = entry.status == Status::Completed;
        let again = u32::from(entry.repeating && !done);
        let cycle = entry.repeats.saturating_add(again);
        Self { cycle, reach: entry.progress, done }
    }

    /// How often the work was watched again, the time that goes on counted.
    pub fn cycle(self) -> u32 {
        self.cycle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(status: Status, repeating: bool, repeats: u32, progress: Count) -> Position {
        Position::of(&Entry { status, repeating, repeats, progress, ..Entry::default() })
    }

    #[test]
    fn starting_again_is_further_than_having_finished() {
        let way = [
            at(Status::Planning, false, 0, Count::Of(0)),
            at(Status::Current, false, 0, Count::Of(5)),
            at(Status::Current, false, 0, Count::Of(12)),
            at(Status::Completed, false, 0, Count::Of(12)),
            at(Status::Completed, false, 0, Count::All),
            at(Status::Current, true, 0, Count::Of(0)),
            at(Status::OnHold, true, 0, Count::Of(3)),
            at(Status::Completed, false, 1, Count::All),
            at(Status::Current, true, 1, Count::Of(1)),
        ];
        assert!(way.is_sorted_by(|one, next| one < next), "{way:?}");
    }
}
