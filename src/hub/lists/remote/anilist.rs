//! A person's list at AniList.

use std::collections::HashMap;

use async_trait::async_trait;
use secrecy::SecretString;

use super::{Asked, Remote, Telling, Untold};
use crate::anilist::{AniListClient, ROWS_AT_ONCE, SAVED_AT_ONCE, Telling as Saving};
use crate::domain::{AnilistId, MalId};
use crate::library::{Ids, Kind};
use crate::merge::{ListService, Row, Rows, Saved};
use crate::outbound::{Fault, ProviderError};

/// The list of who has this token.
#[derive(Debug)]
pub struct AniListRemote {
    client: AniListClient,
    token: SecretString,
    user: u64,
}

impl AniListRemote {
    /// The list of a user, for whom the token stands.
    pub fn new(client: AniListClient, token: SecretString, user: u64) -> Self {
        Self { client, token, user }
    }

    async fn rows_of(
        &self,
        kind: Kind,
        titles: &[AnilistId],
    ) -> Result<HashMap<(Kind, AnilistId), Row>, ProviderError> {
        let mut found = HashMap::new();
        for titles in titles.chunks(ROWS_AT_ONCE) {
            let rows = self.client.rows_of(&self.token, self.user, kind, titles).await?;
            found.extend(rows.into_iter().filter_map(|row| {
                let title = row.work.ids.anilist?;
                Some(((kind, title), row))
            }));
        }
        Ok(found)
    }
}

#[async_trait]
impl Remote for AniListRemote {
    fn service(&self) -> ListService {
        ListService::Anilist
    }

    async fn read(&self, kinds: &[Kind]) -> Result<Rows, ProviderError> {
        let mut all = Rows { rows: Vec::new(), whole: true };
        for kind in kinds {
            let Rows { rows, whole } = self.client.rows(&self.token, self.user, *kind).await?;
            all.rows.extend(rows);
            all.whole &= whole;
        }
        Ok(all)
    }

    async fn look(&self, asked: &[Asked]) -> Result<Vec<Option<Row>>, ProviderError> {
        let mut found = HashMap::new();
        for kind in [Kind::Anime, Kind::Manga] {
            let titles = asked.iter().filter(|asked| asked.kind == kind);
            let titles: Vec<AnilistId> = titles.filter_map(|asked| asked.ids.anilist).collect();
            found.extend(self.rows_of(kind, &titles).await?);
        }
        let row = |asked: &Asked| found.get(&(asked.kind, asked.ids.anilist?)).cloned();
        Ok(asked.iter().map(row).collect())
    }

    fn at_once(&self) -> usize {
        SAVED_AT_ONCE
    }

    async fn tell(&self, batch: &[Telling]) -> Vec<Result<Saved, Untold>> {
        let savings = batch.iter().map(|telling| {
            let title = telling.at.ids.anilist.ok_or_else(super::nameless)?;
            let (told, target) = (telling.told.clone(), telling.target.clone());
            Ok(Saving { title, kind: telling.at.kind, told, target })
        });
        let savings: Vec<Result<Saving, Untold>> = savings.collect();
        let sent: Vec<Saving> =
            savings.iter().filter_map(|one| one.as_ref().ok().cloned()).collect();
        let mut answers = match self.client.save(&self.token, &sent).await {
            Ok(saved) => saved
                .into_iter()
                .map(|one| one.map_err(|refused| Untold::Refused(refused.0)))
                .collect::<Vec<_>>(),
            Err(error) => sent.iter().map(|_| Err(Untold::Failed(error.clone()))).collect(),
        }
        .into_iter();
        let odd = || {
            let detail = "data: fewer entries than were told".to_owned();
            Untold::Failed(Fault::UnexpectedBody { detail }.at(crate::domain::Service::ANILIST))
        };
        let answer = |saving: Result<Saving, Untold>| match saving {
            Ok(_) => answers.next().unwrap_or_else(|| Err(odd())),
            Err(untold) => Err(untold),
        };
        savings.into_iter().map(answer).collect()
    }

    async fn find(&self, kind: Kind, works: &[Ids]) -> Result<Vec<Option<Ids>>, ProviderError> {
        let ids: Vec<MalId> = works.iter().filter_map(|work| work.mal).collect();
        let found = self.client.titles_of_mal(kind, &ids).await?;
        let of = |work: &Ids| {
            let mut mine =
                found.iter().filter(|one| one.kind == kind && one.work.ids.mal == work.mal);
            match (mine.next(), mine.next()) {
                (Some(one), None) if work.mal.is_some() => Some(one.work.ids.clone()),
                // Of several, only the person can say which it is.
                _ => None,
            }
        };
        Ok(works.iter().map(of).collect())
    }

    async fn delete(&self, asked: &Asked) -> Result<(), Untold> {
        let entry = asked.entry.ok_or(Untold::Gone)?;
        self.client.delete(&self.token, entry).await.map_err(Untold::Failed)
    }
}
