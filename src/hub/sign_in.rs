//! Signing in to Trakt with a code that its page shows.

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::outbound::{Fault, ProviderError};
use crate::trakt::REDIRECT_URI;

/// Where a person allows the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The page to open.
    pub page: String,
    /// What the app has to have as its redirect address.
    pub redirect_uri: &'static str,
}

/// Where the person allows the app, and gets a code.
pub fn address(person: &Person) -> Result<Address> {
    let page = person.trakt.sign_in().oauth().authorize_url()?;
    Ok(Address { page, redirect_uri: REDIRECT_URI })
}

/// Signs in with such a code. Gives the seconds that the tokens live; 0 when Trakt does not say.
pub async fn exchange(person: &Person, code: &str) -> Result<u32> {
    let expires_in = person.trakt.sign_in().exchange(code).await.map_err(refusal)?;
    tracing::info!("[Trakt] Signed in");
    Ok(expires_in)
}

/// A code that Trakt does not take is the caller's to mend.
fn refusal(error: ProviderError) -> Error {
    match error.fault {
        Fault::Refused { message, .. } => Error::bad_request(
            format!("Trakt refused the code: {message}"),
            "get a new code from the address that GET /api/trakt-auth gives",
        ),
        _ => Error::Provider(error),
    }
}
