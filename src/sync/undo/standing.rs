//! Which plays of a run still stand on Trakt, and under which ids.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use crate::app::App;
use crate::domain::{HistoryId, Item, Play, TraktEpisodeId, WatchedAt};
use crate::outbound::{Fault, ProviderError};
use crate::store::{PlayOutcome, RunPlay, RunPlays};
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

fn is_at(item: &HistoryItem, at: WatchedAt) -> bool {
    minute(WatchedAt::at(item.watched_at)) == minute(at)
}

/// The person's history, sorted by what was played.
pub(super) struct Standing(HashMap<Of, Vec<HistoryItem>>);

impl Standing {
    /// Reads the history of everything that these plays are of, to the last page. One show or film
    /// after the other takes at least a request each, all of it a request for each 250 plays;
    /// whichever is fewer is done.
    pub(super) async fn read(
        app: &App,
        plays: impl Iterator<Item = &Play>,
    ) -> Result<Self, ProviderError> {
        let mut parts: BTreeSet<HistoryOf> = plays.map(|play| part(play.item)).collect();
        if parts.len() > FEW
            && let Some(pages) = app.trakt.history_pages().await?
            && pages < u64::try_from(parts.len()).unwrap_or(u64::MAX)
        {
            parts = BTreeSet::from([HistoryOf::Everything]);
        }
        let mut standing = Self(HashMap::new());
        for part in parts {
            match app.trakt.history(part, None, None).await {
                Ok(items) => standing.add(items),
                // What is no longer on Trakt has no plays there.
                Err(ProviderError { fault: Fault::NotFound, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(standing)
    }

    fn add(&mut self, items: Vec<HistoryItem>) {
        for item in items {
            self.0.entry(Of::new(item.item, item.episode_id)).or_default().push(item);
        }
    }

    fn of(&self, play: &Play) -> &[HistoryItem] {
        self.0.get(&Of::new(play.item, play.episode_id)).map_or(&[], Vec::as_slice)
    }

    /// Whether there is a play of the same at the same minute.
    pub(super) fn has(&self, play: &Play) -> bool {
        self.of(play).iter().any(|item| is_at(item, play.watched_at))
    }

    /// Gives each accepted play the id it has in the history, or notes that it is gone. Says how
    /// many other plays there are of the same episodes and films.
    ///
    /// A run posts only what is not in the history at all, so of several plays at the same minute
    /// the one with the lowest id is the run's: the others came later. For the same reason a play
    /// was gone already when a later run posted the same again.
    pub(super) fn pin(&self, groups: &mut [RunPlays], posted_later: &HashSet<Item>) -> usize {
        let mut others = 0;
        for sent in accepted_mut(groups) {
            let there = self.of(&sent.play);
            let found = self.find(sent, posted_later);
            others += there.len() - usize::from(found.is_some());
            match found {
                Some(id) => sent.history_id = Some(id),
                None => sent.outcome = PlayOutcome::Gone,
            }
        }
        others
    }

    /// Once found, a play is known by its id and never taken for another.
    fn find(&self, sent: &RunPlay, posted_later: &HashSet<Item>) -> Option<HistoryId> {
        let mut there = self.of(&sent.play).iter();
        if let Some(id) = sent.history_id {
            return there.any(|item| item.id == id).then_some(id);
        }
        if posted_later.contains(&sent.play.item) {
            return None;
        }
        there.filter(|item| is_at(item, sent.play.watched_at)).map(|item| item.id).min()
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

fn accepted_mut(groups: &mut [RunPlays]) -> impl Iterator<Item = &mut RunPlay> {
    let plays = groups.iter_mut().flat_map(|group| &mut group.plays);
    plays.filter(|sent| sent.outcome == PlayOutcome::Accepted)
}

/// The plays that Trakt took, whatever became of them.
pub(super) fn taken(groups: &[RunPlays]) -> impl Iterator<Item = &RunPlay> {
    let plays = groups.iter().flat_map(|group| &group.plays);
    plays.filter(|sent| sent.outcome != PlayOutcome::Refused)
}
