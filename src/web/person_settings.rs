//! What a person sets, without a restart.

use axum::Json;
use secrecy::SecretString;
use serde_json::Value;
use utoipa::ToSchema;

use super::answers::{BadBody, Refused};
use super::asker::Asker;
use super::bodies::{self, Settings};
use super::body::{Body, json_object};
use super::params::shown;
use crate::hub::error::{Error, Result};
use crate::hub::settings::{Change, Field};

/// What is set for the person who asks: by the environment, which locks it, or else by them. Of secrets
/// it is only said whether there are any.
#[utoipa::path(
    get, path = "/api/settings", tag = "settings",
    responses((status = 200, body = Settings)),
)]
pub(super) async fn settings(Asker(person): Asker) -> Result<Json<Settings>> {
    Ok(Json(Settings::from(&*person.as_stored().await?)))
}

/// Changes of settings. What is left out stays; null is the default. Numbers, true and false may be
/// written as text.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct SettingsChange {
    /// A token of the list's owner at AniList. It is told to nobody.
    #[schema(min_length = 1, max_length = 4096)]
    anilist_token: Option<String>,
    /// The owner's name at AniList.
    #[schema(min_length = 1, max_length = 60)]
    anilist_username: Option<String>,
    /// The id of an app at AniList of one's own, to sign in with.
    #[schema(min_length = 1, max_length = 200)]
    anilist_client_id: Option<String>,
    /// Its secret. It is told to nobody.
    #[schema(min_length = 1, max_length = 4096)]
    anilist_client_secret: Option<String>,
    /// The id of an app at `MyAnimeList` of one's own, to sign in with.
    #[schema(min_length = 1, max_length = 200)]
    mal_client_id: Option<String>,
    /// Its secret, where it has one. It is told to nobody.
    #[schema(min_length = 1, max_length = 4096)]
    mal_client_secret: Option<String>,
    /// An IANA name, such as Europe/Berlin.
    timezone: Option<String>,
    /// Whether what was watched again is posted too.
    rewatches: Option<bool>,
    /// Whether what is private on AniList is posted. A Trakt profile may be public.
    private: Option<bool>,
    /// Plays that a run posts at most.
    #[schema(minimum = 1, maximum = 10_000_000)]
    max_plays_per_run: Option<u32>,
    /// Plays in one request to Trakt.
    #[schema(minimum = 1, maximum = 1000)]
    batch_size: Option<u32>,
    /// A cron pattern of five fields, such as 17 */6 * * *.
    schedule: Option<String>,
    /// The http or https address of a Discord webhook, an ntfy topic or a program. Whoever has it can
    /// write there, so it is told to nobody.
    #[schema(min_length = 1, max_length = 4096)]
    webhook_url: Option<String>,
    /// The form of what is told there.
    webhook_format: Option<bodies::WebhookFormat>,
    /// In which language titles are shown.
    title_language: Option<bodies::TitleLanguage>,
}

/// Changes settings, all that are named or none. They count from the next run on; one that goes on keeps
/// those that it began with.
#[utoipa::path(
    patch, path = "/api/settings", tag = "settings",
    request_body(content = SettingsChange, example = json!({"timezone": "Europe/Berlin", "maxPlaysPerRun": 500, "schedule": "17 */6 * * *", "titleLanguage": null})),
    responses((status = 200, body = Settings), BadBody, Refused),
)]
pub(super) async fn change(Asker(person): Asker, body: Body) -> Result<Json<Settings>> {
    let body = json_object(body)?;
    let wanted = body.as_object().into_iter().flatten();
    let changes: Vec<Change> = wanted.map(read).collect::<Result<_>>()?;
    Ok(Json(Settings::from(&*person.change(&changes).await?)))
}

fn read((name, value): (&String, &Value)) -> Result<Change> {
    let field = Field::named(name).ok_or_else(|| {
        let message = format!("there is no such setting: {}", shown(name));
        Error::bad_request(message, "GET /api/settings shows the names")
    })?;
    let text = match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) if matches!(field, Field::Rewatches | Field::Private) => {
            Some(value.to_string())
        }
        Value::Number(_) if matches!(field, Field::MaxPlaysPerRun | Field::BatchSize) => {
            Some(value.to_string())
        }
        _ => {
            let hint = "GET /api/settings shows the form of each; null is the default";
            return Err(Error::bad_request(format!("{name} is of another form"), hint));
        }
    };
    Ok((field, text.map(SecretString::from)))
}
