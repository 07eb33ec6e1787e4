//! The forms by which people write to the operator, read once into a [`NewTicket`].
//! Everything that is wrong is said at its field, all at once.

use serde::Deserialize;

use super::screening::find_payment_data;
use super::tickets::NewTicket;
use super::{CARD_REFUSED, ContactTopic, ReportTopic, Subject};
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::text::{tidy, tidy_name};
use crate::web::form_state::Fields;

/// The longest message, in characters.
const LONGEST_MESSAGE: usize = 5_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// `/artists/{slug}/report`, as it was posted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    /// The word of a [`ReportTopic`].
    pub reason: String,
    /// What is wrong.
    pub details: String,
    /// Who writes; may be empty.
    pub your_name: String,
    /// Where they can be answered; may be empty.
    pub email: String,
}

impl ReportForm {
    /// Reads what was posted.
    pub fn read(fields: &Fields) -> Result<Self> {
        fields.read()
    }

    /// The whole form as a ticket about the profile at `slug`, or everything that is wrong with it.
    pub fn parse(&self, slug: &str) -> Result<NewTicket> {
        let mut problems = Problems::default();
        let topic = ReportTopic::parse(&self.reason).ok_or("Choose what it is");
        let topic = problems.at("reason", topic);
        let message = problems.at("details", message(&self.details));
        let name = problems.at("your_name", name(&self.your_name));
        let address = problems.at("email", address(&self.email));
        match (topic, message, name, address) {
            (Some(topic), Some(message), Some(name), Some(address)) => Ok(NewTicket {
                subject: Subject::Profile { slug: slug.to_owned(), topic },
                name,
                address,
                message,
            }),
            _ => Err(Error::Invalid(problems.0)),
        }
    }
}

/// `/contact`, as it was posted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    /// The word of a [`ContactTopic`].
    pub topic: String,
    /// The words.
    pub message: String,
    /// Who writes; may be empty.
    pub name: String,
    /// Where they can be answered; may be empty.
    pub email: String,
}

impl ContactForm {
    /// Reads what was posted.
    pub fn read(fields: &Fields) -> Result<Self> {
        fields.read()
    }

    /// The whole form as a ticket, or everything that is wrong with it.
    pub fn parse(&self) -> Result<NewTicket> {
        let mut problems = Problems::default();
        let topic = ContactTopic::parse(&self.topic).ok_or("Choose what it is about");
        let topic = problems.at("topic", topic);
        let message = problems.at("message", message(&self.message));
        let name = problems.at("name", name(&self.name));
        let address = problems.at("email", address(&self.email));
        match (topic, message, name, address) {
            (Some(topic), Some(message), Some(name), Some(address)) => {
                Ok(NewTicket { subject: Subject::Site(topic), name, address, message })
            }
            _ => Err(Error::Invalid(problems.0)),
        }
    }
}

/// `/artists/{slug}/claim/ask`, as it was posted. Its names are not those of the form beside it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ClaimForm {
    /// What shows that the act is theirs.
    pub proof: String,
    /// Where they can be answered, and where requests are to go.
    pub reach: String,
}

impl ClaimForm {
    /// Reads what was posted.
    pub fn read(fields: &Fields) -> Result<Self> {
        fields.read()
    }

    /// The address alone: it is asked for first, because the code is made for it.
    pub fn address(&self) -> Result<EmailAddress> {
        self.reach().map_err(|why| Error::field("reach", why))
    }

    fn reach(&self) -> Result<EmailAddress, String> {
        address(&self.reach)?
            .ok_or_else(|| "Enter an e-mail address, such as name@band.example".to_owned())
    }

    /// The whole form as a ticket about the profile at `slug`, or everything that is wrong with it.
    /// Without an address nothing can come of a claim.
    pub fn parse(&self, slug: &str) -> Result<NewTicket> {
        let mut problems = Problems::default();
        let message = problems.at("proof", message(&self.proof));
        match (message, problems.at("reach", self.reach())) {
            (Some(message), Some(address)) => Ok(NewTicket {
                subject: Subject::Claim { slug: slug.to_owned() },
                name: String::new(),
                address: Some(address),
                message,
            }),
            _ => Err(Error::Invalid(problems.0)),
        }
    }
}

/// Words for the people who run the site, from a field of a form that says nothing else.
pub fn read_words(field: &str, typed: &str) -> Result<String> {
    message(typed).map_err(|why| Error::field(field, why))
}

/// What is wrong with a form, in the order of its fields: (field, message).
#[derive(Default)]
struct Problems(Vec<(String, String)>);

impl Problems {
    /// The value that was read; what is wrong with it is noted at its field.
    fn at<T>(&mut self, field: &str, read: Result<T, impl Into<String>>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(message) => {
                self.0.push((field.to_owned(), message.into()));
                None
            }
        }
    }
}

fn message(typed: &str) -> Result<String, String> {
    let message = tidy(typed);
    if message.is_empty() {
        return Err("Write what it is".into());
    }
    check(&message, LONGEST_MESSAGE)?;
    Ok(message)
}

/// One line: a name with line breaks could pass for a part of the operator's mail.
fn name(typed: &str) -> Result<String, String> {
    let name = tidy_name(typed);
    check(&name, LONGEST_NAME)?;
    Ok(name)
}

fn address(typed: &str) -> Result<Option<EmailAddress>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    if find_payment_data(typed).refuses() {
        return Err(CARD_REFUSED.into());
    }
    EmailAddress::parse(typed).map(Some)
}

fn check(text: &str, longest: usize) -> Result<(), String> {
    if text.chars().count() > longest {
        return Err(format!("Shorten this to {longest} characters"));
    }
    if find_payment_data(text).refuses() {
        return Err(CARD_REFUSED.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::TicketKind;

    fn contact(message: &str, email: &str) -> ContactForm {
        ContactForm {
            topic: "privacy".into(),
            message: message.into(),
            name: " Ines\nMarl ".into(),
            email: email.into(),
        }
    }

    fn wrong_fields(parsed: Result<NewTicket>) -> Vec<String> {
        match parsed {
            Err(Error::Invalid(problems)) => problems.into_iter().map(|(field, _)| field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_message_needs_a_topic_and_words_and_nothing_else() {
        let ticket = contact("What do you\r\nhave of me?", "").parse().unwrap();
        assert_eq!(ticket.subject, Subject::Site(ContactTopic::Privacy));
        assert_eq!(ticket.message, "What do you\nhave of me?");
        assert_eq!((ticket.name.as_str(), ticket.address), ("Ines Marl", None));
        assert_eq!(wrong_fields(ContactForm::default().parse()), ["topic", "message"]);
        assert_eq!(wrong_fields(contact(&"a".repeat(5_001), "ines").parse()), ["message", "email"]);
    }

    #[test]
    fn a_claim_needs_an_address_and_what_shows_it() {
        let claim =
            |proof: &str, reach: &str| ClaimForm { proof: proof.into(), reach: reach.into() };
        let ticket = claim("The code stands on our page.", "ines@post.example");
        let ticket = ticket.parse("night-ferry").unwrap();
        assert_eq!(ticket.subject, Subject::Claim { slug: "night-ferry".into() });
        assert_eq!(ticket.address.unwrap().as_str(), "ines@post.example");
        assert_eq!(wrong_fields(claim("", "").parse("night-ferry")), ["proof", "reach"]);
        assert_eq!(wrong_fields(claim("It is me.", "ines").parse("night-ferry")), ["reach"]);
    }

    #[test]
    fn a_card_number_is_refused_in_every_field() {
        let card = "4111 1111 1111 1111";
        let form = ReportForm {
            reason: "scam".into(),
            details: format!("They asked for {card}"),
            your_name: card.into(),
            email: "4111111111111111@post.example".into(),
        };
        assert_eq!(wrong_fields(form.parse("night-ferry")), ["details", "your_name", "email"]);
    }

    #[test]
    fn wrong_facts_ask_for_a_correction_and_a_scam_is_reported() {
        let kind = |reason: &str| {
            let form = ReportForm {
                reason: reason.into(),
                details: "The city is Tallinn.".into(),
                ..ReportForm::default()
            };
            form.parse("night-ferry").unwrap().subject.kind()
        };
        assert_eq!((kind("wrong"), kind("scam")), (TicketKind::Correction, TicketKind::Report));
    }
}
