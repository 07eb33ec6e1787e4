//! What every request shares, built once by `main` and by the tests alike.

use std::sync::Arc;

use crate::accounts::passkey::RelyingParty;
use crate::accounts::providers::Providers;
use crate::artists::counts::Counts;
use crate::artists::darkroom::Darkroom;
use crate::artists::panel_views::KeptPanels;
use crate::booking_requests::form_choices::FormChoices;
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::mail::Site;
use crate::mail::worker::Bell;
use crate::people::EmailAddress;
use crate::web::limits::Limits;
use crate::web::metrics::Metrics;
use crate::web::page_cache::PageCache;
use crate::web::statics::Assets;

/// The running installation.
pub struct App {
    /// Its configuration.
    pub config: Config,
    /// Its data.
    pub db: Db,
    /// What its mails say about it.
    pub site: Arc<Site>,
    /// Wakes the mail worker.
    pub bell: Bell,
    /// How often one address may ask.
    pub limits: Limits,
    /// Public pages that are kept.
    pub pages: PageCache,
    /// How many acts each list has.
    pub counts: Counts,
    /// The filters of lists.
    pub panels: KeptPanels,
    /// What is counted.
    pub metrics: Metrics,
    /// Style sheet, script, fonts.
    pub assets: Assets,
    /// The lists of the request form.
    pub choices: FormChoices,
    /// The installation as passkeys know it; none where its address has no name.
    pub passkeys: Option<Arc<RelyingParty>>,
    /// Who else may say who somebody is.
    pub providers: Providers,
    /// Where photos are made smaller and kept.
    pub darkroom: Darkroom,
}

impl App {
    /// Puts the parts together.
    pub fn new(config: Config, db: Db, bell: Bell) -> Result<Self> {
        let site = Arc::new(site(&config)?);
        let limits = Limits::new(config.posts_per_minute);
        let choices = crate::web::lists::form_choices();
        let passkeys = RelyingParty::at(&config.url, &config.site_name)?.map(Arc::new);
        let providers = Providers::new(&config.providers)?;
        let darkroom = Darkroom::open(config.photos.as_deref())?;
        let assets = Assets::new();
        let pages = PageCache::new(config.page_cache)?;
        let metrics = Metrics::new(&db, &pages);
        Ok(Self {
            site,
            limits,
            pages,
            counts: Counts::default(),
            panels: KeptPanels::default(),
            metrics,
            assets,
            choices,
            passkeys,
            providers,
            darkroom,
            config,
            db,
            bell,
        })
    }
}

/// What mails say about an installation.
pub fn site(config: &Config) -> Result<Site> {
    Ok(Site {
        name: config.site_name.clone(),
        base_url: config.url.as_str().trim_end_matches('/').to_owned(),
        mail_domain: config.mail_domain.clone(),
        operator: EmailAddress::parse(&config.operator.email).map_err(Error::unexpected)?,
    })
}
