//! The thread of a request as one of its two sides sees it: read whole in one look at the
//! database, then laid out for the page.

use std::collections::{BTreeSet, HashMap};

use super::dates::evening;
use super::holding::shows_hold;
use super::letters::{
    self, accepted_disclaimer, disclaimer_view, display_name, is_held_from, numbered_terms,
};
use super::parts::{DisclaimerView, StateView, TermGroup};
use super::party::{self, Door, Party};
use super::receipts::{acceptance_of, receipt_url};
use super::revision_store::{self, Revision};
use super::situation::Situation;
use super::store::{self, Request};
use super::thread_store::{self, Event, Message, Written};
use super::{Actor, Move, State};
use crate::artists::team::{self, Capability, TeamRole};
use crate::artists::{self, Artist};
use crate::calendar::events;
use crate::clock::Instant;
use crate::db::Reader;
use crate::disclaimer;
use crate::error::Result;
use crate::ids::{AcceptanceId, ArtistId, ContactId};
use crate::mail::Site;
use crate::people::links::{Purpose, Side};

/// Everything that a page about a thread is made from.
#[derive(Debug)]
pub struct Look {
    /// Who reads.
    pub party: Party,
    /// The request.
    pub request: Request,
    /// Where it stands now.
    pub situation: Situation,
    /// The artist.
    pub artist: Artist,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Oldest first.
    pub events: Vec<Event>,
    /// The text that the promoter accepted.
    pub accepted: DisclaimerView,
    /// The text in force.
    pub current: DisclaimerView,
    /// All terms as both sides read them.
    pub terms: Vec<TermGroup>,
    /// Every offer, oldest first.
    pub offers: Vec<Revision>,
    /// Whether nobody is left on the other side.
    pub is_alone: bool,
    /// Whether the reader is signed in: files are for those who are.
    pub is_signed_in: bool,
    /// Whom of the artist's team its members read by name: everybody, where there are several.
    pub team: HashMap<ContactId, String>,
    /// Whether the reader's side has a receipt that can still be read.
    pub has_receipt: bool,
}

/// Reads a thread through a door; a link must be of the given purpose.
pub fn look(reader: &mut Reader<'_>, door: &Door, purpose: Purpose, now: Instant) -> Result<Look> {
    let party = party::enter(reader, door, purpose, now)?;
    let request = store::get_request(reader, party.request)?;
    let artist = artists::store::get_artist(reader, request.artist)?;
    let is_alone = match party.side {
        Side::Artist => request.promoter().is_err(),
        Side::Promoter => {
            artists::contact_store::list_confirmed_contacts(reader, artist.id)?.is_empty()
        }
    };
    let has_receipt = match acceptance_of(&request, party.side) {
        Some(own) => request.sent_at.is_some() && disclaimer::store::is_kept(reader, own)?,
        None => false,
    };
    let messages = thread_store::list_messages(reader, &request)?;
    let events = thread_store::list_events(reader, &request)?;
    let team = match party.side {
        Side::Artist => {
            let hands = messages.iter().map(|message| message.hand);
            let hands = hands.chain(events.iter().map(|event| event.hand));
            let acted = hands.filter_map(|hand| hand.contact).collect();
            team_names(reader, artist.id, party.contact, &acted)?
        }
        Side::Promoter => HashMap::new(),
    };
    Ok(Look {
        is_signed_in: matches!(door, Door::Account(..)),
        is_alone,
        team,
        has_receipt,
        messages,
        events,
        accepted: accepted_disclaimer(reader, &request)?,
        current: disclaimer_view(&disclaimer::store::get_current(reader, now)?),
        terms: numbered_terms(&request)?,
        offers: match request.revision.n {
            1 => Vec::new(),
            _ => revision_store::list_revisions(reader, request.id, &request.key)?,
        },
        situation: request.situation(now),
        party,
        request,
        artist,
    })
}

/// The names by which a member of a team knows those who acted; nobody's while there are no others.
fn team_names(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    own: ContactId,
    acted: &BTreeSet<ContactId>,
) -> Result<HashMap<ContactId, String>> {
    let mut names = HashMap::new();
    let team = artists::contact_store::list_confirmed_contacts(reader, artist)?;
    for contact in team.iter().filter(|one| team.len() > 1 && acted.contains(one)) {
        let name = match *contact == own {
            true => "you".to_owned(),
            false => team::name_of(reader, *contact)?
                .unwrap_or_else(|| "somebody who has no account".to_owned()),
        };
        names.insert(*contact, name);
    }
    Ok(names)
}

impl Look {
    /// The side that reads.
    pub const fn side(&self) -> Side {
        self.party.side
    }

    /// The reader's own name here.
    pub fn own_name(&self) -> String {
        display_name(&self.artist, &self.request, self.side())
    }

    /// The other side's name.
    pub fn counterpart(&self) -> String {
        display_name(&self.artist, &self.request, self.side().other())
    }

    /// "Harbour Night"; its number, where the words of the request are kept from who reads.
    pub fn event_name(&self) -> String {
        letters::event_name(&self.request, self.side())
    }

    /// "Sent to 3 acts at once."; empty for a request to one.
    pub fn asked(&self) -> String {
        match self.request.asked {
            1 => String::new(),
            asked => format!("Sent to {asked} acts at once."),
        }
    }

    /// Where the request stands, in words for who reads.
    pub fn state(&self) -> StateView {
        let state = self.request.state;
        let closes = || format!("It closes by itself on {}.", self.request.expires_at.display());
        let night = self.request.night_shown();
        StateView {
            class: state.class().to_owned(),
            label: state.label().to_owned(),
            explanation: match state {
                State::Sent | State::Countered | State::OnHold => closes(),
                State::Accepted => format!(
                    "The night is {night}. Once you have made your own agreement, each of you \
                     confirms it here."
                ),
                State::HalfConfirmed => match self.request.half_confirmed_by {
                    Some(side) if side == self.side() => format!(
                        "The night is {night}. Your side has confirmed it; {} has still to do so.",
                        self.counterpart()
                    ),
                    _ => format!(
                        "The night is {night}. {} has confirmed it; your side has still to do so.",
                        self.counterpart()
                    ),
                },
                State::Confirmed => format!(
                    "The night is {night}. Both of you say that you have made your own agreement."
                ),
                state => match self.events.iter().rev().find(|event| event.state == state) {
                    Some(event) => self.became(event),
                    None => state.meaning().to_owned(),
                },
            },
        }
    }

    /// How the request came to where it is now, in a sentence.
    fn became(&self, event: &Event) -> String {
        let when = event.created_at.display();
        let happened = match (event.actor, event.step) {
            (Actor::Promoter | Actor::Artist, step) => {
                let side = match event.actor {
                    Actor::Promoter => Side::Promoter,
                    _ => Side::Artist,
                };
                let who = self.author(side, event.hand);
                match step {
                    Move::Cancel => format!("{who} called the night off on {when}"),
                    Move::Decline => format!("{who} said no on {when}"),
                    Move::Withdraw => format!("{who} took the request back on {when}"),
                    Move::Complete => format!("{who} said on {when} that the night has been"),
                    step => format!("{who}, on {when}: {}", step.label().to_lowercase()),
                }
            }
            (_, Move::Expire) => format!("Nobody answered in time, so it closed on {when}"),
            (_, Move::Lapse) => {
                format!("The night has passed without both confirming it: it closed on {when}")
            }
            (_, Move::Complete) => format!("The night has been; it was completed on {when}"),
            (Actor::Moderator, Move::Quarantine) => {
                format!("A moderator holds it for review since {when}")
            }
            (Actor::Moderator, step) => {
                format!("{} by a moderator on {when}", step.label())
            }
            (_, step) => format!("{} on {when}", step.label()),
        };
        match event.note.trim_end_matches('.') {
            "" => format!("{happened}."),
            note => format!("{happened}: {note}."),
        }
    }

    /// Which night is kept for the request, and until when; empty while none is.
    pub fn hold(&self) -> String {
        let Some(hold) = self.request.hold.filter(|_| shows_hold(self.request.state)) else {
            return String::new();
        };
        let (night, until) = (evening(hold.night), hold.expires_at.display());
        if hold.expires_at <= self.situation.now {
            return format!("The hold of {night} is over.");
        }
        let kept = match self.side() {
            Side::Artist => format!("You keep {night} for this request until {until}"),
            Side::Promoter => format!("{} keeps {night} for you until {until}", self.counterpart()),
        };
        let rank = hold.rank_shown();
        let challenged = match (hold.challenger, self.side()) {
            (None, _) => "",
            (Some(_), Side::Promoter) => {
                " Another promoter is ready to confirm that night: say by then that you are, too, \
                 or the hold lapses."
            }
            (Some(_), Side::Artist) => {
                " The promoter of a later hold has challenged it: without an answer by then it \
                 lapses."
            }
        };
        format!("{kept}. It is the {rank} of that night.{challenged}")
    }

    /// Whose turn it is.
    pub fn turn(&self) -> String {
        let challenged = self.request.hold.filter(|hold| hold.challenger.is_some());
        if let Some(hold) = challenged.filter(|_| shows_hold(self.request.state)) {
            let until = hold.expires_at.display();
            return match self.side() {
                Side::Promoter => format!("It is your turn: the hold is challenged until {until}"),
                Side::Artist => format!("{} has until {until} to answer", self.counterpart()),
            };
        }
        match self.situation.desk().side() {
            Some(side) if side == self.side() && !self.party.may_answer() => {
                "It is your side’s turn. Others of the team answer".into()
            }
            Some(side) if side == self.side() => "It is your turn".into(),
            Some(_) => format!("It is {}’s turn", self.counterpart()),
            None => String::new(),
        }
    }

    /// Whose words or move something is: "Night Ferry, by the manager" for the other side, and for the
    /// team the name of who it was.
    pub(super) fn author(&self, side: Side, hand: Written) -> String {
        let name = display_name(&self.artist, &self.request, side);
        let role = hand.role.map_or("", TeamRole::by);
        let known = hand.contact.and_then(|contact| self.team.get(&contact));
        match (known, role) {
            (Some(who), _) => format!("{name}, by {who}"),
            (None, "") => name,
            (None, role) => format!("{name}, by {role}"),
        }
    }

    /// The acceptance by which the reader's side is bound.
    pub fn own_acceptance(&self) -> Option<AcceptanceId> {
        acceptance_of(&self.request, self.side())
    }

    /// Every offer, oldest first.
    pub fn all_offers(&self) -> impl Iterator<Item = &Revision> {
        let only = self.offers.is_empty().then_some(&self.request.revision);
        self.offers.iter().chain(only)
    }

    /// The night that is held or agreed on, as a calendar file; none while there is none, or while
    /// the words of the request are kept from who reads.
    pub fn night_file(&self, reader: &mut Reader<'_>, site: &Site) -> Result<Option<String>> {
        let night = self.request.kept_night().filter(|_| !self.is_held_from_reader());
        let Some(night) = night else { return Ok(None) };
        let at = (night, events::status(self.request.state));
        let now = self.situation.now;
        let with = (self.side(), self.counterpart());
        events::file_of(reader, site, &self.request, at, (with.0, &with.1), now)
    }

    /// Why no more can be written; empty while it can.
    pub fn closed(&self) -> String {
        if self.request.state.is_talking() && self.is_alone {
            return format!(
                "{} can no longer be reached here, so no more messages can be written.",
                self.counterpart()
            );
        }
        if self.request.state.is_talking() && !self.party.may(Capability::Message) {
            return "You read this conversation. Who manages the page can let you write in it, too."
                .to_owned();
        }
        if self.request.state.is_talking() {
            return String::new();
        }
        format!(
            "No more messages can be written here: the request is {}.",
            self.request.state.label().to_lowercase()
        )
    }

    /// Whether a moderator's decision keeps the words of the request from who reads: the artist
    /// sees why, and not what.
    pub const fn is_held_from_reader(&self) -> bool {
        is_held_from(self.side(), self.request.state)
    }

    /// The reader's receipt; empty when the reader's side has accepted nothing yet.
    pub fn receipt_url(&self, base: &str) -> String {
        self.own_acceptance()
            .filter(|_| self.has_receipt)
            .map(|acceptance| receipt_url(acceptance, base))
            .unwrap_or_default()
    }
}
