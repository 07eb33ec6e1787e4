//! The floor: what an artist asks of a request before it may be sent.

use serde::{Deserialize, Serialize};

use crate::db::types::choices;
use crate::money::Money;
use crate::numbers::grouped;
use crate::places::Country;

choices! {
    /// Kinds of event.
    EventKind {
        /// A club.
        ClubNight = "club_night", "Club night";
        /// A festival.
        Festival = "festival", "Festival";
        /// A concert.
        Concert = "concert", "Concert";
        /// A party among friends.
        PrivateParty = "private_party", "Private party";
        /// A wedding.
        Wedding = "wedding", "Wedding";
        /// A company's.
        Corporate = "corporate", "Company event";
        /// No room at all.
        RadioStream = "radio_stream", "Radio or stream";
        /// Anything else.
        Other = "other", "Something else";
    }
}

/// What an artist asks. Everything is optional; an empty list means "any".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Floor {
    /// Whole days between the request and the first night.
    pub notice_days: Option<i64>,
    /// The lowest fee; compared in the same currency only.
    pub fee: Option<Money>,
    /// People that the venue holds.
    pub min_capacity: Option<i64>,
    /// Where the artist plays.
    pub countries: Vec<Country>,
    /// Which kinds of event the artist plays.
    pub kinds: Vec<EventKind>,
}

impl Floor {
    /// What is asked, in words: (about what, what). Empty when nothing is asked.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if let Some(days) = self.notice_days {
            lines.push(("Notice", format!("at least {days} days")));
        }
        if let Some(fee) = self.fee {
            lines.push(("Fee", format!("from {fee}")));
        }
        if let Some(people) = self.min_capacity {
            lines.push(("Room", format!("for {} people or more", grouped(people))));
        }
        if !self.countries.is_empty() {
            let mut names: Vec<String> = self.countries.iter().map(Country::name).collect();
            names.sort_unstable();
            lines.push(("Plays in", names.join(", ")));
        }
        if !self.kinds.is_empty() {
            let kinds: Vec<String> =
                self.kinds.iter().map(|kind| kind.label().to_lowercase()).collect();
            lines.push(("Plays at", kinds.join(", ")));
        }
        lines
    }
}
