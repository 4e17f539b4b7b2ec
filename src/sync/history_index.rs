//! Which plays of a run still stand on Trakt, and under which ids.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use crate::domain::{
    HistoryId, Item, Play, PlayOutcome, RunPlay, RunPlays, TraktEpisodeId, Viewing, WatchedAt,
};
use crate::hub::person::Person;
use crate::outbound::{Fault, ProviderError};
use crate::trakt::{HistoryItem, HistoryOf};

/// So many shows and films are read one by one without asking first how long the history is.
const FEW: usize = 2;

/// What a play is of. An episode's id stays when its season is renumbered.
#[derive(PartialEq, Eq, Hash)]
enum Of {
    Episode(TraktEpisodeId),
    Other(Item),
}

impl Of {
    fn new(item: Item, episode: Option<TraktEpisodeId>) -> Self {
        episode.map_or(Self::Other(item), Self::Episode)
    }
}

/// The minute under which Trakt has a play: an unknown time reads back as the first of 1970.
fn minute(at: WatchedAt) -> Timestamp {
    match at {
        WatchedAt::Unknown => Timestamp::UNIX_EPOCH,
        WatchedAt::At(moment) => moment,
    }
}

/// What it says of a play that the history never had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unseen {
    /// Trakt took it so short a time ago that its history may lag behind.
    MayAppear,
    /// It is not there.
    IsGone,
}

impl Unseen {
    /// What it says as long as the history may lag.
    pub(super) fn until(shown_from: Option<Timestamp>) -> Self {
        if shown_from.is_some() { Self::MayAppear } else { Self::IsGone }
    }
}

fn is_at(item: &HistoryItem, at: WatchedAt) -> bool {
    minute(WatchedAt::at(item.watched_at)) == minute(at)
}

/// The person's history, sorted by what was played.
pub(super) struct HistoryIndex(HashMap<Of, Vec<HistoryItem>>);

impl HistoryIndex {
    /// Reads the history of everything that these plays are of, to the last page. One show or film
    /// after the other takes at least a request each, all of it a request for each 250 plays;
    /// whichever is fewer is done.
    pub(super) async fn read(
        person: &Person,
        plays: impl Iterator<Item = &Play>,
    ) -> Result<Self, ProviderError> {
        let mut parts: BTreeSet<HistoryOf> = plays.map(|play| part(play.item)).collect();
        if parts.len() > FEW
            && let Some(pages) = person.trakt.history_pages().await?
            && pages < u64::try_from(parts.len()).unwrap_or(u64::MAX)
        {
            parts = BTreeSet::from([HistoryOf::Everything]);
        }
        let mut history = Self(HashMap::new());
        for part in parts {
            match person.trakt.history(part, None, None).await {
                Ok(items) => history.add(items),
                // What is no longer on Trakt has no plays there.
                Err(ProviderError { fault: Fault::NotFound, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(history)
    }

    fn add(&mut self, items: Vec<HistoryItem>) {
        for item in items {
            self.0.entry(Of::new(item.item, item.episode_id)).or_default().push(item);
        }
    }

    fn of(&self, play: &Play) -> &[HistoryItem] {
        self.0.get(&Of::new(play.item, play.episode_id)).map_or(&[], Vec::as_slice)
    }

    /// Whether there is a play of the same at the same minute, and for a rewatch as many plays as
    /// there were before it.
    pub(super) fn has(&self, play: &Play) -> bool {
        let there = self.of(play);
        let before = usize::try_from(play.rewatch).unwrap_or(usize::MAX);
        there.len() > before && there.iter().any(|item| is_at(item, play.watched_at))
    }

    /// Gives each accepted play the id it has in the history, or notes that it is gone, unless what
    /// was never seen may appear yet. Says how many other plays there are of the same episodes and
    /// films.
    ///
    /// A run posts a play only on top of the plays before it, so of several at the same minute the
    /// lowest ids are those before it, then comes the run's, and the others came later. For the same
    /// reason a play was gone already when a later run posted the same again.
    pub(super) fn pin(
        &self,
        groups: &mut [RunPlays],
        posted_later: &HashSet<Viewing>,
        unseen: Unseen,
    ) -> usize {
        let known = accepted(groups).filter_map(|sent| sent.history_id);
        let mut pinned: HashSet<HistoryId> = known.collect();
        let mut there: HashMap<Of, usize> = HashMap::new();
        for sent in accepted_mut(groups) {
            there.insert(Of::new(sent.play.item, sent.play.episode_id), self.of(&sent.play).len());
            match self.find(sent, &pinned, posted_later) {
                Some(id) => {
                    pinned.insert(id);
                    sent.history_id = Some(id);
                }
                None if unseen == Unseen::MayAppear && sent.history_id.is_none() => {}
                None => sent.outcome = PlayOutcome::Gone,
            }
        }
        there.values().sum::<usize>() - found(groups).count()
    }

    /// Once found, a play is known by its id and never taken for another.
    fn find(
        &self,
        sent: &RunPlay,
        pinned: &HashSet<HistoryId>,
        posted_later: &HashSet<Viewing>,
    ) -> Option<HistoryId> {
        let there = self.of(&sent.play).iter();
        if let Some(id) = sent.history_id {
            return there.map(|item| item.id).find(|own| *own == id);
        }
        if posted_later.contains(&sent.play.viewing()) {
            return None;
        }
        let then = there.filter(|item| is_at(item, sent.play.watched_at)).map(|item| item.id);
        let mut then: Vec<HistoryId> = then.collect();
        then.sort_unstable();
        let before = usize::try_from(sent.play.rewatch).unwrap_or(usize::MAX);
        let own = then.get(before).filter(|id| !pinned.contains(id));
        own.or_else(|| then.iter().rfind(|id| !pinned.contains(id))).copied()
    }
}

fn part(item: Item) -> HistoryOf {
    match item {
        Item::Movie { movie } => HistoryOf::Movie(movie),
        Item::Episode { show, .. } => HistoryOf::Show(show),
    }
}

/// The plays that Trakt took and no undo has seen gone.
pub(super) fn accepted(groups: &[RunPlays]) -> impl Iterator<Item = &RunPlay> {
    let plays = groups.iter().flat_map(|group| &group.plays);
    plays.filter(|sent| sent.outcome == PlayOutcome::Accepted)
}

/// Those of them that the history has.
pub(super) fn found(groups: &[RunPlays]) -> impl Iterator<Item = &RunPlay> {
    accepted(groups).filter(|sent| sent.history_id.is_some())
}

fn accepted_mut(groups: &mut [RunPlays]) -> impl Iterator<Item = &mut RunPlay> {
    let plays = groups.iter_mut().flat_map(|group| &mut group.plays);
    plays.filter(|sent| sent.outcome == PlayOutcome::Accepted)
}

/// The plays that Trakt took, whatever became of them.
pub(super) fn taken(groups: &[RunPlays]) -> impl Iterator<Item = &RunPlay> {
    let plays = groups.iter().flat_map(|group| &group.plays);
    plays.filter(|sent| sent.outcome != PlayOutcome::Refused)
}
