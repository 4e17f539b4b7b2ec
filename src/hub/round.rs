//! Everybody's due syncs, one after the other, for a scheduler from outside.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::domain::{Account, Report};
use crate::hub::error::{Error, Result};
use crate::hub::lists::alive;
use crate::hub::people::People;
use crate::hub::person::Person;
use crate::hub::standing::is_set_up;
use crate::sync::resume::Automation;
use crate::sync::run::run;
use crate::sync::{Mode, Trigger};

/// No further sync begins after this: a platform that calls by its clock gives a call minutes, and one sync
/// may take as long.
const BUDGET: Duration = Duration::from_mins(4);

/// What a round came to.
#[derive(Debug, Default)]
pub struct Round {
    /// Whose sync ran, in this order, and how it ended.
    pub ran: Vec<(Account, Result<Report>)>,
    /// Whose sync is due as well and has to wait for the next call.
    pub left: Vec<Account>,
    /// Whose sync is not due, and when it is.
    pub early: Vec<(Account, Timestamp)>,
}

/// A person whose sync is due.
struct Due {
    account: Account,
    person: Arc<Person>,
    /// When the last automated one began; who never had one comes first.
    last: Option<Timestamp>,
}

/// The people a scheduler syncs for: none where nobody, or only one, has an account.
pub async fn several(people: &People) -> Result<Option<Vec<Account>>> {
    let all = people.services().accounts.all().await?;
    let living: Vec<Account> = all.into_iter().filter(|account| !account.disabled).collect();
    Ok((living.len() > 1).then_some(living))
}

/// Syncs for everybody whose sync is due, the oldest first, until the time is over.
pub async fn go(people: &People, accounts: Vec<Account>) -> Result<Round> {
    let (began, mut round, mut due) = (Instant::now(), Round::default(), Vec::new());
    let now = people.services().clock.now();
    for account in accounts {
        let person = people.of(&account.id).fresh().await;
        alive::look(&person).await;
        if !is_set_up(&person).await.unwrap_or(false) {
            continue;
        }
        let automation = Automation::read(&person).await?;
        match automation.due().filter(|due| now < *due) {
            Some(next) => round.early.push((account, next)),
            None => due.push(Due { account, person, last: automation.last }),
        }
    }
    due.sort_by_key(|due| due.last);
    for Due { account, person, .. } in due {
        if began.elapsed() >= BUDGET || people.services().is_stopping() {
            round.left.push(account);
            continue;
        }
        let ended = run(&person, Mode::Full, Trigger::Auto).await;
        person.telling.settled().await;
        round.ran.push((account, ended));
    }
    Ok(round)
}

/// One line for a person on how a sync of a round ended.
pub fn told(ended: &Result<Report>) -> (&'static str, String) {
    match ended {
        Ok(report) if report.is_partial() => ("partial", report.message.clone()),
        Ok(report) => ("complete", report.message.clone()),
        Err(error @ Error::RunInProgress { .. }) => ("running", error.sentence()),
        Err(error) => ("failed", error.sentence()),
    }
}
