//! Searches in their requests that people keep by a name.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::db::schema::saved_views;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::ViewId;
use crate::people::store::Contact;
use crate::sealed::{Place, Sealed};

/// A search that is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SavedView {
    /// How its owner calls it.
    pub name: String,
    /// The query of its address ("show=turn&q=berlin").
    pub query: String,
}

const fn place(id: ViewId) -> Place {
    Place { table: "saved_views", column: "body", row: id.0 }
}

/// Everything that a person keeps, oldest first.
pub fn list_views(reader: &mut Reader<'_>, person: &Contact) -> Result<Vec<(ViewId, SavedView)>> {
    let rows: Vec<(i64, Sealed<SavedView>)> = saved_views::table
        .filter(saved_views::contact.eq(person.id.0))
        .order(saved_views::id)
        .select((saved_views::id, saved_views::body))
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, body)| Ok((ViewId(id), body.open(&person.key, place(ViewId(id)))?)))
        .collect()
}

/// Keeps a search.
pub fn insert_view(tx: &mut Tx<'_>, person: &Contact, view: &SavedView) -> Result<()> {
    let id: ViewId = tx.ids.next();
    diesel::insert_into(saved_views::table)
        .values((
            saved_views::id.eq(id.0),
            saved_views::contact.eq(person.id.0),
            saved_views::body.eq(Sealed::seal(&person.key, place(id), view)?),
            saved_views::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Keeps it no longer. Another's is not touched.
pub fn delete_view(tx: &mut Tx<'_>, person: &Contact, id: ViewId) -> Result<()> {
    diesel::delete(saved_views::table.find(id.0).filter(saved_views::contact.eq(person.id.0)))
        .execute(tx.conn)?;
    Ok(())
}
