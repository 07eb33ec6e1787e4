//! The pages on which an artist is added.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::add_views::{AddPage, AddSentPage, KnownAct};
use super::new_artist::{self, Outcome};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::add_forms::read_new;
use crate::artists::adding::NewAct;
use crate::artists::forms::{genre_choices, genre_fields};
use crate::artists::{Artist, contact_forms, genres};
use crate::error::{Error, Result};
use crate::text::tidy_name;
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// What the link to the form fills in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filled {
    name: String,
}

/// Acts that are here already.
#[derive(Debug, Default)]
struct Here {
    similar: Vec<KnownAct>,
    known: Vec<KnownAct>,
}

/// GET `/artists/add`; `?name=` is what somebody looked for in vain.
pub async fn add_form(
    app: web::Data<App>,
    who: Who,
    filled: web::Query<Filled>,
) -> Result<HttpResponse> {
    let name: String = tidy_name(&filled.name).chars().take(120).collect();
    add_page(&app, &who, StatusCode::OK, FormState::with(&[("name", &name)]), Here::default())
}

fn add_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    mut form: FormState,
    here: Here,
) -> Result<HttpResponse> {
    contact_forms::warn(&mut form, contact_forms::ANOTHERS);
    private(
        status,
        &AddPage {
            page: Page::member(app, who, "Add an artist").in_section("artists"),
            form,
            genre_fields: genre_fields().collect(),
            genres: genre_choices(),
            countries: &app.choices.countries,
            similar: here.similar,
            known: here.known,
        },
    )
}

/// POST `/artists/add`
pub async fn add(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    let added = match read_new(&posted.fields) {
        Ok(_) if contact_forms::is_unanswered(&posted.fields) => {
            let form = FormState::again(&posted.fields, Vec::new());
            return add_page(&app, &who, StatusCode::OK, form, Here::default());
        }
        Ok(new) => look_and_add(&app, &who, new).await,
        Err(error) => Err(error),
    };
    let (status, errors, here) = match added {
        Ok(Outcome::Listed(slug)) => return Ok(see_other(&format!("/artists/{slug}"))),
        Ok(Outcome::Waits) => {
            app.bell.ring();
            return Ok(see_other("/artists/add/sent"));
        }
        Ok(Outcome::Similar(acts)) => {
            let similar = acts.iter().map(known_act).collect();
            let mut form = FormState::again(&posted.fields, Vec::new());
            form.set("shown", shown(posted.fields.value("shown"), &acts));
            return add_page(&app, &who, StatusCode::OK, form, Here { similar, ..Here::default() });
        }
        Ok(Outcome::Known(acts)) => {
            let known = acts.iter().map(known_act).collect();
            let why = "One of these links stands on a page that is here already";
            let errors = vec![("links".to_owned(), why.to_owned())];
            (StatusCode::UNPROCESSABLE_ENTITY, errors, Here { known, ..Here::default() })
        }
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors, Here::default()),
        Err(Error::TooMany { what, .. }) => {
            (StatusCode::TOO_MANY_REQUESTS, vec![(String::new(), what)], Here::default())
        }
        Err(error) => return Err(error),
    };
    add_page(&app, &who, status, FormState::again(&posted.fields, errors), here)
}

/// Looks for what is here already in a read, so that no other change waits for it, and adds what is not.
async fn look_and_add(app: &App, who: &Who, new: NewAct) -> Result<Outcome> {
    app.limits.check_doubles(who.account)?;
    let looked = new.clone();
    if let Some(here) = app.db.read(move |reader| new_artist::look(reader, &looked)).await? {
        return Ok(here);
    }
    let (site, account) = (app.site.clone(), who.account);
    app.db.write(move |tx| new_artist::add(tx, &site, account, &new)).await
}

/// The addresses of all acts that were shown so far.
fn shown(before: &str, acts: &[Artist]) -> String {
    let mut slugs: Vec<&str> = before.split_whitespace().collect();
    slugs.extend(acts.iter().map(|act| act.facts.slug.as_str()));
    slugs.sort_unstable();
    slugs.dedup();
    slugs.join(" ")
}

fn known_act(act: &Artist) -> KnownAct {
    let facts = &act.facts;
    let mut about: Vec<String> =
        facts.genres.iter().map(|slug| genres::name(slug).to_owned()).collect();
    about.push(facts.place());
    about.retain(|part| !part.is_empty());
    KnownAct {
        url: format!("/artists/{}", facts.slug),
        name: facts.name.clone(),
        about: about.join(" · "),
    }
}

/// GET `/artists/add/sent`
pub async fn sent(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let page = Page::member(&app, &who, "A person looks at it").in_section("artists");
    private(StatusCode::OK, &AddSentPage { page })
}
