//! The table of titles: what AniList knows, what the datasets say, and where the person stands.

use jiff::civil::{Date, date};

use anilist_trakt_sync_core::domain::Format::{self, Movie, Ona, Ova, Special, Tv};

/// One line of the table.
pub(super) struct Title {
    pub(super) anilist: u32,
    pub(super) mal: u32,
    pub(super) romaji: &'static str,
    pub(super) english: &'static str,
    pub(super) format: Format,
    /// 0 when AniList does not know.
    pub(super) episodes: u32,
    pub(super) start: Date,
    pub(super) says: Says,
    pub(super) stands: Stands,
}

/// What the datasets say, right or wrong.
#[derive(Clone, Copy)]
pub(super) enum Says {
    /// Show, season, and how many episodes of it come before.
    Season(u64, u16, u32),
    /// Fribbs and Otaku each name a season and an offset of one show.
    Differ(u64, (u16, u32), (u16, u32)),
    /// The show, without a season.
    Show(u64),
    /// The film.
    Film(u64),
    /// Otaku names the film, Fribbs a special of a show: TMDB's and TheTVDB's numbers and an offset.
    FilmOrSpecial(u64, (u32, u32), u32),
    /// Nothing.
    Nothing,
}

/// Where the title stands on the person's list.
#[derive(Clone, Copy)]
pub(super) enum Stands {
    /// Completed on this day.
    Done(i16, i8, i8),
    /// Completed in this year and, if given, month.
    DoneAround(i16, Option<i8>),
    /// Completed without a date.
    DoneSometime,
    /// Completed this many days ago.
    DoneAgo(i64),
    /// Being watched: progress, and hours since the last episode.
    Current(u32, i64),
    /// Being watched again, up to here.
    Again(u32),
    /// Put aside after so many.
    Paused(u32),
    /// Given up after so many.
    Dropped(u32),
    /// Not begun.
    Planned,
}

use Says::{Differ, Film, FilmOrSpecial, Nothing, Season, Show};
use Stands::{Again, Current, Done, DoneAgo, DoneAround, DoneSometime, Dropped, Paused, Planned};

macro_rules! titles {
    ($($anilist:literal $mal:literal $romaji:literal $english:literal $format:ident $episodes:literal
        ($year:literal $month:literal $day:literal) $says:expr, $stands:expr;)*) => {
        &[$(Title {
            anilist: $anilist, mal: $mal, romaji: $romaji, english: $english, format: $format,
            episodes: $episodes, start: date($year, $month, $day), says: $says, stands: $stands,
        },)*]
    };
}

/// AniList and MyAnimeList number, both names, format, episodes, first day; what the datasets say;
/// where it stands.
pub(super) const TITLES: &[Title] = titles! {
    1 1 "Cowboy Bebop" "Cowboy Bebop" Tv 26 (1998 4 3) Season(30857, 1, 0), Done(2024, 2, 11);
    5 5 "Cowboy Bebop: Tengoku no Tobira" "Cowboy Bebop: The Movie - Knockin' on Heaven's Door" Movie 1 (2001 9 1)
        FilmOrSpecial(6398, (30991, 76885), 0), Done(2024, 2, 12);
    16498 16498 "Shingeki no Kyojin" "Attack on Titan" Tv 25 (2013 4 7) Season(1420, 1, 0), Done(2023, 5, 1);
    20958 25777 "Shingeki no Kyojin 2" "Attack on Titan Season 2" Tv 12 (2017 4 1) Season(1420, 2, 0), Done(2023, 5, 9);
    99147 35760 "Shingeki no Kyojin 3" "Attack on Titan Season 3" Tv 12 (2018 7 23) Season(1420, 3, 0), Done(2023, 5, 20);
    104578 38524 "Shingeki no Kyojin 3 Part 2" "Attack on Titan Season 3 Part 2" Tv 10 (2019 4 29) Season(1420, 3, 12), Done(2023, 5, 28);
    110277 40028 "Shingeki no Kyojin: The Final Season" "Attack on Titan Final Season" Tv 16 (2020 12 7) Season(1420, 4, 0), Current(10, 12);
    131681 48583 "Shingeki no Kyojin: The Final Season Part 2" "Attack on Titan Final Season Part 2" Tv 12 (2022 1 10) Season(1420, 4, 16), Planned;
    146984 51535 "Shingeki no Kyojin: The Final Season - Kanketsu-hen Zenpen" "Attack on Titan Final Season THE FINAL CHAPTERS Special 1" Special 1 (2023 3 4)
        Season(1420, 4, 28), Done(2023, 11, 6);
    21 21 "ONE PIECE" "ONE PIECE" Tv 0 (1999 10 20) Show(37696), Current(1100, 17);
    21519 32281 "Kimi no Na wa." "Your Name." Movie 1 (2016 8 26) Film(224301), Done(2024, 8, 26);
    199 199 "Sen to Chihiro no Kamikakushi" "Spirited Away" Movie 1 (2001 7 20) Film(97), DoneSometime;
    431 431 "Howl no Ugoku Shiro" "Howl's Moving Castle" Movie 1 (2004 11 20) Film(2870), Planned;
    104157 38329 "Seishun Buta Yarou wa Yumemiru Shoujo no Yume wo Minai" "Rascal Does Not Dream of a Dreaming Girl" Movie 1 (2019 6 15)
        FilmOrSpecial(423004, (82739, 345596), 5), Done(2024, 11, 11);
    30 30 "Shin Seiki Evangelion" "Neon Genesis Evangelion" Tv 26 (1995 10 4) Season(885, 1, 0), DoneAround(2019, Some(7));
    32 32 "Shin Seiki Evangelion Movie: Air/Magokoro wo, Kimi ni" "Neon Genesis Evangelion: The End of Evangelion" Movie 1 (1997 7 19)
        FilmOrSpecial(11325, (890, 70350), 1), DoneAround(2019, Some(7));
    1535 1535 "DEATH NOTE" "Death Note" Tv 37 (2006 10 4) Season(13855, 1, 0), Done(2022, 11, 5);
    5114 5114 "Hagane no Renkinjutsushi: FULLMETAL ALCHEMIST" "Fullmetal Alchemist: Brotherhood" Tv 64 (2009 4 5) Season(31771, 1, 0), Done(2021, 3, 14);
    11757 11757 "Sword Art Online" "Sword Art Online" Tv 25 (2012 7 8) Season(45529, 1, 0), Dropped(3);
    101922 38000 "Kimetsu no Yaiba" "Demon Slayer: Kimetsu no Yaiba" Tv 26 (2019 4 6) Season(131598, 1, 0), Done(2022, 1, 8);
    112151 40456 "Kimetsu no Yaiba: Mugen Ressha-hen" "Demon Slayer -Kimetsu no Yaiba- The Movie: Mugen Train" Movie 1 (2020 10 16) Film(474745), Done(2022, 1, 9);
    129874 49926 "Kimetsu no Yaiba: Mugen Ressha-hen (TV)" "Demon Slayer: Kimetsu no Yaiba Mugen Train Arc" Tv 7 (2021 10 10) Season(131598, 2, 0), Planned;
    142329 47778 "Kimetsu no Yaiba: Yuukaku-hen" "Demon Slayer: Kimetsu no Yaiba Entertainment District Arc" Tv 11 (2021 12 5) Season(131598, 3, 0), Done(2022, 2, 20);
    113415 40748 "Jujutsu Kaisen" "JUJUTSU KAISEN" Tv 24 (2020 10 3) Season(158594, 1, 0), Done(2021, 4, 4);
    145064 51009 "Jujutsu Kaisen 2nd Season" "JUJUTSU KAISEN Season 2" Tv 23 (2023 7 6) Season(158594, 2, 0), Current(5, 26);
    21459 31964 "Boku no Hero Academia" "My Hero Academia" Tv 13 (2016 4 3) Season(104311, 1, 0), Paused(8);
    21856 33486 "Boku no Hero Academia 2" "My Hero Academia Season 2" Tv 25 (2017 4 1) Season(104311, 2, 0), Planned;
    20605 22319 "Tokyo Ghoul" "Tokyo Ghoul" Tv 12 (2014 7 4) Season(77558, 1, 0), Paused(6);
    9253 9253 "Steins;Gate" "Steins;Gate" Tv 24 (2011 4 6) Season(42285, 1, 0), Done(2025, 1, 15);
    11061 11061 "HUNTER×HUNTER (2011)" "Hunter x Hunter (2011)" Tv 148 (2011 10 2) Show(64409), Again(62);
    154587 52991 "Sousou no Frieren" "Frieren: Beyond Journey's End" Tv 28 (2023 9 29) Season(198225, 1, 0), Current(20, 500);
    20665 23273 "Shigatsu wa Kimi no Uso" "Your lie in April" Tv 22 (2014 10 10) Season(76764, 1, 0), Done(2020, 12, 31);
    21087 30276 "One Punch Man" "One-Punch Man" Tv 12 (2015 10 5) Season(97548, 1, 0), Done(2023, 9, 1);
    97668 34134 "One Punch Man 2" "One-Punch Man Season 2" Tv 12 (2019 4 10) Season(97548, 2, 0), DoneAgo(3);
    20464 20583 "Haikyuu!!" "HAIKYU!!" Tv 25 (2014 4 6) Season(60417, 1, 0), Done(2020, 4, 4);
    20992 28891 "Haikyuu!! 2" "HAIKYU!! 2nd Season" Tv 25 (2015 10 4) Season(60417, 2, 0), Done(2020, 5, 4);
    777 777 "HELLSING ULTIMATE" "Hellsing Ultimate" Ova 10 (2006 2 10) Season(61080, 1, 0), Done(2021, 10, 31);
    227 227 "FLCL" "FLCL" Ova 6 (2000 4 26) Season(5857, 1, 0), DoneAround(2018, None);
    1575 1575 "Code Geass: Hangyaku no Lelouch" "Code Geass: Lelouch of the Rebellion" Tv 25 (2006 10 6) Season(31586, 1, 0), Done(2025, 8, 1);
    2904 2904 "Code Geass: Hangyaku no Lelouch R2" "Code Geass: Lelouch of the Rebellion R2" Tv 25 (2008 4 6) Season(31586, 2, 0), Done(2025, 8, 20);
    6811 6811 "InuYasha: Kanketsu-hen" "InuYasha: The Final Act" Tv 26 (2009 10 4) Season(60942, 8, 0), Done(2017, 6, 3);
    140960 50265 "SPY×FAMILY" "SPY x FAMILY" Tv 12 (2022 4 9) Season(190742, 1, 0), Done(2022, 6, 25);
    142838 50602 "SPY×FAMILY Part 2" "SPY x FAMILY Cour 2" Tv 13 (2022 10 1) Season(190742, 1, 12), Current(4, 40);
    21355 31240 "Re:Zero kara Hajimeru Isekai Seikatsu" "Re:ZERO -Starting Life in Another World-" Tv 25 (2016 4 4) Season(104310, 1, 0), Done(2019, 2, 2);
    108632 39587 "Re:Zero kara Hajimeru Isekai Seikatsu 2nd Season" "Re:ZERO -Starting Life in Another World- Season 2" Tv 13 (2020 7 8)
        Differ(104310, (1, 26), (2, 0)), Current(6, 700);
    108465 39535 "Mushoku Tensei: Isekai Ittara Honki Dasu" "Mushoku Tensei: Jobless Reincarnation" Tv 11 (2021 1 11) Season(156460, 1, 0), Done(2022, 8, 7);
    127720 45576 "Mushoku Tensei: Isekai Ittara Honki Dasu Part 2" "Mushoku Tensei: Jobless Reincarnation Cour 2" Tv 12 (2021 10 4) Season(156460, 1, 11), Done(2022, 8, 19);
    146065 51179 "Mushoku Tensei II: Isekai Ittara Honki Dasu" "Mushoku Tensei: Jobless Reincarnation Season 2" Tv 13 (2023 7 3) Season(156460, 2, 0), Current(3, 90);
    150672 52034 "[Oshi no Ko]" "Oshi No Ko" Tv 11 (2023 4 12) Season(196091, 1, 0), Done(2023, 7, 1);
    166531 55791 "[Oshi no Ko] 2nd Season" "Oshi No Ko Season 2" Tv 13 (2024 7 3) Differ(196091, (1, 11), (2, 0)), Current(3, 60);
    9000100 9000100 "Chiisana Eki no Mainichi" "Everyday at the Little Station" Ona 5 (2022 2 2) Nothing, Done(2024, 3, 3);
};

/// Where AniBridge says the odd ones belong: entry, target, its episodes, the target's.
pub(super) const RANGES: &[(u32, &str, &str, &str)] = &[
    (5, "tmdb_movie:11299", "1", "1"),
    (32, "tmdb_movie:18491", "1", "1"),
    (32, "tmdb_show:890:s0", "1", "2"),
    (104157, "tmdb_movie:572154", "1", "1"),
    (104578, "tmdb_show:1429:s3", "1-10", "13-22"),
    (108632, "tmdb_show:65942:s1", "1-13", "26-38"),
    (11061, "tmdb_show:46298:s1", "1-62", "1-62"),
    (11061, "tmdb_show:46298:s2", "63-136", "63-136"),
    (11061, "tmdb_show:46298:s3", "137-148", "137-148"),
    (142838, "tmdb_show:120089:s1", "1-13", "13-25"),
    (145064, "tmdb_show:95479:s1", "1-23", "25-47"),
    (146065, "tmdb_show:94664:s0", "1", "2"),
    (146065, "tmdb_show:94664:s2", "2-13", "1-12"),
    (146984, "tmdb_show:1429:s0", "1", "36"),
    (166531, "tmdb_show:203737:s1", "1-13", "12-24"),
    (6811, "tmdb_show:35610:s2", "1-26", "1-26"),
];
