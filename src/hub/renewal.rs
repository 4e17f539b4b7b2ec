//! What is known of the titles of a library, asked of their sources again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::AccountId;
use crate::hub::error::{Error, Result};
use crate::hub::library::Changed;
use crate::hub::people::People;
use crate::hub::person::Person;
use crate::library::{Author, Draft, Found, Item, ItemId, Kind, Origin, Refused, RemoteId};
use crate::outbound::ProviderError;

/// As many titles are one question.
const TOGETHER: usize = 50;

/// Takes over what the source of a title says of it now. What the person says of it stays, and so do a
/// title and a maximum of their own.
///
/// # Errors
/// [`Error::NotFound`] for a title that is not there or that its source does not have, [`Error::Refused`]
/// for one that no source has an id of, and that of the source.
pub async fn renew(person: &Person, id: ItemId) -> Result<Changed<()>> {
    let library = person.library().read().await?;
    let item = library.get(id).ok_or(Refused::Absent(id))?;
    let source = source_of(item).ok_or_else(unknown)?;
    let found = person.services.sources.anew(&source, item.kind).await?;
    let found = found.filter(|found| found.kind == item.kind).ok_or_else(gone)?;
    person.library().change(Author::Source, |draft| take(draft, id, &found)).await
}

fn unknown() -> Error {
    let message = "no source of titles has an id of this one".to_owned();
    Error::Refused { message, hint: "give it the id that it has at AniList or MangaDex" }
}

fn gone() -> Error {
    Error::not_found("its source does not have this title any more", "correct its id")
}

/// An id that another item has stays that item's.
fn take(draft: &mut Draft<'_>, id: ItemId, found: &Found) -> std::result::Result<(), Refused> {
    let mut found = found.clone();
    found.work.ids = draft.free_ids(found.kind, &found.work.ids, Some(id));
    draft.change(id, |item| {
        found.renew(item);
        Ok(())
    })
}

/// Whom to ask for a title: where it came from, or else whoever has an id of it.
fn source_of(item: &Item) -> Option<RemoteId> {
    let ids = &item.work.ids;
    let mangadex = ids.mangadex.clone().map(RemoteId::Mangadex);
    let is_first = item.origin == Origin::Mangadex;
    mangadex
        .clone()
        .filter(|_| is_first)
        .or_else(|| ids.anilist.map(RemoteId::Anilist))
        .or_else(|| ids.mal.map(RemoteId::Mal))
        .or(mangadex)
}

/// What filling maxima came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filled {
    /// Titles that were asked for.
    pub checked: usize,
    /// Those that have a maximum now.
    pub filled: usize,
    /// Those of which no source knows it.
    pub unknown: usize,
    /// Those whose source did not answer.
    pub failed: usize,
    /// Those that were not asked for, as a source asked to wait or does not answer. Filling again goes on
    /// with them.
    pub left: usize,
    /// From when on the source may be asked again, where it says so.
    pub again_at: Option<Timestamp>,
}

/// A title without a maximum.
struct Gap {
    account: AccountId,
    item: ItemId,
}

/// Titles that are one question, with whoever has them.
struct Batch {
    kind: Kind,
    gaps: BTreeMap<RemoteId, Vec<Gap>>,
}

/// Gives every title of everybody the maximum that its source knows, where it has none. One that a person
/// set is never touched.
///
/// # Errors
/// The store's. A source that does not answer is no error: what is left is told.
pub async fn fill_maxima(people: &People) -> Result<Filled> {
    let mut filled = Filled::default();
    let mut batches = batches(gaps(people).await?).into_iter();
    while let Some(batch) = batches.next() {
        match ask(people, &batch).await {
            Ok(found) => filled.add(put(people, &batch, &found).await?),
            Err(error) => {
                filled.failed += batch.len();
                filled.again_at = filled.again_at.max(error.fault.retry_at());
                // Who says nothing of one question may say something of the next.
                if !error.fault.is_of_one_question() {
                    filled.left = batches.map(|batch| batch.len()).sum();
                    break;
                }
            }
        }
    }
    Ok(filled)
}

/// The titles of everybody that have no maximum and that a source has, by whom to ask.
async fn gaps(people: &People) -> Result<BTreeMap<(Source, RemoteId), Vec<Gap>>> {
    let mut gaps: BTreeMap<_, Vec<Gap>> = BTreeMap::new();
    for account in people.services().store.accounts().await? {
        let library = people.of(&account).library().read().await?;
        let is_open = |item: &&_| is_open(item);
        for item in library.items().map(AsRef::as_ref).filter(is_open) {
            let Some(source) = source_of(item) else { continue };
            let gap = Gap { account: account.clone(), item: item.id };
            gaps.entry((Source::of(&source, item.kind), source)).or_default().push(gap);
        }
    }
    Ok(gaps)
}

fn is_open(item: &Item) -> bool {
    item.work.max_progress.is_none() && !item.work.max_progress_by_hand
}

/// Ids of one source can be asked for together; `MyAnimeList`'s are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    place: u8,
    kind: Kind,
}

impl Source {
    fn of(id: &RemoteId, kind: Kind) -> Self {
        match id {
            // Both kinds have one row of numbers.
            RemoteId::Anilist(_) => Self { place: 0, kind: Kind::Anime },
            RemoteId::Mal(_) => Self { place: 1, kind },
            RemoteId::Kitsu(_) => Self { place: 2, kind },
            RemoteId::Mangadex(_) => Self { place: 3, kind },
        }
    }
}

fn batches(gaps: BTreeMap<(Source, RemoteId), Vec<Gap>>) -> Vec<Batch> {
    let mut batches: Vec<(Source, Batch)> = Vec::new();
    for ((source, id), gaps) in gaps {
        match batches.last_mut() {
            Some((of, batch)) if *of == source && batch.gaps.len() < TOGETHER => {
                batch.gaps.insert(id, gaps);
            }
            _ => {
                let batch = Batch { kind: source.kind, gaps: BTreeMap::from([(id, gaps)]) };
                batches.push((source, batch));
            }
        }
    }
    batches.into_iter().map(|(_, batch)| batch).collect()
}

impl Batch {
    fn len(&self) -> usize {
        self.gaps.values().map(Vec::len).sum()
    }
}

type Known = BTreeMap<RemoteId, Found>;

async fn ask(people: &People, batch: &Batch) -> std::result::Result<Known, ProviderError> {
    let ids: Vec<RemoteId> = batch.gaps.keys().cloned().collect();
    people.services().sources.all(&ids, batch.kind).await
}

/// Fills what is known, one change for each person.
async fn put(people: &People, batch: &Batch, known: &Known) -> Result<Filled> {
    let mut filled = Filled { checked: batch.len(), ..Filled::default() };
    let all = || batch.gaps.iter().flat_map(|(id, gaps)| gaps.iter().map(move |gap| (id, gap)));
    let accounts: BTreeSet<&str> = all().map(|(_, gap)| gap.account.as_str()).collect();
    for account in accounts {
        let theirs = all().filter(|(_, gap)| gap.account.as_str() == account);
        let theirs = theirs.filter_map(|(id, gap)| Some((gap, known.get(id)?)));
        let theirs: Vec<(&Gap, &Found)> = theirs.collect();
        let Some((first, _)) = theirs.first() else { continue };
        let person = people.of(&first.account);
        let changed = person.library().change(Author::Source, |draft| fill(draft, &theirs)).await?;
        filled.filled += changed.outcome;
    }
    filled.unknown = filled.checked.saturating_sub(filled.filled);
    Ok(filled)
}

/// How many have a maximum then. One that was removed or filled meanwhile is left alone.
fn fill(draft: &mut Draft<'_>, gaps: &[(&Gap, &Found)]) -> std::result::Result<usize, Refused> {
    let mut filled = 0;
    for (gap, found) in gaps {
        let is_meant = |item: &Item| is_open(item) && item.kind == found.kind;
        if !draft.get(gap.item).is_some_and(is_meant) {
            continue;
        }
        draft.change(gap.item, |item| {
            filled += usize::from(found.fill_maximum(item));
            Ok(())
        })?;
    }
    Ok(filled)
}

impl Filled {
    fn add(&mut self, more: Self) {
        self.checked += more.checked;
        self.filled += more.filled;
        self.unknown += more.unknown;
    }
}
