//! Choosing which mails one wants, and when.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::notification_store;
use super::notifications::{self, How, Notice};
use super::session::Who;
use super::views::{NotificationsPage, Switch};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::form_state::{Choice, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/account/notifications`
pub async fn form(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let id = who.account;
    let (chosen, zone) = app
        .db
        .read(move |reader| {
            let chosen = notification_store::list_chosen(reader, id)?;
            Ok((chosen, notification_store::get_zone(reader, id)?))
        })
        .await?;
    let mut form = FormState::with(&[("zone", &zone)]);
    for notice in Notice::ALL {
        let how = chosen.iter().find(|(known, _)| known == notice);
        form.set(notice.as_str(), how.map_or(How::AtOnce, |(_, how)| *how).as_str());
    }
    page(&app, &who, StatusCode::OK, form)
}

fn page(app: &App, who: &Who, status: StatusCode, form: FormState) -> Result<HttpResponse> {
    let switches =
        Notice::ALL.iter().map(|notice| Switch { name: notice.as_str(), label: notice.label() });
    private(
        status,
        &NotificationsPage {
            page: Page::member(app, who, "Which mails you want"),
            form,
            switches: switches.collect(),
            hows: How::ALL
                .iter()
                .map(|how| Choice { value: how.as_str().into(), label: how.label().into() })
                .collect(),
            zones: zones(app),
        },
    )
}

/// Time zones: none in particular, and those of places.
fn zones(app: &App) -> Vec<Choice> {
    let utc = Choice { value: "UTC".into(), label: "UTC, no place in particular".into() };
    let places = app.choices.zones.iter().filter(|zone| !zone.value.is_empty()).cloned();
    std::iter::once(utc).chain(places).collect()
}

/// POST `/account/notifications`
pub async fn choose(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    let how = |notice: &Notice| How::parse(posted.fields.value(notice.as_str()));
    let chosen: Vec<(Notice, How)> =
        Notice::ALL.iter().filter_map(|notice| Some((*notice, how(notice)?))).collect();
    let (account, zone) = (who.account, posted.fields.value("zone").to_owned());
    let done = app.db.write(move |tx| notifications::choose(tx, account, &chosen, &zone)).await;
    match done {
        Ok(()) => Ok(see_other("/account?done=mails")),
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form)
        }
        Err(error) => Err(error),
    }
}
