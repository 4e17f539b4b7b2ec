//! A person's list at `MyAnimeList`.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Asked, Remote, Telling, Untold};
use crate::domain::MalId;
use crate::hub::connections::SignIn;
use crate::library::Kind;
use crate::mal::{At, MalClient, Refusal, TellError};
use crate::merge::{ListService, Row, Rows, Saved};
use crate::oauth::CodeFlow;
use crate::outbound::ProviderError;

/// The list of who is signed in.
#[derive(Debug)]
pub struct MalRemote {
    client: MalClient,
    sign_in: Arc<SignIn<CodeFlow>>,
}

impl MalRemote {
    /// The list of who is signed in.
    pub fn new(client: MalClient, sign_in: Arc<SignIn<CodeFlow>>) -> Self {
        Self { client, sign_in }
    }

    async fn entry(&self, asked: &Asked) -> Result<Option<Row>, ProviderError> {
        let Some(id) = id_of(asked) else { return Ok(None) };
        let ask = |by: crate::outbound::Credentials| async move {
            self.client.entry(&by.token, asked.kind, id).await
        };
        self.sign_in.signed_in(ask).await
    }

    async fn tell_one(&self, telling: &Telling) -> Result<Saved, Untold> {
        let Telling { at, told, target } = telling;
        let id = id_of(at).ok_or_else(super::nameless)?;
        let place = if at.entry.is_some() { At::Entry(id) } else { At::Work(id) };
        let tell = |by: crate::outbound::Credentials| async move {
            self.client.tell(&by.token, at.kind, place, told, target).await
        };
        self.sign_in.signed_in(tell).await.map_err(|error| match error {
            TellError::Refused(Refusal::NotListed) => Untold::Gone,
            TellError::Refused(refusal) => Untold::Refused(refusal.to_string()),
            TellError::Provider(error) => Untold::Failed(error),
        })
    }
}

/// Entries have the ids of their titles.
fn id_of(asked: &Asked) -> Option<MalId> {
    let entry = asked.entry.and_then(|entry| u32::try_from(entry).ok()).map(MalId);
    entry.or(asked.ids.mal)
}

#[async_trait]
impl Remote for MalRemote {
    fn service(&self) -> ListService {
        ListService::Myanimelist
    }

    async fn read(&self, kinds: &[Kind]) -> Result<Rows, ProviderError> {
        let mut all = Rows { rows: Vec::new(), whole: true };
        for kind in kinds {
            let ask = |by: crate::outbound::Credentials| async move {
                self.client.list(&by.token, *kind).await
            };
            let Rows { rows, whole } = self.sign_in.signed_in(ask).await?.rows;
            all.rows.extend(rows);
            all.whole &= whole;
        }
        Ok(all)
    }

    async fn look(&self, asked: &[Asked]) -> Result<Vec<Option<Row>>, ProviderError> {
        stream::iter(asked).then(|asked| self.entry(asked)).try_collect().await
    }

    async fn tell(&self, batch: &[Telling]) -> Vec<Result<Saved, Untold>> {
        stream::iter(batch).then(|telling| self.tell_one(telling)).collect().await
    }

    async fn delete(&self, asked: &Asked) -> Result<(), Untold> {
        let id = id_of(asked).ok_or(Untold::Gone)?;
        let delete = |by: crate::outbound::Credentials| async move {
            self.client.delete(&by.token, asked.kind, id).await
        };
        self.sign_in.signed_in(delete).await.map(drop).map_err(Untold::Failed)
    }
}
