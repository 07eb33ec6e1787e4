//! Holds: an artist keeps a night for a request, lets it go, and what two promoters with holds for
//! one night say to each other without learning who the other is.

use jiff::SignedDuration;
use jiff::civil::Date;

use super::hold_store::{self, Hold};
use super::move_letters::{self, Saying};
use super::move_store::record_move;
use super::moved_mail::Moved;
use super::party::{self, Party};
use super::respond::{find_night, require};
use super::store::{self, AgreedNight, Request};
use super::{Actor, Move, State, dates, news_store, night_store, thread_store};
use crate::calendar;
use crate::clock::Instant;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{ArtistId, RequestId};
use crate::mail::Site;
use crate::people::links::Side;

/// How long the first hold of a night is kept when nothing else is said, in days.
pub const FIRST_DAYS: i64 = 7;
/// How long one behind it is.
pub const LATER_DAYS: i64 = 5;
/// How long a challenged hold has for an answer.
pub const CHALLENGE: SignedDuration = SignedDuration::from_hours(48);

/// How the page of who challenged says that the hold before stands.
const BEFORE_STANDS: (Move, &str) = (Move::Stand, "the promoter of the hold before yours");

/// The request of a party, locked together with the artist's calendar, so that ranks stand still.
fn lock(tx: &mut Tx<'_>, party: &Party, step: Move) -> Result<Request> {
    let request = party::lock_to_move(tx, party, step)?;
    with_calendar(tx, request)
}

/// Locks the calendar as well, and looks at the hold again under that lock.
pub(super) fn with_calendar(tx: &mut Tx<'_>, mut request: Request) -> Result<Request> {
    calendar::store::lock_calendar(tx, request.artist)?;
    request.hold = hold_store::find_hold(tx, request.id)?;
    Ok(request)
}

/// Until when a hold is kept that was promised until a day: the end of that day at the venue, and
/// never longer than until its night begins or the request closes.
fn end_of(request: &Request, night: &AgreedNight, day: &str, now: Instant) -> Result<Instant> {
    let day: Date = day
        .trim()
        .parse()
        .map_err(|_| Error::field("until", "Say until which day the night is kept"))?;
    let zone = request.revision.terms.zone()?;
    let latest = request.expires_at.min(night.starts_at);
    let last = dates::date_at(latest, &zone);
    if day < dates::date_at(now, &zone) {
        return Err(Error::field("until", "This day has passed"));
    }
    if day > last {
        return Err(Error::field(
            "until",
            format!(
                "A night is kept until it begins or the request closes, here {} at the latest",
                dates::evening(last)
            ),
        ));
    }
    let end = day.tomorrow().ok().and_then(|day| dates::start_of(day, &zone));
    Ok(end.map_or(latest, |end| end.min(latest)))
}

/// The day that the form proposes: a week for the first hold of a night, five days for a later one,
/// at the latest the day on which the request closes or the first of its nights begins.
pub fn proposed_day(request: &Request, rank: i64, now: Instant) -> Result<Date> {
    let days = if rank == 1 { FIRST_DAYS } else { LATER_DAYS };
    let zone = request.revision.terms.zone()?;
    let day = dates::date_at(now.plus(SignedDuration::from_hours(days * 24)), &zone);
    let nights = request.revision.terms.event.nights.iter().map(|night| night.starts_at(&zone));
    let first = nights.filter(|starts| *starts > now).min().unwrap_or(request.expires_at);
    Ok(day.min(dates::date_at(request.expires_at.min(first), &zone)))
}

/// The artist keeps a night for the request, or keeps it until another day.
pub fn hold(tx: &mut Tx<'_>, site: &Site, party: &Party, night: &str, until: &str) -> Result<()> {
    let mut request = lock(tx, party, Move::Hold)?;
    let to = require(&request, Move::Hold, party.side.into(), tx.now)?;
    let night = find_night(&request, night, tx.now)?;
    let until = end_of(&request, &night, until, tx.now)?;
    let at_once = SignedDuration::ZERO;
    let span = (night.starts_at, night.ends_at);
    let taken = night_store::list_overlapping(tx, request.artist, request.id, span, at_once)?;
    if !taken.is_empty() {
        return Err(Error::field(
            "night",
            "Another request is confirmed for that time, so the night cannot be kept for this one",
        ));
    }
    let no_longer = request.hold.map(|held| held.night).filter(|held| *held != night.date);
    match &request.hold {
        Some(held) if held.night == night.date => {
            hold_store::promise(tx, request.id, until)?;
        }
        Some(_) => {
            drop_hold(tx, site, &request)?;
            hold_store::insert_hold(tx, request.id, request.artist, night.date, until)?;
        }
        None => hold_store::insert_hold(tx, request.id, request.artist, night.date, until)?,
    }
    let held = hold_store::find_hold(tx, request.id)?.ok_or(Error::NotFound)?;
    let note =
        format!("{}, {}, until {}", dates::evening(night.date), held.rank_shown(), until.display());
    record_move(tx, &request, Move::Hold, to, party.into(), Some(&note))?;
    request.hold = Some(held);
    let saying = Saying { no_longer, ..Saying::default() };
    move_letters::tell_of_move(tx, site, &request, Moved::Held, Side::Promoter, saying)
}

/// Lets a hold go: the artist at any time, its promoter when it is challenged. The request goes on.
pub fn let_go(tx: &mut Tx<'_>, site: &Site, party: &Party) -> Result<()> {
    let request = lock(tx, party, Move::LetGo)?;
    let actor = Actor::from(party.side);
    let to = require(&request, Move::LetGo, actor, tx.now)?;
    drop_hold(tx, site, &request)?;
    record_move(tx, &request, Move::LetGo, to, party.into(), Some(&request.night_shown()))?;
    move_letters::tell_of_move(
        tx,
        site,
        &request,
        Moved::LetGo,
        party.side.other(),
        Saying::default(),
    )
}

/// The clock lets a hold go whose time is up. Doing it again does nothing.
pub fn lapse(tx: &mut Tx<'_>, site: &Site, id: RequestId) -> Result<()> {
    let request = store::lock_request(tx, id)?;
    let request = with_calendar(tx, request)?;
    let Ok(to) = require(&request, Move::HoldLapse, Actor::System, tx.now) else {
        return Ok(());
    };
    let Some(held) = request.hold else { return Ok(()) };
    let why = match (held.is_taken, held.challenger) {
        (true, _) => "The night was confirmed for another request",
        (false, Some(_)) => "The challenge was not answered in time",
        (false, None) => "The day until which it was kept has passed",
    };
    drop_hold(tx, site, &request)?;
    let note = format!("{}. {why}", request.night_shown());
    record_move(tx, &request, Move::HoldLapse, to, Actor::System.into(), Some(&note))?;
    let saying = Saying { reason: why, ..Saying::default() };
    for side in Side::ALL {
        move_letters::tell_of_move(tx, site, &request, Moved::HoldLapsed, *side, saying)?;
    }
    Ok(())
}

/// Lets the hold of a request go that is over, or held back, or agreed for another night.
pub(super) fn give_up(tx: &mut Tx<'_>, site: &Site, request: &Request) -> Result<()> {
    if request.hold.is_none() {
        return Ok(());
    }
    calendar::store::lock_calendar(tx, request.artist)?;
    drop_hold(tx, site, request)
}

/// Takes a hold away. Those behind it move up and are told; a challenge by it is over.
fn drop_hold(tx: &mut Tx<'_>, site: &Site, request: &Request) -> Result<()> {
    let Some(night) = request.hold.map(|hold| hold.night) else { return Ok(()) };
    let before = hold_store::list_of_night(tx, request.artist, night)?;
    hold_store::delete_hold(tx, request.id)?;
    end_own_challenge(tx, site, &before, request.id)?;
    let own_place = before.iter().position(|hold| hold.request == request.id);
    for hold in before.iter().skip(own_place.map_or(before.len(), |at| at + 1)) {
        if !hold.is_taken {
            move_up(tx, site, hold.request)?;
        }
    }
    Ok(())
}

/// Whoever challenged a hold of this night is no longer asking: it stands as it was promised.
fn end_own_challenge(
    tx: &mut Tx<'_>,
    site: &Site,
    of_night: &[Hold],
    challenger: RequestId,
) -> Result<()> {
    for hold in of_night.iter().filter(|hold| hold.challenger == Some(challenger)) {
        hold_store::end_challenge(tx, hold, false)?;
        let note = format!("no longer; it stands until {}", hold.promised_until.display());
        tell(tx, site, hold.request, Moved::ChallengeOver, (Move::Challenged, &note))?;
    }
    Ok(())
}

fn move_up(tx: &mut Tx<'_>, site: &Site, id: RequestId) -> Result<()> {
    let request = store::get_request(tx, id)?;
    let Some(held) = request.hold else { return Ok(()) };
    if require(&request, Move::MoveUp, Actor::System, tx.now).is_err() {
        return Ok(());
    }
    let note = format!("{}, {}", dates::evening(held.night), held.rank_shown());
    note_event(tx, &request, Move::MoveUp, &note)?;
    move_letters::tell_of_move(
        tx,
        site,
        &request,
        Moved::MovedUp,
        Side::Promoter,
        Saying::default(),
    )
}

/// Records what happens to a request that is not locked: nothing of its row changes.
fn note_event(tx: &mut Tx<'_>, request: &Request, step: Move, note: &str) -> Result<()> {
    let (id, state) = (request.id, request.state);
    let by = Actor::System;
    thread_store::insert_event(tx, id, &request.key, step, state, by.into(), Some(note))?;
    news_store::note(tx, request, by, true)
}

/// Tells the promoter of a request what another's hold means for theirs, by mail and on its page.
fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    id: RequestId,
    moved: Moved,
    (step, note): (Move, &str),
) -> Result<()> {
    let request = store::get_request(tx, id)?;
    note_event(tx, &request, step, note)?;
    move_letters::tell_of_move(tx, site, &request, moved, Side::Promoter, Saying::default())
}

/// The promoter of a later hold asks the one before it to confirm or to go.
pub fn challenge(tx: &mut Tx<'_>, site: &Site, party: &Party) -> Result<()> {
    let request = lock(tx, party, Move::Challenge)?;
    let to = require(&request, Move::Challenge, party.side.into(), tx.now)?;
    let before = request.hold.and_then(|hold| hold.before).ok_or(Error::NotFound)?;
    let challenged = hold_store::find_hold(tx, before)?.ok_or(Error::NotFound)?;
    let until = tx.now.plus(CHALLENGE).min(challenged.promised_until);
    hold_store::challenge(tx, before, request.id, until)?;
    let note = format!("{}. An answer is due by {}", request.night_shown(), until.display());
    record_move(tx, &request, Move::Challenge, to, party.into(), Some(&note))?;
    let until = until.display();
    let saying = Saying { until: &until, ..Saying::default() };
    move_letters::tell_of_move(tx, site, &request, Moved::Challenging, Side::Artist, saying)?;
    let other = store::get_request(tx, before)?;
    note_event(tx, &other, Move::Challenged, &note)?;
    move_letters::tell_of_move(tx, site, &other, Moved::Challenged, Side::Promoter, saying)
}

/// The promoter of a challenged hold is ready to confirm. The artist decides.
pub fn stand(tx: &mut Tx<'_>, site: &Site, party: &Party) -> Result<()> {
    let request = lock(tx, party, Move::Stand)?;
    let to = require(&request, Move::Stand, party.side.into(), tx.now)?;
    let Some(held) = request.hold else { return Err(Error::NotFound) };
    hold_store::end_challenge(tx, &held, true)?;
    record_move(tx, &request, Move::Stand, to, party.into(), Some(&request.night_shown()))?;
    move_letters::tell_of_move(tx, site, &request, Moved::Stands, Side::Artist, Saying::default())?;
    match held.challenger {
        Some(challenger) => tell(tx, site, challenger, Moved::BeforeStands, BEFORE_STANDS),
        None => Ok(()),
    }
}

/// Keeps the place of a hold whose night was accepted. Who challenged it is told that it stands, and
/// whom its promoter challenged is asked no more.
pub(super) fn keep_for_agreed(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: ArtistId,
    hold: &Hold,
    until: Instant,
) -> Result<()> {
    let of_night = hold_store::list_of_night(tx, artist, hold.night)?;
    end_own_challenge(tx, site, &of_night, hold.request)?;
    hold_store::keep_until(tx, hold.request, until)?;
    match hold.challenger {
        Some(challenger) => tell(tx, site, challenger, Moved::BeforeStands, BEFORE_STANDS),
        None => Ok(()),
    }
}

/// Whether a request in this state shows its hold.
pub const fn shows_hold(state: State) -> bool {
    matches!(state, State::OnHold | State::Countered)
}
