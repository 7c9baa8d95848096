//! Which addresses, ports and names belong to the public web.
//!
//! From the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and what
//! followed). IPv4 is a list of what is not public; IPv6 is the other way round, since only one
//! eighth of it is handed out (2000::/3).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, c: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

const SPECIAL_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),       // this network
    v4(10, 0, 0, 0, 8),      // private
    v4(100, 64, 0, 0, 10),   // carrier-grade NAT
    v4(127, 0, 0, 0, 8),     // loopback
    v4(169, 254, 0, 0, 16),  // link-local, cloud metadata
    v4(172, 16, 0, 0, 12),   // private
    v4(192, 0, 0, 0, 24),    // IETF protocol assignments
    v4(192, 0, 2, 0, 24),    // documentation
    v4(192, 88, 99, 0, 24),  // 6to4 relay
    v4(192, 168, 0, 0, 16),  // private
    v4(198, 18, 0, 0, 15),   // benchmarks
    v4(198, 51, 100, 0, 24), // documentation
    v4(203, 0, 113, 0, 24),  // documentation
    v4(224, 0, 0, 0, 4),     // multicast
    v4(240, 0, 0, 0, 4),     // reserved, broadcast
];

/// The part of IPv6 that is handed out. Outside lie loopback, mapped and compatible IPv4, NAT64,
/// unique local, link-local, site-local, multicast and all that is not assigned.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// What is special inside [`GLOBAL_V6`].
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 0, 23),     // IETF protocol assignments: Teredo, ORCHID, benchmarks
    v6(0x2001, 0xdb8, 0, 32), // documentation
    v6(0x2002, 0, 0, 16),     // 6to4, which holds an IPv4 address
    v6(0x3fff, 0, 0, 20),     // documentation
];

/// Closed even inside a range that the operator opened: nothing there is a merchant's server.
const NEVER_V4: [Ipv4Net; 7] = [
    v4(0, 0, 0, 0, 8),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    // Metadata services of clouds, which hand out credentials.
    v4(169, 254, 169, 254, 32),
    v4(169, 254, 170, 2, 32),
    v4(100, 100, 100, 200, 32),
    v4(192, 0, 0, 192, 32),
];

const NEVER_V6: [Ipv6Net; 7] = [
    Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128),
    // IPv4 in another dress: open the IPv4 range instead.
    Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96),
    v6(0x64, 0xff9b, 0, 96),
    v6(0x2002, 0, 0, 16),
    v6(0xff00, 0, 0, 8),
    Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128),
    Ipv6Net::new_assert(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254), 128),
];

/// Whether an address is of the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address))
        }
    }
}

/// Whether an address stays closed whatever the operator opens.
pub(super) fn is_never_allowed(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => NEVER_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => NEVER_V6.iter().any(|net| net.contains(&address)),
    }
}

/// Ports above 1023 on which something other than a public web server usually listens.
const OTHER_SERVICES: [u16; 56] = [
    1080, 1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3128, 3306, 3389, 4369, 5432, 5672, 5900,
    5901, 5984, 6000, 6379, 6443, 6667, 8300, 8332, 8333, 8334, 8500, 9050, 9051, 9092, 9200, 9300, 9735,
    9736, 10009, 10250, 11211, 15672, 18332, 18333, 18443, 18444, 27017, 27018, 27019, 28332, 28333, 38332,
    38333, 48332, 48333, 50001, 50002, 60001, 60002,
];

/// Whether a public web server may be expected on a port: 80, 443, and those above 1023 that are
/// not known for databases, nodes, proxies and the like.
pub(super) fn is_web_port(port: u16) -> bool {
    matches!(port, 80 | 443) || (port >= 1024 && !OTHER_SERVICES.contains(&port))
}

/// Names that no public DNS answers, or that local resolvers answer themselves (RFC 6761, 6762,
/// 8375, and what routers and container engines made up).
const LOCAL_SUFFIXES: [&str; 10] =
    ["localhost", "localdomain", "local", "lan", "internal", "intranet", "private", "home", "corp", "arpa"];

/// Whether a lower-case name without trailing dot is local: a single label, or below one of the
/// local suffixes.
pub(super) fn is_local_name(name: &str) -> bool {
    !name.contains('.') || LOCAL_SUFFIXES.iter().any(|suffix| is_below(name, suffix))
}

/// Whether `name` is `suffix` or ends in `.suffix`.
pub(super) fn is_below(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
