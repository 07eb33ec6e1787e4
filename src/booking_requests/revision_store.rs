//! The table of revisions: the terms as of each offer, none of them ever changed.

use diesel::prelude::*;

use super::terms::Terms;
use crate::clock::Instant;
use crate::db::schema::revisions;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{RequestId, RevisionId};
use crate::people::links::Side;
use crate::sealed::{DataKey, Place, Sealed};

/// The terms as of one offer.
#[derive(Debug, Clone)]
pub struct Revision {
    /// 1, 2, 3 …
    pub n: i64,
    /// Who proposes it.
    pub by: Side,
    /// What is proposed.
    pub terms: Terms,
    /// The hash by which it is accepted.
    pub sha256: String,
    /// When.
    pub created_at: Instant,
}

/// An offer to be stored.
#[derive(Debug)]
pub struct Offer<'a> {
    /// One more than the one before.
    pub n: i64,
    /// Who proposes it.
    pub by: Side,
    /// What is proposed.
    pub terms: &'a Terms,
    /// Its hash.
    pub sha256: &'a str,
}

/// Where the terms of a revision are sealed.
pub(super) const fn terms_place(revision: i64) -> Place {
    Place { table: "revisions", column: "terms", row: revision }
}

/// Stores an offer. Of two with the same number the database refuses the second.
pub fn insert_revision(
    tx: &mut Tx<'_>,
    request: RequestId,
    key: &DataKey,
    offer: &Offer<'_>,
) -> Result<()> {
    let id: RevisionId = tx.ids.next();
    diesel::insert_into(revisions::table)
        .values((
            revisions::id.eq(id.0),
            revisions::request.eq(request.0),
            revisions::n.eq(offer.n),
            revisions::side.eq(offer.by),
            revisions::terms.eq(Sealed::seal(key, terms_place(id.0), offer.terms)?),
            revisions::sha256.eq(offer.sha256),
            revisions::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = revisions)]
struct Row {
    id: i64,
    n: i64,
    side: Side,
    terms: Sealed<Terms>,
    sha256: String,
    created_at: i64,
}

impl Row {
    fn open(self, key: &DataKey) -> Result<Revision> {
        Ok(Revision {
            n: self.n,
            by: self.side,
            terms: self.terms.open(key, terms_place(self.id))?,
            sha256: self.sha256,
            created_at: Instant::from_micros(self.created_at),
        })
    }
}

/// The current offer.
pub fn get_newest(reader: &mut Reader<'_>, id: RequestId, key: &DataKey) -> Result<Revision> {
    let row: Row = revisions::table
        .filter(revisions::request.eq(id.0))
        .order(revisions::n.desc())
        .select(Row::as_select())
        .first(reader.conn)?;
    row.open(key)
}

/// Every offer, oldest first.
pub fn list_revisions(
    reader: &mut Reader<'_>,
    id: RequestId,
    key: &DataKey,
) -> Result<Vec<Revision>> {
    let rows: Vec<Row> = revisions::table
        .filter(revisions::request.eq(id.0))
        .order(revisions::n)
        .select(Row::as_select())
        .load(reader.conn)?;
    rows.into_iter().map(|row| row.open(key)).collect()
}
