//! The form by which an artist's team edits its profile, read once, and what it has in common with the
//! form by which an act is added. Everything that is wrong is said at its field, all at once.

use super::edit::Edited;
use super::floor::{EventKind, Floor};
use super::names::{MAX_SLUG, is_reserved};
use super::{Facts, Listing, OutsideLink, Performance, genres};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::moderation::CARD_REFUSED;
use crate::moderation::screening::find_payment_data;
use crate::money::{Money, currency};
use crate::places::Country;
use crate::text::{tidy, tidy_name};
use crate::web::form_state::{Choice, Fields, FormState};
use crate::web::uploaded::File;

/// Genres that one act can have.
pub const MOST_GENRES: usize = 5;
/// Links that one act can have.
const MOST_LINKS: usize = 10;
const LONGEST_NAME: usize = 120;
const LONGEST_BIO: usize = 5_000;
const LONGEST_ALT: usize = 200;

/// The names of the fields of genres: `genre1` …
pub fn genre_fields() -> impl Iterator<Item = String> {
    (1..=MOST_GENRES).map(|number| format!("genre{number}"))
}

/// The list of genres, by name, and the choice of none.
pub fn genre_choices() -> Vec<Choice> {
    let none = Choice { value: String::new(), label: "None".into() };
    let mut all: Vec<Choice> = genres::all()
        .iter()
        .map(|genre| Choice { value: genre.slug.clone(), label: genre.name.clone() })
        .collect();
    all.sort_by(|one, other| one.label.cmp(&other.label));
    std::iter::once(none).chain(all).collect()
}

/// The form as the profile stands.
pub fn filled(facts: &Facts, seen: Instant) -> FormState {
    let mut form = FormState::default();
    form.set("seen", seen.micros().to_string());
    form.set("name", &facts.name);
    form.set("slug", &facts.slug);
    for (field, genre) in genre_fields().zip(&facts.genres) {
        form.set(&field, genre);
    }
    form.set("country", facts.country.as_ref().map_or("", Country::code));
    form.set("city", &facts.city);
    form.set("bio", &facts.bio);
    for plays in &facts.plays {
        form.set(&format!("plays_{}", plays.as_str()), "yes");
    }
    let links = facts.links.iter().map(|link| format!("{} {}", link.label, link.url));
    form.set("links", links.collect::<Vec<_>>().join("\n"));
    let floor = &facts.floor;
    let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
    form.set("notice_days", number(floor.notice_days));
    form.set("min_capacity", number(floor.min_capacity));
    form.set("fee", floor.fee.map(Money::number).unwrap_or_default());
    form.set("currency", floor.fee.map(|fee| fee.currency().code()).unwrap_or_default());
    let countries: Vec<String> = floor.countries.iter().map(Country::name).collect();
    form.set("countries", countries.join(", "));
    for kind in &floor.kinds {
        form.set(&format!("kind_{}", kind.as_str()), "yes");
    }
    form
}

/// What is wrong with a text that everybody may read: it is too long, or has a card's number in it.
pub(super) fn fault_of(text: &str, longest: usize) -> Option<String> {
    if text.chars().count() > longest {
        Some(format!("Shorten this to {longest} characters"))
    } else if find_payment_data(text).refuses() {
        Some(CARD_REFUSED.to_owned())
    } else {
        None
    }
}

/// A whole number as people type it; none where nothing is typed.
pub(super) fn whole_number(typed: &str, most: i64) -> Result<Option<i64>, String> {
    let text = typed.trim().replace([',', ' ', '\u{a0}', '’', '\''], "");
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(number) if (0..=most).contains(&number) => Ok(Some(number)),
        _ => Err(format!("Enter a whole number up to {most}, or nothing")),
    }
}

/// A form while it is read.
pub(super) struct Read<'a> {
    fields: &'a Fields,
    errors: Vec<(String, String)>,
}

impl<'a> Read<'a> {
    pub(super) const fn of(fields: &'a Fields) -> Self {
        Self { fields, errors: Vec::new() }
    }

    pub(super) fn wrong(&mut self, field: &str, why: impl Into<String>) {
        self.errors.push((field.to_owned(), why.into()));
    }

    /// A text that may be shown to everybody: not too long, without a card's number.
    pub(super) fn text(&mut self, field: &str, longest: usize) -> String {
        let text = tidy(self.fields.value(field));
        if let Some(why) = fault_of(&text, longest) {
            self.wrong(field, why);
        }
        text
    }

    fn number(&mut self, field: &str, most: i64) -> Option<i64> {
        whole_number(self.fields.value(field), most).unwrap_or_else(|why| {
            self.wrong(field, why);
            None
        })
    }

    pub(super) fn is_ticked(&self, field: &str) -> bool {
        self.fields.value(field) == "yes"
    }

    pub(super) fn done<T>(self, value: T) -> Result<T> {
        if self.errors.is_empty() { Ok(value) } else { Err(Error::Invalid(self.errors)) }
    }
}

/// The name of an act.
pub(super) fn read_name(read: &mut Read<'_>) -> String {
    let name = tidy_name(&read.text("name", LONGEST_NAME));
    if name.is_empty() {
        read.wrong("name", "Enter the name of the act");
    }
    name
}

/// What is public about an act of this name: genres, home, links, words. The rest is empty.
pub(super) fn read_facts(read: &mut Read<'_>, name: String) -> Facts {
    let fields = read.fields;
    let mut chosen: Vec<String> = Vec::new();
    for field in genre_fields() {
        match genres::find(fields.value(&field)) {
            Some(genre) if chosen.contains(&genre.slug) => {}
            Some(genre) => chosen.push(genre.slug.clone()),
            None if fields.value(&field).is_empty() => {}
            None => read.wrong(&field, "Choose a genre of the list"),
        }
    }
    let country = match fields.value("country") {
        "" => None,
        code => Country::from_code(code).or_else(|| {
            read.wrong("country", "Choose a country of the list");
            None
        }),
    };
    let city = tidy_name(&read.text("city", 80));
    if !city.is_empty() && country.is_none() {
        read.wrong("country", "Choose the country of the city as well");
    }
    let bio = read.text("bio", LONGEST_BIO);
    let links = read_links(read);
    Facts {
        slug: String::new(),
        name,
        listing: Listing::Draft,
        genres: chosen,
        country,
        city,
        bio,
        plays: Vec::new(),
        links,
        floor: Floor::default(),
        source: String::new(),
    }
}

/// Reads a profile.
pub fn read_profile(fields: &Fields) -> Result<Edited> {
    let mut read = Read::of(fields);
    let name = read_name(&mut read);
    let slug = fields.value("slug").trim().to_ascii_lowercase();
    if is_reserved(&slug) {
        read.wrong("slug", "This address is that of a page of the site itself");
    } else if !genres::is_slug(&slug) || slug.len() > MAX_SLUG {
        read.wrong("slug", "Use letters a to z, digits and single hyphens, such as night-ferry");
    } else if let Some(why) = fault_of(&slug, MAX_SLUG) {
        read.wrong("slug", why);
    }
    let facts = read_facts(&mut read, name);
    let plays = Performance::ALL
        .iter()
        .copied()
        .filter(|plays| read.is_ticked(&format!("plays_{}", plays.as_str())))
        .collect();
    let floor = read_floor(&mut read);
    let seen = read_seen(fields)?;
    read.done(Edited { facts: Facts { slug, plays, floor, ..facts }, seen })
}

/// When the profile that a form showed was last changed.
pub(super) fn read_seen(fields: &Fields) -> Result<Instant> {
    let seen = fields.value("seen").parse().map(Instant::from_micros);
    seen.map_err(|_| Error::BadRequest("The form is incomplete.".into()))
}

/// One link on each line: an address, or what it is and then the address.
fn read_links(read: &mut Read<'_>) -> Vec<OutsideLink> {
    let text = read.text("links", 3_000);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST_LINKS {
        read.wrong("links", format!("Ten links at most; these are {}", lines.len()));
    }
    let mut links = Vec::new();
    for line in lines {
        let (label, address) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
        let full =
            if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
        let url = url::Url::parse(&full).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host_str().is_some_and(|host| host.contains('.'))
                && url.username().is_empty()
                && url.password().is_none()
        });
        let Some(url) = url else {
            read.wrong(
                "links",
                format!("“{address}” is no web address such as https://act.example"),
            );
            break;
        };
        let host = url.host_str().unwrap_or_default();
        let label = match label.trim() {
            "" => host.strip_prefix("www.").unwrap_or(host).to_owned(),
            label => label.chars().take(60).collect(),
        };
        links.push(OutsideLink { label, url: url.to_string() });
    }
    links
}

fn read_floor(read: &mut Read<'_>) -> Floor {
    let notice_days = read.number("notice_days", 730).filter(|days| *days > 0);
    let min_capacity = read.number("min_capacity", 1_000_000).filter(|people| *people > 0);
    let (amount, code) = (read.fields.value("fee").trim(), read.fields.value("currency"));
    let fee = match (amount, currency(code)) {
        ("", _) => None,
        (_, None) => {
            read.wrong("currency", "Choose the currency of the fee");
            None
        }
        (amount, Some(coin)) => match Money::parse(amount, coin) {
            Ok(money) => Some(money),
            Err(why) => {
                read.wrong("fee", why);
                None
            }
        },
    };
    let mut countries: Vec<Country> = Vec::new();
    let named = read.text("countries", 2_000);
    for name in named.split([',', ';', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
        match Country::resolve(name) {
            Some(country) if countries.contains(&country) => {}
            Some(country) => countries.push(country),
            None => {
                read.wrong("countries", format!("“{name}” is no country known here"));
                break;
            }
        }
    }
    let kinds = EventKind::ALL
        .iter()
        .copied()
        .filter(|kind| read.is_ticked(&format!("kind_{}", kind.as_str())))
        .collect();
    Floor { notice_days, fee, min_capacity, countries, kinds }
}

/// Reads a photo: the file as it was sent, and what is to be seen on it.
pub fn read_photo(fields: &Fields, file: File) -> Result<(Vec<u8>, String)> {
    let mut read = Read::of(fields);
    let original = match file {
        File::Bytes(bytes) => bytes,
        File::Missing => {
            read.wrong("photo", "Choose a picture");
            Vec::new()
        }
        File::TooLarge => {
            read.wrong(
                "photo",
                "This picture is larger than 5 MB. Save a smaller copy, such as 2,000 pixels wide, \
                 and choose that one",
            );
            Vec::new()
        }
    };
    let alt = tidy_name(&read.text("alt", LONGEST_ALT));
    if !read.is_ticked("rights") {
        read.wrong("rights", "Tick this if you may publish the picture; if not, choose another");
    }
    read.done((original, alt))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(changes: &[(&str, &str)]) -> Fields {
        let mut pairs = vec![
            ("seen", "1"),
            ("name", "Night Ferry"),
            ("slug", "night-ferry"),
            ("genre1", "ambient"),
            ("country", "EE"),
            ("city", "Tallinn"),
        ];
        pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        pairs.extend(changes);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Fields::parse(body.as_bytes()).unwrap()
    }

    fn wrong(changes: &[(&str, &str)]) -> Vec<String> {
        match read_profile(&fields(changes)) {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|(field, _)| field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_profile_is_shown_and_read_as_the_same() {
        let edited = read_profile(&fields(&[
            ("genre3", "electro"),
            ("bio", "Tapes.\n\nAnd ferries."),
            ("plays_live", "yes"),
            ("links", "The boat https://boat.example/x\nnightferry.example"),
            ("notice_days", "40"),
            ("fee", "1,200"),
            ("currency", "EUR"),
            ("countries", "Estonia, de"),
            ("kind_festival", "yes"),
        ]))
        .unwrap();
        assert_eq!(edited.facts.genres, ["ambient", "electro"]);
        assert_eq!(edited.facts.links[1].label, "nightferry.example");
        assert_eq!(edited.facts.floor.countries.len(), 2);
        let shown = filled(&edited.facts, edited.seen);
        let again: Vec<(String, String)> =
            shown.values().map(|(n, v)| (n.into(), v.into())).collect();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(again).finish();
        let again = read_profile(&Fields::parse(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(again.facts, edited.facts);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        for (field, value) in [
            ("name", " \u{200b} "),
            ("name", "Call 4111 1111 1111 1111"),
            ("slug", "Night Ferry!"),
            ("slug", "add"),
            ("slug", "Add "),
            ("slug", "new.atom"),
            ("slug", "4111111111111111"),
            ("slug", "4111-1111-1111-1111"),
            ("genre2", "polka-of-dust"),
            ("country", "XX"),
            ("links", "javascript:alert(1)"),
            ("links", "ftp://boat.example/"),
            ("notice_days", "-1"),
            ("min_capacity", "many"),
            ("countries", "Atlantis"),
        ] {
            assert_eq!(wrong(&[(field, value)])[0], field, "{field}: {value}");
        }
        assert_eq!(wrong(&[("fee", "900")]), ["currency"]);
        assert_eq!(wrong(&[("fee", "much"), ("currency", "EUR")]), ["fee"]);
    }
}
