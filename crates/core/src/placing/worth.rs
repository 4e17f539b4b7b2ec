//! What each piece of evidence is worth, in points. `docs/PLACING.md` says why.
//!
//! The points of a candidate are added up. It takes [`POSTED`] to be posted, and every other place
//! that somebody could mean has to be [`MARGIN`] behind.

/// From here on a place is posted.
pub const POSTED: i32 = 3;

/// From here on it is verified, if nothing speaks against it and more than dates for it.
pub const VERIFIED: i32 = 4;

/// How far ahead of every other place it has to be.
pub const MARGIN: i32 = 2;

/// A place with fewer points is none that somebody could mean.
pub const RIVAL: i32 = 2;

/// It cannot be.
pub const RULED_OUT: i32 = -100;

/// AniBridge names the place: episode by episode, by hand, in the numbers that Trakt uses.
pub const ANIBRIDGE: i32 = 3;

/// Otaku or Fribbs name it, or both: they copy the same numbers of TheTVDB.
pub const TVDB_NUMBERS: i32 = 2;

/// The episodes of the works it continues, by AniList's relations, end right before it.
pub const PREQUELS_END: i32 = 2;

/// AniBridge names a special. Trakt's specials are renumbered at any time.
pub const ANIBRIDGE_SPECIAL: i32 = 2;

/// Otaku or Fribbs name a special: TheTVDB's numbers of specials are seldom Trakt's.
pub const TVDB_SPECIAL: i32 = 1;

/// A family of sources names the film. Rows carry numbers of shows, of other catalogues and of other
/// films, so that it takes the year or the title as well.
pub const FILM_NAMED: i32 = 1;

/// Nobody names the show, and a search found the only one of that title.
pub const SHOW_FOUND: i32 = -1;

/// The same where it did not begin within a day of the entry.
pub const SHOW_GUESSED: i32 = -4;

/// The first episode aired when the entry began.
pub const FIRST_DAY: i32 = 2;

/// The same where the place was looked for by that day: some episode of any weekly series airs on
/// five days of seven.
pub const FOUND_BY_DAY: i32 = 1;

/// A season begins there, or the broadcast goes on after a break.
pub const BEGINS: i32 = 1;

/// The month agrees, and the day is not known.
pub const SAME_MONTH: i32 = 1;

/// The first episode has no date, and the first that has one fits.
pub const LATER_PART_FITS: i32 = 1;

/// More than a week off, and up to six.
pub const WEEKS_OFF: i32 = -1;

/// Off by more than six weeks. Trakt dates some works by another country's broadcast.
pub const MONTHS_OFF: i32 = -4;

/// The same for exactly what is left of a season by two files' word, where nothing of the show aired
/// when the entry began: Trakt dates later parts by their listing at times.
pub const UNDATED_PART: i32 = -1;

/// Off by more than a year.
pub const YEARS_OFF: i32 = -6;

/// The last episode aired when the entry ended, or the next one is the next.
pub const LATER_DAY: i32 = 2;

/// It was on air for as long as the entry, on other days.
pub const SAME_LENGTH: i32 = 1;

/// It ends, or goes on, more than one broadcast off.
pub const LATER_DAY_OFF: i32 = -3;

/// It is exactly a season.
pub const FILLS_SEASON: i32 = 3;

/// It is exactly what is left of a season.
pub const FILLS_REST: i32 = 2;

/// A break comes right after its last episode.
pub const FILLS_RUN: i32 = 1;

/// Nobody names the place, and the entry would end in the middle of a run.
pub const CUTS_RUN: i32 = -1;

/// Trakt lists one episode fewer than the entry has.
pub const ONE_SHORT: i32 = -1;

/// It aired a week late, and Trakt lists one fewer, or a special of the very day: it is the second
/// of the entry.
pub const SECOND_FIRST: i32 = -4;

/// Trakt lists fewer by two or more, and the broadcast is over.
pub const CUT_OFF: i32 = -6;

/// The next episode to come is months off: a long show drifts, and nothing follows but that it is not
/// verified.
pub const NEXT_FAR_OFF: i32 = -1;

/// Trakt airs two a day where AniList counts one.
pub const TWO_A_DAY: i32 = -3;

/// A series among the specials.
pub const SERIES_IN_SPECIALS: i32 = -1;

/// An extra that is the show itself, or something that is no film as a film.
pub const UNUSUAL: i32 = -2;

/// A source puts another work there.
pub const ANOTHER_THERE: i32 = -6;

/// It begins the show, and stands beside another work of which nobody knows whether it is there.
pub const BESIDE_UNKNOWN: i32 = -6;

/// It begins the show, and it continues no other work of the show.
pub const FIRST_OF_SHOW: i32 = 1;

/// It begins the show, and continues works of the same show.
pub const NOT_FIRST_OF_SHOW: i32 = -4;

/// The film is of that year.
pub const FILM_YEAR: i32 = 2;

/// The film is of that year and was first shown months away, or it is of the year before or after.
pub const FILM_NEAR_YEAR: i32 = 1;

/// The numbers of two catalogues lead to the film.
pub const FILM_NUMBERS: i32 = 2;

/// The film was first shown that day.
pub const FILM_DAY: i32 = 4;

/// The special has that title.
pub const SPECIAL_TITLE: i32 = 2;

/// Another special has that title.
pub const OTHER_SPECIAL: i32 = -3;

/// The special is a trailer, an interview or the like, and the entry is not.
pub const PROMOTION: i32 = -12;

/// The film has that title.
pub const TITLE: i32 = 2;

/// The film has the title of another part of the series.
pub const OTHER_PART: i32 = -4;

/// The entry counts several episodes, and nobody says that they are one film.
pub const SEVERAL_PARTS: i32 = -4;

/// It begins right after the last episode of another entry, or ends right before the first of one.
pub const BESIDE_ANOTHER: i32 = 1;

/// It begins where another entry would go on, by the number of its episodes.
pub const IN_ANOTHER: i32 = -4;

#[cfg(test)]
mod tests {
    /// `NAME` and points of each row of a text's table, or of its constants.
    fn rows(text: &str, row: impl Fn(&str) -> Option<(String, i32)>) -> Vec<(String, i32)> {
        let mut rows: Vec<_> = text.lines().filter_map(row).collect();
        rows.sort();
        rows
    }

    fn constants() -> Vec<(String, i32)> {
        rows(include_str!("worth.rs"), |line| {
            let (name, worth) = line.strip_prefix("pub const ")?.split_once(": i32 = ")?;
            Some((name.to_owned(), worth.strip_suffix(';')?.parse().ok()?))
        })
    }

    #[test]
    fn the_page_counts_as_the_verdict_does() {
        let page = rows(include_str!("../../../../static/js/parts/evidence.js"), |line| {
            let (name, worth) = line.strip_prefix("const ")?.split_once(" = ")?;
            Some((name.to_owned(), worth.strip_suffix(';')?.parse().ok()?))
        });
        assert_eq!(page.len(), 4);
        let counted = constants();
        for constant in page {
            assert!(counted.contains(&constant), "{constant:?}");
        }
    }

    #[test]
    fn the_table_that_people_read_is_the_one_that_counts() {
        let written = rows(include_str!("../../../../docs/PLACING.md"), |line| {
            let mut cells = line.strip_prefix("| `")?.split('|');
            let name = cells.next()?.split('`').next()?.to_owned();
            Some((name, cells.next()?.trim().parse().ok()?))
        });
        let verdict = ["POSTED", "VERIFIED", "MARGIN", "RIVAL"];
        let mut counted = constants();
        counted.retain(|(name, _)| !verdict.contains(&name.as_str()));
        assert_eq!(written, counted);
        assert!(counted.len() > 30);
    }
}
