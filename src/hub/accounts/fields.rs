//! What the fields of an account may hold.

use secrecy::{ExposeSecret as _, SecretString};

use super::PASSWORD_LENGTH;
use crate::domain::{NAME_LENGTH, Username};
use crate::hub::error::{Error, Result};

/// The most characters of a name for people or of an address.
const LONGEST_TEXT: usize = 200;

pub(super) fn username(text: &str) -> Result<Username> {
    Username::parse(text).ok_or_else(|| {
        let (least, most) = (NAME_LENGTH.start(), NAME_LENGTH.end());
        Error::invalid(
            "username",
            format!("a name has {least} to {most} of the letters a to z, digits, _ . and -"),
            "choose another name",
        )
    })
}

pub(super) fn check_password(name: &Username, password: &SecretString) -> Result<()> {
    let password = password.expose_secret();
    let wrong = if password.chars().count() < *PASSWORD_LENGTH.start() {
        "a password has at least 8 characters"
    } else if password.len() > *PASSWORD_LENGTH.end() {
        "a password has at most 1,024 bytes"
    } else if password.eq_ignore_ascii_case(name.as_str()) {
        "the password is the same as the name"
    } else {
        return Ok(());
    };
    Err(Error::invalid("password", wrong, "choose another password"))
}

/// A text for people; an empty one is none.
pub(super) fn text(field: &'static str, text: Option<String>) -> Result<Option<String>> {
    let text = text.map(|text| crate::plain::plain(&text).trim().to_owned());
    match text.filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > LONGEST_TEXT => Err(Error::invalid(
            field,
            format!("it has more than {LONGEST_TEXT} characters"),
            "write a shorter one",
        )),
        text => Ok(text),
    }
}

pub(super) fn email(address: Option<String>) -> Result<Option<String>> {
    let address = text("email", address)?;
    let is_address = |address: &str| {
        let parts = address.split_once('@');
        let has_space = address.chars().any(|c| c.is_whitespace() || c.is_control());
        !has_space && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    match address {
        Some(address) if !is_address(&address) => Err(Error::invalid(
            "email",
            "this is no mail address",
            "write one like mika@example.org",
        )),
        address => Ok(address),
    }
}
