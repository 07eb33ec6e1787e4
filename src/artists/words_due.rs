//! Writes the words of acts that an import left for later, many at once.

use super::word_index_store::settle;
use crate::clock::Instant;
use crate::db::Db;
use crate::error::Result;

/// Acts whose words an import writes in one transaction: so many that their rows share pages even among
/// those of a million acts, and few enough that nobody waits for longer than a second or two.
pub const AT_ONCE: usize = 40_000;

/// Writes the words of every act that has been due since then or longer, in transactions of so many
/// acts.
pub async fn settle_all(db: &Db, since: Instant, most: usize) -> Result<()> {
    while db.write(move |tx| settle(tx, since, most)).await? > 0 {}
    Ok(())
}
