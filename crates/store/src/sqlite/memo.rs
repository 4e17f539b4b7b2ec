//! What was read of the database, for as long as nobody changes it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::connection::State;

/// More than the number of different questions that are asked again and again.
const ANSWERS: usize = 16;

/// Answers to questions, all of one state of the database.
#[derive(Debug)]
pub(super) struct Memo<Q, A>(Mutex<(State, HashMap<Q, A>)>);

impl<Q, A> Default for Memo<Q, A> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Q: Eq + Hash, A: Clone> Memo<Q, A> {
    /// The answer, if it is of this state.
    pub(super) fn recall(&self, state: State, question: &Q) -> Option<A> {
        let kept = self.kept();
        if kept.0 == state { kept.1.get(question).cloned() } else { None }
    }

    /// Keeps an answer. It was read after the database was found in this state, so it may be newer,
    /// and then nobody finds the database in this state again. Older answers go, and one that is
    /// older than what is kept is not. When there are too many, all go.
    pub(super) fn keep(&self, state: State, question: Q, answer: A) {
        let mut kept = self.kept();
        if kept.0 < state || kept.0 == state && kept.1.len() == ANSWERS {
            *kept = (state, HashMap::new());
        }
        if kept.0 == state {
            kept.1.insert(question, answer);
        }
    }

    fn kept(&self) -> MutexGuard<'_, (State, HashMap<Q, A>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_for_its_state_alone() {
        let memo = Memo::default();
        memo.keep(1, "titles", 5);
        assert_eq!(memo.recall(1, &"titles"), Some(5));
        assert_eq!(memo.recall(2, &"titles"), None);
        assert_eq!(memo.recall(1, &"runs"), None);
        memo.keep(2, "runs", 7);
        assert_eq!(memo.recall(2, &"titles"), None, "it was of the state before");
    }

    #[test]
    fn whoever_asks_ever_new_questions_fills_no_memory() {
        let memo = Memo::default();
        for question in 0..1000 {
            memo.keep(1, question, question);
            assert_eq!(memo.recall(1, &question), Some(question));
            assert!(memo.kept().1.len() <= ANSWERS);
        }
    }

    #[test]
    fn a_slow_reader_does_not_bring_an_old_state_back() {
        let memo = Memo::default();
        memo.keep(2, "titles", 6);
        memo.keep(1, "titles", 5);
        assert_eq!(memo.recall(2, &"titles"), Some(6));
        assert_eq!(memo.recall(1, &"titles"), None);
    }
}
