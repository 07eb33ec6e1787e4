//! Which mails somebody with an account wants, and when: at once, once a day, or never. What is not
//! mailed they find on their pages all the same. Mails about the account itself, receipts, links that
//! were asked for and what moderators decide are not among them: they are always mailed, at once.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::account_store;
use super::notification_store;
use crate::clock::Instant;
use crate::db::Tx;
use crate::db::types::choices;
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::people::store::Contact;

/// When the mail of a day comes, on the clock of who reads it.
const MORNING: Time = Time::constant(8, 0, 0, 0);

choices! {
    /// What can be chosen.
    Notice {
        /// A request reached an act of theirs.
        NewRequest = "new_request", "New requests to your acts";
        /// The other side wrote.
        NewMessage = "new_message", "Messages from the other side";
        /// The other side, or the clock, moved a request.
        Moved = "moved", "Answers, counter-offers, holds, confirmations and endings";
    }
}

choices! {
    /// When somebody wants it.
    How {
        /// Each by itself.
        AtOnce = "at_once", "At once";
        /// All of a day in one mail.
        Digest = "digest", "Once a day";
        /// Not by mail.
        Never = "never", "Never";
    }
}

/// Those of some people who want to be mailed this at once. Who has no account gets everything: nothing
/// else would tell them. Who wants it once a day gets it with what else is new, the next morning.
pub fn those_who_want(
    tx: &mut Tx<'_>,
    people: Vec<Contact>,
    notice: Notice,
) -> Result<Vec<Contact>> {
    let mut wanting = Vec::new();
    for person in people {
        let account = account_store::find_of_contact(tx, person.id)?;
        let how = match account {
            Some(account) => notification_store::get_how(tx, account, notice)?,
            None => How::AtOnce,
        };
        match (how, account) {
            (How::Digest, Some(account)) => {
                let zone = notification_store::get_zone(tx, account)?;
                let due = next_morning(&zone, tx.now);
                notification_store::schedule(tx, account, due)?;
            }
            (How::AtOnce, _) => wanting.push(person),
            (How::Never | How::Digest, _) => {}
        }
    }
    Ok(wanting)
}

/// The next morning in a zone; one that is not known any more counts as UTC.
fn next_morning(zone: &str, now: Instant) -> Instant {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let here = now.timestamp().to_zoned(zone.clone());
    let today = here.date().to_datetime(MORNING).to_zoned(zone.clone());
    let tomorrow = here.date().tomorrow().and_then(|day| day.to_datetime(MORNING).to_zoned(zone));
    [today, tomorrow]
        .into_iter()
        .flatten()
        .map(|morning| Instant::from(morning.timestamp()))
        .find(|morning| *morning > now)
        .unwrap_or(now)
}

/// Keeps what was chosen. What is not among `chosen` is not mailed.
pub fn choose(
    tx: &mut Tx<'_>,
    account: AccountId,
    chosen: &[(Notice, How)],
    zone: &str,
) -> Result<()> {
    account_store::lock_account(tx, account)?;
    if TimeZone::get(zone).is_err() {
        return Err(Error::field("zone", "Choose your time zone"));
    }
    notification_store::set_zone(tx, account, zone)?;
    for notice in Notice::ALL {
        let how = chosen.iter().find(|(known, _)| known == notice);
        notification_store::set_how(tx, account, *notice, how.map_or(How::Never, |(_, how)| *how))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse::<jiff::Timestamp>().unwrap().into()
    }

    #[test]
    fn the_mail_of_a_day_comes_at_eight_where_its_reader_is() {
        for (zone, now, due) in [
            ("Europe/Berlin", "2027-01-10T06:59:00Z", "2027-01-10T07:00:00Z"),
            ("Europe/Berlin", "2027-01-10T07:00:00Z", "2027-01-11T07:00:00Z"),
            ("Europe/Berlin", "2027-07-10T07:00:00Z", "2027-07-11T06:00:00Z"),
            ("America/New_York", "2027-01-10T07:00:00Z", "2027-01-10T13:00:00Z"),
            ("Nowhere/Else", "2027-01-10T09:00:00Z", "2027-01-11T08:00:00Z"),
        ] {
            assert_eq!(next_morning(zone, at(now)), at(due), "{zone} {now}");
        }
    }
}
