//! A browser that signs in at a service with lists, and comes back from there.

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::hub::accounts::{Began, PATIENCE};
use crate::hub::anilist::Begun;
use crate::hub::error::{Error, Result};
use crate::hub::lists::connect::{self, Whom};
use crate::hub::person::Person;
use crate::merge::ListService;
use crate::web::access::{ANILIST_COMES_BACK, Caller, Gate, MYANIMELIST_COMES_BACK};
use crate::web::coming_back::{Kept, LONGEST, own_address};
use crate::web::params::{Query, shown, yes_or_no};
use crate::web::returned::{self, Outcome};
use crate::web::session::cookies_named;

/// Where a person signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ConnectUrl {
    /// The service's page. It is good in this browser, once, for ten minutes.
    url: String,
    /// The redirect address that the app at the service has to have.
    redirect_uri: String,
}

/// Where people sign in at a service, and come back from.
pub(in crate::web) struct Site {
    service: ListService,
    /// The cookie of the browser in which a sign-in began: its state and what only this browser has.
    kept: Kept,
    comes_back: &'static str,
}

/// AniList. It does not promise to send the state back.
pub(in crate::web) const ANILIST: Site = Site {
    service: ListService::Anilist,
    kept: Kept { name: "anilist-trakt-sync-anilist", path: "/api/anilist" },
    comes_back: ANILIST_COMES_BACK,
};

/// `MyAnimeList`.
pub(in crate::web) const MYANIMELIST: Site = Site {
    service: ListService::Myanimelist,
    kept: Kept { name: "anilist-trakt-sync-myanimelist", path: MYANIMELIST_COMES_BACK },
    comes_back: MYANIMELIST_COMES_BACK,
};

/// Somebody who came back with a code.
pub(in crate::web) struct Arrived {
    pub(in crate::web) person: Arc<Person>,
    pub(in crate::web) began: Began,
    pub(in crate::web) code: String,
}

impl Site {
    /// Begins a sign-in in the browser that asks.
    pub(in crate::web) async fn begin(
        &self,
        person: &Person,
        query: &Query,
        headers: &HeaderMap,
        uri: &Uri,
    ) -> Result<Response> {
        let another = yes_or_no(query, "another_user")?.unwrap_or_default();
        let whom = if another { Whom::Anybody } else { Whom::Known };
        let redirect_uri = own_address(headers, uri, self.comes_back)?;
        let Begun { page: url, beginning } =
            connect::begin(person, self.service, whom, redirect_uri.clone()).await?;
        let kept = format!("{}.{}", beginning.state, beginning.browser.expose_secret());
        let cookie = self.kept.for_seconds(&kept, PATIENCE.as_secs(), headers)?;
        let answer = Json(ConnectUrl { url, redirect_uri });
        Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
    }

    /// Who came back, and with what.
    pub(in crate::web) async fn came_back(
        &self,
        gate: &Gate,
        caller: &Caller,
        query: &Query,
        headers: &HeaderMap,
    ) -> Result<Arrived> {
        let began = self.began(gate, query, headers).await?;
        let code = self.code(query)?.to_owned();
        let account = began.account.clone().ok_or_else(over)?;
        if caller.shown().is_some_and(|shown| shown.account.id != account) {
            return Err(over());
        }
        let person = gate.people.of(&account).as_stored().await?;
        Ok(Arrived { person, began, code })
    }

    /// What began in this browser, with this state where the service sent one. It is used up by that.
    async fn began(&self, gate: &Gate, query: &Query, headers: &HeaderMap) -> Result<Began> {
        for (state, browser) in self.kept(query, headers) {
            let began = gate.accounts().came_back(state, browser).await?;
            let is_of = |began: &Began| began.purpose.service() == Some(self.service.service());
            if let Some(began) = began.filter(is_of) {
                return Ok(began);
            }
        }
        Err(over())
    }

    /// The states that this browser began with, each with what only it has.
    fn kept<'a>(&self, query: &Query, headers: &'a HeaderMap) -> Vec<(&'a str, &'a str)> {
        let sent = query.get("state");
        let all = cookies_named(headers, self.kept.name).filter_map(|kept| kept.split_once('.'));
        all.filter(|(state, _)| sent.is_none_or(|sent| sent == state)).collect()
    }

    fn code<'a>(&self, query: &'a Query) -> Result<&'a str> {
        let said = |name: &str| query.get(name).map(String::as_str);
        let hint = "begin again, on the settings page";
        if let Some(error) = said("error") {
            let why = said("error_description").or(said("message")).unwrap_or(error);
            let (service, why) = (self.service.service(), shown(why));
            return Err(Error::bad_request(format!("{service} did not sign you in: {why}"), hint));
        }
        let code = said("code").filter(|code| !code.is_empty() && code.len() <= LONGEST);
        code.ok_or_else(|| Error::bad_request("code is missing", hint))
    }

    /// The answer to a browser that came back: people see a page, and programs an error itself.
    pub(in crate::web) fn shown(
        &self,
        name: Result<String>,
        headers: &HeaderMap,
    ) -> Result<Response> {
        let over = self.kept.over(headers)?;
        let service = self.service.service();
        let mut answer = match name {
            Ok(name) => returned::page(service, &Outcome::Connected(&name), StatusCode::OK),
            Err(error) => self.failed(error, headers),
        };
        answer.headers_mut().append(header::SET_COOKIE, over);
        Ok(answer)
    }

    fn failed(&self, error: Error, headers: &HeaderMap) -> Response {
        let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let looks = accept.is_some_and(|accept| accept.contains("text/html"));
        let page = looks.then(|| error.clone());
        let told = error.into_response();
        match page {
            Some(error) => {
                let outcome = Outcome::Failed(&error);
                returned::page(self.service.service(), &outcome, told.status())
            }
            None => told,
        }
    }
}

/// Nothing began that this could be the end of.
pub(super) fn over() -> Error {
    let message = "this sign-in did not begin in this browser, or is over";
    Error::bad_request(message, "begin again, on the settings page")
}
