//! The URLs that a client may have signed for a request that arrived here.
//!
//! With a public URL configured, only its host is tried: a signature made for another server must
//! not be valid here. Without one, the `Host` header is all there is. Scheme and default port are
//! tried both ways, since a proxy may end TLS, and some clients sign `host:443` while their HTTP
//! library sends `Host` without it.
//!
//! Two faults of the `btcpay` package for Node are forgiven on GET requests, because neither
//! changes what is asked for: it signs `' ! ( ) *` literally but sends them percent-encoded, and
//! it signs an empty `storeID=` on rates but does not send it.

/// What a request tells about the URL that its client saw.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestFacts<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The raw request target, before any decoding: `/invoices?token=a%2Fb`.
    pub target: &'a str,
    /// The configured external URL, base path included: `https://pay.example/btc`.
    pub public_url: Option<&'a str>,
    /// The `Host` header.
    pub host: Option<&'a str>,
    /// The host that a proxy forwarded. Only from a proxy that the operator listed; from anybody
    /// else it must stay `None`.
    pub forwarded_host: Option<&'a str>,
}

/// Iterator over the URLs to try, likeliest first and without repetition: at most four origins
/// times four targets.
#[derive(Debug)]
pub struct CandidateUrls {
    origins: Vec<String>,
    targets: Vec<String>,
    next: usize,
}

/// Longer targets give no candidates; HTTP libraries stop earlier.
const MAX_TARGET_BYTES: usize = 16 * 1024;

impl CandidateUrls {
    /// The candidates for one request. None if there is no host, or no usable target.
    #[must_use]
    pub fn new(facts: RequestFacts<'_>) -> Self {
        let (authority, path) = split_target(facts.target);
        let (scheme, host, base) = match facts.public_url {
            Some(url) => match split_url(url) {
                Some((scheme, host, base)) => (scheme, Some(host), base.trim_end_matches('/')),
                None => ("https", None, ""),
            },
            None => {
                let host = facts.forwarded_host.or(authority).or(facts.host);
                // Whoever names a port of its own talks to this server itself, which speaks http.
                let own_port = host.is_some_and(|host| has_port(host) && !host.ends_with(":443"));
                (if own_port { "http" } else { "https" }, host, "")
            }
        };
        let host = host.filter(|host| is_plausible_host(host));
        let path = path.filter(|path| path.len() <= MAX_TARGET_BYTES);
        let (Some(host), Some(path)) = (host, path) else {
            return Self { origins: Vec::new(), targets: Vec::new(), next: 0 };
        };
        let targets = targets(facts.method, path, base);
        Self { origins: origins(scheme, host), targets, next: 0 }
    }
}

impl Iterator for CandidateUrls {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        // All origins with the plain target first: the faulty client's forms come last.
        let origin = self.origins.get(self.next.checked_rem(self.origins.len())?)?;
        let target = self.targets.get(self.next / self.origins.len())?;
        self.next += 1;
        Some(format!("{origin}{target}"))
    }
}

/// Authority and path of a target in origin form (`/path`) or absolute form (`http://host/path`).
fn split_target(target: &str) -> (Option<&str>, Option<&str>) {
    if target.starts_with('/') {
        return (None, Some(target));
    }
    match split_url(target) {
        Some((_, authority, path)) if path.starts_with('/') => (Some(authority), Some(path)),
        _ => (None, None),
    }
}

/// Scheme, authority and the rest, all as written.
fn split_url(url: &str) -> Option<(&'static str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some((scheme, &rest[..end], &rest[end..]))
}

/// A `Host` with a slash or a query in it would let the client move bytes between host and path.
fn is_plausible_host(host: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
    !host.is_empty() && host.len() <= 262 && host.bytes().all(allowed)
}

/// Scheme and host in their variants: both schemes, each with the host as given and with its
/// default port added or removed.
fn origins(scheme: &'static str, host: &str) -> Vec<String> {
    let other = if scheme == "https" { "http" } else { "https" };
    let mut origins = Vec::with_capacity(4);
    for scheme in [scheme, other] {
        let port = if scheme == "https" { ":443" } else { ":80" };
        origins.push(format!("{scheme}://{host}"));
        match host.strip_suffix(port) {
            Some(bare) => origins.push(format!("{scheme}://{bare}")),
            None if has_port(host) => {}
            None => origins.push(format!("{scheme}://{host}{port}")),
        }
    }
    origins
}

fn has_port(host: &str) -> bool {
    // Behind the bracket of an IPv6 address, if there is one.
    host.rsplit(']').next().is_some_and(|rest| rest.contains(':'))
}

/// The path and query in the forms that clients sign, below the base path: a proxy may have
/// stripped that, or not.
fn targets(method: &str, path: &str, base: &str) -> Vec<String> {
    let has_base = path.strip_prefix(base).is_some_and(|rest| rest.starts_with(['/', '?']));
    let below = if has_base { &path[base.len()..] } else { path };
    let mut forms = vec![below.to_owned()];
    if method == "GET" {
        forms.extend(with_empty_store(below));
        for at in 0..forms.len() {
            forms.extend(with_literal_marks(&forms[at]));
        }
    }
    forms.into_iter().map(|form| format!("{base}{form}")).collect()
}

/// On rates, when no store was named: `storeID=&` before `token=`.
fn with_empty_store(target: &str) -> Option<String> {
    let (path, query) = target.split_once('?')?;
    if path.trim_end_matches('/') != "/rates" {
        return None;
    }
    let mut at = 0;
    let mut token_at = None;
    for parameter in query.split('&') {
        let name = parameter.split('=').next().unwrap_or(parameter);
        if name.eq_ignore_ascii_case("storeid") {
            return None;
        }
        if parameter.starts_with("token=") {
            token_at.get_or_insert(at);
        }
        at += parameter.len() + 1;
    }
    let (before, after) = query.split_at(token_at?);
    Some(format!("{path}?{before}storeID=&{after}"))
}

/// The query with `' ! ( ) *` unescaped, if it has any of them escaped.
fn with_literal_marks(target: &str) -> Option<String> {
    let (path, query) = target.split_once('?')?;
    let marks = [("%27", "'"), ("%21", "!"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2a", "*")];
    let literal = marks.iter().fold(query.to_owned(), |query, (from, to)| query.replace(from, to));
    (literal != query).then(|| format!("{path}?{literal}"))
}
