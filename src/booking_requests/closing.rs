//! What the clock does to a request whose time is over.

use super::move_letters::{self, Saying};
use super::moved_mail::Moved;
use super::respond::{make, require};
use super::situation::BY_TIME;
use super::{Actor, store};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::RequestId;
use crate::mail::Site;
use crate::people::links::Side;

/// Closes a request whose time is over. Doing it again does nothing.
pub fn close_by_time(tx: &mut Tx<'_>, site: &Site, id: RequestId) -> Result<()> {
    let request = store::lock_request(tx, id)?;
    let step = BY_TIME.iter().find(|(_, from)| from.contains(&request.state)).map(|(step, _)| step);
    let Some(step) = step.copied().filter(|_| request.expires_at <= tx.now) else { return Ok(()) };
    let to = require(&request, step, Actor::System, tx.now)?;
    make(tx, site, &request, (step, to), Actor::System.into(), None)?;
    let Some(moved) = Moved::by(step) else { return Ok(()) };
    for side in Side::ALL {
        move_letters::tell_of_move(tx, site, &request, moved, *side, Saying::default())?;
    }
    Ok(())
}
