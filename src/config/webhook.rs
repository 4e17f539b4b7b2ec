//! Where a person is told what happened.

use super::{Reader, web_address};
use crate::hub::notify::{Format, Webhook};

impl Reader<'_> {
    /// Its value is not told when it is wrong: whoever has it can write there.
    pub(super) fn webhook(&mut self) -> Option<Webhook> {
        let format = self.text("WEBHOOK_FORMAT").map(str::to_owned);
        let text = self.text("WEBHOOK_URL")?.to_owned();
        let Some(url) = web_address(&text) else {
            let message = "is not an http or https address".to_owned();
            self.report("WEBHOOK_URL", message, "copy it from Discord, ntfy or your own program");
            return None;
        };
        let format = match format.as_deref() {
            Some("discord") => Format::Discord,
            Some("ntfy") => Format::Ntfy,
            Some("json") => Format::Json,
            None => guessed(url.host_str().unwrap_or_default()),
            Some(other) => {
                let message = format!("is none of discord, ntfy, json: {other}");
                self.report("WEBHOOK_FORMAT", message, "leave it out to follow the address");
                Format::Json
            }
        };
        Some(Webhook { url: String::from(url).into(), format })
    }
}

fn guessed(host: &str) -> Format {
    let is_of = |name: &str| host == name || host.ends_with(&format!(".{name}"));
    if is_of("discord.com") || is_of("discordapp.com") {
        Format::Discord
    } else if is_of("ntfy.sh") || host.starts_with("ntfy.") {
        Format::Ntfy
    } else {
        Format::Json
    }
}
