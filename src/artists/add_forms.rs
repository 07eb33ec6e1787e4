//! The forms by which somebody who need not be the act adds it or puts its page right, read once.

use super::adding::NewAct;
use super::edit::Edited;
use super::forms::{Read, read_facts, read_name, read_seen};
use super::{Facts, genres};
use crate::error::Result;
use crate::text::tidy_name;
use crate::web::form_state::Fields;

/// The longest words about a source, in characters.
const LONGEST_SOURCE: usize = 300;

/// Reads an act that somebody adds.
pub fn read_new(fields: &Fields) -> Result<NewAct> {
    let mut read = Read::of(fields);
    let name = read_name(&mut read);
    let facts = read_facts(&mut read, name);
    let source = read_source(&mut read);
    if !read.is_ticked("public_facts") {
        read.wrong("public_facts", "Tick this if it is so: other facts are not for this site");
    }
    let shown = fields.value("shown").split(' ').filter(|slug| genres::is_slug(slug));
    let shown = shown.map(ToOwned::to_owned).collect();
    read.done(NewAct { facts, source, shown })
}

/// Reads what a page says that is put right: the facts with their source.
pub fn read_correction(fields: &Fields) -> Result<Edited> {
    let mut read = Read::of(fields);
    let name = read_name(&mut read);
    let facts = read_facts(&mut read, name);
    let source = read_source(&mut read);
    let seen = read_seen(fields)?;
    read.done(Edited { facts: Facts { source, ..facts }, seen })
}

fn read_source(read: &mut Read<'_>) -> String {
    let source = tidy_name(&read.text("source", LONGEST_SOURCE));
    if source.is_empty() {
        read.wrong("source", "Say where this can be checked: an address, or a few words");
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn read(pairs: &[(&str, &str)]) -> Result<NewAct> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        read_new(&Fields::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn an_act_needs_a_name_a_source_and_the_tick() {
        let new = read(&[
            ("name", " Night  Ferry "),
            ("links", "nightferry.example"),
            ("source", "The harbour's programme,\nspring 2026"),
            ("public_facts", "yes"),
            ("shown", "day-ferry NIGHT one-more"),
        ])
        .unwrap();
        assert_eq!(new.facts.name, "Night Ferry");
        assert_eq!(new.facts.links[0].url, "https://nightferry.example/");
        assert_eq!(new.source, "The harbour's programme, spring 2026");
        assert_eq!(new.shown, ["day-ferry", "one-more"]);
        match read(&[]) {
            Err(Error::Invalid(errors)) => {
                let wrong: Vec<&str> = errors.iter().map(|(field, _)| field.as_str()).collect();
                assert_eq!(wrong, ["name", "source", "public_facts"]);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_card_number_is_refused_wherever_it_stands() {
        let card = "4111 1111 1111 1111";
        for field in ["name", "city", "bio", "links", "source"] {
            let mut pairs =
                vec![("name", "Kaja"), ("country", "EE"), ("source", "x"), ("public_facts", "yes")];
            pairs.retain(|(known, _)| *known != field);
            pairs.push((field, card));
            match read(&pairs) {
                Err(Error::Invalid(errors)) => assert_eq!(errors[0].0, field, "{errors:?}"),
                other => panic!("{field}: {other:?}"),
            }
        }
    }
}
