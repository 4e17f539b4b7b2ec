//! What one run leaves to the next, in memory.

use std::any::Any;
use std::sync::{Mutex, PoisonError};

/// Holds what a run leaves until the next one takes it. What that is, the runs know.
#[derive(Debug, Default)]
pub struct Handover(Mutex<Option<Box<dyn Any + Send>>>);

impl Handover {
    /// Leaves this, in place of what was left before.
    pub fn leave(&self, what: impl Any + Send) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(what));
    }

    /// What was left, if it is this. Whoever takes it has it alone.
    pub fn take<T: Any>(&self) -> Option<T> {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        left.downcast().ok().map(|left| *left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_taken_once_and_the_newest_counts() {
        let handover = Handover::default();
        assert_eq!(handover.take::<u8>(), None);
        handover.leave(1_u8);
        handover.leave(2_u8);
        assert_eq!((handover.take::<u8>(), handover.take::<u8>()), (Some(2), None));
        handover.leave("another");
        assert_eq!(handover.take::<u8>(), None);
    }
}
