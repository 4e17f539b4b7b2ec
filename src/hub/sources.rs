//! Where titles come from: AniList for anime and manga, MangaDex for manga. Nobody's sign-in is needed.
//!
//! What is answered is kept for everybody (`kept`), and never made up: where nobody answers and nothing
//! is kept, that is an error.

mod airings;
mod kept;
mod length;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::anilist::{AniListClient, Ranking};
use crate::clock::Clock;
use crate::domain::{MalId, Service};
use crate::hub::error::{Error, Result};
use crate::library::{Found, Kind, RemoteId, Sought};
use crate::mangadex::MangaDexClient;
pub use crate::outbound::Budget;
use crate::outbound::{Outbound, ProviderError};
use crate::store::Store;
pub use airings::Airings;
pub use kept::{Answer, Counts};
use kept::{Kept, Want};
pub use length::Length;

/// Titles of one source in the answer to a search.
const MOST: u8 = 20;

/// Titles in the answer to what is being typed.
const MOST_SUGGESTED: u8 = 8;

/// How long an answer to a search is good.
const A_WHILE: Duration = Duration::from_mins(10);

/// How long nothing is asked again that had no answer.
const SHORTLY: Duration = Duration::from_mins(1);

/// How long what is known of a title is good.
const A_DAY: Duration = Duration::from_hours(24);

/// Titles that a search came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The titles, the best first.
    pub titles: Vec<Found>,
    /// When the oldest part of this was answered, where it is older than it should be because a source
    /// does not answer.
    pub stale_since: Option<Timestamp>,
    /// The sources that do not answer, and of whose titles nothing is kept.
    pub missing: BTreeSet<Service>,
}

/// How questions were answered, and what may still be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How questions were answered since the start of this process.
    pub counts: Counts,
    /// How many answers are kept, by all processes.
    pub entries: u64,
    /// What is left of the limits of every service, not of sources alone.
    pub budgets: Vec<Budget>,
}

/// The sources of titles.
#[derive(Debug, Clone)]
pub struct Sources {
    outbound: Outbound,
    anilist: AniListClient,
    mangadex: MangaDexClient,
    kept: Kept,
    turns: airings::Turns,
}

type Asked<T> = std::result::Result<T, ProviderError>;

impl Sources {
    /// The sources, whose answers are kept in this store. All requests go through `outbound`.
    pub fn new(
        outbound: Outbound,
        anilist: AniListClient,
        mangadex: MangaDexClient,
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> Self {
        let (kept, turns) = (Kept::new(store, clock), airings::Turns::default());
        Self { outbound, anilist, mangadex, kept, turns }
    }

    /// The titles that somebody may mean: by name, by id, or by the address of a page. Of one kind, or of
    /// both. Titles of several sources are one where the ids say so.
    ///
    /// # Errors
    /// That of the first source, where none answers and nothing is kept.
    pub async fn search(&self, sought: &Sought, kind: Option<Kind>) -> Result<Findings> {
        match sought {
            Sought::Name(name) => self.by_name(name, kind).await,
            Sought::Number(id, name) => {
                let by_id = self.of_kind(RemoteId::Anilist(*id), kind);
                let (by_id, by_name) = tokio::join!(by_id, self.by_name(name, kind));
                together([by_id, by_name])
            }
            Sought::Work(id, told) if kind.is_none() || told.is_none() || *told == kind => {
                self.of_kind(id.clone(), told.or(kind)).await
            }
            Sought::Work(..) => Ok(Findings::default()),
        }
    }

    /// At most eight titles that begin like what is being typed, those first that most people have on
    /// their lists.
    pub async fn suggest(&self, text: &str, kind: Option<Kind>) -> Result<Findings> {
        let sought = Sought::read(text);
        if let Sought::Work(..) = sought {
            return self.search(&sought, kind).await;
        }
        self.anilist_by_name(text, kind, Ranking::Popularity, MOST_SUGGESTED).await
    }

    /// The manga at MangaDex that somebody may mean.
    pub async fn search_mangadex(&self, sought: &Sought) -> Result<Findings> {
        match sought {
            Sought::Name(name) | Sought::Number(_, name) => self.mangadex_by_name(name).await,
            Sought::Work(id @ RemoteId::Mangadex(_), _) => {
                self.of_kind(id.clone(), Some(Kind::Manga)).await
            }
            Sought::Work(..) => Ok(Findings::default()),
        }
    }

    /// What a source knows of a work today; none where it does not have it. The answer is kept for others.
    ///
    /// # Errors
    /// That of the source. Nothing that was kept is given in its place.
    pub async fn anew(&self, id: &RemoteId, kind: Kind) -> Result<Option<Found>> {
        Ok(self.work(id.clone(), Some(kind), Want::New).await?.value)
    }

    /// What the sources know of these works, which are of one kind where the ids are `MyAnimeList`'s: what is
    /// kept of them, and for the others one question for 50. A work that nobody has is left out.
    pub async fn all(&self, ids: &[RemoteId], kind: Kind) -> Asked<BTreeMap<RemoteId, Found>> {
        let keys: Vec<String> = ids.iter().map(|id| key_of(id, Some(kind))).collect();
        let kept = self.kept.good::<Option<Found>>(&keys).await;
        let (mut all, mut others) = (BTreeMap::new(), Vec::new());
        for (id, kept) in ids.iter().zip(kept) {
            match kept {
                Some(found) => all.extend(found.map(|found| (id.clone(), found))),
                None => others.push(id.clone()),
            }
        }
        let found = self.ask_for_all(&others, kind).await?;
        let keyed =
            |(id, found): (&RemoteId, &Found)| (key_of(id, Some(kind)), Some(found.clone()));
        let kept: Vec<(String, Option<Found>)> = found.iter().map(keyed).collect();
        self.kept.keep(&kept, A_DAY).await;
        all.extend(found);
        Ok(all)
    }

    /// How questions were answered, and what may still be asked.
    pub async fn standing(&self) -> Result<Standing> {
        let (counts, entries) = (self.kept.counts(), self.kept.entries().await?);
        Ok(Standing { counts, entries, budgets: self.outbound.budgets() })
    }

    async fn by_name(&self, name: &str, kind: Option<Kind>) -> Result<Findings> {
        let of_anilist = self.anilist_by_name(name, kind, Ranking::Likeness, MOST);
        if kind == Some(Kind::Anime) {
            return of_anilist.await;
        }
        let (of_anilist, of_mangadex) = tokio::join!(of_anilist, self.mangadex_by_name(name));
        together([of_anilist, of_mangadex])
    }

    async fn anilist_by_name(
        &self,
        name: &str,
        kind: Option<Kind>,
        ranking: Ranking,
        most: u8,
    ) -> Result<Findings> {
        let (name, client) = (plain(name), self.anilist.clone());
        let word = kind.map_or("any", Kind::word);
        let key = format!("search:anilist:{word}:{ranking:?}:{most}:{name}");
        let ask = async move { client.search(&name, kind, ranking, most).await };
        Ok(self.kept.answer(key, Want::Kept, for_a_while, ask).await?.into())
    }

    async fn mangadex_by_name(&self, name: &str) -> Result<Findings> {
        let (name, client) = (plain(name), self.mangadex.clone());
        let key = format!("search:mangadex:{MOST}:{name}");
        let ask = async move { client.search(&name, MOST).await };
        Ok(self.kept.answer(key, Want::Kept, for_a_while, ask).await?.into())
    }

    /// One work, if it is of that kind.
    async fn of_kind(&self, id: RemoteId, kind: Option<Kind>) -> Result<Findings> {
        let Answer { value, stale_since } = self.work(id, kind, Want::Kept).await?;
        let is_meant = |found: &Found| kind.is_none_or(|kind| found.kind == kind);
        let titles = value.into_iter().filter(is_meant).collect();
        Ok(Findings { titles, stale_since, missing: BTreeSet::new() })
    }

    async fn work(
        &self,
        id: RemoteId,
        kind: Option<Kind>,
        want: Want,
    ) -> Result<Answer<Option<Found>>> {
        let (key, sources) = (key_of(&id, kind), self.clone());
        let ask = async move { sources.ask_for(&id, kind).await };
        self.kept.answer(key, want, for_a_day, ask).await
    }

    async fn ask_for(&self, id: &RemoteId, kind: Option<Kind>) -> Asked<Option<Found>> {
        match id {
            RemoteId::Anilist(id) => Ok(self.anilist.titles(&[*id]).await?.pop()),
            RemoteId::Mal(id) => self.ask_for_mal(*id, kind).await,
            RemoteId::Mangadex(id) => Ok(self.mangadex.manga(id).await?.map(|manga| manga.found)),
            // Nobody asks Kitsu for titles yet.
            RemoteId::Kitsu(_) => Ok(None),
        }
    }

    async fn ask_for_all(&self, ids: &[RemoteId], kind: Kind) -> Asked<BTreeMap<RemoteId, Found>> {
        let (mut anilist, mut mal, mut mangadex) = (Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            match id {
                RemoteId::Anilist(id) => anilist.push(*id),
                RemoteId::Mal(id) => mal.push(*id),
                RemoteId::Mangadex(id) => mangadex.push(id.clone()),
                RemoteId::Kitsu(_) => {}
            }
        }
        let mut found = self.anilist.titles(&anilist).await?;
        found.extend(self.anilist.titles_of_mal(kind, &mal).await?);
        found.extend(self.mangadex.titles(&mangadex).await?);
        let known = found.into_iter().flat_map(|found| {
            let of_all = found.work.ids.all().filter(|id| ids.contains(id)).collect::<Vec<_>>();
            of_all.into_iter().map(move |id| (id, found.clone()))
        });
        Ok(known.collect())
    }

    /// By an id of `MyAnimeList`, which means nothing without the kind.
    async fn ask_for_mal(&self, id: MalId, kind: Option<Kind>) -> Asked<Option<Found>> {
        let Some(kind) = kind else { return Ok(None) };
        let mut found = self.anilist.titles_of_mal(kind, &[id]).await?;
        // Several have the same id where AniList counts a work as parts; the first part has the lowest.
        found.sort_by_key(|found| std::cmp::Reverse(found.work.ids.anilist));
        Ok(found.pop())
    }
}

/// The question for one work. AniList's ids are one row of numbers for both kinds.
fn key_of(id: &RemoteId, kind: Option<Kind>) -> String {
    match id {
        RemoteId::Anilist(id) => format!("title:anilist:{id}"),
        RemoteId::Mal(id) => format!("title:mal:{}:{id}", kind.map_or("any", Kind::word)),
        RemoteId::Kitsu(id) => format!("title:kitsu:{}:{id}", kind.map_or("any", Kind::word)),
        RemoteId::Mangadex(id) => format!("title:mangadex:{id}"),
    }
}

impl From<Answer<Vec<Found>>> for Findings {
    fn from(Answer { value, stale_since }: Answer<Vec<Found>>) -> Self {
        Self { titles: value, stale_since, missing: BTreeSet::new() }
    }
}

/// What several sources found, the first one's titles first, each work once. A source that does not
/// answer is named; none at all is an error.
fn together(parts: [Result<Findings>; 2]) -> Result<Findings> {
    let (mut all, mut failed, mut answered) = (Findings::default(), None, false);
    for part in parts {
        match part {
            Ok(part) => {
                answered = true;
                all.take(part);
            }
            Err(Error::Provider(error)) => {
                all.missing.insert(error.service);
                failed = failed.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    match failed {
        Some(error) if !answered => Err(Error::Provider(error)),
        _ => Ok(all),
    }
}

impl Findings {
    fn take(&mut self, part: Self) {
        for title in part.titles {
            match self.titles.iter_mut().find(|known| is_same(known, &title)) {
                Some(known) => known.join(&title),
                None => self.titles.push(title),
            }
        }
        self.missing.extend(part.missing);
        self.stale_since = [self.stale_since, part.stale_since].into_iter().flatten().min();
    }
}

/// Whether they are the same work: all ids that both know say so, and there is one.
fn is_same(one: &Found, other: &Found) -> bool {
    let (ids, others) = (&one.work.ids, &other.work.ids);
    one.kind == other.kind && ids.agrees(others) && !ids.contradicts(others)
}

/// A text as it is asked for: in what case and with which blanks it was typed does not matter.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[expect(clippy::ptr_arg, reason = "it says how long an answer of this very type is good")]
fn for_a_while(found: &Vec<Found>) -> Duration {
    if found.is_empty() { SHORTLY } else { A_WHILE }
}

#[expect(clippy::ref_option, reason = "it says how long an answer of this very type is good")]
fn for_a_day<T>(found: &Option<T>) -> Duration {
    if found.is_none() { SHORTLY } else { A_DAY }
}
