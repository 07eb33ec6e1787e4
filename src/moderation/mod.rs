//! Keeping the site clean: reports, corrections, and what must not be written here.

pub mod account_pages;
pub mod add_pages;
pub mod add_views;
pub mod artist_pages;
pub mod correct_pages;
pub mod decide;
pub mod decision_store;
pub mod forms;
pub mod hiding;
pub mod letters;
pub mod new_artist;
pub mod new_artist_store;
pub mod pages;
pub mod queue_pages;
pub mod request_pages;
pub mod screening;
pub mod staff_views;
pub mod store;
pub mod tickets;
pub mod views;

use crate::db::types::choices;

/// What a person reads who typed a card number.
pub const CARD_REFUSED: &str = "This looks like a card number. No payment passes through this \
     site, and card numbers are never kept here: take it out";

choices! {
    /// What came in.
    TicketKind {
        /// A profile is reported.
        Report = "report", "Report";
        /// A profile should be corrected or removed.
        Correction = "correction", "Correction";
        /// A message to the operator.
        Contact = "contact", "Message";
        /// Somebody says that a profile is theirs, or that it stays theirs.
        Claim = "claim", "Claim";
        /// Somebody added an artist that is not to be seen yet.
        NewArtist = "new_artist", "New artist";
    }
}

impl TicketKind {
    /// Several of them, as the queue calls them.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Report => "Reports",
            Self::Correction => "Corrections",
            Self::Contact => "Messages",
            Self::Claim => "Claims",
            Self::NewArtist => "New artists",
        }
    }
}

choices! {
    /// What can be decided about a ticket.
    Decision {
        /// What it asks for was done, or it was answered.
        Done = "done", "Done";
        /// It stays as it is.
        Refused = "refused", "Not done";
        /// The artist is shown, or handed over.
        Listed = "listed", "Agreed to";
        /// The page was taken from view.
        Hidden = "hidden", "Taken from view";
        /// The page was deleted.
        Removed = "removed", "Deleted";
    }
}

impl Decision {
    /// How its badge looks.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Done | Self::Listed => "yes",
            Self::Refused => "ended",
            Self::Hidden | Self::Removed => "stop",
        }
    }
}

choices! {
    /// What is wrong with a profile.
    ReportTopic {
        /// A fact or a figure.
        WrongFacts = "wrong", "Something on the page is wrong";
        /// The act does not want to be shown.
        Unwanted = "unwanted", "It is about me, and I do not want it here";
        /// Whoever runs it is not the act.
        NotTheirs = "impersonation", "Somebody pretends to be this act";
        /// A text or a name that belongs to somebody else.
        Rights = "rights", "It uses something that belongs to me";
        /// Insults, hatred, threats.
        Offensive = "offensive", "It is offensive, or against the law";
        /// Below the minimum age.
        Minor = "minor", "Somebody too young to be here runs it";
        /// Fraud.
        Scam = "scam", "It asks for money, or tries to cheat people";
        /// None of these.
        Other = "other", "Something else";
    }
}

impl ReportTopic {
    /// Whether it asks for a change of the facts or says that something is not allowed.
    pub const fn kind(self) -> TicketKind {
        match self {
            Self::WrongFacts | Self::Unwanted => TicketKind::Correction,
            Self::NotTheirs
            | Self::Rights
            | Self::Offensive
            | Self::Minor
            | Self::Scam
            | Self::Other => TicketKind::Report,
        }
    }
}

choices! {
    /// What the operator is written about. Pages and mails link to some of them
    /// (`/contact?topic=privacy`), so a word that is taken away breaks a link.
    ContactTopic {
        /// About the site as a whole.
        Question = "question", "A question or an idea";
        /// A request or a conversation.
        Request = "request", "Help with a booking request";
        /// A profile, from who has it or wants it.
        Artist = "artist", "An artist’s page: correct it, claim it or remove it";
        /// Threats, fraud, a minor.
        Abuse = "abuse", "Abuse, fraud, or somebody too young to be here";
        /// An appeal.
        Decision = "decision", "A decision: look at it again";
        /// The rights of the people whose data is here.
        Privacy = "privacy", "Privacy: my data";
        /// A weakness.
        Security = "security", "Security: a weakness in the software";
        /// None of these.
        Other = "other", "Something else";
    }
}

/// What a ticket is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An artist's profile.
    Profile {
        /// The last part of its address.
        slug: String,
        /// What is wrong with it.
        topic: ReportTopic,
    },
    /// An artist's profile, by who says that it is theirs.
    Claim {
        /// The last part of its address.
        slug: String,
    },
    /// An artist's profile, by who answers for it and objects to its passing to who claims it.
    Objection {
        /// The last part of its address.
        slug: String,
    },
    /// An artist that was added and waits to be looked at.
    NewArtist {
        /// The last part of its address.
        slug: String,
    },
    /// Anything else.
    Site(ContactTopic),
}

impl Subject {
    /// Report, correction or message.
    pub const fn kind(&self) -> TicketKind {
        match self {
            Self::Profile { topic, .. } => topic.kind(),
            Self::Claim { .. } | Self::Objection { .. } => TicketKind::Claim,
            Self::NewArtist { .. } => TicketKind::NewArtist,
            Self::Site(_) => TicketKind::Contact,
        }
    }

    /// The topic's word, as it is stored.
    pub const fn topic(&self) -> &'static str {
        match self {
            Self::Profile { topic, .. } => topic.as_str(),
            Self::Objection { .. } => "objection",
            Self::Claim { .. } | Self::NewArtist { .. } => self.kind().as_str(),
            Self::Site(topic) => topic.as_str(),
        }
    }

    /// The topic in the words that the form offered.
    pub const fn topic_label(&self) -> &'static str {
        match self {
            Self::Profile { topic, .. } => topic.label(),
            Self::Claim { .. } => "This page is mine",
            Self::Objection { .. } => "I answer for this page, and object to its passing on",
            Self::NewArtist { .. } => "An artist was added",
            Self::Site(topic) => topic.label(),
        }
    }
}
