//! AniList's answers as they come, and what becomes of them.
//!
//! Field names follow AniList's schema. Whatever may be null there is optional here, every row is
//! read on its own, and a field that only adds to what is known is none when it is odd. What is
//! watched is never guessed: an entry whose progress cannot be read is left out.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::activity::kind;
use super::client::{has_next, unexpected};
use super::odd::{Row, date_or_none};
use crate::outbound::{ProviderError, or_none};
use anilist_trakt_sync_core::domain::{
    Activity, Airing, AiringStatus, AnilistId, Entry, Format, FuzzyDate, ListStatus, MalId, Media,
    Prequel, Relations, ScheduledEpisode, Titles,
};

#[derive(Deserialize)]
pub(super) struct Reply<T> {
    pub(super) data: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ViewerData {
    #[serde(alias = "User")]
    pub(super) viewer: Option<super::Viewer>,
}

/// A chunk of a list, with rows of whatever form was asked for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: DeserializeOwned")]
pub(super) struct ListData<T> {
    media_list_collection: Option<Collection<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
struct Collection<T> {
    has_next_chunk: Option<bool>,
    lists: Option<Vec<Option<Group<T>>>>,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Group<T> {
    entries: Option<Vec<Row<T>>>,
}

impl<T> ListData<T> {
    /// The entries of all lists, and whether another chunk follows; one on several lists comes several
    /// times. None when AniList left the lists out.
    pub(super) fn into_chunk(self) -> Option<(Vec<Row<T>>, bool)> {
        let Collection { has_next_chunk, lists } = self.media_list_collection?;
        let groups = lists?.into_iter().flatten();
        let rows: Vec<_> = groups.filter_map(|group| group.entries).flatten().collect();
        let more = has_next_chunk.unwrap_or(!rows.is_empty());
        Some((rows, more))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PageData<T> {
    pub(super) page: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: Option<bool>,
}

/// A page of a list, with rows of whatever form was asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
pub(super) struct EntryPage<T> {
    page_info: Option<PageInfo>,
    media_list: Option<Vec<Row<T>>>,
}

impl<T> EntryPage<T> {
    /// Its entries, and whether another page follows.
    pub(super) fn into_rows(self) -> Result<(Vec<Row<T>>, bool), ProviderError> {
        let rows = self.media_list.ok_or_else(|| unexpected("data.Page.mediaList: missing"))?;
        let more = has_next(self.page_info, !rows.is_empty());
        Ok((rows, more))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActivityPage {
    pub(super) page_info: Option<PageInfo>,
    pub(super) activities: Option<Vec<Row<WireActivity>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MediaData {
    pub(super) media: Option<WireMedia>,
}

#[derive(Deserialize)]
pub(super) struct RelationsPage {
    pub(super) media: Option<Vec<Row<Related>>>,
}

/// A title with the works it is related to.
#[derive(Deserialize)]
pub(super) struct Related {
    pub(super) id: AnilistId,
    relations: Option<Edges>,
}

#[derive(Deserialize)]
pub(super) struct SchedulesPage {
    pub(super) media: Option<Vec<Row<Schedule>>>,
}

/// A title with a page of its schedule.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schedule {
    pub(super) id: AnilistId,
    airing_schedule: Option<ScheduleNodes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScheduleNodes {
    nodes: Option<Vec<Row<Scheduled>>>,
    page_info: Option<PageInfo>,
}

impl Schedule {
    pub(super) fn has_next_page(&self) -> bool {
        let page = self.airing_schedule.as_ref().and_then(|nodes| nodes.page_info.as_ref());
        page.is_some_and(|page| page.has_next_page == Some(true))
    }

    pub(super) fn into_episodes(self) -> impl Iterator<Item = ScheduledEpisode> {
        let nodes = self.airing_schedule.and_then(|nodes| nodes.nodes);
        let nodes = nodes.into_iter().flatten().filter_map(Row::read);
        nodes.filter_map(Scheduled::into_scheduled)
    }
}

#[derive(Deserialize)]
struct Edges {
    edges: Option<Vec<Row<Edge>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Edge {
    relation_type: Option<String>,
    node: Option<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: AnilistId,
    r#type: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    format: Option<Format>,
    #[serde(default, deserialize_with = "or_none")]
    episodes: Option<i64>,
    #[serde(default, deserialize_with = "date_or_none")]
    start_date: FuzzyDate,
}

impl Edges {
    /// The anime beside which it stands.
    fn into_parent(self) -> Option<AnilistId> {
        let edges = self.edges.into_iter().flatten().filter_map(Row::read);
        let parents = edges.filter(|edge| edge.relation_type.as_deref() == Some("PARENT"));
        let mut nodes = parents.filter_map(|edge| edge.node);
        nodes.find(|node| node.r#type.as_deref() == Some("ANIME")).map(|node| node.id)
    }
}

impl Related {
    /// How it stands to other anime; a book or a game is none.
    pub(super) fn into_relations(self) -> Relations {
        let edges = self.relations.and_then(|relations| relations.edges).unwrap_or_default();
        let edges = edges.into_iter().filter_map(Row::read);
        let edges = edges.filter_map(|edge| Some((edge.relation_type?, edge.node?)));
        let edges = edges.filter(|(kind, _)| kind == "PREQUEL").map(|(_, node)| node);
        let anime = edges.filter(|node| node.r#type.as_deref() == Some("ANIME"));
        Relations { prequels: anime.map(Node::into_prequel).collect() }
    }
}

impl Node {
    fn into_prequel(self) -> Prequel {
        Prequel {
            id: self.id,
            format: self.format,
            episodes: count(self.episodes).filter(|episodes| *episodes > 0),
            start_date: self.start_date,
        }
    }
}

/// More episodes than any anime has. AniList takes any number for a title whose length it does not
/// know, and nobody has watched four billion.
const MOST_EPISODES: u32 = 20_000;

/// One list entry. Its `id` is the entry's, not the title's.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireEntry {
    pub(super) id: u64,
    status: Option<String>,
    progress: Option<i64>,
    #[serde(default, deserialize_with = "or_none")]
    repeat: Option<i64>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) updated_at: Option<i64>,
    #[serde(default, deserialize_with = "date_or_none")]
    completed_at: FuzzyDate,
    #[serde(default, deserialize_with = "or_none")]
    private: Option<bool>,
    media: Option<WireMedia>,
}

impl WireEntry {
    /// The title it is of.
    pub(super) fn title(&self) -> Option<AnilistId> {
        self.media.as_ref().map(|media| media.id)
    }

    /// The entry, or what it lacks that no entry should.
    pub(super) fn into_entry(self) -> Result<Entry, String> {
        let media = self.media.ok_or("it has no title")?;
        let status = self.status.as_deref().and_then(list_status);
        let status = status.ok_or_else(|| format!("its status is {:?}", self.status))?;
        Ok(Entry {
            media: media.into_media(),
            status,
            progress: count(self.progress).unwrap_or(0).min(MOST_EPISODES),
            repeat: count(self.repeat).unwrap_or(0),
            completed_at: self.completed_at,
            updated_at: self.updated_at.unwrap_or(0),
            private: self.private.unwrap_or(false),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireMedia {
    id: AnilistId,
    #[serde(default, deserialize_with = "or_none")]
    id_mal: Option<MalId>,
    #[serde(default, deserialize_with = "or_none")]
    title: Option<Titles>,
    #[serde(default, deserialize_with = "or_none")]
    format: Option<Format>,
    #[serde(default, deserialize_with = "or_none")]
    episodes: Option<i64>,
    #[serde(default, deserialize_with = "date_or_none")]
    start_date: FuzzyDate,
    #[serde(default, deserialize_with = "date_or_none")]
    end_date: FuzzyDate,
    #[serde(default, deserialize_with = "or_none")]
    status: Option<AiringStatus>,
    #[serde(default, deserialize_with = "or_none")]
    next_airing_episode: Option<Scheduled>,
    #[serde(default, deserialize_with = "or_none")]
    relations: Option<Edges>,
    #[serde(default, deserialize_with = "or_none")]
    cover_image: Option<CoverImage>,
}

/// One row of `Media.nextAiringEpisode`; the time in Unix seconds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scheduled {
    episode: i64,
    airing_at: i64,
}

impl Scheduled {
    fn into_scheduled(self) -> Option<ScheduledEpisode> {
        let episode = count(Some(self.episode)).filter(|n| (1..=MOST_EPISODES).contains(n))?;
        Some(ScheduledEpisode { episode, airs_at: Timestamp::from_second(self.airing_at).ok()? })
    }
}

#[derive(Deserialize)]
struct CoverImage {
    medium: Option<String>,
}

impl WireMedia {
    pub(super) fn into_media(self) -> Media {
        Media {
            id: self.id,
            mal_id: self.id_mal,
            titles: self.title.unwrap_or_default(),
            format: self.format,
            // 0 stands for "not known yet" on some titles.
            episodes: count(self.episodes).filter(|n| (1..=MOST_EPISODES).contains(n)),
            start_date: self.start_date,
            airing: Airing {
                status: self.status,
                end_date: self.end_date,
                next: self.next_airing_episode.and_then(Scheduled::into_scheduled),
            },
            parent: self.relations.and_then(Edges::into_parent),
            cover: self.cover_image.and_then(|cover| cover.medium),
        }
    }
}

/// One activity. Those that are not about a list come as an empty object.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireActivity {
    pub(super) id: Option<u64>,
    status: Option<String>,
    progress: Option<String>,
    created_at: Option<i64>,
    media: Option<ActivityMedia>,
}

#[derive(Deserialize)]
struct ActivityMedia {
    id: AnilistId,
}

impl WireActivity {
    pub(super) fn into_activity(self) -> Option<Activity> {
        Some(Activity {
            media: self.media?.id,
            kind: kind(&self.status?, self.progress.as_deref()),
            at: Timestamp::from_second(self.created_at?).ok()?,
        })
    }
}

pub(super) fn count(number: Option<i64>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

fn list_status(text: &str) -> Option<ListStatus> {
    Some(match text {
        "CURRENT" => ListStatus::Current,
        "COMPLETED" => ListStatus::Completed,
        "REPEATING" => ListStatus::Repeating,
        "PAUSED" => ListStatus::Paused,
        "DROPPED" => ListStatus::Dropped,
        "PLANNING" => ListStatus::Planning,
        _ => return None,
    })
}
