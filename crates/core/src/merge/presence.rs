//! Which lists an entry is on, and on which it should be.
//!
//! An entry that is absent was deleted, or never there, or the list was not read whole. Only what was agreed tells these
//! apart; and what was deleted stays deleted until the person adds it again.

use serde::{Deserialize, Serialize};

use super::profile::ListService;

/// What binds an item and its entry at a service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// Nothing yet.
    #[default]
    New,
    /// They are the same, and have been merged.
    Linked,
    /// The person deleted it there. It is not added there again.
    Gone,
    /// The person deleted it here; the entry there is left alone, and not added here again.
    Dismissed,
    /// It was deleted there, and the person has not said what that means.
    Asked,
}

/// What a list shows of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The list was not read.
    Unread,
    /// It is there. `news` says that it is not what was seen there last.
    There {
        /// Whether it changed.
        news: bool,
    },
    /// It is not, in a list that may not have been whole.
    Missing,
    /// It is not: the list was whole, and asked for by itself the entry is unknown.
    Absent,
}

/// What a person wants of an entry that was deleted on one list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deletes {
    /// It is left off that list, and stays everywhere else.
    #[default]
    Forget,
    /// They are asked.
    Ask,
    /// It is deleted here and everywhere.
    CarryOver,
}

/// The library's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It has the item. `edited` says that the person changed it since it was last merged.
    Item {
        /// Whether it was changed here.
        edited: bool,
    },
    /// It never had it.
    Unknown,
    /// The person deleted it here.
    Deleted,
}

/// One list's side.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// Whose list.
    pub service: ListService,
    /// What binds it to the item.
    pub link: Link,
    /// What the list shows.
    pub shown: Shown,
    /// What is wanted where it was deleted there.
    pub deletes: Deletes,
    /// Whether what is new there comes here.
    pub adds_here: bool,
    /// Whether what is new here goes there. Not where the entry is hidden and the service cannot hide it.
    pub adds_there: bool,
    /// Whether the person asked for it to be deleted there as well, when they deleted it here.
    pub delete_there: bool,
}

/// What is to be done on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Nothing.
    Leave,
    /// It is merged.
    Merge,
    /// It is added there.
    Add,
    /// It is deleted there.
    Delete,
    /// It is asked for by itself, to know whether it is gone.
    Prove,
}

/// What comes of an entry's presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Whether it is deleted here.
    pub delete_here: bool,
    /// Whether it is new here.
    pub add_here: bool,
    /// Lists it was deleted from, where the person has to say what that means.
    pub asked: Vec<ListService>,
    /// What is to be done on each list, and what binds it to the item then, in the order given.
    pub lists: Vec<(Act, Link)>,
}

/// Decides where an entry has to be.
pub fn presence(kept: Kept, lists: &[Listed]) -> Presence {
    let has = matches!(kept, Kept::Item { .. });
    // An edit elsewhere beats a deletion: the person is asked.
    let edited = kept == Kept::Item { edited: true }
        || lists.iter().any(|list| list.shown == Shown::There { news: true });
    let deleted = |list: &&Listed| has && list.was_deleted();
    let carries = |list: &Listed| list.deletes == Deletes::CarryOver && !edited;
    let delete_here = lists.iter().filter(deleted).any(carries);
    let asks = |list: &&Listed| list.deletes != Deletes::Forget && !carries(list);
    let asked: Vec<ListService> =
        lists.iter().filter(deleted).filter(asks).map(|list| list.service).collect();
    let add_here = !has && lists.iter().any(|list| list.is_new_here(kept));
    let fate = match () {
        () if delete_here => Fate::Deletes,
        () if has || add_here => Fate::Keeps,
        () if kept == Kept::Deleted => Fate::Deleted,
        () => Fate::Unknown,
    };
    let step = |list: &Listed| match list.shown {
        Shown::Missing if list.link == Link::Linked => (Act::Prove, list.link),
        Shown::Unread | Shown::Missing => (Act::Leave, list.link),
        Shown::Absent if asked.contains(&list.service) => (Act::Leave, Link::Asked),
        Shown::Absent => list.step_absent(fate),
        Shown::There { .. } => list.step_there(fate),
    };
    Presence { delete_here, add_here, lists: lists.iter().map(step).collect(), asked }
}

/// What becomes of the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is in the library.
    Keeps,
    /// It is deleted now, everywhere.
    Deletes,
    /// It was deleted.
    Deleted,
    /// It never was there, and will not be.
    Unknown,
}

impl Listed {
    fn was_deleted(self) -> bool {
        self.link == Link::Linked && self.shown == Shown::Absent
    }

    /// Whether it is on the list and belongs into the library, which has it not.
    fn is_new_here(self, kept: Kept) -> bool {
        let there = matches!(self.shown, Shown::There { .. });
        // Who deleted it everywhere and added it again wants it again.
        let added = if kept == Kept::Deleted {
            self.link == Link::Gone
        } else {
            self.link != Link::Dismissed
        };
        there && self.adds_here && added
    }

    fn step_absent(self, fate: Fate) -> (Act, Link) {
        match (self.link, fate) {
            (Link::New, Fate::Keeps) if self.adds_there => (Act::Add, Link::New),
            (Link::Asked, Fate::Keeps) | (Link::New, _) => (Act::Leave, self.link),
            _ => (Act::Leave, Link::Gone),
        }
    }

    fn step_there(self, fate: Fate) -> (Act, Link) {
        match (fate, self.link) {
            (Fate::Keeps, Link::Linked | Link::Asked) => (Act::Merge, Link::Linked),
            (Fate::Keeps, _) => (Act::Merge, Link::New),
            (Fate::Deletes, Link::Linked) => (Act::Delete, Link::Linked),
            (Fate::Deleted, Link::Linked) if self.delete_there => (Act::Delete, Link::Linked),
            (Fate::Unknown, link) => (Act::Leave, link),
            (Fate::Deletes | Fate::Deleted, _) => (Act::Leave, Link::Dismissed),
        }
    }
}

/// Why a run stops before it writes to a service, or believes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// It shows nothing where it showed something.
    Empty,
    /// It shows far fewer entries than it did.
    Shrunk,
    /// Far more was deleted there or would be than anybody deletes at once.
    Deletes,
    /// Far more was changed there than anybody changes at once.
    Changes,
}

impl Guard {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Shrunk => "shrunk",
            Self::Deletes => "deletes",
            Self::Changes => "changes",
        }
    }

    /// What it saw, as a sentence for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => {
                "the list is empty, and was not: nothing is believed or written before you say that it is so"
            }
            Self::Shrunk => {
                "the list is much shorter than it was: nothing is believed or written before you say that it is so"
            }
            Self::Deletes => {
                "far more would be deleted than anybody deletes at once: nothing is before you say that it is meant"
            }
            Self::Changes => {
                "far more was changed there than anybody changes at once: nothing is believed before you say that it is meant"
            }
        }
    }
}

/// How much a run would do with a service's list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many entries are linked.
    pub linked: usize,
    /// How many of them the list shows.
    pub shown: usize,
    /// How many of those changed there.
    pub changed: usize,
    /// How many would be deleted, there or because they were deleted there.
    pub deletes: usize,
}

impl Extent {
    /// What should stop a run until the person says that it is meant.
    pub fn guard(self) -> Option<Guard> {
        let Self { linked, shown, changed, deletes } = self;
        let gone = linked.saturating_sub(shown);
        if linked > 0 && shown == 0 {
            Some(Guard::Empty)
        } else if gone > 10 && gone * 10 > linked {
            Some(Guard::Shrunk)
        } else if deletes > 5 && deletes * 50 > linked {
            Some(Guard::Deletes)
        } else if changed > 50 && changed * 4 > linked {
            Some(Guard::Changes)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_more_than_usual_stops_a_run_and_the_usual_does_not() {
        let extent = Extent { linked: 400, shown: 400, changed: 0, deletes: 0 };
        let cases = [
            (extent, None),
            (Extent { shown: 0, ..extent }, Some(Guard::Empty)),
            (Extent { linked: 1, shown: 0, ..extent }, Some(Guard::Empty)),
            (Extent { linked: 0, shown: 0, ..extent }, None),
            (Extent { shown: 360, ..extent }, None),
            (Extent { shown: 359, ..extent }, Some(Guard::Shrunk)),
            (Extent { linked: 20, shown: 10, ..extent }, None),
            (Extent { deletes: 8, ..extent }, None),
            (Extent { deletes: 9, ..extent }, Some(Guard::Deletes)),
            (Extent { linked: 20, shown: 20, deletes: 5, ..extent }, None),
            (Extent { linked: 20, shown: 20, deletes: 6, ..extent }, Some(Guard::Deletes)),
            (Extent { changed: 100, ..extent }, None),
            (Extent { changed: 101, ..extent }, Some(Guard::Changes)),
            (Extent { linked: 60, shown: 60, changed: 50, ..extent }, None),
        ];
        for (extent, guard) in cases {
            assert_eq!(extent.guard(), guard, "{extent:?}");
        }
    }
}
