//! What holds for every show and every source.

use std::collections::{BTreeSet, HashMap};

use anilist_trakt_sync_core::domain::{
    AnilistId, Entry, Format, Item, Placement, Slot, Source, TraktMovieId, TraktShowId, Verdict,
    Weight, Work,
};
use anilist_trakt_sync_core::placing::breakpoints::{breakpoints, episode_at};
use anilist_trakt_sync_core::placing::claims::Rule;
use anilist_trakt_sync_core::placing::datasets::anibridge::Range;
use anilist_trakt_sync_core::placing::decision::Decision;
use anilist_trakt_sync_core::placing::place::{ResolvedClaim, Shows, Target};
use anilist_trakt_sync_core::placing::siblings::{Holder, Standing, Standoff, standoffs};
use proptest::prelude::*;

use super::scene::{FILM, SHOW, claim, decide_among, entry, place, season, show};

/// Seasons as (season, episodes, numbers go on), some without dates.
pub(super) fn shows() -> impl Strategy<Value = anilist_trakt_sync_core::domain::Show> {
    let run = (1_u32..30, any::<bool>(), prop::option::of(0_usize..3));
    prop::collection::vec(run, 1..5).prop_map(|runs| {
        let dates = ["2014-04-06", "2015-10-04", "2019-01-11"];
        let mut listed = 0;
        let mut described = Vec::new();
        for (season, (count, goes_on, date)) in (0_u16..).zip(runs) {
            let first = if goes_on && season > 0 { listed + 1 } else { 1 };
            described.push((season, first, count, date.map_or("", |i| dates[i])));
            if season > 0 {
                listed += count;
            }
        }
        show(&described)
    })
}

proptest! {
    #[test]
    fn a_number_that_trakt_does_not_list_is_never_made_up(
        show in shows(),
        count in 1_u32..60,
        seasons in prop::collection::vec((0_u16..6, 0_u32..30), 0..3),
        begins in prop::sample::select(vec!["2014-04-06", "2015-10-04", "2019", ""]),
    ) {
        let entry = entry(Format::Tv, count, begins);
        let sources = [Source::Otaku, Source::Fribbs, Source::Manual];
        let claims: Vec<_> = sources.into_iter().zip(seasons)
            .map(|(source, (number, offset))| season(source, number, offset)).collect();
        let decision = place(&entry, &claims, show.clone());
        let Some(placement) = decision.placement else { return Ok(()) };
        let mut seen = std::collections::HashSet::new();
        for abs in 1..=placement.len() {
            let Some(Item::Episode { show: id, slot }) = placement.item(abs) else {
                panic!("a hole at {abs} in {placement:?}");
            };
            prop_assert_eq!(id, SHOW);
            prop_assert!(show.episode(slot).is_some(), "{} is not listed", slot);
            prop_assert!(seen.insert(slot), "{} twice", slot);
        }
        prop_assert_eq!(placement.item(placement.len() + 1), None);
        prop_assert_eq!(placement.item(0), None);
    }

    #[test]
    fn counting_through_a_show_meets_every_regular_episode_once(show in shows()) {
        let map = breakpoints(&show);
        let met: Vec<_> = (1..)
            .map_while(|abs| episode_at(&show, &map, abs))
            .map(|episode| episode.slot)
            .collect();
        let listed: Vec<_> = show.regular().iter().map(|episode| episode.slot).collect();
        prop_assert_eq!(met, listed);
    }
}

const OTHER_SHOW: TraktShowId = TraktShowId(2000);
const SOURCES: [Source; 4] = [Source::Anibridge, Source::Otaku, Source::Fribbs, Source::Saved];

/// What a source may say: a season, ranges, absolute numbers, no more than the show, or a film.
fn rules() -> impl Strategy<Value = Rule> {
    let range =
        (1_u32..4, 1_u32..20, 0_u16..4, 1_u32..20).prop_map(|(first, count, season, number)| {
            Range { first, last: Some(first + count), start: Slot { season, number } }
        });
    prop_oneof![
        3 => (0_u16..4, prop::sample::select(vec![0_u32, 0, 1, 12]))
            .prop_map(|(season, offset)| Rule::Season { season, offset }),
        1 => prop::collection::vec(range, 1..3).prop_map(Rule::Ranges),
        1 => Just(Rule::Continuous),
        1 => Just(Rule::Unspecified),
        1 => Just(Rule::Film),
    ]
}

/// One word of each of some sources, in their order.
fn words() -> impl Strategy<Value = Vec<ResolvedClaim>> {
    let word = (rules(), any::<bool>(), 1_u64..3);
    let words = prop::collection::vec(prop::option::weighted(0.7, word), SOURCES.len());
    words.prop_map(|words| {
        let said = SOURCES.into_iter().zip(words);
        said.filter_map(|(source, word)| {
            let (rule, other, film) = word?;
            let target = match rule {
                Rule::Film => Target::Movie(TraktMovieId(FILM.0 + film)),
                _ => Target::Show(if other { OTHER_SHOW } else { SHOW }),
            };
            Some(claim(source, rule, target))
        })
        .collect()
    })
}

fn entries() -> impl Strategy<Value = Entry> {
    let formats = vec![Format::Tv, Format::Ona, Format::Ova, Format::Special, Format::Movie];
    let begins = vec!["2014-04-06", "2015-10-04", "2019-01-11", "2019", ""];
    let counts = prop_oneof![Just(1_u32), Just(12), 1_u32..30];
    let parts = (prop::sample::select(formats), counts, prop::sample::select(begins));
    parts.prop_map(|(format, count, begins)| entry(format, count, begins))
}

fn catalogue() -> impl Strategy<Value = Shows> {
    (shows(), shows()).prop_map(|(show, other)| {
        let other =
            anilist_trakt_sync_core::domain::Show::new(OTHER_SHOW, other.episodes().to_vec());
        Shows::from([(SHOW, Some(show)), (OTHER_SHOW, Some(other))])
    })
}

fn outcome(decision: &Decision) -> (Verdict, Option<Source>, Option<&Placement>) {
    (decision.verdict, decision.source, decision.placement.as_ref())
}

/// A source's word that comes to just this placement.
fn confirming(source: Source, placement: &Placement) -> ResolvedClaim {
    match placement {
        Placement::Movie { movie, .. } => claim(source, Rule::Film, Target::Movie(*movie)),
        Placement::Episodes { show, spans } => {
            let ranges = spans.iter().map(|span| Range {
                first: span.first,
                last: Some(span.last),
                start: span.start,
            });
            claim(source, Rule::Ranges(ranges.collect()), Target::Show(*show))
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_the_sources_does_not_matter(
        entry in entries(),
        shows in catalogue(),
        (words, shuffled) in words().prop_flat_map(|words| (Just(words.clone()), Just(words).prop_shuffle())),
    ) {
        let one = decide_among(&entry, &words, &shows);
        let other = decide_among(&entry, &shuffled, &shows);
        prop_assert_eq!(outcome(&one), outcome(&other));
        prop_assert_eq!(one.reason, other.reason);
        prop_assert_eq!(one.weight, other.weight);
    }

    #[test]
    fn a_source_that_confirms_never_turns_a_place_into_a_conflict(
        entry in entries(),
        shows in catalogue(),
        words in words(),
        missing in prop::sample::select(SOURCES.to_vec()),
    ) {
        let words: Vec<_> = words.into_iter().filter(|word| word.claim.source != missing).collect();
        // What is said to be a special is looked for among those by its day; a source that puts it into a
        // season has it looked for there, and may so bring up another place.
        let says = |of: fn(&Rule) -> bool| words.iter().any(|word| of(&word.claim.rule));
        if says(Rule::is_special) && !says(Rule::is_regular) {
            return Ok(());
        }
        let before = decide_among(&entry, &words, &shows);
        let Some(placement) = &before.placement else { return Ok(()) };
        let more = [words, vec![confirming(missing, placement)]].concat();
        let after = decide_among(&entry, &more, &shows);
        prop_assert!(after.placement.is_some(), "{:?} became {:?}", before, after);
        if before.verdict == Verdict::Verified {
            prop_assert_eq!(after.verdict, Verdict::Verified);
            prop_assert_eq!(after.placement, before.placement);
        }
    }

    #[test]
    fn what_an_earlier_decision_left_behind_changes_nothing(
        entry in entries(),
        shows in catalogue(),
        words in words(),
    ) {
        let words: Vec<_> =
            words.into_iter().filter(|word| word.claim.source != Source::Saved).collect();
        let before = decide_among(&entry, &words, &shows);
        let Some(placement) = &before.placement else { return Ok(()) };
        let after =
            decide_among(&entry, &[words, vec![confirming(Source::Saved, placement)]].concat(), &shows);
        prop_assert_eq!(outcome(&after), outcome(&before));
        prop_assert_eq!(after.source, before.source);
        prop_assert_eq!(after.weight, before.weight);
    }

    #[test]
    fn a_place_comes_with_trust_and_no_place_with_a_reason(
        entry in entries(),
        shows in catalogue(),
        words in words(),
    ) {
        let decision = decide_among(&entry, &words, &shows);
        let trusted = matches!(decision.verdict, Verdict::Verified | Verdict::Likely);
        prop_assert_eq!(decision.placement.is_some(), trusted);
        prop_assert_eq!(decision.reason.is_none(), trusted);
        let Some(placement) = &decision.placement else { return Ok(()) };
        // A number that Trakt does not list has no place, the first one among them.
        let placed: Vec<Item> = (1..=1_000).filter_map(|abs| placement.item(abs)).collect();
        prop_assert_eq!(placed.len(), placement.len() as usize);
        let once: BTreeSet<&Item> = placed.iter().collect();
        prop_assert_eq!(once.len(), placed.len(), "{:?}", placement);
        for item in placed {
            if let Item::Episode { show, slot } = item {
                let listed = shows[&show].as_ref().unwrap();
                prop_assert!(listed.episode(slot).is_some(), "{} is not listed", slot);
            }
        }
    }

    #[test]
    fn what_a_person_says_and_trakt_has_is_obeyed(
        entry in entries(),
        shows in catalogue(),
        words in words(),
        number in 0_u16..4,
    ) {
        let by_hand = claim(
            Source::Manual,
            Rule::Season { season: number, offset: 0 },
            Target::Show(SHOW),
        );
        let exists = !shows[&SHOW].as_ref().unwrap().season(number).is_empty();
        let decision = decide_among(&entry, &[words, vec![by_hand]].concat(), &shows);
        if exists {
            prop_assert_eq!((decision.verdict, decision.source), (Verdict::Verified, Some(Source::Manual)));
            let first = decision.placement.unwrap().item(1);
            let Some(Item::Episode { slot, .. }) = first else { panic!("{first:?}") };
            prop_assert_eq!(slot.season, number);
        }
    }
}

/// Entries with a run of episodes each, in one of two shows, or a film.
fn holders() -> impl Strategy<Value = Vec<Held>> {
    let weight = (any::<bool>(), any::<bool>(), 0_u8..4)
        .prop_map(|(verified, fills, support)| Weight { manual: false, verified, fills, support });
    let held = (1_u64..3, 0_u32..6, 1_u32..8, 0_u32..8, weight, any::<bool>(), any::<bool>());
    prop::collection::vec(held, 0..8).prop_map(|held| {
        let numbered = (0..).zip(held);
        let holders =
            numbered.map(|(id, (show, after, count, watched, weight, by_hand, is_known))| {
                let start = Slot { season: 1, number: after + 1 };
                let span = anilist_trakt_sync_core::domain::Span { first: 1, last: count, start };
                let placement = if count == 7 {
                    Placement::film(TraktMovieId(show))
                } else {
                    Placement::Episodes { show: TraktShowId(show), spans: vec![span] }
                };
                let work =
                    is_known.then(|| Work::of(&entry(Format::Tv, count, "2014-04-06").media));
                let weight = Weight { manual: by_hand && id == 0, ..weight };
                (id, placement, watched, weight, work.flatten())
            });
        holders.collect()
    })
}

type Held = (u32, Placement, u32, Weight, Option<Work>);

fn compared(held: &[Held]) -> HashMap<AnilistId, Standoff> {
    let mut holders = Vec::new();
    for (id, placement, watched, weight, work) in held {
        holders.push(Holder {
            entry: AnilistId(*id),
            placement,
            watched: *watched,
            weight: *weight,
            work: *work,
            standing: Standing::Now,
        });
    }
    standoffs(&holders)
}

proptest! {
    #[test]
    fn no_two_entries_hold_one_episode_unless_they_are_the_same_work(
        (held, shuffled) in holders().prop_flat_map(|held| (Just(held.clone()), Just(held).prop_shuffle())),
    ) {
        let found = compared(&held);
        prop_assert_eq!(&found, &compared(&shuffled), "the order plays no part");
        let mut kept: HashMap<Item, Vec<u32>> = HashMap::new();
        for (id, placement, watched, weight, _) in &held {
            let standoff = found.get(&AnilistId(*id)).cloned().unwrap_or_default();
            prop_assert!(!weight.manual || standoff.contests.is_empty(), "a person's word");
            let contested: BTreeSet<u32> = standoff.contests.iter().map(|c| c.abs).collect();
            for abs in (1..=*watched).filter(|abs| !contested.contains(abs)) {
                if let Some(item) = placement.item(abs) {
                    kept.entry(item).or_default().push(*id);
                }
            }
        }
        let shares = |one: u32, other: u32| {
            let of = |id: u32| found.get(&AnilistId(id)).map(|s| s.shares_with.clone());
            of(one).is_some_and(|with| with.contains(&AnilistId(other)))
                || of(other).is_some_and(|with| with.contains(&AnilistId(one)))
        };
        for (item, ids) in kept {
            // All of them share with the one that keeps the episode.
            let keeper = ids.iter().find(|keeper| ids.iter().all(|id| id == *keeper || shares(**keeper, *id)));
            prop_assert!(keeper.is_some(), "{} is held by {:?}", item, ids);
        }
    }
}

#[test]
fn who_begins_at_the_very_same_episode_has_all_of_the_place() {
    let run = |number: u32, count: u32| {
        let start = Slot { season: 1, number };
        let span = anilist_trakt_sync_core::domain::Span { first: 1, last: count, start };
        Placement::Episodes { show: SHOW, spans: vec![span] }
    };
    let heavy = Weight { verified: true, support: 2, ..Weight::default() };
    let contested = |held: &[Held]| -> Vec<u32> {
        let found = compared(held);
        found
            .get(&AnilistId(2))
            .map(|s| s.contests.iter().map(|c| c.abs).collect())
            .unwrap_or_default()
    };
    // Two of the series and five of its shorts were watched.
    let series = (1, run(1, 12), 2, heavy, None);
    let shorts = (2, run(1, 12), 5, Weight::default(), None);
    assert_eq!(contested(&[series.clone(), shorts]), [1, 2, 3, 4, 5]);
    // What begins elsewhere only leaves what the other has.
    let later = (2, run(2, 11), 5, Weight::default(), None);
    assert_eq!(contested(&[series, later]), [1]);
}
