//! What can go wrong when another service is asked, told apart by what a person can do about it.

use jiff::Timestamp;

use anilist_trakt_sync_core::domain::Service;

/// A request to another service that did not give what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{service} {fault}")]
pub struct ProviderError {
    /// Who was asked.
    pub service: Service,
    /// What happened.
    pub fault: Fault,
}

/// The cause of a [`ProviderError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No credentials are configured for this service.
    #[error("is not set up")]
    NotConfigured,
    /// The token or the refresh token is dead.
    #[error("does not accept the sign-in any more")]
    SignedOut,
    /// The API app (client id) is gone, or the account may not connect it.
    #[error("does not accept the API app")]
    AppGone,
    /// Trakt locked or deactivated the account (423).
    #[error("has locked the account")]
    AccountLocked,
    /// The account is at one of its limits (420).
    #[error("says the account has reached a limit")]
    AccountLimit,
    /// Only paying accounts may do this (426).
    #[error("allows this to VIP accounts only")]
    VipOnly,
    /// Too many requests; the next may go out at this time.
    #[error("allows no more requests until {until:.0}")]
    RateLimited {
        /// When to try again.
        until: Timestamp,
    },
    /// The edge in front of the service refused (an HTML 403).
    #[error("turned the request away at its edge")]
    Blocked,
    /// A failure on their side, or maintenance.
    #[error("is having an outage (status {status})")]
    Outage {
        /// The HTTP status.
        status: u16,
    },
    /// No connection, so nothing was sent.
    #[error("cannot be reached: {cause}")]
    Unreachable {
        /// What was reported, without address or secrets.
        cause: String,
    },
    /// The connection broke, so that what was sent may have arrived.
    #[error("broke the connection off: {cause}")]
    BrokenOff {
        /// What the connection reported, without address or secrets.
        cause: String,
    },
    /// No answer in time.
    #[error("did not answer in time")]
    TimedOut,
    /// Asked too often without success, so it is left alone until this time.
    #[error("keeps failing and is left alone until {until:.0}")]
    BreakerOpen {
        /// When the next try is allowed.
        until: Timestamp,
    },
    /// The service sends the request on to another address, which may be anybody's.
    #[error("sends its requests on to another address, which is not followed (status {status})")]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// The address is one of the network that the service is in, and who set it may not lead there.
    #[error("leads into the service's own network, where only an administrator's may")]
    OffLimits,
    /// The answer is not what the contract says.
    #[error("sent an answer of an unexpected form: {detail}")]
    UnexpectedBody {
        /// The JSON path that failed, and how.
        detail: String,
    },
    /// The answer is larger than the bound for it.
    #[error("sent an answer larger than {limit} bytes")]
    TooLarge {
        /// The bound, in bytes.
        limit: u64,
    },
    /// There is no such thing there.
    #[error("has no such item")]
    NotFound,
    /// The request was understood and refused.
    #[error("refused the request: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the service said.
        message: String,
    },
    /// The saved sign-in is encrypted, and cannot be read with the keys there are.
    #[error("cannot be asked with the saved sign-in: {cause}")]
    Sealed {
        /// What is wrong.
        cause: String,
    },
    /// Something on this side is in the way: the store that keeps the sign-in, the disk, a
    /// configured address.
    #[error("cannot be used because of a fault on this side: {cause}")]
    Local {
        /// What it is.
        cause: String,
    },
}

/// An error of a request that may be a [`Fault`], or be about what was asked instead.
pub trait CarriesFault: From<ProviderError> {
    /// The fault, where it is one.
    fn fault(&self) -> Option<&Fault>;
}

impl CarriesFault for ProviderError {
    fn fault(&self) -> Option<&Fault> {
        Some(&self.fault)
    }
}

impl Fault {
    /// This fault, at that service.
    pub fn at(self, service: Service) -> ProviderError {
        ProviderError { service, fault: self }
    }

    /// Whether a write that ended so may have been applied all the same.
    pub fn leaves_outcome_open(&self) -> bool {
        match self {
            Self::Outage { .. }
            | Self::BrokenOff { .. }
            | Self::TimedOut
            | Self::UnexpectedBody { .. }
            | Self::TooLarge { .. } => true,
            Self::NotConfigured
            | Self::SignedOut
            | Self::AppGone
            | Self::AccountLocked
            | Self::AccountLimit
            | Self::VipOnly
            | Self::RateLimited { .. }
            | Self::Blocked
            | Self::Unreachable { .. }
            | Self::BreakerOpen { .. }
            | Self::Redirected { .. }
            | Self::OffLimits
            | Self::NotFound
            | Self::Refused { .. }
            | Self::Sealed { .. }
            | Self::Local { .. } => false,
        }
    }

    /// Whether waiting helps. A fault that a person must mend does not pass, and none that the same
    /// question would meet again.
    pub fn passes(&self) -> bool {
        self.retry_at().is_some()
            || self.leaves_outcome_open()
            || matches!(self, Self::Blocked | Self::Unreachable { .. })
    }

    /// Whether it is of this one question, and says nothing of others.
    pub fn is_of_one_question(&self) -> bool {
        matches!(
            self,
            Self::UnexpectedBody { .. }
                | Self::TooLarge { .. }
                | Self::Refused { .. }
                | Self::NotFound
        )
    }

    /// Whether the service did not do its work, as opposed to having refused.
    pub fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Outage { .. }
                | Self::Unreachable { .. }
                | Self::BrokenOff { .. }
                | Self::TimedOut
        )
    }

    /// When to try again, if the service or its breaker said so.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::RateLimited { until } | Self::BreakerOpen { until } => Some(*until),
            _ => None,
        }
    }
}
