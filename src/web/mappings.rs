//! Which show or film an entry belongs to, and corrections of single episodes.

use axum::Json;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answers::{BadBody, BadInput, Done, Elsewhere, List, Missing, Refused};
use super::asker::Asker;
use super::bodies::{self, Explanation};
use super::body::{Body, json_object};
use super::params::{
    Query, Way, anilist_id, body_anilist_id, natural, of_query, positive, positive_u32, required,
    shown, way,
};
use crate::domain::{
    AnilistId, ImdbId, Mapping, MappingKind, MediaType, OnTrakt, Override, TraktShowId, TvdbId,
};
use crate::hub::corrections::{self, Which};
use crate::hub::error::{Error, Result};
use crate::hub::names::{Names, Numbered};
use crate::hub::person::Person;
use crate::hub::trakt_titles;
use crate::sync::explanation::explain_with;

/// All mappings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Mappings {
    /// Made by a person.
    manual: Vec<MappingRow>,
    /// Found by the service.
    auto: Vec<MappingRow>,
}

/// A mapping, and how far the place can be trusted.
#[derive(Debug, Serialize, ToSchema)]
struct MappingRow {
    #[serde(flatten)]
    mapping: bodies::Mapping,
    /// None when the entry has no place yet.
    verdict: Option<bodies::Verdict>,
    /// What the show or film is called on Trakt; none until Trakt has told.
    #[serde(rename = "traktTitle")]
    trakt_title: Option<bodies::TraktTitle>,
}

/// A correction, and what it is of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverrideRow {
    #[serde(flatten)]
    correction: bodies::Override,
    /// What the entry is called that it is for; none where it is for every one, or has no place.
    title: Option<String>,
    /// What the show is called on Trakt; none until Trakt has told.
    trakt_title: Option<bodies::TraktTitle>,
}

/// Which show or film each entry belongs to.
#[utoipa::path(
    get, path = "/api/mappings", tag = "mapping",
    responses((status = 200, body = Mappings)),
)]
pub(super) async fn mappings(Asker(person): Asker) -> Result<Json<Mappings>> {
    let all = person.store.mappings().await?;
    let verdicts = person.store.verdicts().await?;
    let titles = trakt_titles::of(&person.services, all.iter().filter_map(on_trakt)).await?;
    let row = |mapping: Mapping| {
        let verdict = verdicts.get(&mapping.anilist_id).copied().map(Into::into);
        let title = on_trakt(&mapping).and_then(|on_trakt| titles.get(&on_trakt));
        MappingRow { trakt_title: title.map(Into::into), mapping: mapping.into(), verdict }
    };
    let (manual, auto): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|mapping| mapping.kind == MappingKind::Manual);
    let rows = |mappings: Vec<Mapping>| mappings.into_iter().map(row).collect();
    Ok(Json(Mappings { manual: rows(manual), auto: rows(auto) }))
}

/// The show or film of a mapping. Where a person did not say which it is, nobody knows.
fn on_trakt(mapping: &Mapping) -> Option<OnTrakt> {
    mapping.media_type.map(|kind| OnTrakt { kind, id: mapping.trakt_id })
}

/// Which show or film an entry belongs to, as a person says. Numbers may be written as text.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct NewMapping {
    /// The entry's AniList id, or the address of its page.
    #[schema(minimum = 1)]
    anilist_id: bodies::AnilistId,
    /// Trakt's id of the show or film.
    #[schema(minimum = 1)]
    trakt_id: u64,
    /// Which of the two; it follows the entry when it is left out.
    #[schema(rename = "type", pattern = "^(show|movie)?$")]
    kind: Option<String>,
    /// Pins the place to a season; 0 is the specials.
    #[schema(maximum = 65_535)]
    season: Option<u16>,
    /// How many episodes of that season come before the entry's first.
    #[schema(maximum = 4_294_967_295_u32)]
    offset: Option<u32>,
    /// TMDB's id.
    #[schema(minimum = 1, maximum = 4_294_967_295_u32)]
    tmdb_id: Option<u32>,
    /// IMDb's id.
    #[schema(pattern = "^(tt[0-9]{7,10})?$")]
    imdb_id: Option<String>,
    /// TheTVDB's id.
    #[schema(minimum = 1)]
    tvdb_id: Option<bodies::TvdbId>,
    /// The entry's title, for the list.
    title: Option<String>,
}

/// What was saved, or would come of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum MapAnswer {
    /// It was saved.
    Saved(Mapped),
    /// With `dry=1`: where the entry's episodes would be.
    Dry(Box<Explanation>),
}

/// A mapping was saved.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Mapped {
    /// Always true.
    success: bool,
    /// The entry.
    added: bodies::AnilistId,
}

/// Saves a mapping, or says what it would come to. A show, film or season that Trakt does not have is
/// refused.
#[utoipa::path(
    post, path = "/api/manual-map", tag = "mapping",
    params(("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is saved; the answer explains where the episodes would be.")),
    request_body(content = NewMapping, example = json!({"anilistId": 104_578, "traktId": 1420, "type": "show", "season": 3, "offset": 12})),
    responses((status = 200, body = MapAnswer), BadBody, Missing, Refused, Elsewhere),
)]
pub(super) async fn set_manual(
    Asker(person): Asker,
    query: Query,
    body: Body,
) -> Result<Json<MapAnswer>> {
    let way = way(&query)?;
    let mapping = read_mapping(&person, &json_object(body)?)?;
    if way == Way::Dry {
        let explanation = explain_with(&person, mapping).await?;
        return Ok(Json(MapAnswer::Dry(Box::new(explanation.into()))));
    }
    let (id, trakt_id) = (mapping.anilist_id, mapping.trakt_id);
    corrections::map(&person, mapping).await?;
    tracing::info!("[Mapping] AniList {id} is mapped by hand to Trakt {trakt_id}");
    Ok(Json(MapAnswer::Saved(Mapped { success: true, added: id.into() })))
}

fn read_mapping(person: &Person, body: &Value) -> Result<Mapping> {
    Ok(Mapping {
        anilist_id: required(body_anilist_id(body)?, "anilistId")?,
        trakt_id: required(positive(body, "traktId")?, "traktId")?,
        tmdb_id: positive_u32(body, "tmdbId")?,
        imdb_id: imdb_id(body)?,
        tvdb_id: positive_u32(body, "tvdbId")?.map(TvdbId),
        kind: MappingKind::Manual,
        media_type: media_type(body)?,
        season: season(body)?,
        offset: natural(body, "offset")?,
        source: "manual".to_owned(),
        title: title(body)?,
        cover: None,
        updated_at: person.services.clock.now(),
    })
}

fn season(body: &Value) -> Result<Option<u16>> {
    let Some(number) = natural(body, "season")? else { return Ok(None) };
    u16::try_from(number).map(Some).map_err(|_| {
        Error::bad_request(format!("season is too large: {number}"), "write Trakt's season number")
    })
}

fn imdb_id(body: &Value) -> Result<Option<ImdbId>> {
    let text = match &body["imdbId"] {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    text.parse().map(Some).map_err(|_| {
        let message = format!("imdbId is not like tt1234567: {}", shown(&text));
        Error::bad_request(message, "copy it from the title's IMDb address")
    })
}

fn media_type(body: &Value) -> Result<Option<MediaType>> {
    match &body["type"] {
        Value::Null => Ok(None),
        Value::String(text) => match text.as_str() {
            "" => Ok(None),
            "show" => Ok(Some(MediaType::Show)),
            "movie" => Ok(Some(MediaType::Movie)),
            other => Err(bad_type(other)),
        },
        other => Err(bad_type(&other.to_string())),
    }
}

fn title(body: &Value) -> Result<Option<String>> {
    match &body["title"] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(shown(text))),
        other => {
            let message = format!("title is not a text: {}", shown(&other.to_string()));
            Err(Error::bad_request(message, "write the title, or leave it out"))
        }
    }
}

fn bad_type(value: &str) -> Error {
    let message = format!("type is neither show nor movie: {}", shown(value));
    Error::bad_request(message, "write show or movie, or leave it out")
}

/// Takes a mapping back that a person made.
#[utoipa::path(
    delete, path = "/api/manual-map", tag = "mapping",
    params(("anilistId" = bodies::AnilistId, Query, minimum = 1, description = "The entry's AniList id, or the address of its page.")),
    responses((status = 200, body = Done), BadInput, Missing),
)]
pub(super) async fn remove_manual(Asker(person): Asker, query: Query) -> Result<Json<Done>> {
    let id = anilist_id(&query)?;
    corrections::unmap(&person, id).await?;
    Ok(Json(Done::YES))
}

/// The per-episode corrections.
#[utoipa::path(
    get, path = "/api/overrides", tag = "mapping",
    responses((status = 200, body = List<OverrideRow>)),
)]
pub(super) async fn overrides(Asker(person): Asker) -> Result<Json<List<OverrideRow>>> {
    let all = person.store.overrides().await?;
    let shows = all.iter().map(|one| Numbered::OnTrakt(corrected(one)));
    let entries = all.iter().filter_map(|one| one.anilist_id).map(Numbered::Entry);
    let names = Names::of(&person.services, &person.store, shows.chain(entries)).await?;
    let row = |correction: Override| OverrideRow {
        trakt_title: names.on_trakt(corrected(&correction)).map(Into::into),
        title: correction.anilist_id.and_then(|id| names.entry(id)).map(str::to_owned),
        correction: correction.into(),
    };
    Ok(Json(List::of(all.into_iter().map(row).collect())))
}

fn corrected(correction: &Override) -> OnTrakt {
    OnTrakt { kind: MediaType::Show, id: correction.trakt_id.0 }
}

/// Which episode an episode is, as a person says. Numbers may be written as text.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct NewOverride {
    /// The show it corrects. It follows the title where one is given and has a place.
    #[schema(minimum = 1)]
    trakt_id: Option<bodies::TraktShowId>,
    /// The title's own episode number.
    #[schema(minimum = 1, maximum = 4_294_967_295_u32)]
    abs: u32,
    /// The right season.
    #[schema(maximum = 65_535)]
    season: u16,
    /// The right number in it.
    #[schema(maximum = 4_294_967_295_u32)]
    episode: u32,
    /// The title that it is for; without one, it holds for every title of the show.
    #[schema(minimum = 1)]
    anilist_id: Option<bodies::AnilistId>,
}

/// Says which episode an episode is: of one title, or of every title of a show. A slot that Trakt does
/// not have is refused.
#[utoipa::path(
    post, path = "/api/overrides", tag = "mapping",
    request_body(content = NewOverride, example = json!({"traktId": 1420, "abs": 3, "season": 0, "episode": 7, "anilistId": 104_578})),
    responses((status = 200, body = Done), BadBody, Refused, Elsewhere),
)]
pub(super) async fn set_override(Asker(person): Asker, body: Body) -> Result<Json<Done>> {
    let body = json_object(body)?;
    let anilist_id = body_anilist_id(&body)?;
    let correction = Override {
        trakt_id: required(show(&person, &body, anilist_id).await?, "traktId")?,
        abs: required(positive_u32(&body, "abs")?, "abs")?,
        season: required(season(&body)?, "season")?,
        episode: required(natural(&body, "episode")?, "episode")?,
        anilist_id,
    };
    corrections::correct(&person, correction).await?;
    Ok(Json(Done::YES))
}

/// The show that a correction names, or else the one that its title is on.
async fn show(
    person: &Person,
    body: &Value,
    anilist_id: Option<AnilistId>,
) -> Result<Option<TraktShowId>> {
    match (positive(body, "traktId")?, anilist_id) {
        (Some(id), _) => Ok(Some(TraktShowId(id))),
        (None, Some(id)) => corrections::show_of(person, id).await,
        (None, None) => Ok(None),
    }
}

/// Takes a per-episode correction back.
#[utoipa::path(
    delete, path = "/api/overrides", tag = "mapping",
    params(
        ("traktId" = bodies::TraktShowId, Query, minimum = 1, description = "Trakt's show."),
        ("abs" = u32, Query, minimum = 1, description = "The entry's own episode number."),
        ("anilistId" = Option<bodies::AnilistId>, Query, minimum = 1, description = "The entry, where the correction is limited to one."),
    ),
    responses((status = 200, body = Done), BadInput, Missing),
)]
pub(super) async fn remove_override(Asker(person): Asker, query: Query) -> Result<Json<Done>> {
    let show = TraktShowId(of_query(&query, "traktId", positive)?);
    let abs = of_query(&query, "abs", positive_u32)?;
    let title: Option<AnilistId> =
        query.contains_key("anilistId").then(|| anilist_id(&query)).transpose()?;
    corrections::uncorrect(&person, Which { show, abs, title }).await?;
    Ok(Json(Done::YES))
}
