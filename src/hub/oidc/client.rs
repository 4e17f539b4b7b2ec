//! Asking the provider.

use std::fmt;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreIdToken,
    CoreIdTokenClaims, CoreIdTokenVerifier, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::http::{self, Method, header};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, StandardErrorResponse, TokenResponse as _,
};
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex;

use super::OidcSettings;
use crate::clock::Clock;
use crate::domain::Service;
use crate::hub::accounts::{Began, Beginning, Stranger};
use crate::hub::error::{Error, Result};
use crate::outbound::{Fault, Lane, Outbound, ProviderError, Request};
use crate::plain::plain;

/// How long the provider may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// No answer of a provider is larger, in bytes.
const LARGEST: u64 = 1 << 20;
/// How long what the provider says of itself is good for, where only its page is needed.
const GOOD_FOR: Duration = Duration::from_mins(10);

/// The provider, and what it said of itself.
#[derive(Debug)]
pub struct Oidc {
    settings: OidcSettings,
    outbound: Outbound,
    clock: Clock,
    /// Locked while the provider is asked, so that ten browsers cause one request.
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

type Sending = BoxFuture<'static, std::result::Result<HttpResponse, ProviderError>>;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Oidc {
    /// Nobody is asked for anything yet.
    pub fn new(settings: OidcSettings, outbound: Outbound, clock: Clock) -> Self {
        Self { settings, outbound, clock, known: Mutex::default() }
    }

    /// The provider's page on which a person signs in.
    pub async fn page(&self, beginning: &Beginning) -> Result<String> {
        let Beginning { state, began, .. } = beginning;
        let client = self.client(self.metadata(GOOD_FOR).await?, &began.back)?;
        let (state, nonce) = (CsrfToken::new(state.clone()), Nonce::new(began.nonce.clone()));
        let verifier = PkceCodeVerifier::new(began.verifier.clone());
        let (page, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(page.into())
    }

    /// Who came back from the provider with this code.
    pub async fn who(&self, code: String, began: Began) -> Result<Stranger> {
        // Its keys may be others since the page was made.
        let client = self.client(self.metadata(Duration::ZERO).await?, &began.back)?;
        let asked =
            client.exchange_code(AuthorizationCode::new(code)).map_err(|cause| odd(&cause))?;
        let send = self.sender();
        let asked = asked.set_pkce_verifier(PkceCodeVerifier::new(began.verifier));
        let tokens = asked.request_async(&send).await;
        let tokens = tokens.map_err(unexchanged)?;
        let id_token = tokens.id_token().ok_or_else(|| odd(&"there is no id_token"))?;
        let clock = self.clock.clone();
        let now = move || {
            chrono::DateTime::from_timestamp(clock.now().as_second(), 0).unwrap_or_default()
        };
        let verifier = client.id_token_verifier().set_time_fn(now);
        let claims =
            id_token.claims(&verifier, &Nonce::new(began.nonce)).map_err(|cause| untrue(&cause))?;
        check_access_token(&tokens, id_token, &verifier, claims)?;
        Ok(self.stranger(claims))
    }

    fn stranger(&self, claims: &CoreIdTokenClaims) -> Stranger {
        let text = |text: &str| plain(text).trim().to_owned();
        let address = claims.email().map(|address| address.as_str());
        let wanted = claims.preferred_username().map(|name| name.as_str()).or(address);
        let is_theirs = claims.email_verified() == Some(true);
        let full_name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str());
        Stranger {
            identity: format!("{} {}", self.settings.issuer, claims.subject().as_str()),
            name: wanted.or(full_name).map(text),
            full_name: full_name.map(text),
            email: address.filter(|_| is_theirs).map(str::to_owned),
        }
    }

    /// What the provider says of itself, with its keys.
    async fn metadata(&self, good_for: Duration) -> Result<CoreProviderMetadata> {
        let mut known = self.known.lock().await;
        let now = self.clock.instant();
        if let Some((at, metadata)) = &*known
            && now.saturating_duration_since(*at) < good_for
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|cause| odd(&cause))?;
        let send = self.sender();
        let asked = CoreProviderMetadata::discover_async(issuer, &send).await;
        let metadata = asked.map_err(unknown)?;
        self.check_addresses(&metadata)?;
        *known = Some((now, metadata.clone()));
        Ok(metadata)
    }

    /// A provider that is asked over HTTPS sends nobody to where others can listen.
    fn check_addresses(&self, metadata: &CoreProviderMetadata) -> Result<()> {
        let token = metadata.token_endpoint().ok_or_else(|| odd(&"there is no token_endpoint"))?;
        let page = metadata.authorization_endpoint().url();
        let all = [token.url(), metadata.jwks_uri().url(), page];
        let is_open = all.iter().any(|url| url.scheme() != "https");
        if is_open && self.settings.url.scheme() == "https" {
            return Err(odd(&"one of its addresses is not https"));
        }
        Ok(())
    }

    fn client(&self, metadata: CoreProviderMetadata, back: &str) -> Result<Client> {
        let takes = metadata.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
        let basic = takes.is_empty() || takes.contains(&CoreClientAuthMethod::ClientSecretBasic);
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let id = ClientId::new(self.settings.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata, id, secret);
        let back = RedirectUrl::new(back.to_owned()).map_err(|cause| {
            let message = format!("this service is asked under a name that is none: {cause}");
            Error::bad_request(message, "open it by its own address")
        })?;
        let how = if basic { AuthType::BasicAuth } else { AuthType::RequestBody };
        Ok(client.set_auth_type(how).set_redirect_uri(back))
    }

    /// What sends requests by the one HTTP stack.
    fn sender(&self) -> impl Fn(HttpRequest) -> Sending + Send + Sync + use<> {
        let outbound = self.outbound.clone();
        move |request| {
            let outbound = outbound.clone();
            Box::pin(async move { send(&outbound, request).await })
        }
    }
}

async fn send(
    outbound: &Outbound,
    request: HttpRequest,
) -> std::result::Result<HttpResponse, ProviderError> {
    let (head, body) = request.into_parts();
    let (lane, url) = (Lane::of(Service::IDENTITY), head.uri.to_string());
    let mut asked = match head.method {
        Method::GET => Request::get(lane, &url)?,
        _ => Request::post_form(lane, &url, body)?,
    };
    for (name, kept) in [(header::ACCEPT, "accept"), (header::AUTHORIZATION, "authorization")] {
        if let Some(value) = head.headers.get(name).and_then(|value| value.to_str().ok()) {
            asked = asked.private_header(kept, value)?;
        }
    }
    // What it says with these is read below.
    let asked = asked.expecting(&[400, 401]).timeout(TIMEOUT).limit(LARGEST);
    let answer = outbound.send(&asked).await?;
    let kind = answer.header("content-type").unwrap_or("application/json");
    let told = http::Response::builder().status(answer.status());
    let told = told.header(header::CONTENT_TYPE, kind).body(answer.body().to_vec());
    told.map_err(|cause| unexpected(&cause.to_string()))
}

/// That the access token is the one that was given with the id token, where that says so.
fn check_access_token(
    tokens: &CoreTokenResponse,
    id_token: &CoreIdToken,
    verifier: &CoreIdTokenVerifier<'_>,
    claims: &CoreIdTokenClaims,
) -> Result<()> {
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let algorithm = id_token.signing_alg().map_err(|cause| untrue(&cause))?;
    let key = id_token.signing_key(verifier).map_err(|cause| untrue(&cause))?;
    let told = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
    let told = told.map_err(|cause| untrue(&cause))?;
    if told == *expected { Ok(()) } else { Err(untrue(&"the access token is another one")) }
}

fn unexpected(detail: &str) -> ProviderError {
    Fault::UnexpectedBody { detail: plain(detail).into_owned() }.at(Service::IDENTITY)
}

/// What the provider said has not the form that it should.
fn odd(cause: &dyn fmt::Display) -> Error {
    unexpected(&cause.to_string()).into()
}

/// What the provider signed does not hold. Why, is for the log.
fn untrue(cause: &dyn fmt::Display) -> Error {
    let cause = cause.to_string();
    let cause = plain(&cause);
    tracing::warn!("[Accounts] What the identity provider signed does not hold: {cause}");
    let message = "what the identity provider signed does not hold".to_owned();
    Error::Forbidden { message, hint: "sign in again; if it stays so, the log says why" }
}

fn unknown(error: DiscoveryError<ProviderError>) -> Error {
    match error {
        DiscoveryError::Request(error) => error.into(),
        DiscoveryError::Response(status, ..) => odd(&format!("status {status}")),
        DiscoveryError::Parse(cause) => odd(&format!("{} cannot be read", cause.path())),
        other => odd(&other),
    }
}

fn unexchanged(
    error: RequestTokenError<ProviderError, StandardErrorResponse<CoreErrorResponseType>>,
) -> Error {
    match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(said) => {
            let message = plain(said.error().as_ref()).into_owned();
            Fault::Refused { status: 400, message }.at(Service::IDENTITY).into()
        }
        // The answer may hold tokens.
        RequestTokenError::Parse(cause, _) => odd(&format!("{} cannot be read", cause.path())),
        RequestTokenError::Other(cause) => odd(&cause),
    }
}
