//! A code becomes tokens (RFC 6749, section 4.1.3). Tokens live as long as one answer and are kept
//! nowhere.

use serde::Deserialize;

use super::Failure;
use super::http::{Http, Unreachable};

/// What a code is exchanged for. Not to be printed.
#[derive(Deserialize)]
pub struct Tokens {
    /// Opens what the provider tells about the person.
    pub access_token: String,
    /// Says who it is, signed; OpenID Connect only.
    pub id_token: Option<String>,
}

/// How this site proves that it is itself.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// In the head of the request: id and secret.
    Head(&'a str, &'a str),
    /// In the form: id and secret.
    Form(&'a str, &'a str),
}

/// What was brought back, and what only this site knows about it.
#[derive(Clone, Copy)]
pub struct Grant<'a> {
    /// The code.
    pub code: &'a str,
    /// What was promised by its hash when the way began (RFC 7636).
    pub verifier: &'a str,
    /// Where the code was brought.
    pub redirect_url: &'a str,
}

/// Exchanges a code for tokens.
pub async fn exchange(
    http: &Http,
    url: &str,
    proof: Proof<'_>,
    grant: Grant<'_>,
) -> Result<Tokens, Failure> {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", grant.code),
        ("redirect_uri", grant.redirect_url),
        ("code_verifier", grant.verifier),
    ];
    let exchanged = match proof {
        Proof::Head(id, secret) => http.post_as(url, &basic(id, secret), &fields).await,
        Proof::Form(id, secret) => {
            fields.extend([("client_id", id), ("client_secret", secret)]);
            http.post(url, &fields).await
        }
    };
    exchanged.map_err(|error| match error {
        // It is there, and does not take this code (or does not take us: the word says which).
        Unreachable::No { status: 400..=403, .. } => {
            Failure::Refused(format!("the exchange of the code: {error}"))
        }
        error => Failure::Unreachable(error),
    })
}

/// Id and secret are encoded before they are joined (RFC 6749, section 2.3.1).
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret));
    format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_in_an_id_does_not_end_it() {
        let head = basic("a:b", "p%q");
        let pair = data_encoding::BASE64.decode(&head.as_bytes()["Basic ".len()..]).unwrap();
        assert_eq!(pair, b"a%3Ab:p%25q");
    }
}
