//! A person's corrections as one small file that people can share: the mappings made by hand and
//! the per-episode corrections. It names no account, and has one item a line.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    AnilistId, ImdbId, Mapping, MappingKind, MediaType, Override, TraktShowId, TvdbId,
};
use crate::plain::plain_json;

/// What the file says it is.
const FORMAT: &str = "anilist-trakt-sync/corrections";
/// Goes up when an older program could misread the file.
const VERSION: u64 = 1;
/// More items than anybody has corrected.
const MOST_ITEMS: usize = 10_000;

/// A mapping made by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedMapping {
    /// The entry.
    pub anilist_id: AnilistId,
    /// Trakt's id of the show or film.
    pub trakt_id: u64,
    /// Show or film.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaType>,
    /// Pins it to a season.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<u16>,
    /// Episodes of that season before the entry's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
    /// TMDB's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tmdb_id: Option<u32>,
    /// IMDb's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imdb_id: Option<ImdbId>,
    /// TheTVDB's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tvdb_id: Option<TvdbId>,
    /// The entry's title, for who reads the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// All corrections of a person, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    mappings: Vec<SharedMapping>,
    overrides: Vec<Override>,
}

/// What is wrong with a file, all of it: each with its place, such as `mappings[3]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file of corrections has mistakes: {}", first_of(.0))]
pub struct Mistakes(pub Vec<String>);

/// As many as a person reads at once.
fn first_of(mistakes: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown = mistakes.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    match mistakes.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

impl Share {
    /// The corrections among what is stored.
    pub fn of(mappings: &[Mapping], overrides: &[Override]) -> Self {
        let by_hand = mappings.iter().filter(|mapping| mapping.kind == MappingKind::Manual);
        let mut mappings: Vec<SharedMapping> = by_hand.map(SharedMapping::of).collect();
        mappings.sort_by_key(|mapping| mapping.anilist_id);
        let mut overrides = overrides.to_vec();
        overrides.sort_by_key(place);
        Self { mappings, overrides }
    }

    /// The file's text.
    ///
    /// # Errors
    /// Never for corrections that can be stored.
    pub fn write(&self) -> serde_json::Result<String> {
        let lines = |items: Vec<String>| {
            if items.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", items.join(",\n")) }
        };
        let line = |json: serde_json::Result<String>| Ok(plain_json(&json?).into_owned());
        let mappings = self.mappings.iter().map(serde_json::to_string).map(line);
        let mappings = mappings.collect::<serde_json::Result<_>>()?;
        let overrides = self.overrides.iter().map(serde_json::to_string);
        let overrides = overrides.collect::<Result<_, _>>()?;
        Ok(format!(
            "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\n\"mappings\":{},\n\"overrides\":{}}}\n",
            lines(mappings),
            lines(overrides)
        ))
    }

    /// Reads a file. Fields that are not known are passed over.
    pub fn read(file: &Value) -> Result<Self, Mistakes> {
        if file["format"] != FORMAT || file["version"] != VERSION {
            let found = format!("format {} and version {}", file["format"], file["version"]);
            let wanted = format!("it is not \"{FORMAT}\" in version {VERSION}: {found}");
            return Err(Mistakes(vec![wanted]));
        }
        let mut mistakes = Vec::new();
        let share = Self {
            mappings: items(file, "mappings", &mut mistakes),
            overrides: items(file, "overrides", &mut mistakes),
        };
        share.complain(&mut mistakes);
        if mistakes.is_empty() { Ok(share) } else { Err(Mistakes(mistakes)) }
    }

    fn complain(&self, mistakes: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for (index, mapping) in self.mappings.iter().enumerate() {
            let others = [mapping.tmdb_id, mapping.tvdb_id.map(|id| id.0)];
            if mapping.anilist_id.0 == 0 || mapping.trakt_id == 0 || others.contains(&Some(0)) {
                mistakes.push(format!("mappings[{index}]: ids begin at 1"));
            }
            if !seen.insert(mapping.anilist_id) {
                let id = mapping.anilist_id;
                mistakes.push(format!("mappings[{index}]: anilistId is there twice: {id}"));
            }
        }
        let mut seen = BTreeSet::new();
        for (index, correction) in self.overrides.iter().enumerate() {
            let ids = [correction.trakt_id.0, correction.anilist_id.map_or(1, |id| id.0.into())];
            if ids.contains(&0) || correction.abs == 0 {
                mistakes.push(format!("overrides[{index}]: ids and episodes begin at 1"));
            }
            if !seen.insert(place(correction)) {
                let abs = correction.abs;
                mistakes.push(format!("overrides[{index}]: this episode is there twice: {abs}"));
            }
        }
    }
}

fn items<T: for<'de> Deserialize<'de>>(
    file: &Value,
    name: &str,
    mistakes: &mut Vec<String>,
) -> Vec<T> {
    let Some(items) = file[name].as_array() else {
        mistakes.push(format!("{name}: is no list"));
        return Vec::new();
    };
    if items.len() > MOST_ITEMS {
        mistakes.push(format!("{name}: has more than {MOST_ITEMS} items: {}", items.len()));
        return Vec::new();
    }
    let mut read = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match T::deserialize(item) {
            Ok(item) => read.push(item),
            Err(cause) => mistakes.push(format!("{name}[{index}]: {cause}")),
        }
    }
    read
}

/// Which episode a correction is about.
fn place(correction: &Override) -> (TraktShowId, u32, Option<AnilistId>) {
    (correction.trakt_id, correction.abs, correction.anilist_id)
}

impl SharedMapping {
    fn of(mapping: &Mapping) -> Self {
        Self {
            anilist_id: mapping.anilist_id,
            trakt_id: mapping.trakt_id,
            media_type: mapping.media_type,
            season: mapping.season,
            offset: mapping.offset,
            tmdb_id: mapping.tmdb_id,
            imdb_id: mapping.imdb_id,
            tvdb_id: mapping.tvdb_id,
            title: mapping.title.clone(),
        }
    }

    fn stored(&self, now: Timestamp) -> Mapping {
        Mapping {
            anilist_id: self.anilist_id,
            trakt_id: self.trakt_id,
            tmdb_id: self.tmdb_id,
            imdb_id: self.imdb_id,
            tvdb_id: self.tvdb_id,
            kind: MappingKind::Manual,
            media_type: self.media_type,
            season: self.season,
            offset: self.offset,
            source: "manual".to_owned(),
            title: self.title.clone(),
            cover: None,
            updated_at: now,
        }
    }
}

/// What happens to a correction of the person's own that a file contradicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// It stays.
    Keep,
    /// The file's takes its place.
    Replace,
}

/// What a merge comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Corrections there were none of before.
    pub added: usize,
    /// Corrections that take the place of the person's own.
    pub replaced: usize,
    /// Corrections that were the same already.
    pub unchanged: usize,
    /// The person's own that the file contradicts and that stay, each as a sentence.
    pub kept: Vec<String>,
}

impl Summary {
    fn count(
        &mut self,
        own: bool,
        same: bool,
        policy: Policy,
        what: impl FnOnce() -> String,
    ) -> bool {
        match (own, same, policy) {
            (_, true, _) => self.unchanged += 1,
            (false, false, _) => self.added += 1,
            (true, false, Policy::Replace) => self.replaced += 1,
            (true, false, Policy::Keep) => self.kept.push(what()),
        }
        !same && (!own || policy == Policy::Replace)
    }
}

/// What is to be kept so that a file's corrections hold beside those there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Mappings that are new, or replace the one of their entry.
    pub mappings: Vec<Mapping>,
    /// Corrections of episodes that are new, or replace the one of their episode.
    pub overrides: Vec<Override>,
    /// What that comes to.
    pub summary: Summary,
}

impl Merged {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.mappings.is_empty() && self.overrides.is_empty()
    }
}

/// What is to be kept so that a file's corrections hold beside those there are.
pub fn merge(
    share: &Share,
    mappings: &[Mapping],
    overrides: &[Override],
    policy: Policy,
    now: Timestamp,
) -> Merged {
    let by_hand = mappings.iter().filter(|mapping| mapping.kind == MappingKind::Manual);
    let own: BTreeMap<_, _> = by_hand.map(|mapping| (mapping.anilist_id, mapping)).collect();
    let corrected: BTreeMap<_, _> = overrides.iter().map(|one| (place(one), one)).collect();
    let mut merged = Merged::default();
    for mapping in &share.mappings {
        let before = own.get(&mapping.anilist_id);
        let same = before.is_some_and(|before| SharedMapping::of(before) == *mapping);
        let what = || format!("the mapping of AniList {} stays as it is", mapping.anilist_id);
        if merged.summary.count(before.is_some(), same, policy, what) {
            merged.mappings.push(mapping.stored(now));
        }
    }
    for correction in &share.overrides {
        let before = corrected.get(&place(correction));
        let same = before == Some(&correction);
        let (show, abs) = (correction.trakt_id, correction.abs);
        let what = || format!("the correction of episode {abs} of show {show} stays as it is");
        if merged.summary.count(before.is_some(), same, policy, what) {
            merged.overrides.push(correction.clone());
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn mapping(id: u32, trakt: u64, kind: MappingKind) -> Mapping {
        let shared = SharedMapping {
            anilist_id: AnilistId(id),
            trakt_id: trakt,
            media_type: Some(MediaType::Show),
            season: Some(2),
            offset: None,
            tmdb_id: None,
            imdb_id: None,
            tvdb_id: None,
            title: Some(format!("Title \"{id}\"")),
        };
        Mapping { kind, ..shared.stored(now()) }
    }

    fn correction(show: u64, abs: u32, entry: Option<u32>) -> Override {
        let anilist_id = entry.map(AnilistId);
        Override { trakt_id: TraktShowId(show), abs, season: 0, episode: 3, anilist_id }
    }

    fn read(text: &str) -> Share {
        Share::read(&serde_json::from_str(text).unwrap()).unwrap()
    }

    fn mistakes(file: &Value) -> Vec<String> {
        Share::read(file).unwrap_err().0
    }

    fn file(mappings: &Value, overrides: &Value) -> Value {
        json!({"format": FORMAT, "version": 1, "mappings": mappings, "overrides": overrides})
    }

    #[test]
    fn a_file_has_one_item_a_line_in_order_and_nothing_automatic() {
        let stored = [
            mapping(7, 70, MappingKind::Manual),
            mapping(5, 50, MappingKind::Auto),
            mapping(3, 30, MappingKind::Manual),
        ];
        let text = Share::of(&stored, &[correction(9, 1, None)]).write().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 8, "{text}");
        assert!(lines[2].starts_with(r#"{"anilistId":3,"traktId":30,"type":"show","season":2"#));
        assert!(lines[3].starts_with(r#"{"anilistId":7"#));
        assert_eq!(lines[1], r#""mappings":["#);
    }

    #[test]
    fn a_file_of_nothing_is_a_file() {
        let text = Share::default().write().unwrap();
        assert_eq!(read(&text), Share::default());
    }

    #[test]
    fn what_is_no_such_file_is_told_apart() {
        for other in [json!({}), json!([]), json!({"format": FORMAT, "version": 2})] {
            assert_eq!(mistakes(&other).len(), 1, "{other}");
        }
    }

    #[test]
    fn all_mistakes_are_told_with_their_place() {
        let file = file(
            &json!([
                {"anilistId": 0, "traktId": 1},
                {"anilistId": 3},
                {"anilistId": 4, "traktId": 5, "imdbId": "nm1"},
                {"anilistId": 6, "traktId": 5},
                {"anilistId": 6, "traktId": 7, "somethingLater": true},
            ]),
            &json!([{"traktId": 1, "abs": 0, "season": 1, "episode": 1}]),
        );
        let found = mistakes(&file);
        let places: Vec<_> = found.iter().map(|one| one.split_once(':').unwrap().0).collect();
        assert_eq!(
            places,
            ["mappings[1]", "mappings[2]", "mappings[0]", "mappings[2]", "overrides[0]"],
            "{found:?}"
        );
    }

    #[test]
    fn the_persons_own_corrections_stay_unless_they_are_to_be_replaced() {
        let own = [mapping(1, 10, MappingKind::Manual), mapping(2, 20, MappingKind::Auto)];
        let theirs = [
            mapping(1, 11, MappingKind::Manual),
            mapping(2, 21, MappingKind::Manual),
            mapping(3, 30, MappingKind::Manual),
        ];
        let share = Share::of(&theirs, &[correction(9, 1, None)]);
        let merged = merge(&share, &own, &[], Policy::Keep, now());
        let Summary { added, kept, .. } = &merged.summary;
        assert_eq!((merged.mappings.len(), merged.overrides.len()), (2, 1));
        assert_eq!((*added, kept.len()), (3, 1));
        let replaced = merge(&share, &own, &[], Policy::Replace, now());
        let Summary { replaced: count, kept, .. } = &replaced.summary;
        assert_eq!((replaced.mappings.len(), replaced.overrides.len()), (3, 1));
        assert_eq!((*count, kept.len()), (1, 0));
    }

    fn shares() -> impl Strategy<Value = Share> {
        let mappings = prop::collection::vec((1_u32..50, 1_u64..1 << 53), 0..20);
        let overrides =
            prop::collection::vec((1_u64..5, 1_u32..9, prop::option::of(1_u32..4)), 0..20);
        (mappings, overrides).prop_map(|(mappings, overrides)| {
            let mappings: BTreeMap<_, _> = mappings.into_iter().collect();
            let mappings: Vec<_> = mappings
                .iter()
                .map(|(id, trakt)| mapping(*id, *trakt, MappingKind::Manual))
                .collect();
            let overrides: BTreeSet<_> = overrides.into_iter().collect();
            let overrides: Vec<_> = overrides
                .iter()
                .map(|(show, abs, entry)| correction(*show, *abs, *entry))
                .collect();
            Share::of(&mappings, &overrides)
        })
    }

    proptest! {
        #[test]
        fn a_file_taken_over_into_an_empty_store_is_written_the_same_again(share in shares()) {
            let text = share.write().unwrap();
            let read = read(&text);
            prop_assert_eq!(&read, &share);
            let Merged { mappings, overrides, .. } = merge(&read, &[], &[], Policy::Keep, now());
            prop_assert_eq!(Share::of(&mappings, &overrides).write().unwrap(), text);
            let again = merge(&read, &mappings, &overrides, Policy::Keep, now());
            prop_assert!(again.is_empty() && again.summary.kept.is_empty());
        }
    }
}
