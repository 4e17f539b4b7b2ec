//! What callers ask of a list, read field by field, to name what is wrong.

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::hub::error::{Error, Result};
use crate::hub::lists::connect::{App, Brought, Password, Whom};
use crate::hub::lists::integration::{Set, Way};
use crate::merge::{Deletes, Direction, Field, ListService};
use crate::web::params::{Segment, segment, shown};

/// The longest code, password or secret, in bytes: tokens of `MyAnimeList` have about a thousand.
const LONGEST: usize = 4096;

type Fields = Map<String, Value>;

/// The service that a path names.
pub(super) fn service(path: Segment) -> Result<ListService> {
    let name = segment(path);
    ListService::named(&name).ok_or_else(|| {
        let message = format!("no lists are kept there: {}", shown(&name));
        Error::not_found(message, "it is anilist, myanimelist or kitsu")
    })
}

/// The service that a body names.
pub(super) fn service_of(body: &Fields) -> Result<ListService> {
    let name = needed(body, "integration_type")?;
    let hint = "it is anilist, myanimelist or kitsu";
    ListService::named(name)
        .ok_or_else(|| Error::invalid("integration_type", "no lists are kept there", hint))
}

/// The app that a body brings, if it brings one.
pub(super) fn app(body: &Fields) -> Result<Option<App>> {
    let secret = text(body, "client_secret")?.map(SecretString::from);
    match text(body, "client_id")? {
        Some(id) => Ok(Some(App { id: id.to_owned(), secret })),
        None if secret.is_some() => needed(body, "client_id").map(|_| None),
        None => Ok(None),
    }
}

/// The app that a body has to bring.
pub(super) fn needed_app(body: &Fields) -> Result<App> {
    let id = needed(body, "client_id")?.to_owned();
    Ok(App { id, secret: text(body, "client_secret")?.map(SecretString::from) })
}

/// The code that a body brings, with what it was asked for.
pub(super) fn brought(body: &Fields) -> Result<Brought> {
    Ok(Brought {
        code: needed(body, "authorization_code")?.to_owned(),
        back: address(body, "redirect_uri")?.to_owned(),
        verifier: text(body, "code_verifier")?.map(str::to_owned),
        app: app(body)?,
    })
}

/// The name and the password that a body brings.
pub(super) fn password(body: &Fields) -> Result<Password> {
    let username = needed(body, "username")?.to_owned();
    Ok(Password { username, password: needed(body, "password")?.into() })
}

/// As whom they may sign in.
pub(super) fn whom(body: &Fields) -> Result<Whom> {
    match body.get("another_user") {
        None | Some(Value::Null | Value::Bool(false)) => Ok(Whom::Known),
        Some(Value::Bool(true)) => Ok(Whom::Anybody),
        Some(_) => Err(neither("another_user")),
    }
}

/// An address, whole.
fn address<'a>(body: &'a Fields, field: &'static str) -> Result<&'a str> {
    let text = needed(body, field)?;
    let hint = "send the whole address that the code was asked for with";
    let odd = |_| Error::invalid(field, "this is no address", hint);
    reqwest::Url::parse(text).map_err(odd)?;
    Ok(text)
}

/// A text that may be left out. Controls are taken as they are, as a password may have any.
fn text<'a>(body: &'a Fields, field: &'static str) -> Result<Option<&'a str>> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= LONGEST => Ok(Some(text)),
        Some(_) => {
            Err(Error::invalid(field, "this is no text that can be used", "send it as text"))
        }
    }
}

fn needed<'a>(body: &'a Fields, field: &'static str) -> Result<&'a str> {
    let missing = || Error::invalid(field, "this is missing", "add it to the JSON body");
    text(body, field)?.ok_or_else(missing)
}

fn neither(field: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::invalid(field, "this is neither true nor false", "send true or false")
}

/// A switch of what is set for a list.
type Switch = for<'a> fn(&'a mut Set) -> &'a mut bool;

const SWITCHES: [(&str, Switch); 10] = [
    ("sync_enabled", |set| &mut set.sync_enabled),
    ("auto_sync", |set| &mut set.auto_sync),
    ("sync_reading_progress", |set| &mut set.sync_reading_progress),
    ("sync_ratings", |set| &mut set.sync_ratings),
    ("sync_status", |set| &mut set.sync_status),
    ("sync_dates", |set| &mut set.sync_dates),
    ("sync_notes", |set| &mut set.sync_notes),
    ("sync_private", |set| &mut set.sync_private),
    ("sync_anime", |set| &mut set.sync_anime),
    ("sync_manga", |set| &mut set.sync_manga),
];

/// A change of what is set for a list.
pub(super) enum Change {
    Switch(Switch, bool),
    Direction(Way),
    Deletes(Deletes),
    Field(Field, Direction),
}

impl Change {
    pub(super) fn apply(&self, set: &mut Set) {
        match self {
            Self::Switch(switch, on) => *switch(set) = *on,
            Self::Direction(way) => set.direction = *way,
            Self::Deletes(deletes) => set.deletes = *deletes,
            Self::Field(field, Direction::Both) => drop(set.fields.remove(field.name())),
            Self::Field(field, way) => drop(set.fields.insert(field.name().to_owned(), *way)),
        }
    }
}

/// What a body changes of a list.
pub(super) fn changes(body: &Fields) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (name, value) in body {
        match name.as_str() {
            "fields" => changes.extend(of_fields(value)?),
            _ => changes.push(change(name, value)?),
        }
    }
    Ok(changes)
}

fn change(name: &str, value: &Value) -> Result<Change> {
    match name {
        _ if value.is_null() => {
            let hint = "leave it out to leave it as it is";
            Err(Error::invalid(shown(name), "this cannot be null", hint))
        }
        "direction" => {
            let hint = "it is bidirectional, to_external or from_external";
            Ok(Change::Direction(word(name, value, hint)?))
        }
        "deletes" => Ok(Change::Deletes(word(name, value, "it is forget, ask or carry_over")?)),
        _ => {
            let Some((_, switch)) = SWITCHES.iter().find(|(known, _)| *known == name) else {
                let hint = "the description of the API says what can";
                return Err(Error::invalid(shown(name), "this cannot be set", hint));
            };
            let on = value.as_bool().ok_or_else(|| neither(name.to_owned()))?;
            Ok(Change::Switch(*switch, on))
        }
    }
}

fn of_fields(value: &Value) -> Result<Vec<Change>> {
    let hint = "it is an object of fields of an item, each with both, in, out or off";
    let no_object = || Error::invalid("fields", "this is no object", hint);
    let fields = value.as_object().ok_or_else(no_object)?;
    let one = |(name, way): (&String, &Value)| {
        let place = || format!("fields.{}", shown(name));
        let unknown = || Error::invalid(place(), "no such field of an item is synced", hint);
        let field = Field::named(name).ok_or_else(unknown)?;
        Ok(Change::Field(field, word(&place(), way, "it is both, in, out or off")?))
    };
    fields.iter().map(one).collect()
}

/// One of a few words.
fn word<T: serde::de::DeserializeOwned>(
    field: &str,
    value: &Value,
    hint: &'static str,
) -> Result<T> {
    let wrong = |_| Error::invalid(field.to_owned(), "this is none of its words", hint);
    T::deserialize(value).map_err(wrong)
}
