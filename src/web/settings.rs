//! Where the service listens, who may ask, and whose word counts for that.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use secrecy::SecretString;

use crate::hub::accounts::Door;

/// Where the service listens, and who may ask.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// `HOST` and `PORT`: where to listen. Default `127.0.0.1:3000`.
    pub listen: SocketAddr,
    /// Who may ask for what.
    pub access: AccessSettings,
    /// Whether the other services are the real ones.
    pub upstreams: Upstreams,
}

/// Which services this one asks, which its pages tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Upstreams {
    /// The real ones, or whatever the settings name.
    #[default]
    Real,
    /// Imitated ones on this machine, for the demonstration: nothing leaves it.
    Imitated,
}

/// Who may ask for what.
#[derive(Debug, Clone)]
pub struct AccessSettings {
    /// `AUTH`: who has to sign in. Unless set: everybody once somebody has registered, who has no
    /// `APP_TOKEN` where that is set, and else nobody.
    pub auth: Option<Auth>,
    /// `REGISTRATION`: whether strangers may register. Default: after the first, only who was invited.
    pub door: Door,
    /// `APP_TOKEN`: when set, every route but health asks for it. At least 16 characters.
    pub app_token: Option<SecretString>,
    /// `CRON_SECRET`: accepted as well, on `/api/cron` and `/api/full-sync` only. At least 16
    /// characters, never without `APP_TOKEN`, and never the same.
    pub cron_secret: Option<SecretString>,
    /// `ALLOW_UNAUTHENTICATED`: whether something in front keeps strangers out.
    pub fronted: bool,
    /// `TRUSTED_PROXIES`: who may say for whom it asks. Default: this machine.
    pub trusted_proxies: Networks,
    /// `ALLOWED_HOSTS`: the names, in small letters and without a port, that are answered where no
    /// token is asked for. IP addresses and `localhost` need not be named.
    pub allowed_hosts: Vec<String>,
}

/// Who has to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Nobody: this machine alone can ask, or what something in front lets through.
    Off,
    /// Who asks shows the service's own token.
    Token,
    /// Everybody has an account.
    Accounts,
}

/// Networks of IP addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Networks(pub Vec<IpNet>);

impl Networks {
    /// Whether an address is in one of them. A version 4 address may be written as version 6.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// One network from `10.0.0.1`, `10.0.0.0/8`, `fd00::/8` and their like.
    pub fn parse(text: &str) -> Option<IpNet> {
        let address = text.parse().map(|address: IpAddr| IpNet::from(address.to_canonical()));
        address.ok().or_else(|| text.parse().ok())
    }
}

impl Default for Networks {
    /// This machine.
    fn default() -> Self {
        let loopback = ["127.0.0.0/8", "::1"];
        Self(loopback.into_iter().filter_map(Self::parse).collect())
    }
}
