//! The mails about a claim to a page for which somebody answers already. Neither side learns from
//! them who the other is.

use super::Artist;
use super::handover_store::Handover;
use super::mails::NewsMail;
use crate::clock::Instant;
use crate::db::Tx;
use crate::error::Result;
use crate::mail::{Kind, Site, outbox};
use crate::people::store::Contact;

/// What a side is told.
#[derive(Debug, Clone)]
pub enum News {
    /// To the team: somebody claims the page; object here.
    Contested {
        /// The page with the button, absolute.
        url: String,
        /// How long one can object.
        until: Instant,
    },
    /// To the others of the team: one of them objected.
    Noted,
    /// To the team: people looked at the objection, and the page passes all the same.
    Overruled,
    /// To the team: the page stays with it.
    Stays,
    /// To those who were the team: the page passed on.
    Passed,
    /// To the claimant: the team can object until then.
    UnderWay {
        /// How long.
        until: Instant,
    },
    /// To the claimant: the team objected.
    Objected,
    /// To the claimant: people looked at the objection, and the page stays.
    Refused,
    /// To the claimant: nobody said yes behind the link in time.
    Lapsed,
    /// To the claimant: the page is theirs.
    Yours,
}

impl News {
    /// One word, by which two mails about one handover are told apart.
    const fn word(&self) -> &'static str {
        match self {
            Self::Contested { .. } => "contested",
            Self::Noted => "noted",
            Self::Overruled => "overruled",
            Self::Stays => "stays",
            Self::Passed => "passed",
            Self::UnderWay { .. } => "under_way",
            Self::Objected => "objected",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
            Self::Yours => "yours",
        }
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::Contested { .. } => Kind::ClaimContested,
            _ => Kind::HandoverNews,
        }
    }

    fn subject(&self, act: &str) -> String {
        match self {
            Self::Contested { .. } => format!("Somebody else says that {act} is theirs"),
            Self::Noted => format!("{act}: the objection is noted"),
            Self::Overruled => format!("{act}: the page passes to somebody else"),
            Self::Stays => format!("{act}: the page stays with you"),
            Self::Passed => format!("You no longer answer for {act}"),
            Self::UnderWay { .. } => format!("{act}: your claim is under way"),
            Self::Objected => format!("{act}: somebody objects to your claim"),
            Self::Refused => format!("{act}: the page stays where it is"),
            Self::Lapsed => format!("{act}: your claim has lapsed"),
            Self::Yours => format!("{act} is yours"),
        }
    }

    /// What the mail says, paragraph by paragraph.
    fn paragraphs(&self, site: &str, act: &str) -> Vec<String> {
        match self {
            Self::Contested { until, .. } => vec![
                format!(
                    "somebody else says that the page of {act} on {site} is theirs, and we, the \
                     people who run {site}, find it likely. You answer for the page, so we ask you \
                     first."
                ),
                format!(
                    "Is the page yours? Then object until {}, behind the link in this mail, and say \
                     in a few words why. If nobody of you does, the page passes to them: they get \
                     a link, and when they say yes behind it, you no longer answer for the page \
                     and for the requests to it. Until then nothing changes.",
                    until.display()
                ),
                "We tell neither side who the other is. Is it right that the page passes on? Then \
                 you need do nothing."
                    .to_owned(),
            ],
            Self::Noted => vec![format!(
                "somebody who answers for the page of {act} with you objected to its passing to \
                 somebody else. Nothing changes for now. A person looks at it again, and we tell \
                 you what comes of it."
            )],
            Self::Overruled => vec![
                format!(
                    "we looked at the objection, and find that the page of {act} belongs to who \
                     claims it. They have a link now. When they say yes behind it, you no longer \
                     answer for the page and for the requests to it, and we tell you."
                ),
                "Do you think that this is wrong? Write to us. Another look is always possible."
                    .to_owned(),
            ],
            Self::Stays => vec![format!(
                "somebody else’s claim to the page of {act} is closed, and the page stays with you. \
                 You need do nothing."
            )],
            Self::Passed => vec![
                format!(
                    "the page of {act} on {site} has passed to who claimed it, as we wrote to you. \
                     You no longer answer for it."
                ),
                "Requests go to them from now on, and so do the conversations about those that are \
                 open: the links in our mails to you no longer open them, and an account of yours \
                 no longer shows them. The account itself stays as it is."
                    .to_owned(),
                "Do you think that this is wrong? Write to us. Another look is always possible."
                    .to_owned(),
            ],
            Self::UnderWay { until } => vec![
                format!(
                    "we looked at your claim to the page of {act}, and find it likely. Somebody \
                     answers for that page already. They were told that somebody else says it is \
                     theirs, and can object until {}.",
                    until.display()
                ),
                "If nobody objects, we mail you a link then, and the page is yours when you say yes \
                 behind it. If somebody does, a person looks at it again, and we tell you."
                    .to_owned(),
                "We tell neither side who the other is. If it was not you who claimed this page, \
                 you need do nothing."
                    .to_owned(),
            ],
            Self::Objected => vec![
                format!(
                    "who answers for the page of {act} objects to your claim, so nothing passes for \
                     now. A person looks at it again, and we tell you what comes of it."
                ),
                "Is there more that shows that the act is yours? Write to us.".to_owned(),
            ],
            Self::Refused => vec![
                format!(
                    "we looked at your claim to the page of {act} and at what was said against it. \
                     The page stays with those who answer for it."
                ),
                "Do you think that this is wrong? Write to us. Another look is always possible."
                    .to_owned(),
            ],
            Self::Lapsed => vec![format!(
                "the link by which the page of {act} would have become yours was not used in its 30 \
                 days. The page stays with those who answer for it. To claim it again, write to us."
            )],
            Self::Yours => vec![
                format!(
                    "the page of {act} is yours now, and those who answered for it before no longer \
                     do. Requests come to this address from now on."
                ),
                "Conversations that are open are yours, too. To see them, have links to them sent to \
                 this address, or make an account for it."
                    .to_owned(),
            ],
        }
    }

    /// Why the mail came.
    fn why(&self, site: &str, act: &str) -> String {
        match self {
            Self::Contested { .. } | Self::Noted | Self::Overruled | Self::Stays => {
                format!("You get this mail because you answer for {act} on {site}.")
            }
            Self::Passed => {
                format!("You get this mail because you answered for {act} on {site}.")
            }
            Self::UnderWay { .. } | Self::Objected | Self::Refused | Self::Lapsed | Self::Yours => {
                format!("You get this mail because {act} was claimed on {site} with this address.")
            }
        }
    }

    /// What one does next: the words of the first line, those of the button, and where it leads.
    fn next(&self, site: &Site) -> (&'static str, &'static str, String) {
        match self {
            Self::Contested { url, .. } => ("Object here", "Object", url.clone()),
            Self::Yours => (
                "Have links to open conversations sent here",
                "Send me my links",
                site.absolute("/links/again"),
            ),
            _ => ("Write to us here", "Write to us", site.absolute("/contact?topic=artist")),
        }
    }
}

/// Tells one person of one side.
pub fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    handover: &Handover,
    to: &Contact,
    news: &News,
) -> Result<()> {
    let act = &artist.facts.name;
    let (next, button, url) = news.next(site);
    let content = NewsMail {
        site,
        title: &news.subject(act),
        paragraphs: &news.paragraphs(&site.name, act),
        next,
        button,
        url: &url,
        why: &news.why(&site.name, act),
    }
    .render()?;
    let now = tx.now;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail {
            kind: news.kind(),
            to,
            from_name: None,
            content,
            dedupe_key: format!(
                "handover:{}:{}:{}:{}",
                handover.id,
                news.word(),
                to.id,
                now.micros()
            ),
            request: None,
        },
    )
}
