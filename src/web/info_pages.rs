//! How the site works and what holds on it: the rules of a request, the policies, security; and
//! the page that sends a lost link again.

use std::cmp::Ordering;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::SignedDuration;
use url::Host;

use super::cookies::Named;
use super::form_state::FormState;
use super::info_views::{
    AgeRow, CookieRow, CookiesPage, DisclaimerPage, HowItWorksPage, LinkAgainPage,
    LinkAgainSentPage, MoveRow, OlderVersion, PrivacyPage, Processor, RobotsTxt, SecurityPage,
    SecurityTxt, StateRow, TermsPage,
};
use super::neutral::Evenly;
use super::page::{Page, Text, private, public, public_text, render, see_other};
use super::posted::Posted;
use crate::accounts::providers::views::Offer;
use crate::app::App;
use crate::booking_requests::respond::send_link_again;
use crate::booking_requests::{RULES, Rule, State, To};
use crate::config::Config;
use crate::db::DbUrl;
use crate::db::installation::signing_key;
use crate::disclaimer::{self, Version, chain};
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::places::Country;
use crate::privacy::age;
use crate::privacy::policies::{COOKIES, PRIVACY, TERMS};

const CONTACT: &str = "/contact";
const PLAIN: &str = "text/plain; charset=utf-8";

/// GET `/how-it-works`: the two tables come from the rules that the program follows.
pub async fn how_it_works(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let states = State::ALL.iter().map(|state| StateRow {
        name: state.as_str(),
        class: state.class(),
        label: state.label(),
        meaning: state.meaning(),
    });
    let ages = age::table().into_iter().map(|(country, minimum)| AgeRow { country, minimum });
    let elsewhere = AgeRow { country: "Everywhere else".into(), minimum: age::LOWEST };
    let page = Page::public(&app, "How it works", "/how-it-works").in_section("how").described(
        "What becomes of a booking request, who can do what to it and when, how lists are sorted \
         and where figures come from.",
    );
    let ages = ages.chain(std::iter::once(elsewhere)).collect();
    let moves = RULES.iter().map(move_row).collect();
    public(&request, &HowItWorksPage { page, states: states.collect(), moves, ages })
}

fn move_row(rule: &Rule) -> MoveRow {
    let from: Vec<&str> = rule.from.iter().map(|state| state.label()).collect();
    let who: Vec<&str> = rule.who.iter().map(|actor| actor.label()).collect();
    MoveRow {
        what: rule.step.label(),
        from: from.join(", "),
        to: match rule.to {
            To::State(state) => state.label(),
            To::Here => "Where it is",
            To::WithoutHold => "Sent or countered",
            To::WhereItCameFrom => "Where it came from",
        },
        who: who.join(" or "),
        guard: rule.guard,
    }
}

/// GET `/legal/privacy`
pub async fn privacy(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let operator = &app.config.operator;
    let country = &operator.hosting_country;
    public(
        &request,
        &PrivacyPage {
            page: Page::public(&app, "Privacy", "/legal/privacy").described(
                "What is stored about you, why, how long, and what you can do about it.",
            ),
            version: PRIVACY.version,
            updated: PRIVACY.updated_display(),
            updated_iso: PRIVACY.updated_iso(),
            operator_name: operator.name.clone(),
            operator_address: operator.address.clone(),
            operator_country: Country::resolve(country)
                .map_or_else(|| country.clone(), |country| country.name()),
            contact_url: CONTACT.into(),
            processors: processors(&app.config),
            providers: app
                .config
                .providers
                .iter()
                .map(|provider| Offer {
                    name: provider.name.clone(),
                    url: provider.privacy_url.clone(),
                })
                .collect(),
        },
    )
}

/// Whoever the configuration sends data to: a machine that is not this one may be another
/// company's, and nothing here knows where it stands.
fn processors(config: &Config) -> Vec<Processor> {
    let processor = |name: String, purpose| Processor { name, purpose, place: "Ask us" };
    let mail = config
        .mail
        .mail_server()
        .filter(|host| !is_this_machine(host))
        .map(|host| processor(host.to_string(), "Passes our mails on"));
    let database = database_server(&config.database)
        .map(|host| processor(host, "Keeps the database, in which private fields are encrypted"));
    mail.into_iter().chain(database).collect()
}

fn is_this_machine(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The database's machine, when it is another.
fn database_server(database: &DbUrl) -> Option<String> {
    let DbUrl::Postgres(text) = database else { return None };
    if !database.is_remote() {
        return None;
    }
    let url = url::Url::parse(text).ok()?;
    let mut pairs = url.query_pairs();
    let named = pairs.find_map(|(key, host)| (key == "host").then(|| host.into_owned()));
    named.or_else(|| url.host_str().map(ToOwned::to_owned))
}

/// GET `/legal/terms`
pub async fn terms(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    public(
        &request,
        &TermsPage {
            page: Page::public(&app, "Terms of use", "/legal/terms")
                .described("What holds between you and who runs this site."),
            version: TERMS.version,
            updated: TERMS.updated_display(),
            updated_iso: TERMS.updated_iso(),
            operator_name: app.config.operator.name.clone(),
            operator_address: app.config.operator.address.clone(),
            contact_url: CONTACT.into(),
        },
    )
}

/// GET `/legal/cookies`
pub async fn cookies(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    public(
        &request,
        &CookiesPage {
            page: Page::public(&app, "Cookies", "/legal/cookies")
                .described("Which cookies this site sets, when, and why: none for looking around."),
            cookies: Named::ALL
                .iter()
                .map(|cookie| CookieRow {
                    name: cookie.name(&app),
                    occasion: cookie.occasion(),
                    purpose: cookie.purpose(),
                    lifetime: cookie.lifetime(),
                })
                .collect(),
            version: COOKIES.version,
            updated: COOKIES.updated_display(),
            updated_iso: COOKIES.updated_iso(),
        },
    )
}

/// Every version of the disclaimer, and what proves receipts.
struct Archive {
    /// Newest first.
    versions: Vec<Version>,
    /// The number of the one in force.
    current: i64,
    public_key: String,
}

async fn archive(app: &App) -> Result<Archive> {
    let now = app.db.now();
    app.db
        .read(move |reader| {
            Ok(Archive {
                versions: disclaimer::store::list_versions(reader)?,
                current: disclaimer::store::get_current(reader, now)?.number,
                public_key: chain::hex(&signing_key(reader)?.verifying_key().to_bytes()),
            })
        })
        .await
}

/// GET `/legal/disclaimer`: the version in force.
pub async fn disclaimer(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let archive = archive(&app).await?;
    let current = archive.current;
    disclaimer_page(&app, &request, archive, current)
}

/// GET `/legal/disclaimer/{number}`: any version.
pub async fn disclaimer_version(
    app: web::Data<App>,
    request: HttpRequest,
    number: web::Path<i64>,
) -> Result<HttpResponse> {
    let archive = archive(&app).await?;
    disclaimer_page(&app, &request, archive, number.into_inner())
}

fn disclaimer_page(
    app: &App,
    request: &HttpRequest,
    archive: Archive,
    number: i64,
) -> Result<HttpResponse> {
    let Archive { versions, current, public_key } = archive;
    let shown = versions.iter().find(|version| version.number == number).ok_or(Error::NotFound)?;
    let own_path = format!("/legal/disclaimer/{number}");
    let (title, path, version) = match number.cmp(&current) {
        Ordering::Equal => {
            ("Booking disclaimer".to_owned(), "/legal/disclaimer".to_owned(), number.to_string())
        }
        Ordering::Less => {
            let version = format!("{number}, no longer in force");
            (format!("Booking disclaimer, version {number}"), own_path, version)
        }
        Ordering::Greater => {
            let version = format!("{number}, not yet in force");
            (format!("Booking disclaimer, version {number}"), own_path, version)
        }
    };
    let mut page = Page::public(app, &title, &path)
        .described("This site is no agency, is no party to what you agree, and takes no payment.");
    page.index = number == current;
    let older = versions.iter().filter(|version| version.number < number);
    public(
        request,
        &DisclaimerPage {
            page,
            version,
            updated: shown.effective_at.display_date(),
            updated_iso: shown.effective_at.date_utc().to_string(),
            paragraphs: shown.paragraphs(),
            sha256: shown.sha256.clone(),
            public_key,
            older: older
                .map(|version| OlderVersion {
                    url: format!("/legal/disclaimer/{}", version.number),
                    number: version.number,
                    effective: version.effective_at.display_date(),
                })
                .collect(),
        },
    )
}

/// GET `/security`
pub async fn security(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    public(
        &request,
        &SecurityPage {
            page: Page::public(&app, "Security", "/security").described(
                "How to report a weakness, and what this site does not protect against.",
            ),
            security_contact: app.config.operator.email.clone(),
            contact_url: CONTACT.into(),
        },
    )
}

/// GET `/.well-known/security.txt`
pub async fn security_txt(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    // RFC 9116, section 2.5.5, recommends less than a year.
    let expires = app.db.now().plus(SignedDuration::from_hours(364 * 24));
    let text = render(&SecurityTxt {
        security_contact: app.config.operator.email.clone(),
        base_url: app.site.base_url.clone(),
        expires: expires.rfc3339(),
    })?;
    public_text(&request, Text { content_type: PLAIN, body: text })
}

/// GET `/robots.txt`
pub async fn robots_txt(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let text = render(&RobotsTxt { base_url: app.site.base_url.clone() })?;
    public_text(&request, Text { content_type: PLAIN, body: text })
}

/// GET `/links/again`
pub async fn link_again_form(app: web::Data<App>) -> Result<HttpResponse> {
    private(StatusCode::OK, &link_again_page(&app, FormState::default()))
}

/// POST `/links/again`: whatever the address, the answer is the same, and takes the same time.
pub async fn link_again(app: web::Data<App>, posted: Posted) -> Result<HttpResponse> {
    let evenly = Evenly::begin();
    let address = match EmailAddress::parse(posted.fields.value("email")) {
        Ok(address) => address,
        Err(problem) => {
            let form = FormState::again(&posted.fields, vec![("email".to_owned(), problem)]);
            return private(StatusCode::UNPROCESSABLE_ENTITY, &link_again_page(&app, form));
        }
    };
    let site = app.site.clone();
    let sent = app.db.write(move |tx| send_link_again(tx, &site, &address)).await;
    app.bell.ring();
    evenly.answer(sent, see_other("/links/again/sent")).await
}

fn link_again_page(app: &App, form: FormState) -> LinkAgainPage {
    LinkAgainPage { page: Page::private(app, "Send my link again"), form }
}

/// GET `/links/again/sent`
pub async fn link_again_sent(app: web::Data<App>) -> Result<HttpResponse> {
    let page = Page::private(&app, "Please look into your mailbox");
    private(StatusCode::OK, &LinkAgainSentPage { page })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking_requests::Move;
    use crate::sealed::MasterKey;

    fn config(database: &str, mail: &str) -> Config {
        let master = MasterKey::generate();
        Config::from_toml(&format!(
            r#"
            site.url = "https://book.example"
            operator.name = "Harbour Bookings"
            operator.email = "desk@book.example"
            operator.address = "Kai 7, 20457 Hamburg"
            operator.hosting_country = "DE"
            database.url = "{database}"
            database.allow_unencrypted = true
            keys.master = "{}"
            mail.url = "{mail}"
            "#,
            master.reveal().as_str()
        ))
        .unwrap()
    }

    #[test]
    fn another_machine_in_the_configuration_is_a_processor_on_the_page() {
        let named = |database: &str, mail: &str| -> Vec<String> {
            processors(&config(database, mail)).into_iter().map(|known| known.name).collect()
        };
        let remote = "postgres://soundpost:secret@db.rack.example/soundpost";
        let relay = "smtps://desk:secret@mail.relay.example";
        assert_eq!(named(remote, relay), ["mail.relay.example", "db.rack.example"]);
        assert_eq!(named("postgres:///soundpost?host=db.rack.example", relay).len(), 2);
        assert!(named("sqlite:soundpost.db", "smtp://127.0.0.1").is_empty());
        assert!(named("postgres://localhost/soundpost", "file:/var/mail/soundpost").is_empty());
    }

    #[test]
    fn a_move_is_written_out_as_its_rule_says() {
        let rule = |step| RULES.iter().find(|rule| rule.step == step).unwrap();
        let row = move_row(rule(Move::Quarantine));
        assert_eq!(row.from, "Waiting for confirmation, Sent, Counter-offer made, On hold");
        assert_eq!((row.to, row.who.as_str()), ("Held for review", "moderator"));
        assert_eq!(move_row(rule(Move::Release)).to, "Where it came from");
    }
}
