//! Configuration: a flag wins over an environment variable, which wins over the file.
//!
//! This is the only place that knows the environment (through the command line's own reader) and
//! the file. Every setting is declared once, here; `docs/configuration.md` is made from it.

mod origins;
mod reference;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, FromArgMatches};
use serde::{Deserialize, Serialize, Serializer};
use specie_chain::{Auth, BitcoindConfig, Password};

use crate::app::{Feed, Network};
use crate::feeds::{parse_address, usual_address};
use crate::notify::guard::{AddressPolicy, AllowedRange};

pub use origins::{Origin, Origins, Shown};
pub use reference::reference;

/// Where the server listens by default.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:23000";

/// Where everything is kept, and where else settings come from.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// The folder that holds everything: database, server key, practice chain.
    /// By default `specie` in the user's data folder.
    #[arg(long, env = "SPECIE_DATA", value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
    /// The configuration file. By default `specie.toml` in the data folder, if there is one.
    #[arg(long, env = "SPECIE_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

/// The settings of a server.
#[allow(rustdoc::bare_urls, reason = "these texts are the command line's help as well")]
#[derive(Debug, Clone, Default, Args, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// The address and port to listen on. By default 127.0.0.1:23000.
    #[arg(long, env = "SPECIE_LISTEN", value_name = "ADDR")]
    pub listen: Option<String>,
    /// The database: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST/NAME` of a PostgreSQL server,
    /// which several processes may share. By default `sqlite:specie.db` in the data folder.
    #[arg(long, env = "SPECIE_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// The network of the node: regtest, signet, testnet4 or mainnet.
    #[arg(long, env = "SPECIE_NETWORK", value_name = "NETWORK")]
    pub network: Option<String>,
    /// The address of the node's JSON-RPC interface, such as http://127.0.0.1:8332. Without it only
    /// practice stores can be paid.
    #[arg(long, env = "SPECIE_BITCOIND_URL", value_name = "URL")]
    pub bitcoind_url: Option<String>,
    /// The node's cookie file.
    #[arg(long, env = "SPECIE_BITCOIND_COOKIE", value_name = "FILE", conflicts_with = "bitcoind_user")]
    pub bitcoind_cookie: Option<PathBuf>,
    /// The node's RPC user, where there is no cookie.
    #[arg(long, env = "SPECIE_BITCOIND_USER", value_name = "USER", requires = "bitcoind_password")]
    pub bitcoind_user: Option<String>,
    /// The node's RPC password. Better set by the environment than by the flag, which others see.
    #[arg(long, env = "SPECIE_BITCOIND_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    pub bitcoind_password: Option<SecretText>,
    /// The address at which the node publishes over ZMQ, such as tcp://127.0.0.1:28332. It saves
    /// seconds; without it the node is asked every two.
    #[arg(long, env = "SPECIE_BITCOIND_ZMQ", value_name = "URL")]
    pub bitcoind_zmq: Option<String>,
    /// The address that buyers and shops reach this server at, such as https://pay.example.com.
    /// When set, signed requests must be signed for it. By default the listening address.
    #[arg(long, env = "SPECIE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A private range that notifications may go to, such as 10.0.0.0/8 or 127.0.0.1/32=8080+8443.
    /// May be given several times; in the environment separated by commas.
    #[arg(long, env = "SPECIE_ALLOW_PRIVATE", value_name = "CIDR", value_delimiter = ',')]
    pub allow_private: Vec<String>,
    /// Send notifications to https addresses only.
    #[arg(long, env = "SPECIE_HTTPS_NOTIFICATIONS_ONLY", num_args = 0..=1, default_missing_value = "true")]
    pub https_notifications_only: Option<bool>,
    /// A proxy whose X-Forwarded headers count, such as 127.0.0.1/32. May be given several times; in
    /// the environment separated by commas.
    #[arg(long, env = "SPECIE_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',')]
    pub trusted_proxy: Vec<String>,
    /// The live sources of rates, in the order in which they are asked: kraken, coinbase; or none.
    /// May be given several times, or separated by commas. By default both on mainnet, and none on
    /// other networks and without a node.
    #[arg(long, env = "SPECIE_RATES", value_name = "SOURCE", value_delimiter = ',')]
    pub rates: Vec<String>,
    /// The address at which Kraken's API is asked, such as a mirror's. By default
    /// https://api.kraken.com. Plain http is for this machine only.
    #[arg(long, env = "SPECIE_RATES_KRAKEN", value_name = "URL")]
    pub rates_kraken: Option<String>,
    /// The address at which Coinbase's API is asked, such as a mirror's. By default
    /// https://api.coinbase.com. Plain http is for this machine only.
    #[arg(long, env = "SPECIE_RATES_COINBASE", value_name = "URL")]
    pub rates_coinbase: Option<String>,
    /// Let strangers ask for an account, at `POST /applications` and by `createAccount`. An administrator
    /// decides on each.
    #[arg(long, env = "SPECIE_ACCEPT_APPLICATIONS", num_args = 0..=1, default_missing_value = "true")]
    pub accept_applications: Option<bool>,
    /// What is logged: error, warn, info, debug or trace, or a filter such as specie=debug.
    #[arg(long, env = "SPECIE_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Where what is set was said.
    #[arg(skip)]
    #[serde(skip)]
    pub origins: Origins,
}

/// A text that is not printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("…")
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl std::str::FromStr for SecretText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no folder to keep anything in.
    #[error("no data folder: set --data or SPECIE_DATA")]
    NoDataFolder,
    /// The file cannot be read.
    #[error("the configuration file {path}: {problem}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A variable makes no sense.
    #[error("the environment: {0}")]
    Environment(String),
    /// A value makes no sense.
    #[error("{setting}: {problem}")]
    Value {
        /// The setting.
        setting: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

fn wrong(setting: &'static str, problem: impl std::fmt::Display) -> ConfigError {
    ConfigError::Value { setting, problem: problem.to_string() }
}

impl Place {
    /// The data folder.
    ///
    /// # Errors
    /// [`ConfigError::NoDataFolder`] if none is set and the user has no home.
    pub fn data_dir(&self) -> Result<PathBuf, ConfigError> {
        if let Some(dir) = &self.data {
            return Ok(dir.clone());
        }
        #[expect(clippy::disallowed_methods, reason = "this is the configuration")]
        let (xdg, home) = (std::env::var_os("XDG_DATA_HOME"), std::env::var_os("HOME"));
        let base =
            xdg.map(PathBuf::from).or_else(|| home.map(|home| PathBuf::from(home).join(".local/share")));
        base.map(|base| base.join("specie")).ok_or(ConfigError::NoDataFolder)
    }

    /// The file's settings; none if there is no file and none was asked for.
    ///
    /// # Errors
    /// [`ConfigError::File`] if it cannot be read, or holds what is no setting.
    pub fn file(&self) -> Result<Settings, ConfigError> {
        let (path, wanted) = match &self.config {
            Some(path) => (path.clone(), true),
            None => (self.data_dir()?.join("specie.toml"), false),
        };
        let failed = |problem: String| ConfigError::File { path: path.clone(), problem };
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|e| failed(e.to_string())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !wanted => Ok(Settings::default()),
            Err(e) => Err(failed(e.to_string())),
        }
    }
}

/// The user's own folder of settings, for what belongs to no data folder; none without a home.
#[must_use]
pub fn settings_dir() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "this is the configuration")]
    let (xdg, home) = (std::env::var_os("XDG_CONFIG_HOME"), std::env::var_os("HOME"));
    let base = xdg.map(PathBuf::from).or_else(|| home.map(|home| PathBuf::from(home).join(".config")));
    base.map(|base| base.join("specie"))
}

impl Settings {
    /// What the environment sets, for commands that have no flags of their own for it.
    ///
    /// # Errors
    /// [`ConfigError::Environment`] if a variable makes no sense.
    pub fn from_environment() -> Result<Self, ConfigError> {
        let reader = Self::augment_args(clap::Command::new("specie").no_binary_name(true));
        let found = reader.try_get_matches_from(Vec::<String>::new());
        let found = found.and_then(|found| Self::from_arg_matches(&found));
        found.map_err(|e| ConfigError::Environment(e.to_string().trim().to_owned()))
    }

    /// These settings, and where they are silent, those.
    #[must_use]
    pub fn or(self, file: Self) -> Self {
        let list = |own: Vec<String>, other: Vec<String>| if own.is_empty() { other } else { own };
        // The two ways to authenticate are one setting: a flag's cookie is not joined by a file's user.
        let own_auth = self.bitcoind_cookie.is_some() || self.bitcoind_user.is_some();
        let file_auth = |value: Self| if own_auth { Self::default() } else { value };
        let auth = file_auth(file.clone());
        Self {
            listen: self.listen.or(file.listen),
            database: self.database.or(file.database),
            network: self.network.or(file.network),
            bitcoind_url: self.bitcoind_url.or(file.bitcoind_url),
            bitcoind_cookie: self.bitcoind_cookie.or(auth.bitcoind_cookie),
            bitcoind_user: self.bitcoind_user.or(auth.bitcoind_user),
            bitcoind_password: self.bitcoind_password.or(auth.bitcoind_password),
            bitcoind_zmq: self.bitcoind_zmq.or(file.bitcoind_zmq),
            public_url: self.public_url.or(file.public_url),
            allow_private: list(self.allow_private, file.allow_private),
            https_notifications_only: self.https_notifications_only.or(file.https_notifications_only),
            trusted_proxy: list(self.trusted_proxy, file.trusted_proxy),
            rates: list(self.rates, file.rates),
            rates_kraken: self.rates_kraken.or(file.rates_kraken),
            rates_coinbase: self.rates_coinbase.or(file.rates_coinbase),
            accept_applications: self.accept_applications.or(file.accept_applications),
            log: self.log.or(file.log),
            origins: self.origins,
        }
    }

    /// The database's address.
    #[must_use]
    pub fn database_url(&self, data: &Path) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", data.join("specie.db").display()))
    }

    /// The real network, if one is set.
    ///
    /// # Errors
    /// [`ConfigError::Value`] if it is unknown, or a node is set without it.
    pub fn live_network(&self) -> Result<Option<Network>, ConfigError> {
        match &self.network {
            Some(name) => Network::live(name)
                .map(Some)
                .ok_or_else(|| wrong("network", "expected regtest, signet, testnet4 or mainnet")),
            None if self.bitcoind_url.is_some() => {
                Err(wrong("network", "a node is set, but not its network"))
            }
            None => Ok(None),
        }
    }

    /// How to reach the node of a network.
    ///
    /// # Errors
    /// [`ConfigError::Value`] if the node or its credentials are not set.
    pub fn bitcoind(&self, network: &Network) -> Result<BitcoindConfig, ConfigError> {
        let url = self.bitcoind_url.clone();
        let url = url.ok_or_else(|| wrong("bitcoind-url", "a network is set, but not its node"))?;
        url::Url::parse(&url).map_err(|e| wrong("bitcoind-url", e))?;
        let auth = match (&self.bitcoind_cookie, &self.bitcoind_user, &self.bitcoind_password) {
            (Some(cookie), None, _) => Auth::CookieFile(cookie.clone()),
            (None, Some(user), Some(password)) => {
                Auth::Password { user: user.clone(), password: Password::from(password.0.clone()) }
            }
            _ => return Err(wrong("bitcoind-cookie", "set the cookie file, or user and password")),
        };
        let poll = Duration::from_secs(2);
        Ok(BitcoindConfig { url, auth, zmq: self.bitcoind_zmq.clone(), network: network.params, poll })
    }

    /// The external address without a slash at its end, if one is set.
    ///
    /// # Errors
    /// [`ConfigError::Value`] if it is no http address.
    pub fn external_url(&self) -> Result<Option<String>, ConfigError> {
        let Some(text) = &self.public_url else { return Ok(None) };
        let url = url::Url::parse(text).map_err(|e| wrong("public-url", e))?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
            return Err(wrong("public-url", "expected an address such as https://pay.example.com"));
        }
        Ok(Some(text.trim().trim_end_matches('/').to_owned()))
    }

    /// Where notifications may go.
    ///
    /// # Errors
    /// [`ConfigError::Value`] if a range is none.
    pub fn address_policy(&self) -> Result<AddressPolicy, ConfigError> {
        let ranges = self.allow_private.iter().map(|range| range.trim().parse::<AllowedRange>());
        let ranges = ranges.collect::<Result<_, _>>().map_err(|e| wrong("allow-private", e))?;
        // A server that calls itself helps only an attacker. An address without a name may well be
        // shared with a shop on other ports.
        let own = self.external_url()?.and_then(|url| url::Url::parse(&url).ok());
        let own = own.and_then(|url| url.domain().map(str::to_owned));
        Ok(AddressPolicy {
            allowed_private: ranges,
            allow_http: !self.https_notifications_only.unwrap_or(false),
            own_hosts: own.into_iter().collect(),
        })
    }

    /// The live sources of rates in the order in which they are asked, each with its address.
    ///
    /// # Errors
    /// [`ConfigError::Value`] if a source is unknown or named twice, or an address is none.
    pub fn feeds(&self) -> Result<Vec<(Feed, url::Url)>, ConfigError> {
        let named: Vec<&str> = self.rates.iter().map(|name| name.trim()).collect();
        let feeds = match named.as_slice() {
            // Coins that are worth something are the reason to ask others what they are worth.
            [] if self.network.as_deref() == Some("mainnet") => Feed::ALL.to_vec(),
            [] | ["none"] => Vec::new(),
            named => {
                let unknown = || wrong("rates", "expected kraken, coinbase, or none alone");
                let feeds = named.iter().map(|name| Feed::from_name(name).ok_or_else(unknown));
                feeds.collect::<Result<_, _>>()?
            }
        };
        if (1..feeds.len()).any(|n| feeds[..n].contains(&feeds[n])) {
            return Err(wrong("rates", "a source is named twice"));
        }
        // An address that is not used is still one that was meant.
        let address = |feed: Feed| {
            let (setting, set) = match feed {
                Feed::Kraken => ("rates-kraken", &self.rates_kraken),
                Feed::Coinbase => ("rates-coinbase", &self.rates_coinbase),
            };
            let text = set.as_deref().unwrap_or(usual_address(feed));
            parse_address(text).map(|url| (feed, url)).map_err(|e| wrong(setting, e))
        };
        let addresses = Feed::ALL.map(address).into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(feeds.iter().filter_map(|feed| addresses.iter().find(|(f, _)| f == feed).cloned()).collect())
    }

    /// The proxies whose headers count.
    ///
    /// # Errors
    /// [`ConfigError::Value`] if a range is none.
    pub fn trusted_proxies(&self) -> Result<Vec<ipnet::IpNet>, ConfigError> {
        let parse = |text: &String| {
            let text = text.trim();
            let net =
                text.parse::<ipnet::IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(Into::into));
            net.map_err(|e| wrong("trusted-proxy", e))
        };
        self.trusted_proxy.iter().map(parse).collect()
    }
}
