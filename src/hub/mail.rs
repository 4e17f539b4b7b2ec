//! Mail to people, by the server that `SMTP_URL` names: the code to set a new password by.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use crate::clock::Clock;
use crate::hub::accounts::ResetCode;
use crate::plain::plain;

/// How long the server may take for one mail, from the connection to its last word.
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// The most characters of what the server said that are told.
const LONGEST_WORDS: usize = 200;

/// Where mail goes out, and from whom.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// `SMTP_URL`: `smtps://user:password@host:port`, or `smtp://` with `?tls=required`.
    pub server: SecretString,
    /// `MAIL_FROM`: an address, with or without a name before it.
    pub from: String,
}

/// Sends mail. Each is a connection of its own: there are few.
pub struct Mailer {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// What the server knows and nobody else is told, also where it repeats it.
    secrets: Vec<SecretString>,
    clock: Clock,
}

/// Nothing of it is for others.
impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailer")
    }
}

/// Why a mail was not sent. Neither the password of the server nor the code is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The settings name no server or sender.
    #[error("the mail server cannot be set up: {cause}")]
    SetUp {
        /// What is wrong.
        cause: String,
    },
    /// The account's address is none that mail can go to.
    #[error("the account's mail address is none that mail can be sent to")]
    Address,
    /// The mail could not be written.
    #[error("the mail could not be written: {cause}")]
    Letter {
        /// What is wrong.
        cause: String,
    },
    /// The server took more than [`TIMEOUT`].
    #[error("the mail server did not take the mail within {} seconds", TIMEOUT.as_secs())]
    TimedOut,
    /// The server refused the sign-in, the sender, or the mail.
    #[error("the mail server refused with status {status}{words}")]
    Refused {
        /// The status of SMTP.
        status: u16,
        /// What it said, after a colon; nothing where it repeated a secret.
        words: String,
    },
    /// The server cannot be reached, has no certificate to trust, or speaks something else.
    #[error("the mail server cannot be used{words}")]
    Unusable {
        /// What happened, after a colon.
        words: String,
    },
}

impl Mailer {
    /// Sends by this server. Nobody is asked for anything yet.
    pub fn new(settings: &MailSettings, clock: Clock) -> Result<Self, MailError> {
        let address = settings.server.expose_secret();
        let set_up = |cause: &str| MailError::SetUp { cause: cause.to_owned() };
        // What is told of an address that is wrong may be a part of it.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(address)
            .map_err(|_| set_up("check SMTP_URL, and that a CA certificate store is installed"))?;
        let from = sender(&settings.from).ok_or_else(|| set_up("check MAIL_FROM"))?;
        let server = builder.timeout(Some(TIMEOUT)).build();
        Ok(Self { server, from, secrets: secrets(address), clock })
    }

    /// Sends somebody the code to set a new password by.
    pub async fn send_code(&self, made: &ResetCode, to: &str) -> Result<(), MailError> {
        let letter = self.letter(made, to)?;
        match tokio::time::timeout(TIMEOUT, self.server.send(letter)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.told(&error, &made.code)),
            Err(_) => Err(MailError::TimedOut),
        }
    }

    fn letter(&self, made: &ResetCode, to: &str) -> Result<Message, MailError> {
        let cannot = |cause: String| MailError::Letter { cause };
        let number = number().ok_or_else(|| cannot("there is no chance to be had".to_owned()))?;
        let by_program = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address(to).ok_or(MailError::Address)?))
            .subject("Your code to set a new password")
            .date(SystemTime::from(self.clock.now()))
            .message_id(Some(format!("<{number}@{}>", self.from.email.domain())))
            .raw_header(by_program)
            .header(ContentType::TEXT_PLAIN)
            .body(text(made))
            .map_err(|cause| cannot(cause.to_string()))
    }

    /// What happened, without what nobody else is to know: a server may repeat what it was sent.
    fn told(&self, error: &lettre::transport::smtp::Error, code: &SecretString) -> MailError {
        let source = std::error::Error::source(error).map(ToString::to_string);
        let said = source.unwrap_or_default();
        let is_secret = |secret: &SecretString| said.contains(secret.expose_secret());
        let is_told = !said.is_empty() && !self.secrets.iter().chain([code]).any(is_secret);
        let shown: String = plain(&said).chars().take(LONGEST_WORDS).collect();
        let words = if is_told { format!(": {shown}") } else { String::new() };
        match error.status() {
            Some(status) => MailError::Refused { status: status.into(), words },
            None if error.is_timeout() => MailError::TimedOut,
            None => MailError::Unusable { words },
        }
    }
}

/// Who a mail is from: `mail@example.org`, or `A Name <mail@example.org>`.
pub fn sender(text: &str) -> Option<Mailbox> {
    let has_control = text.chars().any(char::is_control);
    text.parse().ok().filter(|_: &Mailbox| !has_control)
}

/// The one address that a text is, if it is one. No text makes a header of its own, or more addresses.
fn address(text: &str) -> Option<Address> {
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || ",;<>\"".contains(c);
    text.parse().ok().filter(|_: &Address| !text.contains(is_odd))
}

/// The password in all forms in which the server gets it.
fn secrets(address: &str) -> Vec<SecretString> {
    let Ok(url) = Url::parse(address) else { return Vec::new() };
    let Some(written) = url.password().filter(|password| !password.is_empty()) else {
        return Vec::new();
    };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (decoded(url.username()), decoded(written));
    let forms = [
        BASE64_STANDARD_NO_PAD.encode(format!("\0{user}\0{password}")),
        BASE64_STANDARD_NO_PAD.encode(&password),
        written.to_owned(),
        password,
    ];
    forms.map(SecretString::from).into()
}

/// A number of chance that no other mail has.
fn number() -> Option<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).ok()?;
    Some(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn text(made: &ResetCode) -> String {
    let (name, code) = (&made.account.username, made.code.expose_secret());
    let end = made.expires_at.strftime("%H:%M UTC");
    // Lines of fewer than 76 characters go out as they are.
    format!(
        "Hello {name},\r\n\r\n\
         this is your code to set a new password on anilist-trakt-sync:\r\n\r\n\
         {code}\r\n\r\n\
         It is good until {end}, and once.\r\n\
         If you did not ask for it, you need not do anything:\r\n\
         your password stays as it is.\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Account, AccountId, Role};

    const URL: &str = "smtp://mika%40example.org:hush%2Fhush@127.0.0.1:1";

    fn mailer() -> Mailer {
        let from = "The Sync <sync@example.org>".to_owned();
        Mailer::new(&MailSettings { server: URL.into(), from }, Clock::System).unwrap()
    }

    fn made() -> ResetCode {
        let account = Account {
            number: 1,
            id: AccountId::default(),
            username: "mika".to_owned(),
            full_name: None,
            email: None,
            password: None,
            identity: None,
            version: 1,
            role: Role::Member,
            disabled: false,
            created_at: Clock::System.now(),
        };
        let expires_at = "2026-11-28T12:15:00Z".parse().unwrap();
        ResetCode { account, code: "K7M2Q9XA".into(), expires_at }
    }

    #[test]
    fn a_mail_is_plain_text_from_the_sender_to_one_person() {
        let letter = mailer().letter(&made(), "mika@example.net").unwrap();
        let text = String::from_utf8(letter.formatted()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        for line in [
            "From: \"The Sync\" <sync@example.org>",
            "To: mika@example.net",
            "Subject: Your code to set a new password",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(head.lines().any(|known| known == line), "{line} in {head}");
        }
        assert!(head.contains("Message-ID: <") && head.contains("@example.org>\r\n"), "{head}");
        assert!(body.contains("\r\nK7M2Q9XA\r\n") && body.contains("until 12:15 UTC"), "{body}");
    }

    #[test]
    fn no_address_makes_a_header_or_a_second_receiver() {
        for bad in [
            "mika@example.net\r\nBcc: eve@example.org",
            "mika@example.net\nSubject: other",
            "mika@example.net,eve@example.org",
            "mika@example.net, eve@example.org",
            "mika@example.net;eve@example.org",
            "<mika@example.net>",
            "\"a\r\nBcc: eve@example.org\"@example.net",
            "\"a b\"@example.net",
            "mika",
            "mika@",
            "",
            "mika@example.net\0",
        ] {
            let refused = mailer().letter(&made(), bad).unwrap_err();
            assert_eq!(refused, MailError::Address, "{bad:?}");
        }
        for bad in ["", "sync", "A\r\nBcc: eve@example.org <sync@example.org>", "a@b\r\n.org"] {
            assert!(sender(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn nothing_of_the_server_is_printed() {
        let printed = format!("{:?}", mailer());
        assert_eq!(printed, "Mailer");
        let settings = MailSettings { server: URL.into(), from: "a@example.org".to_owned() };
        assert!(!format!("{settings:?}").contains("hush"));
        let wrong = MailSettings { server: "smtp://u:hush@h?tls=hush".into(), ..settings };
        assert!(!Mailer::new(&wrong, Clock::System).unwrap_err().to_string().contains("hush"));
    }
}
