//! The two mails about the move of an account: to the new address, and to the old one.

use crate::clock::Instant;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{AddressChangeId, Token};
use crate::mail::messages::two_parts;
use crate::mail::{Kind, Site, outbox};
use crate::people::EmailAddress;
use crate::people::store::Contact;

/// To the new address of an account: is it yours?
#[derive(Debug, Clone, Copy)]
pub struct ConfirmAddress<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// The page with the button.
    pub url: &'a str,
    /// How long it works.
    pub until: &'a str,
}

impl ConfirmAddress<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("Your new address on {}", self.site.name)
    }
}

two_parts!(
    ConfirmAddress,
    "accounts/mail/confirm_address.txt",
    "accounts/mail/confirm_address.html"
);

/// To the old address of an account: it was moved, and can be taken back.
#[derive(Debug, Clone, Copy)]
pub struct AddressChanged<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Where the account is now ("j…@speicher7.example").
    pub new: &'a str,
    /// When it was moved.
    pub when: &'a str,
    /// The page with the button that takes it back.
    pub url: &'a str,
    /// How long that works.
    pub until: &'a str,
}

impl AddressChanged<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("{}: your account has another address", self.site.name)
    }
}

two_parts!(
    AddressChanged,
    "accounts/mail/address_changed.txt",
    "accounts/mail/address_changed.html"
);

/// Mails the link that moves an account to an address.
pub fn confirm_address(
    tx: &mut Tx<'_>,
    site: &Site,
    to: &Contact,
    id: AddressChangeId,
    token: &Token,
    until: Instant,
) -> Result<()> {
    let url = site.absolute(&format!("/account/address/{}", token.reveal()));
    let content = ConfirmAddress { site, url: &url, until: &until.display() }.render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(Kind::ConfirmAddress, to, content, format!("confirm_address:{id}")),
    )
}

/// Tells the old address, with the link that takes it back and how long that works.
pub fn address_changed(
    tx: &mut Tx<'_>,
    site: &Site,
    to: &Contact,
    id: AddressChangeId,
    new: &EmailAddress,
    (undo, until): (&Token, Instant),
) -> Result<()> {
    let url = site.absolute(&format!("/account/address/undo/{}", undo.reveal()));
    let content = AddressChanged {
        site,
        new: &new.masked(),
        when: &tx.now.display(),
        url: &url,
        until: &until.display(),
    }
    .render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(Kind::SecurityNotice, to, content, format!("address_changed:{id}")),
    )
}
