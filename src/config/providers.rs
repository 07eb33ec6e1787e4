//! Who else may say who somebody is: Google, Apple, Spotify, and one OpenID provider of your choice.
//! Each is configured as a whole or not at all.

use p256::ecdsa::SigningKey;
use url::Url;
use zeroize::Zeroizing;

use super::is_loopback;
use super::read::Read;
use crate::text::tidy_name;

/// The longest name of a provider, in characters: it stands on buttons.
const LONGEST_NAME: usize = 40;

/// A provider of sign-in.
#[derive(Debug, Clone)]
pub struct Provider {
    /// "google": stands in addresses and in the database.
    pub id: &'static str,
    /// "Google": stands on pages.
    pub name: String,
    /// Its own privacy policy.
    pub privacy_url: String,
    /// Under which name it knows this site.
    pub client_id: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The origins that are asked, and no other ("https://accounts.example").
    pub origins: Vec<String>,
}

/// How a provider is spoken to, and by what this site proves that it is itself.
#[derive(Debug, Clone)]
pub enum Protocol {
    /// OpenID Connect: where everything else is, the issuer says.
    OpenId {
        /// As it stands in its tokens, to the letter.
        issuer: String,
        /// Agreed on with the provider.
        secret: Secret,
    },
    /// OpenID Connect as Apple does it: the answer comes as a form, and the secret is signed anew
    /// each time.
    Apple {
        /// As it stands in its tokens, to the letter.
        issuer: String,
        /// Signs the secret.
        key: AppleKey,
    },
    /// OAuth 2 without OpenID: a name for somebody is asked for with the token.
    Spotify {
        /// Where one signs in and where codes are exchanged, without a slash at the end.
        accounts: String,
        /// What tells about an account, without a slash at the end.
        api: String,
        /// Agreed on with the provider.
        secret: Secret,
    },
}

impl Provider {
    /// Who is named as the source of what it says.
    pub fn issuer(&self) -> &str {
        match &self.protocol {
            Protocol::OpenId { issuer, .. } | Protocol::Apple { issuer, .. } => issuer,
            Protocol::Spotify { accounts, .. } => accounts,
        }
    }

    /// Whether its answers are posted here by a page of its own, and not carried in an address.
    pub const fn posts_its_answers(&self) -> bool {
        matches!(self.protocol, Protocol::Apple { .. })
    }
}

/// A word that the log never shows.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a word in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The word, for the provider and nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The key that Apple gives to a team.
#[derive(Clone)]
pub struct AppleKey {
    /// Whose it is.
    pub team_id: String,
    /// Which of theirs.
    pub key_id: String,
    /// Signs.
    pub key: SigningKey,
}

impl std::fmt::Debug for AppleKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AppleKey({})", self.key_id)
    }
}

/// Reads which providers are configured; `site` is where people reach this installation.
pub(super) fn read(read: &mut Read, site: Option<&Url>) -> Vec<Provider> {
    let all = [google(read), apple(read, site), spotify(read, site), openid(read)];
    all.into_iter().flatten().collect()
}

/// The values of keys that belong together; none, and a problem at each that is missing, unless all
/// of them are there.
fn group<const N: usize>(
    read: &mut Read,
    prefix: &str,
    keys: [&'static str; N],
) -> Option<[String; N]> {
    if !read.has_any(prefix) {
        return None;
    }
    let mut values = Vec::new();
    for key in keys {
        match read.values.get(key) {
            Some(value) => values.push(value),
            None => read.problem(
                key,
                &format!("is missing: give all of {}, or none of {prefix}*", keys.join(", ")),
            ),
        }
    }
    values.try_into().ok()
}

fn origins(of: &[&str]) -> Vec<String> {
    of.iter().map(|origin| (*origin).to_owned()).collect()
}

fn google(read: &mut Read) -> Option<Provider> {
    let keys = ["google.client_id", "google.client_secret"];
    let [client_id, secret] = group(read, "google.", keys)?;
    let issuer = "https://accounts.google.com";
    Some(Provider {
        id: "google",
        name: "Google".into(),
        privacy_url: "https://policies.google.com/privacy".into(),
        client_id,
        protocol: Protocol::OpenId { issuer: issuer.into(), secret: Secret::new(secret) },
        origins: origins(&[
            issuer,
            "https://oauth2.googleapis.com",
            "https://openidconnect.googleapis.com",
            "https://www.googleapis.com",
        ]),
    })
}

fn apple(read: &mut Read, site: Option<&Url>) -> Option<Provider> {
    let keys = ["apple.client_id", "apple.team_id", "apple.key_id", "apple.private_key_file"];
    let [client_id, team_id, key_id, file] = group(read, "apple.", keys)?;
    if site.is_some_and(|site| site.scheme() != "https") {
        read.problem(
            "apple.client_id",
            "Apple answers by a form on a page of its own, and the cookie by which the browser is \
             known again travels with it over https only: Apple needs a site.url with https://. On \
             this machine, google.* and openid.* work with http://localhost, spotify.* with \
             http://127.0.0.1",
        );
    }
    let key = match apple_key(&file) {
        Ok(key) => key,
        Err(reason) => {
            read.problem("apple.private_key_file", &reason);
            return None;
        }
    };
    let issuer = "https://appleid.apple.com";
    Some(Provider {
        id: "apple",
        name: "Apple".into(),
        privacy_url: "https://www.apple.com/legal/privacy/".into(),
        client_id,
        protocol: Protocol::Apple { issuer: issuer.into(), key: AppleKey { team_id, key_id, key } },
        origins: origins(&[issuer]),
    })
}

fn apple_key(file: &str) -> Result<SigningKey, String> {
    let text = std::fs::read_to_string(file)
        .map(Zeroizing::new)
        .map_err(|error| format!("cannot be read: {error}"))?;
    text.trim().parse().map_err(|_| {
        "holds no key as Apple gives it: a file AuthKey_….p8 that begins with BEGIN PRIVATE KEY"
            .into()
    })
}

fn spotify(read: &mut Read, site: Option<&Url>) -> Option<Provider> {
    let keys = ["spotify.client_id", "spotify.client_secret"];
    let [client_id, secret] = group(read, "spotify.", keys)?;
    if site.is_some_and(|site| is_loopback(site) && site.domain().is_some()) {
        read.problem(
            "spotify.client_id",
            "Spotify sends nobody back to localhost: on this machine, site.url has to be \
             http://127.0.0.1 with the port",
        );
    }
    let (accounts, api) = ("https://accounts.spotify.com", "https://api.spotify.com");
    Some(Provider {
        id: "spotify",
        name: "Spotify".into(),
        privacy_url: "https://www.spotify.com/legal/privacy-policy/".into(),
        client_id,
        protocol: Protocol::Spotify {
            accounts: accounts.into(),
            api: api.into(),
            secret: Secret::new(secret),
        },
        origins: origins(&[accounts, api]),
    })
}

fn openid(read: &mut Read) -> Option<Provider> {
    let keys = [
        "openid.name",
        "openid.issuer",
        "openid.client_id",
        "openid.client_secret",
        "openid.privacy_url",
    ];
    let group = group(read, "openid.", keys);
    // Looked at one by one all the same, so that everything is said at once.
    let name = read.parsed("openid.name", provider_name);
    let own = read.parsed("openid.issuer", |text| address(text).and_then(bare));
    let privacy = read.parsed("openid.privacy_url", address);
    let hosts = read.parsed("openid.hosts", |text| {
        let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
        parts
            .map(|part| match address(part).and_then(bare) {
                Ok(url) => Ok(origin(&url)),
                Err(reason) => Err(format!("{part:?} {reason}")),
            })
            .collect::<Result<Vec<String>, String>>()
    });
    let [_, issuer, client_id, secret, _] = group?;
    let mut origins = vec![origin(&own?)];
    origins.extend(hosts.unwrap_or_default());
    Some(Provider {
        id: "openid",
        name: name?,
        privacy_url: privacy?.into(),
        client_id,
        protocol: Protocol::OpenId { issuer, secret: Secret::new(secret) },
        origins,
    })
}

fn provider_name(text: &str) -> Result<String, String> {
    let name = tidy_name(text);
    match name.chars().count() {
        1..=LONGEST_NAME => Ok(name),
        _ => Err(format!("must be a name of 1 to {LONGEST_NAME} characters")),
    }
}

/// An address on the web that nobody on the way can read or change.
fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if !is_safe || url.host_str().is_none() {
        return Err("must begin with https:// unless it is on this machine".into());
    }
    Ok(url)
}

/// An address without anything behind its path.
fn bare(url: Url) -> Result<Url, String> {
    let has_password = !url.username().is_empty() || url.password().is_some();
    if url.query().is_some() || url.fragment().is_some() || has_password {
        return Err(
            "must be an address such as https://accounts.example/realm, without ?, # or @".into()
        );
    }
    Ok(url)
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
