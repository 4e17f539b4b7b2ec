//! A person's Trakt: its API, asked with the person's sign-in.

use std::sync::Arc;

use jiff::Timestamp;

use super::sign_in::{SignIn, Written};
use crate::domain::{History, HistoryId, Play};
use crate::outbound::{Fault, ProviderError, Turn};
use crate::store::{RUN, Taken};
use crate::trakt::{Added, HistoryItem, HistoryOf, LastActivities, Removed, TraktClient};

/// The Trakt of one person.
#[derive(Debug, Clone)]
pub struct TraktAccount {
    client: TraktClient,
    sign_in: Arc<SignIn>,
}

impl TraktAccount {
    /// The API, asked with this sign-in.
    pub fn new(client: TraktClient, sign_in: Arc<SignIn>) -> Self {
        Self { client, sign_in }
    }

    /// The API, for what everybody may see.
    pub fn client(&self) -> &TraktClient {
        &self.client
    }

    /// The person's sign-in.
    pub fn sign_in(&self) -> &Arc<SignIn> {
        &self.sign_in
    }

    /// See [`TraktClient::last_activities`].
    pub async fn last_activities(&self) -> Result<LastActivities, ProviderError> {
        let ask = |by| async move { self.client.last_activities(&by).await };
        self.sign_in.signed_in(ask).await
    }

    /// See [`TraktClient::allows_rewatches`].
    pub async fn allows_rewatches(&self) -> Result<bool, ProviderError> {
        let ask = |by| async move { self.client.allows_rewatches(&by).await };
        self.sign_in.signed_in(ask).await
    }

    /// See [`TraktClient::username`].
    pub async fn username(&self) -> Result<Option<String>, ProviderError> {
        let ask = |by| async move { self.client.username(&by).await };
        self.sign_in.signed_in(ask).await
    }

    /// See [`TraktClient::watched`].
    pub async fn watched(&self) -> Result<History, ProviderError> {
        let ask = |by| async move { self.client.watched(&by).await };
        self.sign_in.signed_in(ask).await
    }

    /// See [`TraktClient::history`].
    pub async fn history(
        &self,
        of: HistoryOf,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Vec<HistoryItem>, ProviderError> {
        let ask = |by| async move { self.client.history(&by, of, from, to).await };
        self.sign_in.signed_in(ask).await
    }

    /// See [`TraktClient::history_length`].
    pub async fn history_length(&self) -> Result<Option<u64>, ProviderError> {
        let ask = |by| async move { self.client.history_length(&by).await };
        self.sign_in.signed_in(ask).await
    }

    /// See [`TraktClient::history_pages`].
    pub async fn history_pages(&self) -> Result<Option<u64>, ProviderError> {
        let ask = |by| async move { self.client.history_pages(&by).await };
        self.sign_in.signed_in(ask).await
    }

    /// Waits until a write may go out. What has to be true when it does is made sure of after this.
    pub async fn write_turn(&self) -> Result<Turn, ProviderError> {
        // A renewal of the sign-in may take its time, so it comes first.
        self.sign_in.token().await?;
        self.client.write_turn(self.sign_in.account()).await
    }

    /// See [`TraktClient::add_history`]. Only who has the run lock of this person can call it.
    pub async fn add_history(
        &self,
        lock: &Taken,
        turn: Turn,
        plays: &[Play],
    ) -> Result<Written<Added>, ProviderError> {
        self.guards(lock)?;
        let ask = |by| async move { self.client.add_history(&by, turn, plays).await };
        self.sign_in.signed_in_once(ask).await
    }

    /// Whether the lock keeps others from writing here.
    fn guards(&self, lock: &Taken) -> Result<(), ProviderError> {
        if lock.is_of(self.sign_in.account(), RUN) {
            return Ok(());
        }
        let cause = "the lock of another person was shown".to_owned();
        Err(Fault::Local { cause }.at(self.sign_in.oauth().service()))
    }

    /// See [`TraktClient::remove_history`]. Only who has the run lock of this person can call it.
    pub async fn remove_history(
        &self,
        lock: &Taken,
        turn: Turn,
        ids: &[HistoryId],
    ) -> Result<Written<Removed>, ProviderError> {
        self.guards(lock)?;
        let ask = |by| async move { self.client.remove_history(&by, turn, ids).await };
        self.sign_in.signed_in_once(ask).await
    }
}
