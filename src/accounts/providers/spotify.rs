//! Spotify speaks OAuth 2 without OpenID: who somebody is, it tells over https to who has a token
//! that it gave for this site's own code.

use serde::Deserialize;

use super::http::Http;
use super::{Failure, Profile};

/// What it tells about an account, as far as it is looked at.
#[derive(Deserialize)]
struct Me {
    id: String,
    display_name: Option<String>,
    email: Option<String>,
}

/// Whose token this is.
pub async fn profile(
    http: &Http,
    accounts: &str,
    api: &str,
    access_token: &str,
) -> Result<Profile, Failure> {
    let me: Me = http.get_by_token(&format!("{api}/v1/me"), access_token).await?;
    Profile::parse(accounts, &me.id, me.display_name.as_deref(), me.email.as_deref())
        .ok_or_else(|| Failure::Refused("the account has no id".into()))
}
