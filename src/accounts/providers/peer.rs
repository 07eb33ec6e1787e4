//! A provider as this site speaks to it: where one goes, and who comes back.

use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use super::exchange::{Grant, Proof, Tokens, exchange};
use super::http::{Http, Unreachable};
use super::openid::{self, Expected, Found, Unfit};
use super::{Failure, Profile, apple, spotify};
use crate::accounts::PersonName;
use crate::clock::Instant;
use crate::config::providers::{Protocol, Provider};
use crate::error::Result;
use crate::ids::Token;

/// For so long what a provider says about itself is believed.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);
/// It is asked for new keys no more often than this.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What only this site knows about a way to a provider and back.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// Has to come back in the token.
    pub nonce: String,
    /// Its hash goes along, and it itself with the code (RFC 7636).
    pub verifier: String,
}

impl Secrets {
    /// Draws new ones.
    pub fn draw() -> Self {
        let draw = || Token::draw().reveal().to_owned();
        Self { nonce: draw(), verifier: draw() }
    }
}

/// What a browser brings back.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// To be exchanged.
    pub code: String,
    /// What went along.
    pub state: String,
    /// Why there is no code.
    pub error: String,
    /// From whom it is (RFC 9207).
    pub iss: String,
    /// Apple's only: the name, the first time.
    pub user: String,
}

/// A provider, and what is known about it.
#[derive(Debug)]
pub struct Peer {
    /// How it is configured.
    pub provider: Provider,
    http: Http,
    found: Mutex<Option<Arc<Found>>>,
}

impl Peer {
    /// Gets ready to speak to a provider.
    pub fn new(provider: Provider) -> Result<Self> {
        let http = Http::new(provider.origins.clone())?;
        Ok(Self { provider, http, found: Mutex::new(None) })
    }

    /// Where one signs in: "accounts.example".
    pub fn host(&self) -> String {
        let url = Url::parse(self.provider.issuer()).ok();
        url.and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
    }

    /// What is asked for, in words.
    pub const fn receives(&self) -> [&'static str; 3] {
        match self.provider.protocol {
            Protocol::OpenId { .. } => [
                "a number or a name by which it knows your account, and no other",
                "your name",
                "your e-mail address",
            ],
            Protocol::Apple { .. } => [
                "a number by which it knows your account, made for this site",
                "your name, the first time, as you choose to give it",
                "your e-mail address, or one that Apple makes up if you hide yours",
            ],
            Protocol::Spotify { .. } => [
                "the user name by which it knows your account",
                "the name on your profile there",
                "your e-mail address as you gave it there",
            ],
        }
    }

    /// The same, for the provider: no more than that.
    const fn scope(&self) -> &'static str {
        match self.provider.protocol {
            Protocol::OpenId { .. } => "openid email profile",
            Protocol::Apple { .. } => "openid email name",
            Protocol::Spotify { .. } => "user-read-email",
        }
    }

    fn remembered(&self, now: Instant, life: SignedDuration) -> Option<Arc<Found>> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.clone().filter(|found| found.at.plus(life) > now)
    }

    /// Where everything is, as the provider says or said within the hour.
    async fn find(&self, issuer: &str, now: Instant) -> Result<Arc<Found>, Unreachable> {
        match self.remembered(now, REMEMBERED) {
            Some(found) => Ok(found),
            None => self.find_anew(issuer, now).await,
        }
    }

    async fn find_anew(&self, issuer: &str, now: Instant) -> Result<Arc<Found>, Unreachable> {
        let found = Arc::new(openid::find(&self.http, issuer, now).await?);
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        Ok(found)
    }

    /// Where one goes to sign in there.
    pub async fn leave_url(
        &self,
        redirect_url: &str,
        state: &str,
        secrets: &Secrets,
        now: Instant,
    ) -> Result<String, Unreachable> {
        let endpoint = match &self.provider.protocol {
            Protocol::OpenId { issuer, .. } | Protocol::Apple { issuer, .. } => {
                self.find(issuer, now).await?.authorization_url.clone()
            }
            Protocol::Spotify { accounts, .. } => format!("{accounts}/authorize"),
        };
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(secrets.verifier.as_bytes()));
        let mut url = self.http.own(&endpoint)?;
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.provider.client_id)
            .append_pair("redirect_uri", redirect_url)
            .append_pair("scope", self.scope())
            .append_pair("state", state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if !matches!(self.provider.protocol, Protocol::Spotify { .. }) {
            query.append_pair("nonce", &secrets.nonce);
        }
        if self.provider.posts_its_answers() {
            query.append_pair("response_mode", "form_post");
        }
        drop(query);
        Ok(url.into())
    }

    /// Who somebody is, by the code that they brought.
    pub async fn profile(
        &self,
        redirect_url: &str,
        answer: &Answer,
        secrets: &Secrets,
        now: Instant,
    ) -> Result<Profile, Failure> {
        let grant = Grant { code: &answer.code, verifier: &secrets.verifier, redirect_url };
        let client_id = self.provider.client_id.as_str();
        match &self.provider.protocol {
            Protocol::OpenId { issuer, secret } => {
                let expected = Expected { issuer, client_id, nonce: &secrets.nonce };
                self.openid_profile(secret.reveal(), answer, grant, expected, now).await
            }
            Protocol::Apple { issuer, key } => {
                let expected = Expected { issuer, client_id, nonce: &secrets.nonce };
                let secret = apple::client_secret(key, client_id, issuer, now);
                let profile = self.openid_profile(&secret, answer, grant, expected, now).await?;
                let name = PersonName::parse(&apple::told_name(&answer.user)).ok();
                Ok(Profile { name: profile.name.or(name), ..profile })
            }
            Protocol::Spotify { accounts, api, secret } => {
                let proof = Proof::Head(client_id, secret.reveal());
                let url = format!("{accounts}/api/token");
                let tokens = exchange(&self.http, &url, proof, grant).await?;
                spotify::profile(&self.http, accounts, api, &tokens.access_token).await
            }
        }
    }

    async fn openid_profile(
        &self,
        secret: &str,
        answer: &Answer,
        grant: Grant<'_>,
        expected: Expected<'_>,
        now: Instant,
    ) -> Result<Profile, Failure> {
        let found = self.find(expected.issuer, now).await?;
        let is_named = found.signs_answers || !answer.iss.is_empty();
        if is_named && answer.iss != expected.issuer {
            return Err(Failure::Refused("the answer is from another issuer".into()));
        }
        let proof = match found.takes_basic {
            true => Proof::Head(expected.client_id, secret),
            false => Proof::Form(expected.client_id, secret),
        };
        let tokens = exchange(&self.http, &found.token_url, proof, grant).await?;
        let profile = self.believe(&found, expected, &tokens, now).await?;
        openid::complete(&self.http, &found, profile, &tokens.access_token).await
    }

    /// Who the token is about; one that no known key signed is looked at again under new keys.
    async fn believe(
        &self,
        found: &Found,
        expected: Expected<'_>,
        tokens: &Tokens,
        now: Instant,
    ) -> Result<Profile, Failure> {
        let no_token = || Failure::Refused("there is no id_token".into());
        let id_token = tokens.id_token.as_deref().ok_or_else(no_token)?;
        let verified = match openid::verify(found, expected, id_token, now) {
            Err(Unfit::UnknownKey) if self.remembered(now, ASKED_AGAIN).is_none() => {
                let found = self.find_anew(expected.issuer, now).await?;
                openid::verify(&found, expected, id_token, now)
            }
            verified => verified,
        };
        verified.map_err(|unfit| match unfit {
            Unfit::UnknownKey => Failure::Refused("the id_token: no known key signed it".into()),
            Unfit::Wrong(why) => Failure::Refused(format!("the id_token: {why}")),
        })
    }
}
