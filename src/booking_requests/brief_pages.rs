//! The pages on which somebody who is signed in asks one act or several, begins with what they asked
//! before, and takes the others back once one has said yes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};

use super::brief_views::{AskedAct, BriefPage, OtherRow, OthersPage, TemplateRow};
use super::briefing::{self, MOST};
use super::forms::{Draft, RequestForm};
use super::letters::disclaimer_view;
use super::party::{Door, enter};
use super::respond::check_words;
use super::submit::Envelope;
use super::template_store::{self, RequestTemplate};
use super::thread_pages::{Entrance, act_by, refused};
use super::views::FoldQuestion;
use super::{prefill_forms as prefill, store, thread_store};
use crate::accounts::account_store::{self, Account, Attested};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::{self, Artist};
use crate::db::{Reader, Tx};
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{RequestId, TemplateId, Token};
use crate::mail::one_line;
use crate::people::links::{Purpose, Side};
use crate::people::store::{Contact, get_contact};
use crate::text::tidy;
use crate::web::form_state::FormState;
use crate::web::limits::anonymous_address;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Forms that one person keeps.
const MOST_TEMPLATES: usize = 20;
/// The longest name of one, in characters.
const LONGEST_NAME: usize = 60;

/// What an address asks for: acts, and what the form begins with.
#[derive(Debug, Default)]
struct Begun {
    acts: Vec<String>,
    /// Those of them that are to be asked; all, when nothing was posted yet.
    ticked: Option<Vec<String>>,
    like: Option<RequestId>,
    template: Option<TemplateId>,
    done: String,
}

impl Begun {
    fn of(query: &str) -> Self {
        let mut begun = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "act" => begun.acts.push(value.into_owned()),
                "like" => begun.like = value.parse().ok(),
                "template" => begun.template = value.parse().ok(),
                "done" => begun.done = value.into_owned(),
                // As the shortlist has them: one box for each.
                name => begun.acts.extend(name.strip_prefix("act_").map(ToOwned::to_owned)),
            }
        }
        begun
    }
}

/// The page's address for these acts, with more.
fn url(acts: &[String], more: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for act in acts {
        query.append_pair("act", act);
    }
    query.extend_pairs(more);
    format!("/requests/new?{}", query.finish())
}

/// What the page is made from, beside the form.
struct Look {
    acts: Vec<Artist>,
    person: Contact,
    templates: Vec<(TemplateId, RequestTemplate)>,
    current: disclaimer::Version,
    fields: Vec<(String, String)>,
}

fn look(
    reader: &mut Reader<'_>,
    who: &Who,
    begun: &Begun,
    now: crate::clock::Instant,
) -> Result<Look> {
    let person = get_contact(reader, who.contact)?;
    let mut acts = Vec::new();
    for slug in begun.acts.iter().take(MOST) {
        match artists::store::get_visible(reader, slug) {
            // One that takes no requests any more is not offered, but for who has chosen it.
            Ok(act) if act.bookable || begun.ticked.is_some() => acts.push(act),
            Ok(_) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let fields = match (begun.like, begun.template) {
        (Some(request), _) => {
            let party = enter(reader, &Door::Account(who.contact, request), Purpose::Thread, now)?;
            if party.side != Side::Promoter {
                return Err(Error::NotFound);
            }
            let request = store::get_request(reader, request)?;
            let first = thread_store::list_messages(reader, &request)?.into_iter().next();
            prefill::of_request(&request, &first.map(|one| one.text).unwrap_or_default(), now)?
        }
        (None, Some(template)) => template_store::get_template(reader, &person, template)?.fields,
        (None, None) => vec![("your_name".to_owned(), who.name.clone())],
    };
    Ok(Look {
        acts,
        templates: template_store::list_templates(reader, &person)?,
        current: disclaimer::store::get_current(reader, now)?,
        person,
        fields,
    })
}

/// GET `/requests/new`
pub async fn brief_form(app: web::Data<App>, http: HttpRequest, who: Who) -> Result<HttpResponse> {
    brief_page(&app, &who, Begun::of(http.query_string()), StatusCode::OK, None).await
}

async fn brief_page(
    app: &App,
    who: &Who,
    begun: Begun,
    status: StatusCode,
    typed: Option<FormState>,
) -> Result<HttpResponse> {
    let (now, asker, ticked) = (app.db.now(), who.clone(), begun.ticked.clone());
    let done = match begun.done.as_str() {
        "kept" => "The form is kept. You find it here whenever you ask somebody.",
        _ => "",
    };
    let chosen = begun.acts.len();
    let look = app.db.read(move |reader| look(reader, &asker, &begun, now)).await?;
    let slugs: Vec<String> = look.acts.iter().map(|act| act.facts.slug.clone()).collect();
    let form = typed.unwrap_or_else(|| {
        let mut form =
            FormState::with(&[("key", Token::draw().reveal()), ("visibility", "public")]);
        for (name, value) in &look.fields {
            form.set(name, value);
        }
        form
    });
    private(
        status,
        &BriefPage {
            page: Page::member(app, who, "Ask for a night").in_section("requests"),
            ask_fold: FoldQuestion::of(&form),
            form,
            left_out: chosen.saturating_sub(look.acts.len()),
            acts: look.acts.iter().map(|act| asked_act(act, ticked.as_deref())).collect(),
            choices: &app.choices,
            templates: look
                .templates
                .iter()
                .map(|(id, template)| TemplateRow {
                    name: template.name.clone(),
                    url: url(&slugs, &[("template", &id.to_string())]),
                    remove_url: format!("/requests/templates/{id}/remove"),
                })
                .collect(),
            address: look.person.address.as_str().to_owned(),
            done,
            disclaimer: disclaimer_view(&look.current),
        },
    )
}

fn asked_act(act: &Artist, ticked: Option<&[String]>) -> AskedAct {
    let slug = &act.facts.slug;
    let lines = act.facts.floor.lines().into_iter();
    AskedAct {
        is_ticked: ticked.is_none_or(|ticked| ticked.contains(slug)),
        slug: slug.clone(),
        name: act.facts.name.clone(),
        asks: lines.map(|(about, what)| format!("{about}: {what}")).collect(),
    }
}

/// What stands behind a prefix in the names of the boxes that were ticked.
fn ticked(posted: &Posted, prefix: &str) -> Vec<String> {
    let boxes = posted.fields.iter().filter(|(_, value)| *value == "yes");
    boxes.filter_map(|(name, _)| name.strip_prefix(prefix)).map(ToOwned::to_owned).collect()
}

/// POST `/requests/new`: sends the request, or keeps the form (`action` is "keep").
pub async fn brief(
    app: web::Data<App>,
    http: HttpRequest,
    who: Who,
    posted: Posted,
) -> Result<HttpResponse> {
    let acts = ticked(&posted, "act_");
    let again = |status: StatusCode, errors: Vec<(String, String)>| {
        // Those that were taken out stay on the page, to be ticked again.
        let mut offered = ticked(&posted, "offered_");
        if offered.is_empty() {
            offered.clone_from(&acts);
        }
        let begun = Begun { acts: offered, ticked: Some(acts.clone()), ..Begun::default() };
        let form = Some(FormState::again(&posted.fields, errors));
        brief_page(&app, &who, begun, status, form)
    };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if posted.fields.value("action") == "keep" {
        return match keep(&app, &who, &posted, &acts).await {
            Err(Error::Invalid(errors)) => again(wrong, errors).await,
            outcome => outcome,
        };
    }
    let typed = RequestForm::read(&posted.fields)?;
    let (site, asked, account) = (app.site.clone(), acts.clone(), who.account);
    let (key, claim, body) = (typed.key.clone(), typed.claim(), posted.body.to_vec());
    let anonymous_address = anonymous_address(&http, &app.config);
    let sent = app.db.write(move |tx| {
        let account = account_store::get_account(tx, account)?;
        let draft = of_account(tx, &account, &typed)?;
        let envelope = Envelope {
            key: key.clone(),
            body: body.clone(),
            claim: claim.clone(),
            policy_version: account.policy_version,
            anonymous_address: anonymous_address.clone(),
        };
        briefing::send(tx, &site, &account.contact, &asked, &draft, &envelope)
    });
    match sent.await {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other("/requests?done=sent"))
        }
        Err(Error::Invalid(errors)) => again(wrong, errors).await,
        Err(error @ Error::TooMany { .. }) => {
            again(error.status_code(), vec![("act".to_owned(), error.told())]).await
        }
        Err(error) => Err(error),
    }
}

/// What the form says, with what is known of whoever is signed in.
fn of_account(tx: &mut Tx<'_>, account: &Account, typed: &RequestForm) -> Result<Draft> {
    let Attested { country, age } = account_store::get_attested(tx, account.id)?;
    let form = RequestForm {
        email: account.contact.address.as_str().to_owned(),
        age: age.as_str().to_owned(),
        your_country: country,
        privacy: "yes".to_owned(),
        ..typed.clone()
    };
    let draft = form.parse(tx.now)?;
    if form.key.len() < 16 {
        return Err(Error::field("", "Open the form anew and send it again"));
    }
    Ok(draft)
}

async fn keep(app: &App, who: &Who, posted: &Posted, acts: &[String]) -> Result<HttpResponse> {
    let named = [posted.fields.value("template_name"), posted.fields.value("event_name")];
    let name = named.into_iter().find(|name| !name.trim().is_empty()).unwrap_or("My request");
    let template = RequestTemplate {
        name: one_line(name, LONGEST_NAME),
        fields: prefill::kept_of(&posted.fields),
    };
    check_words("template_name", &template.name, LONGEST_NAME)?;
    for (field, value) in &template.fields {
        check_words(field, value, usize::MAX)?;
    }
    let contact = who.contact;
    let id = app
        .db
        .write(move |tx| {
            let person = get_contact(tx, contact)?;
            if template_store::list_templates(tx, &person)?.len() >= MOST_TEMPLATES {
                return Err(Error::Conflict(format!(
                    "You keep {MOST_TEMPLATES} forms already. Take one of them away first."
                )));
            }
            template_store::insert_template(tx, &person, &template)
        })
        .await?;
    Ok(see_other(&url(acts, &[("template", &id.to_string()), ("done", "kept")])))
}

/// POST `/requests/templates/{id}/remove`
pub async fn remove_template(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = TemplateId(id.into_inner());
    app.db
        .write(move |tx| {
            let person = get_contact(tx, who.contact)?;
            template_store::delete_template(tx, &person, id)
        })
        .await?;
    Ok(see_other("/requests/new"))
}

/// GET `…/others`: what else was asked at once, for its promoter.
pub async fn others_form(app: web::Data<App>, entrance: Entrance) -> Result<HttpResponse> {
    let read = entrance.read(&app, |reader, look| {
        if look.side() != Side::Promoter {
            return Err(Error::NotFound);
        }
        let others = briefing::list_others(reader, &look.request, look.party.contact)?;
        Ok((look, others))
    });
    let (look, others) = match read.await {
        Ok(read) => read,
        Err(Error::NotFound) => return entrance.nothing_here(&app),
        Err(error) => return Err(error),
    };
    private(
        StatusCode::OK,
        &OthersPage {
            page: entrance.page(&app, &look.event_name()),
            form: FormState::default(),
            base: entrance.base(),
            event_name: look.event_name(),
            others: others
                .into_iter()
                .map(|(id, name)| OtherRow { id: id.to_string(), name })
                .collect(),
            disclaimer: look.accepted,
        },
    )
}

/// POST `…/others`: takes the ticked ones back.
pub async fn withdraw_others(
    app: web::Data<App>,
    entrance: Entrance,
    posted: Posted,
) -> Result<HttpResponse> {
    let ticked = ticked(&posted, "other_");
    let ticked: Vec<RequestId> = ticked.iter().filter_map(|id| id.parse().ok()).collect();
    let note = tidy(posted.fields.value("note"));
    let done = act_by(&app, &entrance, move |tx, site, party| {
        if party.side != Side::Promoter {
            return Err(Error::NotFound);
        }
        let request = store::get_request(tx, party.request)?;
        let others = briefing::list_others(tx, &request, party.contact)?;
        let wanted: Vec<RequestId> =
            others.into_iter().map(|(id, _)| id).filter(|id| ticked.contains(id)).collect();
        let now = tx.now;
        briefing::withdraw_others(tx, site, party.contact, &wanted, &note, now)
    });
    match done.await {
        Ok(()) => Ok(see_other(&entrance.base())),
        Err(error) => refused(&app, &entrance, error, posted.fields.value("note")).await,
    }
}
