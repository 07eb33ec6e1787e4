//! The table of people known by an address.

use diesel::prelude::*;

use super::EmailAddress;
use crate::clock::Instant;
use crate::db::key_store::{KeyKind, delete_key, destroy_key, get_key, insert_key};
use crate::db::schema::contacts;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ContactId, KeyId, random_bytes};
use crate::sealed::{DataKey, Place, Sealed, blind_index};

/// A person known by an address, with the key that opens what is theirs.
#[derive(Debug)]
pub struct Contact {
    /// The row.
    pub id: ContactId,
    /// Where mail reaches them.
    pub address: EmailAddress,
    /// Opens and seals their fields.
    pub key: DataKey,
    /// Whether they proved that the address is theirs.
    pub verified: bool,
}

impl Contact {
    /// How mails to this person are counted without naming them.
    pub fn index(&self, reader: &Reader<'_>) -> Vec<u8> {
        mailbox_index(reader, &self.address)
    }
}

/// The index of the mailbox in which mails to an address arrive.
pub fn mailbox_index(reader: &Reader<'_>, address: &EmailAddress) -> Vec<u8> {
    // What follows a plus is one mailbox's own business: it all arrives in the same place.
    let address = address.as_str();
    let mailbox = match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => address.to_owned(),
    };
    blind_index::of_address(reader.vault, &mailbox)
}

const fn address_place(id: ContactId) -> Place {
    Place { table: "contacts", column: "address", row: id.0 }
}

/// The person with this address, if there is one.
pub fn find_contact(reader: &mut Reader<'_>, address: &EmailAddress) -> Result<Option<Contact>> {
    let index = blind_index::of_address(reader.vault, address.as_str());
    let id: Option<i64> = contacts::table
        .filter(contacts::address_index.eq(index))
        .select(contacts::id)
        .first(reader.conn)
        .optional()?;
    id.map(|id| get_contact(reader, ContactId(id))).transpose()
}

/// The person with this id.
pub fn get_contact(reader: &mut Reader<'_>, id: ContactId) -> Result<Contact> {
    type Row = (i64, Sealed<EmailAddress>, Option<i64>);
    let (key_id, address, verified_at): Row = contacts::table
        .find(id.0)
        .select((contacts::key_id, contacts::address, contacts::verified_at))
        .first(reader.conn)
        .optional()?
        .ok_or(Error::NotFound)?;
    let key = get_key(reader, KeyId(key_id))?;
    let address = address.open(&key, address_place(id))?;
    Ok(Contact { id, address, key, verified: verified_at.is_some() })
}

/// The person with this address, made when new.
pub fn ensure_contact(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Contact> {
    if let Some(contact) = find_contact(tx, address)? {
        return Ok(contact);
    }
    let id: ContactId = tx.ids.next();
    let key = insert_key(tx, KeyKind::Person)?;
    diesel::insert_into(contacts::table)
        .values((
            contacts::id.eq(id.0),
            contacts::key_id.eq(key.id()),
            contacts::address_index.eq(blind_index::of_address(tx.vault, address.as_str())),
            contacts::address.eq(Sealed::seal(&key, address_place(id), address)?),
            contacts::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(Contact { id, address: address.clone(), key, verified: false })
}

/// People who never proved their address and are known since before `limit`.
pub fn list_unverified_before(
    reader: &mut Reader<'_>,
    limit: Instant,
    most: i64,
) -> Result<Vec<ContactId>> {
    let ids: Vec<i64> = contacts::table
        .filter(contacts::verified_at.is_null())
        .filter(contacts::created_at.lt(limit.micros()))
        .order(contacts::created_at.desc())
        .select(contacts::id)
        .limit(most)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ContactId).collect())
}

/// Notes that a person proved the address to be theirs.
pub fn mark_verified(tx: &mut Tx<'_>, id: ContactId) -> Result<()> {
    diesel::update(contacts::table.find(id.0).filter(contacts::verified_at.is_null()))
        .set(contacts::verified_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Moves a person to another address, which they have proved to be theirs.
pub fn readdress(tx: &mut Tx<'_>, contact: &Contact, address: &EmailAddress) -> Result<()> {
    diesel::update(contacts::table.find(contact.id.0))
        .set((
            contacts::address_index.eq(blind_index::of_address(tx.vault, address.as_str())),
            contacts::address.eq(Sealed::seal(&contact.key, address_place(contact.id), address)?),
            contacts::verified_at.eq(Some(tx.now.micros())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A person who never proved an address gives it up to one who has: whoever typed it somewhere can have
/// made this row. What is left of it goes with the others that nobody confirms.
pub fn give_up_address(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    diesel::update(contacts::table.find(contact.id.0))
        .set(contacts::address_index.eq(random_bytes::<32>().to_vec()))
        .execute(tx.conn)?;
    Ok(())
}

/// Locks a person's row; [`Error::NotFound`] when another has erased it.
pub fn lock_contact(tx: &mut Tx<'_>, id: ContactId) -> Result<()> {
    let found = diesel::update(contacts::table.find(id.0))
        .set(contacts::created_at.eq(contacts::created_at))
        .execute(tx.conn)?;
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Erases a person: the row goes, and the key is destroyed. What else they sealed (acceptances,
/// mails) is unreadable from then on; the caller has taken away everything that points here.
pub fn erase_contact(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    diesel::delete(contacts::table.find(contact.id.0)).execute(tx.conn)?;
    destroy_key(tx, KeyId(contact.key.id()))
}

/// A person to whom one more mail goes after they were erased, under a key that lives no longer
/// than that mail.
pub fn last_contact(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Contact> {
    let key = insert_key(tx, KeyKind::Person)?;
    Ok(Contact { id: tx.ids.next(), address: address.clone(), key, verified: true })
}

/// Deletes a person to whom nothing belongs any more, with their key.
pub fn delete_contact(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    diesel::delete(contacts::table.find(contact.id.0)).execute(tx.conn)?;
    delete_key(tx, KeyId(contact.key.id()))
}
