//! Which mails somebody with an account wants. What they switch off they find on their pages all the
//! same. Mails about the account itself, receipts, links that were asked for and what moderators decide
//! are not among them: they are always mailed.

use super::account_store;
use super::notification_store;
use crate::db::types::choices;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::AccountId;
use crate::people::store::Contact;

choices! {
    /// What can be switched off.
    Notice {
        /// A request reached an act of theirs.
        NewRequest = "new_request", "New requests to your acts";
        /// The other side wrote.
        NewMessage = "new_message", "Messages from the other side";
        /// The other side, or the clock, moved a request.
        Moved = "moved", "Answers, withdrawals and endings";
    }
}

/// Those of some people who want to be mailed this. Who has no account gets everything: nothing else
/// would tell them.
pub fn those_who_want(
    reader: &mut Reader<'_>,
    people: Vec<Contact>,
    notice: Notice,
) -> Result<Vec<Contact>> {
    let mut wanting = Vec::new();
    for person in people {
        let account = account_store::find_of_contact(reader, person.id)?;
        let is_off = match account {
            Some(account) => notification_store::is_off(reader, account, notice)?,
            None => false,
        };
        if !is_off {
            wanting.push(person);
        }
    }
    Ok(wanting)
}

/// Keeps on what is in `wanted`, and switches the rest off.
pub fn choose(tx: &mut Tx<'_>, account: AccountId, wanted: &[Notice]) -> Result<()> {
    account_store::lock_account(tx, account)?;
    for notice in Notice::ALL {
        match wanted.contains(notice) {
            true => notification_store::switch_on(tx, account, *notice)?,
            false => notification_store::switch_off(tx, account, *notice)?,
        }
    }
    Ok(())
}
