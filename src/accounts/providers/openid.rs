//! OpenID Connect: what a provider says about itself, and whether what it says about somebody is
//! signed by it, meant for this site, asked for by it, and still good.

use chrono::DateTime;
use openidconnect::core::{CoreIdToken, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{
    ClaimsVerificationError, ClientId, IdTokenVerifier, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use serde::Deserialize;

use super::http::{Http, Unreachable};
use super::{Failure, Profile};
use crate::clock::Instant;

/// By so many seconds a provider's clock may differ from ours.
const LEEWAY: i64 = 60;

/// The part of a provider's description of itself that is needed here (OpenID Connect Discovery 1.0).
#[derive(Debug, Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

/// Where a provider's servers are, and by which keys it signs.
#[derive(Debug)]
pub struct Found {
    /// Where one signs in.
    pub authorization_url: String,
    /// Where codes are exchanged.
    pub token_url: String,
    /// What tells about an account, where there is such a thing.
    pub userinfo_url: Option<String>,
    /// Whether this site proves itself in the head of a request there, and not in the form.
    pub takes_basic: bool,
    /// Whether its answers say from whom they are (RFC 9207).
    pub signs_answers: bool,
    /// When this was found.
    pub at: Instant,
    keys: CoreJsonWebKeySet,
}

/// Asks a provider about itself.
pub async fn find(http: &Http, issuer: &str, now: Instant) -> Result<Found, Unreachable> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let about: Description = http.get(&url).await?;
    if about.issuer != issuer {
        return Err(Unreachable::AnotherIssuer(about.issuer));
    }
    let keys: CoreJsonWebKeySet = http.get(&about.jwks_uri).await?;
    let methods = about.token_endpoint_auth_methods_supported;
    Ok(Found {
        authorization_url: about.authorization_endpoint,
        token_url: about.token_endpoint,
        userinfo_url: about.userinfo_endpoint,
        // Who says nothing takes the head (OpenID Connect Discovery 1.0, section 3).
        takes_basic: methods
            .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
        signs_answers: about.authorization_response_iss_parameter_supported == Some(true),
        at: now,
        keys,
    })
}

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq)]
pub enum Unfit {
    /// No known key signed it: the provider may have a new one.
    UnknownKey,
    /// It will not do, for this reason.
    Wrong(String),
}

impl From<ClaimsVerificationError> for Unfit {
    fn from(error: ClaimsVerificationError) -> Self {
        match error {
            ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ) => Self::UnknownKey,
            ClaimsVerificationError::SignatureVerification(error) => {
                Self::Wrong(format!("the signature: {error}"))
            }
            error => Self::Wrong(error.to_string()),
        }
    }
}

/// For whom a token has to be, and what it has to answer.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who signs it.
    pub issuer: &'a str,
    /// Under which name this site is known there.
    pub client_id: &'a str,
    /// What was asked along with it.
    pub nonce: &'a str,
}

/// Who somebody is, if a token says so that can be believed (OpenID Connect Core 1.0, section
/// 3.1.3.7).
pub fn verify(
    found: &Found,
    expected: Expected<'_>,
    id_token: &str,
    now: Instant,
) -> Result<Profile, Unfit> {
    let wrong = |why: &str| Unfit::Wrong(why.to_owned());
    let token: CoreIdToken = id_token.parse().map_err(|_| wrong("it cannot be read"))?;
    let issuer = IssuerUrl::new(expected.issuer.to_owned()).map_err(|_| wrong("our issuer"))?;
    let seconds = now.seconds();
    let time = DateTime::from_timestamp(seconds - LEEWAY, 0).ok_or_else(|| wrong("our clock"))?;
    let verifier = IdTokenVerifier::new_public_client(
        ClientId::new(expected.client_id.to_owned()),
        issuer,
        found.keys.clone(),
    )
    .set_allowed_algs([
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    ])
    // Others may be meant as well, if it says that it was made out to us: see below.
    .set_other_audience_verifier_fn(|_| true)
    .set_issue_time_verifier_fn(move |issued| {
        let is_past = issued.timestamp() <= seconds + LEEWAY;
        if is_past { Ok(()) } else { Err("it was made in the future".to_owned()) }
    })
    .set_time_fn(move || time);
    let claims = token.claims(&verifier, &Nonce::new(expected.nonce.to_owned()))?;
    let is_made_out_to_us = match claims.authorized_party() {
        Some(party) => party.as_str() == expected.client_id,
        None => claims.audiences().len() == 1,
    };
    if !is_made_out_to_us {
        return Err(wrong("it was made out to another"));
    }
    let name = claims.name().and_then(|names| names.get(None)).map(|name| name.as_str());
    let email = claims.email().map(|email| email.as_str());
    Profile::parse(expected.issuer, claims.subject().as_str(), name, email)
        .ok_or_else(|| wrong("the subject is none"))
}

/// What is told about an account to who has a token for it.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    name: Option<String>,
    email: Option<String>,
}

/// Asks for name and address where the token did not say them. They are for show: without them
/// somebody is the same.
pub async fn complete(
    http: &Http,
    found: &Found,
    profile: Profile,
    access_token: &str,
) -> Result<Profile, Failure> {
    let is_complete = profile.name.is_some() || profile.email.is_some();
    let Some(url) = found.userinfo_url.as_ref().filter(|_| !is_complete) else {
        return Ok(profile);
    };
    let info: UserInfo = match http.get_by_token(url, access_token).await {
        Ok(info) => info,
        Err(error) => {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(error, "a provider told no name and no address");
            return Ok(profile);
        }
    };
    // It may be about another (OpenID Connect Core 1.0, section 5.3.2).
    if info.sub != profile.subject {
        return Err(Failure::Refused("userinfo is about another subject".into()));
    }
    let (name, email) = (info.name.as_deref(), info.email.as_deref());
    Ok(Profile::parse(&profile.issuer, &profile.subject, name, email).unwrap_or(profile))
}
