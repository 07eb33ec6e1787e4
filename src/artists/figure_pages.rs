//! The pages on which an artist's team enters its figures, one by one or many at once.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::edit::{self, get_managed};
use super::edit_views::{FigureRow, FiguresPage, FiguresPreviewPage, PreviewRow};
use super::figure_forms::{read_figure, read_rows};
use super::stats::{Metric, StatPoint};
use super::{Artist, edit_store, figure_store};
use crate::accounts::session::Who;
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::StatId;
use crate::numbers::grouped;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Figures shown on the page.
const FIGURES: i64 = 60;

/// How many were just entered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct After {
    entered: String,
}

/// GET `/artists/{slug}/figures`
pub async fn figures_form(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse> {
    let entered = after.entered.parse().unwrap_or(0);
    figures_page(&app, &who, &slug, StatusCode::OK, FormState::default(), entered).await
}

async fn figures_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    mut form: FormState,
    entered: u32,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    let (artist, figures): (Artist, _) = app
        .db
        .read(move |reader| {
            let artist = get_managed(reader, &slug, contact)?;
            let figures = edit_store::list_figures(reader, artist.id, FIGURES)?;
            Ok((artist, figures))
        })
        .await?;
    if form.value("observed_on").is_empty() && form.error("observed_on").is_empty() {
        form.set("observed_on", app.db.now().date_utc().to_string());
    }
    let url = format!("/artists/{}", artist.facts.slug);
    let metrics = Metric::ALL.iter();
    private(
        status,
        &FiguresPage {
            page: Page::member(app, who, &format!("Figures of {}", artist.facts.name)),
            form,
            look_url: artist.facts.url_for_team(),
            name: artist.facts.name,
            entered: match entered {
                0 => String::new(),
                1 => "One figure is entered.".into(),
                many => format!("{many} figures are entered."),
            },
            metrics: metrics
                .map(|metric| Choice {
                    value: metric.as_str().into(),
                    label: metric.label().into(),
                })
                .collect(),
            figures: figures
                .into_iter()
                .map(|figure| FigureRow {
                    metric: figure.point.metric.label(),
                    value: grouped(figure.point.value),
                    provenance: figure.point.provenance(),
                    remove_url: format!("{url}/figures/{}/remove", figure.id),
                })
                .collect(),
            url,
        },
    )
}

/// The page again, with what is wrong.
async fn figures_again(
    app: &App,
    who: &Who,
    slug: &str,
    posted: &Posted,
    errors: Vec<(String, String)>,
) -> Result<HttpResponse> {
    let form = FormState::again(&posted.fields, errors);
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    figures_page(app, who, slug, status, form, 0).await
}

/// POST `/artists/{slug}/figures`
pub async fn enter_figure(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let entered = match read_figure(&posted.fields, app.db.now().date_utc()) {
        Ok(point) => enter(&app, &who, &slug, vec![point]).await,
        Err(error) => Err(error),
    };
    match entered {
        Ok(()) => Ok(see_other(&format!("/artists/{slug}/figures"))),
        Err(Error::Invalid(errors)) => figures_again(&app, &who, &slug, &posted, errors).await,
        Err(error) => Err(error),
    }
}

async fn enter(app: &App, who: &Who, slug: &str, points: Vec<StatPoint>) -> Result<()> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    app.db.write(move |tx| edit::enter_figures(tx, &slug, contact, &points)).await
}

/// POST `/artists/{slug}/figures/rows`: shows what was pasted, and enters it at the second time.
pub async fn enter_rows(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let points = match read_rows(&posted.fields, app.db.now().date_utc()) {
        Ok(points) => points,
        Err(Error::Invalid(errors)) => {
            return figures_again(&app, &who, &slug, &posted, errors).await;
        }
        Err(error) => return Err(error),
    };
    let is_chosen = |button: &str| posted.fields.value(button) == "yes";
    if is_chosen("enter") {
        let many = points.len();
        return match enter(&app, &who, &slug, points).await {
            Ok(()) => Ok(see_other(&format!("/artists/{slug}/figures?entered={many}"))),
            Err(Error::Invalid(errors)) => figures_again(&app, &who, &slug, &posted, errors).await,
            Err(error) => Err(error),
        };
    }
    if is_chosen("change") {
        return figures_again(&app, &who, &slug, &posted, Vec::new()).await;
    }
    preview(&app, &who, &slug, posted.fields.value("rows"), points).await
}

/// What would be entered, beside what is there.
async fn preview(
    app: &App,
    who: &Who,
    slug: &str,
    rows: &str,
    points: Vec<StatPoint>,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    let (artist, stats): (Artist, _) = app
        .db
        .read(move |reader| {
            let artist = get_managed(reader, &slug, contact)?;
            let stats = figure_store::list_stats(reader, artist.id)?;
            Ok((artist, stats))
        })
        .await?;
    let replaces = |point: &StatPoint| stats.iter().any(|known| known.is_same_statement(point));
    let replaced = points.iter().filter(|point| replaces(point)).count();
    private(
        StatusCode::OK,
        &FiguresPreviewPage {
            page: Page::member(app, who, "Enter these figures?"),
            name: artist.facts.name,
            url: format!("/artists/{}", artist.facts.slug),
            rows: rows.to_owned(),
            summary: in_words(points.len(), replaced),
            figures: points
                .iter()
                .map(|point| PreviewRow {
                    day: point.observed_on.strftime("%-d %b %Y").to_string(),
                    metric: point.metric.label(),
                    value: grouped(point.value),
                    source: point.source.clone(),
                    replaces: replaces(point),
                })
                .collect(),
        },
    )
}

/// "12 figures will be entered, 2 replace earlier ones."
fn in_words(many: usize, replaced: usize) -> String {
    let entered = match many {
        1 => "One figure will be entered".to_owned(),
        many => format!("{many} figures will be entered"),
    };
    match (many, replaced) {
        (_, 0) => format!("{entered}."),
        (1, _) => format!("{entered}; it replaces an earlier one."),
        (_, 1) => format!("{entered}, one replaces an earlier one."),
        (_, some) => format!("{entered}, {some} replace earlier ones."),
    }
}

/// POST `/artists/{slug}/figures/{id}/remove`
pub async fn remove_figure(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let (wanted, contact) = (slug.clone(), who.contact);
    app.db.write(move |tx| edit::remove_figure(tx, &wanted, contact, StatId(id))).await?;
    Ok(see_other(&format!("/artists/{slug}/figures")))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_preview_says_how_many_and_how_many_of_them_are_corrections() {
        for (many, replaced, words) in [
            (1, 0, "One figure will be entered."),
            (1, 1, "One figure will be entered; it replaces an earlier one."),
            (12, 0, "12 figures will be entered."),
            (12, 1, "12 figures will be entered, one replaces an earlier one."),
            (12, 2, "12 figures will be entered, 2 replace earlier ones."),
        ] {
            assert_eq!(in_words(many, replaced), words);
        }
    }
}
