//! Where it listens, who may ask, and whose word counts for that.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use secrecy::{ExposeSecret as _, SecretString};

use super::Reader;
use crate::hub::accounts::Door;
use crate::web::{AccessSettings, Auth, Networks, Upstreams, WebSettings};

/// A shorter secret, in characters, can be guessed, however slowly.
const SHORTEST_SECRET: usize = 16;

/// The same for what signs.
const SHORTEST_KEY: usize = 32;

const MAKE_ONE: &str = "make one with `openssl rand -hex 32`";

impl Reader<'_> {
    pub(super) fn web(&mut self) -> WebSettings {
        let (listen, access) = (self.listen(), self.access());
        self.check_exposure(listen, &access);
        WebSettings { listen, access, upstreams: Upstreams::Real }
    }

    fn access(&mut self) -> AccessSettings {
        let app_token = self.secret("APP_TOKEN");
        let cron_secret = self.secret("CRON_SECRET");
        self.check_length("APP_TOKEN", app_token.as_ref());
        self.check_length("CRON_SECRET", cron_secret.as_ref());
        let auth = self.auth(app_token.is_some());
        self.check_scheduler(auth, app_token.as_ref(), cron_secret.as_ref());
        AccessSettings {
            auth,
            door: self.door(),
            app_token,
            cron_secret,
            fronted: self.switch("ALLOW_UNAUTHENTICATED"),
            trusted_proxies: self.trusted_proxies(),
            allowed_hosts: self.allowed_hosts(),
        }
    }

    fn auth(&mut self, has_token: bool) -> Option<Auth> {
        let auth = match self.text("AUTH")? {
            "off" => Auth::Off,
            "token" => Auth::Token,
            "accounts" => Auth::Accounts,
            other => {
                let message = format!("is none of off, token and accounts: {other}");
                self.report("AUTH", message, "leave it out, and it follows from what is set up");
                return None;
            }
        };
        if auth == Auth::Token && !has_token {
            let message = "asks for a token that nobody has, as APP_TOKEN is not set".to_owned();
            self.report("AUTH", message, "set APP_TOKEN, or AUTH=accounts");
        }
        Some(auth)
    }

    fn door(&mut self) -> Door {
        match self.text("REGISTRATION").unwrap_or("closed") {
            "closed" => Door::Closed,
            "open" => Door::Open,
            other => {
                let message = format!("is neither open nor closed: {other}");
                self.report("REGISTRATION", message, "write open, or leave it out");
                Door::Closed
            }
        }
    }

    /// What signs for everybody is worth guessing for months.
    pub(super) fn jwt_secret(&mut self) -> Option<SecretString> {
        let secret = self.secret("JWT_SECRET");
        let length = secret.as_ref().map(|secret| secret.expose_secret().chars().count());
        if length.is_some_and(|length| length < SHORTEST_KEY) {
            let message =
                format!("can be guessed, as it is shorter than {SHORTEST_KEY} characters");
            self.report("JWT_SECRET", message, MAKE_ONE);
        }
        secret
    }

    /// Its value is not told, nor how long it is.
    fn check_length(&mut self, variable: &'static str, secret: Option<&SecretString>) {
        let length = secret.map(|secret| secret.expose_secret().chars().count());
        if length.is_some_and(|length| length < SHORTEST_SECRET) {
            let message =
                format!("can be guessed, as it is shorter than {SHORTEST_SECRET} characters");
            self.report(variable, message, MAKE_ONE);
        }
    }

    /// A scheduler's secret that opens what it should not, or nothing, is a mistake.
    fn check_scheduler(
        &mut self,
        auth: Option<Auth>,
        token: Option<&SecretString>,
        cron: Option<&SecretString>,
    ) {
        let Some(cron) = cron else { return };
        match token {
            None if auth == Some(Auth::Accounts) => {}
            None => self.report(
                "CRON_SECRET",
                "keeps nobody out, as APP_TOKEN is not set".to_owned(),
                "set APP_TOKEN or AUTH=accounts as well, or leave CRON_SECRET out",
            ),
            Some(token) if token.expose_secret() == cron.expose_secret() => self.report(
                "CRON_SECRET",
                "opens everything, as it is the same as APP_TOKEN".to_owned(),
                "make another one with `openssl rand -hex 32`",
            ),
            Some(_) => {}
        }
    }

    fn trusted_proxies(&mut self) -> Networks {
        let Some(text) = self.text("TRUSTED_PROXIES").map(str::to_owned) else {
            return Networks::default();
        };
        let mut networks = Vec::new();
        for part in listed(&text) {
            match Networks::parse(part) {
                Some(network) => networks.push(network),
                None => self.report(
                    "TRUSTED_PROXIES",
                    format!("has what is neither an IP address nor a network: {part}"),
                    "write addresses and networks with commas between, such as 127.0.0.1, 172.16.0.0/12",
                ),
            }
        }
        Networks(networks)
    }

    fn allowed_hosts(&mut self) -> Vec<String> {
        let text = self.text("ALLOWED_HOSTS").unwrap_or_default().to_owned();
        let mut names = Vec::new();
        for part in listed(&text) {
            if is_host_name(part) {
                names.push(part.trim_end_matches('.').to_ascii_lowercase());
            } else {
                self.report(
                    "ALLOWED_HOSTS",
                    format!("has what is not the name of a host: {part}"),
                    "write names without scheme, port or *, with commas between, such as sync.example.org",
                );
            }
        }
        names
    }

    fn listen(&mut self) -> SocketAddr {
        let port = self.number("PORT", 3000, 0..=65535_u16);
        let host = self.text("HOST").unwrap_or("127.0.0.1").to_owned();
        let address = match host.as_str() {
            "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            text => text.parse().ok(),
        };
        let Some(address) = address else {
            self.report(
                "HOST",
                format!("is not an IP address: {host}"),
                "write 127.0.0.1, or 0.0.0.0 to listen on every interface",
            );
            return SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        };
        SocketAddr::from((address, port))
    }

    /// Nobody but this machine reaches a service that asks for no token, unless it is said that
    /// this is meant.
    fn check_exposure(&mut self, listen: SocketAddr, access: &AccessSettings) {
        let address = listen.ip();
        if address.to_canonical().is_loopback() || access.app_token.is_some() || access.fronted {
            return;
        }
        if access.auth == Some(Auth::Accounts) {
            return;
        }
        self.report(
            "HOST",
            format!("would let strangers in, as nobody has to sign in: {address}"),
            "set AUTH=accounts or APP_TOKEN, or ALLOW_UNAUTHENTICATED=1 if something in front keeps strangers out",
        );
    }
}

/// The parts of a list with commas or spaces between.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', '\t']).filter(|part| !part.is_empty())
}

fn is_host_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    text.trim_end_matches('.').split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Problems};

    fn read(pairs: &[(&str, &str)]) -> Result<AccessSettings, Problems> {
        let values = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::from_values(&values).map(|config| config.web.access)
    }

    type Settings<'a> = &'a [(&'a str, &'a str)];

    const TOKEN: (&str, &str) = ("APP_TOKEN", "0123456789abcdef");

    #[test]
    fn a_secret_that_can_be_guessed_opens_too_much_or_guards_nothing_is_refused_and_not_told() {
        let table: [(Settings<'_>, &[&str]); 8] = [
            (&[("APP_TOKEN", "hush")], &["APP_TOKEN"]),
            (&[("APP_TOKEN", "  hush-hush-hush  ")], &["APP_TOKEN"]),
            // Sixteen bytes, eight characters.
            (&[("APP_TOKEN", "hüshhüsh")], &["APP_TOKEN"]),
            (&[TOKEN, ("CRON_SECRET", "hush")], &["CRON_SECRET"]),
            (&[TOKEN, ("CRON_SECRET", TOKEN.1)], &["CRON_SECRET"]),
            (&[TOKEN, ("CRON_SECRET", " 0123456789abcdef ")], &["CRON_SECRET"]),
            (&[("CRON_SECRET", "hush-hush-hush-hush")], &["CRON_SECRET"]),
            (&[("APP_TOKEN", "hush"), ("CRON_SECRET", "hush")], &["APP_TOKEN", "CRON_SECRET"]),
        ];
        for (pairs, variables) in table {
            let problems = read(pairs).unwrap_err();
            let named = |name: &&str| problems.0.iter().any(|problem| problem.variable == *name);
            assert!(variables.iter().all(named), "{pairs:?}: {problems}");
            let text = problems.to_string();
            assert!(!text.contains("hush") && !text.contains(TOKEN.1), "{text}");
        }
        read(&[TOKEN, ("CRON_SECRET", "fedcba9876543210")]).unwrap();
    }

    #[test]
    fn proxies_are_addresses_and_networks_of_both_versions() {
        let contain = |list: &str, address: &str| {
            let pairs = [("TRUSTED_PROXIES", list)];
            read(&pairs).unwrap().trusted_proxies.contain(address.parse().unwrap())
        };
        for (list, inside, outside) in [
            ("", "127.9.9.9", "10.0.0.1"),
            ("", "::1", "::2"),
            ("", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
            ("10.0.0.5", "10.0.0.5", "127.0.0.1"),
            ("10.1.2.3/8, ::1", "10.255.0.1", "11.0.0.1"),
            ("fd00::/8 192.168.0.0/16", "fd12::1", "fe80::1"),
            ("::ffff:10.0.0.5", "10.0.0.5", "10.0.0.6"),
            ("0.0.0.0/0", "8.8.8.8", "2001:db8::1"),
        ] {
            assert!(contain(list, inside), "{list}: {inside}");
            assert!(!contain(list, outside), "{list}: {outside}");
        }
        for bad in ["10.0.0.0/33", "proxy", "10.0.0", "10.0.0.1:80", "127.0.0.1,*", "::1/129"] {
            let problems = read(&[("TRUSTED_PROXIES", bad)]).unwrap_err();
            assert_eq!(problems.0[0].variable, "TRUSTED_PROXIES", "{bad}");
        }
    }

    #[test]
    fn allowed_hosts_are_bare_names() {
        let hosts = |list| read(&[("ALLOWED_HOSTS", list)]).map(|access| access.allowed_hosts);
        assert_eq!(hosts("").unwrap(), [""; 0]);
        assert_eq!(hosts("Sync.Example.org, nas").unwrap(), ["sync.example.org", "nas"]);
        assert_eq!(hosts("nas.").unwrap(), ["nas"]);
        for bad in ["https://sync.example", "nas:3000", "*", "*.example.org", "a/b", "a..b", "."] {
            let problems = hosts(bad).unwrap_err();
            assert_eq!(problems.0[0].variable, "ALLOWED_HOSTS", "{bad}");
        }
    }
}
