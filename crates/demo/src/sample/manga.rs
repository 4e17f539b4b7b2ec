//! What the demo's person could read. Every title is made up, and so are its numbers.

use anilist_trakt_sync_core::domain::AiringStatus::{self, Cancelled, Finished, Hiatus, Releasing};
use anilist_trakt_sync_core::domain::{AnilistId, MalId};

use super::super::world::Printed::{self, Manga as Series, Novel, OneShot};
use super::super::world::{Manga, World};
use At::{Both, OnlyAniList, OnlyMangaDex};

/// Who has a title.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Both,
    OnlyAniList,
    OnlyMangaDex,
}

/// The names, what it is, how far it has come out, chapters, volumes, the year it began, and who has it.
type Line = (&'static str, &'static str, &'static str, Printed, AiringStatus, u32, u32, i16, At);

macro_rules! lines {
    ($($english:literal $romaji:literal $native:literal
        $format:ident $status:ident $chapters:literal $volumes:literal $year:literal $at:ident;)*) => {
        &[$(($english, $romaji, $native, $format, $status, $chapters, $volumes, $year, $at),)*]
    };
}

const MANGA: &[Line] = lines! {
    "The Lamplighter of Kasumi Street" "Kasumi-dori no Tentouya" "霞通りの点灯屋"
        Series Finished 96 12 2009 Both;
    "Salt and Paper Cranes" "Shio to Orizuru" "塩と折鶴"
        Series Finished 48 7 2014 Both;
    "Night Train to Mizunami" "Mizunami-yuki no Yakou" "瑞浪行きの夜行"
        Series Releasing 131 17 2017 Both;
    "A Map of Small Rivers" "Chiisana Kawa no Chizu" "小さな川の地図"
        Series Finished 72 9 2011 Both;
    "Beekeeper Detective Ogata" "Youhouka Tantei Ogata" "養蜂家探偵緒方"
        Series Releasing 214 26 2008 Both;
    "The Clockmaker's Third Apprentice" "Tokeishi no Sannin-me no Deshi" "時計師の三人目の弟子"
        Series Releasing 58 8 2020 Both;
    "Snow Falls on Platform Nine" "Kyuubansen ni Yuki ga Furu" "九番線に雪が降る"
        Series Finished 24 4 2018 Both;
    "My Grandmother Fights Kaiju" "Uchi no Baachan wa Kaijuu to Tatakau" "うちのばあちゃんは怪獣と戦う"
        Series Releasing 83 10 2019 Both;
    "Ferry Across the Quiet Strait" "Shizuka na Kaikyou no Watashibune" "静かな海峡の渡し舟"
        Series Finished 40 6 2006 Both;
    "Inkwell Academy" "Sumitsubo Gakuen" "墨壺学園"
        Series Releasing 167 19 2013 Both;
    "The Umbrella Thief" "Kasa Dorobou" "傘泥棒"
        OneShot Finished 1 1 2016 Both;
    "Nine Bowls of Ramen" "Kyuuhai no Raamen" "九杯のラーメン"
        Series Finished 54 6 2012 Both;
    "Garden on the Thirteenth Floor" "Juusankai no Niwa" "十三階の庭"
        Series Finished 35 5 2015 Both;
    "Carpenter in Another Sky" "Betsu no Sora no Daiku" "別の空の大工"
        Novel Releasing 61 9 2018 Both;
    "The Last Postman of Amagiri" "Amagiri Saigo no Yuubinya" "天霧最後の郵便屋"
        Series Finished 110 14 2004 Both;
    "Half a Moon for the Fox" "Kitsune ni Hangetsu" "狐に半月"
        Series Releasing 45 6 2021 Both;
    "Tuning Forks" "Onsa" "音叉"
        Series Finished 30 4 2010 Both;
    "A Season Without Swallows" "Tsubame no Inai Kisetsu" "燕のいない季節"
        Series Finished 18 3 2019 Both;
    "Quarry Boys" "Saisekijou no Shounen-tachi" "採石場の少年たち"
        Series Releasing 92 11 2016 Both;
    "The Weather Clerk" "Tenki-gakari" "天気係"
        Series Releasing 77 9 2018 OnlyAniList;
    "Letters from Hold Seven" "Dainana Sensou kara no Tegami" "第七船倉からの手紙"
        Novel Finished 44 7 2013 OnlyAniList;
    "Mountain Hut Accounts" "Yamagoya no Choubo" "山小屋の帳簿"
        Series Finished 62 8 2007 OnlyAniList;
    "Otter Lane" "Kawauso Yokochou" "かわうそ横丁"
        Series Releasing 120 15 2015 OnlyAniList;
    "The Cartographer's Cat" "Chizu-kaki no Neko" "地図書きの猫"
        Series Finished 27 3 2020 OnlyAniList;
    "Static on Channel Five" "Go-channeru no Noizu" "五チャンネルのノイズ"
        Series Releasing 66 0 2021 OnlyMangaDex;
    "Rooftop Radish Club" "Okujou Daikon-bu" "屋上大根部"
        Series Releasing 38 0 2022 OnlyMangaDex;
    "The Ropeway Keeper" "Roopuwei no Ban" "ロープウェイの番"
        Series Finished 21 3 2017 OnlyMangaDex;
    "Moth and Lantern" "Ga to Chouchin" "蛾と提灯"
        OneShot Finished 1 0 2020 OnlyMangaDex;
    "Sixteen Stairs" "Juuroku-dan" "十六段"
        Series Finished 16 2 2014 OnlyMangaDex;
    "Borrowed Tide" "Karita Shio" "借りた潮"
        Series Releasing 9 1 2025 OnlyMangaDex;
    "What the Lighthouse Keeper's Daughter Wrote in the Margins of the Tide Tables, and Whom It Reached" "Toudai-mori no Musume ga Chouseki-hyou no Yohaku ni Kaita Koto" "灯台守の娘が潮汐表の余白に書いたこと"
        Novel Finished 0 11 2012 OnlyAniList;
    "Glass Furnace" "Garasu no Ro" "硝子の炉"
        Series Hiatus 54 7 2014 Both;
    "Thirty Ways to Fold a Letter" "Tegami no Orikata Sanjuu" "手紙の折り方三十"
        Series Finished 30 3 2003 Both;
    "Signal Box West" "Nishi Shingousho" "西信号所"
        Series Releasing 249 31 2005 Both;
    "Before the Ferry Leaves" "Fune ga Deru Mae ni" "船が出る前に"
        OneShot Finished 1 0 2024 OnlyAniList;
    "Persimmon Year" "Kaki no Toshi" "柿の年"
        Series Finished 62 8 1998 Both;
    "Cook for a Company of Crows" "Karasu-tai no Meshitaki" "烏隊の飯炊き"
        Series Releasing 71 9 2020 Both;
    "The Abacus Duel" "Soroban Shoubu" "算盤勝負"
        Series Cancelled 12 2 2022 Both;
    "Moss" "Koke" "苔"
        Series Finished 9 1 2001 OnlyAniList;
    "Reborn as the Town's Only Bus Stop" "Machi de Yuiitsu no Basutei ni Tensei shita" "町で唯一のバス停に転生した"
        Novel Releasing 38 6 2021 Both;
};

/// Where the made up numbers begin: above all that AniList and `MyAnimeList` have given.
const FIRST: u32 = 9_100_001;

/// Adds all of them.
pub(super) fn manga(mut world: World) -> World {
    world.manga = (FIRST..).zip(MANGA).map(|(number, line)| title(number, *line)).collect();
    world
}

fn title(number: u32, line: Line) -> Manga {
    let (english, romaji, native, format, status, chapters, volumes, year, at) = line;
    let is_at_anilist = at != OnlyMangaDex;
    let uuid = format!("00000000-0000-4000-8000-{number:012}");
    Manga {
        anilist: is_at_anilist.then_some(AnilistId(number)),
        mal: is_at_anilist.then_some(MalId(number)),
        mangadex: (at != OnlyAniList).then_some(uuid),
        english: english.to_owned(),
        romaji: romaji.to_owned(),
        native: native.to_owned(),
        format,
        status,
        chapters,
        volumes,
        year,
    }
}
