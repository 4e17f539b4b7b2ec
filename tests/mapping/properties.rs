//! What holds for every show and every source.

use anilist_trakt_sync::domain::{Format, Item, Source};
use anilist_trakt_sync::mapping::breakpoints::{breakpoints, episode_at};
use proptest::prelude::*;

use super::scene::{SHOW, entry, place, season, show};

/// Seasons as (season, episodes, numbers go on), some without dates.
pub(super) fn shows() -> impl Strategy<Value = anilist_trakt_sync::domain::Show> {
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
