//! Where people sign in who have no password here.

use std::net::IpAddr;

use reqwest::Url;

use super::{Reader, web_address};
use crate::hub::oidc::{IS_BUILT, OidcSettings};

const ISSUER: &str = "OIDC_ISSUER";
const CLIENT_ID: &str = "OIDC_CLIENT_ID";

impl Reader<'_> {
    pub(super) fn oidc(&mut self) -> Option<OidcSettings> {
        let issuer = self.text("OIDC_ISSUER").map(str::to_owned);
        let client_id = self.text("OIDC_CLIENT_ID").map(str::to_owned);
        let client_secret = self.secret("OIDC_CLIENT_SECRET");
        let Some(issuer) = issuer else {
            if client_id.is_some() || client_secret.is_some() {
                let message = "is missing, and an app at an identity provider is set".to_owned();
                self.report(ISSUER, message, "write its issuer, or leave the app out");
            }
            return None;
        };
        if !IS_BUILT {
            let message = "is set, and this program was built without it".to_owned();
            self.report(ISSUER, message, "build it with the feature oidc, or leave it out");
            return None;
        }
        let (url, client_id) = (self.issuer(&issuer), client_id.or_else(|| self.no_client()));
        Some(OidcSettings { issuer, url: url?, client_id: client_id?, client_secret })
    }

    fn no_client(&mut self) -> Option<String> {
        let message = "is missing, and an identity provider is set".to_owned();
        self.report(CLIENT_ID, message, "make an app at the provider and copy its id");
        None
    }

    /// It is compared to the letter with what the provider signs, so nothing is made to fit.
    fn issuer(&mut self, text: &str) -> Option<Url> {
        let url = web_address(text).filter(|url| {
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
        });
        let wrong = match &url {
            None => "is not the address of an issuer",
            Some(url) if url.scheme() == "http" && !is_this_machine(url) => {
                "would be asked over a network where others can listen, as it is not https"
            }
            Some(_) => return url,
        };
        let hint = "copy the issuer as the provider has it, such as https://id.example.org";
        self.report(ISSUER, format!("{wrong}: {text}"), hint);
        None
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(all(test, feature = "oidc"))]
mod tests {
    use super::*;
    use crate::config::{Config, Problems};

    fn read(pairs: &[(&str, &str)]) -> Result<Option<OidcSettings>, Problems> {
        let values = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::from_values(&values).map(|config| config.oidc)
    }

    #[test]
    fn a_provider_takes_an_issuer_and_an_app() {
        assert!(read(&[]).unwrap().is_none());
        for issuer in ["https://id.example.org", "https://id.example.org/", "http://[::1]:9/a"] {
            let pairs = [(ISSUER, issuer), (CLIENT_ID, "sync"), ("OIDC_CLIENT_SECRET", "hush")];
            let settings = read(&pairs).unwrap().unwrap();
            assert_eq!(settings.issuer, issuer);
            assert!(!format!("{settings:?}").contains("hush"));
            assert!(read(&pairs[..2]).unwrap().unwrap().client_secret.is_none());
        }
    }

    #[test]
    fn a_provider_that_is_set_up_in_part_or_wrong_is_a_mistake() {
        let app = [(CLIENT_ID, "sync"), ("OIDC_CLIENT_SECRET", "hush")];
        for alone in [&app[..1], &app[1..]] {
            assert_eq!(read(alone).unwrap_err().0[0].variable, ISSUER);
        }
        let without = read(&[(ISSUER, "https://id.example.org"), app[1]]).unwrap_err();
        assert_eq!(without.0[0].variable, CLIENT_ID);
        for issuer in [
            "id.example.org",
            "http://id.example.org",
            "http://10.0.0.1",
            "https://id.example.org?a=b",
            "https://id.example.org#a",
            "https://user@id.example.org",
        ] {
            let problems = read(&[(ISSUER, issuer), app[0], app[1]]).unwrap_err();
            assert_eq!(problems.0[0].variable, ISSUER, "{issuer}");
            assert!(!problems.to_string().contains("hush"), "{problems}");
        }
    }
}
