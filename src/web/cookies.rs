//! Every cookie this site can set. There is no other, and `/legal/cookies` lists these.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{HeaderValue, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;

/// The cookies by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Whose browser this is, while somebody is signed in.
    Session,
    /// The browser in which a link by mail was asked for.
    Browser,
    /// The browser whose device was asked for a passkey.
    Passkey,
    /// Somebody said that they are too young.
    TooYoung,
    /// The browser that went to another service to sign in there.
    Provider,
}

impl Named {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Session, Self::Browser, Self::Passkey, Self::Provider, Self::TooYoung];

    const fn plain(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Browser => "browser",
            Self::Passkey => "passkey",
            Self::TooYoung => "too-young",
            Self::Provider => "provider",
        }
    }

    /// What it is for, for `/legal/cookies`.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Session => {
                "To know that you are signed in. It holds a random number that says nothing about you"
            }
            Self::Browser => {
                "To tell you when a link that signs in was asked for in another browser than the one \
                 you open it in"
            }
            Self::Passkey => {
                "To take the answer of your device only from the browser in which you pressed the \
                 button. It holds a random number that says nothing about you"
            }
            Self::TooYoung => {
                "After you said that you are too young: so that the question is not asked again and \
                 again"
            }
            Self::Provider => {
                "To let nobody in who did not set out from this browser. It holds a random number \
                 that says nothing about you"
            }
        }
    }

    /// When it is set, for `/legal/cookies`.
    pub const fn occasion(self) -> &'static str {
        match self {
            Self::Session => "You sign in",
            Self::Browser => "You ask for a link to sign in or to make an account",
            Self::Passkey => "You sign in with a passkey, or add one to your account",
            Self::TooYoung => "You answer “Neither” to the question of your age",
            Self::Provider => "You go to another service to sign in, where this site offers one",
        }
    }

    /// How long the browser keeps it, for `/legal/cookies`.
    pub const fn lifetime(self) -> &'static str {
        match self {
            Self::Session => "30 days, or until you sign out",
            Self::Browser => "Until you have signed in, or close the browser",
            Self::Passkey => "5 minutes, or until your device has answered",
            Self::TooYoung => "Until you close the browser",
            Self::Provider => "10 minutes, or until you are back",
        }
    }

    /// The name. A `__Host-` name makes the browser refuse it from any other host or unencrypted
    /// page, and needs https itself.
    pub fn name(self, app: &App) -> String {
        let prefix = if app.config.is_https() { "__Host-" } else { "" };
        format!("{prefix}{}", self.plain())
    }
}

fn cookie(app: &App, named: Named, value: &str) -> Cookie<'static> {
    Cookie::build(named.name(app), value.to_owned())
        .path("/")
        .http_only(true)
        .secure(app.config.is_https())
        .same_site(SameSite::Lax)
        .finish()
}

/// A cookie that the browser keeps until it is closed.
pub fn until_closed(app: &App, named: Named, value: &str) -> Cookie<'static> {
    cookie(app, named, value)
}

/// A cookie that the browser keeps for so many seconds.
pub fn lasting(app: &App, named: Named, value: &str, seconds: i64) -> Cookie<'static> {
    let mut cookie = cookie(app, named, value);
    cookie.set_max_age(Duration::seconds(seconds));
    cookie
}

/// The same for a form that a page of another site posts here. Browsers take such a cookie over https
/// only.
pub fn across_sites(app: &App, named: Named, value: &str, seconds: i64) -> Cookie<'static> {
    let mut cookie = lasting(app, named, value, seconds);
    cookie.set_same_site(SameSite::None);
    cookie
}

/// Takes a cookie back.
pub fn gone(app: &App, named: Named) -> Cookie<'static> {
    lasting(app, named, "", 0)
}

/// The value of a cookie that came with a request.
pub fn read(app: &App, request: &HttpRequest, named: Named) -> Option<String> {
    let cookie = request.cookie(&named.name(app))?;
    Some(cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// Sends a cookie along.
pub fn set(answer: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.encoded().to_string()) {
        answer.headers_mut().append(SET_COOKIE, value);
    }
}

/// A header's text; empty when there is none.
pub fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
