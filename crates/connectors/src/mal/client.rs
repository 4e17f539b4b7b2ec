//! Questions to `MyAnimeList`'s API on behalf of a person.

use secrecy::SecretString;
use serde::de::IgnoredAny;

use super::form::Form;
use super::refusal::{Refusal, TellError};
use super::title::{ANIME, MANGA, path};
use super::wire::{WireDetail, WirePerson, WireStatus, row};
use crate::outbound::{Answer, Fault, Outbound, ProviderError, Request};
use anilist_trakt_sync_core::domain::{MalId, Service};
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{Native, PerField, Row, Saved, Value};

/// What is asked of an entry beyond what comes always.
const OF_ANIME_ENTRY: &str = "status,score,num_episodes_watched,is_rewatching,updated_at,start_date,finish_date,num_times_rewatched,comments";
const OF_MANGA_ENTRY: &str = "status,score,num_chapters_read,num_volumes_read,is_rereading,updated_at,start_date,finish_date,num_times_reread,comments";

/// Nothing about one title is larger.
const MOST_BYTES: u64 = 1 << 20;

/// `MyAnimeList`'s API. Whoever acts for a person gives that person's token.
#[derive(Debug, Clone)]
pub struct MalClient {
    outbound: Outbound,
    url: String,
    user_agent: Option<String>,
}

/// Who a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's number there, which stays when they change their name.
    pub id: u64,
    /// Their name.
    pub name: String,
    /// Their time zone, such as `Europe/Paris`.
    pub time_zone: Option<String>,
}

/// What is told of. Entries have the ids of their titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// An entry that is on the list.
    Entry(MalId),
    /// A title that is not, and is added.
    Work(MalId),
}

impl At {
    fn id(self) -> MalId {
        match self {
            Self::Entry(id) | Self::Work(id) => id,
        }
    }
}

/// How an entry came to be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// By this request.
    Now,
    /// It was before.
    Before,
}

impl MalClient {
    /// A client of the API at `url`, which is what comes before `/users/@me`. `user_agent` replaces this program's name.
    pub fn new(outbound: Outbound, url: String, user_agent: Option<String>) -> Self {
        Self { outbound, url, user_agent }
    }

    /// Who the token belongs to.
    pub async fn me(&self, token: &SecretString) -> Result<Person, ProviderError> {
        let request = self.get("/users/@me")?.query("fields", "time_zone");
        let WirePerson { id, name, time_zone } = self.send(token, request).await?.json()?;
        Ok(Person { id, name, time_zone })
    }

    /// One entry by itself, as it is now; none where the title is not on the list or is no title any more. One that cannot
    /// be read is an error: it is there all the same.
    pub async fn entry(
        &self,
        token: &SecretString,
        kind: Kind,
        id: MalId,
    ) -> Result<Option<Row>, ProviderError> {
        let request = self.get(&format!("/{}/{id}", path(kind)))?;
        let request = request.query("fields", &detail_fields(kind));
        let answer = match self.send(token, request).await {
            Err(ProviderError { fault: Fault::NotFound, .. }) => return Ok(None),
            answer => answer?,
        };
        let detail: WireDetail = answer.json()?;
        if detail.title.id() != id {
            return Err(unexpected("id: it is of another title"));
        }
        let Some(said) = detail.my_list_status else { return Ok(None) };
        let row = row(detail.title, said, kind);
        row.map(Some).map_err(|cause| unexpected(&format!("my_list_status: {cause}")))
    }

    /// Tells an entry some of its fields, in one request, and gives back what the service holds then. `target` is the whole
    /// entry as it is meant to be: a status and the flag beside it are always told together.
    ///
    /// An entry that was deleted meanwhile is added again by that, with no more than was told: read it before.
    ///
    /// Volumes of anime and whether an entry is private are not told: there is no such thing. An answer that was lost leaves
    /// open whether the entry was changed ([`Fault::leaves_outcome_open`]).
    pub async fn tell(
        &self,
        token: &SecretString,
        kind: Kind,
        at: At,
        told: &PerField<Value>,
        target: &Native,
    ) -> Result<Saved, TellError> {
        let form = Form::of(kind, at, told, target)?;
        if form.is_empty() {
            return self.held(token, kind, at.id()).await;
        }
        let answer = self.change(token, kind, at.id(), &form).await?;
        let said: WireStatus = answer.json()?;
        if !said.is_whole() {
            return self.held(token, kind, at.id()).await;
        }
        let updated_at = said.updated_at;
        let native = said.into_native(kind).map_err(|cause| unexpected(&cause))?;
        Ok(Saved { entry: u64::from(at.id().0), native, updated_at })
    }

    async fn change(
        &self,
        token: &SecretString,
        kind: Kind,
        id: MalId,
        form: &Form,
    ) -> Result<Answer, TellError> {
        let url = self.status_url(kind, id);
        let request = Request::patch_form(super::LANE, &url, form.encoded())?.expecting(&[400]);
        match self.send(token, request).await {
            Ok(answer) if answer.is_success() => Ok(answer),
            Ok(answer) => Err(Refusal::of(&answer).into()),
            Err(ProviderError { fault: Fault::NotFound, .. }) => Err(Refusal::UnknownTitle.into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn held(&self, token: &SecretString, kind: Kind, id: MalId) -> Result<Saved, TellError> {
        let row = self.entry(token, kind, id).await?.ok_or(Refusal::NotListed)?;
        Ok(row.into())
    }

    /// Takes an entry off the list.
    pub async fn delete(
        &self,
        token: &SecretString,
        kind: Kind,
        entry: MalId,
    ) -> Result<Deleted, ProviderError> {
        let request = Request::delete(super::LANE, &self.status_url(kind, entry))?;
        match self.send(token, request).await {
            // A page with status 200 has deleted nothing.
            Ok(answer) => answer.json::<IgnoredAny>().map(|_| Deleted::Now),
            Err(ProviderError { fault: Fault::NotFound, .. }) => Ok(Deleted::Before),
            Err(error) => Err(error),
        }
    }

    fn status_url(&self, kind: Kind, id: MalId) -> String {
        format!("{}/{}/{id}/my_list_status", self.url, path(kind))
    }

    pub(super) fn get(&self, path: &str) -> Result<Request, ProviderError> {
        let request = Request::get(super::LANE, &format!("{}{path}", self.url))?;
        Ok(request.limit(MOST_BYTES))
    }

    /// Sends a request for a person.
    pub(super) async fn send(
        &self,
        token: &SecretString,
        request: Request,
    ) -> Result<Answer, ProviderError> {
        let request = request.header("accept", "application/json").bearer(token)?;
        let request = match &self.user_agent {
            Some(name) => request.private_header("user-agent", name)?,
            None => request,
        };
        self.outbound.send(&request).await
    }
}

/// What is asked of the rows of a list.
pub(super) fn list_fields(kind: Kind) -> String {
    match kind {
        Kind::Anime => format!("{ANIME},list_status{{{OF_ANIME_ENTRY}}}"),
        Kind::Manga => format!("{MANGA},list_status{{{OF_MANGA_ENTRY}}}"),
    }
}

fn detail_fields(kind: Kind) -> String {
    format!(
        "{},my_list_status{{{}}}",
        title_fields(kind),
        match kind {
            Kind::Anime => OF_ANIME_ENTRY,
            Kind::Manga => OF_MANGA_ENTRY,
        }
    )
}

/// What is asked of a title.
pub(super) fn title_fields(kind: Kind) -> &'static str {
    match kind {
        Kind::Anime => ANIME,
        Kind::Manga => MANGA,
    }
}

pub(super) fn unexpected(detail: &str) -> ProviderError {
    Fault::UnexpectedBody { detail: detail.to_owned() }.at(Service::MYANIMELIST)
}
