//! A sign-in by a code that is typed on another page.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::hub::device;

/// How it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(in crate::web) enum DeviceSignIn {
    /// Nobody has begun one.
    None,
    /// The person has not typed the code, or not decided.
    Pending(Invitation),
    /// Signed in; the tokens are saved.
    Approved,
    /// The person said no.
    Denied,
    /// The code is too old, was used, or is not known any more.
    Expired,
}

impl From<device::DeviceSignIn> for DeviceSignIn {
    fn from(standing: device::DeviceSignIn) -> Self {
        match standing {
            device::DeviceSignIn::None => Self::None,
            device::DeviceSignIn::Pending(invitation) => Self::Pending(invitation.into()),
            device::DeviceSignIn::Approved => Self::Approved,
            device::DeviceSignIn::Denied => Self::Denied,
            device::DeviceSignIn::Expired => Self::Expired,
        }
    }
}

/// What the person does.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// What to type.
    user_code: String,
    /// Where.
    verification_url: String,
    /// Until when.
    expires_at: Timestamp,
    /// How often to look, in seconds.
    interval: u32,
}

impl From<device::Invitation> for Invitation {
    fn from(invitation: device::Invitation) -> Self {
        let device::Invitation { user_code, verification_url, expires_at, interval } = invitation;
        Self { user_code, verification_url, expires_at, interval }
    }
}
