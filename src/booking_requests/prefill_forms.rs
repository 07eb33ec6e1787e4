//! A request form that begins with what was asked before: a request of one's own, or a kept form.

use super::counter_form::fields_of;
use super::dates;
use super::forms::LIMITS;
use super::store::Request;
use super::terms::Terms;
use crate::clock::Instant;
use crate::error::Result;
use crate::web::form_state::Fields;

/// Fields that are never kept: each form answers for itself.
const EACH_TIME: [&str; 7] =
    ["key", "disclaimer_hash", "disclaimer_accepted", "action", "age", "privacy", "email"];

/// A request as the form has it. Nights that have passed are left out.
pub fn of_request(request: &Request, message: &str, now: Instant) -> Result<Vec<(String, String)>> {
    let terms = &request.revision.terms;
    let mut fields = fields_of(terms);
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    put("event_name", terms.event.name.clone());
    put("event_kind", terms.event.kind.as_str().to_owned());
    put("visibility", terms.event.visibility.as_str().to_owned());
    put("zone", terms.event.zone.clone());
    put("age_policy", terms.event.age_policy.clone());
    put("venue_name", terms.venue.name.clone());
    put("venue_city", terms.venue.city.clone());
    put("venue_country", terms.venue.country.code().to_owned());
    put("capacity", terms.venue.capacity.map(|n| n.to_string()).unwrap_or_default());
    put("setting", terms.venue.setting.map(|s| s.as_str().to_owned()).unwrap_or_default());
    put("venue_link", terms.venue.link.clone());
    put("your_name", request.requester.name.clone());
    put("trading_name", request.requester.trading_name.clone());
    put("role", request.requester.role.as_str().to_owned());
    put("website", request.requester.website.clone());
    put("past_events", request.requester.past_events.clone());
    put("message", message.to_owned());
    put("links", terms.links.join("\n"));
    forget_passed(&mut fields, terms, now)?;
    Ok(fields)
}

fn forget_passed(fields: &mut [(String, String)], terms: &Terms, now: Instant) -> Result<()> {
    let today = dates::date_at(now, &terms.zone()?).to_string();
    for (name, value) in fields {
        let is_day = name == "respond_by" || name.starts_with("night");
        if is_day && *value <= today {
            value.clear();
        }
    }
    Ok(())
}

/// What is kept of a form that was posted.
pub fn kept_of(posted: &Fields) -> Vec<(String, String)> {
    LIMITS
        .iter()
        .map(|(name, most)| (*name, posted.value(name).chars().take(*most).collect::<String>()))
        .filter(|(name, value)| !EACH_TIME.contains(name) && !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
