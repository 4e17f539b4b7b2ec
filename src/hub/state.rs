//! All that is remembered, as lines to be carried to another store, and where the sync looks from.

use jiff::Timestamp;

use crate::domain::AccountId;
use crate::store::{AccountStore, Result, Store, Write, keys, transfer};

pub use crate::store::transfer::Line;

/// Everything that the store has, in the order in which it is put into another.
pub async fn export(store: &dyn Store) -> Result<Vec<Line>> {
    transfer::export(store).await
}

/// Everything that the store has of one person, but what signs them in at other services.
pub async fn export_of(store: &AccountStore) -> Result<Vec<Line>> {
    let is_secret = |line: &Line| matches!(line, Line::Config { key, .. } if keys::SECRET.contains(&key.as_str()));
    let lines = transfer::of_account(&**store.shared(), store.account()).await?;
    Ok(lines.into_iter().filter(|line| !is_secret(line)).collect())
}

/// Puts what another store had into this one, which has to be empty.
pub async fn import(store: &dyn Store, lines: Vec<Line>) -> Result<()> {
    transfer::import(store, lines).await
}

/// Makes the next automated sync of the one person look at every change of the list since `moment`.
pub async fn look_back(store: &dyn Store, moment: Timestamp) -> Result<()> {
    let value = Some(moment.as_second().to_string());
    let change = vec![Write::Config { key: keys::LAST_SYNC_TIMESTAMP, value }];
    store.write(&AccountId::default(), change).await
}
