//! People who sign in at an identity provider.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::collections::{BEGAN, IDENTITIES};
use super::credentials::hash;
use super::fields::{email, text};
use super::{Accounts, Door, Newcomer, TRIES, chance, long_chance, read, written};
use crate::domain::{Account, AccountId, NAME_LENGTH, Service};
use crate::hub::error::{Error, Result};
use crate::store::vault::VaultError;
use crate::store::{At, Step};

/// How long somebody may take to sign in at the provider.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// Sign-ins that may have begun and not ended. When there are more, the oldest are given up.
const MOST_BEGAN: usize = 500;
/// Names that are tried for somebody who comes for the first time.
const NAMES_TRIED: u32 = 100;
/// The longest identity of a person at a provider, in bytes.
const LONGEST_IDENTITY: usize = 1024;

/// What a sign-in elsewhere is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Opening the door here, by an identity provider.
    #[default]
    Door,
    /// Reading and changing the person's list at AniList.
    Anilist,
    /// The same, also as another user there than before.
    AnyAnilist,
    /// Reading and changing the person's list at `MyAnimeList`.
    Myanimelist,
    /// The same, also as another user there than before.
    AnyMyanimelist,
}

impl Purpose {
    /// The service with the person's list; none where the door is opened.
    pub fn service(self) -> Option<Service> {
        match self {
            Self::Door => None,
            Self::Anilist | Self::AnyAnilist => Some(Service::ANILIST),
            Self::Myanimelist | Self::AnyMyanimelist => Some(Service::MYANIMELIST),
        }
    }
}

/// A sign-in that began elsewhere. It is kept until the browser comes back, sealed where
/// there is a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Began {
    /// What it is for.
    #[serde(default)]
    pub purpose: Purpose,
    /// What the provider has to put into what it signs.
    pub nonce: String,
    /// What shows the provider that the same program asks for the tokens (PKCE).
    pub verifier: String,
    /// Where the provider sends the browser back to.
    pub back: String,
    /// Whose it is: of who was signed in when it began.
    pub account: Option<AccountId>,
    /// The hash of what the browser's cookie has.
    browser: String,
    ends: Timestamp,
}

/// What one browser has of a sign-in that began. Neither is signed by this service, or opens any door.
#[derive(Debug)]
pub struct Beginning {
    /// Goes to the provider and comes back.
    pub state: String,
    /// Stays in the browser.
    pub browser: SecretString,
    /// What is kept of it.
    pub began: Began,
}

/// Somebody whom a provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The provider and its `sub` of the person, with a space between.
    pub identity: String,
    /// The name by which they would like to be known, as the provider has it.
    pub name: Option<String>,
    /// Their name for people.
    pub full_name: Option<String>,
    /// Their mail address, if the provider has made sure that it is theirs.
    pub email: Option<String>,
}

impl Accounts {
    /// Takes note that somebody is about to sign in elsewhere; one too many is refused.
    pub fn may_begin(&self, from: IpAddr) -> Result<()> {
        self.slowing.try_unnamed_from(from)
    }

    /// Begins a sign-in elsewhere, from where the browser is sent `back`. `account` is who is signed in.
    pub async fn begin(
        &self,
        purpose: Purpose,
        back: String,
        account: Option<AccountId>,
    ) -> Result<Beginning> {
        let (state, browser, now) = (chance()?, chance()?, self.clock.now());
        let began = Began {
            purpose,
            nonce: chance()?,
            verifier: long_chance()?,
            back,
            account,
            browser: hash(&browser),
            ends: now + PATIENCE,
        };
        let key = hash(&state);
        let mut steps = self.given_up(now).await?;
        let kept =
            self.vault.seal(BEGAN, &written(&began)?.into()).map_err(|cause| sealed(&cause))?;
        // The end is outside, so that what is over can be removed whatever key it was sealed with.
        let document = serde_json::json!({ "ends": began.ends, "kept": kept }).to_string();
        steps.push(Step::Put(At::new(BEGAN, key), document));
        self.store.commit(steps).await?;
        Ok(Beginning { state, browser: browser.into(), began })
    }

    /// The steps that remove what is over, and the oldest where there are too many.
    async fn given_up(&self, now: Timestamp) -> Result<Vec<Step>> {
        let all = self.store.collection(BEGAN).await?;
        let end = |text: &str| serde_json::from_str::<Document>(text).ok().map(|kept| kept.ends);
        let mut living: Vec<(Option<Timestamp>, String)> =
            all.into_iter().map(|(key, text)| (end(&text), key)).collect();
        living.sort();
        let too_many = (living.len() + 1).saturating_sub(MOST_BEGAN);
        let is_over =
            |at: usize, end: Option<Timestamp>| at < too_many || end.is_none_or(|end| end <= now);
        let over = living.into_iter().enumerate().filter(|(at, (end, _))| is_over(*at, *end));
        Ok(over.map(|(_, (_, key))| Step::Remove(At::new(BEGAN, key))).collect())
    }

    /// The sign-in that began with this state in this browser, once.
    pub async fn came_back(&self, state: &str, browser: &str) -> Result<Option<Began>> {
        let key = hash(state);
        let Some(text) = self.store.document(BEGAN, &key).await? else { return Ok(None) };
        let document: Document = read(BEGAN, &text)?;
        let Ok(kept) = self.vault.open(BEGAN, &document.kept) else { return Ok(None) };
        let began: Began = read(BEGAN, kept.secret.expose_secret())?;
        // Whoever comes with it in another browser does not use it up.
        if began.browser != hash(browser) || began.ends <= self.clock.now() {
            return Ok(None);
        }
        let at = At::new(BEGAN, key);
        let steps = vec![Step::Is(at.clone(), Some(text)), Step::Remove(at)];
        Ok(self.store.commit(steps).await?.then_some(began))
    }

    /// The account of a person at a provider.
    pub async fn of_identity(&self, identity: &str) -> Result<Option<Account>> {
        self.of_index(IDENTITIES, identity).await
    }

    /// The account of somebody whom a provider knows. One is made, where strangers may register or
    /// nobody has yet.
    pub async fn welcome(&self, stranger: Stranger, door: Door) -> Result<Account> {
        check_identity(&stranger.identity)?;
        for number in 1..=NAMES_TRIED {
            if let Some(known) = self.of_identity(&stranger.identity).await? {
                return if known.disabled { Err(shut_out()) } else { Ok(known) };
            }
            let name = fitting(stranger.name.as_deref().unwrap_or_default(), number);
            let newcomer = Newcomer {
                full_name: text("full_name", stranger.full_name.clone()).unwrap_or_default(),
                email: email(stranger.email.clone()).unwrap_or_default(),
                identity: Some(stranger.identity.clone()),
                ..Newcomer::new(name, None)
            };
            match self.register(newcomer, door).await {
                // Somebody has the name; or came with the same identity, which the next round finds.
                Err(Error::NameTaken | Error::Busy) => {}
                made => return made,
            }
        }
        Err(Error::Busy)
    }

    /// Links an account to a person at a provider, in place of the one it was linked to before.
    pub async fn link(&self, id: &AccountId, identity: &str) -> Result<Account> {
        check_identity(identity)?;
        for _ in 0..TRIES {
            if let Some(known) = self.of_identity(identity).await? {
                return if known.id == *id { Ok(known) } else { Err(of_another()) };
            }
            let done = self.try_to_rewrite(id, |account, at| {
                let earlier = account.identity.replace(identity.to_owned());
                let link = At::new(IDENTITIES, identity);
                let mut steps = vec![
                    Step::Is(link.clone(), None),
                    Step::Put(at, written(account)?),
                    Step::Put(link, id.to_string()),
                ];
                steps.extend(earlier.map(|earlier| Step::Remove(At::new(IDENTITIES, earlier))));
                Ok(steps)
            });
            if let Some(linked) = done.await? {
                return Ok(linked);
            }
        }
        Err(Error::Busy)
    }
}

/// What is kept of a sign-in that began.
#[derive(Debug, Deserialize)]
struct Document {
    ends: Timestamp,
    kept: String,
}

/// The name for the rule that names have: what it does not allow is left out, and what is short is
/// filled up. All but the first try have a number.
fn fitting(wanted: &str, number: u32) -> String {
    let (least, most) = (*NAME_LENGTH.start(), *NAME_LENGTH.end());
    let before = wanted.split('@').next().unwrap_or_default();
    let is_allowed = |c: &char| c.is_ascii_alphanumeric() || "_.-".contains(*c);
    let name: String = before.chars().filter(is_allowed).collect();
    let name = if name.len() < least { format!("user{name}") } else { name };
    let number = if number == 1 { String::new() } else { number.to_string() };
    let kept: String = name.chars().take(most - number.len()).collect();
    kept + &number
}

fn check_identity(identity: &str) -> Result<()> {
    if identity.len() <= LONGEST_IDENTITY && !identity.chars().any(char::is_control) {
        return Ok(());
    }
    let message = "the identity provider names you in a way that cannot be kept".to_owned();
    Err(Error::Forbidden { message, hint: "ask whoever runs the identity provider" })
}

fn shut_out() -> Error {
    let message = "this account is shut out".to_owned();
    Error::Forbidden { message, hint: "ask the administrator" }
}

fn of_another() -> Error {
    let message = "another account is linked to this person at the identity provider".to_owned();
    Error::Forbidden { message, hint: "sign out, and sign in there as somebody else" }
}

fn sealed(error: &VaultError) -> Error {
    Error::Internal(format!("a sign-in that began cannot be kept: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Username;

    #[test]
    fn a_name_is_made_to_fit() {
        let long = "x".repeat(100);
        for (wanted, number, expected) in [
            ("mika", 1, "mika"),
            ("Mika.S", 2, "Mika.S2"),
            ("mika@example.org", 1, "mika"),
            ("m", 1, "userm"),
            ("", 1, "user"),
            ("", 12, "user12"),
            ("\u{430}dmin", 1, "dmin"),
            ("mi ka\r\n", 1, "mika"),
            (&long, 1, &long[..32]),
            (&long, 100, &format!("{}100", &long[..29])),
        ] {
            let name = fitting(wanted, number);
            assert_eq!(name, expected, "{wanted}");
            assert!(Username::parse(&name).is_some(), "{name}");
        }
    }
}
