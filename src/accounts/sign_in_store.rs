//! The table of links by which people sign in or make an account.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::sign_in::NewAccount;
use crate::clock::Instant;
use crate::db::schema::sign_ins;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ContactId, SignInId, Token};
use crate::people::store::{Contact, get_contact};
use crate::sealed::{Place, Sealed, blind_index};

/// A link that was not used yet.
#[derive(Debug)]
pub struct Asked {
    /// The row.
    pub id: SignInId,
    /// Whose address it was mailed to.
    pub contact: Contact,
    /// Where to go afterwards: a path of this site.
    pub next: String,
    /// What the new account will be made of; none when there is one already.
    pub new: Option<NewAccount>,
    /// Whether it was asked for in the browser that has this mark.
    pub same_browser: bool,
}

fn index(reader: &Reader<'_>, token: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "sign in", token)
}

fn browser_index(reader: &Reader<'_>, mark: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "browser", mark)
}

const fn body_place(id: SignInId) -> Place {
    Place { table: "sign_ins", column: "body", row: id.0 }
}

/// Notes a link. The token goes into a mail and is nowhere else.
pub fn insert_asked(
    tx: &mut Tx<'_>,
    contact: &Contact,
    mark: &str,
    next: &str,
    new: Option<&NewAccount>,
    life: SignedDuration,
) -> Result<(SignInId, Token)> {
    let token = Token::draw();
    let id: SignInId = tx.ids.next();
    let body = new.map(|new| Sealed::seal(&contact.key, body_place(id), new)).transpose()?;
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::id.eq(id.0),
            sign_ins::token_index.eq(index(tx, token.reveal())),
            sign_ins::contact.eq(contact.id.0),
            sign_ins::browser_index.eq(browser_index(tx, mark)),
            sign_ins::next.eq(next),
            sign_ins::body.eq(body),
            sign_ins::created_at.eq(tx.now.micros()),
            sign_ins::expires_at.eq(tx.now.plus(life).micros()),
        ))
        .execute(tx.conn)?;
    Ok((id, token))
}

/// The link with this token while it can be used; `mark` is what the browser carries.
pub fn get_asked(reader: &mut Reader<'_>, token: &str, mark: &str, now: Instant) -> Result<Asked> {
    type Row = (i64, i64, Vec<u8>, String, Option<Sealed<NewAccount>>);
    let index = index(reader, token);
    let row: Option<Row> = sign_ins::table
        .filter(sign_ins::token_index.eq(index))
        .filter(sign_ins::used_at.is_null())
        .filter(sign_ins::expires_at.gt(now.micros()))
        .select((
            sign_ins::id,
            sign_ins::contact,
            sign_ins::browser_index,
            sign_ins::next,
            sign_ins::body,
        ))
        .first(reader.conn)
        .optional()?;
    let (id, contact, browser, next, body) = row.ok_or(Error::NotFound)?;
    let (id, contact) = (SignInId(id), get_contact(reader, ContactId(contact))?);
    let new = body.map(|body| body.open(&contact.key, body_place(id))).transpose()?;
    let same_browser = browser == browser_index(reader, mark);
    Ok(Asked { id, contact, next, new, same_browser })
}

/// Uses a link up. Of two who try at once one finds it used.
pub fn mark_used(tx: &mut Tx<'_>, id: SignInId) -> Result<()> {
    let used = diesel::update(sign_ins::table.find(id.0).filter(sign_ins::used_at.is_null()))
        .set(sign_ins::used_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Uses up every other link that a person was mailed.
pub fn void_others(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    diesel::update(
        sign_ins::table.filter(sign_ins::contact.eq(contact.0)).filter(sign_ins::used_at.is_null()),
    )
    .set(sign_ins::used_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    Ok(())
}

/// Whether a link by which an account can be made waits for a person.
pub fn has_asked(reader: &mut Reader<'_>, contact: ContactId) -> Result<bool> {
    let count: i64 =
        sign_ins::table.filter(sign_ins::contact.eq(contact.0)).count().get_result(reader.conn)?;
    Ok(count > 0)
}

/// Deletes every link of a person.
pub fn delete_of(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    diesel::delete(sign_ins::table.filter(sign_ins::contact.eq(contact.0))).execute(tx.conn)?;
    Ok(())
}

/// Deletes links that can no longer be used.
pub fn purge(tx: &mut Tx<'_>) -> Result<()> {
    diesel::delete(sign_ins::table.filter(sign_ins::expires_at.lt(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}
