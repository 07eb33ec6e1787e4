//! Claiming a page: one that somebody else has begun by a mail to an address on the act's own website,
//! and any page by what shows a person that the act is theirs, such as a code on a page of its own.

use url::Url;

use super::contact_store::list_confirmed_contacts;
use super::listing::ask_claimant;
use super::shared_domains::is_everybodys;
use super::{Artist, Facts, Listing};
use super::{added_store, store};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::mail::{Site, outbox};
use crate::people::EmailAddress;
use crate::people::store::ensure_contact;
use crate::sealed::Vault;

/// Characters of a code: 60 bits, nothing to guess.
const CODE: usize = 12;

/// The domains at which an address proves that its owner is the act: those of websites that the
/// profile links to as a whole. A page on a platform has a path, or a name below the platform's, and
/// an address there is not the act's.
fn own_domains(facts: &Facts) -> Vec<String> {
    let mut domains: Vec<String> = facts
        .links
        .iter()
        .filter_map(|link| Url::parse(&link.url).ok())
        .filter(|url| url.path() == "/" && url.query().is_none())
        .filter_map(|url| url.host_str().map(ToOwned::to_owned))
        .map(|host| host.strip_prefix("www.").map_or(host.clone(), ToOwned::to_owned))
        .filter(|host| !is_everybodys(host))
        .collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

/// The domains at which a mail is enough to claim an act whose page is nobody's. Whoever had the page,
/// and whoever added the act without being it, may have put any website there: then there are none.
pub fn proving_domains(
    reader: &mut Reader<'_>,
    artist: &Artist,
    holder: Holder,
) -> Result<Vec<String>> {
    if holder != Holder::Nobody || added_store::is_of_a_member(reader, artist)? {
        return Ok(Vec::new());
    }
    Ok(own_domains(&artist.facts))
}

/// The code by which a page of the act's says that the act is claimed from this address: pointing at
/// that of somebody else shows nothing.
pub fn code(vault: &Vault, artist: &Artist, address: &EmailAddress) -> String {
    let claimed = format!("{}\n{}", artist.id, address.as_str().to_lowercase());
    let proof = vault.prove("claim", &claimed);
    format!("soundpost-{}", &proof[..CODE])
}

/// Whose a page is that somebody claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Nobody's yet.
    Nobody,
    /// Nobody's any more: its people have left.
    Gone,
    /// Theirs who answer for it now.
    Team,
}

/// The artist with this slug, if visitors may see it, and whose page it is.
pub fn get_claimed(reader: &mut Reader<'_>, slug: &str) -> Result<(Artist, Holder)> {
    let artist = store::get_visible(reader, slug)?;
    let team = list_confirmed_contacts(reader, artist.id)?;
    let holder = match artist.facts.listing {
        _ if !team.is_empty() => Holder::Team,
        Listing::Unclaimed => Holder::Nobody,
        _ => Holder::Gone,
    };
    Ok((artist, holder))
}

/// The artist with this slug, if its page is nobody's yet.
fn get_claimable(reader: &mut Reader<'_>, slug: &str) -> Result<Artist> {
    match get_claimed(reader, slug)? {
        (artist, Holder::Nobody) => Ok(artist),
        (artist, Holder::Gone | Holder::Team) => Err(Error::Conflict(format!(
            "The page of {} is no longer claimed by a mail alone. Open it again and ask a person to \
             look.",
            artist.facts.name
        ))),
    }
}

/// Mails the owner of an address on the act's own website the link by which the page becomes theirs.
pub fn claim(tx: &mut Tx<'_>, site: &Site, slug: &str, address: &EmailAddress) -> Result<()> {
    let artist = get_claimable(tx, slug)?;
    let domains = proving_domains(tx, &artist, Holder::Nobody)?;
    if domains.is_empty() {
        return Err(Error::Conflict(format!(
            "A mail alone does not show that {} is yours. Open its page again and ask a person to \
             look.",
            artist.facts.name
        )));
    }
    let at = address.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
    if !domains.iter().any(|domain| domain == at) {
        return Err(Error::field(
            "email",
            format!("Use an address that ends in @{}", domains.join(" or @")),
        ));
    }
    let recipient = ensure_contact(tx, address)?.index(tx);
    outbox::allow(tx, &recipient)?;
    ask_claimant(tx, site, slug, address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artists::OutsideLink;
    use crate::artists::floor::Floor;

    #[test]
    fn only_a_website_of_its_own_speaks_for_an_act() {
        let links = [
            "https://www.nightferry.example/",
            "https://nightferry.example",
            "https://sounds.example/night-ferry",
            "https://pages.example/?act=7",
            "https://nightferry.bandcamp.com/",
            "https://gmail.com/",
        ];
        let links = links.map(|url| OutsideLink { label: String::new(), url: url.to_owned() });
        let facts = Facts {
            slug: "night-ferry".into(),
            name: "Night Ferry".into(),
            listing: Listing::Unclaimed,
            genres: Vec::new(),
            country: None,
            city: String::new(),
            bio: String::new(),
            plays: Vec::new(),
            links: links.to_vec(),
            floor: Floor::default(),
            source: String::new(),
        };
        assert_eq!(own_domains(&facts), ["nightferry.example"]);
    }
}
