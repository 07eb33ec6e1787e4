//! The page on which an artist's team says whether the act may be listed.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::contact_store::list_confirmed_contacts;
use super::listing_views::{ConfirmListingPage, ListingConfirmedPage};
use super::mails::public_facts;
use super::team::Member;
use super::team_views::TeamInvitationPage;
use super::views::Fact;
use super::{Artist, handover, listing, store, team_store};
use crate::app::App;
use crate::booking_requests::pages::link_expired;
use crate::error::{Error, Result};
use crate::ids::ContactId;
use crate::people::link_store::open;
use crate::people::links::{Link, Purpose};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// What a link asks, beside the artist.
struct Asked {
    is_theirs: bool,
    of_team: bool,
    invited: Option<Member>,
}

/// Whether a link invites to a team that there is without its holder.
fn is_invitation(link: &Link, team: &[ContactId]) -> bool {
    link.invites && team.iter().any(|member| *member != link.contact)
}

fn invitation_page(
    app: &App,
    artist: &Artist,
    token: &str,
    invited: Option<Member>,
) -> Result<HttpResponse> {
    private(
        StatusCode::OK,
        &TeamInvitationPage {
            page: Page::private(app, &format!("Act for {}?", artist.facts.name)),
            artist_name: artist.facts.name.clone(),
            role: invited.as_ref().map_or("", |member| member.role.by()),
            may: invited.map_or_else(Vec::new, |member| member.capabilities.labels().collect()),
            answer_url: format!("/listing/{token}"),
        },
    )
}

/// GET `/listing/{token}`: may this act be listed? Nothing happens by opening it.
pub async fn listing_form(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    let (now, opened) = (app.db.now(), token.clone());
    let read = app
        .db
        .read(move |reader| {
            let link = open(reader, &opened, Purpose::ConfirmListing, now)?;
            let artist = store::get_artist(reader, link.artist()?)?;
            let team = list_confirmed_contacts(reader, artist.id)?;
            let takes_over = !team.is_empty()
                && handover::find_offered(reader, artist.id, link.contact)?.is_some();
            let asked = Asked {
                is_theirs: team.contains(&link.contact),
                of_team: is_invitation(&link, &team),
                invited: team_store::find_member(reader, artist.id, link.contact)?,
            };
            Ok((artist, takes_over, asked))
        })
        .await;
    let (artist, takes_over) = match read {
        // They said yes before: the page says what came of it.
        Ok((artist, _, asked)) if asked.is_theirs => {
            return answered_page(&app, &artist, false, asked.of_team);
        }
        Ok((artist, _, asked)) if asked.of_team => {
            return invitation_page(&app, &artist, &token, asked.invited);
        }
        Ok((artist, takes_over, _)) => (artist, takes_over),
        Err(Error::NotFound) => return link_expired(&app),
        Err(error) => return Err(error),
    };
    private(
        StatusCode::OK,
        &ConfirmListingPage {
            page: Page::private(&app, &format!("List {}?", artist.facts.name)),
            artist_name: artist.facts.name.clone(),
            facts: public_facts(&artist)
                .into_iter()
                .map(|(term, detail)| Fact { term, detail })
                .collect(),
            answer_url: format!("/listing/{token}"),
            takes_over,
        },
    )
}

/// POST `/listing/{token}`: yes or no.
pub async fn listing_answer(
    app: web::Data<App>,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let yes = match posted.fields.value("answer") {
        "yes" => true,
        "no" => false,
        _ => return Ok(see_other(&format!("/listing/{token}"))),
    };
    let site = app.site.clone();
    let answered = app
        .db
        .write(move |tx| {
            let now = tx.now;
            let link = open(tx, &token, Purpose::ConfirmListing, now)?;
            let of_team = is_invitation(&link, &list_confirmed_contacts(tx, link.artist()?)?);
            let artist = match yes {
                true => listing::confirm(tx, &site, &link)?,
                false => listing::refuse(tx, &site, &link)?,
            };
            Ok((artist, of_team))
        })
        .await;
    let (artist, of_team) = match answered {
        Ok(answered) => {
            app.bell.ring();
            answered
        }
        Err(Error::NotFound) => return link_expired(&app),
        Err(error) => return Err(error),
    };
    answered_page(&app, &artist, !yes, of_team)
}

fn answered_page(app: &App, artist: &Artist, refused: bool, of_team: bool) -> Result<HttpResponse> {
    private(
        StatusCode::OK,
        &ListingConfirmedPage {
            page: Page::private(app, &artist.facts.name),
            artist_name: artist.facts.name.clone(),
            artist_url: format!("/artists/{}", artist.facts.slug),
            listed: artist.bookable,
            refused,
            of_team,
        },
    )
}
