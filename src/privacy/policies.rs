//! The policies in force. Their texts are templates in `templates/legal`; whoever changes what one
//! of them says gives it the next number and the day of the change here.

use jiff::civil::{Date, date};

/// A published policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// 1, 2, 3 …; each request records which version of the privacy policy its sender accepted.
    pub version: i64,
    /// The day of the last change, which the first line of the page says.
    pub updated: Date,
}

impl Policy {
    /// "21 November 2026"
    pub fn updated_display(&self) -> String {
        self.updated.strftime("%-d %B %Y").to_string()
    }

    /// "2026-11-21", for `datetime` attributes.
    pub fn updated_iso(&self) -> String {
        self.updated.to_string()
    }
}

/// `/legal/privacy`
pub const PRIVACY: Policy = Policy { version: 5, updated: date(2026, 11, 29) };

/// `/legal/terms`
pub const TERMS: Policy = Policy { version: 2, updated: date(2026, 11, 25) };

/// `/legal/cookies`
pub const COOKIES: Policy = Policy { version: 2, updated: date(2026, 11, 25) };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_says_its_date_to_people_and_to_machines() {
        let policy = Policy { version: 1, updated: date(2026, 11, 21) };
        assert_eq!(policy.updated_display(), "21 November 2026");
        assert_eq!(policy.updated_iso(), "2026-11-21");
    }
}
