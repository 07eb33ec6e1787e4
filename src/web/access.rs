//! Who may ask for what: one table of every route, and the one function that decides by it. A route
//! without a row is answered to nobody; a test walks all rows as every kind of person.

use actix_web::http::Method;

use crate::accounts::Role;
use crate::accounts::session::Who;

/// Whom a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Everybody alike: nobody looks who asks.
    Everybody,
    /// Everybody, and who is signed in is recognised.
    Anybody,
    /// Who is signed in; also while the account is frozen.
    Member,
    /// Who is signed in and whose account is not frozen.
    ActiveMember,
    /// Moderators and admins, signed in with a second factor. For everybody else it is not there.
    Staff,
    /// The same, with the factor shown again within the last hour.
    Decider,
    /// Admins, with the factor shown again within the last hour.
    Admin,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is answered.
    Pass,
    /// Sign in first.
    SignIn,
    /// Show the second factor first.
    SecondStep,
    /// The account is frozen: it may look, and not act.
    Frozen,
    /// There is no such page for this person.
    Missing,
    /// Who decides about others needs a second factor: set one up first.
    AddFactor,
    /// Show the second factor once more first.
    Elevate,
}

/// A route and whom its methods are for.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// As in `routes.rs`.
    pub pattern: &'static str,
    /// GET and HEAD.
    pub get: Option<For>,
    /// POST.
    pub post: Option<For>,
}

const fn page(pattern: &'static str, get: For) -> Row {
    Row { pattern, get: Some(get), post: None }
}

const fn form(pattern: &'static str, get: For, post: For) -> Row {
    Row { pattern, get: Some(get), post: Some(post) }
}

const fn act(pattern: &'static str, post: For) -> Row {
    Row { pattern, get: None, post: Some(post) }
}

use For::{ActiveMember, Admin, Anybody, Decider, Everybody, Member, Staff};

/// Every route there is.
pub const TABLE: &[Row] = &[
    page("/", Everybody),
    page("/artists", Everybody),
    page("/artists/new.atom", Everybody),
    form("/artists/add", Member, ActiveMember),
    page("/artists/add/sent", Member),
    page("/artists/{slug}", Everybody),
    form("/artists/{slug}/request", Everybody, Everybody),
    form("/artists/{slug}/report", Everybody, Everybody),
    page("/artists/{slug}/report/sent", Everybody),
    form("/artists/{slug}/claim", Everybody, Everybody),
    page("/artists/{slug}/claim/sent", Everybody),
    form("/artists/{slug}/claim/code", Everybody, Everybody),
    form("/artists/{slug}/claim/ask", Everybody, Everybody),
    page("/artists/{slug}/claim/asked", Everybody),
    form("/artists/{slug}/edit", Member, ActiveMember),
    page("/artists/{slug}/preview", Member),
    act("/artists/{slug}/listing", ActiveMember),
    form("/artists/{slug}/figures", Member, ActiveMember),
    act("/artists/{slug}/figures/rows", ActiveMember),
    act("/artists/{slug}/figures/{id:\\d+}/remove", ActiveMember),
    form("/artists/{slug}/photo", Member, ActiveMember),
    act("/artists/{slug}/photo/remove", ActiveMember),
    form("/artists/{slug}/shortlist", Member, ActiveMember),
    page("/shortlist", Member),
    form("/artists/{slug}/papers", Member, ActiveMember),
    act("/artists/{slug}/papers/files", ActiveMember),
    page("/artists/{slug}/papers/{id:\\d+}/file", Member),
    act("/artists/{slug}/papers/{id:\\d+}/remove", ActiveMember),
    form("/artists/{slug}/rules", Member, ActiveMember),
    act("/artists/{slug}/rules/blocks/{id:\\d+}/remove", ActiveMember),
    form("/artists/{slug}/team", Member, ActiveMember),
    act("/artists/{slug}/team/hand-over", ActiveMember),
    act("/artists/{slug}/team/stop", ActiveMember),
    act("/artists/{slug}/team/leave", ActiveMember),
    form("/artists/{slug}/team/{id:\\d+}", Member, ActiveMember),
    act("/artists/{slug}/team/{id:\\d+}/remove", ActiveMember),
    page("/artists/{slug}/calendar", Member),
    act("/artists/{slug}/calendar/blocks", ActiveMember),
    act("/artists/{slug}/calendar/blocks/{id:\\d+}/remove", ActiveMember),
    act("/artists/{slug}/calendar/import", ActiveMember),
    act("/artists/{slug}/calendar/import/file", ActiveMember),
    act("/artists/{slug}/calendar/settings", ActiveMember),
    act("/artists/{slug}/calendar/feeds", ActiveMember),
    act("/artists/{slug}/calendar/feeds/{id:\\d+}/end", ActiveMember),
    page("/calendars/{token}.ics", Everybody),
    page("/photos/{hash}.webp", Anybody),
    page("/genres/{slug}", Everybody),
    page("/leaving", Everybody),
    form("/listing/{token}", Everybody, Everybody),
    form("/objection/{token}", Everybody, Everybody),
    page("/sitemap.xml", Everybody),
    page("/sitemap-{after:\\d+}.xml", Everybody),
    form("/requests/{id:\\d+}/check-mail", Everybody, Everybody),
    form("/confirm/{token}", Everybody, Everybody),
    page("/t/{token}", Everybody),
    page("/t/{token}/sent", Everybody),
    act("/t/{token}/mark/{mark:read|unread|archive|unarchive|mute|unmute}", Everybody),
    act("/t/{token}/block", Everybody),
    act("/t/{token}/reply", Everybody),
    page("/t/{token}/sheet", Everybody),
    page("/t/{token}/night.ics", Everybody),
    page("/t/{token}/dossier.zip", Everybody),
    form("/t/{token}/counter", Everybody, Everybody),
    form(
        "/t/{token}/{move:accept|nudge|hold|let_go|challenge|stand|confirm|cancel|complete|decline|withdraw}",
        Everybody,
        Everybody,
    ),
    page("/receipts/{id:\\d+}.json", Everybody),
    page("/receipts/{id:\\d+}", Everybody),
    form("/links/again", Everybody, Everybody),
    page("/links/again/sent", Everybody),
    form("/sign-in", Anybody, Everybody),
    page("/sign-in/sent", Everybody),
    form("/sign-in/code", Anybody, Anybody),
    form("/sign-in/password", Anybody, Everybody),
    form("/sign-in/code/passkey", Everybody, Anybody),
    act("/sign-in/passkey/begin", Everybody),
    form("/sign-in/passkey", Everybody, Everybody),
    form("/sign-in/with/{provider}", Anybody, Everybody),
    form("/sign-in/with/{provider}/callback", Everybody, Everybody),
    form("/sign-in/{token}", Anybody, Everybody),
    form("/join", Anybody, Everybody),
    page("/join/sent", Everybody),
    act("/sign-out", Anybody),
    page("/requests", Member),
    form("/requests/new", Member, ActiveMember),
    act("/requests/templates/{id:\\d+}/remove", ActiveMember),
    act("/requests/read-all", ActiveMember),
    act("/requests/views", ActiveMember),
    act("/requests/views/{id:\\d+}/remove", ActiveMember),
    page("/requests/{id:\\d+}", Member),
    act("/requests/{id:\\d+}/mark/{mark:read|unread|archive|unarchive|mute|unmute}", ActiveMember),
    act("/requests/{id:\\d+}/block", ActiveMember),
    form("/requests/{id:\\d+}/others", Member, ActiveMember),
    form("/requests/{id:\\d+}/attach", Member, ActiveMember),
    page("/requests/{id:\\d+}/files/{file:\\d+}", Member),
    act("/requests/{id:\\d+}/reply", ActiveMember),
    page("/requests/{id:\\d+}/sheet", Member),
    page("/requests/{id:\\d+}/night.ics", Member),
    page("/requests/{id:\\d+}/dossier.zip", Member),
    form("/requests/{id:\\d+}/counter", Member, ActiveMember),
    form(
        "/requests/{id:\\d+}/{move:accept|nudge|hold|let_go|challenge|stand|confirm|cancel|complete|decline|withdraw}",
        Member,
        ActiveMember,
    ),
    page("/requests/{id:\\d+}/receipt.json", Member),
    page("/requests/{id:\\d+}/receipt", Member),
    page("/account", Member),
    form("/account/address", Member, ActiveMember),
    page("/account/address/sent", Member),
    form("/account/address/undo/{token}", Everybody, Everybody),
    form("/account/address/{token}", Everybody, Everybody),
    form("/account/notifications", Member, ActiveMember),
    form("/account/password", Member, ActiveMember),
    act("/account/password/remove", ActiveMember),
    page("/account/providers", Member),
    act("/account/providers/{provider}/link", ActiveMember),
    act("/account/providers/{id:\\d+}/unlink", ActiveMember),
    form("/account/second-factor", Member, ActiveMember),
    act("/account/recovery-codes", ActiveMember),
    act("/account/second-factor/confirm", ActiveMember),
    act("/account/second-factor/remove", ActiveMember),
    act("/account/passkeys/begin", ActiveMember),
    form("/account/passkeys", Member, ActiveMember),
    act("/account/passkeys/{id:\\d+}/rename", ActiveMember),
    act("/account/passkeys/{id:\\d+}/remove", ActiveMember),
    page("/account/data", Member),
    page("/account/data.json", Member),
    form("/account/delete", Member, Member),
    page("/account/deleted", Everybody),
    act("/account/name", ActiveMember),
    act("/account/sessions/{id:\\d+}/end", Member),
    act("/account/sessions/end-others", Member),
    page("/staff", Staff),
    form("/staff/elevate", Staff, Staff),
    form("/staff/elevate/passkey", Staff, Staff),
    form("/staff/tickets/{id:\\d+}", Staff, Decider),
    page("/staff/requests", Staff),
    form("/staff/requests/{id:\\d+}", Staff, Decider),
    page("/staff/artists", Staff),
    page("/staff/artists/{slug}", Staff),
    form("/staff/artists/{slug}/correct", Decider, Decider),
    form("/staff/artists/{slug}/photo", Decider, Decider),
    act("/staff/artists/{slug}/{move:hide|show}", Decider),
    form("/staff/accounts", Staff, Staff),
    page("/staff/accounts/{id:\\d+}", Staff),
    act("/staff/accounts/{id:\\d+}/role", Admin),
    act("/staff/accounts/{id:\\d+}/{move:freeze|unfreeze}", Decider),
    page("/how-it-works", Everybody),
    page("/legal/privacy", Everybody),
    page("/legal/terms", Everybody),
    page("/legal/cookies", Everybody),
    page("/legal/disclaimer", Everybody),
    page("/legal/disclaimer/{number:\\d+}", Everybody),
    form("/contact", Everybody, Everybody),
    page("/contact/sent", Everybody),
    page("/security", Everybody),
    page("/.well-known/security.txt", Everybody),
    page("/robots.txt", Everybody),
    page("/healthz", Everybody),
    page("/readyz", Everybody),
    page("/static/{hash}/{path:.*}", Everybody),
    page("/favicon.ico", Everybody),
    page("/dev/mailbox", Everybody),
    page("/dev/mailbox.json", Everybody),
    page("/dev/mailbox/{id:\\d+}", Everybody),
    page("/dev/mailbox/{id:\\d+}/html", Everybody),
];

/// The row of a route, by its pattern. What has none is nobody's: it is answered as an address that does
/// not exist.
pub fn row(pattern: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.pattern == pattern)
}

impl Row {
    /// Whom a method of the route is for; nobody where it has no such method.
    pub fn audience(&self, method: &Method) -> Option<For> {
        match *method {
            Method::GET | Method::HEAD => self.get,
            Method::POST => self.post,
            _ => None,
        }
    }
}

/// Whether somebody may have what a route is for.
pub fn decide(audience: For, who: Option<&Who>) -> Verdict {
    if matches!(audience, For::Everybody | For::Anybody) {
        return Verdict::Pass;
    }
    let Some(who) = who else { return Verdict::SignIn };
    if who.half_way {
        return Verdict::SecondStep;
    }
    match audience {
        For::Everybody | For::Anybody | For::Member => Verdict::Pass,
        For::ActiveMember if who.frozen => Verdict::Frozen,
        For::ActiveMember => Verdict::Pass,
        For::Staff | For::Decider | For::Admin if !who.role.is_staff() => Verdict::Missing,
        For::Admin if who.role != Role::Admin => Verdict::Missing,
        For::Staff | For::Decider | For::Admin if who.frozen => Verdict::Frozen,
        For::Staff | For::Decider | For::Admin if !who.strong => Verdict::AddFactor,
        For::Decider | For::Admin if !who.elevated => Verdict::Elevate,
        For::Staff | For::Decider | For::Admin => Verdict::Pass,
    }
}
