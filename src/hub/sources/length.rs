//! How many episodes or chapters a title has.

use serde::{Deserialize, Serialize};

use super::kept::Want;
use super::{Answer, Asked, MOST, Sources, for_a_day, plain};
use crate::anilist::Ranking;
use crate::hub::error::Result;
use crate::library::{Found, Kind, RemoteId, Sought};

/// A title with its length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// The title. Its maximum is none while that is not known.
    pub found: Found,
    /// The highest chapter that was uploaded to MangaDex. It is no maximum while the work comes out.
    pub latest: Option<u32>,
}

impl Sources {
    /// How long the title is that somebody means; none where nobody has it. By name it is the one that is
    /// called so, else the one that is most like it.
    pub async fn length(
        &self,
        sought: &Sought,
        kind: Option<Kind>,
    ) -> Result<Answer<Option<Length>>> {
        let word = kind.map_or("any", Kind::word);
        let key = format!("length:{word}:{}", written(sought));
        let (sources, sought) = (self.clone(), sought.clone());
        let ask = async move { sources.ask_for_length(&sought, kind).await };
        self.kept.answer(key, Want::Kept, for_a_day, ask).await
    }

    async fn ask_for_length(&self, sought: &Sought, kind: Option<Kind>) -> Asked<Option<Length>> {
        let found = match sought {
            Sought::Name(name) => self.called(name, kind).await?,
            Sought::Number(id, name) => {
                let by_id = self.ask_for(&RemoteId::Anilist(*id), kind).await?;
                let by_id = by_id.filter(|found| kind.is_none_or(|kind| found.kind == kind));
                match by_id {
                    None => self.called(name, kind).await?,
                    found => found,
                }
            }
            Sought::Work(RemoteId::Mangadex(id), _) if kind != Some(Kind::Anime) => {
                return self.at_mangadex(id).await;
            }
            Sought::Work(id, told) => self.ask_for(id, told.or(kind)).await?,
        };
        let found = found.filter(|found| kind.is_none_or(|kind| found.kind == kind));
        Ok(found.map(|found| Length { found, latest: None }))
    }

    async fn called(&self, name: &str, kind: Option<Kind>) -> Asked<Option<Found>> {
        let name = plain(name);
        let mut found = self.anilist.search(&name, kind, Ranking::Likeness, MOST).await?;
        let is_called = |found: &Found| {
            let names = found.work.names.all().chain([found.work.title.as_str()]);
            names.into_iter().any(|known| plain(known) == name)
        };
        let at = found.iter().position(is_called).unwrap_or(0);
        Ok(if found.is_empty() { None } else { Some(found.swap_remove(at)) })
    }

    /// What has come to its end is as long as what was uploaded of it, where nothing else is known.
    async fn at_mangadex(&self, id: &str) -> Asked<Option<Length>> {
        let Some(manga) = self.mangadex.manga(id).await? else { return Ok(None) };
        let latest = self.mangadex.latest_chapter(id, manga.numbering).await?;
        let mut found = manga.found;
        if found.work.release_status.as_deref() == Some("finished") {
            found.work.max_progress = found.work.max_progress.or(latest);
        }
        Ok(Some(Length { found, latest }))
    }
}

/// What is sought, as a part of the question.
fn written(sought: &Sought) -> String {
    match sought {
        Sought::Name(name) => format!("name:{}", plain(name)),
        Sought::Number(id, _) => format!("number:{id}"),
        Sought::Work(id, told) => super::key_of(id, *told),
    }
}
