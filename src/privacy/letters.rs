//! The mail that confirms an erasure.

use crate::db::Tx;
use crate::error::Result;
use crate::mail::messages::two_parts;
use crate::mail::{Kind, Site, outbox};
use crate::people::store::Contact;

/// To somebody whose data was erased.
#[derive(Debug, Clone, Copy)]
pub struct Erased<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// When it was done ("Sat 21 Nov 2026, 14:02 UTC").
    pub when: &'a str,
}

impl Erased<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("{}: your data is erased", self.site.name)
    }

    /// Where to say that it was not wanted.
    pub fn contact_url(&self) -> String {
        self.site.absolute("/contact")
    }
}

two_parts!(Erased, "mail/erased.txt", "mail/erased.html");

/// Queues it. `to` lives no longer than this mail.
pub fn confirm_erasure(tx: &mut Tx<'_>, site: &Site, to: &Contact) -> Result<()> {
    let content = Erased { site, when: &tx.now.display() }.render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(Kind::Erased, to, content, format!("erased:{}", to.id)),
    )
}
