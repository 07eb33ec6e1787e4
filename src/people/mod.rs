//! People known by an address, and the signed links by which they act. Nobody needs more than this
//! to ask an act or to answer; who chose to have an account is in [`crate::accounts`].

pub mod link_store;
pub mod links;
pub mod store;

use serde::{Deserialize, Serialize};
use validator::ValidateEmail;

/// An e-mail address that a mail can be sent to: `local@domain.tld`, ASCII, at most 254 characters
/// (RFC 5321, section 4.5.3.1.3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads what a person typed; the message says what is wrong and what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter an e-mail address, such as name@venue.example".into());
        }
        let wrong =
            || format!("“{}” is not an e-mail address like name@venue.example", short(text));
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        // validator accepts `a@localhost` and `a@[127.0.0.1]`; no mail of ours can go there.
        let plain = text.is_ascii()
            && text.len() <= 254
            && local.len() <= 64
            && !text.contains(|c: char| c.is_ascii_control() || matches!(c, '"' | '<' | '>' | ','));
        let public = domain.contains('.') && !domain.starts_with('[') && !is_ip(domain);
        // What lettre cannot send to would wait for ever; a name that ends in a number is none
        // (RFC 3696, section 2).
        let top = domain.rsplit('.').next().unwrap_or_default();
        let is_name = !top.starts_with(|c: char| c.is_ascii_digit());
        let can_be_sent = text.parse::<lettre::Address>().is_ok();
        if !plain || !public || !is_name || !can_be_sent || !text.validate_email() {
            return Err(wrong());
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address as mail needs it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the @, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// "j…@speicher7.example": for pages and logs.
    pub fn masked(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((local, domain)) => {
                format!("{}…@{domain}", local.chars().next().unwrap_or('…'))
            }
            None => "…".into(),
        }
    }
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

fn is_ip(domain: &str) -> bool {
    domain.parse::<std::net::IpAddr>().is_ok()
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_mail_can_reach_are_accepted() {
        for good in ["a@b.example", "Jonas.K+x@Speicher7.Example", " a@b.test "] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@localhost",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a b@c.example",
            "a@b.example\nBcc: x@y.example",
            "\"a\"@b.example",
            "a@b..example",
            "@b.example",
            "a@b.example,c@d.example",
            "ä@b.example",
            "a..b@c.example",
            "a@b.1",
            "a@0x7f.1",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(EmailAddress::parse("A@B.EXAMPLE").unwrap().as_str(), "A@b.example");
        assert_eq!(format!("{:?}", EmailAddress::parse("jo@b.example").unwrap()), "j…@b.example");
    }
}
