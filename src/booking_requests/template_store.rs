//! Request forms that a person keeps to begin others with.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::db::schema::request_templates;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::TemplateId;
use crate::people::store::Contact;
use crate::sealed::{Place, Sealed};

/// A form that is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestTemplate {
    /// How its owner calls it.
    pub name: String,
    /// Its fields: name and what was entered.
    pub fields: Vec<(String, String)>,
}

const fn place(id: TemplateId) -> Place {
    Place { table: "request_templates", column: "body", row: id.0 }
}

/// Everything that a person keeps, oldest first.
pub fn list_templates(
    reader: &mut Reader<'_>,
    person: &Contact,
) -> Result<Vec<(TemplateId, RequestTemplate)>> {
    let rows: Vec<(i64, Sealed<RequestTemplate>)> = request_templates::table
        .filter(request_templates::contact.eq(person.id.0))
        .order(request_templates::id)
        .select((request_templates::id, request_templates::body))
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, body)| {
            let id = TemplateId(id);
            Ok((id, body.open(&person.key, place(id))?))
        })
        .collect()
}

/// One of them; another's is not found.
pub fn get_template(
    reader: &mut Reader<'_>,
    person: &Contact,
    id: TemplateId,
) -> Result<RequestTemplate> {
    let kept = list_templates(reader, person)?.into_iter().find(|(known, _)| *known == id);
    kept.map(|(_, template)| template).ok_or(Error::NotFound)
}

/// Keeps a form.
pub fn insert_template(
    tx: &mut Tx<'_>,
    person: &Contact,
    template: &RequestTemplate,
) -> Result<TemplateId> {
    let id: TemplateId = tx.ids.next();
    diesel::insert_into(request_templates::table)
        .values((
            request_templates::id.eq(id.0),
            request_templates::contact.eq(person.id.0),
            request_templates::body.eq(Sealed::seal(&person.key, place(id), template)?),
            request_templates::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Keeps it no longer. Another's is not touched.
pub fn delete_template(tx: &mut Tx<'_>, person: &Contact, id: TemplateId) -> Result<()> {
    diesel::delete(
        request_templates::table.find(id.0).filter(request_templates::contact.eq(person.id.0)),
    )
    .execute(tx.conn)?;
    Ok(())
}
