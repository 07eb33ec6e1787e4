//! What the page about passkeys shows.

use askama::Template;

use crate::web::form_state::FormState;
use crate::web::page::Page;

/// A passkey, as its owner sees it.
#[derive(Debug, Clone)]
pub struct PasskeyRow {
    /// What the owner calls it.
    pub name: String,
    /// Since when there is it.
    pub since: String,
    /// When it last signed its owner in; empty when it never did.
    pub last_used: String,
    /// The field of the form that renames it.
    pub field: String,
    /// Where that form posts.
    pub rename_url: String,
    /// Where the button that removes it posts.
    pub remove_url: String,
}

/// `/account/passkeys`
#[derive(Debug, Template)]
#[template(path = "accounts/passkeys.html")]
pub struct PasskeysPage {
    /// What every page says.
    pub page: Page,
    /// The names of the passkeys, each in its field, and of one to be added; and what is wrong with them.
    pub form: FormState,
    /// The passkeys, the oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// Recovery codes that are good.
    pub codes_left: i64,
    /// The address, for a link that signs in again.
    pub address: String,
    /// Whether this site is at an address at which there can be passkeys.
    pub works_here: bool,
    /// Whether the sign-in is fresh enough to add and remove; else a new one is offered.
    pub is_fresh: bool,
    /// Whether the account may only look.
    pub is_frozen: bool,
    /// Whether there can be no more of them.
    pub is_full: bool,
    /// Whether this is the one factor of somebody who has to have one.
    pub is_needed: bool,
}
