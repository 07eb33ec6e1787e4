//! The pages on which an artist's people see who acts for it, and change that.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::contact_store::list_confirmed_contacts;
use super::edit::get_own;
use super::team::{self, Capabilities, Capability, Given, Member, TeamRole};
use super::team_store::{self, Succession};
use super::team_views::{MemberRow, Right, TeamMemberPage, TeamPage};
use super::{Artist, membership, succession};
use crate::accounts::session::Who;
use crate::app::App;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::ContactId;
use crate::mail::Site;
use crate::people::EmailAddress;
use crate::people::store::get_contact;
use crate::web::form_state::{Choice, Fields, FormState};
use crate::web::page::{After, Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/artists/{slug}/team`
pub async fn team(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse> {
    let form = FormState::with(&[
        ("role", TeamRole::Manager.as_str()),
        ("may_message", "yes"),
        ("may_decline", "yes"),
        ("may_counter", "yes"),
        ("may_hold", "yes"),
    ]);
    team_page(&app, &who, &slug, StatusCode::OK, form, done(&after.done)).await
}

/// Everything that the page is made from.
struct Look {
    artist: Artist,
    reader: Member,
    members: Vec<(Member, MemberRow)>,
    passing: Option<(Succession, String)>,
    is_alone: bool,
}

fn look(reader: &mut Reader<'_>, slug: &str, who: ContactId) -> Result<Look> {
    let artist = get_own(reader, slug, who)?;
    let own = team_store::find_member(reader, artist.id, who)?.ok_or(Error::NotFound)?;
    let url = format!("/artists/{}", artist.facts.slug);
    let mut members = Vec::new();
    for member in team::list_people(reader, artist.id)? {
        let row = row(reader, &own, &member, &url)?;
        members.push((member, row));
    }
    members.sort_by_key(|(member, _)| (!member.is_owner, member.joined.is_none(), member.joined));
    let passing = match team_store::find_succession(reader, artist.id)? {
        Some(passing) => {
            let heir = team::name_of(reader, passing.heir)?.unwrap_or_default();
            Some((passing, heir))
        }
        None => None,
    };
    let is_alone = list_confirmed_contacts(reader, artist.id)? == [who];
    Ok(Look { artist, reader: own, members, passing, is_alone })
}

fn row(reader: &mut Reader<'_>, own: &Member, member: &Member, url: &str) -> Result<MemberRow> {
    let manages = own.may(Capability::Manage);
    let is_reader = own.contact == member.contact;
    let may_change = manages && (!member.is_owner || is_reader);
    let may_remove = may_change && !is_reader && (own.is_owner || !member.is_trusted());
    let page = format!("{url}/team/{}", member.contact);
    Ok(MemberRow {
        name: team::name_of(reader, member.contact)?.unwrap_or_default(),
        address: match manages {
            true => get_contact(reader, member.contact)?.address.as_str().to_owned(),
            false => String::new(),
        },
        role: match (member.is_owner, member.role) {
            (true, TeamRole::Member) => "Owner".to_owned(),
            (true, role) => format!("Owner, {}", role.label().to_lowercase()),
            (false, TeamRole::Member) => "Member".to_owned(),
            (false, role) => role.label().to_owned(),
        },
        may: match member.is_owner {
            true => Vec::new(),
            false => member.capabilities.labels().collect(),
        },
        since: match member.joined {
            Some(joined) => format!("since {}", joined.display_date()),
            None => "invited, has not answered yet".to_owned(),
        },
        is_reader,
        remove_url: if may_remove { format!("{page}/remove") } else { String::new() },
        change_url: if may_change { page } else { String::new() },
    })
}

async fn team_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    form: FormState,
    done: &'static str,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    let look = app.db.read(move |reader| look(reader, &slug, contact)).await?;
    let heirs = look.members.iter().filter(|(member, row)| {
        !member.is_owner && member.joined.is_some() && !row.name.is_empty()
    });
    let heirs = heirs
        .map(|(member, row)| Choice { value: member.contact.to_string(), label: row.name.clone() });
    private(
        status,
        &TeamPage {
            page: Page::member(app, who, &format!("Team of {}", look.artist.facts.name)),
            form,
            url: format!("/artists/{}", look.artist.facts.slug),
            look_url: look.artist.facts.url_for_team(),
            name: look.artist.facts.name,
            done,
            manages: look.reader.may(Capability::Manage),
            owns: look.reader.is_owner,
            roles: roles(),
            rights: rights(&look.reader),
            heirs: heirs.collect(),
            members: look.members.into_iter().map(|(_, row)| row).collect(),
            passing: match look.passing {
                Some((passing, name)) => format!(
                    "The page passes to {name} on {}, unless somebody of the team stops it.",
                    passing.due_at.display()
                ),
                None => String::new(),
            },
            is_alone: look.is_alone,
        },
    )
}

fn done(word: &str) -> &'static str {
    match word {
        "invited" => "The invitation is on its way.",
        "changed" => "That is noted.",
        "removed" => "They are no longer of the team.",
        "passing" => "Everybody of the team was told that the page passes on.",
        "stopped" => "The page keeps its owner. Everybody of the team was told.",
        _ => "",
    }
}

fn roles() -> Vec<Choice> {
    TeamRole::ALL
        .iter()
        .map(|role| Choice { value: role.as_str().into(), label: role.label().into() })
        .collect()
}

fn rights(giver: &Member) -> Vec<Right> {
    Capability::ALL
        .iter()
        .filter(|one| giver.is_owner || !one.is_the_owners_to_give())
        .map(|one| Right { name: format!("may_{}", one.as_str()), label: one.label() })
        .collect()
}

/// What a form gives.
fn read_given(fields: &Fields) -> Given {
    Given {
        role: TeamRole::parse(fields.value("role")).unwrap_or(TeamRole::Member),
        capabilities: Capabilities::those(|one| {
            fields.value(&format!("may_{}", one.as_str())) == "yes"
        }),
    }
}

/// Where the page of the team says what was done.
fn said(slug: &str, done: &str) -> String {
    format!("/artists/{slug}/team?done={done}")
}

/// Changes the team, and goes on to another page; or back to the form, which says what is wrong.
async fn change(
    app: &App,
    who: &Who,
    slug: &str,
    posted: &Posted,
    then: &str,
    change: impl Fn(&mut Tx<'_>, &Site, &str, ContactId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let (site, wanted, contact) = (app.site.clone(), slug.to_owned(), who.contact);
    let changed = app.db.write(move |tx| change(tx, &site, &wanted, contact)).await;
    match changed {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other(then))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            team_page(app, who, slug, StatusCode::UNPROCESSABLE_ENTITY, form, "").await
        }
        Err(error) => Err(error),
    }
}

/// POST `/artists/{slug}/team`: invites somebody.
pub async fn invite(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let given = read_given(&posted.fields);
    let address = EmailAddress::parse(posted.fields.value("address"));
    change(&app, &who, &slug, &posted, &said(&slug, "invited"), move |tx, site, slug, by| {
        let address = address.as_ref().map_err(|why| Error::field("address", why.as_str()))?;
        membership::invite(tx, site, slug, by, address, &given)
    })
    .await
}

/// GET `/artists/{slug}/team/{id}`
pub async fn member_form(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse> {
    let ((slug, id), contact) = (path.into_inner(), who.contact);
    let look = app.db.read(move |reader| look(reader, &slug, contact)).await?;
    let (rights, reader) = (rights(&look.reader), look.reader);
    let found = look.members.into_iter().find(|(member, _)| member.contact == ContactId(id));
    let (member, row) = found.ok_or(Error::NotFound)?;
    if row.change_url.is_empty() {
        return Err(Error::Forbidden(
            "Who manages the page changes what others may do, and only the owner what concerns \
             the owner."
                .into(),
        ));
    }
    let mut form = FormState::with(&[("role", member.role.as_str())]);
    for one in Capability::ALL.iter().filter(|one| member.capabilities.has(**one)) {
        form.set(&format!("may_{}", one.as_str()), "yes");
    }
    let kept = Capability::ALL.iter().filter(|one| {
        one.is_the_owners_to_give() && !reader.is_owner && member.capabilities.has(**one)
    });
    private(
        StatusCode::OK,
        &TeamMemberPage {
            page: Page::member(&app, &who, &format!("Team of {}", look.artist.facts.name)),
            form,
            url: format!("/artists/{}", look.artist.facts.slug),
            name: look.artist.facts.name,
            save_url: row.change_url.clone(),
            roles: roles(),
            rights: if member.is_owner { Vec::new() } else { rights },
            kept: kept.map(|one| one.label()).collect(),
            member: row,
        },
    )
}

/// POST `/artists/{slug}/team/{id}`
pub async fn change_member(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let given = read_given(&posted.fields);
    change(&app, &who, &slug, &posted, &said(&slug, "changed"), move |tx, site, slug, by| {
        membership::change(tx, site, slug, by, ContactId(id), &given)
    })
    .await
}

/// POST `/artists/{slug}/team/{id}/remove`
pub async fn remove(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    change(&app, &who, &slug, &posted, &said(&slug, "removed"), move |tx, site, slug, by| {
        membership::take_out(tx, site, slug, by, ContactId(id))
    })
    .await
}

/// POST `/artists/{slug}/team/hand-over`
pub async fn hand_over(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let heir = posted.fields.value("heir").parse().unwrap_or_default();
    let is_meant = posted.fields.value("meant") == "yes";
    change(&app, &who, &slug, &posted, &said(&slug, "passing"), move |tx, site, slug, by| {
        if !is_meant {
            return Err(Error::field("meant", "Tick that you mean it"));
        }
        succession::hand_over(tx, site, slug, by, ContactId(heir))
    })
    .await
}

/// POST `/artists/{slug}/team/stop`
pub async fn stop(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    change(&app, &who, &slug, &posted, &said(&slug, "stopped"), succession::stop).await
}

/// POST `/artists/{slug}/team/leave`
pub async fn leave(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let is_meant = posted.fields.value("leave") == "yes";
    change(&app, &who, &slug, &posted, "/requests", move |tx, site, slug, by| {
        if !is_meant {
            return Err(Error::field("leave", "Tick that you mean it"));
        }
        membership::quit(tx, site, slug, by)
    })
    .await
}
