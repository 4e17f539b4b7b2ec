//! Shows that are numbered continuously: at which absolute number each season starts.

use crate::domain::show::Breakpoint;
use crate::domain::{Episode, Show};

/// The breakpoint map of a show, specials left out.
///
/// A season starts at its first episode's absolute number where Trakt gives one. Where it does
/// not, numbers that go on from the season before are absolute themselves, and otherwise the
/// episodes before it are counted.
pub fn breakpoints(show: &Show) -> Vec<Breakpoint> {
    let mut next = 1;
    let mut map = Vec::new();
    for season in show.regular().chunk_by(|a, b| a.slot.season == b.slot.season) {
        let (first, last) = (&season[0], &season[season.len() - 1]);
        let is_absolute = is_absolute(show, first.slot.season);
        let counted = if is_absolute { first.slot.number.max(next) } else { next };
        let starts_at = first.number_abs.unwrap_or(counted);
        map.push(Breakpoint { season: first.slot.season, starts_at });
        let after = starts_at.saturating_add(u32::try_from(season.len()).unwrap_or(u32::MAX));
        let by_number = is_absolute && first.number_abs.is_none();
        next = if by_number { last.slot.number.saturating_add(1) } else { after };
    }
    map
}

/// Whether the numbers of a season are the show's own: they go on from the season before, or the
/// next season's go on from them.
fn is_absolute(show: &Show, season: u16) -> bool {
    let own = show.season(season);
    let goes_on = |before: &[Episode], after: &[Episode]| {
        let (Some(last), Some(first)) = (before.last(), after.first()) else { return false };
        first.slot.number > 1 && last.slot.number.checked_add(1) == Some(first.slot.number)
    };
    let seasons: Vec<u16> = show.seasons().filter(|number| *number > 0).collect();
    let Some(index) = seasons.iter().position(|number| *number == season) else { return false };
    let before = index.checked_sub(1).map(|index| show.season(seasons[index]));
    let after = seasons.get(index + 1).map(|number| show.season(*number));
    before.is_some_and(|before| goes_on(before, own))
        || after.is_some_and(|after| goes_on(own, after))
}

/// The listed episode with this absolute number, found through the map.
pub fn episode_at<'a>(show: &'a Show, map: &[Breakpoint], abs: u32) -> Option<&'a Episode> {
    let after = map.partition_point(|breakpoint| breakpoint.starts_at <= abs);
    let breakpoint = map[..after].last()?;
    let season = show.season(breakpoint.season);
    if let Some(known) = season.iter().find(|episode| episode.number_abs == Some(abs)) {
        return Some(known);
    }
    if is_absolute(show, breakpoint.season) {
        return season.iter().find(|episode| episode.slot.number == abs);
    }
    season.get((abs - breakpoint.starts_at) as usize).filter(|e| e.number_abs.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Slot, TraktEpisodeId, TraktShowId};

    /// A show from (season, first number, episodes, first absolute number).
    fn show(seasons: &[(u16, u32, u32, Option<u32>)]) -> Show {
        let mut episodes = Vec::new();
        for &(season, first, count, abs) in seasons {
            for i in 0..count {
                episodes.push(Episode {
                    slot: Slot { season, number: first + i },
                    number_abs: abs.map(|a| a + i),
                    first_aired: None,
                    title: None,
                    id: TraktEpisodeId(u64::from(season) * 10_000 + u64::from(i)),
                });
            }
        }
        Show::new(TraktShowId(1), episodes)
    }

    fn slot_at(show: &Show, abs: u32) -> Option<String> {
        episode_at(show, &breakpoints(show), abs).map(|e| e.slot.to_string())
    }

    #[test]
    fn seasons_that_restart_are_counted_through() {
        let show = show(&[(0, 1, 3, None), (1, 1, 39, None), (2, 1, 35, None)]);
        assert_eq!(slot_at(&show, 39).as_deref(), Some("S1E39"));
        assert_eq!(slot_at(&show, 52).as_deref(), Some("S2E13"));
        assert_eq!(slot_at(&show, 75), None);
    }

    #[test]
    fn absolute_numbers_kept_inside_seasons_are_used_as_they_are() {
        let show = show(&[(1, 1, 61, None), (2, 62, 16, None), (3, 78, 14, None)]);
        assert_eq!(slot_at(&show, 62).as_deref(), Some("S2E62"));
        assert_eq!(slot_at(&show, 91).as_deref(), Some("S3E91"));
        assert_eq!(slot_at(&show, 92), None);
    }

    #[test]
    fn a_season_that_the_next_goes_on_from_may_list_the_numbers_before_it_as_well() {
        let show = show(&[(1, 1, 32, None), (2, 1, 53, None), (3, 54, 18, None)]);
        assert_eq!(slot_at(&show, 32).as_deref(), Some("S1E32"));
        assert_eq!(slot_at(&show, 33).as_deref(), Some("S2E33"));
        assert_eq!(slot_at(&show, 53).as_deref(), Some("S2E53"));
        assert_eq!(slot_at(&show, 54).as_deref(), Some("S3E54"));
        assert_eq!(slot_at(&show, 72), None);
    }

    #[test]
    fn absolute_numbers_of_trakt_win_over_counting() {
        let show = show(&[(1, 1, 12, Some(1)), (2, 1, 12, Some(14))]);
        assert_eq!(slot_at(&show, 14).as_deref(), Some("S2E1"));
        assert_eq!(slot_at(&show, 13), None, "Trakt lists no 13th");
    }

    #[test]
    fn number_0_is_nothing() {
        assert_eq!(slot_at(&show(&[(1, 1, 12, None)]), 0), None);
    }
}
