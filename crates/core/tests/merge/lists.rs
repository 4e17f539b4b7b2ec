//! Adding and deleting: nothing comes back that was deleted, and nothing goes that was only not seen.

use anilist_trakt_sync_core::merge::{
    Act, Deletes, Kept, Link, ListService, Listed, Shown, presence,
};
use proptest::prelude::*;
use proptest::sample::select;

/// A work, on which lists it is and what binds it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shelf {
    item: Option<bool>,
    deleted: bool,
    lists: [List; 3],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct List {
    there: bool,
    news: bool,
    link: Link,
    deletes: Deletes,
    delete_there: bool,
    /// How often the product added it there.
    added: usize,
    removed: usize,
}

/// How one list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Whole,
    /// Not at all.
    Down,
    /// Without the entry, though it may be there.
    Filtered,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Add(usize),
    Delete(usize),
    Edit(usize),
    /// In the library, from there too.
    DeleteHere([bool; 3]),
    AddHere,
    Run([Read; 3]),
}

const LIST: List = List {
    there: true,
    news: false,
    link: Link::Linked,
    deletes: Deletes::Forget,
    delete_there: false,
    added: 0,
    removed: 0,
};

impl Shelf {
    fn kept(&self) -> Kept {
        match self.item {
            Some(edited) => Kept::Item { edited },
            None if self.deleted => Kept::Deleted,
            None => Kept::Unknown,
        }
    }

    fn run(&mut self, reads: [Read; 3]) -> bool {
        let listed = |place: usize| {
            let List { there, news, link, deletes, delete_there, .. } = self.lists[place];
            let shown = match reads[place] {
                Read::Down => Shown::Unread,
                Read::Filtered => Shown::Missing,
                Read::Whole if there => Shown::There { news },
                Read::Whole => Shown::Absent,
            };
            let service = ListService::ALL[place];
            let (adds_here, adds_there) = (true, true);
            Listed { service, link, shown, deletes, adds_here, adds_there, delete_there }
        };
        let plan = presence(self.kept(), &[listed(0), listed(1), listed(2)]);
        if plan.delete_here {
            (self.item, self.deleted) = (None, true);
        }
        if plan.add_here {
            self.item = Some(false);
        }
        if self.item.is_some() {
            self.item = Some(false);
        }
        let mut wrote = plan.delete_here || plan.add_here;
        for (list, (act, link)) in self.lists.iter_mut().zip(plan.lists) {
            list.link = link;
            match act {
                Act::Leave | Act::Prove => {}
                Act::Merge => (list.link, list.news) = (Link::Linked, false),
                Act::Add => {
                    (list.there, list.link) = (true, Link::Linked);
                    list.added += 1;
                    wrote = true;
                }
                Act::Delete => {
                    (list.there, list.link) = (false, Link::Gone);
                    list.removed += 1;
                    wrote = true;
                }
            }
        }
        wrote
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Add(place) => self.lists[place].there = true,
            Step::Delete(place) => self.lists[place].there = false,
            Step::Edit(place) => self.lists[place].news = self.lists[place].there,
            Step::DeleteHere(there) => {
                self.deleted |= self.item.take().is_some();
                for (list, there) in self.lists.iter_mut().zip(there) {
                    list.delete_there = there;
                }
            }
            Step::AddHere => {
                (self.item, self.deleted) = (Some(true), false);
                for list in &mut self.lists {
                    list.delete_there = false;
                }
            }
            Step::Run(reads) => {
                self.run(reads);
            }
        }
    }

    fn rest(&mut self) -> usize {
        let rounds = (0..6).take_while(|_| self.run([Read::Whole; 3])).count();
        let still = self.clone();
        assert!(!self.run([Read::Whole; 3]), "it never comes to rest: {self:?}");
        assert_eq!(self.lists.map(|list| list.there), still.lists.map(|list| list.there));
        rounds
    }
}

fn shelf(deletes: Deletes) -> Shelf {
    Shelf { item: Some(false), deleted: false, lists: [List { deletes, ..LIST }; 3] }
}

fn step() -> impl Strategy<Value = Step> {
    let read = || select(vec![Read::Whole, Read::Whole, Read::Down, Read::Filtered]);
    prop_oneof![
        1 => (0usize..3).prop_map(Step::Add),
        1 => (0usize..3).prop_map(Step::Delete),
        1 => (0usize..3).prop_map(Step::Edit),
        1 => any::<[bool; 3]>().prop_map(Step::DeleteHere),
        1 => Just(Step::AddHere),
        4 => [read(), read(), read()].prop_map(Step::Run),
    ]
}

fn deletes() -> impl Strategy<Value = Deletes> {
    select(vec![Deletes::Forget, Deletes::Ask, Deletes::CarryOver])
}

proptest! {
    #![proptest_config(crate::histories(5_000))]

    #[test]
    fn whatever_is_added_and_deleted_it_comes_to_rest(
        deletes in deletes(),
        steps in prop::collection::vec(step(), 0..16),
    ) {
        let mut shelf = shelf(deletes);
        for step in steps {
            shelf.step(step);
        }
        prop_assert!(shelf.rest() <= 2, "{shelf:?}");
    }

    #[test]
    fn what_is_only_not_shown_is_deleted_nowhere(
        deletes in deletes(),
        reads in prop::collection::vec([read(), read(), read()], 0..8),
    ) {
        let mut shelf = shelf(deletes);
        for reads in reads {
            shelf.run(reads);
        }
        prop_assert!(shelf.lists.iter().all(|list| list.there), "{shelf:?}");
        prop_assert!(shelf.item.is_some());
    }

    #[test]
    fn what_the_person_deleted_on_a_list_does_not_come_back_there(
        deletes in deletes(),
        place in 0usize..3,
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let mut shelf = shelf(deletes);
        shelf.step(Step::Delete(place));
        for step in steps {
            let again = matches!(step, Step::Add(there) if there == place);
            if !again && !matches!(step, Step::AddHere) {
                shelf.step(step);
            }
        }
        shelf.rest();
        prop_assert!(!shelf.lists[place].there, "{shelf:?}");
    }

    #[test]
    fn what_the_person_deleted_here_does_not_come_back_here(
        deletes in deletes(),
        there in any::<[bool; 3]>(),
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let mut shelf = shelf(deletes);
        shelf.step(Step::DeleteHere(there));
        for step in steps {
            if !matches!(step, Step::Add(_) | Step::AddHere | Step::DeleteHere(_)) {
                shelf.step(step);
            }
        }
        shelf.rest();
        prop_assert!(shelf.item.is_none(), "{shelf:?}");
        for (list, there) in shelf.lists.iter().zip(there) {
            prop_assert!(there || list.removed == 0, "{shelf:?}");
        }
    }
}

fn read() -> impl Strategy<Value = Read> {
    select(vec![Read::Whole, Read::Down, Read::Filtered])
}

#[test]
fn a_deletion_is_forgotten_asked_or_carried_over() {
    for (deletes, here, elsewhere) in [
        (Deletes::Forget, true, true),
        (Deletes::Ask, true, true),
        (Deletes::CarryOver, false, false),
    ] {
        let mut shelf = shelf(deletes);
        shelf.step(Step::Delete(0));
        shelf.rest();
        let found = (shelf.item.is_some(), shelf.lists[1].there && shelf.lists[2].there);
        assert_eq!(found, (here, elsewhere), "{deletes:?}: {shelf:?}");
    }
}

#[test]
fn an_edit_elsewhere_beats_a_deletion() {
    let mut shelf = shelf(Deletes::CarryOver);
    shelf.step(Step::Delete(0));
    shelf.step(Step::Edit(1));
    shelf.run([Read::Whole; 3]);
    assert!(shelf.item.is_some() && shelf.lists[1].there, "{shelf:?}");
}

#[test]
fn what_is_new_on_one_list_is_added_to_the_others_once() {
    let empty = List { there: false, link: Link::New, ..LIST };
    let mut shelf = Shelf { item: None, deleted: false, lists: [empty; 3] };
    shelf.step(Step::Add(2));
    assert_eq!(shelf.rest(), 1);
    assert_eq!(shelf.lists.map(|list| list.added), [1, 1, 0]);
    assert!(shelf.item.is_some());
}

#[test]
fn who_adds_it_again_wants_it_again() {
    let mut shelf = shelf(Deletes::Forget);
    shelf.step(Step::Delete(0));
    shelf.rest();
    assert_eq!(shelf.lists[0].link, Link::Gone);
    shelf.step(Step::Add(0));
    shelf.rest();
    assert_eq!(shelf.lists[0].link, Link::Linked);
}
