//! Everything that can go wrong, as the API tells it.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::domain::{Failure, Service, ServiceKind};
use crate::outbound::{Fault, ProviderError};
use crate::store::StoreError;

/// A failed operation. The set is closed: whoever adds a cause decides its status and its hint.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The caller sent something that cannot be used.
    #[error("{message}")]
    BadRequest {
        /// One sentence, with the value last.
        message: String,
        /// What to send instead.
        hint: &'static str,
    },
    /// A field of what the caller sent has a value that it cannot have.
    #[error("{message}: {field}")]
    Invalid {
        /// The field's name.
        field: Cow<'static, str>,
        /// What is wrong with its value.
        message: String,
        /// What to send instead.
        hint: &'static str,
    },
    /// Somebody signs in with a name and a password that do not belong together.
    #[error("Incorrect username or password")]
    WrongPassword,
    /// Somebody registers with a name that another has.
    #[error("Username already exists")]
    NameTaken,
    /// Somebody adds a title that their library has.
    #[error("this title is in the library already: {item}")]
    InLibrary {
        /// The number of the item.
        item: u64,
    },
    /// Somebody registers, and may not.
    #[error("registration is closed")]
    RegistrationClosed,
    /// The caller sent more than any request of this API needs.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The bound, in bytes.
        limit: usize,
    },
    /// The caller sent a file with more in it than is read.
    #[error("{message}")]
    FileTooLarge {
        /// One sentence, with the bound last.
        message: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// The caller sent a file that cannot be read.
    #[error("{message}")]
    Unreadable {
        /// One sentence.
        message: String,
        /// What to send instead.
        hint: &'static str,
    },
    /// The address of a request is longer than any of this API.
    #[error("the address is longer than {limit} bytes")]
    AddressTooLong {
        /// The bound, in bytes.
        limit: usize,
    },
    /// The caller took too long to send what it announced.
    #[error("the body did not arrive within {seconds} seconds")]
    TooSlow {
        /// The bound.
        seconds: u64,
    },
    /// The caller did not show the token.
    #[error("this needs the service's token")]
    Unauthorized,
    /// Somebody signs in with another token than the service's.
    #[error("this is not the service's token")]
    WrongToken,
    /// The caller showed a wrong token, as too many did before. The right one is never refused so.
    #[error(
        "this token is wrong as well, and too many wrong ones came; the next guess is in {seconds} seconds"
    )]
    TooManyAttempts {
        /// How long to wait.
        seconds: u64,
    },
    /// All connections are taken, or all that one address may have.
    #[error("too many connections are open, in all or from this address")]
    Busy,
    /// The caller may not ask from where it is.
    #[error("{message}")]
    Forbidden {
        /// One sentence, with the value last.
        message: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// There is no such thing.
    #[error("{message}")]
    NotFound {
        /// One sentence, with the value last.
        message: String,
        /// What to do next.
        hint: &'static str,
    },
    /// The route exists, for other methods.
    #[error("{message}")]
    MethodNotAllowed {
        /// One sentence, with the value last.
        message: String,
    },
    /// Another run of the same account goes on.
    #[error("a sync run has been going on since {since:.0}")]
    RunInProgress {
        /// When it began.
        since: Timestamp,
    },
    /// A list is to be synced whose first preview the person has not answered.
    #[error("the first sync waits for your answer: {service}")]
    FirstSyncUnanswered {
        /// What the service calls itself.
        service: &'static str,
    },
    /// A run would post far more than the list usually changes by, and nobody has said that this is
    /// meant.
    #[error("the list asks for far more new plays than it usually changes by: {plays}")]
    TooManyPlays {
        /// How many.
        plays: usize,
    },
    /// A run stopped because its preconditions look wrong.
    #[error("{message}")]
    Refused {
        /// One sentence, with the value last.
        message: String,
        /// What to do next.
        hint: &'static str,
    },
    /// The work was ended before its end, by a person, by the end of the service, or because it
    /// took too long.
    #[error("the work did not come to its end: {cause}")]
    Halted {
        /// By what.
        cause: String,
    },
    /// The account is gone for which something is done.
    #[error("the account is gone, so nothing is kept of it any more")]
    AccountGone,
    /// Another service did not do what was asked.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The store did not do what was asked.
    #[error(transparent)]
    Store(StoreError),
    /// A fault of ours. The cause is logged and not shown.
    #[error("an unexpected fault: {0}")]
    Internal(String),
}

/// The result of an operation.
pub type Result<T> = std::result::Result<T, Error>;

impl From<StoreError> for Error {
    fn from(cause: StoreError) -> Self {
        match cause {
            StoreError::Gone => Self::AccountGone,
            cause => Self::Store(cause),
        }
    }
}

impl Error {
    /// A request that cannot be used.
    pub fn bad_request(message: impl Into<String>, hint: &'static str) -> Self {
        Self::BadRequest { message: message.into(), hint }
    }

    /// A field with a value that it cannot have.
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        hint: &'static str,
    ) -> Self {
        Self::Invalid { field: field.into(), message: message.into(), hint }
    }

    /// A thing that is not there.
    pub fn not_found(message: impl Into<String>, hint: &'static str) -> Self {
        Self::NotFound { message: message.into(), hint }
    }

    /// Whether it is not for what was asked, and may pass by itself. A mapping file that cannot be
    /// had is not among it, whatever the reason.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Provider(ProviderError { service, fault }) => {
                service.kind() != ServiceKind::File
                    && matches!(
                        fault,
                        Fault::RateLimited { .. }
                            | Fault::BreakerOpen { .. }
                            | Fault::NotConfigured
                    )
            }
            Self::Store(cause) => {
                matches!(cause, StoreError::Unavailable(_) | StoreError::Unfit { .. })
            }
            _ => matches!(self, Self::Busy | Self::Halted { .. }),
        }
    }

    /// The error's name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadRequest { .. } => "bad_request",
            Self::Invalid { .. } => "invalid",
            Self::WrongPassword => "wrong_password",
            Self::NameTaken => "name_taken",
            Self::InLibrary { .. } => "in_library",
            Self::RegistrationClosed => "registration_closed",
            Self::TooLarge { .. } | Self::FileTooLarge { .. } => "too_large",
            Self::Unreadable { .. } => "unreadable",
            Self::AddressTooLong { .. } => "address_too_long",
            Self::TooSlow { .. } => "too_slow",
            Self::Unauthorized => "unauthorized",
            Self::WrongToken => "wrong_token",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::Busy => "busy",
            Self::Forbidden { .. } => "forbidden",
            Self::NotFound { .. } => "not_found",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::RunInProgress { .. } => "run_in_progress",
            Self::FirstSyncUnanswered { .. } => "first_sync_unanswered",
            Self::TooManyPlays { .. } => "too_many_plays",
            Self::Refused { .. } | Self::AccountGone => "refused",
            Self::Halted { .. } => "halted",
            Self::Provider(error) => provider_code(&error.fault),
            Self::Store(StoreError::Corrupt { .. }) => "store_damaged",
            Self::Store(_) => "store_unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// What a person can do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::BadRequest { hint, .. }
            | Self::Invalid { hint, .. }
            | Self::Forbidden { hint, .. }
            | Self::NotFound { hint, .. }
            | Self::Refused { hint, .. }
            | Self::FileTooLarge { hint, .. }
            | Self::Unreadable { hint, .. }
            | Self::Store(StoreError::Unfit { hint, .. }) => hint,
            Self::MethodNotAllowed { .. } => "use one of the methods in the Allow header",
            Self::WrongPassword => "check both, or set a new password at /forgotten",
            Self::NameTaken => "choose another name",
            Self::InLibrary { .. } => "change that item instead",
            Self::RegistrationClosed => {
                "ask the administrator for an invitation, or to set REGISTRATION=open"
            }
            Self::TooLarge { .. } | Self::AddressTooLong { .. } => "send less",
            Self::TooSlow { .. } => "send it again, over a better connection",
            Self::Busy => "close some, and try again in a moment",
            Self::Unauthorized => {
                "sign in at /sign-in, or send the header Authorization: Bearer with APP_TOKEN"
            }
            Self::WrongToken => "copy it from APP_TOKEN where the service runs",
            Self::TooManyAttempts { .. } => "wait as long; a token that is right is taken at once",
            Self::TooManyPlays { .. } => {
                "nothing was posted; look at the preview (GET /api/plan), and add ?confirm=1 if it is meant"
            }
            Self::RunInProgress { .. } => "wait until it has ended, then try again",
            Self::FirstSyncUnanswered { .. } => {
                "look at what it would do in the settings, and say what is to be added and which values hold"
            }
            Self::AccountGone => "ask an administrator, if it should be there",
            Self::Halted { .. } => "try again; what was done so far is kept",
            Self::Provider(error) => provider_hint(error),
            Self::Store(StoreError::Corrupt { .. }) => {
                "look at the log for what is wrong with it, and restore the store from a backup; docs/DATA.md says what is kept where"
            }
            Self::Store(_) => {
                "check that the store (DATA_DIR, REDIS_URL or KV_REST_API_URL) is up, can be written to and is not full"
            }
            Self::Internal(_) => "look at the log, and report it if it happens again",
        }
    }

    /// What is kept of it where a run failed.
    pub fn failure(&self) -> Failure {
        Failure {
            error: self.sentence(),
            code: self.code().to_owned(),
            hint: self.hint().to_owned(),
        }
    }

    /// The sentence an API client may see. The cause of a fault of ours stays in the log.
    pub fn sentence(&self) -> String {
        match self {
            Self::Internal(_) => "something went wrong on our side".to_owned(),
            Self::Store(StoreError::Corrupt { key, .. }) => {
                format!("a record in the store cannot be read: {key}")
            }
            Self::Store(_) => "the store does not answer".to_owned(),
            other => other.to_string(),
        }
    }
}

/// What a caller sent, short enough to be repeated to them and without controls.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn provider_code(fault: &Fault) -> &'static str {
    match fault {
        Fault::NotConfigured => "not_configured",
        Fault::SignedOut => "signed_out",
        Fault::AppGone => "app_gone",
        Fault::AccountLocked => "account_locked",
        Fault::AccountLimit => "account_limit",
        Fault::VipOnly => "vip_only",
        Fault::RateLimited { .. } => "rate_limited",
        Fault::Blocked => "blocked",
        Fault::Outage { .. } => "outage",
        Fault::Unreachable { .. } | Fault::BrokenOff { .. } => "unreachable",
        Fault::TimedOut => "timed_out",
        Fault::BreakerOpen { .. } => "breaker_open",
        Fault::Redirected { .. } => "redirected",
        Fault::OffLimits => "off_limits",
        Fault::UnexpectedBody { .. } => "unexpected_body",
        Fault::TooLarge { .. } => "too_large",
        Fault::NotFound => "upstream_not_found",
        Fault::Refused { .. } => "upstream_refused",
        Fault::Sealed { .. } => "sealed",
        Fault::Local { .. } => "local_fault",
    }
}

fn provider_hint(error: &ProviderError) -> &'static str {
    let about = error.service.about();
    match &error.fault {
        Fault::NotConfigured => about.set_up,
        Fault::SignedOut => about.sign_in,
        Fault::AppGone if error.service == Service::MYANIMELIST => {
            "check MAL_CLIENT_ID and MAL_CLIENT_SECRET, or the settings malClientId and malClientSecret"
        }
        Fault::AppGone => {
            "check TRAKT_CLIENT_ID; since July 2026 Trakt keeps the apps of VIP accounts only, and a free account may connect one community app"
        }
        Fault::AccountLocked => "ask Trakt's support to unlock the account",
        Fault::AccountLimit => "make room on Trakt, or raise the account's limits",
        Fault::VipOnly => "this needs a Trakt VIP account",
        Fault::RateLimited { .. } | Fault::BreakerOpen { .. } => {
            "try again after that time; what was done so far is kept"
        }
        Fault::Blocked => "try again later, or from another address",
        Fault::Redirected { .. } => about.moved,
        Fault::OffLimits => {
            "set an address that is reached over the internet, or ask an administrator"
        }
        Fault::UnexpectedBody { .. } | Fault::TooLarge { .. } => {
            "try again later, and report it if it stays so"
        }
        Fault::Outage { .. }
        | Fault::Unreachable { .. }
        | Fault::BrokenOff { .. }
        | Fault::TimedOut => "try again in a few minutes",
        Fault::Sealed { .. } if error.service == Service::ANILIST => {
            "add the key that it was saved with to ENCRYPTION_KEY, or give the token anew with PATCH /api/settings"
        }
        Fault::Sealed { .. } if error.service != Service::TRAKT => {
            "add the key that it was saved with to ENCRYPTION_KEY, or connect the service again"
        }
        Fault::Sealed { .. } => {
            "add the key that it was saved with to ENCRYPTION_KEY, or sign in to Trakt again at /"
        }
        Fault::Local { .. } => "check the store, the disk, and the configured addresses",
        Fault::NotFound | Fault::Refused { .. } => about.check,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_tell_moments_in_whole_seconds() {
        let moment = Timestamp::new(1_790_000_000, 123_456_789).unwrap();
        let faults = [Fault::RateLimited { until: moment }, Fault::BreakerOpen { until: moment }];
        let of_others = faults.map(|fault| Error::Provider(fault.at(Service::TRAKT)));
        for error in of_others.into_iter().chain([Error::RunInProgress { since: moment }]) {
            let sentence = error.sentence();
            assert!(sentence.ends_with(" 2026-09-21T14:13:20Z"), "{sentence}");
        }
    }
}
