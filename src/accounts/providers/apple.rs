//! What Apple does in its own way: a secret that is signed anew each time, and a name that it tells
//! once, beside the token.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::Signer;
use serde::Deserialize;
use serde_json::json;

use crate::clock::Instant;
use crate::config::providers::AppleKey;

/// A secret is good for so many seconds: it is used at once.
const SECRET_LIFE: i64 = 300;

/// The secret by which this site proves itself to Apple, now (a JSON Web Token, ES256).
pub fn client_secret(key: &AppleKey, client_id: &str, issuer: &str, now: Instant) -> String {
    let head = json!({ "alg": "ES256", "kid": key.key_id });
    let claims = json!({
        "iss": key.team_id,
        "iat": now.seconds(),
        "exp": now.seconds() + SECRET_LIFE,
        "aud": issuer,
        "sub": client_id,
    });
    let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(head), part(claims));
    let signature: Signature = key.key.sign(signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.to_bytes().as_slice()))
}

#[derive(Deserialize)]
struct User {
    name: Option<UserName>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UserName {
    first_name: String,
    last_name: String,
}

/// The name in the form's field `user`. The browser brings it, so it proves nothing; it is shown to
/// who brought it. Empty when there is none.
pub fn told_name(user: &str) -> String {
    let user: Option<User> = serde_json::from_str(user).ok();
    let name = user.and_then(|user| user.name).unwrap_or_default();
    format!("{} {}", name.first_name, name.last_name).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Verifier;

    use super::*;

    #[test]
    fn the_secret_is_signed_by_the_teams_key_and_soon_over() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let public = *key.verifying_key();
        let key = AppleKey { team_id: "TEAM".into(), key_id: "KEY".into(), key };
        let now = Instant::from_micros(1_795_269_600_000_000);
        let secret = client_secret(&key, "example.book", "https://appleid.apple.com", now);
        let parts: Vec<&str> = secret.split('.').collect();
        let read = |part: &str| -> serde_json::Value {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
        };
        assert_eq!(read(parts[0]), json!({ "alg": "ES256", "kid": "KEY" }));
        let claims = read(parts[1]);
        assert_eq!(claims["iss"], "TEAM");
        assert_eq!(claims["sub"], "example.book");
        assert_eq!(claims["aud"], "https://appleid.apple.com");
        assert_eq!(claims["exp"], 1_795_269_900);
        let signature = BASE64URL_NOPAD.decode(parts[2].as_bytes()).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        let signed = format!("{}.{}", parts[0], parts[1]);
        assert!(public.verify(signed.as_bytes(), &signature).is_ok());
        assert!(public.verify(b"something else", &signature).is_err());
    }

    #[test]
    fn the_name_is_read_where_there_is_one() {
        let told = r#"{"name":{"firstName":"Jonas","lastName":"Krüger"},"email":"x@y.example"}"#;
        assert_eq!(told_name(told), "Jonas Krüger");
        assert_eq!(told_name(r#"{"name":{"firstName":"Jonas"}}"#), "Jonas");
        for none in ["", "{}", "[]", r#"{"name":null}"#, r#"{"name":{"firstName":7}}"#, "nonsense"]
        {
            assert_eq!(told_name(none), "", "{none}");
        }
    }
}
