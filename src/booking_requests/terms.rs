//! The terms of a request: what one side proposes to the other. A revision of them is immutable
//! and known by the hash of its bytes.

use serde::{Deserialize, Serialize};

use super::dates::{self, Night};
use super::parts::{TermGroup, TermRow};
use super::requester::Requester;
use crate::artists::Performance;
use crate::artists::floor::EventKind;
use crate::clock::Instant;
use crate::db::types::choices;
use crate::disclaimer::sha256_hex;
use crate::error::{Error, Result};
use crate::money::Money;
use crate::numbers::grouped;
use crate::places::Country;

choices! {
    /// Who may come.
    Visibility {
        /// Anybody.
        Public = "public", "Public: anybody may come or buy a ticket";
        /// Guests.
        Private = "private", "Private: invited guests only";
    }
}

choices! {
    /// Under a roof or not.
    Setting {
        /// Under a roof.
        Indoor = "indoor", "Indoors";
        /// In the open.
        Outdoor = "outdoor", "Outdoors";
        /// Some of each.
        Both = "both", "Both";
    }
}

choices! {
    /// What is recorded or sent out.
    Recording {
        /// Nothing.
        None = "none", "No recording, no stream";
        /// Sound.
        Audio = "audio", "Sound is recorded";
        /// Sound and picture.
        Video = "video", "Sound and picture are recorded";
        /// Live.
        Stream = "stream", "It is streamed live";
    }
}

choices! {
    /// How the fee is meant. Information between the two sides; nothing is computed from it.
    Deal {
        /// One amount.
        Flat = "flat", "Flat guarantee";
        /// An amount and a share.
        GuaranteePlus = "guarantee_plus", "Guarantee plus percentage";
        /// A share of the door.
        Door = "door", "Door deal";
        /// One amount for everything.
        AllIn = "all_in", "All-in, costs included";
        /// The artist names it.
        Quote = "quote", "No figure: please quote";
    }
}

choices! {
    /// Who takes care of a piece of the logistics.
    Care {
        /// The promoter.
        Provided = "provided", "Promoter provides it";
        /// The promoter pays a sum instead.
        Buyout = "buyout", "Buyout";
        /// The artist.
        Artist = "artist", "Artist takes care of it";
        /// Open.
        Discuss = "discuss", "To discuss";
    }
}

/// What a promoter proposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// 32 random bytes in hex, drawn when the terms are stored. Their hash stands unsealed beside
    /// them, and nobody who has it should be able to guess an amount and try.
    pub salt: String,
    /// The event.
    pub event: Event,
    /// Where.
    pub venue: Venue,
    /// What is to be played.
    pub performance: Set,
    /// The offer.
    pub offer: Offer,
    /// Who takes care of what.
    pub logistics: Logistics,
    /// Pages to look at.
    pub links: Vec<String>,
    /// Until when an answer is needed: the end of this day at the venue.
    pub respond_by: Option<jiff::civil::Date>,
}

/// What is put on, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Which kind.
    pub kind: EventKind,
    /// Who may come.
    pub visibility: Visibility,
    /// The dates that would do, in the order of preference; at least one.
    pub nights: Vec<Night>,
    /// The venue's time zone, by its IANA name.
    pub zone: String,
    /// Whether other dates are possible.
    pub flexible: bool,
    /// "18+"
    pub age_policy: String,
}

/// Where it is put on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Venue {
    /// Its name.
    pub name: String,
    /// Its city.
    pub city: String,
    /// Its country.
    pub country: Country,
    /// How many people it holds.
    pub capacity: Option<i64>,
    /// Under a roof or not.
    pub setting: Option<Setting>,
    /// Its page.
    pub link: String,
}

/// What is to be played.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Set {
    /// DJ set, live, hybrid.
    pub kind: Performance,
    /// How long, in minutes.
    pub minutes: Option<i64>,
    /// "closing", "main stage, 22:00"
    pub slot: String,
    /// "headline"
    pub billing: String,
    /// Who else plays.
    pub line_up: String,
    /// What is recorded.
    pub recording: Option<Recording>,
}

/// What is offered. Information only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// How it is meant.
    pub deal: Deal,
    /// The amount, or the lower end of a range.
    pub amount: Option<Money>,
    /// The upper end of a range.
    pub amount_to: Option<Money>,
    /// What a ticket costs.
    pub ticket_price: Option<Money>,
    /// How many people are expected.
    pub attendance: Option<i64>,
    /// The act plays nowhere within so many kilometres …
    pub exclusivity_km: Option<i64>,
    /// … for so many days.
    pub exclusivity_days: Option<i64>,
}

/// Who takes care of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistics {
    /// To the city.
    pub travel: Option<Care>,
    /// A bed.
    pub hotel: Option<Care>,
    /// Within the city.
    pub ground: Option<Care>,
    /// Food and drink.
    pub hospitality: Option<Care>,
    /// Instruments and technics.
    pub backline: Option<Care>,
}

impl Terms {
    /// Terms as a form has them, not yet salted.
    pub const fn new(
        event: Event,
        venue: Venue,
        performance: Set,
        offer: Offer,
        logistics: Logistics,
        links: Vec<String>,
        respond_by: Option<jiff::civil::Date>,
    ) -> Self {
        let salt = String::new();
        Self { salt, event, venue, performance, offer, logistics, links, respond_by }
    }

    /// The bytes that stand for these terms, and their SHA-256 in hex.
    pub fn sha256(&self) -> Result<String> {
        let bytes = serde_json::to_vec(self).map_err(anyhow::Error::from)?;
        Ok(sha256_hex(&bytes))
    }

    /// The venue's zone.
    pub fn zone(&self) -> Result<jiff::tz::TimeZone> {
        dates::zone(&self.event.zone)
            .ok_or_else(|| Error::unexpected(format!("no such zone: {}", self.event.zone)))
    }

    /// When the last of the proposed nights starts.
    pub fn last_start(&self) -> Result<Instant> {
        let zone = self.zone()?;
        let starts = self.event.nights.iter().map(|night| night.starts_at(&zone));
        starts.max().ok_or_else(|| Error::unexpected("terms without a night"))
    }

    /// When a request with these terms expires: at the end of the day named in respond-by, at the
    /// latest 24 hours before the last night starts.
    pub fn expires_at(&self) -> Result<Instant> {
        let zone = self.zone()?;
        let latest = self.last_start()?.minus(jiff::SignedDuration::from_hours(24));
        let named = self
            .respond_by
            .and_then(|day| day.tomorrow().ok())
            .and_then(|day| dates::start_of(day, &zone));
        Ok(named.map_or(latest, |named| named.min(latest)))
    }

    /// The terms as both sides read them; what was left open is left out.
    pub fn groups(&self, requester: &Requester) -> Result<Vec<TermGroup>> {
        let zone = self.zone()?;
        let nights: Vec<String> =
            self.event.nights.iter().map(|night| night.display(&zone)).collect();
        let count = |n: Option<i64>, unit: &str| {
            n.map(|n| format!("{}{unit}", grouped(n))).unwrap_or_default()
        };
        let money = |money: Option<Money>| money.map(|m| m.to_string()).unwrap_or_default();
        let care = |care: Option<Care>| care.map(|c| c.label().to_owned()).unwrap_or_default();
        let exclusivity = match (self.offer.exclusivity_km, self.offer.exclusivity_days) {
            (Some(km), Some(days)) => format!("{km} km, {days} days"),
            (Some(km), None) => format!("{km} km"),
            (None, Some(days)) => format!("{days} days"),
            (None, None) => String::new(),
        };
        let amount = match (self.offer.amount, self.offer.amount_to) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (amount, _) => money(amount),
        };
        let set = &self.performance;
        let groups = vec![
            group(
                "The night",
                vec![
                    ("Event", self.event.name.clone()),
                    ("Kind", self.event.kind.label().to_owned()),
                    ("Access", self.event.visibility.label().to_owned()),
                    (if nights.len() > 1 { "Nights" } else { "Night of" }, nights.join("\n")),
                    ("Time zone", self.event.zone.clone()),
                    (
                        "Other dates",
                        if self.event.flexible { "possible".into() } else { String::new() },
                    ),
                    ("Ages", self.event.age_policy.clone()),
                ],
            ),
            group(
                "The place",
                vec![
                    ("Venue", self.venue.name.clone()),
                    ("City", format!("{}, {}", self.venue.city, self.venue.country.name())),
                    ("Capacity", count(self.venue.capacity, " people")),
                    (
                        "Setting",
                        self.venue.setting.map(|s| s.label().to_owned()).unwrap_or_default(),
                    ),
                    ("Page", self.venue.link.clone()),
                ],
            ),
            group(
                "The set",
                vec![
                    ("Performance", set.kind.label().to_owned()),
                    ("Length", count(set.minutes, " minutes")),
                    ("Slot", set.slot.clone()),
                    ("Billing", set.billing.clone()),
                    ("Line-up", set.line_up.clone()),
                    ("Recording", set.recording.map(|r| r.label().to_owned()).unwrap_or_default()),
                ],
            ),
            group(
                "The offer (for information)",
                vec![
                    ("Deal", self.offer.deal.label().to_owned()),
                    ("Amount", amount),
                    ("Ticket price", money(self.offer.ticket_price)),
                    ("Expected", count(self.offer.attendance, " people")),
                    ("Exclusivity", exclusivity),
                ],
            ),
            group(
                "Logistics",
                vec![
                    ("Travel", care(self.logistics.travel)),
                    ("Hotel", care(self.logistics.hotel)),
                    ("Ground transport", care(self.logistics.ground)),
                    ("Hospitality", care(self.logistics.hospitality)),
                    ("Backline, technics", care(self.logistics.backline)),
                ],
            ),
            group(
                "Who asks",
                vec![
                    ("Name", requester.name.clone()),
                    ("For", requester.trading_name.clone()),
                    (
                        "As",
                        match requester.is_erased() {
                            true => String::new(),
                            false => requester.role.label().to_owned(),
                        },
                    ),
                    ("Website", requester.website.clone()),
                    ("Past events", requester.past_events.clone()),
                    ("Links", self.links.join("\n")),
                    (
                        "Answer needed by",
                        self.respond_by
                            .map(|day| day.strftime("%a %-d %b %Y").to_string())
                            .unwrap_or_default(),
                    ),
                ],
            ),
        ];
        Ok(groups.into_iter().filter(|group| !group.rows.is_empty()).collect())
    }
}

fn group(heading: &str, rows: Vec<(&str, String)>) -> TermGroup {
    TermGroup {
        heading: heading.to_owned(),
        rows: rows
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(label, value)| TermRow { label: label.to_owned(), value })
            .collect(),
    }
}
