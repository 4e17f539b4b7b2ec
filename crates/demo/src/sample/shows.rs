//! Trakt's side of the sample: ids, seasons and first air dates as published.

use jiff::civil::date;

use super::super::world::Numbers::{Continuing, PerSeason, PerSeasonWithAbsolute};
use super::super::world::{TraktMovie, TraktShow, World};

/// Adds all shows and films.
pub(super) fn catalogue(world: World) -> World {
    let shows =
        [classics(), long_runners(), sequels(), merged_seasons(), others(), namesakes(), unnamed()];
    let world = shows.into_iter().flatten().fold(world, World::with_show);
    films().into_iter().fold(world, World::with_movie)
}

/// One season or two, nothing odd.
fn classics() -> Vec<TraktShow> {
    vec![
        TraktShow::new(30857, "Cowboy Bebop", 1998, PerSeasonWithAbsolute)
            .ids(30991, 76885, "tt0213338")
            .season(0, &[(1, date(1998, 6, 26))])
            .season(1, &[(26, date(1998, 4, 3))]),
        TraktShow::new(13855, "Death Note", 2006, PerSeasonWithAbsolute)
            .ids(13916, 79481, "tt0877057")
            .season(0, &[(1, date(2007, 8, 31)), (1, date(2008, 8, 22))])
            .season(1, &[(37, date(2006, 10, 4))]),
        TraktShow::new(31771, "Fullmetal Alchemist: Brotherhood", 2009, PerSeason)
            .ids(31911, 85249, "tt1355642")
            .season(0, &[(4, date(2009, 8, 26))])
            .season(1, &[(64, date(2009, 4, 5))]),
        TraktShow::new(42285, "Steins;Gate", 2011, PerSeasonWithAbsolute)
            .ids(42509, 244061, "tt1910272")
            .season(0, &[(1, date(2012, 2, 22))])
            .season(1, &[(24, date(2011, 4, 6))]),
        TraktShow::new(76764, "Your lie in April", 2014, PerSeason)
            .ids(61663, 279830, "tt3895150")
            .season(0, &[(1, date(2015, 5, 15))])
            .season(1, &[(22, date(2014, 10, 10))]),
        // Its films are listed among its specials, too.
        TraktShow::new(885, "Neon Genesis Evangelion", 1995, PerSeasonWithAbsolute)
            .ids(890, 70350, "tt0112159")
            .season(0, &[(1, date(1997, 3, 15)), (1, date(1997, 7, 19))])
            .season(1, &[(26, date(1995, 10, 4))]),
    ]
}

/// Shows that keep counting across seasons.
fn long_runners() -> Vec<TraktShow> {
    let one_piece = TraktShow::new(37696, "One Piece", 1999, Continuing)
        .ids(37854, 81797, "tt0388629")
        .season(1, &[(61, date(1999, 10, 20))])
        .season(2, &[(16, date(2001, 3, 21))])
        .season(3, &[(14, date(2001, 8, 19))])
        .season(4, &[(39, date(2001, 12, 9))])
        .season(5, &[(13, date(2002, 10, 27))])
        .season(6, &[(52, date(2003, 2, 2))])
        .season(7, &[(33, date(2004, 6, 13))])
        .season(8, &[(35, date(2005, 3, 27))])
        .season(9, &[(73, date(2006, 5, 21))])
        .season(10, &[(45, date(2008, 1, 6))])
        .season(11, &[(26, date(2008, 12, 21))])
        .season(12, &[(14, date(2009, 6, 28))])
        .season(13, &[(101, date(2009, 10, 4))])
        .season(14, &[(58, date(2011, 10, 2))])
        .season(15, &[(62, date(2013, 1, 6))])
        .season(16, &[(50, date(2014, 4, 20))])
        .season(17, &[(56, date(2015, 5, 17))])
        .season(18, &[(55, date(2016, 7, 10))])
        .season(19, &[(74, date(2017, 9, 3))])
        .season(20, &[(14, date(2019, 3, 31))])
        .season(21, &[(197, date(2019, 7, 7))])
        .season(22, &[(67, date(2024, 1, 7))]);
    let hunter = TraktShow::new(64409, "Hunter x Hunter", 2011, Continuing)
        .ids(46298, 252322, "tt2098220")
        .slug("hunter-x-hunter-2011")
        .season(1, &[(62, date(2011, 10, 2))])
        .season(2, &[(74, date(2013, 1, 13))])
        .season(3, &[(12, date(2014, 7, 9))]);
    vec![one_piece, hunter]
}

/// One show for several AniList entries.
fn sequels() -> Vec<TraktShow> {
    vec![
        // Trakt keeps the two final chapters among the specials; TheTVDB has them in season 4.
        TraktShow::new(1420, "Attack on Titan", 2013, PerSeasonWithAbsolute)
            .ids(1429, 267440, "tt2560140")
            .season(0, &[(35, date(2013, 12, 9)), (1, date(2023, 3, 4)), (1, date(2023, 11, 5))])
            .season(1, &[(25, date(2013, 4, 7))])
            .season(2, &[(12, date(2017, 4, 1))])
            .season(3, &[(12, date(2018, 7, 23)), (10, date(2019, 4, 29))])
            .season(4, &[(16, date(2020, 12, 7)), (12, date(2022, 1, 10))]),
        TraktShow::new(131598, "Demon Slayer: Kimetsu no Yaiba", 2019, PerSeason)
            .ids(85937, 348545, "tt9335498")
            .season(1, &[(26, date(2019, 4, 6))])
            .season(2, &[(7, date(2021, 10, 10))])
            .season(3, &[(11, date(2021, 12, 5))])
            .season(4, &[(11, date(2023, 4, 9))])
            .season(5, &[(8, date(2024, 5, 12))]),
        TraktShow::new(104311, "My Hero Academia", 2016, PerSeasonWithAbsolute)
            .ids(65930, 305074, "tt5626028")
            .season(1, &[(13, date(2016, 4, 3))])
            .season(2, &[(25, date(2017, 4, 1))]),
        TraktShow::new(97548, "One-Punch Man", 2015, PerSeasonWithAbsolute)
            .ids(63926, 293088, "tt4508902")
            .season(0, &[(6, date(2015, 12, 24))])
            .season(1, &[(12, date(2015, 10, 5))])
            .season(2, &[(12, date(2019, 4, 10))]),
        TraktShow::new(60417, "Haikyu!!", 2014, PerSeasonWithAbsolute)
            .ids(60863, 278157, "tt3398540")
            .season(1, &[(25, date(2014, 4, 6))])
            .season(2, &[(25, date(2015, 10, 4))]),
        TraktShow::new(31586, "Code Geass: Lelouch of the Rebellion", 2006, PerSeasonWithAbsolute)
            .ids(31724, 79525, "tt0994314")
            .season(1, &[(25, date(2006, 10, 6))])
            .season(2, &[(25, date(2008, 4, 6))]),
        TraktShow::new(60942, "InuYasha", 2000, PerSeasonWithAbsolute)
            .ids(35610, 71361, "tt0290223")
            .season(1, &[(167, date(2000, 10, 16))])
            .season(2, &[(26, date(2009, 10, 4))]),
    ]
}

/// AniList's later entries live inside an earlier season.
fn merged_seasons() -> Vec<TraktShow> {
    vec![
        TraktShow::new(158594, "Jujutsu Kaisen", 2020, PerSeasonWithAbsolute)
            .ids(95479, 377543, "tt12343534")
            .season(1, &[(24, date(2020, 10, 3)), (23, date(2023, 7, 6))]),
        TraktShow::new(190742, "SPY x FAMILY", 2022, PerSeason)
            .ids(120089, 405920, "tt13706018")
            .season(1, &[(12, date(2022, 4, 9)), (13, date(2022, 10, 1))]),
        TraktShow::new(104310, "Re:ZERO -Starting Life in Another World-", 2016, PerSeason)
            .ids(65942, 305089, "tt5607616")
            .season(1, &[(25, date(2016, 4, 4)), (13, date(2020, 7, 8)), (12, date(2021, 1, 6))]),
        TraktShow::new(196091, "Oshi no Ko", 2023, PerSeason)
            .ids(203737, 421069, "tt21030032")
            .season(1, &[(11, date(2023, 4, 12)), (13, date(2024, 7, 3))]),
        // The second AniList series begins with an episode 0, which is a special here.
        TraktShow::new(156460, "Mushoku Tensei: Jobless Reincarnation", 2021, PerSeason)
            .ids(94664, 371310, "tt13293588")
            .season(0, &[(1, date(2022, 3, 16)), (1, date(2023, 7, 3))])
            .season(1, &[(11, date(2021, 1, 11)), (12, date(2021, 10, 4))])
            .season(2, &[(12, date(2023, 7, 10)), (12, date(2024, 4, 8))]),
        TraktShow::new(198225, "Frieren: Beyond Journey's End", 2023, PerSeason)
            .ids(209867, 424536, "tt22248376")
            .season(1, &[(28, date(2023, 9, 29))]),
    ]
}

fn others() -> Vec<TraktShow> {
    vec![
        TraktShow::new(45529, "Sword Art Online", 2012, PerSeasonWithAbsolute)
            .ids(45782, 259640, "tt2250192")
            .season(1, &[(25, date(2012, 7, 8))]),
        TraktShow::new(77558, "Tokyo Ghoul", 2014, PerSeason)
            .ids(61374, 281249, "tt3741634")
            .season(1, &[(12, date(2014, 7, 4))]),
        TraktShow::new(61080, "Hellsing Ultimate", 2006, PerSeason)
            .ids(61752, 263688, "tt0495212")
            .season(1, &[(10, date(2006, 2, 10))]),
        TraktShow::new(5857, "FLCL", 2000, PerSeasonWithAbsolute)
            .ids(5895, 78878, "tt0279077")
            .season(1, &[(6, date(2000, 4, 26))]),
    ]
}

/// Traps: the same title, or a film's numbers. Their Trakt ids are invented.
fn namesakes() -> Vec<TraktShow> {
    vec![
        TraktShow::new(9000001, "One Piece", 2023, PerSeason)
            .ids(111110, 392276, "tt11737520")
            .slug("one-piece-2023")
            .season(1, &[(8, date(2023, 8, 31))]),
        TraktShow::new(97, "A Show With a Film's Numbers", 2012, PerSeason)
            .ids(129, 9000097, "tt9990097")
            .season(1, &[(6, date(2012, 1, 1))]),
    ]
}

/// No dataset names the first of these, so that only a search by its title finds it; the second is
/// an older show of that title. Both are invented.
fn unnamed() -> Vec<TraktShow> {
    vec![
        TraktShow::new(9000100, "Everyday at the Little Station", 2022, PerSeason)
            .ids(9000100, 9000100, "tt9990100")
            .undated_season(1, 5),
        TraktShow::new(9000101, "Everyday at the Little Station", 2012, PerSeason)
            .ids(9000101, 9000101, "tt9990101")
            .slug("everyday-at-the-little-station-2012")
            .season(1, &[(10, date(2012, 5, 1))]),
    ]
}

fn films() -> Vec<TraktMovie> {
    vec![
        TraktMovie::new(224301, "Your Name.", date(2016, 8, 26)).ids(372058, "tt5311514"),
        TraktMovie::new(97, "Spirited Away", date(2001, 7, 20)).ids(129, "tt0245429"),
        TraktMovie::new(2870, "Howl's Moving Castle", date(2004, 11, 20)).ids(4935, "tt0347149"),
        TraktMovie::new(6398, "Cowboy Bebop: The Movie", date(2001, 9, 1)).ids(11299, "tt0275277"),
        TraktMovie::new(11325, "Neon Genesis Evangelion: The End of Evangelion", date(1997, 7, 19))
            .ids(18491, "tt0169858"),
        TraktMovie::new(
            474745,
            "Demon Slayer -Kimetsu no Yaiba- The Movie: Mugen Train",
            date(2020, 10, 16),
        )
        .ids(635302, "tt11032374"),
        TraktMovie::new(423004, "Rascal Does Not Dream of a Dreaming Girl", date(2019, 6, 15))
            .ids(572154, "tt10472884"),
        // A trap: it has a show's numbers, and is no title of ours.
        TraktMovie::new(1420, "A Film With a Show's Numbers", date(1999, 1, 1))
            .ids(1429, "tt9991420"),
    ]
}
