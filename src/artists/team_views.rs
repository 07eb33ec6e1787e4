//! What the pages show on which an artist's people see who acts for it, and change that.

use askama::Template;

use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// Somebody of the team, or somebody who is invited.
#[derive(Debug)]
pub struct MemberRow {
    /// The name of the account; empty while there is none.
    pub name: String,
    /// The address; only for those who manage the page, else empty.
    pub address: String,
    /// "Owner", "Manager"
    pub role: String,
    /// What they may do, in words; empty for the owner.
    pub may: Vec<&'static str>,
    /// "since 21 November 2026", "invited, has not answered yet"
    pub since: String,
    /// Whether it is the reader.
    pub is_reader: bool,
    /// Where they are changed; empty where the reader may not.
    pub change_url: String,
    /// Where they are taken out; empty where the reader may not.
    pub remove_url: String,
}

/// A right that can be given.
#[derive(Debug)]
pub struct Right {
    /// The field's name.
    pub name: String,
    /// What it allows.
    pub label: &'static str,
}

/// `/artists/{slug}/team`
#[derive(Debug, Template)]
#[template(path = "artists/team.html")]
pub struct TeamPage {
    /// What every page says.
    pub page: Page,
    /// What was typed.
    pub form: FormState,
    /// The act's name.
    pub name: String,
    /// The profile (`/artists/{slug}`).
    pub url: String,
    /// Where the team looks at it.
    pub look_url: String,
    /// What was just done; may be empty.
    pub done: &'static str,
    /// Everybody.
    pub members: Vec<MemberRow>,
    /// Whether the reader manages the page.
    pub manages: bool,
    /// Whether it is the reader's.
    pub owns: bool,
    /// As what somebody can act.
    pub roles: Vec<Choice>,
    /// What the reader can give.
    pub rights: Vec<Right>,
    /// To whom the page can be handed.
    pub heirs: Vec<Choice>,
    /// To whom and when the page passes on; empty when it does not.
    pub passing: String,
    /// Whether nobody else would answer for the act if the reader left.
    pub is_alone: bool,
}

/// `/artists/{slug}/team/{id}`
#[derive(Debug, Template)]
#[template(path = "artists/team_member.html")]
pub struct TeamMemberPage {
    /// What every page says.
    pub page: Page,
    /// What is given, or was typed.
    pub form: FormState,
    /// The act's name.
    pub name: String,
    /// The profile.
    pub url: String,
    /// Who it is.
    pub member: MemberRow,
    /// Where the form is posted.
    pub save_url: String,
    /// As what somebody can act.
    pub roles: Vec<Choice>,
    /// What the reader can give; nothing for the owner.
    pub rights: Vec<Right>,
    /// What the reader cannot change, and is given.
    pub kept: Vec<&'static str>,
}

/// What an invitation to a team opens.
#[derive(Debug, Template)]
#[template(path = "artists/team_invitation.html")]
pub struct TeamInvitationPage {
    /// What every page says.
    pub page: Page,
    /// The act's name.
    pub artist_name: String,
    /// As what ("the manager"); may be empty.
    pub role: &'static str,
    /// What they would be allowed.
    pub may: Vec<&'static str>,
    /// Where the answer is posted, as `answer`: `yes` or `no`.
    pub answer_url: String,
}
