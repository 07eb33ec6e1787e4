//! Adding an act: facts that are public, by somebody who need not be the act. Whether it may be added,
//! and who sees it then, is decided by [`crate::moderation::new_artist`].

use super::added_store::ADDED;
use super::doubles::external_ids;
use super::names::{numbered, slug_for};
use super::{Facts, double_store, edit_store, store};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::ContactId;

/// Acts of one name that can be told apart by a number in their address.
const NAMESAKES: u32 = 9_999;

/// What the form says by which an act is added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAct {
    /// The facts. Address, listing and source are made when it is added.
    pub facts: Facts,
    /// Where the facts can be checked.
    pub source: String,
    /// The addresses of the acts of which it was said that it is none of them.
    pub shown: Vec<String>,
}

/// Adds an act, and notes who did. Returns the last part of its address.
pub fn add(tx: &mut Tx<'_>, who: ContactId, facts: Facts) -> Result<String> {
    let facts = Facts { slug: free_slug(tx, &facts.name)?, ..facts };
    let id = store::insert_artist(tx, &facts, &[])?;
    for (scheme, value) in external_ids(&facts.links) {
        double_store::add_external_id(tx, id, &scheme, &value)?;
    }
    edit_store::insert_change(tx, id, who, ADDED)?;
    Ok(facts.slug)
}

/// An address that no act has or had.
fn free_slug(reader: &mut Reader<'_>, name: &str) -> Result<String> {
    let wanted = slug_for(name);
    for number in 1..=NAMESAKES {
        let slug = if number == 1 { wanted.clone() } else { numbered(&wanted, number) };
        let is_taken = store::find_by_slug(reader, &slug)?.is_some()
            || edit_store::find_by_old_slug(reader, &slug)?.is_some();
        if !is_taken {
            return Ok(slug);
        }
    }
    Err(Error::field("name", "Too many acts have this name already"))
}
