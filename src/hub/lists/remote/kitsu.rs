//! A person's list at Kitsu.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::OnceCell;

use super::{Asked, Remote, Telling, Untold};
use crate::domain::{MalId, Service};
use crate::hub::connections::SignIn;
use crate::kitsu::{At, Deleted, KitsuClient, KitsuError, Owner, Person, Site};
use crate::library::{Ids, Kind};
use crate::merge::{ListService, Row, Rows, Saved};
use crate::oauth::PasswordFlow;
use crate::outbound::{Credentials, Fault, ProviderError};

/// The list of who is signed in.
#[derive(Debug)]
pub struct KitsuRemote {
    client: KitsuClient,
    sign_in: Arc<SignIn<PasswordFlow>>,
    person: OnceCell<Person>,
}

impl KitsuRemote {
    /// The list of who is signed in.
    pub fn new(client: KitsuClient, sign_in: Arc<SignIn<PasswordFlow>>) -> Self {
        Self { client, sign_in, person: OnceCell::new() }
    }

    /// Asks as the person.
    async fn ask<T, F>(&self, ask: impl Fn(Owner) -> F) -> Result<T, KitsuError>
    where
        F: Future<Output = Result<T, KitsuError>>,
    {
        let me = |by: Credentials| async move { self.client.me(&by.token).await };
        let person = self.person.get_or_try_init(|| self.sign_in.signed_in(me)).await?;
        let owned = |by: Credentials| ask(Owner { token: by.token, person: person.clone() });
        self.sign_in.signed_in(owned).await
    }

    async fn entry(&self, asked: &Asked) -> Result<Option<Row>, ProviderError> {
        let found = match (asked.entry, asked.ids.kitsu) {
            (Some(entry), _) => {
                let one =
                    |by: Owner| async move { self.client.entry(&by, asked.kind, entry).await };
                self.ask(one).await
            }
            (None, Some(work)) => {
                let one =
                    |by: Owner| async move { self.client.entry_of(&by, asked.kind, work).await };
                self.ask(one).await
            }
            (None, None) => return Ok(None),
        };
        found.map_err(fault)
    }

    async fn tell_one(&self, telling: &Telling) -> Result<Saved, Untold> {
        let Telling { at, told, target } = telling;
        let place = match (at.entry, at.ids.kitsu) {
            (Some(entry), _) => At::Entry(entry),
            (None, Some(work)) => At::Work(work),
            (None, None) => return Err(super::nameless()),
        };
        let tell =
            |by: Owner| async move { self.client.tell(&by, at.kind, place, told, target).await };
        self.ask(tell).await.map_err(untold)
    }
}

/// What keeps a list from being read.
fn fault(error: KitsuError) -> ProviderError {
    match error {
        KitsuError::Provider(error) => error,
        other => Fault::UnexpectedBody { detail: other.to_string() }.at(Service::KITSU),
    }
}

fn untold(error: KitsuError) -> Untold {
    match error {
        KitsuError::Provider(error) => Untold::Failed(error),
        KitsuError::Gone => Untold::Gone,
        error @ (KitsuError::Refused(_) | KitsuError::Hidden) => Untold::Refused(error.to_string()),
    }
}

#[async_trait]
impl Remote for KitsuRemote {
    fn service(&self) -> ListService {
        ListService::Kitsu
    }

    async fn read(&self, kinds: &[Kind]) -> Result<Rows, ProviderError> {
        let mut all = Rows { rows: Vec::new(), whole: true };
        for kind in kinds {
            let read = |by: Owner| async move { self.client.list(&by, *kind).await };
            let Rows { rows, whole } = self.ask(read).await.map_err(fault)?.rows;
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
        let entry = asked.entry.ok_or(Untold::Gone)?;
        let delete = |by: Owner| async move { self.client.delete(&by, entry).await };
        match self.ask(delete).await.map_err(untold)? {
            Deleted::Now | Deleted::Before => Ok(()),
            Deleted::NotShown => Err(Untold::Refused(KitsuError::Hidden.to_string())),
        }
    }

    async fn find(&self, kind: Kind, works: &[Ids]) -> Result<Vec<Option<Ids>>, ProviderError> {
        let mut found: Vec<Option<Ids>> = works.iter().map(|_| None).collect();
        for site in [Site::Anilist, Site::Myanimelist] {
            let id_of = |ids: &Ids| match site {
                Site::Anilist => ids.anilist.map(|id| id.0),
                Site::Myanimelist => ids.mal.map(|MalId(id)| id),
            };
            let open = works.iter().zip(&found).filter(|(_, found)| found.is_none());
            let ids: Vec<u32> = open.filter_map(|(work, _)| id_of(work)).collect();
            if ids.is_empty() {
                continue;
            }
            let ids = &ids;
            let ask = |by: Owner| async move { self.client.mapped(&by, kind, site, ids).await };
            let mapped = self.ask(ask).await.map_err(fault)?;
            for (work, found) in works.iter().zip(&mut found) {
                let mut mine = mapped.iter().filter(|one| Some(one.external) == id_of(work));
                if let (Some(one), None, None) = (mine.next(), mine.next(), &found) {
                    *found = Some(Ids { kitsu: Some(one.work), ..work.clone() });
                }
            }
        }
        Ok(found)
    }
}
