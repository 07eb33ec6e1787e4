//! The mails about who acts for an artist.

use super::team::{Capabilities, Given};
use super::{Artist, mails::NewsMail};
use crate::clock::Instant;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{ContactId, Token};
use crate::mail::{Kind, Site, outbox};
use crate::people::store::{Contact, get_contact};

/// What somebody of a team is told.
#[derive(Debug, Clone)]
pub enum News {
    /// To the owner: somebody said yes to an invitation.
    Joined {
        /// Their name.
        who: String,
    },
    /// To the owner: somebody has left.
    Left {
        /// Their name.
        who: String,
    },
    /// To whom it concerns: they may do something else now.
    Changed {
        /// What.
        capabilities: Capabilities,
    },
    /// To whom it concerns: they are no longer of the team.
    TakenOut,
    /// To all: the page is being handed to one of them.
    Passing {
        /// The name of the one.
        name: String,
        /// How long it can be stopped.
        until: Instant,
    },
    /// To all: one of them stopped that.
    Stopped {
        /// Their name.
        who: String,
    },
    /// To all: the page has passed on.
    Passed {
        /// The name of the new owner.
        name: String,
    },
    /// To the new owner: the one before left for good.
    Yours,
}

fn listed(capabilities: &Capabilities) -> String {
    let labels: Vec<&str> = capabilities.labels().collect();
    match labels.is_empty() {
        true => "You read requests, messages and the calendar, and change nothing.".to_owned(),
        false => format!(
            "You read requests, messages and the calendar, and may: {}.",
            labels.join("; ").to_lowercase()
        ),
    }
}

impl News {
    const fn word(&self) -> &'static str {
        match self {
            Self::Joined { .. } => "joined",
            Self::Left { .. } => "left",
            Self::Changed { .. } => "changed",
            Self::TakenOut => "taken_out",
            Self::Passing { .. } => "passing",
            Self::Stopped { .. } => "stopped",
            Self::Passed { .. } => "passed",
            Self::Yours => "yours",
        }
    }

    fn subject(&self, act: &str) -> String {
        match self {
            Self::Joined { .. } => format!("{act}: somebody joined your team"),
            Self::Left { .. } => format!("{act}: somebody left your team"),
            Self::Changed { .. } => format!("{act}: what you may do has changed"),
            Self::TakenOut => format!("You no longer act for {act}"),
            Self::Passing { until, .. } => {
                format!("{act}: the page gets another owner on {}", until.display_date())
            }
            Self::Stopped { .. } => format!("{act}: the page keeps its owner"),
            Self::Passed { .. } => format!("{act}: the page has another owner"),
            Self::Yours => format!("{act}: the page is yours now"),
        }
    }

    fn paragraphs(&self, site: &str, act: &str) -> Vec<String> {
        match self {
            Self::Joined { who } => vec![format!(
                "{who} said yes to the invitation, and is of the team of {act} now. What they may \
                 do stands on the page of the team, and so does how to take them out."
            )],
            Self::Left { who } => vec![format!(
                "{who} has left the team of {act}. Links in mails to them no longer open anything."
            )],
            Self::Changed { capabilities } => vec![
                format!("what you may do for {act} on {site} was changed."),
                listed(capabilities),
            ],
            Self::TakenOut => vec![format!(
                "you were taken out of the team of {act} on {site}. Links in our mails to you no \
                 longer open its conversations. If you think that this is wrong, speak with the \
                 owner of the page; we do not decide who acts for whom."
            )],
            Self::Passing { name, until } => vec![
                format!(
                    "the owner of the page of {act} hands it to {name}. They will say who else acts \
                     for the act, and who may accept requests and confirm nights."
                ),
                format!(
                    "Is this right? Then you need do nothing: the page passes on after {}. If it is \
                     not, stop it before, on the page of the team. Whoever is of the team can.",
                    until.display()
                ),
            ],
            Self::Stopped { who } => vec![format!(
                "{who} stopped the page of {act} from getting another owner. Everything stays as it \
                 was. If an account was used by a stranger, set its password anew and look at who is \
                 of the team."
            )],
            Self::Passed { name } => vec![format!(
                "the page of {act} belongs to {name} now. Who owned it before is still of the team."
            )],
            Self::Yours => vec![format!(
                "who owned the page of {act} has left {site} for good, and the page is yours now. \
                 Look at who else is of the team, and at what they may do."
            )],
        }
    }
}

/// Tells one person of a team, or one who was.
pub fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    to: ContactId,
    news: &News,
) -> Result<()> {
    let act = &artist.facts.name;
    let to = get_contact(tx, to)?;
    let now = tx.now;
    let is_out = matches!(news, News::TakenOut);
    let url = match is_out {
        true => site.absolute("/contact?topic=artist"),
        false => site.absolute(&format!("/artists/{}/team", artist.facts.slug)),
    };
    let content = NewsMail {
        site,
        title: &news.subject(act),
        paragraphs: &news.paragraphs(&site.name, act),
        next: if is_out { "Write to us here" } else { "The team stands here" },
        button: if is_out { "Write to us" } else { "Look at the team" },
        url: &url,
        why: &match is_out {
            true => format!("You get this mail because you acted for {act} on {}.", site.name),
            false => format!("You get this mail because you act for {act} on {}.", site.name),
        },
    }
    .render()?;
    let dedupe_key = format!("team:{}:{}:{}:{}", artist.id, news.word(), to.id, now.micros());
    outbox::enqueue(tx, site, outbox::Mail::plain(Kind::TeamNews, &to, content, dedupe_key))
}

/// An invitation to act for an artist.
pub struct Invitation<'a> {
    /// For whom.
    pub artist: &'a Artist,
    /// What they would be given.
    pub given: &'a Given,
    /// The link behind which they say yes or no.
    pub token: &'a Token,
}

impl Invitation<'_> {
    /// Mails it. To an address of which nobody knows whose it is go no words that a person typed but
    /// the name of the act.
    pub fn send(&self, tx: &mut Tx<'_>, site: &Site, to: &Contact) -> Result<()> {
        let act = &self.artist.facts.name;
        let (now, url) = (tx.now, site.absolute(&format!("/listing/{}", self.token.reveal())));
        let role = match self.given.role.by() {
            "" => String::new(),
            role => format!(" as {role}"),
        };
        let content = NewsMail {
            site,
            title: &format!("Act for {act} on {}?", site.name),
            paragraphs: &[
                format!(
                    "the people who answer for {act} on {} invite you to act for it{role}: to read the \
                     booking requests that reach it, and more if you like.",
                    site.name
                ),
                listed(&self.given.capabilities),
                "Nothing happens before you say yes behind the link, which works for 30 days. If \
                 you know nothing of this, you need do nothing."
                    .to_owned(),
            ],
            next: "Say yes or no here",
            button: "Say yes or no",
            url: &url,
            why: &format!(
                "You get this mail because somebody who manages the page of {act} on {} named this \
                 address.",
                site.name
            ),
        }
        .render()?;
        let dedupe_key = format!("team_invitation:{}:{}:{}", self.artist.id, to.id, now.micros());
        outbox::enqueue(
            tx,
            site,
            outbox::Mail::plain(Kind::TeamInvitation, to, content, dedupe_key),
        )
    }
}
