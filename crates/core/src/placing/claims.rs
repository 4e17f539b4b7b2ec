//! What the sources say an entry is, before anybody has looked at Trakt.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::datasets::{anibridge, fribbs, otaku};
use crate::domain::{AnilistId, ImdbId, Mapping, MediaType, Source};

/// A show or film by somebody's number for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Reference {
    /// Show or film: the same number may name one of each.
    pub kind: MediaType,
    /// The number.
    pub id: ReferenceId,
}

/// Somebody's number for a show or film.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum ReferenceId {
    /// Trakt's.
    Trakt(u64),
    /// TMDB's.
    Tmdb(u32),
    /// IMDb's.
    Imdb(ImdbId),
    /// TheTVDB's; it never names a film.
    Tvdb(u32),
}

impl Reference {
    /// Whether both are numbers of one catalogue for things of one kind.
    pub fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && std::mem::discriminant(&self.id) == std::mem::discriminant(&other.id)
    }

    /// A show.
    pub fn show(id: ReferenceId) -> Self {
        Self { kind: MediaType::Show, id }
    }

    /// A film.
    pub fn film(id: ReferenceId) -> Self {
        Self { kind: MediaType::Movie, id }
    }
}

/// Which episodes of a show are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum Rule {
    /// It is a film.
    Film,
    /// All of its episodes together are one film.
    FilmInParts {
        /// How many episodes the entry counts.
        parts: u32,
    },
    /// From a season, after so many of its episodes.
    Season {
        /// Trakt's (TMDB's) season.
        season: u16,
        /// Episodes of that season before the entry's first.
        offset: u32,
    },
    /// Episode by episode.
    Ranges(Vec<anibridge::Range>),
    /// Counting through the whole show from its first episode.
    Continuous,
    /// Counting through the whole show, after the episodes of the works it continues.
    After {
        /// How many episodes those have.
        episodes: u32,
    },
    /// From the episode that aired when the entry began.
    StartDate,
    /// The specials that have the work's title.
    Titled,
    /// Each from the day on which AniList says that it aired.
    Schedule,
    /// It is among the show's specials, and nobody says which.
    Specials,
    /// The source names the show and no more.
    Unspecified,
}

impl Rule {
    /// Whether it puts the whole work among the specials.
    pub fn is_special(&self) -> bool {
        match self {
            Self::Season { season, .. } => *season == 0,
            Self::Ranges(ranges) => {
                !ranges.is_empty() && ranges.iter().all(|range| range.start.season == 0)
            }
            Self::Specials => true,
            _ => false,
        }
    }

    /// Whether it puts some of the work into a regular season.
    pub fn is_regular(&self) -> bool {
        match self {
            Self::Season { season, .. } => *season > 0,
            Self::Ranges(ranges) => ranges.iter().any(|range| range.start.season > 0),
            _ => false,
        }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Film => f.write_str("the film"),
            Self::FilmInParts { parts } => write!(f, "the film, in {parts} parts"),
            Self::Season { season, offset: 0 } => write!(f, "season {season}"),
            Self::Season { season, offset } => write!(f, "season {season} after episode {offset}"),
            Self::Ranges(ranges) => write_ranges(f, ranges),
            Self::Continuous => f.write_str("counting from the first episode"),
            Self::After { episodes } => write!(f, "after the {episodes} episodes of its prequels"),
            Self::StartDate => f.write_str("from the episode that aired on the start date"),
            Self::Titled => f.write_str("the specials of that title"),
            Self::Schedule => f.write_str("each episode by the day on which it aired"),
            Self::Specials => f.write_str("a special of the show, without a number"),
            Self::Unspecified => f.write_str("the show, without a season"),
        }
    }
}

/// `1-12 from S1E13`, as many as fit into a line.
fn write_ranges(f: &mut std::fmt::Formatter<'_>, ranges: &[anibridge::Range]) -> std::fmt::Result {
    const SHOWN: usize = 4;
    for (i, range) in ranges.iter().take(SHOWN).enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        let last = range.last.map_or(String::new(), |last| last.to_string());
        write!(f, "{comma}{}-{last} from {}", range.first, range.start)?;
    }
    if ranges.len() > SHOWN { write!(f, " and {} more", ranges.len() - SHOWN) } else { Ok(()) }
}

/// One source's word on an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Who says so.
    pub source: Source,
    /// The same show or film by several numbers, the surest first.
    pub references: Vec<Reference>,
    /// Which of its episodes.
    pub rule: Rule,
    /// What the same source says of other works in that season.
    pub around: Around,
}

impl Claim {
    /// A source's word, with nothing known of other works.
    pub fn new(source: Source, references: Vec<Reference>, rule: Rule) -> Self {
        Self { source, references, rule, around: Around::default() }
    }
}

/// What a source says of the other works in the season that it names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Around {
    /// How many episodes there are up to the next work; none when there is no next one.
    pub room: Option<u32>,
    /// It puts another work in the very same place, so at most one of the two is right.
    pub is_shared: bool,
    /// It puts another work at the beginning of the show.
    pub is_first_taken: bool,
    /// The same row has it among the specials of another catalogue.
    pub is_split: bool,
}

/// All that is known of one entry without asking anybody.
#[derive(Debug, Clone, Default)]
pub struct Knowledge<'a> {
    /// A person's mapping, or one found earlier.
    pub saved: Option<&'a Mapping>,
    /// AniBridge's rows.
    pub anibridge: &'a [anibridge::Row],
    /// Otaku's rows.
    pub otaku: &'a [otaku::Row],
    /// Fribbs' rows.
    pub fribbs: &'a [fribbs::Row],
    /// What the sources say of other works; none when nobody has looked.
    pub works: Option<&'a Works>,
}

/// The claims on an entry, in the order in which the sources are believed. `kind`: what it is when
/// a person did not say.
pub fn claims(kind: MediaType, known: &Knowledge<'_>) -> Vec<Claim> {
    let mut claims: Vec<Claim> = known.saved.into_iter().map(|m| saved_claim(kind, m)).collect();
    if claims.first().is_some_and(|claim| claim.source == Source::Manual) {
        return claims;
    }
    let saved = std::mem::take(&mut claims);
    claims.extend(known.anibridge.iter().filter_map(anibridge_claim));
    claims.extend(known.otaku.iter().filter_map(otaku_claim));
    claims.extend(known.fribbs.iter().flat_map(fribbs_claims));
    if let Some(works) = known.works {
        for claim in &mut claims {
            claim.around = works.around(claim);
        }
    }
    claims.extend(saved);
    claims
}

/// Where the sources put all works, show by show.
#[derive(Debug, Default)]
pub struct Works(HashMap<(Source, Reference, u16), Vec<u32>>);

impl Works {
    /// Of all rows of the sources that name a season. Each work counts once for each place.
    pub fn of(anibridge: &[anibridge::Row], otaku: &[otaku::Row], fribbs: &[fribbs::Row]) -> Self {
        let mut places: HashMap<_, BTreeSet<(u32, AnilistId)>> = HashMap::new();
        let anibridge = anibridge.iter().filter_map(|row| Some((row.entry, anibridge_claim(row)?)));
        let otaku = otaku.iter().filter_map(|row| Some((row.entry, otaku_claim(row)?)));
        let fribbs = fribbs
            .iter()
            .flat_map(|row| fribbs_claims(row).into_iter().map(|claim| (row.entry, claim)));
        for (entry, claim) in anibridge.chain(otaku).chain(fribbs) {
            if let Some((place, offset)) = place(&claim) {
                places.entry(place).or_default().insert((offset, entry));
            }
        }
        let offsets = |works: BTreeSet<(u32, AnilistId)>| works.iter().map(|work| work.0).collect();
        Self(places.into_iter().map(|(place, works)| (place, offsets(works))).collect())
    }

    fn around(&self, claim: &Claim) -> Around {
        let mut around = Around { is_split: claim.around.is_split, ..Around::default() };
        let own = place(claim);
        if let Some((place, offset)) = &own
            && let Some(offsets) = self.0.get(place)
        {
            let next = offsets.iter().find(|other| *other > offset);
            around.room = next.map(|next| next - offset);
            around.is_shared = offsets.iter().filter(|other| *other == offset).count() > 1;
        }
        let first = claim.references.first().map(|show| (claim.source, show.clone(), 1));
        let begins = first.as_ref().and_then(|place| self.0.get(place));
        let begins = begins.map_or(0, |offsets| offsets.iter().filter(|at| **at == 0).count());
        let is_there = own.is_some_and(|(place, offset)| offset == 0 && Some(place) == first);
        around.is_first_taken = begins > usize::from(is_there);
        around
    }
}

/// The season that a claim names, and after how many of its episodes.
fn place(claim: &Claim) -> Option<((Source, Reference, u16), u32)> {
    let (season, offset) = match &claim.rule {
        Rule::Season { season, offset } => (*season, *offset),
        Rule::Ranges(ranges) => {
            let start = ranges.first().filter(|range| range.first == 1)?.start;
            (start.season, start.number.saturating_sub(1))
        }
        _ => return None,
    };
    Some(((claim.source, claim.references.first()?.clone(), season), offset))
}

fn saved_claim(kind: MediaType, mapping: &Mapping) -> Claim {
    let kind = mapping.media_type.unwrap_or(kind);
    let manual = mapping.kind == crate::domain::MappingKind::Manual;
    let rule = match (kind, mapping.season) {
        (MediaType::Movie, _) => Rule::Film,
        (MediaType::Show, Some(season)) if manual => {
            Rule::Season { season, offset: mapping.offset.unwrap_or(0) }
        }
        (MediaType::Show, _) => Rule::Unspecified,
    };
    let source = if manual { Source::Manual } else { Source::Saved };
    Claim::new(source, vec![Reference { kind, id: ReferenceId::Trakt(mapping.trakt_id) }], rule)
}

/// A row with uneven ranges still names the show.
fn anibridge_claim(row: &anibridge::Row) -> Option<Claim> {
    use anibridge::Target;
    let (reference, rule) = match &row.target {
        Target::TmdbMovie(id) => (Reference::film(ReferenceId::Tmdb(*id)), film_rule(row)?),
        Target::ImdbMovie(id) => (Reference::film(ReferenceId::Imdb(*id)), film_rule(row)?),
        Target::TvdbShow(id) => {
            // TheTVDB's numbers are not Trakt's, but both keep specials apart.
            let special = !row.uneven && Rule::Ranges(row.ranges.clone()).is_special();
            let rule = if special { Rule::Specials } else { Rule::Unspecified };
            (Reference::show(ReferenceId::Tvdb(*id)), rule)
        }
        Target::TmdbShow(id) => {
            let rule =
                if row.uneven { Rule::Unspecified } else { Rule::Ranges(row.ranges.clone()) };
            (Reference::show(ReferenceId::Tmdb(*id)), rule)
        }
    };
    Some(Claim::new(Source::Anibridge, vec![reference], rule))
}

/// A film for one episode, or for all of them together.
fn film_rule(row: &anibridge::Row) -> Option<Rule> {
    match row.parts {
        Some(parts) => Some(Rule::FilmInParts { parts }),
        None => (!row.uneven).then_some(Rule::Film),
    }
}

fn otaku_claim(row: &otaku::Row) -> Option<Claim> {
    let tvdb = row.tvdb.filter(|_| row.kind == MediaType::Show);
    let ids = [
        row.trakt.map(|id| ReferenceId::Trakt(id.into())),
        row.tmdb.map(ReferenceId::Tmdb),
        row.imdb.map(ReferenceId::Imdb),
        tvdb.map(ReferenceId::Tvdb),
    ];
    let references: Vec<_> =
        ids.into_iter().flatten().map(|id| Reference { kind: row.kind, id }).collect();
    let rule = match (row.kind, row.season) {
        (MediaType::Movie, _) => Rule::Film,
        (MediaType::Show, Some(otaku::Season::Number(season))) => {
            Rule::Season { season, offset: row.offset }
        }
        (MediaType::Show, Some(otaku::Season::Absolute)) => Rule::Continuous,
        (MediaType::Show, None) => Rule::Unspecified,
    };
    (!references.is_empty()).then(|| Claim::new(Source::Otaku, references, rule))
}

/// Fribbs names a show, or one or more films; an IMDb id goes with whichever it is.
fn fribbs_claims(row: &fribbs::Row) -> Vec<Claim> {
    let mut claims: Vec<Claim> = row
        .tmdb_movies
        .iter()
        .map(|&id| fribbs_film(vec![Reference::film(ReferenceId::Tmdb(id))]))
        .collect();
    let imdb = || row.imdb.iter().copied().map(ReferenceId::Imdb);
    if row.is_film {
        // A bare number may be a show's, which the IMDb id of a film never is.
        claims.extend(imdb().map(|id| fribbs_film(vec![Reference::film(id)])));
    }
    let names_show = row.tmdb_show.is_some() || (!row.is_film && row.tmdb_movies.is_empty());
    if names_show {
        let ids = row.tmdb_show.map(ReferenceId::Tmdb).into_iter();
        let ids = ids.chain(imdb()).chain(row.tvdb.map(ReferenceId::Tvdb));
        let references: Vec<_> = ids.map(Reference::show).collect();
        if !references.is_empty() {
            let mut claim = Claim::new(Source::Fribbs, references, fribbs_rule(row));
            claim.around.is_split = row.is_special && claim.rule.is_regular();
            claims.push(claim);
        }
    }
    claims
}

fn fribbs_film(references: Vec<Reference>) -> Claim {
    Claim::new(Source::Fribbs, references, Rule::Film)
}

fn fribbs_rule(row: &fribbs::Row) -> Rule {
    match row.season {
        Some(season) => Rule::Season { season, offset: row.offset },
        None if row.is_special => Rule::Specials,
        None => Rule::Unspecified,
    }
}
