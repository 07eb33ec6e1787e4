//! What the page shows on which a file is sent along.

use askama::Template;

use super::parts::DisclaimerView;
use crate::web::form_state::FormState;
use crate::web::page::Page;

/// `/requests/{id}/attach`
#[derive(Debug, Template)]
#[template(path = "booking_requests/attach.html")]
pub struct AttachPage {
    /// What every page says.
    pub page: Page,
    /// What was typed. Holds `key`.
    pub form: FormState,
    /// What the thread's addresses begin with.
    pub base: String,
    /// "Harbour Night"
    pub event_name: String,
    /// Who reads it.
    pub counterpart: String,
    /// The version that holds.
    pub disclaimer: DisclaimerView,
}
