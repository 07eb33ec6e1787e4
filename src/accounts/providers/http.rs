//! The way to a provider's servers: bounded in time and size, without following anybody elsewhere.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

use crate::config::is_loopback;
use crate::error::Result;

/// An answer that is not there by then is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Larger than any answer that is meant well.
const LARGEST: usize = 256 * 1024;

/// Why a provider could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// What it calls its own is elsewhere.
    #[error("{0:?} is not among the hosts of this provider")]
    Elsewhere(String),
    /// No answer, or none in time.
    #[error("no answer")]
    Silent(#[source] reqwest::Error),
    /// It says no.
    #[error("answered {status} {code:?}")]
    No {
        /// The status of its answer.
        status: u16,
        /// Its word for the reason, such as "invalid_grant"; may be empty.
        code: String,
    },
    /// More than anybody needs to say.
    #[error("answered with more than 256 KiB")]
    TooLarge,
    /// Something, but not what was asked for. What exactly stays untold: it may hold a token.
    #[error("answered with something else than was asked for")]
    Unintelligible,
    /// It is another than it was configured as.
    #[error("says that its issuer is {0:?}")]
    AnotherIssuer(String),
}

fn silent(error: reqwest::Error) -> Unreachable {
    Unreachable::Silent(error.without_url())
}

/// Asks a provider's own servers, and no other.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    origins: Vec<String>,
}

impl Http {
    /// For a provider with these origins.
    pub fn new(origins: Vec<String>) -> Result<Self> {
        let mut trusted = RootCertStore::empty();
        trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(anyhow::Error::from)?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        let client = Client::builder()
            .use_preconfigured_tls(tls)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            // Each thread that answers requests has a runtime of its own; a connection belongs to one.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(anyhow::Error::from)?;
        Ok(Self { client, origins })
    }

    /// An address, if it is one of the provider's own.
    pub fn own(&self, text: &str) -> Result<Url, Unreachable> {
        let url = Url::parse(text).map_err(|_| Unreachable::Unintelligible)?;
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let origin = url.origin().ascii_serialization();
        if is_safe && self.origins.contains(&origin) {
            Ok(url)
        } else {
            Err(Unreachable::Elsewhere(origin))
        }
    }

    /// Gets what everybody may have.
    pub async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Unreachable> {
        ask(self.client.get(self.own(url)?)).await
    }

    /// Gets what a token is needed for.
    pub async fn get_by_token<T: DeserializeOwned>(
        &self,
        url: &str,
        token: &str,
    ) -> Result<T, Unreachable> {
        ask(self.client.get(self.own(url)?).bearer_auth(token)).await
    }

    /// Posts a form.
    pub async fn post<T: DeserializeOwned>(
        &self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<T, Unreachable> {
        ask(self.form(url, fields)?).await
    }

    /// Posts a form with who sends it in the head.
    pub async fn post_as<T: DeserializeOwned>(
        &self,
        url: &str,
        authorization: &str,
        fields: &[(&str, &str)],
    ) -> Result<T, Unreachable> {
        ask(self.form(url, fields)?.header(AUTHORIZATION, authorization)).await
    }

    fn form(&self, url: &str, fields: &[(&str, &str)]) -> Result<RequestBuilder, Unreachable> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        Ok(self
            .client
            .post(self.own(url)?)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.finish()))
    }
}

async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Unreachable> {
    let mut answer = request.header(ACCEPT, "application/json").send().await.map_err(silent)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(silent)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Unreachable::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    if !answer.status().is_success() {
        return Err(Unreachable::No { status: answer.status().as_u16(), code: code(&body) });
    }
    serde_json::from_slice(&body).map_err(|_| Unreachable::Unintelligible)
}

/// The word by which OAuth 2 names an error, and nothing that could be something else.
fn code(body: &[u8]) -> String {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let code = body["error"].as_str().unwrap_or_default();
    let is_word = code.len() <= 40 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_word { code.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_providers_own_addresses_are_asked() {
        let http = Http::new(vec![
            "https://accounts.example".into(),
            "http://127.0.0.1:8099".into(),
            "http://accounts.example".into(),
        ])
        .unwrap();
        for own in [
            "https://accounts.example/token?a=b",
            "https://accounts.example:443/token",
            "http://127.0.0.1:8099/token",
        ] {
            assert!(http.own(own).is_ok(), "{own}");
        }
        for other in [
            "https://accounts.example:8443/token",
            "https://accounts.example.evil.example/token",
            "https://evil.example/accounts.example",
            "https://accounts.example@evil.example/",
            "http://127.0.0.1:8098/token",
            "http://169.254.169.254/latest/meta-data",
            // Configured, and still not spoken in the clear.
            "http://accounts.example/token",
            "file:///etc/passwd",
            "token",
        ] {
            assert!(http.own(other).is_err(), "{other}");
        }
    }

    #[test]
    fn of_a_refusal_only_its_word_is_told() {
        assert_eq!(code(br#"{"error": "invalid_grant", "x": "secret"}"#), "invalid_grant");
        for other in [r#"{"error": "eyJhbGciOi.secret"}"#, "secret", "{}", "[1]"] {
            assert_eq!(code(other.as_bytes()), "");
        }
    }
}
