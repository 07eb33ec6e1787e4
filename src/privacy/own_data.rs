//! What a person is given of themselves: the form of the file and of the page.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::accounts::providers::identity_store::Identity;
use crate::clock::Instant;
use crate::mail::kept_store::Listed;
use crate::places::Country;

/// A person's data. Times are in UTC.
#[derive(Debug, Serialize)]
pub struct Export {
    /// When it was put together.
    pub made: When,
    /// The address.
    pub address: String,
    /// What the account says.
    pub account: AccountData,
    /// Moves to another address that are asked for, or can be taken back.
    pub moves: Vec<MoveData>,
    /// Where the person is signed in.
    pub browsers: Vec<Browser>,
    /// When somebody of the staff looked the account up.
    pub staff_looks: Vec<When>,
    /// The passkeys with which they sign in.
    pub passkeys: Vec<PasskeyData>,
    /// Who the person is at other services, as far as it is linked.
    pub identities: Vec<IdentityData>,
    /// What they asked, and what they answered for, oldest first.
    pub requests: Vec<RequestData>,
    /// The acts they answer for.
    pub acts: Vec<String>,
    /// As what they act for each, and what they may do.
    pub teams: Vec<TeamData>,
    /// The acts on their shortlist.
    pub shortlist: Vec<String>,
    /// The request forms that they keep: name and fields.
    pub forms: Vec<(String, Vec<(String, String)>)>,
    /// The searches in their requests that they keep, each by its name and its address.
    pub searches: Vec<(String, String)>,
    /// What stands in the calendars of those acts.
    pub calendars: Vec<CalendarData>,
    /// The photos on the pages of these acts.
    pub photos: Vec<PhotoData>,
    /// The acts whose page they claim or claimed from others.
    pub claims: Vec<ClaimData>,
    /// What they added and changed on the pages of acts.
    pub changes: Vec<ChangeData>,
    /// What they wrote to the people who run the site.
    pub tickets: Vec<TicketData>,
    /// The mails to them that are still noted.
    pub mails: Vec<MailData>,
}

/// What somebody is in an act's team.
#[derive(Debug, Clone, Serialize)]
pub struct TeamData {
    /// The act.
    pub act: String,
    /// "Manager", "Owner".
    pub role: String,
    /// What they may do beyond reading.
    pub may: Vec<&'static str>,
    /// Whom the act takes no requests from.
    pub blocked: Vec<String>,
    /// What the act keeps ready to send.
    pub papers: Vec<String>,
}

/// A time: in the file as programs read it, on the page as people do.
#[derive(Debug, Clone, Copy)]
pub struct When(Instant);

impl From<Instant> for When {
    fn from(at: Instant) -> Self {
        Self(at)
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.rfc3339())
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.display())
    }
}

/// An account.
#[derive(Debug, Serialize)]
pub struct AccountData {
    /// The name.
    pub name: String,
    /// What it may do.
    pub role: String,
    /// Since when.
    pub since: When,
    /// The country they live in.
    pub country: String,
    /// What they attested about their age.
    pub age: String,
    /// The version of the privacy policy that they accepted.
    pub privacy_policy_version: i64,
    /// Why it is frozen, if it is.
    pub frozen: Option<String>,
    /// By which clock they live, for the mail of a day.
    pub zone: String,
    /// Which mails do not come at once, and how instead.
    pub mails_not_at_once: Vec<String>,
    /// Since when there is a password, if there is one.
    pub password_since: Option<When>,
    /// Since when signing in asks for a code of a device, if it does.
    pub second_factor_since: Option<When>,
    /// Recovery codes that are not used up.
    pub recovery_codes_left: i64,
}

impl AccountData {
    /// The country's name: the file has its code.
    pub fn country_name(&self) -> String {
        Country::from_code(&self.country).map_or_else(|| self.country.clone(), |c| c.name())
    }
}

/// A move of the account to another address.
#[derive(Debug, Serialize)]
pub struct MoveData {
    /// The address before.
    pub from: String,
    /// The address after.
    pub to: String,
    /// When it was asked for.
    pub asked: When,
    /// When it was made, if it was.
    pub moved: Option<When>,
}

/// A signed-in browser.
#[derive(Debug, Serialize)]
pub struct Browser {
    /// Its family.
    pub device: String,
    /// From where, anonymised.
    pub network: String,
    /// Since when.
    pub since: When,
    /// When it was last seen, to five minutes.
    pub last_seen: When,
}

/// A passkey.
#[derive(Debug, Serialize)]
pub struct PasskeyData {
    /// What the person calls it.
    pub name: String,
    /// Since when.
    pub since: When,
    /// When it last signed them in, if it did.
    pub last_used: Option<When>,
}

/// What another service said about the person.
#[derive(Debug, Serialize)]
pub struct IdentityData {
    /// Which service ("google").
    pub provider: String,
    /// By whose word.
    pub issuer: String,
    /// By which name it knows the person.
    pub subject: String,
    /// What they are called there.
    pub name: Option<String>,
    /// Their address there.
    pub email: Option<String>,
    /// Since when it is linked.
    pub linked: When,
    /// When they last signed in by it.
    pub last_used: Option<When>,
}

impl From<Identity> for IdentityData {
    fn from(identity: Identity) -> Self {
        let profile = identity.profile;
        Self {
            provider: identity.provider,
            issuer: profile.issuer,
            subject: profile.subject,
            name: profile.name.map(|name| name.as_str().to_owned()),
            email: profile.email.map(|email| email.as_str().to_owned()),
            linked: identity.linked_at.into(),
            last_used: identity.used_at.map(When::from),
        }
    }
}

/// A request as one of its sides has it.
#[derive(Debug, Serialize)]
pub struct RequestData {
    /// The number by which people name it.
    pub number: String,
    /// "promoter" or "artist".
    pub side: &'static str,
    /// Who is asked.
    pub artist: String,
    /// Where it stands.
    pub state: &'static str,
    /// When it was sent.
    pub sent: Option<When>,
    /// The terms: label and value.
    pub terms: Vec<(String, String)>,
    /// The offers before those terms, oldest first; mostly none.
    pub earlier_offers: Vec<OfferData>,
    /// What both sides wrote.
    pub messages: Vec<MessageData>,
    /// The files that went with it: name, kind and size, and where they are read.
    pub files: Vec<String>,
    /// What the person began to write; may be empty.
    pub draft: String,
    /// Whether something is new in it for the person, they put it away, or want no mails about it.
    pub marks: Vec<&'static str>,
    /// What happened.
    pub events: Vec<EventData>,
    /// The signed receipt of the person's own acceptance of the disclaimer.
    pub receipt: Option<serde_json::Value>,
}

/// What a person has in the calendar of an act.
#[derive(Debug, Serialize)]
pub struct CalendarData {
    /// The act.
    pub act: String,
    /// The days that its team blocks.
    pub blocked: Vec<String>,
    /// When the person's secret links to it were made.
    pub links: Vec<When>,
}

/// Terms that were replaced by a counter-offer.
#[derive(Debug, Serialize)]
pub struct OfferData {
    /// Who proposed them.
    pub author: String,
    /// When.
    pub made: When,
    /// Label and value.
    pub terms: Vec<(String, String)>,
}

/// A message.
#[derive(Debug, Serialize)]
pub struct MessageData {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub written: When,
    /// The words.
    pub text: String,
}

/// Something that happened to a request.
#[derive(Debug, Serialize)]
pub struct EventData {
    /// What.
    pub what: &'static str,
    /// Who did it.
    pub who: &'static str,
    /// When.
    pub when: When,
    /// A reason or a note; may be empty.
    pub note: String,
}

/// A photo on the page of an act.
#[derive(Debug, Serialize)]
pub struct PhotoData {
    /// Whose page.
    pub act: String,
    /// Since when it is there.
    pub since: When,
    /// What is to be seen on it, as its people said; may be empty.
    pub description: String,
    /// Where it is in its widths, the smallest first.
    pub addresses: Vec<String>,
}

/// A claim to a page for which others answered.
#[derive(Debug, Serialize)]
pub struct ClaimData {
    /// The act.
    pub act: String,
    /// Since when it is under way.
    pub since: When,
    /// Where it stands.
    pub state: &'static str,
}

/// Something that somebody did to the page of an act.
#[derive(Debug, Serialize)]
pub struct ChangeData {
    /// The act as it is called now.
    pub act: String,
    /// What ("added", "genres, links").
    pub what: String,
    /// When.
    pub when: When,
}

/// What somebody wrote to the people who run the site.
#[derive(Debug, Serialize)]
pub struct TicketData {
    /// Its number.
    pub number: String,
    /// What it was about.
    pub topic: String,
    /// The name given.
    pub name: String,
    /// When it came.
    pub written: When,
    /// The words.
    pub text: String,
    /// What was decided about it ("agreed to"), once it was.
    pub decision: Option<&'static str>,
    /// Why, as it was mailed; none while nothing is decided.
    pub reason: Option<String>,
    /// When it was decided.
    pub decided: Option<When>,
}

/// A mail to the person: when it was and where it is on its way.
#[derive(Debug, Serialize)]
pub struct MailData {
    /// What it was about.
    pub kind: &'static str,
    /// When it was queued.
    pub queued: When,
    /// Where it is on its way.
    pub state: &'static str,
}

impl From<Listed> for MailData {
    fn from(mail: Listed) -> Self {
        Self { kind: mail.kind.label(), queued: mail.queued.into(), state: mail.state.label() }
    }
}
