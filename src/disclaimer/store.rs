//! The tables of versions, acceptances and the chain.

use anyhow::{Context, bail};
use diesel::prelude::*;

use super::receipt::{self, Receipt};
use super::{Acceptance, AcceptanceBody, Version, chain, sha256_hex};
use crate::clock::Instant;
use crate::db::installation::signing_key;
use crate::db::key_store::get_key;
use crate::db::schema::{acceptances, disclaimer_versions, receipt_chain, receipt_head};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AcceptanceId, KeyId, RequestId, random_bytes};
use crate::people::links::Side;
use crate::sealed::{DataKey, Place, Sealed};

type VersionRow = (i64, String, String, String, i64);

fn version((number, locale, body, sha256, effective_at): VersionRow) -> Version {
    Version { number, locale, body, sha256, effective_at: Instant::from_micros(effective_at) }
}

/// The version to accept now.
pub fn get_current(reader: &mut Reader<'_>, now: Instant) -> Result<Version> {
    let row: Option<VersionRow> = disclaimer_versions::table
        .filter(disclaimer_versions::effective_at.le(now.micros()))
        .order(disclaimer_versions::number.desc())
        .first(reader.conn)
        .optional()?;
    row.map(version).ok_or_else(|| Error::unexpected("no disclaimer has been published"))
}

/// Every version, newest first.
pub fn list_versions(reader: &mut Reader<'_>) -> Result<Vec<Version>> {
    let rows: Vec<VersionRow> =
        disclaimer_versions::table.order(disclaimer_versions::number.desc()).load(reader.conn)?;
    Ok(rows.into_iter().map(version).collect())
}

/// Publishes the next version, to be accepted from `effective_at` on.
pub fn publish(
    tx: &mut Tx<'_>,
    locale: &str,
    body: &str,
    effective_at: Instant,
) -> Result<Version> {
    let body = body.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim().to_owned();
    if body.chars().count() < 200 {
        return Err(Error::BadRequest(
            "a disclaimer of under 200 characters says too little".into(),
        ));
    }
    let newest = list_versions(tx)?.into_iter().next();
    if newest.as_ref().is_some_and(|newest| newest.effective_at > effective_at) {
        return Err(Error::Conflict("a later version takes effect after this date".into()));
    }
    let version = Version {
        number: newest.map_or(1, |newest| newest.number + 1),
        locale: locale.to_owned(),
        sha256: sha256_hex(body.as_bytes()),
        body,
        effective_at,
    };
    let known: i64 = disclaimer_versions::table
        .filter(disclaimer_versions::sha256.eq(&version.sha256))
        .count()
        .get_result(tx.conn)?;
    if known > 0 {
        return Err(Error::Conflict("this very text has been published already".into()));
    }
    diesel::insert_into(disclaimer_versions::table)
        .values((
            disclaimer_versions::number.eq(version.number),
            disclaimer_versions::locale.eq(&version.locale),
            disclaimer_versions::body.eq(&version.body),
            disclaimer_versions::sha256.eq(&version.sha256),
            disclaimer_versions::effective_at.eq(version.effective_at.micros()),
        ))
        .execute(tx.conn)?;
    Ok(version)
}

/// Publishes the text that comes with the program where nothing has been published, and makes the
/// head of the chain.
pub fn ensure_first(tx: &mut Tx<'_>) -> Result<()> {
    if list_versions(tx)?.is_empty() {
        let now = tx.now;
        publish(tx, "en", super::FIRST_VERSION, now)?;
    }
    let heads: i64 = receipt_head::table.count().get_result(tx.conn)?;
    if heads == 0 {
        diesel::insert_into(receipt_head::table)
            .values((
                receipt_head::id.eq(1),
                receipt_head::n.eq(0),
                receipt_head::link.eq(chain::hex(&chain::GENESIS)),
                receipt_head::version.eq(0),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

const fn body_place(id: AcceptanceId) -> Place {
    Place { table: "acceptances", column: "body", row: id.0 }
}

const fn salt_place(id: AcceptanceId) -> Place {
    Place { table: "acceptances", column: "salt", row: id.0 }
}

/// Writes an acceptance, sealed under the key of who accepted. It comes before the request it is
/// for, since the database refuses a request without one.
pub fn insert_acceptance(
    tx: &mut Tx<'_>,
    acceptance: &Acceptance,
    request: RequestId,
    side: Side,
    terms_sha256: &str,
    key: &DataKey,
) -> Result<AcceptanceId> {
    let id: AcceptanceId = tx.ids.next();
    let body = AcceptanceBody {
        acceptance: id,
        request,
        side,
        disclaimer_version: acceptance.version,
        disclaimer_sha256: acceptance.text_sha256.clone(),
        terms_sha256: terms_sha256.to_owned(),
        accepted_at_micros: tx.now.micros(),
        anonymous_address: acceptance.anonymous_address.clone(),
        locale: acceptance.locale.clone(),
    };
    let salt = chain::hex(&random_bytes());
    diesel::insert_into(acceptances::table)
        .values((
            acceptances::id.eq(id.0),
            acceptances::request.eq(request.0),
            acceptances::side.eq(side),
            acceptances::version.eq(acceptance.version),
            acceptances::text_sha256.eq(&acceptance.text_sha256),
            acceptances::accepted_at.eq(tx.now.micros()),
            acceptances::key_id.eq(key.id()),
            acceptances::body.eq(Some(Sealed::seal(key, body_place(id), &body)?)),
            acceptances::salt.eq(Some(Sealed::seal(key, salt_place(id), &salt)?)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The text that an acceptance is about.
pub fn get_accepted_version(reader: &mut Reader<'_>, id: AcceptanceId) -> Result<Version> {
    let row: Option<VersionRow> = acceptances::table
        .inner_join(
            disclaimer_versions::table.on(disclaimer_versions::number.eq(acceptances::version)),
        )
        .filter(acceptances::id.eq(id.0))
        .select(disclaimer_versions::all_columns)
        .first(reader.conn)
        .optional()?;
    row.map(version).ok_or(Error::NotFound)
}

/// Deletes the acceptances for a request that never joined the chain.
pub fn purge_unchained(tx: &mut Tx<'_>, request: RequestId) -> Result<()> {
    diesel::delete(
        acceptances::table
            .filter(acceptances::request.eq(request.0))
            .filter(acceptances::chain_n.is_null()),
    )
    .execute(tx.conn)?;
    Ok(())
}

/// Deletes one acceptance that never joined the chain.
pub fn delete_unchained(tx: &mut Tx<'_>, id: AcceptanceId) -> Result<()> {
    diesel::delete(acceptances::table.find(id.0).filter(acceptances::chain_n.is_null()))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether an acceptance was made by the person with this key.
pub fn is_of(reader: &mut Reader<'_>, id: AcceptanceId, key: KeyId) -> Result<bool> {
    let count: i64 = acceptances::table
        .find(id.0)
        .filter(acceptances::key_id.eq(key.0))
        .count()
        .get_result(reader.conn)?;
    Ok(count == 1)
}

/// Whether an acceptance can still be read: who made it was not erased.
pub fn is_kept(reader: &mut Reader<'_>, id: AcceptanceId) -> Result<bool> {
    let count: i64 = acceptances::table
        .find(id.0)
        .filter(acceptances::body.is_not_null())
        .count()
        .get_result(reader.conn)?;
    Ok(count == 1)
}

/// Empties the acceptances that a person made. Their commitments stay in the chain, which stays whole;
/// nothing about the person can be worked out from them.
pub fn erase_of(tx: &mut Tx<'_>, key: KeyId) -> Result<()> {
    diesel::update(acceptances::table.filter(acceptances::key_id.eq(key.0)))
        .set((
            acceptances::body.eq(None::<Sealed<AcceptanceBody>>),
            acceptances::salt.eq(None::<Sealed<String>>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

struct Kept {
    body: AcceptanceBody,
    salt: [u8; 32],
    chain_n: Option<i64>,
}

fn get_kept(reader: &mut Reader<'_>, id: AcceptanceId) -> Result<Kept> {
    type Row = (i64, Option<Sealed<AcceptanceBody>>, Option<Sealed<String>>, Option<i64>);
    let row: Option<Row> = acceptances::table
        .find(id.0)
        .select((acceptances::key_id, acceptances::body, acceptances::salt, acceptances::chain_n))
        .first(reader.conn)
        .optional()?;
    let Some((key_id, Some(body), Some(salt), chain_n)) = row else { return Err(Error::NotFound) };
    let key = get_key(reader, KeyId(key_id))?;
    let salt = salt.open(&key, salt_place(id))?;
    let salt = chain::unhex(&salt).context("a salt is unreadable")?;
    Ok(Kept { body: body.open(&key, body_place(id))?, salt, chain_n })
}

/// Appends an acceptance to the chain. The update of the head's row comes first: it is the lock
/// that keeps two nodes from appending to the same link.
pub fn append_to_chain(tx: &mut Tx<'_>, id: AcceptanceId) -> Result<i64> {
    diesel::update(receipt_head::table.find(1))
        .set(receipt_head::version.eq(receipt_head::version + 1))
        .execute(tx.conn)?;
    let kept = get_kept(tx, id)?;
    if let Some(n) = kept.chain_n {
        return Ok(n);
    }
    let (last, link): (i64, String) =
        receipt_head::table.find(1).select((receipt_head::n, receipt_head::link)).first(tx.conn)?;
    let previous = chain::unhex(&link).context("the head of the chain is unreadable")?;
    let commitment = chain::commitment(&kept.salt, &kept.body)?;
    let n = last + 1;
    let link = chain::hex(&chain::link(&previous, n, &commitment));
    diesel::insert_into(receipt_chain::table)
        .values((
            receipt_chain::n.eq(n),
            receipt_chain::commitment.eq(chain::hex(&commitment)),
            receipt_chain::link.eq(&link),
            receipt_chain::appended_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    diesel::update(receipt_head::table.find(1))
        .set((receipt_head::n.eq(n), receipt_head::link.eq(&link)))
        .execute(tx.conn)?;
    diesel::update(acceptances::table.find(id.0))
        .set(acceptances::chain_n.eq(Some(n)))
        .execute(tx.conn)?;
    Ok(n)
}

/// The signed receipt of an acceptance that is in the chain.
pub fn get_receipt(reader: &mut Reader<'_>, site: &str, id: AcceptanceId) -> Result<Receipt> {
    let kept = get_kept(reader, id)?;
    let n = kept.chain_n.ok_or(Error::NotFound)?;
    let previous_link = match n {
        1 => chain::GENESIS,
        n => {
            let link: String = receipt_chain::table
                .find(n - 1)
                .select(receipt_chain::link)
                .first(reader.conn)
                .optional()?
                .with_context(|| format!("link {} of the chain is missing", n - 1))?;
            chain::unhex(&link).context("a link of the chain is unreadable")?
        }
    };
    let disclaimer = get_accepted_version(reader, id)?.body;
    let key = signing_key(reader)?;
    let place =
        receipt::Place { acceptance: kept.body, salt: kept.salt, n, previous_link, disclaimer };
    Ok(receipt::sign(&key, site, place)?)
}

/// When the n-th link joined the chain.
pub fn get_chained_at(reader: &mut Reader<'_>, n: i64) -> Result<Instant> {
    let at: Option<i64> = receipt_chain::table
        .find(n)
        .select(receipt_chain::appended_at)
        .first(reader.conn)
        .optional()?;
    at.map(Instant::from_micros).ok_or(Error::NotFound)
}

/// What a walk along the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// Links in the chain.
    pub links: i64,
    /// Of these, acceptances that are still there and were compared with their commitment.
    pub compared: i64,
}

/// Walks along the chain from the first link and compares everything that can be compared.
pub fn verify_chain(reader: &mut Reader<'_>) -> Result<Walk> {
    let mut walk = Walk { links: 0, compared: 0 };
    let mut previous = chain::GENESIS;
    loop {
        let links: Vec<(i64, String, String)> = receipt_chain::table
            .filter(receipt_chain::n.gt(walk.links))
            .order(receipt_chain::n)
            .select((receipt_chain::n, receipt_chain::commitment, receipt_chain::link))
            .limit(1_000)
            .load(reader.conn)?;
        if links.is_empty() {
            break;
        }
        for (n, commitment, link) in links {
            previous = verify_link(reader, &mut walk, previous, (n, &commitment, &link))
                .with_context(|| format!("the chain is broken at link {n}"))?;
        }
    }
    let (n, head): (i64, String) = receipt_head::table
        .find(1)
        .select((receipt_head::n, receipt_head::link))
        .first(reader.conn)?;
    if n != walk.links || chain::unhex(&head) != Some(previous) {
        return Err(Error::unexpected("the head is not the chain's last link"));
    }
    Ok(walk)
}

fn verify_link(
    reader: &mut Reader<'_>,
    walk: &mut Walk,
    previous: [u8; 32],
    (n, commitment, link): (i64, &str, &str),
) -> anyhow::Result<[u8; 32]> {
    if n != walk.links + 1 {
        bail!("a link is missing before it");
    }
    walk.links = n;
    let commitment = chain::unhex(commitment).context("its commitment is unreadable")?;
    let expected = chain::link(&previous, n, &commitment);
    if chain::unhex(link) != Some(expected) {
        bail!("it does not follow from the link before");
    }
    let id: Option<i64> = acceptances::table
        .filter(acceptances::chain_n.eq(n))
        .select(acceptances::id)
        .first(reader.conn)
        .optional()?;
    let Some(id) = id else { return Ok(expected) };
    match get_kept(reader, AcceptanceId(id)) {
        Ok(kept) if chain::commitment(&kept.salt, &kept.body)? == commitment => walk.compared += 1,
        Ok(_) => bail!("its acceptance is not the one that was committed to"),
        // The person was erased; the commitment stays.
        Err(Error::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(expected)
}
