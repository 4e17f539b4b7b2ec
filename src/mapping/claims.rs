//! What the sources say an entry is, before anybody has looked at Trakt.

use serde::Serialize;

use super::datasets::{anibridge, fribbs, otaku};
use crate::domain::{ImdbId, Source};
use crate::store::{Mapping, MediaType};

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
    /// The source names the show and no more.
    Unspecified,
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Film => f.write_str("the film"),
            Self::Season { season, offset: 0 } => write!(f, "season {season}"),
            Self::Season { season, offset } => write!(f, "season {season} after episode {offset}"),
            Self::Ranges(ranges) => write_ranges(f, ranges),
            Self::Continuous => f.write_str("counting from the first episode"),
            Self::After { episodes } => write!(f, "after the {episodes} episodes of its prequels"),
            Self::StartDate => f.write_str("from the episode that aired on the start date"),
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
    claims.extend(saved);
    claims
}

fn saved_claim(kind: MediaType, mapping: &Mapping) -> Claim {
    let kind = mapping.media_type.unwrap_or(kind);
    let manual = mapping.kind == crate::store::MappingKind::Manual;
    let rule = match (kind, mapping.season) {
        (MediaType::Movie, _) => Rule::Film,
        (MediaType::Show, Some(season)) if manual => {
            Rule::Season { season, offset: mapping.offset.unwrap_or(0) }
        }
        (MediaType::Show, _) => Rule::Unspecified,
    };
    Claim {
        source: if manual { Source::Manual } else { Source::Saved },
        references: vec![Reference { kind, id: ReferenceId::Trakt(mapping.trakt_id) }],
        rule,
    }
}

/// A row with uneven ranges still names the show.
fn anibridge_claim(row: &anibridge::Row) -> Option<Claim> {
    use anibridge::Target;
    let (reference, rule) = match &row.target {
        Target::TmdbMovie(_) | Target::ImdbMovie(_) if row.uneven => return None,
        Target::TmdbMovie(id) => (Reference::film(ReferenceId::Tmdb(*id)), Rule::Film),
        Target::ImdbMovie(id) => (Reference::film(ReferenceId::Imdb(*id)), Rule::Film),
        Target::TvdbShow(id) => (Reference::show(ReferenceId::Tvdb(*id)), Rule::Unspecified),
        Target::TmdbShow(id) => {
            let rule =
                if row.uneven { Rule::Unspecified } else { Rule::Ranges(row.ranges.clone()) };
            (Reference::show(ReferenceId::Tmdb(*id)), rule)
        }
    };
    Some(Claim { source: Source::Anibridge, references: vec![reference], rule })
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
    (!references.is_empty()).then_some(Claim { source: Source::Otaku, references, rule })
}

/// Fribbs names a show, or one or more films; an IMDb id goes with whichever it is.
fn fribbs_claims(row: &fribbs::Row) -> Vec<Claim> {
    let mut claims: Vec<Claim> = row
        .tmdb_movies
        .iter()
        .map(|&id| fribbs_film(vec![Reference::film(ReferenceId::Tmdb(id))]))
        .collect();
    let imdb = || row.imdb.iter().copied().map(ReferenceId::Imdb);
    if row.is_film && claims.is_empty() {
        claims.extend(imdb().map(|id| fribbs_film(vec![Reference::film(id)])));
    }
    let names_show = row.tmdb_show.is_some() || (!row.is_film && row.tmdb_movies.is_empty());
    if names_show {
        let ids = row.tmdb_show.map(ReferenceId::Tmdb).into_iter();
        let ids = ids.chain(imdb()).chain(row.tvdb.map(ReferenceId::Tvdb));
        let references: Vec<_> = ids.map(Reference::show).collect();
        if !references.is_empty() {
            claims.push(Claim { source: Source::Fribbs, references, rule: fribbs_rule(row) });
        }
    }
    claims
}

fn fribbs_film(references: Vec<Reference>) -> Claim {
    Claim { source: Source::Fribbs, references, rule: Rule::Film }
}

fn fribbs_rule(row: &fribbs::Row) -> Rule {
    match row.season {
        Some(season) => Rule::Season { season, offset: row.offset },
        None => Rule::Unspecified,
    }
}
