//! The request form: what a browser posts, read once into domain values. Everything that is wrong
//! is said at its field, all at once.

use serde::Deserialize;
use validator::Validate;

use super::dates::{self, Night, Problem};
use super::form_values::{
    Answer, Errors, attested_age, chosen, link_list, number, optional, read_night, read_respond_by,
    required, web_address,
};
use super::requester::{Requester, Role};
use super::terms::{
    Care, Deal, Event, Logistics, Offer, Recording, Set, Setting, Terms, Venue, Visibility,
};
use crate::artists::Performance;
use crate::artists::floor::EventKind;
use crate::clock::Instant;
use crate::disclaimer::Claim;
use crate::error::{Error, Result};
use crate::moderation::screening::find_payment_data;
use crate::money::{Money, currency};
use crate::people::EmailAddress;
use crate::places::Country;
use crate::privacy::age::Age;
use crate::text::{tidy, tidy_name};
use crate::web::form_state::Fields;

/// How far ahead a night may be, in days.
const FURTHEST: i32 = 3 * 366;

/// The fields that may have several lines.
const LINES: [&str; 4] = ["message", "line_up", "past_events", "links"];

macro_rules! request_form {
    ($($name:ident: $most:literal),+ $(,)?) => {
        /// The fields of the form by their names, as they were posted. A field that is absent is
        /// empty; one that comes twice is refused when the form is read.
        #[derive(Debug, Clone, Default, Deserialize, Validate)]
        #[serde(default)]
        pub struct RequestForm {
            $(
                #[allow(missing_docs, reason = "the names are those of the form")]
                #[validate(length(max = $most, message = "Shorten this"))]
                pub $name: String,
            )+
        }

        /// The longest text that each field takes, in characters.
        pub const LIMITS: &[(&str, usize)] = &[$((stringify!($name), $most)),+];

        impl RequestForm {
            fn texts(&self) -> Vec<(&'static str, &str)> {
                vec![$((stringify!($name), self.$name.as_str())),+]
            }

            /// The form as it is kept: what is screened is what is stored.
            pub(super) fn tidied(&self) -> Self {
                Self {
                    $($name: match LINES.contains(&stringify!($name)) {
                        true => tidy(&self.$name),
                        false => tidy(&self.$name).replace('\n', " "),
                    },)+
                }
            }
        }
    };
}

request_form! {
    key: 64, disclaimer_hash: 64, disclaimer_accepted: 8, action: 16,
    event_name: 120, event_kind: 20, visibility: 20,
    night1: 10, start1: 8, end1: 8, clash1: 8,
    night2: 10, start2: 8, end2: 8, clash2: 8,
    night3: 10, start3: 8, end3: 8, clash3: 8,
    zone: 64, flexible: 8, age_policy: 60,
    venue_name: 120, venue_city: 80, venue_country: 2, capacity: 12, setting: 20, venue_link: 300,
    performance: 20, set_length: 8, slot: 120, billing: 120, line_up: 1000, recording: 20,
    deal: 20, amount: 20, amount_to: 20, currency: 3, ticket_price: 20, attendance: 12,
    exclusivity_km: 8, exclusivity_days: 8,
    travel: 20, hotel: 20, ground: 20, hospitality: 20, backline: 20,
    your_name: 80, trading_name: 120, role: 20, email: 254, website: 300, past_events: 1000,
    message: 5000, links: 1500, respond_by: 10,
    age: 10, your_country: 2, privacy: 4,
}

/// A form that was read whole: nothing in it needs to be looked at again.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What is proposed.
    pub terms: Terms,
    /// Who asks.
    pub requester: Requester,
    /// Where the confirmation goes.
    pub email: EmailAddress,
    /// The words to the artist.
    pub message: String,
    /// The attestation of age.
    pub age: Age,
}

impl RequestForm {
    /// Reads what was posted.
    pub fn read(fields: &Fields) -> Result<Self> {
        fields.read()
    }

    /// The two plain yes-or-no questions. They come before everything else: after a "no" nothing
    /// is looked at, let alone stored.
    pub fn answer(&self) -> Answer {
        match (self.age.as_str(), self.privacy.as_str()) {
            ("no", _) => Answer::AgeNo,
            (_, "no") => Answer::PrivacyNo,
            _ => Answer::Yes,
        }
    }

    /// What the form claims about the disclaimer.
    pub fn claim(&self) -> Claim {
        Claim {
            shown_sha256: self.disclaimer_hash.clone(),
            ticked: self.disclaimer_accepted == "yes",
        }
    }

    /// The whole form as domain values, or everything that is wrong with it.
    pub fn parse(&self, now: Instant) -> Result<Draft> {
        self.tidied().parse_tidy(now)
    }

    fn parse_tidy(&self, now: Instant) -> Result<Draft> {
        let mut errors = self.screened();
        let event = self.event(now, &mut errors);
        let venue = self.venue(&mut errors);
        let performance = self.set(&mut errors);
        let offer = self.offer(&mut errors);
        let logistics = self.logistics(&mut errors);
        let requester = self.requester(&mut errors);
        let email = match EmailAddress::parse(&self.email) {
            Ok(email) => Some(email),
            Err(message) => {
                errors.at("email", message);
                None
            }
        };
        let message = tidy(&self.message);
        if message.chars().count() < 10 {
            let wanted = "Write ten characters or more: what the night is, and why this act";
            errors.at("message", wanted);
        }
        let links = link_list(&self.links, &mut errors);
        let respond_by = read_respond_by(&self.respond_by, event.as_ref(), now, &mut errors);
        let age = attested_age(&self.your_country, &self.age, &mut errors);
        if self.privacy != "yes" {
            errors.at("privacy", "Say whether you accept the privacy policy");
        }
        match (event, venue, performance, offer, logistics, requester, email, age) {
            (
                Some(event),
                Some(venue),
                Some(performance),
                Some(offer),
                Some(logistics),
                Some(requester),
                Some(email),
                Some(age),
            ) if errors.0.is_empty() => {
                let terms =
                    Terms::new(event, venue, performance, offer, logistics, links, respond_by);
                Ok(Draft { terms, requester, email, message, age })
            }
            _ => Err(Error::Invalid(errors.0)),
        }
    }

    /// What is wrong with any text: too long, or a card number in it.
    pub(super) fn screened(&self) -> Errors {
        let mut errors = Errors(Vec::new());
        if let Err(too_long) = self.validate() {
            let lengths = too_long.field_errors();
            for (field, most) in LIMITS {
                if lengths.contains_key(*field) {
                    errors.at(field, format!("Shorten this to {most} characters"));
                }
            }
        }
        for (field, text) in self.texts() {
            if find_payment_data(text).refuses() {
                errors.at(field, crate::moderation::CARD_REFUSED);
            }
        }
        errors
    }

    pub(super) fn event(&self, now: Instant, errors: &mut Errors) -> Option<Event> {
        let name = required(&self.event_name, "event_name", "Give the event a name", errors);
        let kind = chosen(EventKind::parse, &self.event_kind, "event_kind", errors);
        let visibility = chosen(Visibility::parse, &self.visibility, "visibility", errors);
        let zone = dates::zone(&self.zone);
        if zone.is_none() {
            errors.at("zone", "Choose the venue’s time zone");
        }
        let mut nights = Vec::new();
        let options = [
            (&self.night1, &self.start1, &self.end1, &self.clash1),
            (&self.night2, &self.start2, &self.end2, &self.clash2),
            (&self.night3, &self.start3, &self.end3, &self.clash3),
        ];
        for (at, (night, start, end, clash)) in options.into_iter().enumerate() {
            let n = at + 1;
            let unused = night.trim().is_empty() && start.is_empty() && end.is_empty();
            if n > 1 && unused {
                continue;
            }
            if let Some(night) = read_night(n, night, start, end, clash, errors) {
                self.check_night(n, &night, zone.as_ref(), now, errors);
                if nights.iter().any(|other: &Night| other.night == night.night) {
                    errors.at(&format!("night{n}"), "This night is named twice");
                }
                nights.push(night);
            }
        }
        Some(Event {
            name: name?,
            kind: kind?,
            visibility: visibility?,
            nights,
            zone: zone.map(|_| self.zone.clone())?,
            flexible: self.flexible == "yes",
            age_policy: tidy(&self.age_policy),
        })
    }

    fn check_night(
        &self,
        n: usize,
        night: &Night,
        zone: Option<&jiff::tz::TimeZone>,
        now: Instant,
        errors: &mut Errors,
    ) {
        let Some(zone) = zone else { return };
        let ahead = (night.night - dates::date_at(now, zone)).get_days();
        let day = format!("night{n}");
        if ahead < 0 {
            errors.at(&day, "This night has passed. Choose one that is still to come");
        } else if night.starts_at(zone) <= now.plus(jiff::SignedDuration::from_hours(25)) {
            errors.at(&day, "This night begins in a day: too soon for a request to be answered");
        } else if ahead > FURTHEST {
            errors.at(&day, "Choose a night within the next three years");
        }
        match night.check(zone) {
            Ok(()) => {}
            Err(Problem::NoLength) => errors.at(&format!("end{n}"), "The set ends when it starts"),
            Err(Problem::TooLong(text)) => errors.at(&format!("end{n}"), text),
            Err(Problem::Gap(text)) => errors.at(&format!("start{n}"), text),
            Err(Problem::Twice(text)) => errors.at(&format!("clash{n}"), text),
        }
    }

    fn venue(&self, errors: &mut Errors) -> Option<Venue> {
        let name = required(&self.venue_name, "venue_name", "Say where it is", errors);
        let city = required(&self.venue_city, "venue_city", "Name the city", errors);
        let country = Country::from_code(&self.venue_country);
        if country.is_none() {
            errors.at("venue_country", "Choose the country");
        }
        let capacity = number(&self.capacity, "capacity", 1..=500_000, "people", errors);
        let setting = optional(Setting::parse, &self.setting, "setting", errors);
        let link = web_address(&self.venue_link, "venue_link", errors);
        Some(Venue { name: name?, city: city?, country: country?, capacity, setting, link })
    }

    pub(super) fn set(&self, errors: &mut Errors) -> Option<Set> {
        let kind = chosen(Performance::parse, &self.performance, "performance", errors);
        let minutes = number(&self.set_length, "set_length", 5..=720, "minutes", errors);
        let recording = optional(Recording::parse, &self.recording, "recording", errors);
        Some(Set {
            kind: kind?,
            minutes,
            slot: tidy(&self.slot),
            billing: tidy(&self.billing),
            line_up: tidy(&self.line_up),
            recording,
        })
    }

    pub(super) fn offer(&self, errors: &mut Errors) -> Option<Offer> {
        let deal = chosen(Deal::parse, &self.deal, "deal", errors);
        let coin = currency(self.currency.trim());
        let mut money = |text: &str, field: &str| {
            if text.trim().is_empty() {
                return None;
            }
            let Some(coin) = coin else {
                errors.at("currency", "Choose the currency of the amounts");
                return None;
            };
            match Money::parse(text, coin) {
                Ok(money) => Some(money),
                Err(message) => {
                    errors.at(field, message);
                    None
                }
            }
        };
        let amount = money(&self.amount, "amount");
        let amount_to = money(&self.amount_to, "amount_to");
        let ticket_price = money(&self.ticket_price, "ticket_price");
        if let (Some(from), Some(to)) = (amount, amount_to)
            && from.compare(to) == Some(std::cmp::Ordering::Greater)
        {
            errors.at("amount_to", "The upper end is below the lower one");
        }
        let needs_amount = matches!(deal, Some(Deal::Flat | Deal::GuaranteePlus | Deal::AllIn));
        if needs_amount && self.amount.trim().is_empty() {
            errors.at("amount", "Name an amount, or choose “please quote”");
        }
        if deal == Some(Deal::Quote) && (amount.is_some() || amount_to.is_some()) {
            let instead = "You ask for a quote: leave the amount empty, or choose another deal";
            errors.at("amount", instead);
        }
        let attendance = number(&self.attendance, "attendance", 1..=500_000, "people", errors);
        let km = number(&self.exclusivity_km, "exclusivity_km", 0..=20_000, "kilometres", errors);
        let days = number(&self.exclusivity_days, "exclusivity_days", 0..=730, "days", errors);
        Some(Offer {
            deal: deal?,
            amount,
            amount_to,
            ticket_price,
            attendance,
            exclusivity_km: km,
            exclusivity_days: days,
        })
    }

    pub(super) fn logistics(&self, errors: &mut Errors) -> Option<Logistics> {
        let mut care = |text: &str, field: &str| optional(Care::parse, text, field, errors);
        Some(Logistics {
            travel: care(&self.travel, "travel"),
            hotel: care(&self.hotel, "hotel"),
            ground: care(&self.ground, "ground"),
            hospitality: care(&self.hospitality, "hospitality"),
            backline: care(&self.backline, "backline"),
        })
    }

    fn requester(&self, errors: &mut Errors) -> Option<Requester> {
        let name = tidy_name(&self.your_name);
        let name = required(&name, "your_name", "Say who you are", errors);
        let role = chosen(Role::parse, &self.role, "role", errors);
        let website = web_address(&self.website, "website", errors);
        Some(Requester {
            name: name?,
            trading_name: tidy_name(&self.trading_name),
            role: role?,
            website,
            past_events: tidy(&self.past_events),
        })
    }
}
