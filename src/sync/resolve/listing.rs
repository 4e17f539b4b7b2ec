//! What Trakt lists of one show.

use std::collections::BTreeSet;
use std::time::Duration;

use super::budget::{Budget, Means};
use super::shows::Shelf;
use crate::domain::{Show, TraktShowId};
use crate::hub::error::{Error, Result};
use crate::hub::live::Teller;

/// How long one show may take.
const BUDGET: Duration = Duration::from_secs(30);

/// Which copy of a show will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The stored one, or Trakt's where there is none.
    Stored,
    /// Trakt's of now.
    Fresh,
}

/// What Trakt lists of a show; none when Trakt has no such show, or no episode of it. What had to be
/// fetched is stored. Trakt that cannot be asked is an error.
pub async fn listing(means: Means<'_>, show: TraktShowId, copy: Copy) -> Result<Option<Show>> {
    let mut asking = Budget::new(means, means.clock.instant() + BUDGET, Teller::nobody());
    let mut shelf = Shelf::default();
    let wanted = BTreeSet::from([show]);
    match copy {
        Copy::Stored => shelf.load(wanted, &mut asking).await?,
        Copy::Fresh => shelf.fetch(wanted, &mut asking).await?,
    }
    match (shelf.into_shows().remove(&show), asking.into_interruption()) {
        (Some(listed), _) => Ok(listed),
        (None, Some(why)) => {
            Err(Error::Refused { message: why.cause, hint: "try again later; nothing was saved" })
        }
        (None, None) => Ok(None),
    }
}
