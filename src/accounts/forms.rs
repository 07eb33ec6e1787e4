//! The forms of signing in and of making an account, read once.

use serde::Deserialize;

use super::PersonName;
use super::sign_in::NewAccount;
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::places::Country;
use crate::privacy::age::Age;
use crate::privacy::policies::PRIVACY;

/// `/sign-in`, as it was posted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    /// The address.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
}

/// `/join`, as it was posted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct JoinForm {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The word of an [`Age`], or "no".
    pub age: String,
    /// Two letters.
    pub your_country: String,
    /// "yes" or "no".
    pub privacy: String,
    /// Where to go afterwards.
    pub next: String,
}

/// A "no" to one of the two questions: then nothing is looked at, let alone stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// Too young, or no guardian agrees.
    Age,
    /// The privacy policy is not accepted.
    Privacy,
}

impl JoinForm {
    /// Whether one of the two questions was answered with no.
    pub fn no(&self) -> Option<No> {
        match (self.age.as_str(), self.privacy.as_str()) {
            ("no", _) => Some(No::Age),
            (_, "no") => Some(No::Privacy),
            _ => None,
        }
    }

    /// The address and what the account will be made of; or everything that is wrong, at once.
    pub fn parse(&self) -> Result<(EmailAddress, NewAccount)> {
        let name = PersonName::parse(&self.name).map_err(|why| ("name", why));
        let email = EmailAddress::parse(&self.email).map_err(|why| ("email", why));
        let country = Country::from_code(&self.your_country)
            .ok_or_else(|| ("your_country", "Choose the country you live in".to_owned()));
        let age = Age::parse(&self.age)
            .ok_or_else(|| ("age", "Say which of the three is true".to_owned()));
        let accepted = match self.privacy.as_str() {
            "yes" => Ok(PRIVACY.version),
            _ => Err(("privacy", "Say whether you accept the privacy policy".to_owned())),
        };
        match (name, email, country, age, accepted) {
            (Ok(name), Ok(email), Ok(country), Ok(age), Ok(policy_version)) => {
                Ok((email, NewAccount { name, country, age, policy_version }))
            }
            (name, email, country, age, accepted) => {
                let wrong = [name.err(), email.err(), country.err(), age.err(), accepted.err()];
                let wrong = wrong.into_iter().flatten();
                Err(Error::Invalid(wrong.map(|(at, why)| (at.to_owned(), why)).collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> JoinForm {
        JoinForm {
            name: "Jonas".into(),
            email: "jonas@speicher7.example".into(),
            age: "adult".into(),
            your_country: "DE".into(),
            privacy: "yes".into(),
            next: String::new(),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let Err(Error::Invalid(wrong)) = JoinForm::default().parse() else { panic!("accepted") };
        let fields: Vec<&str> = wrong.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["name", "email", "your_country", "age", "privacy"]);
        assert!(filled().parse().is_ok());
    }

    #[test]
    fn a_no_comes_before_everything_else() {
        assert_eq!(JoinForm { age: "no".into(), ..JoinForm::default() }.no(), Some(No::Age));
        assert_eq!(JoinForm { privacy: "no".into(), ..filled() }.no(), Some(No::Privacy));
        assert_eq!(filled().no(), None);
    }
}
