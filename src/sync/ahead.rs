//! Looks things up for the runs to come while a run posts.
//!
//! Trakt takes one batch a second, and counts questions apart from them. What is found is kept like
//! any decision, so that the next run finds it; nothing of it is posted by this one.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::prepare::{BUDGET, Prepared};
use crate::hub::error::Result;
use crate::hub::live::Teller;
use crate::hub::person::Person;
use crate::plan::Title;
use crate::sync::resolve::{Budget, Depth, Memory, Request, Resolver};

/// So many titles are dealt with before the next are, so that those come first that are posted
/// first.
const TITLES: usize = 200;

/// How long a question that was asked may take once there is nothing more to post.
const GRACE: Duration = Duration::from_secs(5);

/// Goes on until `end`, or until a service asks to wait. The run does not depend on it: what goes
/// wrong here is met again, and told, by the run that needs it.
pub(super) async fn look_ahead(
    person: &Person,
    teller: &Teller,
    prepared: &Prepared,
    end: CancellationToken,
) {
    if prepared.later().next().is_none() || prepared.grounds.interrupted.is_some() {
        return;
    }
    let is_over = async {
        end.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        looked = Box::pin(look(person, teller, prepared, &end)) => {
            if let Err(error) = looked {
                tracing::warn!("Looking up what comes next had to stop: {error}");
            }
        }
        () = is_over => tracing::debug!("A question was not waited for any longer"),
    }
}

async fn look(
    person: &Person,
    teller: &Teller,
    prepared: &Prepared,
    end: &CancellationToken,
) -> Result<()> {
    let deadline = person.services.clock.instant() + BUDGET;
    let later: Vec<&Title> = prepared.later().collect();
    let undecided = prepared.plan.titles.iter().filter(|planned| planned.is_undecided());
    let open: Vec<&Title> = undecided.map(|planned| &planned.title).chain(later.clone()).collect();
    let named = later.chunks(TITLES).map(|titles| (titles, Depth::Named));
    for (titles, depth) in named.chain(open.chunks(TITLES).map(|t| (t, Depth::Anywhere))) {
        let asking = Budget::new(person.means(), deadline, teller.clone()).until(end.clone());
        let resolver = Resolver::new(asking, &[], &prepared.waiting).await?;
        let request = Request {
            titles: titles.to_vec(),
            settled: &prepared.settled,
            memory: Memory::Use,
            depth,
        };
        if resolver.place(request).await?.interrupted.is_some() {
            break;
        }
    }
    Ok(())
}
