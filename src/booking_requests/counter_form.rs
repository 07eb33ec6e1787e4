//! The form of a counter-offer: the fields of the request form that the two sides can propose anew.
//! Event, venue and who asks stay as they are; another event is another request.

use super::form_values::read_respond_by;
use super::forms::RequestForm;
use super::terms::{Care, Terms};
use crate::clock::Instant;
use crate::error::{Error, Result};

/// The current terms as the fields of the form have them.
pub fn fields_of(terms: &Terms) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    for (at, night) in terms.event.nights.iter().enumerate() {
        let n = at + 1;
        put(&format!("night{n}"), night.night.to_string());
        put(&format!("start{n}"), night.start.strftime("%H:%M").to_string());
        put(&format!("end{n}"), night.end.strftime("%H:%M").to_string());
        if let Some(fold) = night.fold {
            put(&format!("clash{n}"), fold.as_str().to_owned());
        }
    }
    put("flexible", if terms.event.flexible { "yes".to_owned() } else { String::new() });
    let set = &terms.performance;
    put("performance", set.kind.as_str().to_owned());
    put("set_length", number(set.minutes));
    put("slot", set.slot.clone());
    put("billing", set.billing.clone());
    put("line_up", set.line_up.clone());
    put("recording", set.recording.map(|r| r.as_str().to_owned()).unwrap_or_default());
    let offer = &terms.offer;
    put("deal", offer.deal.as_str().to_owned());
    let amounts = [offer.amount, offer.amount_to, offer.ticket_price];
    for (name, money) in ["amount", "amount_to", "ticket_price"].into_iter().zip(amounts) {
        put(name, money.map(|money| money.number()).unwrap_or_default());
    }
    let coin = amounts.into_iter().flatten().next();
    put("currency", coin.map(|money| money.currency().code().to_owned()).unwrap_or_default());
    put("attendance", number(offer.attendance));
    put("exclusivity_km", number(offer.exclusivity_km));
    put("exclusivity_days", number(offer.exclusivity_days));
    let care = |care: Option<Care>| care.map(|c| c.as_str().to_owned()).unwrap_or_default();
    let logistics = &terms.logistics;
    put("travel", care(logistics.travel));
    put("hotel", care(logistics.hotel));
    put("ground", care(logistics.ground));
    put("hospitality", care(logistics.hospitality));
    put("backline", care(logistics.backline));
    put("respond_by", terms.respond_by.map(|day| day.to_string()).unwrap_or_default());
    fields
}

impl RequestForm {
    /// The current terms with what the form proposes anew, or everything that is wrong with it.
    pub fn propose(&self, current: &Terms, now: Instant) -> Result<Terms> {
        let form = Self {
            event_name: current.event.name.clone(),
            event_kind: current.event.kind.as_str().to_owned(),
            visibility: current.event.visibility.as_str().to_owned(),
            zone: current.event.zone.clone(),
            age_policy: current.event.age_policy.clone(),
            ..self.tidied()
        };
        let mut errors = form.screened();
        let event = form.event(now, &mut errors);
        let set = form.set(&mut errors);
        let offer = form.offer(&mut errors);
        let logistics = form.logistics(&mut errors);
        let respond_by = read_respond_by(&form.respond_by, event.as_ref(), now, &mut errors);
        match (event, set, offer, logistics) {
            (Some(event), Some(set), Some(offer), Some(logistics)) if errors.0.is_empty() => {
                let (venue, links) = (current.venue.clone(), current.links.clone());
                Ok(Terms::new(event, venue, set, offer, logistics, links, respond_by))
            }
            _ => Err(Error::Invalid(errors.0)),
        }
    }
}
