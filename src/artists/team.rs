//! Who acts for an artist, and what each of them may do.
//!
//! The owner may do everything. The others read everything, and do what they were given: those who
//! manage the page invite and give most of it; the right to accept, to confirm and to manage is the
//! owner's to give. How people come and go is in `membership`, how the page gets another owner in
//! `succession`.

use super::{handover_store, team_store};
use crate::accounts::account_store;
use crate::clock::Instant;
use crate::db::Reader;
use crate::db::types::choices;
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId};

choices! {
    /// What somebody of a team may do beyond reading requests, messages and the calendar.
    Capability {
        /// Write to the other side, and remind it.
        Message = "message", "Write messages";
        /// Say no.
        Decline = "decline", "Decline requests";
        /// Propose other terms.
        Counter = "counter", "Propose other terms, and accept the booking disclaimer for them";
        /// Keep nights.
        Hold = "hold", "Hold nights, and let them go";
        /// Agree in principle.
        Accept = "accept", "Accept requests in principle";
        /// Confirm a night, call it off, and say that it has been.
        Confirm = "confirm", "Confirm nights, call them off, mark them as completed";
        /// Edit what the page says, and who else acts.
        Manage = "manage", "Edit the page, the calendar and the team";
    }
}

impl Capability {
    /// Whether only the owner gives it.
    pub const fn is_the_owners_to_give(self) -> bool {
        matches!(self, Self::Accept | Self::Confirm | Self::Manage)
    }
}

choices! {
    /// As what somebody acts for an artist.
    TeamRole {
        /// Of the act itself.
        Artist = "artist", "Of the act itself";
        /// Its manager.
        Manager = "manager", "Manager";
        /// Its agent.
        Agent = "agent", "Agent";
        /// An assistant.
        Assistant = "assistant", "Assistant";
        /// Anything else, or nothing was said.
        Member = "member", "Something else";
    }
}

impl TeamRole {
    /// How the other side reads who acted for the artist: "the manager"; empty where the artist's
    /// name alone says it.
    pub const fn by(self) -> &'static str {
        match self {
            Self::Artist | Self::Member => "",
            Self::Manager => "the manager",
            Self::Agent => "the agent",
            Self::Assistant => "an assistant",
        }
    }
}

/// What somebody may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// Everything.
    pub fn all() -> Self {
        Self(Capability::ALL.to_vec())
    }

    /// Those for which it holds.
    pub fn those(wanted: impl Fn(Capability) -> bool) -> Self {
        Self(Capability::ALL.iter().copied().filter(|one| wanted(*one)).collect())
    }

    /// As it is stored ("message+decline").
    pub fn parse(stored: &str) -> Self {
        Self(stored.split('+').filter_map(Capability::parse).collect())
    }

    /// The same, to be stored.
    pub fn stored(&self) -> String {
        self.0.iter().map(|one| one.as_str()).collect::<Vec<_>>().join("+")
    }

    /// Whether this is among them.
    pub fn has(&self, one: Capability) -> bool {
        self.0.contains(&one)
    }

    /// In words, one after the other.
    pub fn labels(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|one| one.label())
    }
}

/// Somebody of a team, or somebody who is invited to it.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub contact: ContactId,
    /// As what.
    pub role: TeamRole,
    /// Whether the page is theirs.
    pub is_owner: bool,
    /// What they were given.
    pub capabilities: Capabilities,
    /// Since when; none while they have not said yes.
    pub joined: Option<Instant>,
}

impl Member {
    /// Whether they may do this now.
    pub fn may(&self, one: Capability) -> bool {
        self.joined.is_some() && (self.is_owner || self.capabilities.has(one))
    }

    /// Whether they may make any of the moves that answer a request.
    pub fn may_answer(&self) -> bool {
        let answers = [
            Capability::Accept,
            Capability::Counter,
            Capability::Decline,
            Capability::Hold,
            Capability::Confirm,
        ];
        answers.into_iter().any(|one| self.may(one))
    }

    /// Whether the owner trusted them with what only the owner gives.
    pub fn is_trusted(&self) -> bool {
        let mut given = self.capabilities.0.iter();
        given.any(|one| one.is_the_owners_to_give())
    }

    /// Refuses what they may not do, and says who can change that.
    pub fn require(&self, needed: Capability) -> Result<()> {
        if self.may(needed) {
            return Ok(());
        }
        Err(Error::Forbidden(format!(
            "This is not among what you may do for this act: {}. {} can change that on the page of \
             the team.",
            needed.label().to_lowercase(),
            if needed.is_the_owners_to_give() { "Its owner" } else { "Who manages it" }
        )))
    }
}

/// What somebody is given.
#[derive(Debug, Clone)]
pub struct Given {
    /// As what they act.
    pub role: TeamRole,
    /// What they may do.
    pub capabilities: Capabilities,
}

/// Refuses who may not do this for an artist; who is not of the team finds nothing.
pub fn require(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    contact: ContactId,
    needed: Capability,
) -> Result<Member> {
    let member = team_store::find_member(reader, artist, contact)?
        .filter(|member| member.joined.is_some())
        .ok_or(Error::NotFound)?;
    member.require(needed)?;
    Ok(member)
}

/// Everybody of a team and everybody who is invited to it. Who claims the page from it is neither, and
/// the team does not learn who that is.
pub fn list_people(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Vec<Member>> {
    let claimant = handover_store::find_open(reader, artist)?.map(|open| open.claimant);
    let mut people = team_store::list_members(reader, artist)?;
    people.retain(|person| person.joined.is_some() || Some(person.contact) != claimant);
    Ok(people)
}

/// One of them.
pub fn get_person(reader: &mut Reader<'_>, artist: ArtistId, contact: ContactId) -> Result<Member> {
    let person = list_people(reader, artist)?.into_iter().find(|one| one.contact == contact);
    person.ok_or(Error::NotFound)
}

/// The name that the others of a team read for somebody: that of the account.
pub fn name_of(reader: &mut Reader<'_>, contact: ContactId) -> Result<Option<String>> {
    let Some(account) = account_store::find_of_contact(reader, contact)? else { return Ok(None) };
    Ok(Some(account_store::get_account(reader, account)?.name.as_str().to_owned()))
}

/// The name, or what stands in its place in a mail.
pub(super) fn named(reader: &mut Reader<'_>, contact: ContactId) -> Result<String> {
    let name = name_of(reader, contact)?;
    Ok(name.unwrap_or_else(|| "somebody who has no account yet".to_owned()))
}
