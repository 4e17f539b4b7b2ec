//! Signing in with a code that the person's browser brings back (RFC 6749, 4.1), by the `oauth2` crate
//! over the one HTTP stack.

mod answers;
mod proof;

use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::http::{self, header};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, RedirectUrl, RefreshToken, RequestTokenError,
    StandardRevocableToken, TokenUrl,
};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use self::answers::{Said, Told};
pub use self::proof::{InvalidProof, Proof};
use crate::outbound::{Fault, Lane, Outbound, ProviderError, Request};
use anilist_trakt_sync_core::domain::Service;

/// How long a service may take to answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// No answer to a code is larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// As which app a service is asked.
#[derive(Debug, Clone)]
pub struct App {
    /// The app's id.
    pub id: String,
    /// The app's secret; a public app has none.
    pub secret: Option<SecretString>,
}

/// What a service gives for a code.
#[derive(Debug, Clone)]
pub struct Given {
    /// What acts for the person.
    pub access_token: SecretString,
    /// What gets the next token, where the service renews them.
    pub refresh_token: Option<SecretString>,
    /// How long the access token lives, where the service says it.
    pub life: Option<Duration>,
}

/// A service where people sign in with a code.
#[derive(Debug, Clone)]
pub struct CodeFlow {
    outbound: Outbound,
    lane: Lane,
    page: AuthUrl,
    token: TokenUrl,
}

type Sending = BoxFuture<'static, Result<HttpResponse, ProviderError>>;

type Client = oauth2::Client<
    Said,
    Told,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

type CodeRequest<'a> = oauth2::CodeTokenRequest<'a, Said, Told>;

type Refusal = RequestTokenError<ProviderError, Said>;

impl CodeFlow {
    /// `page` is where a person lets an app in, and `token` is where the code is taken.
    pub fn new(outbound: Outbound, lane: Lane, page: Url, token: Url) -> Self {
        Self { outbound, lane, page: AuthUrl::from_url(page), token: TokenUrl::from_url(token) }
    }

    /// Whose sign-in it is.
    pub fn service(&self) -> Service {
        self.lane.service()
    }

    /// The time by the clock that requests go by.
    pub fn now(&self) -> Timestamp {
        self.outbound.now()
    }

    /// The page on which a person lets the app in. It sends the browser `back` with a code and `state`.
    pub fn page(&self, app: &App, back: &str, state: &str) -> Result<String, ProviderError> {
        let state = CsrfToken::new(state.to_owned());
        let (page, _) = self.client_for(app, back)?.authorize_url(|| state).url();
        Ok(page.into())
    }

    /// The same page, where the code will only be taken together with `proof`.
    pub fn page_for(
        &self,
        app: &App,
        back: &str,
        state: &str,
        proof: &Proof,
    ) -> Result<String, ProviderError> {
        let (client, state) = (self.client_for(app, back)?, CsrfToken::new(state.to_owned()));
        let page = client.authorize_url(|| state).set_pkce_challenge(proof.plain_challenge());
        let (page, _) = page.url();
        Ok(page.into())
    }

    /// Gets a token for the code. A code that the service does not take is [`Fault::Refused`], an app
    /// that it does not know [`Fault::AppGone`].
    pub async fn exchange(
        &self,
        app: &App,
        back: &str,
        code: &str,
    ) -> Result<Given, ProviderError> {
        let client = self.client_for(app, back)?;
        self.given(client.exchange_code(AuthorizationCode::new(code.to_owned()))).await
    }

    /// The same for a code that is only taken together with `proof`.
    pub async fn exchange_with(
        &self,
        app: &App,
        back: &str,
        code: &str,
        proof: &Proof,
    ) -> Result<Given, ProviderError> {
        let client = self.client_for(app, back)?;
        let asked = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        self.given(asked.set_pkce_verifier(proof.verifier())).await
    }

    async fn given(&self, code: CodeRequest<'_>) -> Result<Given, ProviderError> {
        let send = self.sender();
        // Boxed, as the compiler cannot tell of the crate's own future that it may change threads.
        let asked: BoxFuture<'_, _> = Box::pin(code.request_async(&send));
        asked.await.map(Told::into_given).map_err(|error| self.refusal(error, Said::fault))
    }

    /// Uses a refresh token up for a new pair. [`Fault::SignedOut`] when the service calls it dead.
    pub async fn refresh(&self, app: &App, refresh: &SecretString) -> Result<Given, ProviderError> {
        let client = self.client(app);
        let refresh = RefreshToken::new(refresh.expose_secret().to_owned());
        let (asked, send) = (client.exchange_refresh_token(&refresh), self.sender());
        let asked: BoxFuture<'_, _> = Box::pin(asked.request_async(&send));
        asked.await.map(Told::into_given).map_err(|error| self.refusal(error, Said::refresh_fault))
    }

    /// What sends the crate's requests by the one HTTP stack.
    fn sender(&self) -> impl Fn(HttpRequest) -> Sending + Send + Sync + use<> {
        let (outbound, lane) = (self.outbound.clone(), self.lane);
        move |request| {
            let outbound = outbound.clone();
            Box::pin(async move { send(&outbound, lane, request).await })
        }
    }

    fn client_for(&self, app: &App, back: &str) -> Result<Client, ProviderError> {
        let back = RedirectUrl::new(back.to_owned()).map_err(|cause| {
            self.failed(Fault::Local { cause: format!("the address to come back to: {cause}") })
        })?;
        Ok(self.client(app).set_redirect_uri(back))
    }

    fn client(&self, app: &App) -> Client {
        let client = oauth2::Client::new(ClientId::new(app.id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(self.page.clone())
            .set_token_uri(self.token.clone());
        match &app.secret {
            Some(secret) => {
                client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            }
            None => client,
        }
    }

    fn refusal(&self, error: Refusal, of: impl Fn(&Said) -> Fault) -> ProviderError {
        match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(said) => self.failed(of(&said)),
            // The answer may hold tokens.
            RequestTokenError::Parse(cause, _) => {
                self.odd(format!("{} cannot be read", cause.path()))
            }
            RequestTokenError::Other(cause) => self.odd(cause),
        }
    }

    fn odd(&self, detail: String) -> ProviderError {
        self.failed(Fault::UnexpectedBody { detail })
    }

    fn failed(&self, fault: Fault) -> ProviderError {
        fault.at(self.lane.service())
    }
}

/// Sends a request of the crate's by the one HTTP stack.
async fn send(
    outbound: &Outbound,
    lane: Lane,
    request: HttpRequest,
) -> Result<HttpResponse, ProviderError> {
    let (head, form) = request.into_parts();
    let asked = Request::post_form(lane, &head.uri.to_string(), form)?
        .header("accept", "application/json")
        .expecting(&[400, 401])
        .timeout(TIMEOUT)
        .limit(LARGEST);
    let answer = outbound.send(&asked).await?;
    let kind = answer.header("content-type").unwrap_or("application/json");
    let told = http::Response::builder().status(answer.status());
    let told = told.header(header::CONTENT_TYPE, kind).body(answer.body().to_vec());
    told.map_err(|cause| Fault::UnexpectedBody { detail: cause.to_string() }.at(lane.service()))
}
