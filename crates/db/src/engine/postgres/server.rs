//! The server: its address, and connections to it.
//!
//! Beyond this machine a connection is encrypted, and the server's certificate is checked against
//! the system's authorities, unless the address says `sslmode=disable`. On this machine it is
//! neither, unless the address says `sslmode=require`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Host, SslMode, TargetSessionAttrs};
use postgres::{Client, Config, NoTls};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::engine::Durability;

/// Every connection begins so: a lock that is not to be had, a statement that does not end and a
/// process that stopped in the middle hold nobody up for ever.
const SETTINGS: &str = "SET lock_timeout = '10s'; SET statement_timeout = '60s';
    SET idle_in_transaction_session_timeout = '30s'; SET standard_conforming_strings = on;";

/// A database on a server.
pub(crate) struct Server {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    settings: String,
}

impl Server {
    /// Reads an address.
    pub(in crate::engine) fn at(url: &str, durability: Durability) -> Result<Self, String> {
        let mut config: Config = url.parse().map_err(|e: postgres::Error| words(&e))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err("the address names no host".to_owned());
        }
        if config.get_dbname().is_none() {
            return Err("the address names no database: postgres://USER:PASSWORD@HOST/NAME".to_owned());
        }
        if config.get_ssl_mode() == SslMode::Prefer {
            config.ssl_mode(if is_here(&config) { SslMode::Disable } else { SslMode::Require });
        }
        let tls = if config.get_ssl_mode() == SslMode::Disable { None } else { Some(encrypted()?) };
        config
            .application_name("specie")
            .connect_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(30))
            .tcp_user_timeout(Duration::from_secs(20))
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        let waits = match durability {
            Durability::Full => "on",
            Durability::Off => "off",
        };
        let settings = format!("{SETTINGS} SET synchronous_commit = {waits}");
        Ok(Self { config, tls, settings })
    }

    /// Connects. An error says why not, without the password.
    pub(in crate::engine) fn connect(&self) -> Result<Client, String> {
        let connected = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        };
        let mut client = connected.map_err(|e| words(&e))?;
        client.batch_execute(&self.settings).map_err(|e| words(&e))?;
        Ok(client)
    }
}

/// The address without user and password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.config.get_hosts().first().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let name = self.config.get_dbname().unwrap_or_default();
        write!(f, "postgres://{}/{name}", host.unwrap_or_default())
    }
}

/// Whether all its hosts are this machine.
fn is_here(config: &Config) -> bool {
    let loopback = |name: &str| {
        name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    };
    let named = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => loopback(name),
        Host::Unix(_) => true,
    });
    named && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

fn encrypted() -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |e: rustls::Error| format!("TLS cannot be set up: {e}");
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(failed)?
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// An error in the server's own words; what it says of values (`DETAIL`) stays out.
pub(in crate::engine) fn words(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} ({})", said.message(), said.code().code());
    }
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        words = format!("{words}: {deeper}");
        cause = deeper.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_a_connection_is_encrypted_unless_the_address_says_otherwise() {
        for (url, mode) in [
            ("postgres://u:p@db.example.com/specie", SslMode::Require),
            ("postgres://u:p@db.example.com/specie?sslmode=disable", SslMode::Disable),
            ("postgres://u:p@10.0.0.5/specie", SslMode::Require),
            ("postgres://u:p@localhost,db.example.com/specie", SslMode::Require),
            ("postgres://u:p@127.0.0.1/specie", SslMode::Disable),
            ("postgres://u:p@localhost/specie", SslMode::Disable),
            ("postgres://u:p@localhost/specie?sslmode=require", SslMode::Require),
            ("postgres://u@/specie?host=/run/postgresql", SslMode::Disable),
        ] {
            let server = Server::at(url, Durability::Full).unwrap_or_else(|e| panic!("{url}: {e}"));
            assert_eq!(server.config.get_ssl_mode(), mode, "{url}");
            assert_eq!(server.tls.is_some(), mode == SslMode::Require, "{url}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let server = Server::at("postgres://ann:hunter2@127.0.0.1:5433/specie", Durability::Full).unwrap();
        assert_eq!(server.to_string(), "postgres://127.0.0.1/specie");
        for url in ["postgres://ann:hunter2@/specie?nonsense=1", "postgres://ann:hunter2@host"] {
            let refused = Server::at(url, Durability::Full).err().unwrap();
            assert!(!refused.contains("hunter2"), "{refused}");
        }
    }
}
