//! What the pages about other providers show.

use askama::Template;

use crate::web::page::Page;

/// A provider that is offered.
#[derive(Debug, Clone)]
pub struct Offer {
    /// What people call it.
    pub name: String,
    /// Where a link leads, or a button posts.
    pub url: String,
}

/// `/sign-in/with/{provider}`, and the same before something is linked: what will be received, and
/// the way out.
#[derive(Debug, Template)]
#[template(path = "accounts/way_out.html")]
pub struct WayOutPage {
    /// What every page says.
    pub page: Page,
    /// What people call the provider.
    pub name: String,
    /// Where one signs in there.
    pub host: String,
    /// What it tells us.
    pub receives: [&'static str; 3],
    /// Its privacy policy.
    pub privacy_url: String,
    /// Whether what comes back is linked; else somebody signs in.
    pub links: bool,
    /// Where to go afterwards.
    pub next: String,
    /// Where the button posts that opens the way.
    pub action_url: String,
    /// The way; empty until it is opened.
    pub leave_url: String,
    /// The page before.
    pub back_url: &'static str,
}

/// Somebody came back who is not let in: one page, whatever the reason.
#[derive(Debug, Template)]
#[template(path = "accounts/not_back.html")]
pub struct NotBackPage {
    /// What every page says.
    pub page: Page,
    /// What people call the provider.
    pub name: String,
}

/// A provider does not answer.
#[derive(Debug, Template)]
#[template(path = "accounts/provider_away.html")]
pub struct ProviderAwayPage {
    /// What every page says.
    pub page: Page,
    /// What people call the provider.
    pub name: String,
}

/// Somebody came back with whom no account is linked, or another's.
#[derive(Debug, Template)]
#[template(path = "accounts/not_linked.html")]
pub struct NotLinkedPage {
    /// What every page says.
    pub page: Page,
    /// What people call the provider.
    pub name: String,
    /// Whether another account is linked.
    pub is_taken: bool,
}

/// Who somebody is elsewhere.
#[derive(Debug, Clone)]
pub struct IdentityRow {
    /// What people call the provider.
    pub provider: String,
    /// "Jonas, j…@speicher7.example"; may be empty.
    pub who: String,
    /// Since when it is linked.
    pub since: String,
    /// When it was last used; empty when never.
    pub used: String,
    /// Where the button posts that unlinks it.
    pub unlink_url: String,
}

/// `/account/providers`
#[derive(Debug, Template)]
#[template(path = "accounts/providers.html")]
pub struct ProvidersPage {
    /// What every page says.
    pub page: Page,
    /// Who the owner is elsewhere.
    pub identities: Vec<IdentityRow>,
    /// Where more can be linked.
    pub offers: Vec<Offer>,
    /// The account's own address.
    pub address: String,
    /// Whether the sign-in is fresh enough; else a new link is offered.
    pub is_fresh: bool,
}
