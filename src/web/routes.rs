//! Every URL there is, on one screen.

use actix_web::guard::{Any, Get, Head};
use actix_web::{Route, web};

use super::{health, info_pages, mailbox, statics};
use crate::accounts::{
    address_pages as address, elevation_pages as elevation, notification_pages as notifications,
    pages as account, passkey_pages as passkeys, passkey_sign_in_pages as passkey_sign_in,
    password_pages as password, providers::pages as providers, second_factor_pages as factor,
    sign_in_pages as sign_in,
};
use crate::artists::{
    claim_pages as claim, edit_pages as edit, feeds, figure_pages as figures,
    handover_pages as objection, listing_pages as listing, pages as artists, paper_pages as papers,
    photo_pages as photo, profile_pages as profile, rule_pages as rules,
    shortlist_pages as shortlist, team_pages as team,
};
use crate::booking_requests::{
    act_pages as acts, attachment_pages as attachments, brief_pages as briefs,
    confirm_pages as confirm, counter_pages as counters, dashboard_pages as requests_of,
    document_pages as documents, mark_pages as marks, pages as requests, receipt_pages as receipts,
    thread_pages as threads,
};
use crate::calendar::{feed_pages as feed, import_pages as calendar_imports, pages as calendar};
use crate::error::Error;
use crate::moderation::{
    account_pages as staff_accounts, add_pages as adding, artist_pages as staff_artists,
    correct_pages as correcting, pages as tickets, queue_pages as staff,
    request_pages as staff_requests,
};
use crate::privacy::pages as own_data;

/// GET, and HEAD for who wants the head alone.
fn get() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

fn post() -> Route {
    web::post()
}

/// What is not listed here does not exist.
#[rustfmt::skip]
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/").route(get().to(artists::home)))
        .service(web::resource("/artists").route(get().to(artists::list)))
        .service(web::resource("/artists/new.atom").route(get().to(feeds::feed)))
        .service(web::resource("/artists/add").route(get().to(adding::add_form)).route(post().to(adding::add)))
        .service(web::resource("/artists/add/sent").route(get().to(adding::sent)))
        .service(web::resource("/artists/{slug}").route(get().to(profile::profile)))
        .service(web::resource("/artists/{slug}/request").route(get().to(requests::request_form)).route(post().to(requests::request)))
        .service(web::resource("/artists/{slug}/report").route(get().to(tickets::report_form)).route(post().to(tickets::report)))
        .service(web::resource("/artists/{slug}/report/sent").route(get().to(tickets::report_sent)))
        .service(web::resource("/artists/{slug}/claim").route(get().to(claim::claim_form)).route(post().to(claim::claim)))
        .service(web::resource("/artists/{slug}/claim/sent").route(get().to(claim::claim_sent)))
        .service(web::resource("/artists/{slug}/claim/code").route(get().to(claim::ask_again)).route(post().to(claim::show_code)))
        .service(web::resource("/artists/{slug}/claim/ask").route(get().to(claim::ask_again)).route(post().to(claim::ask)))
        .service(web::resource("/artists/{slug}/claim/asked").route(get().to(claim::asked)))
        .service(web::resource("/artists/{slug}/edit").route(get().to(edit::edit_form)).route(post().to(edit::edit)))
        .service(web::resource("/artists/{slug}/preview").route(get().to(profile::preview)))
        .service(web::resource("/artists/{slug}/listing").route(post().to(edit::set_listing)))
        .service(web::resource("/artists/{slug}/figures").route(get().to(figures::figures_form)).route(post().to(figures::enter_figure)))
        .service(web::resource("/artists/{slug}/figures/rows").route(post().to(figures::enter_rows)))
        .service(web::resource("/artists/{slug}/figures/{id:\\d+}/remove").route(post().to(figures::remove_figure)))
        .service(web::resource("/artists/{slug}/photo").route(get().to(photo::photo_form)).route(post().to(photo::put_photo)))
        .service(web::resource("/artists/{slug}/photo/remove").route(post().to(photo::remove_photo)))
        .service(web::resource("/artists/{slug}/shortlist").route(get().to(shortlist::keep_form)).route(post().to(shortlist::keep)))
        .service(web::resource("/shortlist").route(get().to(shortlist::shortlist)))
        .service(web::resource("/artists/{slug}/papers").route(get().to(papers::papers)).route(post().to(papers::keep_answer)))
        .service(web::resource("/artists/{slug}/papers/files").route(post().to(papers::keep_file)))
        .service(web::resource("/artists/{slug}/papers/{id:\\d+}/file").route(get().to(papers::file)))
        .service(web::resource("/artists/{slug}/papers/{id:\\d+}/remove").route(post().to(papers::remove)))
        .service(web::resource("/artists/{slug}/rules").route(get().to(rules::rules)).route(post().to(rules::block_domain)))
        .service(web::resource("/artists/{slug}/rules/blocks/{id:\\d+}/remove").route(post().to(rules::unblock)))
        .service(web::resource("/artists/{slug}/team").route(get().to(team::team)).route(post().to(team::invite)))
        .service(web::resource("/artists/{slug}/team/hand-over").route(post().to(team::hand_over)))
        .service(web::resource("/artists/{slug}/team/stop").route(post().to(team::stop)))
        .service(web::resource("/artists/{slug}/team/leave").route(post().to(team::leave)))
        .service(web::resource("/artists/{slug}/team/{id:\\d+}").route(get().to(team::member_form)).route(post().to(team::change_member)))
        .service(web::resource("/artists/{slug}/team/{id:\\d+}/remove").route(post().to(team::remove)))
        .service(web::resource("/artists/{slug}/calendar").route(get().to(calendar::calendar)))
        .service(web::resource("/artists/{slug}/calendar/blocks").route(post().to(calendar::block)))
        .service(web::resource("/artists/{slug}/calendar/blocks/{id:\\d+}/remove").route(post().to(calendar::remove)))
        .service(web::resource("/artists/{slug}/calendar/import").route(post().to(calendar_imports::paste)))
        .service(web::resource("/artists/{slug}/calendar/import/file").route(post().to(calendar_imports::upload)))
        .service(web::resource("/artists/{slug}/calendar/settings").route(post().to(calendar::settings)))
        .service(web::resource("/artists/{slug}/calendar/feeds").route(post().to(feed::make)))
        .service(web::resource("/artists/{slug}/calendar/feeds/{id:\\d+}/end").route(post().to(feed::end)))
        .service(web::resource("/calendars/{token}.ics").route(get().to(feed::read)))
        .service(web::resource("/photos/{hash}.webp").route(get().to(photo::serve)))
        .service(web::resource("/genres/{slug}").route(get().to(artists::genre)))
        .service(web::resource("/leaving").route(get().to(artists::leaving)))
        .service(web::resource("/listing/{token}").route(get().to(listing::listing_form)).route(post().to(listing::listing_answer)))
        .service(web::resource("/objection/{token}").route(get().to(objection::objection_form)).route(post().to(objection::object)))
        .service(web::resource("/sitemap.xml").route(get().to(feeds::site_map)))
        .service(web::resource("/sitemap-{after:\\d+}.xml").route(get().to(feeds::site_map_part)))

        .service(web::resource("/requests/{id:\\d+}/check-mail").route(get().to(requests::check_mail)).route(post().to(requests::correct_address)))
        .service(web::resource("/confirm/{token}").route(get().to(confirm::confirm_form)).route(post().to(confirm::confirm)))
        .service(web::resource("/t/{token}").route(get().to(threads::thread)))
        .service(web::resource("/t/{token}/sent").route(get().to(confirm::sent)))
        .service(web::resource("/t/{token}/mark/{mark:read|unread|archive|unarchive|mute|unmute}").route(post().to(marks::mark)))
        .service(web::resource("/t/{token}/block").route(post().to(marks::block)))
        .service(web::resource("/t/{token}/reply").route(post().to(threads::reply)))
        .service(web::resource("/t/{token}/sheet").route(get().to(documents::sheet)))
        .service(web::resource("/t/{token}/night.ics").route(get().to(documents::night)))
        .service(web::resource("/t/{token}/dossier.zip").route(get().to(documents::whole)))
        .service(web::resource("/t/{token}/counter").route(get().to(counters::counter_form)).route(post().to(counters::counter)))
        .service(web::resource("/t/{token}/{move:accept|nudge|hold|let_go|challenge|stand|confirm|cancel|complete|decline|withdraw}").route(get().to(acts::act_form)).route(post().to(acts::act)))
        .service(web::resource("/receipts/{id:\\d+}.json").route(get().to(receipts::file_by_link)))
        .service(web::resource("/receipts/{id:\\d+}").route(get().to(receipts::by_link)))
        .service(web::resource("/links/again").route(get().to(info_pages::link_again_form)).route(post().to(info_pages::link_again)))
        .service(web::resource("/links/again/sent").route(get().to(info_pages::link_again_sent)))

        .service(web::resource("/sign-in").route(get().to(sign_in::sign_in_form)).route(post().to(sign_in::sign_in)))
        .service(web::resource("/sign-in/sent").route(get().to(sign_in::sign_in_sent)))
        .service(web::resource("/sign-in/code").route(get().to(factor::second_step_form)).route(post().to(factor::second_step)))
        .service(web::resource("/sign-in/password").route(get().to(password::sign_in_form)).route(post().to(password::sign_in)))
        .service(web::resource("/sign-in/code/passkey").route(get().to(passkey_sign_in::second_step_again)).route(post().to(passkey_sign_in::second_step)))
        .service(web::resource("/sign-in/passkey/begin").route(post().to(passkey_sign_in::begin)))
        .service(web::resource("/sign-in/passkey").route(get().to(passkey_sign_in::sign_in_again)).route(post().to(passkey_sign_in::sign_in)))
        .service(web::resource("/sign-in/with/{provider}").route(get().to(providers::way_out_form)).route(post().to(providers::leave)))
        .service(web::resource("/sign-in/with/{provider}/callback").route(get().to(providers::back)).route(post().to(providers::back_by_form)))
        .service(web::resource("/sign-in/{token}").route(get().to(sign_in::link_form)).route(post().to(sign_in::use_link)))
        .service(web::resource("/join").route(get().to(sign_in::join_form)).route(post().to(sign_in::join)))
        .service(web::resource("/join/sent").route(get().to(sign_in::join_sent)))
        .service(web::resource("/sign-out").route(post().to(sign_in::sign_out)))
        .service(web::resource("/requests").route(get().to(requests_of::dashboard)))
        .service(web::resource("/requests/new").route(get().to(briefs::brief_form)).route(post().to(briefs::brief)))
        .service(web::resource("/requests/templates/{id:\\d+}/remove").route(post().to(briefs::remove_template)))
        .service(web::resource("/requests/read-all").route(post().to(marks::read_all)))
        .service(web::resource("/requests/views").route(post().to(marks::keep_view)))
        .service(web::resource("/requests/views/{id:\\d+}/remove").route(post().to(marks::remove_view)))
        .service(web::resource("/requests/{id:\\d+}").route(get().to(threads::thread)))
        .service(web::resource("/requests/{id:\\d+}/mark/{mark:read|unread|archive|unarchive|mute|unmute}").route(post().to(marks::mark)))
        .service(web::resource("/requests/{id:\\d+}/block").route(post().to(marks::block)))
        .service(web::resource("/requests/{id:\\d+}/others").route(get().to(briefs::others_form)).route(post().to(briefs::withdraw_others)))
        .service(web::resource("/requests/{id:\\d+}/attach").route(get().to(attachments::attach_form)).route(post().to(attachments::attach)))
        .service(web::resource("/requests/{id:\\d+}/files/{file:\\d+}").route(get().to(attachments::read)))
        .service(web::resource("/requests/{id:\\d+}/reply").route(post().to(threads::reply)))
        .service(web::resource("/requests/{id:\\d+}/sheet").route(get().to(documents::sheet)))
        .service(web::resource("/requests/{id:\\d+}/night.ics").route(get().to(documents::night)))
        .service(web::resource("/requests/{id:\\d+}/dossier.zip").route(get().to(documents::whole)))
        .service(web::resource("/requests/{id:\\d+}/counter").route(get().to(counters::counter_form)).route(post().to(counters::counter)))
        .service(web::resource("/requests/{id:\\d+}/{move:accept|nudge|hold|let_go|challenge|stand|confirm|cancel|complete|decline|withdraw}").route(get().to(acts::act_form)).route(post().to(acts::act)))
        .service(web::resource("/requests/{id:\\d+}/receipt.json").route(get().to(receipts::file_by_member)))
        .service(web::resource("/requests/{id:\\d+}/receipt").route(get().to(receipts::by_member)))
        .service(web::resource("/account").route(get().to(account::account)))
        .service(web::resource("/account/address").route(get().to(address::address_form)).route(post().to(address::ask)))
        .service(web::resource("/account/address/sent").route(get().to(address::sent)))
        .service(web::resource("/account/address/undo/{token}").route(get().to(address::undo_form)).route(post().to(address::undo)))
        .service(web::resource("/account/address/{token}").route(get().to(address::confirm_form)).route(post().to(address::confirm)))
        .service(web::resource("/account/notifications").route(get().to(notifications::form)).route(post().to(notifications::choose)))
        .service(web::resource("/account/password").route(get().to(password::password_form)).route(post().to(password::set)))
        .service(web::resource("/account/password/remove").route(post().to(password::remove)))
        .service(web::resource("/account/providers").route(get().to(providers::providers)))
        .service(web::resource("/account/providers/{provider}/link").route(post().to(providers::link)))
        .service(web::resource("/account/providers/{id:\\d+}/unlink").route(post().to(providers::unlink)))
        .service(web::resource("/account/second-factor").route(get().to(factor::factor_form)).route(post().to(factor::begin)))
        .service(web::resource("/account/recovery-codes").route(post().to(factor::renew_codes)))
        .service(web::resource("/account/second-factor/confirm").route(post().to(factor::confirm)))
        .service(web::resource("/account/second-factor/remove").route(post().to(factor::remove)))
        .service(web::resource("/account/passkeys/begin").route(post().to(passkeys::begin)))
        .service(web::resource("/account/passkeys").route(get().to(passkeys::passkeys_form)).route(post().to(passkeys::add)))
        .service(web::resource("/account/passkeys/{id:\\d+}/rename").route(post().to(passkeys::rename)))
        .service(web::resource("/account/passkeys/{id:\\d+}/remove").route(post().to(passkeys::remove)))
        .service(web::resource("/account/data").route(get().to(own_data::data)))
        .service(web::resource("/account/data.json").route(get().to(own_data::data_file)))
        .service(web::resource("/account/delete").route(get().to(own_data::delete_form)).route(post().to(own_data::delete)))
        .service(web::resource("/account/deleted").route(get().to(own_data::deleted)))
        .service(web::resource("/account/name").route(post().to(account::rename)))
        .service(web::resource("/account/sessions/{id:\\d+}/end").route(post().to(account::end_session)))
        .service(web::resource("/account/sessions/end-others").route(post().to(account::end_other_sessions)))

        .service(web::resource("/staff").route(get().to(staff::queue)))
        .service(web::resource("/staff/elevate").route(get().to(elevation::elevate_form)).route(post().to(elevation::elevate)))
        .service(web::resource("/staff/elevate/passkey").route(get().to(elevation::elevate_again)).route(post().to(elevation::elevate_by_passkey)))
        .service(web::resource("/staff/tickets/{id:\\d+}").route(get().to(staff::ticket)).route(post().to(staff::decide)))
        .service(web::resource("/staff/requests").route(get().to(staff_requests::held)))
        .service(web::resource("/staff/requests/{id:\\d+}").route(get().to(staff_requests::request)).route(post().to(staff_requests::decide)))
        .service(web::resource("/staff/artists").route(get().to(staff_artists::find)))
        .service(web::resource("/staff/artists/{slug}").route(get().to(staff_artists::artist)))
        .service(web::resource("/staff/artists/{slug}/correct").route(get().to(correcting::correct_form)).route(post().to(correcting::correct)))
        .service(web::resource("/staff/artists/{slug}/photo").route(get().to(correcting::photo_form)).route(post().to(correcting::remove_photo)))
        .service(web::resource("/staff/artists/{slug}/{move:hide|show}").route(post().to(staff_artists::decide)))
        .service(web::resource("/staff/accounts").route(get().to(staff_accounts::look_up_form)).route(post().to(staff_accounts::look_up)))
        .service(web::resource("/staff/accounts/{id:\\d+}").route(get().to(staff_accounts::account)))
        .service(web::resource("/staff/accounts/{id:\\d+}/role").route(post().to(staff_accounts::give_role)))
        .service(web::resource("/staff/accounts/{id:\\d+}/{move:freeze|unfreeze}").route(post().to(staff_accounts::decide)))

        .service(web::resource("/how-it-works").route(get().to(info_pages::how_it_works)))
        .service(web::resource("/legal/privacy").route(get().to(info_pages::privacy)))
        .service(web::resource("/legal/terms").route(get().to(info_pages::terms)))
        .service(web::resource("/legal/cookies").route(get().to(info_pages::cookies)))
        .service(web::resource("/legal/disclaimer").route(get().to(info_pages::disclaimer)))
        .service(web::resource("/legal/disclaimer/{number:\\d+}").route(get().to(info_pages::disclaimer_version)))
        .service(web::resource("/contact").route(get().to(tickets::contact_form)).route(post().to(tickets::contact)))
        .service(web::resource("/contact/sent").route(get().to(tickets::contact_sent)))
        .service(web::resource("/security").route(get().to(info_pages::security)))
        .service(web::resource("/.well-known/security.txt").route(get().to(info_pages::security_txt)))
        .service(web::resource("/robots.txt").route(get().to(info_pages::robots_txt)))

        .service(web::resource("/healthz").route(get().to(health::healthz)))
        .service(web::resource("/readyz").route(get().to(health::readyz)))
        .service(web::resource("/static/{hash}/{path:.*}").route(get().to(statics::serve)))
        .service(web::resource("/favicon.ico").route(get().to(statics::favicon)))
        .service(web::resource("/dev/mailbox").route(get().to(mailbox::list)))
        .service(web::resource("/dev/mailbox.json").route(get().to(mailbox::json_list)))
        .service(web::resource("/dev/mailbox/{id:\\d+}").route(get().to(mailbox::mail)))
        .service(web::resource("/dev/mailbox/{id:\\d+}/html").route(get().to(mailbox::html)))
        .default_service(web::to(async || Err::<String, Error>(Error::NotFound)));
}
