//! The file of invented acts, read once into what the rest of the program knows.

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::figures::Figures;
use crate::artists::floor::{EventKind, Floor};
use crate::artists::{Facts, Listing, OutsideLink, Performance, genres};
use crate::error::{Error, Result};
use crate::money::{Money, currency};
use crate::people::EmailAddress;
use crate::places::Country;

/// An invented act.
#[derive(Debug, Clone)]
pub struct DemoAct {
    /// What its profile says.
    pub facts: Facts,
    /// What it counts; `None` for an act without any figure.
    pub figures: Option<Figures>,
}

impl DemoAct {
    /// Where requests to it go, if it takes any. The domain ends in `.example`, so no mail can
    /// ever reach somebody (RFC 2606, section 2).
    pub fn contact(&self) -> Result<Option<EmailAddress>> {
        if !self.facts.listing.takes_requests() {
            return Ok(None);
        }
        let address = format!("booking@{}.example", self.facts.slug);
        EmailAddress::parse(&address).map(Some).map_err(Error::unexpected)
    }
}

/// Every act of the demo, in the order of the file.
pub fn acts() -> Result<Vec<DemoAct>> {
    let file: File = toml::from_str(include_str!("acts.toml")).context("the acts of the demo")?;
    let read = file.act.into_iter().map(|entry| {
        let slug = entry.slug.clone();
        entry.act().with_context(|| format!("the demo's act {slug}"))
    });
    Ok(read.collect::<anyhow::Result<_>>()?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    act: Vec<Entry>,
}

/// An act as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    slug: String,
    name: String,
    genres: Vec<String>,
    country: String,
    city: String,
    bio: String,
    plays: Vec<Performance>,
    links: Vec<OutsideLink>,
    listing: Listing,
    monthly_listeners: i64,
    followers: i64,
    growth: f64,
    missing_months: Vec<i32>,
    shows: Option<i64>,
    #[serde(default)]
    no_figures: bool,
    #[serde(default)]
    floor: Asked,
}

impl Entry {
    fn act(self) -> anyhow::Result<DemoAct> {
        if let Some(genre) = self.genres.iter().find(|slug| genres::find(slug).is_none()) {
            bail!("{genre} is no genre of the list");
        }
        let figures = Figures {
            monthly_listeners: self.monthly_listeners,
            followers: self.followers,
            shows: self.shows,
            growth: self.growth,
            missing_months: self.missing_months,
        };
        figures.check()?;
        let source = match self.listing {
            Listing::Unclaimed => "a public list",
            _ => "entered by the artist",
        };
        let facts = Facts {
            slug: self.slug,
            name: self.name,
            listing: self.listing,
            genres: self.genres,
            country: Some(country(&self.country)?),
            city: self.city,
            bio: self.bio,
            plays: self.plays,
            links: self.links,
            floor: self.floor.floor()?,
            source: source.to_owned(),
        };
        Ok(DemoAct { facts, figures: (!self.no_figures).then_some(figures) })
    }
}

/// The floor as the file has it: the fee in whole units of its currency.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    notice_days: Option<i64>,
    fee_amount: Option<i64>,
    fee_currency: Option<String>,
    min_capacity: Option<i64>,
    countries: Vec<String>,
    kinds: Vec<EventKind>,
}

impl Asked {
    fn floor(self) -> anyhow::Result<Floor> {
        let fee = match (self.fee_amount, &self.fee_currency) {
            (Some(units), Some(code)) => Some(fee(units, code)?),
            (None, None) => None,
            _ => bail!("a fee has an amount and a currency"),
        };
        let countries = self.countries.iter().map(|code| country(code));
        Ok(Floor {
            notice_days: self.notice_days,
            fee,
            min_capacity: self.min_capacity,
            countries: countries.collect::<anyhow::Result<_>>()?,
            kinds: self.kinds,
        })
    }
}

fn fee(units: i64, code: &str) -> anyhow::Result<Money> {
    let currency = currency(code).with_context(|| format!("{code} is no currency"))?;
    Money::whole(units, currency).with_context(|| format!("{units} {code} is no fee"))
}

fn country(code: &str) -> anyhow::Result<Country> {
    let found = Country::from_code(code).with_context(|| format!("{code} is no country"))?;
    ensure!(found.code() == code, "{code} should be {}", found.code());
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_file_has_120_different_acts_of_every_visible_listing() {
        let acts = acts().unwrap();
        let slugs: BTreeSet<&str> = acts.iter().map(|act| act.facts.slug.as_str()).collect();
        assert_eq!((acts.len(), slugs.len()), (120, 120));
        let count = |listing| acts.iter().filter(|act| act.facts.listing == listing).count();
        let counts = [Listing::Listed, Listing::Unclaimed, Listing::Unlisted].map(count);
        assert_eq!(counts, [96, 20, 4]);
        assert_eq!(acts.iter().filter(|act| act.figures.is_none()).count(), 5);
    }

    #[test]
    fn every_act_can_be_shown_and_found() {
        for act in acts().unwrap() {
            let facts = &act.facts;
            assert!(facts.slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{facts:?}");
            assert!(!facts.name.is_empty() && !facts.bio.is_empty() && !facts.city.is_empty());
            assert!(!facts.plays.is_empty() && facts.country.is_some(), "{}", facts.slug);
            assert!((1..=4).contains(&facts.genres.len()), "{}", facts.slug);
            assert!(facts.genres.iter().all(|slug| genres::find(slug).is_some()));
        }
    }

    #[test]
    fn nothing_in_the_demo_leads_to_a_real_place() {
        for act in acts().unwrap() {
            for link in &act.facts.links {
                let host = url::Url::parse(&link.url).unwrap().host_str().unwrap().to_owned();
                assert!(host.ends_with(".example"), "{}: {}", act.facts.slug, link.url);
            }
        }
    }

    #[test]
    fn only_acts_that_take_requests_have_somebody_to_write_to() {
        for act in acts().unwrap() {
            let address = act.contact().unwrap();
            assert_eq!(address.is_some(), act.facts.listing.takes_requests(), "{}", act.facts.slug);
        }
    }

    #[test]
    fn a_mistake_in_the_file_is_told_with_its_place() {
        assert_eq!(fee(800, "EUR").unwrap().to_string(), "EUR 800");
        assert!(fee(800, "EURO").is_err() && fee(-1, "EUR").is_err());
        assert!(country("de").is_err() && country("XX").is_err());
        let alone = Asked { fee_amount: Some(1), ..Asked::default() };
        assert!(alone.floor().is_err());
        assert!(toml::from_str::<Asked>("notice = 3").is_err());
    }
}
