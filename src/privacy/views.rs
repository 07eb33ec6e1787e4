//! What the pages show on which people take their data along, or have it erased.

use askama::Template;

use super::own_data::Export;
use crate::booking_requests::dashboard_store::Ending;
use crate::web::form_state::FormState;
use crate::web::page::Page;

/// `/account/data`
#[derive(Debug, Template)]
#[template(path = "privacy/data.html")]
pub struct DataPage {
    /// What every page says.
    pub page: Page,
    /// Everything.
    pub data: Export,
}

/// `/account/delete`
#[derive(Debug, Template)]
#[template(path = "privacy/delete.html")]
pub struct DeletePage {
    /// What every page says.
    pub page: Page,
    /// For the message at the tick.
    pub form: FormState,
    /// The address.
    pub address: String,
    /// Whether the sign-in is fresh enough; else a new link is offered.
    pub is_fresh: bool,
    /// Until when the address before can take the account back; empty when it cannot.
    pub waits_until: String,
    /// What ends with it.
    pub ending: Ending,
}

/// `/account/deleted`
#[derive(Debug, Template)]
#[template(path = "privacy/deleted.html")]
pub struct DeletedPage {
    /// What every page says.
    pub page: Page,
}
