//! The outbound address guard: where the server may be told to connect to.
//!
//! Merchants choose notification URLs, and whoever creates invoices may choose them too. Without
//! a guard the server would knock at its own node's RPC port, at cloud metadata, at the router.
//! So a URL is checked as text before it is used ([`AddressPolicy::check_url`]), its name is
//! resolved anew for every attempt, and the address that was checked is the address that is
//! dialled ([`GuardedClient`]): checking first and letting the HTTP client resolve again would
//! lose to a name that changes in between.
//!
//! The operator may open private ranges, with ports, by configuration; nobody else can.
//!
//! Never: a redirect followed, a proxy from the environment, an address dialled that was not
//! checked, a peer's text in an error.

mod client;
mod ranges;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::{Host, Url};

pub use client::{
    Answers, BoundedBody, GuardedClient, GuardedResolver, LOOKUP_TIMEOUT, Lookup, MAX_BODY_BYTES,
    SystemLookup, TOTAL_TIMEOUT, read_bounded,
};

/// The longest accepted URL, in bytes.
pub const MAX_URL_BYTES: usize = 2048;

/// The most addresses that a name may have. Real names have a handful; a flood of them is a way
/// to make one delivery dial for ever.
pub const MAX_ANSWERS: usize = 64;

/// Why a target is not connected to.
///
/// The texts are coarse on purpose: the merchant learns what to change, and nobody learns from
/// them what the server's own network looks like. Operators find the address in `Debug`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Longer than [`MAX_URL_BYTES`].
    #[error("the URL is too long")]
    TooLong,
    /// White space, control characters or backslashes, which URL parsers rewrite silently.
    #[error("the URL contains characters that have to be percent-encoded")]
    Characters,
    /// Not `http://` or `https://` and something behind it.
    #[error("the URL must begin with https://")]
    Scheme,
    /// `http://`, which the operator has not allowed.
    #[error("the URL must begin with https://, plain http is not allowed here")]
    PlainHttp,
    /// No host.
    #[error("the URL has no host")]
    NoHost,
    /// A user name or password before the host.
    #[error("the URL must not contain a user name or password")]
    Userinfo,
    /// A percent sign in the host: an encoded name, or the zone of an IPv6 address.
    #[error("the host must be written without percent signs")]
    EncodedHost,
    /// Not a URL, or a host name that cannot exist.
    #[error("the URL or its host name is malformed")]
    Malformed,
    /// A name that means something on a local network only.
    #[error("the host is not a public name")]
    LocalName,
    /// An onion service, for which a proxy would be needed.
    #[error("onion services are not supported here")]
    Onion,
    /// This server's own public name.
    #[error("the URL points to this payment server itself")]
    OwnHost,
    /// A port on which no web server is expected.
    #[error("the port is not allowed")]
    Port(u16),
    /// An address outside the public internet.
    #[error("the host is not publicly reachable")]
    Address(IpAddr),
    /// The name has more than [`MAX_ANSWERS`] addresses.
    #[error("the host name has too many addresses")]
    TooManyAnswers,
    /// The name has no address, or the resolver failed.
    #[error("the host name cannot be resolved")]
    LookupFailed,
    /// The resolver took longer than [`LOOKUP_TIMEOUT`].
    #[error("resolving the host name took too long")]
    LookupTimedOut,
}

impl Refusal {
    /// Whether another attempt may fare better with the same URL: what failed was the lookup, and
    /// nothing was dialled.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::LookupFailed | Self::LookupTimedOut | Self::TooManyAnswers)
    }

    /// The refusal that made an HTTP request fail, if that is why it failed.
    #[must_use]
    pub fn behind(error: &reqwest::Error) -> Option<Self> {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(refusal) = error.downcast_ref::<Self>() {
                return Some(*refusal);
            }
            cause = error.source();
        }
        None
    }
}

/// A range of addresses that the operator opened, and its ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedRange {
    /// The addresses.
    pub net: IpNet,
    /// The ports; `None` means every port but 0.
    pub ports: Option<BTreeSet<u16>>,
}

impl AllowedRange {
    fn has_port(&self, port: u16) -> bool {
        self.ports.as_ref().is_none_or(|ports| ports.contains(&port))
    }
}

/// The text is no range of addresses with optional ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address range: expected ADDRESS, ADDRESS/BITS or ADDRESS/BITS=PORT+PORT")]
pub struct InvalidRange;

impl FromStr for AllowedRange {
    type Err = InvalidRange;

    /// `127.0.0.0/8`, `10.0.0.5`, `10.0.0.0/8=8080+8443`, `fd00::/8=443`.
    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        let (net, ports) = match text.split_once('=') {
            None => (text, None),
            Some((net, ports)) => (net, Some(ports)),
        };
        let net = match net.parse::<IpNet>() {
            Ok(net) => net.trunc(),
            Err(_) => net.parse::<IpAddr>().map_err(|_| InvalidRange)?.into(),
        };
        let port = |text: &str| text.parse().ok().filter(|port| *port != 0).ok_or(InvalidRange);
        let ports = ports.map(|ports| ports.split('+').map(port).collect()).transpose()?;
        Ok(Self { net, ports })
    }
}

/// What the operator decided about outbound targets. The default is the strictest policy.
#[derive(Debug, Clone, Default)]
pub struct AddressPolicy {
    /// Private ranges that may be dialled. While any is open, local names are judged by their
    /// addresses alone.
    pub allowed_private: Vec<AllowedRange>,
    /// Whether plain `http` is allowed.
    pub allow_http: bool,
    /// The host names, or literal addresses, under which this server itself is reached.
    pub own_hosts: Vec<String>,
}

/// A URL that passed [`AddressPolicy::check_url`]. What its name resolves to is checked when it
/// is dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedUrl {
    url: Url,
    port: u16,
}

impl CheckedUrl {
    /// The URL, normalised.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The port to dial, the scheme's own if the URL names none.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl AddressPolicy {
    /// Judges a URL by its text. Literal addresses are judged here for good, because an HTTP
    /// client does not ask a resolver for them.
    ///
    /// # Errors
    /// The first rule that the URL breaks.
    pub fn check_url(&self, text: &str) -> Result<CheckedUrl, Refusal> {
        self.check_text(text)?;
        let url = Url::parse(text).map_err(|_| Refusal::Malformed)?;
        let port = url.port_or_known_default().ok_or(Refusal::Scheme)?;
        match url.host().ok_or(Refusal::NoHost)? {
            Host::Domain(name) => self.check_name(name, port)?,
            Host::Ipv4(address) => self.check_literal(address.into(), port)?,
            Host::Ipv6(address) => self.check_literal(address.into(), port)?,
        }
        Ok(CheckedUrl { url, port })
    }

    /// What has to be checked on the text itself: the URL parser strips, converts or tolerates
    /// all of it.
    fn check_text(&self, text: &str) -> Result<(), Refusal> {
        if text.len() > MAX_URL_BYTES {
            return Err(Refusal::TooLong);
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(Refusal::Characters);
        }
        let (scheme, rest) = text.split_once("://").ok_or(Refusal::Scheme)?;
        if scheme.eq_ignore_ascii_case("http") {
            if !self.allow_http {
                return Err(Refusal::PlainHttp);
            }
        } else if !scheme.eq_ignore_ascii_case("https") {
            return Err(Refusal::Scheme);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        if authority.is_empty() {
            return Err(Refusal::NoHost);
        }
        if authority.contains('@') {
            return Err(Refusal::Userinfo);
        }
        if authority.contains('%') {
            return Err(Refusal::EncodedHost);
        }
        Ok(())
    }

    /// Judges a host name in the normalised form of the URL parser: lower case, punycode.
    fn check_name(&self, name: &str, port: u16) -> Result<(), Refusal> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let is_label = |label: &str| (1..=63).contains(&label.len());
        if name.len() > 253 || !name.split('.').all(is_label) {
            return Err(Refusal::Malformed);
        }
        if self.is_own(name) {
            return Err(Refusal::OwnHost);
        }
        if ranges::is_below(name, "onion") {
            return Err(Refusal::Onion);
        }
        let opened = self.allowed_private.iter().any(|range| range.has_port(port));
        if ranges::is_local_name(name) && !opened {
            return Err(Refusal::LocalName);
        }
        // With an opened range the name may lead there: its addresses decide.
        if port == 0 || (!ranges::is_web_port(port) && !opened) {
            return Err(Refusal::Port(port));
        }
        Ok(())
    }

    fn check_literal(&self, address: IpAddr, port: u16) -> Result<(), Refusal> {
        if self.is_own(&address.to_string()) {
            return Err(Refusal::OwnHost);
        }
        self.check_address(address, port)
    }

    fn is_own(&self, host: &str) -> bool {
        let bare = |own: &str| own.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        self.own_hosts.iter().any(|own| bare(own) == host)
    }

    /// Judges an address and port about to be dialled.
    ///
    /// # Errors
    /// An address that is not of the public internet (loopback, private, link-local, metadata,
    /// tunnels, documentation, multicast, …) unless its range is opened, or a port of something
    /// that is no web server. Multicast, reserved, unspecified and cloud metadata addresses, and
    /// port 0, stay closed whatever is opened.
    pub fn check_address(&self, address: IpAddr, port: u16) -> Result<(), Refusal> {
        if port == 0 {
            return Err(Refusal::Port(port));
        }
        if ranges::is_never_allowed(address) {
            return Err(Refusal::Address(address));
        }
        let covers = |range: &AllowedRange| range.net.contains(&address) && range.has_port(port);
        if self.allowed_private.iter().any(covers) {
            return Ok(());
        }
        if !ranges::is_web_port(port) {
            return Err(Refusal::Port(port));
        }
        if ranges::is_public(address) { Ok(()) } else { Err(Refusal::Address(address)) }
    }

    /// Judges all addresses of a name. One that is refused poisons the name: which of them gets
    /// dialled is not ours to foresee.
    ///
    /// # Errors
    /// No address, too many, or the refusal of the first that is refused.
    pub fn check_answers(&self, answers: &[IpAddr], port: u16) -> Result<(), Refusal> {
        if answers.is_empty() {
            return Err(Refusal::LookupFailed);
        }
        if answers.len() > MAX_ANSWERS {
            return Err(Refusal::TooManyAnswers);
        }
        answers.iter().try_for_each(|address| self.check_address(*address, port))
    }
}
