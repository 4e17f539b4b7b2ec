//! The last plans that were made, for those who read one a page at a time: every page is of the very
//! same plan, and none costs a request to another service.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::params::shown;
use super::plan::KeptPlan;
use crate::domain::{AccountId, Digest};
use crate::hub::error::{Error, Result};

/// No more plans are kept,
const MOST: usize = 16;

/// nor more bytes of them, packed: a million plays,
const MOST_BYTES: usize = 16 << 20;

/// nor any for longer.
const GOOD_FOR: Duration = Duration::from_mins(30);

/// The plans of this process. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Plans {
    kept: Arc<Mutex<VecDeque<Kept>>>,
    most_bytes: usize,
}

/// A plan, and whose it is.
#[derive(Debug)]
struct Kept {
    account: AccountId,
    /// When it was made.
    at: Instant,
    plan: Arc<KeptPlan>,
}

impl Default for Plans {
    fn default() -> Self {
        Self { kept: Arc::default(), most_bytes: MOST_BYTES }
    }
}

impl Plans {
    /// Keeps a plan, and forgets the oldest where that is too much. One that is made again is kept
    /// once.
    pub(super) fn keep(
        &self,
        account: &AccountId,
        now: Instant,
        plan: KeptPlan,
    ) -> Result<Arc<KeptPlan>> {
        if plan.bytes() > self.most_bytes {
            return Err(too_large(&plan));
        }
        let plan = Arc::new(plan);
        let mut kept = self.fresh(now);
        kept.retain(|old| !old.is(account, plan.name()));
        kept.push_back(Kept { account: account.clone(), at: now, plan: Arc::clone(&plan) });
        while kept.len() > MOST || bytes(&kept) > self.most_bytes {
            kept.pop_front();
        }
        drop(kept);
        Ok(plan)
    }

    /// The plan of this name.
    pub(super) fn named(
        &self,
        account: &AccountId,
        now: Instant,
        name: &str,
    ) -> Result<Arc<KeptPlan>> {
        let kept = self.fresh(now);
        let named = |name| kept.iter().find(|kept| kept.is(account, name));
        let plan = name.parse().ok().and_then(named).map(|kept| Arc::clone(&kept.plan));
        plan.ok_or_else(|| gone(name))
    }

    /// Those that are not too old.
    fn fresh(&self, now: Instant) -> MutexGuard<'_, VecDeque<Kept>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| now.saturating_duration_since(kept.at) < GOOD_FOR);
        kept
    }
}

impl Kept {
    fn is(&self, account: &AccountId, name: Digest) -> bool {
        self.account == *account && self.plan.name() == name
    }
}

fn bytes(kept: &VecDeque<Kept>) -> usize {
    kept.iter().map(|kept| kept.plan.bytes()).sum()
}

fn gone(name: &str) -> Error {
    let message = format!("no plan of this name is kept here any more: {}", shown(name));
    Error::not_found(
        message,
        "make it anew: preview again, or ask with mode or anilistId instead of plan",
    )
}

fn too_large(plan: &KeptPlan) -> Error {
    let message = format!("the plan is too large to be shown; its plays are {}", plan.plays());
    let hint = "ask for a part: ?mode=watching, ?anilistId=, or a lower MAX_PLAYS_PER_RUN";
    Error::Refused { message, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> AccountId {
        AccountId::new(name.to_owned())
    }

    fn plan(number: usize) -> KeptPlan {
        KeptPlan::of_numbers(number, 0..1000)
    }

    fn are_kept(plans: &Plans, now: Instant, numbers: std::ops::Range<usize>) -> Vec<bool> {
        let name = |number| plan(number).name().to_string();
        let is_kept = |number| plans.named(&account("one"), now, &name(number)).is_ok();
        numbers.map(is_kept).collect()
    }

    #[test]
    fn the_oldest_is_forgotten_where_there_are_too_many() {
        let (plans, now) = (Plans::default(), Instant::now());
        for number in 0..=MOST {
            plans.keep(&account("one"), now, plan(number)).unwrap();
        }
        let kept = are_kept(&plans, now, 0..MOST + 1);
        assert_eq!(kept, [vec![false], vec![true; MOST]].concat());
    }

    #[test]
    fn the_oldest_are_forgotten_where_all_are_too_large() {
        let most_bytes = plan(0).bytes() * 5 / 2;
        let (plans, now) = (Plans { most_bytes, ..Plans::default() }, Instant::now());
        for number in 0..4 {
            plans.keep(&account("one"), now, plan(number)).unwrap();
            assert!(bytes(&plans.fresh(now)) <= most_bytes);
        }
        assert_eq!(are_kept(&plans, now, 0..4), [false, false, true, true]);
    }

    #[test]
    fn one_that_is_too_large_by_itself_is_refused_and_displaces_none() {
        let (plans, now) =
            (Plans { most_bytes: plan(0).bytes(), ..Plans::default() }, Instant::now());
        plans.keep(&account("one"), now, plan(0)).unwrap();
        let large = KeptPlan::of_numbers(0, 0..100_000);
        let error = plans.keep(&account("one"), now, large).unwrap_err();
        assert_eq!(error.sentence(), "the plan is too large to be shown; its plays are 100000");
        assert_eq!((error.code(), are_kept(&plans, now, 0..1)), ("refused", vec![true]));
    }

    #[test]
    fn one_that_is_made_again_is_kept_once_and_from_then_on() {
        let (plans, then) = (Plans::default(), Instant::now());
        let later = then + GOOD_FOR / 2;
        for (at, number) in [(then, 0), (then, 1), (later, 0)] {
            plans.keep(&account("one"), at, plan(number)).unwrap();
        }
        assert_eq!(plans.fresh(later).len(), 2);
        assert_eq!(are_kept(&plans, then + GOOD_FOR, 0..2), [true, false]);
    }

    #[test]
    fn each_account_has_its_own() {
        let (plans, now) = (Plans::default(), Instant::now());
        let name = plans.keep(&account("one"), now, plan(0)).unwrap().name().to_string();
        let error = plans.named(&account("other"), now, &name).unwrap_err();
        assert_eq!(error.code(), "not_found");
        assert!(plans.named(&account("one"), now, &name).is_ok());
    }
}
