//! From which age somebody may send a request: the age at which the law of their country lets them
//! agree to the processing of their data by themselves, and never under 13.
//!
//! Article 8(1) of the General Data Protection Regulation (EU) 2016/679 says 16 and lets each
//! member state go down to 13 by law. It holds in the European Union and, through the agreement on
//! the European Economic Area, in Iceland, Liechtenstein and Norway; the United Kingdom kept it.

use crate::db::types::choices;
use crate::places::{Country, name_of};

choices! {
    /// What somebody answered who may go on. Who is younger, or has no guardian's consent, may not,
    /// and nothing is stored.
    Age {
        /// 18 or older.
        Adult = "adult", "18 or older";
        /// Between the minimum and 17, with a guardian's consent.
        Guardian = "guardian", "Under 18, but of the minimum age, and a parent or guardian agrees";
    }
}

/// Nobody younger sends a request, whatever the law of their country says.
pub const LOWEST: u8 = 13;

/// Each country in which a law sets the age, with that law; those that the Regulation leaves at 16
/// have set none, or 16. Everywhere else [`LOWEST`] holds.
const NATIONAL: &[(&str, u8)] = &[
    ("AT", 14), // Datenschutzgesetz, § 4(4)
    ("BE", 13), // Act of 30 July 2018, art. 7
    ("BG", 14), // Personal Data Protection Act, art. 25c
    ("CN", 14), // Personal Information Protection Law, art. 31
    ("CY", 14), // Law 125(I)/2018, s. 8
    ("CZ", 15), // Act 110/2019, § 7
    ("DE", 16),
    ("DK", 15), // Databeskyttelsesloven, § 6, as amended from 1 January 2024; 13 until then
    ("EE", 13), // Isikuandmete kaitse seadus, § 8
    ("ES", 14), // Ley Orgánica 3/2018, art. 7
    ("FI", 13), // Tietosuojalaki 1050/2018, § 5
    ("FR", 15), // Loi 78-17, art. 45
    ("GB", 13), // Data Protection Act 2018, s. 9
    ("GR", 15), // Law 4624/2019, art. 21
    ("HR", 16), // Zakon o provedbi Opće uredbe, art. 19
    ("HU", 16),
    ("IE", 16), // Data Protection Act 2018, s. 31
    ("IS", 13), // Act 90/2018, art. 10
    ("IT", 14), // Codice privacy, art. 2-quinquies
    ("KR", 14), // Personal Information Protection Act, art. 22-2
    ("LI", 16),
    ("LT", 14), // Law I-1374, art. 6
    ("LU", 16),
    ("LV", 13), // Fizisko personu datu apstrādes likums, s. 33
    ("MT", 13), // Subsidiary Legislation 586.11
    ("NL", 16), // Uitvoeringswet AVG, art. 5
    ("NO", 13), // Personopplysningsloven, § 5
    ("PL", 16),
    ("PT", 13), // Lei 58/2019, art. 16
    ("RO", 16),
    ("SE", 13), // Lag 2018:218, ch. 2, § 4
    ("SI", 15), // ZVOP-2, art. 8
    ("SK", 16), // Act 18/2018, § 15
];

/// The country whose law holds where `code` is. Parts of France have codes of their own in
/// ISO 3166-1, and the same act (Loi 78-17, title V).
fn jurisdiction(code: &str) -> &str {
    match code {
        "BL" | "GF" | "GP" | "MF" | "MQ" | "NC" | "PF" | "PM" | "RE" | "WF" | "YT" => "FR",
        code => code,
    }
}

/// The age in years from which somebody who lives there may send a request.
pub fn minimum(country: &Country) -> u8 {
    let code = jurisdiction(country.code());
    let national = NATIONAL.iter().find(|(known, _)| *known == code);
    national.map_or(LOWEST, |(_, age)| *age)
}

/// The table that the site publishes: each country with a law of its own, by name, and its age.
pub fn table() -> Vec<(String, u8)> {
    let mut table: Vec<(String, u8)> =
        NATIONAL.iter().map(|(code, age)| (name_of(code), *age)).collect();
    table.sort();
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age_in(code: &str) -> u8 {
        minimum(&Country::from_code(code).unwrap())
    }

    #[test]
    fn the_age_is_that_of_the_country_and_never_under_thirteen() {
        for (code, age) in [("DE", 16), ("DK", 15), ("RE", 15), ("AT", 14), ("GB", 13), ("US", 13)]
        {
            assert_eq!(age_in(code), age, "{code}");
        }
        for (country, name) in crate::places::all() {
            assert!((LOWEST..=16).contains(&age_in(country.code())), "{name}");
        }
    }

    #[test]
    fn every_country_of_the_table_stands_there_once_under_its_name() {
        let table = table();
        assert_eq!(table.len(), NATIONAL.len());
        assert!(table.is_sorted_by(|one, next| one.0 < next.0));
        assert!(NATIONAL.iter().all(|(code, _)| Country::from_code(code).is_some()));
        assert!(table.contains(&("South Korea".to_owned(), 14)));
    }
}
