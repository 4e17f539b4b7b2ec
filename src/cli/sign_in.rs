//! Signing in to Trakt with a code that is typed on its page, from a terminal.

use std::io::Write as _;
use std::time::Duration;

use anilist_trakt_sync::hub::device::{self, DeviceSignIn};
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::web;
use clap::Subcommand;
use serde_json::json;

use super::{Outcome, say, told};

#[derive(Subcommand)]
pub(super) enum Auth {
    /// Signs in to Trakt: type the code that is shown on Trakt's page, on any device.
    Trakt,
}

pub(super) async fn trakt(person: &Person, json: bool) -> Outcome {
    let invitation = device::begin(person).await.map_err(|error| told(&error))?;
    let minutes = invitation.expires_at.duration_since(person.services.clock.now()).as_mins();
    if json {
        say(&serde_json::to_string(&web::Invitation::from(invitation.clone()))?)?;
    } else {
        say(&format!(
            "Open {} and type {}\nThe code is good for {minutes} minutes. Waiting…",
            invitation.verification_url, invitation.user_code
        ))?;
    }
    std::io::stdout().flush()?;
    loop {
        tokio::time::sleep(Duration::from_secs(invitation.interval.max(1).into())).await;
        let text = match device::look(person).await.map_err(|error| told(&error))? {
            DeviceSignIn::Pending(_) => continue,
            DeviceSignIn::Approved => "Signed in to Trakt",
            DeviceSignIn::Denied => return Err("Trakt says that you refused the app".into()),
            DeviceSignIn::Expired | DeviceSignIn::None => {
                return Err("the code was not used in time\n  hint: run this again".into());
            }
        };
        return say(&if json {
            json!({ "state": "approved" }).to_string()
        } else {
            text.to_owned()
        });
    }
}
