//! Where mail goes out.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::Reader;
use crate::hub::mail::{MailSettings, sender};

const SERVER: &str = "SMTP_URL";
const SENDER: &str = "MAIL_FROM";

/// In an address, `@`, `:` and `/` of a user or a password are written in another way.
const WRITE_ONE: &str = "write smtps://user:password@mail.example.org, or smtp:// with ?tls=required at its end; in user and password, %40 for @ and %2F for /";

impl Reader<'_> {
    /// The value of `SMTP_URL` is never told: it may hold a password.
    pub(super) fn mail(&mut self) -> Option<MailSettings> {
        let from = self.text("MAIL_FROM").map(str::to_owned);
        let Some(text) = self.text("SMTP_URL").map(str::to_owned) else {
            if from.is_some() {
                let message = "names a sender, and no mail server is set".to_owned();
                self.report(SENDER, message, "set SMTP_URL as well, or leave it out");
            }
            return None;
        };
        let server = self.server(&text)?;
        let Some(from) = from.or_else(|| user(&server).filter(|user| user.contains('@'))) else {
            let message = "is missing, and the user in SMTP_URL is no mail address".to_owned();
            self.report(SENDER, message, "write who mail is from, such as sync@example.org");
            return None;
        };
        if sender(&from).is_none() {
            let hint = "write one such as sync@example.org, or The Sync <sync@example.org>";
            self.report(SENDER, format!("is no mail address: {from}"), hint);
            return None;
        }
        Some(MailSettings { server: text.into(), from })
    }

    fn server(&mut self, text: &str) -> Option<Url> {
        let wrong = match Url::parse(text) {
            Ok(url) => match fault(&url) {
                None => return Some(url),
                Some(wrong) => wrong,
            },
            Err(_) => NO_ADDRESS,
        };
        self.report(SERVER, wrong.to_owned(), WRITE_ONE);
        None
    }
}

const NO_ADDRESS: &str = "is not the address of a mail server";

fn fault(url: &Url) -> Option<&'static str> {
    let host = url.host_str().unwrap_or_default();
    if !matches!(url.scheme(), "smtp" | "smtps") || host.is_empty() || url.fragment().is_some() {
        return Some(NO_ADDRESS);
    }
    let is_other =
        |name: &str, value: &str| name != "tls" || !matches!(value, "required" | "opportunistic");
    if url.query_pairs().any(|(name, value)| is_other(&name, &value)) {
        return Some("has more after the ? than tls=required or tls=opportunistic");
    }
    let Some(user) = user(url) else { return Some("has a user that is no text") };
    match url.password().map(decoded) {
        Some(None) => return Some("has a password that is no text"),
        Some(Some(_)) if user.is_empty() => return Some("has a password and no user"),
        None if !user.is_empty() => return Some("has a user and no password"),
        _ => {}
    }
    let is_open = url.scheme() == "smtp" && url.query().is_none_or(str::is_empty);
    if is_open && url.password().is_some() && !is_this_machine(host) {
        return Some("would send the password unencrypted over the network");
    }
    None
}

fn user(url: &Url) -> Option<String> {
    decoded(url.username())
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::config::{Config, Problems};

    fn read(pairs: &[(&str, &str)]) -> Result<Option<MailSettings>, Problems> {
        let values = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::from_values(&values).map(|config| config.mail)
    }

    #[test]
    fn without_a_server_there_is_no_mail() {
        assert!(read(&[]).unwrap().is_none());
        let alone = read(&[("MAIL_FROM", "sync@example.org")]).unwrap_err();
        assert_eq!(alone.0[0].variable, "MAIL_FROM");
    }

    #[test]
    fn the_sender_is_the_user_of_the_server_where_that_is_an_address() {
        for (server, from, expected) in [
            ("smtps://sync%40example.org:hush@mail.example.org", "", "sync@example.org"),
            ("smtps://sync@example.org:hush@mail.example.org:4465", "", "sync@example.org"),
            ("smtps://u:hush@mail.example.org", "s@example.org", "s@example.org"),
            ("smtp://u:hush@mail.example.org?tls=required", "S <s@a.org>", "S <s@a.org>"),
            ("smtp://u:hush@mail.example.org?tls=opportunistic", "s@a.org", "s@a.org"),
            ("smtp://u:hush@localhost:2525", "s@a.org", "s@a.org"),
            ("smtp://u:hush@[::1]:2525/sync.example.org", "s@a.org", "s@a.org"),
            ("smtp://relay", "s@a.org", "s@a.org"),
        ] {
            let settings = read(&[("SMTP_URL", server), ("MAIL_FROM", from)]).unwrap().unwrap();
            assert_eq!(
                (settings.from.as_str(), settings.server.expose_secret()),
                (expected, server)
            );
            assert!(!format!("{settings:?}").contains("hush"));
        }
    }

    #[test]
    fn a_server_or_a_sender_that_is_wrong_is_told_without_the_password() {
        for (server, from, variable) in [
            ("hush", "", "SMTP_URL"),
            ("mail.example.org:465", "", "SMTP_URL"),
            ("https://u:hush@mail.example.org", "", "SMTP_URL"),
            ("smtps://u:hush@", "", "SMTP_URL"),
            ("smtp://u:hush@mail.example.org?starttls=hush", "", "SMTP_URL"),
            ("smtp://u:hush@mail.example.org?tls=hush", "", "SMTP_URL"),
            ("smtp://u:hush@mail.example.org?tls=required&x=1", "", "SMTP_URL"),
            ("smtp://u:hush@mail.example.org", "s@a.org", "SMTP_URL"),
            ("smtps://hush@mail.example.org", "s@a.org", "SMTP_URL"),
            ("smtps://:hush@mail.example.org", "s@a.org", "SMTP_URL"),
            ("smtps://u:hush%FF@mail.example.org", "s@a.org", "SMTP_URL"),
            ("smtps://u:hush@mail.example.org#hush", "s@a.org", "SMTP_URL"),
            ("smtps://u:hush@mail.example.org", "", "MAIL_FROM"),
            ("smtps://u:hush@mail.example.org", "sync", "MAIL_FROM"),
            ("smtps://u:hush@mail.example.org", "a@b.org\r\nBcc: c@d.org", "MAIL_FROM"),
        ] {
            let problems = read(&[("SMTP_URL", server), ("MAIL_FROM", from)]).unwrap_err();
            assert_eq!(problems.0[0].variable, variable, "{server} {problems}");
            assert!(!problems.to_string().contains("hush"), "{problems}");
        }
    }
}
