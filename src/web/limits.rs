//! Who asks, and how often. The full address stays in memory, in the limiter alone; everything
//! that is written down gets its anonymised form.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::RequestHead;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::SignedDuration;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::ids::AccountId;

/// Pages that one address may ask for within a second, and at once.
const PAGES_PER_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();
const PAGES_AT_ONCE: NonZeroU32 = NonZeroU32::new(400).unwrap();
/// Artists that one account may look for within an hour before it adds one: each takes many look-ups.
const DOUBLES_PER_HOUR: NonZeroU32 = NonZeroU32::new(60).unwrap();

/// The limits per address: one IPv4 address, or one IPv6 /64.
pub struct Limits {
    pages: DefaultKeyedRateLimiter<IpAddr>,
    posts: DefaultKeyedRateLimiter<IpAddr>,
    doubles: DefaultKeyedRateLimiter<AccountId>,
    clock: DefaultClock,
}

impl Limits {
    /// So many forms a minute, and twice as many at once.
    pub fn new(posts_per_minute: NonZeroU32) -> Self {
        let burst = posts_per_minute.saturating_mul(NonZeroU32::MIN.saturating_add(1));
        Self {
            pages: RateLimiter::keyed(
                Quota::per_second(PAGES_PER_SECOND).allow_burst(PAGES_AT_ONCE),
            ),
            posts: RateLimiter::keyed(Quota::per_minute(posts_per_minute).allow_burst(burst)),
            doubles: RateLimiter::keyed(Quota::per_hour(DOUBLES_PER_HOUR)),
            clock: DefaultClock::default(),
        }
    }

    /// Lets a request pass, or says after which time to try again.
    pub fn check(&self, address: IpAddr, is_post: bool) -> Result<()> {
        let limiter = if is_post { &self.posts } else { &self.pages };
        limiter.check_key(&one_subscriber(address)).map_err(|wait| {
            let wait = wait.wait_time_from(self.clock.now());
            too_many("Too many requests came from your network in a short time.", wait)
        })
    }

    /// Lets an account look for the doubles of an artist that it wants to add, or says after which time
    /// to try again.
    pub fn check_doubles(&self, account: AccountId) -> Result<()> {
        self.doubles.check_key(&account).map_err(|wait| {
            let wait = wait.wait_time_from(self.clock.now());
            let what =
                "An account can try to add 60 artists within an hour. Try again in some minutes.";
            too_many(what, wait)
        })
    }

    /// Forgets addresses that have not asked for a while.
    pub fn forget_idle(&self) {
        self.pages.retain_recent();
        self.posts.retain_recent();
        self.doubles.retain_recent();
    }
}

fn too_many(what: &str, wait: Duration) -> Error {
    Error::TooMany {
        what: what.into(),
        retry_after: SignedDuration::try_from(wait)
            .unwrap_or(SignedDuration::from_secs(60))
            .max(SignedDuration::from_secs(1)),
    }
}

/// What one subscriber is given: an IPv4 address, or an IPv6 /64.
fn one_subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => {
            let mut octets = ip.octets();
            octets[8..].fill(0);
            IpAddr::V6(Ipv6Addr::from(octets))
        }
    }
}

/// The address of who asks, as it may be written down: the /24 of IPv4, the /48 of IPv6.
pub fn anonymous_address(request: &HttpRequest, config: &Config) -> String {
    anonymised(client(request.head(), config))
}

fn anonymised(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// The address of who asks. What a proxy says is believed only when the proxy is configured.
pub fn client(request: &RequestHead, config: &Config) -> IpAddr {
    let unknown = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    let peer = request.peer_addr.map_or(unknown, |address| address.ip());
    let is_proxy = |address: &IpAddr| config.trusted_proxies.contains(&address.to_canonical());
    if !is_proxy(&peer) {
        return peer;
    }
    // Each proxy appends who asked it; the last that is no proxy of ours is the client. Behind a
    // word that is no address stands only what the client itself may have written.
    let forwarded = request.headers().get_all("x-forwarded-for");
    let hops: Vec<&str> = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut client = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = read_hop(hop) else { break };
        client = address;
        if !is_proxy(&address) {
            break;
        }
    }
    client
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn read_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_names_nobody() {
        for (full, written) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ] {
            assert_eq!(anonymised(full.parse().unwrap()), written);
        }
    }

    #[test]
    fn one_subscriber_is_limited_and_its_neighbour_is_not() {
        let limits = Limits::new(NonZeroU32::new(1).unwrap());
        let ask = |address: &str| limits.check(address.parse().unwrap(), true).is_ok();
        assert!(ask("2001:db8::1") && ask("2001:db8::2") && !ask("2001:db8::3"));
        assert!(ask("2001:db8:0:1::1") && ask("192.0.2.1"));
    }

    #[test]
    fn an_account_looks_for_sixty_doubles_an_hour_and_no_more() {
        let limits = Limits::new(NonZeroU32::new(1).unwrap());
        assert!((0..60).all(|_| limits.check_doubles(AccountId(1)).is_ok()));
        assert!(matches!(limits.check_doubles(AccountId(1)), Err(Error::TooMany { .. })));
        assert!(limits.check_doubles(AccountId(2)).is_ok());
    }
}
