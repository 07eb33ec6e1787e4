//! Contact data in what everybody may read about an act: whoever types it is warned once, and ticks that
//! it stays.

use crate::moderation::screening::contact_data::{ContactData, find_contact_data};
use crate::text::tidy;
use crate::web::form_state::{Fields, FormState, Warning};

/// What somebody of the act need not show.
pub const OWN: &str = "Requests reach you without it.";
/// What somebody else should not show.
pub const ANOTHERS: &str = "Leave it out unless the act itself makes it public.";

/// A text that everybody may read.
struct Shown {
    field: &'static str,
    /// The field by which its contact data stays.
    tick: &'static str,
    found: ContactData,
}

/// The texts with contact data in them, as they were typed.
fn shown(bio: &str, links: &str) -> Vec<Shown> {
    // An address of the web says by itself where it leads; what it is called is words.
    let labels: Vec<&str> = links
        .lines()
        .filter_map(|line| line.trim().rsplit_once(char::is_whitespace))
        .map(|(label, _)| label)
        .collect();
    let texts =
        [("bio", "bio_public", bio.to_owned()), ("links", "links_public", labels.join("\n"))];
    texts
        .into_iter()
        .map(|(field, tick, text)| Shown { field, tick, found: find_contact_data(&tidy(&text)) })
        .filter(|shown| shown.found.is_some())
        .collect()
}

/// Whether there is contact data of which nobody said yet that it stays.
pub fn is_unanswered(fields: &Fields) -> bool {
    shown(fields.value("bio"), fields.value("links"))
        .iter()
        .any(|shown| fields.value(shown.tick) != "yes")
}

/// The form of a page as it stands: what is public already stays without a question.
#[must_use]
pub fn answered(mut form: FormState) -> FormState {
    for shown in shown(form.value("bio"), form.value("links")) {
        form.set(shown.tick, "yes");
    }
    form
}

/// Warns of contact data at its field, with the reason to leave it out.
pub fn warn(form: &mut FormState, reason: &str) {
    for Shown { field, tick, found } in shown(form.value("bio"), form.value("links")) {
        let what = match (found.address, found.number) {
            (true, true) => "the address and the number",
            (true, false) => "the address",
            (false, _) => "the number",
        };
        let message = format!("This is public: everybody can read {what} here. {reason}");
        form.warn(Warning { field, tick, message });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Fields::parse(body.as_bytes()).unwrap()
    }

    #[test]
    fn each_text_has_a_tick_of_its_own() {
        let bio = ("bio", "Write to me@act.example");
        let links = ("links", "act.example\nCall +372 5555 0123 https://act.example/");
        let none = ("links", "https://act.example/+37255550123\nme@act.example");
        assert!(is_unanswered(&fields(&[bio])));
        assert!(is_unanswered(&fields(&[links])));
        assert!(!is_unanswered(&fields(&[none])));
        assert!(!is_unanswered(&fields(&[bio, ("bio_public", "yes")])));
        assert!(is_unanswered(&fields(&[bio, links, ("bio_public", "yes")])));
        assert!(!is_unanswered(&fields(&[
            bio,
            links,
            ("bio_public", "yes"),
            ("links_public", "yes")
        ])));
    }

    #[test]
    fn a_warning_names_what_it_is_about() {
        let mut form = FormState::again(
            &fields(&[
                ("bio", "Write to me@act.example"),
                ("links", "Call +372 5555 0123 act.example"),
            ]),
            Vec::new(),
        );
        warn(&mut form, OWN);
        assert_eq!(
            form.warning("bio"),
            "This is public: everybody can read the address here. Requests reach you without it."
        );
        assert!(form.warning("links").contains("read the number here"));
        assert_eq!(form.open_warnings().len(), 2);
        let mut form = answered(form);
        assert!(form.open_warnings().is_empty());
        form.forget("links_public");
        assert_eq!(form.open_warnings()[0].field, "links");
    }
}
