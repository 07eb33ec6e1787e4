//! Who asks, in their own words.

use serde::{Deserialize, Serialize};

use crate::db::types::choices;

choices! {
    /// Whom the requester stands for.
    Role {
        /// Puts on events.
        Promoter = "promoter", "Promoter";
        /// Runs a room.
        Venue = "venue", "Venue";
        /// Runs a festival.
        Festival = "festival", "Festival";
        /// Books for others.
        Buyer = "agency", "Booker or talent buyer";
        /// A private person.
        Private = "private", "Private host";
        /// Anybody else.
        Other = "other", "Somebody else";
    }
}

/// Who asks. Sealed under the person's own key, not the thread's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requester {
    /// The person's name.
    pub name: String,
    /// The venue's, festival's or company's.
    pub trading_name: String,
    /// Whom the person stands for.
    pub role: Role,
    /// A page.
    pub website: String,
    /// What they put on before.
    pub past_events: String,
}

impl Requester {
    /// What stands in the place of somebody whose data was erased.
    pub fn erased() -> Self {
        Self {
            name: "Somebody whose data was erased".to_owned(),
            trading_name: String::new(),
            role: Role::Other,
            website: String::new(),
            past_events: String::new(),
        }
    }

    /// Whether this stands in the place of somebody who was erased.
    pub fn is_erased(&self) -> bool {
        *self == Self::erased()
    }

    /// "Jonas, Speicher 7".
    pub fn signature(&self) -> String {
        match self.trading_name.is_empty() || self.trading_name == self.name {
            true => self.name.clone(),
            false => format!("{}, {}", self.name, self.trading_name),
        }
    }
}
