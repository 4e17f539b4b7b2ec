//! Coming from the tracker: its people become accounts, and their titles go to their libraries.
//!
//! Passwords do not come along. An account has none until its owner sets one by a code
//! (`account reset`), and nobody signs in to it before. What is there already stays as it is, so that a
//! second time changes nothing.

use std::path::PathBuf;

use crate::domain::{Account, Role};
use crate::hub::accounts::{Door, Newcomer};
use crate::hub::error::{Error, Result};
use crate::hub::people::People;
use crate::library::files::{Counts, File, Preview};
use crate::library::{Library, Origin};
use crate::placing::datasets::limits::{Deadline, READING};
use crate::store::tracker::{self, Fields, Tracker};

/// What becomes of a person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// It is made; its owner has to set a password.
    New,
    /// It is there.
    There,
    /// It cannot be made. The titles stay behind.
    Refused(String),
    /// The titles are of nobody who is known, and go to whoever uses the service first.
    Nobody,
}

/// What becomes of a person.
#[derive(Debug)]
pub struct Moved {
    /// Their name; empty for nobody's titles.
    pub username: String,
    /// Their account.
    pub place: Place,
    /// How many of their titles are new, there, or wait for a person.
    pub titles: Counts,
}

/// Whether something is changed, or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// What would be changed is told, and nothing is.
    Dry,
    /// It is changed.
    Real,
}

/// Reads a tracker's database.
///
/// # Errors
/// When it is none, or cannot be read whole.
pub async fn read(file: PathBuf) -> Result<Tracker> {
    let read = move || tracker::read(&file, Deadline::after(READING));
    let read = tokio::task::spawn_blocking(read).await;
    let read = read.map_err(|error| Error::Internal(format!("a thread ended: {error}")))?;
    let hint = "it is the app.db of a tracker that is not running";
    read.map_err(|error| Error::Unreadable { message: error.to_string(), hint })
}

/// Takes over its people and titles.
///
/// # Errors
/// What the store says; what was written until then stays, and is passed over the next time.
pub async fn import(people: &People, tracker: Tracker, trial: Trial) -> Result<Vec<Moved>> {
    let Tracker { people: mut persons, titles } = tracker;
    // The first account is the administrator's, so that it is none that is shut out.
    persons.sort_by_key(|person| person.disabled);
    let mut moved = Vec::new();
    for person in persons {
        moved.push(take(people, person, trial).await?);
    }
    if !titles.is_empty() {
        let titles = shelve(people, None, list(titles), trial).await?;
        moved.push(Moved { username: String::new(), place: Place::Nobody, titles });
    }
    Ok(moved)
}

async fn take(people: &People, person: tracker::Person, trial: Trial) -> Result<Moved> {
    let accounts = &people.services().accounts;
    let username = person.username.clone();
    let file = list(person.titles.clone());
    let (place, account) = match accounts.named(&username).await? {
        Some(account) => (Place::There, Some(account)),
        None if trial == Trial::Dry => (Place::New, None),
        None => match register(people, person).await {
            Ok(account) => (Place::New, Some(account)),
            Err(Error::Invalid { message, .. }) => {
                let place = Place::Refused(message);
                return Ok(Moved { username, place, titles: Counts::default() });
            }
            Err(other) => return Err(other),
        },
    };
    let titles = match account {
        Some(account) => shelve(people, Some(&account), file, trial).await?,
        // A library that is not there yet.
        None => Preview::of(&Library::default(), &file).counts(),
    };
    Ok(Moved { username, place, titles })
}

async fn register(people: &People, person: tracker::Person) -> Result<Account> {
    let accounts = &people.services().accounts;
    let newcomer = Newcomer {
        full_name: person.full_name,
        email: person.email.filter(|email| email.contains('@')),
        ..Newcomer::new(person.username, None)
    };
    let account = accounts.register(newcomer, Door::Open).await?;
    if person.disabled && account.role == Role::Member {
        return accounts.set_disabled(&account.id, true).await;
    }
    Ok(account)
}

/// Puts titles into a library: an account's, or that of whoever uses the service first.
async fn shelve(
    people: &People,
    account: Option<&Account>,
    file: File,
    trial: Trial,
) -> Result<Counts> {
    let person = account.map_or_else(|| people.first(), |account| people.of(&account.id));
    let person = person.fresh().await;
    let library = person.library();
    let preview = match trial {
        Trial::Real => library.import(file).await?.preview,
        Trial::Dry => library.preview(file).await?,
    };
    Ok(preview.counts())
}

fn list(titles: Vec<Fields>) -> File {
    File::of(titles.into_iter().map(tidied))
}

/// Without what the tracker wrote for what it did not know, and what no item can have.
fn tidied(mut title: Fields) -> Fields {
    title.retain(|name, value| match name.as_str() {
        "source" => value.as_str().is_some_and(|word| Origin::of(word).is_some()),
        "cover_url" | "site_url" => value.as_str().is_some_and(|text| text.starts_with("http")),
        "progress" | "max_progress" | "anilist_id" => value.as_u64().is_some_and(|count| count > 0),
        _ => true,
    });
    title
}
