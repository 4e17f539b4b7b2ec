//! What ends a reading before its end: a person, the end of the service, or the time it takes.
//!
//! Lists and histories come in pages, and a server may have no end of them. Reading changes nothing,
//! so it can be dropped wherever it is.

use std::time::Duration;

use crate::hub::error::{Error, Result};
use crate::hub::live::Teller;
use crate::hub::person::Person;
use crate::sync::resolve::CANCELLED;

/// How long a run may read before it posts. What looks things up stops well before.
pub(super) const LONGEST_READING: Duration = Duration::from_mins(5);

/// Does the work to its end, unless a person stops the run or the service ends.
pub(super) async fn unless_halted<T>(
    person: &Person,
    teller: &Teller,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        biased;
        () = teller.cancelled() => halted(CANCELLED),
        () = person.services.stopping() => halted("the service is being stopped"),
        done = work => done,
    }
}

/// The same, within the time that a reading may take.
pub(super) async fn in_time<T>(
    person: &Person,
    teller: &Teller,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let work = async {
        let done = tokio::time::timeout(LONGEST_READING, work).await;
        done.unwrap_or_else(|_| halted("reading the list or the history took too long"))
    };
    unless_halted(person, teller, work).await
}

fn halted<T>(cause: &str) -> Result<T> {
    Err(Error::Halted { cause: cause.to_owned() })
}
