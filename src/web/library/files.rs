//! Lists that come as files and go as files.

use axum::Json;
use axum::body::Bytes;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use multer::Multipart;
use utoipa::ToSchema;

use crate::hub::error::{Error, Result};
use crate::library::files::{LIMITS, MalXml, csv, mal_xml};
use crate::library::{Item, Kind};
use crate::web::answers::{BadBody, Invalid};
use crate::web::asker::Asker;
use crate::web::bodies::{ImportReport, LibraryFile};
use crate::web::body::FileBody;
use crate::web::params::{Query, Way, way};

/// The largest body that is taken, in bytes: a file, and what a form writes around it.
#[expect(clippy::cast_possible_truncation, reason = "it is some megabytes")]
pub(in crate::web) const LIMIT: usize = LIMITS.file as usize + (64 << 10);

/// How many items of the kind have no id at `MyAnimeList`, and so are not in its file.
const LEFT_OUT: HeaderName = HeaderName::from_static("x-left-out");

/// A form with a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read part by part")]
pub(in crate::web) struct FileForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Reads a list from a file into the library: MyAnimeList's XML, AniList's JSON, Trakt's export, and our
/// own JSON and CSV, packed with gzip or not. Its content tells what it is. A file moves items forward and
/// fills what is empty; what else differs is `unclear`, and nothing of it is written. Reading a file again
/// changes nothing.
#[utoipa::path(
    post, path = "/api/library/import", tag = "library",
    params(("dry" = Option<u8>, Query, maximum = 1, description = "1: nothing is changed; the answer says what would be.")),
    request_body(
        content(
            (serde_json::Value = "application/json", example = json!({"version": 1, "items": [{"title": "Frieren", "type": "anime", "status": "watching", "progress": 3}]})),
            (Vec<u8> = "application/octet-stream"),
            (FileForm = "multipart/form-data"),
        ),
        description = "The file itself, or a form with it as `file`. At most 50 MB, 128 MB unpacked, and 100,000 rows. JSON may be of any of those forms; a row that cannot be read loses no other.",
    ),
    responses((status = 200, body = ImportReport), BadBody),
)]
pub(in crate::web) async fn import(
    Asker(person): Asker,
    query: Query,
    body: FileBody,
) -> Result<Json<ImportReport>> {
    let way = way(&query)?;
    let library = person.library();
    let file = library.file(bytes(body).await?).await?;
    let format = file.format;
    Ok(Json(match way {
        Way::Dry => ImportReport::dry(format, library.preview(file).await?),
        Way::ForReal => ImportReport::done(format, library.import(file).await?),
    }))
}

/// The file of a body, which may be a form.
async fn bytes(FileBody { body, media_type }: FileBody) -> Result<Bytes> {
    let bytes = body.bytes(LIMIT)?;
    let media_type = media_type.unwrap_or_default();
    let is_form = media_type.trim_start().to_ascii_lowercase().starts_with("multipart/");
    if !is_form {
        return Ok(bytes);
    }
    let no_form = |error: multer::Error| {
        let message = format!("the body is no form that can be read: {error}");
        Error::bad_request(message, "send the file itself, or a form with it as `file`")
    };
    let boundary = multer::parse_boundary(&media_type).map_err(no_form)?;
    let whole = futures_util::stream::once(async { Ok::<_, std::convert::Infallible>(bytes) });
    let mut form = Multipart::new(whole, boundary);
    while let Some(part) = form.next_field().await.map_err(no_form)? {
        if part.name() == Some("file") {
            return part.bytes().await.map_err(no_form);
        }
    }
    Err(Error::bad_request("the form has no file", "name the part with it `file`"))
}

/// A form in which a library is written.
#[derive(Debug, Clone, Copy)]
enum Written {
    Json,
    Csv,
    MalXml(Kind),
}

/// The library as a file: `json` has all that an item has, `csv` is for spreadsheets, and `mal-xml` is
/// what MyAnimeList's importer takes. That holds one kind, and only items with an id there; X-Left-Out
/// says how many have none.
#[utoipa::path(
    get, path = "/api/library/export", tag = "library",
    params(
        ("format" = Option<String>, Query, description = "json (the default), csv or mal-xml."),
        ("type" = Option<String>, Query, description = "anime or manga: only these. mal-xml needs it."),
    ),
    responses(
        (status = 200, content(
            (LibraryFile = "application/json"),
            (String = "text/csv"),
            (String = "application/xml"),
        )),
        Invalid,
    ),
)]
pub(in crate::web) async fn export(Asker(person): Asker, query: Query) -> Result<Response> {
    let kind = kind(&query)?;
    let written = written(&query, kind)?;
    let library = person.library().read().await?;
    let write = move || {
        let items = library.items().map(AsRef::as_ref);
        written.response(items.filter(|item: &&Item| kind.is_none_or(|kind| item.kind == kind)))
    };
    let done = tokio::task::spawn_blocking(write).await;
    done.map_err(|error| Error::Internal(format!("a thread ended: {error}")))
}

fn kind(query: &Query) -> Result<Option<Kind>> {
    let Some(word) = query.get("type") else { return Ok(None) };
    let unknown = || Error::invalid("type", "this is no type", "write anime or manga");
    Kind::of(word).map(Some).ok_or_else(unknown)
}

fn written(query: &Query, kind: Option<Kind>) -> Result<Written> {
    match query.get("format").map_or("json", String::as_str) {
        "json" => Ok(Written::Json),
        "csv" => Ok(Written::Csv),
        "mal-xml" => kind.map(Written::MalXml).ok_or_else(|| {
            let hint = "write type=anime or type=manga";
            Error::invalid("type", "MyAnimeList's file holds one kind", hint)
        }),
        _ => {
            let hint = "write json, csv or mal-xml";
            Err(Error::invalid("format", "this is no format of an export", hint))
        }
    }
}

impl Written {
    fn response<'a>(self, items: impl Iterator<Item = &'a Item>) -> Response {
        match self {
            Self::Json => {
                let file = Json(LibraryFile::of(items.map(Into::into).collect()));
                (self.headers(), file).into_response()
            }
            Self::Csv => (self.headers(), csv(items)).into_response(),
            Self::MalXml(kind) => {
                let MalXml { file, left_out } = mal_xml(items, kind);
                (self.headers(), [(LEFT_OUT, HeaderValue::from(left_out))], file).into_response()
            }
        }
    }

    fn headers(self) -> [(HeaderName, &'static str); 2] {
        let (media_type, disposition) = match self {
            Self::Json => ("application/json", "attachment; filename=\"library.json\""),
            Self::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"library.csv\""),
            Self::MalXml(Kind::Anime) => {
                ("application/xml", "attachment; filename=\"animelist.xml\"")
            }
            Self::MalXml(Kind::Manga) => {
                ("application/xml", "attachment; filename=\"mangalist.xml\"")
            }
        };
        [(CONTENT_TYPE, media_type), (CONTENT_DISPOSITION, disposition)]
    }
}
